"""The demo's internal audit, management review and objectives of one office, held at instants that have passed."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from sqlalchemy import select

from swagat.database import db
from swagat.domain.internal_audits import CODES, Answer, CaseFinding, Finding, Paper
from swagat.domain.management_reviews import DecisionKind
from swagat.domain.objectives import Typed, Unit, Verdict
from swagat.domain.quality.periods import months_after
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.working_time import INDIA
from swagat.models import InternalAudit, ManagementReview, ObjectiveMonth, Office, QualityObjective
from swagat.services import audit_planning, internal_audits, management_reviews, objective_judging, objectives
from swagat.services.audit_planning import Plan
from swagat.services.management_reviews import Decision

AUDITED, AUDITORS, AUDITOR = "MAM-3783", "CO-NP-DHOLKA", "chief.officer.dholka"
A_DAY = timedelta(days=1)
FOUND = {
    "objectives": Answer(
        Finding.OBSERVATION, "The objectives hang in the head's room. Two of the three officers asked could name them."
    ),
    "told": Answer(
        Finding.MINOR, "Of six people at the counter two had no date in writing by which they would have an answer."
    ),
    "review": Answer(Finding.NOT_APPLICABLE, "It is the first audit since reviews are held."),
}
IN_PAPERS = Answer(CaseFinding.NOT_CLEAR, "The report names a visit. No note of it is among the papers.")
CONCLUSION = (
    "Answers are true and mostly in time. People are not always told when they will have one; the office corrects that "
    "at the counter and is asked for the cause."
)
NOTES = {
    "changes": "The survey of the villages in the south has ended; officers have their mornings back since then.",
    "providers": "Texts to telephones arrived on all but one day. The line to the record room failed twice.",
    "resources": "One post of a deputy is vacant since the monsoon.",
    "improvement": "People come twice because the first counter cannot see what the second one needs.",
}
MINUTES = (
    "The head, both officers and the clerk of the counter went through the figures of the quarter.\n"
    "Most answers are given in time. What takes long waits for the record room.\n"
    "The finding of the internal audit was read out, and what to do about it decided below."
)
WHY_MISSED = "The survey of the villages took two of three officers out of the office for most of the month."


def hold(
    officers: Mapping[int, Actor], heads: Mapping[int, Actor], quality: Actor, now: datetime, rules: Rules
) -> None:
    """Set two objectives, audit the office, hold its review, and say why the first missed month was missed."""
    asked = select(Office.code, Office.id).where(Office.code.in_((AUDITED, AUDITORS)))
    offices = {row.code: row.id for row in db.session.execute(asked)}
    db.session.rollback()
    head, officer = heads[offices[AUDITED]], officers[offices[AUDITED]]
    _set_objectives(head, now)
    _audit(quality, heads[offices[AUDITORS]], now, rules)
    _review(head, officer, now)
    _answer(head, now, rules)


def _at(now: datetime, months: int, day: int) -> datetime:
    """Return noon of a day of a month so many months after that of now."""
    return datetime.combine(months_after(now.astimezone(INDIA).date(), months), time(12), INDIA) + (day - 1) * A_DAY


def _set_objectives(head: Actor, now: datetime) -> None:
    """Set both some days before the first of twelve months, of which three have ended."""
    first, last = (f"{_at(now, months, 1):%Y-%m}" for months in (-3, 8))
    owner = str(head.person_id)
    for typed in (
        Typed("on_time", "85", Unit.PERCENT.value, first, last, owner),
        Typed("closure_days", "20", Unit.MEDIAN_DAYS.value, first, last, owner),
    ):
        objectives.set_objective(head, AUDITED, typed, _at(now, -4, 25))


def _audit(quality: Actor, auditor: Actor, now: datetime, rules: Rules) -> None:
    """Let the head of another office audit two months, in the second month after them."""
    first, last = (_at(now, months, 1).date() for months in (-3, -2))
    planned, visit = _at(now, -1, 2), _at(now, -1, 6)
    number = audit_planning.plan(quality, Plan(AUDITED, AUDITOR, first, last, visit.date(), 8), planned)
    drawn = internal_audits.draw(auditor, number, visit)
    answers = {code: Answer(Finding.CONFORMS, "") for code in CODES} | FOUND
    cases = {place: Answer(CaseFinding.CONFORMS, "") for place in range(1, drawn + 1)}
    cases |= {place: IN_PAPERS for place in cases if place == drawn}
    version = db.session.scalar(select(InternalAudit.version).where(InternalAudit.id == number)) or 0
    db.session.rollback()
    internal_audits.keep(
        auditor, number, Paper(answers, cases, CONCLUSION), version, visit + A_DAY, rules, is_report=True
    )


def _review(head: Actor, officer: Actor, now: datetime) -> None:
    """Let the head hold the review of a quarter some days after the audit; one of two decisions is carried out."""
    first, last = (_at(now, months, 1).date() for months in (-4, -2))
    held_at = _at(now, -1, 14)
    number = management_reviews.begin(head, AUDITED, first, last, held_at.date(), held_at)
    decisions = [
        management_reviews.decide(head, number, Decision(kind, text, officer.person_id, due.date()), held_at)
        for kind, text, due in (
            (DecisionKind.CHANGE, "The counter writes the day of the answer on every acknowledgement.", _at(now, 0, 1)),
            (DecisionKind.RESOURCES, "Ask the Collector for a deputy until the vacant post is filled.", _at(now, 1, 1)),
        )
    ]
    version = db.session.scalar(select(ManagementReview.version).where(ManagementReview.id == number)) or 0
    db.session.rollback()
    management_reviews.sign(head, number, NOTES, MINUTES, version, held_at)
    done = "Since the twentieth the day stands on every acknowledgement; the clerk showed thirty of them."
    management_reviews.carry_out(officer, decisions[0], done, _at(now, -1, 20))


def _answer(head: Actor, now: datetime, rules: Rules) -> None:
    """Judge the months that are published, and say of the first missed one why it was missed."""
    objective_judging.judge(now)
    missed = (
        select(ObjectiveMonth.objective_id, ObjectiveMonth.month)
        .join(QualityObjective, QualityObjective.id == ObjectiveMonth.objective_id)
        .where(ObjectiveMonth.verdict == Verdict.MISSED, QualityObjective.owner_id == head.person_id)
        .order_by(ObjectiveMonth.month, ObjectiveMonth.objective_id)
        .limit(1)
    )
    found = db.session.execute(missed).first()
    db.session.rollback()
    if found is not None:
        objectives.answer_month(head, AUDITED, found.objective_id, found.month, WHY_MISSED, "", False, now, rules)
