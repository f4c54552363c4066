"""The last months of the demo's offices, lived through the real use cases day by day, with all that follows by night.

Their older history was brought over from another system; what is here has register entries, dates that passed, levels
climbed, months published on their day and disposals checked by other offices.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from swagat.database import db
from swagat.domain.case import Outcome
from swagat.domain.quality.measures import month_of, next_month
from swagat.domain.roles import Proof, complainant
from swagat.domain.workflow import Action, Need, Status
from swagat.models import Office, Place
from swagat.services import catalogue, counting, disposal_draws, publishing
from swagat.services.demo_checks import Checkers
from swagat.services.demo_conduct import OFFICES, Conduct
from swagat.services.demo_people import name_of
from swagat.services.demo_stage import Now, Stage, standing
from swagat.services.filing import Filing
from swagat.services.move import Asked

STORIES = Path(__file__).parents[1] / "reference" / "demo_revenue_stories.csv"
SEED = 20030424
MONTHS = 3
A_DAY = timedelta(days=1)
# From ten in the morning back to four in the night, when figures are published.
TO_THE_NIGHT = timedelta(hours=6, minutes=15)
MONDAY = 0
LOOKED_AT_AGAIN = 9
CITIZEN = complainant(Proof.TRACKING_CODE)
SENT_ON = "આ બાબત પંચાયતના રસ્તાની હોવાથી તાલુકા વિકાસ અધિકારીશ્રીને મોકલી છે."
QUESTION = "સર્વે નંબર અથવા અરજી નંબરનો પુરાવો આપો અને હોય તો અગાઉના જવાબની નકલ આપો."
CLARIFIED = "માગેલા કાગળની નકલ આ સાથે આપી છે. બીજું કંઈ જોઈએ તો જણાવશો."
NOT_SOLVED = "જવાબમાં લખ્યું છે તેમ સ્થળ પર કંઈ થયું નથી. ફરી તપાસ કરાવો."
EXPLAINED = "તલાટીની જગ્યા ખાલી હોવાથી સમયસર તપાસ થઈ શકી નહીં."
AGAIN = "ફરી તપાસ કરાવી છે. "
HEARD = "બંને પક્ષને સાંભળ્યા અને સ્થળની ખરાઈ કરાવી. "
CHECKED = "રેકર્ડ અને સ્થળ તપાસનો અહેવાલ જોયો."
OUTCOMES = (Outcome.REDRESSED, Outcome.PARTLY_REDRESSED, Outcome.OTHER_RELIEF, Outcome.NOT_ESTABLISHED)


def begins_on(today: date) -> date:
    """Return since when the offices work with this system: the first day of the third month before this one."""
    month = month_of(today)
    for _ in range(MONTHS):
        month = month_of(month - A_DAY)
    return month


@dataclass(frozen=True, slots=True)
class _Story:
    category: str
    text: str
    relief: str
    report: str
    reason: str


@dataclass(slots=True)
class _Case:
    """One case, how its office treats it, and on which day something is done next."""

    number: str
    conduct: Conduct
    story: _Story
    chance: Random
    filed_on: date
    next_on: date
    lies: bool
    asks: bool
    sent_on_to: int | None
    level: int = 1


@dataclass(slots=True)
class LiveOffices:
    """The offices at work: `spend` lets them work for a day, `night` does what jobs do while they sleep."""

    stage: Stage
    publish_on: int
    ids: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    stories: Sequence[_Story] = ()
    cases: list[_Case] = field(default_factory=list)
    checkers: Checkers = field(init=False)

    def __post_init__(self) -> None:
        self.checkers = Checkers(self.stage)

    def spend(self, morning: datetime, now: datetime) -> None:
        """File what comes in on a day, and let the offices do what they do on it."""
        if not self.stories:
            self._look_up()
        today = morning.date()
        arrives = Random(f"{SEED}-{today}")
        for code, conduct in OFFICES.items():
            for step in range(_arriving(conduct.cases, today)):
                at = morning + timedelta(minutes=arrives.randrange(150), seconds=step)
                if at <= now:
                    self._file(code, conduct, at)
        for case in self.cases:
            at = morning + timedelta(hours=3, minutes=arrives.randrange(240))
            if case.next_on <= today and at <= now:
                self._move(case, at)
        self.checkers.spend(morning)

    def night(self, morning: datetime) -> None:
        """Do before a morning what the jobs of the night do: publish on the day for it, draw checks on theirs."""
        at = morning - TO_THE_NIGHT
        today = morning.date()
        # Each night in a real one; once a week and on the day itself is enough to look at.
        if today.day == self.publish_on or today.weekday() == MONDAY:
            counting.count_all(at)
            publishing.publish(at, self.publish_on)
        if today.day == disposal_draws.DRAWN_ON:
            self.checkers.draw(at, today)

    def _look_up(self) -> None:
        session, state_id = db.session(), catalogue.state_named("GJ").id
        with STORIES.open(encoding="utf-8", newline="") as file:
            self.stories = [_Story(**row) for row in csv.DictReader(file)]
        codes = [*OFFICES, *(_panchayat_of(code) for code in OFFICES)]
        offices = select(Office.code, Office.id).where(Office.state_id == state_id, Office.code.in_(codes))
        self.ids = {row.code: row.id for row in session.execute(offices)}
        talukas = {code.removeprefix("MAM-"): code for code in OFFICES}
        places = select(Place.code, Place.id).where(Place.state_id == state_id, Place.code.in_(talukas))
        self.places = {talukas[row.code]: row.id for row in session.execute(places)}
        session.rollback()

    def _file(self, code: str, conduct: Conduct, at: datetime) -> None:
        key = f"demo-live-{len(self.cases)}"
        chance = Random(f"{SEED}-{key}")
        told = chance.choice(self.stories)
        survey = str(chance.randint(11, 980))
        story = replace(
            told, **{part: getattr(told, part).format(survey=survey) for part in ("text", "report", "reason")}
        )
        filed = Filing(
            submission_key=key,
            state_id=catalogue.state_named("GJ").id,
            category_id=catalogue.category_named(story.category).id,
            place_id=self.places[code],
            text=story.text,
            relief_sought=story.relief,
            name=name_of(chance, "gu")[1],
            language="gu",
            mobile=f"+9171000{len(self.cases):05}",
        )
        number = self.stage.file(filed, at)
        # The ways of a village are its panchayat's.
        sends_on = story.category == "REV-ROADACCESS" and _falls(chance, conduct.sends_on)
        self.cases.append(
            _Case(
                number,
                conduct,
                story,
                chance,
                at.date(),
                at.date() + A_DAY * chance.randint(*conduct.assigned),
                _falls(chance, conduct.left_lying),
                _falls(chance, conduct.asks),
                self.ids.get(_panchayat_of(code)) if sends_on else None,
            )
        )

    def _move(self, case: _Case, at: datetime) -> None:
        now, stage = standing(case.number), self.stage
        officer, own_head = stage.staff.officers[now.office_id], stage.staff.heads[now.office_id]
        chance, conduct = case.chance, case.conduct
        wait = chance.randint(1, 4)
        if now.level > case.level == 1 and now.cycle == 1 and _falls(chance, conduct.explains):
            stage.act(case.number, own_head, Action.EXPLAIN_LAPSE, _said(Need.REMARK, EXPLAINED), at)
        case.level = now.level
        match now.status:
            case Status.REGISTERED if case.sent_on_to is not None:
                asked = replace(_said(Need.REMARK, SENT_ON), office_id=case.sent_on_to)
                case.sent_on_to = None
                stage.act(case.number, own_head, Action.TRANSFER, asked, at)
            case Status.REGISTERED:
                asked = Asked(officer_posting_id=officer.posting_id)
                stage.act(case.number, own_head, Action.ASSIGN, asked, at)
                wait = self._until_answer(case, now, at.date())
            case Status.ASSIGNED if case.asks:
                case.asks = False
                stage.act(case.number, officer, Action.SEEK_CLARIFICATION, _said(Need.QUESTIONS, QUESTION), at)
            case Status.ASSIGNED if case.lies and now.cycle == 1:
                wait = LOOKED_AT_AGAIN
            case Status.ASSIGNED:
                stage.act(case.number, officer, Action.REPORT_ACTION, _said(Need.REPORT, case.story.report), at)
                # Who answers with a stock phrase reads no report for long.
                wait = 0 if conduct.stock_reason else 1
                if not wait:
                    self._dispose(case, now, at + timedelta(minutes=chance.randint(2, 9)))
                    wait = chance.randint(2, 12)
            case Status.CLARIFICATION_SOUGHT:
                stage.act(case.number, CITIZEN, Action.CLARIFY, _said(Need.REMARK, CLARIFIED), at)
            case Status.ACTION_REPORTED:
                self._dispose(case, now, at)
                wait = chance.randint(2, 12)
            case Status.DISPOSED if now.is_reached:
                wait = self._answer(case, at)
            case Status.UNDER_APPEAL:
                wait = self._hear(case, now, at)
            case _:
                pass
        case.next_on = at.date() + A_DAY * wait

    def _until_answer(self, case: _Case, now: Now, today: date) -> int:
        if case.asks:
            return 2
        if now.cycle > 1:
            return case.chance.randint(4, 12)
        # The report comes the day before the answer.
        return max(1, case.conduct.answered(case.chance) - (today - case.filed_on).days - 1)

    def _dispose(self, case: _Case, now: Now, at: datetime) -> None:
        stock = case.conduct.stock_reason if now.cycle == 1 else ""
        reason = stock or (AGAIN * (now.cycle - 1) + case.story.reason)
        outcome = Outcome.REDRESSED if stock else case.chance.choices(OUTCOMES, (72, 14, 6, 8))[0]
        asked = replace(_said(Need.REASON, reason), outcome=outcome)
        self.stage.act(case.number, self.stage.staff.heads[now.answerable_id], Action.DISPOSE, asked, at)

    def _answer(self, case: _Case, at: datetime) -> int:
        conduct, luck = case.conduct, case.chance.randrange(100)
        act, never = self.stage.act, 1000
        if luck < conduct.confirmed:
            rating = case.chance.choices((2, 3, 4, 5), (5, 15, 45, 35))[0]
            act(case.number, CITIZEN, Action.CONFIRM, Asked(rating=rating), at)
            return never
        luck -= conduct.confirmed
        if luck < conduct.refused:
            act(case.number, CITIZEN, Action.REFUSE, _said(Need.REMARK, NOT_SOLVED), at)
            return 2
        if luck < conduct.refused + conduct.appealed:
            act(case.number, CITIZEN, Action.LODGE_APPEAL, _said(Need.GROUNDS, NOT_SOLVED), at)
            return case.chance.randint(6, 14)
        return never

    def _hear(self, case: _Case, now: Now, at: datetime) -> int:
        action = case.chance.choice((Action.ALLOW_APPEAL, Action.DISMISS_APPEAL))
        asked = Asked(texts={Need.REASON: HEARD + case.story.reason, Need.CHECKED: CHECKED})
        self.stage.act(case.number, self.stage.staff.heads[now.appellate_id or 0], action, asked, at)
        return 2


def _arriving(cases: int, today: date) -> int:
    """Return how many of a month's cases come on a day, so that they spread over the month evenly."""
    days = (next_month(today) - month_of(today)).days
    return cases * today.day // days - cases * (today.day - 1) // days


def _panchayat_of(code: str) -> str:
    return code.replace("MAM-", "TDO-")


def _falls(chance: Random, of_100: int) -> bool:
    return chance.randrange(100) < of_100


def _said(need: Need, text: str) -> Asked:
    return Asked(texts={need: text})
