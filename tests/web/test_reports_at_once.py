"""A thousand delivery reports at once: doubled, out of order, forged and for nobody; every text ends as it should."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat.database import db
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.models import DeliveryStatus as S
from swagat.models import SmsReport
from swagat.services.outbox import dispatch
from tests.contract.accounts import PUBLIC, gateway_to
from tests.contract.twilio_stand_in import ACCOUNT, TOKEN, StandIn, sign, twilio
from tests.services.case_to_tell import KANTA, make_case, queue_many, texts
from tests.staff import NOON

TEXTS = 60
ENDS = {"delivered": S.DELIVERED, "undelivered": S.UNDELIVERED, "failed": S.FAILED}
STEPS = ("queued", "sending", "sent")


class Told(NamedTuple):
    """One report as it arrives: where, what it says, and whether Twilio signed it."""

    message_id: int
    sid: str
    status: str
    is_genuine: bool = True


def reports_on(sids: dict[int, str], ends: dict[int, str]) -> list[Told]:
    """Return the reports of all texts, each twice, with as many forged ones that say the opposite, and for nobody."""
    told = []
    for id_, sid in sids.items():
        told += [Told(id_, sid, status) for status in (*STEPS, "teleported", ends[id_])] * 2
        told += [Told(id_, sid, status, is_genuine=False) for status in ENDS if status != ends[id_]] * 2
        told += [Told(id_ + 1_000_000, f"SM-nobody-{id_}", status) for status in ("sent", "delivered", "failed")]
    random.Random(7).shuffle(told)
    return told


@pytest.mark.concurrency
def test_a_thousand_reports_at_once_leave_every_text_where_it_came_to(own_app: Flask) -> None:
    own_app.config.update(SMS_GATEWAY="twilio", TWILIO_AUTH_TOKEN=TOKEN, PUBLIC_URL=PUBLIC)
    with twilio() as stand_in, own_app.app_context():
        sids = sent_texts(stand_in)
        db.session.remove()
    ends = {id_: list(ENDS)[at % 3] for at, id_ in enumerate(sids)}
    told = reports_on(sids, ends)
    assert len(told) >= 1000

    def post(one: Told) -> int:
        form = {"AccountSid": ACCOUNT, "MessageSid": one.sid, "MessageStatus": one.status}
        form |= {"To": KANTA} | ({"ErrorCode": "30008"} if one.status in ("undelivered", "failed") else {})
        path = f"/hooks/twilio/status/{one.message_id}"
        answer = own_app.test_client().post(
            path,
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": sign(PUBLIC + path, form, TOKEN if one.is_genuine else "another")},
            csrf=False,
        )
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, told))
    assert answers == [204 if one.is_genuine else 403 for one in told]
    with own_app.app_context():
        rows = texts()
        assert {row.id: row.status for row in rows} == {id_: ENDS[end] for id_, end in ends.items()}
        assert all(row.ended_at and row.provider_id == sids[row.id] for row in rows)
        kept = db.session.scalar(select(func.count()).select_from(SmsReport))
        assert kept == len({one for one in told if one.is_genuine})


def sent_texts(stand_in: StandIn) -> dict[int, str]:
    """Send texts and return the ids that Twilio gave them, by ours."""
    make_case()
    queue_many(TEXTS)
    gateway = gateway_to(stand_in)
    assert dispatch(NOON + timedelta(), gateway, Rules(), sending=SendingRules()).sent == TEXTS
    return {row.id: row.provider_id or "" for row in texts()}
