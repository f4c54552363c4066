"""Suggest categories for what a person wrote."""

from swagat.services import catalogue


def suggest(text: str, limit: int = 3) -> list[str]:
    """Return the codes of at most `limit` categories that fit the text, best first; none where no word is known."""
    return [suggestion.code for suggestion in catalogue.suggest(text, limit)]
