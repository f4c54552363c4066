"""What time it is; read once for each request, command or run, and passed down from there."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)
