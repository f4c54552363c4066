"""What pages say of the texts to a complainant: whether they arrive, why not, and what is to be done then."""

from typing import NamedTuple

from markupsafe import Markup

from swagat.domain.phone import masked_mobile
from swagat.domain.workflow import Status
from swagat.models import Grievance
from swagat.services.opt_outs import SAID_STOP
from swagat.services.texting import Texting, Why, waits_to_be_told
from swagat.web.catalogue import gettext as _
from swagat.web.delivery_words import CAUSES
from swagat.web.formats import local_date
from swagat.web.words import LANGUAGES


class NotReached(NamedTuple):
    """Why no text reaches the complainant, what is to be done, and where the slip is printed, if there is one."""

    why: str | Markup
    advice: str
    slip_url: str


class Section(NamedTuple):
    """What the complainant's own page says of the texts; without rows there is no number."""

    rows: list[tuple[str, str]]
    why: str | Markup
    only_news: bool
    can_stop: bool
    can_start: bool


def section(fares: Texting) -> Section:
    """Return where this complainant's texts go, whether they come, and which of the two buttons there is."""
    if fares.why is Why.NO_NUMBER:
        return Section([], why_words(fares), False, False, False)
    said_stop = fares.why is Why.STOPPED or (fares.why is Why.REFUSED and fares.code == SAID_STOP)
    rows = [
        (_("Mobile number"), masked_mobile(fares.mobile)),
        (_("Language"), LANGUAGES.get(fares.language, fares.language)),
    ]
    return Section(rows, _why_for_citizens(fares), fares.is_shared, not said_stop, said_stop)


def _why_for_citizens(fares: Texting) -> str | Markup:
    if fares.stopped_at is not None:
        stopped = Markup(_("Stopped since %(day)s, also about other grievances. Look here, or ask at any counter."))
        return stopped % {"day": local_date(fares.stopped_at)}
    if fares.why is Why.REFUSED:
        return f"{_('No text reaches this number. Look here, or ask at any counter.')} {_because(fares.code)}".rstrip()
    return why_words(fares)


def not_reached(grievance: Grievance, fares: Texting, slip_url: str = "") -> NotReached | None:
    """Return what the office must know before it relies on a text; nothing where all arrives or nothing is to be told.

    It names no number: the identity may be hidden from this reader.
    """
    if fares.why is None or not waits_to_be_told(grievance):
        return None
    if grievance.status is Status.DISPOSED:
        advice = _(
            "Hand the answer over at the counter or by post, and record it: only then the time to say no begins."
        )
    else:
        advice = _("What the complainant has to know must be told at the counter or by post.")
    return NotReached(why_words(fares), advice, slip_url)


def why_words(fares: Texting) -> str | Markup:
    """Return why no text reaches this complainant, in a sentence, nothing where texts do."""
    match fares.why:
        case Why.NO_NUMBER:
            return _("No mobile number was given.")
        case Why.STOPPED:
            assert fares.stopped_at is not None
            stopped = Markup(_("The holder of the number wants no more texts, since %(day)s."))
            return stopped % {"day": local_date(fares.stopped_at)}
        case Why.REFUSED:
            return _because(fares.code) or _("The operator takes no text for this number.")
        case Why.LOST:
            lost = _("The newest text about this grievance did not arrive, as far as is known.")
            return f"{lost} {_because(fares.code)}".rstrip()
        case _:
            return ""


def _because(code: str) -> str:
    """Return what a code of the provider means; a reason in other words is the program's own and for its staff."""
    if not code.isdecimal():
        return ""
    known = CAUSES.get(code)
    return _("The operator's code is %(code)s.", code=code) if known is None else f"{known}."
