"""Writing reference rows: what is new is added, what differs is changed, the rest is left alone."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from swagat.services.reference_files import FileReport

Key = tuple[Any, ...]
Values = dict[str, Any]


class Stored:
    """The rows of a table as they stand, or `only` some, found by their natural key; written to in bulk."""

    def __init__(self, session: Session, table: Any, key: Sequence[str], *only: ColumnElement[bool]) -> None:
        self._session = session
        self._table: Table = table.__table__
        self._key = tuple(key)
        self._rows: dict[Key, Values] = {}
        self._seen: set[Key] = set()
        self._only = only
        for row in session.execute(select(self._table).where(*only)).mappings():
            values = dict(row)
            self._rows[self.key_of(values)] = values

    def key_of(self, values: Values) -> Key:
        """Return the natural key of a row."""
        return tuple(values[column] for column in self._key)

    def rows(self) -> Iterable[Values]:
        """Return every stored row."""
        return self._rows.values()

    def find(self, values: Values) -> Values | None:
        """Return the stored row with the key of these values, or None."""
        return self._rows.get(self.key_of(values))

    def id_of(self, values: Values) -> int:
        """Return the id of the row with the key of these values, raising KeyError when it is not stored."""
        return int(self._rows[self.key_of(values)]["id"])

    def write(self, rows: Iterable[tuple[FileReport, Values]]) -> list[Values]:
        """Add and change rows, noting each in its file's report; return the rows that are new or differ now."""
        fresh: list[Values] = []
        differing: list[Values] = []
        for report, values in rows:
            key = self.key_of(values)
            self._seen.add(key)
            stored = self._rows.get(key)
            if stored is None:
                report.added += 1
                fresh.append(values)
            elif all(stored[column] == value for column, value in values.items()):
                report.unchanged += 1
            else:
                report.changed += 1
                stored.update(values)
                differing.append(stored)
        self._insert(fresh)
        self._update(differing)
        return [self._rows[self.key_of(values)] for values in fresh] + differing

    def unseen(self) -> list[Values]:
        """Return the stored rows that no call of `write` named."""
        return [values for key, values in self._rows.items() if key not in self._seen]

    def _insert(self, rows: list[Values]) -> None:
        if not rows:
            return
        self._session.execute(insert(self._table), rows)
        for values in rows:
            self._rows[self.key_of(values)] = dict(values)
        if "id" not in self._table.c:
            return
        columns = [self._table.c[column] for column in self._key]
        for row in self._session.execute(select(self._table.c.id, *columns).where(*self._only)):
            self._rows[tuple(row[1:])]["id"] = row[0]

    def _update(self, rows: list[Values]) -> None:
        if not rows:
            return
        own = [column.name for column in self._table.primary_key]
        rest = [column.name for column in self._table.columns if column.name not in own]
        statement = update(self._table)
        for name in own:
            statement = statement.where(self._table.c[name] == bindparam(f"own_{name}"))
        statement = statement.values({name: bindparam(f"new_{name}") for name in rest})
        self._session.connection().execute(
            statement,
            [{f"own_{name}": row[name] for name in own} | {f"new_{name}": row[name] for name in rest} for row in rows],
        )

    def remove(self, rows: Iterable[Values]) -> int:
        """Delete stored rows and return how many they were."""
        own = [column.name for column in self._table.primary_key]
        keys = [{f"own_{name}": row[name] for name in own} for row in rows]
        if keys:
            statement = delete(self._table)
            for name in own:
                statement = statement.where(self._table.c[name] == bindparam(f"own_{name}"))
            self._session.connection().execute(statement, keys)
        return len(keys)
