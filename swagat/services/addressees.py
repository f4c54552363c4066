"""Whom the news of a case concerns in the offices: who is at the post, else who stands in for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from swagat.domain.messages import Audience, MessageKey, audience_of
from swagat.domain.roles import Role
from swagat.models import Grievance, Person, Posting
from swagat.services.absences import day_in_india, is_away
from swagat.services.posts import HEADS, Posts


@dataclass(frozen=True, slots=True)
class Telling:
    """One register entry and whom it concerns, as it stands after the entry.

    `variables` holds ISO dates, and ids of offices other than the case's own, by the names in domain/messages.py;
    numbers and names are looked up when the text is sent. The accused person is never told.
    """

    cause: str
    grievance_id: int
    complainant_id: int
    complainant_mobile: str | None = field(repr=False)
    complainant_language: str
    phone_is_shared: bool
    officer_posting_id: int | None
    office_id: int
    answerable_office_id: int
    variables: Mapping[str, Any] = field(default_factory=dict)
    accused_person_id: int | None = None
    directing_office_id: int | None = None


class Post(NamedTuple):
    """A posting held now by somebody who is not away; without a mobile number no text reaches them."""

    id: int
    office_id: int
    role: Role
    person_id: int
    mobile: str | None
    language: str


_STAFF = (
    select(Posting.id, Posting.office_id, Posting.role, Person.id, Person.mobile, Person.language)
    .join(Person, Person.id == Posting.person_id)
    .where(
        or_(
            Posting.id.in_(bindparam("posting_ids", expanding=True)),
            Posting.office_id.in_(bindparam("office_ids", expanding=True)) & Posting.role.in_(HEADS),
        ),
        Posting.begins_at <= bindparam("now"),
        or_(Posting.ends_at.is_(None), Posting.ends_at > bindparam("now")),
        Person.is_active,
        ~is_away(bindparam("today")),
    )
)
News = tuple[Sequence[MessageKey], Telling]


class Staff:
    """The staff whom some news may concern: by posting, and the heads by office."""

    def __init__(self, posts: Sequence[Post], offices: Collection[int]) -> None:
        self.offices = frozenset(offices)
        self.by_posting = {post.id: post for post in posts}
        self.heads: dict[int, list[Post]] = {}
        for post in posts:
            if post.role in HEADS:
                self.heads.setdefault(post.office_id, []).append(post)
        # The heads of the office above, by case and office in which nobody is at the post.
        self.stand_ins: dict[tuple[int, int], list[Post]] = {}

    def found(self, audience: Audience, about: Telling) -> list[Post]:
        """Return whom a case's news concerns: an officer who is away is stood in for by the heads of the office."""
        office_id = _office_of(audience, about)
        if office_id is None:
            officer = self.by_posting.get(about.officer_posting_id or 0)
            if officer is not None:
                return [officer]
            office_id = about.office_id
        present = [post for post in self.heads.get(office_id, ()) if post.person_id != about.accused_person_id]
        return present or self.stand_ins.get((about.grievance_id, office_id), [])


def staff_for(session: Session, news: Sequence[News], now: datetime) -> Staff:
    """Return the staff whom some news may concern: one look, and three more where nobody is at a post."""
    offices: set[int] = set()
    postings: set[int] = set()
    for keys, about in news:
        for audience in {audience_of(key) for key in keys} - {Audience.COMPLAINANT}:
            office_id = _office_of(audience, about)
            if office_id is not None:
                offices.add(office_id)
            elif about.officer_posting_id is not None:
                postings.add(about.officer_posting_id)
    if not offices and not postings:
        return Staff([], ())
    staff = Staff(_present(session, postings, offices, now), offices)
    nobody = [
        about
        for keys, about in news
        if any(not staff.found(audience_of(key), about) for key in keys if audience_of(key) is not Audience.COMPLAINANT)
    ]
    return _with_stand_ins(session, news, nobody, staff, now) if nobody else staff


def _present(session: Session, postings: Collection[int], offices: Collection[int], now: datetime) -> list[Post]:
    asked = {"posting_ids": sorted(postings), "office_ids": sorted(offices), "now": now, "today": day_in_india(now)}
    return [Post._make(row) for row in session.execute(_STAFF, asked)]


def _with_stand_ins(
    session: Session, news: Sequence[News], nobody: Sequence[Telling], staff: Staff, now: datetime
) -> Staff:
    """Return the staff with who is told where nobody is at the post: the heads of the next office up that has one."""
    cases = {about.grievance_id: about for about in nobody}
    ladders = {
        row.id: row
        for row in session.execute(
            select(Grievance.id, Grievance.ladder, Grievance.accused_office_id).where(Grievance.id.in_(cases))
        )
    }
    # The heads of an office whose officer is away were not looked for yet.
    unread = {about.office_id for about in nobody if about.officer_posting_id is not None} - staff.offices
    heads_there = _present(session, (), unread, now) if unread else []
    fuller = Staff([*staff.by_posting.values(), *heads_there], staff.offices | unread)
    posts = Posts(session, now, day_in_india(now))
    above: dict[tuple[int, int], int] = {}
    for keys, about in news:
        if about.grievance_id not in ladders:
            continue
        for audience in {audience_of(key) for key in keys} - {Audience.COMPLAINANT}:
            office_id = _office_of(audience, about) or about.office_id
            if not fuller.found(audience, about):
                case = ladders[about.grievance_id]
                found = posts.next_up(office_id, case.ladder, case.accused_office_id, (about.accused_person_id,))
                if found is not None:
                    above[about.grievance_id, office_id] = found.office_id
    heads = Staff(_present(session, (), set(above.values()), now), ()).heads if above else {}
    fuller.stand_ins = {
        key: [post for post in heads.get(office_id, ()) if post.person_id != cases[key[0]].accused_person_id]
        for key, office_id in above.items()
    }
    return fuller


def _office_of(audience: Audience, about: Telling) -> int | None:
    """Return the office whose heads an audience means; while no officer has the case, its office's heads."""
    if audience is Audience.ANSWERABLE:
        return about.answerable_office_id
    if audience is Audience.DIRECTING:
        return about.directing_office_id
    if audience is Audience.OFFICE or about.officer_posting_id is None:
        return about.office_id
    return None
