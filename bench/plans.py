"""What the statements of the desk, of a case, of tracking and of the sweep touch when there are very many cases.

Each is explained twice: planned for its values, and planned once for all values, as a prepared statement may be.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from _cases import fill
from _explain import MODES, explained
from _inside import Inside
from _rig import arguments, prepare, report

DUE = 500


def main() -> None:
    """Explain and print."""
    from swagat.services.escalation import sweep

    given = arguments(__doc__ or "", 1_000_000).parse_args()
    environ = prepare(given.database_url)
    filled = fill(environ, given.cases)
    inside = Inside(environ)
    number = filled.known["disposed"][0].number
    officer, head = (inside.cookie(_user_id=token) for token in (filled.officer_token, filled.head_token))
    door = inside.cookie(track=[number, int(datetime.now(UTC).timestamp())])
    statements = {
        "desk of an officer": inside.statements("/desk", officer),
        "desk of a head": inside.statements("/desk", head),
        "what came up": inside.statements("/desk?tab=came_up", head),
        "one case": inside.statements(f"/desk/{number}", officer),
        "track": inside.statements("/track/case", door),
        "sweep": inside.sent_by(lambda: sweep(datetime.now(UTC), inside.app.extensions["rules"])),
    }
    inside.close()
    with psycopg.connect(given.database_url, autocommit=True) as connection:
        _let_some_be_due(connection)
        found = [
            {"page": page} | explained(connection, statement, values)
            for page, sent in statements.items()
            for statement, values in sent
            if statement.lstrip().startswith(("SELECT", "WITH"))
        ]
        _let_none_be_due(connection)
    report(
        "plans",
        given.cases,
        most_rows_touched=max(one[mode]["rows_touched"] for one in found for mode in MODES),
        most_buffers=max(one[mode]["buffers"] for one in found for mode in MODES),
        whole_tables_read=sorted({table for one in found for mode in MODES for table in one[mode]["whole_tables"]}),
        statements=found,
    )


def _let_some_be_due(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "UPDATE deadlines SET fire_at = %s WHERE id IN (SELECT id FROM deadlines WHERE ended_at IS NULL LIMIT %s)",
        (datetime.now(UTC) - timedelta(minutes=1), DUE),
    )


def _let_none_be_due(connection: psycopg.Connection[Any]) -> None:
    connection.execute("UPDATE deadlines SET fire_at = due_at WHERE ended_at IS NULL AND fire_at <> due_at")


if __name__ == "__main__":
    main()
