"""When an answer asks for a code beside number and tracking code."""

import pytest

from swagat.domain.proofs import CodeNeed, code_need
from swagat.domain.workflow import ROWS, Action, Status
from tests.domain.test_workflow import case_in

N, O, R = CodeNeed.NONE, CodeNeed.OPTIONAL, CodeNeed.REQUIRED  # noqa: E741


@pytest.mark.parametrize(
    ("action", "is_self_filed", "has_own_number", "asks", "need"),
    [
        (Action.CONFIRM, True, True, True, R),
        (Action.CONFIRM, True, True, False, N),
        (Action.CONFIRM, True, False, True, N),
        (Action.CONFIRM, False, True, True, R),
        (Action.CONFIRM, False, True, False, O),
        (Action.CONFIRM, False, False, True, N),
        (Action.WITHDRAW, True, True, True, R),
        (Action.WITHDRAW, True, True, False, N),
        (Action.WITHDRAW, False, True, False, R),
        # Saying no needs less proof than saying yes.
        (Action.REFUSE, False, True, True, N),
        (Action.LODGE_APPEAL, True, True, True, N),
        (Action.REMIND, True, True, True, N),
    ],
)
def test_an_answer_asks_for_a_code(
    action: Action, is_self_filed: bool, has_own_number: bool, asks: bool, need: CodeNeed
) -> None:
    case = case_in(Status.DISPOSED, is_self_filed=is_self_filed)
    assert code_need(ROWS[action][0], case, has_own_number, asks) is need
