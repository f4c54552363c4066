"""What each error code of Twilio means for a text; a code that is not here is kept as it is and tried again.

Source: Twilio's dictionary of errors and warnings. Every code comes with a 4xx answer, so the text was not sent.
"""

from swagat.sms.gateway import GatewayError, Rejected, TryAgain

# No text reaches that number: not valid, not reachable, no mobile, a landline, said STOP, unknown to its network.
# 21612 and 30006 are not among them: they may be said of the sender or the route, and so of every number.
OF_NUMBER = frozenset({21211, 21214, 21217, 21401, 21610, 21614, 21635, 30005})
# This text cannot be sent as it is: no words, too many words, no number, the same number at both ends.
OF_TEXT = frozenset({21266, 21602, 21604, 21605, 21617, 21619})
# Nothing leaves before somebody puts the account or a setting right: keys, balance, sender, service, permissions,
# the address for reports, the entity registered with the telecom regulator, the limit of a day.
OF_ACCOUNT = frozenset(
    {
        *(401, 403, 404, 10001, 10002, 20003, 20004, 20005, 20006, 20008, 20403, 20404),
        *(21212, 21408, 21603, 21606, 21607, 21609, 21618, 21659, 21660, 21701, 21703, 21704, 21705, 21712, 21900),
        *(30002, 63038),
    }
)
# Too much at once: never processed, so that it is safe to send again.
OF_LOAD = frozenset({429, 14107, 20429, 21611, 30001})


def refusal(code: int) -> GatewayError:
    """Return what to raise for an error code."""
    if code in OF_LOAD:
        return TryAgain(str(code))
    is_of_number = code in OF_NUMBER
    return Rejected(
        str(code),
        permanent=is_of_number or code in OF_TEXT,
        is_of_number=is_of_number,
        is_of_account=code in OF_ACCOUNT,
    )


def is_of_number(code: str) -> bool:
    """Return whether a code says that no text reaches that number."""
    return code.isascii() and code.isdigit() and int(code) in OF_NUMBER
