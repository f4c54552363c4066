"""Tables that are shown on a page and leave as a spreadsheet: built once, so that both hold the same."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

from flask import Response
from markupsafe import Markup

# A spreadsheet takes a cell that begins so for a formula, and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Cell(NamedTuple):
    """What a page shows, what a spreadsheet gets, and where it leads."""

    shown: Any
    raw: object
    url: str | None = None


class Column(NamedTuple):
    """The head of a column, and by which name the table is sorted by it; no name where it is not."""

    label: str
    key: str = ""
    is_number: bool = True


class Rows(Sequence[Sequence[Cell]]):
    """The rows of a long table, each made when it is asked for: a page shows a hundred of them, a spreadsheet all."""

    def __init__(self, count: int, make: Callable[[int], Sequence[Cell]]) -> None:
        self._places, self._make = range(count), make

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Sequence[Cell]: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[Cell]]: ...

    def __getitem__(self, place: int | slice) -> Sequence[Cell] | Sequence[Sequence[Cell]]:
        if isinstance(place, slice):
            return [self._make(one) for one in self._places[place]]
        return self._make(self._places[place])


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a name for its address; the first cell of a row names it. `totals` stand below, a chart above."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Sequence[Cell]] = ()
    empty: str = ""
    chart: Markup = Markup()


def text_cell(text: Any, url: str | None = None) -> Cell:
    """Return a cell that shows and hands on the same text."""
    return Cell(text, str(text.striptags() if hasattr(text, "striptags") else text), url)


def harmless(value: object) -> object:
    """Return a cell for a spreadsheet that cannot be taken for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def csv_of(table: Table) -> str:
    """Return a table as comma-separated values, with its heads and totals."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([harmless(str(one.label)) for one in table.columns])
    writer.writerows([harmless(cell.raw) for cell in row] for row in (*table.rows, *table.totals))
    return written.getvalue()


def send_csv(table: Table, name: str) -> Response:
    """Return the answer that carries a table as a download of this name."""
    # Without the mark at its beginning a spreadsheet takes Gujarati for Latin letters.
    answer = Response("\ufeff" + csv_of(table), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
