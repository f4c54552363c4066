"""The hours of an office within a day: pairs of times, one after another."""

from collections.abc import Iterable, Sequence
from datetime import time

from swagat.domain.errors import N_, Invalid

Frame = tuple[time, time]


def parse_frames(rows: Iterable[Sequence[str]]) -> tuple[Frame, ...]:
    """Return frames from pairs such as ("10:30", "14:00"); "00:00" as an end is midnight; raise Invalid."""
    try:
        return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in rows)
    except ValueError as error:
        raise Invalid(N_("Write office hours as two times each, for example 10:30 and 14:00.")) from error


def parse_hours(text: str) -> tuple[Frame, ...]:
    """Return the frames of hours written as 10:30-14:00 14:30-18:10; raise Invalid for none or for impossible ones."""
    frames = parse_frames(pair.split("-") for pair in text.split())
    check_frames(frames)
    return frames


def check_frames(frames: tuple[Frame, ...]) -> None:
    """Raise Invalid where there is no working time, or where hours do not follow one another."""
    if not frames:
        raise Invalid(N_("This calendar has no working time. Give at least one pair of office hours."))
    previous_end = time.min
    for start, end in frames:
        # Midnight can end only the last frame of a day.
        ends_later = end > start or (end == time.min and (start, end) == frames[-1])
        if start < previous_end or not ends_later:
            raise Invalid(N_("Office hours must follow one another, each ending after it begins."))
        previous_end = end
