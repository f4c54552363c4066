"""Walk every subject at every place and list what reaches no office, two offices, or an office with nobody in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session

from swagat.database import db, table_of
from swagat.domain.errors import Refused
from swagat.domain.jurisdiction import Ambiguous, Claim, Post, office_for
from swagat.domain.names import Name
from swagat.domain.places import PlaceKind
from swagat.domain.policies import LAST_LEVEL
from swagat.domain.roles import Role
from swagat.models import Jurisdiction, LadderStep, Office, Person, Posting
from swagat.services import catalogue, places
from swagat.services.catalogue_views import CategoryView, PlaceView

HEADS = frozenset({Role.SUPERVISOR, Role.PRESIDING_OFFICER})
NAMED_AT_MOST = 20

_CLAIMS, _OFFICES = table_of(Jurisdiction).c, table_of(Office).c

# Columns of the tables and not of the mapped classes: every filing reads them, and nothing is mapped.
CLAIM_COLUMNS = (
    _CLAIMS.office_id,
    _CLAIMS.place_id.label("claimed_place_id"),
    _CLAIMS.department_id,
    _CLAIMS.category_id,
    _CLAIMS.is_override,
    _CLAIMS.is_triage,
    _CLAIMS.reason_en,
    _CLAIMS.reason_hi,
    _CLAIMS.reason_gu,
    _OFFICES.name_en.label("office_en"),
    _OFFICES.name_hi.label("office_hi"),
    _OFFICES.name_gu.label("office_gu"),
)


def claim_of(row: RowMapping) -> Claim:
    """Return the claim that a row of CLAIM_COLUMNS holds."""
    return Claim(
        row["office_id"],
        row["claimed_place_id"],
        row["department_id"],
        row["category_id"],
        row["is_override"],
        Name(row["reason_en"], row["reason_hi"], row["reason_gu"]),
        row["is_triage"],
        Name(row["office_en"], row["office_hi"], row["office_gu"]),
    )


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How many combinations were walked, how many offices they reach, and what is wrong, one line each."""

    walked: int
    offices: int
    problems: tuple[str, ...]
    # Offices whose heads have no mobile number among them: cases come up to them, and no text tells it.
    unreachable: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.problems

    def lines(self) -> list[str]:
        """Return every problem and the figures, and the first offices whose heads no text reaches."""
        end = "nothing is wrong" if self.ok else f"{len(self.problems)} things are wrong"
        silent = [f"{name}: no head has a mobile number, so no text reaches this office" for name in self.unreachable]
        more = len(silent) - NAMED_AT_MOST
        return [
            *self.problems,
            *silent[:NAMED_AT_MOST],
            *([f"{more} more offices whose heads no text reaches"] if more > 0 else []),
            f"{self.walked} combinations of subject and place reach {self.offices} offices: {end}.",
        ]


@dataclass(slots=True)
class _Tables:
    claims: dict[int, list[Claim]]
    posts: dict[str, dict[int, Post]]
    officers: set[int]
    heads: set[int]
    reachable: set[int]


def check(now: datetime, state_short: str | None = None) -> CheckReport:
    """Walk every category and group in every taluka, town, ward and police-station area that is served.

    Who is posted counts as of now. A head is needed in every office a case can climb to, an officer besides in every
    office where one begins.
    """
    tables = _read(db.session(), now)
    problems: list[str] = []
    reached: dict[int, set[str]] = {}
    walked = 0
    wanted = None if state_short is None else catalogue.state_named(state_short).id
    for place in catalogue.current().places.values():
        if place.kind in (PlaceKind.STATE, PlaceKind.DISTRICT) or not places.is_served(place.id):
            continue
        if wanted not in (None, place.state_id):
            continue
        chain = places.routing_chain(places.chain(place.id))
        claims = [claim for step in chain for claim in tables.claims.get(step.id, ())]
        for category in _asked_there(place):
            walked += 1
            try:
                found = office_for(places.subject_of(category), chain, claims, tables.posts.get(category.ladder, {}))
            except Ambiguous as both:
                problems.append(f"{category.code} at {_called(place)} reaches two offices: {both}")
            except Refused as none:
                problems.append(f"{category.code} at {_called(place)} reaches no office: {none}")
            else:
                reached.setdefault(found.office_id, set()).add(category.ladder)
        if place.kind is PlaceKind.TALUKA and not any(c.is_triage and c.place_id == place.id for c in claims):
            problems.append(f"{_called(place)} has no office that sorts what nobody could sort")
    named = _climbed_to(tables, reached)
    problems += _empty_offices(tables, reached, named)
    problems += _broken_ladders(tables.posts)
    silent = [str(name) for one, name in sorted(named.items()) if one in tables.heads - tables.reachable]
    return CheckReport(walked, len(reached), tuple(problems), tuple(silent))


