import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.deadlines import (
    Basis,
    DueDate,
    Interval,
    Limit,
    days_left,
    due_date,
    hours_due,
    limit_after_reopening,
    limit_for,
    next_step,
    warn_on,
    window_end,
)
from swagat.domain.errors import Invalid, Text
from swagat.domain.names import Name
from swagat.domain.policies import SHIPPED_POLICY, Channel, Policy, Unit
from swagat.domain.reasons import Reason, ReasonKind, reasons_as_json, reasons_from_json
from swagat.domain.working_time import INDIA, DayOff, DayOffKind, ExtraDay, WorkingCalendar

OFFICE_HOURS = ((time(10, 30), time(14, 0)), (time(14, 30), time(18, 10)))
DIWALI_OFF = "extra day at Diwali"
EXCHANGE = "second Saturday worked in exchange"

# Sundays, second and fourth Saturdays and the public holidays of Gujarat, with the orders given for Diwali
# 2025.
GUJARAT = WorkingCalendar(
    frames=OFFICE_HOURS,
    weekly_offs={6},
    off_saturdays={2, 4},
    holidays={
        date(2025, 10, 2): "Gandhi Jayanti",
        date(2025, 10, 20): "Diwali",
        date(2025, 10, 22): "New Year",
        date(2025, 10, 23): "Bhai Bij",
        date(2025, 10, 31): "Sardar Patel Jayanti",
        date(2025, 11, 5): "Guru Nanak Jayanti",
        date(2025, 12, 25): "Christmas",
        date(2026, 1, 14): "Uttarayan",
        date(2026, 1, 26): "Republic Day",
        date(2026, 3, 4): "Dhuleti",
        date(2026, 8, 15): "Independence Day",
        date(2026, 8, 26): "Eid-e-Milad",
        date(2026, 8, 28): "Raksha Bandhan",
        date(2026, 9, 4): "Janmashtami",
        date(2026, 11, 8): "Diwali",
        date(2026, 11, 10): "New Year",
        date(2026, 11, 11): "Bhai Bij",
        date(2026, 11, 24): "Guru Nanak Jayanti",
    },
    extra_closed={date(2025, 10, 21): DIWALI_OFF, date(2025, 10, 24): DIWALI_OFF},
    working_extra={date(2025, 11, 8): EXCHANGE, date(2025, 12, 13): EXCHANGE},
)
WITHOUT_EXCHANGE = replace(GUJARAT, working_extra={})
IN_WORKING_DAYS = replace(SHIPPED_POLICY, unit=Unit.WORKING)


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), INDIA).astimezone(UTC)


def climb(
    filed_on: date,
    policy: Policy,
    calendar: WorkingCalendar,
    paused: list[Interval] | None = None,
    channel: Channel = Channel.GREEN,
) -> list[date]:
    """Return the last days at L1, L2, L3 and L4 of a case that nobody answers."""
    due = due_date(filed_on, limit_for(None, "", channel, 1, policy), calendar, paused or [])
    last_days = [due.due_on]
    for level in (1, 2, 3):
        step = next_step(due.due_at, level, policy, channel, calendar, paused or [])
        assert (step.level, step.repeats) == (level + 1, False)
        due = step.due
        last_days.append(due.due_on)
    return last_days


def sentences(due: DueDate) -> dict[ReasonKind, str]:
    return {reason.kind: reason.message % reason.params for reason in due.reasons}


def test_a_green_case_begun_at_l1_has_days_21_35_49_and_63_as_its_last_days() -> None:
    # Filed on Thursday 1 January 2026, day zero. January has 31 days: day 21 is 22 January; day 35 is
    # 35 - 30 = 5 February; day 49 is 19 February; February has 28 days, so day 63 is 63 - 30 - 28 = 5 March.
    # All four are Thursdays and none is a holiday (Dhuleti is the Wednesday, 4 March).
    assert climb(date(2026, 1, 1), SHIPPED_POLICY, GUJARAT) == [
        date(2026, 1, 22),
        date(2026, 2, 5),
        date(2026, 2, 19),
        date(2026, 3, 5),
    ]


def test_a_step_counts_from_the_due_instant_that_a_closed_day_moved() -> None:
    # Filed on Sunday 18 October 2026. Day 21 is Sunday 8 November, Diwali: it moves to Monday 9 November,
    # which is open (New Year and Bhai Bij are the 10th and 11th). Then 14 days from there: 23 November, 7 and
    # 21 December, all Mondays and open.
    assert climb(date(2026, 10, 18), SHIPPED_POLICY, GUJARAT) == [
        date(2026, 11, 9),
        date(2026, 11, 23),
        date(2026, 12, 7),
        date(2026, 12, 21),
    ]


