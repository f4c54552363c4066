"""The words around nonconformities: stages, steps, sources, causes, and what the program has seen by itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import LazyString
from markupsafe import Markup

from swagat.domain.errors import NotFound
from swagat.domain.nonconformities import Cause, Severity, Source, Stage, Step
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

STAGES: Mapping[Stage, LazyString] = {
    Stage.OPENED: _l("To be put right"),
    Stage.CORRECTED: _l("Cause to be found"),
    Stage.CAUSE_FOUND: _l("Action to be planned"),
    Stage.ACTION_PLANNED: _l("Action under way"),
    Stage.ACTION_DONE: _l("Effect to be judged"),
    Stage.EFFECTIVE: _l("It helped: to be closed"),
    Stage.CLOSED: _l("Closed"),
    Stage.CANCELLED: _l("Cancelled"),
}
STAGE_TONES = {Stage.ACTION_DONE: "waiting", Stage.EFFECTIVE: "good", Stage.CLOSED: "done", Stage.CANCELLED: "done"}
TABS: Mapping[Tab, LazyString] = {Tab.OPEN: _l("Open"), Tab.LATE: _l("Late"), Tab.ENDED: _l("Ended")}
SOURCES: Mapping[Source, LazyString] = {
    Source.BY_HAND: _l("Noticed in daily work"),
    Source.DISPOSAL_CHECK: _l("Check of a disposal"),
    Source.REPEAT: _l("Repeated grievances"),
    Source.HOT_SPOT: _l("Many grievances from one place"),
    Source.APPEAL: _l("Appeal that was allowed"),
    Source.CONTROL_CHART: _l("A figure got worse"),
    Source.OBJECTIVE: _l("Objective that was missed"),
    Source.INTERNAL_AUDIT: _l("Internal audit"),
    Source.EXTERNAL_AUDIT: _l("Audit of the certification body"),
}
SEVERITIES: Mapping[Severity, LazyString] = {
    Severity.MAJOR: _l("Major: the system itself failed"),
    Severity.MINOR: _l("Minor: a single lapse"),
}
CAUSES: Mapping[Cause, LazyString] = {
    Cause.PROCEDURE: _l("No rule for the work, or an unclear one"),
    Cause.SKILL: _l("Knowledge or training"),
    Cause.STAFFING: _l("Too few people or vacant posts"),
    Cause.SUPERVISION: _l("Supervision or checking"),
    Cause.RECORDS: _l("Records or information"),
    Cause.EQUIPMENT: _l("Equipment or computers"),
    Cause.OTHERS: _l("Another office or a contractor"),
    Cause.RULES: _l("The law or a policy"),
    Cause.CONDUCT: _l("Conduct of a person"),
}
TRAIL: Mapping[Step, LazyString] = {
    Step.OPEN: _l("Opened"),
    Step.CORRECT: _l("Put right"),
    Step.FIND_CAUSE: _l("Cause found"),
    Step.PLAN: _l("Action planned"),
    Step.REPLAN: _l("Plan changed"),
    Step.REPORT_DONE: _l("Action done"),
    Step.FIND_EFFECTIVE: _l("Judged: it helped"),
    Step.FIND_NOT_EFFECTIVE: _l("Judged: it did not help"),
    Step.CLOSE: _l("Closed"),
    Step.PROPOSE_CANCEL: _l("Proposed to cancel"),
    Step.CANCEL: _l("Cancelled"),
    Step.KEEP: _l("Not cancelled: it goes on"),
    Step.ESCALATE: _l("The date passed"),
}
TRAIL_TONES = {
    Step.ESCALATE: "late",
    Step.FIND_NOT_EFFECTIVE: "late",
    Step.FIND_EFFECTIVE: "good",
    Step.CLOSE: "good",
    Step.PROPOSE_CANCEL: "waiting",
}
VERDICTS: Mapping[str, LazyString] = {
    "better": _l("Better, and by more than chance: the two ranges do not touch."),
    "worse": _l("Worse, and by more than chance: the two ranges do not touch."),
    "not_clear": _l(
        "Not clear: the two ranges touch, so the difference may be chance. Say what else shows the effect."
    ),
    "no_cases": _l("In one of the two periods there was no case, so the figure says nothing."),
}
IN_CALENDAR_DAYS = frozenset({Measure.CALENDAR_DAYS, Measure.CONFIRMED_DAYS})


def statement_words(line: Line) -> str | Markup:
    """Return what is not as it should be: in the words of who opened it, or of the program for what it has seen."""
    if line.statement:
        return line.statement
    month = month_name(line.month) if line.month else ""
    match line.source:
        case Source.DISPOSAL_CHECK:
            return _("A check by another office found that an answer of this office is not true.")
        case Source.REPEAT:
            return _(
                "Grievances that came again in %(month)s while an earlier one like it was open: %(count)s.",
                month=month,
                count=number(line.cases),
            )
        case Source.HOT_SPOT:
            said = _("Many grievances from the same place in %(month)s about one subject, %(subject)s: %(count)s.")
            subject = _subject(line.facts.get("category_id", 0))
            return Markup(said) % {"month": month, "subject": subject, "count": number(line.cases)}
        case Source.APPEAL:
            return _(
                "Appeals lodged in %(month)s against answers of this office that were allowed: %(count)s.",
                month=month,
                count=number(line.cases),
            )
        case Source.CONTROL_CHART:
            return _(
                "Worse in %(month)s by more than chance: %(figures)s.",
                month=month,
                figures=", ".join(figure_name(code) for code in line.facts.get("signals", {}) or [line.indicator]),
            )
        case _:
            return _("Missed in %(month)s: %(figure)s.", month=month, figure=figure_name(line.indicator))


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
    return [*rows, (_("What the figure says"), str(VERDICTS[effect["verdict"]]))]


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
