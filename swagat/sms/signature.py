"""Whether a request to us comes from Twilio: its signature over our public address and all that was sent."""

from collections.abc import Mapping

STATUS_PATH = "/hooks/twilio/status/"
INBOUND_PATH = "/hooks/twilio/inbound"
# Asks Twilio to come again, up to five times, whatever went wrong with a report; the fragment is for Twilio alone.
RETRIES = "#rc=5&rp=all"


def is_genuine(token: str, address: str, form: Mapping[str, str], signature: str) -> bool:
    """Return whether the signature is that of the account's token over the address and the form; never without both.

    `address` is the public one, for behind a proxy the program sees another. The algorithm is ours to choose, not the
    sender's. Twilio need not leave out the fragment that tells it how often to ask again, so both are right.
    """
    if not token or not signature or not address.startswith(("http://", "https://")):
        return False
    from twilio.request_validator import RequestValidator

    validator = RequestValidator(token)
    return any(validator.validate(one, form, signature) for one in (address, address + RETRIES))
