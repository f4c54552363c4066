"""The complainant's word with a code from their own number: the code is spent and the word recorded together."""

from datetime import datetime

from swagat.database import transaction
from swagat.domain.roles import Proof, complainant
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action
from swagat.services.move import Asked
from swagat.services.one_time_codes import Asking, try_within
from swagat.services.redressal import Done, act_within


def act_with_code(
    asking: Asking,
    typed: str,
    number: str,
    action: Action,
    asked: Asked,
    version: int | None,
    now: datetime,
    rules: Rules,
    secret: str,
) -> Done:
    """Carry out what the complainant proved with a code, raising Invalid at `code` for a wrong one.

    A wrong code costs a try. When the action is refused, the code stays good: both are one transaction.
    """
    actor = complainant(Proof.OWN_CODE, *asking.sources(secret))
    with transaction() as session:
        tried = try_within(session, asking, typed, now, secret)
        if tried.why is None:
            return act_within(session, actor, number, action, asked, version, now, rules)
    tried.insist()
    raise AssertionError("a try without a code and without a reason")
