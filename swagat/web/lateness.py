"""What the page of a case says of lateness: the open direction, the dates that passed and why, a date asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup

from swagat.domain.workflow import Action, Transition
from swagat.services.directions import OpenDirection
from swagat.services.history import Happening
from swagat.services.sheet import Sheet
from swagat.services.tracking import date_asked
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.happenings import who_of


class DirectionShown(NamedTuple):
    """The open direction in its words: who gave it and when, and what was reported or is still to be done."""

    open: OpenDirection
    words: str
    who: str | Markup
    given_at: datetime
    report: str
    still: str


class LapseShown(NamedTuple):
    """A date that passed: what the office and the officer say of it, each empty while it says nothing."""

    level: int
    due_on: date
    office: Any
    head_says: str
    officer: Any
    officer_says: str


def direction_of(seen: Sheet) -> DirectionShown | None:
    """Return the direction that is open, with the words of the entries that gave, returned and reported on it."""
    found = seen.steered.direction
    if found is None:
        return None
    since = [one for one in seen.history.happenings if one.seq >= found.seq]
    given = since[0]
    return DirectionShown(
        found,
        _words(given),
        who_of(given),
        given.at,
        _newest(since, Action.REPORT_DIRECTION),
        _newest(since, Action.RETURN_DIRECTION),
    )


def lapses_of(seen: Sheet) -> list[LapseShown]:
    """Return every date that passed, with what was said of it."""
    said = {one.seq: _words(one) for one in seen.history.happenings if one.action is Action.EXPLAIN_LAPSE}
    return [
        LapseShown(
            one.level,
            one.due_on,
            one.office,
            said.get(one.head_seq or 0, ""),
            place_name(one.person) if one.person else "",
            said.get(one.officer_seq or 0, ""),
        )
        for one in seen.lapsed
    ]


def date_asked_at(seen: Sheet) -> datetime | None:
    """Return when the complainant asked for a dated answer that nobody has given yet."""
    asked = date_asked(seen.history) if seen.grievance.is_open else None
    return asked.at if asked is not None and asked.reply is None else None


def notes_on(seen: Sheet, row: Transition) -> list[str]:
    """Return what somebody should know of an action beside what its row of the table says."""
    found = []
    match row.action:
        case Action.GIVE_TIME:
            found.append(_("More time can be given once in a case. The level stays."))
        case Action.DIRECT:
            found.append(_("Not carried out in time, it goes to the next office up."))
        case Action.RETURN_REPORT:
            found.append(_("With a date it becomes a direction, which has to be reported on."))
        case Action.INTERIM_REPLY:
            found.append(_("The due date does not move."))
        case Action.LINK if not seen.causes:
            found.append(_("No common cause is open here. The head of an office begins one under Supervision."))
        case Action.DISPOSE | Action.PROPOSE | Action.APPROVE:
            if any(one.action is Action.LAPSE_CLARIFICATION for one in seen.history.happenings):
                found.append(_("That a question was not answered is no reason to end the grievance."))
        case _:
            pass
    return found


def _newest(since: Sequence[Happening], action: Action) -> str:
    """Return the words of the newest entry of an action that no later report or return has overtaken."""
    turns = [one for one in since if one.action in (Action.REPORT_DIRECTION, Action.RETURN_DIRECTION)]
    return _words(turns[-1]) if turns and turns[-1].action is action else ""


def _words(one: Happening) -> str:
    return "\n".join(text for _kind, text in one.texts)
