"""The gateways to the telephone network; only this package knows which provider carries the texts."""

from collections.abc import Mapping
from typing import Any

from swagat.sms.gateway import Gateway


def gateway_from(settings: Mapping[str, Any]) -> Gateway:
    """Return the gateway that SMS_GATEWAY names in the app's settings, raising LookupError for one there is not."""
    match settings["SMS_GATEWAY"]:
        case "console":
            from swagat.sms.console_gateway import ConsoleGateway

            return ConsoleGateway()
        case "twilio":
            from swagat.sms.twilio_gateway import Account, TwilioGateway

            return TwilioGateway(Account.of(settings))
        case other:
            raise LookupError(f"SMS_GATEWAY: there is no gateway {other!r}")
