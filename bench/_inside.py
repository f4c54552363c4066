"""The app in this process: cookies of somebody who is signed in, and the statements that one request sends."""

from collections.abc import Callable
from typing import Any

from _rig import expect
from sqlalchemy import event


class Inside:
    """An app of the benchmark's installation, in this process."""

    def __init__(self, environ: dict[str, str]) -> None:
        from config import Config
        from swagat import create_app

        self.app = create_app(Config.from_environment(environ))

    def cookie(self, **held: Any) -> dict[str, str]:
        """Return the cookie of a browser whose session holds these values."""
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return {self.app.config["SESSION_COOKIE_NAME"]: serializer.dumps(held)}

    def statements(self, path: str, cookies: dict[str, str]) -> list[tuple[str, Any]]:
        """Return the statements that opening a page sends, with their values; what is read once a minute not."""
        client = self.app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value, domain="127.0.0.1")

        def open_page() -> None:
            expect(client.get(path, base_url="http://127.0.0.1").status_code == 200, f"{path} does not open")

        open_page()
        return self.sent_by(open_page)

    def sent_by(self, work: Callable[[], Any]) -> list[tuple[str, Any]]:
        """Return the statements that something sends when it is done in the app, with their values."""
        from swagat.database import db

        sent: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
            sent.append((statement, values))

        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            try:
                work()
            finally:
                event.remove(db.engine, "before_cursor_execute", note)
                db.session.remove()
        return sent

    def close(self) -> None:
        """Close the connections to the database."""
        from swagat.database import db

        with self.app.app_context():
            db.engine.dispose()
