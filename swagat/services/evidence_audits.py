"""The internal audits of an office in a printed evidence pack (9.2): the programme, the draw, and what was found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from swagat.domain.errors import N_
from swagat.domain.internal_audits import CHECKLIST, AuditState, number_of, state_of
from swagat.domain.names import Name
from swagat.domain.quality import labels
from swagat.domain.quality.periods import Span
from swagat.domain.quality.sections import Block, Heading, Note, Paragraph, Section, Table
from swagat.models import AuditAnswer, AuditedCase, Grievance, InternalAudit, Office
from swagat.services.evidence_material import Material


def section(material: Material) -> Section:
    """Return the audits that look at months of the period or are planned in it, and in full those reported."""
    words, session = material.words, material.session
    audits = _programme(material)
    if not audits:
        none = Paragraph(words.say(N_("No internal audit was on the programme in this period.")))
        return Section(*material.heading("audits"), [none])
    reported = [row[0] for row in audits if _state(row[0], material.asked.as_of) is AuditState.REPORTED]
    answers = _answers(session, [one.id for one in reported])
    cases = _cases(session, [one.id for one in reported])
    blocks: list[Block] = [_table(material, audits)]
    for one in reported:
        blocks += _report(material, one, answers.get(one.id, {}), cases.get(one.id, []))
    return Section(*material.heading("audits"), blocks)


def _programme(material: Material) -> Sequence[Any]:
    """Return the audits of the programme with the name of the auditor's office, in one statement."""
    span, one = material.asked.span, InternalAudit
    looks_at = (one.first_month <= span.last) & (one.last_month >= span.first)
    is_held = (one.planned_on >= span.first) & (one.planned_on < material.ends.date())
    return material.session.execute(
        select(one, Office.name_en, Office.name_hi, Office.name_gu)
        .join(Office, Office.id == one.auditor_office_id)
        .where(one.office_id == material.office_id, or_(looks_at, is_held), one.planned_at <= material.asked.as_of)
        .order_by(one.planned_on, one.id)
    ).all()


def _state(one: InternalAudit, as_of: datetime) -> AuditState:
    """Return how far an audit had come at an instant."""

    def by_then(at: datetime | None) -> datetime | None:
        return at if at is not None and at <= as_of else None

    return state_of(by_then(one.drawn_at), by_then(one.reported_at), by_then(one.cancelled_at))


def _table(material: Material, audits: Sequence[Any]) -> Table:
    words = material.words
    names = (N_("Audit"), N_("Months looked at"), N_("Day of the visit"), N_("Auditor of"), N_("Status"))
    rows = []
    for row in audits:
        one: InternalAudit = row[0]
        state = _state(one, material.asked.as_of)
        rows.append(
            (number_of(one.year, one.running), words.period(Span("", one.first_month, one.last_month)),
             words.day(one.planned_on), words.name(Name.of(row)), words.say(labels.AUDIT_STATES[state]))
        )  # fmt: skip
    columns = [words.say(name) for name in names]
    return Table(words.say(N_("The programme")), columns, rows, (16, 26, 20, 26, 12), numbers=5)


def _report(
    material: Material, one: InternalAudit, answers: Mapping[str, AuditAnswer], cases: Sequence[Any]
) -> list[Block]:
    words = material.words
    drawn = words.say(
        N_("%(drawn)s of %(whole)s answers of these months were drawn by lot."),
        drawn=words.number(len(cases)), whole=words.number(one.population),
    )  # fmt: skip
    blocks: list[Block] = [
        Heading(number_of(one.year, one.running)),
        Paragraph(drawn),
        Note(words.say(N_("Seed, from which anybody can draw the same again")), one.seed),
    ]
    rows = [
        (question.clause, words.say(question.text), _finding(material, answers.get(question.code)))
        for question in CHECKLIST
    ]
    columns = [words.say(name) for name in (N_("Clause"), N_("Question"), N_("Found"))]
    blocks.append(Table(words.say(N_("What was found, question by question")), columns, rows, (10, 66, 24), numbers=3))
    for question in CHECKLIST:
        answer = answers.get(question.code)
        if answer is not None and answer.evidence:
            shown = words.say(N_("What shows it, clause %(clause)s"), clause=question.clause)
            blocks.append(Note(shown, answer.evidence))
    if cases:
        names = (N_("Place in the draw"), N_("Case"), N_("What its papers show"))
        drawn_rows = [
            (words.number(row.place), row.registration_number or "", _case_finding(material, row.finding))
            for row in cases
        ]
        blocks.append(
            Table(words.say(N_("The cases drawn")), [words.say(name) for name in names], drawn_rows, (20, 34, 46),
                  numbers=3)
        )  # fmt: skip
    blocks += [
        Note(words.say(N_("What the papers of %(number)s show"), number=row.registration_number or ""), row.evidence)
        for row in cases
        if row.evidence
    ]
    return [*blocks, Note(words.say(N_("Conclusion")), one.conclusion or words.say(N_("Not given")))]


def _finding(material: Material, answer: AuditAnswer | None) -> str:
    if answer is None or answer.finding is None:
        return material.words.say(N_("Not given"))
    return material.words.say(labels.FINDINGS[answer.finding])


def _case_finding(material: Material, finding: Any) -> str:
    return material.words.say(labels.CASE_FINDINGS[finding] if finding is not None else N_("Not given"))


def _answers(session: Session, audit_ids: Sequence[int]) -> dict[int, dict[str, AuditAnswer]]:
    found: dict[int, dict[str, AuditAnswer]] = {}
    for one in session.scalars(select(AuditAnswer).where(AuditAnswer.audit_id.in_(audit_ids))):
        found.setdefault(one.audit_id, {})[one.question] = one
    return found


def _cases(session: Session, audit_ids: Sequence[int]) -> dict[int, list[Any]]:
    one = AuditedCase
    rows = session.execute(
        select(one.audit_id, one.place, one.finding, one.evidence, Grievance.registration_number)
        .join(Grievance, Grievance.id == one.grievance_id)
        .where(one.audit_id.in_(audit_ids))
        .order_by(one.audit_id, one.place)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.audit_id, []).append(row)
    return found


def has_changed(session: Session, office_id: int, since: datetime) -> bool:
    """Return whether an audit of an office was planned, drawn, reported or taken off after an instant."""
    one = InternalAudit
    later = or_(one.planned_at > since, one.drawn_at > since, one.reported_at > since, one.cancelled_at > since)
    return bool(session.scalar(select(exists().where(one.office_id == office_id, later))))
