"""Search at a desk: by number, mobile number or words, among all that the actor may see, open or not."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, text
from sqlalchemy.orm import Session

from swagat.database import is_sqlite
from swagat.domain.roles import Actor
from swagat.domain.search import NumberPart, Sought
from swagat.domain.text import search_query
from swagat.models import Complainant, Counter, Grievance
from swagat.services.desk_pages import NEWEST_FIRST, Page, read_page, statement_of
from swagat.services.scope import grievances_visible_to


def search(session: Session, actor: Actor, sought: Sought, key: str = "") -> Page:
    """Return a page of what fits, the newest first, in one statement; raises Invalid for a key not of our making."""
    conditions = [grievances_visible_to(actor), _fits(session, actor, sought)]

    def make(turned: str) -> Any:
        return statement_of(conditions, NEWEST_FIRST, turned)

    return read_page(session, make, NEWEST_FIRST, key, {})


def _fits(session: Session, actor: Actor, sought: Sought) -> ColumnElement[bool]:
    if sought.numbers:
        return or_(*(_number_is(actor, one) for one in sought.numbers))
    if sought.mobile:
        return _mobile_is(sought.mobile)
    return _words_in(session, sought.words)


def _number_is(actor: Actor, part: NumberPart) -> ColumnElement[bool]:
    """Return the condition for a running number; its unique index begins with state and year, so a year is named."""
    years = select(Counter.year).where(Counter.state_id == actor.state_id)
    return and_(
        Grievance.state_id == actor.state_id,
        Grievance.year.in_(years) if part.year is None else Grievance.year == part.year,
        Grievance.running == part.running,
    )


def _mobile_is(mobile: str) -> ColumnElement[bool]:
    """Return the condition for a mobile number; a hidden identity is never found by it."""
    of_mobile = select(Complainant.id).where(Complainant.mobile == mobile)
    return and_(Grievance.complainant_id.in_(of_mobile), Grievance.is_identity_hidden.is_(False))


def _words_in(session: Session, typed: str) -> ColumnElement[bool]:
    """Return the condition that all words stand in the searchable text, in whichever form they are written."""
    stems = [stem for stem in search_query(typed) if stem]
    if not stems:
        return false()
    if is_sqlite(session):
        quoted = " ".join(f'"{stem}"' for stem in stems)
        found = text("SELECT rowid FROM grievance_search WHERE grievance_search MATCH :words").bindparams(words=quoted)
        return Grievance.id.in_(found.columns(Grievance.id).scalar_subquery())
    return func.to_tsvector(text("'simple'"), Grievance.search_text).op("@@")(
        func.plainto_tsquery(text("'simple'"), " ".join(stems))
    )
