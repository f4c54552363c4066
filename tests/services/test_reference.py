"""The reference tables are taken whole or not at all, and a second load changes nothing."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, func, select, update

from swagat.database import db, transaction
from swagat.domain.places import PlaceKind
from swagat.domain.policies import SHIPPED_POLICY
from swagat.domain.working_time import DayOffKind
from swagat.models import (
    CalendarDay,
    Category,
    Jurisdiction,
    LadderStep,
    Office,
    Person,
    Place,
    PlaceKey,
    PolicyVersion,
    State,
)
from swagat.services import catalogue, places
from swagat.services.reference import LoadReport, load
from swagat.services.reference_files import FileReport
from tests.services.reference_data import NOW, REFERENCE, bare_app, small_folder


@pytest.fixture(scope="module")
def filled(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Path, LoadReport]]:
    """A database that holds both states, the folder it was loaded from, and the report of that load."""
    folder = tmp_path_factory.mktemp("filled")
    tables = small_folder(folder)
    with bare_app(backend, request, folder, "reference_filled") as app:
        yield app, tables, load(tables, NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of tables that a test may spoil."""
    return small_folder(tmp_path)


@pytest.fixture
def empty(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database that holds nothing."""
    name = f"reference_{abs(hash(request.node.nodeid)):x}"
    with bare_app(backend, request, tmp_path, name) as app:
        yield app


def edit(path: Path, change: Callable[[list[dict[str, str]]], None]) -> None:
    """Change the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or ())
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def row_of(rows: list[dict[str, str]], **values: str) -> dict[str, str]:
    return next(row for row in rows if all(row[name] == value for name, value in values.items()))


def count(table: type) -> int:
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def write(*statements: Executable) -> None:
    with transaction() as session:
        for statement in statements:
            session.execute(statement)
    catalogue.clear()


def reports(report: LoadReport) -> dict[str, FileReport]:
    return {one.name: one for one in report.files}


