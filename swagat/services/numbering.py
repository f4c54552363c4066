"""Registration numbers: unique and gap-free for each state and year, taken last in the filing transaction."""

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from swagat.database import is_sqlite
from swagat.domain.registration import registration_number
from swagat.models import Counter, Grievance


def take_number(
    session: Session, grievance_id: int, digest: bytes, state_id: int, short: str, lgd_code: str, year: int
) -> str:
    """Take the next number of the state and year; the counter's row stays locked only until the commit."""
    dialect = sqlite if is_sqlite(session) else postgresql
    upsert = dialect.insert(Counter).values(state_id=state_id, year=year, last=1)
    statement = upsert.on_conflict_do_update(
        index_elements=["state_id", "year"], set_={"last": Counter.last + 1}
    ).returning(Counter.last)
    running = int(session.scalar(statement) or 0)
    number = registration_number(short, lgd_code, year, running)
    session.execute(
        update(Grievance)
        .where(Grievance.id == grievance_id)
        .values(registration_number=number, year=year, running=running, last_digest=digest)
        .execution_options(synchronize_session=False)
    )
    return number
