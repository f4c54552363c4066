"""A believable demo: invented people and grievances, driven through the real use cases, day by day up to now."""

import csv
import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.errors import Refused
from swagat.domain.places import PlaceKind
from swagat.domain.roles import Actor, Proof, complainant
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Need, Status
from swagat.models import Grievance, Person, Place
from swagat.services import catalogue, counting, escalation, filing, outbox, places, redressal
from swagat.services.demo_certificates import certify
from swagat.services.demo_history import bring_over
from swagat.services.demo_ladder import AGES, CATEGORY_OF_LYING, act_above, link_to_a_cause, send_on_leave
from swagat.services.demo_people import PASSWORD, SIGN_INS, Staff, name_of, post_people, staff
from swagat.services.filing import Filing
from swagat.services.move import Asked
from swagat.sms.console_gateway import ConsoleGateway

STORIES = Path(__file__).parents[1] / "reference" / "demo_stories.csv"
SEED = 20030424
DAYS = 75
A_DAY = timedelta(days=1)
CASES_A_DAY = 2
OFTEN_DHOLKA = 3
STEP_AFTER_DAYS = 3
COME_TO_THEIR_END = 0.72
REFUSED, SILENT = 0.2, 0.25


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


@dataclass(slots=True)
class DemoReport:
    """What the demo holds."""

    cases: int = 0
    actions: int = 0
    imported: int = 0
    certified: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Return whether anything was made."""
        return self.cases > 0

    def lines(self) -> list[str]:
        """Return what to print."""
        return [f"The demo has {self.cases} grievances and {self.actions} actions of invented people."]


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


def build(now: datetime, rules: Rules, secret: bytes, days: int = DAYS) -> DemoReport:
    """Make the demo of the last `days` days in an empty database, always the same for the same day."""
    dice = random.Random(SEED)
    with transaction() as session:
        post_people(session, now, dice)
    demo = _Demo(dice, rules, secret, staff(db.session()), _stories(), _places())
    db.session.rollback()
    today = now.replace(hour=4, minute=45, second=0, microsecond=0)
    for ago in range(max(AGES, default=days), -1, -1):
        morning = today - ago * A_DAY
        if morning > now:
            break
        if ago in AGES:
            demo.leave_lying(morning)
        if ago <= days:
            demo.spend(morning, now)
        demo.sleep_over(morning, now)
    demo.supervise(now)
    outbox.dispatch(now, ConsoleGateway(), rules, limit=10_000)
    demo.report.imported = bring_over(now)
    demo.report.certified = certify(now)
    counting.count_all(now)
    return demo.report


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
    dice: random.Random
    rules: Rules
    secret: bytes
    staff: Staff
    stories: list[Story]
    places: dict[str, list[int]]
    plans: list[_Plan] = field(default_factory=list)
    report: DemoReport = field(default_factory=DemoReport)

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
        escalation.sweep(min(morning + timedelta(hours=15), now), self.rules)
        outbox.dispatch(min(morning + timedelta(hours=8), now), ConsoleGateway(), self.rules, limit=10_000)

    def supervise(self, now: datetime) -> None:
        """Let the heads above look at what came up to them, one of them be away, and three cases have one cause."""
        session, heads = db.session(), self.staff.heads
        self.report.actions += act_above(session, heads, now, self.rules, self.report.refused.append)
        self.report.actions += link_to_a_cause(session, "TDO-3783", heads, now, self.rules)
        send_on_leave(session, "MAM-3783", heads, now)

    def _file(self, story: Story, at: datetime) -> None:
        category = catalogue.category_named(story.category)
        state = catalogue.state_named("MP" if story.where.startswith("balaghat") else "GJ")
        name, local = name_of(self.dice, "hi" if story.language == "hi" else "gu")
        filed = Filing(
            submission_key=f"demo-{self.report.cases}",
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
        done = filing.file_grievance(filed, at, self.secret, self.rules)
        self.report.cases += 1
        rng = random.Random(f"{SEED}-{self.report.cases}")
        self.plans.append(
            _Plan(done.number, story, rng, at + A_DAY, rng.random() < COME_TO_THEIR_END, rng.random() < 0.15)
        )

    def _move(self, plan: _Plan, at: datetime) -> None:
        grievance = db.session.scalars(
            select(Grievance)
            .where(Grievance.registration_number == plan.number)
            .execution_options(populate_existing=True)
        ).one()
        status, office_id, answerable_id = grievance.status, grievance.office_id, grievance.answerable_office_id
        reached = grievance.reached_at is not None
        db.session.rollback()
        plan.next_at = at + A_DAY * plan.rng.randint(1, 2 * STEP_AFTER_DAYS)
        officer, head = self.staff.officers.get(office_id), self.staff.heads.get(answerable_id)
        own_head = self.staff.heads.get(office_id)
        if officer is None or head is None or own_head is None:
            return
        match status:
            case Status.REGISTERED:
                self._act(plan, own_head, Action.ASSIGN, Asked(officer_posting_id=officer.posting_id), at)
            case Status.ASSIGNED if plan.asks:
                plan.asks = False
                self._act(plan, officer, Action.SEEK_CLARIFICATION, _texts(Need.QUESTIONS, _question(plan.story)), at)
            case Status.ASSIGNED if plan.ends:
                self._act(plan, officer, Action.REPORT_ACTION, _texts(Need.REPORT, plan.story.report), at)
            case Status.CLARIFICATION_SOUGHT:
                self._act(
                    plan, complainant(Proof.TRACKING_CODE), Action.CLARIFY, _texts(Need.REMARK, plan.story.relief), at
                )
            case Status.ACTION_REPORTED:
                reason = plan.story.reason + (f" ({plan.said + 1})" if plan.said else "")
                asked = replace(_texts(Need.REASON, reason), outcome=_outcome(plan.rng))
                plan.said += 1
                self._act(plan, head, Action.DISPOSE, asked, at)
            case Status.DISPOSED if reached:
                self._answer(plan, at)
            case _:
                pass

    def _answer(self, plan: _Plan, at: datetime) -> None:
        luck = plan.rng.random()
        if luck < REFUSED:
            asked = _texts(Need.REMARK, plan.story.text)
            self._act(plan, complainant(Proof.TRACKING_CODE), Action.REFUSE, asked, at)
        elif luck > 1 - SILENT:
            plan.next_at = at + 1000 * A_DAY
        else:
            asked = Asked(rating=plan.rng.randint(3, 5))
            self._act(plan, complainant(Proof.TRACKING_CODE), Action.CONFIRM, asked, at)

    def _act(self, plan: _Plan, actor: Actor, action: Action, asked: Asked, at: datetime) -> None:
        try:
            redressal.act(actor, plan.number, action, asked, None, at, self.rules)
        except Refused as refusal:
            self.report.refused.append(f"{plan.number} {action}: {refusal}")
        else:
            self.report.actions += 1


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
