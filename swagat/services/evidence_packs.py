"""Evidence packs on the web: who may ask for which, what has become of them, and the files to take."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import ColumnElement, Select, exists, false, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from swagat.database import db, transaction
from swagat.domain.errors import N_, Invalid, NotFound, Text
from swagat.domain.names import Name
from swagat.domain.quality.periods import Span
from swagat.domain.roles import Actor, Role
from swagat.models import CaseCount, EvidencePack, MonthTally, Office, PackDownload, PackFile, PackState, Scope
from swagat.services import catalogue, evidence_sections, mandates
from swagat.services.evidence_certificate import has_certificate
from swagat.services.evidence_making import NOTHING, language_of, span_of
from swagat.services.scope import READS_ALL_EVIDENCE
from swagat.storage import Storage

READERS = (Role.QUALITY_MANAGER, Role.SUPERVISOR, Role.AUDITOR)
SHOWN = 50
OUTSIDE = N_("These months lie outside your mandate.")
NO_CERTIFICATE = N_("This office has no certificate. A pack shows an auditor how a certified office works.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A pack as a page shows it."""

    pack: EvidencePack
    office: Name

    @property
    def span(self) -> Span:
        """Return its period."""
        return Span(f"{self.pack.first:%Y}", self.pack.first, self.pack.last)

    @property
    def is_ended(self) -> bool:
        """Return whether nothing more becomes of it."""
        return self.pack.ended_at is not None


@dataclass(frozen=True, slots=True)
class Taken:
    """A file of a pack on its way to whoever asked for it."""

    name: str
    stream: BinaryIO
    size: int


def offices(session: Session, actor: Actor) -> Sequence[tuple[str, Name]]:
    """Return the offices for which somebody may ask, the certified ones of which anything is counted, by name."""
    counted = exists().where(MonthTally.scope == Scope.OFFICE, MonthTally.scope_id == Office.id)
    found = select(Office.code, Office.name_en, Office.name_hi, Office.name_gu).where(_open_to(actor))
    if actor.role in READS_ALL_EVIDENCE:
        found = found.where(counted, has_certificate(Office.id))
    return [(row.code, Name.of(row)) for row in session.execute(found.order_by(Office.name_en, Office.id))]


def ask(actor: Actor, office_code: str, first: str, last: str, language: str, now: datetime) -> int:
    """Put a pack down to be made, and return which; the same one again while nothing has changed.

    Raises Invalid for a period that has not ended, for an office that is not open to the actor or has no certificate,
    and where there is nothing to show.
    """
    errors: dict[str, Text] = {}
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    span: Span | None = None
    try:
        span = span_of(first, last, today)
    except Invalid as refusal:
        errors |= refusal.errors
    try:
        language_of(language)
    except Invalid as refusal:
        errors |= refusal.errors
    if span is not None and actor.mandate is not None and not actor.mandate.covers_months(span.first, span.last):
        errors["first"] = Text(OUTSIDE)
    session = db.session()
    office_id = session.scalar(select(Office.id).where(Office.code == office_code.strip()[:40], _open_to(actor)))
    if office_id is None or not _has_cases(session, office_id):
        errors["office"] = Text(NOTHING)
    elif not session.scalar(select(has_certificate(office_id))):
        errors["office"] = Text(NO_CERTIFICATE)
    if errors or span is None or office_id is None:
        raise Invalid(errors=errors)
    there = _standing(session, office_id, span, language, now)
    if there is not None:
        return there
    try:
        with transaction() as writing:
            pack = EvidencePack(
                office_id=office_id, first=span.first, last=span.last, language=language, asked_at=now,
                asked_by_id=actor.person_id, state=PackState.WAITING,
            )  # fmt: skip
            writing.add(pack)
            writing.flush()
            return pack.id
    except IntegrityError:
        # Somebody else asked for the same at the same moment.
        there = _standing(db.session(), office_id, span, language, now)
        if there is None:
            raise
        return there


def packs(session: Session, actor: Actor) -> Sequence[Shown]:
    """Return the packs that are open to somebody, the newest first; one statement."""
    rows = session.execute(_shown(actor).order_by(EvidencePack.id.desc()).limit(SHOWN))
    return [Shown(row[0], Name(*row[1:])) for row in rows]


def pack(session: Session, actor: Actor, pack_id: int) -> Shown:
    """Return one pack, raising NotFound."""
    row = session.execute(_shown(actor).where(EvidencePack.id == pack_id)).one_or_none()
    if row is None:
        raise NotFound
    return Shown(row[0], Name(*row[1:]))


def take(actor: Actor, pack_id: int, file: str, storage: Storage, now: datetime) -> Taken:
    """Return a file of a pack and keep who took it, raising NotFound while it is not made."""
    if file not in tuple(PackFile):
        raise NotFound
    wanted = PackFile(file)
    with transaction() as session:
        found = pack(session, actor, pack_id).pack
        is_zip = wanted is PackFile.ZIP
        digest, size = (found.zip_digest, found.zip_size) if is_zip else (found.pdf_digest, found.pdf_size)
        if digest is None or not storage.exists(digest):
            raise NotFound
        session.add(PackDownload(pack_id=found.id, person_id=actor.person_id, file=wanted, at=now))
    name = f"evidence-{found.id}-{found.first:%Y-%m}-{found.last:%Y-%m}-{found.language}.{wanted.value}"
    return Taken(name, storage.open(digest), size)


def referenced_digests(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of the digests that any pack refers to."""
    one = EvidencePack
    asked = select(one.zip_digest, one.pdf_digest).where(or_(one.zip_digest.in_(digests), one.pdf_digest.in_(digests)))
    return {digest for row in session.execute(asked) for digest in row if digest}


def _open_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Office: what is theirs for who reads evidence, else the own one."""
    if actor.role in READS_ALL_EVIDENCE:
        return mandates.offices_of(actor)
    if actor.role is Role.SUPERVISOR:
        return Office.id == actor.office_id
    return false()


def _shown(actor: Actor) -> Select[EvidencePack, str, str, str]:
    shown = (
        select(EvidencePack, Office.name_en, Office.name_hi, Office.name_gu)
        .join(Office, Office.id == EvidencePack.office_id)
        .where(_open_to(actor))
    )
    if actor.mandate is None:
        return shown
    return shown.where(EvidencePack.first >= actor.mandate.first, EvidencePack.last <= actor.mandate.last)


def _has_cases(session: Session, office_id: int) -> bool:
    return bool(session.scalar(select(exists().where(CaseCount.office_id == office_id))))


def _standing(session: Session, office_id: int, span: Span, language: str, now: datetime) -> int | None:
    """Return the pack that answers the same question: one on its way, or one of today since which nothing changed."""
    one = EvidencePack
    asked = (
        select(one.id, one.asked_at, one.ended_at)
        .where(one.office_id == office_id, one.first == span.first, one.last == span.last, one.language == language)
        .where(one.state != PackState.FAILED)
        .order_by(one.id.desc())
        .limit(1)
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        return None
    if found.ended_at is not None:
        # How old the open cases are is told for a day.
        day_of = catalogue.calendar(session.get_one(Office, office_id).state_id).day_of
        if day_of(found.asked_at) != day_of(now) or evidence_sections.has_changed(session, office_id, found.asked_at):
            return None
    return int(found.id)
