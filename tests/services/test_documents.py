import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from swagat.database import db, transaction
from swagat.domain import papers
from swagat.domain.errors import Invalid, NotFound
from swagat.models import Document, DocumentKind
from swagat.services import documents
from swagat.services.documents import Prepared, prepare
from swagat.storage import Storage
from tests.files import pdfs
from tests.files.cases import NOW, grievance
from tests.files.photographs import encoded, pattern

# The virus scanner


def test_a_scanner_sees_what_was_sent_before_anything_opens_it() -> None:
    seen: list[bytes] = []

    def scanner(data: bytes) -> bool:
        seen.append(data)
        return True

    broken = encoded(pattern())[:200]
    with pytest.raises(Invalid):
        prepare(broken, "photo.jpg", False, scanner)
    assert seen == [broken]


def test_what_the_scanner_refuses_or_cannot_check_is_not_taken(caplog: pytest.LogCaptureFixture) -> None:
    def away(_data: bytes) -> bool:
        raise ConnectionRefusedError

    with pytest.raises(Invalid) as refused:
        prepare(pdfs.pdf(), "ramesh.pdf", False, lambda _data: False)
    assert refused.value.text.message == documents.HARMFUL
    with caplog.at_level(logging.INFO), pytest.raises(Invalid) as refused:
        prepare(pdfs.pdf(), "ramesh.pdf", False, away)
    assert refused.value.text.message == documents.UNCHECKED
    assert "virus scanner failed" in caplog.text
    assert "ramesh" not in caplog.text


# In the database


def paper(content: bytes = b"a paper", name: str = "paper.pdf") -> Prepared:
    return Prepared(content, papers.PDF, name)


def attach(
    storage: Storage,
    grievance_id: int,
    prepared: Prepared,
    kind: DocumentKind = DocumentKind.COMPLAINT,
    is_held: bool = False,
    is_visible: bool = True,
    seq: int = 2,
) -> Document:
    digest = storage.put(prepared.data)
    with transaction() as session:
        return documents.attach(
            session, digest, grievance_id, seq, prepared, kind, None, is_held=is_held, is_visible=is_visible, now=NOW
        )  # fmt: skip


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "documents")


def test_a_paper_is_attached_and_comes_back_whole(app: Flask, storage: Storage) -> None:
    one = grievance()
    row = attach(storage, one, Prepared(b"bytes", papers.JPEG, "અરજી.jpg", "2026-07-01T14:05:09", 23.5, 72.5))
    assert (row.size, row.seq, row.added_at) == (5, 2, NOW)
    [listed] = documents.documents_of(db.session(), one, with_held=False, with_internal=False)
    assert listed == (row.id, 2, DocumentKind.COMPLAINT, papers.JPEG, 5, "અરજી.jpg", NOW, False, True)
    assert listed.is_picture
    found = documents.for_download(db.session(), storage, row.id, one, with_held=False, with_internal=False)
    with found.stream:
        assert (found.stream.read(), found.media_type, found.name, found.size) == (b"bytes", papers.JPEG, "અરજી.jpg", 5)


def test_the_same_bytes_twice_are_one_paper(app: Flask, storage: Storage) -> None:
    one, other = grievance(), grievance()
    first = attach(storage, one, paper(name="first.pdf"))
    assert attach(storage, one, paper(name="second.pdf"), seq=3).id == first.id
    assert attach(storage, one, paper(), DocumentKind.SCAN, seq=4).kind is DocumentKind.COMPLAINT
    assert attach(storage, other, paper()).id != first.id
    assert documents.find(db.session(), one, first.digest) is not None
    assert documents.find(db.session(), one, "0" * 64) is None


def test_a_complainant_may_add_five_papers_and_the_office_still_its_own(app: Flask, storage: Storage) -> None:
    one = grievance()
    for number in range(papers.MAX_DOCUMENTS):
        attach(storage, one, paper(b"paper %d" % number))
    with pytest.raises(Invalid) as refused:
        attach(storage, one, paper(b"one more"))
    assert str(refused.value) == "This grievance already has 5 papers, which is the most it can have."
    assert attach(storage, one, paper(b"paper 3")).size == 7
    assert attach(storage, one, paper(b"report"), DocumentKind.EVIDENCE).kind is DocumentKind.EVIDENCE
    assert attach(storage, grievance(), paper(b"one more"))


