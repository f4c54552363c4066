"""What the telecom operators gave for the texts is recorded: a file of ids from a terminal, or one text on a page."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.errors import N_, Invalid, NotFound, Text
from swagat.domain.message_lint import NAMES
from swagat.domain.messages import LANGUAGES
from swagat.domain.registered_texts import fault_of_header, fault_of_template_id
from swagat.domain.roles import Actor
from swagat.domain.text import ascii_digits
from swagat.models import RegisteredTemplate, State
from swagat.services import catalogue
from swagat.services.reference_files import BadRow, FileReport, Row, read, take
from swagat.services.registered_texts import Key, digest_of

log = logging.getLogger(__name__)

COLUMNS = ("template", "language", "template_id", "header")
ID_TAKEN = N_("This is the id of another text: %(template)s, %(language)s.")
NO_ID = N_("Give the id that the operator gave for this text.")


class Wanted(NamedTuple):
    """A registration to be recorded: which text in which language, and what the operator gave for it."""

    template: str
    language: str
    template_id: str
    header: str


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """What became of the lines of a file of ids; with a single refused line nothing was recorded."""

    file: FileReport

    @property
    def ok(self) -> bool:
        """Return whether the file was taken."""
        return not self.file.refused

    def lines(self) -> list[str]:
        """Return the figures, and each refused line with its reason."""
        found = self.file.lines()
        return found if self.ok else [*found, "Nothing was changed: correct the refused lines and register again."]


def register(path: Path, state_short: str, now: datetime) -> RegisterReport:
    """Record the ids of a file for a state, all of them or none; lines without id and header are left out.

    Raises NotFound for an unknown state.
    """
    state_id = catalogue.state_named(state_short).id
    sheet = read(path.parent, path.name, COLUMNS)
    rows: dict[Key, tuple[int, Wanted]] = {}
    take(sheet, sheet.report, lambda row: _take(row, rows))
    with transaction() as session:
        _lock(session, state_id)
        wanted = [one for _line, one in rows.values()]
        for key, why in _taken_ids(session, state_id, wanted).items():
            sheet.report.refuse(rows[key][0], str(why))
        if not sheet.report.refused:
            _write(session, state_id, wanted, None, now, sheet.report)
    return RegisterReport(sheet.report)


def _take(row: Row, rows: dict[Key, tuple[int, Wanted]]) -> None:
    wanted = Wanted(
        row.known("template", NAMES, "text"),
        row.known("language", LANGUAGES, "language"),
        ascii_digits(row.values["template_id"].strip()),
        row.values["header"].strip(),
    )
    if not wanted.template_id and not wanted.header:
        return
    for column, fault in (
        ("template_id", fault_of_template_id(wanted.template_id)),
        ("header", fault_of_header(wanted.header)),
    ):
        if fault:
            raise BadRow(f"{column} is {row.values[column]!r}. {fault}")
    key = (wanted.template, wanted.language)
    if key in rows:
        raise BadRow(f"{' '.join(key)} stands on line {rows[key][0]} already")
    rows[key] = (row.line, wanted)


def set_ids(actor: Actor, template: str, ids: Mapping[str, str], header: str, now: datetime) -> None:
    """Record the ids of one text by language and its header, for the actor's state; an empty id takes it away.

    Raises NotFound for an unknown text, Invalid for what is no id or header.
    """
    if template not in NAMES:
        raise NotFound
    header, state_id = header.strip(), actor.state_id or 0
    given = {language: ascii_digits(typed.strip()) for language, typed in ids.items()}
    faults = {language: fault_of_template_id(typed) for language, typed in given.items() if typed}
    if any(given.values()) or header:
        faults["header"] = fault_of_header(header)
    if not any(given.values()) and header:
        faults["en"] = Text(NO_ID)
    wanted = [Wanted(template, language, typed, header) for language, typed in given.items() if typed]
    _refuse(faults)
    report = FileReport(template)
    with transaction() as session:
        _lock(session, state_id)
        gone = {(template, language) for language in LANGUAGES if not given.get(language)}
        _refuse({language: why for (_, language), why in _taken_ids(session, state_id, wanted, gone).items()})
        report.removed = _remove(session, state_id, gone)
        _write(session, state_id, wanted, actor.person_id, now, report)
    log.info(
        "administration: person %s recorded ids of the text %s: %s new, %s changed, %s taken away",
        actor.person_id, template, report.added, report.changed, report.removed,
    )  # fmt: skip


def _refuse(faults: Mapping[str, Text | None]) -> None:
    if errors := {field: why for field, why in faults.items() if why is not None}:
        raise Invalid(errors=errors)


def _lock(session: Session, state_id: int) -> None:
    """Let one at a time record ids of a state, so that none is given to two texts."""
    session.execute(select(State.id).where(State.id == state_id).with_for_update())


def _taken_ids(
    session: Session, state_id: int, wanted: Sequence[Wanted], gone: Collection[Key] = ()
) -> dict[Key, Text]:
    """Return for which of these texts the id is another's; what they have now, and what is `gone`, does not count."""
    one = RegisteredTemplate
    anew = {(each.template, each.language) for each in wanted} | set(gone)
    holders = {
        row.template_id: (row.template, row.language)
        for row in session.execute(select(one.template_id, one.template, one.language).where(one.state_id == state_id))
        if (row.template, row.language) not in anew
    }
    found: dict[Key, Text] = {}
    for each in wanted:
        key = (each.template, each.language)
        holder = holders.setdefault(each.template_id, key)
        if holder != key:
            found[key] = Text(ID_TAKEN, {"template": holder[0], "language": holder[1]})
    return found


def _write(
    session: Session, state_id: int, wanted: Sequence[Wanted], person_id: int | None, now: datetime, report: FileReport
) -> None:
    """Record each registration; an id that stays belongs to the words that it was recorded with."""
    held = {(row.template, row.language): row for row in _rows(session, state_id)}
    for one in wanted:
        row = held.get((one.template, one.language))
        if row is None:
            row = RegisteredTemplate(state_id=state_id, template=one.template, language=one.language)
            session.add(row)
            report.added += 1
        elif (row.template_id, row.header) == (one.template_id, one.header):
            report.unchanged += 1
            continue
        else:
            report.changed += 1
        if row.template_id != one.template_id:
            row.words_digest = digest_of(one.template, one.language)
        row.template_id, row.header = one.template_id, one.header
        row.registered_at, row.registered_by_id = now, person_id


def _rows(session: Session, state_id: int) -> Sequence[RegisteredTemplate]:
    return session.scalars(select(RegisteredTemplate).where(RegisteredTemplate.state_id == state_id)).all()


def _remove(session: Session, state_id: int, gone: Collection[Key]) -> int:
    found = [row for row in _rows(session, state_id) if (row.template, row.language) in gone]
    for row in found:
        session.delete(row)
    return len(found)
