"""What an administrator watches: what needs attention, and the settings in force."""

from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.roles import Role
from swagat.domain.working_time import INDIA
from swagat.services import administration
from swagat.services.text_counts import LIVE
from swagat.web.access import acting, requires
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.delivery_words import STANDINGS

blueprint = Blueprint("admin", __name__)

JOBS = {
    "sweep": _l("Does what falls due: late cases go up, waiting for an answer ends, and answered cases are closed"),
    "quality_deadlines": _l("Does what falls due in the quality system: what is late goes to the office above"),
    "redating": _l("Gives open cases their new dates after a change of days or time limits"),
    "outbox": _l("Sends the texts that wait"),
    "counting": _l("Counts what happened for the figures of quality"),
    "housekeeping": _l("Erases at night what has served its time: unfinished filings, old sign-ins, stray papers"),
    "checks": _l("Checks at night that every open case has a running date and no closed one has"),
    "publishing": _l("Publishes the figures of the month before on their day, and each night what has changed since"),
    "checks_of_disposals": _l("Draws by lot each month the answers that another office checks"),
    "objectives": _l("Judges the published months of quality objectives"),
    "evidence": _l("Makes the evidence packs that were asked for"),
    "signals": _l("Looks at night for what an office should be asked about, for a person to judge"),
    "recount": _l("Counts the figures anew at night from the registers, and puts right what differs"),
    "nonconformities": _l("Opens nonconformities at night from what registers and published figures say"),
    "digests": _l("Tells officers and heads each working morning how many cases are open, late or near their date"),
}
OUTCOMES = {"done": _l("Ended well"), "running": _l("Runs now"), "failed": _l("Failed")}
OUTCOME_TONES = {"done": "good", "failed": "late"}

# What may be shown: nothing here opens anything. The address of the database is left out, it can hold a password.
SETTINGS = {
    "SWAGAT_ENV": _l("Kind of installation"),
    "PUBLIC_URL": _l("Address that citizens use"),
    "STATE": _l("State chosen first"),
    "LANGUAGES": _l("Languages, the first is the default"),
    "SMS_GATEWAY": _l("Way of the texts"),
    "SMS_SEGMENT_PAISE": _l("Cost of one segment of a text, in paise"),
    "SMS_PER_NUMBER": _l("Texts to one number in a day"),
    "SMS_PER_DAY": _l("Texts in a day in all, 0 for no limit"),
    "QUIET_HOURS": _l("Hours in which no telephone rings"),
    "INBOUND_SMS": _l("Whether texts to us are taken"),
    "VERIFY_MOBILE": _l("Whether a number is proved by a code"),
    "CODES_PER_NUMBER": _l("Codes to one number in an hour"),
    "CODES_PER_ADDRESS": _l("Codes for one address in an hour"),
    "CONFIRM_WINDOW_DAYS": _l("Days to confirm, refuse or appeal after the answer arrived"),
    "OBJECTION_DAYS": _l("Days to object to a proposal"),
    "WITHDRAWAL_UNDO_DAYS": _l("Days in which a withdrawal can be taken back"),
    "TRANSFER_LIMIT": _l("Transfers before the common superior decides"),
    "CLARIFICATIONS_PER_CYCLE": _l("Times an office may ask the complainant"),
    "CLARIFICATION_WORKING_DAYS": _l("Working days the complainant has to answer"),
    "LATE_ENTRY_DAYS": _l("Days a clerk may date a receipt back without a reason"),
    "DRAFT_HOURS": _l("Hours until an unfinished filing is erased"),
    "FILINGS_PER_ADDRESS": _l("Grievances from one address in an hour"),
    "FILINGS_PER_MOBILE": _l("Grievances from one mobile number in a day"),
    "TRACK_TRIES": _l("Wrong tracking codes in an hour"),
    "TRACK_IDLE_MINUTES": _l("Minutes until tracking asks for the code again"),
    "SIGN_IN_TRIES": _l("Wrong passwords in a quarter of an hour"),
    "SIGN_IN_IDLE_MINUTES": _l("Minutes until staff sign in again"),
    "SIGNAL_LEAST_CASES": _l("Disposals of an office in a month from which on signals look at it"),
    "SIGNAL_LAST_DAYS": _l("Last days to answer on which many disposals are a signal"),
    "SIGNAL_QUICK_MINUTES": _l("Minutes within which a disposal is quick enough to be a signal"),
    "SIGNAL_FILER_CASES": _l("Cases of one person with one office in a month that may be a signal"),
    "CHECKS_PER_OFFICE": _l("Disposals of each office that another office checks in a month"),
    "NONCONFORMITY_CORRECT_DAYS": _l("Days to put a nonconformity right at once"),
    "NONCONFORMITY_ANALYSE_DAYS": _l("Days to find its cause and plan an action"),
    "NONCONFORMITY_EFFECT_MONTHS": _l("Months by which the effect of an action is judged"),
    "NONCONFORMITY_CHECK_DAYS": _l("Days to judge the effect after these months"),
    "NONCONFORMITY_LATE_DAYS": _l("Days given again when a date of a nonconformity is missed"),
    "NONCONFORMITY_REPEATS": _l("Repeats in a month that open a nonconformity, 0 for none"),
    "HOT_SPOT_CASES": _l("Grievances about one subject at one place in a month that open one, 0 for none"),
    "PUBLISH_ON_DAY": _l("Day of the month on which the figures of the month before are published"),
    "TRUSTED_PROXIES": _l("Proxies in front"),
    "LOG_LEVEL": _l("Least serious line that is logged"),
}


@blueprint.get("/admin")
@requires(Role.ADMINISTRATOR)
def home() -> AnyResponse:
    """Show what needs attention, and the settings in force."""
    found = administration.attention(db.session(), acting(), clock.now())
    page = render_template(
        "admin/home.html",
        found=found,
        on_their_way=[(one, STANDINGS[one], found.texts.counts[one]) for one in LIVE],
        texts_since=found.texts_since.astimezone(INDIA).date(),
        jobs=JOBS,
        outcomes=OUTCOMES,
        outcome_tones=OUTCOME_TONES,
        settings=[(name, label, _shown(current_app.config[name])) for name, label in SETTINGS.items()],
    )
    return make_response(page)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


@blueprint.post("/admin/routing-check")
@requires(Role.ADMINISTRATOR)
def routing_check() -> AnyResponse:
    """Walk the routing of the state now."""
    if administration.check_routing(acting(), clock.now()):
        flash(_("The routing was checked: every subject reaches an office with people in it."), "good")
    else:
        flash(_("The routing was checked: some things are wrong. They are listed below."), "late")
    return redirect(url_for("admin.home"), 303)
