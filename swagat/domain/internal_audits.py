"""Internal audits (ISO 9001:2015, 9.2): what is asked clause by clause, who may not ask it, and when it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from swagat.domain.errors import N_, Text
from swagat.domain.quality.measures import next_month
from swagat.domain.quality.periods import months_between
from swagat.domain.quality.sampling import seed_of

SMALLEST_SAMPLE, LARGEST_SAMPLE = 3, 50
SHORTEST_EVIDENCE, LONGEST_EVIDENCE = 10, 2000
LONGEST_PERIOD = 36
NOT_THEIR_OWN = N_("Nobody audits their own office.")


class AuditState(StrEnum):
    """How far an audit has come; the last two are ends."""

    PLANNED = "planned"
    DRAWN = "drawn"
    REPORTED = "reported"
    CANCELLED = "cancelled"


class Finding(StrEnum):
    """What an auditor found for a question; minor and major are nonconformities."""

    CONFORMS = "conforms"
    OBSERVATION = "observation"
    MINOR = "minor"
    MAJOR = "major"
    NOT_APPLICABLE = "not_applicable"


NONCONFORMITIES = frozenset({Finding.MINOR, Finding.MAJOR})


class CaseFinding(StrEnum):
    """What an auditor found in the papers of one case that was drawn."""

    CONFORMS = "conforms"
    DOES_NOT = "does_not"
    NOT_CLEAR = "not_clear"


class Question(NamedTuple):
    """One question of the checklist: how forms name it, the clause it asks about, and the question."""

    code: str
    clause: str
    text: str


# The clauses are those of ISO 9001:2015; the questions are ours.
CHECKLIST: tuple[Question, ...] = (
    Question("charter", "5.1.2", N_("Is what people may expect, and by when, on show where they come in?")),
    Question(
        "objectives",
        "6.2",
        N_("Do those who work here know the objectives of the office, and are the missed ones explained?"),
    ),
    Question(
        "place", "7.1.4", N_("Can everybody come in, sit and be heard: a ramp, water, light, a place to speak alone?")
    ),
    Question(
        "competence",
        "7.2",
        N_("Do the officers know the rules of their subjects, the reasons they must give, and the next remedy?"),
    ),
    Question("records", "7.5", N_("Are papers kept, found within minutes, and erased when their time is over?")),
    Question("told", "8.2.1", N_("Is everybody told the number, the date and each step, in a language they read?")),
    Question(
        "handling",
        "8.5.1",
        N_("Is work done as the register says: given to an officer, visited, reported, then decided by another?"),
    ),
    Question(
        "fell", "8.7", N_("Were answers that fell taken up again, with what went wrong put right for the complainant?")
    ),
    Question(
        "satisfaction", "9.1.2", N_("Does the office read what complainants say of its answers, and does it act on it?")
    ),
    Question(
        "figures", "9.1.3", N_("Does the head look at the figures each month, and can they say what moved and why?")
    ),
    Question("earlier", "9.2", N_("Was everything done that the last audit asked for?")),
    Question("review", "9.3", N_("Were the decisions of the last management review carried out by their dates?")),
    Question(
        "causes",
        "10.2",
        N_("Are causes found and not only mistakes mended, and was it looked at later whether it helped?"),
    ),
)
CODES = tuple(one.code for one in CHECKLIST)
_CLAUSES = {one.code: one.clause for one in CHECKLIST}


class Posted(NamedTuple):
    """A time for which somebody was posted at an office; without an end it goes on."""

    office_id: int
    begins_on: date
    ends_on: date | None


class Answer(NamedTuple):
    """What is noted for a question or for a case: the finding, None while open, and what shows it."""

    finding: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Paper:
    """All that an auditor has noted: for each question by its code, for each case by its place in the sample."""

    answers: Mapping[str, Answer]
    cases: Mapping[int, Answer]
    conclusion: str


def why_not_impartial(
    audited_office_id: int, auditors_office_id: int, posted: Iterable[Posted], first: date, last: date
) -> Text | None:
    """Return why somebody may not audit an office, None where they may (9.2.2 c: objective and impartial).

    Nobody audits where they are posted, nor where they were posted in the audited months, from the first to the last.
    """
    if audited_office_id == auditors_office_id:
        return Text(NOT_THEIR_OWN)
    after = next_month(last)
    for one in posted:
        was_there = one.begins_on < after and (one.ends_on is None or one.ends_on >= first)
        if one.office_id == audited_office_id and was_there:
            return Text(N_("This person was posted at that office in the period, and would audit their own work."))
    return None


def fault_of_period(first: date, last: date) -> Text | None:
    """Return what is wrong with the months an audit looks at, None where nothing is."""
    if last < first:
        return Text(N_("The last month is before the first."))
    if len(months_between(first, last)) > LONGEST_PERIOD:
        return Text(N_("An audit looks at three years at most."))
    return None


def number_of(year: int, running: int) -> str:
    """Return the number of an audit as people read it."""
    return f"IA-{year}-{running:03}"


def seed_for(state: str, number: str, digests: Iterable[bytes]) -> str:
    """Return the seed of an audit: nobody can choose it, and anybody can work it out again.

    It is the SHA-256 of a line that names state and audit, followed by the digests of the register entries of all
    disposals of the office in the period, in order, one a line. `sampling.draw` then draws as it does for checks.
    """
    return seed_of(f"swagat audit {state} {number}", digests)


def clause_of(code: str) -> str:
    """Return the clause that a question asks about."""
    return _CLAUSES[code]


def state_of(drawn_at: datetime | None, reported_at: datetime | None, cancelled_at: datetime | None) -> AuditState:
    """Return how far an audit has come."""
    if cancelled_at is not None:
        return AuditState.CANCELLED
    if reported_at is not None:
        return AuditState.REPORTED
    return AuditState.PLANNED if drawn_at is None else AuditState.DRAWN


def faults_of_draft(paper: Paper) -> dict[str, Text]:
    """Return what cannot even be kept as a draft, by the name of the field in the form."""
    faults: dict[str, Text] = {}
    allowed = {one.value for one in Finding}, {one.value for one in CaseFinding}
    cases = {f"case_{at}": answer for at, answer in paper.cases.items()}
    for answers, known in ((paper.answers, allowed[0]), (cases, allowed[1])):
        for key, answer in answers.items():
            if answer.finding is not None and answer.finding not in known:
                faults[f"finding_{key}"] = Text(N_("Choose one of the answers."))
            if len(answer.evidence) > LONGEST_EVIDENCE:
                faults[f"evidence_{key}"] = _too_long()
    if len(paper.conclusion) > LONGEST_EVIDENCE:
        faults["conclusion"] = _too_long()
    return faults


def faults_of_report(paper: Paper, sampled: int) -> dict[str, Text]:
    """Return what is missing for a report: every question and case, what shows each nonconformity, a conclusion."""
    faults = faults_of_draft(paper)
    wanted = [(code, paper.answers.get(code), True) for code in CODES]
    wanted += [(f"case_{at}", paper.cases.get(at), False) for at in range(1, sampled + 1)]
    for key, answer, is_question in wanted:
        if answer is None or answer.finding is None:
            faults.setdefault(f"finding_{key}", Text(N_("Choose what you found.")))
        elif _needs_evidence(answer.finding, is_question) and len(answer.evidence.strip()) < SHORTEST_EVIDENCE:
            faults.setdefault(
                f"evidence_{key}", Text(N_("Write what shows it, in %(count)s characters or more."), _SHORTEST)
            )
    if len(paper.conclusion.strip()) < SHORTEST_EVIDENCE:
        faults.setdefault("conclusion", Text(N_("Write the conclusion, in %(count)s characters or more."), _SHORTEST))
    return faults


_SHORTEST = {"count": SHORTEST_EVIDENCE}


def _too_long() -> Text:
    return Text(N_("Write at most %(count)s characters."), {"count": LONGEST_EVIDENCE})


def _needs_evidence(finding: str, is_question: bool) -> bool:
    plain = (Finding.CONFORMS, Finding.NOT_APPLICABLE) if is_question else (CaseFinding.CONFORMS,)
    return finding not in plain