class TestWhatIsLoaded:
    def test_every_row_is_added_and_none_refused(self, filled: tuple[Flask, Path, LoadReport]) -> None:
        report = filled[2]
        assert report.ok
        by_name = reports(report)
        assert by_name["places_gujarat.csv"].added == 335
        assert by_name["departments.csv"].added == 27
        assert by_name["categories.csv"].added == 171
        assert not any(one.refused for one in report.files)

    def test_both_states_stand_with_what_belongs_to_them(self, filled: tuple[Flask, Path, LoadReport]) -> None:
        gujarat, madhya_pradesh = catalogue.state_named("GJ"), catalogue.state_named("23")
        assert gujarat.languages == ("gu", "hi", "en")
        assert madhya_pradesh.languages[0] == "hi"
        assert len(places.districts(gujarat.id)) == 34
        assert sum(len(places.talukas(one.id)) for one in places.districts(gujarat.id)) == 300
        second_saturday, third_saturday = date(2026, 11, 14), date(2026, 11, 21)
        assert not gujarat.calendar.is_working_day(second_saturday)
        assert gujarat.calendar.is_working_day(third_saturday)
        assert not madhya_pradesh.calendar.is_working_day(third_saturday)
        assert {line.number for line in catalogue.helplines(gujarat.id, "women")} == {"181"}
        assert {line.number for line in catalogue.helplines(madhya_pradesh.id, "cm_helpline")} == {"181"}

    def test_the_exchange_days_of_diwali_are_known(self, filled: tuple[Flask, Path, LoadReport]) -> None:
        calendar = catalogue.state_named("GJ").calendar
        closed = calendar.day_off(date(2025, 10, 21))
        assert closed is not None
        assert closed.kind is DayOffKind.EXTRA_CLOSED
        assert calendar.is_working_day(date(2025, 11, 8))
        assert date(2026, 3, 19) in calendar.estimated

    def test_every_place_but_the_state_knows_its_district_and_can_be_found(
        self, filled: tuple[Flask, Path, LoadReport]
    ) -> None:
        lost = select(func.count()).where(Place.district_id.is_(None), Place.kind != PlaceKind.STATE)
        assert db.session.scalar(lost) == 0
        without_keys = select(func.count()).where(Place.id.not_in(select(PlaceKey.place_id)))
        assert db.session.scalar(without_keys) == 0

    def test_an_invented_code_is_never_taken_for_a_directory_code(self, filled: tuple[Flask, Path, LoadReport]) -> None:
        sources = dict(db.session.execute(select(Place.source, func.count()).group_by(Place.source)).all())
        assert set(sources) == {"lgd", "census", "ours"}
        invented = select(func.count()).where(Place.code.like("N%"), Place.source != "ours")
        assert db.session.scalar(invented) == 0

    def test_every_leaf_has_a_ladder_on_which_somebody_stands_at_each_level(
        self, filled: tuple[Flask, Path, LoadReport]
    ) -> None:
        steps = db.session.execute(
            select(Office.state_id, LadderStep.ladder, LadderStep.level)
            .join(Office, Office.id == LadderStep.office_id)
            .distinct()
        ).all()
        standing = {tuple(step) for step in steps}
        for state in catalogue.states():
            for category in catalogue.current().categories.values():
                levels = {level for place, ladder, level in standing if (place, ladder) == (state.id, category.ladder)}
                assert {3, 4, 5, 6} <= levels, (state.short, category.code)

    def test_texts_stand_in_the_script_of_their_language(self, filled: tuple[Flask, Path, LoadReport]) -> None:
        scripts = {"hi": ("ऀ", "ॿ"), "gu": ("઀", "૿")}
        other = {"hi": scripts["gu"], "gu": scripts["hi"]}
        found = catalogue.current()
        named = [*found.categories.values(), *found.departments.values(), *found.grounds.values()]
        texts = [(language, getattr(one, f"name_{language}")) for one in named for language in scripts]
        texts += [(lang, getattr(one, f"instead_{lang}")) for one in found.grounds.values() for lang in scripts]
        texts += [
            (lang, getattr(one, f"{part}_{lang}"))
            for one in found.replies.values()
            for part in ("title", "text")
            for lang in scripts
        ]
        offices = db.session.execute(select(Office.title_hi, Office.title_gu).distinct()).all()
        texts += [(language, text) for row in offices for language, text in zip(scripts, row, strict=True)]
        for language, text in texts:
            # A danda stands in the Devanagari block and ends sentences of other scripts as well.
            letters = text.replace("।", "")
            first, last = scripts[language]
            assert any(first <= letter <= last for letter in letters), text
            first, last = other[language]
            assert not any(first <= letter <= last for letter in letters), text


