"""What the head and foot of every page need: whose installation it is, and the pages of whoever is signed in."""

from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from swagat.domain.errors import Refused
from swagat.domain.roles import Role
from swagat.services import catalogue
from swagat.web.access import current_actor
from swagat.web.catalogue import current_locale
from swagat.web.catalogue import lazy_gettext as _l

DESK = {"url": "/desk", "label": _l("Desk")}
SUPERVISION = {"url": "/supervision", "label": _l("Supervision")}
COUNTER = {"url": "/counter", "label": _l("Counter")}
CHECKS = {"url": "/quality/checks", "label": _l("Checks")}
ADMIN = {"url": "/admin", "label": _l("Administration")}
QUALITY = {"url": "/quality", "label": _l("Quality")}
EVIDENCE = {"url": "/evidence", "label": _l("Evidence")}
PASSWORD = {"url": "/password", "label": _l("Password")}
PAGES: dict[Role, list[dict[str, Any]]] = {
    Role.OFFICER: [DESK, CHECKS, PASSWORD],
    Role.SUPERVISOR: [DESK, SUPERVISION, QUALITY, EVIDENCE, CHECKS, PASSWORD],
    Role.PRESIDING_OFFICER: [DESK, SUPERVISION, QUALITY, PASSWORD],
    Role.CLERK: [COUNTER, PASSWORD],
    Role.QUALITY_MANAGER: [QUALITY, EVIDENCE, CHECKS, PASSWORD],
    Role.AUDITOR: [QUALITY, EVIDENCE, PASSWORD],
    Role.ADMINISTRATOR: [ADMIN, QUALITY, PASSWORD],
}


def init_app(app: Flask) -> None:
    """Give every page the name of its state and the pages of the signed-in person's role."""
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    actor = current_actor()
    return {"state_name": _state_name(), "staff_pages": PAGES.get(actor.role, [PASSWORD]) if actor else []}


def _state_name() -> str:
    """Return the letterhead of the default state; an error page must also show when nothing can be read."""
    try:
        state = catalogue.state_named(current_app.config["STATE"])
    except (SQLAlchemyError, Refused):
        return "SWAGAT"
    locale = current_locale()
    return str(getattr(state, f"letterhead_{locale.language if locale else 'en'}", "") or state.letterhead_en)
