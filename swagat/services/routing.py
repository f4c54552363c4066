"""Which office answers for a subject at a place, and who stands above it on the ladder."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import CTE, BindParameter, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from swagat.database import db, table_of
from swagat.domain.errors import N_, Invalid, NotFound, Refused, Text
from swagat.domain.jurisdiction import Claim, Post, Subject, office_for, require_area
from swagat.domain.names import Name
from swagat.domain.places import PlaceKind
from swagat.models import Jurisdiction, LadderStep, Office, Place
from swagat.services import catalogue, places
from swagat.services.catalogue_views import PlaceView
from swagat.services.routing_check import CLAIM_COLUMNS, CheckReport, check, claim_of

__all__ = [
    "CheckReport",
    "Explained",
    "LadderPost",
    "Routed",
    "check",
    "common_superior",
    "explain",
    "ladder_of",
    "ladders_above",
    "office_above",
    "office_exists",
    "route",
    "steps_of",
    "superior_of",
]

NOT_SERVED = N_(
    "No office of this place works with this system yet. Ask at the office itself, or choose another place."
)

_PLACES = Place.__table__


@dataclass(frozen=True, slots=True)
class Routed:
    """The office that must answer, the ladder it stands on for this, its level there, and why it is this one."""

    office_id: int
    ladder: str
    level: int
    explanation: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class LadderPost:
    """An office on a ladder, with its name and the title of whoever heads it."""

    office_id: int
    level: int
    name: Name
    title: Name


@dataclass(frozen=True, slots=True)
class Explained:
    """Which office answers for a subject at a place, in lines to print."""

    ok: bool
    text: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return the lines."""
        return list(self.text)


def route(
    session: Session,
    category_id: int,
    place_id: int,
    accused_office_id: int | None = None,
    none_of: Collection[PlaceKind] = frozenset(),
) -> Routed:
    """Return the office that must answer, in one statement, or two where it is about an office.

    Raises Invalid when the place is not served or a nearer one must be asked for first, which `none_of` answers with
    none of those listed; Unrouted or Ambiguous when the tables name no office or two; NotFound for an unknown id.
    """
    category = catalogue.category(category_id)
    subject = places.subject_of(category)
    chain, claims, posts = _chain_with_claims(session, place_id, subject, category.ladder)
    if chain[0].district_id is not None and chain[0].district_id not in catalogue.current().served:
        raise Invalid(NOT_SERVED, errors={"place": Text(NOT_SERVED)})
    steps = places.routing_chain(chain)
    require_area(subject, steps, none_of)
    accused = frozenset() if accused_office_id is None else frozenset({accused_office_id})
    if accused:
        # Passed over upward, so everybody above is needed.
        above = _posts(session, {claim.office_id for claim in claims}, category.ladder)
        posts = {id_: post for id_, (post, _) in above.items()}
    found = office_for(subject, steps, claims, posts, accused)
    return Routed(found.office_id, category.ladder, found.level, found.explanation)


def _chain_with_claims(
    session: Session, place_id: int, subject: Subject, ladder: str
) -> tuple[list[PlaceView], list[Claim], dict[int, Post]]:
    """Return the place with all that it lies in, the claims at any of these, and the claiming offices' posts."""
    known = catalogue.current().places
    # Only villages are not known beforehand: what lies above a village's taluka and district are the states.
    above = [one.id for one in (places.chain(place_id) if place_id in known else places.state_places())]
    named = [id_ for id_ in (subject.category_id, subject.group_id) if id_ is not None]
    asked = {"place_id": place_id, "above": above, "named": named, "department_id": subject.department_id}
    rows = session.execute(_chain_statement(), asked | {"ladder": ladder}).mappings().all()
    if not rows:
        raise NotFound
    here = known.get(place_id) or places.view_of(rows[0])
    chain = [here, *(places.chain(here.parent_id) if here.parent_id is not None else ())]
    found = [(claim_of(row), row["level"], row["superior_id"]) for row in rows if row["office_id"] is not None]
    posts = {claim.office_id: Post(claim.office, level, up) for claim, level, up in found if level is not None}
    return chain, [claim for claim, _level, _up in found], posts


