"""The words of texts as a page may show them: as they were sent, else as they would be; a one-time code is dots."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.messages import LANGUAGES, VARIABLES, Unrendered, VariableKind
from swagat.models import Office
from swagat.services.telling import Facts, Order, kept_words_of


class Wordless(NamedTuple):
    """A text whose words were not written down yet, with the registration number of its case."""

    order: Order
    number: str


def words_by_id(
    session: Session, texts: Sequence[Wordless], offices: Mapping[int, Any] = MappingProxyType({})
) -> dict[int, str]:
    """Return the words of these texts by their ids, nothing for one that cannot be put into words.

    One statement at most, where some name an office that is not among the `offices` known already.
    """
    facts = Facts(
        {text.order.grievance_id: text.number for text in texts if text.order.grievance_id is not None},
        {**offices, **_offices(session, texts, offices)},
    )
    return {text.order.id: _words(text.order, facts) for text in texts}


def names_of(office: Any) -> list[Any]:
    """Return the columns of an office that the words of a text may need."""
    return [getattr(office, f"{kind}_{language}") for kind in ("name", "title") for language in LANGUAGES]


def _words(order: Order, facts: Facts) -> str:
    try:
        return kept_words_of(order, facts)
    except Unrendered:
        return ""


def _offices(session: Session, texts: Sequence[Wordless], known: Mapping[int, Any]) -> Mapping[int, Any]:
    ids = {
        value
        for text in texts
        for name, value in text.order.variables.items()
        if VARIABLES.get(name) is VariableKind.OFFICE and value not in known
    }
    if not ids:
        return {}
    return {row.id: row for row in session.execute(select(Office.id, *names_of(Office)).where(Office.id.in_(ids)))}
