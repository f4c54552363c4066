"""The words around figures: their values with units, the names of periods, and what a change means."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import LazyString

from swagat.domain.quality.changes import Change
from swagat.domain.quality.figures import Age, Figure
from swagat.domain.quality.funnel import Standing
from swagat.domain.quality.indicators import Better, Indicator, Kind
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.notable import Notable, What
from swagat.domain.quality.periods import Span
from swagat.models import Scope
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.formats import day_words, days_count, number, working_days_count

MONTH = "MMMM y"
IN_CALENDAR_DAYS = frozenset({Measure.CALENDAR_DAYS, Measure.CONFIRMED_DAYS})
SCOPES: Mapping[Scope, LazyString] = {
    Scope.STATE: _l("State"),
    Scope.DISTRICT: _l("District"),
    Scope.DEPARTMENT: _l("Department"),
    Scope.OFFICE: _l("Office"),
}
PARTS: Mapping[Scope, LazyString] = {
    Scope.DISTRICT: _l("Districts"),
    Scope.DEPARTMENT: _l("Departments"),
    Scope.OFFICE: _l("Offices"),
}
KINDS: Mapping[Kind, LazyString] = {
    Kind.NUMBER: _l("number of cases"),
    Kind.SHARE: _l("share of cases"),
    Kind.DAYS: _l("days, the median and the 90th percentile"),
}
BETTER: Mapping[Better, LazyString] = {
    Better.UP: _l("higher is better"),
    Better.DOWN: _l("lower is better"),
    Better.NEITHER: _l("neither is better"),
}
STANDINGS: Mapping[Standing, LazyString] = {
    Standing.AS_PEERS: _l("as its peers, within chance"),
    Standing.WARNING_LOW: _l("below its peers, perhaps by chance"),
    Standing.WARNING_HIGH: _l("above its peers, perhaps by chance"),
    Standing.LOW: _l("below its peers, by more than chance"),
    Standing.HIGH: _l("above its peers, by more than chance"),
}
WITHHELD = _l("withheld")
NOTHING = _l("no case")


def is_of_texts(indicator: Indicator) -> bool:
    """Return whether a figure counts texts and not cases."""
    return all(one.measure is Measure.TEXTED for one in indicator.whole)


def unit_words(indicator: Indicator) -> str:
    """Return what a figure is a number or share of."""
    return _("share of texts") if is_of_texts(indicator) else str(KINDS[indicator.kind])


def month_name(month: date) -> str:
    """Return a month such as November 2026."""
    return day_words(month, MONTH)


def period_name(span: Span) -> str:
    """Return a period such as November 2026, October to December 2026, or 2026."""
    if span.is_month:
        return month_name(span.first)
    is_one_year = span.first.year == span.last.year
    if is_one_year and len(span.months) == 12:
        return span.code
    return period_words(span.first, span.last)


def period_words(first: date, last: date) -> str:
    """Return some months such as October to December 2026, or November 2025 to January 2026."""
    pattern = "MMMM" if first.year == last.year else MONTH
    return _("%(first)s to %(last)s", first=day_words(first, pattern), last=month_name(last))


def months_words(first: date, last: date) -> str:
    """Return any run of months, and one month by its name alone."""
    return month_name(first) if first == last else period_words(first, last)


def percent(share: float, places: int = 1) -> str:
    """Return a share such as 84.3 %."""
    return _("%(share)s %%", share=number(100 * share, places))


def days(count: int, figure: Figure) -> str:
    """Return a length in the days that a figure counts."""
    in_calendar_days = any(one.measure in IN_CALENDAR_DAYS for one in figure.indicator.whole)
    return days_count(count) if in_calendar_days else working_days_count(count)


def value_words(figure: Figure) -> str | None:
    """Return the value of a figure with its unit, None where there is no case."""
    if figure.value is None:
        return None
    match figure.indicator.kind:
        case Kind.NUMBER:
            return number(figure.part)
        case Kind.SHARE:
            return percent(figure.value)
        case Kind.DAYS:
            return days(figure.median or 0, figure)


def basis_words(figure: Figure) -> str:
    """Return how sure a figure is: of how many cases, within which interval, and how long nine of ten took."""
    if figure.value is None or figure.indicator.kind is Kind.NUMBER:
        return ""
    if figure.indicator.kind is Kind.DAYS:
        return _(
            "the median of %(cases)s cases; nine of ten took %(days)s or less",
            cases=number(figure.whole),
            days=days(figure.ninetieth or 0, figure),
        )
    if figure.interval is None:
        return ""
    if is_of_texts(figure.indicator):
        return _(
            "of %(texts)s texts; between %(low)s and %(high)s, as sure as so many texts allow",
            texts=number(figure.whole),
            low=percent(figure.interval.low),
            high=percent(figure.interval.high),
        )
    return _(
        "of %(cases)s cases; between %(low)s and %(high)s, as sure as so many cases allow",
        cases=number(figure.whole),
        low=percent(figure.interval.low),
        high=percent(figure.interval.high),
    )


def change_words(found: Change | None) -> str:
    """Return how a month compares with the one before, and whether that is more than chance."""
    if found is None:
        return ""
    values = _(
        "%(now)s in %(month)s, %(then)s in %(before)s.",
        now=value_words(found.month),
        month=month_name(found.months[0]),
        then=value_words(found.before),
        before=month_name(found.months[1]),
    )
    return f"{values} {_judgement(found)}"


def moved_words(found: Change) -> str:
    """Return what a figure moved from and to, such as Answered in time: 84.3 % in November, 61.0 % in October."""
    return _(
        "%(figure)s: %(now)s in %(month)s, %(then)s in %(before)s.",
        figure=_(found.month.indicator.name),
        now=value_words(found.month),
        month=month_name(found.months[0]),
        then=value_words(found.before),
        before=month_name(found.months[1]),
    )


def _judgement(found: Change) -> str:
    if found.baseline is None:
        return _("There are too few earlier months to say whether that is chance.")
    first, last = (month_name(one) for one in found.baseline)
    if not found.rules:
        return _("That is no more than chance brings, judged by %(first)s to %(last)s.", first=first, last=last)
    if found.is_better is None:
        return _("That is more than chance brings, judged by %(first)s to %(last)s.", first=first, last=last)
    if found.is_better:
        return _("Better, and by more than chance, judged by %(first)s to %(last)s.", first=first, last=last)
    return _("Worse, and by more than chance, judged by %(first)s to %(last)s.", first=first, last=last)


def notable_words(found: Notable, where: str) -> str:
    """Return a sentence about what stands out, against the others of a place or against a year before."""
    now, beside = found.now, found.beside or found.now
    numbers = {"part": number(now.part), "cases": number(now.whole), "place": where}
    match found.what:
        case What.BACKLOG_GROWS:
            return _(
                "More comes in than is answered: %(received)s received, %(answered)s answered.",
                received=number(now.part),
                answered=number(beside.part),
            )
        case What.ANSWERS_FALL:
            return _(
                "Of %(cases)s answers %(part)s were refused or overturned: more often than elsewhere in %(place)s.",
                **numbers,
            )
        case What.ANSWERS_STAND:
            return _(
                "Of %(cases)s answers %(part)s were refused or overturned: less often than elsewhere in %(place)s.",
                **numbers,
            )
        case What.LATE:
            return _(
                "Of %(cases)s cases %(part)s were answered in time: less often than elsewhere in %(place)s.", **numbers
            )
        case What.IN_TIME:
            return _(
                "Of %(cases)s cases %(part)s were answered in time: more often than elsewhere in %(place)s.", **numbers
            )
    half = {"now": days(now.median or 0, now), "then": days(beside.median or 0, beside)}
    if found.what is What.QUICKER:
        return _("Quicker than a year before: half had an answer within %(now)s, and within %(then)s then.", **half)
    return _("Slower than a year before: half had an answer within %(now)s, and within %(then)s then.", **half)


def age_words(age: Age) -> str:
    """Return an age of open cases such as 6 to 10 working days."""
    if age.up_to is None:
        return _("more than %(days)s", days=working_days_count(age.above))
    if age.above < 0:
        return _("up to %(days)s", days=working_days_count(age.up_to))
    return _("%(first)s to %(last)s", first=number(age.above + 1), last=working_days_count(age.up_to))


def rest_name(kind: Scope, of: Scope) -> str:
    """Return what lies in no part of a kind: offices above the districts, or of no department."""
    if kind is Scope.DISTRICT:
        return _("Offices of the whole state")
    return _("Offices of no department") if of is Scope.STATE else _("Others")


def raw_value(figure: Figure | None) -> Any:
    """Return a figure as a spreadsheet takes it: a number, a percentage, or days."""
    if figure is None:
        return str(WITHHELD)
    if figure.value is None:
        return None
    return round(100 * figure.value, 1) if figure.indicator.kind is Kind.SHARE else figure.value
