"""A clerk files for a person: one page as it came, the text read back, and a slip that prints it whole."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import force_locale
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain import names
from swagat.domain.errors import N_, Invalid, NotFound, Refused
from swagat.domain.phone import parse_mobile
from swagat.domain.receipt import receipt_date
from swagat.domain.roles import Role
from swagat.models import FilingMode
from swagat.services import catalogue, counter, drafts, places
from swagat.services.counter import SOURCES, Slip
from swagat.services.drafts import Answers
from swagat.services.filing import Filing, file_grievance
from swagat.web import filing_pages
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.counter_case import take_scan
from swagat.web.filing_check import filing_of, why_not
from swagat.web.filing_what import check, mask
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form, lead_on
from swagat.web.formats import local_date
from swagat.web.forms.counter import CounterForm
from swagat.web.language import LOCALES
from swagat.web.track import rules
from swagat.web.words import FILING_MODES, LANGUAGES, say

blueprint = Blueprint("counter_filing", __name__)

SLIP = "slip"
# Long enough to print once more after a jam; the code is on nobody's screen for longer.
CODE_SHOWN = timedelta(minutes=15)
STALE_PAGE = N_("The page was open too long. Nothing is lost: please send it again.")
WHO = ("name", "mobile", "phone_is_shared", "language", "address", "is_identity_hidden")
HOW = ("mode", "received_on", "late_reason", "source", "source_reference")


@blueprint.route("/counter/file", methods=["GET", "POST"])
@requires(Role.CLERK)
@keeps_form
def begin() -> AnyResponse:
    """Show the empty page, or take it and begin a draft."""
    if request.method != "POST":
        form = CounterForm()
        form.language.data = catalogue.state(acting().state_id or 0).local_language
        return _form_page(form, None)
    return _take(None)


@blueprint.route("/counter/file/<key>/change", methods=["GET", "POST"])
@requires(Role.CLERK)
@keeps_form
def change(key: str) -> AnyResponse:
    """Show the page again with what was typed, or take its changes."""
    found = _draft(key)
    if not isinstance(found, dict):
        return found
    if request.method != "POST":
        values = {name: value for part in ("what", "who", "how") for name, value in found[part].items()}
        typed = MultiDict({name: "y" if value is True else value for name, value in values.items()})
        return _form_page(CounterForm(typed), key)
    return _take(key)


def _take(key: str | None) -> AnyResponse:
    form = CounterForm(request.form)
    if not csrf_ok():
        return _form_page(form, key, 422, say(STALE_PAGE))
    if request.form.get("show"):
        return _form_page(form, key)
    now = clock.now()
    if mask(form) + mask(form, ("name", "address")):
        flash(_("We hid an Aadhaar number in what was written. No office needs it here."), "soon")
    today = catalogue.calendar(acting().state_id or 0).day_of(now)
    known = check(form, today)
    _check_desk(form, today)
    if known is not None and known.where.state_id != acting().state_id:
        form.district.errors = [_("This counter files only for its own state.")]
    if known is None or form.errors:
        return _form_page(form, key, 422)
    kept = form.answers()
    answers: Answers = {
        "what": {name: value for name, value in kept.items() if name not in (*WHO, *HOW)},
        "who": {name: value for name, value in kept.items() if name in WHO},
        "how": {name: value for name, value in kept.items() if name in HOW},
        "known": known.answers(),
    }
    if key is None:
        key = drafts.new_key(_browser(), _secret())
        drafts.begin(key, _browser(), answers, now)
    elif drafts.add(key, answers, now) is None:
        return _gone(key)
    return redirect(url_for("counter_filing.read_back", key=key), 303)


def _check_desk(form: Any, today: date) -> None:
    """Put the mistakes in who it is and how it came on the form."""
    if not form.name.data:
        form.name.errors = [_("Write the name of the person.")]
    if form.mobile.data and not form.mobile.errors:
        try:
            form.mobile.data = parse_mobile(form.mobile.data)
        except Invalid as refusal:
            form.mobile.errors = [say(refusal.text)]
    if form.language.data not in catalogue.state(acting().state_id or 0).languages:
        form.language.errors = [_("Choose a language.")]
    if form.mode.data not in {mode.value for mode in counter.MODES}:
        form.mode.errors = [_("Choose how it came.")]
    if form.source.data and form.source.data not in SOURCES:
        form.source.errors = [_("Choose from the list.")]
    if bool(form.source.data) != bool(form.source_reference.data):
        wanted = form.source_reference if form.source.data else form.source
        wanted.errors = [_("Give both: who sent it, and its number there.")]
    if not form.received_on.errors:
        try:
            receipt_date(form.received_on.data, today, rules().late_entry_days, form.late_reason.data or "")
        except Invalid as refusal:
            for name, text in refusal.errors.items():
                form[name].errors = [say(text)]


def _form_page(form: Any, key: str | None, status: int = 200, message: str = "") -> AnyResponse:
    state = catalogue.state(acting().state_id or 0)
    page = render_template(
        "counter/file.html",
        form=form,
        action=url_for("counter_filing.change", key=key) if key else url_for("counter_filing.begin"),
        message=message,
        spoken=[(code, LANGUAGES.get(code, code)) for code in state.languages],
        today=catalogue.calendar(state.id).day_of(clock.now()),
        **filing_pages.offered(form),
    )
    return make_response(page, status)


@blueprint.route("/counter/file/<key>", methods=["GET", "POST"])
@requires(Role.CLERK)
@keeps_form
def read_back(key: str) -> AnyResponse:
    """Show the words to be read back to the person, or file it; pressed twice there is one grievance."""
    found = _draft(key)
    if not isinstance(found, dict):
        return found
    now, filing = clock.now(), _filing(key, found)
    if request.method != "POST":
        return _check_page(key, found, filing)
    if not csrf_ok():
        return _check_page(key, found, filing, 422, say(STALE_PAGE))
    if filing.mode is not FilingMode.POST and not request.form.get("was_read"):
        return _check_page(key, found, filing, 422, wrong=_("Read the words to the person first."))
    try:
        done = file_grievance(filing, now, _secret(), rules(), clerk=acting())
    except Refused as refusal:
        # The tables or the day changed since the page was filled in.
        return _check_page(key, found, filing, 422, why_not(refusal))
    session[SLIP] = [done.number, int(now.timestamp())]
    return redirect(url_for("counter_filing.slip", number=done.number), 303)


def _filing(key: str, found: Answers) -> Filing:
    how: Mapping[str, Any] = found["how"]
    received_on = how.get("received_on")
    return replace(
        filing_of(key, {**found, "who": {"mobile": None, **found["who"]}}),
        mode=FilingMode(how["mode"]),
        source=how.get("source", ""),
        source_reference=how.get("source_reference", ""),
        received_on=date.fromisoformat(received_on) if received_on else None,
        late_reason=how.get("late_reason", ""),
    )


def _check_page(
    key: str, found: Answers, filing: Filing, status: int = 200, message: str = "", wrong: str = ""
) -> AnyResponse:
    back = url_for("counter_filing.change", key=key)
    how: list[tuple[Any, ...]] = [(_("How it came"), FILING_MODES[filing.mode.value], f"{back}#how")]
    if filing.source:
        how.append((_("Sent by"), f"{filing.source}, {filing.source_reference}", f"{back}#how"))
    if filing.received_on:
        how.append((_("Date of receipt"), local_date(filing.received_on), f"{back}#how"))
    if filing.late_reason:
        how.append((_("Why only now"), filing.late_reason, f"{back}#how"))
    # The words themselves stand above the list, large enough to be read out.
    said = [row for row in filing_pages.said_rows(found, filing, back) if row[1] != filing.text]
    page = render_template(
        "counter/check.html",
        key=key,
        filing=filing,
        message=message,
        wrong=wrong,
        page_errors=[("was_read", wrong)] if wrong else [],
        rows=[*said, *filing_pages.who_rows(filing, f"{back}#who"), *how],
        back=back,
    )
    return make_response(page, status)


@blueprint.get("/counter/slip/<number>")
@requires(Role.CLERK)
def slip(number: str) -> AnyResponse:
    """Show the slip to print; the code stands on it for a quarter of an hour in the browser that filed."""
    now = clock.now()
    found = counter.slip(db.session(), acting(), number, _secret(), _may_show_code(number, now))
    # The person takes it home: it speaks their language, whatever the clerk reads.
    with force_locale(LOCALES.get(found.language, "en_IN")):
        printed = Markup(
            render_template(
                "counter/slip_text.html",
                slip=found,
                office=found.sent.office,
                why_office=[say(names.in_language(text, found.language)) for text in found.sent.why_office],
                where=Markup(", ").join(place_name(one) for one in places.chain(found.place_id)[:-1]),
                window_days=rules().confirm_window_days,
                track_url=current_app.config["PUBLIC_URL"],
            )
        )
    return make_response(render_template("counter/slip.html", slip=found, printed=printed, scans=_scans(found)))


def _scans(found: Slip) -> list[dict[str, Any]]:
    return [{"name": one.name, "url": "", "size": one.size} for one in found.sent.papers]


@blueprint.post("/counter/slip/<number>/scans")
@requires(Role.CLERK)
def add_scan(number: str) -> AnyResponse:
    """Keep the scan of a letter or paper with a grievance that this clerk filed."""
    return take_scan(counter.open_own(db.session(), acting(), number), url_for("counter_filing.slip", number=number))


def _may_show_code(number: str, now: datetime) -> bool:
    held = session.get(SLIP)
    if not held or held[0] != number:
        return False
    if timedelta(0) <= now - datetime.fromtimestamp(held[1], UTC) <= CODE_SHOWN:
        return True
    del session[SLIP]
    return False


def _draft(key: str) -> Answers | AnyResponse:
    """Return the answers of this clerk's draft, or where to go when it was filed; raises NotFound."""
    if not drafts.is_key_of(key, _browser(), _secret()):
        raise NotFound
    return drafts.answers_of(key) or _gone(key)


def _gone(key: str) -> AnyResponse:
    sent = drafts.sent(key)
    if sent is None:
        raise NotFound(N_("This filing was not sent in time and is erased. Please begin a new one."))
    if request.method == "POST" and csrf_ok() and clock.now() - sent.filed_at < CODE_SHOWN:
        # Pressed twice: the first answer may never have arrived, so the slip still shows the code.
        session[SLIP] = [sent.number, int(sent.filed_at.timestamp())]
    return lead_on(url_for("counter_filing.slip", number=sent.number))


def _browser() -> str:
    """Return whose drafts these are: this clerk's, on whichever computer they work."""
    return f"clerk:{acting().person_id}"


def _secret() -> bytes:
    key: str = current_app.config["SECRET_KEY"]
    return key.encode()
