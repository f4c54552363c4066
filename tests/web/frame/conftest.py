"""Small views of the tests' own, behind the frame that every page stands in."""

from pathlib import Path

import pytest
from flask import Flask, Response, abort, request
from sqlalchemy import exc

from swagat import create_app
from swagat.domain.errors import Forbidden, Invalid, NotFound, Stale, TooMany
from swagat.domain.roles import Actor, Role
from swagat.web import access, forgery
from swagat.web.access import no_store, public, requires, signed_in
from tests.client import Client
from tests.conftest import settings_for

FAILURES = {
    "invalid": Invalid("Please correct %(what)s.", what="the mobile number"),
    "forbidden": Forbidden("Not yours."),
    "missing": NotFound(),
    "stale": Stale(),
    "many": TooMany("Wait.", retry_after=17),
    "away": exc.OperationalError("SELECT secret", {}, Exception("gone")),
    "broken": RuntimeError("secret cause"),
}


@pytest.fixture
def pages(tmp_path: Path) -> Flask:
    """The app with views that do nothing, without any table: the frame needs none."""
    app = create_app(settings_for(f"sqlite:///{tmp_path}/empty.db", tmp_path))
    app.test_client_class = Client
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["ACTOR"] = None
    access.actor_source(app, lambda: app.config["ACTOR"])

    @app.get("/plain/<int:number>")
    @public
    def plain(number: int) -> str:
        return f"<p>{number} {request.args.get('q', '')}</p>"

    @app.get("/word/<word>")
    @public
    def word(word: str) -> str:
        return f"<p>{len(word)}</p>"

    @app.get("/long")
    @public
    def long() -> str:
        return "<p>ગામ</p>" * 500

    @app.get("/secret")
    @public
    @no_store
    def secret() -> str:
        return "<p>code</p>"

    @app.get("/mine")
    @signed_in
    def mine() -> str:
        return "<p>mine</p>"

    @app.route("/office", methods=["GET", "POST"])
    @requires(Role.OFFICER, Role.SUPERVISOR)
    def office() -> str:
        return "<p>office</p>"

    @app.post("/act")
    @public
    def act() -> str:
        return f"<p>{request.form.get('word')}</p>"

    @app.post("/keep")
    @public
    @forgery.keeps_form
    def keep() -> tuple[str, int] | str:
        return "<p>done</p>" if forgery.csrf_ok() else (f"<p>again: {request.form['word']}</p>", 422)

    @app.post("/careless")
    @public
    @forgery.keeps_form
    def careless() -> str:
        return "<p>done without asking</p>"

    @app.post("/machine")
    @public
    @forgery.takes_foreign_posts
    def machine() -> str:
        return "<p>taken</p>"

    @app.get("/raise/<kind>")
    @public
    def fail(kind: str) -> Response:
        raise FAILURES.get(kind) or abort(int(kind))

    return app


@pytest.fixture
def browser(pages: Flask) -> Client:
    """A browser in front of those views."""
    return pages.test_client()  # type: ignore[return-value]


@pytest.fixture
def officer() -> Actor:
    """Somebody who acts as an officer."""
    return Actor(role=Role.OFFICER, person_id=1, posting_id=1, office_id=1, state_id=1)
