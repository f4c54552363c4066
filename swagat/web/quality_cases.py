"""The cases behind a figure, for staff who may see them."""

from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import NotFound
from swagat.domain.quality.indicators import INDICATORS
from swagat.models import Scope
from swagat.services import catalogue, indicators, quality_cases, quality_scopes, tallies
from swagat.services.scope import READS_ALL_EVIDENCE
from swagat.services.tallies import Period
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.desk import HANDLERS
from swagat.web.filters import place_name
from swagat.web.quality_addresses import address, today_in, wanted_of
from swagat.web.quality_words import period_name
from swagat.web.words import say

blueprint = Blueprint("quality_cases", __name__)


@blueprint.get("/quality/cases")
@requires(*HANDLERS, *READS_ALL_EVIDENCE)
def cases() -> AnyResponse:
    """Show the cases that a figure counts, as far as they are open to the reader."""
    session, actor = db.session(), acting()
    state_id = actor.state_id or 0
    indicator = INDICATORS.get(request.args.get("figure", ""))
    if indicator is None:
        raise NotFound
    scope = request.args.get("scope", Scope.STATE.value)
    whose = (
        quality_scopes.of_state(state_id)
        if scope == Scope.STATE
        else quality_scopes.named(session, state_id, scope, request.args.get("of", ""))
    )
    wanted = wanted_of(today_in(state_id))
    shown: dict[str, Any] = {"whose": whose, "indicator": indicator, "wanted": wanted, "back": address(whose, wanted)}
    if wanted.span is None:
        errors = {"period": say(wanted.error)}
        return make_response(render_template("quality/cases.html", errors=errors, page_errors=errors, **shown), 422)
    span = wanted.span
    tally = tallies.tally(session, whose.where, Period(span.first, span.last), with_imported=wanted.with_imported)
    found = quality_cases.listed(
        session,
        actor,
        indicator,
        whose.where,
        span,
        tally,
        with_imported=wanted.with_imported,
        before=_before(request.args.get("before", "")),
    )
    quality_cases.note_opening(actor, found, indicator, whose, span, clock.now())
    page = render_template(
        "quality/cases.html",
        found=found,
        reads_evidence=actor.role in READS_ALL_EVIDENCE,
        counted=indicator.count_part(tally),
        period=_("now") if indicators.is_of_now(indicator) else period_name(span),
        subject_of=lambda category_id: place_name(catalogue.category(category_id)),
        errors={},
        **shown,
    )
    return make_response(page)


def _before(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
