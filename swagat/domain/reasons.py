"""Why a date is that date, kept as sentences with their values until a language is known."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from swagat.domain.errors import N_, Text
from swagat.domain.names import Name
from swagat.domain.policies import Unit
from swagat.domain.working_time import DayName, DayOff, DayOffKind, ExtraDay, WorkingCalendar


class ReasonKind(StrEnum):
    """What one sentence of an explanation is about."""

    RULE = "rule"
    OURS = "ours"
    DAYS = "days"
    DAY_ZERO = "day_zero"
    HOLIDAYS = "holidays"
    WEEKLY_OFFS = "weekly_offs"
    EXTRA_DAYS = "extra_days"
    PAUSE = "pause"
    MOVED = "moved"
    CHANGED = "changed"
    REPEATS = "repeats"


class Reason(NamedTuple):
    """One sentence of an explanation, put into words by whoever shows it.

    A parameter is a str, an int, a date, a Text to be translated, or a tuple of DayOff or of ExtraDay.
    """

    kind: ReasonKind
    message: str
    params: Mapping[str, object] = {}


def days_passed_over(first: date, last: date, calendar: WorkingCalendar) -> list[Reason]:
    """Return what a count of working days after `first` up to `last` left out, and what it took in by order."""
    reasons: list[Reason] = []
    days_off = calendar.days_off_between(first, last)
    named = tuple(day for day in days_off if day.kind in (DayOffKind.HOLIDAY, DayOffKind.EXTRA_CLOSED))
    if named:
        message = N_("Holidays not counted: %(days_off)s.")
        reasons.append(Reason(ReasonKind.HOLIDAYS, message, {"days_off": named}))
    if weekly := len(days_off) - len(named):
        message = N_("Weekly days off not counted: %(count)s.")
        reasons.append(Reason(ReasonKind.WEEKLY_OFFS, message, {"count": weekly}))
    if extra := tuple(calendar.extra_days_between(first, last)):
        message = N_("Days declared working days, and counted: %(extra_days)s.")
        reasons.append(Reason(ReasonKind.EXTRA_DAYS, message, {"extra_days": extra}))
    return reasons


def moved_end(planned: date, due_on: date, calendar: WorkingCalendar) -> Reason:
    """Return why a count of calendar days that ended on a closed day ends later."""
    days_off = tuple(calendar.days_off_between(planned - timedelta(days=1), due_on))
    message = N_("%(planned)s is no working day, so the last day is %(moved)s. Closed: %(days_off)s.")
    return Reason(ReasonKind.MOVED, message, {"planned": planned, "moved": due_on, "days_off": days_off})


def waited(begun: date, ended: date, days: int, unit: Unit) -> Reason:
    """Return that the clock stood still from a question to its answer, and how many days that added."""
    if unit is Unit.WORKING:
        message = N_("Waited from %(begun)s to %(ended)s for an answer. Working days added: %(days)s.")
    else:
        message = N_("Waited from %(begun)s to %(ended)s for an answer. Days added: %(days)s.")
    return Reason(ReasonKind.PAUSE, message, {"begun": begun, "ended": ended, "days": days})


def further_rounds(days: int, unit: Unit) -> Reason:
    """Return what follows a day that passes at the last level: a new last day, again and again."""
    if unit is Unit.WORKING:
        message = N_(
            "No level stands above this one. If the day passes without an answer, a new last day follows every "
            "%(days)s working days until there is an answer."
        )
    else:
        message = N_(
            "No level stands above this one. If the day passes without an answer, a new last day follows every "
            "%(days)s days until there is an answer."
        )
    return Reason(ReasonKind.REPEATS, message, {"days": days})


def reasons_as_json(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return reasons as JSON values, so that a row keeps why its date was set whatever changes later."""
    return [
        {
            "kind": reason.kind.value,
            "message": reason.message,
            "params": {name: _to_json(value) for name, value in reason.params.items()},
        }
        for reason in reasons
    ]


def reasons_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """Return the reasons that `reasons_as_json` wrote."""
    return tuple(
        Reason(
            ReasonKind(row["kind"]),
            row["message"],
            {name: _from_json(value) for name, value in row["params"].items()},
        )
        for row in rows
    )


def _to_json(value: object) -> Any:
    match value:
        case str() | int():
            return value
        case date():
            return {"date": value.isoformat()}
        case Text():
            return {"text": value.message}
        case DayOff():
            return {
                "date": value.date.isoformat(),
                "kind": value.kind.value,
                "name": _name_to_json(value.name),
                "is_estimate": value.is_estimate,
            }
        case ExtraDay():
            return {"date": value.date.isoformat(), "reason": _name_to_json(value.reason)}
        case tuple():
            return [_to_json(day) for day in value]
        case _:
            raise TypeError(f"a reason cannot keep {value!r}")


def _name_to_json(name: DayName) -> Any:
    return name._asdict() if isinstance(name, Name) else name


def _name_from_json(value: Any) -> DayName:
    return Name(**value) if isinstance(value, dict) else str(value)


def _from_json(value: Any) -> object:
    match value:
        case str() | int():
            return value
        case {"text": message}:
            return Text(message)
        case {"date": day, "kind": kind, "name": name, "is_estimate": is_estimate}:
            return DayOff(date.fromisoformat(day), DayOffKind(kind), _name_from_json(name), is_estimate)
        case {"date": day, "reason": reason}:
            return ExtraDay(date.fromisoformat(day), _name_from_json(reason))
        case {"date": day}:
            return date.fromisoformat(day)
        case list():
            return tuple(_from_json(day) for day in value)
        case _:
            raise ValueError(f"not the JSON of a reason: {value!r}")