@cache
def _chain_statement() -> Select[Any]:
    # Made once, because putting it together costs more than running it; and without a recursion, for which
    # PostgreSQL expects so many rows that it reads all places.
    claim, office, step = table_of(Jurisdiction), table_of(Office), table_of(LadderStep)
    somewhere: BindParameter[int] = bindparam("above", expanding=True)
    lies_in = or_(
        claim.c.place_id == _PLACES.c.id,
        claim.c.place_id == _PLACES.c.parent_id,
        claim.c.place_id == _PLACES.c.district_id,
        claim.c.place_id.in_(somewhere),
    )
    covers = or_(
        claim.c.category_id.in_(bindparam("named", expanding=True)),
        and_(
            claim.c.category_id.is_(None),
            or_(claim.c.department_id.is_(None), claim.c.department_id == bindparam("department_id")),
        ),
    )
    return (
        select(_PLACES, *CLAIM_COLUMNS, step.c.level, step.c.superior_id)
        .outerjoin(claim, and_(lies_in, covers))
        .outerjoin(office, office.c.id == claim.c.office_id)
        .outerjoin(step, and_(step.c.office_id == claim.c.office_id, step.c.ladder == bindparam("ladder")))
        .where(_PLACES.c.id == bindparam("place_id"))
    )


@cache
def _upward(on_one_ladder: bool) -> CTE:
    """Return the steps of `office_ids` and of everybody above them; UNION ends it even on a ladder with a cycle."""
    step = LadderStep.__table__
    start = select(step.c.office_id.label("start"), step.c.ladder, step.c.office_id, step.c.level, step.c.superior_id)
    start = start.where(step.c.office_id.in_(bindparam("office_ids", expanding=True)))
    if on_one_ladder:
        start = start.where(step.c.ladder == bindparam("ladder"))
    up = start.cte("up", recursive=True)
    return up.union(
        select(up.c.start, step.c.ladder, step.c.office_id, step.c.level, step.c.superior_id).where(
            step.c.office_id == up.c.superior_id, step.c.ladder == up.c.ladder
        )
    )


def _posts(session: Session, office_ids: Collection[int], ladder: str) -> dict[int, tuple[Post, Name]]:
    """Return the posts of offices and of everybody above them on a ladder, each with its title, in one statement."""
    if not office_ids:
        return {}
    asked = {"office_ids": sorted(office_ids), "ladder": ladder}
    return {
        row.id: (Post(Name.of(row), row.level, row.superior_id), Name.of(row, "title"))
        for row in session.execute(_posts_statement(), asked)
    }


@cache
def _posts_statement() -> Select[Any]:
    up, office = _upward(on_one_ladder=True), table_of(Office)
    names = [office.c[f"{kind}_{code}"] for kind in ("name", "title") for code in ("en", "hi", "gu")]
    return select(office.c.id, *names, up.c.level, up.c.superior_id).join_from(
        office, up, up.c.office_id == office.c.id
    )


def ladder_of(session: Session, office_id: int, ladder: str) -> list[LadderPost]:
    """Return the office and everybody above it on a ladder, from the bottom up; nobody when it stands on none."""
    posts = _posts(session, {office_id}, ladder)
    found: list[LadderPost] = []
    here: int | None = office_id
    while here is not None and here in posts and len(found) < len(posts):
        post, title = posts[here]
        found.append(LadderPost(here, post.level, post.name, title))
        here = post.superior_id
    return found


def ladders_above(
    session: Session, offices: Collection[tuple[int, str]]
) -> dict[tuple[int, str], list[tuple[int, int]]]:
    """Return who stands above each of these offices on its ladder with their levels, from the bottom up."""
    found: dict[tuple[int, str], dict[int, tuple[int, int | None]]] = {key: {} for key in offices}
    up = _upward(on_one_ladder=False)
    statement = select(up.c.start, up.c.ladder, up.c.office_id, up.c.level, up.c.superior_id)
    asked = {"office_ids": sorted({office_id for office_id, _ladder in offices})}
    for start, ladder, office_id, level, superior_id in session.execute(statement, asked):
        if (start, ladder) in found:
            found[start, ladder][office_id] = level, superior_id
    return {(start, ladder): _climb(start, steps) for (start, ladder), steps in found.items()}