def test_an_end_inside_a_row_of_closed_days_moves_past_all_of_them() -> None:
    # Filed on Tuesday 20 October 2026 (Dussehra; day zero may be any day). Day 21 is 10 November, New Year;
    # the 11th is Bhai Bij; Thursday the 12th is open.
    due = due_date(date(2026, 10, 20), limit_for(None, "", Channel.GREEN, 1, SHIPPED_POLICY), GUJARAT)
    assert due.due_on == date(2026, 11, 12)
    assert due.reasons[-1].params == {
        "planned": date(2026, 11, 10),
        "moved": date(2026, 11, 12),
        "days_off": (
            DayOff(date(2026, 11, 10), DayOffKind.HOLIDAY, "New Year"),
            DayOff(date(2026, 11, 11), DayOffKind.HOLIDAY, "Bhai Bij"),
        ),
    }


def test_the_same_in_working_days_across_diwali_2025_and_its_exchange_saturdays() -> None:
    # Filed on Monday 6 October 2025, day zero; the running count of working days stands in brackets.
    # L1, 21: Tue 7 (1) - Fri 10 (4); 11 is the second Saturday; Mon 13 (5) - Fri 17 (9); third Saturday 18
    #   (10); 20 Diwali, 21 closed by order, 22 and 23 holidays, 24 closed by order, 25 fourth Saturday; Mon
    #   27 (11) - Thu 30 (14); 31 holiday; first Saturday 1 November (15); Mon 3 (16), Tue 4 (17); 5 holiday;
    #   Thu 6 (18), Fri 7 (19); second Saturday 8 worked in exchange (20); Mon 10 November (21).
    # L2, 14: Tue 11 (1) - Fri 14 (4); third Saturday 15 (5); Mon 17 (6) - Fri 21 (10); 22 fourth Saturday;
    #   Mon 24 (11) - Thu 27 November (14).
    # L3, 14: Fri 28 (1); fifth Saturday 29 (2); Mon 1 December (3) - Fri 5 (7); first Saturday 6 (8); Mon 8
    #   (9) - Fri 12 (13); second Saturday 13 December worked in exchange (14).
    # L4, 14: Mon 15 (1) - Fri 19 (5); third Saturday 20 (6); Mon 22 (7) - Wed 24 (9); 25 Christmas; Fri 26
    #   (10); 27 fourth Saturday; Mon 29 (11) - Wed 31 (13); Thu 1 January 2026 (14).
    assert climb(date(2025, 10, 6), IN_WORKING_DAYS, GUJARAT) == [
        date(2025, 11, 10),
        date(2025, 11, 27),
        date(2025, 12, 13),
        date(2026, 1, 1),
    ]


def test_without_the_exchange_saturdays_each_level_ends_one_working_day_later_per_saturday_lost() -> None:
    # L1 loses Saturday 8 November: Tue 11. L2 from there: Wed 12 (1) - Fri 14 (3), Sat 15 (4), 17 - 21 (9),
    # 24 - 28 (14): Fri 28. L3: Sat 29 (1), 1 - 5 December (6), Sat 6 (7), 8 - 12 (12), 13 lost, Mon 15 (13),
    # Tue 16 (14). L4: 17 - 19 (3), Sat 20 (4), 22 - 24 (7), 26 (8), 29 - 31 (11), Thu 1 January (12), Fri 2
    # (13), first Saturday 3 (14).
    assert climb(date(2025, 10, 6), IN_WORKING_DAYS, WITHOUT_EXCHANGE) == [
        date(2025, 11, 11),
        date(2025, 11, 28),
        date(2025, 12, 16),
        date(2026, 1, 3),
    ]


# Asked on Monday 17 November 2025 (L2 is running), answered on Friday 21 November.
CLARIFICATION = [Interval(at(date(2025, 11, 17), 16), at(date(2025, 11, 21), 11))]


def test_a_clarification_pause_moves_the_level_it_falls_in_and_all_after_it_but_none_before() -> None:
    # In working days the pause is 18, 19, 20 and 21 November: 4. L1 stays 10 November. L2 was 27 November; 4
    # more: Fri 28 (1), fifth Saturday 29 (2), Mon 1 December (3), Tue 2 December (4).
    # L3 from there, 14: Wed 3 (1) - Fri 5 (3), first Saturday 6 (4), 8 (5) - 12 (9), exchange Saturday 13
    #   (10), Mon 15 (11) - Thu 18 December (14).
    # L4: Fri 19 (1), third Saturday 20 (2), 22 (3) - 24 (5), 26 (6), 29 (7) - 31 (9), Thu 1 January (10), Fri
    #   2 (11), first Saturday 3 (12), Mon 5 (13), Tue 6 January 2026 (14).
    assert climb(date(2025, 10, 6), IN_WORKING_DAYS, GUJARAT, CLARIFICATION) == [
        date(2025, 11, 10),
        date(2025, 12, 2),
        date(2025, 12, 18),
        date(2026, 1, 6),
    ]


