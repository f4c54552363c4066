"""Internal audits as their auditor makes them: cases are drawn, what is found is noted, and at the end reported.

What was reported stays as it was reported. `swagat.domain.internal_audits` says how the draw is repeated by hand.
"""

from datetime import datetime, time
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, union, update
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, transaction
from swagat.domain.errors import N_, AlreadyDone, Invalid, NotFound, Refused, Stale
from swagat.domain.internal_audits import (
    CODES,
    NONCONFORMITIES,
    NOT_THEIR_OWN,
    AuditState,
    CaseFinding,
    Finding,
    Paper,
    clause_of,
    faults_of_draft,
    faults_of_report,
    number_of,
    seed_for,
    state_of,
)
from swagat.domain.nonconformities import Severity, Source
from swagat.domain.quality.measures import Measure, next_month
from swagat.domain.quality.sampling import draw as draw_some
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.working_time import INDIA
from swagat.models import (
    AuditAnswer,
    AuditedCase,
    CaseCount,
    FilingMode,
    Grievance,
    GrievanceEvent,
    InternalAudit,
    Uncounted,
)
from swagat.services import catalogue, nonconformity_opening
from swagat.services.disposal_draws import DISPOSING
from swagat.services.scope import not_accused


def draw(actor: Actor, audit_id: int, now: datetime) -> int:
    """Draw the cases of an audit, once and for all, and return how many.

    Raises NotFound for everybody but its auditor, Refused before the period has ended, and AlreadyDone once drawn.
    """
    with transaction() as session:
        audit = _own(session, actor, audit_id)
        if audit.drawn_at is not None:
            raise AlreadyDone(N_("The cases of this audit are drawn already."))
        if next_month(audit.last_month) > catalogue.calendar(audit.state_id).day_of(now):
            raise Refused(N_("This period has not ended yet: its cases could still be added to."))
        disposals = _disposals(session, actor, audit)
        number = number_of(audit.year, audit.running)
        audit.seed = seed_for(catalogue.state(audit.state_id).short, number, (one.digest for one in disposals))
        # Of a case that was disposed twice in the period the later disposal is looked at; of one that is about the
        # auditor, or about the office in which they sit, none.
        latest = {one.grievance_id: one.seq for one in sorted(disposals, key=lambda one: one.seq) if one.is_not_about}
        drawn = draw_some(list(latest), audit.seed, audit.sample_size)
        audit.population, audit.drawn_at = len(latest), now
        rows = [
            {"audit_id": audit.id, "place": place, "grievance_id": one, "disposed_seq": latest[one], "evidence": ""}
            for place, one in enumerate(drawn, 1)
        ]
        if rows:
            session.execute(insert(AuditedCase), rows)
        return len(rows)


def keep(
    actor: Actor,
    audit_id: int,
    paper: Paper,
    version: int,
    now: datetime,
    rules: Rules,
    *,
    is_report: bool = False,
) -> None:
    """Keep what the auditor has noted so far, or report it: from then on nothing of it changes.

    A report opens a nonconformity about the office for each question that was answered so, in the auditor's words.

    Raises NotFound for everybody but its auditor, Stale when it was kept from another page meanwhile, Invalid for what
    is missing, and Refused before cases are drawn and once it is reported.
    """
    with transaction() as session:
        audit = _own(session, actor, audit_id)
        if audit.drawn_at is None:
            raise Refused(N_("Draw the cases first."))
        if audit.version != version:
            raise Stale(N_("This audit was kept from another page after this one was opened. Look at it again."))
        sampled = session.scalar(select(func.count()).where(AuditedCase.audit_id == audit.id)) or 0
        faults = faults_of_report(paper, sampled) if is_report else faults_of_draft(paper)
        if faults:
            raise Invalid(errors=faults)
        _write(session, audit.id, paper)
        audit.conclusion, audit.version = paper.conclusion.strip(), audit.version + 1
        if is_report:
            audit.reported_at = now
            _open_nonconformities(session, audit, paper, now, rules)