class TestLoadingAgain:
    def test_it_changes_nothing(self, filled: tuple[Flask, Path, LoadReport]) -> None:
        tables = (State, Place, PlaceKey, Category, Office, LadderStep, Jurisdiction, CalendarDay, PolicyVersion)
        before = [count(table) for table in tables]
        again = load(filled[1], NOW)
        assert (again.added, again.changed) == (0, 0)
        assert [count(table) for table in tables] == before

    def test_the_time_limits_of_the_program_are_written_once_and_never_over(
        self, filled: tuple[Flask, Path, LoadReport]
    ) -> None:
        assert reports(filled[2])["time limits of the program"].added == 1
        assert catalogue.policy(1) == SHIPPED_POLICY
        assert catalogue.policy(state_id=catalogue.state_named("GJ").id, on=date(2026, 7, 1)) == SHIPPED_POLICY
        write(update(PolicyVersion).values(repeat_days=15))
        try:
            assert reports(load(filled[1], NOW))["time limits of the program"].unchanged == 1
            assert catalogue.policy(1).repeat_days == 15
        finally:
            write(update(PolicyVersion).values(repeat_days=SHIPPED_POLICY.repeat_days))

    def test_what_an_administrator_decided_of_a_day_stands(self, filled: tuple[Flask, Path, LoadReport]) -> None:
        state_id = catalogue.state_named("GJ").id
        taken, estimate = date(2026, 8, 28), date(2026, 3, 19)
        of_state = update(CalendarDay).where(CalendarDay.state_id == state_id)
        with transaction() as session:
            session.add(Person(id=9001, login="umesh", name_en="Umesh Joshi"))
        write(
            of_state.where(CalendarDay.day == taken).values(withdrawn_at=NOW, decided_by_id=9001),
            of_state.where(CalendarDay.day == estimate).values(confirmed="yes", decided_by_id=9001),
        )
        try:
            again = load(filled[1], NOW)
            assert (again.added, again.changed) == (0, 0)
            calendar = catalogue.calendar(state_id)
            assert calendar.is_working_day(taken)
            assert estimate not in calendar.estimated
        finally:
            write(
                of_state.where(CalendarDay.day == taken).values(withdrawn_at=None, decided_by_id=None),
                of_state.where(CalendarDay.day == estimate).values(confirmed="no", decided_by_id=None),
                delete(Person).where(Person.id == 9001),
            )

    def test_a_day_that_comes_to_the_table_later_was_not_known_before(
        self, filled: tuple[Flask, Path, LoadReport]
    ) -> None:
        path = filled[1] / "calendar_days.csv"
        original = path.read_bytes()
        state_id, some = catalogue.state_named("GJ").id, date(2026, 7, 22)

        def add(rows: list[dict[str, str]]) -> None:
            rows.append(row_of(rows, state="GJ", date="2026-08-15") | {"date": some.isoformat()})

        edit(path, add)
        try:
            assert reports(load(filled[1], NOW))["calendar_days.csv"].added == 1
            assert not catalogue.calendar(state_id).is_working_day(some)
            before = catalogue.calendar(state_id, at=NOW - timedelta(seconds=1))
            assert before.is_working_day(some)
            assert not before.is_working_day(date(2026, 8, 15))
        finally:
            path.write_bytes(original)
            write(delete(CalendarDay).where(CalendarDay.day == some))

    def test_a_changed_row_is_changed_and_counted_and_changed_back(
        self, filled: tuple[Flask, Path, LoadReport]
    ) -> None:
        path = filled[1] / "places_gujarat.csv"
        original = path.read_bytes()

        def rename(rows: list[dict[str, str]]) -> None:
            row_of(rows, lgd_code="3783")["name_en"] = "Dholka Renamed"

        edit(path, rename)
        try:
            report = reports(load(filled[1], NOW))
            assert (report["places_gujarat.csv"].changed, report["places_gujarat.csv"].added) == (1, 0)
            # Every office of the taluka carries its name.
            assert report["office_types.csv"].changed == 10
            found = places.search("dholka renamed", catalogue.state_named("GJ").id)
            assert found[0].name_en == "Dholka Renamed"
        finally:
            path.write_bytes(original)
            assert load(filled[1], NOW).ok
        assert not places.search("renamed", catalogue.state_named("GJ").id)

    def test_an_answer_taken_out_of_the_table_is_removed_and_an_override_made_by_hand_stays(
        self, filled: tuple[Flask, Path, LoadReport]
    ) -> None:
        path = filled[1] / "office_types.csv"
        original = path.read_bytes()
        office_id, place_id = db.session.execute(
            select(Office.id, Office.place_id).where(Office.code == "MAM-3783")
        ).one()
        by_hand = Jurisdiction(office_id=office_id, place_id=place_id, is_override=True, reason_en="By hand")
        with transaction() as session:
            session.add(by_hand)

        def silence(rows: list[dict[str, str]]) -> None:
            row_of(rows, type="RFO", state="MP")["answers"] = ""

        edit(path, silence)
        try:
            report = reports(load(filled[1], NOW))
            assert report["jurisdictions (from office_types.csv and regions.csv)"].removed == 12
            assert db.session.get(Jurisdiction, by_hand.id) is not None
        finally:
            path.write_bytes(original)
            assert load(filled[1], NOW).ok
            with transaction() as session:
                session.delete(by_hand)

    def test_a_row_that_is_in_no_file_any_more_is_kept_and_said(self, filled: tuple[Flask, Path, LoadReport]) -> None:
        path = filled[1] / "grounds.csv"
        original = path.read_bytes()
        edit(path, lambda rows: rows.pop())
        try:
            report = reports(load(filled[1], NOW))["grounds.csv"]
            assert report.kept == 1
            assert "1 kept though in no file" in report.lines()[0]
            assert len(catalogue.grounds()) == 11
        finally:
            path.write_bytes(original)


