"""The formulas that offices can be graded by, read from the tables that come with the program."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from swagat.domain.case import Outcome
from swagat.domain.quality.grading import Component, Formula, Grade, Group, Scale
from swagat.domain.quality.indicators import INDICATORS
from swagat.services.reference_files import LANGUAGES, BadRow, FileReport, Row, Sheet, read, take

OURS = Path(__file__).parents[1] / "reference"
_TEXT = 300
_LEVELS = 1_000_000
_DAYS = 1_000


@dataclass(frozen=True, slots=True)
class FormulaView:
    """A formula and its words in each language: its name, what of it is an example, and what each figure stands for."""

    formula: Formula
    names: Mapping[str, str]
    marks: Mapping[str, str]
    notes: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class FormulasRead:
    """The formulas by code and version, and what became of the rows."""

    formulas: Mapping[tuple[str, int], FormulaView]
    reports: tuple[FileReport, ...]


@cache
def formulas() -> Mapping[tuple[str, int], FormulaView]:
    """Return the formulas that come with the program, by code and version; they are read once."""
    return read_formulas(OURS).formulas


def read_formulas(folder: Path) -> FormulasRead:
    """Return the formulas of a folder; what does not add up is refused with its line."""
    texts = [*_columns("name"), *_columns("mark")]
    heads = read(
        folder, "grading_formulas.csv", ("code", "version", "groups", "minimum", "exclusions", "grades", *texts)
    )
    rows = read(
        folder,
        "grading_components.csv",
        ("formula", "version", "indicator", "weight", "best", "worst", "none_is_full", *_columns("note")),
    )
    parts = _components(rows)
    found: dict[tuple[str, int], FormulaView] = {}

    def one(row: Row) -> None:
        key = (row.text("code", 40), row.number("version", 1, 999))
        if key in found:
            raise BadRow("is there twice")
        mine = parts.get(key, {})
        try:
            formula = Formula(
                *key,
                tuple(component for component, _ in mine.values()),
                tuple(Group(*pair) for pair in _pairs(row, "groups")),
                row.number("minimum", 1, _LEVELS),
                frozenset(Outcome(word) for word in row.words("exclusions", set(Outcome))),
                tuple(Grade(*pair) for pair in _pairs(row, "grades")),
            )
        except ValueError as why:
            raise BadRow(str(why)) from None
        notes = {code: note for code, (_, note) in mine.items()}
        found[key] = FormulaView(formula, _words(row, "name"), _words(row, "mark"), notes)

    take(heads, heads.report, one)
    return FormulasRead(found, (heads.report, rows.report))


def _components(rows: Sheet) -> dict[tuple[str, int], dict[str, tuple[Component, Mapping[str, str]]]]:
    found: dict[tuple[str, int], dict[str, tuple[Component, Mapping[str, str]]]] = {}

    def one(row: Row) -> None:
        code = row.known("indicator", INDICATORS, "figure")
        days = row.values["best"].strip()
        scale = Scale(row.number("best", 0, _DAYS), row.number("worst", 0, _DAYS)) if days else None
        full = row.known("none_is_full", ("yes", "no"), "answer") == "yes"
        try:
            component = Component(code, row.number("weight", 1, 100), scale, full)
        except ValueError as why:
            raise BadRow(str(why)) from None
        mine = found.setdefault((row.text("formula", 40), row.number("version", 1, 999)), {})
        if code in mine:
            raise BadRow(f"{code} is there twice")
        mine[code] = (component, _words(row, "note"))

    take(rows, rows.report, one)
    return found


def _pairs(row: Row, column: str) -> list[tuple[str, int]]:
    """Return what stands as A:80 B:70."""
    found = []
    for word in row.words(column):
        code, _, number = word.partition(":")
        if not (number.isascii() and number.isdigit()):
            raise BadRow(f"{column} has {word!r} and must be written such as A:80 B:0")
        found.append((code, int(number)))
    return found


def _columns(column: str) -> list[str]:
    return [f"{column}_{code}" for code in LANGUAGES]


def _words(row: Row, column: str) -> dict[str, str]:
    return {code: row.text(f"{column}_{code}", _TEXT) for code in LANGUAGES}
