"""Charts as inline SVG: plain values in, markup out, with classes instead of styles so that the strict policy holds.

Each has a title and a description, is read without colour (series differ by dash, points that stand out by shape), and
stands above the table of its numbers. The width is that of a desk; on a telephone the frame scrolls by itself, since
text that shrinks with the picture cannot be read there.
"""

from collections.abc import Callable, Iterable, Sequence
from math import ceil, floor, log10
from typing import NamedTuple

from markupsafe import Markup, escape

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 20, 14, 46
# About as many letters as the words of one tick may have.
MOST_TICKS, MOST_LABELS = 5, 8
# Less than this is nothing on any scale of ours.
LEAST = 1e-6
BAR, BAR_LABEL = 28, 230


class Series(NamedTuple):
    """One line: its name and a value for each label, None where there is none."""

    name: str
    values: Sequence[float | None]


class Band(NamedTuple):
    """Where values lie by chance, for one label."""

    low: float
    high: float


class Dot(NamedTuple):
    """One office in a funnel: its cases, its share, and whether it lies apart."""

    name: str
    cases: int
    share: float
    is_apart: bool


def ticks(most: float) -> list[float]:
    """Return round numbers from 0 up to at least this one, few enough to be read."""
    if most < LEAST:
        return [0.0, 1.0]
    rough = most / (MOST_TICKS - 1)
    size = 10.0 ** floor(log10(rough))
    step = next(times * size for times in (1, 2, 5, 10) if times * size >= rough * (1 - 1e-9))
    # A product of floats may lie a hair above the number itself.
    return [round(step * at, 10) for at in range(ceil(most / step - 1e-9) + 1)]


def lines(
    ident: str,
    title: str,
    says: str,
    labels: Sequence[str],
    series: Sequence[Series],
    written: Callable[[float], str],
    bands: Sequence[Band | None] = (),
    signals: Iterable[int] = (),
) -> Markup:
    """Return lines over labels that follow one another in time; nothing where there is no value.

    A gap stays a gap. `bands` gives the limits of each label, `signals` the places of points that are more than chance.
    """
    known = [value for one in series for value in one.values if value is not None]
    if not known:
        return Markup()
    top = ticks(max([*known, *(band.high for band in bands if band)]))
    x, y = _across(len(labels)), _up(top[-1])
    parts = [_grid(top, y, written), _labels(labels, x)]
    for low_or_high in ("low", "high") if any(bands) else ():
        ends = [None if band is None else float(getattr(band, low_or_high)) for band in bands]
        parts.append(_line(ends, x, y, "limit"))
    apart = set(signals)
    for at, one in enumerate(series):
        parts.append(_line(one.values, x, y, f"line s{at}"))
        for place, value in enumerate(one.values):
            if value is not None:
                parts.append(_mark(x(place), y(value), at == 0 and place in apart))
    if len(series) > 1:
        parts.append(_legend([one.name for one in series]))
    return _svg(ident, title, says, HEIGHT, parts)


def bars(
    ident: str, title: str, says: str, values: Sequence[tuple[str, float]], written: Callable[[float], str]
) -> Markup:
    """Return bars under one another, each with its name and its number; nothing where all are nothing."""
    most = max((value for _name, value in values), default=0.0)
    if most <= 0:
        return Markup()
    parts, room = [], WIDTH - BAR_LABEL - 80
    for place, (name, value) in enumerate(values):
        at, length = place * BAR + 8, room * value / most
        words = name if len(name) <= 30 else name[:29] + "…"
        parts.append(
            f'<text class="name" x="{BAR_LABEL - 10}" y="{at + 15}" text-anchor="end">{escape(words)}</text>'
            f'<rect class="bar" x="{BAR_LABEL}" y="{at}" width="{_n(length)}" height="{BAR - 8}"/>'
            f'<text x="{_n(BAR_LABEL + length + 8)}" y="{at + 15}">{escape(written(value))}</text>'
        )
    return _svg(ident, title, says, len(values) * BAR + 16, parts)


def falling(
    ident: str,
    title: str,
    says: str,
    steps: Sequence[tuple[int, float, float, float]],
    written: Callable[[float], str],
    days: Callable[[int], str],
) -> Markup:
    """Return the share that is left after each number of days, from all down, with its interval as a band.

    A step is its days, the share after it, and the ends of the interval; nothing where there is no step.
    """
    if not steps:
        return Markup()
    along = ticks(float(steps[-1][0]))
    wide = WIDTH - LEFT - RIGHT

    def x(day: float) -> float:
        return LEFT + wide * day / along[-1]

    y = _up(1.0)
    path, band = [f"M{_n(x(0))} {_n(y(1.0))}"], []
    for day, share, low, high in steps:
        path.append(f"H{_n(x(day))}V{_n(y(share))}")
        band.append((day, low, high))
    path.append(f"H{_n(x(along[-1]))}")
    parts = [_grid([0, 0.25, 0.5, 0.75, 1.0], y, written)]
    parts += [_under(x(day), days(round(day))) for day in along]
    parts.append(f'<path class="band" d="{_area(band, x, y, along[-1])}"/>')
    parts.append(f'<path class="line s0" d="{"".join(path)}"/>')
    return _svg(ident, title, says, HEIGHT, parts)


