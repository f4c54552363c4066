"""Who is at their post: the next office up the ladder that has a head present, and which were passed over and why."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from swagat.domain.names import Name
from swagat.domain.roles import Role
from swagat.models import Absence, Person, Posting
from swagat.services import routing
from swagat.services.absences import held

HEADS = (Role.SUPERVISOR, Role.PRESIDING_OFFICER)
VACANT, ABSENT, ACCUSED = "vacant", "absent", "accused"


def posted_at(session: Session, office_id: int, now: datetime) -> list[tuple[int, Name]]:
    """Return the people who are posted at an office and may sign in, each once, by name: they can be given a duty."""
    rows = session.execute(
        select(Person.id, Person.name_en, Person.name_local)
        .distinct()
        .join(Posting, Posting.person_id == Person.id)
        .where(Posting.office_id == office_id, Person.is_active.is_(True), *held(now))
        .order_by(Person.name_en, Person.id)
    )
    return [(row.id, Name(row.name_en, row.name_local, row.name_local)) for row in rows]


@dataclass(frozen=True, slots=True)
class NextUp:
    """The office that answers next and its level, and those between that could not; `post` is why nobody is there."""

    office_id: int
    level: int
    passed_over: tuple[dict[str, Any], ...] = ()
    post: str = ""


class Posts:
    """The heads at their posts on one day, on the ladders above some offices; read once for all that are asked for."""

    def __init__(self, session: Session, now: datetime, today: date) -> None:
        self._session, self._now, self._today = session, now, today
        self._above: dict[tuple[int, str], list[tuple[int, int]]] = {}
        self._heads: dict[int, list[tuple[int, bool]]] = {}

    def read(self, offices: Iterable[tuple[int, str]]) -> None:
        """Read who stands above these offices, each given with its ladder, in two statements."""
        wanted = set(offices) - self._above.keys()
        if not wanted:
            return
        self._above |= routing.ladders_above(self._session, wanted)
        self._read_heads({office_id for key in wanted for office_id, _level in self._above[key]})

    def above(self, office_id: int, ladder: str) -> list[tuple[int, int]]:
        """Return the offices above one on a ladder with their levels, from the bottom up."""
        self.read([(office_id, ladder)])
        return self._above[office_id, ladder]

    def next_up(
        self,
        office_id: int,
        ladder: str,
        accused_office_id: int | None = None,
        none_of: Collection[int | None] = (),
    ) -> NextUp | None:
        """Return the next office up with a head present who is none of these persons; None at the top of the ladder.

        Where nobody above is present, the next one up is the answer all the same.
        """
        passed_over: list[dict[str, Any]] = []
        first: NextUp | None = None
        for above, level in self.above(office_id, ladder):
            why = ACCUSED if above == accused_office_id else self._why_nobody(above, none_of)
            if not why:
                return NextUp(above, level, tuple(passed_over))
            if first is None and why != ACCUSED:
                first = NextUp(above, level, tuple(passed_over), why)
            passed_over.append({"office_id": above, "why": why})
        return first

    def _why_nobody(self, office_id: int, none_of: Collection[int | None]) -> str:
        heads = [is_absent for person_id, is_absent in self._heads.get(office_id, ()) if person_id not in none_of]
        if not heads:
            return VACANT
        return ABSENT if all(heads) else ""

    def _read_heads(self, office_ids: Collection[int]) -> None:
        unknown = [one for one in office_ids if one not in self._heads]
        if not unknown:
            return
        self._heads |= {office_id: [] for office_id in unknown}
        asked = {"office_ids": unknown, "now": self._now, "today": self._today}
        for office_id, person_id, is_absent in self._session.execute(_heads_statement(), asked):
            self._heads[office_id].append((person_id, bool(is_absent)))


@cache
def _heads_statement() -> Select[int, int, bool]:
    today: BindParameter[date] = bindparam("today")
    away = exists().where(Absence.posting_id == Posting.id, Absence.begins_on <= today, Absence.ends_on >= today)
    return (
        select(Posting.office_id, Posting.person_id, away)
        .join(Person, Person.id == Posting.person_id)
        .where(
            Posting.office_id.in_(bindparam("office_ids", expanding=True)),
            Posting.role.in_(HEADS),
            Posting.begins_at <= bindparam("now"),
            Posting.ends_at.is_(None) | (Posting.ends_at > bindparam("now")),
            Person.is_active,
        )
    )
