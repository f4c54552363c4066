"""Registration numbers: unique and gap-free for each state and year, taken last in the filing transaction."""

from typing import Any, NamedTuple

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from swagat.database import is_sqlite
from swagat.domain.registration import registration_number
from swagat.models import Counter


class Taken(NamedTuple):
    """A number as people read it, and its running number in the state and year."""

    number: str
    running: int


def _take(dialect: Any) -> Any:
    last = Counter.__table__.c.last
    insert = dialect.insert(Counter.__table__)
    upsert = insert.on_conflict_do_update(
        index_elements=["state_id", "year"], set_={"last": last + insert.excluded.last}
    )
    return upsert.returning(last)


_TAKE = {True: _take(sqlite), False: _take(postgresql)}


def take_number(session: Session, state_id: int, short: str, lgd_code: str, year: int) -> Taken:
    """Take the next number of the state and year; the counter's row stays locked only until the commit."""
    return take_numbers(session, state_id, short, lgd_code, year, 1)[0]


def take_numbers(session: Session, state_id: int, short: str, lgd_code: str, year: int, count: int) -> list[Taken]:
    """Take the next numbers of the state and year, so many at once, in their order."""
    last = int(session.scalar(_TAKE[is_sqlite(session)], {"state_id": state_id, "year": year, "last": count}) or 0)
    return [
        Taken(registration_number(short, lgd_code, year, running), running)
        for running in range(last - count + 1, last + 1)
    ]