def test_the_same_pause_in_calendar_days() -> None:
    # Filed on Monday 6 October 2025: day 21 is Mon 27 October; 14 more are Mon 10 November; 14 more, Mon 24
    # November, plus 4 days of pause (17 to 21 November, which L3 holds) are Fri 28 November; 14 more are Fri
    # 12 December.
    assert climb(date(2025, 10, 6), SHIPPED_POLICY, GUJARAT, CLARIFICATION) == [
        date(2025, 10, 27),
        date(2025, 11, 10),
        date(2025, 11, 28),
        date(2025, 12, 12),
    ]


def working_limit(days: int) -> Limit:
    return Limit(days, Unit.WORKING, Basis.SETTING)


def calendar_limit(days: int) -> Limit:
    return Limit(days, Unit.CALENDAR, Basis.SETTING)


@pytest.mark.parametrize(
    ("limit", "filed_on", "asked", "answered", "due_on"),
    [
        # Monday 3 August 2026, 5 days: Sat 8, a second Saturday, and Sun 9 are closed, so Mon 10 without a
        # pause.
        (calendar_limit(5), date(2026, 8, 3), None, None, date(2026, 8, 10)),
        # Asked Tue 4, answered Thu 6: 2 days more, Mon 10, which is open.
        (calendar_limit(5), date(2026, 8, 3), at(date(2026, 8, 4)), at(date(2026, 8, 6)), date(2026, 8, 10)),
        # Answered the day it was asked: no whole day was lost.
        (
            calendar_limit(5),
            date(2026, 8, 3),
            at(date(2026, 8, 4), 9),
            at(date(2026, 8, 4), 23),
            date(2026, 8, 10),
        ),
        # 2 days are Wed 5; two minutes over midnight in India, though not in Greenwich, are one day: Thu 6.
        (
            calendar_limit(2),
            date(2026, 8, 3),
            at(date(2026, 8, 4), 23, 59),
            at(date(2026, 8, 5), 0, 1),
            date(2026, 8, 6),
        ),
        # Asked on Mon 10, the last day only because the end was moved there; answered Thu 13: 3 days after
        # Mon 10.
        (
            calendar_limit(5),
            date(2026, 8, 3),
            at(date(2026, 8, 10)),
            at(date(2026, 8, 13)),
            date(2026, 8, 13),
        ),
        # Asked on the day of filing, answered Thu 6: 3 days more than Sat 8 is Tue 11.
        (calendar_limit(5), date(2026, 8, 3), at(date(2026, 8, 3)), at(date(2026, 8, 6)), date(2026, 8, 11)),
        # Begun before this duty began (Thu 30 July): only the days after Mon 3 count, so the same.
        (calendar_limit(5), date(2026, 8, 3), at(date(2026, 7, 30)), at(date(2026, 8, 6)), date(2026, 8, 11)),
        # Wholly before it: nothing.
        (
            calendar_limit(5),
            date(2026, 8, 3),
            at(date(2026, 7, 20)),
            at(date(2026, 7, 30)),
            date(2026, 8, 10),
        ),
        # Asked only after the last day: the duty was over.
        (
            calendar_limit(5),
            date(2026, 8, 3),
            at(date(2026, 8, 11)),
            at(date(2026, 8, 20)),
            date(2026, 8, 10),
        ),
        # In working days: 4, 5, 6, 7 August are 4, Sat 8 and Sun 9 closed, Mon 10 is the 5th.
        (working_limit(5), date(2026, 8, 3), None, None, date(2026, 8, 10)),
        # Asked Fri 7, answered Sun 9: no working day was lost.
        (working_limit(5), date(2026, 8, 3), at(date(2026, 8, 7)), at(date(2026, 8, 9)), date(2026, 8, 10)),
        # Asked Fri 7, answered Tue 11: Mon 10 and Tue 11 lost. 2 more after Mon 10: Tue 11, Wed 12.
        (working_limit(5), date(2026, 8, 3), at(date(2026, 8, 7)), at(date(2026, 8, 11)), date(2026, 8, 12)),
        # Over Independence Day, Sat 15: asked Mon 10, answered Mon 17. Lost: 11, 12, 13, 14, 17 = 5. The 5th
        # working day was Mon 10; 5 more are 11, 12, 13, 14 and, 15 and 16 being closed, Mon 17.
        (working_limit(5), date(2026, 8, 3), at(date(2026, 8, 10)), at(date(2026, 8, 17)), date(2026, 8, 17)),
    ],
)
def test_a_pause_adds_whole_days_to_the_duty_it_interrupts(
    limit: Limit, filed_on: date, asked: datetime | None, answered: datetime | None, due_on: date
) -> None:
    paused = [Interval(asked, answered)] if asked and answered else []
    assert due_date(filed_on, limit, GUJARAT, paused).due_on == due_on


