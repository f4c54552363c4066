import io
import re
import threading
import zlib
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageFile

from swagat.domain import papers
from swagat.domain.errors import Invalid, TooMany
from swagat.domain.pdf import ACTIVE, ENCRYPTED
from swagat.services import documents, pictures
from swagat.services.documents import Prepared, prepare
from tests.files import pdfs
from tests.files.photographs import (
    announcing,
    chunk,
    encoded,
    exif,
    gps,
    jpeg_segments,
    pattern,
    png_chunks,
    tagged,
    with_many_scans,
)

# The program itself silences these; pytest turns them on again.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL", "ignore::PIL.Image.DecompressionBombWarning")

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
# What a JPEG needs to be shown: the JFIF head, tables, the frame. No EXIF (E1), profile (E2), comment (FE).
JPEG_NEEDS = {0xE0, 0xDB, 0xC0, 0xC4}


def opened(paper: Prepared) -> Image.Image:
    image = Image.open(io.BytesIO(paper.data))
    image.load()
    return image


def refusal(data: bytes, name: str = "photo.jpg", is_evidence: bool = False) -> str:
    with pytest.raises(Invalid) as refused:
        prepare(data, name, is_evidence)
    assert not re.search(r"%\(", str(refused.value))
    return refused.value.text.message


def is_red(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return pixel[0] > 200 and pixel[2] < 60


# What photographs may hide


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("is_evidence", [False, True])
def test_no_stored_photograph_says_where_it_was_taken(kind: str, is_evidence: bool) -> None:
    data = tagged(kind)
    assert b"Cameramaker" in data
    paper = prepare(data, "photo.jpg", is_evidence)
    if paper.media_type == papers.JPEG:
        assert set(jpeg_segments(paper.data)) <= JPEG_NEEDS
    else:
        assert set(png_chunks(paper.data)) == {b"IHDR", b"IDAT", b"IEND"}
    image = opened(paper)
    assert not dict(image.getexif())
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)
    for trace in (b"Cameramaker", b"Exif", b"2026:07", b"camera", b"<script>"):
        assert trace not in paper.data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_evidence_keeps_apart_when_and_where_it_was_taken(kind: str) -> None:
    paper = prepare(tagged(kind), "site.jpg", is_evidence=True)
    assert paper.captured_at == "2026-07-01T14:05:09+05:30"
    assert (paper.latitude, paper.longitude) == (23.037222, 72.566111)


def test_a_complainants_photograph_is_never_read_for_its_place() -> None:
    paper = prepare(tagged(), "home.jpg", is_evidence=False)
    assert (paper.captured_at, paper.latitude, paper.longitude) == (None, None, None)


