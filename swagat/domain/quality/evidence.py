"""Whether an evidence pack is whole and true: its digests, its chains, and every figure worked out from its lists.

It needs no database, and trusts nothing in the pack: not its names, not its sizes, not its numbers.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from swagat.domain.quality import evidence_files as files
from swagat.domain.quality.evidence_reading import (
    BROKEN,
    NotAPack,
    digest_of,
    names_in,
    object_in,
    printable,
    rows_in,
    small_file,
)
from swagat.domain.quality.indicators import INDICATORS, Tally
from swagat.domain.quality.measures import Measure

# No office of one program has more; who invents more wants to fill a memory.
MOST_MONTHS, MOST_KEYS, MOST_CASES = 100, 1_000_000, 2_000_000
# Who needs more to see that a pack is not to be trusted?
MOST_PROBLEMS = 1_000
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_MONTH = re.compile(rf"\d{{4}}-\d{{2}}|{files.NOW}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIRST = "0" * 64
_MEASURES = {files.list_of(one): one for one in Measure}

Months = dict[str, dict[Measure, dict[str, int]]]


class _Enough(Exception):
    """So much differs that the rest need not be looked at."""


@dataclass
class Verification:
    """What was found: each problem as a sentence, the figures and files it concerns, and how much was looked at."""

    manifest: str = ""
    problems: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    files: int = 0
    cases: int = 0
    entries: int = 0
    recomputed: int = 0

    @property
    def ok(self) -> bool:
        """Return whether nothing differs."""
        return not self.problems

    def lines(self) -> list[str]:
        """Return the result as lines for a terminal."""
        looked_at = (
            f"{self.files} files, {self.cases} cases, {self.entries} entries of the register, "
            f"{self.recomputed} figures recomputed"
        )
        end = "All is as the manifest and the lists say." if self.ok else f"{len(self.problems)} problems."
        return [*self.problems, looked_at, f"SHA-256 of the manifest: {self.manifest}", end]

    def note(self, problem: str) -> None:
        """Note a problem, up to so many."""
        self.problems.append(problem)
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Enough

    def differs(self, name: str, problem: str) -> None:
        """Note a problem of a file."""
        if name not in self.changed:
            self.changed.append(name)
        self.note(f"{name}: {problem}")


def verify(pack: BinaryIO) -> Verification:
    """Return what differs in a pack, raising NotAPack for what is none."""
    try:
        with zipfile.ZipFile(pack) as opened:
            return _verify(opened, names_in(opened))
    except NotAPack:
        raise
    except (*BROKEN, OSError, ValueError, RuntimeError) as fault:
        raise NotAPack(f"The file cannot be read as an evidence pack ({type(fault).__name__}).") from None


def _verify(opened: zipfile.ZipFile, names: list[str]) -> Verification:
    result = Verification(files=len(names))
    manifest_bytes = small_file(opened, files.MANIFEST)
    result.manifest = files.sha256([manifest_bytes])
    try:
        _look(opened, names, manifest_bytes, result)
    except _Enough:
        result.problems.append("There is more that differs.")
    return result


def _look(opened: zipfile.ZipFile, names: list[str], manifest_bytes: bytes, result: Verification) -> None:
    manifest = object_in(manifest_bytes, files.MANIFEST)
    _check_digests(opened, names, manifest, result)
    about = object_in(small_file(opened, files.FIGURES), files.FIGURES)
    months, cases = _counted(opened, names, result)
    _check_figures(about, months, result)
    if files.REGISTER in names:
        known = _check_register(opened, result)
        for number in sorted(cases - known)[:5]:
            result.differs(files.REGISTER, f"a list names {number}, of which there is no entry")
    result.cases = len(cases)


def _check_digests(
    opened: zipfile.ZipFile, names: list[str], manifest: Mapping[str, Any], result: Verification
) -> None:
    listed = manifest.get("files")
    if not isinstance(listed, dict) or not all(isinstance(one, str) for one in listed.values()):
        raise NotAPack(f"{files.MANIFEST} names no files.")
    for name in sorted(set(listed) - set(names)):
        result.differs(printable(name), "is missing")
    for name in sorted(set(names) - set(listed) - {files.MANIFEST, files.SUMS}):
        result.differs(name, "is not named in the manifest")
    for name in sorted(set(listed) & set(names)):
        if digest_of(opened, name) != listed[name]:
            result.differs(name, f"was changed{_resting_on(name)}")
    sums = small_file(opened, files.SUMS) if files.SUMS in names else b""
    if sums != files.sums({**listed, files.MANIFEST: result.manifest}):
        result.differs(files.SUMS, "does not say the same as the manifest")


def _resting_on(name: str) -> str:
    behind = [one.code for one in INDICATORS.values() if name in files.lists_behind(one)]
    return f"; on it rest {', '.join(behind)}" if behind else ""


def _counted(opened: zipfile.ZipFile, names: list[str], result: Verification) -> tuple[Months, set[str]]:
    """Return what the lists add up to by month, and the cases they name."""
    months: Months = {}
    cases: set[str] = set()
    distinct = 0
    for name in sorted(set(names) & set(_MEASURES)):
        for at, row in rows_in(opened, name, files.LIST_COLUMNS, result.differs):
            if not _NUMBER.fullmatch(row[4]) or not _MONTH.fullmatch(row[2]):
                result.differs(name, f"line {at} is not as a list has it")
                continue
            keys = months.setdefault(row[2], {}).setdefault(_MEASURES[name], {})
            distinct += row[3] not in keys
            keys[row[3]] = keys.get(row[3], 0) + int(row[4])
            cases.add(row[0])
            if len(months) > MOST_MONTHS or distinct > MOST_KEYS or len(cases) > MOST_CASES:
                raise NotAPack("It counts more than any office has.")
    return months, cases


def _check_figures(about: Mapping[str, Any], months: Mapping[str, Tally], result: Verification) -> None:
    first, last = str(about.get("first")), str(about.get("last"))
    told = {
        str(one.get("code")): [one.get(name) for name in ("numerator", "denominator", "median", "ninetieth")]
        for one in _list(about.get("figures"))
        if isinstance(one, dict)
    }
    _compare(told, files.of_period(months, first, last), f"{first} to {last}", result)
    by_month = about.get("months")
    by_month = by_month if isinstance(by_month, dict) else {}
    for month in sorted({*by_month, *months} - {files.NOW}):
        said = by_month.get(month)
        _compare(said if isinstance(said, dict) else {}, months.get(month, {}), month, result, is_period=False)


def _compare(
    told: Mapping[str, Any], tally: Tally, period: str, result: Verification, *, is_period: bool = True
) -> None:
    expected = {code: one for code, one in INDICATORS.items() if is_period or _has_month(code)}
    for code in sorted(set(told) - set(expected)):
        result.note(f"{printable(code)}, {printable(period)}: no such figure is known")
    for code, indicator in expected.items():
        result.recomputed += 1
        try:
            found: files.Shown | None = files.shown(indicator, tally)
        except (ValueError, IndexError):
            found = None
        if found is None or told.get(code) != found:
            said = _in_words(told[code]) if code in told else "is not told"
            lists = _in_words(found) if found else "cannot be added up"
            if code not in result.figures:
                result.figures.append(code)
            result.note(f"{code}, {printable(period)}: the pack says {said}, its lists {lists}")


def _has_month(code: str) -> bool:
    return all(one.measure is not Measure.OPEN for one in INDICATORS[code].whole)


def _in_words(values: Any) -> str:
    if not isinstance(values, list) or len(values) != 4 or not all(isinstance(one, int | None) for one in values):
        return "something unreadable"
    part, whole, median, ninetieth = values
    days = f", median {median}, nine of ten within {ninetieth}" if median is not None else ""
    return f"{part} of {whole}{days}"


def _check_register(opened: zipfile.ZipFile, result: Verification) -> set[str]:
    """Check that the entries of each case follow each other without a gap, each carrying the digest before."""
    known: set[str] = set()
    number, seq, previous = "", 0, _FIRST
    for at, row in rows_in(opened, files.REGISTER, files.REGISTER_COLUMNS, result.differs):
        result.entries += 1
        if row[0] != number:
            if row[0] in known:
                result.differs(files.REGISTER, f"line {at}: the entries of {printable(row[0])} are torn apart")
            number, seq, previous = row[0], 0, _FIRST
            known.add(number)
            if len(known) > MOST_CASES:
                raise NotAPack("It counts more than any office has.")
        before, digest = row[-2], row[-1]
        if row[1] != str(seq + 1) or before != previous or not _DIGEST.fullmatch(digest):
            result.differs(files.REGISTER, f"line {at}: an entry of {printable(number)} does not fit the chain")
        seq, previous = int(row[1]) if _NUMBER.fullmatch(row[1]) else seq + 1, digest
    return known


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
