"""What the sections of a printed evidence pack are made of, and how they say figures, posts and dates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy.orm import Session

from swagat.domain.errors import N_
from swagat.domain.quality.figures import Figure, figure
from swagat.domain.quality.indicators import INDICATORS, Indicator, Kind, Tally
from swagat.domain.quality.measures import Measure, next_month
from swagat.domain.quality.sections import Section, Table
from swagat.domain.working_time import INDIA, WorkingCalendar
from swagat.paper.words import Words
from swagat.services.certificate_lists import Row
from swagat.services.evidence_lists import Gathered
from swagat.services.evidence_zip import Asked

IN_CALENDAR_DAYS = frozenset({Measure.CALENDAR_DAYS, Measure.CONFIRMED_DAYS})
# Titles of the clauses by the edition of ISO 9001; an edition whose clauses were read is another line of it.
KNOWN_EDITION = "iso9001-2015"
CLAUSES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    KNOWN_EDITION: {
        "objectives": ("6.2", N_("Quality objectives")),
        "records": ("7.5", N_("Documented information")),
        "requirements": ("8.2.1", N_("Communication with complainants")),
        "satisfaction": ("9.1.2", N_("Satisfaction of complainants")),
        "analysis": ("9.1.3", N_("Analysis and evaluation")),
        "audits": ("9.2", N_("Internal audit")),
        "reviews": ("9.3", N_("Management review")),
        "correction": ("10.2", N_("Nonconformity and corrective action")),
    }
}


@dataclass(frozen=True)
class Material:
    """What sections are made of: what was asked, the words, the counts of the period and month by month."""

    session: Session
    asked: Asked
    words: Words
    tally: Tally
    months: Mapping[date, Tally]
    gathered: Gathered
    calendar: WorkingCalendar
    certified: Row | None

    @property
    def today(self) -> date:
        """Return the day of the instant at which everything is told."""
        return self.calendar.day_of(self.asked.as_of)

    def heading(self, subject: str) -> tuple[str, str]:
        """Return clause and title of a subject in the edition of the standard."""
        clause, title = CLAUSES[clauses_of(self.certified)][subject]
        return clause, self.words.say(title)

    @property
    def office_id(self) -> int:
        """Return the office of the pack."""
        return self.asked.office.where.scope_id

    @property
    def begins(self) -> datetime:
        """Return the instant at which the period begins."""
        return datetime.combine(self.asked.span.first, time(), INDIA)

    @property
    def ends(self) -> datetime:
        """Return the instant at which the period is over."""
        return datetime.combine(next_month(self.asked.span.last), time(), INDIA)

    def day(self, at: datetime) -> str:
        """Return the day of an instant in words."""
        return self.words.day(self.calendar.day_of(at))


def clauses_of(certified: Row | None) -> str:
    """Return the edition by whose clauses a pack is ordered: that of the certificate where its clauses were read."""
    return certified.edition_code if certified is not None and certified.edition_code in CLAUSES else KNOWN_EDITION


class Part(NamedTuple):
    """A section of the pack, and whether anything in it changed since an instant."""

    make: Callable[[Material], Section]
    has_changed: Callable[[Session, int, datetime], bool] | None = None


def figures_of_clause(material: Material, clause: str) -> Table:
    """Return the figures that a clause asks for, each with what it is a part of and how sure it is."""
    words = material.words
    of_clause = [figure(one, material.tally) for one in INDICATORS.values() if one.clause == clause]
    rows = [
        (
            words.say(one.indicator.name),
            value(words, one),
            _fraction(words, one),
            _interval(words, one),
        )
        for one in of_clause
    ]
    columns = [words.say(one) for one in (N_("Figure"), N_("Value"), N_("Cases"), N_("How sure"))]
    title = words.say(N_("The figures of %(period)s"), period=words.period(material.asked.span))
    return Table(title, columns, rows, (46, 18, 16, 20))


def value(words: Words, one: Figure) -> str:
    """Return what a figure says, with its unit."""
    if one.value is None:
        return words.say(N_("no case"))
    match one.indicator.kind:
        case Kind.NUMBER:
            return words.number(one.part)
        case Kind.SHARE:
            return words.percent(one.value)
        case Kind.DAYS:
            return days(words, one.indicator, one.median or 0)


def days(words: Words, indicator: Indicator, number: int) -> str:
    """Return so many days, as a figure of days counts them."""
    if any(of.measure in IN_CALENDAR_DAYS for of in indicator.whole):
        return words.count("%(num)s day", "%(num)s days", number)
    return words.count("%(num)s working day", "%(num)s working days", number)


def _fraction(words: Words, one: Figure) -> str:
    if one.indicator.part is None:
        return words.number(one.whole)
    return words.say(N_("%(part)s of %(whole)s"), part=words.number(one.part), whole=words.number(one.whole))


def _interval(words: Words, one: Figure) -> str:
    if one.ninetieth is not None:
        return words.say(N_("nine of ten within %(days)s"), days=words.number(one.ninetieth))
    if one.interval is None:
        return ""
    low, high = (words.percent(end) for end in one.interval)
    return words.say(N_("%(low)s to %(high)s"), low=low, high=high)
