import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.papers import (
    EXTENSIONS,
    JPEG,
    LONGEST_NAME,
    LONGEST_SIDE,
    PDF,
    PNG,
    WEBP,
    capture_time,
    fitted,
    is_heif,
    jpeg_scans,
    media_type_of,
    neutral_name,
    position,
    safe_name,
    webp_pixels,
)

JPEG_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PNG_HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (JPEG_HEAD, JPEG),
        (PNG_HEAD, PNG),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", WEBP),
        (b"%PDF-1.4\n", PDF),
        (b"%PDF-2.0\r\n", PDF),
        (b"\r\n\xef\xbb\xbf%PDF-1.7\n", PDF),
    ],
)
def test_the_four_kinds_are_known_by_their_first_bytes(head: bytes, kind: str) -> None:
    assert media_type_of(head) == kind


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<html><script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<?php system($_GET['c']);",
        b"MZ\x90\x00",
        b"GIF89a",
        b"PK\x03\x04",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"BM6\x00",
        b"II*\x00",
        b"#!/bin/sh\n%PDF-1.7",
        b"%PDF-evil",
        b" " * 64 + b"%PDF-1.7",
        b"\xff\xd8",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    ],
)
def test_every_other_kind_is_unknown(head: bytes) -> None:
    assert media_type_of(head) is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", True),
        (b"\x00\x00\x00\x18ftypmsf1\x00\x00\x00\x00", True),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", True),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00heic", True),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42", False),
        (b"heic", False),
        (JPEG_HEAD, False),
    ],
)
def test_a_telephones_own_kind_of_photograph_is_told_apart_from_a_film(head: bytes, expected: bool) -> None:
    assert is_heif(head) is expected


@pytest.mark.parametrize(
    ("original", "media_type", "name"),
    [
        ("photo.jpg", JPEG, "photo.jpg"),
        ("PHOTO.JPEG", JPEG, "PHOTO.jpg"),
        ("scan.pdf.exe", PDF, "scan.pdf.exe.pdf"),
        ("photo.php", JPEG, "photo.php.jpg"),
        ("photo.png.jpg", JPEG, "photo.jpg"),
        ("IMG_0042.HEIC", JPEG, "IMG_0042.jpg"),
        ("Letter dated 12.05.2026.pdf", PDF, "Letter dated 12.05.2026.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\Users\\Ramesh\\Desktop\\અરજી.pdf", PDF, "અરજી.pdf"),
        ("a\u2215b\uff0fc.pdf", PDF, "c.pdf"),
        ("રેશન કાર્ડની નકલ.pdf", PDF, "રેશન કાર્ડની નકલ.pdf"),
        ("शिकायत पत्र २०२६.jpg", JPEG, "शिकायत पत्र २०२६.jpg"),
        ("ક્\u200dષ.pdf", PDF, "ક્\u200dષ.pdf"),
        ("pay\u200dpal.pdf", PDF, "pay pal.pdf"),
        ("invoice\u202egpj.exe", JPEG, "invoice gpj.exe.jpg"),
        ("درخواست.pdf", PDF, "درخواست.pdf"),
        ("🚰 water 💧.jpg", JPEG, "water.jpg"),
        ("❤\ufe0f\u200d🔥.jpg", JPEG, "document.jpg"),
        ("a\r\nSet-Cookie: x=1.pdf", PDF, "a Set-Cookie x 1.pdf"),
        ('q"uote<script>.pdf', PDF, "q uote script.pdf"),
        ("nul\x00byte.pdf", PDF, "nul byte.pdf"),
        ("..hidden..", PNG, "hidden.png"),
        ("CON.pdf", PDF, "document.pdf"),
        ("lpt1.txt", PDF, "document.pdf"),
        ("conference.pdf", PDF, "conference.pdf"),
        ("", PDF, "document.pdf"),
        ("///", PDF, "document.pdf"),
        (".jpg", JPEG, "document.jpg"),
        ("---.pdf", PDF, "document.pdf"),
    ],
)
def test_names_keep_their_letters_and_lose_what_could_harm(original: str, media_type: str, name: str) -> None:
    assert safe_name(original, media_type) == name


