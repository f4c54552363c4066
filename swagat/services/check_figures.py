"""What the checks of disposals found, in figures: apart from what the complainants themselves said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.models import DisposalCheck


@dataclass(frozen=True, slots=True)
class Counted:
    """How many disposals were drawn, how many of these were checked, and what was found."""

    drawn: int = 0
    true: int = 0
    false: int = 0
    not_reached: int = 0

    @property
    def checked(self) -> int:
        """Return how many were checked, reached or not."""
        return self.true + self.false + self.not_reached


def counted(session: Session, office_ids: Collection[int], first: date, last: date) -> dict[int, Counted]:
    """Return what was drawn of the disposals of each office in these months, and what was found, in one statement.

    The office is the one that disposed; the months, each named by its first day, are those of the disposals.
    """
    found: dict[int, dict[str, int]] = {one: {} for one in office_ids}
    rows = (
        select(DisposalCheck.office_id, DisposalCheck.result, func.count())
        .where(DisposalCheck.office_id.in_(found), DisposalCheck.month.between(first, last))
        .group_by(DisposalCheck.office_id, DisposalCheck.result)
    )
    for office_id, result, number in session.execute(rows):
        found[office_id]["drawn"] = found[office_id].get("drawn", 0) + number
        if result is not None:
            found[office_id][result.value] = number
    return {office_id: Counted(**numbers) for office_id, numbers in found.items()}
