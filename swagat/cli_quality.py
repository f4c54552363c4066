"""The commands about the figures of quality."""

from flask import Flask
from flask.cli import AppGroup

from swagat import clock
from swagat.cli import tell

quality = AppGroup("quality", help="The figures of quality.")


def register_commands(app: Flask) -> None:
    """Add every command about the figures to the flask command of this app."""
    app.cli.add_command(quality)


@quality.command("recount")
def recount_figures() -> None:
    """Count every figure anew from the registers, put right what differs, and say what did."""
    from swagat.services import count_checks as service

    tell(service.recount_all(clock.now()))
