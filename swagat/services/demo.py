"""A believable demo: invented people and grievances, driven through the real use cases, day by day up to now."""

import csv
import random
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.places import PlaceKind
from swagat.domain.quality.measures import month_of
from swagat.domain.quality.periods import months_after
from swagat.domain.roles import Proof, complainant
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Need, Status
from swagat.domain.working_time import INDIA
from swagat.models import Person, Place
from swagat.services import catalogue, counting, demo_audits, escalation, outbox, places, signal_search
from swagat.services.demo_certificates import certify
from swagat.services.demo_grading import adopt_formula
from swagat.services.demo_history import bring_over
from swagat.services.demo_ladder import AGES, CATEGORY_OF_LYING, act_above, link_to_a_cause, send_on_leave
from swagat.services.demo_live import LiveOffices, begins_on
from swagat.services.demo_nonconformities import QUALITY_MANAGER, actor_of, do_quality_work
from swagat.services.demo_people import PASSWORD, SIGN_INS, name_of, post_people, staff
from swagat.services.demo_stage import DemoReport, Stage, standing
from swagat.services.filing import Filing
from swagat.services.move import Asked
from swagat.sms.console_gateway import ConsoleGateway

STORIES = Path(__file__).parents[1] / "reference" / "demo_stories.csv"
SEED = 20030424
DAYS = 75
# The offices with a history of their own work live since the first of a month, at most so many days ago.
ALL_DAYS = 124
PUBLISH_ON = 10
A_DAY = timedelta(days=1)
CASES_A_DAY = 2
OFTEN_DHOLKA = 3
STEP_AFTER_DAYS = 3
COME_TO_THEIR_END = 0.72
REFUSED, SILENT = 0.2, 0.25
SIGNAL_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Story:
    """One matter as people bring it, with what the office did and said."""

    category: str
    language: str
    where: str
    text: str
    relief: str
    report: str
    reason: str


def sign_ins() -> list[str]:
    """Return a line for everybody who can sign in to the demo; nothing where there is no demo."""
    logins = [one.login for one in SIGN_INS]
    there = set(
        db.session.scalars(select(Person.login).where(Person.login.in_(logins), Person.password_hash.is_not(None)))
    )
    shown = [one for one in SIGN_INS if one.login in there]
    if not shown:
        return []
    width = max(len(one.login) for one in shown)
    return [
        f"Sign in at /sign-in with the password {PASSWORD} as:",
        *(f"  {one.login:<{width}}  {one.shows}" for one in shown),
    ]


def build(now: datetime, rules: Rules, secret: bytes, days: int = ALL_DAYS, publish_on: int = PUBLISH_ON) -> DemoReport:
    """Make the demo of the last `days` days in an empty database, always the same for the same day."""
    dice = random.Random(SEED)
    with transaction() as session:
        post_people(session, now, dice)
    stage = Stage(rules, secret, staff(db.session()))
    demo, live = _Demo(stage, dice, _stories(), _places()), LiveOffices(stage, publish_on)
    db.session.rollback()
    today = now.replace(hour=4, minute=45, second=0, microsecond=0)
    live_since = begins_on(today.date())
    for ago in range(max(*AGES, days), -1, -1):
        morning = today - ago * A_DAY
        if morning > now:
            break
        if ago in AGES:
            demo.leave_lying(morning)
        if ago <= min(days, DAYS):
            demo.spend(morning, now)
        if ago <= days and morning.date() >= live_since:
            live.night(morning)
            live.spend(morning, now)
        demo.sleep_over(morning, now)
    demo.supervise(now, live.ids.values())
    outbox.dispatch(now, ConsoleGateway(), rules, limit=10_000)
    stage.report.imported = bring_over(now, live_since)
    stage.report.certified = certify(now, rules)
    counting.count_all(now)
    do_quality_work(stage.staff.officers, stage.staff.heads, now, rules)
    demo_audits.hold(stage.staff.officers, stage.staff.heads, actor_of(QUALITY_MANAGER), now, rules)
    day = now.astimezone(INDIA).date()
    adopt_formula(db.session(), month_of(day))
    signal_search.find_in([months_after(day, -ago) for ago in range(SIGNAL_MONTHS, 0, -1)], now, rules)
    return stage.report


