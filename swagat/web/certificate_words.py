"""The words of certificates: their states, audits and findings, and the days of a cycle as a list."""

from datetime import date
from typing import NamedTuple

from flask_babel import LazyString

from swagat.domain.certification import OF_THE_CYCLE, AuditKind, AuditResult, CertificateState, StepKind
from swagat.domain.external_findings import Effect, FindingState, FindingStep, Severity
from swagat.domain.quality import labels
from swagat.services.certificate_lists import Row
from swagat.services.certificate_pages import Whole
from swagat.services.certificate_reminders import ANSWER, EXPIRY
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l

STATES: dict[CertificateState, LazyString] = {one: _l(text) for one, text in labels.CERTIFICATE_STATES.items()}
TONES = {
    CertificateState.VALID: "good",
    CertificateState.SURVEILLANCE_DUE: "soon",
    CertificateState.RECERTIFICATION_DUE: "soon",
    CertificateState.SURVEILLANCE_MISSED: "late",
    CertificateState.SUSPENDED: "waiting",
    CertificateState.LAPSED: "late",
    CertificateState.WITHDRAWN: "late",
}
KINDS: dict[AuditKind, LazyString] = {one: _l(text) for one, text in labels.EXTERNAL_AUDITS.items()}
RESULTS: dict[AuditResult, LazyString] = {one: _l(text) for one, text in labels.EXTERNAL_RESULTS.items()}
STEPS: dict[StepKind, LazyString] = {
    StepKind.SUSPENDED: _l("Suspended by the certification body"),
    StepKind.RESTORED: _l("Restored by the certification body"),
    StepKind.WITHDRAWN: _l("Withdrawn, or given back by the office"),
    StepKind.STRUCK: _l("Entered here by mistake: strike it off"),
}
STEP_TONES = {StepKind.RESTORED: "good", StepKind.SUSPENDED: "waiting"}
SEVERITIES: dict[Severity, LazyString] = {one: _l(text) for one, text in labels.EXTERNAL_FINDINGS.items()}
SEVERITY_TONES = {Severity.MAJOR: "late", Severity.MINOR: "soon", Severity.OBSERVATION: ""}
FINDING_STATES: dict[FindingState, LazyString] = {
    FindingState.OPEN: _l("To be answered"),
    FindingState.ANSWERED: _l("Answered, not accepted yet"),
    FindingState.CLOSED: _l("Accepted and closed"),
}
FINDING_TONES = {FindingState.OPEN: "soon", FindingState.ANSWERED: "waiting", FindingState.CLOSED: "done"}
FINDING_STEPS: dict[FindingStep, LazyString] = {
    FindingStep.ANSWERED: _l("The office answered"),
    FindingStep.RETURNED: _l("The certification body sent the answer back"),
    FindingStep.EXTENDED: _l("The certification body gave more time"),
    FindingStep.ACCEPTED: _l("The certification body accepted the answer"),
}
EFFECTS: dict[Effect, LazyString] = {
    Effect.WATCHED: _l("Minor findings are open. The certificate is safe as long as they are closed in time."),
    Effect.AT_RISK: _l("A finding is major, or past its last day. The certification body may suspend the certificate."),
}
EFFECT_TONES = {Effect.WATCHED: "soon", Effect.AT_RISK: "late"}
REMINDED = {
    EXPIRY: _l("End of the certificate"),
    ANSWER: _l("Answer to a finding"),
    **{kind.value: KINDS[kind] for kind in OF_THE_CYCLE},
}


class Moment(NamedTuple):
    """One day of a cycle: what was or will be, whether it is done, and how it looks."""

    day: date
    title: str
    note: str
    tone: str


def next_words(row: Row) -> str:
    """Return what a certificate waits for next, empty where nothing is left."""
    return str(KINDS[row.standing.duty.kind]) if row.standing.duty else ""


def cycle_of(shown: Whole, today: date) -> list[Moment]:
    """Return the days of a cycle in order: the decision, each audit done or due, what happened, and the end."""
    row = shown.row
    moments = [Moment(row.days.decided_on, _("Certificate given"), "", "good")]
    for audit in shown.audits:
        note = str(RESULTS[audit.result]) if audit.result else ""
        if audit.due_on and audit.done_on > audit.due_on:
            note = " · ".join(filter(None, (note, _("later than it was due"))))
        moments.append(Moment(audit.done_on, str(KINDS[audit.kind]), note, "good"))
    for duty in row.duties:
        if duty.done_on is None and row.standing.duty and duty.due_on >= row.standing.duty.due_on:
            is_late = duty.due_on < today
            note = _("was due by this day") if is_late else _("due by this day")
            moments.append(Moment(duty.due_on, str(KINDS[duty.kind]), note, "late" if is_late else "soon"))
    for step in shown.steps:
        moments.append(Moment(step.on_day, str(STEPS[step.kind]), step.reason, STEP_TONES.get(step.kind, "late")))
    has_ended = row.days.expires_on < today
    moments.append(Moment(row.days.expires_on, _("Last day of the certificate"), "", "late" if has_ended else ""))
    return sorted(moments, key=lambda one: one.day)
