"""The charts of a printed evidence pack, from the same counts as its tables."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil

from swagat.domain.errors import N_
from swagat.domain.quality.changes import SHIFTS, control_points
from swagat.domain.quality.figures import Age, Figure, ageing, closure_curve, figure, open_days
from swagat.domain.quality.indicators import INDICATORS, Tally
from swagat.domain.quality.periods import trend_of
from swagat.domain.quality.sections import Block, Chart, Line, Paragraph, Series, Table
from swagat.domain.quality.survival import median
from swagat.domain.working_time import WorkingCalendar
from swagat.paper.words import Words
from swagat.services.evidence_zip import Asked

QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
STEPS = 4
LONGEST_CURVE = 90


def _shares(words: Words) -> list[str]:
    return [words.percent(one, 0) for one in QUARTERS]


def _scale(words: Words, values: Sequence[float | None]) -> tuple[float, list[str]]:
    """Return the top of a scale in four whole steps, and its words."""
    most = max((one for one in values if one is not None), default=0)
    step = max(1, ceil(most / STEPS))
    return float(step * STEPS), [words.number(step * at) for at in range(STEPS + 1)]


def _months(asked: Asked) -> list[str]:
    return [f"{month:%m/%y}" for month in trend_of(asked.span)]


def _by_month(asked: Asked, months: Mapping[date, Tally], code: str) -> dict[date, Figure]:
    return {one: figure(INDICATORS[code], months[one]) for one in trend_of(asked.span) if months.get(one)}


def trend(words: Words, asked: Asked, months: Mapping[date, Tally], code: str) -> Chart:
    """Return a share month by month over two years."""
    found = _by_month(asked, months, code)
    name = words.say(INDICATORS[code].name)
    values = [found[one].value if one in found else None for one in trend_of(asked.span)]
    title = words.say(N_("%(figure)s, month by month"), figure=name)
    return Chart(title, "", _months(asked), [Series(name, values)], 1.0, _shares(words))


def days(words: Words, asked: Asked, months: Mapping[date, Tally]) -> Chart:
    """Return median and 90th percentile of the time to an answer that stood, month by month."""
    found = _by_month(asked, months, "closure_days")
    shown = [found.get(one) for one in trend_of(asked.span)]
    middle: list[float | None] = [one.median if one else None for one in shown]
    ninetieth: list[float | None] = [one.ninetieth if one else None for one in shown]
    top, ticks = _scale(words, [*middle, *ninetieth])
    return Chart(
        words.say(N_("How long until an answer that stood, month by month")),
        words.say(N_("Working days: the median as a line, and within how many nine of ten had it as a dashed one.")),
        _months(asked),
        [
            Series(words.say(N_("Median")), middle),
            Series(words.say(N_("Nine of ten within")), ninetieth, Line.DASHED),
        ],
        top,
        ticks,
    )


def control(words: Words, asked: Asked, months: Mapping[date, Tally]) -> Chart:
    """Return the share answered in time, with the limits within which chance moves it."""
    shown = trend_of(asked.span)
    found = _by_month(asked, months, "on_time")
    points = {one.month: one for one in control_points(found, shown)}
    marked = frozenset(at for at, one in enumerate(shown) if one in points and points[one].rules & SHIFTS)
    low = [points[one].limits.low if one in points else None for one in shown]
    high = [points[one].limits.high if one in points else None for one in shown]
    values = [found[one].value if one in found else None for one in shown]
    return Chart(
        words.say(N_("Answered in time, month by month")),
        words.say(N_("The dotted lines are the limits within which chance moves it; a diamond is more than chance.")),
        _months(asked),
        [
            Series(words.say(INDICATORS["on_time"].name), values, marked=marked),
            Series(words.say(N_("Lower limit")), low, Line.DOTTED),
            Series(words.say(N_("Upper limit")), high, Line.DOTTED),
        ],
        1.0,
        _shares(words),
    )


def ages(words: Words, tally: Tally, today: date, calendar: WorkingCalendar) -> list[Block]:
    """Return how old the open cases are, as bars and as a table."""
    found = ageing(open_days(tally, today, calendar))
    values: list[float | None] = [one.cases for one in found]
    top, ticks = _scale(words, values)
    title = words.say(N_("How old the open cases are"))
    says = words.say(N_("Working days without the complainant's own time, on %(day)s."), day=words.day(today))
    series = [Series(words.say(N_("Cases")), values)]
    rows = [(_age(words, one), words.number(one.cases)) for one in found]
    columns = (words.say(N_("Working days")), words.say(N_("Cases")))
    labels = [_short_age(one) for one in found]
    return [Chart(title, says, labels, series, top, ticks, is_bars=True), Table(title, columns, rows, (7, 3))]


def _short_age(age: Age) -> str:
    return f"> {age.above}" if age.up_to is None else f"{age.above + 1}–{age.up_to}"


def _age(words: Words, age: Age) -> str:
    def in_days(count: int) -> str:
        return words.count("%(num)s working day", "%(num)s working days", count)

    if age.up_to is None:
        return words.say(N_("more than %(days)s"), days=in_days(age.above))
    if age.above < 0:
        return words.say(N_("up to %(days)s"), days=in_days(age.up_to))
    return words.say(N_("%(first)s to %(last)s"), first=words.number(age.above + 1), last=in_days(age.up_to))


def curve(words: Words, tally: Tally, today: date, calendar: WorkingCalendar) -> Block:
    """Return which share had no answer that stood after how many days, with those that are open counted too."""
    steps = closure_curve(tally, open_days(tally, today, calendar))
    title = words.say(N_("Share without an answer that stood, by working days"))
    if not steps:
        return Paragraph(f"{title}: {words.say(N_('no case'))}")
    last = max(STEPS, min(LONGEST_CURVE, steps[-1].days))
    share, lows, highs = [1.0], [1.0], [1.0]
    at = {step.days: step for step in steps}
    for day in range(last + 1):
        step = at.get(day)
        share.append(step.open_share if step else share[-1])
        lows.append(step.interval.low if step else lows[-1])
        highs.append(step.interval.high if step else highs[-1])
    middle = median(steps)
    says = words.say(N_("Cases that are still open count too: the line says how many of a hundred waited longer."))
    if middle.days is not None:
        half = words.count("%(num)s working day", "%(num)s working days", middle.days)
        says += " " + words.say(N_("Half had it within %(days)s."), days=half)
    labels = [str(day) for day in range(last + 1)]
    return Chart(
        title,
        says,
        labels,
        [
            Series(words.say(N_("Share still waiting")), share[1:], Line.STEPS),
            Series(words.say(N_("Range of 95 of 100")), lows[1:], Line.DOTTED),
            Series("", highs[1:], Line.DOTTED),
        ],
        1.0,
        _shares(words),
    )