def _stories() -> list[Story]:
    with STORIES.open(encoding="utf-8", newline="") as file:
        return [Story(**row) for row in csv.DictReader(file)]


def _places() -> dict[str, list[int]]:
    """Return the ids of the places where the demo's people live, by the word that the stories use."""
    session = db.session()

    def inside(code: str, kind: PlaceKind, state: str = "GJ") -> list[int]:
        parent = session.scalar(
            select(Place.id).where(Place.code == code, Place.state_id == catalogue.state_named(state).id)
        )
        return [place.id for place in places.inside(parent or 0, kind)]

    dholka = session.scalars(select(Place.id).where(Place.code == "3783")).all()
    talukas = session.scalars(
        select(Place.id).where(Place.kind == PlaceKind.TALUKA, Place.state_id == catalogue.state_named("GJ").id)
    ).all()
    tehsils = inside("392", PlaceKind.TALUKA, "MP")
    return {
        "dholka": list(dholka),
        "dholka_village": inside("3783", PlaceKind.VILLAGE) or list(dholka),
        "dholka_ward": inside("NP-DHOLKA", PlaceKind.WARD),
        "rajkot_ward": inside("MC-RAJKOT", PlaceKind.WARD),
        "kheda_station": inside("450", PlaceKind.POLICE_STATION),
        "any": list(talukas),
        "balaghat": tehsils[:6],
        "balaghat_station": inside("392", PlaceKind.POLICE_STATION, "MP"),
        "balaghat_ward": inside("NP-BALAGHAT", PlaceKind.WARD, "MP"),
    }


@dataclass(slots=True)
class _Plan:
    """One case of the demo and where its life is going."""

    number: str
    story: Story
    rng: random.Random
    next_at: datetime
    ends: bool
    asks: bool
    said: int = 0


