"""Makes an evidence pack: the lists first, then the ZIP, then the printed report that carries the digest of both."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from swagat.database import db
from swagat.domain.errors import N_, Invalid, Text
from swagat.domain.quality import evidence_files as files
from swagat.domain.quality.indicators import Tally
from swagat.domain.quality.measures import month_of
from swagat.domain.quality.periods import Span, months_between, named
from swagat.domain.quality.sections import Cover
from swagat.paper import pdf
from swagat.paper.words import LANGUAGES, Words
from swagat.services import catalogue
from swagat.services import evidence_certificate as certificate
from swagat.services.evidence_lists import Gathered, Progress, gather
from swagat.services.evidence_material import Material, clauses_of
from swagat.services.evidence_sections import sections
from swagat.services.evidence_zip import Asked, write_zip

LONGEST_MONTHS = 36
NOTHING = N_("This office has no case in this period: there is nothing to show.")
NOT_ENDED = N_("The period has not ended. Its last month must be over.")
# Of the work, what is done when the lists are written; the rest is the ZIP and the printed report.
LISTED = 90


@dataclass(frozen=True, slots=True)
class Made:
    """Where the files of a pack lie until they are put away, and the digest of its manifest."""

    zip_file: Path
    pdf_file: Path
    manifest: str
    cases: int


def span_of(first: str, last: str, today: date) -> Span:
    """Return the period from one month to another, raising Invalid for one that is none or has not ended."""
    begin, end = (_month(one, field) for one, field in ((first, "first"), (last, "last")))
    if end < begin:
        raise Invalid(errors={"last": Text(N_("The last month lies before the first."))})
    if end >= month_of(today):
        raise Invalid(errors={"last": Text(NOT_ENDED)})
    if len(months_between(begin, end)) > LONGEST_MONTHS:
        raise Invalid(errors={"first": Text(N_("A pack is about three years at most."))})
    return Span(f"{files.month_code(begin)}_{files.month_code(end)}", begin, end)


def _month(typed: str, field: str) -> date:
    wrong = {field: Text(N_("Write a month as 2026-11."))}
    try:
        found = named(typed)
    except Invalid:
        raise Invalid(errors=wrong) from None
    if len(found.months) != 1:
        raise Invalid(errors=wrong)
    return found.first


def language_of(code: str) -> str:
    """Return a language that packs are made in, raising Invalid."""
    if code not in LANGUAGES:
        raise Invalid(errors={"language": Text(N_("Choose one of the languages."))})
    return code


@contextmanager
def made(asked: Asked, progress: Progress) -> Iterator[Made]:
    """Yield a pack whose files lie in a folder that goes away afterwards, raising Invalid where nothing is counted."""
    with TemporaryDirectory(prefix="evidence-") as place:
        lists, zip_file, pdf_file = Path(place, "lists"), Path(place, "pack.zip"), Path(place, "pack.pdf")
        lists.mkdir()
        office_id = asked.office.where.scope_id
        found = gather(office_id, asked.months, asked.as_of, lists, _up_to(LISTED, progress))
        if not found.cases:
            raise Invalid(NOTHING)
        manifest = write_zip(asked, found, lists, zip_file)
        progress(LISTED + 5, 100)
        pdf_file.write_bytes(_printed(db.session(), asked, found, manifest))
        progress(100, 100)
        yield Made(zip_file, pdf_file, manifest, found.cases)


def _up_to(share: int, progress: Progress) -> Progress:
    return lambda done, whole: progress(share * done // max(1, whole), 100)


def _printed(session: Session, asked: Asked, found: Gathered, manifest: str) -> bytes:
    words = Words(asked.language)
    with catalogue.held():
        state_id = asked.office.where.state_id
        calendar = catalogue.calendar(state_id, asked.office.where.scope_id, asked.as_of)
        first, last = files.month_code(asked.span.first), files.month_code(asked.span.last)
        today = calendar.day_of(asked.as_of)
        material = Material(
            session, asked, words, files.of_period(found.months, first, last), _by_day(asked, found), found, calendar,
            certificate.certified(session, asked.office.where.scope_id, today),
        )  # fmt: skip
        return pdf.write(_cover(material, manifest), sections(material), words, asked.as_of)


def _by_day(asked: Asked, found: Gathered) -> Mapping[date, Tally]:
    return {one: found.months.get(files.month_code(one), {}) for one in asked.months}


def _cover(material: Material, manifest: str) -> Cover:
    asked, words = material.asked, material.words
    facts = (
        (words.say(N_("Office")), words.name(asked.office.name)),
        (words.say(N_("Period")), words.period(asked.span)),
        (words.say(N_("As it stood on")), words.moment(asked.as_of)),
        *certificate.facts(words, material.certified, clauses_of(material.certified), material.today),
        (words.say(N_("Cases")), words.number(material.gathered.cases)),
        (words.say(N_("SHA-256 of the manifest in the ZIP")), manifest),
    )
    note = words.say(
        N_("Every figure here is counted from the lists in the ZIP of the same pack, and can be worked out again from "
           "them: flask evidence verify PACK.zip")
    )  # fmt: skip
    title = words.say(N_("Evidence of quality"))
    return Cover(title, f"{words.name(asked.office.name)}, {words.period(asked.span)}", facts, note)
