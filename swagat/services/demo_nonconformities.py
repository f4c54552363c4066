"""The demo's nonconformities: one that waits to be judged, one under way, and one that is late; and who runs them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.mandates import Mandate
from swagat.domain.nonconformities import Cause, Severity, Source, Step
from swagat.domain.quality.periods import months_after
from swagat.domain.roles import Actor, Role
from swagat.domain.rules import Rules
from swagat.models import Nonconformity, Office, Person, Posting
from swagat.services import mandates, nonconformities, nonconformity_opening, nonconformity_signals, quality_duties
from swagat.services.nonconformities import Given

QUALITY_MANAGER, AUDITOR = "quality.gujarat", "auditor.gujarat"
A_DAY = timedelta(days=1)
# The office whose history improves, and the one that has most cases.
IMPROVES, BUSY = "MAM-3784", "MAM-3783"


def do_quality_work(officers: Mapping[int, Actor], heads: Mapping[int, Actor], now: datetime, rules: Rules) -> None:
    """Open three by hand and whatever the program itself sees, take their steps, and let the auditor read them."""
    quality = actor_of(QUALITY_MANAGER)
    codes = select(Office.code, Office.id).where(Office.state_id == quality.state_id)
    offices = {row.code: row.id for row in db.session.execute(codes)}
    db.session.rollback()
    _to_be_judged(quality, officers[offices[IMPROVES]], heads[offices[IMPROVES]], now, rules)
    _under_way(quality, officers[offices[BUSY]], heads[offices[BUSY]], now, rules)
    _open(quality, BUSY, "late", "confirmed", now - 30 * A_DAY, rules,
          "At the counter people were sent away to come again with a paper that the office itself keeps. Five of them "
          "said so on one morning; the citizens' charter promises that nobody is asked for it.")  # fmt: skip
    # At the end of each month, as every night: on a day in between it would see cases that came later.
    for months in (2, 1, 0):
        first = months_after(now.date(), -months)
        nonconformity_signals.look(now - timedelta(days=(now.date() - first).days + 1), rules)
    quality_duties.sweep(now, rules)
    with transaction() as session:
        auditor = select(Posting.id).join(Person, Person.id == Posting.person_id).where(Person.login == AUDITOR)
        years = months_after(now.date(), -24), months_after(now.date(), 12)
        mandates.give(session, session.scalars(auditor).one(), Mandate(None, *years))


def _to_be_judged(quality: Actor, officer: Actor, head: Actor, now: datetime, rules: Rules) -> None:
    began = now - 390 * A_DAY
    # The months by which it is judged have just ended.
    done_on = months_after(now.date(), -1 - rules.nonconformity_effect_months) + 9 * A_DAY
    number = _open(
        quality, IMPROVES, "judged", "closure_days", began, rules,
        "Half of all answers about land records take longer than the charter allows, and nobody at the office could "
        "say where the time goes.",
    )  # fmt: skip
    for at, actor, step, given in (
        (5, head, Step.CORRECT, Given("The forty oldest cases were answered within a week; a list is kept with them.")),
        (20, head, Step.FIND_CAUSE, Given(
            "The neighbouring offices were asked: two of them work the same way.",
            ("Cases lie for weeks before an officer opens them.", "They are given out only once a week.",
             "The list of new cases is printed on Mondays and then passed by hand."), Cause.PROCEDURE)),
        (28, head, Step.PLAN, Given(
            "New cases are given to an officer every morning, and the head looks at whatever is older than ten days.",
            owner_posting_id=officer.posting_id, due_on=done_on)),
        ((done_on - began.date()).days, officer, Step.REPORT_DONE, Given(
            "Office order 14 is in force and hangs at the counter; the register shows the hour of giving out for each "
            "case since then.")),
    ):  # fmt: skip
        _take(actor, number, step, given, began + at * A_DAY, rules)


def _under_way(quality: Actor, officer: Actor, head: Actor, now: datetime, rules: Rules) -> None:
    began = now - 24 * A_DAY
    number = _open(
        quality, BUSY, "under way", "fell", began, rules,
        "Three answers of last month say that a mutation was entered. The register shows no entry for any of them.",
    )  # fmt: skip
    for at, actor, step, given in (
        (3, head, Step.CORRECT, Given("All three entries were made and the people were told on the same day.")),
        (9, head, Step.FIND_CAUSE, Given(
            "Forty other answers of the same month were compared with the register: they are true.",
            ("The answer was written before the entry was made.",
             "Answers and entries are made by two persons who do not see each other's list.",
             "Nobody compares the two before an answer leaves."), Cause.SUPERVISION)),
        (12, head, Step.PLAN, Given(
            "The head compares every answer about a mutation with the register before it leaves, and initials it.",
            owner_posting_id=officer.posting_id, due_on=(now + 10 * A_DAY).date())),
    ):  # fmt: skip
        _take(actor, number, step, given, began + at * A_DAY, rules)


def _open(quality: Actor, office: str, key: str, indicator: str, at: datetime, rules: Rules, statement: str) -> str:
    return nonconformity_opening.open_by_hand(
        quality, f"demo {key}", office, Source.BY_HAND, Severity.MINOR, statement, indicator, (), at, rules
    )


def _take(actor: Actor, number: str, step: Step, given: Given, at: datetime, rules: Rules) -> None:
    seen = db.session.scalar(select(Nonconformity.last_seq).where(Nonconformity.number == number)) or 0
    db.session.rollback()
    nonconformities.take(actor, number, step, given, seen, at, rules)


def actor_of(login: str) -> Actor:
    """Return who runs a quality system, by the sign-in name."""
    row = db.session.execute(
        select(Posting.id, Posting.person_id, Posting.office_id, Posting.role, Office.state_id)
        .join(Person, Person.id == Posting.person_id)
        .join(Office, Office.id == Posting.office_id)
        .where(Person.login == login, Posting.role == Role.QUALITY_MANAGER)
    ).one()
    return Actor(row.role, row.person_id, row.id, row.office_id, row.state_id)
