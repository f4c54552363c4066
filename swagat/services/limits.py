"""Limits that protect a secret or a person, counted in the database so that every process sees them.

A window begins at a multiple of its length; in a window nobody gets more tries than the limit allows,
however many arrive at once. A try above the limit is refused without being counted, so that it
lengthens nobody's wait.
"""

import hashlib
import hmac
import ipaddress
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    bindparam,
    case,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from swagat.database import UtcDateTime, db, is_sqlite, table_of, transaction
from swagat.domain.errors import N_, TooMany
from swagat.models.operations import TryCount

INDIA = ZoneInfo("Asia/Kolkata")
TOO_MANY = N_("Too many tries. Please try again after %(time)s.")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries for one subject, a number, an address or an account, in a window of so many seconds."""

    scope: str
    subject: str
    window_seconds: int
    tries: int


def count_try(scope: str, subject: str, now: datetime, window_seconds: int, limit: int, *, key: str) -> None:
    """Count one try in a transaction of its own, raising TooMany when the window holds `limit` already.

    `key` is the installation's secret: the table holds a keyed hash of the subject, never the subject.
    """
    with transaction() as session:
        count_tries(session, [Limit(scope, subject, window_seconds, limit)], now, key)


def count_tries(session: Session, limits: Iterable[Limit], now: datetime, key: str) -> None:
    """Count one try under each limit, raising TooMany with the longest wait when any of them is used up."""
    asked = dict.fromkeys(limits, 1)
    counted = _counted(session, asked, now, key)
    _refuse([limit for limit in asked if _key(limit, now, key) not in counted], now)


def count_up_to(session: Session, asked: Mapping[Limit, int], now: datetime, key: str) -> dict[Limit, int]:
    """Count as many under each limit as there is room for, and return how many those are; none of it is refused."""
    counted = _counted(session, asked, now, key)
    beyond = {limit: max(0, counted.get(_key(limit, now, key), 0) - limit.tries) for limit in asked}
    # The rows are locked until the transaction ends: nobody sees that it was too much for a moment.
    give_back(session, {limit: amount for limit, amount in beyond.items() if amount}, now, key)
    return {limit: amount - beyond[limit] if _key(limit, now, key) in counted else 0 for limit, amount in asked.items()}


def _counted(session: Session, asked: Mapping[Limit, int], now: datetime, key: str) -> dict[tuple[str, int], int]:
    """Add what is asked wherever the limit is not used up, and return what those windows then hold."""
    # In one order everywhere, or two requests that share two subjects could wait for each other.
    rows = {_key(limit, now, key): limit for limit in sorted(asked, key=_order)}
    if not rows:
        return {}
    values = {
        f"{name}{at}": value
        for at, (row, limit) in enumerate(rows.items())
        for name, value in zip(_NAMES, (limit.scope, *row, limit.tries, asked[limit]), strict=True)
    }
    values |= {f"ends_at{at}": _window_ends_at(limit.window_seconds, now) for at, limit in enumerate(rows.values())}
    counting = _count(len(rows), len({limit.tries for limit in rows.values()}) == 1)
    return {(subject, window): count for subject, window, count in session.execute(counting, values)}


def await_turn(session: Session, limits: Iterable[Limit], now: datetime, key: str) -> None:
    """Wait until nobody else is tried under these limits, and raise TooMany when one is used up; count nothing.

    The turn lasts until the transaction ends. Who counts only the wrong tries in it lets no more of them through than
    the limit says, however many arrive at once, and a right try writes nothing.
    """
    asked = {keyed(limit.scope, limit.subject, key): limit for limit in sorted(limits, key=_order)}
    if not is_sqlite(session):  # SQLite's transaction has begun with its one lock for writing.
        session.execute(_turns(len(asked)), {f"turn{at}": int(subject[:15], 16) for at, subject in enumerate(asked)})
    used = {(subject, window): count for subject, window, count in session.execute(_USED, {"subjects": [*asked]})}
    _refuse(
        [
            limit
            for subject, limit in asked.items()
            if used.get((subject, _window(limit.window_seconds, now)), 0) >= limit.tries
        ],
        now,
    )


def _refuse(reached: list[Limit], now: datetime) -> None:
    if reached:
        ends_at = max(_window_ends_at(limit.window_seconds, now) for limit in reached)
        wait = math.ceil((ends_at - now).total_seconds())
        minute = (ends_at + timedelta(seconds=59)).astimezone(INDIA)
        raise TooMany(TOO_MANY, retry_after=wait, time=f"{minute:%H:%M}")


def tries(scope: str, subject: str, now: datetime, window_seconds: int, *, key: str) -> int:
    """Return how many tries the present window holds."""
    counted = select(TryCount.count).where(*_row(scope, subject, now, window_seconds, key))
    return db.session.scalar(counted) or 0


def forgive(scope: str, subject: str, now: datetime, window_seconds: int, *, key: str) -> None:
    """Give back the try counted with this same `now`, in a transaction of its own: it turned out to be right."""
    with transaction() as session:
        forgive_tries(session, [Limit(scope, subject, window_seconds, 0)], now, key)


def forgive_tries(session: Session, limits: Iterable[Limit], now: datetime, key: str) -> None:
    """Give back the try that was counted with this same `now` under each limit."""
    give_back(session, dict.fromkeys(limits, 1), now, key)


def give_back(session: Session, amounts: Mapping[Limit, int], now: datetime, key: str) -> None:
    """Give back what was counted with this same `now` under each limit; it was not used after all."""
    rows = [
        dict(zip(("of", "whose", "at", "amount"), (limit.scope, *_key(limit, now, key), amounts[limit]), strict=True))
        for limit in sorted(amounts, key=_order)
    ]
    if rows:
        session.execute(_GIVE_BACK, rows)


def sweep_tries(now: datetime) -> int:
    """Delete the counts whose window is over and return how many there were."""
    with transaction() as session:
        gone = session.execute(delete(TryCount).where(TryCount.window_ends_at <= now))
        assert isinstance(gone, CursorResult)
        return gone.rowcount


def network(address: str) -> str:
    """Return what to count an IP address under: itself, or for IPv6 the /64 that one subscriber holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 6:
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def keyed(scope: str, subject: str, key: str) -> str:
    """Return the 64 hexadecimal digits under which a subject is counted."""
    return hmac.new(key.encode(), f"tries\0{scope}\0{subject}".encode(), hashlib.sha256).hexdigest()