def _open_nonconformities(session: Session, audit: InternalAudit, paper: Paper, now: datetime, rules: Rules) -> None:
    number = number_of(audit.year, audit.running)
    for code in CODES:
        answer = paper.answers[code]
        if answer.finding in NONCONFORMITIES:
            nonconformity_opening.open_by_system(
                session,
                Source.INTERNAL_AUDIT,
                audit.office_id,
                reference_of(audit.id, code),
                now,
                rules,
                severity=Severity(answer.finding),
                statement=f"{number}, {clause_of(code)}: {answer.evidence.strip()}",
            )


def reference_of(audit_id: int, code: str) -> str:
    """Return under which reference the nonconformity of a question was opened."""
    return f"audit {audit_id} {code}"


def _write(session: Session, audit_id: int, paper: Paper) -> None:
    session.execute(delete(AuditAnswer).where(AuditAnswer.audit_id == audit_id))
    rows = [
        {
            "audit_id": audit_id,
            "question": code,
            "finding": Finding(answer.finding) if answer.finding else None,
            "evidence": answer.evidence.strip(),
        }
        for code, answer in paper.answers.items()
        if code in CODES
    ]
    if rows:
        session.execute(insert(AuditAnswer), rows)
    for place, answer in paper.cases.items():
        found = CaseFinding(answer.finding) if answer.finding else None
        one = and_(AuditedCase.audit_id == audit_id, AuditedCase.place == place)
        session.execute(update(AuditedCase).where(one).values(finding=found, evidence=answer.evidence.strip()))


def held_audit(session: Session, state_id: int, audit_id: int) -> InternalAudit:
    """Return an audit of a state that nobody else acts on until the transaction ends, raising NotFound."""
    asked = select(InternalAudit).where(InternalAudit.id == audit_id, InternalAudit.state_id == state_id)
    if not is_sqlite(session):
        asked = asked.with_for_update(key_share=True)
    audit = session.scalars(asked.execution_options(populate_existing=True)).first()
    if audit is None:
        raise NotFound
    return audit


def _own(session: Session, actor: Actor, audit_id: int) -> InternalAudit:
    """Return an audit to its auditor, raising NotFound for others and Refused when there is nothing to do in it."""
    audit = held_audit(session, actor.state_id or 0, audit_id)
    if audit.auditor_id != actor.person_id:
        raise NotFound
    if audit.office_id == actor.office_id:
        raise Refused(NOT_THEIR_OWN)
    match state_of(audit.drawn_at, audit.reported_at, audit.cancelled_at):
        case AuditState.REPORTED:
            raise Refused(N_("This audit has been reported and stays as it is."))
        case AuditState.CANCELLED:
            raise Refused(N_("This audit was taken off the programme."))
    return audit


def _disposals(session: Session, actor: Actor, audit: InternalAudit) -> list[Any]:
    """Return every disposal of the office in the period, imported ones apart: those have no papers to look at."""
    begins, ends = (datetime.combine(day, time(), INDIA) for day in (audit.first_month, next_month(audit.last_month)))
    counted = select(CaseCount.grievance_id).where(
        CaseCount.office_id == audit.office_id,
        CaseCount.measure == Measure.DISPOSED,
        CaseCount.month.between(audit.first_month, audit.last_month),
    )
    theirs = union(counted, select(Uncounted.grievance_id)).subquery()
    entry = GrievanceEvent
    rows = session.execute(
        select(entry.grievance_id, entry.seq, entry.digest, not_accused(actor).label("is_not_about"))
        .join(theirs, theirs.c.grievance_id == entry.grievance_id)
        .join(Grievance, Grievance.id == entry.grievance_id)
        .where(
            entry.action.in_(DISPOSING),
            entry.answerable_after_id == audit.office_id,
            entry.at >= begins,
            entry.at < ends,
            Grievance.mode != FilingMode.IMPORTED,
        )
    )
    return list(rows)
