"""A PDF is kept as it came, so it is taken only when it holds nothing that acts, hides or is locked.

The names are those of ISO 32000-2: actions that run something or send something away, and files inside the file.
"""

import re
import zlib
from collections.abc import Iterator

from swagat.domain.errors import N_, Invalid

ENCRYPTED = N_(
    "This PDF is locked with a password or has copying switched off. "
    "Print it to a new PDF without a lock, or send a photograph of it."
)
ACTIVE = N_(
    "This PDF holds a program, a fill-in form that acts, or another file. "
    "Print it to a new PDF, or send a photograph of it."
)
BROKEN = N_("This PDF did not arrive whole. Please send it again.")
UNREADABLE = N_("This PDF is built in a way that we cannot check. Print it to a new PDF, or send a photograph of it.")


def _named(*names: str) -> re.Pattern[bytes]:
    """Return what finds any of these names, each character as itself or as its #-escape, in one pass."""
    spelled = ("".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name) for name in names)
    return re.compile(("/(?:" + "|".join(spelled) + r")(?![^\x00-\x20()<>\[\]{}/%])").encode())


_LOCKED = _named("Encrypt")
_ACTIVE = _named(
    "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "FileAttachment", "RichMedia", "Rendition", "XFA",
    "SubmitForm", "ImportData", "GoToE",
)  # fmt: skip
# Too short to be looked for in packed bytes, where chance writes them too.
_ACTIVE_IN_OBJECTS = _named("JS", "EF")
_PACKED = _named("ObjStm")

MAX_STREAMS = 20_000
MAX_UNPACKED = 32 * 1024 * 1024
_FIRST = 1024
_STEP = 64 * 1024
_END_WITHIN = 1024
_ZIP_END = b"PK\x05\x06"
_ZIP_END_LENGTH = 22
_LONGEST_ZIP_COMMENT = 65535

_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_END_OF_STREAM = b"endstream"
_BLANKS = b"\0\t\n\f\r "


def check_pdf(data: bytes) -> None:
    """Raise Invalid when a PDF is locked, broken, a disguise for an archive, or holds actions or files.

    Names are read with their #-escapes undone, in the file itself and in the objects packed inside it.
    """
    if b"%%EOF" not in data[-_END_WITHIN:]:
        raise Invalid(BROKEN)
    if _is_also_zip(data):
        raise Invalid(ACTIVE)
    if _LOCKED.search(data):
        raise Invalid(ENCRYPTED)
    if _ACTIVE.search(data) or _ACTIVE_IN_OBJECTS.search(_without_streams(data)):
        raise Invalid(ACTIVE)
    for objects in _packed_objects(data):
        if _ACTIVE.search(objects) or _ACTIVE_IN_OBJECTS.search(objects):
            raise Invalid(ACTIVE)


def _without_streams(data: bytes) -> bytes:
    parts, place = list[bytes](), 0
    while found := _STREAM.search(data, place):
        parts.append(data[place : found.start()])
        place = data.find(_END_OF_STREAM, found.end())
        if place < 0:
            return b" ".join(parts)
    return b" ".join([*parts, data[place:]])


def _packed_objects(data: bytes) -> Iterator[bytes]:
    """Yield what each stream of packed objects holds, raising Invalid when it cannot be read or costs too much.

    Every stream is tried, because a reader finds packed objects by their place and not by what the stream calls itself.
    """
    left, previous = MAX_UNPACKED, 0
    for count, found in enumerate(_STREAM.finditer(data)):
        start = found.end()
        if _looks_like_objects(data[start : start + _FIRST]):
            end = data.find(_END_OF_STREAM, start)
            objects, cost = data[start:end], end - start
        elif _looks_like_objects(_first_of(data[start : start + _FIRST])):
            objects, cost = _unpack(data, start, left)
        elif _PACKED.search(data, previous, start):
            raise Invalid(UNREADABLE)
        else:
            objects, cost = b"", 0
        left -= cost
        if cost < 0 or left < 0 or count >= MAX_STREAMS:
            raise Invalid(UNREADABLE)
        previous = start
        yield objects


def _first_of(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _FIRST)
    except zlib.error:
        return b""


def _unpack(data: bytes, start: int, most: int) -> tuple[bytes, int]:
    """Return what is packed from a place on and what it cost; the cost is over `most` when it was given up."""
    unpacker, parts, cost = zlib.decompressobj(), list[bytes](), 0
    try:
        for place in range(start, len(data), _STEP):
            packed = data[place : place + _STEP]
            parts.append(unpacker.decompress(packed, most + 1))
            # Reading costs too: many streams may share one long tail that unpacks to nothing.
            cost += len(parts[-1]) + len(packed) // 8
            if unpacker.eof or cost > most:
                break
    except zlib.error:
        # Readers show what could be unpacked before the fault, so that much is looked at too.
        pass
    return b"".join(parts), cost


def _looks_like_objects(first: bytes) -> bool:
    """Return whether these bytes begin with pairs of whole numbers and then an object, as packed objects do."""
    text = first.lstrip(_BLANKS)
    if text.startswith(b"%"):
        return True
    if not re.match(rb"\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]", text):
        return False
    rest = text.lstrip(b"0123456789+-." + _BLANKS)
    return not rest or rest[:1] in b"<[(/%tfn"


def _is_also_zip(data: bytes) -> bool:
    """Return whether the file ends as a ZIP archive does: then programs that look at the end see an archive."""
    place = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_LENGTH - _LONGEST_ZIP_COMMENT))
    while place >= 0:
        length = int.from_bytes(data[place + 20 : place + 22], "little")
        if place + _ZIP_END_LENGTH + length == len(data):
            return True
        place = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_LENGTH - _LONGEST_ZIP_COMMENT), place)
    return False
