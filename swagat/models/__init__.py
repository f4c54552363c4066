"""All tables. READY."""

from swagat.domain.places import PlaceKind
from swagat.models.calendar import CalendarDay, DayKind
from swagat.models.deadline import Deadline, DeadlineEnd
from swagat.models.document import Document, DocumentKind
from swagat.models.evidence import EvidencePack, PackDownload, PackFile, PackState
from swagat.models.grievance import Complainant, Counter, FilingMode, Grievance
from swagat.models.operations import FilingDraft, JobRun, Opening, TryCount
from swagat.models.organisation import Jurisdiction, LadderStep, Office
from swagat.models.people import Absence, Person, Posting, StaffSession
from swagat.models.places import Place, PlaceKey, State
from swagat.models.policy import PolicyVersion, RuleChange, RuleChangeKind
from swagat.models.quality import (
    CaseCount,
    CheckResult,
    CheckWay,
    DisposalCheck,
    ImportRun,
    MonthTally,
    PublishedTally,
    Scope,
    Uncounted,
)
from swagat.models.register import Appeal, Feedback, GrievanceEvent, Pause, Proposal, Remark, RemarkKind
from swagat.models.sms import (
    Burst,
    BurstKind,
    CodePurpose,
    DeliveryStatus,
    InboundSms,
    OneTimeCode,
    OptedOutNumber,
    RefusedNumber,
    RegisteredTemplate,
    SmsMessage,
    SmsReport,
)
from swagat.models.subjects import Category, Department, Ground, SavedReply
from swagat.models.supervision import CommonCause, Direction, Lapse

__all__ = [
    "Absence",
    "Appeal",
    "Burst",
    "BurstKind",
    "CalendarDay",
    "CaseCount",
    "Category",
    "CheckResult",
    "CheckWay",
    "CodePurpose",
    "CommonCause",
    "Complainant",
    "Counter",
    "DayKind",
    "Deadline",
    "DeadlineEnd",
    "DeliveryStatus",
    "Department",
    "Direction",
    "DisposalCheck",
    "Document",
    "DocumentKind",
    "EvidencePack",
    "Feedback",
    "FilingDraft",
    "FilingMode",
    "Grievance",
    "GrievanceEvent",
    "Ground",
    "ImportRun",
    "InboundSms",
    "JobRun",
    "Jurisdiction",
    "LadderStep",
    "Lapse",
    "MonthTally",
    "Office",
    "OneTimeCode",
    "Opening",
    "OptedOutNumber",
    "PackDownload",
    "PackFile",
    "PackState",
    "Pause",
    "Person",
    "Place",
    "PlaceKey",
    "PlaceKind",
    "PolicyVersion",
    "Posting",
    "Proposal",
    "PublishedTally",
    "RefusedNumber",
    "RegisteredTemplate",
    "Remark",
    "RemarkKind",
    "RuleChange",
    "RuleChangeKind",
    "SavedReply",
    "Scope",
    "SmsMessage",
    "SmsReport",
    "StaffSession",
    "State",
    "TryCount",
    "Uncounted",
]