SPOILED = [
    pytest.param("places_gujarat.csv", {"lgd_code": "3783"}, {"parent_code": "999"}, "not known", id="no parent"),
    pytest.param("places_gujarat.csv", {"lgd_code": "3783"}, {"lgd_code": "3780"}, "there twice", id="twice"),
    pytest.param("places_gujarat.csv", {"lgd_code": "3783"}, {"level": "hamlet"}, "must be one of", id="no such kind"),
    pytest.param("places_gujarat.csv", {"lgd_code": "3783"}, {"name_en": " "}, "name_en is empty", id="no name"),
    pytest.param("local_places.csv", {"code": "NP-DHOLKA-01"}, {"parent_code": "NP-X"}, "not known", id="no town"),
    pytest.param("local_places.csv", {"code": "NP-DHOLKA"}, {"parent_level": "state"}, "cannot lie in", id="misplaced"),
    pytest.param("states.csv", {"short": "GJ"}, {"frames": "18:10-10:30"}, "hours", id="hours that end first"),
    pytest.param("states.csv", {"short": "GJ"}, {"languages": "gu xx"}, "xx", id="no such language"),
    pytest.param("helplines.csv", {"number": "112"}, {"number": "11x"}, "telephone", id="no number"),
    pytest.param("departments.csv", {"code": "REV"}, {"code": "FIN"}, "there twice", id="department twice"),
    pytest.param("categories.csv", {"code": "REV-712"}, {"sla_days": "soon"}, "whole number", id="no number of days"),
    pytest.param("categories.csv", {"code": "REV-712"}, {"sla_days": "0"}, "whole number", id="no days at all"),
    pytest.param("categories.csv", {"code": "REV-712"}, {"parent_code": "REV-NA"}, "no group", id="leaf as group"),
    pytest.param("categories.csv", {"code": "REV-712"}, {"ladder": "stairs"}, "no ladder stairs", id="no ladder"),
    pytest.param("categories.csv", {"code": "REV-712"}, {"channel": "blue"}, "must be one of", id="no channel"),
    pytest.param("categories.csv", {"code": "REV-712"}, {"asks": "street"}, "must be one of", id="asks nonsense"),
    pytest.param("category_keywords.csv", {"code": "REV-712"}, {"code": "REV-7"}, "no category", id="words of nobody"),
    pytest.param("calendar_days.csv", {"date": "2026-01-26"}, {"date": "26 Jan"}, "must be a day", id="no day"),
    pytest.param("saved_replies.csv", {"code": "visit"}, {"text_hi": "आएँगे"}, "more blanks", id="blanks differ"),
    pytest.param("regions.csv", {"code": "MGVCL"}, {"members": "461 438"}, "lies in two regions", id="two regions"),
    pytest.param("regions.csv", {"code": "UGVCL"}, {"members": "438"}, "stands above", id="region left out"),
    pytest.param("office_types.csv", {"type": "MAM"}, {"answers": "XYZ"}, "not known", id="answers nonsense"),
    pytest.param("office_types.csv", {"type": "MAM"}, {"kind": "planet"}, "no kind of place", id="sits nowhere"),
    pytest.param("ladders.csv", {"type": "RAC", "ladder": "revenue"}, {"superior": "MAM"}, "no cycles", id="cycle"),
    pytest.param("ladders.csv", {"type": "RAC", "ladder": "revenue"}, {"level": "3"}, "must stand", id="gap"),
    pytest.param("ladders.csv", {"type": "RAC", "ladder": "revenue"}, {"level": "7"}, "whole number", id="too high"),
    pytest.param("ladders.csv", {"type": "RAC", "ladder": "revenue"}, {"superior": ""}, "top of a ladder", id="top"),
    pytest.param("ladders.csv", {"type": "RAC", "ladder": "revenue"}, {"superior": "DDO"}, "ladder revenue", id="off"),
    pytest.param("overrides.csv", {"office": "EI-438"}, {"office": "EI-1"}, "no office", id="override to nobody"),
]


