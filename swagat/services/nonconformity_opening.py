"""Nonconformities are opened: by a person, or by the program from what the figures and the registers say."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, table_of, transaction
from swagat.domain.errors import N_, Invalid, NotFound, Text
from swagat.domain.nonconformities import OPENED_BY_PEOPLE, Severity, Source, Stage, Step
from swagat.domain.quality.indicators import INDICATORS, Better
from swagat.domain.quality.measures import month_of
from swagat.domain.roles import SYSTEM, Actor, Role
from swagat.domain.rules import Rules
from swagat.models import Grievance, Nonconformity, NonconformityCase, Office
from swagat.services import branches, catalogue, nonconformity_trail
from swagat.services.bulk import insert_rows
from swagat.services.indicators import is_of_now
from swagat.services.quality_scopes import Whose, offices
from swagat.services.scope import HEADING

SHORTEST, LONGEST = 10, 4000
MOST_CASES = 200
# By what an effect can be judged: figures of a period of which one way is better.
FIGURES = tuple(code for code, one in INDICATORS.items() if one.better is not Better.NEITHER and not is_of_now(one))
STATE_TIER = "state"


def open_by_hand(
    actor: Actor,
    key: str,
    office_code: str,
    source: Source | None,
    severity: Severity | None,
    statement: str,
    indicator: str,
    numbers: Sequence[str],
    now: datetime,
    rules: Rules,
) -> str:
    """Open a nonconformity about an office and return its number; the same key once more is the same one.

    Raises Invalid for what is missing or is not there.
    """
    statement = statement.strip()
    with transaction() as session:
        office = next((one for one in may_open_for(session, actor) if one.code == office_code), None)
        cases = _cases(session, actor, numbers)
        errors: dict[str, Text] = {}
        if office is None:
            errors["office"] = Text(N_("Choose an office from the list."))
        if source not in OPENED_BY_PEOPLE:
            errors["source"] = Text(N_("Choose where it was noticed."))
        if severity is None:
            errors["severity"] = Text(N_("Choose how grave it is."))
        if len(statement) < SHORTEST:
            errors["statement"] = Text(N_("Write at least %(count)s characters."), {"count": SHORTEST})
        elif len(statement) > LONGEST:
            errors["statement"] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST})
        if indicator and indicator not in FIGURES:
            errors["indicator"] = Text(N_("Choose a figure from the list."))
        if len(cases) < len(set(numbers)):
            missing = ", ".join(one for one in dict.fromkeys(numbers) if one not in cases)[:200]
            errors["cases"] = Text(N_("There is no such grievance: %(numbers)s."), {"numbers": missing})
        if errors or office is None or source is None or severity is None:
            raise Invalid(errors=errors)
        made = _open(
            session, actor, source, office.where.scope_id, f"form:{key}", severity, statement,
            indicator, None, {}, list(cases.values()), now, rules,
        )  # fmt: skip
        return made.number


def open_by_system(
    session: Session,
    source: Source,
    office_id: int,
    reference: str,
    now: datetime,
    rules: Rules,
    *,
    indicator: str = "",
    month: date | None = None,
    severity: Severity = Severity.MINOR,
    statement: str = "",
    facts: Mapping[str, Any] | None = None,
    cases: Collection[int] = (),
) -> str | None:
    """Open a nonconformity inside the caller's transaction and return its number; None where it was opened before.

    The source and the reference together name what it was opened from: there is one for them, however often and by
    whomever this is asked. `statement` is in the words of a person, such as an auditor's; without one the page puts
    `facts` into words of the reader's language. `cases` are the grievances that it is about.
    """
    there = select(Nonconformity.id).where(Nonconformity.source == source, Nonconformity.reference == reference)
    if session.scalar(there) is not None:
        return None
    _hold_office(session, office_id)
    if session.scalar(there) is not None:
        return None
    made = _open(
        session, SYSTEM, source, office_id, reference, severity, statement, indicator, month, dict(facts or {}),
        sorted(cases), now, rules,
    )  # fmt: skip
    return made.number


def may_open_for(session: Session, actor: Actor) -> Sequence[Whose]:
    """Return the offices about which somebody may open a nonconformity, by name: their own and those below.

    A quality manager of an office of the whole state may do it for all of them.
    """
    if actor.office_id is None or (actor.role not in HEADING and actor.role is not Role.QUALITY_MANAGER):
        return []
    found = offices(session, actor.state_id or 0)
    if actor.role is Role.QUALITY_MANAGER and is_of_state(session, actor.office_id):
        return found
    branch = {office_id for office_id, _ladder in branches.branch_of(actor.office_id)} | {actor.office_id}
    return [one for one in found if one.where.scope_id in branch]


def is_of_state(session: Session, office_id: int | None) -> bool:
    """Return whether an office is one of the whole state."""
    return session.scalar(select(Office.tier).where(Office.id == office_id)) == STATE_TIER


def opened_from(session: Session, source: Source, reference: str) -> str:
    """Return the number of what was opened from something, empty where nothing was."""
    asked = select(Nonconformity.number).where(Nonconformity.source == source, Nonconformity.reference == reference)
    return session.scalar(asked) or ""


def opened_from_each(session: Session, source: Source, references: Sequence[str]) -> dict[str, str]:
    """Return the numbers of what was opened from several things, by their references, in one statement."""
    rows = select(Nonconformity.reference, Nonconformity.number).where(
        Nonconformity.source == source, Nonconformity.reference.in_(references)
    )
    return {row.reference: row.number for row in session.execute(rows)}


def is_about(session: Session, number: str, office_id: int) -> bool:
    """Return whether there is a nonconformity with this number about an office."""
    asked = select(Nonconformity.id).where(Nonconformity.number == number, Nonconformity.office_id == office_id)
    return session.scalar(asked) is not None


def link(session: Session, nonconformity_id: int, cases: Collection[int]) -> int:
    """Add grievances to a nonconformity inside the caller's transaction, and return how many are new."""
    rows = [{"nonconformity_id": nonconformity_id, "grievance_id": one} for one in sorted(cases)]
    return insert_rows(session, table_of(NonconformityCase), rows, ("nonconformity_id", "grievance_id"))


