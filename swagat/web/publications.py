"""What a page of figures says of the publication of its month, and where what was published stands."""

from datetime import date
from typing import NamedTuple

from flask import current_app, url_for
from sqlalchemy.orm import Session

from swagat.domain.quality import periods
from swagat.domain.quality.measures import month_of
from swagat.domain.quality.periods import Span
from swagat.domain.quality.revisions import due_on
from swagat.models import Scope
from swagat.services import published_months
from swagat.services.quality_scopes import Whose
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import ngettext
from swagat.web.formats import day_words
from swagat.web.quality_words import month_name


class Line(NamedTuple):
    """One sentence and the links that follow it."""

    said: str
    leads: list[tuple[str, str]]


def line(session: Session, whose: Whose, span: Span, today: date) -> Line:
    """Return when a month was published and how often it was revised, or when it will be; of a year, its months."""
    if not span.is_month:
        begun = [one for one in span.months if one < month_of(today)]
        said = _("Months are published one by one:") if begun else ""
        return Line(said, [(address(whose, periods.month(one)), month_name(one)) for one in begun])
    found = published_months.summary(session, whose.where, span.first)
    if found is None:
        return Line(not_yet(span, today), [])
    said = _("This month was published on %(day)s.", day=day_words(found.published_at))
    if not found.revisions:
        return Line(said, [(address(whose, span), _("As it was published; not revised since"))])
    lead = ngettext(
        "As it was published, and %(num)s revision since",
        "As it was published, and %(num)s revisions since",
        found.revisions,
    )
    return Line(said, [(address(whose, span), lead)])


def not_yet(span: Span, today: date) -> str:
    """Return when a month that is not published will be, if it will."""
    due = due_on(span.first, current_app.config["PUBLISH_ON_DAY"])
    if due < today:
        return _("This month was not published.")
    return _("This month will be published on %(day)s.", day=day_words(due))


def address(whose: Whose, span: Span) -> str:
    """Return the page of what was published of a month."""
    if whose.where.scope is Scope.STATE:
        return url_for("quality_published.home", period=span.code)
    return url_for("quality_published.show", scope=whose.where.scope.value, code=whose.code, period=span.code)
