"""What a head fills in: one action for a selection, a common cause, and an absence."""

from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from swagat.domain.redressal import LONGEST
from swagat.services.absences import LONGEST_REASON
from swagat.services.common_causes import LONGEST_TITLE
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.desk import TOO_LONG, LocalDate, one_line_end


class SelectionForm(Form):  # type: ignore[misc]
    """What one action needs, the same for every case of the selection."""

    expected_on = LocalDate(_l("By which day"))
    remark = TextAreaField(_l("Remark"), [Length(max=LONGEST, message=TOO_LONG)], filters=[one_line_end])
    officer = SelectField(_l("Officer"), validate_choice=False, choices=[])
    cause = SelectField(_l("Common cause"), validate_choice=False, choices=[])


class CauseForm(Form):  # type: ignore[misc]
    """A new common cause."""

    title = StringField(
        _l("What the cause is"),
        [Length(max=LONGEST_TITLE, message=TOO_LONG)],
        description=_l("A few words that any office may read, without anybody's name."),
    )
    owner = SelectField(_l("Who sees to it"), validate_choice=False, choices=[])
    expected_on = LocalDate(_l("To be settled by"))


class ForAllForm(Form):  # type: ignore[misc]
    """One direction or one interim reply for every linked case."""

    expected_on = LocalDate(_l("By which day"))
    remark = TextAreaField(_l("Words for every case"), [Length(max=LONGEST, message=TOO_LONG)], filters=[one_line_end])


class AbsenceForm(Form):  # type: ignore[misc]
    """Who is away, and when."""

    posting = SelectField(_l("Who is away"), validate_choice=False, choices=[])
    begins_on = LocalDate(_l("First day away"))
    ends_on = LocalDate(_l("Last day away"))
    reason = StringField(
        _l("Kind of absence"),
        [Length(max=LONGEST_REASON, message=TOO_LONG)],
        description=_l("Such as leave, training or election duty; nothing about health."),
    )
