"""Papers of a grievance: checked before they are stored, attached inside the caller's transaction, read for showing."""

import logging
from collections.abc import Collection
from datetime import datetime
from typing import BinaryIO, NamedTuple, Protocol

from sqlalchemy import ColumnElement, func, select, union
from sqlalchemy.orm import Session

from swagat.domain import papers
from swagat.domain.errors import N_, Invalid, NotFound
from swagat.domain.pdf import check_pdf
from swagat.models import CertificatePaper, Document, DocumentKind, Grievance
from swagat.services import pictures
from swagat.storage import Storage

log = logging.getLogger(__name__)

EMPTY = N_("This file is empty. Please choose it again.")
TOO_LARGE = N_("This file is larger than %(megabytes)s MB. Take a smaller photograph, or send the paper in parts.")
WRONG_KIND = N_("Only photographs (JPEG, PNG, WebP) and PDF files can be taken. Send a photograph of this paper.")
HEIF = N_(
    "This photograph is in a kind (HEIC) that many computers cannot open. "
    "Set the camera to JPEG (most compatible), or send a screenshot of it."
)
HARMFUL = N_("The virus check found something harmful in this file. Send a photograph of the paper instead.")
UNCHECKED = N_("This file could not be checked for viruses just now, so it was not taken. Please send it again later.")
FULL = N_("This grievance already has %(most)s papers, which is the most it can have.")
UNREADABLE = N_("This paper cannot be read just now. Please try again later.")


class Scanner(Protocol):
    """A virus scanner: says whether bytes are clean, and raises when it cannot say."""

    def __call__(self, data: bytes) -> bool:
        """Return whether nothing harmful was found."""


class Prepared(NamedTuple):
    """A paper that passed every check, as it will be stored; the rest is what evidence said of where it was taken."""

    data: bytes
    media_type: str
    name: str
    captured_at: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class ListedDocument(NamedTuple):
    """One paper as a page shows it; where and when it was captured is not in here."""

    id: int
    seq: int
    kind: DocumentKind
    media_type: str
    size: int
    name: str
    added_at: datetime
    is_held: bool
    is_visible: bool

    @property
    def is_picture(self) -> bool:
        """Return whether a page may show it inside itself."""
        return self.media_type in papers.SHOWN_INLINE


class CapturedDocument(NamedTuple):
    """What one paper of evidence said of its taking: for who disposes, and nobody else; None is none."""

    id: int
    captured_at: str | None
    latitude: float | None
    longitude: float | None


class Download(NamedTuple):
    """An open paper with what its answer must say; whoever takes it closes the stream."""

    stream: BinaryIO
    media_type: str
    name: str
    size: int


def prepare(data: bytes, name: str, is_evidence: bool, scanner: Scanner | None = None) -> Prepared:
    """Return the paper as it may be stored, raising Invalid with what the sender can do when it cannot be taken.

    Its kind is what its bytes are, whatever its name says. A picture is written anew; a PDF is kept as it came.
    Slow by design (a second for a large photograph): never call it inside a transaction.
    """
    if not data:
        raise Invalid(EMPTY)
    if len(data) > papers.MAX_BYTES:
        raise Invalid(TOO_LARGE, megabytes=papers.MAX_MEGABYTES)
    media_type = papers.media_type_of(data)
    if media_type is None:
        raise Invalid(HEIF if papers.is_heif(data) else WRONG_KIND)
    if scanner is not None:
        _scan(scanner, data)
    if media_type == papers.PDF:
        check_pdf(data)
        return Prepared(data, media_type, papers.safe_name(name, media_type))
    picture = pictures.rewrite(data, media_type, with_capture=is_evidence)
    return Prepared(picture.data, picture.media_type, papers.safe_name(name, picture.media_type), *picture.capture)


def _scan(scanner: Scanner, data: bytes) -> None:
    try:
        is_clean = scanner(data)
    except Exception:
        # Whatever is wrong with the scanner, a paper that was not checked is not published.
        log.exception("virus scanner failed")
        raise Invalid(UNCHECKED) from None
    if not is_clean:
        log.warning("virus scanner refused a paper of %s bytes", len(data))
        raise Invalid(HARMFUL)


def find(session: Session, grievance_id: int, digest: str) -> Document | None:
    """Return the paper with these bytes that the grievance already has, so that a second press adds nothing."""
    return session.scalars(
        select(Document).where(Document.grievance_id == grievance_id, Document.digest == digest)
    ).first()