@dataclass(slots=True)
class _Demo:
    stage: Stage
    dice: random.Random
    stories: list[Story]
    places: dict[str, list[int]]
    plans: list[_Plan] = field(default_factory=list)

    def spend(self, morning: datetime, now: datetime) -> None:
        """Let people file and offices work for a day."""
        today = [story for story in self.stories if story.where.startswith("dholka")]
        chosen = self.dice.choices(self.stories, k=CASES_A_DAY) + self.dice.choices(
            today, k=self.dice.randint(0, OFTEN_DHOLKA)
        )
        for number, story in enumerate(chosen):
            at = morning + timedelta(minutes=17 * number)
            if at <= now:
                self._file(story, at)
        for plan in self.plans:
            at = morning + timedelta(hours=3, minutes=self.dice.randint(0, 200))
            if plan.next_at <= at <= now:
                self._move(plan, at)

    def leave_lying(self, at: datetime) -> None:
        """File a case that nobody will look at."""
        story = next(one for one in self.stories if one.category == CATEGORY_OF_LYING and one.where == "dholka")
        self._file(story, at)
        self.plans.pop()

    def sleep_over(self, morning: datetime, now: datetime) -> None:
        """Let the day end: deadlines fire, texts go out."""
        escalation.sweep(min(morning + timedelta(hours=15), now), self.stage.rules)
        outbox.dispatch(min(morning + timedelta(hours=8), now), ConsoleGateway(), self.stage.rules, limit=10_000)

    def supervise(self, now: datetime, but: Collection[int]) -> None:
        """Let the heads above look at what came up to them, one of them be away, and three cases have one cause."""
        session, heads = db.session(), self.stage.staff.heads
        self.stage.report.actions += act_above(
            session, heads, but, now, self.stage.rules, self.stage.report.refused.append
        )
        self.stage.report.actions += link_to_a_cause(session, "TDO-3783", heads, now, self.stage.rules)
        send_on_leave(session, "MAM-3783", heads, now)

    def _file(self, story: Story, at: datetime) -> None:
        category = catalogue.category_named(story.category)
        state = catalogue.state_named("MP" if story.where.startswith("balaghat") else "GJ")
        name, local = name_of(self.dice, "hi" if story.language == "hi" else "gu")
        filed = Filing(
            submission_key=f"demo-{self.stage.report.cases}",
            state_id=state.id,
            category_id=category.id,
            place_id=self.dice.choice(self.places[story.where]),
            text=story.text,
            relief_sought=story.relief,
            name=name if story.language == "en" else local,
            language=story.language,
            mobile=f"+9170000{self.dice.randint(0, 99999):05}",
            is_identity_hidden=story.category == "HOM-POLICE",
            immediate_reason=story.text[:60] if story.category == "ENR-HAZARD" else "",
        )
        number = self.stage.file(filed, at)
        rng = random.Random(f"{SEED}-{self.stage.report.cases}")
        self.plans.append(_Plan(number, story, rng, at + A_DAY, rng.random() < COME_TO_THEIR_END, rng.random() < 0.15))

    def _move(self, plan: _Plan, at: datetime) -> None:
        now = standing(plan.number)
        plan.next_at = at + A_DAY * plan.rng.randint(1, 2 * STEP_AFTER_DAYS)
        officer, head = self.stage.staff.officers.get(now.office_id), self.stage.staff.heads.get(now.answerable_id)
        own_head = self.stage.staff.heads.get(now.office_id)
        if officer is None or head is None or own_head is None:
            return
        match now.status:
            case Status.REGISTERED:
                self.stage.act(plan.number, own_head, Action.ASSIGN, Asked(officer_posting_id=officer.posting_id), at)
            case Status.ASSIGNED if plan.asks:
                plan.asks = False
                self.stage.act(
                    plan.number, officer, Action.SEEK_CLARIFICATION, _texts(Need.QUESTIONS, _question(plan.story)), at
                )
            case Status.ASSIGNED if plan.ends:
                self.stage.act(plan.number, officer, Action.REPORT_ACTION, _texts(Need.REPORT, plan.story.report), at)
            case Status.CLARIFICATION_SOUGHT:
                self.stage.act(
                    plan.number,
                    complainant(Proof.TRACKING_CODE),
                    Action.CLARIFY,
                    _texts(Need.REMARK, plan.story.relief),
                    at,
                )
            case Status.ACTION_REPORTED:
                reason = plan.story.reason + (f" ({plan.said + 1})" if plan.said else "")
                asked = replace(_texts(Need.REASON, reason), outcome=_outcome(plan.rng))
                plan.said += 1
                self.stage.act(plan.number, head, Action.DISPOSE, asked, at)
            case Status.DISPOSED if now.is_reached:
                self._answer(plan, at)
            case _:
                pass

    def _answer(self, plan: _Plan, at: datetime) -> None:
        luck = plan.rng.random()
        if luck < REFUSED:
            asked = _texts(Need.REMARK, plan.story.text)
            self.stage.act(plan.number, complainant(Proof.TRACKING_CODE), Action.REFUSE, asked, at)
        elif luck > 1 - SILENT:
            plan.next_at = at + 1000 * A_DAY
        else:
            asked = Asked(rating=plan.rng.randint(3, 5))
            self.stage.act(plan.number, complainant(Proof.TRACKING_CODE), Action.CONFIRM, asked, at)


def _texts(need: Need, text: str) -> Asked:
    return Asked(texts={need: text})


def _question(story: Story) -> str:
    return {
        "gu": "સર્વે નંબર અથવા કાર્ડ નંબર જણાવો અને હોય તો અગાઉની અરજીની નકલ આપો.",
        "hi": "खसरा या कार्ड क्रमांक बताएँ और हो तो पिछले आवेदन की प्रति दें।",
    }.get(story.language, "Please give the bill or survey number, and a copy of your earlier letter if you have one.")


def _outcome(rng: random.Random) -> Outcome:
    return rng.choices([Outcome.REDRESSED, Outcome.PARTLY_REDRESSED, Outcome.OTHER_RELIEF, Outcome.NOT_ESTABLISHED],
                       weights=[70, 15, 8, 7])[0]  # fmt: skip
