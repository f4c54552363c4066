"""The people of the offices as an administrator sees them: those of their own state, and those never posted yet."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.errors import N_, Invalid, NotFound, Text
from swagat.domain.names import Name
from swagat.domain.phone import parse_mobile
from swagat.domain.roles import Actor, Role
from swagat.models import Grievance, Office, Person, Posting
from swagat.services import accounts

log = logging.getLogger(__name__)

PAGE = 50
MOST_MATCHES = 20
LANGUAGES = ("en", "hi", "gu")


class Post(NamedTuple):
    """One posting of a person, with the names of its office."""

    id: int
    person_id: int
    role: Role
    office: Name
    begins_at: datetime
    ends_at: datetime | None
    is_acting: bool

    def is_over(self, now: datetime) -> bool:
        """Return whether it has ended."""
        return self.ends_at is not None and self.ends_at <= now

    @property
    def last_instant(self) -> datetime | None:
        """Return an instant of the last day, None where no end is set."""
        return self.ends_at - timedelta(seconds=1) if self.ends_at else None

    def has_begun(self, now: datetime) -> bool:
        """Return whether it has begun."""
        return self.begins_at <= now


class PersonRow(NamedTuple):
    """One person and where they are posted, newest posting first."""

    id: int
    login: str
    name: Name
    language: str
    is_active: bool
    has_password: bool
    posts: Sequence[Post]


@dataclass(frozen=True, slots=True)
class People:
    """One page of people by name, and the ids of those beside whom the pages before and after begin."""

    rows: Sequence[PersonRow]
    before: int | None
    after: int | None


def people(
    session: Session, actor: Actor, words: str = "", after: int | None = None, before: int | None = None
) -> People:
    """Return a page of the people whom the administrator keeps, in three statements at most."""
    statement = _columns().where(_kept_by(actor), *_named(words))
    beside = after if after is not None else before
    backwards = before is not None and after is None
    if beside is not None:
        # The address carries an id: a name in it would stay in the history of the browser.
        name = session.scalar(select(Person.name_en).where(Person.id == beside))
        key, here = tuple_(Person.name_en, Person.id), tuple_(literal(name or ""), literal(beside))
        statement = statement.where(key < here if backwards else key > here)
    order = (Person.name_en.desc(), Person.id.desc()) if backwards else (Person.name_en, Person.id)
    rows = session.execute(statement.order_by(*order).limit(PAGE + 1)).all()
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows = rows[::-1]
    posts = _posts(session, [row.id for row in rows])
    shown = [_person_row(row, posts) for row in rows]
    has_before, has_after = (more, True) if backwards else (after is not None, more)
    return People(
        shown,
        shown[0].id if shown and has_before else None,
        shown[-1].id if shown and has_after else None,
    )


def person(session: Session, actor: Actor, person_id: int) -> PersonRow:
    """Return a person whom the administrator keeps with all postings, raising NotFound."""
    row = session.execute(_columns().where(Person.id == person_id, _kept_by(actor))).first()
    if row is None:
        raise NotFound
    return _person_row(row, _posts(session, [person_id]))


def offices_named(session: Session, actor: Actor, words: str) -> list[tuple[int, Name]]:
    """Return at most twenty offices of the state in whose names or titles all words stand; none for no word."""
    wanted = words.split()[:6]
    if not wanted:
        return []
    shown = Office.name_en + " " + Office.name_hi + " " + Office.name_gu + " " + Office.title_en + " " + Office.title_gu
    statement = (
        select(Office.id, Office.name_en, Office.name_hi, Office.name_gu)
        .where(Office.state_id == actor.state_id, Office.is_active)
        .where(*(shown.icontains(word[:60], autoescape=True) for word in wanted))
        .order_by(func.length(Office.name_en), Office.name_en, Office.id)
        .limit(MOST_MATCHES)
    )
    return [(row.id, Name.of(row)) for row in session.execute(statement)]


def open_cases_of(session: Session, posting_ids: Sequence[int]) -> int:
    """Return how many open grievances are with these postings: they have to be given to somebody else."""
    statement = select(func.count()).where(Grievance.officer_posting_id.in_(posting_ids), Grievance.is_open.is_(True))
    return session.scalar(statement) or 0


def make_person(actor: Actor, login: str, name: str, name_local: str, mobile: str, language: str) -> int:
    """Make a person who is posted nowhere and has no password yet, and return the id; raises Invalid."""
    login, name, name_local = accounts.normal_login(login), " ".join(name.split()), " ".join(name_local.split())
    errors: dict[str, Text] = {}
    if not 2 <= len(login) <= accounts.LONGEST_LOGIN or len(login.split()) != 1:
        errors["login"] = Text(accounts.BAD_LOGIN, {"most": accounts.LONGEST_LOGIN})
    if not 0 < len(name) <= accounts.LONGEST_NAME:
        errors["name"] = Text(accounts.BAD_NAME, {"most": accounts.LONGEST_NAME})
    if len(name_local) > accounts.LONGEST_NAME:
        errors["name_local"] = Text(accounts.BAD_NAME, {"most": accounts.LONGEST_NAME})
    number: str | None = None
    if mobile.strip():
        try:
            number = parse_mobile(mobile)
        except Invalid as fault:
            errors["mobile"] = fault.text
    if language not in LANGUAGES:
        errors["language"] = Text(N_("Choose a language."))
    if errors:
        raise Invalid(errors=errors)
    made = Person(login=login, name_en=name, name_local=name_local, mobile=number, language=language)
    try:
        with transaction() as session:
            if session.scalar(select(exists().where(Person.login == login))):
                raise Invalid(errors={"login": Text(accounts.TAKEN)})
            session.add(made)
            session.flush()
            person_id = made.id
    except IntegrityError as fault:
        # Two administrators gave the same name at once: the unique column let only the first one in.
        raise Invalid(errors={"login": Text(accounts.TAKEN)}) from fault
    log.info("administration: person %s made person %s", actor.person_id, person_id)
    return person_id


def _columns() -> Any:
    return select(
        Person.id,
        Person.login,
        Person.name_en,
        Person.name_local,
        Person.language,
        Person.is_active,
        Person.password_hash.is_not(None).label("has_password"),
    )


def _kept_by(actor: Actor) -> ColumnElement[bool]:
    posted_anywhere = exists().where(Posting.person_id == Person.id)
    posted_here = (
        exists()
        .where(Posting.person_id == Person.id)
        .where(Office.id == Posting.office_id, Office.state_id == actor.state_id)
    )
    return or_(posted_here, ~posted_anywhere)


def _named(words: str) -> list[ColumnElement[bool]]:
    return [
        or_(
            *(
                column.icontains(word[:60], autoescape=True)
                for column in (Person.name_en, Person.name_local, Person.login)
            )
        )
        for word in words.split()[:6]
    ]


def _posts(session: Session, person_ids: Sequence[int]) -> dict[int, list[Post]]:
    found: dict[int, list[Post]] = {}
    if not person_ids:
        return found
    statement = (
        select(Posting.id, Posting.person_id, Posting.role, Posting.begins_at, Posting.ends_at, Posting.is_acting)
        .add_columns(Office.name_en, Office.name_hi, Office.name_gu)
        .join(Office, Office.id == Posting.office_id)
        .where(Posting.person_id.in_(person_ids))
        .order_by(Posting.begins_at.desc(), Posting.id.desc())
    )
    for row in session.execute(statement):
        post = Post(row.id, row.person_id, row.role, Name.of(row), row.begins_at, row.ends_at, row.is_acting)
        found.setdefault(row.person_id, []).append(post)
    return found


def _person_row(row: Any, posts: dict[int, list[Post]]) -> PersonRow:
    name = Name(row.name_en, row.name_local, row.name_local)
    return PersonRow(row.id, row.login, name, row.language, row.is_active, row.has_password, posts.get(row.id, ()))
