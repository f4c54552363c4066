"""An evidence pack says what the figures say, can be worked out again, and shows whoever changes a line of it."""

import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from swagat.database import db
from swagat.domain.errors import Invalid
from swagat.domain.quality import evidence
from swagat.domain.quality import evidence_files as files
from swagat.domain.quality.evidence import verify
from swagat.domain.quality.evidence_reading import NotAPack
from swagat.domain.quality.indicators import INDICATORS
from swagat.models import Scope
from swagat.services import counting, evidence_making, quality_scopes, tallies
from swagat.services.evidence_zip import Asked
from swagat.services.tallies import Period
from tests.builders import day, gujarat, post_cast
from tests.services.counted_history import SWEPT, history

NOW = day(SWEPT + 20)
JULY = evidence_making.span_of("2026-07", "2026-07", NOW.date())
Change = Callable[[dict[str, bytes]], None]


def asked(language: str = "en", code: str = "MAM-3783") -> Asked:
    whose = quality_scopes.named(db.session(), gujarat(), Scope.OFFICE, code)
    return Asked(whose, JULY, NOW, language)


@pytest.fixture
def office(app: Flask) -> None:
    for _step in history(post_cast()):
        pass
    counting.count_all(NOW)
    db.session.commit()


def make(language: str = "en") -> tuple[bytes, bytes]:
    with evidence_making.made(asked(language), lambda _done, _whole: None) as made:
        return made.zip_file.read_bytes(), made.pdf_file.read_bytes()


def opened(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as found:
        return {name: found.read(name) for name in found.namelist()}


def packed(content: dict[str, bytes]) -> io.BytesIO:
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as into:
        for name, data in content.items():
            into.writestr(name, data)
    return io.BytesIO(pack.getvalue())


def signed(content: dict[str, bytes]) -> dict[str, bytes]:
    """Return the pack with digests that fit, as somebody would make them who wants nobody to notice."""
    own = {name: data for name, data in content.items() if name not in (files.MANIFEST, files.SUMS)}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in own.items()}
    manifest = files.as_json({"format": files.FORMAT, "files": digests})
    of_manifest = hashlib.sha256(manifest).hexdigest()
    return own | {files.MANIFEST: manifest, files.SUMS: files.sums({**digests, files.MANIFEST: of_manifest})}


def test_a_fresh_pack_is_whole_and_says_what_the_page_of_figures_says(office: None) -> None:
    pack, _printed = make()
    found = verify(io.BytesIO(pack))
    assert found.problems == []
    assert (found.cases, found.entries > found.cases) == (6, True)
    told = {one["code"]: one for one in json.loads(opened(pack)[files.FIGURES])["figures"]}
    tally = tallies.tally(db.session(), asked().office.where, Period(JULY.first, JULY.last))
    for code, indicator in INDICATORS.items():
        part, whole, median, ninetieth = files.shown(indicator, tally)
        assert (told[code]["numerator"], told[code]["denominator"]) == (part, whole), code
        assert (told[code].get("median"), told[code].get("ninetieth")) == (median, ninetieth), code


def test_the_same_instant_gives_the_same_bytes(office: None) -> None:
    assert make("gu") == make("gu")


def test_sha256sum_reads_the_pack(office: None, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(make()[0])) as pack:
        pack.extractall(tmp_path)
    done = subprocess.run(["sha256sum", "-c", files.SUMS], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_name_no_mobile_and_no_text_is_in_the_pack(office: None) -> None:
    content = b"".join(opened(make()[0]).values()).decode()
    for told in ("Kanta", "કાન્તા", "9876543", "Meena", "Bharat", "ચકાસ્યું"):
        assert told not in content


def test_one_line_of_a_list_that_was_changed_names_its_figures_and_its_file(office: None) -> None:
    content = opened(make()[0])
    name = "lists/answered.csv"
    assert b"redressed|refused,1" in content[name]
    content[name] = content[name].replace(b"redressed|refused,1", b"redressed|confirmed,1")
    found = verify(packed(content))
    assert found.changed == [name]
    assert {"confirmed", "refused", "fell"} == set(found.figures)
    assert any(problem.startswith("refused, 2026-07 to 2026-07: the pack says 1 of 5") for problem in found.problems)


def test_whoever_signs_the_changed_list_anew_is_betrayed_by_the_figures(office: None) -> None:
    content = opened(make()[0])
    name = "lists/answered.csv"
    content[name] = content[name].replace(b"redressed|refused,1", b"redressed|confirmed,1")
    found = verify(packed(signed(content)))
    assert (found.changed, "refused" in found.figures) == ([], True)


def changed_sum(content: dict[str, bytes]) -> None:
    content[files.SUMS] = content[files.SUMS].replace(b"0", b"1")


def without_a_list(content: dict[str, bytes]) -> None:
    del content["lists/held.csv"]


def with_another_list(content: dict[str, bytes]) -> None:
    content["lists/other.csv"] = b""


def with_a_gap_in_the_register(content: dict[str, bytes]) -> None:
    lines = content[files.REGISTER].splitlines(keepends=True)
    content[files.REGISTER] = b"".join(lines[:2] + lines[3:])
    content.update(signed(content))


def with_another_digest(content: dict[str, bytes]) -> None:
    lines = content[files.REGISTER].splitlines(keepends=True)
    lines[1] = lines[1][:-65] + b"a" * 64 + b"\n"
    content[files.REGISTER] = b"".join(lines)
    content.update(signed(content))


def with_words_for_a_number(content: dict[str, bytes]) -> None:
    name = "lists/held.csv"
    content[name] = content[name].replace(b",1\n", b",one\n").replace(b",4\n", b",four\n")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (changed_sum, files.SUMS),
        (without_a_list, "lists/held.csv"),
        (with_another_list, "lists/other.csv"),
        (with_a_gap_in_the_register, files.REGISTER),
        (with_another_digest, files.REGISTER),
        (with_words_for_a_number, "lists/held.csv"),
    ],
)
def test_what_is_not_as_it_was_made_is_named(office: None, change: Change, name: str) -> None:
    content = opened(make()[0])
    change(content)
    found = verify(packed(content))
    assert not found.ok
    assert name in found.changed


