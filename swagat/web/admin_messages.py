"""The outbox for an administrator: what stands where and what it cost, the texts themselves, and one sent again."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Invalid, NotFound, Refused
from swagat.domain.roles import Role
from swagat.domain.working_time import INDIA
from swagat.services import messages, resending, text_counts
from swagat.services.messages import ALL_NOT_ARRIVED, TextPage, Wanted
from swagat.services.text_counts import Figures, Spent, Standing, first_instant
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.delivery_words import STANDINGS, TONES, why
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.formats import number
from swagat.web.words import say

blueprint = Blueprint("admin_messages", __name__)

LONGEST_CAUSE = 200
PAISE = 100
# Every standing can be asked for, and those that did not arrive together.
STATES = {**{one.value: name for one, name in STANDINGS.items()}, ALL_NOT_ARRIVED: _l("Did not arrive")}


class Month(NamedTuple):
    """What was spent in a month; `cost` is in rupees, and empty where nobody said what a segment costs."""

    begins: date
    before: date
    this: date
    rows: list[tuple[Spent, str]]
    texts: int
    segments: int
    cost: str


@blueprint.get("/admin/messages")
@requires(Role.ADMINISTRATOR)
def texts() -> AnyResponse:
    """Show what stands where, and the texts, newest first."""
    session, actor, now = db.session(), acting(), clock.now()
    only = text_counts.kept_to_state_of(session, actor)
    begins = text_counts.listed_since(now)
    wanted = Wanted(
        max(begins, _since(now)),
        request.args.get("case", "").strip()[:40],
        state if (state := request.args.get("state", "")) in STATES else "",
        request.args.get("code", "").strip()[:LONGEST_CAUSE],
    )
    status, errors = 200, {}
    try:
        found = messages.texts(session, actor, only, wanted, _id("newer"), _id("older"), _codes_until(now))
    except Invalid as refusal:
        errors = {field: say(text) for field, text in refusal.errors.items()}
        found, status = TextPage((), None, None), 422
    page = render_template(
        "admin/messages.html",
        found=found,
        wanted=wanted,
        is_filtered=bool(wanted.case or wanted.state or wanted.cause),
        figures=_figures(text_counts.figures(session, begins, only)),
        failures=[(one, why(one.cause)) for one in text_counts.failures(session, begins, only)],
        month=_month(session, now, only),
        days=text_counts.LISTED_DAYS,
        states=list(STATES.items()),
        names=STANDINGS,
        tones=TONES,
        why=why,
        errors=errors,
        page_errors=errors,
    )
    return make_response(page, status)


def _figures(found: Figures) -> dict[str, Any]:
    return {
        "live": [(one, found.counts[one]) for one in text_counts.LIVE],
        "ended": [(one, found.counts[one]) for one in text_counts.ENDED],
        "oldest_waiting": found.oldest_waiting,
        "not_arrived": found.not_arrived,
    }


def _since(now: datetime) -> datetime:
    """Return from when ended texts are listed, which a link may narrow down to a day."""
    try:
        return first_instant(date.fromisoformat(request.args.get("since", "")))
    except (ValueError, OverflowError):
        return text_counts.listed_since(now)


def _codes_until(now: datetime) -> tuple[bytes, datetime] | None:
    """Return what opens the one-time codes: only where no real person's number is asked, and nothing is sent."""
    config = current_app.config
    if config["SWAGAT_ENV"] == "production" or config["SMS_GATEWAY"] != "console":
        return None
    return config["SECRET_KEY"].encode(), now


def _month(session: Any, now: datetime, only: text_counts.Conditions) -> Month:
    this = now.astimezone(INDIA).date().replace(day=1)
    begins = min(_typed_month() or this, this)
    ends = (begins + timedelta(days=31)).replace(day=1)
    rows = text_counts.spent(session, first_instant(begins), first_instant(ends), only)
    segments = sum(one.segments for one in rows)
    return Month(
        begins,
        (this - timedelta(days=1)).replace(day=1),
        this,
        [(one, _rupees(one.segments)) for one in rows],
        sum(one.texts for one in rows),
        segments,
        _rupees(segments),
    )


def _typed_month() -> date | None:
    try:
        typed = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return None
    # Before the first day there is nothing that could be counted.
    return typed if typed.year > 1 else None


def _rupees(segments: int) -> str:
    paise = current_app.config["SMS_SEGMENT_PAISE"]
    return f"₹ {number(segments * paise / PAISE, 2)}" if paise else ""


def _id(name: str) -> int | None:
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


@blueprint.route("/admin/messages/<int:message_id>/resend", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
@keeps_form
def resend(message_id: int) -> AnyResponse:
    """Show a text that did not arrive, or have it sent once more."""
    if message_id >= 2**63:
        raise NotFound
    if request.method != "POST":
        return _resend_page(message_id)
    if not csrf_ok():
        return _resend_page(
            message_id, 422, {"": _("The page was open too long. Nothing is lost: please send it again.")}
        )
    checked = request.form.get("checked") == "y"
    try:
        number_ = resending.resend(acting(), message_id, request.form.get("reason", ""), checked, clock.now())
    except Invalid as refusal:
        return _resend_page(message_id, 422, {field: say(text) for field, text in refusal.errors.items()})
    except AlreadyDone as refusal:
        flash(say(refusal.text), "soon")
        return redirect(url_for("admin_messages.resend", message_id=message_id), 303)
    except NotFound:
        raise
    except Refused:
        # The page says why by itself, in the place of the form.
        return _resend_page(message_id, 422)
    flash(_("The text waits to be sent again."), "good")
    return redirect(url_for("admin_messages.texts", case=number_), 303)


def _resend_page(message_id: int, status: int = 200, errors: dict[str, str] | None = None) -> AnyResponse:
    found = resending.shown(db.session(), acting(), message_id, clock.now())
    page = render_template(
        "admin/resend.html",
        text=found,
        refusal=say(found.refusal) if found.refusal else "",
        refused=why(found.refused_code) if found.refused_code else "",
        why=why(found.failure),
        name=STANDINGS[found.standing],
        tone=TONES.get(found.standing, ""),
        limit=resending.LONGEST_REASON,
        reason=request.form.get("reason", ""),
        checked=request.form.get("checked", ""),
        errors=errors or {},
        page_errors=errors or {},
        standing=Standing,
    )
    return make_response(page, status)
