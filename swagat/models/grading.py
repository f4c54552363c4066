"""Which formula grades the offices of a state, since which month."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, UtcDateTime


class GradingAdoption(Base):
    """A formula was adopted from a month on that had not begun; never changed, a later one takes its place.

    `digest` is that of the formula as it was adopted, so that a formula changed since then is noticed.
    """

    __tablename__ = "grading_adoptions"

    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    formula: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    first_month: Mapped[date]
    digest: Mapped[str] = mapped_column(String(64))
    adopted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
