"""The texts from a terminal: looked at, printed for the operators' forms, and registered with the ids they gave."""

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from swagat import clock
from swagat.database import db, transaction
from swagat.domain import message_lint
from swagat.domain.message_lint import ALL_TEXTS, NAMES
from swagat.domain.messages import LANGUAGES
from swagat.models import RegisteredTemplate, State
from swagat.services import registered_texts
from tests.builders import BEGAN, day, gujarat

ENTITY = "1101234567890123456"
HEAD = "template,language,template_id,header\n"


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: BEGAN)


@pytest.fixture
def entity(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation whose principal entity is registered."""
    monkeypatch.setitem(app.config, "DLT_ENTITY_ID", ENTITY)


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["messages", *map(str, arguments)])


def id_of(place: int) -> str:
    return f"11071{place:014}"


def register(app: Flask, tmp_path: Path, lines: str, state: str = "GJ") -> Result:
    file = tmp_path / "ids.csv"
    file.write_text(lines, encoding="utf-8")
    return run(app, "register", file, "--state", state)


def registered() -> dict[tuple[str, str], RegisteredTemplate]:
    """Return every row of the state, leaving no transaction open around the next command."""
    db.session.commit()
    wanted = select(RegisteredTemplate).where(RegisteredTemplate.state_id == gujarat())
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    db.session.commit()
    return {(row.template, row.language): row for row in found}


def reword(monkeypatch: pytest.MonkeyPatch, name: str, language: str) -> None:
    """Give one text other words than it had, as a later version of the program does."""
    words = {**ALL_TEXTS[name], language: ALL_TEXTS[name][language].replace("an officer", "somebody") + "."}
    monkeypatch.setattr(registered_texts, "ALL_TEXTS", {**ALL_TEXTS, name: words})


def test_the_linter_prints_a_line_for_each_text_and_ends_well(app: Flask) -> None:
    done = run(app, "lint")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == "filed en: GSM-7, 144 units, segments 1 (at most 2), 35 % variable"
    assert "asking_code gu: UCS-2, 65 units, segments 1 (at most 1), 9 % variable" in lines
    assert lines[-1] == f"texts: {len(NAMES) * 3}, faults: 0"


def test_the_linter_ends_with_the_faults_and_not_with_0(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**ALL_TEXTS, "assigned": {**ALL_TEXTS["assigned"], "en": "SWAGAT: Grievance {number} isn\u2019t idle."}}
    monkeypatch.setattr(registered_texts, "lint", lambda: message_lint.lint(wrong))
    done = run(app, "lint")
    assert done.exit_code == 1
    assert done.output.splitlines()[-2:] == [
        f"texts: {len(NAMES) * 3}, faults: 1",
        "assigned en: It holds RIGHT SINGLE QUOTATION MARK (U+2019), which turns it to UCS-2 and doubles its price.",
    ]


def test_where_there_is_a_principal_entity_the_linter_names_what_has_no_id(
    app: Flask, entity: None, tmp_path: Path
) -> None:
    assert register(app, tmp_path, f"{HEAD}filed,gu,{id_of(1)},SWAGAT\n").exit_code == 0
    done = run(app, "lint")
    assert done.exit_code == 1
    assert f"texts: {len(NAMES) * 3}, faults: {len(NAMES) * 3 - 1}" in done.output
    assert "filed en: It is not registered with the operators." in done.output
    assert "filed gu: It is not registered" not in done.output


def test_a_text_that_has_other_words_by_now_is_named_until_it_has_a_new_id(
    app: Flask, entity: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = f"{HEAD}assigned,en,{id_of(1)},SWAGAT\n"
    register(app, tmp_path, line)
    assert "other words" not in run(app, "lint").output
    reword(monkeypatch, "assigned", "en")
    assert "assigned en: It was registered with other words than it has now." in run(app, "lint").output
    # The same file once more does not make old words new ones.
    assert "1 unchanged" in register(app, tmp_path, line).output
    assert "other words" in run(app, "lint").output
    assert "1 changed" in register(app, tmp_path, f"{HEAD}assigned,en,{id_of(2)},SWAGAT\n").output
    assert "other words" not in run(app, "lint").output


def test_what_is_exported_is_all_that_the_form_of_an_operator_asks_for(app: Flask, entity: None) -> None:
    done = run(app, "export", "--state", "GJ")
    assert done.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(done.output)))
    assert [(row["template"], row["language"]) for row in rows] == [
        (name, code) for name in NAMES for code in LANGUAGES
    ]
    (first,) = [row for row in rows if (row["template"], row["language"]) == ("asking_code", "hi")]
    assert first == {
        "template": "asking_code",
        "language": "hi",
        "category": "service-implicit",
        "principal_entity": ENTITY,
        "header": "",
        "template_id": "",
        "text": "स्वागत: कोड {#numeric#}, 10 मिनट तक। कोई अधिकारी कोड नहीं माँग सकता।",
        "sample": "स्वागत: कोड 493017, 10 मिनट तक। कोई अधिकारी कोड नहीं माँग सकता।",
        "encoding": "UCS-2",
        "segments": "1",
    }


def test_the_exported_file_with_ids_filled_in_is_taken_as_it_is_and_what_is_empty_is_left_out(
    app: Flask, tmp_path: Path
) -> None:
    rows = list(csv.DictReader(io.StringIO(run(app, "export").output)))
    for place, row in enumerate(rows[:3]):
        row |= {"template_id": id_of(place), "header": "SWAGAT"}
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    done = register(app, tmp_path, "\ufeff" + table.getvalue())
    assert (done.exit_code, done.output) == (0, "ids.csv: 3 added, 0 changed, 0 unchanged, 0 refused\n")
    found = registered()
    assert {key: row.template_id for key, row in found.items()} == {
        ("filed", code): id_of(place) for place, code in enumerate(LANGUAGES)
    }
    assert {(row.header, row.registered_at, row.registered_by_id) for row in found.values()} == {
        ("SWAGAT", BEGAN, None)
    }
    again = list(csv.DictReader(io.StringIO(run(app, "export").output)))
    assert (again[0]["template_id"], again[0]["header"]) == (id_of(0), "SWAGAT")


def test_registering_again_changes_nothing_and_not_the_time_either(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = f"{HEAD}filed,gu,{id_of(1)},SWAGAT\n"
    register(app, tmp_path, line)
    later: datetime = day(3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "0 added, 0 changed, 1 unchanged" in register(app, tmp_path, line).output
    assert registered()["filed", "gu"].registered_at == BEGAN
    assert "1 changed" in register(app, tmp_path, f"{HEAD}filed,gu,{id_of(1)},GUJSWG\n").output
    row = registered()["filed", "gu"]
    assert (row.header, row.registered_at) == ("GUJSWG", later)


WRONG = {
    "no such text": (f"filled,gu,{id_of(1)},SWAGAT", "'filled' is no text that is known"),
    "no such language": (f"filed,mr,{id_of(1)},SWAGAT", "'mr' is no language that is known"),
    "an id that a spreadsheet spoilt": ("filed,gu,1.10717E+18,SWAGAT", "template_id is '1.10717E+18'. The id of a"),
    "an id without header": (f"filed,gu,{id_of(1)},", "header is ''. A header has 6 letters"),
    "a header without id": ("filed,gu,,SWAGAT", "template_id is ''. The id of a template has 19 digits"),
    "a header that is none": (f"filed,gu,{id_of(1)},SW-1", "header is 'SW-1'. A header has 6 letters"),
    "the same text twice": (
        f"assigned,gu,{id_of(8)},SWAGAT", "assigned gu stands on line 2 already",
    ),
    "the same id twice": (f"filed,gu,{id_of(9)},SWAGAT", "This is the id of another text: assigned, gu."),
    "a field too many": (f"filed,gu,{id_of(1)},SWAGAT,x", "has more or fewer fields than the head of the table"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "said"), WRONG.values(), ids=WRONG)
def test_with_one_wrong_line_nothing_of_a_file_is_taken(app: Flask, tmp_path: Path, line: str, said: str) -> None:
    done = register(app, tmp_path, f"{HEAD}assigned,gu,{id_of(9)},SWAGAT\n{line}\n")
    assert done.exit_code == 1
    assert f"ids.csv line 3: {said}" in done.output
    assert done.output.splitlines()[-1] == "Nothing was changed: correct the refused lines and register again."
    assert registered() == {}


def test_an_id_that_another_text_has_already_is_refused_unless_that_one_gets_another(
    app: Flask, tmp_path: Path
) -> None:
    register(app, tmp_path, f"{HEAD}filed,gu,{id_of(1)},SWAGAT\n")
    assert "filed, gu" in register(app, tmp_path, f"{HEAD}filed,hi,{id_of(1)},SWAGAT\n").output
    swapped = f"{HEAD}filed,hi,{id_of(1)},SWAGAT\nfiled,gu,{id_of(2)},SWAGAT\n"
    assert "1 added, 1 changed" in register(app, tmp_path, swapped).output
    assert registered()["filed", "hi"].template_id == id_of(1)


@pytest.mark.parametrize("command", ["lint", "export", "register"])
def test_a_state_that_is_not_here_is_said_in_one_line(app: Flask, entity: None, tmp_path: Path, command: str) -> None:
    file = tmp_path / "ids.csv"
    file.write_text(HEAD, encoding="utf-8")
    done = run(app, command, *([file] if command == "register" else []), "--state", "XX")
    assert (done.exit_code, done.output) == (1, "Error: There is no state XX in this installation.\n")


def test_what_is_registered_in_one_state_is_not_registered_in_another_and_may_have_the_same_id(
    app: Flask, entity: None, tmp_path: Path
) -> None:
    with transaction() as session:
        here = session.get_one(State, gujarat())
        values = {column.name: getattr(here, column.name) for column in State.__table__.columns}
        session.add(State(**values | {"id": 9001, "short": "ZZ", "lgd_code": "99"}))
        session.flush()
        session.add(
            RegisteredTemplate(
                state_id=9001, template="filed", language="gu", template_id=id_of(1), header="SWAGAT",
                words_digest=registered_texts.digest_of("filed", "gu"), registered_at=BEGAN,
            )
        )  # fmt: skip
    assert "filed gu: It is not registered with the operators." in run(app, "lint").output
    assert register(app, tmp_path, f"{HEAD}filed,gu,{id_of(1)},SWAGAT\n").exit_code == 0
    assert "filed gu: It is not registered" not in run(app, "lint").output


def test_a_file_without_the_columns_is_refused_as_a_whole(app: Flask, tmp_path: Path) -> None:
    done = register(app, tmp_path, "template,template_id\nfiled,1\n")
    assert done.exit_code == 1
    assert "ids.csv: has no column language, header" in done.output
