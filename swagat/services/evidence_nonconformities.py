"""The nonconformities of an office in a printed evidence pack (10.2): each with its trail as it stood at an instant."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from swagat.domain.errors import N_, NotFound
from swagat.domain.names import Name
from swagat.domain.nonconformities import ENDED, Cause, Source, Stage, Step
from swagat.domain.quality import labels
from swagat.domain.quality.effectiveness import Verdict
from swagat.domain.quality.indicators import INDICATORS, Kind
from swagat.domain.quality.periods import Span
from swagat.domain.quality.sections import Block, Heading, Note, Paragraph, Table
from swagat.models import Nonconformity, NonconformityEntry
from swagat.paper.words import Words
from swagat.services import catalogue
from swagat.services import evidence_posts as posts
from swagat.services.evidence_material import Material, days
from swagat.services.nonconformity_lists import cases_of
from swagat.services.nonconformity_views import names_of

# What an auditor looks for in each; where no step gave it, the pack says so.
_WANTED: Mapping[str, frozenset[Step]] = {
    N_("Correction"): frozenset({Step.CORRECT}),
    N_("Cause"): frozenset({Step.FIND_CAUSE}),
    N_("Action"): frozenset({Step.PLAN}),
    N_("Effect"): frozenset({Step.FIND_EFFECTIVE, Step.FIND_NOT_EFFECTIVE}),
}


class _Told(NamedTuple):
    """A nonconformity with its trail and the number of its cases."""

    row: Nonconformity
    trail: Sequence[NonconformityEntry]
    cases: int

    @property
    def stage(self) -> Stage:
        """Return how it stood after the last step told."""
        return self.trail[-1].stage_after


def blocks(material: Material) -> list[Block]:
    """Return the nonconformities that were open at any time of the period, those opened in it included."""
    words = material.words
    found = _told(material)
    if not found:
        return [Paragraph(words.say(N_("No nonconformity was open in this period.")))]
    ids = {one for told in found for entry in told.trail if (one := entry.payload.get("owner_posting_id"))}
    owners = posts.of_postings(material.session, ids)
    above = {one for told in found for entry in told.trail if (one := entry.payload.get("office_id"))}
    offices = names_of(material.session, above)
    shown: list[Block] = [_table(material, found)]
    for one in found:
        shown += _in_full(material, one, owners, offices)
    return shown


def _told(material: Material) -> list[_Told]:
    """Return them with their trails up to the instant of the pack, in three statements."""
    session, as_of = material.session, material.asked.as_of
    row = Nonconformity
    rows = session.scalars(
        select(row)
        .where(row.office_id == material.office_id, row.opened_at < material.ends, row.opened_at <= as_of)
        .where(or_(row.ended_at.is_(None), row.ended_at >= material.begins))
        .order_by(row.opened_at, row.id)
    ).all()
    ids = [one.id for one in rows]
    entry = NonconformityEntry
    trails: dict[int, list[NonconformityEntry]] = {one: [] for one in ids}
    for step in session.scalars(
        select(entry)
        .where(entry.nonconformity_id.in_(ids), entry.at <= as_of)
        .order_by(entry.nonconformity_id, entry.seq)
    ):
        trails[step.nonconformity_id].append(step)
    cases = cases_of(session, ids)
    return [_Told(one, trails[one.id], cases.get(one.id, 0)) for one in rows]


def _table(material: Material, found: Sequence[_Told]) -> Table:
    words = material.words
    names = (N_("Number"), N_("Where it came from"), N_("How grave it is"), N_("Opened"), N_("Status"))
    rows = [
        (one.row.number, words.say(labels.SOURCES[one.row.source]), words.say(labels.SEVERITIES[one.row.severity]),
         material.day(one.row.opened_at), words.say(labels.STAGES[one.stage]))
        for one in found
    ]  # fmt: skip
    columns = [words.say(name) for name in names]
    title = words.say(N_("Nonconformities that were open in this period"))
    return Table(title, columns, rows, (24, 22, 20, 16, 18), numbers=5)


def _in_full(
    material: Material, one: _Told, owners: Mapping[int, posts.Post], offices: Mapping[int | None, Name]
) -> list[Block]:
    words = material.words
    shown: list[Block] = [
        Heading(one.row.number),
        Note(words.say(N_("What is not as it should be")), one.row.statement or _statement(words, one)),
    ]
    for entry in one.trail[1:]:
        name = f"{words.say(labels.STEPS[entry.step])}, {material.day(entry.at)}"
        lines = [entry.text, *_facts(words, entry, owners, offices)]
        shown.append(Note(name, "\n".join(line for line in lines if line) or words.say(N_("Not given"))))
    taken = {entry.step for entry in one.trail}
    if missing := [words.say(name) for name, steps in _WANTED.items() if not taken & steps]:
        shown.append(Note(words.say(N_("Not given")), ", ".join(missing)))
    if one.stage not in ENDED:
        shown.append(Note(words.say(N_("The next step is due by")), words.day(one.row.due_on)))
    return shown


def _statement(words: Words, one: _Told) -> str:
    """Return what the program saw by itself."""
    row = one.row
    codes = row.facts.get("signals", {}) or [row.indicator]
    return words.say(
        labels.STATEMENTS.get(row.source, labels.STATEMENTS[Source.OBJECTIVE]),
        month=words.month(row.month) if row.month else "",
        count=words.number(one.cases),
        figures=", ".join(words.say(INDICATORS[code].name) for code in codes if code in INDICATORS),
        subject=_subject(words, row.facts.get("category_id", 0)),
    )


def _subject(words: Words, category_id: int) -> str:
    try:
        return words.name(catalogue.category(category_id).name)
    except NotFound:
        return words.say(N_("a subject that is no longer offered"))


def _facts(
    words: Words,
    entry: NonconformityEntry,
    owners: Mapping[int, posts.Post],
    offices: Mapping[int | None, Name],
) -> list[str]:
    """Return what a step tells beside its text."""
    payload = entry.payload
    whys = enumerate(payload.get("whys", ()), start=1)
    told = [(words.say(N_("Why %(number)s"), number=words.number(at)), why) for at, why in whys]
    if cause := payload.get("cause"):
        told.append((words.say(N_("Kind of cause")), words.say(labels.CAUSES[Cause(cause)])))
    if owner := payload.get("owner_posting_id"):
        told.append((words.say(N_("Who does it")), posts.say(words, owners.get(owner))))
    if day := payload.get("due_on"):
        label = N_("Due by") if entry.step is Step.ESCALATE else N_("Done by")
        told.append((words.say(label), words.day(date.fromisoformat(day))))
    if (office := offices.get(payload.get("office_id"))) is not None:
        told.append((words.say(N_("Answers for it now")), words.name(office)))
    lines = [f"{name}: {text}" for name, text in told]
    if effect := payload.get("effect"):
        lines += _effect(words, effect)
    return lines


def _effect(words: Words, effect: Mapping[str, Any]) -> list[str]:
    """Return the figure before and after an action, each with its range, and what that says."""
    code = effect["indicator"]
    lines = [words.say(INDICATORS[code].name)] if code in INDICATORS else []
    for label, when in ((N_("Before"), "before"), (N_("After"), "after")):
        first, last = (date.fromisoformat(day) for day in effect[f"months_{when}"])
        lines.append(
            f"{words.say(label)} ({words.period(Span('', first, last))}): {_measured(words, code, effect[when])}"
        )
    return [*lines, words.say(labels.EFFECTS[Verdict(effect["verdict"])])]


def _measured(words: Words, code: str, found: Mapping[str, Any]) -> str:
    if found["value"] is None:
        return words.say(N_("no case"))
    return words.say(
        N_("%(value)s of %(cases)s cases, surely between %(low)s and %(high)s"),
        value=_value(words, code, found["value"]), cases=words.number(found["cases"]),
        low=_value(words, code, found["low"]), high=_value(words, code, found["high"]),
    )  # fmt: skip


def _value(words: Words, code: str, value: float) -> str:
    match INDICATORS[code].kind:
        case Kind.SHARE:
            return words.percent(value)
        case Kind.NUMBER:
            return words.number(value, 0 if value == int(value) else 1)
        case Kind.DAYS:
            return days(words, INDICATORS[code], round(value))


def has_changed(session: Session, office_id: int, since: datetime) -> bool:
    """Return whether any step was taken in a nonconformity of an office after an instant."""
    entry, theirs = NonconformityEntry, select(Nonconformity.id).where(Nonconformity.office_id == office_id)
    return bool(session.scalar(select(exists().where(entry.nonconformity_id.in_(theirs), entry.at > since))))
