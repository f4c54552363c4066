"""The page of a Collector whose district has many open cases in many offices: its CPU, and one list behind it."""

from pathlib import Path
from typing import Any

import psycopg
from _browser import Browser
from _cases import fill
from _inside import Inside
from _rig import arguments, expect, measure, prepare, report, served

REQUESTS = 200
CLIENTS = 2
BUDGET_MS, BUDGET_STATEMENTS = 25.0, 12
HEAD = "COLL-438"
# What is filled has four fifths of its cases open.
SHARE_OPEN = 0.79
BRANCH = """
    WITH RECURSIVE branch(office_id, ladder, superior_id, level) AS (
        SELECT office_id, ladder, superior_id, level FROM ladder_steps
        WHERE superior_id = (SELECT id FROM offices WHERE code = %(head)s)
        UNION SELECT s.office_id, s.ladder, s.superior_id, s.level FROM ladder_steps s
        JOIN branch b ON s.superior_id = b.office_id AND s.ladder = b.ladder)
    SELECT *, row_number() OVER (ORDER BY level, office_id, ladder) - 1 AS place INTO TEMP branch FROM branch
"""
# One open case in fifty came up, one in sixty was reopened, one in ninety was sent on twice, one in three hundred
# has a direction; the rest is as it was filed.
SPREAD = """
    UPDATE grievances g SET office_id = b.office_id, ladder = b.ladder, level = b.level,
        answerable_office_id = CASE WHEN g.id %% 50 = 0 THEN b.superior_id ELSE b.office_id END,
        lapses = (g.id %% 50 = 0)::int, cycle = 1 + (g.id %% 60 = 1)::int, transfers = 2 * (g.id %% 90 = 2)::int,
        directing_office_id = CASE WHEN g.id %% 300 = 3 THEN (SELECT id FROM offices WHERE code = %(head)s) END,
        accused_office_id = CASE WHEN g.id %% 5000 = 4 THEN (SELECT id FROM offices WHERE code = %(head)s) END,
        officer_posting_id = CASE WHEN g.status <> 'registered' THEN o.posting_id END
    FROM branch b
    LEFT JOIN (SELECT office_id, min(id) AS posting_id FROM postings WHERE role = 'officer' GROUP BY 1) o
        ON o.office_id = b.office_id
    WHERE g.is_open AND b.place = g.id %% (SELECT count(*) FROM branch)
"""
LAPSES = """
    INSERT INTO lapses (grievance_id, cycle, ordinal, level, due_on, lapsed_at, office_id, working_office_id)
    SELECT id, cycle, 1, level, due_on, now() - interval '2 days', office_id, office_id
    FROM grievances WHERE is_open AND lapses > 0
"""
DIRECTIONS = """
    INSERT INTO directions (grievance_id, ordinal, seq, office_id, given_by_office_id, given_by_id, given_at, due_on,
        returned, missed)
    SELECT id, 1, last_seq, directing_office_id, directing_office_id, (SELECT min(id) FROM persons), now(),
        current_date + 3, 0, (id %% 2)::int
    FROM grievances WHERE directing_office_id IS NOT NULL
"""


def spread(url: str) -> int:
    """Spread the open cases over all offices of the district, once, and return how many are open."""
    with psycopg.connect(url) as connection:
        done = connection.execute("SELECT count(*) FROM lapses").fetchone()
        if done is not None and not done[0]:
            # The cases are right by construction, and checking each would take most of the time.
            connection.execute("SET session_replication_role = replica")
            for statement in (BRANCH, SPREAD, LAPSES, DIRECTIONS):
                connection.execute(statement, {"head": HEAD})
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")
        found = connection.execute("SELECT count(*) FROM grievances WHERE is_open").fetchone()
        return int(found[0]) if found else 0


def token_of_head(inside: Inside) -> str:
    """Return the token by which the Collector is signed in."""
    from datetime import UTC, datetime

    from sqlalchemy import select

    from swagat.database import db, transaction
    from swagat.models import Office
    from swagat.services import sessions
    from swagat.services.demo_people import staff

    with inside.app.app_context():
        office_id = db.session.scalars(select(Office.id).where(Office.code == HEAD)).one()
        head = staff(db.session()).heads[office_id]
        db.session.rollback()
        with transaction() as session:
            return sessions.begin(session, head.person_id or 0, datetime.now(UTC), head.posting_id) or ""


def main() -> None:
    """Measure and print."""
    given: Any = arguments(__doc__ or "", 100_000).parse_args()
    environ = prepare(given.database_url)
    fill(environ, int(given.cases / SHARE_OPEN))
    is_open = spread(given.database_url)
    inside = Inside(environ)
    cookies = inside.cookie(_user_id=token_of_head(inside))
    statements = len(inside.statements("/supervision", cookies))
    inside.close()

    def first_page(browser: Browser, _operation: int) -> None:
        page = browser.get("/supervision")
        expect(page.count('href="/supervision/offices/') == 10, f"{browser.status}: not the page of a district")

    def one_list(browser: Browser, _operation: int) -> None:
        page = browser.get("/supervision/cases?list=came_up")
        expect(page.count('href="/desk/GJ-') == 50, f"{browser.status}: not a list of 50 cases")

    with served(environ) as server:
        browsers = [Browser(server.port) for _ in range(CLIENTS)]
        for browser in browsers:
            browser.cookies |= cookies
        first = measure(server, browsers, first_page, REQUESTS)
        listed = measure(server, browsers, one_list, REQUESTS)
    report(
        Path(__file__).stem,
        is_open,
        **first.figures(),
        budget_cpu_ms=BUDGET_MS,
        statements=statements,
        budget_statements=BUDGET_STATEMENTS,
        within_budget=first.cpu_ms["sum"] <= BUDGET_MS and statements <= BUDGET_STATEMENTS,
        one_list=listed.figures(),
    )


if __name__ == "__main__":
    main()
