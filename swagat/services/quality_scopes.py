"""Whose figures there are: the state, its districts and departments, its offices, and which of them make up another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.errors import N_, NotFound
from swagat.domain.names import Name
from swagat.domain.quality.periods import Span
from swagat.domain.roles import Actor, Role
from swagat.models import Office, Place, Scope
from swagat.services import branches, catalogue, places
from swagat.services.scope import HANDLING, HEADING
from swagat.services.tallies import Where

LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class Whose:
    """A state, district, department or office: by which code an address names it, and where an office belongs."""

    where: Where
    code: str
    name: Name
    district_id: int | None = None
    department_id: int | None = None


def of_state(state_id: int) -> Whose:
    """Return the state itself, raising NotFound."""
    state = catalogue.state(state_id)
    return Whose(Where(state_id, Scope.STATE, state_id), state.short, state.name)


def named(session: Session, state_id: int, scope: str, code: str) -> Whose:
    """Return what an address names within a state, raising NotFound."""
    members: Sequence[Whose] = ()
    if scope == Scope.DISTRICT:
        members = districts(state_id)
    elif scope == Scope.DEPARTMENT:
        members = departments(state_id)
    elif scope == Scope.OFFICE and len(code) <= LONGEST_CODE and "\0" not in code:
        members = _offices(session, state_id, Office.code == code)
    for one in members:
        if one.code == code:
            return one
    raise NotFound


def written(session: Session, state_id: int, text: str) -> Whose:
    """Return what a command names, such as state, district:438 or office:CS, raising NotFound."""
    scope, _colon, code = text.partition(":")
    try:
        return of_state(state_id) if text == Scope.STATE else named(session, state_id, scope, code)
    except NotFound:
        raise NotFound(N_("There is no %(what)s in this state."), what=text) from None


def districts(state_id: int) -> Sequence[Whose]:
    """Return the districts of a state, by name."""
    found = places.districts(state_id)
    return [Whose(Where(state_id, Scope.DISTRICT, one.id), one.code, one.name, district_id=one.id) for one in found]


def departments(state_id: int) -> Sequence[Whose]:
    """Return the departments, by name."""
    return [
        Whose(Where(state_id, Scope.DEPARTMENT, one.id), one.code, one.name, department_id=one.id)
        for one in catalogue.departments()
    ]


def offices(session: Session, state_id: int) -> Sequence[Whose]:
    """Return every office of a state, by name."""
    return _offices(session, state_id)


def offices_among(session: Session, state_id: int, office_ids: Collection[int]) -> Sequence[Whose]:
    """Return the same of some of them."""
    return _offices(session, state_id, Office.id.in_(office_ids))


def _offices(session: Session, state_id: int, *conditions: Any) -> Sequence[Whose]:
    rows = session.execute(
        select(Office.id, Office.code, Office.name_en, Office.name_hi, Office.name_gu)
        .add_columns(Office.department_id, Place.district_id)
        .join(Place, Place.id == Office.place_id)
        .where(Office.state_id == state_id, *conditions)
        .order_by(Office.name_en, Office.id)
    )
    return [
        Whose(Where(state_id, Scope.OFFICE, row.id), row.code, Name.of(row), row.district_id, row.department_id)
        for row in rows
    ]


def members_of(session: Session, whose: Whose) -> Sequence[tuple[Scope, Sequence[Whose]]]:
    """Return which scopes lie within another, by their kind; an office is not divided further."""
    state_id, scope_id = whose.where.state_id, whose.where.scope_id
    match whose.where.scope:
        case Scope.STATE:
            return [(Scope.DISTRICT, districts(state_id)), (Scope.DEPARTMENT, departments(state_id))]
        case Scope.DISTRICT:
            return [(Scope.OFFICE, _offices(session, state_id, Place.district_id == scope_id))]
        case Scope.DEPARTMENT:
            return [(Scope.OFFICE, _offices(session, state_id, Office.department_id == scope_id))]
        case _:
            return []


def parents_of(whose: Whose) -> Sequence[Whose]:
    """Return what a scope is a part of, the state alone for what lies in nothing smaller."""
    state_id = whose.where.state_id
    if whose.where.scope is Scope.STATE:
        return []
    if whose.where.scope is not Scope.OFFICE:
        return [of_state(state_id)]
    above = [one for one in districts(state_id) if one.district_id == whose.district_id]
    above += [one for one in departments(state_id) if one.department_id == whose.department_id]
    return above or [of_state(state_id)]


def may_see_whole(actor: Actor | None, whose: Whose, span: Span) -> bool:
    """Return whether nothing has to be withheld: from who reads all evidence, and from who sees all cases."""
    if actor is None or actor.state_id != whose.where.state_id:
        return False
    if actor.role is Role.QUALITY_MANAGER:
        return True
    if actor.role is Role.AUDITOR:
        return _is_mandated(actor, whose, span)
    return sees_all_cases(actor, whose)


def sees_all_cases(actor: Actor, whose: Whose) -> bool:
    """Return whether somebody handles or supervises every case of an office, the state being theirs.

    A head sees the cases of an office below only on the ladders on which it stands there, so all must be such.
    """
    office_id = whose.where.scope_id
    if actor.role not in HANDLING or actor.office_id is None or whose.where.scope is not Scope.OFFICE:
        return False
    if actor.office_id == office_id:
        return True
    own = branches.ladders_within(office_id, office_id)
    return actor.role in HEADING and bool(own) and branches.ladders_within(actor.office_id, office_id) >= own


def _is_mandated(actor: Actor, whose: Whose, span: Span) -> bool:
    mandate = actor.mandate
    if mandate is None or not mandate.covers_months(span.first, span.last):
        return False
    if whose.where.scope is Scope.OFFICE:
        return mandate.covers_office(whose.where.scope_id)
    # What is withheld of a whole state or district belongs to offices that are not the auditor's.
    return mandate.office_ids is None
