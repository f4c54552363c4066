"""What the settings of an installation change at its edge."""

from pathlib import Path

import pytest
from flask import Flask, request

from swagat import create_app
from swagat.web.access import public
from tests.conftest import settings_for


def installation(folder: Path, **settings: object) -> Flask:
    """Return an app that tells what it believes of a request."""
    app = create_app(settings_for(f"sqlite:///{folder}/e.db", folder, **settings))

    @app.get("/seen")
    @public
    def seen() -> str:
        return f"{request.remote_addr} {request.scheme}"

    return app


FORWARDED = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("proxies", "believed"),
    [(0, "127.0.0.1 http"), (1, "203.0.113.9 https"), (2, "198.51.100.1 http")],
)
def test_what_a_proxy_says_is_believed_only_as_far_as_there_are_proxies(
    tmp_path: Path, proxies: int, believed: str
) -> None:
    app = installation(tmp_path, trusted_proxies=proxies)
    assert app.test_client().get("/seen", headers=FORWARDED).text == believed


def test_a_flood_from_one_address_is_slowed_and_others_are_served(tmp_path: Path) -> None:
    client = installation(tmp_path, flood_limit="3 per minute").test_client()
    answers = [client.get("/health/live").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert int(client.get("/health/live").headers["Retry-After"]) > 0
    other = client.get("/health/live", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert other.status_code == 200
