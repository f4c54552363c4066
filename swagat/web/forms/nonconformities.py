"""What is filled in about nonconformities: a new one, and each step with what the table of the rules asks for."""

from typing import Any, NamedTuple

from flask_babel import LazyString
from wtforms import Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from swagat.domain.nonconformities import OPENED_BY_PEOPLE, Cause, Needs, Severity, Source, Step
from swagat.services.nonconformities import MOST_WHYS, Given
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.desk import LocalDate, one_line_end
from swagat.web.nonconformity_words import CAUSES, SEVERITIES, SOURCES

JUDGE = "judge"
JUDGED = {
    Step.FIND_EFFECTIVE: _l("It helped"),
    Step.FIND_NOT_EFFECTIVE: _l("It did not help: look for the cause again"),
}
WHYS = tuple(f"why_{number}" for number in range(1, MOST_WHYS + 1))


class Words(NamedTuple):
    """How a form asks for a step: its heading, the label of its text, what helps to fill it in, and its button."""

    title: LazyString
    text: LazyString
    hint: LazyString
    button: LazyString


STEP_WORDS: dict[str, Words] = {
    Step.CORRECT: Words(
        _l("Put it right"),
        _l("What was done at once, for whom and when"),
        _l("The cases themselves, and what came of them. Name no citizen."),
        _l("Record what was put right"),
    ),
    Step.FIND_CAUSE: Words(
        _l("Find the cause"),
        _l("What else was looked at"),
        _l("Could the same have happened elsewhere? Where was it looked for?"),
        _l("Record the cause"),
    ),
    Step.PLAN: Words(
        _l("Plan an action"),
        _l("What will be done so that it does not happen again"),
        _l("Something that removes the cause, and that can be seen to be done."),
        _l("Plan this action"),
    ),
    Step.REPLAN: Words(
        _l("Change the plan"),
        _l("What will be done now, and why the plan changes"),
        _l("The plan before stays in the trail."),
        _l("Change the plan"),
    ),
    Step.REPORT_DONE: Words(
        _l("Report that it is done"),
        _l("What was done, and what shows it"),
        _l("Where an auditor can see it: an order, a register, a list. It cannot be changed afterwards."),
        _l("Record that it is done"),
    ),
    JUDGE: Words(
        _l("Judge whether it helped"),
        _l("On what you base it"),
        _l("What you looked at besides the figure. It cannot be changed afterwards."),
        _l("Record the judgement"),
    ),
    Step.CLOSE: Words(
        _l("Close it"),
        _l("What was learnt"),
        _l("Where else it could happen, and what was changed in rules, risks or training because of it."),
        _l("Close it for good"),
    ),
    Step.PROPOSE_CANCEL: Words(
        _l("Propose to cancel it"),
        _l("Why it is none"),
        _l("A second person decides. What has been recorded stays."),
        _l("Propose to cancel it"),
    ),
    Step.CANCEL: Words(
        _l("Cancel it"),
        _l("Why you agree"),
        _l("It ends for good, and stays to be read."),
        _l("Cancel it for good"),
    ),
    Step.KEEP: Words(
        _l("Let it go on"),
        _l("Why it stays"),
        _l("It goes on where it stood."),
        _l("Let it go on"),
    ),
}


class StepForm(Form):  # type: ignore[misc]
    """All that any step asks for; a page shows what its step needs, and the service says what is missing."""

    seen = HiddenField()
    judged = RadioField(
        _l("Did it help?"),
        validate_choice=False,
        choices=[SelectChoice(step.value, label) for step, label in JUDGED.items()],
    )
    why_1 = StringField(_l("Why did it happen?"))
    why_2, why_3, why_4, why_5 = (StringField() for _number in range(2, MOST_WHYS + 1))
    cause = RadioField(
        _l("What kind of cause is it?"),
        validate_choice=False,
        choices=[SelectChoice(one.value, label) for one, label in CAUSES.items()],
    )
    text = TextAreaField(_l("Remark"), filters=[one_line_end])
    owner = SelectField(_l("Who does it"), validate_choice=False, choices=[])
    due_on = LocalDate(_l("Done by"))

    @property
    def given(self) -> Given:
        """Return what was filled in, as the service takes it."""
        return Given(
            text=self.text.data or "",
            whys=[self[name].data or "" for name in WHYS],
            cause=next((one for one in Cause if one.value == self.cause.data), None),
            owner_posting_id=whole_number(self.owner.data),
            due_on=self.due_on.data,
        )


class OpeningForm(Form):  # type: ignore[misc]
    """A new nonconformity."""

    key = HiddenField()
    office = SelectField(_l("About which office"), validate_choice=False, choices=[])
    source = RadioField(
        _l("Where was it noticed?"),
        validate_choice=False,
        choices=[SelectChoice(one.value, SOURCES[one]) for one in OPENED_BY_PEOPLE],
    )
    severity = RadioField(
        _l("How grave is it?"),
        validate_choice=False,
        choices=[SelectChoice(one.value, label) for one, label in SEVERITIES.items()],
    )
    statement = TextAreaField(
        _l("What is not as it should be"),
        filters=[one_line_end],
        description=_l("What was found, where and when, and which rule or promise it breaks. Name no citizen."),
    )
    indicator = SelectField(
        _l("By which figure will the effect be judged?"),
        validate_choice=False,
        choices=[],
        description=_l("The same figure is compared before and after the action. Without one, a person judges alone."),
    )
    cases = StringField(
        _l("Numbers of the grievances it is about"), description=_l("With a space or a comma between them.")
    )

    @property
    def chosen_source(self) -> Source | None:
        """Return the source that was chosen, None for none or one that there is not."""
        return next((one for one in Source if one.value == self.source.data), None)

    @property
    def chosen_severity(self) -> Severity | None:
        """Return how grave it is, None where nothing that there is was chosen."""
        return next((one for one in Severity if one.value == self.severity.data), None)

    @property
    def numbers(self) -> list[str]:
        """Return the numbers that were typed, in capital letters."""
        return (self.cases.data or "").replace(",", " ").upper().split()


FIELDS: dict[Needs, tuple[str, ...]] = {
    Needs.WHYS: WHYS,
    Needs.CAUSE: ("cause",),
    Needs.TEXT: ("text",),
    Needs.OWNER: ("owner",),
    Needs.DUE_ON: ("due_on",),
}


def fields_of(name: str, needs: tuple[Needs, ...]) -> list[str]:
    """Return the fields that the form of a step shows, in their order."""
    found = [field for need, fields in FIELDS.items() if need in needs for field in fields]
    if name == JUDGE:
        return ["judged", *found]
    return found if "text" in found else [*found, "text"]


def whole_number(typed: Any) -> int | None:
    """Return a number that was sent by a form, None for anything else."""
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
