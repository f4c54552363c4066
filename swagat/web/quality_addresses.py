"""Where the pages of figures are: what their addresses ask for, and the address of a page or of the list behind it."""

from datetime import date
from typing import Any, NamedTuple

from flask import current_app, request, url_for

from swagat import clock
from swagat.domain.errors import Invalid, Text
from swagat.domain.quality import periods
from swagat.domain.quality.periods import Span, last_whole_month
from swagat.domain.roles import Actor
from swagat.models import Scope
from swagat.services import catalogue
from swagat.services.quality_scopes import Whose
from swagat.services.scope import HANDLING, READS_ALL_EVIDENCE

LONGEST_PERIOD = 20
ROWS_SHOWN = 50


class Wanted(NamedTuple):
    """What the address asks for besides the scope: a period as typed and as understood, and imported history or not."""

    typed: str
    span: Span | None
    error: Text | None
    with_imported: bool


def our_state_id() -> int:
    """Return the state whose figures the pages show."""
    return catalogue.state_named(current_app.config["STATE"]).id


def today_in(state_id: int) -> date:
    """Return the day in India on which a page is made."""
    return catalogue.calendar(state_id).day_of(clock.now())


def wanted_of(today: date) -> Wanted:
    """Return what the address asks for; a period that is none comes back with what is wrong with it."""
    typed = request.args.get("period", "").strip()[:LONGEST_PERIOD]
    with_imported = request.args.get("imported") != "no"
    if not typed:
        span = last_whole_month(today)
        return Wanted(span.code, span, None, with_imported)
    try:
        return Wanted(typed, periods.named(typed), None, with_imported)
    except Invalid as refusal:
        return Wanted(typed, None, refusal.text, with_imported)


def address(whose: Whose, wanted: Wanted) -> str:
    """Return the page of a scope for the same period."""
    query: dict[str, Any] = {"period": wanted.typed, "imported": None if wanted.with_imported else "no"}
    if whose.where.scope is Scope.STATE:
        return url_for("quality.home", **query)
    return url_for("quality.show", scope=whose.where.scope.value, code=whose.code, **query)


def cases_address(whose: Whose, wanted: Wanted, code: str, actor: Actor | None) -> str | None:
    """Return the list of cases behind a figure, for whoever handles cases or reads all evidence of this state."""
    if actor is None or actor.role not in HANDLING | READS_ALL_EVIDENCE or actor.state_id != whose.where.state_id:
        return None
    return url_for(
        "quality_cases.cases",
        figure=code,
        scope=whose.where.scope.value,
        of=whose.code,
        period=wanted.typed,
        imported=None if wanted.with_imported else "no",
    )


def rows_from() -> int:
    """Return from which row on a long table is asked for."""
    typed = request.args.get("from", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
