import io
from urllib.parse import unquote

import pytest
from flask import Flask, Response

from swagat.domain import papers
from swagat.services.documents import Download
from swagat.web.downloads import send_document, wants_inline

CONTENT = b"<script>alert(document.cookie)</script>"


def answer(media_type: str = papers.PDF, name: str = "paper.pdf", query: str = "", method: str = "GET") -> Response:
    """What a browser gets from a view that does nothing but send this paper."""
    app = Flask(__name__)
    stream = io.BytesIO(CONTENT)

    @app.get("/paper")
    def view() -> Response:
        return send_document(Download(stream, media_type, name, len(CONTENT)), inline=wants_inline())

    response: Response = app.test_client().open("/paper" + query, method=method, buffered=True)
    assert stream.closed
    return response


def test_a_paper_is_a_download_that_no_browser_runs_or_keeps() -> None:
    response = answer()
    assert response.data == CONTENT
    assert response.content_length == len(CONTENT)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize(
    ("media_type", "query", "how"),
    [
        (papers.JPEG, "?inline=1", "inline"),
        (papers.PNG, "?inline=1", "inline"),
        (papers.JPEG, "", "attachment"),
        (papers.JPEG, "?inline=0", "attachment"),
        (papers.JPEG, "?inline=yes&inline=1", "attachment"),
        (papers.PDF, "?inline=1", "attachment"),
        (papers.WEBP, "?inline=1", "attachment"),
    ],
)
def test_only_pictures_of_our_own_writing_are_shown_inside_a_page(media_type: str, query: str, how: str) -> None:
    response = answer(media_type, "photo", query)
    assert response.headers["Content-Disposition"].split(";")[0] == how
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name", ["અરજી ૧.pdf", "शिकायत.pdf", 'a"b.pdf', "a;b=c.pdf", "100% true.pdf", "a'b(c)*.pdf", "a\r\nX-Evil: 1.pdf"]
)
def test_a_name_arrives_whole_and_cannot_leave_its_header(name: str) -> None:
    response = answer(name=name)
    how, plain, extended = response.headers["Content-Disposition"].split("; ")
    assert (how, plain) == ("attachment", 'filename="document.pdf"')
    kind, _, encoded = extended.partition("''")
    assert kind == "filename*=UTF-8"
    assert encoded.isascii()
    assert not set(encoded) & set("\"';*()\r\n ")
    assert unquote(encoded) == name
    assert "X-Evil" not in response.headers


def test_whoever_asks_only_for_the_head_gets_the_size_and_no_bytes() -> None:
    response = answer(method="HEAD")
    assert response.data == b""
    assert response.content_length == len(CONTENT)
