"""Where the parts of the quality system are found, with what waits in each."""

from typing import Any, NamedTuple

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.roles import Actor, Role
from swagat.services import nonconformity_lists
from swagat.services.nonconformity_lists import Filters, Tab
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _

blueprint = Blueprint("quality_system", __name__)

ROLES = (Role.QUALITY_MANAGER, Role.SUPERVISOR, Role.PRESIDING_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)


class Part(NamedTuple):
    """A part of the quality system: what it is, where, and how much of it is open and late."""

    name: str
    words: str
    url: str
    facts: list[tuple[str, int, str]]


@blueprint.get("/quality-system")
@requires(*ROLES)
def home() -> AnyResponse:
    """Show the parts of the quality system."""
    return make_response(render_template("quality/system.html", parts=[_nonconformities(acting())]))


def _nonconformities(actor: Actor) -> Part:
    counts: Any = nonconformity_lists.page(db.session(), actor, Filters(), 0, clock.now()).counts
    return Part(
        _("Nonconformities and corrective action"),
        _("What is not as it should be, why, what is done about it, and whether that helped (ISO 9001, 10.2)."),
        "/nonconformities",
        [
            (_("Open"), counts[Tab.OPEN], "/nonconformities"),
            (_("Late"), counts[Tab.LATE], "/nonconformities?tab=late"),
        ],
    )
