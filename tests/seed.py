"""What every test's database holds before the test begins: Gujarat as it is, without its 18,000 villages."""

from datetime import UTC, datetime

from config import ROOT
from swagat.services import reference

SEEDED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def seed() -> None:
    """Fill a migrated database, in the app context of the caller."""
    report = reference.load(ROOT / "swagat" / "reference", SEEDED_AT, {"GJ"}, villages=False)
    assert report.ok, report.lines()
