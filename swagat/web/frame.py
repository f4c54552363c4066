"""What the head and foot of every page need: whose installation it is, and the pages of whoever is signed in."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app, request
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
SYSTEM = {"url": "/quality-system", "label": _l("Quality system")}
PASSWORD = {"url": "/password", "label": _l("Password")}
# What lies under the quality system, wherever its address begins.
PARTS = (
    "/certificate",
    "/certificates",
    "/evidence",
    "/internal-audits",
    "/management-reviews",
    "/nonconformities",
    "/quality/objectives",
    "/quality/signals",
)
PAGES: dict[Role, list[dict[str, Any]]] = {
    Role.OFFICER: [DESK, CHECKS, SYSTEM, PASSWORD],
    Role.SUPERVISOR: [DESK, SUPERVISION, QUALITY, SYSTEM, CHECKS, PASSWORD],
    Role.PRESIDING_OFFICER: [DESK, SUPERVISION, QUALITY, SYSTEM, PASSWORD],
    Role.CLERK: [COUNTER, PASSWORD],
    Role.QUALITY_MANAGER: [QUALITY, SYSTEM, CHECKS, PASSWORD],
    Role.AUDITOR: [QUALITY, SYSTEM, PASSWORD],
    Role.ADMINISTRATOR: [ADMIN, QUALITY, SYSTEM, PASSWORD],
}


def init_app(app: Flask) -> None:
    """Give every page the name of its state and the pages of the signed-in person's role."""
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    actor = current_actor()
    pages = PAGES.get(actor.role, [PASSWORD]) if actor else []
    return {"state_name": _state_name(), "staff_pages": pages, "staff_page_here": _here(pages)}


def _here(pages: Sequence[dict[str, Any]]) -> str:
    """Return the address of the page under which this one lies: the longest, since the checks lie under the figures."""
    path = request.path
    under = {one["url"]: one["url"] for one in pages} | dict.fromkeys(PARTS, SYSTEM["url"])
    found = max((one for one in under if path == one or path.startswith(f"{one}/")), key=len, default="")
    return under.get(found, "")


def _state_name() -> str:
    """Return the letterhead of the default state; an error page must also show when nothing can be read."""
    try:
        state = catalogue.state_named(current_app.config["STATE"])
    except (SQLAlchemyError, Refused):
        return "SWAGAT"
    locale = current_locale()
    return str(getattr(state, f"letterhead_{locale.language if locale else 'en'}", "") or state.letterhead_en)
