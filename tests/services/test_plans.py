"""How the databases answer the desk and the sweep when there are many cases: by an index, in its order, not by all."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import String, event, insert, literal, null, select, text, true
from sqlalchemy import case as when

from swagat import create_app
from swagat.database import UtcDateTime, db, transaction
from swagat.domain.case import Outcome
from swagat.domain.roles import Actor
from swagat.domain.search import NumberPart, Sought
from swagat.domain.workflow import OPEN, Action, Status
from swagat.models import Complainant, Deadline, Grievance, GrievanceEvent, Remark, SmsMessage
from swagat.services import desk, desk_search, escalation, held, messages, sheet, text_counts
from swagat.services.desk import Filters, Tab
from swagat.services.messages import ALL_NOT_ARRIVED, Wanted
from swagat.services.text_counts import LIVE, Standing
from tests.builders import BEGAN, KANTAS_MOBILE, RULES, Cast, act, assigned, day, post_cast, reported
from tests.conftest import settings_for

CASES = 20_000
FIRST = 1_000_000
LARGE = ("grievances", "grievance_events", "deadlines", "complainants", "remarks", "sms_messages")
OFFICE_OPEN, OFFICE_STATUS = "ix_grievances_office_open_due", "ix_grievances_office_status_due"
INDEXES = {
    Tab.OFFICE: OFFICE_OPEN,
    Tab.MINE: "ix_grievances_officer_open_due",
    Tab.UNASSIGNED: OFFICE_STATUS,
    Tab.CAME_UP: "ix_grievances_came_up_due",
    Tab.APPEALS: "ix_grievances_appellate_open_due",
    Tab.TO_PLACE: "ix_grievances_deciding_open_due",
    Tab.WAITING: OFFICE_STATUS,
    Tab.NOT_REACHED: "ix_grievances_not_reached_due",
    Tab.DISPOSED: OFFICE_STATUS,
}
STATUSES = [*[Status.CLOSED] * 11, Status.REGISTERED, Status.ASSIGNED, Status.ASSIGNED, Status.ACTION_REPORTED,
            Status.CLARIFICATION_SOUGHT, *[Status.DISPOSED] * 3, Status.UNDER_APPEAL]  # fmt: skip
DELIVERIES = ["queued", "sending", "sent", "unknown", "unknown", "undelivered", "failed", *["delivered"] * 103]
ENDS = "ix_sms_messages_ended_at"
# What is unsettled has ended at no time: it is a range of the index of the ends as well as of its own.
LIVE_INDEXES = {
    "queued": "ix_sms_messages_waiting",
    "sending": "ix_sms_messages_sending",
    "sent": "ix_sms_messages_sent",
    "unsettled": "ix_sms_messages_unknown",
}


@pytest.fixture(scope="module")
def many(template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The cast before 20,000 cases, a quarter of them in the office of Dholka, counted by each database."""
    app: Flask = create_app(settings_for(template("plans"), tmp_path_factory.mktemp("documents")))
    with app.app_context():
        cast = post_cast()
        fill(cast)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        yield cast
        db.session.remove()
        db.engine.dispose()


