"""Six grievances of July 2026, each with another turn, and what they count for as worked out by hand.

The offices work every day of that July but the 5th, 11th, 12th, 19th, 25th and 26th.
"""

from collections.abc import Iterator

from swagat.domain.case import Outcome
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Need
from swagat.services import catalogue, escalation
from tests.builders import KANTA, Cast, act, assigned, day, office, reported

A = Action
# Short enough for silence to end in the same month.
RULES = Rules(confirm_window_days=15)
REASON_ABOVE = {Need.REASON: "કલેક્ટર કચેરીએ મૂળ રજિસ્ટર મંગાવી ચકાસ્યું અને ભૂલ સુધારી આપી છે."}
SWEPT = 22


def history(cast: Cast) -> Iterator[str]:
    """Let all of it happen, and yield what happened last after each step."""
    transferred, paused = (assigned(cast, key, mobile=f"+91987654321{at}") for at, key in enumerate("ab", 1))
    refused, appealed, silent, reopened = (
        reported(cast, key, mobile=f"+91987654321{at}") for at, key in enumerate("cdef", 3)
    )
    for number in (refused, appealed, silent, reopened):
        act(cast.meena, number, A.DISPOSE, outcome=Outcome.REDRESSED)
        act(cast.bharat, number, A.HAND_OVER, rules=RULES)
    yield "six are filed, and four of them disposed the same day"
    act(cast.bharat, paused, A.SEEK_CLARIFICATION, 1)
    act(KANTA, appealed, A.LODGE_APPEAL, 1)
    act(KANTA, reopened, A.CONFIRM, 1)
    yield "one is asked about, one appealed, one confirmed"
    act(cast.bharat, transferred, A.TRANSFER, 2, office_id=office("TDO-3783"))
    act(KANTA, refused, A.REFUSE, 2)
    yield "one goes to another office, one is refused"
    act(cast.bharat, refused, A.ASSIGN, 3, officer_posting_id=cast.bharat.posting_id)
    act(KANTA, paused, A.CLARIFY, 5)
    act(cast.additional_collector, appealed, A.ALLOW_APPEAL, 5)
    yield "one is answered, one appeal allowed"
    again(cast, refused, 5)
    yield "what was refused is disposed by the office above"
    act(cast.bharat, paused, A.REPORT_ACTION, 6)
    act(cast.meena, paused, A.DISPOSE, 6, outcome=Outcome.REDRESSED)
    act(cast.bharat, paused, A.HAND_OVER, 6)
    act(cast.bharat, appealed, A.ASSIGN, 6, officer_posting_id=cast.bharat.posting_id)
    again(cast, appealed, 7)
    yield "two are disposed"
    act(KANTA, paused, A.CONFIRM, 8, rating=4)
    act(KANTA, appealed, A.CONFIRM, 8)
    act(cast.additional_collector, reopened, A.REOPEN, 9)
    yield "two are confirmed, one opened again by order"
    escalation.sweep(day(SWEPT), RULES)
    yield "two are closed because nobody answers, and one that nobody touched goes up"


def again(cast: Cast, number: str, at: int) -> None:
    """Let Bharat report once more, and the office above dispose."""
    act(cast.bharat, number, A.REPORT_ACTION, at)
    act(cast.additional_collector, number, A.DISPOSE, at, outcome=Outcome.REDRESSED, texts=REASON_ABOVE)
    act(cast.bharat, number, A.HAND_OVER, at, rules=RULES)


def table() -> dict[str, dict[str, dict[str, int]]]:
    """Return what the six count for, by the office that answers for it."""
    subject = str(catalogue.category_named("REV-712").id)
    return {
        "MAM-3783": {
            "received": {subject: 6},
            "acknowledged": {"0": 6},
            # Four were reported on the 1st, one asked about on the 2nd, one given away on the 3rd.
            "first_action": {"0": 4, "1": 1, "2": 1},
            "transferred": {"1": 1},
            # The four of the 1st and the one that was asked about.
            "disposed": {"1|in_time": 5},
            "answered": {
                "redressed|confirmed": 1,
                "redressed|silent": 1,
                "redressed|refused": 1,
                "redressed|overturned": 1,
                "redressed|reopened": 1,
            },
            # Silent: none. Asked about: the 2nd and the 7th, for the 3rd, 4th and 6th were Kanta's.
            "working_days": {"stood|0": 1, "stood|2": 1},
            "calendar_days": {"stood|0": 1, "stood|2": 1},
            "confirmed_days": {"1": 1, "8": 1},
            "rated": {"4": 1},
            "appealed": {"allowed": 1},
            # The four of the 1st; given away after two days; disposed after two; refused and reported on the 4th and
            # 6th; heard on appeal and reported on the 7th and 8th.
            "held": {"0": 4, "2": 4},
            # Opened again on the 10th; until then eight days were nobody's.
            "open": {"2026-07-01|8": 1},
        },
        "RAC-438": {
            "disposed": {"2|in_time": 2},
            "answered": {"redressed|silent": 1, "redressed|confirmed": 1},
            # Refused on the 3rd and disposed on the 6th: two days, three by the calendar. Appealed on the 2nd and
            # disposed on the 8th: five and six.
            "working_days": {"stood|2": 1, "stood|5": 1},
            "calendar_days": {"stood|3": 1, "stood|6": 1},
            "confirmed_days": {"8": 1},
            # The appeal, on the 3rd, 4th and 6th.
            "held": {"3": 1},
        },
        "TDO-3783": {"lapsed": {"1|first|unexplained": 1}, "open": {"2026-07-01|0": 1}},
        # Answers for it since then, in time so far.
        "DYDDO-438": {},
    }
