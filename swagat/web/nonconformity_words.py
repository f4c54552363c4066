"""The words around nonconformities: stages, steps, sources, causes, and what the program has seen by itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import LazyString
from markupsafe import Markup

from swagat.domain.errors import NotFound
from swagat.domain.nonconformities import Cause, Source, Stage, Step
from swagat.domain.quality import labels
from swagat.domain.quality.effectiveness import Verdict
from swagat.domain.quality.indicators import INDICATORS, Kind
from swagat.domain.quality.measures import Measure
from swagat.services import catalogue
from swagat.services.nonconformity_lists import Line, Tab
from swagat.services.nonconformity_views import Entry
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.filters import place_name
from swagat.web.formats import days_count, local_date, number, working_days_count
from swagat.web.quality_words import month_name, percent

STAGES = {one: _l(text) for one, text in labels.STAGES.items()}
STAGE_TONES = {Stage.ACTION_DONE: "waiting", Stage.EFFECTIVE: "good", Stage.CLOSED: "done", Stage.CANCELLED: "done"}
TABS: Mapping[Tab, LazyString] = {Tab.OPEN: _l("Open"), Tab.LATE: _l("Late"), Tab.ENDED: _l("Ended")}
SOURCES = {one: _l(text) for one, text in labels.SOURCES.items()}
SEVERITIES = {one: _l(text) for one, text in labels.SEVERITIES.items()}
CAUSES = {one: _l(text) for one, text in labels.CAUSES.items()}
TRAIL = {one: _l(text) for one, text in labels.STEPS.items()}
TRAIL_TONES = {
    Step.ESCALATE: "late",
    Step.FIND_NOT_EFFECTIVE: "late",
    Step.FIND_EFFECTIVE: "good",
    Step.CLOSE: "good",
    Step.PROPOSE_CANCEL: "waiting",
}
VERDICTS = {one: _l(text) for one, text in labels.EFFECTS.items()}
IN_CALENDAR_DAYS = frozenset({Measure.CALENDAR_DAYS, Measure.CONFIRMED_DAYS})


def statement_words(line: Line) -> str | Markup:
    """Return what is not as it should be: in the words of who opened it, or of the program for what it has seen."""
    if line.statement:
        return line.statement
    message = labels.STATEMENTS.get(line.source, labels.STATEMENTS[Source.OBJECTIVE])
    values: dict[str, Any] = {
        "month": month_name(line.month) if line.month else "",
        "count": number(line.cases),
        "figures": ", ".join(figure_name(code) for code in line.facts.get("signals", {}) or [line.indicator]),
    }
    if line.source is Source.HOT_SPOT:
        return Markup(_(message)) % (values | {"subject": _subject(line.facts.get("category_id", 0))})
    return _(message, **values)


def next_words(line: Line) -> Markup | str:
    """Return who has to do something next, empty for what has ended."""
    match line.stage:
        case Stage.OPENED | Stage.CORRECTED | Stage.CAUSE_FOUND:
            who = Markup(_("the head of %(office)s")) % {"office": place_name(line.answerable)}
        case Stage.ACTION_PLANNED:
            who = place_name(line.owner)
        case Stage.ACTION_DONE | Stage.EFFECTIVE:
            who = Markup.escape(_("the quality manager or the head of an office above"))
        case _:
            return ""
    return Markup(_("Next: %(who)s. %(stage)s")) % {"who": who, "stage": STAGES[line.stage]}


def figure_name(code: str) -> str:
    """Return the name of an indicator, empty for none."""
    return _(INDICATORS[code].name) if code in INDICATORS else ""


def _subject(category_id: int) -> str | Markup:
    try:
        return place_name(catalogue.category(category_id))
    except NotFound:
        return _("a subject that is no longer offered")


def entry_facts(entry: Entry) -> list[tuple[str, Any]]:
    """Return what a step of the trail tells beside its text."""
    found: list[tuple[str, Any]] = []
    payload = entry.payload
    for at, why in enumerate(payload.get("whys", ()), start=1):
        found.append((_("Why %(number)s", number=number(at)), why))
    if cause := payload.get("cause"):
        found.append((_("Kind of cause"), str(CAUSES[Cause(cause)])))
    if entry.owner is not None:
        found.append((_("Who does it"), place_name(entry.owner)))
    if day := payload.get("due_on"):
        label = _("Due by") if entry.step is Step.ESCALATE else _("Done by")
        found.append((label, local_date(date.fromisoformat(day))))
    if entry.answerable is not None:
        found.append((_("Answers for it now"), place_name(entry.answerable)))
    elif entry.step is Step.ESCALATE:
        found.append((_("What follows"), _("Nobody stands above the office that answers: it stays late.")))
    if effect := payload.get("effect"):
        found += effect_rows(effect)
    return found


def effect_rows(effect: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return a figure before and after an action, each with its range, and what that says."""
    code = effect["indicator"]
    rows: list[tuple[str, Any]] = [(_("Figure"), figure_name(code))]
    for label, when in ((_("Before"), "before"), (_("After"), "after")):
        first, last = (date.fromisoformat(day) for day in effect[f"months_{when}"])
        months = month_name(first) if first == last else f"{month_name(first)} – {month_name(last)}"
        rows.append((label, f"{_measured(code, effect[when])} ({months})"))
    return [*rows, (_("What the figure says"), str(VERDICTS[Verdict(effect["verdict"])]))]


def _measured(code: str, found: Mapping[str, Any]) -> str:
    if found["value"] is None:
        return _("no case")
    return _(
        "%(value)s of %(cases)s cases, surely between %(low)s and %(high)s",
        value=_value(code, found["value"]),
        cases=number(found["cases"]),
        low=_value(code, found["low"]),
        high=_value(code, found["high"]),
    )


def _value(code: str, value: float) -> str:
    indicator = INDICATORS[code]
    match indicator.kind:
        case Kind.SHARE:
            return percent(value)
        case Kind.NUMBER:
            return number(value, 0 if value == int(value) else 1)
        case Kind.DAYS:
            in_calendar_days = any(one.measure in IN_CALENDAR_DAYS for one in indicator.whole)
            return days_count(round(value)) if in_calendar_days else working_days_count(round(value))
