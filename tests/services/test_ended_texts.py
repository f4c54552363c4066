"""How the texts to complainants ended is counted once, whenever they end, and found again by counting anew."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from swagat.database import db, transaction
from swagat.domain.quality.measures import Measure
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.domain.workflow import Action
from swagat.models import DeliveryStatus as S
from swagat.models import Person, Scope, SmsMessage, Uncounted
from swagat.services import case_counts, count_checks, counting, ended_texts, housekeeping, publishing, tallies
from swagat.services.delivery import Report, record_report
from swagat.services.opt_outs import WANTS_NONE
from swagat.services.outbox import dispatch
from swagat.services.tallies import Period, Where
from swagat.sms.gateway import Ambiguous, Rejected, Sent, TryAgain
from swagat.storage import Storage
from tests.builders import KANTAS_MOBILE, Cast, act, assigned, case, day, file_case, gujarat, office
from tests.services.fake_gateway import FakeGateway, Said

JULY = Period(date(2026, 7, 1), date(2026, 7, 1))
HOUR = timedelta(hours=1)
Counting = Callable[[], AbstractContextManager[list[str]]]


def send(now: datetime, answer: Said = "delivered", looked_up: Sent | Said | None = "sent") -> None:
    """Send what is due; the provider says of every text what it is told to."""
    gateway = FakeGateway(answer, looked_up=looked_up)
    dispatch(now, gateway, Rules(), sending=SendingRules(report_hours=2, per_number=1000, per_day=1000))


def tally(now: datetime, code: str = "") -> Mapping[str, int]:
    """Count, and return how the texts of July ended: all of them, or those of one office."""
    counting.count(now)
    db.session.commit()
    where = Where(gujarat(), Scope.OFFICE, office(code)) if code else Where(gujarat(), Scope.STATE, gujarat())
    return tallies.tally(db.session(), where, JULY).get(Measure.TEXTED, {})


def known(at: datetime) -> Mapping[str, int]:
    """Return how the texts of July had ended at an instant."""
    db.session.commit()
    where = Where(gujarat(), Scope.STATE, gujarat())
    return counting.known_on(db.session(), where, JULY, at).get(Measure.TEXTED, {})


def to_kanta() -> list[SmsMessage]:
    """Return the texts to her, the oldest first."""
    db.session.commit()
    db.session.expire_all()
    mine = select(SmsMessage).where(SmsMessage.recipient.startswith("complainant:")).order_by(SmsMessage.id)
    return list(db.session.scalars(mine))


def report(text: SmsMessage, status: str, now: datetime, code: str = "") -> None:
    record_report(Report(text.id, text.provider_id or f"SM{text.id}", status, code, text.to), now, Rules())


def waiting() -> int:
    db.session.commit()
    return db.session.scalar(select(func.count()).select_from(Uncounted)) or 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("delivered", {"delivered": 1}),
        (Rejected("30005", permanent=True, is_of_number=True), {"failed": 1}),
        # Nobody knows yet how far these came.
        ("sent", {}),
        (TryAgain("20429"), {}),
        (Ambiguous("timed out"), {}),
        # The operator kept it back, because its owner wanted it so.
        (Rejected("21610", permanent=True, is_of_number=True), {}),
    ],
)
def test_what_the_provider_says_at_once_is_counted_where_it_is_an_end(
    cast: Cast, answer: Said, expected: dict[str, int]
) -> None:
    file_case()
    assert tally(day(0)) == {}
    send(day(0), answer)
    assert len(to_kanta()) == 1
    assert tally(day(0) + HOUR) == expected
    assert count_checks.recount(day(1)).ok


def test_texts_to_staff_are_in_no_figure(cast: Cast) -> None:
    with transaction() as session:
        session.execute(update(Person).values(mobile="+919800000009"))
    assigned(cast)
    send(day(0) + HOUR)
    in_all = db.session.scalar(select(func.count()).select_from(SmsMessage)) or 0
    assert in_all > len(to_kanta())
    assert tally(day(1)) == {"delivered": len(to_kanta())}


@pytest.mark.parametrize("said", ["delivered", "undelivered", "failed"])
def test_a_report_that_comes_later_is_counted_when_it_comes(cast: Cast, said: str) -> None:
    file_case()
    send(day(0), "sent")
    assert tally(day(0)) == {}
    report(to_kanta()[0], said, day(2))
    assert tally(day(2)) == {said: 1}
    # Again, and another word too late: the first end counts.
    report(to_kanta()[0], "delivered", day(3))
    assert tally(day(3)) == {said: 1}
    assert (known(day(1)), known(day(2))) == ({}, {said: 1})
    assert count_checks.recount(day(4)).ok


def test_an_end_that_is_asked_for_is_counted(cast: Cast) -> None:
    file_case()
    send(day(0), "sent")
    send(day(0) + 1.5 * HOUR, looked_up="delivered")
    assert tally(day(1)) == {"delivered": 1}


def test_a_text_that_was_given_up_is_unknown_until_a_report_comes_all_the_same_and_was_so_before(cast: Cast) -> None:
    file_case()
    send(day(0), "sent")
    given_up = day(0) + 3 * HOUR
    send(given_up, looked_up="sent")
    assert tally(day(1)) == {"unknown": 1}
    report(to_kanta()[0], "sent", day(2))
    assert to_kanta()[0].status is S.SENT
    # On its way, says the provider: nothing is known of it that was not before.
    assert count_checks.recount(day(2)).ok
    report(to_kanta()[0], "delivered", day(3))
    assert tally(day(3)) == {"delivered": 1}
    assert [known(at) for at in (day(0) + HOUR, given_up, day(2.5), day(3))] == [
        {},
        {"unknown": 1},
        {"unknown": 1},
        {"delivered": 1},
    ]
    assert count_checks.recount(day(4)).ok


def test_a_text_that_was_given_up_is_none_once_a_report_says_that_its_reader_had_stopped_texts(cast: Cast) -> None:
    file_case()
    send(day(0), "sent")
    send(day(0) + 3 * HOUR, looked_up="sent")
    assert tally(day(1)) == {"unknown": 1}
    report(to_kanta()[0], "undelivered", day(2), "21610")
    assert tally(day(2)) == {}
    assert count_checks.recount(day(3)).ok


def test_a_text_of_which_the_provider_cannot_be_asked_for_a_day_is_unknown(cast: Cast) -> None:
    file_case()
    send(day(0), Ambiguous("timed out"))
    for step in range(1, 60):
        gateway = FakeGateway(has=TryAgain("nobody there"))
        dispatch(day(0) + step * HOUR, gateway, Rules())
    assert to_kanta()[0].status is S.UNKNOWN
    assert tally(day(5)) == {"unknown": 1}
    assert count_checks.recount(day(6)).ok


def test_a_text_found_with_the_provider_after_its_answer_was_lost_is_counted(cast: Cast) -> None:
    file_case()
    send(day(0), Ambiguous("timed out"))
    dispatch(day(0) + HOUR, FakeGateway(has=[Sent("SM7", "delivered")]), Rules())
    assert tally(day(1)) == {"delivered": 1}


def test_a_text_to_a_number_that_none_reaches_fails_unsent_and_counts_and_one_that_was_stopped_does_not(
    cast: Cast,
) -> None:
    file_case()
    send(day(0), Rejected("30005", permanent=True, is_of_number=True))
    file_case("again", at=1)
    send(day(1))
    assert tally(day(1)) == {"failed": 2}
    with transaction() as session:
        session.execute(update(SmsMessage).where(SmsMessage.id == to_kanta()[1].id).values(failure=WANTS_NONE))
    assert known(day(2)) == {"failed": 1}


def test_each_office_answers_for_the_texts_of_its_own_time(cast: Cast) -> None:
    number = file_case().number
    transferred = act(cast.meena, number, Action.TRANSFER, 1, office_id=office("TDO-3783"))
    assert transferred
    send(day(2))
    assert tally(day(2), "MAM-3783") == {"delivered": 1}
    assert tally(day(2), "TDO-3783") == {"delivered": len(to_kanta()) - 1}
    assert case(number).office_id == office("TDO-3783")


def test_a_text_that_ends_while_its_case_is_counted_waits_to_be_counted_after(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_case()
    send(day(0), "sent")
    send(day(0) + 3 * HOUR, looked_up="sent")
    seqs = select(Uncounted.seq).where(Uncounted.seq < 0)
    given_up = db.session.scalars(seqs).all()
    report(to_kanta()[0], "delivered", day(1))
    db.session.commit()
    # Had the second the place of the first, it would go away with the counting of the first.
    assert len(set(db.session.scalars(seqs)) - set(given_up)) == 1
    assert tally(day(2)) == {"delivered": 1}
    assert waiting() == 0


def test_texts_that_wait_to_be_counted_hold_up_the_publication_as_entries_do(cast: Cast) -> None:
    file_case()
    counting.count(day(0))
    send(day(0) + HOUR)
    publishing.publish(day(0) + HOUR, 5)
    with pytest.raises(publishing.NotCountedYet, match="1 entries"):
        publishing.publish(day(0) + HOUR + publishing.WAITS, 5)
    counting.count(day(0) + 2 * HOUR)
    publishing.publish(day(0) + HOUR + publishing.WAITS, 5)


def test_a_recount_years_later_after_everything_was_tidied_finds_every_text_again(cast: Cast, tmp_path: Path) -> None:
    file_case()
    send(day(0))
    before = tally(day(1))
    housekeeping.tidy(Storage(tmp_path), 48, 10, day(4000))
    assert count_checks.recount_all(day(4000)).ok
    with transaction() as session:
        session.execute(update(case_counts.CASE_COUNTS).values(number=7))
    assert not count_checks.recount_all(day(4001)).ok
    count_checks.recount_all(day(4002))
    assert tally(day(4003)) == before == {"delivered": 1}


def test_however_many_texts_end_at_once_they_are_marked_with_one_statement(
    cast: Cast, count_statements: Counting
) -> None:
    for at in range(5):
        file_case(f"case {at}", mobile=f"{KANTAS_MOBILE[:-1]}{at}")
    ids = [one.id for one in to_kanta()]
    with transaction() as session:
        session.execute(update(SmsMessage).values(status=S.DELIVERED, ended_at=day(1)))
    counting.count(day(1))
    with count_statements() as sent, transaction() as session:
        ended_texts.let_be_counted(session, ids)
        ended_texts.let_be_counted(session, [])
    assert sum("uncounted" in one for one in sent) == 1
    assert waiting() == 5


def test_an_installation_without_texts_has_no_such_figure(app: Flask, cast: Cast) -> None:
    file_case(mobile="")
    assert tally(day(1)) == {}
