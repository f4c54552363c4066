"""How the databases answer the desk and the sweep when there are many cases: by an index, in its order, never by all."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, text

from swagat import create_app
from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.search import NumberPart, Sought
from swagat.domain.workflow import Action, Status
from swagat.models import Complainant, Deadline
from swagat.services import deadlines, desk, sheet
from swagat.services.desk import Filters, Tab
from tests.builders import BEGAN, KANTAS_MOBILE, RULES, Cast, act, assigned, case, copies, day, post_cast, reported
from tests.conftest import settings_for

CASES = 20_000
LARGE = ("grievances", "grievance_events", "deadlines", "complainants", "remarks")
OFFICE_OPEN, OFFICE_STATUS = "ix_grievances_office_open_due", "ix_grievances_office_status_due"
INDEXES = {
    Tab.OFFICE: OFFICE_OPEN,
    Tab.MINE: "ix_grievances_officer_open_due",
    Tab.UNASSIGNED: OFFICE_STATUS,
    Tab.CAME_UP: "ix_grievances_came_up_due",
    Tab.APPEALS: "ix_grievances_appellate_open_due",
    Tab.TO_PLACE: "ix_grievances_deciding_open_due",
    Tab.WAITING: OFFICE_STATUS,
    Tab.NOT_REACHED: OFFICE_STATUS,
    Tab.DISPOSED: OFFICE_STATUS,
}
STATUSES = [Status.CLOSED] * 12 + [Status.REGISTERED, Status.ASSIGNED, Status.ASSIGNED, Status.ACTION_REPORTED,
                                   Status.CLARIFICATION_SOUGHT, Status.DISPOSED, Status.DISPOSED,
                                   Status.UNDER_APPEAL]  # fmt: skip


@pytest.fixture(scope="module")
def many(template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The cast before 20,000 cases, a quarter of them in the office of Dholka, with what each database knows of them."""
    app: Flask = create_app(settings_for(template("plans"), tmp_path_factory.mktemp("documents")))
    with app.app_context():
        cast = post_cast()
        _fill(cast)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        yield cast
        db.session.remove()
        db.engine.dispose()


def _fill(cast: Cast) -> None:
    number = assigned(cast)
    with transaction() as session:
        persons = [{"id": 2_000_000 + step, "name": f"Person {step}", "mobile": f"+9198{step % 7000:08}",
                    "phone_is_shared": False, "language": "gu", "address": ""} for step in range(CASES)]  # fmt: skip
        session.execute(insert(Complainant), persons)
    elsewhere = [head.office_id for head in cast.heads[1:]] + [cast.development_officer.office_id] * 10
    higher = [head.office_id for head in cast.heads[1:]]

    def vary(step: int) -> dict[str, Any]:
        status = STATUSES[step % len(STATUSES)]
        here = step % 4 == 0
        office = cast.meena.office_id if here else elsewhere[step % len(elsewhere)]
        return {
            "complainant_id": 2_000_000 + step % CASES,
            "status": status,
            "is_open": status not in (Status.CLOSED, Status.DISPOSED),
            "urgency": 0 if step % 90 == 0 else 1,
            "outcome": "redressed" if status in (Status.CLOSED, Status.DISPOSED) else None,
            "confirmation": "silent" if status is Status.CLOSED else "pending",
            "office_id": office,
            "answerable_office_id": higher[step % 5] if step % 11 == 0 else office,
            "appellate_office_id": higher[0] if status is Status.UNDER_APPEAL else None,
            "deciding_office_id": higher[1] if step % 500 == 0 else None,
            "officer_posting_id": (cast.bharat if step % 3 else cast.hansa).posting_id if here else None,
            "due_on": (BEGAN + timedelta(days=step % 400)).date(),
            "due_at": BEGAN + timedelta(days=step % 400),
            "search_text": f"utaro {step % 50} word{step % 997} kanta",
        }

    copies(number, CASES, vary)
    base = case(number).id
    rows = [
        {"grievance_id": base, "clock": "resolve", "cycle": 1, "level": 1, "ordinal": 10 + step, "begun_at": BEGAN,
         "counted_from": BEGAN.date(), "due_on": BEGAN.date(), "due_at": BEGAN + timedelta(days=step % 900),
         "fire_at": BEGAN + timedelta(days=step % 900), "days": 21, "unit": "calendar", "basis": "channel",
         "policy_version": 1, "tries": 0, "failure": "",
         "ended_at": None if step % 3 == 0 else BEGAN, "ended_as": None if step % 3 == 0 else "met"}
        for step in range(CASES)
    ]  # fmt: skip
    with transaction() as session:
        session.execute(insert(Deadline), rows)


