"""A selection of cases is given to one officer: each case in a transaction of its own, so that one no stops none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from swagat.domain.errors import Refused, Text
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action
from swagat.services import redressal
from swagat.services.move import Asked

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Assigned:
    """Which cases were given, and why the others were not."""

    done: list[str]
    refused: list[tuple[str, Text]]


def assign_all(actor: Actor, seen: Mapping[str, int], posting_id: int, now: datetime, rules: Rules) -> Assigned:
    """Assign each of at most 100 cases, numbers with the versions seen, to the posting; say what became of each."""
    found = Assigned([], [])
    for number, version in islice(seen.items(), MOST_AT_ONCE):
        try:
            redressal.act(actor, number, Action.ASSIGN, Asked(officer_posting_id=posting_id), version, now, rules)
        except Refused as refusal:
            found.refused.append((number, next(iter(getattr(refusal, "errors", {}).values()), refusal.text)))
        else:
            found.done.append(number)
    return found
