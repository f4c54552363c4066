"""What is typed from certificates, from the reports of certification bodies, and from their letters."""

from collections.abc import Collection
from typing import Any

from wtforms import DateField, FileField, Form, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from swagat.domain.certification import AFTER, BEFORE_THE_DECISION, AuditKind, StepKind
from swagat.domain.standards import EDITIONS
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.certificate_words import KINDS, RESULTS, SEVERITIES, STEPS
from swagat.web.forms.desk import one_line_end


def _choices(words: Any) -> list[SelectChoice]:
    return [SelectChoice(one.value, text) for one, text in words.items()]


class EntryForm(Form):  # type: ignore[misc]
    """A certificate, as the paper says it."""

    office = StringField(
        _l("Office"),
        description=_l("Its code, for example MAM-3783. It stands in the address of its page under Quality."),
    )
    edition = SelectField(
        _l("Standard"),
        validate_choice=False,
        choices=[SelectChoice(one.code, one.name) for one in EDITIONS.values()],
    )
    number = StringField(_l("Number of the certificate"))
    scope_en = TextAreaField(_l("Certified for, in English"), filters=[one_line_end])
    scope_hi = TextAreaField(_l("Certified for, in Hindi"), filters=[one_line_end])
    scope_gu = TextAreaField(_l("Certified for, in Gujarati"), filters=[one_line_end])
    body = StringField(_l("Certification body"))
    accreditation = StringField(
        _l("Accreditation of the body"), description=_l("Who accredits it, and its number there.")
    )
    cycle = IntegerField(
        _l("Cycle"), default=1, description=_l("1 for a first certificate, 2 after the first renewal, and so on.")
    )
    decided_on = DateField(_l("Day of the decision"))
    expires_on = DateField(_l("Last day"), description=_l("A cycle lasts three years."))


class AuditForm(Form):  # type: ignore[misc]
    """An audit, as its report says it."""

    kind = RadioField(_l("Which audit"), validate_choice=False)
    done_on = DateField(_l("Last day of the visit"))
    auditor = StringField(_l("Lead auditor of the certification body"))
    result = RadioField(_l("What the auditor recommends"), validate_choice=False, choices=_choices(RESULTS))
    summary = TextAreaField(
        _l("In short"),
        description=_l("What was good and what was not. Name no complainant."),
        filters=[one_line_end],
    )

    def offer(self, done: Collection[AuditKind], cycle: int) -> None:
        """Offer the audits that are not recorded yet; the two stages come before a first certificate alone."""
        left = [one for one in KINDS if one not in done or one is AuditKind.SPECIAL]
        shown = [one for one in left if cycle == 1 or one not in BEFORE_THE_DECISION]
        self.kind.choices = [SelectChoice(one.value, KINDS[one]) for one in shown]


class StepForm(Form):  # type: ignore[misc]
    """What happened to a certificate; only what can follow is offered."""

    step = RadioField(_l("What happened"), validate_choice=False)
    on_day = DateField(_l("On which day"))
    reason = TextAreaField(_l("Why"), filters=[one_line_end])

    def offer(self, last: StepKind | None) -> None:
        """Offer the steps that may follow the last one."""
        self.step.choices = [SelectChoice(one.value, STEPS[one]) for one in AFTER[last]]


class FindingForm(Form):  # type: ignore[misc]
    """A finding, as the report words it."""

    audit = SelectField(_l("Audit that found it"), validate_choice=False, choices=[])
    severity = RadioField(
        _l("How the certification body graded it"), validate_choice=False, choices=_choices(SEVERITIES)
    )
    clause = StringField(_l("Clause"), description=_l("For example 9.1.2"))
    text = TextAreaField(
        _l("What was found"), description=_l("As the report words it. Name no complainant."), filters=[one_line_end]
    )
    due_on = DateField(
        _l("To be answered by"),
        description=_l("As the report says. Left empty: 90 days after the audit, for an observation no day."),
    )


class FindingStepForm(Form):  # type: ignore[misc]
    """The next step of a finding; each button sends what stands above it."""

    correction = TextAreaField(_l("What was put right at once"), filters=[one_line_end])
    cause = TextAreaField(_l("Why it happened"), filters=[one_line_end])
    evidence = TextAreaField(_l("What shows that it will not happen again"), filters=[one_line_end])
    accepted_by = StringField(_l("Who accepted it for the certification body"))
    on_day = DateField(_l("Day of the acceptance"), description=_l("Left empty: today."))
    note = TextAreaField(_l("What the certification body wants"), filters=[one_line_end])
    due_on = DateField(_l("New last day"))
    document = FileField()
