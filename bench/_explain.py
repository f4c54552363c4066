"""What a statement touches, by EXPLAIN ANALYZE: planned for its values, and planned once for all values."""

import json
import re
from typing import Any

import psycopg

MODES = {"for_its_values": "force_custom_plan", "for_all_values": "force_generic_plan"}
PARAMETER = re.compile(r"%\((\w+)\)s")


def explained(connection: psycopg.Connection[Any], statement: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the beginning of a statement, and rows, buffers, indexes and whole tables of each way to plan it."""
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


def _figures(found: dict[str, Any]) -> dict[str, Any]:
    nodes = list(_nodes(found["Plan"]))
    scans = [node for node in nodes if "Scan" in node["Node Type"] and "Relation Name" in node]
    return {
        "rows": found["Plan"]["Actual Rows"],
        "rows_touched": round(sum(_touched(node) for node in scans)),
        "buffers": sum(found["Plan"].get(name, 0) for name in ("Shared Hit Blocks", "Shared Read Blocks")),
        "indexes": sorted({node["Index Name"] for node in nodes if "Index Name" in node}),
        "whole_tables": sorted({node["Relation Name"] for node in scans if node["Node Type"].endswith("Seq Scan")}),
        "ms": round(found["Planning Time"] + found["Execution Time"], 2),
    }


def _nodes(plan: dict[str, Any]) -> Any:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _touched(node: dict[str, Any]) -> float:
    passed_over = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    each: float = node["Actual Rows"] + passed_over
    return each * float(node["Actual Loops"])
