"""The one-time code that is on its way, as the telephone that gets it shows it."""

from sqlalchemy import select

from swagat.database import db
from swagat.domain.one_time_codes import code_of
from swagat.models import OneTimeCode
from tests.builders import SECRET


def newest_code() -> str:
    """Return the code that was asked for last."""
    db.session.commit()
    return code_of(SECRET, db.session.scalars(select(OneTimeCode.nonce).order_by(OneTimeCode.id.desc())).first() or b"")


def wrong_code() -> str:
    """Return six digits that are not the code that was asked for last."""
    return f"{(int(newest_code()) + 1) % 10**6:06}"
