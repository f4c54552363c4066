"""The third step of a filing: everything once more, and then it is sent."""

from datetime import date, datetime
from typing import Any

from flask import current_app, request
from sqlalchemy import select

from swagat.database import db
from swagat.domain.errors import Invalid, Refused
from swagat.domain.places import PlaceKind
from swagat.models import Grievance
from swagat.services import filing as service
from swagat.services import repeats
from swagat.services.drafts import Answers
from swagat.services.filing import Acknowledgement, Filing
from swagat.services.limits import Limit, network
from swagat.web.track import open_number, rules
from swagat.web.words import say

HOUR = 3600
DAY = 24 * HOUR


def filing_of(key: str, found: Answers) -> Filing:
    """Return what the draft holds as a filing; its first two steps were checked before they were kept."""
    what, known, who = found["what"], found["known"], found["who"]
    accused = bool(what.get("is_accused"))
    approached_on: Any = what.get("approached_on")
    # A number that was changed since is another number.
    proof = found.get("proof") if found.get("proof", {}).get("mobile") == who.get("mobile") else None
    return Filing(
        submission_key=key,
        state_id=known["state_id"],
        category_id=known["category_id"],
        place_id=known["place_id"],
        place_text=known["place_text"],
        none_of=frozenset(map(PlaceKind, known["none_of"])),
        text=what["text"],
        landmark=what.get("landmark", ""),
        relief_sought=what.get("relief_sought", ""),
        approached_office=what.get("approached_office", ""),
        approached_on=date.fromisoformat(approached_on) if approached_on else None,
        approached_reference=what.get("approached_reference", ""),
        approached_reply=what.get("approached_reply", ""),
        accused_office_id=known["accused_office_id"] if accused else None,
        accused_note=what.get("accused_note", "") if accused else "",
        immediate_reason=what.get("immediate_reason", "") if what.get("is_immediate") else "",
        name=who["name"],
        language=who["language"],
        mobile=who.get("mobile"),
        mobile_proved_at=datetime.fromisoformat(proof["at"]) if proof else None,
        phone_is_shared=bool(who.get("phone_is_shared")),
        address=who.get("address", ""),
        is_identity_hidden=bool(who.get("is_identity_hidden")),
    )


def send(filing: Filing, now: datetime) -> Acknowledgement:
    """File it, within the limits of this address and number."""
    config = current_app.config
    limits = [Limit("filing-address", network(request.remote_addr or ""), HOUR, config["FILINGS_PER_ADDRESS"])]
    if filing.mobile:
        limits.append(Limit("filing-mobile", filing.mobile, DAY, config["FILINGS_PER_MOBILE"]))
    return service.file_grievance(filing, now, config["SECRET_KEY"].encode(), rules(), limits=limits)


def why_not(refusal: Refused) -> str:
    """Return in one sentence why it could not be filed like this."""
    if isinstance(refusal, Invalid) and refusal.errors:
        return " ".join(say(text) for text in refusal.errors.values())
    return say(refusal.text)


def own_open_number(filing: Filing, now: datetime) -> str | None:
    """Return the number of a like grievance that this browser has open with its code; nobody else learns of one."""
    number = open_number()
    if number is None:
        return None
    session = db.session()
    like = repeats.open_grievances_like(session, filing, now)
    mine = select(Grievance.registration_number).where(Grievance.registration_number == number, Grievance.id.in_(like))
    return session.scalar(mine) if like else None
