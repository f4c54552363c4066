"""The numbers an installation may choose; every use case is handed them, none reads a setting."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """Windows and limits of the redressal; days are calendar days unless the name says working days."""

    confirm_window_days: int = 30
    objection_days: int = 7
    withdrawal_undo_days: int = 15
    transfer_limit: int = 3
    clarifications_per_cycle: int = 2
    clarification_working_days: int = 10
    late_entry_days: int = 3
