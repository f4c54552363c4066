"""Every figure of the program: one registry with its name, what it says, of which cases, and which way is better."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from swagat.domain.case import Outcome
from swagat.domain.errors import N_
from swagat.domain.quality.measures import FELL, Measure, Standing

M, S = Measure, Standing
Key = tuple[str, ...]
# Counts of one scope and period: what was counted, by key.
Tally = Mapping[Measure, Mapping[str, int]]


class Kind(StrEnum):
    """What a figure is: a number of cases, a share of cases, or the days that cases took."""

    NUMBER = "number"
    SHARE = "share"
    DAYS = "days"


class Better(StrEnum):
    """Which way is better; neither where a higher number says nothing about the office."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


def _all(_key: Key) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Of:
    """Cases counted under one measure whose key fits."""

    measure: Measure
    fits: Callable[[Key], bool] = _all

    def count(self, tally: Tally) -> dict[str, int]:
        """Return the counts that fit, by key."""
        if self.fits is _all:
            return dict(tally.get(self.measure, {}))
        return {key: number for key, number in tally.get(self.measure, {}).items() if _fits(self.fits, key)}

    def total(self, tally: Tally) -> int:
        """Return how many cases fit."""
        keys = tally.get(self.measure)
        if not keys:
            return 0
        if self.fits is _all:
            return sum(keys.values())
        return sum([number for key, number in keys.items() if _fits(self.fits, key)])


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure. A share is the part of `whole` that `part` picks, so no part lies outside its whole.

    `clause` is that of ISO 9001:2015 which asks for such a figure; `version` grows when the formula changes.
    """

    code: str
    name: str
    definition: str
    cohort: str
    kind: Kind
    better: Better
    clause: str
    whole: tuple[Of, ...]
    part: Callable[[Measure, Key], bool] | None = None
    version: int = 1

    def count_whole(self, tally: Tally) -> int:
        """Return how many cases the figure is about."""
        return sum([one.total(tally) for one in self.whole])

    def count_part(self, tally: Tally) -> int:
        """Return how many of them the part is; of a figure without one, all."""
        if self.part is None:
            return self.count_whole(tally)
        return sum(
            number
            for one in self.whole
            for key, number in one.count(tally).items()
            if self.part(one.measure, _parts(key))
        )

    def days(self, tally: Tally) -> dict[int, int]:
        """Return for a figure of days how many cases took how many: the last part of the key."""
        found: dict[int, int] = {}
        for one in self.whole:
            for key, number in one.count(tally).items():
                days = int(_parts(key)[-1])
                found[days] = found.get(days, 0) + number
        return found

    def picks(self, measure: Measure, key: str) -> bool:
        """Return whether a count belongs to what the figure shows: its part, or all where it has none."""
        parts = _parts(key)
        return any(one.measure is measure and one.fits(parts) for one in self.whole) and (
            self.part is None or self.part(measure, parts)
        )


# A page asks some thirty figures of three years of months, and their keys are the same few thousand.
@lru_cache(maxsize=16_384)
def _parts(key: str) -> Key:
    return tuple(key.split("|"))


@lru_cache(maxsize=65_536)
def _fits(fits: Callable[[Key], bool], key: str) -> bool:
    return fits(_parts(key))


RECEIVED = N_("Grievances received in the period, by the office that received them.")
DISPOSED = N_("Disposals made in the period, by the office that disposed.")
ENDED = N_("What happened in the period.")
TEXTED = N_("Texts written in the period, by the office that worked on the grievance then.")
_NO_DISPOSAL = frozenset({Outcome.WITHDRAWN.value, Outcome.DUPLICATE.value})
# What the complainant is asked about: a withdrawal and a repeat ask nobody.
_ASKED = Of(M.ANSWERED, lambda key: key[0] not in _NO_DISPOSAL)
_STOOD = "stood"


def _stands(*standings: Standing) -> Callable[[Measure, Key], bool]:
    wanted = {one.value for one in standings}
    return lambda _measure, key: key[-1] in wanted


def _answered(code: str, name: str, definition: str, better: Better, *standings: Standing) -> Indicator:
    return Indicator(code, name, definition, DISPOSED, Kind.SHARE, better, "9.1.2", (_ASKED,), _stands(*standings))


def _level(level: int) -> Indicator:
    """Return the figure of one level: decided there in time, of all whose time at that level ended."""
    here = str(level)
    return Indicator(
        f"on_time_l{level}",
        {
            1: N_("Decided in time at level L1"),
            2: N_("Decided in time at level L2"),
            3: N_("Decided in time at level L3"),
            4: N_("Decided in time at level L4"),
            5: N_("Decided in time at level L5"),
            6: N_("Decided in time at level L6"),
        }[level],
        N_("Disposed before the time of this level ran out, of all whose time at this level ended."),
        ENDED,
        Kind.SHARE,
        Better.UP,
        "9.1.3",
        (
            # What was late at the first level was brought over from a system without levels.
            Of(M.DISPOSED, lambda key: key[0] == here and (level > 1 or key[-1] == "in_time")),
            Of(M.LAPSED, lambda key: key[0] == here),
        ),
        lambda measure, _key: measure is M.DISPOSED,
    )


INDICATORS: dict[str, Indicator] = {
    one.code: one
    for one in (
        Indicator("received", N_("Received"), N_("Grievances received."), RECEIVED, Kind.NUMBER, Better.NEITHER,
                  "9.1.3", (Of(M.RECEIVED),)),
        Indicator("disposed", N_("Disposed"), N_("Disposals with reasons, withdrawals apart."), DISPOSED, Kind.NUMBER,
                  Better.NEITHER, "9.1.3", (Of(M.DISPOSED),)),
        Indicator("pending", N_("Open now"), N_("Grievances that are open, with the office that works on them."),
                  N_("Open at the moment that is named."), Kind.NUMBER, Better.DOWN, "9.1.3", (Of(M.OPEN),)),
        Indicator("closure_days", N_("Working days until an answer that stood"),
                  N_("From receipt to the disposal that was not refused or overturned in its window, without the time "
                     "that was the complainant's."),
                  DISPOSED, Kind.DAYS, Better.DOWN, "9.1.3",
                  (Of(M.WORKING_DAYS, lambda key: key[0] == _STOOD),)),
        Indicator("closure_calendar_days", N_("Calendar days until an answer that stood"),
                  N_("The same in calendar days."), DISPOSED, Kind.DAYS, Better.DOWN, "9.1.3",
                  (Of(M.CALENDAR_DAYS, lambda key: key[0] == _STOOD),)),
        Indicator("answer_days", N_("Working days until an answer"),
                  N_("The same for every disposal that has not fallen yet: those in their window may still fall."),
                  DISPOSED, Kind.DAYS, Better.DOWN, "9.1.3", (Of(M.WORKING_DAYS),)),
        # Each handling once, with whoever had to meet its first date: what lies open beyond it is late already.
        Indicator("on_time", N_("Answered in time"),
                  N_("Disposed before any date had passed, of all that were disposed so or whose first date passed, "
                     "those still open too."),
                  ENDED, Kind.SHARE, Better.UP, "9.1.3",
                  (Of(M.DISPOSED, lambda key: key[-1] == "in_time"), Of(M.LAPSED, lambda key: key[1] == "first")),
                  lambda measure, _key: measure is M.DISPOSED, version=2),
        *(_level(level) for level in range(1, 7)),
        Indicator("acknowledge_days", N_("Working days until an officer had it"),
                  N_("From receipt until it was first given to an officer."), ENDED, Kind.DAYS, Better.DOWN, "8.2.1",
                  (Of(M.ACKNOWLEDGED),)),
        Indicator("first_action_days", N_("Working days until something was done"),
                  N_("From receipt until the office first answered, asked, reported, sent on or proposed."), ENDED,
                  Kind.DAYS, Better.DOWN, "8.2.1", (Of(M.FIRST_ACTION),)),
        Indicator("confirmed_days", N_("Calendar days until the complainant confirmed"),
                  N_("From receipt until the complainant said that it is solved."), ENDED, Kind.DAYS, Better.DOWN,
                  "9.1.2", (Of(M.CONFIRMED_DAYS),)),
        Indicator("held_days", N_("Working days with this office"),
                  N_("How long the office had a case until it ended it or gave it away, whoever had it before or "
                     "after."), ENDED, Kind.DAYS, Better.DOWN, "9.1.3", (Of(M.HELD),)),
        _answered("confirmed", N_("Confirmed by the complainant"),
                  N_("The complainant said with their own code that it is solved."), Better.UP, S.CONFIRMED),
        _answered("assisted", N_("Confirmed with help"), N_("Said at a counter, or with a code a clerk could know."),
                  Better.NEITHER, S.ASSISTED),
        _answered("silent", N_("Silent"), N_("The window ended without a word of the complainant."), Better.NEITHER,
                  S.SILENT),
        _answered("refused", N_("Refused"), N_("The complainant said that it is not solved."), Better.DOWN, S.REFUSED),
        _answered("forced", N_("Closed against the complainant"),
                  N_("Closed by two persons although the complainant did not agree."), Better.NEITHER, S.FORCED),
        _answered("waiting", N_("Answer awaited"), N_("The window still runs, or an appeal is not decided."),
                  Better.NEITHER, S.PENDING, S.APPEALED),
        _answered("not_reached", N_("Complainant not reached"), N_("Nobody has told the complainant yet."),
                  Better.DOWN, S.NOT_REACHED),
        _answered("fell", N_("Disposals that fell"),
                  N_("Refused, overturned on appeal or reopened by order, debited to the office that disposed."),
                  Better.DOWN, *sorted(FELL)),
        Indicator("appeals_allowed", N_("Appeals allowed"),
                  N_("Appeals against disposals of this office that were allowed, of those decided."), ENDED,
                  Kind.SHARE, Better.DOWN, "9.1.2", (Of(M.APPEALED, lambda key: key[0] != "pending"),),
                  lambda _measure, key: key[0] == "allowed"),
        Indicator("transferred", N_("Sent to another office"), N_("Transfers that this office made."), ENDED,
                  Kind.NUMBER, Better.NEITHER, "8.2.1", (Of(M.TRANSFERRED),)),
        Indicator("bounced", N_("Sent on again"),
                  N_("Transfers of cases that had been transferred before, of all transfers this office made."), ENDED,
                  Kind.SHARE, Better.DOWN, "8.2.1", (Of(M.TRANSFERRED),), lambda _measure, key: int(key[0]) > 1),
        Indicator("lapsed", N_("Dates that passed"), N_("Dates that passed while this office answered."), ENDED,
                  Kind.NUMBER, Better.DOWN, "10.2", (Of(M.LAPSED),)),
        Indicator("unexplained", N_("Dates that passed without a reason"),
                  N_("Of the dates that passed, those for which the office has not recorded why."), ENDED, Kind.SHARE,
                  Better.DOWN, "10.2", (Of(M.LAPSED),), lambda _measure, key: key[-1] == "unexplained"),
        Indicator("satisfied", N_("Good or very good"), N_("Ratings of four or five, of all ratings given."), ENDED,
                  Kind.SHARE, Better.UP, "9.1.2", (Of(M.RATED),), lambda _measure, key: int(key[0]) >= 4),
        Indicator("repeated", N_("Repeated"),
                  N_("Received while the same number had an open grievance like it."), RECEIVED, Kind.NUMBER,
                  Better.DOWN, "10.2", (Of(M.REPEATED),)),
        Indicator("not_maintainable", N_("Could not be heard"),
                  N_("Ended because it cannot be heard here, on a named ground."), DISPOSED, Kind.SHARE,
                  Better.NEITHER, "9.1.3", (_ASKED,),
                  lambda _measure, key: key[0] == Outcome.NOT_MAINTAINABLE.value),
        Indicator("texted", N_("Texts that arrived"),
                  N_("Of the texts to complainants whose sending has ended, those that are known to have arrived; "
                     "where nobody knows, the text counts as not arrived."),
                  TEXTED, Kind.SHARE, Better.UP, "8.2.1", (Of(M.TEXTED),),
                  lambda _measure, key: key[0] == "delivered"),
    )
}  # fmt: skip
