"""Signals of gaming: what an office should be asked about because chance alone hardly brings it; never a verdict.

An office is compared with the other offices of its state in the same month, and with how far those lie apart, so that
another way to work honestly is no signal. A signal appears where, if all offices were honest, one as strong would come
up in one month of twenty in the whole state. Few cases are no signal, whatever share of them it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from swagat.domain.quality.chance import at_least, mean_of, run_at_least, spread_of
from swagat.domain.quality.measures import month_of
from swagat.domain.rules import Rules
from swagat.domain.working_time import WorkingCalendar


class SignalKind(StrEnum):
    """What was noticed."""

    BUNCHED = "bunched"
    IN_MINUTES = "in_minutes"
    OUT_OF_HOURS = "out_of_hours"
    SAME_REPLY = "same_reply"
    ONE_FILER = "one_filer"
    BURST = "burst"


# How many signals of a kind chance may bring in a month, in all offices of a state together.
EXPECTED = 0.05
# Fewer than these are no signal, however large their share; and a share is one where it is twice that of the others.
LEAST_PART, LEAST_TIMES = 5, 2.0
# With fewer other offices, or cases in them, there is nobody to compare with.
LEAST_PEERS, LEAST_PEER_CASES = 5, 50
LEAST_FILERS = 30
LEAST_RUN = 10
LEAST_ALIKE = 3
# A date so near that any answer lies on the last days before it says nothing.
LIMIT_TIMES = 4
# Who comes early or stays late is at work; before and after that it is out of hours.
AROUND_HOURS = timedelta(hours=2)
# The hours of a month in which people confirm.
CONFIRMING_HOURS = 30 * 12


class Disposed(NamedTuple):
    """One disposal, as far as signals look at it; what is not known, or says nothing, is None.

    `days_left` counts from the day of the disposal to the last day to answer, `minutes` from when the office gave it
    to an officer; `reply` stands for the words of the answer.
    """

    case_id: int
    at: datetime
    days_left: int | None = None
    minutes: float | None = None
    is_outside: bool | None = None
    reply: bytes | None = None


class Concerned(NamedTuple):
    """A case that a signal is about, and when that happened in it."""

    case_id: int
    at: datetime


class Filed(NamedTuple):
    """The cases that one person brought to one office in a month."""

    office_id: int
    cases: tuple[Concerned, ...]


class Burst(NamedTuple):
    """Confirmations of an office's answers from one address or device within an hour."""

    office_id: int
    begins_at: datetime
    cases: tuple[Concerned, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """What was seen in an office: so many of so many, and of the others so many of so many.

    `key` tells apart several of a kind in one office and month; only a burst says its month. `chance` is how many as
    strong would be expected in the whole state in a month if all were honest. `facts` are further numbers of the kind,
    each as it was set or seen.
    """

    office_id: int
    kind: SignalKind
    cases: tuple[Concerned, ...]
    part: int
    whole: int
    peers_part: int
    peers_whole: int
    chance: float
    key: str = ""
    facts: Mapping[str, int] = field(default_factory=dict)
    month: date | None = None


def days_left(disposed_on: date, counted_from: date, due_on: date, rules: Rules) -> int | None:
    """Return how many days before the last one a disposal came, below 0 when late; None where the time was short."""
    if (due_on - counted_from).days < LIMIT_TIMES * rules.signal_last_days:
        return None
    return (due_on - disposed_on).days


def is_outside(at: datetime, calendar: WorkingCalendar) -> bool:
    """Return whether an instant lies on a closed day, or far before or after the hours of an open one."""
    frames = calendar.frames_on(calendar.day_of(at))
    if not frames:
        return True
    local = at.astimezone(calendar.zone)
    begins, ends = (datetime.combine(local.date(), one, local.tzinfo) for one in (frames[0][0], frames[-1][1]))
    if ends <= begins:
        ends += timedelta(days=1)
    return not begins - AROUND_HOURS <= local <= ends + AROUND_HOURS


def in_disposals(by_office: Mapping[int, Sequence[Disposed]], rules: Rules) -> Iterator[Signal]:
    """Yield the signals in the disposals of a month, which are those of all offices of a state."""
    for kind in (SignalKind.BUNCHED, SignalKind.IN_MINUTES, SignalKind.OUT_OF_HOURS, SignalKind.SAME_REPLY):
        seen = {office_id: _sorted_out(kind, some, rules) for office_id, some in sorted(by_office.items())}
        yield from _beside_peers(kind, {one: found for one, found in seen.items() if found.row}, rules)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The cases of an office that a kind can judge, in the order of time, and which of them it means."""

    row: Sequence[tuple[Disposed, bool]]

    @property
    def share(self) -> tuple[int, int]:
        return sum(is_meant for _one, is_meant in self.row), len(self.row)

    @property
    def meant(self) -> tuple[Concerned, ...]:
        return _each(Concerned(one.case_id, one.at) for one, is_meant in self.row if is_meant)

    @property
    def longest_run(self) -> int:
        longest = here = 0
        for _one, is_meant in self.row:
            here = here + 1 if is_meant else 0
            longest = max(longest, here)
        return longest


def _each(some: Iterable[Concerned]) -> tuple[Concerned, ...]:
    """Return each case once, as it was first, in the order of cases."""
    first: dict[int, Concerned] = {}
    for one in sorted(some):
        first.setdefault(one.case_id, one)
    return tuple(first.values())


def _sorted_out(kind: SignalKind, some: Sequence[Disposed], rules: Rules) -> _Seen:
    row = sorted(some, key=lambda one: (one.at, one.case_id))
    match kind:
        case SignalKind.BUNCHED:
            last = rules.signal_last_days
            return _Seen([(one, 0 <= one.days_left < last) for one in row if one.days_left is not None])
        case SignalKind.IN_MINUTES:
            quick = rules.signal_quick_minutes
            return _Seen([(one, one.minutes < quick) for one in row if one.minutes is not None])
        case SignalKind.OUT_OF_HOURS:
            return _Seen([(one, one.is_outside) for one in row if one.is_outside is not None])
        case _:
            cases: dict[bytes, set[int]] = defaultdict(set)
            for one in row:
                if one.reply is not None:
                    cases[one.reply].add(one.case_id)
            alike = {reply for reply, ids in cases.items() if len(ids) >= LEAST_ALIKE}
            return _Seen([(one, one.reply in alike) for one in row if one.reply is not None])


def _beside_peers(kind: SignalKind, seen: Mapping[int, _Seen], rules: Rules) -> Iterator[Signal]:
    shares = {office_id: one.share for office_id, one in seen.items()}
    all_part, all_whole = (sum(column) for column in zip(*shares.values(), strict=True)) if shares else (0, 0)
    judged = [office_id for office_id, (_part, whole) in shares.items() if whole >= rules.signal_least_cases]
    for office_id in judged:
        part, whole = shares[office_id]
        others = all_part - part, all_whole - whole
        share = mean_of([others])
        if part < LEAST_PART or part / whole < LEAST_TIMES * share:
            continue
        if len(shares) <= LEAST_PEERS or others[1] < LEAST_PEER_CASES:
            continue
        own, spread = seen[office_id], spread_of([one for other, one in shares.items() if other != office_id])
        chances = [at_least(part, whole, share, spread)]
        if kind is SignalKind.OUT_OF_HOURS and own.longest_run >= LEAST_RUN:
            # An office that honestly works late more often than the others also does so more often in a row.
            often = min(0.95, share + 2 * sqrt(share * (1 - share) * spread))
            chances.append(run_at_least(own.longest_run, whole, often))
        chance = min(1.0, min(chances) * len(chances)) * len(judged)
        if chance <= EXPECTED:
            yield Signal(office_id, kind, own.meant, part, whole, *others, chance, facts=_facts(kind, own, rules))


def _facts(kind: SignalKind, own: _Seen, rules: Rules) -> dict[str, int]:
    match kind:
        case SignalKind.BUNCHED:
            return {"days": rules.signal_last_days}
        case SignalKind.IN_MINUTES:
            return {"minutes": rules.signal_quick_minutes}
        case SignalKind.OUT_OF_HOURS:
            return {"run": own.longest_run}
        case _:
            return {}


def in_filings(filed: Iterable[Filed], rules: Rules) -> Iterator[Signal]:
    """Yield where one person brought an office more cases than persons do: the filings are those of a whole state.

    How many cases a person has with an office falls off by the same share with each further one, which the others show.
    """
    some = list(filed)
    persons, cases = len(some), sum(len(one.cases) for one in some)
    of_office = Counter[int]()
    for one in some:
        of_office[one.office_id] += len(one.cases)
    for one in some:
        count = len(one.cases)
        others, their_cases = persons - 1, cases - count
        if count < rules.signal_filer_cases or others < LEAST_FILERS:
            continue
        one_more = (their_cases - others + 0.5) / (their_cases + 1)
        chance = persons * one_more ** (count - 1)
        if chance <= EXPECTED:
            theirs = _each(one.cases)
            # Named by a case: nothing about the person is kept.
            yield Signal(
                one.office_id, SignalKind.ONE_FILER, theirs, count, of_office[one.office_id], their_cases, others,
                chance, key=str(theirs[0].case_id),
            )  # fmt: skip


def in_bursts(
    bursts: Iterable[Burst], confirmed: Mapping[int, int], burst_size: int, calendar: WorkingCalendar
) -> Iterator[Signal]:
    """Yield where more confirmations came in one hour from one source than an office's confirmations ever bring.

    `confirmed` is how many each office of the state had in the last thirty days, as if spread over the hours in which
    people are awake: where very many confirm, some share an address by chance, as telephones of one network do.
    """
    found: dict[tuple[int, str], Signal] = {}
    for one in bursts:
        cases = _each(one.cases)
        whole = max(confirmed.get(one.office_id, 0), len(cases))
        if len(cases) < burst_size:
            continue
        chance = len(confirmed) * CONFIRMING_HOURS * at_least(len(cases), whole, 1 / CONFIRMING_HOURS)
        if chance > EXPECTED:
            continue
        hour = one.begins_at.astimezone(calendar.zone)
        key = f"{hour:%d %H} {cases[0].case_id}"
        # The same hand has an address and a device: what both saw is one signal.
        if (one.office_id, key) not in found or found[one.office_id, key].part < len(cases):
            found[one.office_id, key] = Signal(
                one.office_id, SignalKind.BURST, cases, len(cases), whole, 0, 0, chance, key,
                {"day": hour.day, "hour": hour.hour}, month_of(hour.date()),
            )  # fmt: skip
    yield from found.values()
