"""The quality objectives of an office in a printed evidence pack (6.2): target against actual, month by month."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from swagat.domain.errors import N_
from swagat.domain.objectives import Judgement, Objective, Unit, Verdict, target_message
from swagat.domain.quality import labels
from swagat.domain.quality.periods import Span
from swagat.domain.quality.sections import Block, Heading, Note, Paragraph, Section, Table
from swagat.models import ObjectiveMonth, QualityObjective
from swagat.paper.words import Words
from swagat.services import evidence_posts as posts
from swagat.services.evidence_material import IN_CALENDAR_DAYS, Material
from swagat.services.objective_views import MonthShown, Shown, shown_of


def section(material: Material) -> Section:
    """Return the objectives that run in the period."""
    span = material.asked.span
    found = [
        one
        for one in shown_of(material.session, material.asked.office)
        if one.objective.first_month <= span.last and one.objective.last_month >= span.first
    ]
    if not found:
        none = Paragraph(material.words.say(N_("No objective was set for any month of this period.")))
        return Section(*material.heading("objectives"), [none])
    owners = posts.of_people(material.session, material.office_id, {one.objective.owner_id for one in found})
    blocks: list[Block] = []
    for one in found:
        blocks += _objective(material, one, owners.get(one.objective.owner_id))
    return Section(*material.heading("objectives"), blocks)


def _objective(material: Material, one: Shown, owner: posts.Post | None) -> list[Block]:
    words, objective = material.words, one.objective
    target = words.say(target_message(objective), value=measured(words, objective.target, objective))
    runs = words.period(Span("", objective.first_month, objective.last_month))
    said = words.say(
        N_("Target: %(target)s. Period: %(period)s. Answers for it: %(owner)s. Over the whole period: %(verdict)s."),
        target=target, period=runs, owner=posts.say(words, owner), verdict=_verdict(words, one.judgement),
    )  # fmt: skip
    span = material.asked.span
    months = [month for month in one.months if span.first <= month.month <= span.last]
    names = (N_("Month"), N_("Actual, as published"), N_("Of cases"), N_("Against the target"))
    rows = [
        (words.month(month.month), _actual(words, objective, month),
         words.number(month.figure.whole) if month.figure else "", _verdict(words, month.judgement))
        for month in months
    ]  # fmt: skip
    columns = [words.say(name) for name in names]
    table = Table(words.say(N_("Target against actual")), columns, rows, (22, 26, 14, 38), numbers=4)
    notes = [_said(words, month) for month in months if month.judgement.verdict is Verdict.MISSED]
    return [Heading(words.say(objective.of.name)), Paragraph(said), table, *notes]


def measured(words: Words, value: float, objective: Objective) -> str:
    """Return a value in the unit of an objective."""
    if objective.unit is Unit.PERCENT:
        return words.percent(value)
    shown = words.number(value, 0 if value == int(value) else 1)
    if objective.unit is Unit.CASES:
        return words.say(N_("%(cases)s cases"), cases=shown)
    if any(one.measure in IN_CALENDAR_DAYS for one in objective.of.whole):
        return words.say(N_("%(days)s calendar days"), days=shown)
    return words.say(N_("%(days)s working days"), days=shown)


def _actual(words: Words, objective: Objective, month: MonthShown) -> str:
    if month.figure is None:
        return words.say(N_("not published"))
    value = objective.value(month.figure)
    return words.say(N_("no case")) if value is None else measured(words, value, objective)


def _verdict(words: Words, found: Judgement) -> str:
    said = words.say(labels.VERDICTS[found.verdict])
    if found.is_clear:
        return said
    return words.say(N_("%(verdict)s, but not clearly: so few cases may lie on either side"), verdict=said)


def _said(words: Words, month: MonthShown) -> Note:
    """Return why a month was missed, or what deals with it."""
    name = words.say(N_("Why %(month)s was missed, or what is done about it"), month=words.month(month.month))
    named = words.say(N_("Nonconformity %(number)s"), number=month.nonconformity) if month.nonconformity else ""
    text = " · ".join(part for part in (named, month.reason) if part)
    return Note(name, text or words.say(N_("Not given")))


def has_changed(session: Session, office_id: int, since: datetime) -> bool:
    """Return whether objectives of an office were set, withdrawn, judged or answered for after an instant."""
    one, month = QualityObjective, ObjectiveMonth
    theirs = select(one.id).where(one.office_id == office_id)
    later = (
        exists().where(one.office_id == office_id, or_(one.set_at > since, one.withdrawn_at > since)),
        exists().where(month.objective_id.in_(theirs), or_(month.judged_at > since, month.answered_at > since)),
    )
    return bool(session.scalar(select(or_(*later))))
