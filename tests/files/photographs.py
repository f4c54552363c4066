"""Photographs as telephones make them, and as somebody who means harm makes them."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

ORIENTATION, EXIF, GPS = 0x0112, 0x8769, 0x8825
SHANTI_KUNJ = (23.037222, 72.566111)


def pattern(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture whose left upper quarter is red and the rest blue, so that turning it can be seen."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height // 2))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def exif(taken: str | None = None, gps: dict[int, Any] | None = None, turned: int | None = None) -> Image.Exif:
    """Camera data with what is given and nothing else."""
    data = Image.Exif()
    data[0x010F] = "Cameramaker of Surat"
    if turned is not None:
        data[ORIENTATION] = turned
    if taken is not None:
        data.get_ifd(EXIF).update({0x9003: taken, 0x9011: "+05:30"})
    if gps is not None:
        data.get_ifd(GPS).update(gps)
    return data


def gps(north: tuple[float, ...] = (23, 2, 14), east: tuple[float, ...] = (72, 33, 58)) -> dict[int, Any]:
    return {1: "N", 2: north, 3: "E", 4: east, 29: "2026:07:01"}


def tagged(kind: str = "JPEG") -> bytes:
    """A photograph that says when and where it was taken, and has a comment and a colour profile too."""
    extra: dict[str, Any] = {"comment": b"<script>alert(1)</script>"} if kind == "JPEG" else {}
    data = exif(taken="2026:07:01 14:05:09", gps=gps(), turned=1)
    return encoded(pattern(), kind, exif=data, icc_profile=b"profile of the camera", **extra)


def announcing(width: int, height: int, kind: str) -> bytes:
    """A small file whose header announces a picture of this size."""
    if kind == "PNG":
        return _png_announcing(width, height)
    if kind == "WEBP":
        return _webp_announcing(width, height)
    data = bytearray(encoded(pattern()))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _png_announcing(width: int, height: int) -> bytes:
    # One row of real bytes repeated would unpack to the whole picture; a few zeros are enough for the header's claim.
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(4096)))
        + chunk(b"IEND", b"")
    )


def _webp_announcing(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + bytes(32)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_many_scans(scans: int) -> bytes:
    """A progressive JPEG with its last scan repeated: few bytes, and a pass over all pixels for each."""
    data = encoded(pattern(), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + data[-2:]


def jpeg_segments(data: bytes) -> list[int]:
    """The markers of a JPEG's segments, in order: what a reader of metadata would find."""
    assert data[:2] == b"\xff\xd8"
    markers, place = [], 2
    while data[place + 1] != 0xDA:
        markers.append(data[place + 1])
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return markers


def png_chunks(data: bytes) -> list[bytes]:
    """The kinds of a PNG's chunks, in order."""
    kinds, place = [], 8
    while place < len(data):
        kinds.append(data[place + 4 : place + 8])
        place += 12 + int.from_bytes(data[place : place + 4], "big")
    return kinds


def noise(width: int = 64, height: int = 48) -> bytes:
    """A photograph that no compression makes small, each one another: about a byte for each pixel."""
    return encoded(Image.effect_noise((width, height), 80).convert("RGB"), quality=95)
