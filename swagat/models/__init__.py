"""All tables. READY."""

from swagat.domain.places import PlaceKind
from swagat.models.calendar import CalendarDay, DayKind
from swagat.models.certificate import (
    Certificate,
    CertificatePaper,
    CertificateReminder,
    CertificateStep,
    CertificationAudit,
    ExternalFinding,
    ExternalFindingStep,
)
from swagat.models.deadline import Deadline, DeadlineEnd
from swagat.models.document import Document, DocumentKind
from swagat.models.evidence import EvidencePack, PackDownload, PackFile, PackState
from swagat.models.grading import GradingAdoption
from swagat.models.grievance import Complainant, Counter, FilingMode, Grievance
from swagat.models.internal_audit import AuditAnswer, AuditedCase, InternalAudit
from swagat.models.management_review import ManagementReview, ReviewDecision
from swagat.models.mandate import AuditMandate, MandateOffice
from swagat.models.nonconformity import Nonconformity, NonconformityCase, NonconformityEntry
from swagat.models.objective import ObjectiveMonth, QualityObjective
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
from swagat.models.quality_deadline import QualityDeadline
from swagat.models.register import Appeal, Feedback, GrievanceEvent, Pause, Proposal, Remark, RemarkKind
from swagat.models.signals import Signal, SignalCase, SignalRemark, SignalState
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
    "AuditAnswer",
    "AuditMandate",
    "AuditedCase",
    "Burst",
    "BurstKind",
    "CalendarDay",
    "CaseCount",
    "Category",
    "Certificate",
    "CertificatePaper",
    "CertificateReminder",
    "CertificateStep",
    "CertificationAudit",
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
    "ExternalFinding",
    "ExternalFindingStep",
    "Feedback",
    "FilingDraft",
    "FilingMode",
    "GradingAdoption",
    "Grievance",
    "GrievanceEvent",
    "Ground",
    "ImportRun",
    "InboundSms",
    "InternalAudit",
    "JobRun",
    "Jurisdiction",
    "LadderStep",
    "Lapse",
    "ManagementReview",
    "MandateOffice",
    "MonthTally",
    "Nonconformity",
    "NonconformityCase",
    "NonconformityEntry",
    "ObjectiveMonth",
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
    "QualityDeadline",
    "QualityObjective",
    "RefusedNumber",
    "RegisteredTemplate",
    "Remark",
    "RemarkKind",
    "ReviewDecision",
    "RuleChange",
    "RuleChangeKind",
    "SavedReply",
    "Scope",
    "Signal",
    "SignalCase",
    "SignalRemark",
    "SignalState",
    "SmsMessage",
    "SmsReport",
    "StaffSession",
    "State",
    "TryCount",
    "Uncounted",
]
