"""What a printed report is made of: sections of paragraphs, tables and charts, with the words of a language."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of one thing within a section, such as one audit of several."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A text under its name, such as what somebody wrote: it may be of any length, which no cell of a table may."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; `widths` are shares of the page, and columns from `numbers` on stand to the right."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    numbers: int = 1


class Line(StrEnum):
    """How a line is drawn, so that two differ without colour."""

    FULL = "full"
    DASHED = "dashed"
    DOTTED = "dotted"
    STEPS = "steps"


class Series(NamedTuple):
    """One line of a chart; None leaves a gap, and `marked` are the places of points that stand out."""

    name: str
    values: Sequence[float | None]
    line: Line = Line.FULL
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over labels, or bars where `is_bars`; `top` is the greatest value that the scale must hold, and `ticks`
    are the words of the scale from nought to it.
    """

    title: str
    says: str
    labels: Sequence[str]
    series: Sequence[Series]
    top: float
    ticks: Sequence[str]
    is_bars: bool = False


Block = Paragraph | Heading | Note | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report under its heading; `clause` is that of the standard, empty for what belongs to none."""

    clause: str
    title: str
    blocks: Sequence[Block]

    @property
    def heading(self) -> str:
        """Return clause and title."""
        return f"{self.clause} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: a title, and what the report is about as names and values."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    note: str
