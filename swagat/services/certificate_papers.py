"""Papers kept with a certificate: the certificate itself, reports of its audits, evidence that a finding is mended."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.errors import N_, Invalid, Text
from swagat.domain.roles import Actor
from swagat.models import CertificatePaper
from swagat.services.certificate_reminders import held_certificate
from swagat.services.certificates import check_writes
from swagat.services.documents import Prepared

MOST_PAPERS = 50


def add_paper(actor: Actor, certificate_id: int, digest: str, prepared: Prepared, now: datetime) -> None:
    """Keep a stored paper with a certificate; the same bytes again add nothing.

    Raises Forbidden, NotFound, and Invalid once there is no room.
    """
    check_writes(actor)
    with transaction() as session:
        certificate = held_certificate(session, certificate_id, actor.state_id or 0)
        keep_paper(session, actor, certificate.id, digest, prepared, now)


def keep_paper(
    session: Session,
    actor: Actor,
    certificate_id: int,
    digest: str,
    prepared: Prepared,
    now: datetime,
    finding_id: int | None = None,
) -> None:
    """Do the same inside the caller's transaction, which holds the certificate."""
    kept = set(
        session.scalars(select(CertificatePaper.digest).where(CertificatePaper.certificate_id == certificate_id))
    )
    if digest in kept:
        return
    if len(kept) >= MOST_PAPERS:
        full = Text(
            N_("This certificate already has %(most)s papers, which is the most it can have."), {"most": MOST_PAPERS}
        )
        raise Invalid(errors={"document": full})
    row = {"digest": digest, "media_type": prepared.media_type, "size": len(prepared.data), "name": prepared.name}
    whose = {"certificate_id": certificate_id, "finding_id": finding_id, "person_id": actor.person_id, "added_at": now}
    session.execute(insert(CertificatePaper), row | whose)
