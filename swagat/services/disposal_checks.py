"""Checks of disposals: what an office has to check, what it may read for it, and what it found.

What was found is kept for good and counted apart from what complainants say. Found untrue, a disposal falls: the case
is open again one level above the office that disposed, which it counts against, and a nonconformity of that office.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from swagat.database import transaction
from swagat.domain.case import Outcome
from swagat.domain.errors import N_, AlreadyDone, Invalid, NotFound, Refused, Text
from swagat.domain.names import Name
from swagat.domain.nonconformities import Source
from swagat.domain.phone import masked_mobile
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Need
from swagat.models import (
    CheckResult,
    CheckWay,
    DisposalCheck,
    Grievance,
    GrievanceEvent,
    Office,
    Place,
    Remark,
    RemarkKind,
)
from swagat.services import catalogue, nonconformity_opening, redressal, scope
from swagat.services.move import Asked
from swagat.services.scope import Identity

DAYS_TO_CHECK = 20
SHORTEST_EVIDENCE, LONGEST_EVIDENCE = 10, 2000
MOST_LISTED, MOST_COUNTED = 200, 100
NO_NUMBER = N_("There is no number that you could call. Check by a visit to the place.")


class PlaceName(NamedTuple):
    """What a place is called, in English and in the language of its state."""

    name_en: str
    name_local: str


class Drawn(NamedTuple):
    """One check as a list shows it."""

    id: int
    number: str
    category_id: int
    place: PlaceName
    office: Name
    outcome: Outcome
    disposed_at: datetime
    due_on: date
    result: CheckResult | None
    checked_at: datetime | None
    has_reopened: bool


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check; what belongs to the case is there until it is made and empty afterwards.

    `mobile` is masked, and empty where nobody can be called.
    """

    drawn: Drawn
    seed: str
    way: CheckWay | None = None
    evidence: str = ""
    text: str = ""
    relief_sought: str = ""
    language: str = ""
    landmark: str = ""
    reports: Sequence[str] = ()
    reasons: Sequence[str] = ()
    mobile: str = ""
    is_identity_hidden: bool = False
    still_stands: bool = True


def waiting(session: Session, actor: Actor) -> list[Drawn]:
    """Return what the actor's office has to check, the longest drawn first, in one statement."""
    rows = _listed(actor).where(DisposalCheck.checked_at.is_(None))
    return _drawn(session, rows.order_by(DisposalCheck.drawn_at, DisposalCheck.id).limit(MOST_LISTED), actor)


def made(session: Session, actor: Actor) -> list[Drawn]:
    """Return what the actor's office has checked, the newest first, in one statement."""
    rows = _listed(actor).where(DisposalCheck.checked_at.is_not(None))
    return _drawn(session, rows.order_by(DisposalCheck.checked_at.desc(), DisposalCheck.id).limit(MOST_LISTED), actor)


def waiting_count(session: Session, actor: Actor) -> int:
    """Return how many checks wait for the actor's office, counted to a hundred and no further."""
    waits = select(DisposalCheck.id).join(Grievance, Grievance.id == DisposalCheck.grievance_id)
    waits = waits.where(scope.disposal_checks_of(actor), DisposalCheck.checked_at.is_(None)).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(waits.subquery())) or 0


def check_view(session: Session, actor: Actor, check_id: int) -> CheckView:
    """Return one check with what is read for it, in at most four statements, raising NotFound for everybody else."""
    listed = _drawn(session, _listed(actor).where(DisposalCheck.id == check_id), actor)
    if not listed:
        raise NotFound
    check, grievance = _loaded(session, actor, check_id)
    if check.checked_at is not None:
        return CheckView(listed[0], check.seed, check.way, check.evidence)
    reports, reasons = _words(session, check)
    return CheckView(
        listed[0],
        check.seed,
        text=grievance.text,
        relief_sought=grievance.relief_sought,
        language=grievance.language,
        landmark=grievance.landmark,
        reports=reports,
        reasons=reasons,
        mobile=masked_mobile(_mobile(actor, grievance)) if _mobile(actor, grievance) else "",
        is_identity_hidden=grievance.is_identity_hidden,
        still_stands=_stands(session, check, grievance),
    )


def open_identity(actor: Actor, check_id: int, now: datetime) -> Identity:
    """Return whom to call or visit and log that it was opened; raises NotFound and Forbidden."""
    with transaction() as session:
        check, grievance = _loaded(session, actor, check_id)
        return scope.open_for_check(session, actor, check, grievance, now)


