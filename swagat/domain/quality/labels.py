"""What roles, and the kinds, states and findings of the quality system are called: on a page and in a printed pack."""

from collections.abc import Mapping

from swagat.domain import external_findings
from swagat.domain.certification import AuditKind, AuditResult, CertificateState
from swagat.domain.errors import N_
from swagat.domain.internal_audits import AuditState, CaseFinding, Finding
from swagat.domain.management_reviews import DecisionKind, DecisionState
from swagat.domain.nonconformities import Cause, Severity, Source, Stage, Step
from swagat.domain.objectives import Verdict
from swagat.domain.quality import effectiveness
from swagat.domain.roles import Role

CERTIFICATE_STATES: Mapping[CertificateState, str] = {
    CertificateState.VALID: N_("Valid"),
    CertificateState.SURVEILLANCE_DUE: N_("Valid, yearly audit due"),
    CertificateState.RECERTIFICATION_DUE: N_("Valid, renewal due"),
    CertificateState.SURVEILLANCE_MISSED: N_("Yearly audit missed"),
    CertificateState.SUSPENDED: N_("Suspended"),
    CertificateState.LAPSED: N_("Lapsed"),
    CertificateState.WITHDRAWN: N_("Withdrawn"),
}
EXTERNAL_AUDITS: Mapping[AuditKind, str] = {
    AuditKind.STAGE_1: N_("First audit, stage 1: papers and readiness"),
    AuditKind.STAGE_2: N_("First audit, stage 2: the work itself"),
    AuditKind.SURVEILLANCE_1: N_("First yearly audit"),
    AuditKind.SURVEILLANCE_2: N_("Second yearly audit"),
    AuditKind.RECERTIFICATION: N_("Audit for renewal"),
    AuditKind.SPECIAL: N_("Special audit at short notice"),
}
EXTERNAL_RESULTS: Mapping[AuditResult, str] = {
    AuditResult.CONFORMS: N_("Recommended"),
    AuditResult.AFTER_CORRECTION: N_("Recommended once the findings are put right"),
    AuditResult.DOES_NOT_CONFORM: N_("Not recommended"),
}
EXTERNAL_FINDINGS: Mapping[external_findings.Severity, str] = {
    external_findings.Severity.MAJOR: N_("Major nonconformity"),
    external_findings.Severity.MINOR: N_("Minor nonconformity"),
    external_findings.Severity.OBSERVATION: N_("Observation"),
}
ROLES: Mapping[Role, str] = {
    Role.OFFICER: N_("Officer"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.PRESIDING_OFFICER: N_("Presiding officer"),
    Role.CLERK: N_("Clerk"),
    Role.QUALITY_MANAGER: N_("Quality manager"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.COMPLAINANT: N_("Complainant"),
    Role.SYSTEM: N_("The program, by itself"),
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.MET: N_("Met"),
    Verdict.MISSED: N_("Missed"),
    Verdict.NOT_YET: N_("Not known yet"),
    Verdict.TOO_FEW: N_("Too few cases to say"),
}
AUDIT_STATES: Mapping[AuditState, str] = {
    AuditState.PLANNED: N_("Planned"),
    AuditState.DRAWN: N_("Under way"),
    AuditState.REPORTED: N_("Reported"),
    AuditState.CANCELLED: N_("Taken off"),
}
FINDINGS: Mapping[Finding, str] = {
    Finding.CONFORMS: N_("Conforms"),
    Finding.OBSERVATION: N_("Observation"),
    Finding.MINOR: N_("Minor nonconformity"),
    Finding.MAJOR: N_("Major nonconformity"),
    Finding.NOT_APPLICABLE: N_("Does not apply here"),
}
CASE_FINDINGS: Mapping[CaseFinding, str] = {
    CaseFinding.CONFORMS: N_("The papers bear out the answer"),
    CaseFinding.DOES_NOT: N_("They do not"),
    CaseFinding.NOT_CLEAR: N_("It cannot be told from them"),
}
DECISION_KINDS: Mapping[DecisionKind, str] = {
    DecisionKind.IMPROVEMENT: N_("Something to do better"),
    DecisionKind.CHANGE: N_("A change to how the office works"),
    DecisionKind.RESOURCES: N_("People, rooms or means"),
}
DECISION_STATES: Mapping[DecisionState, str] = {
    DecisionState.OPEN: N_("Open"),
    DecisionState.LATE: N_("Late"),
    DecisionState.CARRIED_OUT: N_("Carried out"),
}
STAGES: Mapping[Stage, str] = {
    Stage.OPENED: N_("To be put right"),
    Stage.CORRECTED: N_("Cause to be found"),
    Stage.CAUSE_FOUND: N_("Action to be planned"),
    Stage.ACTION_PLANNED: N_("Action under way"),
    Stage.ACTION_DONE: N_("Effect to be judged"),
    Stage.EFFECTIVE: N_("It helped: to be closed"),
    Stage.CLOSED: N_("Closed"),
    Stage.CANCELLED: N_("Cancelled"),
}
SOURCES: Mapping[Source, str] = {
    Source.BY_HAND: N_("Noticed in daily work"),
    Source.DISPOSAL_CHECK: N_("Check of a disposal"),
    Source.REPEAT: N_("Repeated grievances"),
    Source.HOT_SPOT: N_("Many grievances from one place"),
    Source.APPEAL: N_("Appeal that was allowed"),
    Source.CONTROL_CHART: N_("A figure got worse"),
    Source.OBJECTIVE: N_("Objective that was missed"),
    Source.INTERNAL_AUDIT: N_("Internal audit"),
    Source.EXTERNAL_AUDIT: N_("Audit of the certification body"),
}
# What the program has seen by itself, as it says it; people open the others in their own words.
STATEMENTS: Mapping[Source, str] = {
    Source.DISPOSAL_CHECK: N_("A check by another office found that an answer of this office is not true."),
    Source.REPEAT: N_("Grievances that came again in %(month)s while an earlier one like it was open: %(count)s."),
    Source.HOT_SPOT: N_("Many grievances from the same place in %(month)s about one subject, %(subject)s: %(count)s."),
    Source.APPEAL: N_("Appeals lodged in %(month)s against answers of this office that were allowed: %(count)s."),
    Source.CONTROL_CHART: N_("Worse in %(month)s by more than chance: %(figures)s."),
    Source.OBJECTIVE: N_("Missed in %(month)s: %(figures)s."),
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.MAJOR: N_("Major: the system itself failed"),
    Severity.MINOR: N_("Minor: a single lapse"),
}
CAUSES: Mapping[Cause, str] = {
    Cause.PROCEDURE: N_("No rule for the work, or an unclear one"),
    Cause.SKILL: N_("Knowledge or training"),
    Cause.STAFFING: N_("Too few people or vacant posts"),
    Cause.SUPERVISION: N_("Supervision or checking"),
    Cause.RECORDS: N_("Records or information"),
    Cause.EQUIPMENT: N_("Equipment or computers"),
    Cause.OTHERS: N_("Another office or a contractor"),
    Cause.RULES: N_("The law or a policy"),
    Cause.CONDUCT: N_("Conduct of a person"),
}
STEPS: Mapping[Step, str] = {
    Step.OPEN: N_("Opened"),
    Step.CORRECT: N_("Put right"),
    Step.FIND_CAUSE: N_("Cause found"),
    Step.PLAN: N_("Action planned"),
    Step.REPLAN: N_("Plan changed"),
    Step.REPORT_DONE: N_("Action done"),
    Step.FIND_EFFECTIVE: N_("Judged: it helped"),
    Step.FIND_NOT_EFFECTIVE: N_("Judged: it did not help"),
    Step.CLOSE: N_("Closed"),
    Step.PROPOSE_CANCEL: N_("Proposed to cancel"),
    Step.CANCEL: N_("Cancelled"),
    Step.KEEP: N_("Not cancelled: it goes on"),
    Step.ESCALATE: N_("The date passed"),
}
EFFECTS: Mapping[effectiveness.Verdict, str] = {
    effectiveness.Verdict.BETTER: N_("Better, and by more than chance: the two ranges do not touch."),
    effectiveness.Verdict.WORSE: N_("Worse, and by more than chance: the two ranges do not touch."),
    effectiveness.Verdict.NOT_CLEAR: N_(
        "Not clear: the two ranges touch, so the difference may be chance. Say what else shows the effect."
    ),
    effectiveness.Verdict.NO_CASES: N_("In one of the two periods there was no case, so the figure says nothing."),
}
