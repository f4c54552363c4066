"""The commands about evidence packs: making one for any office, and verifying one that somebody was given."""

import os
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from swagat import clock
from swagat.database import db
from swagat.domain.errors import Invalid, NotFound

evidence = AppGroup("evidence", help="Packs of evidence for an auditor.")


def register_commands(app: Flask) -> None:
    """Add every command about evidence packs to the flask command of this app."""
    app.cli.add_command(evidence)


@evidence.command("make")
@click.option("--office", required=True, help="Its code.")
@click.option("--from", "first", required=True, help="The first month, such as 2026-01.")
@click.option("--to", "last", required=True, help="The last month, which must be over.")
@click.option("--language", default="en", show_default=True, help="en, gu or hi.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The ZIP to write.")
@click.option("--state", default=lambda: str(current_app.config["STATE"]), help="Of which state: such as GJ.")
def make_pack(office: str, first: str, last: str, language: str, out: Path, state: str) -> None:
    """Make the pack of an office: the ZIP at OUT, and the printed report beside it with the ending .pdf.

    What is there already under these names is written over, whole or not at all.
    """
    from swagat.models import Scope
    from swagat.services import catalogue, quality_scopes
    from swagat.services import evidence_making as service
    from swagat.services.evidence_zip import Asked

    now = clock.now()
    try:
        state_id = catalogue.state_named(state).id
        whose = quality_scopes.named(db.session(), state_id, Scope.OFFICE, office)
        span = service.span_of(first, last, catalogue.calendar(state_id).day_of(now))
        asked = Asked(whose, span, now, service.language_of(language))
        with service.made(asked, lambda done, whole: None) as made:
            _put(made.pdf_file, out.with_suffix(".pdf"))
            _put(made.zip_file, out)
    except NotFound:
        raise click.ClickException(f"There is no office {office} in {state}.") from None
    except Invalid as refusal:
        raise click.ClickException(" ".join(map(str, refusal.errors.values())) or str(refusal)) from None
    except OSError as fault:
        raise click.ClickException(f"{out} cannot be written: {fault.strerror}") from None
    click.echo(f"{out}: {made.cases} cases, SHA-256 of the manifest {made.manifest}")


def _put(made: Path, out: Path) -> None:
    """Move a file to its place on another disk, too, so that half of it is never there under its name."""
    unfinished = out.with_name(f".{out.name}.new")
    try:
        unfinished.write_bytes(made.read_bytes())
        os.replace(unfinished, out)
    finally:
        unfinished.unlink(missing_ok=True)


@evidence.command("verify")
@click.argument("pack", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_pack(pack: Path) -> None:
    """Work out every figure of PACK, a ZIP, from its lists, and check every digest; names what differs.

    Ends with 0 where all is as it says, with 1 where something differs, with 2 where it is no evidence pack. It reads
    the file alone and no database.
    """
    from swagat.domain.quality import evidence as rules
    from swagat.domain.quality.evidence_reading import NotAPack

    try:
        with pack.open("rb") as stream:
            found = rules.verify(stream)
    except NotAPack as refusal:
        click.echo(f"Error: {refusal}", err=True)
        sys.exit(2)
    for line in found.lines():
        click.echo(line)
    if not found.ok:
        sys.exit(1)