def test_an_offices_papers_have_a_limit_of_their_own(
    app: Flask, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MAX_OFFICE_DOCUMENTS", 2)
    one = grievance()
    attach(storage, one, paper(b"scan"), DocumentKind.SCAN)
    attach(storage, one, paper(b"site"), DocumentKind.EVIDENCE)
    with pytest.raises(Invalid, match="already has 2 papers"):
        attach(storage, one, paper(b"more"), DocumentKind.EVIDENCE)
    assert attach(storage, one, paper(b"own"))


def test_no_name_of_a_paper_tells_who_hides_their_identity(app: Flask, storage: Storage) -> None:
    one = grievance(is_identity_hidden=True)
    own = attach(storage, one, paper(b"1", "savita patel ration card.pdf"), is_held=True)
    scan = attach(storage, one, paper(b"2", "savita letter.pdf"), DocumentKind.SCAN, is_held=True)
    site = attach(storage, one, paper(b"3", "site visit.pdf"), DocumentKind.EVIDENCE)
    assert [own.name, scan.name, site.name] == ["document-1.pdf", "document-2.pdf", "site visit.pdf"]


def test_lists_and_downloads_show_a_reader_the_same_papers(app: Flask, storage: Storage) -> None:
    one, other = grievance(), grievance()
    rows = {
        (is_held, is_visible): attach(
            storage, one, paper(f"{is_held}{is_visible}".encode()), is_held=is_held, is_visible=is_visible
        )
        for is_held in (False, True)
        for is_visible in (False, True)
    }
    session = db.session()
    for with_held in (False, True):
        for with_internal in (False, True):
            shown = documents.documents_of(session, one, with_held=with_held, with_internal=with_internal)
            expected = {
                row.id
                for (is_held, is_visible), row in rows.items()
                if (with_held or not is_held) and (with_internal or is_visible)
            }
            assert {each.id for each in shown} == expected
            for row in rows.values():
                for owner in (one, other):
                    if owner == one and row.id in expected:
                        found = documents.for_download(
                            session, storage, row.id, owner, with_held=with_held, with_internal=with_internal
                        )
                        found.stream.close()
                        continue
                    with pytest.raises(NotFound):
                        documents.for_download(
                            session, storage, row.id, owner, with_held=with_held, with_internal=with_internal
                        )


def test_capture_data_is_read_by_itself_and_only_for_evidence(app: Flask, storage: Storage) -> None:
    one = grievance()
    site = attach(
        storage, one, Prepared(b"1", papers.JPEG, "site.jpg", "2026-07-01T14:05:09", 23.5, 72.5), DocumentKind.EVIDENCE
    )
    bare = attach(storage, one, paper(b"2"), DocumentKind.EVIDENCE)
    attach(storage, one, paper(b"3"))
    assert documents.captures_of(db.session(), one) == [
        (site.id, "2026-07-01T14:05:09", 23.5, 72.5),
        (bare.id, None, None, None),
    ]


def test_a_paper_of_no_grievance_is_refused(app: Flask, storage: Storage) -> None:
    with pytest.raises(NotFound):
        attach(storage, 2**40, paper())


def test_a_paper_whose_bytes_are_gone_is_told_to_the_operator_and_not_a_crash(
    app: Flask, storage: Storage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = grievance()
    row = attach(storage, one, paper(name="savita.pdf"))
    (tmp_path / "documents" / row.digest[:2] / row.digest).unlink()
    with pytest.raises(NotFound):
        documents.for_download(db.session(), storage, row.id, one, with_held=True, with_internal=True)
    assert f"paper {row.id} cannot be read" in caplog.text
    assert "savita" not in caplog.text


def test_the_sweep_keeps_what_any_grievance_refers_to(app: Flask, storage: Storage) -> None:
    kept = attach(storage, grievance(), paper(b"kept")).digest
    loose = storage.put(b"loose")
    assert documents.referenced_digests(db.session(), [kept, loose]) == {kept}
    assert documents.referenced_digests(db.session(), []) == set()


def test_a_page_reads_all_papers_with_one_statement(
    app: Flask, storage: Storage, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    one = grievance()
    for number in range(4):
        attach(storage, one, paper(b"paper %d" % number))
    with count_statements() as sent:
        assert len(documents.documents_of(db.session(), one, with_held=True, with_internal=True)) == 4
    assert len(sent) == 1


@pytest.mark.concurrency
def test_papers_sent_at_once_never_pass_the_limit_and_never_double(
    own_app: Flask, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = documents._room

    def count_and_linger(*args: Any) -> int:
        number = counted(*args)
        time.sleep(0.05)
        return number

    monkeypatch.setattr(documents, "_room", count_and_linger)
    with own_app.app_context():
        one = grievance()

    def send(number: int) -> int | None:
        with own_app.app_context():
            try:
                return attach(storage, one, paper(b"paper %d" % (number % 8))).id
            except Invalid:
                return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(24)))
    with own_app.app_context():
        rows = documents.documents_of(db.session(), one, with_held=True, with_internal=True)
    assert len(rows) == papers.MAX_DOCUMENTS
    assert {answer for answer in answers if answer} == {row.id for row in rows}
