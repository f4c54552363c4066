"""The command that brings over history from another system."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from swagat import clock
from swagat.domain.errors import Refused

imports = AppGroup("import", help="History from another system.")


def register_commands(app: Flask) -> None:
    """Add the command to the flask command of this app."""
    app.cli.add_command(imports)


@imports.command("cases")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--state", default=lambda: str(current_app.config["STATE"]), help="Of which state: such as GJ.")
@click.option("--source", default="earlier system", show_default=True, help="What the other system is called.")
def import_cases(file: Path, state: str, source: str) -> None:
    """Import the ended cases of FILE, a table of comma-separated values with the columns of docs/import.md.

    All lines are checked first: with a mistake in any, nothing is imported and the lines are named. Running the same
    file again goes on where it was stopped. Nobody is sent a text, and no date begins to run.
    """
    from swagat.services import importing as service

    try:
        report = service.import_cases(file, state, source, clock.now(), click.echo)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    for line in report.lines():
        click.echo(line)
    if not report.ok:
        sys.exit(1)
