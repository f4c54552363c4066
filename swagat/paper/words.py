"""Sentences, numbers and dates in one language, where no request says which: what jobs and commands write."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from swagat.domain.errors import Text
from swagat.domain.names import Name
from swagat.domain.quality.periods import Span

INDIA = ZoneInfo("Asia/Kolkata")
CATALOGUES = Path(__file__).resolve().parents[2] / "translations"
LANGUAGES = ("en", "gu", "hi")
MONTH, DAY, MOMENT = "MMMM y", "d MMMM y", "d MMMM y, h:mm a"


@lru_cache(maxsize=8)
def _translations(language: str) -> Any:
    return Translations.load(CATALOGUES, [language]) if language != "en" else NullTranslations()


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale("en", "IN") if language == "en" else Locale(language)

    def say(self, message: str, **values: object) -> str:
        """Return a sentence with its values filled in."""
        said: str = _translations(self.language).ugettext(message)
        return said % values if values else said

    def text(self, text: Text) -> str:
        """Return a sentence that carries its values."""
        return self.say(text.message, **text.params)

    def count(self, one: str, many: str, number: int) -> str:
        """Return the form of a sentence for so many, with `num` filled in."""
        said: str = _translations(self.language).ungettext(one, many, number)
        return said % {"num": self.number(number)}

    def name(self, name: Name) -> str:
        """Return a name in this language, in English where it has none."""
        return name.in_language(self.language)

    def number(self, value: float, places: int = 0) -> str:
        """Return a number grouped the Indian way."""
        pattern = "#,##,##0" + ("." + "0" * places if places else "")
        return format_decimal(value, format=pattern, locale=self._locale)

    def percent(self, share: float, places: int = 1) -> str:
        """Return a share such as 84.3 %."""
        return self.say("%(share)s %%", share=self.number(100 * share, places))

    def month(self, month: date) -> str:
        """Return a month such as November 2026."""
        return format_date(month, MONTH, locale=self._locale)

    def day(self, day: date) -> str:
        """Return a day such as 4 December 2026."""
        return format_date(day, DAY, locale=self._locale)

    def moment(self, at: datetime) -> str:
        """Return an instant as the clock in India shows it."""
        return format_datetime(at.astimezone(INDIA), MOMENT, locale=self._locale)

    def period(self, span: Span) -> str:
        """Return a period such as November 2026, or January 2026 to March 2026."""
        if span.first == span.last:
            return self.month(span.first)
        return self.say("%(first)s to %(last)s", first=self.month(span.first), last=self.month(span.last))
