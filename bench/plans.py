"""What the statements of the desk, of a case, of tracking and of the sweep touch when there are very many cases.

Each is explained twice: planned for its values, and planned once for all values, as a prepared statement may be.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from _cases import fill
from _inside import Inside
from _rig import arguments, prepare, report

DUE = 500
MODES = {"for_its_values": "force_custom_plan", "for_all_values": "force_generic_plan"}
PARAMETER = re.compile(r"%\((\w+)\)s")


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
            {"page": page} | _explained(connection, statement, values)
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


def _explained(connection: psycopg.Connection[Any], statement: str, values: dict[str, Any]) -> dict[str, Any]:
    names: list[str] = []

    def placed(match: re.Match[str]) -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    prepared = PARAMETER.sub(placed, statement).replace("%%", "%")
    connection.execute("DEALLOCATE ALL", prepare=False)
    connection.execute(f"PREPARE one AS {prepared}", prepare=False)
    given = ", ".join(["%s"] * len(names))
    cursor = psycopg.ClientCursor(connection)
    execute = cursor.mogrify(f"EXECUTE one({given})" if names else "EXECUTE one", [values[name] for name in names])
    told: dict[str, Any] = {"statement": " ".join(statement.split())[:160]}
    for mode, setting in MODES.items():
        connection.execute(f"SET plan_cache_mode = {setting}", prepare=False)
        row = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {execute}", prepare=False).fetchone()
        assert row is not None
        plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
        told[mode] = _figures(plan[0])
    return told


def _figures(explained: dict[str, Any]) -> dict[str, Any]:
    nodes = list(_nodes(explained["Plan"]))
    scans = [node for node in nodes if "Scan" in node["Node Type"] and "Relation Name" in node]
    return {
        "rows": explained["Plan"]["Actual Rows"],
        "rows_touched": round(sum(_touched(node) for node in scans)),
        "buffers": sum(explained["Plan"].get(name, 0) for name in ("Shared Hit Blocks", "Shared Read Blocks")),
        "indexes": sorted({node["Index Name"] for node in nodes if "Index Name" in node}),
        "whole_tables": sorted({node["Relation Name"] for node in scans if node["Node Type"].endswith("Seq Scan")}),
        "ms": round(explained["Planning Time"] + explained["Execution Time"], 2),
    }


def _nodes(plan: dict[str, Any]) -> Any:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _touched(node: dict[str, Any]) -> float:
    passed_over = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    each: float = node["Actual Rows"] + passed_over
    return each * float(node["Actual Loops"])


if __name__ == "__main__":
    main()
