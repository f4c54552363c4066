"""Two people at one case in the same moment: one acts, the other is told, and nothing is written twice."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat import clock
from swagat.database import db
from swagat.domain.case import Outcome
from swagat.domain.errors import Stale
from swagat.domain.workflow import Action, Status
from swagat.models import Document, GrievanceEvent, SmsMessage
from swagat.services import escalation, registers
from tests.builders import (
    KANTA,
    RULES,
    Cast,
    act,
    add_paper,
    assigned,
    case,
    day,
    disposed,
    post_cast,
    reported,
    sign_in,
)
from tests.client import Client
from tests.files.pdfs import pdf

pytestmark = pytest.mark.concurrency


@pytest.fixture
def cast(own_app: Flask) -> Any:
    with own_app.app_context():
        yield post_cast()


def at_once(app: Flask, *works: Callable[[], Any]) -> list[Any]:
    """Do all of this in the same moment, each in a thread of its own; an error is a result too."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        with app.app_context():
            barrier.wait(30)
            try:
                return work()
            except Exception as error:
                return error
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def entries(number: str) -> list[Action]:
    statement = select(GrievanceEvent.action).where(GrievanceEvent.grievance_id == case(number).id)
    return list(db.session.scalars(statement.order_by(GrievanceEvent.seq)))


def test_of_two_who_act_on_what_they_both_saw_one_is_told(own_app: Flask, cast: Cast) -> None:
    for turn in range(5):
        number = assigned(cast, f"case {turn}")
        seen = case(number).version
        results = at_once(
            own_app,
            lambda number=number, seen=seen: act(cast.bharat, number, Action.REPORT_ACTION, 1, version=seen),
            lambda number=number, seen=seen: act(cast.meena, number, Action.ASSIGN, 1, version=seen,
                                                 officer_posting_id=cast.hansa.posting_id),
        )  # fmt: skip
        assert sorted(isinstance(one, Stale) for one in results) == [False, True], results
        assert (case(number).version, len(entries(number))) == (seen + 1, seen + 1)
    assert registers.verify().ok


def test_two_heads_do_not_dispose_twice(own_app: Flask, cast: Cast) -> None:
    number = reported(cast)
    seen = case(number).version
    before = db.session.scalar(select(func.count()).select_from(SmsMessage)) or 0

    def dispose() -> Any:
        return act(cast.meena, number, Action.DISPOSE, 1, version=seen, outcome=Outcome.REDRESSED)

    results = at_once(own_app, dispose, dispose, dispose)
    assert sum(isinstance(one, Stale) for one in results) == 2, results
    assert entries(number).count(Action.DISPOSE) == 1
    told = (db.session.scalar(select(func.count()).select_from(SmsMessage)) or 0) - before
    assert told == len(set(told_by(number))) > 0


def told_by(number: str) -> list[tuple[str, str]]:
    cause = f"event:{case(number).id}:{case(number).version}"
    rows = db.session.execute(select(SmsMessage.recipient, SmsMessage.template).where(SmsMessage.cause == cause))
    return [(row[0], row[1]) for row in rows]


def test_whoever_adds_without_having_seen_is_not_stopped_by_others(own_app: Flask, cast: Cast) -> None:
    number = assigned(cast)
    seen = case(number).version
    papers = [pdf(b"<< /Number %d >>" % step) for step in range(3)]
    results = at_once(
        own_app,
        *(lambda paper=paper: add_paper(KANTA, number, 1, data=paper) for paper in papers),
        lambda: act(KANTA, number, Action.REMIND, 1, texts={}),
    )
    assert not [one for one in results if isinstance(one, Exception)], results
    assert case(number).version == seen + 4
    assert db.session.scalar(select(func.count()).select_from(Document)) == 3
    assert registers.verify().ok


def test_a_citizen_and_the_end_of_the_window_leave_one_end(own_app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    seen = case(number).version
    results = at_once(
        own_app,
        lambda: act(KANTA, number, Action.REFUSE, 40, version=seen),
        lambda: escalation.sweep(day(40), RULES),
    )
    row = case(number)
    assert row.status in (Status.REGISTERED, Status.CLOSED), results
    last = entries(number)[-1]
    assert last in (Action.REFUSE, Action.CLOSE, Action.ESCALATE)
    assert registers.verify().ok


def test_two_browsers_send_at_once_and_the_second_keeps_what_was_typed(
    own_app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: day(1))
    number = reported(cast)
    browsers: list[Client] = []
    for _ in range(2):
        browser: Client = own_app.test_client()  # type: ignore[assignment]
        sign_in(browser, cast.meena, day(1))
        browser.get("/desk?lang=en")
        browsers.append(browser)
    reasons = ["સ્થળ તપાસ કરી નામ સુધાર્યું છે, નકલ આપી છે.", "રેકર્ડ જોઈ નોંધ પાડી છે અને અરજદારને જાણ કરી છે."]
    pages = [browser.get(f"/desk/{number}").text for browser in browsers]
    versions = [re.findall(r'name="version" value="(\d+)"', page)[0] for page in pages]
    tokens = [browser.csrf_token() for browser in browsers]

    def send(at: int) -> Any:
        data = {"version": versions[at], "reason": reasons[at], "outcome": "redressed", "csrf_token": tokens[at]}
        return browsers[at].post(f"/desk/{number}/dispose", data=data)

    answers = at_once(own_app, lambda: send(0), lambda: send(1))
    assert sorted(one.status_code for one in answers) == [303, 409], answers
    second = [one.status_code for one in answers].index(409)
    page = answers[second].text
    assert reasons[second] in page
    assert "Disposed with reasons" in page
    assert reasons[1 - second] in page
    assert entries(number).count(Action.DISPOSE) == 1
