"""How fast the queue of texts empties: one dispatcher, and four at once, through the real gateway to a local stand-in.

The stand-in answers after 50 ms, as Twilio would. Beside it the same requests are made by bare HTTP clients, as many at
once as the dispatchers have calls: no dispatcher can be faster than those.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import psycopg
from _cases import fill
from _rig import ROOT, _postmaster, _tree_cpu, arguments, expect, prepare, report

LATENCY_S = 0.05
DISPATCHERS = (1, 4)
PARALLEL = 4
# What a dispatcher does once in its long life, such as preparing statements, it does before the measuring begins.
WARM = 80
# What the texts tell of.
CASES = 500
GOAL = 0.9
NUMBERS_BEGIN_AT = 916_000_000_000


def main() -> None:
    """Measure each number of dispatchers and print."""
    parser = arguments(__doc__ or "", 10_000)
    parser.add_argument("--parallel", type=int, nargs="*", default=[PARALLEL], help="calls of one dispatcher at once")
    parser.add_argument("--stand-in", action="store_true", help="be the provider; for the program itself")
    parser.add_argument("--dispatch", action="store_true", help="send when a line comes in; for the program itself")
    given = parser.parse_args()
    if given.stand_in:
        _be_the_provider()
        return
    if given.dispatch:
        _dispatch_at_each_word()
        return
    environ = prepare(given.database_url)
    fill(environ, CASES)
    environ |= _settings()
    found = []
    for parallel in given.parallel:
        for dispatchers in DISPATCHERS:
            found.append(_measured(environ, given.cases, dispatchers, parallel))
            print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    report(
        "outbox",
        given.cases,
        latency_ms=LATENCY_S * 1000,
        goal=GOAL,
        reached=all(one["share_of_ideal"] >= GOAL for one in found),
        sent_twice=sum(one["sent_twice"] for one in found),
        runs=found,
    )


def _settings() -> dict[str, str]:
    from tests.contract.twilio_stand_in import ACCOUNT, SERVICE, TOKEN

    # Not production: there the account's secret only goes to https, and the stand-in speaks plain HTTP.
    return {
        "SWAGAT_ENV": "development",
        "SMS_GATEWAY": "twilio",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
        "SMS_PER_SECOND": "0",
        "QUIET_HOURS": "off",
        "LOG_LEVEL": "WARNING",
    }


def _measured(environ: dict[str, str], cases: int, dispatchers: int, parallel: int) -> dict[str, Any]:
    """Empty a full queue with so many dispatchers, and return how fast that was and what it cost."""
    url = environ["DATABASE_URL"]
    with _provider() as (provider, address), psycopg.connect(url, autocommit=True) as connection:
        calls = dispatchers * parallel
        bare = _bare(address, calls, min(cases, 25 * calls))
        more = {"TWILIO_API_BASE": address, "SMS_PARALLEL_CALLS": str(parallel)}
        with _dispatchers(environ | more, dispatchers) as processes:
            for one in processes:
                _queue(connection, WARM)
                _say(one, "send")
                expect(_answer(one)["sent"] == WARM, "a dispatcher did not warm up")
            _queue(connection, cases)
            _say(provider, "forget")
            _answer(provider)
            used = [_tree_cpu(one.pid) for one in (*processes, provider)]
            database, begun = _tree_cpu(_postmaster(url)), time.perf_counter()
            for one in processes:
                _say(one, "send")
            answers = [_answer(one) for one in processes]
            wall, database = time.perf_counter() - begun, _tree_cpu(_postmaster(url)) - database
            used = [_tree_cpu(one.pid) - before for one, before in zip((*processes, provider), used, strict=True)]
        _say(provider, "tell")
        book = [tuple(one) for one in _answer(provider)["taken"]]
        rows = set(connection.execute("SELECT provider_id, \"to\" FROM sms_messages WHERE status = 'sent'"))
    expect(sum(one["sent"] for one in answers) == cases, f"not each sent: {answers}")
    expect(set(book) == rows, "the provider's book is not what the rows say")
    numbers = Counter(number for _, number in book)
    ideal, per_s = calls / LATENCY_S, cases / wall
    return {
        "dispatchers": dispatchers,
        "parallel_calls": parallel,
        "ops": cases,
        "wall_s": round(wall, 2),
        "per_s": round(per_s, 1),
        "ideal_per_s": round(ideal, 1),
        "share_of_ideal": round(per_s / ideal, 3),
        "bare_clients_per_s": round(bare, 1),
        "share_of_bare_clients": round(per_s / bare, 3),
        "cpu_ms_per_op": {
            "dispatchers": round(sum(used[:-1]) * 1000 / cases, 2),
            "database": round(database * 1000 / cases, 2),
            "sum": round((sum(used[:-1]) + database) * 1000 / cases, 2),
            "stand_in_apart": round(used[-1] * 1000 / cases, 2),
        },
        "sent_twice": sum(count - 1 for count in numbers.values()),
        "load": round(os.getloadavg()[0], 1),
    }


def _queue(connection: psycopg.Connection[Any], count: int) -> None:
    """Let so many texts to as many numbers wait, and no others."""
    connection.execute("TRUNCATE sms_messages, try_counts CASCADE")
    connection.execute(
        'INSERT INTO sms_messages (cause, recipient, template, grievance_id, "to", language, variables, body, status,'
        " queued_at, next_try_at, tries, looks, lease, failure)"
        " SELECT 'event:' || n, 'complainant:' || n, 'escalated', g.id, '+' || (%s + n), 'gu',"
        " jsonb_build_object('due_on', '2026-12-04', 'answerable', g.answerable_office_id), '', 'queued', now(),"
        " now() - interval '1 hour' + n * interval '1 millisecond', 0, 0, '', '' FROM generate_series(1, %s) n"
        " JOIN (SELECT *, row_number() OVER (ORDER BY id) AS at, count(*) OVER () AS many FROM grievances) g"
        " ON g.at = 1 + n %% g.many",
        (NUMBERS_BEGIN_AT, count),
    )
    connection.execute("VACUUM ANALYZE sms_messages")
    connection.execute("CHECKPOINT")


@contextmanager
def _started(environ: dict[str, str], role: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, __file__, role, "--database-url", environ.get("DATABASE_URL", "none")]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


@contextmanager
def _provider() -> Iterator[tuple["subprocess.Popen[str]", str]]:
    with _started(dict(os.environ), "--stand-in") as process:
        yield process, _answer(process)["address"]


@contextmanager
def _dispatchers(environ: dict[str, str], count: int) -> Iterator[list["subprocess.Popen[str]"]]:
    with ExitStack() as stack:
        yield [stack.enter_context(_started(environ, "--dispatch")) for _ in range(count)]


def _say(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


def _answer(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def _be_the_provider() -> None:
    """Take texts until told to stop; say which ids were given out, or forget them, when a line asks for it."""
    from tests.contract.twilio_stand_in import twilio

    with twilio(LATENCY_S) as stand_in:
        print(json.dumps({"address": stand_in.address}), flush=True)
        for line in sys.stdin:
            if line.strip() == "forget":
                stand_in.taken.clear()
            print(json.dumps({"taken": [(one["sid"], one["to"]) for one in stand_in.taken]}), flush=True)


def _dispatch_at_each_word() -> None:
    """Empty the queue whenever a line comes in, in a process that is as the one of the jobs, and print the count."""
    from config import Config
    from swagat import create_app
    from swagat.jobs.runner import spare_what_is_loaded
    from swagat.services.outbox import dispatch
    from swagat.sms import gateway_from

    app = create_app(Config.from_environment(dict(os.environ)))
    with app.app_context():
        spare_what_is_loaded()
        rules, sending = app.extensions["rules"], app.extensions["sending"]
        for _line in sys.stdin:
            sent = 0
            while done := dispatch(datetime.now(UTC), gateway_from(app.config), rules, sending=sending).sent:
                sent += done
            print(json.dumps({"sent": sent}), flush=True)


def _bare(address: str, clients: int, requests: int) -> float:
    """Return how many requests a second the stand-in answers to so many clients that do nothing but ask."""
    from tests.contract.twilio_stand_in import ACCOUNT, SERVICE, TOKEN

    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    body = urlencode({"To": "+919999999999", "Body": "news " * 20, "MessagingServiceSid": SERVICE})
    headers = {
        "Authorization": "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }

    def ask() -> None:
        connection = http.client.HTTPConnection(address.removeprefix("http://"))
        for _ in range(requests // clients):
            connection.request("POST", path, body, headers)
            expect(connection.getresponse().read().startswith(b"{"), "the stand-in did not answer")

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return requests // clients * clients / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
