import os
import re
import zlib
from pathlib import Path

import brotli
import pytest
from flask import Flask

from config import ROOT
from swagat import create_app
from swagat.web import static_files
from tests.client import Client, page_faults
from tests.conftest import settings_for


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/plain/7?q=%E0%AA%97", 200),
        ("/plain/7?q=%00", 400),
        ("/plain/7?q=%ff", 400),
        ("/plain/9223372036854775807", 200),
        ("/plain/9223372036854775808", 404),
        ("/plain/" + "9" * 1000, 404),
        ("/word/" + "a" * 200, 200),
        ("/word/" + "a" * 201, 404),
        ("/word/%00", 400),
        ("/plain/7?q=" + "a" * 2000, 414),
        ("/nowhere", 404),
        ("/static/../config.py", 404),
        ("/static/%2e%2e/config.py", 404),
    ],
)
def test_malformed_addresses_are_refused_before_a_view_sees_them(browser: Client, path: str, status: int) -> None:
    assert browser.get(path).status_code == status


def test_an_address_that_is_not_utf_8_is_refused(browser: Client) -> None:
    assert browser.get("/word/a", environ_overrides={"PATH_INFO": "/word/\xff"}).status_code == 400


@pytest.mark.parametrize("field", [{"word": "a\0b"}, {"wo\0rd": "a"}])
def test_a_form_with_nul_is_refused(browser: Client, field: dict[str, str]) -> None:
    assert browser.post("/act", data=field).status_code == 400


def test_a_request_that_is_too_large_is_refused(pages: Flask, browser: Client) -> None:
    too_large = "a" * (pages.config["MAX_FORM_MEMORY_SIZE"] + 1)
    multipart = "multipart/form-data"
    assert browser.post("/act", data={"word": too_large}, content_type=multipart).status_code == 413
    many = {f"f{number}": "x" for number in range(pages.config["MAX_FORM_PARTS"] + 1)}
    assert browser.post("/act", data=many, content_type=multipart).status_code == 413
    length = pages.config["MAX_CONTENT_LENGTH"]
    assert browser.post("/act", data={"word": "a" * length}).status_code == 413


@pytest.mark.parametrize("path", ["/long", "/nowhere", "/raise/broken", "/static/app.css"])
def test_every_answer_carries_the_protecting_headers(browser: Client, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
    assert "Access-Control-Allow-Origin" not in headers


def test_the_policy_allows_nothing_inline_and_no_other_host(browser: Client) -> None:
    policy = browser.get("/long").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert rule in policy


def test_behind_https_cookies_and_transport_are_strict_and_other_hosts_refused(tmp_path: Path) -> None:
    url = "https://swagat.example.in"
    app = create_app(settings_for(f"sqlite:///{tmp_path}/e.db", tmp_path, public_url=url))
    client = app.test_client()
    answer = client.get("/nowhere?lang=hi", base_url=url)
    assert answer.status_code == 404
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert app.config["SESSION_COOKIE_SECURE"]
    assert client.get("/nowhere", base_url="https://evil.example").status_code == 400


@pytest.mark.parametrize(
    ("accepted", "used"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None), ("", None)],
)
def test_a_page_is_compressed_in_the_way_the_browser_understands(
    browser: Client, accepted: str, used: str | None
) -> None:
    page = browser.get("/long", headers={"Accept-Encoding": accepted})
    assert page.headers.get("Content-Encoding") == used
    raw = page.get_data()
    whole = brotli.decompress(raw) if used == "br" else zlib.decompress(raw, 31) if used else raw
    assert whole.decode() == "<p>ગામ</p>" * 500
    assert "Accept-Encoding" in page.headers["Vary"]


def test_a_short_page_is_not_worth_compressing(browser: Client) -> None:
    assert "Content-Encoding" not in browser.get("/plain/1", headers={"Accept-Encoding": "br"}).headers


def test_static_files_have_an_address_for_each_content_and_are_kept(pages: Flask, browser: Client) -> None:
    address = pages.jinja_env.globals["static_url"]("app.css")  # type: ignore[operator]
    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{12}", address)
    answer = browser.get(address)
    assert answer.get_data() == (ROOT / "static" / "app.css").read_bytes()
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_packed_copy_is_served_unless_the_file_is_newer(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("p{}" * 100)
    (tmp_path / "a.css.br").write_bytes(brotli.compress(b"packed"))
    os.utime(tmp_path / "a.css", (1000, 1000))
    for packed_at, is_packed in ((1000, True), (2000, True), (999, False)):
        os.utime(tmp_path / "a.css.br", (packed_at, packed_at))
        app = Flask("small", static_folder=None)
        static_files.init_app(app, tmp_path)
        answer = app.test_client().get("/static/a.css", headers={"Accept-Encoding": "br"})
        assert ("Content-Encoding" in answer.headers) is is_packed


@pytest.mark.parametrize("nanoseconds", [1795227643155742224, 1795227643155742111, 1795227643155742999])
def test_a_packed_copy_with_the_time_that_the_packer_gives_it_is_served(tmp_path: Path, nanoseconds: int) -> None:
    (tmp_path / "a.css").write_text("p{}" * 100)
    (tmp_path / "a.css.br").write_bytes(brotli.compress(b"packed"))
    os.utime(tmp_path / "a.css", ns=(nanoseconds, nanoseconds))
    written = (tmp_path / "a.css").stat()
    os.utime(tmp_path / "a.css.br", (written.st_atime, written.st_mtime))
    app = Flask("small", static_folder=None)
    static_files.init_app(app, tmp_path)
    answer = app.test_client().get("/static/a.css", headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<p style='color:red'>a</p>", "inline style"),
        ("<style>p{}</style>", "inline style"),
        ("<script>1</script>", "inline script"),
        ("<p onclick='x()'>a</p>", "handler onclick"),
        ("<p><b>a</p>", "closes something else"),
        ("<div><p>a</p>", "<div> is never closed"),
        ("<p id='a'></p><p id='a'></p>", "used twice"),
        ("<img src='https://tracker.example/1.gif'>", "another host"),
    ],
)
def test_the_tests_browser_sees_what_is_wrong_with_a_page(page: str, fault: str) -> None:
    assert any(fault in found for found in page_faults(page))
    assert page_faults("<p>a<br><img src='/a.png'></p>") == []
