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
    assign_working_days: int = 3
    immediate_working_hours: int = 2
    warn_percents: tuple[int, ...] = (50, 75)
    appeal_days: int = 30
    more_time_days: int = 30
    direction_days: int = 7
    came_up_cap: int = 30
    checks_per_office: int = 5
    nonconformity_correct_days: int = 7
    nonconformity_analyse_days: int = 30
    nonconformity_effect_months: int = 3
    nonconformity_check_days: int = 30
    nonconformity_late_days: int = 14
    nonconformity_repeats: int = 1
    hot_spot_cases: int = 10
    signal_least_cases: int = 10
    signal_last_days: int = 3
    signal_quick_minutes: int = 30
    signal_filer_cases: int = 5
