"""Gateways to the stand-in, as an installation would have them."""

from typing import Any

from swagat.sms.twilio_gateway import Account, TwilioGateway
from tests.contract.twilio_stand_in import ACCOUNT, SERVICE, TOKEN, StandIn

PUBLIC = "https://swagat.example.in"


def account_of(stand_in: StandIn, **more: Any) -> Account:
    """Return an account with the stand-in that sends by a messaging service, unless told otherwise."""
    usual = {"messaging_service_sid": SERVICE, "api_base": stand_in.address, "public_url": PUBLIC}
    return Account(sid=ACCOUNT, token=more.pop("token", TOKEN), **usual | more)


def gateway_to(stand_in: StandIn, timeouts: tuple[float, float] = (2.0, 5.0), **more: Any) -> TwilioGateway:
    """Return a gateway to the stand-in by such an account."""
    return TwilioGateway(account_of(stand_in, **more), timeouts)


def settings_to(stand_in: StandIn, **more: Any) -> dict[str, Any]:
    """Return the settings of an installation that sends through the stand-in."""
    usual = {
        "sms_gateway": "twilio",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_messaging_service_sid": SERVICE,
        "twilio_api_base": stand_in.address,
        "public_url": PUBLIC,
        "sms_per_second": 0,
    }
    return usual | more
