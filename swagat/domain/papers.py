"""What a paper is by its content, what it may be called, and what a photograph says of where it was taken."""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
PDF = "application/pdf"
# What is stored: every picture is written anew as one of two kinds, so what lies in the store is ours.
SHOWN_INLINE = frozenset({JPEG, PNG})
EXTENSIONS = {JPEG: "jpg", PNG: "png", WEBP: "webp", PDF: "pdf"}

MAX_MEGABYTES = 5
MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
MAX_DOCUMENTS = 5
MAX_OFFICE_DOCUMENTS = 50
MAX_PIXELS = 25_000_000
LONGEST_SIDE = 2400
# A progressive picture has about ten; each further one costs a pass over all its pixels and almost no bytes.
MAX_SCANS = 30
LONGEST_NAME = 120

_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_PDF_LEAD = b"\xef\xbb\xbf\t\n\r "
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_END_OF_PICTURE, _START_OF_SCAN = 0xD9, 0xDA
_WITHOUT_LENGTH = frozenset({0x01, 0xD8})

_KNOWN_EXTENSION = re.compile(r"\.(?:jpe?g|jpe|jfif|png|webp|pdf|hei[cf]|avif)\s*$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\\/\u2044\u2215\u29f8\uff0f\uff3c]")
_PUNCTUATION = frozenset(" .-_,()+&'")
_JOINERS = frozenset("\u200c\u200d")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
NAMELESS = "document"

_CAPTURED = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d:\d\d:\d\d)", re.ASCII)
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d", re.ASCII)


def media_type_of(head: bytes) -> str | None:
    """Return the kind that a file's first bytes show, or None for every kind that is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    # Some portals send an empty line before the PDF they make.
    if re.match(rb"%PDF-[12]\.\d", head[:64].lstrip(_PDF_LEAD)):
        return PDF
    return None


def is_heif(head: bytes) -> bool:
    """Return whether this is a photograph as some telephones keep it (HEIC, AVIF), which many computers cannot open."""
    brands = {head[8:12], *(head[start : start + 4] for start in range(16, 32, 4))}
    return head[4:8] == b"ftyp" and not brands.isdisjoint(_HEIF_BRANDS)


def webp_pixels(head: bytes) -> int:
    """Return the pixels a WebP file's first 30 bytes announce, 0 when they announce nothing.

    A decoder takes the memory for them as soon as it is opened.
    """
    if len(head) < 30:
        return 0
    chunk = head[12:16]
    if chunk == b"VP8X":
        return (int.from_bytes(head[24:27], "little") + 1) * (int.from_bytes(head[27:30], "little") + 1)
    if chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    if chunk == b"VP8 ":
        return (int.from_bytes(head[26:28], "little") & 0x3FFF) * (int.from_bytes(head[28:30], "little") & 0x3FFF)
    return 0


def jpeg_scans(data: bytes) -> int:
    """Return how many scans a JPEG has until its end mark; what lies behind the mark does not count."""
    scans, place = 0, 2
    while found := _MARKER.search(data, place):
        code, place = found[1][0], found.end()
        if code == _END_OF_PICTURE:
            break
        scans += code == _START_OF_SCAN
        if code not in _WITHOUT_LENGTH:
            place += int.from_bytes(data[place : place + 2], "big")
    return scans


def fitted(width: int, height: int) -> tuple[int, int]:
    """Return the size at which the longest side is at most 2400 pixels, never larger than it was."""
    longest = max(width, height)
    if longest <= LONGEST_SIDE:
        return width, height
    return max(1, width * LONGEST_SIDE // longest), max(1, height * LONGEST_SIDE // longest)


def safe_name(original: str, media_type: str) -> str:
    """Return a name that is safe in any folder and header: letters of every script, at most 120, the right extension.

    Paths, control and direction characters and pictographs go; joiners stay inside Indian words, which need them.
    """
    name = unicodedata.normalize("NFC", _SEPARATORS.split(original)[-1])
    while known := _KNOWN_EXTENSION.search(name):
        name = name[: known.start()]
    stem = " ".join(_readable(name).split())
    stem = re.sub(r"\.{2,}", ".", stem)
    extension = "." + EXTENSIONS[media_type]
    stem = _cut(stem, LONGEST_NAME - len(extension)).strip(" .-_,")
    if not any(character.isalnum() for character in stem) or _RESERVED.fullmatch(stem):
        stem = NAMELESS
    return stem + extension


def neutral_name(number: int, media_type: str) -> str:
    """Return a name that tells nothing of the sender, for the papers of somebody who hides their identity."""
    return f"{NAMELESS}-{number}.{EXTENSIONS[media_type]}"


def _readable(name: str) -> str:
    kept = [" "]
    for character in name:
        before, kind = kept[-1], unicodedata.category(character)
        in_word = unicodedata.category(before)[0] in "LM" or before in _JOINERS
        is_kept = (
            character in _PUNCTUATION
            or kind[0] in "LN"
            or (kind in ("Mn", "Mc") and in_word)
            or (character in _JOINERS and "\u0900" <= before <= "\u0d7f")
        )
        kept.append(character if is_kept else " ")
    return "".join(kept)


def _cut(text: str, longest: int) -> str:
    """Return the text cut to a length, but not between a letter and its vowel sign."""
    if len(text) <= longest:
        return text
    end = longest
    while end and (unicodedata.category(text[end])[0] == "M" or text[end] in _JOINERS):
        end -= 1
    return text[:end]


def capture_time(text: object, offset: object = None) -> str | None:
    """Return when a photograph was taken as ISO 8601 text, as its camera wrote it, or None.

    Cameras write local time; an offset is given only when the camera wrote one: guessing it would invent a fact.
    """
    if not isinstance(text, str) or not (found := _CAPTURED.fullmatch(text.strip("\0 "))):
        return None
    taken = "{}-{}-{}T{}".format(*found.groups())
    try:
        datetime.fromisoformat(taken)
    except ValueError:
        return None
    zone = offset.strip("\0 ") if isinstance(offset, str) else ""
    return taken + (zone if _OFFSET.fullmatch(zone) else "")


def position(
    latitude: object, latitude_side: object, longitude: object, longitude_side: object
) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees from EXIF's degrees, minutes, seconds and sides, or None.

    Exactly 0, 0 is what receivers write that found no satellite.
    """
    north = _degrees(latitude, latitude_side, "N", "S", 90)
    east = _degrees(longitude, longitude_side, "E", "W", 180)
    if north is None or east is None or (north == 0 and east == 0):
        return None
    return north, east


def _degrees(parts: object, side: object, plus: str, minus: str, limit: int) -> float | None:
    if not isinstance(parts, Sequence) or isinstance(parts, str | bytes) or len(parts) != 3:
        return None
    side = side.strip("\0 ").upper() if isinstance(side, str) else ""
    if side not in (plus, minus):
        return None
    try:
        degrees, minutes, seconds = map(float, parts)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if not all(map(math.isfinite, (degrees, minutes, seconds))):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if min(degrees, minutes, seconds) < 0 or minutes >= 60 or seconds >= 60 or value > limit:
        return None
    return round(value if side == plus else -value, 6)
