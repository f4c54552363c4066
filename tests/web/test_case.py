"""One case in a browser: everything on its page, and exactly the actions that are this person's now."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from swagat import clock
from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.papers import MAX_BYTES
from swagat.domain.redressal import permitted
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action, Need, Status
from swagat.models import Document, DocumentKind, Grievance, Opening
from swagat.services import catalogue, scope
from swagat.services.facts import case_of
from swagat.services.history import history
from swagat.web.sheet import NOT_A_FORM
from tests.builders import (
    KANTA,
    PDF,
    REASON,
    REPORT,
    RULES,
    TEXT,
    USUAL,
    Cast,
    act,
    add_paper,
    assigned,
    case,
    copies,
    day,
    disposed,
    file_case,
    office,
    post_cast,
    proposed,
    reported,
    sign_in,
)
from tests.client import Client
from tests.files.pdfs import pdf

Counting = Callable[[], AbstractContextManager[list[str]]]
NOW = day(3)


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return post_cast()


def browser(app: Flask, actor: Actor, language: str = "en") -> Client:
    """Return a browser, signed in as somebody who reads a language."""
    client: Client = app.test_client()  # type: ignore[assignment]
    sign_in(client, actor, NOW)
    client.get(f"/desk?lang={language}")
    return client


@pytest.fixture
def bharat(app: Flask, cast: Cast) -> Client:
    return browser(app, cast.bharat)


@pytest.fixture
def meena(app: Flask, cast: Cast) -> Client:
    return browser(app, cast.meena)


def offered(page: str, number: str) -> set[str]:
    """Return the actions that a page offers, as forms and as links to their own pages."""
    return set(re.findall(rf'(?:action|href)="/desk/{number}/([a-z_]+)"', page)) - {"documents", "identity"}


# The page


def test_the_page_tells_the_whole_case(cast: Cast, bharat: Client) -> None:
    number = file_case(
        relief_sought="સાચું નામ લખો.", approached_office="Talati, Dholka", landmark="Near the lake", address="Ward 2",
        accused_note="the talati",
    ).number  # fmt: skip
    act(cast.meena, number, Action.ASSIGN, 1, officer_posting_id=cast.bharat.posting_id)
    add_paper(KANTA, number, 2)
    act(cast.hansa, number, Action.NOTE, 2)
    page = bharat.get(f"/desk/{number}").text
    for said in (TEXT, "સાચું નામ લખો.", "Talati, Dholka", "Near the lake", "Ward 2", "the talati", "Kanta Makwana",
                 "+919876543210", "utaro.pdf", "Mamlatdar, Dholka", "Grievance filed", "Given to an officer",
                 "Office only", "Why this office?", "Why this date?", "Who had it how long", "Green",
                 "Meena Parmar (Mamlatdar, Dholka)", "Hansa Rathod (Officer, Mamlatdar, Dholka)", "Level L1",
                 "Days since first filing: 3"):  # fmt: skip
        assert said in page, said
    assert page.index(TEXT) < page.index('<h2 id="all"') < page.index('<h2 id="now"')


@pytest.mark.parametrize("language", ["gu", "hi"])
def test_the_page_reads_in_other_languages_too(app: Flask, cast: Cast, language: str) -> None:
    number = reported(cast)
    page = browser(app, cast.meena, language).get(f"/desk/{number}")
    assert page.status_code == 200
    assert 'lang="gu"' in page.text


STAGES: dict[str, Callable[[Cast], str]] = {
    "registered": lambda cast: file_case().number,
    "assigned": assigned,
    "asked": lambda cast: asked(cast),
    "reported": reported,
    "proposed": proposed,
    "unreached": lambda cast: unreached(cast),
    "disposed": disposed,
    "appealed": lambda cast: appealed(cast),
    "refused": lambda cast: refused(cast),
    "closed": lambda cast: closed(cast),
    "hidden": lambda cast: hidden(cast),
}


def asked(cast: Cast) -> str:
    number = assigned(cast)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION)
    return number


def unreached(cast: Cast) -> str:
    number = reported(cast)
    act(cast.meena, number, Action.DISPOSE, outcome=Outcome.REDRESSED)
    return number


def appealed(cast: Cast) -> str:
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 1)
    return number


def refused(cast: Cast) -> str:
    number = disposed(cast)
    act(KANTA, number, Action.REFUSE, 1)
    return number


def closed(cast: Cast) -> str:
    number = disposed(cast)
    act(KANTA, number, Action.CONFIRM, 1)
    return number


def hidden(cast: Cast) -> str:
    number = assigned(cast, is_identity_hidden=True)
    add_paper(KANTA, number)
    return number


@pytest.mark.parametrize("stage", list(STAGES))
def test_each_person_is_offered_exactly_what_the_table_permits_and_every_form_opens(
    app: Flask, cast: Cast, stage: str
) -> None:
    number = STAGES[stage](cast)
    for actor in (cast.bharat, cast.hansa, cast.meena, cast.additional_collector):
        grievance = scope.load(db.session(), actor, number)
        rows = permitted(case_of(db.session(), grievance, RULES), actor)
        db.session.commit()
        client = browser(app, actor)
        page = client.get(f"/desk/{number}")
        assert page.status_code == 200
        wanted = {row.action.value for row in rows if row.action not in NOT_A_FORM}
        if actor is cast.bharat and case(number).officer_posting_id == actor.posting_id:
            wanted -= {"assign"}  # Nobody is left whom he could give it to but himself.
        assert offered(page.text, number) == wanted
        for row in rows:
            if row.action not in NOT_A_FORM:
                form = client.get(f"/desk/{number}/{row.action.value}")
                assert form.status_code == 200
                assert f'action="/desk/{number}/{row.action.value}"' in form.text


def test_an_action_that_is_not_possible_now_leads_back_to_the_case(cast: Cast, bharat: Client) -> None:
    number = assigned(cast)
    answer = bharat.get(f"/desk/{number}/dispose", follow_redirects=True)
    assert answer.request.path == f"/desk/{number}"
    assert "cannot be done any more" in answer.text


def test_each_form_says_what_follows_from_it(cast: Cast, meena: Client, bharat: Client) -> None:
    number = reported(cast)
    page = meena.get(f"/desk/{number}/dispose").text
    assert "Then the case stands at: Disposed." in page
    assert "The time stops." in page
    assert "The complainant is told at once" in page
    assert "opened again one level higher" in page
    assert "The complainant never sees this." in bharat.get(f"/desk/{number}/note").text


def test_saved_replies_begin_a_text_in_the_language_of_the_grievance(cast: Cast, bharat: Client) -> None:
    number = assigned(cast)
    reply = catalogue.saved_replies("report_action")[0]
    page = bharat.get(f"/desk/{number}/report_action?reply={reply.code}").text
    assert reply.text_gu[:20] in page
    assert bharat.get(f"/desk/{number}/report_action?reply=nothing").status_code == 200


def test_offices_to_send_a_case_to_stand_by_place_the_nearest_first(cast: Cast, bharat: Client) -> None:
    number = assigned(cast, accused_office_id=office("TDO-3783"))
    page = bharat.get(f"/desk/{number}/transfer").text
    groups = re.findall(r'<optgroup label="([^"]+)"', page)
    assert groups[:3] == ["Dholka", "Ahmedabad", "Gujarat"]
    assert "Taluka Development Officer, Sanand" in page
    assert "Taluka Development Officer, Dholka" not in page
    assert ">Mamlatdar, Dholka<" not in page


def test_whoever_approves_sees_the_ground_and_the_objection(cast: Cast, meena: Client) -> None:
    number = proposed(cast)
    assert "The complainant objects" not in meena.get(f"/desk/{number}").text
    act(KANTA, number, Action.OBJECT, 1)
    page = meena.get(f"/desk/{number}").text
    for said in ("Proposed: Cannot be heard here", USUAL[Action.PROPOSE][Need.REASON], "The complainant objects",
                 USUAL[Action.OBJECT][Need.REMARK], "Published ground"):  # fmt: skip
        assert said in page


def test_the_office_sees_who_got_the_case_and_the_complainant_does_not(cast: Cast, meena: Client) -> None:
    number = assigned(cast)
    act(cast.bharat, number, Action.FORWARD, 1, officer_posting_id=cast.hansa.posting_id)
    given = re.findall(r"Given to: (.*?)</p>", meena.get(f"/desk/{number}").text)
    assert [re.sub("<[^>]+>", "", one) for one in given] == ["Bharat Solanki", "Hansa Rathod"]
    grievance = case(number)
    shown = history(db.session(), grievance.id, NOW, catalogue.calendar(grievance.state_id), for_citizen=True)
    assert all(one.given_to is None for one in shown.happenings)


def test_an_officer_who_takes_a_case_is_offered_only_themselves(cast: Cast, bharat: Client, meena: Client) -> None:
    number = file_case().number
    page = bharat.get(f"/desk/{number}").text
    assert "Hansa Rathod" not in page
    assert "Take this case" in page
    assert "Hansa Rathod" in meena.get(f"/desk/{number}").text


def test_closing_against_the_complainant_is_offered_only_after_a_reopening(cast: Cast, bharat: Client) -> None:
    assert "close_against" not in bharat.get(f"/desk/{assigned(cast, 'first')}/propose").text
    again = refused(cast)
    act(cast.bharat, again, Action.ASSIGN, 2, officer_posting_id=cast.bharat.posting_id)
    assert "close_against" in bharat.get(f"/desk/{again}/propose").text


# Acting


def version_of(number: str) -> str:
    return str(case(number).version)


def test_a_report_and_a_disposal_are_recorded_and_said_so(cast: Cast, bharat: Client, meena: Client) -> None:
    number = assigned(cast)
    data = {"version": version_of(number), "report": REPORT}
    answer = bharat.post(f"/desk/{number}/report_action", data=data, follow_redirects=True)
    assert "Recorded in the register as entry 3." in answer.text
    assert case(number).status is Status.ACTION_REPORTED
    data = {"version": version_of(number), "reason": REASON, "outcome": "redressed"}
    answer = meena.post(f"/desk/{number}/dispose", data=data, follow_redirects=True)
    assert "Recorded in the register as entry 4." in answer.text
    assert REASON in answer.text
    assert case(number).outcome is Outcome.REDRESSED


def test_a_warning_of_nearly_the_same_reasons_is_said(cast: Cast, meena: Client) -> None:
    disposed(cast, "first")
    number = reported(cast, "second")
    data = {"version": version_of(number), "reason": REASON, "outcome": "redressed"}
    answer = meena.post(f"/desk/{number}/dispose", data=data, follow_redirects=True)
    assert "nearly the same as in another of your cases" in answer.text


def test_who_gave_a_case_away_lands_on_the_desk(cast: Cast, bharat: Client) -> None:
    number = assigned(cast)
    data = {"version": version_of(number), "office": office("TDO-3783"), "remark": "આ તેમની બાબત છે."}
    answer = bharat.post(f"/desk/{number}/transfer", data=data, follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/desk")
    assert bharat.get(f"/desk/{number}").status_code == 404


@pytest.mark.parametrize(
    ("reason", "outcome", "said"),
    [
        ("", "redressed", "Write the reasons"),
        (REASON, "", "Choose how it ends."),
        (REASON, "withdrawn", "has to be proposed and approved"),
        (REASON, "nothing", "Choose how it ends."),
        ("The record was corrected after a visit to the place.", "redressed", "in the language of the grievance"),
        ("અરજદાર {નામ} ને નકલ આપી છે, રેકર્ડ સુધાર્યું છે.", "redressed", "{નામ}"),
        ("ક" * 4001, "redressed", "at most"),
    ],
)
def test_what_is_wrong_is_said_on_the_same_page_and_what_was_typed_is_kept(
    cast: Cast, meena: Client, reason: str, outcome: str, said: str
) -> None:
    number = reported(cast)
    answer = meena.post(
        f"/desk/{number}/dispose", data={"version": version_of(number), "reason": reason, "outcome": outcome}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert reason in answer.text
    assert TEXT in answer.text
    opened = re.findall(r'<details class="panel" name="action" open>\s*<summary>([^<]+)', answer.text)
    assert opened == ["Dispose with reasons"]
    assert re.search(r'href="#dispose-(reason|outcome)"', answer.text)
    assert answer.text.count("<title>Error:") == 1
    assert case(number).status is Status.ACTION_REPORTED


def test_four_thousand_letters_in_lines_are_not_too_many(cast: Cast, bharat: Client) -> None:
    number = assigned(cast)
    text = "\r\n".join(["ક" * 39] * 100)
    answer = bharat.post(f"/desk/{number}/report_action", data={"version": version_of(number), "report": text})
    assert answer.status_code == 303, answer.text
    assert case(number).status is Status.ACTION_REPORTED


def test_a_form_whose_token_is_too_old_does_nothing_and_keeps_what_was_typed(cast: Cast, bharat: Client) -> None:
    number = assigned(cast)
    data = {"version": version_of(number), "report": REPORT}
    answer = bharat.post(f"/desk/{number}/report_action", data=data, csrf=False)
    assert answer.status_code == 422
    assert REPORT in answer.text
    assert "send it again" in answer.text
    assert case(number).status is Status.ASSIGNED


def test_what_belongs_to_somebody_else_is_refused_with_the_reason(cast: Cast, bharat: Client, meena: Client) -> None:
    number = reported(cast)
    data = {"version": version_of(number), "reason": REASON, "outcome": "redressed"}
    answer = bharat.post(f"/desk/{number}/dispose", data=data)
    assert answer.status_code == 403
    assert "belongs to somebody else" in answer.text
    with transaction() as session:
        session.scalars(select(Grievance)).one().transfers = 3
    act(cast.meena, number, Action.RETURN_REPORT, 1)
    data = {"version": version_of(number), "office": office("TDO-3783"), "remark": "આ તેમની બાબત છે."}
    answer = meena.post(f"/desk/{number}/transfer", data=data)
    assert answer.status_code == 422
    assert "Now the common superior of the offices decides" in answer.text


# Two at once


def test_who_acts_on_an_old_page_sees_what_happened_and_keeps_what_they_typed(cast: Cast, bharat: Client) -> None:
    number = assigned(cast)
    seen = version_of(number)
    act(KANTA, number, Action.CORRECT, 1)
    act(cast.hansa, number, Action.NOTE, 2)
    answer = bharat.post(f"/desk/{number}/report_action", data={"version": seen, "report": REPORT})
    assert answer.status_code == 409
    meanwhile = answer.text[answer.text.index('<h2 id="since">') :]
    meanwhile = meanwhile[: meanwhile.index("</section>")]
    assert "Correction added" in meanwhile
    assert "Internal note" in meanwhile
    assert "Grievance filed" not in meanwhile
    assert REPORT in answer.text
    renewed = re.search(r'name="version" value="(\d+)"', answer.text)
    assert renewed is not None
    assert renewed[1] == version_of(number) != seen
    bharat.post(f"/desk/{number}/report_action", data={"version": renewed[1], "report": REPORT})
    assert case(number).status is Status.ACTION_REPORTED


def test_what_cannot_be_done_any_more_shows_what_was_written_to_copy(cast: Cast, bharat: Client) -> None:
    number = assigned(cast)
    seen = version_of(number)
    act(cast.bharat, number, Action.REPORT_ACTION, 1)
    answer = bharat.post(f"/desk/{number}/report_action", data={"version": seen, "report": "મારો બીજો અહેવાલ."})
    assert answer.status_code == 409
    assert "મારો બીજો અહેવાલ." in answer.text
    assert "Report of action taken" in answer.text


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "9" * 40, "૧", "1.5", "999999999"])
def test_a_broken_version_is_never_taken_for_the_present_one(cast: Cast, bharat: Client, version: str) -> None:
    number = assigned(cast)
    answer = bharat.post(f"/desk/{number}/report_action", data={"version": version, "report": REPORT})
    assert answer.status_code == 409
    assert REPORT in answer.text
    assert case(number).status is Status.ASSIGNED


# Papers and identity


def sent(data: bytes = PDF) -> FileStorage:
    return FileStorage(BytesIO(data), "utaro.pdf")


def test_evidence_is_added_once_and_comes_back_as_a_download(cast: Cast, bharat: Client) -> None:
    number = assigned(cast)
    for _press in range(2):
        answer = bharat.post(
            f"/desk/{number}/documents",
            data={"document": sent()},
            follow_redirects=True,
        )
        assert answer.status_code == 200
        assert "The paper is added." in answer.text
    assert db.session.scalar(select(func.count()).select_from(Document)) == 1
    db.session.commit()
    link = re.search(rf'href="(/desk/{number}/documents/\d+)"', answer.text)
    assert link is not None
    paper = bharat.get(link[1])
    assert paper.data == PDF
    assert paper.headers["Content-Disposition"].startswith("attachment")
    assert paper.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        (None, "Choose a photo or a PDF."),
        (b"", "empty"),
        (b"<html>", "Only photographs"),
        (b"%PDF-" + b"x" * MAX_BYTES, "larger than 5 MB"),
    ],
)
def test_a_paper_that_cannot_be_taken_says_why_on_the_page_and_to_the_script(
    cast: Cast, bharat: Client, paper: bytes | None, said: str
) -> None:
    number = assigned(cast)
    for headers, kind in (({}, "text/html"), ({"X-Requested-With": "fetch"}, "text/plain")):
        data = {"document": sent(paper)} if paper is not None else {}
        answer = bharat.post(f"/desk/{number}/documents", data=data, headers=headers,
                             content_type="multipart/form-data")  # fmt: skip
        assert (answer.status_code, answer.mimetype) == (422, kind)
        assert said in answer.text


def test_a_paper_the_script_sends_is_answered_in_a_word(cast: Cast, bharat: Client) -> None:
    number = assigned(cast)
    answer = bharat.post(
        f"/desk/{number}/documents",
        data={"document": sent()},
        headers={"X-Requested-With": "fetch"},
    )
    assert (answer.status_code, answer.mimetype) == (201, "text/plain")


def test_no_paper_is_added_to_a_case_one_may_not_see_or_that_is_closed(app: Flask, cast: Cast, bharat: Client) -> None:
    number = closed(cast)
    assert bharat.post(f"/desk/{number}/documents", data={"document": sent()}).status_code == 422
    stranger = browser(app, cast.development_officer)
    assert stranger.post(f"/desk/{number}/documents", data={"document": sent()}).status_code == 404


def test_when_and_where_evidence_was_taken_is_shown_to_who_decides_alone(
    cast: Cast, bharat: Client, meena: Client
) -> None:
    number = assigned(cast)
    add_paper(cast.bharat, number, 1, DocumentKind.EVIDENCE, captured_at="2026-07-02T10:30:00+05:30", latitude=22.7281,
              longitude=72.4446)  # fmt: skip
    add_paper(cast.bharat, number, 1, DocumentKind.EVIDENCE, pdf(b"<< /Second 1 >>"))
    assert "22.72810" not in bharat.get(f"/desk/{number}").text
    page = meena.get(f"/desk/{number}").text
    assert "22.72810, 72.44460" in page
    assert "Taken: none. Place: none." in page


def test_papers_of_one_who_hides_are_named_to_nobody_but_who_releases_them(
    app: Flask, cast: Cast, meena: Client
) -> None:
    number = hidden(cast)
    page = meena.get(f"/desk/{number}").text
    assert "A paper that waits for release" in page
    assert "/documents/" not in page.replace(f'"/desk/{number}/documents"', "")
    for said in ("Kanta Makwana", "9876543210"):
        assert said not in page
    assert "Hidden at the complainant" in page
    above = browser(app, cast.additional_collector)
    link = re.search(rf'href="(/desk/{number}/documents/\d+)"', above.get(f"/desk/{number}").text)
    assert link is not None
    assert above.get(link[1]).data == PDF
    assert meena.get(link[1]).status_code == 404


def test_a_hidden_identity_is_shown_once_with_a_reason_and_not_to_the_office(app: Flask, cast: Cast) -> None:
    number = file_case(is_identity_hidden=True).number
    with transaction() as session:
        row = session.scalars(select(Grievance)).one()
        row.answerable_office_id, row.level = cast.commissioner.office_id or 0, 4
    assert "identity" not in re.findall(
        r'action="[^"]*/([a-z]+)"', browser(app, cast.meena).get(f"/desk/{number}").text
    )
    reason = {"reason": "The court asks who filed this."}
    assert browser(app, cast.meena).post(f"/desk/{number}/identity", data=reason).status_code == 403
    high = browser(app, cast.commissioner)
    short = high.post(f"/desk/{number}/identity", data={"reason": "why"})
    assert short.status_code == 422
    assert ">\nwhy</textarea>" in short.text
    assert db.session.scalar(select(func.count()).select_from(Opening)) == 0
    db.session.commit()
    page = high.post(f"/desk/{number}/identity", data=reason).text
    assert "Kanta Makwana" in page
    assert "+919876543210" in page
    assert "Kanta Makwana" not in high.get(f"/desk/{number}").text


# What one may not see


def test_a_case_outside_the_scope_answers_like_one_that_does_not_exist(app: Flask, cast: Cast) -> None:
    number, missing = assigned(cast), "GJ-2026-9999999-0"
    stranger = browser(app, cast.development_officer)
    for tail in ("", "/dispose", "/nothing", "/documents/1"):
        seen = [stranger.get(f"/desk/{one}{tail}") for one in (number, missing)]
        assert [one.status_code for one in seen] == [404, 404]
        assert seen[0].text.replace(number, missing) == seen[1].text
    for tail in ("/dispose", "/note", "/nothing", "/documents", "/identity"):
        sent = [stranger.post(f"/desk/{one}{tail}", data={"remark": "x"}) for one in (number, missing)]
        assert [one.status_code for one in sent] == [404, 404]


# What it costs


@pytest.mark.parametrize("stage", ["reported", "proposed", "refused", "hidden"])
def test_a_case_costs_at_most_twelve_statements_and_no_more_beside_others(
    app: Flask, cast: Cast, count_statements: Counting, stage: str
) -> None:
    number = STAGES[stage](cast)
    file_case("another of the same number", 1)
    spent: list[list[int]] = [[], []]
    for turn in (0, 1):
        if turn:
            copies(number, 200)
        for actor in (cast.bharat, cast.meena, cast.additional_collector):
            client = browser(app, actor)
            client.get(f"/desk/{number}")
            with count_statements() as sent:
                assert client.get(f"/desk/{number}").status_code == 200
            assert len(sent) <= 12, sent
            spent[turn].append(len(sent))
    assert spent[0] == spent[1]
