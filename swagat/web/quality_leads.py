"""Where a page of figures leads: to the signals about its offices, and to their grades."""

from flask import url_for

from swagat.models import Scope
from swagat.services.quality_scopes import Whose
from swagat.services.signals import sees_signals_of
from swagat.web.access import current_actor


def signals_address(whose: Whose) -> str | None:
    """Return the list of signals of a state or an office, for whoever sees any of them."""
    is_office = whose.where.scope is Scope.OFFICE
    if whose.where.scope is not Scope.STATE and not is_office:
        return None
    if not sees_signals_of(current_actor(), whose.where.state_id, whose.where.scope_id if is_office else None):
        return None
    return url_for("signals.lists", office=whose.code if is_office else None, state="all" if is_office else None)


def grades_address(whose: Whose, period: str | None, *, with_imported: bool) -> str | None:
    """Return the grades of the offices of a state or a district for a period."""
    district = whose.code if whose.where.scope is Scope.DISTRICT else None
    if whose.where.scope is not Scope.STATE and district is None:
        return None
    imported = None if with_imported else "no"
    return url_for("quality_grading.show", period=period, district=district, imported=imported)
