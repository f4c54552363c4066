"""The commands about the figures of quality."""

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
