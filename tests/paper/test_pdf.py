"""Reports are printed in three scripts, with the letters of each joined as people write them."""

import io
import logging
from datetime import UTC, datetime

import pytest
import uharfbuzz
from pypdf import PdfReader

from swagat.domain.quality.sections import Block, Chart, Cover, Line, Paragraph, Section, Series, Table
from swagat.paper.pdf import FAMILIES, FONTS, Report, write
from swagat.paper.words import Words

AT = datetime(2026, 12, 1, tzinfo=UTC)
COVER = Cover("Evidence", "Office", [("SHA-256", "ab" * 32)], "note")
WORDS = {"Gujarati": ("ક્ષત્રિય", "વિદ્યાર્થી", "રાષ્ટ્રીય", "દૃષ્ટિ"), "Devanagari": ("क्षत्रिय", "विद्यार्थी", "राष्ट्रीय", "दृष्टि")}
CHART = Chart(
    "Months",
    "says",
    ["01/26", "02/26", "03/26"],
    [Series("one", [1, None, 3], marked=frozenset({2})), Series("two", [2, 2, 2], Line.DASHED)],
    4.0,
    ["0", "1", "2", "3", "4"],
)


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_every_section_stands_in_the_contents_with_its_page() -> None:
    rows = [(f"line {at}", str(at)) for at in range(120)]
    table = Table("Long", ("Name", "Number"), rows, (7, 3))
    sections = [Section("7.5", "Records", [Paragraph("kept"), table]), Section("9.1.3", "Analysis", [CHART])]
    pages = text_of(write(COVER, sections, Words("en"), AT))
    assert "ab" * 32 in pages[0].replace("\n", "")
    last = next(at for at, page in enumerate(pages, 1) if "9.1.3 Analysis" in page and at > 2)
    assert f"9.1.3 Analysis\n{last}" in pages[1] or f"9.1.3 Analysis {last}" in pages[1]
    assert all(f"line {at}" in "".join(pages) for at in range(120))
    assert all("Name" in page for page in pages[2:4])
    assert all(page.strip() for page in pages)


@pytest.mark.parametrize("family", WORDS)
def test_a_font_that_a_line_in_another_script_begins_with_is_set_for_the_lines_after_it_too(family: str) -> None:
    report = Report(COVER, Words("en"))
    report.add_page()
    report.paragraph(WORDS[family][0])
    report.paragraph("Seed 6.2")
    # What stands between q and Q holds for its own line alone.
    kept = [line for line in report.pages[1].contents.split(b"\n") if not line.startswith(b"q ")]
    latin = report.fonts["notosans"].i
    assert f"BT /F{latin} 9.50 Tf ET".encode() in kept


@pytest.mark.parametrize(("family", "words"), WORDS.items())
def test_letters_are_joined_and_none_is_missing(
    family: str, words: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    for weight in ("Regular", "Bold"):
        font = uharfbuzz.Font(uharfbuzz.Face((FONTS / f"{FAMILIES[family]}-{weight}.ttf").read_bytes()))
        for word in words:
            buffer = uharfbuzz.Buffer()
            buffer.add_str(word)
            buffer.guess_segment_properties()
            uharfbuzz.shape(font, buffer, {})
            glyphs = [one.codepoint for one in buffer.glyph_infos]
            # A conjunct is fewer glyphs than letters, and a letter that the font lacks is glyph 0.
            assert 0 not in glyphs
            assert len(glyphs) < len(word), word
    with caplog.at_level(logging.WARNING):
        pdf = write(COVER, [Section("", " ".join(words), [Paragraph(" ".join(words)), CHART])], Words("gu"), AT)
    assert [record.message for record in caplog.records if "glyph" in record.message] == []
    # Two fonts at least: the main one, and the one of the script that is not in it.
    fonts = {font for page in PdfReader(io.BytesIO(pdf)).pages for font in page["/Resources"]["/Font"]}  # type: ignore[index]
    assert len(fonts) >= 2


def test_a_chart_leaves_no_colour_behind_on_the_table_after_it() -> None:
    table = Table("Under it", ("Name", "Number"), [("line", "1")], (7, 3))

    def filled(blocks: list[Block]) -> int:
        pdf = PdfReader(io.BytesIO(write(COVER, [Section("7.5", "x", blocks)], Words("en"), AT)))
        return sum(page.get_contents().get_data().count(b" re f") for page in pdf.pages)  # type: ignore[union-attr]

    assert filled([table]) == 0
    assert filled([CHART, table]) == filled([CHART])


@pytest.mark.parametrize("language", ["en", "gu", "hi"])
def test_the_same_report_is_the_same_file(language: str) -> None:
    sections = [Section("7.5", "x", [CHART])]
    assert write(COVER, sections, Words(language), AT) == write(COVER, sections, Words(language), AT)