@given(st.text(max_size=400), st.sampled_from(sorted(EXTENSIONS)))
def test_no_text_makes_a_name_that_is_long_hidden_a_path_or_unreadable(original: str, media_type: str) -> None:
    name = safe_name(original, media_type)
    assert 5 <= len(name) <= LONGEST_NAME
    assert name.endswith("." + EXTENSIONS[media_type])
    assert not name.startswith((".", " ", "-"))
    assert not set(name) & set('/\\:*?"<>|%;\x7f')
    kinds = {unicodedata.category(character) for character in name if character not in "\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "So"}
    assert safe_name(name, media_type) == name


@given(st.text(alphabet="ગુજરાતીક્ષેમાં", min_size=100, max_size=300))
def test_a_long_name_is_not_cut_between_a_letter_and_its_sign(original: str) -> None:
    original = unicodedata.normalize("NFC", original)
    stem = safe_name("ક" + original, PDF).removesuffix(".pdf")
    following = ("ક" + original)[len(stem) :][:1]
    assert len(stem) <= LONGEST_NAME - 4
    assert not following or unicodedata.category(following)[0] != "M"


def test_a_neutral_name_says_nothing_but_the_kind() -> None:
    assert neutral_name(3, PNG) == "document-3.png"


@given(st.integers(1, 30_000), st.integers(1, 30_000))
def test_a_picture_is_made_smaller_and_never_larger(width: int, height: int) -> None:
    fitted_width, fitted_height = fitted(width, height)
    assert 1 <= fitted_width <= min(width, LONGEST_SIDE)
    assert 1 <= fitted_height <= min(height, LONGEST_SIDE)
    assert max(fitted_width, fitted_height) == min(max(width, height), LONGEST_SIDE)


@pytest.mark.parametrize(
    ("head", "pixels"),
    [
        (b"RIFF....WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\x3f\x00" + b"\xff\x1f\x00", 16384 * 8192),
        (b"RIFF....WEBPVP8 \x0a\0\0\0\x30\x01\x00\x9d\x01\x2a\x40\x06\xb0\x04", 1600 * 1200),
        (b"RIFF....WEBPVP8L\x0a\0\0\0\x2f" + (1599 | 1199 << 14).to_bytes(4, "little") + bytes(5), 1600 * 1200),
        (b"RIFF....WEBPEXIF" + bytes(20), 0),
        (b"RIFF....WEBPVP8X", 0),
    ],
)
def test_a_webp_file_announces_its_size_before_it_is_opened(head: bytes, pixels: int) -> None:
    assert webp_pixels(head) == pixels


def test_scans_are_counted_up_to_the_end_of_the_picture() -> None:
    scan = b"\xff\xda\x00\x04AB" + b"data\xff\x00more\xff\xd3and"
    thumbnail = b"\xff\xe1\x00\x08\xff\xda\xff\xda\xff\xda"
    assert jpeg_scans(b"\xff\xd8" + thumbnail + scan * 3 + b"\xff\xd9" + scan * 40) == 3
    assert jpeg_scans(b"\xff\xd8" + scan) == 1
    assert jpeg_scans(b"\xff\xd8\xff") == 0


@given(st.binary(max_size=300))
def test_scans_of_any_bytes_can_be_counted(data: bytes) -> None:
    assert 0 <= jpeg_scans(b"\xff\xd8\xff" + data) <= data.count(b"\xda")


@pytest.mark.parametrize(
    ("text", "offset", "captured"),
    [
        ("2026:07:01 14:05:09", "+05:30", "2026-07-01T14:05:09+05:30"),
        ("2026:07:01 14:05:09\0", None, "2026-07-01T14:05:09"),
        ("2026:07:01 14:05:09", "India", "2026-07-01T14:05:09"),
        ("2026:07:01 14:05:09", "+99:00", "2026-07-01T14:05:09"),
        ("2026:07:01 14:05:09", 5.5, "2026-07-01T14:05:09"),
        ("0000:00:00 00:00:00", "+05:30", None),
        ("2026:02:30 10:00:00", None, None),
        ("૨૦૨૬:07:01 14:05:09", None, None),
        ("    :  :     :  :  ", None, None),
        ("yesterday", None, None),
        (b"2026:07:01 14:05:09", None, None),
        (None, "+05:30", None),
    ],
)
def test_a_capture_time_is_what_the_camera_wrote_or_nothing(text: object, offset: object, captured: str | None) -> None:
    assert capture_time(text, offset) == captured


NORTH, EAST = (23, 2, 14), (72, 33, 58)
NAN = float("nan")


@pytest.mark.parametrize(
    ("north", "north_side", "east", "east_side", "place"),
    [
        (NORTH, "N", EAST, "E", (23.037222, 72.566111)),
        (NORTH, "S\0", EAST, "w", (-23.037222, -72.566111)),
        ((23.5, 0, 0), "N", (72.25, 0, 0), "E", (23.5, 72.25)),
        ((0, 0, 0), "N", EAST, "E", (0, 72.566111)),
        ((0, 0, 0), "N", (0, 0, 0), "E", None),
        (NORTH, "", EAST, "E", None),
        (NORTH, None, EAST, "E", None),
        (NORTH, "N", EAST, "N", None),
        (NORTH, "N", None, None, None),
        ((NAN, NAN, NAN), "N", EAST, "E", None),
        ((91, 0, 0), "N", EAST, "E", None),
        (NORTH, "N", (180, 0, 1), "E", None),
        ((23, 60, 0), "N", EAST, "E", None),
        ((-23, 2, 14), "N", EAST, "E", None),
        ((23, 2), "N", EAST, "E", None),
        ("abc", "N", EAST, "E", None),
        (("a", "b", "c"), "N", EAST, "E", None),
        (b"\x17\x02\x0e", "N", EAST, "E", None),
        (23.037, "N", 72.566, "E", None),
    ],
)
def test_a_position_is_whole_or_there_is_none(
    north: object, north_side: object, east: object, east_side: object, place: tuple[float, float] | None
) -> None:
    assert position(north, north_side, east, east_side) == place
