"""The tables under the charts of a page of figures: over time, by subject, by age, and against peers."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date

from swagat.domain.quality.changes import SHIFTS, Point, control_points
from swagat.domain.quality.figures import ageing, closure_curve
from swagat.domain.quality.funnel import Standing, funnel, standing
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.periods import trend_of
from swagat.domain.quality.survival import Step, median
from swagat.domain.quality.withholding import FEWEST, Group, withheld
from swagat.services import catalogue
from swagat.services.indicators import Family, Overview
from swagat.web import charts
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.formats import number, working_days_count
from swagat.web.quality_words import NOTHING, STANDINGS, WITHHELD, age_words, month_name, percent
from swagat.web.tables import Cell, Column, Rows, Table, text_cell

CATEGORIES_SHOWN = 10
# Of the curve these days are told in the table, in working days.
DAYS_TOLD = (5, 10, 15, 20, 30, 45, 60, 90)


def month_cell(month: date) -> Cell:
    """Return a month; a spreadsheet gets it as 2026-11."""
    return Cell(month_name(month), f"{month:%Y-%m}")


def closure_trend(shown: Overview) -> Table:
    """Return median and 90th percentile of the time to an answer that stood, month by month."""
    figures, left_out = shown.trend("closure_days")
    rows = []
    for month in trend_of(shown.span):
        found = figures.get(month)
        ways = [found.median, found.ninetieth] if found else [None, None]
        missing = WITHHELD if month in left_out else NOTHING
        raw = str(WITHHELD) if month in left_out else None
        rows.append(
            [month_cell(month), *(Cell(missing, raw) if one is None else Cell(number(one), one) for one in ways)]
        )
    columns = [
        Column(_("Month"), is_number=False),
        Column(_("Median, working days")),
        Column(_("Nine of ten within, working days")),
    ]
    title = _("How long until an answer that stood, month by month")
    values = [figures.get(month) for month in trend_of(shown.span)]
    chart = charts.lines(
        "closure",
        title,
        _("Working days: the median as a line, and within how many nine of ten had it as a dashed one."),
        short_months(trend_of(shown.span)),
        [
            charts.Series(_("Median"), [one.median if one else None for one in values]),
            charts.Series(_("Nine of ten within"), [one.ninetieth if one else None for one in values]),
        ],
        number,
    )
    return Table("closure", title, columns, rows, chart=chart)


def short_months(months: Sequence[date]) -> list[str]:
    """Return months as they fit under an axis, such as 11/26."""
    return [f"{month:%m/%y}" for month in months]


def on_time_chart(shown: Overview) -> Table:
    """Return the share answered in time month by month, with the limits within which chance moves it."""
    months = trend_of(shown.span)
    figures, left_out = shown.trend("on_time")
    points = {one.month: one for one in control_points(figures, months)}
    rows = []
    for month in months:
        found, point = figures.get(month), points.get(month)
        if found is None or found.value is None:
            gone = month in left_out
            rows.append([month_cell(month), Cell(WITHHELD if gone else NOTHING, str(WITHHELD) if gone else None)])
            rows[-1] += [Cell("", None)] * 3
            continue
        low, high = (percent(point.limits.low), percent(point.limits.high)) if point else ("", "")
        signal = _signal(point) if point else ""
        rows.append(
            [month_cell(month), Cell(percent(found.value), round(100 * found.value, 1)), text_cell(low),
             text_cell(high), text_cell(signal)]
        )  # fmt: skip
    columns = [
        Column(_("Month"), is_number=False),
        Column(_("Answered in time, per cent")),
        Column(_("Lower limit")),
        Column(_("Upper limit")),
        Column(_("Signal"), is_number=False),
    ]
    title = _("Answered in time, month by month")
    values = [figures[month].value if month in figures else None for month in months]
    bands = [charts.Band(points[one].limits.low, points[one].limits.high) if one in points else None for one in months]
    apart = [place for place, one in enumerate(months) if one in points and points[one].rules & SHIFTS]
    says = _("The dotted lines are the limits within which chance moves it; a diamond is more than chance.")
    chart = charts.lines(
        "on-time", title, says, short_months(months), [charts.Series(title, values)], percent, bands, apart
    )
    return Table("on-time", title, columns, rows, chart=chart)


def _signal(point: Point) -> str:
    if point.rules & SHIFTS:
        return _("more than chance")
    return _("an unusual pattern") if point.rules else ""


def categories(shown: Overview) -> Table:
    """Return what people wrote about, most first; the rest together, so that it adds up."""
    received = shown.figure("received")
    rows = []
    if received is not None:
        counts = shown.tally.get(Measure.RECEIVED, {})
        told = most_told(counts, FEWEST if not shown.is_whole else 1)
        known = catalogue.current().categories
        for key, cases in told:
            category = known.get(int(key))
            rows.append([text_cell(place_name(category) if category else key), Cell(number(cases), cases)])
        left = received.whole - sum(cases for _key, cases in told)
        if left:
            rows.append([text_cell(_("All other subjects")), Cell(number(left), left)])
    columns = [Column(_("Subject"), is_number=False), Column(_("Received"))]
    empty = _("Withheld, because it is about too few cases.") if received is None else _("Nothing was received.")
    title = _("What people wrote about")
    chart = charts.bars("subjects", title, _("The most first."), _drawn(rows), number)
    return Table("subjects", title, columns, rows, empty=empty, chart=chart)


def _drawn(rows: Sequence[Sequence[Cell]]) -> list[tuple[str, float]]:
    """Return names and numbers of rows of two cells as bars; what is withheld is not drawn."""
    return [(str(name.raw), float(value.raw)) for name, value in rows if isinstance(value.raw, int | float)]


def most_told(counts: Mapping[str, int], fewest: int) -> list[tuple[str, int]]:
    """Return the largest counts, so few that what is left is nothing or about as many cases as may be shown."""
    told = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:CATEGORIES_SHOWN]
    told = [one for one in told if one[1] >= fewest]
    while told and 0 < sum(counts.values()) - sum(cases for _key, cases in told) < fewest:
        told.pop()
    return told


def ages(shown: Overview, still_open: Mapping[int, int]) -> Table:
    """Return how old the open cases are."""
    found = ageing(still_open)
    hidden: frozenset[Hashable] = frozenset({"total"})
    if shown.is_whole:
        hidden = frozenset()
    elif shown.figure("pending") is not None:
        counts: dict[Hashable, int] = {place: one.cases for place, one in enumerate(found)}
        counts["total"] = sum(still_open.values())
        hidden = withheld(counts, [Group("total", range(len(found)))])
    rows = [
        [
            text_cell(age_words(one)),
            Cell(WITHHELD, str(WITHHELD)) if hidden & {place, "total"} else Cell(number(one.cases), one.cases),
        ]
        for place, one in enumerate(found)
    ]
    columns = [Column(_("Open for"), is_number=False), Column(_("Cases"))]
    title = _("How old the open cases are")
    return Table("ages", title, columns, rows, chart=charts.bars("ages", title, "", _drawn(rows), number))


def curve(shown: Overview, still_open: Mapping[int, int]) -> Sequence[Step]:
    """Return the survival curve of two years and of what is open now; nothing where it is about too few cases.

    Of one month alone it would be no curve of cases: the open ones have gathered over many.
    """
    steps = closure_curve(shown.two_years, still_open)
    of_cases = steps[0].at_risk if steps else 0
    is_shown = shown.is_whole or (
        of_cases >= FEWEST and None not in (shown.figure("closure_days"), shown.figure("pending"))
    )
    return steps if is_shown else []


def curve_words(steps: Sequence[Step]) -> str:
    """Return what the curve says in a sentence."""
    if not steps:
        return ""
    middle = median(steps)
    if middle.days is None:
        return _("Of two years, with the open cases counted too, fewer than half have an answer that stood.")
    said = _(
        "Of two years, with the open cases counted too, half had an answer that stood within %(days)s.",
        days=working_days_count(middle.days),
    )
    if middle.low is None or middle.high is None:
        return said
    sure = _("It is surely between %(low)s and %(high)s.", low=number(middle.low), high=working_days_count(middle.high))
    return f"{said} {sure}"


def curve_table(steps: Sequence[Step]) -> Table:
    """Return the share that still waits after some numbers of days."""
    rows = []
    for days in DAYS_TOLD if steps else ():
        reached = [step for step in steps if step.days <= days]
        share = reached[-1].open_share if reached else 1.0
        rows.append([text_cell(working_days_count(days)), Cell(percent(share), round(100 * share, 1))])
    columns = [Column(_("After"), is_number=False), Column(_("Still without an answer that stood, per cent"))]
    empty = _("There are no cases, or too few to be shown.")
    title = _("How many still wait: two years, those open now counted too")
    chart = charts.falling(
        "waiting",
        title,
        _(
            "The share without an answer that stood after so many working days, "
            "with its interval of 95 per cent as a band."
        ),
        [(step.days, step.open_share, step.interval.low, step.interval.high) for step in steps],
        percent,
        number,
    )
    return Table("waiting", title, columns, rows, empty=empty, chart=chart)


def against_peers(shown: Overview, family: Family) -> Table:
    """Return the share confirmed of each part against all of them, told apart from luck by its number of cases."""
    own = shown.figure("confirmed")
    found, dots = [], []
    for one in family.members if own is not None and own.share is not None else ():
        figure = shown.figure_of("confirmed", one)
        if figure is None or figure.share is None or own is None or own.share is None:
            continue
        stands = standing(figure.part, figure.whole, own.share)
        is_apart = stands in (Standing.LOW, Standing.HIGH)
        # A name stands only beside what lies apart.
        name = place_name(one.whose.name).striptags() if is_apart else ""
        dots.append(charts.Dot(name, figure.whole, figure.share, is_apart))
        found.append((one.whose.name, figure, figure.share, funnel(own.share, figure.whole), stands))

    def row(place: int) -> Sequence[Cell]:
        name, figure, share, bounds, stands = found[place]
        return [
            text_cell(place_name(name)),
            Cell(number(figure.whole), figure.whole),
            Cell(percent(share), round(100 * share, 1)),
            text_cell(f"{percent(bounds.low)} – {percent(bounds.high)}"),
            text_cell(STANDINGS[stands]),
        ]

    rows = Rows(len(found), row)
    columns = [
        Column(_("Name"), is_number=False),
        Column(_("Disposals")),
        Column(_(INDICATORS["confirmed"].name)),
        Column(_("What chance allows")),
        Column(_("Stands"), is_number=False),
    ]
    empty = _("No part has enough cases to be compared.")
    title = _("Confirmed, each against its peers")
    chart = charts.funnel(
        "peers",
        title,
        _("Cases across, the share confirmed upwards; outside the dotted lines it is more than luck."),
        dots,
        own.share if own and own.share else 0.0,
        lambda cases: (funnel(own.share or 0.0, cases).low, funnel(own.share or 0.0, cases).high) if own else (0, 1),
        percent,
        number,
    )
    return Table("peers", title, columns, rows, empty=empty, chart=chart)
