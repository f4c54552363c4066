"""The words around signals: what was seen, how rare it is, what it may mean and what may explain it."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString

from swagat.domain.quality.signals import SignalKind
from swagat.models import SignalState
from swagat.services.signals import Line
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.catalogue import ngettext
from swagat.web.formats import INDIA, day_words, local_time, number

KINDS: Mapping[SignalKind, LazyString] = {
    SignalKind.BUNCHED: _l("Answers bunched before the last day"),
    SignalKind.IN_MINUTES: _l("Answers within minutes"),
    SignalKind.OUT_OF_HOURS: _l("Answers outside office hours"),
    SignalKind.SAME_REPLY: _l("The same words again and again"),
    SignalKind.ONE_FILER: _l("Many cases of one person"),
    SignalKind.BURST: _l("Confirmations in a burst"),
}
# When it happened in each case; with the others it is the answer.
HAPPENED: Mapping[SignalKind, LazyString] = {
    SignalKind.ONE_FILER: _l("Filed on"),
    SignalKind.BURST: _l("Confirmed on"),
}
STATES: Mapping[SignalState, LazyString] = {
    SignalState.OPEN: _l("To be judged"),
    SignalState.EXPLAINED: _l("Explained"),
    SignalState.CONFIRMED: _l("Figures were flattered"),
}
TONES: Mapping[SignalState, str] = {
    SignalState.OPEN: "soon",
    SignalState.EXPLAINED: "good",
    SignalState.CONFIRMED: "late",
}
MAY_MEAN: Mapping[SignalKind, LazyString] = {
    SignalKind.BUNCHED: _l(
        "Perhaps cases were answered because their time was ending, and not because they were solved."
    ),
    SignalKind.IN_MINUTES: _l("Perhaps cases were answered before anybody could have looked into them."),
    SignalKind.OUT_OF_HOURS: _l("Perhaps many cases were closed in one go, or by somebody using another's sign-in."),
    SignalKind.SAME_REPLY: _l("Perhaps a ready sentence was given in place of an answer to what was asked."),
    SignalKind.ONE_FILER: _l("Perhaps cases were filed so that they could be answered and counted."),
    SignalKind.BURST: _l("Perhaps one hand confirmed for many people who did not say so themselves."),
}
MAY_EXPLAIN: Mapping[SignalKind, LazyString] = {
    SignalKind.BUNCHED: _l(
        "A camp day, a survey for which all waited, or an officer's return from leave may explain it."
    ),
    SignalKind.IN_MINUTES: _l(
        "At a camp or at the counter a matter may be put right first and recorded afterwards; so may one on which the "
        "officer had worked already."
    ),
    SignalKind.OUT_OF_HOURS: _l(
        "A camp on a holiday, a flood, an election, or a lost connection during the day may explain it."
    ),
    SignalKind.SAME_REPLY: _l(
        "Cases with one cause, such as a power cut, rightly get one answer. Linked to their common cause they are not "
        "counted here."
    ),
    SignalKind.ONE_FILER: _l(
        "One person may write for a whole village, or have many matters that are all true. That a person complains "
        "often is no fault."
    ),
    SignalKind.BURST: _l(
        "A help centre or a camp may lend its telephone to people who confirm for themselves, and many telephones of "
        "one network share one address."
    ),
}
YEAR, CENTURY = 12, 1200


def seen_words(line: Line) -> str:
    """Return in a sentence what was seen, beside what was seen elsewhere."""
    seen = {name: number(value) for name, value in line.seen.items() if isinstance(value, int)}
    match line.kind:
        case SignalKind.BUNCHED:
            return _(
                "%(part)s of %(whole)s answers came on the last %(days)s days of their time; in the other offices it "
                "was %(peers_part)s of %(peers_whole)s.",
                **seen,
            )
        case SignalKind.IN_MINUTES:
            return _(
                "%(part)s of %(whole)s answers came less than %(minutes)s minutes after an officer was given the case; "
                "in the other offices it was %(peers_part)s of %(peers_whole)s.",
                **seen,
            )
        case SignalKind.OUT_OF_HOURS:
            return _(
                "%(part)s of %(whole)s answers were given outside office hours, up to %(run)s one after another; in "
                "the other offices it was %(peers_part)s of %(peers_whole)s.",
                **seen,
            )
        case SignalKind.SAME_REPLY:
            return _(
                "%(part)s of %(whole)s answers have the same words as those in at least two other cases; in the other "
                "offices it was %(peers_part)s of %(peers_whole)s.",
                **seen,
            )
        case SignalKind.ONE_FILER:
            return _(
                "One person brought this office %(part)s cases; all other people together, %(peers_whole)s of them, "
                "brought the offices of the state %(peers_part)s.",
                **seen,
            )
        case SignalKind.BURST:
            at = datetime(line.month.year, line.month.month, line.seen["day"], line.seen["hour"], tzinfo=INDIA)
            return _(
                "%(part)s people confirmed an answer from one address or device within the hour from %(hour)s on "
                "%(day)s; in thirty days this office had %(whole)s confirmations in all.",
                **(seen | {"day": day_words(at), "hour": local_time(at)}),
            )


def chance_words(line: Line) -> str:
    """Return how rarely chance would bring as much, as people count: in months, years, or hardly ever."""
    months = 1 / max(line.seen["chance"], 1e-12)
    if months > CENTURY:
        return _("If all offices worked alike, chance would bring as much less than once in a hundred years.")
    years = round(months / YEAR)
    often = (
        ngettext("once in %(num)s year", "once in %(num)s years", years)
        if years > 1
        else ngettext("once in %(num)s month", "once in %(num)s months", round(months))
    )
    return _("If all offices worked alike, chance would bring as much somewhere in the state %(often)s.", often=often)
