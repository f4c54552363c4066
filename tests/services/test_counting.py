"""What offices do is counted, as the numbers that were worked out by hand say, and anyone who recounts finds them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from swagat.database import db, transaction
from swagat.domain.quality.measures import EVER
from swagat.domain.workflow import Action
from swagat.models import CaseCount, MonthTally, Office, Place, Scope, Uncounted
from swagat.services import counting, tallies
from swagat.services.tallies import Period, Where
from tests.builders import Cast, act, assigned, day, disposed, file_case, gujarat, office, post_cast

@pytest.fixture
def cast(app: Flask) -> Cast:
    return post_cast()

def test_x(cast: Cast, count_statements) -> None:
    n = disposed(cast)
    act(__import__("tests.builders").builders.KANTA, n, Action.CONFIRM, 5, rating=4)
    with count_statements() as sent:
        r = counting.count(day(6))
    print(r, len(sent)); [print(" ".join(s.split())[:150]) for s in sent]
    for t in db.session.scalars(select(MonthTally)): print(t.scope, t.scope_id, t.month, t.counts)
    with count_statements() as sent:
        print(counting.count(day(6)), len(sent))
    from swagat.services import count_checks
    print(count_checks.recount_all(day(7)).lines())
    w = Where(gujarat(), Scope.STATE, gujarat())
    p = Period(date(2026,7,1), date(2026,7,1))
    assert counting.known_on(db.session(), w, p, day(7)) == tallies.tally(db.session(), w, p)
    print(counting.known_on(db.session(), w, p, day(1)))
    for backend in ("x",):
        if db.engine.dialect.name == "sqlite":
            from sqlalchemy import text
            import json
            for t, names in (("month_tallies", ["state_id","scope","scope_id","month","is_imported"]), ("uncounted", ["grievance_id","seq"])):
                own = ", ".join(f'{t}."{n}"' for n in names); k = ", ".join(f"json_extract(k.value, '$.{n}')" for n in names)
                print(db.session.execute(text(f"EXPLAIN QUERY PLAN DELETE FROM {t} WHERE ({own}) IN (SELECT {k} FROM json_each(:keys) k)").bindparams(keys="[]")).all())
    assert 0
