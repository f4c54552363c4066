"""The numbers whose holders want no texts: every sender asks here first."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.models import OptedOutNumber


def opted_out(session: Session, mobiles: Collection[str]) -> set[str]:
    """Return which of these numbers want no texts."""
    return set(session.scalars(select(OptedOutNumber.mobile).where(OptedOutNumber.mobile.in_(set(mobiles)))))