class Plan:
    """What a database means to do for one statement."""

    def __init__(self, statement: str, parameters: Any) -> None:
        connection = db.session.connection()
        self.is_sqlite = connection.dialect.name == "sqlite"
        if self.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            self.steps = [str(row[-1]) for row in rows]
            return
        found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        self.nodes = list(_nodes((found if isinstance(found, list) else json.loads(found))[0]["Plan"]))
        self.steps = [
            f"{node['Node Type']} {node.get('Index Name', node.get('Relation Name', ''))}" for node in self.nodes
        ]

    def uses(self, index: str) -> bool:
        """Return whether some step goes by this index."""
        return any(index in step for step in self.steps)

    def reads_all_of(self, tables: tuple[str, ...]) -> list[str]:
        """Return the steps that read a whole table."""
        if self.is_sqlite:
            scans = [step for step in self.steps if step.startswith("SCAN ") and " INDEX " not in step]
            return [step for step in scans if any(step.split()[1] == table for table in tables)]
        scans = [node for node in self.nodes if node["Node Type"] == "Seq Scan"]
        return [node["Relation Name"] for node in scans if node["Relation Name"] in tables]

    def sorts(self) -> bool:
        """Return whether rows are put in order after they were read."""
        return any("TEMP B-TREE FOR" in step if self.is_sqlite else "Sort" in step for step in self.steps)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


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


def reader_of(many: Cast, tab: Tab) -> Any:
    """Return whose list holds many cases."""
    if tab is Tab.MINE:
        return many.bharat
    if tab in (Tab.CAME_UP, Tab.APPEALS):
        return many.additional_collector
    return many.collector if tab is Tab.TO_PLACE else many.meena


@pytest.mark.parametrize("tab", list(Tab))
def test_each_list_and_each_later_page_is_a_range_of_its_index_in_the_order_of_the_index(many: Cast, tab: Tab) -> None:
    actor, session = reader_of(many, tab), db.session()
    first = desk.page(session, actor, tab, Filters())
    assert first.rows
    keys = ["", *([first.later] if first.later else [])]
    for key in keys:
        (plan,) = plans_of(lambda key=key: desk.page(session, actor, tab, Filters(), key))
        assert plan.uses(INDEXES[tab]), plan.steps
        assert plan.reads_all_of(LARGE) == [], plan.steps
        assert not plan.sorts(), plan.steps


@pytest.mark.parametrize("who", ["meena", "bharat", "additional_collector", "development_officer"])
def test_the_counts_read_index_ranges_and_never_a_whole_table(many: Cast, who: str) -> None:
    (plan,) = plans_of(lambda: desk.counts(db.session(), getattr(many, who)))
    assert plan.reads_all_of(LARGE) == [], plan.steps
    assert not plan.sorts(), plan.steps


@pytest.mark.parametrize(
    ("sought", "index"),
    [
        (Sought(numbers=(NumberPart(None, 1),)), "uq_grievances_state_id_year_running"),
        (Sought(numbers=(NumberPart(2026, 1), NumberPart(None, 2026))), "uq_grievances_state_id_year_running"),
        (Sought(mobile=KANTAS_MOBILE), "ix_complainants_mobile"),
        (Sought(words="word991"), "search"),
    ],
)
@pytest.mark.parametrize("who", ["meena", "bharat", "chief_secretary"])
def test_a_search_begins_with_what_is_looked_for(many: Cast, who: str, sought: Sought, index: str) -> None:
    (plan,) = plans_of(lambda: desk.search(db.session(), getattr(many, who), sought))
    assert plan.uses(index) or plan.uses("sqlite_autoindex_grievances"), plan.steps
    assert plan.reads_all_of(LARGE) == [], plan.steps


def test_the_sweep_reads_what_is_due_and_nothing_else(many: Cast) -> None:
    (plan,) = plans_of(lambda: deadlines._due(day(400)))
    assert plan.uses("ix_deadlines_live_fire"), plan.steps
    assert plan.reads_all_of(LARGE) == [], plan.steps
    assert not plan.sorts(), plan.steps


def test_the_page_of_a_case_reads_no_whole_table(many: Cast) -> None:
    number = reported(many, "reported")
    plans = plans_of(lambda: sheet.sheet(db.session(), many.meena, number, day(1), RULES))
    assert plans
    for plan in plans:
        assert plan.reads_all_of(LARGE) == [], plan.steps


def test_disposing_reads_no_whole_table_to_compare_the_reasons(many: Cast) -> None:
    number = reported(many, "to dispose")
    plans = plans_of(lambda: act(many.meena, number, Action.DISPOSE, 1, outcome=Outcome.REDRESSED))
    for plan in plans:
        assert plan.reads_all_of(LARGE) == [], plan.steps