@pytest.mark.parametrize(
    ("limit", "asked", "answered", "due_on", "passed"),
    [
        # Filed on Mon 3 August 2026; changed rules of 7 days come on Thu 13: Mon 10 had passed, so Thu 13.
        (calendar_limit(7), None, None, date(2026, 8, 13), date(2026, 8, 10)),
        # 14 days are Mon 17: nothing had passed.
        (calendar_limit(14), None, None, date(2026, 8, 17), None),
        # A question before, Tue 4 to Fri 7, gives 3 days: Thu 13, which is the day itself.
        (calendar_limit(7), at(date(2026, 8, 4)), at(date(2026, 8, 7)), date(2026, 8, 13), None),
        # A question on the day itself, answered on Tue 18: 5 days after Thu 13.
        (calendar_limit(7), at(date(2026, 8, 13)), at(date(2026, 8, 18)), date(2026, 8, 18), date(2026, 8, 10)),
        # In working days 4, 5, 6 August; asked on Thu 13, answered on Mon 17: 14 and 17, Sat 15 and Sun 16 closed.
        (working_limit(3), at(date(2026, 8, 13)), at(date(2026, 8, 17)), date(2026, 8, 17), date(2026, 8, 6)),
    ],
)
def test_changed_rules_make_nobody_late_before_the_day_they_come(
    limit: Limit, asked: datetime | None, answered: datetime | None, due_on: date, passed: date | None
) -> None:
    paused = [Interval(asked, answered)] if asked and answered else []
    due = due_date(date(2026, 8, 3), limit, GUJARAT, paused, not_before=date(2026, 8, 13))
    assert due.due_on == due_on
    told = [reason.params["passed"] for reason in due.reasons if reason.kind is ReasonKind.CHANGED]
    assert told == ([passed] if passed else [])


def test_changed_rules_that_come_on_a_closed_day_leave_the_next_open_one() -> None:
    # Independence Day 2026 is a Saturday; Monday 17 August is open.
    due = due_date(date(2026, 8, 3), calendar_limit(7), GUJARAT, not_before=date(2026, 8, 15))
    assert due.due_on == date(2026, 8, 17)
    assert [reason.kind for reason in due.reasons][-2:] == [ReasonKind.CHANGED, ReasonKind.MOVED]


def test_two_pauses_add_up_and_an_overlap_counts_once() -> None:
    # 10 days from Mon 3 August 2026 are Thu 13. 4 to 6 August: 2 days; 5 to 7: only the 7th is new: 1 day;
    # 12 to 14: 2 days. Thu 13 + 5 = Tue 18 August, open.
    pauses = [
        Interval(at(date(2026, 8, 12)), at(date(2026, 8, 14))),
        Interval(at(date(2026, 8, 5)), at(date(2026, 8, 7))),
        Interval(at(date(2026, 8, 4)), at(date(2026, 8, 6))),
    ]
    due = due_date(date(2026, 8, 3), calendar_limit(10), GUJARAT, pauses)
    assert due.due_on == date(2026, 8, 18)
    assert [reason.params["days"] for reason in due.reasons if reason.kind is ReasonKind.PAUSE] == [2, 1, 2]


def test_a_pause_that_only_an_earlier_pause_keeps_inside_the_duty_counts_too() -> None:
    # 5 days from Mon 3 are Sat 8 August, moved to Mon 10. Asked Fri 7, answered Wed 12: 5 days, Thu 13. Asked
    # again on Thu 13, answered Mon 17: 4 days, Mon 17.
    pauses = [
        Interval(at(date(2026, 8, 7)), at(date(2026, 8, 12))),
        Interval(at(date(2026, 8, 13)), at(date(2026, 8, 17))),
    ]
    assert due_date(date(2026, 8, 3), calendar_limit(5), GUJARAT, pauses).due_on == date(2026, 8, 17)


