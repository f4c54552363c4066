"""The rows of imported cases: person without a name, case that has ended, and its entries in the register."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from swagat.database import table_of
from swagat.domain.case import Confirmation
from swagat.domain.importing import Imported, entries_of
from swagat.domain.register import FIRST
from swagat.domain.roles import SYSTEM
from swagat.domain.text import search_text
from swagat.domain.workflow import Action
from swagat.domain.working_time import WorkingCalendar
from swagat.models import Complainant, FilingMode, Grievance
from swagat.services import catalogue, registers
from swagat.services.bulk import ids_for
from swagat.services.catalogue_views import StateView
from swagat.services.import_lines import Found
from swagat.services.numbering import Taken, take_numbers
from swagat.services.registers import Entry, Standing

_A_DAY = timedelta(days=1)
_DISPOSALS = frozenset({Action.DISPOSE, Action.WITHDRAW})


class ImportedRows(NamedTuple):
    """What is written for some imported cases, and nothing besides: no text, no deadline, no lapse."""

    complainants: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    entries: list[dict[str, Any]]


def rows_of(session: Session, state: StateView, source: str, found: Sequence[Found], now: datetime) -> ImportedRows:
    """Return the rows of cases, with ids and numbers of our own that are taken inside the caller's transaction."""
    language = state.languages[0]
    policy = catalogue.policy(state_id=state.id, on=state.calendar.day_of(now))
    people = ids_for(session, table_of(Complainant), len(found))
    ids = ids_for(session, table_of(Grievance), len(found))
    rows = ImportedRows([], [], [])
    for case_id, complainant_id, one in zip(ids, people, found, strict=True):
        calendar = catalogue.calendar(state.id, one.office_id)
        tale = entries_of(one.line)
        entries = _entries(case_id, one, tale, source, calendar)
        rows.complainants.append(_nobody(complainant_id, language))
        rows.cases.append(
            _case(one, tale, entries, source, language, calendar)
            | {
                "id": case_id,
                "state_id": state.id,
                "complainant_id": complainant_id,
                "policy_version": policy.version,
                "updated_at": now,
            }
        )
        rows.entries.extend(entries)
    # Taken last, as in filing: the counters are locked only until the commit.
    numbers = _numbers(session, state, [one.line.filed_on.year for one in found])
    for case, one, taken in zip(rows.cases, found, numbers, strict=True):
        case |= {"registration_number": taken.number, "running": taken.running, "year": one.line.filed_on.year}
    return rows


def _numbers(session: Session, state: StateView, years: Sequence[int]) -> list[Taken]:
    wanted = Counter(years)
    # In one order everywhere, or two imports could wait for each other.
    taken = {
        year: iter(take_numbers(session, state.id, state.short, state.lgd_code, year, wanted[year]))
        for year in sorted(wanted)
    }
    return [next(taken[year]) for year in years]


def _nobody(complainant_id: int, language: str) -> dict[str, Any]:
    return {
        "id": complainant_id,
        "name": "",
        "mobile": None,
        "mobile_proved_at": None,
        "phone_is_shared": False,
        "language": language,
        "address": "",
    }


def _at(entry: Imported, seq: int, calendar: WorkingCalendar) -> datetime:
    """Return an instant of the day on which it happened: the hour is not known, the order is."""
    return calendar.end_of_day(entry.day - _A_DAY) + timedelta(seconds=seq)


def _entries(
    case_id: int, one: Found, tale: Sequence[Imported], source: str, calendar: WorkingCalendar
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    previous, before = FIRST, None
    due_at = calendar.end_of_day(one.line.due_on)
    for seq, entry in enumerate(tale, 1):
        after = Standing(entry.status, one.office_id, one.office_id, one.level, entry.clock_state)
        payload = dict(entry.payload)
        if entry.action is Action.FILE:
            payload |= {
                "mode": FilingMode.IMPORTED.value,
                "received_on": one.line.filed_on.isoformat(),
                "source": source,
                "source_reference": one.line.number,
            }
        written = Entry(
            case_id,
            seq,
            _at(entry, seq, calendar),
            due_at if entry.action in (Action.FILE, Action.ESCALATE) else None,
            entry.action,
            SYSTEM,
            before,
            after,
            entry.cycle,
            entry.is_visible,
            payload,
        )
        row, _remarks = registers.rows_of(written, previous)
        rows.append(row)
        previous, before = row["digest"], after
    return rows


def _case(
    one: Found,
    tale: Sequence[Imported],
    entries: Sequence[dict[str, Any]],
    source: str,
    language: str,
    calendar: WorkingCalendar,
) -> dict[str, Any]:
    line, last = one.line, tale[-1]
    disposed = max(at for at, entry in enumerate(tale) if entry.action in _DISPOSALS)
    reached = [at for at, entry in enumerate(tale) if entry.action is Action.HAND_OVER and at > disposed]
    return {
        "submission_key": one.key,
        # No code opens it: there is nobody who was given one.
        "tracking_hash": "",
        "is_identity_hidden": False,
        "language": language,
        "mode": FilingMode.IMPORTED,
        "source": source,
        "source_reference": line.number,
        "received_on": line.filed_on,
        "filed_at": entries[0]["at"],
        "category_id": one.category.id,
        "filed_category_id": one.category.id,
        "place_id": one.place_id,
        "text": f"{source} {line.number}",
        "search_text": search_text(source, line.number),
        "status": last.status,
        "is_open": False,
        "urgency": 1,
        "office_id": one.office_id,
        "answerable_office_id": one.office_id,
        "ladder": one.category.ladder,
        "level": one.level,
        "start_level": one.level,
        "channel": one.category.channel,
        "cycle": last.cycle,
        "clock_state": last.clock_state,
        "due_on": line.due_on,
        "due_at": calendar.end_of_day(line.due_on),
        "outcome": line.outcome,
        "confirmation": Confirmation(last.payload["confirmation"]),
        "disposed_at": entries[disposed]["at"],
        "reached_at": entries[reached[-1]]["at"] if reached else None,
        "closed_at": entries[-1]["at"],
        "last_seq": len(entries),
        "last_digest": entries[-1]["digest"],
    }
