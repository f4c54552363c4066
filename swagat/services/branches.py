"""Which offices stand below another on any ladder, as they stood within the last minute."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from weakref import ReferenceType, ref

from sqlalchemy import BigInteger, FromClause, String, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB

from swagat.database import db
from swagat.models import LadderStep
from swagat.services import catalogue
from swagat.services.catalogue_reading import Catalogue


@dataclass(frozen=True)
class _Steps:
    """For each office its offices directly below, with the ladder on which each stands there, and its own ladders."""

    below: Mapping[int, frozenset[tuple[int, str]]]
    ladders: Mapping[int, frozenset[str]]
    above: Mapping[tuple[int, str], int | None]

    @cached_property
    def branches(self) -> dict[int, frozenset[tuple[int, str]]]:
        """Return what was asked for already."""
        return {}

    @cached_property
    def texts(self) -> dict[int, str]:
        """Return the same as text."""
        return {}


_kept: list[tuple[ReferenceType[Catalogue], _Steps]] = []


def _steps() -> _Steps:
    # Kept as long as the catalogue: whoever changes the ladders clears that.
    current = catalogue.current()
    for read_with, known in tuple(_kept):
        if read_with() is current:
            return known
    below: dict[int, set[tuple[int, str]]] = {}
    rows = db.session.execute(select(LadderStep.superior_id, LadderStep.office_id, LadderStep.ladder))
    ladders: dict[int, set[str]] = {}
    above: dict[tuple[int, str], int | None] = {}
    for superior_id, office_id, ladder in rows:
        ladders.setdefault(office_id, set()).add(ladder)
        above[office_id, ladder] = superior_id
        if superior_id is not None:
            below.setdefault(superior_id, set()).add((office_id, ladder))
    made = _Steps(
        {office_id: frozenset(some) for office_id, some in below.items()},
        {office_id: frozenset(some) for office_id, some in ladders.items()},
        above,
    )
    _kept[:] = [(ref(current), made)]
    return made


def steps_below(office_id: int) -> frozenset[tuple[int, str]]:
    """Return the offices directly below an office, each with the ladder on which it stands there."""
    return _steps().below.get(office_id, frozenset())


def directly_below(office_id: int) -> frozenset[int]:
    """Return the offices directly below an office on any ladder."""
    return frozenset(one for one, _ladder in steps_below(office_id))


def branch_of(office_id: int) -> frozenset[tuple[int, str]]:
    """Return an office and every office below it on the same ladder all the way, each with that ladder."""
    steps = _steps()
    known = steps.branches.get(office_id)
    if known is None:
        found: set[tuple[int, str]] = set()
        waiting = [(office_id, ladder) for ladder in steps.ladders.get(office_id, ())]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found.add(here)
                waiting += [one for one in steps.below.get(here[0], ()) if one[1] == here[1]]
        known = steps.branches[office_id] = frozenset(found)
    return known


def as_json(office_id: int) -> str:
    """Return the branch of an office as `rows` takes it."""
    steps = _steps()
    known = steps.texts.get(office_id)
    if known is None:
        pairs = [{"office_id": one, "ladder": ladder} for one, ladder in sorted(branch_of(office_id))]
        known = steps.texts[office_id] = json.dumps(pairs)
    return known


def rows(on_sqlite: bool) -> FromClause:
    """Return a branch as rows of office and ladder, given as the parameter `branch`.

    Found by the database itself it takes longer than all that is counted of a small branch.
    """
    given = bindparam("branch", type_=String)
    if on_sqlite:
        each = func.json_each(given).table_valued("value")
        office, ladder = (func.json_extract(each.c.value, path) for path in ("$.office_id", "$.ladder"))
        return select(cast(office, BigInteger).label("office_id"), cast(ladder, String).label("ladder")).subquery(
            "branch"
        )
    named = func.jsonb_to_recordset(cast(given, JSONB)).table_valued(
        column("office_id", BigInteger), column("ladder", String), name="branch"
    )
    return named.render_derived(with_types=True)


def ladders_within(superior_id: int, office_id: int) -> frozenset[str]:
    """Return on which ladders an office stands in the branch of another, which is its own branch too."""
    return frozenset(ladder for one, ladder in branch_of(superior_id) if one == office_id)


def offices_above(office_id: int) -> frozenset[int]:
    """Return every office in whose branch this one stands, itself left out."""
    found: set[tuple[int, str]] = set()
    steps = _steps()
    waiting = [(office_id, ladder) for ladder in steps.ladders.get(office_id, ())]
    while waiting:
        here = waiting.pop()
        above = steps.above.get(here)
        if above is not None and (above, here[1]) not in found:
            found.add((above, here[1]))
            waiting.append((above, here[1]))
    return frozenset(one for one, _ladder in found)
