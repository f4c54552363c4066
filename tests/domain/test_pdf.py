import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain import pdf as rules
from swagat.domain.errors import Invalid
from swagat.domain.pdf import ACTIVE, BROKEN, ENCRYPTED, UNREADABLE, check_pdf
from tests.files.pdfs import archive, packed_objects, pdf, stream

RUNS = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def refusal(data: bytes) -> str | None:
    try:
        check_pdf(data)
    except Invalid as refused:
        return refused.text.message
    return None


@pytest.mark.parametrize(
    "data",
    [
        pdf(),
        pdf(stream(b"BT /F1 12 Tf (The drain is /JavaScript blocked) Tj ET")),
        pdf(stream(b"BT (words of a page) Tj ET", packed=False)),
        pdf(packed_objects(b"<< /Type /Font /BaseFont /Helvetica >>", b"[1 2 3]", b"42")),
        pdf(packed_objects(b"<< /Type /Font >>", packed=False)),
        pdf(stream(b"1 0 0 1 72 720 cm q Q")),
        pdf(b"<< /S /URI /URI (https://swagat.example.in) >>"),
        pdf(b"<< /S /GoTo /D [3 0 R /Fit] >>"),
        pdf(b"(a text about JavaScript and Launch)"),
        pdf(b"<< /Title (encrypted) /EncryptMetadata false >>"),
        pdf() + b"\n" * 500,
        pdf(stream(b"")),
    ],
)
def test_an_ordinary_pdf_is_taken(data: bytes) -> None:
    assert refusal(data) is None


@pytest.mark.parametrize(
    "data",
    [
        pdf(RUNS),
        pdf(catalogue=b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S/JavaScript/JS(x) >> >>"),
        pdf(b"<< /S /#4aavaScript /#4AS (x) >>"),
        pdf(b"<< /S /J#61v#61Scrip#74 >>"),
        pdf(b"<< /S /Rendition /J#53 (x) >>"),
        pdf(b"<< /S /Launch /F (cmd.exe) >>"),
        pdf(b"<< /S /L#61unch /Win << /F (cmd.exe) >> >>"),
        pdf(b"<< /Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >> >>"),
        pdf(stream(b"MZ", b"/Type /EmbeddedFile")),
        pdf(b"<< /Type /Filespec /F (a.exe) /EF << /F 6 0 R >> >>"),
        pdf(b"<< /Type /Annot /Subtype /FileAttachment >>"),
        pdf(b"<< /Type /Annot /Subtype /RichMedia >>"),
        pdf(b"<< /AcroForm << /XFA 5 0 R >> >>"),
        pdf(b"<< /S /SubmitForm /F (https://elsewhere.example) >>"),
        pdf(b"<< /S /GoToE /F (a.pdf) >>"),
        pdf(packed_objects(b"<< /Type /Font >>", RUNS)),
        pdf(packed_objects(RUNS, entries=b"")),
        pdf(packed_objects(b"<< /JS 5 0 R >>")),
        pdf(packed_objects(b"7", RUNS)),
        pdf(packed_objects(RUNS, packed=False)),
        pdf(packed_objects(b"<< /S /Laun#63h >>")),
        pdf(packed_objects(*[b"<< /Type /Font >>"] * 400, RUNS)),
        pdf(b"(stream\n)", RUNS, b"(endstream)"),
        pdf(stream(b"page"), RUNS, stream(b"page")),
    ],
)
def test_a_pdf_that_acts_or_carries_files_is_refused_however_it_is_written(data: bytes) -> None:
    assert refusal(data) == ACTIVE


@pytest.mark.parametrize(
    "data",
    [
        pdf(b"<< /Filter /Standard /V 5 >>", trailer=b"/Root 1 0 R /Encrypt 4 0 R"),
        pdf(b"<< /Filter /Standard >>", trailer=b"/Root 1 0 R /#45ncrypt 4 0 R"),
        pdf(stream(b"1 0 0", b"/Type /XRef /Encrypt 4 0 R")),
    ],
)
def test_a_locked_pdf_is_refused_with_what_to_do(data: bytes) -> None:
    assert refusal(data) == ENCRYPTED


def test_a_pdf_that_is_an_archive_too_is_refused() -> None:
    assert refusal(pdf() + archive()) == ACTIVE
    hidden = archive()[:-2] + len(b"%%EOF\n").to_bytes(2, "little") + b"%%EOF\n"
    assert refusal(pdf() + hidden) == ACTIVE


def test_a_pdf_cut_in_the_middle_is_refused() -> None:
    whole = pdf(stream(b"words of a page" * 200, packed=False))
    assert refusal(whole[: len(whole) // 2]) == BROKEN
    assert refusal(whole + b"x" * 2000) == BROKEN


@pytest.mark.parametrize(
    "stored",
    [
        stream(b"zz", b"/Type /ObjStm /Filter /LZWDecode", packed=False),
        stream(b"3c3c3e3e", b"/Type /Obj#53tm /Filter [/ASCIIHexDecode /FlateDecode]", packed=False),
    ],
)
def test_packed_objects_that_cannot_be_unpacked_are_refused(stored: bytes) -> None:
    assert refusal(pdf(stored)) == UNREADABLE


def test_packed_objects_that_unpack_hugely_are_refused_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = pdf(packed_objects(b"<< /A (" + b" " * 300_000 + b") >>"))
    assert len(bomb) < 2_000
    assert refusal(bomb) is None
    monkeypatch.setattr(rules, "MAX_UNPACKED", 200_000)
    assert refusal(bomb) == UNREADABLE


def test_the_limit_counts_all_packed_objects_together(monkeypatch: pytest.MonkeyPatch) -> None:
    one = packed_objects(b"<< /A (" + b" " * 60_000 + b") >>")
    monkeypatch.setattr(rules, "MAX_UNPACKED", 200_000)
    assert refusal(pdf(one, one)) is None
    assert refusal(pdf(one, one, one, one)) == UNREADABLE


def test_reading_packed_objects_counts_even_when_they_hold_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # A stored block of no bytes takes five: a long tail of them costs time and yields nothing.
    tail = b"\x00\x00\x00\xff\xff" * 40_000
    head = b"1 0 << "
    packed = b"\x78\x01\x00" + len(head).to_bytes(2, "little") + (65535 - len(head)).to_bytes(2, "little") + head
    data = pdf(b"<< /Length 1 >>\nstream\n" + packed + tail + b"\nendstream")
    assert refusal(data) is None
    monkeypatch.setattr(rules, "MAX_UNPACKED", 20_000)
    assert refusal(data) == UNREADABLE


def test_more_streams_than_any_paper_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_STREAMS", 10)
    assert refusal(pdf(*[stream(b"page")] * 10)) is None
    assert refusal(pdf(*[stream(b"page")] * 11)) == UNREADABLE


PIECES = st.sampled_from(
    b"stream\n|endstream|/JS|/ObjStm|<<|>>|#4|1 0 |\x78\x9c|PK\x05\x06|%%EOF|/".split(b"|"),
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=60))
def test_any_bytes_are_taken_or_refused_in_words(pieces: list[bytes]) -> None:
    assert refusal(b"%PDF-1.7\n" + b"".join(pieces) + b"\n%%EOF") in (None, ACTIVE, ENCRYPTED, UNREADABLE, BROKEN)


def test_refusals_do_not_depend_on_where_in_the_file_the_action_stands() -> None:
    page = stream(bytes(range(256)) * 40)
    for place in range(6):
        objects = [page] * 5
        objects.insert(place, RUNS)
        assert refusal(pdf(*objects)) == ACTIVE
