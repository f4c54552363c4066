"""All that happened to a grievance, in order, for its page: entries, texts, papers and who held it how long."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from swagat.database import table_of
from swagat.domain.custody import Custody, Moment, custody
from swagat.domain.names import Name
from swagat.domain.roles import Role
from swagat.domain.workflow import Action, ClockState, Status
from swagat.domain.working_time import WorkingCalendar
from swagat.models import Document, DocumentKind, GrievanceEvent, Office, Person, Posting, Remark, RemarkKind


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a page lists it; without `id` it waits for release and only its presence is known."""

    id: int | None
    name: str
    size: int
    media_type: str
    captured: Mapping[str, Any]


class PersonName(NamedTuple):
    """What a person is called, in English and in the language of the state."""

    name_en: str
    name_local: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One register entry with what was written and handed in with it; `post` is where its author is posted.

    `new_answerable` is the office that answers from then on, where the entry changed that to another than holds it;
    `given_to` is the officer who has the case from then on.

    The author's own name is for the offices: the complainant deals with a post and not with a person.
    """

    seq: int
    at: datetime
    action: Action
    role: Role
    post: Name | None
    person: PersonName | None
    office: Name
    status_after: Status
    level_after: int
    cycle: int
    is_visible: bool
    payload: Mapping[str, Any]
    texts: Sequence[tuple[RemarkKind, str]] = ()
    papers: Sequence[Paper] = ()
    new_answerable: Name | None = None
    given_to: PersonName | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What happened, oldest first, and the custody intervals with the names of their offices.

    Where the clock never stood still, or nothing was ever proposed, there is no pause or proposal to look for.
    """

    happenings: list[Happening]
    held: list[tuple[Name, Custody]]
    office_names: dict[int, Name] = field(default_factory=dict)
    was_paused: bool = True
    was_proposed: bool = True


def history(
    session: Session,
    grievance_id: int,
    now: datetime,
    calendar: WorkingCalendar,
    for_citizen: bool,
    sees_held: bool = False,
    sees_capture: bool = False,
) -> History:
    """Return the history in at most four statements; for a citizen without internal notes and staff-only payload.

    Papers, officers who were given it, and offices that an escalation passed over are only read where there are any.
    `sees_held` opens the papers that wait for release, to who may release them; `sees_capture` tells when and where
    evidence was taken, to who decides.
    """
    rows = _events(session, grievance_id)
    # An entry says whether anything was written or handed in with it, so what is not there is not asked for.
    texts = _texts(session, grievance_id) if any("texts" in row.payload for row in rows) else {}
    has_papers = any("document" in row.payload for row in rows)
    papers = _papers(session, grievance_id, for_citizen, sees_held, sees_capture) if has_papers else {}
    names: dict[int, Name] = {row.office_after_id: _office_name(row) for row in rows}
    names |= {row.answerable_after_id: _answerable_name(row) for row in rows}
    given_to = set() if for_citizen else _given_to(rows)
    officers, passed_over = _names_of(session, given_to, _passed_over(rows) - names.keys())
    names |= passed_over
    happenings = [
        Happening(
            row.seq,
            row.at,
            row.action,
            row.role,
            Name(row.post_en, row.post_hi, row.post_gu) if row.post_en else None,
            PersonName(row.person_en, row.person_local) if row.person_en and not for_citizen else None,
            names[row.office_after_id],
            row.status_after,
            row.level_after,
            row.cycle,
            row.is_visible,
            {key: value for key, value in row.payload.items() if not (for_citizen and key in STAFF_ONLY)},
            () if for_citizen and row.action in BETWEEN_OFFICES else texts.get(row.seq, ()),
            papers.get(row.seq, ()),
            _answerable_name(row) if _answers_anew(row) else None,
            officers.get(row.payload.get("officer_posting_id")),
        )
        for row in rows
        if row.is_visible or not for_citizen
    ]
    moments = [Moment(row.at, row.office_after_id, ClockState(row.clock_after)) for row in rows]
    until = next((row.at for row in reversed(rows) if row.status_after is Status.CLOSED), now)
    held = [(names[one.office_id], one) for one in custody(moments, until, calendar)]
    return History(
        happenings,
        held,
        names,
        was_paused=any(row.clock_after != ClockState.RUNS for row in rows),
        was_proposed=any(row.action == Action.PROPOSE for row in rows),
    )


STAFF_ONLY = frozenset({"like", "warned", "texts", "officer_posting_id"})
# The complainant sees that a superior ordered something and by when; the words are for the office that carries it out.
BETWEEN_OFFICES = frozenset({Action.DIRECT, Action.REPORT_DIRECTION, Action.ACCEPT_DIRECTION, Action.RETURN_DIRECTION})


def _events(session: Session, grievance_id: int) -> Sequence[Any]:
    return session.execute(_events_statement(), {"grievance_id": grievance_id}).all()


