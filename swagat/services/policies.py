"""The versions of the ladder's days as rows: read into values, written once and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from swagat.domain.policies import SHIPPED_POLICY, Channel, Policy, Unit
from swagat.models import PolicyVersion
from swagat.services.reference_files import FileReport


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A version with the state it is of (none: of every state) and who made it when."""

    policy: Policy
    state_id: int | None
    note: str
    made_by_id: int | None
    made_at: datetime | None


def policy_view(row: Any) -> PolicyView:
    """Return the view of a stored version."""
    policy = Policy(
        version=row["version"],
        effective_from=row["effective_from"],
        unit=Unit(row["unit"]),
        start_days=_days(row["start_days"]),
        step_days=_days(row["step_days"]),
        ours={Channel(name): bool(is_ours) for name, is_ours in row["ours"].items()},
        repeat_days=row["repeat_days"],
    )
    return PolicyView(policy, row["state_id"], row["note"], row["made_by_id"], row["made_at"])


def _days(stored: Mapping[str, Mapping[str, int]]) -> dict[Channel, dict[int, int]]:
    # The keys of JSON are texts.
    return {Channel(name): {int(level): days for level, days in levels.items()} for name, levels in stored.items()}


def values_of(policy: Policy) -> dict[str, Any]:
    """Return a policy as the columns of its row."""
    return {
        "version": policy.version,
        "effective_from": policy.effective_from,
        "unit": policy.unit.value,
        "start_days": _stored(policy.start_days),
        "step_days": _stored(policy.step_days),
        "ours": {channel.value: is_ours for channel, is_ours in policy.ours.items()},
        "repeat_days": policy.repeat_days,
    }


def _stored(days: Mapping[Channel, Mapping[int, int]]) -> dict[str, dict[str, int]]:
    return {channel.value: {str(level): count for level, count in levels.items()} for channel, levels in days.items()}


def write_shipped(session: Session) -> FileReport:
    """Write the version that comes with the program, once: cases run under it, so it is never written over."""
    report = FileReport("time limits of the program")
    if session.scalar(select(PolicyVersion.version).where(PolicyVersion.version == SHIPPED_POLICY.version)) is None:
        session.execute(insert(PolicyVersion), values_of(SHIPPED_POLICY) | {"note": ""})
        report.added = 1
    else:
        report.unchanged = 1
    return report