@pytest.mark.parametrize(("name", "which", "values", "why"), SPOILED)
def test_a_bad_row_is_refused_with_its_line_before_any_database_is_asked(
    folder: Path, name: str, which: dict[str, str], values: dict[str, str], why: str
) -> None:
    edit(folder / name, lambda rows: row_of(rows, **which).update(values))
    lines = (folder / name).read_text("utf-8").splitlines()
    # There is no app here, so a question to a database would fail.
    report = load(folder, NOW)
    assert not report.ok
    refused = [(one.name, line, reason) for one in report.files for line, reason in one.refused if why in reason]
    assert refused, report.lines()
    spoiled = (*which.values(), *values.values())
    for file, line, _ in refused:
        if file == name:
            assert any(value in lines[line - 1] for value in spoiled), (line, lines[line - 1])
    assert "Nothing was changed" in report.lines()[-1]


def test_one_bad_row_keeps_the_good_ones_out_as_well(filled: tuple[Flask, Path, LoadReport], folder: Path) -> None:
    edit(folder / "departments.csv", lambda rows: row_of(rows, code="AGR").update(name_en="Renamed"))
    edit(folder / "ladders.csv", lambda rows: row_of(rows, type="RAC").update(level="7"))
    assert not load(folder, NOW).ok
    catalogue.clear()
    assert "Renamed" not in [one.name_en for one in catalogue.departments()]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "is missing"),
        (b"code,name_en\nX,Y\n", "has no column"),
        ("code,name_en,name_hi,name_gu,source\nÄ,B,C,D,E\n".encode("latin-1"), "is not UTF-8"),
        (b"code,name_en,name_hi,name_gu,source\nA,B,C\n", "fewer fields"),
        (b"code,name_en,name_hi,name_gu,source\nA,B,C,D,E,F\n", "more or fewer fields"),
        (b'code,name_en,name_hi,name_gu,source\nA,"B,C,D,E\n', "comma-separated"),
        (b"", "has no column"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(folder: Path, content: bytes | None, why: str) -> None:
    path = folder / "departments.csv"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    report = load(folder, NOW)
    assert not report.ok
    assert any(why in reason for _, reason in reports(report)["departments.csv"].refused)


def test_one_state_can_be_loaded_by_itself_and_the_other_later(empty: Flask, folder: Path) -> None:
    alone = load(folder, NOW, states={"MP"}, villages=False)
    assert alone.ok
    assert [state.short for state in catalogue.states()] == ["MP"]
    assert db.session.scalar(select(func.count()).where(Place.kind == PlaceKind.VILLAGE)) == 0
    offices = count(Office)
    both = load(folder, NOW)
    assert both.ok
    assert both.changed == 0
    assert [state.short for state in catalogue.states()] == ["GJ", "MP"]
    assert count(Office) > offices


def test_a_year_without_holidays_is_said(empty: Flask, folder: Path) -> None:
    report = load(folder, NOW.replace(year=2030), states={"MP"}, villages=False)
    assert any("No holidays of MP are known for 2030" in note for note in report.notes)
    assert not load(folder, NOW, states={"MP"}, villages=False).notes


def test_the_tables_that_come_with_the_program_are_complete() -> None:
    """The folder that is shipped, whole: what the small copy leaves out must be as sound as the rest."""
    with (REFERENCE / "places_gujarat_villages.csv").open(encoding="utf-8", newline="") as file:
        villages = list(csv.DictReader(file))
    with (REFERENCE / "places_gujarat.csv").open(encoding="utf-8", newline="") as file:
        talukas = {row["lgd_code"] for row in csv.DictReader(file) if row["level"] == "taluka"}
    assert len(villages) == len({row["lgd_code"] for row in villages}) == 18481
    assert {row["parent_code"] for row in villages} <= talukas
    for path in sorted(REFERENCE.glob("*.csv")):
        content = path.read_bytes()
        assert b"\r" not in content, path.name
        assert not content.startswith(b"\xef\xbb\xbf"), path.name
        content.decode("utf-8")
