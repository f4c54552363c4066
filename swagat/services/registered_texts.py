"""The registration of the texts with India's telecom operators (DLT): which ids a state has, and for which words."""

import csv
import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.errors import N_, Text
from swagat.domain.message_lint import ALL_TEXTS, Fault, Lint, Linted, lint
from swagat.domain.names import Name
from swagat.domain.registered_texts import (
    CATEGORY,
    as_registered,
    words_digest,
)
from swagat.models import Person, RegisteredTemplate
from swagat.services import catalogue

log = logging.getLogger(__name__)

EXPORTED = (
    *("template", "language", "category", "principal_entity", "header", "template_id"),
    *("text", "sample", "encoding", "segments"),
)
NOT_REGISTERED = N_("It is not registered with the operators.")
OTHER_WORDS = N_("It was registered with other words than it has now.")

Key = tuple[str, str]


class Registration(NamedTuple):
    """The id and the header that a text has with the operators; `by` is empty where a command recorded it."""

    template_id: str
    header: str
    is_todays: bool
    at: datetime
    by: Name | None


def registrations(session: Session, state_id: int) -> dict[Key, Registration]:
    """Return what is registered in a state, by name of the text and language, in one statement."""
    one = RegisteredTemplate
    found = session.execute(
        select(one.template, one.language, one.template_id, one.header, one.words_digest, one.registered_at)
        .add_columns(Person.name_en, Person.name_local)
        .outerjoin(Person, Person.id == one.registered_by_id)
        .where(one.state_id == state_id)
    )
    return {
        (row.template, row.language): Registration(
            row.template_id,
            row.header,
            row.words_digest == digest_of(row.template, row.language),
            row.registered_at,
            Name(row.name_en, row.name_local, row.name_local) if row.name_en else None,
        )
        for row in found
    }


def digest_of(template: str, language: str) -> bytes:
    """Return the digest of the words that a text has today, empty where there is no such text any more."""
    text = ALL_TEXTS.get(template, {}).get(language)
    return words_digest(text) if text else b""


def faults_of_registration(linted: Lint, registered: Mapping[Key, Registration]) -> list[Fault]:
    """Return which texts operators would stop: those without an id, and those that have other words by now."""
    found: list[Fault] = []
    for one in linted.texts:
        registration = registered.get((one.name, one.language))
        if registration is None:
            found.append(Fault(one.name, one.language, Text(NOT_REGISTERED)))
        elif not registration.is_todays:
            found.append(Fault(one.name, one.language, Text(OTHER_WORDS)))
    return found


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Every text with its size, and what is wrong with any."""

    texts: Sequence[Linted]
    faults: Sequence[Fault]

    @property
    def ok(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.faults

    def lines(self) -> list[str]:
        """Return a line for each text, and the faults at the end."""
        found = [
            f"{one.name} {one.language}: {one.length.encoding}, {one.length.units} units, "
            f"segments {one.length.segments} (at most {one.longest.segments}), {round(100 * one.share)} % variable"
            for one in self.texts
        ]
        found += [f"texts: {len(self.texts)}, faults: {len(self.faults)}"]
        return found + [str(fault) for fault in self.faults]


def check(session: Session, state_short: str, entity_id: str) -> CheckReport:
    """Return the report of the linter; where there is a principal entity, also what a state has not registered.

    Raises NotFound for an unknown state.
    """
    linted = lint()
    faults = [*linted.faults]
    if entity_id:
        faults += faults_of_registration(linted, registrations(session, catalogue.state_named(state_short).id))
    return CheckReport(linted.texts, faults)


def exported(session: Session, state_short: str, entity_id: str) -> str:
    """Return as a table of comma-separated values everything that an operator's form asks for, a line for each text.

    With ids and headers filled in it can be registered as it is. Raises NotFound for an unknown state.
    """
    registered = registrations(session, catalogue.state_named(state_short).id)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(EXPORTED)
    for one in lint().texts:
        known = registered.get((one.name, one.language))
        ids = (known.header, known.template_id) if known else ("", "")
        writer.writerow(
            [
                *(one.name, one.language, CATEGORY, entity_id, *ids),
                *(as_registered(one.words), one.sample, one.length.encoding.value, one.length.segments),
            ]
        )
    return table.getvalue()
