"""A grievance is filed: routed, dated, written with entry, deadline and message; the number is taken last."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.case import Confirmation
from swagat.domain.deadlines import Clock, DueDate, due_date, limit_for
from swagat.domain.duties import Timed, next_warning, to_assign
from swagat.domain.errors import TooMany
from swagat.domain.messages import MessageKey
from swagat.domain.names import to_plain
from swagat.domain.privacy import mask_aadhaar
from swagat.domain.receipt import receipt_date
from swagat.domain.register import FIRST
from swagat.domain.registration import tracking_code, tracking_code_hash
from swagat.domain.roles import Actor, Proof, complainant
from swagat.domain.rules import Rules
from swagat.domain.text import search_text
from swagat.domain.workflow import ROWS, Action, ClockState, Status
from swagat.models import Complainant, Deadline, FilingDraft, Grievance, GrievanceEvent, Remark, RemarkKind, Uncounted
from swagat.services import catalogue, clocks, registers, repeats, routing
from swagat.services.bulk import Rows, insert_together, next_ids
from swagat.services.filing_values import Acknowledgement, Filing
from swagat.services.limits import Limit, count_tries
from swagat.services.numbering import take_number
from swagat.services.registers import Entry, Standing
from swagat.services.routing import Routed
from swagat.services.telling import Telling, orders

__all__ = ["Acknowledgement", "Filing", "file_grievance"]

_COMPLAINANTS, _GRIEVANCES = table_of(Complainant), table_of(Grievance)
_ERASE_DRAFT = delete(table_of(FilingDraft)).where(table_of(FilingDraft).c.key == bindparam("draft"))


def file_grievance(
    filing: Filing,
    now: datetime,
    secret: bytes,
    rules: Rules,
    clerk: Actor | None = None,
    limits: Sequence[Limit] = (),
) -> Acknowledgement:
    """File a grievance in one transaction; a second press with the same submission key is answered with the first.

    Raises Invalid when no office can be found or a date of receipt cannot be, and TooMany when a limit is used up;
    `none_of` of the filing says which kinds of area the person found none of in the lists.
    """
    code = tracking_code(secret, filing.submission_key)
    try:
        with transaction() as session:
            return _file(session, filing, now, secret, code, rules, clerk, limits)
    except (IntegrityError, TooMany):
        # A second press: the unique submission key let only the first one in, which may have been the last that the
        # limit allowed, and its row is the answer.
        with transaction() as session:
            first = _filed_before(session, filing.submission_key, code)
            if first is None:
                raise
            return first


def _filed_before(session: Session, submission_key: str, code: str) -> Acknowledgement | None:
    row = session.execute(
        select(Grievance.id, Grievance.registration_number, Grievance.due_on).where(
            Grievance.submission_key == submission_key
        )
    ).first()
    return Acknowledgement(row[0], row[1] or "", code, row[2], is_repeat=True) if row else None


def _file(
    session: Session,
    filing: Filing,
    now: datetime,
    secret: bytes,
    code: str,
    rules: Rules,
    clerk: Actor | None,
    limits: Sequence[Limit],
) -> Acknowledgement:
    state = catalogue.state(filing.state_id)
    category = catalogue.category(filing.category_id)
    calendar = catalogue.calendar(filing.state_id)
    today = calendar.day_of(now)
    received_on = today
    if clerk is not None:
        received_on = receipt_date(filing.received_on, today, rules.late_entry_days, filing.late_reason)
    routed = routing.route(session, category.id, filing.place_id, filing.accused_office_id, filing.none_of)
    # An office may close on days on which the rest of the state works.
    calendar = catalogue.calendar(filing.state_id, routed.office_id)
    policy = catalogue.policy(state_id=filing.state_id, on=today)
    limit = limit_for(
        category.sla_days, category.sla_basis, category.channel, routed.level, policy, category.sla_source
    )
    due = due_date(received_on, limit, calendar)
    similar = repeats.open_grievances_like(session, filing, now)

    # Known before they are written, so that everything is written with one statement.
    complainant_id, grievance_id = next_ids(session, _COMPLAINANTS, _GRIEVANCES)
    actor = clerk or complainant(Proof.TRACKING_CODE)
    entry = Entry(
        grievance_id,
        1,
        now,
        due.due_at,
        Action.FILE,
        actor,
        None,
        Standing(Status.REGISTERED, routed.office_id, routed.office_id, routed.level, ClockState.RUNS),
        1,
        True,
        _payload(filing, received_on, limit.days, limit.basis.value, similar)
        | {"why": to_plain(routed.explanation), "policy_version": policy.version},
        [(RemarkKind.REMARK, filing.immediate_reason)],
    )
    entry_row, remarks = registers.rows_of(entry, FIRST)
    timed = {
        Clock.RESOLVE: Timed(due, limit, received_on),
        Clock.ACKNOWLEDGE: to_assign(now, bool(filing.immediate_reason), rules, calendar),
        Clock.WARN: next_warning(received_on, due.due_on, rules.warn_percents, now, calendar),
    }
    duties = [
        clocks.Duty(clock, 1, routed.level, one.due, one.limit, policy.version, now, one.counted_from)
        for clock, one in timed.items()
        if one is not None
    ]
    told = _told(session, filing, grievance_id, complainant_id, routed, due, now)
    case = _grievance(filing, now, received_on, routed, due, policy.version, clerk, secret, code)
    # Counted last: the counts of an address or a number are locked only until the commit.
    count_tries(session, limits, now, secret.decode())
    number, running = take_number(session, state.id, state.short, state.lgd_code, today.year)
    case |= {
        "id": grievance_id,
        "complainant_id": complainant_id,
        "registration_number": number,
        "year": today.year,
        "running": running,
        "last_digest": entry_row["digest"],
    }
    written = (
        Rows(_COMPLAINANTS, [_complainant(filing) | {"id": complainant_id}]),
        Rows(_GRIEVANCES, [case]),
        Rows(table_of(GrievanceEvent), [entry_row]),
        Rows(table_of(Remark), remarks),
        Rows(table_of(Uncounted), registers.uncounted([entry_row])),
        Rows(table_of(Deadline), [clocks.row_of(grievance_id, duty) for duty in duties]),
        told,
    )
    insert_together(session, written, _ERASE_DRAFT, {"draft": filing.submission_key})
    return Acknowledgement(grievance_id, number, code, due.due_on, is_repeat=False)


def _complainant(filing: Filing) -> dict[str, Any]:
    return {
        "name": filing.name,
        "mobile": filing.mobile,
        "mobile_proved_at": filing.mobile_proved_at,
        "phone_is_shared": filing.phone_is_shared,
        "language": filing.language,
        "address": filing.address,
    }


def _grievance(
    filing: Filing,
    now: datetime,
    received_on: date,
    routed: Routed,
    due: DueDate,
    policy_version: int,
    clerk: Actor | None,
    secret: bytes,
    code: str,
) -> dict[str, Any]:
    category = catalogue.category(filing.category_id)
    text, relief = mask_aadhaar(filing.text)[0], mask_aadhaar(filing.relief_sought)[0]
    # A hidden name stays out of the searchable words, or searching would tell what the page hides.
    name = "" if filing.is_identity_hidden else filing.name
    return {
        "state_id": filing.state_id,
        "submission_key": filing.submission_key,
        "tracking_hash": tracking_code_hash(secret, code),
        "is_identity_hidden": filing.is_identity_hidden,
        "language": filing.language,
        "mode": filing.mode,
        "source": filing.source,
        "source_reference": filing.source_reference,
        "received_on": received_on,
        "filed_at": now,
        "filed_by_id": clerk.person_id if clerk else None,
        "category_id": category.id,
        "filed_category_id": category.id,
        "place_id": filing.place_id,
        "place_text": filing.place_text,
        "landmark": filing.landmark,
        "text": text,
        "relief_sought": relief,
        "approached_office": filing.approached_office,
        "approached_on": filing.approached_on,
        "approached_reference": filing.approached_reference,
        "approached_reply": filing.approached_reply,
        "accused_office_id": filing.accused_office_id,
        "accused_person_id": filing.accused_person_id,
        "accused_note": filing.accused_note,
        "search_text": search_text(text, relief, filing.landmark, filing.place_text, name),
        "status": Status.REGISTERED,
        "is_open": True,
        "urgency": 0 if filing.immediate_reason else 1,
        "office_id": routed.office_id,
        "answerable_office_id": routed.office_id,
        "ladder": category.ladder,
        "level": routed.level,
        "start_level": routed.level,
        "channel": category.channel,
        "policy_version": policy_version,
        "cycle": 1,
        "clock_state": ClockState.RUNS,
        "due_on": due.due_on,
        "due_at": due.due_at,
        "transfers": 0,
        "transfer_is_final": False,
        "clarifications": 0,
        "lapses": 0,
        "asked_after": 0,
        "time_given": False,
        "direction_is_reported": False,
        "is_closed_against": False,
        "confirmation": Confirmation.PENDING,
        "updated_at": now,
        "last_seq": 1,
        "version": 1,
    }


def _payload(filing: Filing, received_on: date, days: int, basis: str, similar: list[int]) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "mode": filing.mode.value,
        "received_on": received_on.isoformat(),
        "days": days,
        "basis": basis,
    }
    if filing.source:
        payload |= {"source": filing.source, "source_reference": filing.source_reference}
    if filing.late_reason:
        payload["late_reason"] = filing.late_reason
    if similar:
        payload["like"] = similar
    return payload


def _told(
    session: Session,
    filing: Filing,
    grievance_id: int,
    complainant_id: int,
    routed: Routed,
    due: DueDate,
    now: datetime,
) -> Rows:
    telling = Telling(
        cause=f"event:{grievance_id}:1",
        grievance_id=grievance_id,
        complainant_id=complainant_id,
        complainant_mobile=filing.mobile,
        complainant_language=filing.language,
        phone_is_shared=filing.phone_is_shared,
        officer_posting_id=None,
        office_id=routed.office_id,
        answerable_office_id=routed.office_id,
        variables={"due_on": due.due_on.isoformat()},
        accused_person_id=filing.accused_person_id,
    )
    keys = ROWS[Action.FILE][0].tells
    if filing.immediate_reason:
        keys = (*keys, MessageKey.OFFICE_IMMEDIATE)
    return orders(session, keys, telling, now)
