"""The commands about the figures of quality."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from swagat import clock
from swagat.cli import tell
from swagat.domain.errors import Refused

quality = AppGroup("quality", help="The figures of quality.")


def register_commands(app: Flask) -> None:
    """Add every command about the figures to the flask command of this app."""
    app.cli.add_command(quality)


@quality.command("recount")
def recount_figures() -> None:
    """Count every figure anew from the registers, put right what differs, and say what did."""
    from swagat.services import count_checks as service

    tell(service.recount_all(clock.now()))


@quality.command("signals")
@click.argument("period")
def find_signals(period: str) -> None:
    """Look for the signals of a PERIOD like 2026-10 or 2026-q3, as after an import; none is found twice."""
    from swagat.domain.quality.periods import named
    from swagat.services import signal_search as service

    try:
        report = service.find_in(named(period).months, clock.now(), current_app.extensions["rules"])
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    tell(report)


@quality.command("known")
@click.option("--state", default=lambda: str(current_app.config["STATE"]), help="Of which state: such as GJ.")
@click.option("--of", "of", default="state", help="Whose figures: state, or district:438, department:REV, office:CS.")
@click.option("--period", required=True, help="A month as 2026-10, a quarter as 2026-q4, or a year as 2026.")
@click.option("--on", "on", required=True, help="The day whose end is meant, in Indian time, as 2026-11-15.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def known_figures(state: str, of: str, period: str, on: str, as_json: bool) -> None:
    """Count the figures of a period again from the registers as they stood at the end of a day.

    Each figure is printed with its part and its whole. What was published by then is counted again too, as of the
    moment until which it had counted; ends with 1 where any figure of it comes out otherwise. It reads only, and takes
    long for a whole state.
    """
    from swagat.database import db
    from swagat.domain.quality import periods
    from swagat.services import catalogue, known_figures, published_months, quality_scopes

    now = clock.now()
    with _names("--state"):
        state_id = catalogue.state_named(state).id
    with _names("--of"):
        whose = quality_scopes.written(db.session(), state_id, of)
    with _names("--period"):
        span = periods.named(period)
    with _names("--on"):
        at = published_months.end_of(state_id, periods.day_named(on, catalogue.calendar(state_id).day_of(now)))
    found = known_figures.known(db.session(), whose, span, min(at, now))
    if not as_json:
        tell(found)
        return
    click.echo(json.dumps(found.as_json(), indent=2))
    if not found.ok:
        sys.exit(1)


@contextmanager
def _names(option: str) -> Iterator[None]:
    """Let a refusal end the command with the option that is wrong, and with 2."""
    try:
        yield
    except Refused as refusal:
        raise click.BadParameter(str(refusal), param_hint=option) from None
