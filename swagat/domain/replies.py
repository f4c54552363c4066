"""What an office may say: reasons in the language of filing, no earlier reply again, the next remedy named."""

from collections.abc import Iterable

from swagat.domain.case import Outcome
from swagat.domain.errors import N_, Invalid, Text
from swagat.domain.text import language_scripts, nearly_same_reply, same_reply, share_in_script

OWN_SCRIPT_SHARE = 0.5


def check_reason(reason: str, language: str, earlier: Iterable[str]) -> None:
    """Raise Invalid when a reason is mostly in another script than the filing's, or says again what was said."""
    script = language_scripts([language])[language]
    if share_in_script(reason, script) < OWN_SCRIPT_SHARE:
        raise Invalid(errors={"reason": Text(N_("Write the reasons in the language of the grievance."))})
    if any(same_reply(reason, said) for said in earlier):
        raise Invalid(errors={"reason": Text(N_("This was said before in this case. Say what is different now."))})


def repeats_own(reason: str, recent: Iterable[str]) -> bool:
    """Return whether a reason nearly equals one of the officer's recent ones: a warning, never a refusal."""
    return any(nearly_same_reply(reason, said) for said in recent)


NEXT_REMEDY = {
    Outcome.REDRESSED: N_("If it is not solved, say so within %(days)s days: it is opened again one level higher."),
    Outcome.PARTLY_REDRESSED: N_(
        "If the rest matters, say so within %(days)s days: it is opened again one level higher."
    ),
    Outcome.OTHER_RELIEF: N_(
        "If this relief does not help, say so within %(days)s days, or appeal to the next authority."
    ),
    Outcome.NOT_ESTABLISHED: N_("If you have more to show, refuse this answer or appeal within %(days)s days."),
    Outcome.NOT_MAINTAINABLE: N_("You may appeal to the next authority within %(days)s days against the ground named."),
    Outcome.OTHER_FORUM: N_("It was handed to the authority named. If it does not act, tell us within %(days)s days."),
    Outcome.WITHDRAWN: N_("You can take the withdrawal back within %(days)s days."),
    Outcome.DUPLICATE: N_("Follow the earlier grievance. If it is another matter, appeal within %(days)s days."),
}
