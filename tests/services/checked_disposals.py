"""A month of disposals and the draw of some of them: what tests of the checks begin from."""

from sqlalchemy import select

from swagat.database import db
from swagat.domain.rules import Rules
from swagat.models import DisposalCheck
from swagat.services.disposal_draws import DrawReport, draw_month
from tests.builders import RULES, Cast, case, day, disposed

# The third of August, early in the morning in India.
DRAWN = 32.9


def draw(at: float = DRAWN, rules: Rules = RULES) -> DrawReport:
    """Draw the disposals of July."""
    db.session.commit()
    return draw_month(day(at), rules)


def checks() -> list[DisposalCheck]:
    """Return every check there is, as the database has it now."""
    db.session.commit()
    found = db.session.scalars(
        select(DisposalCheck).order_by(DisposalCheck.id).execution_options(populate_existing=True)
    )
    rows = list(found)
    db.session.commit()
    return rows


def check_of(number: str) -> DisposalCheck:
    """Return the check of a case."""
    return next(one for one in checks() if one.grievance_id == case(number).id)


def drawn(cast: Cast, key: str = "kanta", **more: object) -> str:
    """Return the number of a case that was disposed in July and drawn in August."""
    number = disposed(cast, key, **more)
    draw()
    return number
