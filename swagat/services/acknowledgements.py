"""What the sent page tells the complainant: the number, the office and why it, the last day and why that."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from swagat.database import table_of
from swagat.domain.deadlines import due_date, limit_for
from swagat.domain.errors import Text
from swagat.domain.names import Name, from_plain
from swagat.domain.papers import MAX_DOCUMENTS
from swagat.domain.reasons import Reason
from swagat.domain.registration import tracking_code
from swagat.models import Complainant, Document, Grievance, GrievanceEvent, Office
from swagat.services import catalogue, documents
from swagat.services.catalogue_views import CategoryView
from swagat.services.documents import ListedDocument

_CASES, _ENTRIES, _OFFICES = table_of(Grievance), table_of(GrievanceEvent), table_of(Office)
_PAPERS, _COMPLAINANTS = table_of(Document), table_of(Complainant)

_SENT = (
    select(
        _CASES.c.id,
        _CASES.c.submission_key,
        _CASES.c.state_id,
        _CASES.c.filed_category_id,
        _CASES.c.received_on,
        _CASES.c.channel,
        _CASES.c.start_level,
        _CASES.c.policy_version,
        _CASES.c.is_identity_hidden,
        _CASES.c.urgency,
        _OFFICES.c.name_en,
        _OFFICES.c.name_hi,
        _OFFICES.c.name_gu,
        _ENTRIES.c.payload,
        _ENTRIES.c.at,
        _ENTRIES.c.office_after_id,
        exists().where(_PAPERS.c.grievance_id == _CASES.c.id).label("papers"),
        _COMPLAINANTS.c.mobile.is_not(None).label("has_mobile"),
    )
    .join_from(_CASES, _ENTRIES, (_ENTRIES.c.grievance_id == _CASES.c.id) & (_ENTRIES.c.seq == 1))
    .join(_OFFICES, _OFFICES.c.id == _ENTRIES.c.office_after_id)
    .join(_COMPLAINANTS, _COMPLAINANTS.c.id == _CASES.c.complainant_id)
    .where(_CASES.c.registration_number == bindparam("number"))
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
    has_mobile: bool


def sent(session: Session, number: str, secret: bytes, with_code: bool) -> Sent | None:
    """Return what was acknowledged under a number, or None; a second statement only where papers came."""
    row = session.execute(_SENT, {"number": number}).first()
    if row is None:
        return None
    category = catalogue.category(row.filed_category_id)
    # What was acknowledged stands by the rules and the calendar of that day, whatever changed since.
    policy = catalogue.policy(row.payload.get("policy_version", row.policy_version))
    limit = limit_for(category.sla_days, category.sla_basis, row.channel, row.start_level, policy, category.sla_source)
    due = due_date(row.received_on, limit, catalogue.calendar(row.state_id, row.office_after_id, row.at))
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
        row.has_mobile,
    )
