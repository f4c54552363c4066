"""Names that are kept in three languages, and sentences that can be stored with such names in them."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from swagat.domain.errors import Text


class Name(NamedTuple):
    """What a place, an office or a subject is called; a language without a name of its own is empty."""

    en: str
    hi: str = ""
    gu: str = ""

    def in_language(self, code: str) -> str:
        """Return the name in a language, else in English, else in any it has: never an invented one."""
        wanted: str = getattr(self, code, "")
        return wanted or self.en or self.gu or self.hi

    def __str__(self) -> str:
        return self.in_language("en")

    @classmethod
    def of(cls, row: Any, attribute: str = "name") -> "Name":
        """Return the name kept on a row as <attribute>_en, _hi and _gu."""
        return cls(*(getattr(row, f"{attribute}_{language}") for language in cls._fields))


def in_language(text: Text, code: str) -> Text:
    """Return the sentence with every name in it in one language, ready for its message to be translated."""
    params = {key: value.in_language(code) if isinstance(value, Name) else value for key, value in text.params.items()}
    return Text(text.message, params)


def to_plain(texts: Iterable[Text]) -> list[dict[str, Any]]:
    """Return sentences as JSON can hold them; params must be names, texts or numbers."""
    return [
        {
            "message": text.message,
            "params": {
                key: value._asdict() if isinstance(value, Name) else value for key, value in text.params.items()
            },
        }
        for text in texts
    ]


def from_plain(rows: Iterable[Mapping[str, Any]]) -> tuple[Text, ...]:
    """Return the sentences that `to_plain` made these rows of."""
    return tuple(
        Text(
            row["message"],
            {key: Name(**value) if isinstance(value, dict) else value for key, value in row["params"].items()},
        )
        for row in rows
    )
