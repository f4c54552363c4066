"""Who answers for something, by their post: an evidence pack names posts and no persons."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.errors import N_
from swagat.domain.names import Name
from swagat.domain.quality import labels
from swagat.domain.roles import Role
from swagat.models import Office, Posting
from swagat.paper.words import Words
from swagat.services.scope import HEADING


class Post(NamedTuple):
    """What somebody is at an office: for its head the title of the office says it, for others their role."""

    role: Role
    title: Name


def say(words: Words, post: Post | None) -> str:
    """Return a post in words, that there is none where nobody has it."""
    if post is None:
        return words.say(N_("nobody posted there now"))
    return words.name(post.title) if post.role in HEADING else words.say(labels.ROLES[post.role])


def of_people(session: Session, office_id: int, person_ids: Collection[int]) -> dict[int, Post]:
    """Return the newest post of each person at an office, in one statement."""
    rows = session.execute(
        select(Posting.person_id, Posting.role, Office.title_en, Office.title_hi, Office.title_gu)
        .join(Office, Office.id == Posting.office_id)
        .where(Posting.office_id == office_id, Posting.person_id.in_(person_ids))
        .order_by(Posting.begins_at, Posting.id)
    )
    return {row.person_id: Post(row.role, Name.of(row, "title")) for row in rows}


def of_postings(session: Session, posting_ids: Collection[int]) -> dict[int, Post]:
    """Return the posts of these postings, in one statement."""
    rows = session.execute(
        select(Posting.id, Posting.role, Office.title_en, Office.title_hi, Office.title_gu)
        .join(Office, Office.id == Posting.office_id)
        .where(Posting.id.in_(posting_ids))
    )
    return {row.id: Post(row.role, Name.of(row, "title")) for row in rows}
