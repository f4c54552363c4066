"""The ZIP of an evidence pack: its lists, its figures, how to work them out again, and the digests of all of it."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from swagat.domain.errors import N_
from swagat.domain.quality import evidence_files as files
from swagat.domain.quality.indicators import INDICATORS, Indicator, Kind
from swagat.domain.quality.periods import Span, months_between, trend_of
from swagat.paper.words import Words
from swagat.services.evidence_lists import Gathered
from swagat.services.quality_scopes import Whose

# The first day that a ZIP can tell: when a file was made would make two packs of the same content differ.
BEGINNING = (1980, 1, 1, 0, 0, 0)
CHUNK = 1 << 20

HOW_TO_CHECK = (
    N_("This pack holds the figures of one office and what they are counted from. It names no complainant and holds "
       "no telephone number and no text that anybody wrote."),
    N_("1. Are the files as they were made? In this folder run: sha256sum -c SHA256SUMS. The SHA-256 of manifest.json "
       "also stands on the first page of the printed pack; compare both."),
    N_("2. Is a figure right? figures.json names for each figure the lists it is counted from, its numerator and its "
       "denominator. Each line of a list says for which case, month and key how many are counted; definitions.txt says "
       "what each figure means. Add up the column number for the months of the period."),
    N_("3. Is the register whole? register.csv has every entry of these cases. Each carries the digest of the entry "
       "before it, the first one nothing but noughts; numbers follow each other without a gap."),
    N_("4. All of this at once: flask evidence verify PACK.zip. It needs no database, and names what differs."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a pack is about: whose figures, of which months, as they stood when, and in which language."""

    office: Whose
    span: Span
    as_of: datetime
    language: str

    @property
    def months(self) -> Sequence[date]:
        """Return every month of which there are figures: two years up to the end of the period, and all of it."""
        return months_between(min(self.span.first, trend_of(self.span)[0]), self.span.last)


def write_zip(asked: Asked, found: Gathered, folder: Path, target: Path) -> str:
    """Write the files beside the lists, and all of them into a ZIP; return the digest of its manifest."""
    words = Words(asked.language)
    first, last = files.month_code(asked.span.first), files.month_code(asked.span.last)
    months = {files.month_code(one): found.months.get(files.month_code(one), {}) for one in asked.months}
    figures = {
        "format": files.FORMAT,
        "office": asked.office.code,
        "office_name": words.name(asked.office.name),
        "first": first,
        "last": last,
        "as_of": asked.as_of.astimezone(UTC).isoformat(timespec="seconds"),
        "language": asked.language,
        "figures": [
            files.told(one, values, words.say(one.name), words.say(one.definition), words.say(one.cohort))
            | {"formula": formula(words, one)}
            for one, values in _paired(files.figures_of(found.months, first, last))
        ],
        "months": files.month_figures(months),
    }
    (folder / files.FIGURES).write_bytes(files.as_json(figures))
    (folder / files.README).write_text(_paragraphs(words.say(one) for one in HOW_TO_CHECK), "utf-8")
    definitions = _paragraphs(_definition(words, one) for one in INDICATORS.values())
    (folder / files.DEFINITIONS).write_text(definitions, "utf-8")
    digests = {name: _digest(folder / name) for name in _names(folder)}
    manifest = files.as_json({"format": files.FORMAT, "files": digests})
    (folder / files.MANIFEST).write_bytes(manifest)
    of_manifest = files.sha256([manifest])
    (folder / files.SUMS).write_bytes(files.sums({**digests, files.MANIFEST: of_manifest}))
    _pack(folder, target)
    return of_manifest


def formula(words: Words, indicator: Indicator) -> str:
    """Return how a figure comes from its lists, in words."""
    lists = ", ".join(files.lists_behind(indicator))
    match indicator.kind:
        case Kind.NUMBER:
            return words.say(N_("The sum of the column number in %(lists)s."), lists=lists)
        case Kind.DAYS:
            return words.say(
                N_("Of the days at the end of each key in %(lists)s the median and the 90th percentile, each the least "
                   "number of days within which so many of the cases ended."),
                lists=lists,
            )  # fmt: skip
        case Kind.SHARE:
            return words.say(N_("The lines in %(lists)s that the definition picks, of all it is about."), lists=lists)


def _paired(values: Mapping[str, files.Shown]) -> list[tuple[Indicator, files.Shown]]:
    return [(INDICATORS[code], one) for code, one in values.items()]


def _definition(words: Words, one: Indicator) -> str:
    said = (words.say(one.name), words.say(one.definition), words.say(one.cohort), formula(words, one))
    return "\n".join((f"{one.code} ({one.version})", *said))


def _paragraphs(texts: Iterable[str]) -> str:
    return "\n\n".join(texts) + "\n"


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return files.sha256(iter(lambda: stream.read(CHUNK), b""))


def _pack(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w") as packed:
        for name in _names(folder):
            entry = zipfile.ZipInfo(name, BEGINNING)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            with (folder / name).open("rb") as stream, packed.open(entry, "w") as into:
                while part := stream.read(CHUNK):
                    into.write(part)
