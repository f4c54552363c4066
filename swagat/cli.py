"""The commands, thin over the services: each says what it did, and ends with 0 only when it did it."""

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import exc, func, select
from sqlalchemy.engine import make_url

from swagat import clock
from swagat.database import db
from swagat.domain.errors import Refused

REFERENCE = Path(__file__).parent / "reference"

reference = AppGroup("reference", help="Places, departments, categories and holidays.")
routing = AppGroup("routing", help="Which office answers for what, and where.")
categories = AppGroup("categories", help="The subjects a grievance can be about.")
register = AppGroup("register", help="The movement register.")
messages = AppGroup("messages", help="The texts to telephones, and their registration with the operators.")
jobs = AppGroup("jobs", help="What the program does by itself.")


Done = TypeVar("Done")


class Report(Protocol):
    """What a command did: lines to print, and whether all went well."""

    @property
    def ok(self) -> bool:
        """Whether nothing was refused or missing."""

    def lines(self) -> list[str]:
        """Return what to print."""


def register_commands(app: Flask) -> None:
    """Add every command to the flask command of this app."""
    for command in (reference, routing, categories, register, messages, jobs, demo, serve, setup):
        app.cli.add_command(command)


def _allowed(use_case: Callable[[], Done]) -> Done:
    """Return what a use case does; a refusal becomes one line about why not."""
    try:
        return use_case()
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None


def tell(report: Report) -> None:
    """Print what a command did, and end with 1 where not all was well."""
    """Print what a command did, and end with 1 where it was not all well."""
    for line in report.lines():
        click.echo(line)
    if not report.ok:
        sys.exit(1)


@reference.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=REFERENCE)
def load_reference(folder: Path) -> None:
    """Load the reference tables from FOLDER, or those that come with the program.

    Loading again changes only what differs. A file with a mistake changes nothing: its lines are listed.
    """
    from swagat.services import reference as service

    tell(service.load(folder, clock.now()))


@routing.command("check")
@click.option("--state", help="Only this state: its short name, such as GJ.")
def check_routing(state: str | None) -> None:
    """Walk every category in every taluka and list what reaches no office, no officer, or two offices."""
    from swagat.services import routing as service

    tell(service.check(clock.now(), state))


@routing.command("explain")
@click.argument("category")
@click.argument("place")
def explain_routing(category: str, place: str) -> None:
    """Say which office answers for CATEGORY at PLACE (both by code), and why."""
    from swagat.services import routing as service

    tell(service.explain(category, place))


@categories.command("suggest")
@click.argument("text", required=False)
def suggest_categories(text: str | None) -> None:
    """Name the three categories that fit TEXT best; without TEXT, for each line of the standard input."""
    from swagat.services import suggest as service

    for line in [text] if text else (raw.strip() for raw in sys.stdin):
        click.echo(" ".join(service.suggest(line)))


@register.command("verify")
def verify_register() -> None:
    """Check that no entry of the movement register was changed, removed or put in afterwards."""
    from swagat.services import registers as service

    tell(service.verify())


def _own_state() -> str:
    return str(current_app.config["STATE"])


STATE_OF_TEXTS = click.option("--state", default=_own_state, help="Of which state: its short name, such as GJ.")


@messages.command("lint")
@STATE_OF_TEXTS
def lint_messages(state: str) -> None:
    """List every text with its alphabet, its segments and its variable part, and then what is wrong.

    Where DLT_ENTITY_ID is set, a text without an id, or with other words than were registered, is wrong too.
    """
    from swagat.services import registered_texts as service

    tell(_allowed(lambda: service.check(db.session(), state, current_app.config["DLT_ENTITY_ID"])))


@messages.command("export")
@STATE_OF_TEXTS
def export_messages(state: str) -> None:
    """Print every text as an operator's registration form asks for it, as comma-separated values.

    Send the output to a file, fill in the ids and headers that the operator gives, and register that file.
    """
    from swagat.services import registered_texts as service

    entity_id = current_app.config["DLT_ENTITY_ID"]
    click.echo(_allowed(lambda: service.exported(db.session(), state, entity_id)), nl=False)