def test_the_officer_has_the_whole_last_day_in_india() -> None:
    due = due_date(date(2026, 1, 1), calendar_limit(21), GUJARAT)
    assert due.due_on == date(2026, 1, 22)
    assert due.due_at == datetime(2026, 1, 22, 18, 30, tzinfo=UTC)
    assert at(due.due_on, 23) < due.due_at


def test_a_step_after_an_instant_within_a_day_counts_from_that_day() -> None:
    step = next_step(at(date(2026, 1, 22), 15), 1, SHIPPED_POLICY, Channel.GREEN, GUJARAT)
    assert step.due.due_on == date(2026, 2, 5)


def test_at_the_last_level_the_deadline_repeats() -> None:
    # 14 days after Thursday 22 January 2026 are Thursday 5 February, and 14 after that Thursday 19 February.
    first = next_step(at(date(2026, 1, 22), 23), 6, SHIPPED_POLICY, Channel.RED, GUJARAT)
    second = next_step(first.due.due_at, first.level, SHIPPED_POLICY, Channel.RED, GUJARAT)
    assert (first.level, first.repeats, first.due.due_on) == (6, True, date(2026, 2, 5))
    assert (second.level, second.repeats, second.due.due_on) == (6, True, date(2026, 2, 19))
    assert "another round" in sentences(first.due)[ReasonKind.RULE]


@pytest.mark.parametrize(("policy", "said"), [(SHIPPED_POLICY, "every 14 days"), (IN_WORKING_DAYS, "14 working days")])
def test_every_date_of_the_last_level_says_that_it_repeats_and_no_other_does(policy: Policy, said: str) -> None:
    filed_on = date(2026, 1, 22)
    for level in range(1, 7):
        limits = [
            limit_for(None, "", Channel.YELLOW, level, policy),
            limit_for(7, "charter", Channel.YELLOW, level, policy),
            limit_after_reopening(level, policy, Channel.YELLOW),
        ]
        dates = [due_date(filed_on, limit, GUJARAT) for limit in limits]
        dates.append(next_step(at(filed_on), level - 1, policy, Channel.YELLOW, GUJARAT).due)
        told = [sentences(due).get(ReasonKind.REPEATS, "") for due in dates]
        assert [said in one for one in told] == [level == 6] * 4
    again = next_step(at(filed_on), 6, policy, Channel.YELLOW, GUJARAT).due
    assert said in sentences(again)[ReasonKind.REPEATS]


def test_the_days_of_another_round_are_ours_even_in_a_channel_whose_days_are_published() -> None:
    step = next_step(at(date(2026, 1, 22), 23), 6, SHIPPED_POLICY, Channel.GREEN, GUJARAT)
    assert ReasonKind.OURS in sentences(step.due)
    step = next_step(at(date(2026, 1, 22), 23), 5, SHIPPED_POLICY, Channel.GREEN, GUJARAT)
    assert ReasonKind.OURS not in sentences(step.due)


def test_a_new_cycle_has_the_days_of_a_step_to_its_level() -> None:
    # Reopened at L2 on Thursday 1 January 2026: Green's 14 days for a step are Thursday 15 January, not 21 days.
    limit = limit_after_reopening(2, SHIPPED_POLICY, Channel.GREEN)
    due = due_date(date(2026, 1, 1), limit, GUJARAT)
    assert due.due_on == date(2026, 1, 15)
    assert sentences(due)[ReasonKind.RULE].startswith("Reopened. The Green channel sets the time for level L2")


@pytest.mark.parametrize(("channel", "days"), [(Channel.GREEN, 21), (Channel.YELLOW, 45), (Channel.RED, 60)])
@pytest.mark.parametrize("basis", ["estimate", "analogue", "digit", "", "channel"])
def test_a_target_promises_nothing_and_the_channels_days_rule(basis: str, channel: Channel, days: int) -> None:
    limit = limit_for(7, basis, channel, 2, SHIPPED_POLICY)
    assert (limit.days, limit.basis, limit.source) == (days, Basis.CHANNEL, "1")
    assert limit.ours is (channel is not Channel.GREEN)


@pytest.mark.parametrize("basis", ["charter", "press", "state"])
@pytest.mark.parametrize("channel", list(Channel))
def test_a_charter_a_press_limit_or_the_state_rules_the_start_level(basis: str, channel: Channel) -> None:
    limit = limit_for(7, basis, channel, 1, SHIPPED_POLICY, "Charter of Jetpur, 2019")
    assert limit == Limit(7, Unit.CALENDAR, Basis(basis), "Charter of Jetpur, 2019")


