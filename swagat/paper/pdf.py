"""Writes a report as a PDF in English, Gujarati or Hindi: it draws sections, and knows nothing of their subjects."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace
from fpdf.outline import OutlineSection

from swagat.domain.errors import N_
from swagat.domain.quality.sections import Block, Chart, Cover, Heading, Note, Paragraph, Section, Table
from swagat.paper.drawing import CHART_HEIGHT, draw
from swagat.paper.words import Words

# It tells of every glyph that it leaves out of a font.
logging.getLogger("fontTools").setLevel(logging.WARNING)
FONTS = Path(__file__).parent / "fonts"
FAMILIES = {"NotoSans": "NotoSans", "Gujarati": "NotoSansGujarati", "Devanagari": "NotoSansDevanagari"}
MAIN = "NotoSans"
MARGIN, LINE = 18, 5.4
BODY, SMALL, SUBHEADING, HEADING, TITLE = 9.5, 8, 12, 15, 22
GREY, INK = 95, 20
CONTENTS_PAGES = 1


class Report(FPDF):
    """A4 pages with a line at the head and the number of the page at the foot."""

    def __init__(self, cover: Cover, words: Words) -> None:
        super().__init__(format="A4")
        self._cover, self._words = cover, words
        for family, file in FAMILIES.items():
            self.add_font(family, "", FONTS / f"{file}-Regular.ttf")
            self.add_font(family, "B", FONTS / f"{file}-Bold.ttf")
        # Without it the vowel signs of both scripts stand in the wrong place.
        self.set_text_shaping(True)
        self.set_fallback_fonts([one for one in FAMILIES if one != MAIN], exact_match=True)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN + 4)
        self.set_lang(words.language)
        self.set_title(cover.title)
        self.set_draw_color(GREY)

    def header(self) -> None:
        """Write the name of the report on every page but the first."""
        if self.page_no() == 1:
            return
        self._say(SMALL, GREY)
        self.cell(0, LINE, f"{self._cover.title}: {self._cover.subtitle}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.line(MARGIN, self.get_y() + 1, self.w - MARGIN, self.get_y() + 1)
        self.set_y(self.get_y() + 5)

    def footer(self) -> None:
        """Write the number of the page."""
        self.set_y(-MARGIN)
        self._say(SMALL, GREY)
        self.cell(0, LINE, self._words.say(N_("Page %(page)s"), page=self._words.number(self.page_no())), align="R")

    def _say(self, size: float, grey: int = INK, style: str = "") -> None:
        self.set_font(MAIN, style, size)
        self.set_text_color(grey)

    def _set_font_for_page(self, font: Any, font_size_pt: float, wrap_in_text_object: bool = True) -> str:
        """Return what sets a font, and set it for the page too where a line would keep it for itself.

        A line that begins in another script is closed off from the page together with the font that was set in it,
        which the library takes as set all the same: what follows in Latin letters or digits would be blank.
        """
        was_set = self.current_font_is_set_on_page
        said: str = super()._set_font_for_page(font, font_size_pt, wrap_in_text_object)
        if not was_set and not wrap_in_text_object:
            self._out(f"BT {said} ET")
        return said

    def paragraph(self, text: str, size: float = BODY, grey: int = INK, style: str = "") -> None:
        """Write sentences over the whole width."""
        self._say(size, grey, style)
        self.multi_cell(0, LINE * size / BODY, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def room_for(self, height: float) -> None:
        """Begin a new page where so much does not fit any more."""
        if self.will_page_break(height):
            self.add_page()


def write(cover: Cover, sections: Sequence[Section], words: Words, at: datetime) -> bytes:
    """Return the report as a PDF; the same content gives the same bytes."""
    pdf = Report(cover, words)
    pdf.set_creation_date(at)
    _front(pdf, cover)
    pdf.add_page()
    pdf.insert_toc_placeholder(partial(_contents, words=words), pages=CONTENTS_PAGES)
    for at_section, section in enumerate(sections):
        if at_section:
            pdf.ln(4)
        pdf.room_for(60)
        pdf.start_section(section.heading)
        pdf.paragraph(section.heading, HEADING, style="B")
        for block in section.blocks:
            _block(pdf, block)
    return bytes(pdf.output())


def _front(pdf: Report, cover: Cover) -> None:
    pdf.add_page()
    pdf.set_y(60)
    pdf.paragraph(cover.title, TITLE, style="B")
    pdf.paragraph(cover.subtitle, HEADING)
    pdf.ln(8)
    for name, value in cover.facts:
        _note(pdf, name, value, BODY + 1)
    pdf.ln(6)
    pdf.paragraph(cover.note, BODY, GREY)


def _contents(pdf: Any, outline: list[OutlineSection], words: Words) -> None:
    pdf.set_xy(MARGIN, MARGIN + 12)
    pdf.paragraph(words.say(N_("Contents")), HEADING, style="B")
    for entry in outline:
        link = pdf.add_link(page=entry.page_number)
        _line(pdf, entry.name, words.number(entry.page_number), link)


def _line(pdf: Report, text: str, page: str, link: Any) -> None:
    pdf.set_font(MAIN, "", BODY + 1)
    pdf.cell(pdf.epw - 15, LINE + 2, text, link=link)
    pdf.cell(15, LINE + 2, page, align="R", link=link, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _block(pdf: Report, block: Block) -> None:
    match block:
        case Paragraph(text):
            pdf.paragraph(text)
        case Heading(text):
            pdf.room_for(30)
            pdf.paragraph(text, SUBHEADING, style="B")
        case Note(name, text):
            _note(pdf, name, text)
        case Table():
            _table(pdf, block)
        case Chart():
            _chart(pdf, block)


def _note(pdf: Report, name: str, text: str, size: float = BODY) -> None:
    pdf.room_for(14)
    pdf.paragraph(name, SMALL, GREY)
    pdf.set_y(pdf.get_y() - 2)
    pdf.paragraph(text, size)


def _title(pdf: Report, title: str) -> None:
    pdf.paragraph(title, BODY + 1, style="B")


def _table(pdf: Report, table: Table) -> None:
    pdf.room_for(35)
    _title(pdf, table.title)
    pdf.set_font(MAIN, "", SMALL)
    align = tuple("L" if at < table.numbers else "R" for at in range(len(table.columns)))
    with pdf.table(
        col_widths=tuple(table.widths),
        text_align=align,
        line_height=LINE * 0.95,
        padding=(0.6, 1.2),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD"),
    ) as drawn:
        for row in (table.columns, *table.rows):
            cells = drawn.row()
            for cell in row:
                cells.cell(cell)
    pdf.ln(5)


def _chart(pdf: Report, chart: Chart) -> None:
    pdf._say(BODY)
    says: Any = pdf.multi_cell(0, LINE, chart.says or " ", dry_run=True, output=MethodReturnValue.LINES)
    pdf.room_for(CHART_HEIGHT + 14 + LINE * len(says))
    _title(pdf, chart.title)
    if chart.says:
        pdf.paragraph(chart.says, SMALL, GREY)
    pdf.set_font(MAIN, "", SMALL - 1)
    # Its greys must not colour the table that follows.
    with pdf.local_context():
        draw(pdf, chart, pdf.get_y())
    pdf.ln(5)