@messages.command("register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@STATE_OF_TEXTS
def register_messages(file: Path, state: str) -> None:
    """Record the ids that an operator gave for the texts: FILE has the columns template, language, template_id, header.

    All of the file is taken or nothing: lines with a mistake are listed. Registering it again changes nothing.
    """
    from swagat.services import registering as service

    tell(_allowed(lambda: service.register(file, state, clock.now())))


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with a believable demo; refused in production."""
    if current_app.config["SWAGAT_ENV"] == "production":
        raise click.ClickException("This is a production installation: no demo is made here.")
    if not _is_empty():
        raise click.ClickException("The database is not empty: a demo is made only in an empty one.")
    _make_demo()


@jobs.command("run")
def run_jobs() -> None:
    """Run every job in its time until stopped; any number of these processes may run side by side."""
    from swagat.jobs import runner

    runner.run_for_ever(current_app._get_current_object())  # type: ignore[attr-defined]


@jobs.command("once")
@click.argument("name")
@click.option("--at", "instant", help="As if it were this instant, such as 2026-12-04T00:10+05:30.")
def run_job_once(name: str, instant: str | None) -> None:
    """Run the job NAME now and print its figures."""
    from swagat.jobs import runner
    from swagat.jobs.schedule import JOBS

    if name not in JOBS:
        raise click.ClickException(f"There is no job {name}. The jobs are: {', '.join(JOBS)}.")
    run = runner.run_once(JOBS[name], _instant(instant) if instant else clock.now())
    click.echo(f"{name} {run.outcome}: " + (", ".join(f"{k} {v}" for k, v in run.report.items()) or "nothing due"))
    if run.outcome != runner.DONE:
        sys.exit(1)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"{text} is no instant. Write it like 2026-12-04T00:10+05:30.") from None
    if instant.tzinfo is None:
        raise click.ClickException(f"{text} has no time zone. India's is +05:30 at the end.")
    return instant


@click.command("setup")
@click.option("--login", prompt="Sign-in name")
@click.option("--name", prompt="Full name")
@click.option("--state", prompt="State (short name)", default=lambda: current_app.config["STATE"])
@click.password_option(help="At least 12 characters.")
@with_appcontext
def setup(login: str, name: str, state: str, password: str) -> None:
    """Make the first administrator, who makes everybody else on the pages."""
    from swagat.services import accounts as service

    _allowed(lambda: service.create_administrator(login, name, password, state, clock.now()))
    click.echo(f"{login} can sign in now.")


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Prepare the database and serve the pages, with the jobs beside them, until Ctrl-C."""
    from swagat.jobs import serve as supervisor

    config = current_app.config
    host, port = config["HOST"], config["PORT"]
    try:
        supervisor.check_port(host, port)
    except supervisor.PortTaken as fault:
        raise click.ClickException(str(fault)) from None
    sign_ins = _prepare()
    both = supervisor.Together()
    folder = str(Path(current_app.root_path).parent)
    web = both.start(supervisor.web_command(host, port, config["WORKER_PROCESSES"], config["WORKER_THREADS"]), folder)
    both.start(supervisor.jobs_command(), folder)
    if supervisor.wait_until_live(host, port, web):
        click.echo("\n".join([f"SWAGAT serves on http://{host}:{port}  (Ctrl-C stops it)", *sign_ins]))
    sys.exit(both.wait())


def _prepare() -> list[str]:
    """Bring the database to this version, with reference data and, in development, a demo; return its sign-ins."""
    from flask_migrate import upgrade

    from swagat.services import reference as service

    _check_database()
    upgrade()
    loaded = service.load(REFERENCE, clock.now())
    if loaded.added or loaded.changed or not loaded.ok:
        tell(loaded)
    sign_ins = _demo() if current_app.config["SWAGAT_ENV"] == "development" else []
    db.session.remove()
    db.engine.dispose()
    return sign_ins


def _demo() -> list[str]:
    from swagat.services import demo as service

    if _is_empty():
        click.echo("Making the demo ...")
        _make_demo()
    lines: list[str] = service.sign_ins()
    return lines


def _make_demo() -> None:
    from swagat.services import demo as service

    # A year of work passes in a minute: a line for each text of it would bury what is to be read.
    logging.disable(logging.INFO)
    try:
        config, rules = current_app.config, current_app.extensions["rules"]
        secret = config["SECRET_KEY"].encode()
        report = service.build(clock.now(), rules, secret, publish_on=config["PUBLISH_ON_DAY"])
    finally:
        logging.disable(logging.NOTSET)
    tell(report)


def _check_database() -> None:
    try:
        db.session.execute(select(1))
    except (exc.OperationalError, exc.InterfaceError) as fault:
        said = str(fault.orig or fault).strip().splitlines()[0]
        address = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).render_as_string(hide_password=True)
        raise click.ClickException(f"The database {address} cannot be reached: {said}") from None
    db.session.rollback()


def _is_empty() -> bool:
    from swagat import models

    tables: tuple[Any, ...] = (models.Person, models.Grievance)
    return not any(db.session.scalar(select(func.count()).select_from(table)) for table in tables)
