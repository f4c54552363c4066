"""Copies of some grievances by SQL: each has every row that its pattern has, shifted into the past by some days.

Only the digests of its register entries stay those of the pattern, so `flask register verify` finds copies broken.
"""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql

# What share of the cases looks like which pattern: seven tenths are open in the one office.
SHARES = {
    "registered": 0.18,
    "assigned": 0.32,
    "clarification_sought": 0.04,
    "action_reported": 0.10,
    "disposed": 0.06,
    "closed": 0.15,
    "elsewhere": 0.15,
}
CHILDREN = ("grievance_events", "remarks", "deadlines", "sms_messages", "pauses", "feedback")
TEXTS = 500


@dataclass(frozen=True, slots=True)
class Pattern:
    """A case that was filed and worked through the services, and how many days it may be shifted into the past."""

    grievance_id: int
    kind: str
    shift_days: int


def count(connection: psycopg.Connection[Any]) -> int:
    """Return how many grievances there are."""
    row = connection.execute("SELECT count(*) FROM grievances").fetchone()
    return int(row[0]) if row else 0


def copy_up_to(
    wanted: int,
    connection: psycopg.Connection[Any],
    patterns: Sequence[Pattern],
    matters: Sequence[str],
    numbering: tuple[str, str, int],
) -> None:
    """Copy patterns until there are so many cases; `numbering` is the state's short name and LGD code, and the year."""
    from swagat.domain.registration import registration_number
    from swagat.domain.text import search_text

    there = count(connection)
    dice = random.Random(there)
    by_kind = {kind: [one for one in patterns if one.kind == kind] for kind in SHARES}
    short, lgd_code, year = numbering
    texts = [f"{text} સર્વે નંબર {dice.randint(1, 999)}." for text in dice.choices(matters, k=TEXTS)]
    # The keys of copies are right by construction, and checking them row by row would take most of the time.
    connection.execute("SET session_replication_role = replica")
    connection.execute("CREATE TEMP TABLE wording (id int PRIMARY KEY, text text, search_text text)")
    connection.execute(
        "CREATE TEMP TABLE copies"
        " (id bigint PRIMARY KEY, pattern bigint, number text, running int, shift int, words int)"
    )
    with connection.cursor().copy("COPY wording FROM STDIN") as copy:
        for number, text in enumerate(texts):
            copy.write_row((number, text, search_text(text)))
    first = _highest(connection)
    kinds = dice.choices(list(SHARES), weights=list(SHARES.values()), k=wanted - there)
    with connection.cursor().copy("COPY copies FROM STDIN") as copy:
        for number, kind in enumerate(kinds, start=1):
            pattern, running = dice.choice(by_kind[kind]), there + number
            shift = dice.randint(0, pattern.shift_days)
            public = registration_number(short, lgd_code, year, running)
            copy.write_row((first + number, pattern.grievance_id, public, running, shift, dice.randrange(TEXTS)))
    connection.execute("ANALYZE copies")
    _say(f"copying {wanted - there} cases")
    _insert(connection, "complainants", "t.id = p.complainant_id", {
        "id": "c.id",
        "mobile": "'+91' || (7100000000 + c.id)",
    })  # fmt: skip
    _insert(connection, "grievances", "t.id = c.pattern", {
        "id": "c.id",
        "complainant_id": "c.id",
        "registration_number": "c.number",
        "running": "c.running",
        "submission_key": "'copy-' || c.id",
        "tracking_hash": "md5(c.id::text) || md5(c.number)",
        "text": "w.text",
        "search_text": "w.search_text",
    })  # fmt: skip
    for table in CHILDREN:
        special = {"grievance_id": "c.id"}
        if table == "sms_messages":
            special["cause"] = "'event:' || c.id || ':' || split_part(t.cause, ':', 3)"
            # Already sent, as on any day but the first: what waits stays a handful.
            special["status"] = "'delivered'"
            special["provider_id"] = "NULL"
        _insert(connection, table, "t.grievance_id = c.pattern", special, own_id=True)
    connection.execute(
        "UPDATE counters SET last = %s WHERE year = %s AND state_id = (SELECT id FROM states WHERE short = %s)",
        (wanted, year, short),
    )
    for table in ("complainants", "grievances"):
        connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    connection.commit()


def _highest(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(
        "SELECT greatest((SELECT max(id) FROM grievances), (SELECT max(id) FROM complainants))"
    ).fetchone()
    assert row is not None
    return int(row[0])


def _insert(
    connection: psycopg.Connection[Any], table: str, join: str, special: dict[str, str], own_id: bool = False
) -> None:
    """Insert the copies of the patterns' rows of a table, every day and instant shifted, the special columns set."""
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = current_schema() ORDER BY ordinal_position",
        (table,),
    ).fetchall()
    names, values = [], []
    for name, kind in columns:
        if own_id and name == "id":
            continue
        names.append(sql.Identifier(name))
        moved = kind == "date" or kind.startswith("timestamp")
        plain = sql.SQL("t.{} - c.shift" if kind == "date" else "t.{} - c.shift * interval '1 day'")
        values.append(
            sql.SQL(special[name])
            if name in special
            else plain.format(sql.Identifier(name)) if moved else sql.SQL("t.{}").format(sql.Identifier(name))
        )  # fmt: skip
    connection.execute(
        sql.SQL(
            "INSERT INTO {} ({}) SELECT {} FROM copies c JOIN grievances p ON p.id = c.pattern"
            " JOIN wording w ON w.id = c.words JOIN {} t ON " + join + " ORDER BY c.id"
        ).format(sql.Identifier(table), sql.SQL(", ").join(names), sql.SQL(", ").join(values), sql.Identifier(table))
    )
    _say(f"{table} copied")


def _say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", file=sys.stderr, flush=True)
