"""The changes of days and time limits that were made, and how far the open cases have followed."""

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.roles import Role
from swagat.services import rule_pages
from swagat.web.access import acting, requires
from swagat.web.forms.rules import DAY_KINDS

blueprint = Blueprint("admin_changes", __name__)


@blueprint.get("/admin/changes")
@requires(Role.ADMINISTRATOR)
def lists() -> AnyResponse:
    """Show the newest changes."""
    rows = rule_pages.changes(db.session(), acting())
    return make_response(render_template("admin/changes.html", rows=rows, kinds=DAY_KINDS))


@blueprint.get("/admin/changes/<int:change_id>")
@requires(Role.ADMINISTRATOR)
def show(change_id: int) -> AnyResponse:
    """Show one change and how far it has come; who wants to see more reloads the page."""
    # An id beyond what a column holds is nobody's.
    row = rule_pages.change(db.session(), acting(), change_id if change_id < 2**63 else 0)
    return make_response(render_template("admin/change.html", row=row, kinds=DAY_KINDS, now=clock.now()))
