"""The words and the table of an objective: its target with the unit, how it stands, month by month."""

from markupsafe import Markup

from swagat.domain.objectives import Judgement, Objective, Unit, Verdict, target_message
from swagat.domain.quality import labels
from swagat.domain.quality.figures import Figure
from swagat.services.objective_views import Shown
from swagat.web import charts
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.formats import number
from swagat.web.quality_charts import month_cell, short_months
from swagat.web.quality_words import IN_CALENDAR_DAYS, NOTHING
from swagat.web.tables import Cell, Column, Table, text_cell

VERDICTS = {one: _l(text) for one, text in labels.VERDICTS.items()}
TONES = {Verdict.MET: "good", Verdict.MISSED: "late", Verdict.NOT_YET: "", Verdict.TOO_FEW: "soon"}


def measured(value: float, objective: Objective) -> str:
    """Return a value in the unit of an objective."""
    if objective.unit is Unit.PERCENT:
        return _("%(share)s %%", share=number(100 * value, 1))
    shown = number(value, 0 if value == int(value) else 1)
    if objective.unit is Unit.CASES:
        return _("%(cases)s cases", cases=shown)
    if any(one.measure in IN_CALENDAR_DAYS for one in objective.of.whole):
        return _("%(days)s calendar days", days=shown)
    return _("%(days)s working days", days=shown)


def target_words(objective: Objective) -> str:
    """Return the target with its unit and which way it holds, such as at least 85 %."""
    return _(target_message(objective), value=measured(objective.target, objective))


def judgement_words(found: Judgement) -> str:
    """Return how something stands against its target, and whether chance may have decided it."""
    if found.is_clear:
        return str(VERDICTS[found.verdict])
    return _("%(verdict)s, but not clearly: so few cases may lie on either side", verdict=VERDICTS[found.verdict])


def target_beside(objective: Objective, found: Figure | None, months: int, has_ended: bool) -> str:
    """Return what stands beside a figure of a page: the target, and whether it is met where that can be said."""
    said = _("Target: %(target)s.", target=target_words(objective))
    if found is None or not has_ended:
        return said
    return f"{said} {judgement_words(objective.judge(found, months))}."


def months_table(shown: Shown) -> Table:
    """Return target against actual, month by month, with the chart above it."""
    objective = shown.objective
    values = [objective.value(one.figure) if one.figure else None for one in shown.months]
    rows = []
    for one, value in zip(shown.months, values, strict=True):
        missing = NOTHING if one.figure else ""
        factor = 100 if objective.unit is Unit.PERCENT else 1
        rows.append(
            [
                month_cell(one.month),
                Cell(missing, None) if value is None else Cell(measured(value, objective), round(factor * value, 1)),
                Cell("", None) if one.figure is None else Cell(number(one.figure.whole), one.figure.whole),
                text_cell(judgement_words(one.judgement)),
                text_cell(_said(one.reason, one.nonconformity) or (_("A reason is asked for.") if one.asks else "")),
            ]
        )
    columns = [
        Column(_("Month"), is_number=False),
        Column(_("Actual, as published")),
        Column(_("Of cases")),
        Column(_("Against the target"), is_number=False),
        Column(_("Reason or action"), is_number=False),
    ]
    title = _("Target against actual, month by month")
    chart = charts.lines(
        "months",
        title,
        _("The actual figures as a line with dots, the target as a dashed line."),
        short_months([one.month for one in shown.months]),
        [
            charts.Series(_("Actual"), values),
            charts.Series(_("Target"), [objective.target] * len(values)),
        ],
        lambda value: measured(value, objective),
    )
    # Before the first month is published there is a target and nothing to draw against it.
    is_drawn = any(value is not None for value in values)
    return Table("months", title, columns, rows, chart=chart if is_drawn else Markup())


def _said(reason: str, reference: str) -> str:
    named = _("Nonconformity %(number)s", number=reference) if reference else ""
    return " · ".join(part for part in (named, reason) if part)
