"""What changes rarely, read once a minute: states, subjects, calendars, time limits and larger places.

A request asks here and costs no SQL for it. Whoever changes these tables calls `clear`; other processes follow
within a minute.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from swagat.database import db, source_of
from swagat.domain.errors import N_, NotFound
from swagat.domain.policies import Policy, policy_on
from swagat.domain.suggestions import Suggestion
from swagat.domain.working_time import WorkingCalendar
from swagat.services.catalogue_reading import Catalogue, read
from swagat.services.catalogue_views import (
    CategoryView,
    DepartmentView,
    GroundView,
    Helpline,
    ReplyView,
    StateView,
)

Key = TypeVar("Key")
View = TypeVar("View")

SECONDS_KEPT = 60.0

UNSORTED = "GRP-GAD"
"""The group of whoever is not sure at all: the taluka's triage office takes it and passes it on."""

_lock = Lock()
_kept: WeakKeyDictionary[Any, tuple[float, Catalogue]] = WeakKeyDictionary()
_held: ContextVar[Catalogue | None] = ContextVar("held", default=None)


def current() -> Catalogue:
    """Return what was read within the last minute from the database of this session, reading it when needed.

    While one thread reads again, the others go on with what is there.
    """
    held = _held.get()
    if held is not None:
        return held
    session = db.session()
    bind = source_of(session)
    kept = _kept.get(bind)
    if kept is not None and time.monotonic() - kept[0] <= SECONDS_KEPT:
        return kept[1]
    if not _lock.acquire(blocking=kept is None):
        assert kept is not None
        return kept[1]
    try:
        kept = _kept.get(bind)
        if kept is None or time.monotonic() - kept[0] > SECONDS_KEPT:
            kept = (time.monotonic(), read(session, kept[1].states if kept else {}))
            _kept[bind] = kept
        return kept[1]
    finally:
        _lock.release()


@contextmanager
def held() -> Iterator[None]:
    """Let everything inside be answered from one reading, for work on many cases of the same database."""
    token = _held.set(current())
    try:
        yield
    finally:
        _held.reset(token)


def clear() -> None:
    """Forget what was read, so that the next question reads again."""
    with _lock:
        _kept.clear()


def state(state_id: int) -> StateView:
    """Return a state, raising NotFound."""
    return _one(current().states, state_id)


def states() -> list[StateView]:
    """Return every state of this installation, by name."""
    return sorted(current().states.values(), key=lambda one: one.name_en)


def state_named(text: str) -> StateView:
    """Return the state with this short name or LGD code, raising NotFound."""
    for one in current().states.values():
        if text.strip().upper() in (one.short, one.lgd_code):
            return one
    raise NotFound(N_("There is no state %(state)s in this installation."), state=text)


def calendar(state_id: int, office_id: int | None = None, at: datetime | None = None) -> WorkingCalendar:
    """Return the days and hours that a state works, or an office with its own exceptions; raises NotFound.

    `at` asks what was known at an instant: a date set then is explained by it, whatever was declared since.
    """
    return state(state_id).calendars.of(office_id, at)


def policy(version: int | None = None, state_id: int | None = None, on: date | None = None) -> Policy:
    """Return a version of the ladder's days, or the one in force in a state on a day.

    A version of the state itself goes before those of every state. Raises NotFound for an unknown version, Invalid
    where none is in force.
    """
    known = current().policies
    if version is not None:
        if version not in known:
            raise NotFound(N_("There is no version %(version)s of the time limits."), version=version)
        return known[version].policy
    if on is None:
        raise ValueError("what is in force depends on the day")
    begun = [one for one in known.values() if one.state_id in (None, state_id) and one.policy.effective_from <= on]
    own = [one.policy for one in begun if one.state_id is not None]
    return policy_on(on, own or [one.policy for one in begun])


def department(department_id: int) -> DepartmentView:
    """Return a department, raising NotFound."""
    return _one(current().departments, department_id)


def departments() -> list[DepartmentView]:
    """Return every department, by its English name."""
    return sorted(current().departments.values(), key=lambda one: one.name_en)


def category(category_id: int) -> CategoryView:
    """Return a category or group, raising NotFound; one that is no longer offered is still found."""
    return _one(current().categories, category_id)


def category_named(code: str) -> CategoryView:
    """Return a category or group by its code, raising NotFound."""
    return _one(current().by_code, code)


def unsorted_category() -> CategoryView:
    """Return the group that holds what nobody could sort yet."""
    return category_named(UNSORTED)


def groups() -> list[CategoryView]:
    """Return the groups on offer, by their English names."""
    found = (one for one in current().categories.values() if one.is_group and one.is_active)
    return sorted(found, key=lambda one: one.name_en)


def leaves(group_id: int) -> list[CategoryView]:
    """Return the categories on offer in a group, in the order of the tables."""
    return [one for one in current().categories.values() if one.group_id == group_id and one.is_active]


def suggest(text: str, limit: int = 3) -> list[Suggestion]:
    """Return at most `limit` categories that fit what a person wrote, best first, as codes with scores."""
    return current().index.suggest(text, limit)


def grounds() -> list[GroundView]:
    """Return the published list of what may not be filed, in its order."""
    return list(current().grounds.values())


def ground(ground_id: int) -> GroundView:
    """Return a ground, raising NotFound."""
    return _one(current().grounds, ground_id)


def saved_replies(action: str) -> list[ReplyView]:
    """Return the saved replies for an action."""
    return [one for one in current().replies.values() if one.action == action]


def helplines(state_id: int, topic: str = "") -> tuple[Helpline, ...]:
    """Return a state's emergency numbers: those of a topic, or, with none, all of them."""
    every = state(state_id).helplines
    return tuple(line for line in every if line.topic == topic) if topic else every


def _one(views: Mapping[Key, View], key: Key) -> View:
    try:
        return views[key]
    except KeyError:
        raise NotFound from None
