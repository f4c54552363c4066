"""The workflow as a diagram and a table for the docs, written from the rows that the program runs on."""

from swagat.domain.conditions import When
from swagat.domain.workflow import TRANSITIONS, Status, Transition


def _words(value: str) -> str:
    return value.replace("_", " ")


def _arrows() -> dict[tuple[Status | None, Status], list[str]]:
    arrows: dict[tuple[Status | None, Status], list[str]] = {}
    for row in TRANSITIONS:
        if row.target is None:
            continue
        sources: list[Status | None] = [status for status in Status if status in row.sources]
        for source in sources or [None]:
            names = arrows.setdefault((source, row.target), [])
            if _words(row.action) not in names:
                names.append(_words(row.action))
    return arrows


def _row(row: Transition) -> str:
    cells = [
        _words(row.action),
        ", ".join(_words(status) for status in Status if status in row.sources) or "-",
        _words(row.target) if row.target else "stays",
        ", ".join(sorted(_words(party) for party in row.who)),
        ", ".join(_words(need) for need in row.needs) or "-",
        "" if row.when is When.ALWAYS else row.when.value,
        row.clock.value,
        ", ".join(_words(key) for key in row.tells) or "-",
        row.after.value if row.after else "",
    ]
    return f"| {' | '.join(cells)} |"


def document() -> str:
    """Return docs/workflow.md: a state diagram in Mermaid, and every row of the table."""
    lines = [
        "# The workflow",
        "",
        "Written by `python -m swagat.domain.diagram` from `swagat/domain/workflow.py`; a test compares the two.",
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    for (source, target), names in _arrows().items():
        lines.append(f"    {source.value if source else '[*]'} --> {target.value}: {', '.join(names)}")
    lines += ["    closed --> [*]", "```", ""]
    heads = ["action", "from", "to", "who", "needs", "when", "clock", "tells", "fired by"]
    lines += [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [_row(row) for row in TRANSITIONS]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(document())
