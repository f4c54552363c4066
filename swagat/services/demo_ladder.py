"""The demo's late cases: left lying so that they climbed to every level, and what the heads above did about them."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.errors import Refused
from swagat.domain.policies import LAST_LEVEL
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Need, Status
from swagat.domain.working_time import INDIA
from swagat.models import Grievance, Office
from swagat.services import absences, common_causes, redressal
from swagat.services.move import Asked

# How many days ago each was filed: a Green case rises after 21 days and then every 14, to the last level after 77.
AGES = (104, 97, 84, 75, 68, 61, 58, 52, 44, 41, 33, 30, 27)
CATEGORY_OF_LYING = "REV-712"
# Cases about the same well, in the office of the Taluka Development Officer.
CAUSE = "Water has been cut off in the eastern wards since the pump failed"
LEAVE = "Training at the state institute"


def act_above(
    session: Session,
    heads: Mapping[int, Actor],
    but: Collection[int],
    now: datetime,
    rules: Rules,
    refused: Callable[[str], None],
) -> int:
    """Let the head of each level do one of the things a superior can do; return how many were done.

    Nobody looks at what came up from the offices `but`.
    """
    cases = session.execute(
        select(Grievance.registration_number, Grievance.level, Grievance.office_id, Grievance.answerable_office_id)
        .where(
            Grievance.is_open,
            Grievance.status.in_([Status.REGISTERED, Status.ASSIGNED]),
            Grievance.answerable_office_id != Grievance.office_id,
            Grievance.lapses > 0,
            Grievance.office_id.not_in(but),
        )
        .order_by(Grievance.level, Grievance.id)
    ).all()
    session.rollback()
    today = now.astimezone(INDIA).date()
    done = 0
    for place, (found, level, office_id, answerable_id) in enumerate(cases):
        number = str(found)
        head, own = heads.get(answerable_id), heads.get(office_id)
        if head is None or own is None:
            continue
        # What reaches the last level is listed for a sitting by itself.
        deed = _direct if level == LAST_LEVEL else DEEDS[place % len(DEEDS)]
        for actor, action, asked in deed(head, own, today):
            try:
                redressal.act(actor, number, action, asked, None, now, rules)
                done += 1
            except Refused as refusal:
                refused(f"{number} {action}: {refusal}")
    return done


Deed = Callable[[Actor, Actor, date], list[tuple[Actor, Action, Asked]]]


def _explain(_head: Actor, own: Actor, _today: date) -> list[tuple[Actor, Action, Asked]]:
    words = "તલાટીની જગ્યા ખાલી હોવાથી સ્થળ તપાસ થઈ શકી નહીં. હવે વધારાનો હવાલો સોંપ્યો છે."
    return [(own, Action.EXPLAIN_LAPSE, Asked(texts={Need.REMARK: words}))]


def _direct(head: Actor, _own: Actor, today: date) -> list[tuple[Actor, Action, Asked]]:
    words = "સ્થળ પર જઈ રેકર્ડ સાથે મેળવણી કરો અને અરજદારની હાજરીમાં પંચનામું કરી અહેવાલ આપો."
    asked = Asked(texts={Need.REMARK: words}, expected_on=today + timedelta(days=6))
    return [(head, Action.DIRECT, asked)]


def _direct_and_report(head: Actor, own: Actor, today: date) -> list[tuple[Actor, Action, Asked]]:
    words = "માપણી થઈ ગઈ છે અને નકલ અરજદારને આપી છે. નોંધ પ્રમાણિત કરવાની બાકી છે."
    return [
        *_direct(head, own, today),
        (own, Action.REPORT_DIRECTION, Asked(texts={Need.REPORT: words})),
    ]


def _give_time(head: Actor, _own: Actor, today: date) -> list[tuple[Actor, Action, Asked]]:
    words = "નવી માપણીનો નકશો આવવાનો બાકી હોવાથી વધુ સમય આપવામાં આવે છે."
    return [(head, Action.GIVE_TIME, Asked(texts={Need.REMARK: words}, expected_on=today + timedelta(days=21)))]


def _list(head: Actor, _own: Actor, today: date) -> list[tuple[Actor, Action, Asked]]:
    words = "બંને પક્ષને રૂબરૂ સાંભળવા માટે સ્વાગત દિવસની યાદીમાં લેવી."
    return [(head, Action.LIST_FOR_SITTING, Asked(texts={Need.REMARK: words}, expected_on=today + timedelta(days=13)))]


DEEDS: tuple[Deed, ...] = (_direct, _explain, _direct_and_report, _list, _give_time)


def send_on_leave(session: Session, office_code: str, heads: Mapping[int, Actor], now: datetime) -> None:
    """Record that the head of an office is away for some days, by the head themself."""
    office_id = session.scalar(select(Office.id).where(Office.code == office_code))
    session.rollback()
    head = heads.get(office_id or 0)
    if head is not None and head.posting_id is not None:
        today = now.astimezone(INDIA).date()
        absences.record(head, head.posting_id, today, today + timedelta(days=4), LEAVE, now)


def link_to_a_cause(session: Session, office_code: str, heads: Mapping[int, Actor], now: datetime, rules: Rules) -> int:
    """Link up to three open cases of an office to one common cause; return how many."""
    office_id = session.scalar(select(Office.id).where(Office.code == office_code)) or 0
    numbers = session.scalars(
        select(Grievance.registration_number)
        .where(Grievance.office_id == office_id, Grievance.status.in_([Status.REGISTERED, Status.ASSIGNED]))
        .order_by(Grievance.id)
        .limit(3)
    ).all()
    session.rollback()
    head = heads.get(office_id)
    if head is None or len(numbers) < 2:
        return 0
    cause_id = common_causes.begin(head, CAUSE, head.posting_id, now.astimezone(INDIA).date() + timedelta(days=20), now)
    for number in numbers:
        redressal.act(head, str(number), Action.LINK, Asked(cause_id=cause_id), None, now, rules)
    return len(numbers)
