import stat
from pathlib import Path

import pytest

import config
from config import Config, Misconfigured

GOOD = {"SECRET_KEY": "s" * 32, "PUBLIC_URL": "https://swagat.example.in"}


def test_production_starts_with_a_secret_and_an_address() -> None:
    settings = Config.from_environment(GOOD)
    assert settings.is_production
    assert settings.is_https


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "s" * 31}, "SECRET_KEY is shorter than 32"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is missing"),
        ({"PUBLIC_URL": "swagat.example.in"}, "PUBLIC_URL must be like"),
        ({"PUBLIC_URL": "https://swagat.example.in/app"}, "PUBLIC_URL must be like"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is for development"),
        ({"SWAGAT_ENV": "prod"}, "SWAGAT_ENV must be one of"),
        ({"LANGUAGES": "gu,fr"}, "LANGUAGES must be one of"),
        ({"SMS_GATEWAY": "pigeon"}, "SMS_GATEWAY must be one of"),
        ({"PORT": "eighty"}, "PORT: must be a whole number"),
        ({"PORT": "-1"}, "PORT: must be a whole number"),
        ({"APPEAL_DAYS": "0"}, "APPEAL_DAYS must be at least 1"),
        ({"WARN_PERCENTS": "50,100"}, "WARN_PERCENTS must lie between"),
        ({"PUBLISH_ON_DAY": "29"}, "PUBLISH_ON_DAY must lie between 1 and 28"),
        ({"PUBLISH_ON_DAY": "0"}, "PUBLISH_ON_DAY must lie between 1 and 28"),
        ({"WARN_PERCENTS": "half"}, "WARN_PERCENTS: must be a whole number"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL: must begin with"),
    ],
)
def test_production_refuses_to_start_and_says_why(change: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        Config.from_environment(GOOD | change)


TWILIO = {
    "SMS_GATEWAY": "twilio",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "secret",
    "TWILIO_MESSAGING_SERVICE_SID": "MG1",
}


@pytest.mark.parametrize("change", [{}, {"TWILIO_MESSAGING_SERVICE_SID": "", "TWILIO_FROM": "SWAGAT"}])
def test_production_starts_with_an_account_for_texts(change: dict[str, str]) -> None:
    assert Config.from_environment(GOOD | TWILIO | change).sms_gateway == "twilio"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID is missing"),
        ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN is missing"),
        ({"TWILIO_MESSAGING_SERVICE_SID": ""}, "TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM is missing"),
        ({"TWILIO_API_BASE": "http://api.twilio.com"}, "TWILIO_API_BASE must begin with https://"),
        ({"TWILIO_API_BASE": "https://api.twilio.com/2010-04-01"}, "TWILIO_API_BASE must be like"),
        ({"SMS_PER_SECOND": "fast"}, "SMS_PER_SECOND: must be a whole number"),
    ],
)
def test_production_does_not_start_with_half_an_account_for_texts(change: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        Config.from_environment(GOOD | TWILIO | change)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Misconfigured) as told:
        Config.from_environment({"PORT": "x", "FLASK_DEBUG": "1"})
    for said in ("PORT", "SECRET_KEY", "PUBLIC_URL", "FLASK_DEBUG"):
        assert said in str(told.value)


def test_development_makes_its_own_secret_once_and_keeps_it_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "ROOT", tmp_path)
    first = Config.from_environment({"SWAGAT_ENV": "development"}).secret_key
    assert len(first) >= 32
    assert Config.from_environment({"SWAGAT_ENV": "development"}).secret_key == first
    assert stat.S_IMODE((tmp_path / "instance" / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("postgres://u@h/d", "postgresql://u@h/d"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("sqlite:////var/lib/swagat.db", "sqlite:////var/lib/swagat.db"),
        ("sqlite:///instance/other.db", f"sqlite:///{config.ROOT}/instance/other.db"),
    ],
)
def test_a_database_address_is_understood_the_same_from_every_folder(given: str, meant: str) -> None:
    assert Config.from_environment(GOOD | {"DATABASE_URL": given}).database_url == meant


def test_cookies_are_for_https_only_where_people_come_over_https() -> None:
    strict = Config.from_environment(GOOD).for_flask()
    assert (strict["SESSION_COOKIE_NAME"], strict["SESSION_COOKIE_SECURE"]) == ("__Host-session", True)
    assert strict["TRUSTED_HOSTS"] == ["swagat.example.in", "127.0.0.1", "localhost"]
    loose = Config(swagat_env="test", secret_key="s").for_flask()
    assert (loose["SESSION_COOKIE_NAME"], loose["SESSION_COOKIE_SECURE"]) == ("session", False)