_NAMES = ("scope", "subject", "window", "tries", "amount")


@lru_cache(maxsize=64)
def _count(limits: int, are_alike: bool) -> Executable:
    """Return the statement that counts under so many limits and gives back the counts of those not used up before.

    In the words of both databases: SQLAlchemy puts an insert of several rows together anew each time.
    """
    rows = [f"(:scope{at}, :subject{at}, :window{at}, :amount{at}, :ends_at{at})" for at in range(limits)]
    tries = [
        f'WHEN excluded.subject = :subject{at} AND excluded."window" = :window{at} THEN :tries{at}'
        for at in range(limits)
    ]
    most = ":tries0" if are_alike else f"CASE {' '.join(tries)} END"
    # One statement: of two that arrive together the second sees what the first counted.
    counting = text(
        f'INSERT INTO try_counts (scope, subject, "window", count, window_ends_at) VALUES {", ".join(rows)}'
        ' ON CONFLICT (scope, subject, "window") DO UPDATE SET count = try_counts.count + excluded.count'
        f' WHERE try_counts.count < {most} RETURNING subject, "window", count'
    )
    return counting.bindparams(*(bindparam(f"ends_at{at}", type_=UtcDateTime()) for at in range(limits)))


@lru_cache(maxsize=16)
def _turns(subjects: int) -> Executable:
    # PostgreSQL takes them from left to right, so in the one order.
    return select(*(func.pg_advisory_xact_lock(bindparam(f"turn{at}", type_=BigInteger)) for at in range(subjects)))


_try_counts = table_of(TryCount)
_GIVE_BACK = (
    update(_try_counts)
    .where(
        _try_counts.c.scope == bindparam("of"),
        _try_counts.c.subject == bindparam("whose"),
        _try_counts.c.window == bindparam("at"),
    )
    .values(count=case((_try_counts.c.count > bindparam("amount"), _try_counts.c.count - bindparam("amount")), else_=0))
)

_USED = select(TryCount.subject, TryCount.window, TryCount.count).where(
    TryCount.subject.in_(bindparam("subjects", expanding=True))
)


def _row(scope: str, subject: str, now: datetime, window_seconds: int, key: str) -> tuple[ColumnElement[bool], ...]:
    return (
        TryCount.scope == scope,
        TryCount.subject == keyed(scope, subject, key),
        TryCount.window == _window(window_seconds, now),
    )


def _key(limit: Limit, now: datetime, key: str) -> tuple[str, int]:
    return keyed(limit.scope, limit.subject, key), _window(limit.window_seconds, now)


def _order(limit: Limit) -> tuple[str, str, int]:
    return limit.scope, limit.subject, limit.window_seconds


def _window(window_seconds: int, now: datetime) -> int:
    return int(now.timestamp()) // window_seconds


def _window_ends_at(window_seconds: int, now: datetime) -> datetime:
    begins = datetime.fromtimestamp(_window(window_seconds, now) * window_seconds, UTC)
    return begins + timedelta(seconds=window_seconds)