# The statements of a page are made once: putting one together costs several times what running it does.
@cache
def _events_statement() -> Select[Any]:
    office, entry, posting, person = (table_of(one) for one in (Office, GrievanceEvent, Posting, Person))
    after, posted, answerable = office.alias(), office.alias(), office.alias()
    return (
        select(
            entry.c.seq,
            entry.c.at,
            entry.c.action,
            entry.c.role,
            entry.c.status_after,
            entry.c.level_after,
            entry.c.clock_after,
            entry.c.cycle,
            entry.c.is_visible,
            entry.c.payload,
            entry.c.office_after_id,
            after.c.name_en,
            after.c.name_hi,
            after.c.name_gu,
            posted.c.name_en.label("post_en"),
            posted.c.name_hi.label("post_hi"),
            posted.c.name_gu.label("post_gu"),
            person.c.name_en.label("person_en"),
            person.c.name_local.label("person_local"),
            entry.c.answerable_before_id,
            entry.c.answerable_after_id,
            answerable.c.name_en.label("answerable_en"),
            answerable.c.name_hi.label("answerable_hi"),
            answerable.c.name_gu.label("answerable_gu"),
        )
        .join_from(entry, after, after.c.id == entry.c.office_after_id)
        .join(answerable, answerable.c.id == entry.c.answerable_after_id)
        .outerjoin(posting, posting.c.id == entry.c.posting_id)
        .outerjoin(posted, posted.c.id == posting.c.office_id)
        .outerjoin(person, person.c.id == entry.c.person_id)
        .where(entry.c.grievance_id == bindparam("grievance_id"))
        .order_by(entry.c.seq)
    )


def _office_name(row: Any) -> Name:
    return Name(row.name_en, row.name_hi, row.name_gu)


def _answerable_name(row: Any) -> Name:
    return Name(row.answerable_en, row.answerable_hi, row.answerable_gu)


def _answers_anew(row: Any) -> bool:
    return row.answerable_before_id is not None and row.answerable_after_id not in (
        row.answerable_before_id,
        row.office_after_id,
    )


def _passed_over(rows: Sequence[Any]) -> set[int]:
    return {one["office_id"] for row in rows for one in row.payload.get("passed_over", ())}


def _given_to(rows: Sequence[Any]) -> set[int]:
    """Return the postings that these entries gave the case to."""
    return {one for row in rows if (one := row.payload.get("officer_posting_id")) is not None}


def _names_of(
    session: Session, posting_ids: set[int], office_ids: set[int]
) -> tuple[dict[int, PersonName], dict[int, Name]]:
    """Return who holds these postings, and what these offices are called."""
    if not posting_ids and not office_ids:
        return {}, {}
    asked = {"posting_ids": list(posting_ids), "office_ids": list(office_ids)}
    officers: dict[int, PersonName] = {}
    offices: dict[int, Name] = {}
    for row in session.execute(_NAMES, asked):
        if row.is_office:
            offices[row.id] = Name(row.english, row.hindi, row.local)
        else:
            officers[row.id] = PersonName(row.english, row.local)
    return officers, offices


_NAMES = union_all(
    select(literal(False).label("is_office"), Posting.id.label("id"), Person.name_en.label("english"))
    .add_columns(literal("").label("hindi"), Person.name_local.label("local"))
    .join(Person, Person.id == Posting.person_id)
    .where(Posting.id.in_(bindparam("posting_ids", expanding=True))),
    select(literal(True), Office.id, Office.name_en, Office.name_hi, Office.name_gu).where(
        Office.id.in_(bindparam("office_ids", expanding=True))
    ),
)


def _texts(session: Session, grievance_id: int) -> dict[int, list[tuple[RemarkKind, str]]]:
    found: dict[int, list[tuple[RemarkKind, str]]] = defaultdict(list)
    for seq, kind, text in session.execute(_TEXTS, {"grievance_id": grievance_id}):
        found[seq].append((kind, text))
    return found


_REMARKS = table_of(Remark).c
_TEXTS = (
    select(_REMARKS.seq, _REMARKS.kind, _REMARKS.text)
    .where(_REMARKS.grievance_id == bindparam("grievance_id"))
    .order_by(_REMARKS.id)
)
_PAPERS = (
    select(
        Document.id,
        Document.seq,
        Document.kind,
        Document.name,
        Document.size,
        Document.media_type,
        Document.captured_at,
        Document.latitude,
        Document.longitude,
        Document.is_held,
        Document.is_visible,
    )
    .where(Document.grievance_id == bindparam("grievance_id"))
    .order_by(Document.id)
)


def _papers(
    session: Session, grievance_id: int, for_citizen: bool, sees_held: bool, sees_capture: bool
) -> dict[int, list[Paper]]:
    found: dict[int, list[Paper]] = defaultdict(list)
    for document in session.execute(_PAPERS, {"grievance_id": grievance_id}):
        if for_citizen and not document.is_visible:
            continue
        waits = document.is_held and not (for_citizen or sees_held)
        told = sees_capture and not for_citizen and document.kind is DocumentKind.EVIDENCE
        captured = {"at": document.captured_at, "latitude": document.latitude, "longitude": document.longitude}
        found[document.seq].append(
            Paper(
                None if waits else document.id,
                "" if waits else document.name,
                document.size,
                document.media_type,
                captured if told else {},
            )
        )
    return found
