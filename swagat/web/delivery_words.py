"""The words on screen for texts: where each stands, how it got there, and why it did not arrive."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import LazyString

from swagat.domain.messages import Audience
from swagat.services.case_texts import CaseText
from swagat.services.text_counts import NO_CAUSE, NOT_ARRIVED, Standing, cause_of
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.formats import day_words, local_datetime

STANDINGS: Mapping[Standing, LazyString] = {
    Standing.QUEUED: _l("Waiting to be sent"),
    Standing.SENDING: _l("Being sent"),
    Standing.SENT: _l("With the provider"),
    Standing.UNSETTLED: _l("Being asked about: it may have arrived"),
    Standing.DELIVERED: _l("Delivered"),
    Standing.UNDELIVERED: _l("Not delivered"),
    Standing.FAILED: _l("Failed"),
    Standing.UNKNOWN: _l("Unknown: it may have arrived"),
}
TONES: Mapping[Standing, str] = {
    Standing.QUEUED: "waiting",
    Standing.UNSETTLED: "soon",
    Standing.DELIVERED: "good",
    Standing.UNDELIVERED: "late",
    Standing.FAILED: "late",
    Standing.UNKNOWN: "soon",
}
_STEPS: Mapping[Standing, LazyString] = {
    Standing.DELIVERED: _l("Delivered"),
    Standing.UNDELIVERED: _l("Not delivered"),
    Standing.FAILED: _l("Failed"),
    Standing.UNKNOWN: _l("Given up"),
}
READERS: Mapping[Audience, LazyString] = {
    Audience.COMPLAINANT: _l("To the complainant"),
    Audience.OFFICER: _l("To the officer"),
    Audience.OFFICE: _l("To the head of the office"),
    Audience.ANSWERABLE: _l("To the head of the office that answers"),
    Audience.DIRECTING: _l("To the head of the office that directs"),
    Audience.STAFF: _l("To a member of staff"),
    Audience.ASKING: _l("To the number that asked"),
}

# Twilio's dictionary of errors in words that say what is the matter; every other code is shown as it is.
CAUSES: Mapping[str, LazyString] = {
    NO_CAUSE: _l("The provider gave no reason"),
    **dict.fromkeys(("401", "20003"), _l("The provider does not accept the account or its secret")),
    **dict.fromkeys(("20005", "30002"), _l("The account with the provider is suspended")),
    **dict.fromkeys(("429", "20429", "14107", "21611", "30001"), _l("The provider had too much to do")),
    **dict.fromkeys(("21211", "21217", "21401"), _l("This is no valid number")),
    **dict.fromkeys(("21214", "21614", "21635"), _l("This number is not a mobile number")),
    "21408": _l("The account may not send texts to this country"),
    "21610": _l("The owner of the number wants no texts: they answered STOP"),
    "21612": _l("The sender and this number cannot be connected"),
    **dict.fromkeys(
        ("21212", "21603", "21606", "21659", "21660", "21701", "21703", "21705"),
        _l("The sender that is set is not valid for the account"),
    ),
    "21617": _l("The text is too long"),
    "21900": _l("The registered entity is missing or wrong: see DLT_ENTITY_ID"),
    "21901": _l("The text is not registered with the telecom operators under this template id"),
    "30003": _l("The phone was switched off, without signal, or cannot take texts"),
    "30004": _l("The number or its network blocks these texts"),
    "30005": _l("The network knows no such number"),
    "30006": _l("A landline, or a network that cannot be reached"),
    "30007": _l("Held back by the network as unwanted or not registered"),
    "30008": _l("The network gave no reason"),
    "30036": _l("It waited too long with the provider"),
    "63038": _l("The account has used up the texts of the day"),
}  # fmt: skip


# The program's own sentences for why a text ended, each by how it begins.
_OWN_CAUSES: Mapping[str, LazyString] = {
    "nobody can say whether it was sent": _l("Nobody can say whether it was sent"),
    "the sender stopped before it had an answer": _l("Sending was cut off before the provider answered"),
    "the holder of this number wants no texts": _l("The owner of the number wants no texts"),
    "no text reaches this number": _l("The provider said lately that no text reaches this number"),
    "too late to be of use": _l("It would have come too late to be of use"),
    "given up after": _l("Tried for a day, without the provider taking it"),
    "no report came within": _l("The provider never said whether it arrived"),
    "the provider knows no such text": _l("The provider knows no such text any more"),
    "the provider has not got it": _l("The code never left, and another can be asked for"),
    "more than": _l("It waits for the next day, because so many texts were sent on this one"),
}


def why(failure: str) -> str:
    """Return in words why a text did not arrive, with the provider's code; one without words is shown as it is."""
    cause = cause_of(failure)
    words = CAUSES.get(cause) or next((said for own, said in _OWN_CAUSES.items() if failure.startswith(own)), None)
    if words is None:
        return failure
    return f"{words} ({cause})" if cause.isdecimal() else str(words)


def journey(text: CaseText) -> list[tuple[str, Any]]:
    """Return what happened to a text, each with its time."""
    went = text.journey
    steps: list[tuple[str, Any]] = [(_("Written"), local_datetime(went.written_at))]
    if went.handed_at is not None:
        steps.append((_("Handed to the provider"), local_datetime(went.handed_at)))
    if went.ended_at is not None and went.standing in _STEPS:
        steps.append((str(_STEPS[went.standing]), local_datetime(went.ended_at)))
    return steps


class OfficeText(NamedTuple):
    """One text as an office reads it: whom it went to, where it stands, why it did not arrive, and its steps."""

    text: CaseText
    reader: str
    name: str
    tone: str
    why: str
    steps: list[tuple[str, Any]]


class OwnText(NamedTuple):
    """One text as the complainant reads of it."""

    text: CaseText
    standing: str
    tone: str


def for_office(texts: Sequence[CaseText]) -> list[OfficeText]:
    """Return the texts of a case with their words for an office."""
    return [
        OfficeText(
            text,
            str(READERS[text.audience]),
            str(STANDINGS[text.journey.standing]),
            TONES.get(text.journey.standing, ""),
            why(text.journey.failure) if text.journey.standing in NOT_ARRIVED else "",
            journey(text),
        )
        for text in texts
    ]


def for_complainant(texts: Sequence[CaseText]) -> list[OwnText]:
    """Return the complainant's own texts with plain words for where each stands."""
    return [OwnText(text, in_plain_words(text), TONES.get(text.journey.standing, "waiting")) for text in texts]


def in_plain_words(text: CaseText) -> str:
    """Return where a text stands as its reader says it."""
    standing, at = text.journey.standing, text.journey.ended_at
    if standing is Standing.DELIVERED:
        return _("Delivered on %(day)s", day=day_words(at)) if at else _("Delivered")
    if standing in (Standing.UNDELIVERED, Standing.FAILED):
        return _("Did not arrive")
    return _("It may have arrived, nobody can say") if standing is Standing.UNKNOWN else _("On its way")
