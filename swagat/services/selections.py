"""One action on a selection of cases: each in a transaction of its own, so that one no stops none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from swagat.domain.errors import N_, Forbidden, Refused, Text
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action
from swagat.services import redressal
from swagat.services.move import Asked

MOST_AT_ONCE = 100
# A disposal, and whatever else closes a case, has reasons of its own for each case and so no selection.
ON_A_SELECTION = (
    Action.DIRECT,
    Action.GIVE_TIME,
    Action.ASSIGN,
    Action.LIST_FOR_SITTING,
    Action.LINK,
)


@dataclass(frozen=True, slots=True)
class Acted:
    """On which cases it was done, and why not on the others."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, Text]] = field(default_factory=list)


def act_on_each(
    actor: Actor, seen: Mapping[str, int], action: Action, asked: Asked, now: datetime, rules: Rules
) -> Acted:
    """Do one thing to each of at most 100 cases, numbers with the versions seen, and say what became of each.

    Raises Forbidden for what is never done to several cases at once.
    """
    if action not in ON_A_SELECTION:
        raise Forbidden(N_("This is decided case by case, with reasons of its own for each."))
    found = Acted()
    for number, version in islice(seen.items(), MOST_AT_ONCE):
        try:
            redressal.act(actor, number, action, asked, version, now, rules)
        except Refused as refusal:
            found.refused.append((number, next(iter(getattr(refusal, "errors", {}).values()), refusal.text)))
        else:
            found.done.append(number)
    left_out = list(islice(seen, MOST_AT_ONCE, None))
    found.refused.extend((number, Text(N_("Only 100 cases at once. Send this one again."))) for number in left_out)
    return found
