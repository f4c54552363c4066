"""Between the second and the third step of a filing: a code proves that the number is the complainant's."""

from datetime import datetime
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from swagat.domain.errors import N_, Invalid, TooMany
from swagat.models import CodePurpose
from swagat.services import drafts, one_time_codes
from swagat.services.drafts import Answers
from swagat.web.catalogue import gettext as _
from swagat.web.filing_pages import spoken_mobile
from swagat.web.forgery import csrf_ok
from swagat.web.forms.codes import CodeForm
from swagat.web.proving import asking, asks_for_codes, secret, send_code
from swagat.web.words import say

STALE_PAGE = N_("The page was open too long. Nothing is lost: please send it again.")


def is_proved(found: Answers) -> bool:
    """Return whether the number of a draft needs no code, or the code that was sent to it came back."""
    mobile = found["who"].get("mobile")
    return not asks_for_codes() or not mobile or found.get("proof", {}).get("mobile") == mobile


def begin(key: str, found: Answers, now: datetime) -> AnyResponse:
    """Send the first code and lead to where it is typed; a limit that is used up is told there."""
    return _send(key, found, now) or redirect(f"/file/{key}/code", 303)


def page(key: str, found: Answers, form: Any = None, status: int = 200, message: str = "") -> AnyResponse:
    """Return the page where the code is typed."""
    shown = render_template(
        "filing/code.html",
        form=form if form is not None else CodeForm(),
        key=key,
        mobile=spoken_mobile(found["who"]["mobile"]),
        message=message,
    )
    return make_response(shown, status)


def take(key: str, found: Answers, now: datetime) -> AnyResponse:
    """Take the code, send another, or go on without a number, as the pressed button says."""
    form = CodeForm(request.form)
    if not csrf_ok():
        return page(key, found, form, 422, say(STALE_PAGE))
    match request.form.get("do"):
        case "again":
            answer = _send(key, found, now)
            if answer is None:
                flash(_("A new code is on its way. Only the newest one counts."), "good")
            return answer or redirect(f"/file/{key}/code", 303)
        case "without":
            who = {name: value for name, value in found["who"].items() if name not in ("mobile", "phone_is_shared")}
            drafts.add(key, {"who": who}, now)
            return redirect(f"/file/{key}/check", 303)
    if not form.validate():
        return page(key, found, form, 422)
    mobile = found["who"]["mobile"]
    try:
        one_time_codes.prove(asking(CodePurpose.FILING, mobile), form.code.data or "", now, secret())
    except Invalid as refusal:
        form.code.errors = [say(text) for text in refusal.errors.values()]
        return page(key, found, form, 422)
    drafts.add(key, {"proof": {"mobile": mobile, "at": now.isoformat()}}, now)
    return redirect(f"/file/{key}/check", 303)


def _send(key: str, found: Answers, now: datetime) -> AnyResponse | None:
    """Send a code, or return the page that says from when on another can be sent."""
    who = found["who"]
    try:
        send_code(asking(CodePurpose.FILING, who["mobile"]), who["language"], now)
    except TooMany as refusal:
        wait = _("Too many codes were asked for. The next can be sent after %(time)s. What you wrote is kept.")
        response = page(key, found, None, 429, wait % refusal.text.params)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    return None
