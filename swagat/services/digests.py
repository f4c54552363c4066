"""The morning digest: one text for each officer and head who has open cases, with three numbers and nothing else."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.messages import MessageKey
from swagat.domain.roles import Role
from swagat.domain.working_time import INDIA, WorkingCalendar
from swagat.models import Grievance, Office, Person, Posting, SmsMessage
from swagat.services import catalogue
from swagat.services.absences import day_in_india, held, is_away
from swagat.services.bulk import insert_rows
from swagat.services.scope import HANDLING, HEADING
from swagat.services.supervised import Measure, condition_of, days_of
from swagat.services.telling import order_row

# A run that was missed is made up for on the same day only while people are at work.
FIRST_AT, LAST_AT = time(9, 30), time(18, 0)
VARIABLES = {Measure.OPEN: "open_cases", Measure.LATE: "late_cases", Measure.AT_RISK: "cases_at_risk"}
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DigestReport:
    """How many texts were ordered by this run, and how many people have no mobile number to send one to."""

    ordered: int = 0
    unreachable: int = 0

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)


class _Post(NamedTuple):
    posting_id: int
    person_id: int
    office_id: int
    role: Role
    mobile: str | None
    language: str


def send(now: datetime) -> DigestReport:
    """Order today's digest of every state that works today, once for each person however often it is run."""
    if not FIRST_AT <= now.astimezone(INDIA).time() < LAST_AT:
        return DigestReport()
    ordered = unreachable = 0
    for state in catalogue.states():
        calendar = catalogue.calendar(state.id)
        if calendar.is_working_day(calendar.day_of(now)):
            some = _send_in(state.id, calendar, now)
            ordered, unreachable = ordered + some.ordered, unreachable + some.unreachable
    return DigestReport(ordered, unreachable)


def _send_in(state_id: int, calendar: WorkingCalendar, now: datetime) -> DigestReport:
    with transaction() as session:
        numbers = _Numbers(session, state_id, days_of(calendar, now))
        of_person: dict[int, Counter[Measure]] = {}
        people: dict[int, _Post] = {}
        for post in _posts(session, state_id, now):
            people[post.person_id] = post
            of_person.setdefault(post.person_id, Counter()).update(numbers.of(post))
        due = [(people[one], counted) for one, counted in sorted(of_person.items()) if counted[Measure.OPEN]]
        rows = [_row(post, counted, now) for post, counted in due if post.mobile]
        table = table_of(SmsMessage)
        ordered = sum(
            insert_rows(session, table, rows[at : at + ROWS_AT_ONCE], ("cause", "recipient", "template"))
            for at in range(0, len(rows), ROWS_AT_ONCE)
        )
    return DigestReport(ordered, len(due) - len(rows))


def _posts(session: Session, state_id: int, now: datetime) -> Sequence[_Post]:
    """Return the officers and heads who are at their posts today."""
    statement = (
        select(Posting.id, Posting.person_id, Posting.office_id, Posting.role, Person.mobile, Person.language)
        .join(Person, Person.id == Posting.person_id)
        .join(Office, Office.id == Posting.office_id)
        .where(
            Office.state_id == state_id,
            Posting.role.in_(HANDLING),
            Person.is_active,
            *held(now),
            ~is_away(day_in_india(now)),
        )
    )
    return [_Post._make(row) for row in session.execute(statement)]


class _Numbers:
    """The open cases of a state, by officer, by working office, and by the office that they came up to."""

    def __init__(self, session: Session, state_id: int, days: dict[str, Any]) -> None:
        self._session, self._state_id, self._days = session, state_id, days
        came_up = Grievance.answerable_office_id != Grievance.office_id
        self._by_officer = self._read(Grievance.officer_posting_id)
        self._by_office = self._read(Grievance.office_id)
        self._came_up = self._read(Grievance.answerable_office_id, came_up)
        self._accused = self._read_accused()

    def of(self, post: _Post) -> Counter[Measure]:
        """Return what is counted for somebody at a post; what is about them or their office is left out."""
        mine = Counter(self._by_officer.get(post.posting_id, Counter()))
        if post.role in HEADING:
            mine = Counter(self._by_office.get(post.office_id, Counter()))
            mine.update(self._came_up.get(post.office_id, Counter()))
        for row in self._accused:
            is_about = row.accused_person_id == post.person_id or row.accused_office_id == post.office_id
            if is_about and self._is_counted(post, row):
                mine.subtract({one: int(row[at]) for at, one in enumerate(VARIABLES)})
        return mine

    def _is_counted(self, post: _Post, row: Any) -> bool:
        if post.role in HEADING:
            return post.office_id in (row.office_id, row.answerable_office_id)
        return bool(row.officer_posting_id == post.posting_id)

    def _read(self, key: Any, *conditions: Any) -> dict[int, Counter[Measure]]:
        sums = [func.sum(case((condition_of(one), 1), else_=0)) for one in VARIABLES]
        statement = (
            select(key, *sums)
            .where(Grievance.state_id == bindparam("state_id"), condition_of(Measure.OPEN), *conditions)
            .where(key.is_not(None))
            .group_by(key)
        )
        return {
            row[0]: Counter({one: int(row[at]) for at, one in enumerate(VARIABLES, start=1)})
            for row in self._session.execute(statement, self._days | {"state_id": self._state_id})
        }

    def _read_accused(self) -> Sequence[Any]:
        about_somebody = or_(Grievance.accused_office_id.is_not(None), Grievance.accused_person_id.is_not(None))
        marks = [case((condition_of(one), 1), else_=0) for one in VARIABLES]
        statement = (
            select(*marks, Grievance.accused_office_id, Grievance.accused_person_id, Grievance.office_id)
            .add_columns(Grievance.answerable_office_id, Grievance.officer_posting_id)
            .where(and_(Grievance.state_id == bindparam("state_id"), condition_of(Measure.OPEN), about_somebody))
        )
        return self._session.execute(statement, self._days | {"state_id": self._state_id}).all()


def _row(post: _Post, counted: Counter[Measure], now: datetime) -> dict[str, Any]:
    cause, recipient = f"digest:{day_in_india(now).isoformat()}", f"person:{post.person_id}:{post.mobile}"
    variables = {name: counted[measure] for measure, name in VARIABLES.items()}
    return order_row(cause, MessageKey.STAFF_DIGEST, recipient, post.mobile or "", post.language, variables, now)
