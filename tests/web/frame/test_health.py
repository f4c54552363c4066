import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from swagat.database import db
from tests.client import Client


def test_the_process_says_that_it_lives_without_asking_the_database(browser: Client) -> None:
    assert browser.get("/health/live").text == "live\n"


def test_it_is_ready_only_with_the_tables_of_this_version(pages: Flask, browser: Client) -> None:
    unready = browser.get("/health/ready")
    assert (unready.status_code, unready.text) == (503, "the database is not migrated to this version\n")
    with pages.app_context():
        upgrade()
    assert browser.get("/health/ready").status_code == 200


def test_it_says_when_the_database_is_away(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", away)
    unready = browser.get("/health/ready")
    assert (unready.status_code, unready.text) == (503, "the database cannot be reached\n")


def test_gauges_are_for_this_machine_or_whoever_has_the_token(pages: Flask, browser: Client) -> None:
    own = browser.get("/metrics")
    assert own.status_code == 200
    assert "# TYPE swagat_database_up gauge\nswagat_database_up 0\n" in own.text
    assert browser.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert browser.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    pages.config["METRICS_TOKEN"] = "right"
    assert browser.get("/metrics").status_code == 404
    assert browser.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert browser.get("/metrics", headers={"Authorization": "Bearer right"}).status_code == 200


def test_gauges_tell_how_late_the_work_is(pages: Flask, browser: Client) -> None:
    with pages.app_context():
        upgrade()
    page = browser.get("/metrics").text
    assert "swagat_database_up 1\n" in page
    assert "swagat_deadline_lag_seconds 0\n" in page
