"""A common cause gives several grievances one owner and date; each stays its own, and nobody sees another's."""

from datetime import date

import pytest
from sqlalchemy import func, select

from swagat.database import db
from swagat.domain.case import Outcome
from swagat.domain.errors import Forbidden, Invalid, NotFound, Refused
from swagat.domain.messages import MessageKey
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action, Need
from swagat.models import Direction, GrievanceEvent, SmsMessage
from swagat.services import common_causes, registers, tracking
from swagat.services.move import Asked
from tests.builders import BEGAN, RULES, Cast, act, assigned, case, day, reported

DUE = date(2026, 8, 1)
WORDS = {Need.REMARK: "સર્વર બંધ હોવાથી વાર લાગશે."}


def begin(actor: Actor, title: str = "Server of the record office is down", due: date | None = DUE) -> int:
    return common_causes.begin(actor, title, None, due, BEGAN)


def linked(cast: Cast, cause_id: int, *keys: str) -> list[str]:
    numbers = [assigned(cast, key) for key in keys]
    for number in numbers:
        act(cast.meena, number, Action.LINK, cause_id=cause_id)
    return numbers


def count(model: type, *where: object) -> int:
    db.session.commit()
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


def test_linking_is_an_entry_of_its_own_that_the_complainant_is_not_shown(cast: Cast) -> None:
    cause_id = begin(cast.meena)
    (number,) = linked(cast, cause_id, "one")
    row = case(number)
    entry = db.session.scalars(
        select(GrievanceEvent).where(GrievanceEvent.grievance_id == row.id, GrievanceEvent.seq == row.last_seq)
    ).one()
    assert (row.cause_id, entry.action, entry.is_visible) == (cause_id, Action.LINK, False)
    assert entry.payload["cause_id"] == cause_id
    due_at = row.due_at
    act(cast.meena, number, Action.UNLINK, texts={Need.REMARK: "જુદું કારણ છે."})
    assert (case(number).cause_id, case(number).due_at) == (None, due_at)
    assert registers.verify().ok


def test_a_case_is_linked_only_to_a_cause_of_its_own_offices_that_goes_on(cast: Cast) -> None:
    number = assigned(cast)
    above, beside, ended = begin(cast.collector), begin(cast.development_officer), begin(cast.meena)
    common_causes.end(cast.meena, ended, day(1))
    for wrong in (beside, ended, 987_654):
        with pytest.raises(Invalid):
            act(cast.meena, number, Action.LINK, cause_id=wrong)
    act(cast.meena, number, Action.LINK, cause_id=above)
    assert case(number).cause_id == above


