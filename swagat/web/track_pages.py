"""What the page of each thing a complainant can do says before it is done, and what is said after."""

from typing import Any, NamedTuple

from swagat.domain.workflow import Action
from swagat.web.catalogue import lazy_gettext as _l


class Page(NamedTuple):
    """What the page of one action says before it is done; an effect may name the `days` in which it can be undone."""

    intro: Any
    effects: tuple[Any, ...] = ()
    kind: str = ""
    done: Any = _l("Recorded. The office can see it.")


PAGES: dict[Action, Page] = {
    Action.CLARIFY: Page(_l("The office asked you something. The clock waits for your answer.")),
    Action.OBJECT: Page(_l("Say why the grievance should not be ended in this way. A second officer reads it first.")),
    Action.CONFIRM: Page(
        _l("Only you can say this. No officer may say it for you or ask you for your code."),
        (_l("The grievance is closed as solved, confirmed by you."),),
        done=_l("Thank you. The grievance is closed as you confirmed."),
    ),
    Action.REFUSE: Page(
        _l("Say what is still not solved. Nobody may hold this against you."),
        (_l("A higher office than the one that answered takes it up, or it becomes an appeal."),),
        done=_l("Recorded. A higher office has your grievance now."),
    ),
    Action.LODGE_APPEAL: Page(
        _l("The next higher office checks the decision anew."),
        (_l("The appeal is decided in writing. After that the decision is final here."),),
    ),
    Action.WITHDRAW: Page(
        _l("You can end the grievance yourself."),
        (
            _l("The office stops working on it."),
            _l("You can take this back within %(days)s days. The page shows until when."),
        ),
        kind="danger",
    ),
    Action.UNDO_WITHDRAWAL: Page(_l("The grievance goes back to the office, where it stood.")),
    Action.ASK_DATE: Page(
        _l("The date has passed. The office that answers now is asked to give you a date, in writing."),
        (
            _l("It is recorded and told to that office. The case stays at the level where it is."),
            _l("You can ask once for each date that was missed."),
        ),
        done=_l("Recorded. The office that answers now is asked for a date."),
    ),
    Action.REMIND: Page(_l("The officer who has it is told. One reminder a day is enough.")),
    Action.CORRECT: Page(_l("What you wrote stays as it is. Your correction is added below it.")),
    Action.MARK_IMMEDIATE: Page(_l("Only for danger to life or safety. In an emergency call 112 first.")),
    Action.RATE: Page(_l("How the office dealt with it, apart from the result.")),
}


# What the page offers as buttons; the rest are links below.
FIRST = frozenset(
    {
        Action.CLARIFY,
        Action.CONFIRM,
        Action.REFUSE,
        Action.LODGE_APPEAL,
        Action.UNDO_WITHDRAWAL,
        Action.OBJECT,
        Action.ASK_DATE,
    }
)


# In this order: what helps first, what ends it last.
REST = (Action.REMIND, Action.CORRECT, Action.RATE, Action.MARK_IMMEDIATE, Action.WITHDRAW)
