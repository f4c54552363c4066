"""Dates, numbers and lengths of time as people in India write them, in the reader's language."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from swagat.web.catalogue import current_locale, gettext, ngettext

INDIA = ZoneInfo("Asia/Kolkata")
FULL = "EEEE, d MMMM y"
SHORT = "EEE d MMM y"


@lru_cache(maxsize=8)
def _indian(language: str) -> Locale:
    return Locale(language, "IN") if language == "en" else Locale(language)


def display_locale() -> Locale:
    """Return the reader's locale for dates and numbers; English is India's, which groups 1,23,45,678."""
    locale = current_locale()
    return _indian(locale.language if locale else "en")


# Pages show the same few days again and again, and putting a date into words is slow.
@lru_cache(maxsize=2048)
def _words_of_day(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=_indian(language))


@lru_cache(maxsize=2048)
def _words_of_time(moment: time, language: str) -> str:
    return format_time(moment, "h:mm a", locale=_indian(language))


@lru_cache(maxsize=2048)
def _words_of_number(value: float, places: int, language: str) -> str:
    pattern = "#,##,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, format=pattern, locale=_indian(language))


def day_words(value: date | datetime, pattern: str = FULL) -> str:
    """Return the day in India as plain words, such as Friday, 4 December 2026."""
    return _words_of_day(_day(value), pattern, display_locale().language)


def _day(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def _local(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be shown")
    return value.astimezone(INDIA)


def _time_tag(machine: str, shown: str) -> Markup:
    return Markup(f'<time datetime="{machine}">{escape(shown)}</time>')


def local_date(value: date | datetime) -> Markup:
    """Return the day in India with its weekday, such as Friday, 4 December 2026."""
    return _time_tag(_day(value).isoformat(), day_words(value, FULL))


def short_date(value: date | datetime) -> Markup:
    """Return the day in India for a dense table, such as Fri 4 Dec 2026."""
    return _time_tag(_day(value).isoformat(), day_words(value, SHORT))


def local_datetime(value: datetime) -> Markup:
    """Return day and time in India, such as Fri 4 Dec 2026, 5:30 pm."""
    machine = value.astimezone(UTC).isoformat(timespec="seconds")
    return _time_tag(machine, f"{day_words(value, SHORT)}, {local_time(value)}")


def local_time(value: datetime) -> str:
    """Return the time of day in India, such as 5:30 pm."""
    return _words_of_time(_local(value).time().replace(second=0, microsecond=0), display_locale().language)


def working_days(days: int) -> str:
    """Return how far off a last day is: in 3 working days, today, or 2 working days late (negative days)."""
    if days == 0:
        return gettext("last day is today")
    if days > 0:
        return ngettext("in %(num)s working day", "in %(num)s working days", days)
    return ngettext("%(num)s working day late", "%(num)s working days late", -days)


def working_days_count(days: int) -> str:
    """Return a length in working days, such as 3 working days."""
    return ngettext("%(num)s working day", "%(num)s working days", days)


def days_count(days: int) -> str:
    """Return a length in calendar days, such as 3 days."""
    return ngettext("%(num)s day", "%(num)s days", days)


def number(value: float, places: int = 0) -> str:
    """Return a number grouped the Indian way, rounded to so many decimal places."""
    return _words_of_number(value, places, display_locale().language)


def file_size(size: int) -> str:
    """Return a size given in bytes as KB or MB."""
    if size >= 1_000_000:
        return gettext("%(size)s MB", size=number(size / 1_000_000, 1))
    return gettext("%(size)s KB", size=number(max(1, round(size / 1000))))


def spoken_code(code: str) -> str:
    """Return a code of digits in groups that can be read out over a telephone, such as 482 109 6537."""
    if len(code) == 10:
        return f"{code[:3]} {code[3:6]} {code[6:]}"
    return " ".join(code[start : start + 3] for start in range(0, len(code), 3))
