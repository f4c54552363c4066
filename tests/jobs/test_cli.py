"""What a clerk reads who types a command: what it did, or one line about why not."""

import re

import click
import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from swagat.database import db, transaction
from swagat.models import JobRun, Person

COMMANDS = [
    ["reference", "load"],
    ["routing", "check"],
    ["routing", "explain"],
    ["categories", "suggest"],
    ["register", "verify"],
    ["messages", "lint"],
    ["messages", "export"],
    ["messages", "register"],
    ["import", "cases"],
    ["quality", "recount"],
    ["quality", "signals"],
    ["quality", "known"],
    ["evidence", "make"],
    ["evidence", "verify"],
    ["jobs", "run"],
    ["jobs", "once"],
    ["demo"],
    ["serve"],
    ["setup"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_in_a_sentence(shared_app: Flask, command: list[str]) -> None:
    shown = shared_app.test_cli_runner().invoke(args=[*command, "--help"])
    assert shown.exit_code == 0
    assert re.search(r"^  [A-Z][^\n]{20,}", shown.output, re.MULTILINE)


def test_no_command_is_missing_from_the_list_above(shared_app: Flask) -> None:
    theirs = {"db", "run", "shell", "routes"}
    found = set()
    for name, command in shared_app.cli.commands.items():
        if name not in theirs:
            inner = command.commands if isinstance(command, click.Group) else [None]
            found |= {(name,) if one is None else (name, one) for one in inner}
    assert found == {tuple(command) for command in COMMANDS}


def test_a_job_is_run_once_at_the_instant_asked_for(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["jobs", "once", "sweep", "--at", "2026-12-04T00:10+05:30"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("sweep done: ")
    [run] = db.session.scalars(select(JobRun))
    assert run.slot.isoformat() == "2026-12-03T18:40:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["jobs", "once", "swep"], "There is no job swep. The jobs are: sweep, "),
        (["jobs", "once", "sweep", "--at", "tomorrow"], "tomorrow is no instant. Write it like 2026-12-04T"),
        (["quality", "signals", "last month"], "Write a month as 2026-11, a quarter as 2026-q4, or a year as 2026."),
        (["quality", "signals", "2099-01"], "This month has not ended."),
        (["jobs", "once", "sweep", "--at", "2026-12-04T00:10"], "has no time zone. India's is +05:30"),
    ],
)
def test_a_command_that_cannot_be_done_says_how_it_could(app: Flask, arguments: list[str], said: str) -> None:
    done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert db.session.scalar(select(func.count()).select_from(JobRun)) == 0


def test_signals_are_looked_for_in_a_period_that_has_passed(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["quality", "signals", "2020-q4"])
    assert (done.exit_code, done.output.splitlines()[0][:13]) == (0, "0 new signals")


def test_no_demo_is_made_in_production_or_in_a_database_that_is_not_empty(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = app.test_cli_runner()
    monkeypatch.setitem(app.config, "SWAGAT_ENV", "production")
    refused = runner.invoke(args=["demo"])
    assert (refused.exit_code, "production" in refused.output) == (1, True)
    monkeypatch.setitem(app.config, "SWAGAT_ENV", "development")
    with transaction() as session:
        session.execute(delete(Person))
        session.add(Person(login="somebody", name_en="Somebody"))
    refused = runner.invoke(args=["demo"])
    assert (refused.exit_code, "not empty" in refused.output) == (1, True)


def test_the_first_administrator_is_made_and_a_weak_password_is_refused(app: Flask) -> None:
    runner = app.test_cli_runner()
    wanted = ["setup", "--login", "asha", "--name", "Asha Desai", "--state", "GJ", "--password"]
    refused = runner.invoke(args=[*wanted, "asha"])
    assert refused.exit_code == 1
    done = runner.invoke(args=[*wanted, "monsoon tea and trains"])
    assert (done.exit_code, done.output) == (0, "asha can sign in now.\n")
    assert db.session.scalar(select(Person.name_en).where(Person.login == "asha")) == "Asha Desai"