@pytest.mark.parametrize(
    ("data", "captured_at", "has_place"),
    [
        (encoded(pattern()), None, False),
        (encoded(pattern(), exif=exif(gps=gps())), None, True),
        (encoded(pattern(), exif=exif(taken="2026:07:01 14:05:09")), "2026-07-01T14:05:09+05:30", False),
        (encoded(pattern(), exif=exif(taken="0000:00:00 00:00:00", gps=gps((0, 0, 0), (0, 0, 0)))), None, False),
        (encoded(pattern(), exif=exif(gps={2: (23, 2, 14), 4: (72, 33, 58)})), None, False),
        (encoded(pattern(), exif=exif(gps={1: "N", 2: 23.0, 3: "E", 4: 72.5})), None, False),
        (encoded(pattern(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff"), None, False),
        (encoded(pattern(), exif=b"Exif\0\0rubbish"), None, False),
    ],
)
def test_what_a_camera_did_not_write_stays_unknown(data: bytes, captured_at: str | None, has_place: bool) -> None:
    paper = prepare(data, "site.jpg", is_evidence=True)
    assert paper.captured_at == captured_at
    assert (paper.latitude is not None, paper.longitude is not None) == (has_place, has_place)


# What photographs look like afterwards


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photograph_is_turned_upright(turned: int) -> None:
    backwards = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[turned]
    image = pattern() if backwards is None else pattern().transpose(backwards)
    upright = opened(prepare(encoded(image, exif=exif(turned=turned)), "photo.jpg", False)).convert("RGB")
    assert upright.size == (64, 48)
    assert is_red(upright.getpixel((8, 8)))
    assert not any(is_red(upright.getpixel(corner)) for corner in ((56, 8), (8, 40), (56, 40)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_photograph_is_made_smaller_in_its_own_shape(kind: str) -> None:
    image = opened(prepare(encoded(pattern(4800, 1000), kind), "photo", False))
    assert image.size == (2400, 500)
    assert is_red(image.convert("RGB").getpixel((100, 100)))
    assert not is_red(image.convert("RGB").getpixel((2300, 400)))


def test_a_long_strip_keeps_a_width() -> None:
    assert opened(prepare(encoded(pattern(2, 9000), "PNG"), "strip.png", False)).size == (1, 2400)


@pytest.mark.parametrize(
    ("data", "media_type", "mode"),
    [
        (encoded(pattern(mode="L")), papers.JPEG, "L"),
        (encoded(pattern(mode="CMYK")), papers.JPEG, "RGB"),
        (encoded(pattern(), progressive=True), papers.JPEG, "RGB"),
        (encoded(pattern(mode="1"), "PNG"), papers.PNG, "L"),
        (encoded(pattern(mode="P"), "PNG"), papers.PNG, "RGB"),
        (encoded(pattern(mode="LA"), "PNG"), papers.PNG, "RGBA"),
        (encoded(pattern(mode="RGBA"), "PNG"), papers.PNG, "RGBA"),
        (encoded(pattern(), "PNG", transparency=(0, 0, 255)), papers.PNG, "RGBA"),
        (encoded(pattern(), "WEBP"), papers.JPEG, "RGB"),
        (encoded(pattern(mode="RGBA"), "WEBP", lossless=True), papers.JPEG, "RGB"),
        (encoded(Image.new("RGBA", (9, 9), (255, 0, 0, 90)), "WEBP", lossless=True), papers.PNG, "RGBA"),
    ],
)
def test_every_kind_of_picture_becomes_an_ordinary_one(data: bytes, media_type: str, mode: str) -> None:
    paper = prepare(data, "picture.gif", False)
    assert (paper.media_type, opened(paper).mode) == (media_type, mode)
    assert paper.name == "picture.gif." + papers.EXTENSIONS[media_type]


def test_a_scan_of_sixteen_bits_does_not_become_a_white_sheet() -> None:
    scan = Image.new("I;16", (8, 8), 0x4000)
    assert opened(prepare(encoded(scan, "PNG"), "scan.png", False)).getpixel((4, 4)) == 0x40


def test_a_picture_that_would_grow_beyond_the_limit_is_written_as_a_jpeg_on_white(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = encoded(Image.new("RGBA", (64, 64), (0, 0, 255, 0)), "PNG")
    monkeypatch.setattr(pictures.papers, "MAX_BYTES", 100)
    paper = pictures.rewrite(data, papers.PNG, with_capture=False)
    assert paper.media_type == papers.JPEG
    assert Image.open(io.BytesIO(paper.data)).getpixel((9, 9)) == (255, 255, 255)


def test_the_same_photograph_gives_the_same_bytes() -> None:
    assert prepare(tagged(), "a.jpg", True).data == prepare(tagged(), "b.jpg", False).data


# What is refused


def test_a_files_name_does_not_decide_its_kind() -> None:
    assert prepare(encoded(pattern(), "PNG"), "photo.jpg", False).media_type == papers.PNG
    assert prepare(pdfs.pdf(), "photo.jpg", False).name == "photo.pdf"
    assert refusal(b"<html><script>alert(1)</script></html>", "photo.jpg") == documents.WRONG_KIND
    assert refusal(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "x.png") == documents.WRONG_KIND
    assert refusal(pdfs.archive(), "paper.pdf") == documents.WRONG_KIND
    assert refusal(encoded(pattern(), "GIF"), "photo.jpg") == documents.WRONG_KIND
    assert refusal(encoded(pattern(), "TIFF"), "photo.jpg") == documents.WRONG_KIND
    assert refusal(encoded(pattern(), "BMP"), "photo.jpg") == documents.WRONG_KIND


def test_a_photograph_of_a_telephones_own_kind_is_refused_with_what_to_do() -> None:
    assert refusal(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(90)) == documents.HEIF
    assert refusal(encoded(pattern(), "AVIF")) == documents.HEIF


def test_an_empty_file_and_one_over_five_megabytes_are_refused() -> None:
    assert refusal(b"") == documents.EMPTY
    assert refusal(encoded(pattern()) + bytes(papers.MAX_BYTES)) == documents.TOO_LARGE
    padded = encoded(pattern())
    assert prepare(padded + bytes(papers.MAX_BYTES - len(padded)), "photo.jpg", False)


@pytest.mark.parametrize(
    "payload", [pdfs.archive(), b"<?php system($_GET['c']); ?>", b"<script>alert(1)</script>", b"MZ"]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_is_glued_to_a_photograph_does_not_get_through(kind: str, payload: bytes) -> None:
    glued = payload * 3
    for data in (
        encoded(pattern(), kind) + glued,
        encoded(pattern(), "JPEG", comment=glued),
        encoded(pattern(), "PNG")[:33] + chunk(b"tEXt", b"Comment\0" + glued) + encoded(pattern(), "PNG")[33:],
    ):
        assert glued in data
        assert glued not in prepare(data, "photo.jpg", False).data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_cut_off_on_the_way_is_refused(kind: str) -> None:
    noise = Image.effect_noise((300, 300), 80).convert("RGB")
    data = encoded(noise, kind)
    assert refusal(data[: len(data) // 2]) == pictures.DAMAGED
    assert refusal(data[:40]) == pictures.DAMAGED


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_broken_photograph_is_refused_in_words(kind: str) -> None:
    data = tagged(kind)
    for place in range(12, len(data), 7):
        broken = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        try:
            paper = prepare(broken, "photo.jpg", True)
        except Invalid:
            continue
        assert opened(paper).size[0] <= papers.LONGEST_SIDE


@pytest.mark.parametrize("size", [(5001, 5000), (12_000, 12_000), (60_000, 60_000)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_unpacks_hugely_is_refused_before_it_is_unpacked(
    kind: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[str] = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: unpacked.append(image.format))
    data = announcing(*size, kind)
    assert len(data) < 10_000
    assert refusal(data) == pictures.TOO_MANY_PIXELS
    assert not unpacked


def test_a_picture_with_a_huge_text_in_it_is_refused() -> None:
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(3_000_000)))
    plain = encoded(pattern(), "PNG")
    assert refusal(plain[:33] + text + plain[33:]) == pictures.DAMAGED


def test_a_photograph_with_far_more_scans_than_a_camera_writes_is_refused() -> None:
    assert prepare(with_many_scans(5), "photo.jpg", False)
    assert refusal(with_many_scans(200)) == pictures.DAMAGED


def test_only_the_first_picture_of_a_moving_one_is_kept() -> None:
    data = encoded(pattern(), "PNG", save_all=True, append_images=[Image.new("RGB", (64, 48), "green")])
    paper = prepare(data, "moving.png", False)
    assert set(png_chunks(paper.data)) == {b"IHDR", b"IDAT", b"IEND"}
    assert is_red(opened(paper).convert("RGB").getpixel((8, 8)))


def test_a_pdf_is_kept_byte_for_byte_or_refused() -> None:
    plain = pdfs.pdf(pdfs.stream(b"BT (drain) Tj ET"))
    assert prepare(plain, "અરજી.pdf", True) == Prepared(plain, papers.PDF, "અરજી.pdf")
    assert refusal(pdfs.pdf(b"<< /S /JavaScript /JS (x) >>")) == ACTIVE
    assert refusal(pdfs.pdf(trailer=b"/Encrypt 4 0 R")) == ENCRYPTED


def test_when_many_photographs_wait_the_next_sender_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(pictures, "LONGEST_WAIT", 0.01)
    with pictures._turn(), pytest.raises(TooMany) as refused:
        prepare(encoded(pattern()), "photo.jpg", False)
    assert refused.value.retry_after > 0
    assert prepare(encoded(pattern()), "photo.jpg", False)
    refusal(encoded(pattern())[:100])
    assert prepare(encoded(pattern()), "photo.jpg", False)
