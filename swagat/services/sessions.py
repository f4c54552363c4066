"""Sign-ins that can be ended from here: the browser holds a random token, the table its digest."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, aliased

from swagat.database import db, transaction
from swagat.domain.errors import NotFound
from swagat.domain.roles import Actor, Role
from swagat.models import Office, Person, Posting, StaffSession
from swagat.services import mandates

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Post:
    """A posting as it is shown: the role, and the office with its names and the title of its head."""

    posting_id: int
    role: Role
    is_acting: bool
    name_en: str
    name_hi: str
    name_gu: str
    title_en: str
    title_hi: str
    title_gu: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a token stands for now: the actor, and what the head of each page says of them."""

    actor: Actor
    name_en: str
    name_local: str
    language: str
    post: Post
    has_other_posts: bool
    seen_at: datetime


def actor_for(token: str, now: datetime, idle: timedelta = IDLE) -> SignedIn | None:
    """Return who a token stands for, or None when the session, the person or the posting is over.

    It takes one statement, and for an auditor a second for their mandate.
    """
    asked = {"digest": _digest(token), "now": now, "seen_after": now - idle, "begun_after": now - LONGEST}
    row = db.session.execute(_signed_in(), asked).one_or_none()
    if row is None:
        return None
    actor = Actor(
        role=row.role,
        person_id=row.person_id,
        posting_id=row.id,
        office_id=row.office_id,
        state_id=row.state_id,
        mandate=mandates.of_posting(db.session(), row.id) if row.role is Role.AUDITOR else None,
    )
    return SignedIn(actor, row.person_en, row.person_local, row.language, _post(row), row.has_other_posts, row.seen_at)


@cache
def _signed_in() -> Select[Any]:
    # Made once: every page of the staff asks it, and putting it together cost more than running it.
    now: BindParameter[datetime] = bindparam("now")
    other = aliased(Posting)
    others = exists().where(other.person_id == Person.id, other.id != Posting.id, *_held_at(other, now))
    shown = (
        Person.name_en.label("person_en"),
        Person.name_local.label("person_local"),
        Person.language,
        StaffSession.seen_at,
        others.label("has_other_posts"),
    )
    return (
        _posts(now)
        .add_columns(*shown)
        .join(Person, Person.id == Posting.person_id)
        .join(StaffSession, and_(StaffSession.posting_id == Posting.id, StaffSession.person_id == Person.id))
        .where(Person.is_active, *_alive(bindparam("digest"), bindparam("seen_after"), bindparam("begun_after")))
    )


def keep_alive(token: str, seen_at: datetime, now: datetime) -> None:
    """Note that a session is in use, at most once a minute: a reader should not write on every page."""
    if now - seen_at < SEEN_EVERY:
        return
    with transaction() as session:
        seen = update(StaffSession).where(StaffSession.token_digest == _digest(token))
        session.execute(seen.where(StaffSession.seen_at < now).values(seen_at=now))


def posts_of(person_id: int, now: datetime) -> list[Post]:
    """Return the postings a person may act in now, their own before those held for somebody absent."""
    return [_post(row) for row in db.session.execute(_posts_of(person_id, now))]


def switch_posting(token: str, posting_id: int, now: datetime, idle: timedelta = IDLE) -> None:
    """Let a session act in another posting of the same person, raising NotFound when there is none like that."""
    with transaction() as session:
        person_id = held_by(session, token, now, idle)[0]
        if posting_id not in {row.id for row in session.execute(_posts_of(person_id, now))}:
            raise NotFound
        switched = update(StaffSession).where(StaffSession.token_digest == _digest(token))
        session.execute(switched.values(posting_id=posting_id))


def sign_out(token: str, now: datetime) -> None:
    """End a session, so that a copy of its cookie is worth nothing; one that is over or unknown stays so."""
    with transaction() as session:
        _end(session, now, StaffSession.token_digest == _digest(token))


def end_sessions(person_id: int, now: datetime) -> int:
    """End every session of a person and return how many there were."""
    with transaction() as session:
        return end_all(session, person_id, now)


def end_all(session: Session, person_id: int, now: datetime) -> int:
    """End every session of a person within a use case and return how many there were."""
    return _end(session, now, StaffSession.person_id == person_id)


def begin(session: Session, person_id: int, now: datetime, posting_id: int | None = None) -> str | None:
    """Return the token of a new session in this or the first posting held now, or None when there is no such."""
    held = [row.id for row in session.execute(_posts_of(person_id, now))]
    if posting_id is None and held:
        posting_id = held[0]
    if posting_id not in held:
        return None
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(token_digest=_digest(token), person_id=person_id, posting_id=posting_id, begun_at=now, seen_at=now)
    )
    return token


def held_by(session: Session, token: str, now: datetime, idle: timedelta = IDLE) -> tuple[int, int]:
    """Return the ids of the person and posting of a session, raising NotFound when it is over."""
    alive = select(StaffSession.person_id, StaffSession.posting_id).where(
        *_alive(_digest(token), now - idle, now - LONGEST)
    )
    row = session.execute(alive).one_or_none()
    if row is None:
        raise NotFound
    return row.person_id, row.posting_id


def sweep_sessions(now: datetime) -> int:
    """Delete the sessions that were over 30 days ago, ended or not, and return how many there were.

    So long they can tell who was signed in when something was done that nobody admits.
    """
    over = now - KEPT
    were_over = or_(StaffSession.ended_at < over, StaffSession.begun_at < over - LONGEST)
    with transaction() as session:
        gone = session.execute(delete(StaffSession).where(were_over))
        assert isinstance(gone, CursorResult)
        return gone.rowcount


def _digest(token: str) -> bytes:
    # The token is 256 random bits, so a plain digest gives nothing to guess.
    return hashlib.sha256(token.encode()).digest()


def _alive(digest: Any, seen_after: Any, begun_after: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        StaffSession.token_digest == digest,
        StaffSession.ended_at.is_(None),
        StaffSession.seen_at > seen_after,
        StaffSession.begun_at > begun_after,
    )


def _held_at(posting: type[Posting], now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return posting.begins_at <= now, or_(posting.ends_at.is_(None), posting.ends_at > now)


def _posts(now: datetime | BindParameter[datetime]) -> Select[Any]:
    titles = (
        Office.name_en,
        Office.name_hi,
        Office.name_gu,
        Office.title_en,
        Office.title_hi,
        Office.title_gu,
    )
    return (
        select(Posting.id, Posting.person_id, Posting.role, Posting.is_acting)
        .add_columns(Posting.office_id, Office.state_id, *titles)
        .join(Office, Office.id == Posting.office_id)
        .where(Office.is_active, *_held_at(Posting, now))
    )


def _posts_of(person_id: int, now: datetime) -> Select[Any]:
    mine = _posts(now).where(Posting.person_id == person_id)
    return mine.order_by(Posting.is_acting, Posting.begins_at.desc(), Posting.id)


def _post(row: Row[Any]) -> Post:
    return Post(
        row.id,
        row.role,
        row.is_acting,
        row.name_en,
        row.name_hi,
        row.name_gu,
        row.title_en,
        row.title_hi,
        row.title_gu,
    )


def _end(session: Session, now: datetime, which: ColumnElement[bool]) -> int:
    ended = session.execute(update(StaffSession).where(which, StaffSession.ended_at.is_(None)).values(ended_at=now))
    assert isinstance(ended, CursorResult)
    return ended.rowcount
