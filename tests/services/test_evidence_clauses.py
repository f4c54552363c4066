"""Each clause of a printed pack says what there is, in the language that was asked for, and what nobody gave."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask

from swagat.database import db
from swagat.domain.certification import StepKind
from swagat.domain.management_reviews import DecisionKind
from swagat.domain.nonconformities import Stage
from swagat.domain.objectives import Typed
from swagat.domain.quality.sections import Cover, Heading, Note, Paragraph, Section, Table
from swagat.models import Scope
from swagat.paper.words import Words
from swagat.services import (
    certificates,
    counting,
    evidence_making,
    evidence_sections,
    internal_audits,
    management_reviews,
    objective_judging,
    objectives,
    publishing,
    quality_scopes,
)
from swagat.services.certificates import Step
from swagat.services.evidence_zip import Asked
from swagat.services.management_reviews import Decision
from tests.builders import RULES, Cast, day, disposed, gujarat, post_cast
from tests.services import corrective_steps
from tests.services.certified import FOUND_TEXT, audited, certify, closed
from tests.services.planned_audits import CONCLUSION, JULY, SHOWN, VISIT, count, planned, post_manager, whole_paper

NOW = day(42)
CLAUSES = ["", "6.2", "7.5", "8.2.1", "9.1.2", "9.1.3", "9.2", "9.3", "10.2", "", ""]
MINUTES = "The head and both officers went through the figures."
BOARD = "A board with the days stands at the door."


@pytest.fixture
def cast(app: Flask) -> Cast:
    cast = post_cast()
    disposed(cast, "kanta", 2)
    disposed(cast, "another", 3)
    count()
    return cast


def pack(language: str = "en", first: str = "2026-07", now: datetime = NOW) -> tuple[Cover, Sequence[Section]]:
    """Make a pack of the months up to July, and return what is printed."""
    counting.count_all(now)
    db.session.commit()
    whose = quality_scopes.named(db.session(), gujarat(), Scope.OFFICE, "MAM-3783")
    span = evidence_making.span_of(first, "2026-07", now.date())
    with (
        patch("swagat.services.evidence_making.pdf.write", return_value=b"%PDF-") as written,
        evidence_making.made(Asked(whose, span, now, language), lambda _done, _whole: None),
    ):
        pass
    db.session.commit()
    return written.call_args.args[0], written.call_args.args[1]


def lines(section: Section) -> list[str]:
    """Return everything that a section prints, a line for each row and text."""
    found: list[str] = []
    for block in section.blocks:
        match block:
            case Paragraph(text) | Heading(text):
                found.append(text)
            case Note(name, text):
                found.append(f"{name}: {text}")
            case Table():
                found += [" | ".join(row) for row in block.rows]
    return found


def clause(number: str, language: str = "en", **more: Any) -> list[str]:
    """Return the lines of a clause, those of the external findings for none."""
    return next(lines(one) for one in pack(language, **more)[1] if one.clause == number)


def changed_since(at: float) -> bool:
    whose = quality_scopes.named(db.session(), gujarat(), Scope.OFFICE, "MAM-3783")
    found = evidence_sections.has_changed(db.session(), whose.where.scope_id, day(at))
    db.session.commit()
    return found


def test_what_the_last_audit_found_opens_the_pack_and_the_clauses_follow_in_their_order(cast: Cast) -> None:
    for language in ("en", "gu", "hi"):
        _cover, sections = pack(language)
        assert [one.clause for one in sections] == CLAUSES
        assert sections[0].title == Words(language).say("Findings of the last external audit")


@pytest.mark.parametrize("language", ["en", "gu", "hi"])
def test_where_there_is_nothing_each_clause_says_so(cast: Cast, language: str) -> None:
    say = Words(language).say
    assert clause("", language) == [say("No audit by a certification body is recorded for this office.")]
    assert clause("6.2", language) == [say("No objective was set for any month of this period.")]
    assert clause("9.2", language) == [say("No internal audit was on the programme in this period.")]
    assert clause("9.3", language) == [say("No management review was held in this period.")]
    assert say("No nonconformity was open in this period.") in clause("10.2", language)
    facts = dict(pack(language)[0].facts)
    assert facts[say("Certificate")] == say("none is recorded for this office")
    assert facts[say("Clauses")] == "ISO 9001:2015"


def test_the_cover_says_how_the_certificate_stands_on_the_day(cast: Cast) -> None:
    number = certify(cast, NOW)
    facts = dict(pack()[0].facts)
    assert (facts["Standard"], facts["Certificate"]) == ("ISO 9001:2015", "Q-MAM-3783, cycle 2")
    assert facts["Certification body"] == "Bureau of Tests"
    assert facts["Holds"] == "4 May 2026 to 3 May 2029"
    assert facts["How it stands on 12 August 2026"] == "Valid"
    assert "Clauses" not in facts
    suspended = Step(StepKind.SUSPENDED, date(2026, 8, 10), "A fee is owed.", 0)
    certificates.record_step(cast.administrator, number, suspended, NOW)
    assert dict(pack()[0].facts)["How it stands on 12 August 2026"] == "Suspended"


@pytest.mark.parametrize("edition", ["iso9001-2026", "is15700-2018"])
def test_a_standard_whose_clauses_were_not_read_is_told_and_those_of_2015_are_used(cast: Cast, edition: str) -> None:
    certify(cast, NOW, edition=edition)
    cover, sections = pack()
    facts = dict(cover.facts)
    assert facts["Clauses"] == f"ISO 9001:2015: the clauses of {facts['Standard']} are not verified here"
    assert [one.clause for one in sections] == CLAUSES


def test_a_finding_of_the_last_audit_is_told_with_its_day_and_how_it_was_closed(cast: Cast) -> None:
    number = certify(cast, day(20))
    finding = audited(cast, number, date(2026, 7, 20), day(20))
    told = clause("")
    assert told[0] == "First yearly audit on 20 July 2026."
    assert "1 | Minor nonconformity | 7.5 | 18 October 2026 | Open" in told
    assert f"What was found: {FOUND_TEXT}" in told
    assert "Evidence: Not given" in told
    assert any(line.endswith("| Late") for line in clause("", now=day(120)))
    closed(cast, finding, day(40))
    told = clause("")
    assert "1 | Minor nonconformity | 7.5 | 18 October 2026 | 9 August 2026" in told
    assert "Evidence: Order 9 hangs at both counters." in told
    assert (changed_since(39), changed_since(41)) == (True, False)


def test_what_was_recorded_after_the_instant_of_the_pack_is_not_in_it(cast: Cast) -> None:
    finding = audited(cast, certify(cast, day(20)), date(2026, 7, 20), day(20))
    closed(cast, finding, day(41))
    assert any(line.endswith("| Open") for line in clause("", now=day(40)))


def test_an_objective_is_told_with_its_target_its_owners_post_and_why_it_was_missed(cast: Cast) -> None:
    typed = Typed("confirmed", "80", "percent", "2026-07", "2026-09", str(cast.bharat.person_id))
    number = objectives.set_objective(cast.meena, "MAM-3783", typed, day(-20))
    assert "July 2026 | not published |  | Not known yet" in clause("6.2")
    for at in range(4):
        disposed(cast, f"more {at}", 4)
    counting.count_all(day(41))
    publishing.publish(day(41), 10)
    objective_judging.judge(day(41))
    told = clause("6.2")
    assert told[0] == "Confirmed by the complainant"
    assert "Target: at least 80.0 %. Period: July 2026 to September 2026." in told[1]
    assert "Answers for it: Officer." in told[1]
    assert "Bharat" not in " ".join(told)
    assert told[2] == "July 2026 | 0.0 % | 6 | Missed"
    assert told[3] == "Why July 2026 was missed, or what is done about it: Not given"
    objectives.answer_month(cast.meena, "MAM-3783", number, JULY, "Two officers were away.", "", True, day(41), RULES)
    assert clause("6.2")[3].endswith(": Nonconformity NC-MAM-3783-2026-001 · Two officers were away.")
    assert (changed_since(40), changed_since(41.5)) == (True, False)


def test_an_internal_audit_is_told_with_its_draw_its_findings_and_the_papers_of_each_case(cast: Cast) -> None:
    number = planned(post_manager())
    assert clause("9.2") == ["IA-2026-001 | July 2026 | 5 August 2026 | Taluka Development Officer, Dholka | Planned"]
    internal_audits.draw(cast.development_officer, number, day(VISIT))
    internal_audits.keep(cast.development_officer, number, whole_paper(2), 1, day(VISIT), RULES, is_report=False)
    assert len(clause("9.2")) == 1, "what an auditor has noted is theirs until it is reported"
    internal_audits.keep(cast.development_officer, number, whole_paper(2), 2, day(VISIT), RULES, is_report=True)
    told = clause("9.2")
    assert "2 of 2 answers of these months were drawn by lot." in told
    seed = next(line for line in told if line.startswith("Seed"))
    assert len(seed.split(": ")[1]) == 64
    assert any(line.startswith("8.2.1 | ") and line.endswith("| Minor nonconformity") for line in told)
    assert f"What shows it, clause 8.2.1: {SHOWN}" in told
    assert sum(line.endswith("| The papers bear out the answer") for line in told) == 2
    assert told[-1] == f"Conclusion: {CONCLUSION}"
    assert any(line.endswith(f"| {Words('gu').say('Minor nonconformity')}") for line in clause("9.2", "gu"))
    assert (changed_since(VISIT - 1), changed_since(VISIT + 1)) == (True, False)


def review(cast: Cast, held: float = 38) -> tuple[int, int]:
    june = date(2026, 6, 1)
    number = management_reviews.begin(cast.meena, "MAM-3783", june, june, date(2026, 7, 30), day(held))
    decision = Decision(DecisionKind.CHANGE, BOARD, cast.bharat.person_id, date(2026, 9, 1))
    return number, management_reviews.decide(cast.meena, number, decision, day(held))


def test_a_review_is_told_with_each_input_and_what_nobody_gave_and_what_became_of_its_decisions(cast: Cast) -> None:
    number, decision = review(cast)
    assert clause("9.3")[-1] == "Its minutes are not signed: nothing of it is evidence yet."
    management_reviews.sign(cast.meena, number, {"changes": "A new scheme."}, MINUTES, 1, day(39))
    told = clause("9.3")
    assert told[0] == "Management review MR-2026-001"
    assert "Held on 30 July 2026. It looks at June 2026." in told
    by_part = {line.split(" · ")[0]: line for line in told if line.startswith("9.3.2 ")}
    assert by_part["9.3.2 b"].endswith(": A new scheme.")
    assert by_part["9.3.2 d"].endswith(": Not given")
    assert by_part["9.3.2 a"].endswith("There was nothing left to carry out.")
    assert "Received: 0" in by_part["9.3.2 c 3"]
    assert f"Minutes: {MINUTES}" in told
    assert told[-1] == (
        f"Decision: A change to how the office works. By 1 September 2026: Officer. Open: {BOARD}"
    )  # fmt: skip
    management_reviews.carry_out(cast.bharat, decision, "The board stands since Monday.", day(41))
    assert clause("9.3")[-1].endswith("Carried out on 11 August 2026: The board stands since Monday.")
    assert "Carried out" not in clause("9.3", now=day(40))[-1]
    assert (changed_since(40.5), changed_since(41.5)) == (True, False)


def test_a_nonconformity_is_told_step_by_step_as_it_stood(cast: Cast) -> None:
    team = corrective_steps.team(cast)
    number = corrective_steps.opened(team.quality, 4)
    told = clause("10.2")
    assert any(line.startswith(f"{number} | Noticed in daily work | Minor") for line in told)
    assert "Not given: Correction, Cause, Action, Effect" in told
    team.bring_to(number, Stage.CLOSED, 33)
    told = clause("10.2")
    assert any(line.endswith("| Closed") for line in told)
    assert f"Put right, 3 August 2026: {corrective_steps.CORRECTION}" in told
    cause = next(line for line in told if line.startswith("Cause found"))
    assert f"Why 1: {corrective_steps.WHYS[0]}" in cause
    assert "Kind of cause: No rule for the work, or an unclear one" in cause
    assert "Who does it: Officer" in next(line for line in told if line.startswith("Action planned"))
    assert not any(line.startswith(("Not given", "The next step")) for line in told)
    assert any(line.endswith("| To be put right") for line in clause("10.2", now=day(32)))
    assert (changed_since(32), changed_since(41)) == (True, False)


def test_a_long_text_runs_on_over_pages_and_nothing_is_cut(cast: Cast) -> None:
    number, _decision = review(cast)
    minutes = "\n".join(f"line {at} of what was said" for at in range(380))
    management_reviews.sign(cast.meena, number, {}, minutes, 1, day(39))
    whose = quality_scopes.named(db.session(), gujarat(), Scope.OFFICE, "MAM-3783")
    asked = Asked(whose, evidence_making.span_of("2026-07", "2026-07", NOW.date()), NOW, "gu")
    with evidence_making.made(asked, lambda _done, _whole: None) as made:
        assert made.pdf_file.read_bytes().startswith(b"%PDF-")