def _climb(start: int, steps: dict[int, tuple[int, int | None]]) -> list[tuple[int, int]]:
    above: list[tuple[int, int]] = []
    here = steps[start][1] if start in steps else None
    while here is not None and here in steps and len(above) < len(steps):
        above.append((here, steps[here][0]))
        here = steps[here][1]
    return above


def office_above(
    session: Session, office_id: int, ladder: str, accused_office_id: int | None = None
) -> tuple[int, int] | None:
    """Return what `superior_of` does, as it stood within the last minute: what pages show and who may act ask it."""
    known = catalogue.current().ladders
    key = office_id, ladder
    if key not in known:
        known[key] = [(post.office_id, post.level) for post in ladder_of(session, office_id, ladder)[1:]]
    return next((above for above in known[key] if above[0] != accused_office_id), None)


def superior_of(
    session: Session, office_id: int, ladder: str, accused_office_id: int | None = None
) -> tuple[int, int] | None:
    """Return the next office above on a ladder and its level, passing over the accused one; None at the top."""
    for post in ladder_of(session, office_id, ladder)[1:]:
        if post.office_id != accused_office_id:
            return post.office_id, post.level
    return None


def steps_of(session: Session, office_id: int) -> dict[str, int]:
    """Return the level of an office on each ladder it stands on."""
    statement = select(LadderStep.ladder, LadderStep.level).where(LadderStep.office_id == office_id)
    return {row.ladder: row.level for row in session.execute(statement)}


def common_superior(session: Session, office_ids: Collection[int], accused_office_id: int | None = None) -> int | None:
    """Return the lowest office that stands above all of these, each on some ladder; None when there is none.

    One of the offices themselves is the answer only where nobody stands above it: it would decide its own dispute.
    """
    levels: dict[int, int] = {}
    above: dict[int, set[int]] = {office_id: set() for office_id in office_ids}
    up = _upward(on_one_ladder=False)
    statement = select(up.c.start, up.c.office_id, up.c.level)
    for start, office_id, level in session.execute(statement, {"office_ids": sorted(above)}):
        above[start].add(office_id)
        levels[office_id] = level
    shared = set.intersection(*above.values()) if above else set()
    shared.discard(accused_office_id or 0)
    return min(shared - set(above) or shared, key=lambda one: (levels[one], one), default=None)


def office_exists(session: Session, office_id: int) -> bool:
    """Return whether this is an office that is at work."""
    found = session.scalar(select(Office.id).where(Office.id == office_id, Office.is_active.is_(True)))
    return found is not None


def explain(category_code: str, place_code: str) -> Explained:
    """Say which office answers for a category at a place, both by code, and which offices stand above it.

    A code that several places share may be written with its kind, such as taluka:3783.
    """
    try:
        category = catalogue.category_named(category_code)
    except NotFound:
        return Explained(False, (f"There is no category {category_code}.",))
    session = db.session()
    kind, _, code = place_code.rpartition(":")
    wanted = select(_PLACES.c.id, _PLACES.c.kind, _PLACES.c.name_en).where(_PLACES.c.code == code)
    if kind:
        wanted = wanted.where(_PLACES.c.kind == kind)
    found = session.execute(wanted).all()
    if len(found) != 1:
        same = [f"  {row.kind}:{code} {row.name_en}" for row in found]
        return Explained(False, (f"{len(found)} places have the code {place_code}.", *same))
    try:
        routed = route(session, category.id, found[0].id)
    except Refused as refusal:
        return Explained(False, (str(refusal),))
    ladder = ladder_of(session, routed.office_id, routed.ladder)
    return Explained(
        True,
        (*(str(text) for text in routed.explanation), *(f"  L{post.level} {post.name}" for post in ladder)),
    )
