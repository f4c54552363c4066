"""What a database means to do for each statement about the outbox, before it does it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import event

from swagat.database import db

TABLE = "sms_messages"


class Plan:
    """The steps of one statement; `whole` are those that read all texts, `sorts_all` says that all due are sorted."""

    def __init__(self, connection: Any, statement: str, parameters: Any) -> None:
        self.writes = "UPDATE" in statement
        cursor = connection.connection.cursor()
        if connection.dialect.name == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            self.steps = [str(row[3]) for row in cursor.fetchall()]
            self.whole = [step for step in self.steps if step.startswith(f"SCAN {TABLE}") and " INDEX " not in step]
            self.sorts_all = any("TEMP B-TREE" in step for step in self.steps)
            return
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        found = cursor.fetchone()[0]
        nodes = list(_nodes((found if isinstance(found, list) else json.loads(found))[0]["Plan"]))
        self.steps = [f"{one['Node Type']} {one.get('Index Name', one.get('Relation Name', ''))}" for one in nodes]
        self.whole = [step for step in self.steps if step == f"Seq Scan {TABLE}"]
        self.sorts_all = any(step.startswith(("Sort", "Incremental Sort")) for step in self.steps)

    def uses(self, index: str) -> bool:
        """Return whether some step goes by this index."""
        return any(index in step for step in self.steps)


def plans_of_all(work: Callable[[], Any]) -> list[Plan]:
    """Return the plan of each statement that something sends, as the tables are at that moment."""
    found: list[Plan] = []
    explaining: list[bool] = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if explaining or not statement.startswith(("SELECT", "WITH", "UPDATE")):
            return
        explaining.append(True)
        found.append(Plan(connection, statement, parameters[0] if many else parameters))
        explaining.clear()

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
        db.session.rollback()
    return found


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
