"""The offices that a grievance can be about: those of the place itself and of what it lies in."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from swagat.database import db
from swagat.models import Office


class OfficeChoice(NamedTuple):
    """An office to choose, with the place it sits for."""

    id: int
    place_id: int
    name_en: str
    name_hi: str
    name_gu: str


def offices_at(place_ids: Sequence[int]) -> list[OfficeChoice]:
    """Return the active offices of these places, in the order of the places and then by name; one statement."""
    order = {place_id: at for at, place_id in enumerate(place_ids)}
    rows = db.session.execute(
        select(Office.id, Office.place_id, Office.name_en, Office.name_hi, Office.name_gu).where(
            Office.place_id.in_(place_ids), Office.is_active
        )
    )
    return sorted((OfficeChoice(*row) for row in rows), key=lambda one: (order[one.place_id], one.name_en))