def _asked_there(place: PlaceView) -> Iterator[CategoryView]:
    """Yield the subjects that can be filed at a place: in a taluka all, in a town or area those that ask for it."""
    town = {PlaceKind.MUNICIPALITY, PlaceKind.WARD}
    for category in catalogue.current().categories.values():
        asked = town if category.asks in town else {category.asks}
        if category.is_active and (place.kind is PlaceKind.TALUKA or place.kind in asked):
            yield category


def _called(place: PlaceView) -> str:
    return f"{place.kind} {place.name_en} ({place.code})"


def _read(session: Session, now: datetime) -> _Tables:
    claims: dict[int, list[Claim]] = {}
    statement = select(*CLAIM_COLUMNS).join_from(
        table_of(Jurisdiction), table_of(Office), _OFFICES.id == _CLAIMS.office_id
    )
    for row in session.execute(statement).mappings():
        claims.setdefault(row["claimed_place_id"], []).append(claim_of(row))
    posts: dict[str, dict[int, Post]] = {}
    steps = select(LadderStep.ladder, LadderStep.office_id, LadderStep.level, LadderStep.superior_id, Office.name_en)
    for ladder, office_id, level, superior_id, name in session.execute(
        steps.join(Office, Office.id == LadderStep.office_id)
    ):
        posts.setdefault(ladder, {})[office_id] = Post(Name(name), level, superior_id)
    posted = session.execute(
        select(Posting.office_id, Posting.role, and_(Person.is_active, Person.mobile > ""))
        .join(Person, Person.id == Posting.person_id)
        .where(Posting.begins_at <= now, or_(Posting.ends_at.is_(None), Posting.ends_at > now))
        .distinct()
    ).all()
    return _Tables(
        claims,
        posts,
        {office_id for office_id, role, _is_reachable in posted if role is Role.OFFICER},
        {office_id for office_id, role, _is_reachable in posted if role in HEADS},
        {office_id for office_id, role, is_reachable in posted if role in HEADS and is_reachable},
    )


def _climbed_to(tables: _Tables, reached: dict[int, set[str]]) -> dict[int, Name]:
    """Return the offices where a case can begin and those on the whole way up, with their names."""
    names: dict[int, Name] = {}
    seen: set[tuple[int, str]] = set()
    for office_id, ladders in reached.items():
        for ladder in ladders:
            here: int | None = office_id
            while here is not None and (here, ladder) not in seen and (post := tables.posts[ladder].get(here)):
                seen.add((here, ladder))
                names[here] = post.name
                here = post.superior_id
    return names


def _empty_offices(tables: _Tables, reached: dict[int, set[str]], names: dict[int, Name]) -> Iterator[str]:
    """Yield where nobody is posted: officers where a case begins, heads there and on the whole way up."""
    for office_id, name in sorted(names.items()):
        if office_id in reached and office_id not in tables.officers:
            yield f"{name} has no officer posted"
        if office_id not in tables.heads:
            yield f"{name} has no supervisor posted"


def _broken_ladders(posts: dict[str, dict[int, Post]]) -> Iterator[str]:
    for ladder, mine in posts.items():
        sound: set[int] = set()
        for office_id in mine:
            way: list[int] = []
            here: int | None = office_id
            while here is not None and here in mine and here not in sound and here not in way:
                way.append(here)
                here = mine[here].superior_id
            if here in sound or (here is None and mine[way[-1]].level == LAST_LEVEL):
                sound.update(way)
            elif here in way:
                yield f"The ladder {ladder} runs in a circle at {mine[office_id].name}"
            else:
                yield f"The ladder {ladder} does not reach level {LAST_LEVEL} from {mine[office_id].name}"
