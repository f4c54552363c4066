"""Signals are found in what the register says of a month, written once, and not where it says too little."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.errors import Invalid
from swagat.domain.quality.signals import SignalKind
from swagat.domain.roles import Proof, complainant
from swagat.domain.workflow import Action
from swagat.jobs.schedule import JOBS
from swagat.models import Complainant, FilingMode, GrievanceEvent, Remark, SignalState
from swagat.services import common_causes, counting, signal_facts, signal_search
from tests.builders import (
    KANTA,
    RULES,
    Cast,
    act,
    assigned,
    case,
    day,
    disposed,
    gujarat,
    office,
    post_cast,
    reported,
)
from tests.services.gaming import OURS, PEERS, Way, beside_peers, cases_of, filed_by, signals_found
from tests.services.test_two_at_once import at_once

JULY = date(2026, 7, 1)
# The third of August, in the morning in India.
THEN = 32.9
BURST_SIZE = 5
# Our office's disposals, of which a kind means twelve of fifteen; three are as usual.
GAMES: dict[SignalKind, Callable[[int], Way]] = {
    SignalKind.BUNCHED: lambda step: Way(days_left=step % 3),
    SignalKind.IN_MINUTES: lambda step: Way(minutes=2 + step),
    # Eleven at night, one after another.
    SignalKind.OUT_OF_HOURS: lambda step: Way(at=21.49 + step / 1440),
    SignalKind.SAME_REPLY: lambda step: Way(reply=f"Done as per rules, no. {step}."),
}


@pytest.fixture
def cast(app: Flask) -> Cast:
    return post_cast()


def ours(kind: SignalKind) -> list[Way]:
    return [GAMES[kind](step) for step in range(12)] + [Way() for _ in range(3)]


def find(at: float = THEN, **rules: Any) -> signal_search.SignalsReport:
    db.session.commit()
    return signal_search.find(day(at), replace(RULES, **rules), BURST_SIZE)


@pytest.mark.parametrize("kind", list(GAMES))
def test_what_an_office_does_unlike_the_others_is_found_with_its_cases(cast: Cast, kind: SignalKind) -> None:
    ids = beside_peers(cast, ours(kind))
    assert find().figures() == {"found": 1, "offices": 1}
    (signal,) = signals_found()
    assert (signal.office_id, signal.kind, signal.month, signal.key) == (office(OURS), kind, JULY, "")
    assert (signal.state, signal.version) == (SignalState.OPEN, 0)
    assert (signal.seen["part"], signal.seen["whole"]) == (12, 15)
    assert (signal.seen["peers_part"], signal.seen["peers_whole"]) == (0, 90)
    assert cases_of(signal.id) == ids[OURS][:12]


@pytest.mark.parametrize("kind", list(GAMES))
def test_where_all_do_as_we_do_nothing_is_found(cast: Cast, kind: SignalKind) -> None:
    beside_peers(cast, ours(kind), GAMES[kind])
    assert find().found == 0


def test_the_job_looks_at_a_month_from_the_third_of_the_next_on_and_writes_nothing_twice(cast: Cast) -> None:
    beside_peers(cast, ours(SignalKind.BUNCHED))
    job = JOBS["signals"]
    for early in (25, 31, 31.9):
        assert not any(job.run(day(early)).values()), early
    assert job.run(day(THEN)) == {"found": 1, "offices": 1}
    (before,) = signals_found()
    # What was seen stays as it was seen, whatever is done differently by then.
    assert not any(job.run(day(THEN + 1)).values())
    assert not any(find(THEN + 2, signal_last_days=2).figures().values())
    (after,) = signals_found()
    assert (after.seen, after.found_at) == (before.seen, day(THEN))
    # In September July is past.
    assert find(70).found == 0


def test_an_earlier_month_is_looked_at_on_demand_and_one_that_runs_is_refused(cast: Cast) -> None:
    beside_peers(cast, ours(SignalKind.BUNCHED))
    db.session.commit()
    with pytest.raises(Invalid, match="not ended"):
        signal_search.find_in([JULY], day(30), RULES)
    report = signal_search.find_in([date(2026, 5, 1), date(2026, 6, 1), JULY], day(200), RULES)
    assert report.lines() == ["1 new signals in 1 offices, for a person to judge under /quality/signals"]
    assert signal_search.find_in([JULY], day(200), RULES).found == 0


@pytest.mark.parametrize("kind", list(GAMES))
def test_imported_cases_have_days_and_no_hours_or_words(cast: Cast, kind: SignalKind) -> None:
    ways = ours(kind)
    for way in ways:
        # Their last day stands in the case, because they have no deadline.
        due_on = (way.at + timedelta(days=way.days_left)).date()
        way.more = {"mode": FilingMode.IMPORTED, "due_on": due_on, "received_on": due_on - timedelta(days=21)}
    beside_peers(cast, ways)
    assert find().found == (kind is SignalKind.BUNCHED)


@pytest.mark.parametrize("kind", list(GAMES))
def test_the_settings_reach_the_search(cast: Cast, kind: SignalKind) -> None:
    beside_peers(cast, ours(kind))
    assert find(signal_least_cases=16).found == 0
    assert find(signal_quick_minutes=6, signal_last_days=1).found == (
        kind in (SignalKind.OUT_OF_HOURS, SignalKind.SAME_REPLY)
    )
    assert find().found == (kind in (SignalKind.BUNCHED, SignalKind.IN_MINUTES))


def test_answers_to_cases_of_one_cause_may_be_the_same(cast: Cast) -> None:
    cause_id = common_causes.begin(cast.meena, "Power cut in Dholka", None, date(2026, 8, 1), day(0))
    ways = ours(SignalKind.SAME_REPLY)
    for way in ways[:6]:
        way.more = {"cause_id": cause_id}
    beside_peers(cast, ways)
    assert find(signal_least_cases=9).found == 1
    (signal,) = signals_found()
    assert (signal.seen["part"], signal.seen["whole"]) == (6, 9)


def test_an_erased_answer_is_no_answer_that_was_given_again(cast: Cast) -> None:
    ids = beside_peers(cast, ours(SignalKind.SAME_REPLY))
    with transaction() as session:
        session.execute(update(Remark).where(Remark.grievance_id.in_(ids[OURS])).values(text=""))
    assert find().found == 0


def test_a_duplicate_was_not_answered_in_minutes(cast: Cast) -> None:
    ids = beside_peers(cast, ours(SignalKind.IN_MINUTES))
    with transaction() as session:
        for entry in session.scalars(select(GrievanceEvent).where(GrievanceEvent.grievance_id.in_(ids[OURS]))):
            if entry.action is Action.DISPOSE:
                entry.payload = entry.payload | {"outcome": "duplicate"}
    assert find().found == 0


def test_a_disposal_through_the_real_desk_is_seen_with_its_hours_and_date(cast: Cast) -> None:
    # Filed, given to an officer and reported at half past eleven, disposed a quarter of an hour later.
    number = reported(cast)
    act(cast.meena, number, Action.DISPOSE, 0.01, outcome=Outcome.REDRESSED)
    counting.count_all(day(1))
    db.session.commit()
    seen = signal_facts.disposals(db.session(), gujarat(), [office(OURS)], JULY, RULES)
    ((one,),) = seen.values()
    assert (one.case_id, one.is_outside) == (case(number).id, False)
    assert one.minutes == pytest.approx(14.4)
    assert one.days_left == (case(number).due_on - day(0).date()).days
    assert one.reply is not None


def test_who_waited_for_an_answer_of_the_complainant_has_the_date_that_ran_when_it_was_disposed(cast: Cast) -> None:
    number = assigned(cast)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1)
    act(KANTA, number, Action.CLARIFY, 6)
    due_on = case(number).due_on
    act(cast.bharat, number, Action.REPORT_ACTION, 7)
    act(cast.meena, number, Action.DISPOSE, 7, outcome=Outcome.REDRESSED)
    counting.count_all(day(8))
    db.session.commit()
    ((one,),) = signal_facts.disposals(db.session(), gujarat(), [office(OURS)], JULY, RULES).values()
    assert one.days_left == (due_on - day(7).date()).days


# One filer


def brought(most: int) -> list[tuple[str, str | None]]:
    """Return who brings cases: one person many to our office, forty others one each to a peer."""
    return [(OURS, "+919000000001")] * most + [(PEERS[at % 6], f"+9191{at:08}") for at in range(40)]


def test_a_person_who_brings_an_office_many_cases_is_found_and_not_named(cast: Cast) -> None:
    ids = filed_by(disposed(cast), brought(8), day(0))
    assert find().found == 1
    (signal,) = signals_found()
    assert (signal.kind, signal.seen["part"], signal.key) == (SignalKind.ONE_FILER, 8, str(min(ids[OURS])))
    assert cases_of(signal.id) == ids[OURS]
    assert "9000000001" not in f"{signal.key} {signal.seen}"


def test_from_how_many_cases_on_is_a_setting(cast: Cast) -> None:
    filed_by(disposed(cast), brought(8), day(0))
    assert find(signal_filer_cases=9).found == 0
    assert find(signal_filer_cases=8).found == 1


@pytest.mark.parametrize(
    "hidden",
    [{"is_identity_hidden": True}, {"mode": FilingMode.IMPORTED}],
)
def test_who_hides_who_they_are_is_not_recognised_by_their_cases(cast: Cast, hidden: dict[str, Any]) -> None:
    filed_by(disposed(cast), brought(8), day(0), **hidden)
    assert find().found == 0


def test_people_without_a_number_are_not_one_person_nor_those_who_share_a_telephone(cast: Cast) -> None:
    number = disposed(cast)
    filed_by(number, [(code, None if code == OURS else mobile) for code, mobile in brought(8)], day(0))
    assert find().found == 0
    with transaction() as session:
        session.execute(update(Complainant).values(mobile="+919000000002", phone_is_shared=True))
    assert find().found == 0


# Bursts


def confirmed(cast: Cast, count: int, at: float, address: str = "a" * 64, device: str = "") -> list[int]:
    """Let so many people confirm answers of Dholka, a minute after another, from one address or device."""
    ids = []
    for step in range(count):
        number = disposed(cast, f"{address[:1]}{device[:1]} {at} {step}", at - 2)
        who = complainant(Proof.OWN_CODE, address_hash=address or str(step) * 64, device_hash=device)
        act(who, number, Action.CONFIRM, at + step / 1440)
        ids.append(case(number).id)
    return ids


def test_confirmations_from_one_address_within_an_hour_are_found_once_the_hour_is_over(cast: Cast) -> None:
    ids = confirmed(cast, 6, 20)
    assert find(20.03).found == 0
    assert find(20.1).found == 1
    (signal,) = signals_found()
    assert (signal.kind, signal.month, signal.office_id) == (SignalKind.BURST, JULY, office(OURS))
    assert signal.seen["part"] == 6
    assert (signal.seen["day"], signal.seen["hour"]) == (21, 11)
    assert cases_of(signal.id) == ids
    assert "a" * 10 not in f"{signal.key} {signal.seen}"
    assert find(21).found == 0


def test_a_device_is_known_again_at_other_addresses_and_both_together_are_one_signal(cast: Cast) -> None:
    ids = confirmed(cast, 6, 20, address="", device="d" * 64)
    assert find(20.1).found == 1
    assert cases_of(signals_found()[0].id) == ids
    confirmed(cast, 6, 22, device="e" * 64)
    assert find(22.1).found == 1


def test_the_size_of_a_burst_is_the_setting_that_keeps_it(cast: Cast) -> None:
    confirmed(cast, 4, 20)
    assert find(20.1).found == 0
    db.session.commit()
    assert signal_search.find(day(20.1), RULES, 4).found == 1


def test_a_burst_is_found_for_a_week_and_then_past(cast: Cast) -> None:
    confirmed(cast, 6, 20)
    assert find(27.2).found == 0
    assert find(26.9).found == 1


def test_what_people_confirm_from_their_own_telephones_is_no_burst(cast: Cast) -> None:
    confirmed(cast, 6, 20, address="")
    assert find(20.1).found == 0


# Cost and company


def test_the_statements_are_few_and_their_number_follows_thousands_of_cases(
    cast: Cast, count_statements: Callable[[], Any]
) -> None:
    beside_peers(cast, ours(SignalKind.BUNCHED))
    db.session.commit()
    with count_statements() as sent:
        signal_facts.disposals(db.session(), gujarat(), [office(OURS), *map(office, PEERS)], JULY, RULES)
    # Seven ask for the offices; one finds the cases, three read a thousand of them.
    assert len(sent) == 7 + 1 + 3


@pytest.mark.concurrency
def test_two_processes_at_once_find_what_one_would(own_app: Flask) -> None:
    with own_app.app_context():
        beside_peers(post_cast(), ours(SignalKind.BUNCHED))
        found = at_once(own_app, *[lambda: signal_search.find(day(THEN), RULES, BURST_SIZE)] * 3)
        assert sorted(one.found for one in found) == [0, 0, 1]
        assert len(signals_found()) == 1
