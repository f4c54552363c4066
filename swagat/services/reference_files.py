"""Reading reference tables: rows with their line numbers, and a report of what each line became."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

Member = TypeVar("Member", bound=StrEnum)

LANGUAGES = ("en", "hi", "gu")


class BadRow(Exception):
    """A row that cannot be taken; the message says what is wrong with it."""


@dataclass(slots=True)
class FileReport:
    """What became of the rows of one file; `kept` rows stand in the database and in no file."""

    name: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    kept: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, why: str) -> None:
        """Note that a line cannot be taken; line 0 stands for the file as a whole."""
        self.refused.append((line, why))

    def lines(self) -> list[str]:
        """Return the figures of the file, and each refused line with its reason."""
        figures = f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged"
        for number, word in ((self.removed, "removed"), (self.kept, "kept though in no file")):
            if number:
                figures += f", {number} {word}"
        figures += f", {len({line for line, _ in self.refused})} refused"
        # A row that holds for several states may be wrong in each of them: it is said once.
        refused = sorted(set(self.refused))
        return [f"{self.name}: {figures}"] + [
            f"  {self.name} line {line}: {why}" if line else f"  {self.name}: {why}" for line, why in refused
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file; what cannot be read raises BadRow."""

    line: int
    values: dict[str, str]

    def text(self, column: str, most: int, *, empty: bool = False) -> str:
        """Return a text of at most so many characters, which may be empty only when that is said."""
        value = self.values[column].strip()
        if not value and not empty:
            raise BadRow(f"{column} is empty")
        if len(value) > most:
            raise BadRow(f"{column} is longer than {most} characters")
        return value

    def names(self, column: str, most: int, *, empty: bool = False) -> dict[str, str]:
        """Return the texts of a column that is there once for each language."""
        return {f"{column}_{code}": self.text(f"{column}_{code}", most, empty=empty) for code in LANGUAGES}

    def words(self, column: str, known: Collection[str] | None = None) -> list[str]:
        """Return the parts of a column between spaces; all of them must be known when that is asked."""
        parts = self.values[column].split()
        for part in parts:
            if known is not None and part not in known:
                raise BadRow(f"{column} has {part}, which is not known")
        return parts

    def member(self, column: str, kinds: type[Member]) -> Member:
        """Return a member of an enumeration."""
        try:
            return kinds(self.values[column].strip())
        except ValueError:
            allowed = ", ".join(kind.value for kind in kinds)
            raise BadRow(f"{column} is {self.values[column]!r} and must be one of {allowed}") from None

    def optional(self, column: str, kinds: type[Member]) -> Member | None:
        """Return a member of an enumeration, or None where the column is empty."""
        return self.member(column, kinds) if self.values[column].strip() else None

    def known(self, column: str, known: Collection[str], what: str) -> str:
        """Return a value that must be one of the known ones; `what` says what they are."""
        value = self.values[column].strip()
        if value not in known:
            raise BadRow(f"{value!r} is no {what} that is known")
        return value

    def number(self, column: str, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        value = self.values[column].strip()
        if not (value.isascii() and value.isdigit()) or not least <= int(value) <= most:
            raise BadRow(f"{column} is {value!r} and must be a whole number from {least} to {most}")
        return int(value)

    def day(self, column: str) -> date:
        """Return a day written as 2026-12-04."""
        try:
            return date.fromisoformat(self.values[column].strip())
        except ValueError:
            raise BadRow(f"{column} is {self.values[column]!r} and must be a day such as 2026-12-04") from None


@dataclass(slots=True)
class Sheet:
    """A file that was read, and the report on it."""

    report: FileReport
    rows: list[Row]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


def read(folder: Path, name: str, columns: Collection[str]) -> Sheet:
    """Return the rows of a file; one that is missing, is not UTF-8 or lacks a column is refused as a whole."""
    report = FileReport(name)
    sheet = Sheet(report, [])
    try:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                report.refuse(0, f"has no column {', '.join(missing)}")
                return sheet
            for values in reader:
                if None in values or None in values.values():
                    report.refuse(reader.line_num, "has more or fewer fields than the head of the table")
                else:
                    sheet.rows.append(Row(reader.line_num, dict(values)))
    except FileNotFoundError:
        report.refuse(0, "is missing")
    except UnicodeDecodeError:
        report.refuse(0, "is not UTF-8")
    except csv.Error as fault:
        report.refuse(0, f"is no table of comma-separated values: {fault}")
    return sheet


def take(rows: Iterable[Row], report: FileReport, one: Callable[[Row], None]) -> None:
    """Take each row, noting in the report which one cannot be taken and why."""
    for row in rows:
        try:
            one(row)
        except BadRow as why:
            report.refuse(row.line, str(why))
