"""The sections of a printed evidence pack, clause by clause; each is one function, and the list below their order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from swagat.domain.errors import N_
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.quality.sections import Block, Section, Table
from swagat.services import evidence_audits as audits
from swagat.services import evidence_certificate as certificate
from swagat.services import evidence_charts as charts
from swagat.services import evidence_nonconformities as nonconformities
from swagat.services import evidence_objectives as objectives
from swagat.services import evidence_records as records
from swagat.services import evidence_reviews as reviews
from swagat.services.evidence_material import Material, Part, figures_of_clause


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
    blocks = [figures_of_clause(material, "10.2"), *nonconformities.blocks(material)]
    return Section(*material.heading("correction"), blocks)


def _external_findings(material: Material) -> Section:
    title = material.words.say(N_("Findings of the last external audit"))
    as_of = material.asked.as_of
    blocks = certificate.last_audit(material.session, material.words, material.office_id, as_of, material.today)
    return Section("", title, blocks)


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


PARTS: Sequence[Part] = (
    Part(_external_findings, certificate.has_changed),
    Part(objectives.section, objectives.has_changed),
    Part(_records, records.register_grew),
    Part(_requirements),
    Part(_satisfaction, records.was_checked),
    Part(_analysis),
    Part(audits.section, audits.has_changed),
    Part(reviews.section, reviews.has_changed),
    Part(_correction, nonconformities.has_changed),
    Part(_revisions, records.was_revised),
    Part(_definitions),
)
"""What the last audit found opens the pack; then follow the clauses in their order."""