def attach(
    session: Session,
    storage_digest: str,
    grievance_id: int,
    seq: int,
    prepared: Prepared,
    kind: DocumentKind,
    person_id: int | None,
    is_held: bool,
    is_visible: bool,
    now: datetime,
) -> Document:
    """Add a stored paper to a grievance inside the caller's transaction; the same bytes again give the first row.

    Raises Invalid when a complainant's five papers, or the fifty of offices and clerks, are there already.
    """
    # The lock makes two presses at once see each other, in the count and in the bytes.
    is_identity_hidden = session.scalar(
        select(Grievance.is_identity_hidden).where(Grievance.id == grievance_id).with_for_update()
    )
    if is_identity_hidden is None:
        raise NotFound
    first = find(session, grievance_id, storage_digest)
    if first is not None:
        return first
    number = _room(session, grievance_id, kind)
    is_neutral = is_identity_hidden and kind is not DocumentKind.EVIDENCE
    document = Document(
        grievance_id=grievance_id,
        seq=seq,
        kind=kind,
        digest=storage_digest,
        media_type=prepared.media_type,
        size=len(prepared.data),
        name=papers.neutral_name(number, prepared.media_type) if is_neutral else prepared.name,
        person_id=person_id,
        added_at=now,
        captured_at=prepared.captured_at,
        latitude=prepared.latitude,
        longitude=prepared.longitude,
        is_held=is_held,
        is_visible=is_visible,
    )
    session.add(document)
    session.flush()
    return document


def _room(session: Session, grievance_id: int, kind: DocumentKind) -> int:
    """Return the number the next paper gets, raising Invalid when there is no room for another of its kind."""
    from_complainant = kind is DocumentKind.COMPLAINT
    most = papers.MAX_DOCUMENTS if from_complainant else papers.MAX_OFFICE_DOCUMENTS
    counts = session.execute(
        select(Document.kind, func.count()).where(Document.grievance_id == grievance_id).group_by(Document.kind)
    )
    present = dict(counts.all())
    own = present.pop(DocumentKind.COMPLAINT, 0)
    others = sum(present.values())
    if (own if from_complainant else others) >= most:
        raise Invalid(FULL, most=most)
    return own + others + 1


def documents_of(session: Session, grievance_id: int, *, with_held: bool, with_internal: bool) -> list[ListedDocument]:
    """Return the papers of a grievance in the order they came, as plain rows.

    `with_held`: also those that wait for release; `with_internal`: also those the complainant does not see.
    """
    rows = session.execute(
        select(
            Document.id, Document.seq, Document.kind, Document.media_type, Document.size, Document.name,
            Document.added_at, Document.is_held, Document.is_visible,
        )
        .where(*_shown(grievance_id, with_held, with_internal))
        .order_by(Document.id)
    )  # fmt: skip
    return [ListedDocument(*row) for row in rows]


def captures_of(session: Session, grievance_id: int) -> list[CapturedDocument]:
    """Return when and where each paper of evidence was captured; its caller answers for who may read it."""
    rows = session.execute(
        select(Document.id, Document.captured_at, Document.latitude, Document.longitude)
        .where(Document.grievance_id == grievance_id, Document.kind == DocumentKind.EVIDENCE)
        .order_by(Document.id)
    )
    return [CapturedDocument(*row) for row in rows]


def for_download(
    session: Session,
    storage: Storage,
    document_id: int,
    grievance_id: int,
    *,
    with_held: bool,
    with_internal: bool,
) -> Download:
    """Open a paper of this grievance, raising NotFound for one that the same reader's list would not show."""
    row = session.execute(
        select(Document.digest, Document.media_type, Document.name, Document.size).where(
            Document.id == document_id, *_shown(grievance_id, with_held, with_internal)
        )
    ).first()
    if row is None:
        raise NotFound
    try:
        return Download(storage.open(row.digest), row.media_type, row.name, row.size)
    except OSError as fault:
        log.error("paper %s cannot be read: %s", document_id, type(fault).__name__)
        raise NotFound(UNREADABLE) from fault


def _shown(grievance_id: int, with_held: bool, with_internal: bool) -> list[ColumnElement[bool]]:
    conditions = [Document.grievance_id == grievance_id]
    if not with_held:
        conditions.append(Document.is_held.is_(False))
    if not with_internal:
        conditions.append(Document.is_visible.is_(True))
    return conditions


def referenced_digests(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of the digests that any grievance or certificate refers to."""
    digest_columns = (Document.digest, CertificatePaper.digest)
    asked = union(*(select(one).where(one.in_(digests)) for one in digest_columns))
    return set(session.scalars(asked))
