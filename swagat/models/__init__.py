"""All tables. READY."""

from swagat.domain.places import PlaceKind
from swagat.models.calendar import CalendarDay, DayKind
from swagat.models.deadline import Deadline, DeadlineEnd
from swagat.models.document import Document, DocumentKind
from swagat.models.grievance import Complainant, Counter, FilingMode, Grievance
from swagat.models.operations import FilingDraft, JobRun, Opening, TryCount
from swagat.models.organisation import Jurisdiction, LadderStep, Office
from swagat.models.people import Person, Posting, StaffSession
from swagat.models.places import Place, PlaceKey, State
from swagat.models.register import Appeal, Feedback, GrievanceEvent, Pause, Proposal, Remark, RemarkKind
from swagat.models.sms import DeliveryStatus, SmsMessage
from swagat.models.subjects import Category, Department, Ground, SavedReply

__all__ = [
    "Appeal",
    "CalendarDay",
    "Category",
    "Complainant",
    "Counter",
    "DayKind",
    "Deadline",
    "DeadlineEnd",
    "DeliveryStatus",
    "Department",
    "Document",
    "DocumentKind",
    "Feedback",
    "FilingDraft",
    "FilingMode",
    "Grievance",
    "GrievanceEvent",
    "Ground",
    "JobRun",
    "Jurisdiction",
    "LadderStep",
    "Office",
    "Opening",
    "Pause",
    "Person",
    "Place",
    "PlaceKey",
    "PlaceKind",
    "Posting",
    "Proposal",
    "Remark",
    "RemarkKind",
    "SavedReply",
    "SmsMessage",
    "StaffSession",
    "State",
    "TryCount",
]