def _open(
    session: Session,
    actor: Actor,
    source: Source,
    office_id: int,
    reference: str,
    severity: Severity,
    statement: str,
    indicator: str,
    month: date | None,
    facts: dict[str, Any],
    cases: Sequence[int],
    now: datetime,
    rules: Rules,
) -> Nonconformity:
    office = _hold_office(session, office_id)
    before = session.scalars(
        select(Nonconformity).where(Nonconformity.source == source, Nonconformity.reference == reference)
    ).first()
    if before is not None:
        return before
    today = catalogue.calendar(office.state_id).day_of(now)
    last = select(func.max(Nonconformity.running)).where(
        Nonconformity.office_id == office_id, Nonconformity.year == today.year
    )
    running = (session.scalar(last) or 0) + 1
    made = Nonconformity(
        state_id=office.state_id,
        office_id=office_id,
        year=today.year,
        running=running,
        number=f"NC-{office.code}-{today.year}-{running:03}",
        source=source,
        reference=reference,
        severity=severity,
        statement=statement,
        facts=facts,
        indicator=indicator,
        month=month_of(month) if month else None,
        stage=Stage.OPENED,
        answerable_office_id=office_id,
        due_on=today,
        opened_by_id=actor.person_id,
        opened_at=now,
        last_seq=0,
        last_digest=b"",
    )
    session.add(made)
    session.flush()
    nonconformity_trail.append(session, made, Step.OPEN, actor, None, statement, facts, now)
    nonconformity_trail.set_date(session, made, None, rules, now)
    session.flush()
    link(session, made.id, cases)
    return made


def _hold_office(session: Session, office_id: int) -> Office:
    """Let everybody else who opens one about this office wait, so that each gets a number of its own."""
    asked = select(Office).where(Office.id == office_id)
    if not is_sqlite(session):
        asked = asked.with_for_update(key_share=True)
    found = session.scalars(asked).first()
    if found is None:
        raise NotFound
    return found


def _cases(session: Session, actor: Actor, numbers: Sequence[str]) -> dict[str, int]:
    asked = select(Grievance.registration_number, Grievance.id).where(
        Grievance.state_id == actor.state_id, Grievance.registration_number.in_(numbers[:MOST_CASES])
    )
    return {str(row[0]): row[1] for row in session.execute(asked)} if numbers else {}
