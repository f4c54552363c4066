"""Draws charts with a PDF's own lines: labels go through its cells, which alone shape Indian scripts."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from swagat.domain.quality.sections import Chart, Line, Series

PLOT_HEIGHT, LABEL_HEIGHT, CHART_HEIGHT = 48, 5, 62
SCALE_WIDTH = 14
WIDEST_LABEL = 9
LINE_GREYS = {Line.FULL: 20, Line.DASHED: 20, Line.DOTTED: 110, Line.STEPS: 20}
DASHES = {Line.FULL: (0, 0), Line.STEPS: (0, 0), Line.DASHED: (2.2, 1.4), Line.DOTTED: (0.5, 1.1)}
GRID, BAR = 205, 120
MARK = 1.3

Point = tuple[float, float]


def draw(pdf: FPDF, chart: Chart, top: float) -> None:
    """Draw a chart over the width of the page from `top` on, and go on below it."""
    left, width = pdf.l_margin + SCALE_WIDTH, pdf.epw - SCALE_WIDTH
    bottom = top + PLOT_HEIGHT
    # Nothing of a chart may begin a page of its own.
    breaks, margin = pdf.auto_page_break, pdf.b_margin
    pdf.set_auto_page_break(False)
    _scale(pdf, chart, left, width, top)
    slot = width / max(1, len(chart.labels))
    for one in chart.series:
        if chart.is_bars:
            _bars(pdf, chart, one, left, slot, bottom)
        else:
            _line(pdf, chart, one, left, slot, bottom)
    pdf.set_dash_pattern()
    pdf.set_draw_color(95)
    pdf.set_line_width(0.2)
    _labels(pdf, chart.labels, left, slot, bottom)
    if len(chart.series) > 1:
        _legend(pdf, chart.series, left, bottom + LABEL_HEIGHT + 1)
    pdf.set_auto_page_break(breaks, margin)
    pdf.set_xy(pdf.l_margin, top + CHART_HEIGHT)


def _scale(pdf: FPDF, chart: Chart, left: float, width: float, top: float) -> None:
    pdf.set_line_width(0.15)
    pdf.set_draw_color(GRID)
    step = PLOT_HEIGHT / (len(chart.ticks) - 1)
    for at, tick in enumerate(chart.ticks):
        y = top + PLOT_HEIGHT - at * step
        pdf.line(left, y, left + width, y)
        pdf.set_xy(left - SCALE_WIDTH, y - 2)
        pdf.cell(SCALE_WIDTH - 2, 4, tick, align="R")


def _labels(pdf: FPDF, labels: Sequence[str], left: float, slot: float, bottom: float) -> None:
    # As many as there is room for, evenly.
    every = max(1, round(WIDEST_LABEL / slot + 0.49))
    for at in range(0, len(labels), every):
        wide = max(slot, WIDEST_LABEL)
        pdf.set_xy(left + (at + 0.5) * slot - wide / 2, bottom + 0.8)
        pdf.cell(wide, 4, labels[at], align="C")


def _height(chart: Chart, value: float) -> float:
    return PLOT_HEIGHT * min(value, chart.top) / chart.top


def _bars(pdf: FPDF, chart: Chart, series: Series, left: float, slot: float, bottom: float) -> None:
    pdf.set_fill_color(BAR)
    for at, value in enumerate(series.values):
        if value:
            height = _height(chart, value)
            pdf.rect(left + (at + 0.2) * slot, bottom - height, slot * 0.6, height, style="F")


def _line(pdf: FPDF, chart: Chart, series: Series, left: float, slot: float, bottom: float) -> None:
    points = [
        None if value is None else (left + (at + 0.5) * slot, bottom - _height(chart, value))
        for at, value in enumerate(series.values)
    ]
    _pen(pdf, series.line)
    for (x, y), (x2, y2) in _stretches(points):
        if series.line is Line.STEPS:
            pdf.line(x, y, x2, y)
            pdf.line(x2, y, x2, y2)
        else:
            pdf.line(x, y, x2, y2)
    pdf.set_dash_pattern()
    for at, point in enumerate(points):
        if point is not None and series.line is Line.FULL:
            _mark(pdf, point, is_marked=at in series.marked)


def _stretches(points: Sequence[Point | None]) -> Iterator[tuple[Point, Point]]:
    for one, other in pairwise(points):
        if one is not None and other is not None:
            yield one, other


def _pen(pdf: FPDF, line: Line) -> None:
    pdf.set_line_width(0.35)
    pdf.set_draw_color(LINE_GREYS[line])
    dash, gap = DASHES[line]
    pdf.set_dash_pattern(dash, gap)


def _mark(pdf: FPDF, point: Point, *, is_marked: bool) -> None:
    x, y = point
    pdf.set_fill_color(255 if is_marked else 20)
    if is_marked:
        size = MARK * 1.2
        pdf.polygon([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], style="DF")
    else:
        pdf.ellipse(x - MARK / 2.6, y - MARK / 2.6, MARK / 1.3, MARK / 1.3, style="F")


def _legend(pdf: FPDF, series: Sequence[Series], left: float, y: float) -> None:
    pdf.set_xy(left, y)
    for one in series:
        if not one.name:
            continue
        x = pdf.get_x()
        _pen(pdf, one.line)
        pdf.line(x, y + 2, x + 8, y + 2)
        pdf.set_dash_pattern()
        pdf.set_xy(x + 9, y)
        pdf.cell(pdf.get_string_width(one.name) + 6, 4, one.name, new_x=XPos.RIGHT, new_y=YPos.TOP)