def record(
    actor: Actor,
    check_id: int,
    way: CheckWay | None,
    result: CheckResult | None,
    evidence: str,
    now: datetime,
    rules: Rules,
) -> bool:
    """Keep what was found, for good, and return whether the case is open again.

    Raises NotFound for who may not check it, Invalid for what is missing, AlreadyDone for the same result once more,
    and Refused for another.
    """
    evidence = evidence.strip()
    with transaction() as session:
        check, _grievance = _loaded(session, actor, check_id)
        scope.hold(session, Grievance.id == check.grievance_id)
        check, grievance = _loaded(session, actor, check_id)
        if check.checked_at is not None:
            if (check.way, check.result) == (way, result):
                raise AlreadyDone(N_("This check was recorded before."))
            raise Refused(N_("Another result was recorded for this check. It stays as it is."))
        _require(actor, grievance, way, result, evidence)
        stands = _stands(session, check, grievance)
        kept = update(DisposalCheck).where(DisposalCheck.id == check.id, DisposalCheck.checked_at.is_(None))
        session.execute(
            kept.values(way=way, result=result, evidence=evidence, checker_id=actor.person_id, checked_at=now)
        )
        if result is not CheckResult.FALSE:
            return False
        nonconformity_opening.open_by_system(
            session, Source.DISPOSAL_CHECK, check.office_id, reference_of(check_id), now, rules,
            indicator="fell", month=check.month, facts={"way": way.value if way else ""}, cases=[grievance.id],
        )  # fmt: skip
        if not stands:
            return False
        seq = grievance.last_seq + 1
        asked = Asked(texts={Need.REMARK: evidence})
        told = {"check_id": check.id, "way": way.value if way else ""}
        reopened = redressal.apply_by_system(
            session, grievance.id, Action.REOPEN_ON_CHECK, now, rules, told, asked=asked
        )
        if reopened:
            session.execute(update(DisposalCheck).where(DisposalCheck.id == check_id).values(reopened_seq=seq))
        return reopened


def reference_of(check_id: int) -> str:
    """Return by which name the nonconformity of a check that found a disposal untrue refers to it."""
    return f"check:{check_id}"


def _require(
    actor: Actor, grievance: Grievance, way: CheckWay | None, result: CheckResult | None, evidence: str
) -> None:
    errors: dict[str, Text] = {}
    if way is None:
        errors["way"] = Text(N_("Choose how you checked."))
    elif way is CheckWay.CALL and not _mobile(actor, grievance):
        errors["way"] = Text(NO_NUMBER)
    if result is None:
        errors["result"] = Text(N_("Choose what you found."))
    if len(evidence) < SHORTEST_EVIDENCE:
        errors["evidence"] = Text(N_("Write at least %(count)s characters."), {"count": SHORTEST_EVIDENCE})
    elif len(evidence) > LONGEST_EVIDENCE:
        errors["evidence"] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST_EVIDENCE})
    if errors:
        raise Invalid(errors=errors)


def _mobile(actor: Actor, grievance: Grievance) -> str:
    found = scope.identity_of(actor, grievance)
    return found.mobile if found else ""


def _loaded(session: Session, actor: Actor, check_id: int) -> tuple[DisposalCheck, Grievance]:
    row = session.execute(
        select(DisposalCheck, Grievance)
        .join(Grievance, Grievance.id == DisposalCheck.grievance_id)
        .where(DisposalCheck.id == check_id, scope.disposal_checks_of(actor))
        .options(joinedload(Grievance.complainant))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _stands(session: Session, check: DisposalCheck, grievance: Grievance) -> bool:
    """Return whether the disposal that was drawn is still the answer in this case: a cycle has one."""
    cycle = session.scalar(
        select(GrievanceEvent.cycle).where(
            GrievanceEvent.grievance_id == check.grievance_id, GrievanceEvent.seq == check.disposed_seq
        )
    )
    return cycle == grievance.cycle and grievance.outcome is not None


def _words(session: Session, check: DisposalCheck) -> tuple[list[str], list[str]]:
    """Return the newest report before the disposal and the reasons of the disposal itself."""
    rows = session.execute(
        select(Remark.seq, Remark.kind, Remark.text)
        .where(
            Remark.grievance_id == check.grievance_id,
            Remark.seq <= check.disposed_seq,
            Remark.kind.in_([RemarkKind.REPORT, RemarkKind.REASON, RemarkKind.CHECKED]),
        )
        .order_by(Remark.id)
    ).all()
    reports = [row.text for row in rows if row.kind is RemarkKind.REPORT]
    return reports[-1:], [row.text for row in rows if row.seq == check.disposed_seq]


def _listed(actor: Actor) -> Select[Any]:
    entry, place = GrievanceEvent, aliased(Place)
    return (
        select(DisposalCheck, Grievance.registration_number, Grievance.category_id, entry.at, entry.payload)
        .add_columns(Office.name_en, Office.name_hi, Office.name_gu, place.name_en, place.name_local)
        .join(Grievance, Grievance.id == DisposalCheck.grievance_id)
        .join(entry, (entry.grievance_id == DisposalCheck.grievance_id) & (entry.seq == DisposalCheck.disposed_seq))
        .join(Office, Office.id == DisposalCheck.office_id)
        .join(place, place.id == Grievance.place_id)
        .where(scope.disposal_checks_of(actor))
    )


def _drawn(session: Session, rows: Select[Any], actor: Actor) -> list[Drawn]:
    listed = session.execute(rows.execution_options(populate_existing=True)).all()
    if not listed:
        return []
    calendar = catalogue.calendar(actor.state_id or 0)
    found = []
    for row in listed:
        check: DisposalCheck = row[0]
        due_on = calendar.day_of(check.drawn_at) + timedelta(days=DAYS_TO_CHECK)
        found.append(
            Drawn(
                check.id, row[1], row[2], PlaceName(row[8], row[9]), Name(*row[5:8]), Outcome(row[4]["outcome"]),
                row[3], due_on, check.result, check.checked_at, check.reopened_seq is not None,
            )
        )  # fmt: skip
    return found
