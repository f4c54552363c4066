"""Many grievances in one district, most of them open in one office: some are filed and worked, the rest copied by SQL.

A copy has every row that its pattern has: complainant, register entries, texts, deadlines, messages. Only the digests
of its register entries are those of the pattern, so `flask register verify` finds the copies broken.
"""

import csv
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from _rig import ROOT, SECRET
from psycopg import sql

OFFICE = "MAM-3783"
TALUKA, DISTRICT = "3783", "438"
SEED = 20030424
# What share of the cases looks like which pattern: seven tenths are open in the one office.
SHARES = {
    "registered": 0.18,
    "assigned": 0.32,
    "clarification_sought": 0.04,
    "action_reported": 0.10,
    "disposed": 0.06,
    "closed": 0.15,
    "elsewhere": 0.15,
}
AGE = timedelta(days=4)
CLOSED_UP_TO_DAYS = 300
CHILDREN = ("grievance_events", "remarks", "deadlines", "sms_messages", "pauses", "feedback")
TEXTS = 500


@dataclass(frozen=True, slots=True)
class Pattern:
    """A case that was filed and worked through the services, and how many days it may be shifted into the past."""

    grievance_id: int
    kind: str
    shift_days: int


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
        patterns, known, numbering = _patterns(app.extensions["rules"])
        tokens = _sign_in()
        db.session.remove()
        db.engine.dispose()
    url = environ["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        there = _count(connection)
        if there < cases:
            _copy(connection, patterns, there, cases, numbering)
    with psycopg.connect(url, autocommit=True) as connection:
        if there < cases:
            connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
    return Filled(*tokens, known)


def _count(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT count(*) FROM grievances").fetchone()
    return int(row[0]) if row else 0


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

    from swagat.database import db, transaction
    from swagat.domain.registration import tracking_code
    from swagat.models import Deadline, Grievance, Person
    from swagat.services import catalogue
    from swagat.services.demo_people import post_people

    now = datetime.now(UTC)
    if db.session.scalar(select(Person.id).limit(1)) is None:
        with transaction() as session:
            post_people(session, now, random.Random(SEED))
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


def _stories() -> list[dict[str, str]]:
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

    story = _stories()[number % len(_stories())]
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


def _copy(
    connection: psycopg.Connection[Any],
    patterns: Sequence[Pattern],
    there: int,
    wanted: int,
    numbering: tuple[str, str, int],
) -> None:
    from swagat.domain.registration import registration_number
    from swagat.domain.text import search_text

    dice = random.Random(SEED + there)
    by_kind = {kind: [one for one in patterns if one.kind == kind] for kind in SHARES}
    short, lgd_code, year = numbering
    texts = [f"{story['text']} સર્વે નંબર {dice.randint(1, 999)}." for story in dice.choices(_stories(), k=TEXTS)]
    # The keys of copies are right by construction, and checking them row by row would take most of the time.
    connection.execute("SET session_replication_role = replica")
    connection.execute("CREATE TEMP TABLE wording (id int PRIMARY KEY, text text, search_text text)")
    connection.execute(
        "CREATE TEMP TABLE copies "
        "(id bigint PRIMARY KEY, pattern bigint, number text, running int, shift int, words int)"
    )
    with connection.cursor().copy("COPY wording FROM STDIN") as copy:
        for number, text in enumerate(texts):
            copy.write_row((number, text, search_text(text)))
    first = _highest(connection)
    kinds = dice.choices(list(SHARES), weights=list(SHARES.values()), k=wanted - there)
    with connection.cursor().copy("COPY copies FROM STDIN") as copy:
        for number, kind in enumerate(kinds, start=1):
            pattern, running = dice.choice(by_kind[kind]), there + number
            shift = dice.randint(0, pattern.shift_days)
            public = registration_number(short, lgd_code, year, running)
            copy.write_row((first + number, pattern.grievance_id, public, running, shift, dice.randrange(TEXTS)))
    connection.execute("ANALYZE copies")
    _say(f"copying {wanted - there} cases")
    _insert(connection, "complainants", "t.id = p.complainant_id", {
        "id": "c.id",
        "mobile": "'+91' || (7100000000 + c.id)",
    })  # fmt: skip
    _insert(connection, "grievances", "t.id = c.pattern", {
        "id": "c.id",
        "complainant_id": "c.id",
        "registration_number": "c.number",
        "running": "c.running",
        "submission_key": "'copy-' || c.id",
        "tracking_hash": "md5(c.id::text) || md5(c.number)",
        "text": "w.text",
        "search_text": "w.search_text",
    })  # fmt: skip
    for table in CHILDREN:
        special = {"grievance_id": "c.id"}
        if table == "sms_messages":
            special["cause"] = "'event:' || c.id || ':' || split_part(t.cause, ':', 3)"
            # Already sent, as on any day but the first: what waits stays a handful.
            special["status"] = "'delivered'"
        _insert(connection, table, "t.grievance_id = c.pattern", special, own_id=True)
    connection.execute(
        "UPDATE counters SET last = %s WHERE year = %s AND state_id = (SELECT id FROM states WHERE short = %s)",
        (wanted, year, short),
    )
    for table in ("complainants", "grievances"):
        connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    connection.commit()


def _highest(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(
        "SELECT greatest((SELECT max(id) FROM grievances), (SELECT max(id) FROM complainants))"
    ).fetchone()
    assert row is not None
    return int(row[0])


def _insert(
    connection: psycopg.Connection[Any], table: str, join: str, special: dict[str, str], own_id: bool = False
) -> None:
    """Insert the copies of the patterns' rows of a table, every day and instant shifted, the special columns set."""
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = current_schema() ORDER BY ordinal_position",
        (table,),
    ).fetchall()
    names, values = [], []
    for name, kind in columns:
        if own_id and name == "id":
            continue
        names.append(sql.Identifier(name))
        moved = kind == "date" or kind.startswith("timestamp")
        plain = sql.SQL("t.{} - c.shift" if kind == "date" else "t.{} - c.shift * interval '1 day'")
        values.append(
            sql.SQL(special[name])
            if name in special
            else plain.format(sql.Identifier(name)) if moved else sql.SQL("t.{}").format(sql.Identifier(name))
        )  # fmt: skip
    connection.execute(
        sql.SQL(
            "INSERT INTO {} ({}) SELECT {} FROM copies c JOIN grievances p ON p.id = c.pattern"
            " JOIN wording w ON w.id = c.words JOIN {} t ON " + join + " ORDER BY c.id"
        ).format(sql.Identifier(table), sql.SQL(", ").join(names), sql.SQL(", ").join(values), sql.Identifier(table))
    )
    _say(f"{table} copied")


def _say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", file=sys.stderr, flush=True)