def fill(cast: Cast) -> None:
    """Multiply one case inside the database, which is quicker than sending each."""
    act(cast.meena, assigned(cast), Action.NOTE)
    numbers = select(literal(1).label("step")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.step + 1).where(numbers.c.step < CASES))
    step = numbers.c.step

    def one_of(values: list[Any], every: int = 1, kind: Any = None) -> Any:
        """Return each of the values in turn, going on after `every` steps."""
        turn = (step // every) % len(values)
        return when(*((turn == at, literal(value, kind)) for at, value in enumerate(values)), else_=null())

    offices = [cast.meena.office_id, *[cast.development_officer.office_id] * 2, cast.collector.office_id]
    above = cast.additional_collector.office_id
    status, open_ = [one.value for one in STATUSES], {one.value for one in OPEN}
    dues = [BEGAN + timedelta(days=number) for number in range(40)]
    days_before = [BEGAN - timedelta(days=number * 6) for number in range(182)]
    varied: dict[Any, dict[str, Any]] = {
        Complainant: {"id": FIRST + step, "mobile": literal("+9198") + (10_000_000 + step % 7000).cast(String)},
        Grievance: {
            "id": FIRST + step,
            "running": FIRST + step,
            "registration_number": literal("GJ-2026-") + (FIRST + step).cast(String),
            "submission_key": literal("copy-") + step.cast(String),
            "complainant_id": FIRST + step,
            "office_id": one_of(offices),
            "answerable_office_id": one_of([*offices[:3], *offices[:3], *offices[:3], above]),
            "status": one_of(status, 4),
            "is_open": one_of([one in open_ for one in status], 4),
            "outcome": one_of([None if one in open_ else "redressed" for one in status], 4),
            "confirmation": one_of(["silent" if one == "closed" else "pending" for one in status], 4),
            "appellate_office_id": one_of([above if one == "under_appeal" else None for one in status], 4),
            "deciding_office_id": one_of([above, *[None] * 40], 4),
            "disposed_at": one_of([None if one in open_ else BEGAN for one in status], 4, UtcDateTime()),
            "reached_at": one_of([BEGAN, BEGAN, BEGAN, None], 16, UtcDateTime()),
            "officer_posting_id": one_of([cast.bharat.posting_id, None, None, None]),
            "urgency": one_of([0, *[1] * 60]),
            "due_at": one_of(dues, 3, UtcDateTime()),
            "search_text": literal("utaro kanta word") + (step % 997).cast(String),
        },
        GrievanceEvent: {"id": FIRST + step, "grievance_id": FIRST + step},
        Remark: {"id": FIRST + step, "grievance_id": FIRST + step, "author_id": one_of([cast.hansa.person_id, None])},
        Deadline: {
            "id": FIRST + step,
            "grievance_id": FIRST + step,
            "fire_at": one_of([BEGAN + timedelta(days=number * 20) for number in range(40)], 3, UtcDateTime()),
            "ended_at": one_of([BEGAN, BEGAN, None], 1, UtcDateTime()),
            "ended_as": one_of(["met", "met", None]),
        },
        # Three years of texts: all but a few have ended, and most of those arrived.
        SmsMessage: {
            "id": FIRST + step,
            "cause": literal("copy:") + step.cast(String),
            "grievance_id": FIRST + step,
            "status": one_of(DELIVERIES),
            "failure": one_of(["30003" if one in ("undelivered", "failed") else "" for one in DELIVERIES]),
            "tried_at": one_of(days_before, len(DELIVERIES), UtcDateTime()),
            "ended_at": when(
                (one_of([at < len(LIVE) for at, _one in enumerate(DELIVERIES)]), null()),
                else_=one_of(days_before, len(DELIVERIES), UtcDateTime()),
            ),
            "provider_id": literal("SM") + step.cast(String),
        },
    }
    for model, different in varied.items():
        table = model.__table__
        base = select(table).order_by(table.c.id).limit(1).subquery()
        columns = [column.name for column in table.c]
        values = [different.get(name, base.c[name]) for name in columns]
        with transaction() as session:
            session.execute(insert(table).from_select(columns, select(*values).select_from(base.join(numbers, true()))))


class Plan:
    """What a database means to do for one statement: its steps, and whether it puts many rows in order."""

    def __init__(self, statement: str, parameters: Any) -> None:
        connection = db.session.connection()
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            self.steps = [str(row[3]) for row in rows]
            whole = [step for step in self.steps if step.startswith("SCAN ") and " INDEX " not in step]
            self.whole = [step for step in whole if step.split()[1] in LARGE]
            # A step stands under the loop it belongs to: an order made beside a search is made of all it found.
            beside = {row[1] for row in rows if str(row[3]).startswith("SEARCH grievances")}
            self.sorts = any(row[1] in beside and "TEMP B-TREE" in str(row[3]) for row in rows)
            return
        found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        plan = (found if isinstance(found, list) else json.loads(found))[0]["Plan"]
        nodes = list(nodes_of(plan))
        self.steps = [f"{one['Node Type']} {one.get('Index Name', one.get('Relation Name', ''))}" for one in nodes]
        self.whole = [one for one in self.steps if one.startswith("Seq Scan") and one.split()[-1] in LARGE]
        self.sorts = sorts_many(plan)

    def uses(self, index: str) -> bool:
        """Return whether some step goes by this index."""
        return any(index in step for step in self.steps)


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def sorts_many(plan: dict[str, Any], under_sort: bool = False) -> bool:
    """Return whether cases are sorted before they are limited: the few of one page may be sorted."""
    kind = plan["Node Type"]
    under_sort = kind != "Limit" and (under_sort or "Sort" in kind)
    if under_sort and plan.get("Relation Name") == "grievances":
        return True
    return any(sorts_many(below, under_sort) for below in plan.get("Plans", ()))


def plans_of(read: Callable[[], Any]) -> list[Plan]:
    """Return the plans of the statements that reading sends."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    found = [Plan(*one) for one in sent]
    db.session.rollback()
    return found


def reader_of(many: Cast, tab: Tab) -> Actor:
    """Return whose list holds cases."""
    if tab is Tab.MINE:
        return many.bharat
    return many.additional_collector if tab in (Tab.CAME_UP, Tab.APPEALS, Tab.TO_PLACE) else many.meena


@pytest.mark.parametrize("tab", list(INDEXES))
def test_each_page_of_a_list_is_a_range_of_one_index_in_its_order(many: Cast, tab: Tab) -> None:
    actor, session = reader_of(many, tab), db.session()
    first = desk.page(session, actor, tab, Filters())
    assert len(first.rows) > 5
    last = first.later or "f0.0.0"
    for key in ("", last, last.replace("f", "b")):
        (plan,) = plans_of(lambda key=key: desk.page(session, actor, tab, Filters(), key))
        # Without a partial index's true size SQLite may take the whole one: it is right all the same.
        assert plan.uses(INDEXES[tab]) or (tab is Tab.NOT_REACHED and plan.uses(OFFICE_STATUS)), plan.steps
        assert plan.whole == []
        # The few cases before a key may be sorted; those after it are many.
        assert not plan.sorts or key.startswith("b"), plan.steps


@pytest.mark.parametrize("who", ["meena", "bharat", "additional_collector", "development_officer"])
def test_each_count_is_a_range_of_an_index(many: Cast, who: str) -> None:
    (plan,) = plans_of(lambda: desk.counts(db.session(), getattr(many, who)))
    assert plan.whole == []
    assert sum("ix_grievances_" in step for step in plan.steps) >= len(INDEXES), plan.steps


@pytest.mark.parametrize(
    ("sought", "indexes"),
    [
        (Sought(numbers=(NumberPart(None, 1),)), ("uq_grievances_state_id_year_running", "state_id=? AND year=?")),
        (
            Sought(numbers=(NumberPart(2026, 1), NumberPart(None, 2026))),
            ("uq_grievances_state_id_year_running", "state_id=? AND year=?"),
        ),
        (Sought(mobile=KANTAS_MOBILE), ("ix_complainants_mobile",)),
        (Sought(words="word991"), ("ix_grievances_search", "grievance_search VIRTUAL TABLE")),
    ],
)
@pytest.mark.parametrize("who", ["meena", "bharat", "chief_secretary"])
def test_a_search_begins_with_what_is_looked_for(
    many: Cast, who: str, sought: Sought, indexes: tuple[str, ...]
) -> None:
    (plan,) = plans_of(lambda: desk_search.search(db.session(), getattr(many, who), sought))
    assert any(plan.uses(index) for index in indexes), plan.steps
    assert plan.whole == [], plan.steps


def test_the_sweep_reads_what_is_due_and_nothing_else(many: Cast) -> None:
    page = escalation._due(day(400))
    assert len(page) == escalation.BATCH
    for after in (None, page[-1][:2]):
        (plan,) = plans_of(lambda after=after: escalation._due(day(400), after))
        assert plan.uses("ix_deadlines_live_fire"), plan.steps
        assert plan.whole == []
        assert not any("Sort" in step or "TEMP B-TREE" in step for step in plan.steps), plan.steps


def test_what_a_sweep_asks_of_a_batch_is_found_by_its_keys(many: Cast) -> None:
    ids = [row[2] for row in escalation._due(day(400))]

    def read() -> None:
        session = db.session()
        held.hold(session, ids, wait=False)
        running = held.read_running(session, ids)
        list(held.read_cases(session, running, day(400)))
        held.still_due(session, ids, day(400))

    plans = plans_of(read)
    assert len(plans) >= 7
    for plan in plans:
        assert plan.whole == [], plan.steps


def test_neither_the_page_of_a_case_nor_a_disposal_reads_a_whole_table(many: Cast) -> None:
    number = reported(many, "reported")
    plans = plans_of(lambda: sheet.sheet(db.session(), many.meena, number, day(1), RULES))
    plans += plans_of(lambda: act(many.meena, number, Action.DISPOSE, 1, outcome=Outcome.REDRESSED))
    assert len(plans) >= 10
    for plan in plans:
        assert plan.whole == [], plan.steps


def uses(plan: Plan, index: str) -> bool:
    return plan.uses(index) or (index == LIVE_INDEXES["unsettled"] and plan.uses(ENDS))


def test_the_figures_of_the_texts_are_ranges_of_indexes_however_many_have_ended(many: Cast) -> None:
    session, since = db.session(), day(-30)
    found = text_counts.figures(session, since)
    assert 0 < found.counts[Standing.DELIVERED] < CASES / 10
    for read, indexes in (
        (lambda: text_counts.kept_to_state_of(session, many.administrator), []),
        (lambda: text_counts.figures(session, since), [*LIVE_INDEXES.values(), ENDS]),
        (lambda: text_counts.failures(session, since), [ENDS]),
        (lambda: text_counts.spent(session, day(-60), day(-30)), ["ix_sms_messages_tried_at"]),
    ):
        (plan,) = plans_of(read)
        assert plan.whole == [], plan.steps
        assert all(uses(plan, index) for index in indexes), plan.steps


@pytest.mark.parametrize("state", [*(one.value for one in Standing), ALL_NOT_ARRIVED, "code"])
def test_a_list_of_texts_is_a_range_of_the_index_that_counted_them(many: Cast, state: str) -> None:
    session = db.session()
    wanted = Wanted(day(-30), cause="30003") if state == "code" else Wanted(day(-30), state=state)
    rows = messages.texts(session, many.administrator, (), wanted).rows
    assert rows
    index = LIVE_INDEXES.get(state, ENDS)
    for key in ({}, {"older_than": rows[-1].id}, {"newer_than": rows[-1].id}):
        plans = plans_of(lambda key=key: messages.texts(session, many.administrator, (), wanted, **key))
        assert any(uses(plan, index) for plan in plans), (key, [plan.steps for plan in plans])
        assert [step for plan in plans for step in plan.whole] == [], key
