"""A real server, a real browser, and the people of Dholka who can sign in."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from sqlalchemy import select

from config import ROOT
from swagat import create_app
from swagat.database import db, transaction
from swagat.domain.roles import Role
from swagat.models import Office, Person, Posting
from swagat.services.accounts import hash_password
from tests.conftest import SECRET, settings_for
from tests.seed import seed

PASSWORD = "monsoon tea and trains"
STAFF = (
    ("bharat", "MAM-3783", Role.OFFICER),
    ("meena", "MAM-3783", Role.SUPERVISOR),
    ("ravi", "RAC-438", Role.SUPERVISOR),
)
AS_SERVED = ("--worker-class", "gthread", "--workers", "1", "--threads", "8", "--no-control-socket")
# Headless, and asking nobody on the network for anything.
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Site:
    """A running installation, and the app on the same database for what no page does: time and texts."""

    address: str
    app: Flask


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    url = f"sqlite:///{folder}/site.db"
    app = create_app(settings_for(url, folder / "documents"))
    with app.app_context():
        upgrade()
        seed()
        _post_staff()
        db.session.remove()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environ = os.environ | {
        "SWAGAT_ENV": "test",
        "SECRET_KEY": SECRET,
        "DATABASE_URL": url,
        "UPLOAD_FOLDER": str(folder / "documents"),
        "FLOOD_LIMIT": "off",
    }
    command = [sys.executable, "-m", "gunicorn", "wsgi:warmed()", "--bind", f"127.0.0.1:{port}", *AS_SERVED]
    server = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        _wait_for(port)
        yield Site(f"http://127.0.0.1:{port}", app)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            subprocess.run(["sleep", "0.1"], check=True)
        else:
            return
    raise AssertionError("the server did not start")


def _post_staff() -> None:
    hashed, begun = hash_password(PASSWORD), datetime.now(UTC) - timedelta(days=100)
    with transaction() as session:
        for login, office_code, role in STAFF:
            office_id = session.scalars(select(Office.id).where(Office.code == office_code)).one()
            person = Person(login=login, name_en=login.title(), language="gu", password_hash=hashed)
            session.add(person)
            session.flush()
            session.add(Posting(person_id=person.id, office_id=office_id, role=role, begins_at=begun))


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def has_script(request: pytest.FixtureRequest) -> bool:
    found: bool = request.param
    return found


@pytest.fixture
def phone(has_script: bool, tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """A phone of 360 px that reads Gujarati."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        raise AssertionError(
            "Chromium is missing: `make test` installs it; or apt-get install chromium chromium-driver"
        )
    options = Options()
    options.binary_location = chromium
    for argument in (*QUIET, "--window-size=360,800", "--lang=gu", f"--user-data-dir={tmp_path}/profile"):
        options.add_argument(argument)
    if not has_script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    browser.implicitly_wait(3)
    yield browser
    browser.quit()
