"""Settings, read from the environment once: each with its type, its default and its effect.

The table of settings in README.md is compared with `SETTINGS` by a test.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from swagat.domain.sending import SendingRules, quiet_hours

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ("production", "development", "test")
LANGUAGES = ("en", "hi", "gu")
GATEWAYS = ("console", "twilio")
SWITCH = ("on", "off")
MEGABYTE = 1024 * 1024
SHORTEST_SECRET = 32
# A window of no days would end before it begins.
AT_LEAST_ONE = (
    *("confirm_window_days", "withdrawal_undo_days", "clarification_working_days", "assign_working_days"),
    *("immediate_working_hours", "appeal_days", "more_time_days", "direction_days", "came_up_cap", "checks_per_office"),
    *("nonconformity_correct_days", "nonconformity_analyse_days", "nonconformity_effect_months"),
    *("nonconformity_check_days", "nonconformity_late_days"),
    *("worker_processes", "worker_threads", "sms_parallel_calls", "sms_report_hours"),
    *("codes_per_number", "codes_per_address", "codes_per_day", "burst_size"),
    *("signal_least_cases", "signal_last_days", "signal_quick_minutes", "signal_filer_cases"),
)
LAST_DAY_OF_EVERY_MONTH = 28
FLOOD_LIMIT = re.compile(r"off|[1-9][0-9]{0,11} per (second|minute|hour)")


class Misconfigured(Exception):
    """The program does not start with these settings; the message says each one that is wrong."""


def _setting(default: Any, effect: str) -> Any:
    return field(default=default, metadata={"effect": effect})


DATABASE = f"sqlite:///{ROOT}/instance/swagat.db"
DOCUMENTS = ROOT / "instance" / "documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What one installation decides; a field is set by the environment variable of its name in capitals."""

    swagat_env: str = _setting("production", "production, development or test; make run sets development")
    database_url: str = _setting(
        DATABASE,
        "where the data is: SQLite for one office, postgresql://... for more than one machine",
    )
    secret_key: str = _setting("", "signs cookies and keys the tracking codes; at least 32 characters; never change it")
    public_url: str = _setting("", "address citizens use, such as https://swagat.example.in; needed in production")
    host: str = _setting("127.0.0.1", "address that flask serve listens on; 0.0.0.0 for every one")
    port: int = _setting(8000, "port that flask serve listens on")
    state: str = _setting("GJ", "state chosen first on a form: its short name or LGD code")
    languages: tuple[str, ...] = _setting(
        ("gu", "hi", "en"), "languages offered, in this order; the first is the default"
    )
    sms_gateway: str = _setting(
        "console", "console: texts stay in this program, shown on the outbox page; twilio: they are sent"
    )
    twilio_account_sid: str = _setting("", "account with Twilio; begins with AC")
    twilio_auth_token: str = _setting("", "the account's secret; signs in, and proves that a report is Twilio's")
    twilio_messaging_service_sid: str = _setting("", "messaging service that texts leave by; begins with MG")
    twilio_from: str = _setting("", "number or sender that texts leave by where there is no messaging service")
    twilio_api_base: str = _setting("https://api.twilio.com", "where Twilio is asked")
    dlt_entity_id: str = _setting("", "principal entity registered for texts in India, sent along with each text")
    sms_per_second: int = _setting(10, "texts that one dispatcher hands to Twilio in a second; 0 for no limit")
    sms_parallel_calls: int = _setting(4, "texts that one dispatcher hands to Twilio at the same time")
    sms_per_number: int = _setting(20, "texts to one number in a day; what is more waits for the next; 0 for no limit")
    sms_per_day: int = _setting(0, "texts in a day in all; what is more waits for the next; 0 for no limit")
    quiet_hours: str = _setting(
        "21:00-08:00", "hours in which Twilio is given no text but codes and danger to life, in Indian time, or off"
    )
    sms_report_hours: int = _setting(72, "hours until a text that nobody reported on counts as unknown")
    sms_segment_paise: int = _setting(0, "what one segment costs, in paise, for the page of texts; 0 shows no cost")
    inbound_sms: str = _setting("off", "on: STOP, START and STATUS are taken by text; Twilio has none of that in India")
    verify_mobile: str = _setting(
        "auto", "on: filing and confirming ask for a code sent to the number; auto: on with twilio, else off"
    )
    codes_per_number: int = _setting(5, "codes sent to one number in an hour, then a pause")
    codes_per_address: int = _setting(20, "codes asked for from one address in an hour, then a pause")
    codes_per_day: int = _setting(20000, "codes sent in a day in all, then a pause")
    burst_size: int = _setting(5, "codes or confirmations from one address in an hour that are recorded as a burst")
    trusted_proxies: int = _setting(0, "proxies in front that set X-Forwarded-For and X-Forwarded-Proto")
    upload_folder: Path = _setting(DOCUMENTS, "folder of the papers, outside what is served")
    max_content_length: int = _setting(6 * MEGABYTE, "largest request in bytes; a paper may have 5 MB")
    max_form_memory_size: int = _setting(MEGABYTE // 4, "largest single text field of a form in bytes")
    max_form_parts: int = _setting(200, "most fields in one form")
    confirm_window_days: int = _setting(30, "days to confirm, refuse or appeal after a disposal was delivered")
    objection_days: int = _setting(7, "days to object before a second officer may approve a proposal")
    withdrawal_undo_days: int = _setting(15, "days in which a withdrawal can be undone")
    transfer_limit: int = _setting(3, "transfers in a cycle before the common superior decides for good")
    clarifications_per_cycle: int = _setting(2, "times an office may ask the complainant back in a cycle")
    clarification_working_days: int = _setting(10, "working days the complainant has to answer")
    assign_working_days: int = _setting(3, "working days to give a case to an officer before its head is told")
    immediate_working_hours: int = _setting(2, "the same for a case of danger to life or safety, in working hours")
    warn_percents: tuple[int, ...] = _setting((50, 75), "percent of the time after which the officer is warned")
    appeal_days: int = _setting(30, "days to decide an appeal before it goes to the next office up")
    more_time_days: int = _setting(30, "most days by which a superior may move a due date, once a case")
    direction_days: int = _setting(7, "days given again each time a direction is not carried out in time")
    came_up_cap: int = _setting(30, "cases that come up to a post in a day before the page groups them by cause")
    checks_per_office: int = _setting(
        5, "disposals of each office that another office checks in a month, or all where there are fewer"
    )
    nonconformity_correct_days: int = _setting(7, "days to put a nonconformity right at once, from its opening")
    nonconformity_analyse_days: int = _setting(30, "days to find its cause and plan an action, from the correction")
    nonconformity_effect_months: int = _setting(
        3, "whole months before it and after the action by which the effect is judged"
    )
    nonconformity_check_days: int = _setting(
        30, "days to judge the effect once those months have ended, and then to close it"
    )
    nonconformity_late_days: int = _setting(
        14, "days given again each time a date of a nonconformity is missed and the next office up sees to it"
    )
    nonconformity_repeats: int = _setting(
        1, "likely repeats received by an office in a month that open a nonconformity; 0 for none"
    )
    hot_spot_cases: int = _setting(
        10, "grievances about one subject at one place in a month that open a nonconformity; 0 for none"
    )
    signal_least_cases: int = _setting(
        10, "disposals of an office in a month from which on signals of gaming look at it"
    )
    signal_last_days: int = _setting(3, "last days to answer on which many disposals at once are a signal")
    signal_quick_minutes: int = _setting(30, "minutes within which a disposal is quick enough to be a signal")
    signal_filer_cases: int = _setting(5, "cases of one person with one office in a month that may be a signal")
    late_entry_days: int = _setting(3, "days a clerk may date a receipt back without giving a reason")
    draft_hours: int = _setting(48, "hours until an unfinished filing and its papers are erased")
    filings_per_address: int = _setting(40, "grievances filed from one address in an hour, then a pause")
    filings_per_mobile: int = _setting(10, "grievances filed with one mobile number in a day, then a pause")
    track_tries: int = _setting(10, "wrong tracking codes for a number or address in an hour, then a pause")
    track_idle_minutes: int = _setting(15, "minutes without a request until tracking asks for the code again")
    sign_in_tries: int = _setting(5, "wrong passwords for an account in a quarter of an hour, then a pause")
    sign_in_idle_minutes: int = _setting(60, "minutes without a request until staff sign in again")
    flood_limit: str = _setting(
        "1200 per minute", "requests from one address that each process answers; off for no limit"
    )
    publish_on_day: int = _setting(10, "day of the month from which the figures of the month before are published")
    sweep_lag_minutes: int = _setting(15, "minutes a deadline may be overdue for firing until /health/ready turns red")
    metrics_token: str = _setting("", "token that /metrics asks for; without one it answers this machine only")
    worker_processes: int = _setting(2, "processes that flask serve starts")
    worker_threads: int = _setting(32, "threads of each; a slow telephone holds one while it sends")
    log_level: str = _setting("INFO", "least serious line that is logged")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        """Return the settings of this environment, raising Misconfigured with every fault found in it.

        A development installation without a secret makes one and keeps it in instance/secret_key.
        """
        faults: list[str] = []
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            text = environ.get(setting.name, "").strip()
            if not text:
                continue
            try:
                values[setting.field] = _read(text, setting.default)
            except ValueError as fault:
                faults.append(f"{setting.name}: {fault}")
        if values.get("swagat_env") == "development" and not values.get("secret_key"):
            values["secret_key"] = _own_secret(ROOT / "instance" / "secret_key")
        config = cls(**values)
        faults += config.faults(environ)
        if faults:
            raise Misconfigured("SWAGAT does not start: " + "; ".join(faults))
        return config

    def faults(self, environ: Mapping[str, str]) -> list[str]:
        """Return what forbids a start with these settings, in sentences; nothing when all is well."""
        found = [
            f"{name} must be one of {', '.join(allowed)}"
            for name, value, allowed in (
                ("SWAGAT_ENV", (self.swagat_env,), ENVIRONMENTS),
                ("LANGUAGES", self.languages, LANGUAGES),
                ("SMS_GATEWAY", (self.sms_gateway,), GATEWAYS),
                ("INBOUND_SMS", (self.inbound_sms,), SWITCH),
                ("VERIFY_MOBILE", (self.verify_mobile,), (*SWITCH, "auto")),
            )
            if not value or not set(value) <= set(allowed)
        ]
        found += [f"{name.upper()} must be at least 1" for name in AT_LEAST_ONE if getattr(self, name) < 1]
        if not all(0 < percent < 100 for percent in self.warn_percents):
            found.append("WARN_PERCENTS must lie between 1 and 99")
        if not 1 <= self.publish_on_day <= LAST_DAY_OF_EVERY_MONTH:
            found.append(f"PUBLISH_ON_DAY must lie between 1 and {LAST_DAY_OF_EVERY_MONTH}, which every month has")
        if not FLOOD_LIMIT.fullmatch(self.flood_limit):
            found.append("FLOOD_LIMIT must be like 1200 per minute, or off")
        try:
            quiet_hours(self.quiet_hours)
        except ValueError as fault:
            found.append(f"QUIET_HOURS {fault}")
        if self.public_url and not _is_origin(self.public_url):
            found.append("PUBLIC_URL must be like https://swagat.example.in, without a path")
        if self.sms_gateway == "twilio":
            found += self._twilio_faults()
        if not self.secret_key:
            found.append("SECRET_KEY is missing")
        if not self.is_production:
            return found
        if 0 < len(self.secret_key) < SHORTEST_SECRET:
            found.append(f"SECRET_KEY is shorter than {SHORTEST_SECRET} characters")
        if not self.public_url:
            found.append("PUBLIC_URL is missing")
        return found + [
            f"{switch} is for development: take it away"
            for switch in ("FLASK_DEBUG", "FLASK_TESTING")
            if environ.get(switch, "").strip().lower() not in ("", "0", "false", "no")
        ]

    def _twilio_faults(self) -> list[str]:
        found = [
            f"{name} is missing"
            for name, value in (
                ("TWILIO_ACCOUNT_SID", self.twilio_account_sid),
                ("TWILIO_AUTH_TOKEN", self.twilio_auth_token),
                ("TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM", self.twilio_messaging_service_sid or self.twilio_from),
            )
            if not value
        ]
        if not _is_origin(self.twilio_api_base):
            found.append("TWILIO_API_BASE must be like https://api.twilio.com, without a path")
        elif self.is_production and not self.twilio_api_base.startswith("https://"):
            found.append("TWILIO_API_BASE must begin with https://, because the account's secret goes there")
        return found

    @property
    def is_production(self) -> bool:
        """Return whether real people's grievances may be in here."""
        return self.swagat_env == "production"

    @property
    def is_https(self) -> bool:
        """Return whether people reach this installation over an encrypted connection."""
        return self.public_url.startswith("https://")

    @property
    def asks_for_codes(self) -> bool:
        """Return whether a number counts as the complainant's only once a code sent to it came back."""
        return self.verify_mobile == "on" or (self.verify_mobile == "auto" and self.sms_gateway == "twilio")

    @property
    def sending_rules(self) -> SendingRules:
        """Return when and how many texts may leave."""
        return SendingRules(
            per_number=self.sms_per_number,
            per_day=self.sms_per_day,
            quiet=quiet_hours(self.quiet_hours),
            parallel_calls=self.sms_parallel_calls,
            report_hours=self.sms_report_hours,
        )

    def for_flask(self) -> dict[str, Any]:
        """Return the settings under the names that Flask and its extensions read."""
        named = {setting.name: getattr(self, setting.field) for setting in SETTINGS}
        host = urlsplit(self.public_url).hostname
        return named | {
            "ASKS_FOR_CODES": self.asks_for_codes,
            "TESTING": self.swagat_env == "test",
            "TRUSTED_HOSTS": [host, "127.0.0.1", "localhost"] if host else None,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(self.database_url, self.worker_threads),
            "SESSION_COOKIE_NAME": "__Host-session" if self.is_https else "session",
            "SESSION_COOKIE_SECURE": self.is_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
            "WTF_CSRF_CHECK_DEFAULT": False,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,
            "BABEL_DEFAULT_LOCALE": "en_IN",
            "BABEL_DEFAULT_TIMEZONE": "Asia/Kolkata",
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        }


class Setting(NamedTuple):
    """One row of the table of settings: the variable, the field it sets, its default and its effect."""

    name: str
    field: str
    default: Any
    effect: str


SETTINGS = tuple(Setting(one.name.upper(), one.name, one.default, one.metadata["effect"]) for one in fields(Config))


def _read(text: str, default: Any) -> Any:
    if isinstance(default, int):
        if not text.isascii() or not text.isdigit():
            raise ValueError("must be a whole number")
        return int(text)
    if isinstance(default, tuple):
        return tuple(_read(part.strip(), default[0]) for part in text.split(",") if part.strip())
    if isinstance(default, Path):
        return ROOT / text
    return _database_url(text) if str(default).startswith("sqlite:") else text


def _database_url(text: str) -> str:
    if text.startswith("postgres://"):
        return "postgresql://" + text.removeprefix("postgres://")
    if text.startswith("sqlite:///") and not text.startswith("sqlite:////"):
        return f"sqlite:///{ROOT / text.removeprefix('sqlite:///')}"
    if not text.startswith(("sqlite:////", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return text


def _engine_options(url: str, threads: int) -> dict[str, Any]:
    # Fewer connections than threads: a thread that reads a slow telephone's upload holds none, and two hosts
    # must fit into the 100 that PostgreSQL allows.
    options: dict[str, Any] = {"pool_size": min(threads, 16), "max_overflow": 4, "pool_timeout": 10}
    # A failed statement is logged without what somebody typed into it.
    options["hide_parameters"] = True
    if url.startswith("sqlite"):
        return options
    limits = "-c statement_timeout=20s -c lock_timeout=8s -c idle_in_transaction_session_timeout=60s"
    connecting = {"connect_timeout": 5, "application_name": "swagat", "options": limits}
    # The connection used last is used next, so that few are kept and those know their statements.
    return options | {"pool_use_lifo": True, "connect_args": connecting}


def _is_origin(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.path + parts.query + parts.fragment


def _own_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