@pytest.mark.parametrize("typed", ["2026-08", "2026-09", "2027-01"])
def test_a_month_that_is_not_over_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        evidence_making.span_of("2026-07", typed, NOW.date())
    assert list(refusal.value.errors) == ["last"]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("july", "2026-07", "first"), ("2026-07", "2026", "last"), ("2026-07", "2026-06", "last"),
     ("2020-01", "2026-07", "first")],
)  # fmt: skip
def test_a_period_that_is_none_is_refused_at_its_field(first: str, last: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        evidence_making.span_of(first, last, NOW.date())
    assert list(refusal.value.errors) == [field]


def test_an_office_without_a_case_has_no_pack(office: None) -> None:
    with (
        pytest.raises(Invalid, match="nothing to show"),
        evidence_making.made(asked(code="TDO-3784"), lambda _done, _whole: None),
    ):
        pass


def test_the_commands_make_a_pack_and_verify_it(app: Flask, office: None, tmp_path: Path) -> None:
    from swagat import clock

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "now", lambda: NOW)
        runner, out = app.test_cli_runner(), tmp_path / "pack.zip"
        wanted = ["evidence", "make", "--office", "MAM-3783", "--from", "2026-07", "--to", "2026-07", "--out", str(out)]
        done = runner.invoke(args=wanted)
        assert done.exit_code == 0, done.output
        assert sorted(one.name for one in tmp_path.iterdir()) == ["pack.pdf", "pack.zip"]
        assert runner.invoke(args=["evidence", "verify", str(out)]).exit_code == 0
        refused = runner.invoke(args=[*wanted[:6], "--to", "2026-08", "--out", str(tmp_path / "other.zip")])
        assert (refused.exit_code, "has not ended" in refused.output) == (1, True)
        assert not (tmp_path / "other.zip").exists()
    content = opened(out.read_bytes())
    content["lists/received.csv"] = content["lists/received.csv"].replace(b",1\n", b",2\n", 1)
    out.write_bytes(packed(content).getvalue())
    told = runner.invoke(args=["evidence", "verify", str(out)])
    assert (told.exit_code, "received, 2026-07 to 2026-07" in told.output) == (1, True)
    out.write_bytes(b"no pack")
    assert runner.invoke(args=["evidence", "verify", str(out)]).exit_code == 2


def test_what_is_no_pack_is_refused_whatever_it_is() -> None:
    needed = {files.MANIFEST: b"{}", files.FIGURES: b"{}"}
    for content in (
        {},
        needed,
        needed | {"../../etc/passwd": b""},
        needed | {"lists/../x.csv": b""},
        needed | {f"lists/{'x' * at}.csv": b"" for at in range(1, 80)},
        needed | {files.FIGURES: b"[" * 100_000},
    ):
        with pytest.raises(NotAPack):
            verify(packed(content))
    for data in (b"", b"PK", b"\0" * 10_000):
        with pytest.raises(NotAPack):
            verify(io.BytesIO(data))


def test_a_file_that_would_fill_the_memory_is_refused() -> None:
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr(files.MANIFEST, b'{"files": {}}')
        into.writestr(files.FIGURES, b" " * 30_000_000)
    with pytest.raises(NotAPack, match="too large"):
        verify(pack)


def test_more_months_than_there_can_be_are_refused() -> None:
    rows = [f"GJ-1,REV,{year}-01,1,1" for year in range(2000, 2200)]
    held = "\n".join([",".join(files.LIST_COLUMNS), *rows]).encode()
    with pytest.raises(NotAPack, match="more than any office"):
        verify(packed(signed({files.FIGURES: b"{}", "lists/held.csv": held})))


def test_no_more_problems_are_told_than_anybody_reads() -> None:
    held = "\n".join([",".join(files.LIST_COLUMNS), *["GJ-1,REV,2026-01,1,x"] * 5_000]).encode()
    found = verify(packed(signed({files.FIGURES: b"{}", "lists/held.csv": held})))
    assert len(found.problems) == evidence.MOST_PROBLEMS + 1


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    content = signed({files.FIGURES: b"{}", "lists/held.csv": b"x" * 1_000_000})
    assert "lists/held.csv" in verify(packed(content)).changed
