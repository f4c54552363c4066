"""Photographs are opened under limits, turned upright and written anew, so that nothing hidden in them gets through."""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from PIL import Image

from swagat.domain import papers
from swagat.domain.errors import N_, Invalid, TooMany

DAMAGED = N_("This photograph did not arrive whole or is damaged. Please send it again, or take a new one.")
TOO_MANY_PIXELS = N_(
    "This photograph has more than %(megapixels)s million points. Choose a smaller size in the camera's settings."
)
BUSY = N_("Many photographs are arriving just now. Nothing is lost. Please send yours again in a minute.")

# Pillow warns of each odd tag in somebody's camera data; Python would print and remember every one of them.
warnings.filterwarnings("ignore", module=r"PIL\.")

QUALITY = 85
# Each unpacked photograph may take 100 MB; a queue is better than a machine without memory.
AT_ONCE = 2
LONGEST_WAIT = 20
_turns = threading.BoundedSemaphore(AT_ONCE)

_FORMATS = {papers.JPEG: "JPEG", papers.PNG: "PNG", papers.WEBP: "WEBP"}
_ORIENTATION, _EXIF, _GPS = 0x0112, 0x8769, 0x8825
_TAKEN_AT, _TAKEN_OFFSET = 0x9003, 0x9011
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Capture(NamedTuple):
    """When and where a photograph was taken as its camera wrote it; None is what it did not write."""

    captured_at: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Picture(NamedTuple):
    """A photograph written anew, without metadata."""

    data: bytes
    media_type: str
    capture: Capture


def rewrite(data: bytes, media_type: str, with_capture: bool) -> Picture:
    """Return the picture upright, at most 2400 pixels long and without metadata; capture data only when asked.

    Raises Invalid for one that is damaged or too large, and TooMany when others wait already.
    """
    if media_type == papers.WEBP and papers.webp_pixels(data) > papers.MAX_PIXELS:
        raise _too_large()
    if media_type == papers.JPEG and papers.jpeg_scans(data) > papers.MAX_SCANS:
        raise Invalid(DAMAGED)
    with _turn():
        try:
            return _rewrite(data, media_type, with_capture)
        except Invalid:
            raise
        except Image.DecompressionBombError:
            raise _too_large() from None
        except Exception as fault:
            # A decoder fed with somebody's bytes may raise anything; whatever it is, the picture cannot be used.
            raise Invalid(DAMAGED) from fault


def _rewrite(data: bytes, media_type: str, with_capture: bool) -> Picture:
    with Image.open(io.BytesIO(data), formats=[_FORMATS[media_type]]) as opened:
        width, height = opened.size
        if width * height > papers.MAX_PIXELS:
            raise _too_large()
        capture = _capture(opened) if with_capture else Capture()
        turn = _turn_of(opened)
        size = papers.fitted(width, height)
        # A JPEG much larger than needed is unpacked at a half, a quarter or an eighth, which saves most of the work.
        opened.draft(None, size)
        image = _plain(opened)
        if image.size != size:
            image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if turn is not None:
        image = image.transpose(turn)
    # Colour profiles, comments and the like travel in `info`, and some writers put them into the new file.
    image.info.clear()
    if media_type == papers.PNG or image.mode == "RGBA":
        written = _written(image, "PNG")
        if len(written) <= papers.MAX_BYTES:
            return Picture(written, papers.PNG, capture)
    return Picture(_written(_on_white(image), "JPEG", quality=QUALITY, optimize=True), papers.JPEG, capture)


def _written(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture unpacked, as grey, colour, or colour with transparency, eight bits each."""
    image.load()
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith("I"):
        # Sixteen bits: plain conversion would cut at 255 and leave a white sheet.
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image.getchannel("A"))
    return sheet


def _turn_of(image: Image.Image) -> Image.Transpose | None:
    try:
        return _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        # Metadata that cannot be read turns nothing; the picture itself may be sound.
        return None


def _capture(image: Image.Image) -> Capture:
    try:
        exif = image.getexif()
        taken, gps = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
    except Exception:
        # Unreadable metadata is none; it is never guessed.
        return Capture()
    place = papers.position(gps.get(2), gps.get(1), gps.get(4), gps.get(3))
    captured_at = papers.capture_time(taken.get(_TAKEN_AT), taken.get(_TAKEN_OFFSET))
    return Capture(captured_at, *place) if place else Capture(captured_at)


def _too_large() -> Invalid:
    return Invalid(TOO_MANY_PIXELS, megapixels=papers.MAX_PIXELS // 1_000_000)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=LONGEST_WAIT):
        raise TooMany(BUSY, retry_after=60)
    try:
        yield
    finally:
        _turns.release()
