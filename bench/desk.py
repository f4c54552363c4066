"""The desk of an office with many open cases: CPU of its first page and of one case, for a signed-in officer."""

from _browser import Browser
from _cases import fill
from _inside import Inside
from _rig import arguments, expect, measure, prepare, report, served

REQUESTS = 200
CLIENTS = 2
BUDGET_MS = 15.0
PAGE = 50


def main() -> None:
    """Measure and print."""
    given = arguments(__doc__ or "", 100_000).parse_args()
    environ = prepare(given.database_url)
    filled = fill(environ, given.cases)
    numbers = [one.number for one in filled.known["assigned"]]
    inside = Inside(environ)
    cookies = inside.cookie(_user_id=filled.officer_token)
    counted = {path: len(inside.statements(path, cookies)) for path in ("/desk", f"/desk/{numbers[0]}")}
    inside.close()

    def first_page(browser: Browser, _operation: int) -> None:
        page = browser.get("/desk")
        expect(page.count('href="/desk/GJ-') == PAGE, f"{browser.status}: not a desk with {PAGE} cases")

    def one_case(browser: Browser, operation: int) -> None:
        number = numbers[operation % len(numbers)]
        page = browser.get(f"/desk/{number}")
        expect(browser.status == 200 and number in page and "timeline" in page, f"{number} is not shown")

    with served(environ) as server:
        browsers = [Browser(server.port) for _ in range(CLIENTS)]
        for browser in browsers:
            browser.cookies |= cookies
        first = measure(server, browsers, first_page, REQUESTS)
        case = measure(server, browsers, one_case, REQUESTS)
    report(
        "desk",
        given.cases,
        **first.figures(),
        budget_cpu_ms=BUDGET_MS,
        within_budget=first.cpu_ms["sum"] <= BUDGET_MS,
        statements=counted["/desk"],
        one_case=case.figures() | {"statements": counted[f"/desk/{numbers[0]}"]},
    )


if __name__ == "__main__":
    main()
