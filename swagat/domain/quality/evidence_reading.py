"""Reads the archive of an evidence pack so that it can do no harm: no name becomes a path, no size fills a memory."""

import csv
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import TextIOWrapper
from typing import IO, Any

from swagat.domain.quality import evidence_files as files

MOST_FILES, MOST_BYTES = 64, 2_000_000_000
# What is read whole.
MOST_JSON = 20_000_000
LONGEST_LINE = 4_000
CHUNK = 1 << 20
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError)


class NotAPack(Exception):
    """A file that cannot be read as an evidence pack at all, with why."""


def names_in(opened: zipfile.ZipFile) -> list[str]:
    """Return the files of a pack; another program's archive, or one that would fill memory, is none."""
    found = opened.infolist()
    names = [one.filename for one in found]
    if len(names) > MOST_FILES:
        raise NotAPack(f"It holds more than {MOST_FILES} files.")
    if len(set(names)) != len(names):
        raise NotAPack("A name stands in it twice.")
    for one in found:
        if not files.NAMES.fullmatch(one.filename):
            raise NotAPack("It holds a file that no evidence pack has.")
        if one.flag_bits & 1 or one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotAPack("It is packed in a way that no evidence pack is.")
    if sum(one.file_size for one in found) > MOST_BYTES:
        raise NotAPack("Unpacked it would be larger than any evidence pack.")
    for needed in (files.MANIFEST, files.FIGURES):
        if needed not in names:
            raise NotAPack(f"{needed} is missing.")
    return names


def rows_in(
    opened: zipfile.ZipFile, name: str, columns: tuple[str, ...], differs: Callable[[str, str], None]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table with the numbers of their lines, telling what is not as the table should have it."""
    with opened.open(name) as stream, TextIOWrapper(stream, "utf-8", newline="") as text:
        reader = csv.reader(_short_lines(text))
        try:
            if tuple(next(reader, ())) != columns:
                differs(name, "has other columns")
                return
            for row in reader:
                if len(row) != len(columns):
                    differs(name, f"line {reader.line_num} has other columns")
                    continue
                yield reader.line_num, row
        except (csv.Error, UnicodeDecodeError, *BROKEN):
            differs(name, f"cannot be read from line {reader.line_num + 1} on")


def _short_lines(text: IO[str]) -> Iterable[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error("a line is too long")
        yield line


def digest_of(opened: zipfile.ZipFile, name: str) -> str:
    """Return the SHA-256 of a file, empty where it cannot be read to its end."""
    with opened.open(name) as stream:
        try:
            return files.sha256(iter(lambda: stream.read(CHUNK), b""))
        except BROKEN:
            # Its own checksum is broken already.
            return ""


def small_file(opened: zipfile.ZipFile, name: str) -> bytes:
    """Return a small file, raising NotAPack for one that is too large."""
    with opened.open(name) as stream:
        found = stream.read(MOST_JSON + 1)
    if len(found) > MOST_JSON:
        raise NotAPack(f"{name} is too large.")
    return found


def object_in(found: bytes, name: str) -> Mapping[str, Any]:
    """Return the object that a file of JSON holds, raising NotAPack."""
    try:
        value = json.loads(found)
    except (ValueError, RecursionError):
        raise NotAPack(f"{name} cannot be read.") from None
    if not isinstance(value, dict):
        raise NotAPack(f"{name} cannot be read.")
    return value


def printable(text: str) -> str:
    """Return what a pack says so that it cannot move the cursor of a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:80])