def funnel(
    ident: str,
    title: str,
    says: str,
    dots: Sequence[Dot],
    centre: float,
    bounds: Callable[[int], tuple[float, float]],
    written: Callable[[float], str],
    cases: Callable[[int], str],
) -> Markup:
    """Return offices by cases and share, between the bounds that luck draws around their peers; nothing without any."""
    if not dots:
        return Markup()
    along = ticks(float(max(dot.cases for dot in dots)))
    wide = WIDTH - LEFT - RIGHT

    def x(count: float) -> float:
        return LEFT + wide * count / along[-1]

    y = _up(1.0)
    parts = [_grid([0, 0.25, 0.5, 0.75, 1.0], y, written)]
    parts += [_under(x(count), cases(round(count))) for count in along]
    counts = [max(1, round(along[-1] * at / 60)) for at in range(61)]
    for side in (0, 1):
        ends = " ".join(f"{_n(x(count))},{_n(y(bounds(count)[side]))}" for count in counts)
        parts.append(f'<polyline class="limit" points="{ends}"/>')
    parts.append(f'<line class="centre" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_n(y(centre))}" y2="{_n(y(centre))}"/>')
    for dot in dots:
        parts.append(_mark(x(dot.cases), y(dot.share), dot.is_apart))
        if dot.is_apart:
            is_right = x(dot.cases) > WIDTH * 0.6
            place, anchor = (-9, "end") if is_right else (9, "start")
            at, up = _n(x(dot.cases) + place), _n(y(dot.share) + 4)
            parts.append(f'<text class="name" x="{at}" y="{up}" text-anchor="{anchor}">{escape(dot.name)}</text>')
    return _svg(ident, title, says, HEIGHT, parts)


def _svg(ident: str, title: str, says: str, height: float, parts: Iterable[str]) -> Markup:
    return Markup(
        f'<svg class="chart" viewBox="0 0 {WIDTH} {_n(height)}" width="{WIDTH}" height="{_n(height)}" role="img"'
        f' aria-labelledby="{ident}-name {ident}-says"><title id="{ident}-name">{escape(title)}</title>'
        f'<desc id="{ident}-says">{escape(says)}</desc>{"".join(parts)}</svg>'
    )


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _up(top: float) -> Callable[[float], float]:
    room = HEIGHT - TOP - BOTTOM
    return lambda value: TOP + room * (1 - max(0.0, min(value, top)) / top)


def _across(count: int) -> Callable[[int], float]:
    wide = WIDTH - LEFT - RIGHT
    return lambda place: LEFT + wide * (place / (count - 1) if count > 1 else 0.5)


def _grid(values: Iterable[float], y: Callable[[float], float], written: Callable[[float], str]) -> str:
    return "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_n(y(value))}" y2="{_n(y(value))}"/>'
        f'<text x="{LEFT - 8}" y="{_n(y(value) + 4)}" text-anchor="end">{escape(written(value))}</text>'
        for value in values
    )


def _labels(labels: Sequence[str], x: Callable[[int], float]) -> str:
    every = max(1, ceil(len(labels) / MOST_LABELS))
    # The newest is always named: counted from the end.
    shown = range(len(labels) - 1, -1, -every)
    return "".join(_under(x(place), labels[place]) for place in sorted(shown))


def _under(at: float, words: str) -> str:
    anchor = "end" if at > WIDTH - 60 else "middle"
    return f'<text x="{_n(at)}" y="{HEIGHT - BOTTOM + 20}" text-anchor="{anchor}">{escape(words)}</text>'


def _line(values: Sequence[float | None], x: Callable[[int], float], y: Callable[[float], float], kind: str) -> str:
    path, is_down = [], False
    for place, value in enumerate(values):
        if value is not None:
            path.append(f"{'L' if is_down else 'M'}{_n(x(place))} {_n(y(value))}")
        is_down = value is not None
    return f'<path class="{kind}" d="{"".join(path)}"/>' if path else ""


def _mark(at: float, up: float, is_apart: bool) -> str:
    if not is_apart:
        return f'<circle class="dot" cx="{_n(at)}" cy="{_n(up)}" r="3"/>'
    around = " ".join(f"{_n(at + right)},{_n(up + down)}" for right, down in ((0, -7), (7, 0), (0, 7), (-7, 0)))
    return f'<polygon class="apart" points="{around}"/>'


def _area(
    band: Sequence[tuple[int, float, float]], x: Callable[[float], float], y: Callable[[float], float], end: float
) -> str:
    """Return the path around the interval: along its upper ends and back along the lower ones."""
    uppers = "".join(f"H{_n(x(day))}V{_n(y(high))}" for day, _low, high in band)
    lowers = "".join(f"V{_n(y(low))}H{_n(x(day))}" for day, low, _high in reversed(band))
    return f"M{_n(x(0))} {_n(y(1.0))}{uppers}H{_n(x(end))}{lowers}V{_n(y(1.0))}H{_n(x(0))}Z"


def _legend(names: Sequence[str]) -> str:
    parts, at = [], float(LEFT)
    for place, name in enumerate(names):
        up = HEIGHT - 8
        parts.append(f'<line class="line s{place}" x1="{_n(at)}" x2="{_n(at + 28)}" y1="{up - 4}" y2="{up - 4}"/>')
        parts.append(f'<text x="{_n(at + 34)}" y="{up}">{escape(name)}</text>')
        at += 54 + 8.5 * len(name)
    return "".join(parts)
