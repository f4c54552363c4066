"""Many grievances in one district, most of them open in one office: some are filed and worked, the rest are copies."""

import csv
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from _copies import SHARES, Pattern, copy_up_to, count
from _rig import ROOT, SECRET

OFFICE = "MAM-3783"
TALUKA, DISTRICT = "3783", "438"
SEED = 20030424
AGE = timedelta(days=4)
CLOSED_UP_TO_DAYS = 300


@dataclass(frozen=True, slots=True)
class Known:
    """One case by which pages are opened: its number, and the code that opens it."""

    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What the benchmarks need to know of the cases: who signs in, and cases by kind."""

    officer_token: str
    head_token: str
    known: dict[str, list[Known]]


def fill(environ: dict[str, str], cases: int) -> Filled:
    """Bring the database to so many cases and return how to see them; patterns are made once."""
    from config import Config
    from swagat import create_app
    from swagat.database import db

    app = create_app(Config.from_environment(environ))
    with app.app_context():
        _post_people()
        patterns, known, numbering = _patterns(app.extensions["rules"])
        tokens = _sign_in()
        db.session.remove()
        db.engine.dispose()
    url = environ["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        there = count(connection)
        if there < cases:
            texts = [story["text"] for story in stories()]
            copy_up_to(cases, connection, patterns, texts, numbering)
    with psycopg.connect(url, autocommit=True) as connection:
        if there < cases:
            connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
    return Filled(tokens[0], tokens[1], known)


def make_people(environ: dict[str, str]) -> None:
    """Post an officer and a head to every office, once."""
    from config import Config
    from swagat import create_app
    from swagat.database import db

    app = create_app(Config.from_environment(environ))
    with app.app_context():
        _post_people()
        db.session.remove()
        db.engine.dispose()


def _post_people() -> None:
    from sqlalchemy import select

    from swagat.database import db, transaction
    from swagat.models import Person
    from swagat.services.demo_people import post_people

    if db.session.scalar(select(Person.id).limit(1)) is None:
        with transaction() as session:
            post_people(session, datetime.now(UTC), random.Random(SEED))


def _sign_in() -> tuple[str, ...]:
    from swagat.database import db, transaction
    from swagat.services import sessions

    officer, head = _staff()
    db.session.rollback()
    now = datetime.now(UTC)
    with transaction() as session:
        return tuple(sessions.begin(session, one.person_id or 0, now, one.posting_id) or "" for one in (officer, head))


def _staff() -> tuple[Any, Any]:
    from sqlalchemy import select

    from swagat.database import db
    from swagat.models import Office
    from swagat.services.demo_people import staff

    office_id = db.session.scalars(select(Office.id).where(Office.code == OFFICE)).one()
    known = staff(db.session())
    return known.officers[office_id], known.heads[office_id]


def _patterns(rules: Any) -> tuple[list[Pattern], dict[str, list[Known]], tuple[str, str, int]]:
    from sqlalchemy import func, select

    from swagat.database import db
    from swagat.domain.registration import tracking_code
    from swagat.models import Deadline, Grievance
    from swagat.services import catalogue

    now = datetime.now(UTC)
    if db.session.scalar(select(Grievance.id).limit(1)) is None:
        for number, kind in enumerate(kind for kind in SHARES for _ in range(8)):
            _make(kind, number, now - AGE, rules)
    db.session.rollback()
    known: dict[str, list[Known]] = {kind: [] for kind in SHARES}
    patterns = []
    today = catalogue.calendar(catalogue.state_named("GJ").id).day_of(now)
    live = select(func.min(Deadline.due_on)).where(Deadline.grievance_id == Grievance.id, Deadline.ended_at.is_(None))
    made = select(Grievance, live.scalar_subquery()).where(Grievance.submission_key.like("pattern-%"))
    for row, due_on in db.session.execute(made.order_by(Grievance.id)):
        kind = row.submission_key.split("-")[1]
        # What is open stays within its time, so that a sweep has next to nothing to do.
        left = (due_on - today).days - 1 if due_on else CLOSED_UP_TO_DAYS
        patterns.append(Pattern(row.id, kind, max(0, left)))
        code = tracking_code(SECRET.encode(), row.submission_key)
        known[kind].append(Known(row.registration_number or "", code))
    state = catalogue.state_named("GJ")
    db.session.rollback()
    return patterns, known, (state.short, state.lgd_code, today.year)


def stories() -> list[dict[str, str]]:
    """Return the matters of the Revenue department that people of the one taluka bring."""
    path = ROOT / "swagat" / "reference" / "demo_stories.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["where"] == "dholka" and row["category"].startswith("REV")]


def _make(kind: str, number: int, at: datetime, rules: Any) -> None:
    """File one case and work it until it is of this kind."""
    from swagat.database import db
    from swagat.domain.case import Outcome
    from swagat.domain.roles import Proof, complainant
    from swagat.domain.workflow import Action, Need
    from swagat.services import catalogue, filing, places, redressal
    from swagat.services.filing import Filing
    from swagat.services.move import Asked

    story = stories()[number % len(stories())]
    state = catalogue.state_named("GJ")
    district = next(one for one in places.districts(state.id) if one.code == DISTRICT)
    talukas = places.talukas(district.id)
    home = next(one for one in talukas if one.code == TALUKA)
    place = home if kind != "elsewhere" else [one for one in talukas if one.id != home.id][number % 5]
    villages = places.villages(place.id)
    db.session.rollback()
    done = filing.file_grievance(
        Filing(
            submission_key=f"pattern-{kind}-{number}",
            state_id=state.id,
            category_id=catalogue.category_named(story["category"]).id,
            place_id=villages[number % len(villages)].id if villages else place.id,
            text=story["text"],
            relief_sought=story["relief"],
            name="કાન્તા મકવાણા",
            mobile=f"+9170000{number:05}",
            language="gu",
        ),
        at,
        SECRET.encode(),
        rules,
    )
    officer, head = _staff()
    db.session.rollback()
    citizen = complainant(Proof.TRACKING_CODE)
    way = [
        (officer, Action.ASSIGN, Asked(officer_posting_id=officer.posting_id)),
        (officer, Action.REPORT_ACTION, Asked(texts={Need.REPORT: story["report"]})),
        (head, Action.DISPOSE, Asked(texts={Need.REASON: story["reason"]}, outcome=Outcome.REDRESSED)),
        (officer, Action.HAND_OVER, Asked(texts={Need.REMARK: "રૂબરૂ આપ્યો."})),
        (citizen, Action.CONFIRM, Asked(rating=4)),
    ]
    steps = {"registered": 0, "elsewhere": 0, "assigned": 1, "action_reported": 2, "disposed": 4, "closed": 5}
    taken = way[: steps.get(kind, 0)]
    if kind == "clarification_sought":
        asked = Asked(texts={Need.QUESTIONS: "સર્વે નંબર જણાવો."})
        taken = [way[0], (officer, Action.SEEK_CLARIFICATION, asked)]
    for hours, (actor, action, asked) in enumerate(taken, start=1):
        redressal.act(actor, done.number, action, asked, None, at + timedelta(hours=4 * hours), rules)