@pytest.mark.parametrize(
    ("title", "due", "field"),
    [
        ("", DUE, "title"),
        ("x" * 161, DUE, "title"),
        ("Power cut in Dholka", None, "expected_on"),
        ("Power cut in Dholka", BEGAN.date(), "expected_on"),
    ],
)
def test_a_cause_needs_a_title_and_a_day_to_come(cast: Cast, title: str, due: date | None, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        begin(cast.meena, title, due)
    assert set(refusal.value.errors) == {field}


def test_its_owner_is_posted_here_or_directly_below(cast: Cast) -> None:
    with pytest.raises(Invalid):
        common_causes.begin(cast.meena, "Power cut in Dholka", cast.collector.posting_id, DUE, BEGAN)
    made = common_causes.begin(cast.meena, "Power cut in Dholka", cast.bharat.posting_id, DUE, BEGAN)
    (row,) = common_causes.causes_of(db.session(), cast.meena)
    assert (row.id, row.owner.en if row.owner else "") == (made, "Bharat Solanki")
    with pytest.raises(Forbidden):
        begin(cast.bharat)


def test_one_interim_reply_reaches_every_complainant_with_an_entry_in_each_case(cast: Cast) -> None:
    numbers = linked(cast, cause_id := begin(cast.meena), "one", "two", "three")
    result = common_causes.act_for_all(
        cast.meena, cause_id, Action.INTERIM_REPLY, Asked(texts=WORDS, expected_on=DUE), day(1), RULES
    )
    assert (result.done, result.refused) == (numbers, [])
    assert count(GrievanceEvent, GrievanceEvent.action == Action.INTERIM_REPLY) == 3
    assert count(SmsMessage, SmsMessage.template == MessageKey.INTERIM_REPLY) == 3
    assert registers.verify().ok


def test_one_direction_for_all_leaves_out_where_one_is_open_and_says_so(cast: Cast) -> None:
    cause_id = begin(cast.additional_collector)
    first, second = linked(cast, cause_id, "one", "two")
    asked = Asked(texts=WORDS, expected_on=DUE)
    act(cast.additional_collector, second, Action.DIRECT, texts=WORDS, expected_on=DUE)
    result = common_causes.act_for_all(cast.additional_collector, cause_id, Action.DIRECT, asked, day(1), RULES)
    assert result.done == [first]
    assert [number for number, _why in result.refused] == [second]
    assert count(Direction) == 2


def test_words_that_are_refused_are_refused_for_all_at_once(cast: Cast) -> None:
    numbers = linked(cast, cause_id := begin(cast.meena), "one", "two")
    versions = [case(number).version for number in numbers]
    with pytest.raises(Invalid):
        common_causes.act_for_all(
            cast.meena, cause_id, Action.INTERIM_REPLY, Asked(texts=WORDS, expected_on=BEGAN.date()), day(1), RULES
        )
    assert [case(number).version for number in numbers] == versions


@pytest.mark.parametrize("action", [Action.DISPOSE, Action.PROPOSE, Action.APPROVE, Action.NOTE])
def test_a_disposal_is_never_for_all(cast: Cast, action: Action) -> None:
    with pytest.raises(Forbidden):
        common_causes.act_for_all(cast.meena, begin(cast.meena), action, Asked(texts=WORDS), BEGAN, RULES)


def test_only_its_own_office_acts_for_all_and_ends_it_once(cast: Cast) -> None:
    cause_id = begin(cast.meena)
    asked = Asked(texts=WORDS, expected_on=DUE)
    for other in (cast.bharat, cast.additional_collector, cast.development_officer):
        with pytest.raises(NotFound):
            common_causes.act_for_all(other, cause_id, Action.DIRECT, asked, BEGAN, RULES)
        with pytest.raises(NotFound):
            common_causes.end(other, cause_id, BEGAN)
    common_causes.end(cast.meena, cause_id, BEGAN)
    with pytest.raises(Refused):
        common_causes.end(cast.meena, cause_id, BEGAN)
    with pytest.raises(Refused):
        common_causes.act_for_all(cast.meena, cause_id, Action.INTERIM_REPLY, asked, BEGAN, RULES)


def test_its_page_lists_what_the_reader_may_see_and_nothing_else(cast: Cast) -> None:
    cause_id = begin(cast.collector)
    mine, other = linked(cast, cause_id, "one", "two")
    act(cast.meena, other, Action.TRANSFER, office_id=cast.development_officer.office_id)

    def numbers(actor: Actor) -> set[str]:
        return {row.number for row in common_causes.cause_view(db.session(), actor, cause_id).page.rows}

    assert numbers(cast.meena) == {mine}
    assert numbers(cast.collector) == {mine}
    with pytest.raises(NotFound):
        common_causes.cause_view(db.session(), cast.commissioner, cause_id)
    assert not common_causes.cause_view(db.session(), cast.meena, cause_id).is_ours


def test_a_complainant_sees_no_other_case_and_no_common_cause(cast: Cast) -> None:
    number, other = linked(cast, begin(cast.meena), "one", "two")
    seen = tracking.view(db.session(), number, day(1), RULES)
    assert Action.ASSIGN in {one.action for one in seen.history.happenings}
    assert Action.LINK not in {one.action for one in seen.history.happenings}
    assert other not in repr(seen)
    assert "Server of the record office" not in repr(seen)


def test_each_disposal_keeps_its_own_reason(cast: Cast) -> None:
    cause_id = begin(cast.meena)
    number = reported(cast, "one")
    act(cast.meena, number, Action.LINK, cause_id=cause_id)
    (other,) = linked(cast, cause_id, "two")
    act(cast.meena, number, Action.DISPOSE, outcome=Outcome.REDRESSED)
    assert not case(number).is_open
    assert case(other).is_open
