"""The sections of a printed evidence pack, clause by clause; each is one function, and the list below their order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from swagat.domain.errors import N_
from swagat.domain.quality.figures import Figure, figure
from swagat.domain.quality.indicators import INDICATORS, Kind, Tally
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.sections import Block, Section, Table
from swagat.domain.working_time import WorkingCalendar
from swagat.paper.words import Words
from swagat.services import evidence_charts as charts
from swagat.services import evidence_records as records
from swagat.services.evidence_lists import Gathered
from swagat.services.evidence_zip import Asked

IN_CALENDAR_DAYS = frozenset({Measure.CALENDAR_DAYS, Measure.CONFIRMED_DAYS})
# Titles of the clauses by the edition of ISO 9001 that a certificate names; another edition is another line of it.
EDITION = "2015"
CLAUSES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "2015": {
        "records": ("7.5", N_("Documented information")),
        "requirements": ("8.2.1", N_("Communication with complainants")),
        "satisfaction": ("9.1.2", N_("Satisfaction of complainants")),
        "analysis": ("9.1.3", N_("Analysis and evaluation")),
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

    @property
    def today(self) -> date:
        """Return the day of the instant at which everything is told."""
        return self.calendar.day_of(self.asked.as_of)

    def heading(self, subject: str) -> tuple[str, str]:
        """Return clause and title of a subject in the edition of the standard."""
        clause, title = CLAUSES[EDITION][subject]
        return clause, self.words.say(title)


class Part(NamedTuple):
    """A section of the pack, and whether anything in it changed since an instant."""

    make: Callable[[Material], Section]
    has_changed: Callable[[Session, int, datetime], bool] | None = None


def sections(material: Material) -> list[Section]:
    """Return every section of a pack, in order."""
    return [part.make(material) for part in PARTS]


def has_changed(session: Session, office_id: int, since: datetime) -> bool:
    """Return whether a pack made now would say something else than one made at that instant."""
    return any(part.has_changed(session, office_id, since) for part in PARTS if part.has_changed)


def _records(material: Material) -> Section:
    words, found = material.words, material.gathered
    blocks: list[Block] = [
        records.chain(words, found.cases, found.entries, found.broken),
        records.retention(words),
        records.versions(words),
        records.texts(material.session, words, material.asked.office.where.state_id),
    ]
    return Section(*material.heading("records"), blocks)


def _requirements(material: Material) -> Section:
    return Section(*material.heading("requirements"), [figures_of_clause(material, "8.2.1")])


def _satisfaction(material: Material) -> Section:
    words, span = material.words, material.asked.span
    office_id = material.asked.office.where.scope_id
    blocks: list[Block] = [
        figures_of_clause(material, "9.1.2"),
        charts.trend(words, material.asked, material.months, "confirmed"),
        records.response(words, material.tally),
        *records.checks(material.session, words, office_id, span),
    ]
    return Section(*material.heading("satisfaction"), blocks)


def _analysis(material: Material) -> Section:
    words, asked, months = material.words, material.asked, material.months
    blocks: list[Block] = [
        figures_of_clause(material, "9.1.3"),
        charts.days(words, asked, months),
        charts.control(words, asked, months),
        *charts.ages(words, material.tally, material.today, material.calendar),
        charts.curve(words, material.tally, material.today, material.calendar),
        records.subjects(words, material.tally),
    ]
    return Section(*material.heading("analysis"), blocks)


def _correction(material: Material) -> Section:
    return Section(*material.heading("correction"), [figures_of_clause(material, "10.2")])


def _revisions(material: Material) -> Section:
    words, asked = material.words, material.asked
    blocks = records.revisions(material.session, words, asked.office.where, asked.span)
    return Section("", words.say(N_("What was changed after it was published")), blocks)


def _definitions(material: Material) -> Section:
    words = material.words
    rows = [
        (words.say(one.name), f"{words.say(one.definition)} {words.say(one.cohort)}") for one in INDICATORS.values()
    ]
    columns = (words.say(N_("Figure")), words.say(N_("What it says, and of which cases")))
    title = words.say(N_("What each figure means"))
    return Section("", title, [Table(title, columns, rows, (3, 7), numbers=2)])


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
            return _days(words, one)


def _days(words: Words, one: Figure) -> str:
    days = one.median or 0
    if any(of.measure in IN_CALENDAR_DAYS for of in one.indicator.whole):
        return words.count("%(num)s day", "%(num)s days", days)
    return words.count("%(num)s working day", "%(num)s working days", days)


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


PARTS: Sequence[Part] = (
    Part(_records, records.register_grew),
    Part(_requirements),
    Part(_satisfaction, records.was_checked),
    Part(_analysis),
    Part(_correction),
    Part(_revisions, records.was_revised),
    Part(_definitions),
)
"""A subject that comes later (objectives, audits, reviews) is a function and a line here, in the order of clauses."""