def test_steps_after_a_charters_limit_follow_the_channel() -> None:
    # A charter's 7 days from Thu 1 January 2026 are Thu 8; Green's 14 more are Thu 22.
    due = due_date(date(2026, 1, 1), limit_for(7, "charter", Channel.GREEN, 1, SHIPPED_POLICY), GUJARAT)
    assert due.due_on == date(2026, 1, 8)
    assert next_step(due.due_at, 1, SHIPPED_POLICY, Channel.GREEN, GUJARAT).due.due_on == date(2026, 1, 22)


def test_a_charter_without_days_leaves_the_channel_to_rule() -> None:
    assert limit_for(None, "charter", Channel.GREEN, 1, SHIPPED_POLICY).basis is Basis.CHANNEL


def test_an_unknown_basis_is_refused_and_never_taken_for_a_promise() -> None:
    with pytest.raises(Invalid, match="hearsay"):
        limit_for(7, "hearsay", Channel.GREEN, 1, SHIPPED_POLICY)


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_limit_of_no_days_or_of_more_than_ten_years_is_refused(days: int) -> None:
    with pytest.raises(Invalid):
        Limit(days, Unit.CALENDAR, Basis.STATE)


def test_a_calendar_date_says_its_rule_its_days_its_day_zero_and_why_it_moved() -> None:
    due = due_date(date(2026, 10, 18), limit_for(None, "", Channel.GREEN, 1, SHIPPED_POLICY), GUJARAT)
    assert [reason.kind for reason in due.reasons] == [
        ReasonKind.RULE,
        ReasonKind.DAYS,
        ReasonKind.DAY_ZERO,
        ReasonKind.MOVED,
    ]
    said = sentences(due)
    assert said[ReasonKind.RULE] == "The Green channel sets the time limit for level L1 (rules, version 1)."
    assert said[ReasonKind.DAYS] == "Days allowed: 21. Sundays and holidays count too."
    assert said[ReasonKind.DAY_ZERO] == "Counting begins on the day after 2026-10-18."
    assert said[ReasonKind.MOVED].startswith("2026-11-08 is no working day, so the last day is 2026-11-09.")


def test_a_date_in_working_days_names_holidays_counts_weekly_offs_and_tells_exchange_days_and_pauses() -> None:
    paused = [Interval(at(date(2025, 11, 6)), at(date(2025, 11, 10)))]
    due = due_date(date(2025, 10, 31), working_limit(5), GUJARAT, paused)
    # After Fri 31 October: Sat 1 (1), Mon 3 (2), Tue 4 (3), Thu 6 (4), Fri 7 (5); the pause adds Fri 7, Sat 8
    # and Mon 10, three more after Fri 7: Sat 8, Mon 10, Tue 11 November.
    assert due.due_on == date(2025, 11, 11)
    reasons = {reason.kind: reason for reason in due.reasons}
    assert set(reasons) == {
        ReasonKind.RULE,
        ReasonKind.DAYS,
        ReasonKind.DAY_ZERO,
        ReasonKind.HOLIDAYS,
        ReasonKind.WEEKLY_OFFS,
        ReasonKind.EXTRA_DAYS,
        ReasonKind.PAUSE,
    }
    guru_nanak = DayOff(date(2025, 11, 5), DayOffKind.HOLIDAY, "Guru Nanak Jayanti")
    assert reasons[ReasonKind.HOLIDAYS].params == {"days_off": (guru_nanak,)}
    assert reasons[ReasonKind.WEEKLY_OFFS].params == {"count": 2}  # Sundays 2 and 9 November
    assert reasons[ReasonKind.EXTRA_DAYS].params == {"extra_days": (ExtraDay(date(2025, 11, 8), EXCHANGE),)}
    assert reasons[ReasonKind.PAUSE].params == {
        "begun": date(2025, 11, 6),
        "ended": date(2025, 11, 10),
        "days": 3,
    }


@pytest.mark.parametrize(
    ("basis", "source", "sentence"),
    [
        ("charter", "Jetpur", "A published charter sets the time limit: Jetpur."),
        ("charter", "", "A published charter sets the time limit."),
        ("press", "a newspaper", "A time limit published in the press is used: a newspaper."),
        ("state", "Order 7 of 2026", "The State has set the time limit: Order 7 of 2026."),
    ],
)
def test_a_ruling_limit_names_its_source(basis: str, source: str, sentence: str) -> None:
    due = due_date(date(2026, 1, 1), limit_for(7, basis, Channel.RED, 1, SHIPPED_POLICY, source), GUJARAT)
    assert sentences(due)[ReasonKind.RULE] == sentence
    assert ReasonKind.OURS not in sentences(due)


