"""The second step of a filing: who it is, checked."""

from typing import Any

from swagat.domain.errors import Invalid
from swagat.domain.phone import parse_mobile
from swagat.web.catalogue import gettext as _
from swagat.web.words import LANGUAGES, say


def check_who(form: Any) -> bool:
    """Return whether all is well; mistakes stand on the form, and the mobile number in its one proper form."""
    form.validate()
    if not form.name.data:
        form.name.errors = [_("Write your name.")]
    if not form.mobile.data:
        form.mobile.errors = [_("Write your mobile number.")]
    elif not form.mobile.errors:
        try:
            form.mobile.data = parse_mobile(form.mobile.data)
        except Invalid as refusal:
            form.mobile.errors = [say(refusal.text)]
    if form.language.data not in LANGUAGES:
        form.language.errors = [_("Choose a language.")]
    return not form.errors
