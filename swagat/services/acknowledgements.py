"""What the sent page tells the complainant: the number, the office and why it, the last day and why that."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from swagat.domain.deadlines import due_date, limit_for
from swagat.domain.errors import Text
from swagat.domain.names import Name, from_plain
from swagat.domain.papers import MAX_DOCUMENTS
from swagat.domain.reasons import Reason
from swagat.domain.registration import tracking_code
from swagat.models import Document, Grievance, GrievanceEvent, Office
from swagat.services import catalogue, documents
from swagat.services.catalogue_views import CategoryView
from swagat.services.documents import ListedDocument

_SENT = (
    select(
        Grievance.id,
        Grievance.submission_key,
        Grievance.state_id,
        Grievance.filed_category_id,
        Grievance.received_on,
        Grievance.channel,
        Grievance.start_level,
        Grievance.policy_version,
        Grievance.is_identity_hidden,
        Grievance.urgency,
        Office.name_en,
        Office.name_hi,
        Office.name_gu,
        GrievanceEvent.payload,
        exists().where(Document.grievance_id == Grievance.id).label("papers"),
    )
    .join(GrievanceEvent, (GrievanceEvent.grievance_id == Grievance.id) & (GrievanceEvent.seq == 1))
    .join(Office, Office.id == GrievanceEvent.office_after_id)
    .where(Grievance.registration_number == bindparam("number"))
)


@dataclass(frozen=True, slots=True)
class Sent:
    """The sent page of one grievance; `code` is empty once it was shown."""

    number: str
    code: str
    category: CategoryView
    office: Name
    why_office: tuple[Text, ...]
    due_on: date
    why_due: tuple[Reason, ...]
    papers: tuple[ListedDocument, ...]
    papers_left: int
    is_identity_hidden: bool
    is_immediate: bool


def sent(session: Session, number: str, secret: bytes, with_code: bool) -> Sent | None:
    """Return what was acknowledged under a number, or None; a second statement only where papers came."""
    row = session.execute(_SENT, {"number": number}).first()
    if row is None:
        return None
    category = catalogue.category(row.filed_category_id)
    policy = catalogue.policy(row.policy_version)
    limit = limit_for(category.sla_days, category.sla_basis, row.channel, row.start_level, policy, category.sla_source)
    due = due_date(row.received_on, limit, catalogue.calendar(row.state_id))
    papers = documents.documents_of(session, row.id, with_held=True, with_internal=False) if row.papers else []
    return Sent(
        number,
        tracking_code(secret, row.submission_key) if with_code else "",
        category,
        Name.of(row),
        from_plain(row.payload.get("why", ())),
        due.due_on,
        tuple(due.reasons),
        tuple(papers),
        max(0, MAX_DOCUMENTS - len(papers)),
        row.is_identity_hidden,
        row.urgency == 0,
    )