def test_days_that_are_ours_say_so() -> None:
    due = due_date(date(2026, 1, 1), limit_for(None, "", Channel.RED, 1, SHIPPED_POLICY), GUJARAT)
    assert sentences(due)[ReasonKind.OURS].startswith("No published source")


def test_a_window_is_calendar_days_of_the_settings() -> None:
    # 30 days after Tuesday 4 August 2026 are Thursday 3 September, open; after Wednesday 5 August, Friday
    # 4 September, Janmashtami; the first Saturday, the 5th, is open.
    assert window_end(date(2026, 8, 4), 30, GUJARAT).due_on == date(2026, 9, 3)
    due = window_end(date(2026, 8, 5), 30, GUJARAT)
    assert due.due_on == date(2026, 9, 5)
    assert sentences(due)[ReasonKind.RULE] == "The settings of this system set the time limit."


@pytest.mark.parametrize(
    ("filed", "due_at"),
    [
        (at(date(2026, 8, 3), 11), at(date(2026, 8, 3), 13)),
        (at(date(2026, 8, 3), 13), at(date(2026, 8, 3), 15, 30)),  # over the half hour's break
        (at(date(2026, 8, 7), 17, 10), at(date(2026, 8, 10), 11, 30)),  # Fri, second Sat and Sun passed over
        (at(date(2026, 8, 15), 12), at(date(2026, 8, 17), 12, 30)),  # Independence Day, then Sunday
    ],
)
def test_an_immediate_case_is_due_after_two_working_hours(filed: datetime, due_at: datetime) -> None:
    due = hours_due(filed, 2, GUJARAT)
    assert due.due_at == due_at
    assert due.due_on == GUJARAT.day_of(due_at)
    assert sentences(due)[ReasonKind.RULE].startswith("Working hours allowed: 2.")


@pytest.mark.parametrize(
    ("today", "working", "calendar"),
    [
        (date(2026, 8, 3), 5, 7),  # Mon 3 to Mon 10 August: 4, 5, 6, 7, 10 are open
        (date(2026, 8, 7), 1, 3),
        (date(2026, 8, 9), 1, 1),
        (date(2026, 8, 10), 0, 0),
        (date(2026, 8, 11), -1, -1),
        (date(2026, 8, 16), -4, -6),  # 11, 12, 13, 14 are open, 15 is a holiday, 16 a Sunday
        (date(2026, 8, 17), -5, -7),
    ],
)
def test_days_left_count_down_to_zero_on_the_last_day_and_go_negative_after_it(
    today: date, working: int, calendar: int
) -> None:
    assert days_left(date(2026, 8, 10), today, GUJARAT) == (working, calendar)


def test_late_by_closed_days_only_shows_in_the_calendar_days() -> None:
    # Friday 7 August was the last day; Sunday 9 is late, though no working day has passed.
    assert days_left(date(2026, 8, 7), date(2026, 8, 9), GUJARAT) == (0, -2)


@pytest.mark.parametrize(
    ("due_on", "percent", "day"),
    [
        # After Mon 3 August 2026 the working days are 4, 5, 6, 7, 10, 11, 12, 13, ...
        (date(2026, 8, 13), 50, date(2026, 8, 7)),  # 4 of 8
        (date(2026, 8, 13), 75, date(2026, 8, 11)),  # 6 of 8
        (date(2026, 8, 12), 50, date(2026, 8, 7)),  # 3.5 of 7, rounded up to 4
        (date(2026, 8, 5), 50, date(2026, 8, 4)),  # 1 of 2
        (date(2026, 8, 5), 75, None),  # the last day itself
        (date(2026, 8, 4), 50, None),
        (date(2026, 8, 3), 50, None),
    ],
)
def test_a_warning_comes_when_its_share_of_the_working_days_is_used(
    due_on: date, percent: int, day: date | None
) -> None:
    assert warn_on(date(2026, 8, 3), due_on, percent, GUJARAT) == day


def test_reasons_survive_being_kept_as_json() -> None:
    paused = [Interval(at(date(2025, 11, 6)), at(date(2025, 11, 10)))]
    worked = due_date(date(2025, 10, 6), limit_for(None, "", Channel.RED, 1, IN_WORKING_DAYS), GUJARAT, paused)
    moved = due_date(date(2026, 10, 18), limit_for(None, "", Channel.GREEN, 1, SHIPPED_POLICY), GUJARAT)
    at_the_top = next_step(at(date(2026, 1, 22), 23), 6, SHIPPED_POLICY, Channel.GREEN, GUJARAT).due
    named = replace(
        GUJARAT,
        holidays={**GUJARAT.holidays, date(2026, 11, 8): Name("Diwali", "दीपावली", "દિવાળી")},
        working_extra={date(2026, 11, 14): Name("Exchange", "", "બદલી")},
        estimated=frozenset({date(2026, 11, 8)}),
    )
    changed = due_date(date(2026, 11, 7), working_limit(3), named, not_before=date(2026, 11, 16))
    assert {name for reason in changed.reasons for name in reason.params} >= {"days_off", "extra_days", "passed"}
    reasons = worked.reasons + moved.reasons + at_the_top.reasons + changed.reasons
    assert {reason.kind for reason in reasons} == set(ReasonKind)
    assert reasons_from_json(json.loads(json.dumps(reasons_as_json(reasons)))) == reasons


