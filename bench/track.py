"""Tracking a grievance: CPU of its page, and of code check, redirect and page together."""

from _browser import Browser
from _cases import Known, fill
from _inside import Inside
from _rig import arguments, expect, measure, prepare, report, served

REQUESTS = 300
CLIENTS = 2
PAGE_BUDGET_MS = 6.0
ALL_BUDGET_MS = 9.0
KINDS = ("registered", "assigned", "action_reported", "disposed", "closed")


class Complainant(Browser):
    """A browser that has the page with the two fields open."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.known: Known | None = None
        self.get("/track")
        self.fields = self.form("code")[1]

    def look_up(self, known: Known) -> None:
        """Send number and code, and read the case."""
        self.known = known
        self.post("/track", self.fields | {"number": known.number, "code": known.code})
        self.read()

    def read(self) -> None:
        """Check that this is the page of the case, in Gujarati."""
        assert self.known is not None
        shown = self.status == 200 and self.path == "/track/case" and self.known.number in self.body
        expect(shown and 'lang="gu"' in self.body and "timeline" in self.body, f"{self.status}: not the case")


def main() -> None:
    """Measure and print."""
    given = arguments(__doc__ or "", 10_000).parse_args()
    environ = prepare(given.database_url)
    filled = fill(environ, given.cases)
    known = [one for some in zip(*(filled.known[kind] for kind in KINDS), strict=True) for one in some]
    inside = Inside(environ)

    def page(complainant: Complainant, _operation: int) -> None:
        complainant.get("/track/case")
        complainant.read()

    def check_and_page(complainant: Complainant, operation: int) -> None:
        complainant.look_up(known[operation % len(known)])

    with served(environ) as server:
        complainants = [Complainant(server.port) for _ in known]
        for complainant, one in zip(complainants, known, strict=True):
            complainant.look_up(one)
        statements = len(inside.statements("/track/case", complainants[0].cookies))
        read = measure(server, complainants[:CLIENTS], page, REQUESTS)
        opened = measure(server, complainants[:CLIENTS], check_and_page, REQUESTS)
    inside.close()
    report(
        "track",
        given.cases,
        **read.figures(),
        budget_cpu_ms=PAGE_BUDGET_MS,
        within_budget=read.cpu_ms["sum"] <= PAGE_BUDGET_MS,
        statements=statements,
        check_redirect_page=opened.figures()
        | {"budget_cpu_ms": ALL_BUDGET_MS, "within_budget": opened.cpu_ms["sum"] <= ALL_BUDGET_MS},
    )


if __name__ == "__main__":
    main()
