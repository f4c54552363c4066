"""Where the parts of the quality system are found, with what waits in each."""

from typing import Any, NamedTuple

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.internal_audits import AuditState
from swagat.domain.management_reviews import DecisionState
from swagat.domain.roles import Actor, Role
from swagat.models import SignalState
from swagat.services import audit_pages, catalogue, evidence_packs, nonconformity_lists, review_pages, signals
from swagat.services.nonconformity_lists import Filters, Tab
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _

blueprint = Blueprint("quality_system", __name__)

ROLES = (
    Role.OFFICER,
    Role.SUPERVISOR,
    Role.PRESIDING_OFFICER,
    Role.QUALITY_MANAGER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


class Part(NamedTuple):
    """A part of the quality system: what it is, where, and how much of it is open and late."""

    name: str
    words: str
    url: str
    facts: list[tuple[str, int, str]]


@blueprint.get("/quality-system")
@requires(*ROLES)
def home() -> AnyResponse:
    """Show the parts of the quality system that are open to the reader."""
    actor = acting()
    parts = [_certificates(), _nonconformities(actor)]
    if actor.role is not Role.ADMINISTRATOR:
        parts = [_certificates(), _objectives(), _nonconformities(actor), *_signals(actor), _audits(actor)]
        parts.append(_reviews(actor))
    if actor.role in evidence_packs.READERS:
        parts.append(_packs())
    return make_response(render_template("quality/system.html", parts=parts))


def _certificates() -> Part:
    return Part(
        _("Certificates"),
        _("Which offices are certified, what is due when, and what the certification body found."),
        "/certificates",
        [],
    )


def _objectives() -> Part:
    return Part(
        _("Quality objectives"),
        _("What an office aims at, set before it begins, and how each month came out (ISO 9001, 6.2)."),
        "/quality/objectives",
        [],
    )


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


def _packs() -> Part:
    return Part(
        _("Evidence packs"),
        _("One printed report and all lists behind it, for an office and a period, which an auditor can recompute."),
        "/evidence",
        [],
    )


def _signals(actor: Actor) -> list[Part]:
    if actor.role not in signals.READERS:
        return []
    waiting = signals.counts(db.session(), actor).get(SignalState.OPEN, 0)
    return [
        Part(
            _("Signals"),
            _("What chance hardly brings, such as answers bunched before the last day, for a person to judge."),
            "/quality/signals",
            [(_("To be judged"), waiting, "/quality/signals")],
        )
    ]


def _audits(actor: Actor) -> Part:
    today = catalogue.calendar(actor.state_id or 0).day_of(clock.now())
    rows = audit_pages.programme(db.session(), actor, today.year)
    still = [one for one in rows if one.state in (AuditState.PLANNED, AuditState.DRAWN)]
    late = [one for one in still if one.planned_on < today]
    return Part(
        _("Internal audits"),
        _("Somebody of another office looks at how an office works, clause by clause (ISO 9001, 9.2)."),
        "/internal-audits",
        [(_("To come this year"), len(still), "/internal-audits"), (_("Late"), len(late), "/internal-audits")],
    )


def _reviews(actor: Actor) -> Part:
    waiting = review_pages.open_decisions(db.session(), actor, clock.now())
    late = [one for _row, one in waiting if one.state is DecisionState.LATE]
    return Part(
        _("Management reviews"),
        _("What the head of an office looks at and decides, and what became of it (ISO 9001, 9.3)."),
        "/management-reviews",
        [
            (_("Decisions still open"), len(waiting), "/management-reviews"),
            (_("Late"), len(late), "/management-reviews"),
        ],
    )