def test_a_reason_keeps_only_what_can_be_put_into_words() -> None:
    with pytest.raises(TypeError):
        reasons_as_json([Reason(ReasonKind.DAYS, "%(days)s", {"days": 1.5})])
    with pytest.raises(ValueError, match="JSON of a reason"):
        reasons_from_json([{"kind": "days", "message": "", "params": {"days": {"hours": 2}}}])
    assert (
        Text("Green")
        in reasons_from_json([{"kind": "rule", "message": "", "params": {"channel": {"text": "Green"}}}])[
            0
        ].params.values()
    )


days = st.dates(date(2025, 6, 1), date(2026, 12, 31))
calendars = st.builds(
    WorkingCalendar,
    frames=st.just(OFFICE_HOURS),
    weekly_offs=st.sets(st.integers(0, 6), max_size=6),
    off_saturdays=st.sets(st.integers(1, 5), max_size=4),
    holidays=st.dictionaries(days, st.just("a holiday"), max_size=30),
    extra_closed=st.dictionaries(days, st.just("an order"), max_size=5),
    working_extra=st.dictionaries(days, st.just("an exchange"), max_size=5),
)
limits = st.builds(Limit, st.integers(1, 90), st.sampled_from(Unit), st.just(Basis.SETTING))


@st.composite
def pauses_after(draw: st.DrawFn, filed_on: date) -> list[Interval]:
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        asked = at(filed_on + timedelta(days=draw(st.integers(0, 60))), draw(st.integers(0, 23)))
        pauses.append(Interval(asked, asked + timedelta(hours=draw(st.integers(0, 24 * 15)))))
    return pauses


@given(calendars, limits, days, days, st.data())
def test_adding_a_holiday_never_makes_a_due_date_earlier(
    calendar: WorkingCalendar, limit: Limit, filed_on: date, holiday: date, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(filed_on))
    with_it = replace(calendar, holidays={**calendar.holidays, holiday: "a new holiday"})
    assert due_date(filed_on, limit, with_it, pauses).due_on >= due_date(filed_on, limit, calendar, pauses).due_on


@given(calendars, limits, days, st.data())
def test_a_due_date_is_open_and_leaves_the_days_it_promised_outside_the_pauses(
    calendar: WorkingCalendar, limit: Limit, filed_on: date, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(filed_on))
    due = due_date(filed_on, limit, calendar, pauses)
    assert calendar.is_working_day(due.due_on)
    every = {filed_on + timedelta(days=step) for step in range(1, (due.due_on - filed_on).days + 1)}
    for pause in pauses:
        asked_on, answered_on = calendar.day_of(pause.begun_at), calendar.day_of(pause.ended_at)
        every -= {day for day in every if asked_on < day <= answered_on}
    counted = [day for day in every if limit.unit is Unit.CALENDAR or calendar.is_working_day(day)]
    assert len(counted) >= limit.days
    if limit.unit is Unit.WORKING:
        assert len(counted) == limit.days


@given(calendars, limits, days, days, st.data())
def test_a_day_of_changed_rules_only_keeps_a_date_from_lying_before_it(
    calendar: WorkingCalendar, limit: Limit, filed_on: date, changed: date, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(filed_on))
    plain = due_date(filed_on, limit, calendar, pauses).due_on
    kept = due_date(filed_on, limit, calendar, pauses, not_before=changed).due_on
    assert kept >= max(plain, changed)
    if plain >= changed and not pauses:
        assert kept == plain


@given(calendars, limits, days, st.data())
def test_a_pause_never_makes_a_due_date_earlier(
    calendar: WorkingCalendar, limit: Limit, filed_on: date, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(filed_on))
    paused = due_date(filed_on, limit, calendar, pauses)
    assert paused.due_on >= due_date(filed_on, limit, calendar).due_on
    turned = due_date(filed_on, limit, calendar, pauses[::-1])
    assert (turned, turned.reasons) == (paused, paused.reasons)
