"""Packs are asked for, made one at a time, taken by who may, and made again when a process died half way."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.errors import Invalid, NotFound, Text
from swagat.domain.mandates import Mandate
from swagat.domain.quality.evidence import verify
from swagat.models import Certificate, EvidencePack, PackDownload, PackState
from swagat.services import counting, evidence_packs, evidence_work, housekeeping
from swagat.storage import SWEEP_AFTER, Storage
from tests.builders import Cast, assigned, day, post_cast
from tests.services.certified import audited, certify
from tests.services.counted_history import SWEPT, history

NOW = day(SWEPT + 20)
JULY = ("2026-07", "2026-07")


@pytest.fixture
def cast(app: Flask) -> Cast:
    cast = post_cast()
    for _step in history(cast):
        pass
    counting.count_all(NOW)
    for code in ("MAM-3783", "RAC-438"):
        certify(cast, NOW, code)
    return cast


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "papers")


def ask(cast: Cast, now: datetime = NOW, language: str = "en") -> int:
    return evidence_packs.ask(cast.meena, "MAM-3783", *JULY, language, now)


def pack(number: int) -> EvidencePack:
    db.session.expire_all()
    return db.session.get_one(EvidencePack, number)


def test_a_pack_that_was_asked_for_is_made_and_taken_and_verifies(cast: Cast, storage: Storage) -> None:
    number = ask(cast)
    assert pack(number).state is PackState.WAITING
    report = evidence_work.work(NOW, storage)
    assert (report.made, report.failed, report.cases) == (1, 0, 6)
    assert (pack(number).state, pack(number).percent) == (PackState.DONE, 100)
    taken = evidence_packs.take(cast.meena, number, "zip", storage, NOW)
    with taken.stream as stream:
        found = verify(stream)
    assert (found.problems, found.manifest) == ([], pack(number).manifest)
    with evidence_packs.take(cast.meena, number, "pdf", storage, NOW).stream as stream:
        assert stream.read(5) == b"%PDF-"
    taken_by = [(one.person_id, one.file.value) for one in db.session.scalars(select(PackDownload))]
    assert taken_by == [(cast.meena.person_id, "zip"), (cast.meena.person_id, "pdf")]


def test_asking_twice_gives_the_same_pack_until_something_changes(cast: Cast, storage: Storage) -> None:
    number = ask(cast)
    assert ask(cast) == number
    evidence_work.work(NOW, storage)
    later = NOW + timedelta(hours=1)
    assert ask(cast, later) == number
    assert ask(cast, later, "gu") != number
    assert ask(cast, NOW + timedelta(days=1)) != number


def test_a_new_entry_in_the_register_makes_another_pack(cast: Cast, storage: Storage) -> None:
    number = ask(cast)
    evidence_work.work(NOW, storage)
    assigned(cast, "new", at=SWEPT + 20.02, mobile="+919876543299")
    counting.count_all(NOW + timedelta(hours=2))
    assert ask(cast, NOW + timedelta(hours=3)) != number


def test_who_may_ask_for_which_office(cast: Cast) -> None:
    assert [code for code, _name in evidence_packs.offices(db.session(), cast.meena)] == ["MAM-3783"]
    assert {"MAM-3783", "RAC-438"} <= {code for code, _name in evidence_packs.offices(db.session(), cast.auditor)}
    number = ask(cast)
    assert [one.pack.id for one in evidence_packs.packs(db.session(), cast.auditor)] == [number]
    for stranger in (cast.additional_collector, cast.bharat, cast.administrator):
        assert evidence_packs.packs(db.session(), stranger) == []
        with pytest.raises(NotFound):
            evidence_packs.pack(db.session(), stranger, number)
        with pytest.raises(Invalid) as refusal:
            evidence_packs.ask(stranger, "MAM-3783", *JULY, "en", NOW)
        assert list(refusal.value.errors) == ["office"]


def test_an_office_without_a_certificate_is_not_offered_and_refused_with_the_reason(cast: Cast) -> None:
    offered = [code for code, _name in evidence_packs.offices(db.session(), cast.auditor)]
    assert "TDO-3783" not in offered
    with pytest.raises(Invalid) as refusal:
        evidence_packs.ask(cast.auditor, "TDO-3783", *JULY, "en", NOW)
    assert refusal.value.errors == {"office": Text(evidence_packs.NO_CERTIFICATE)}
    certify(cast, NOW, "TDO-3783")
    assert evidence_packs.ask(cast.auditor, "TDO-3783", *JULY, "en", NOW)


def test_months_outside_a_mandate_are_refused_with_the_reason(cast: Cast) -> None:
    june = date(2026, 6, 1)
    auditor = replace(cast.auditor, mandate=Mandate(None, june, june))
    with pytest.raises(Invalid) as refusal:
        evidence_packs.ask(auditor, "MAM-3783", *JULY, "en", NOW)
    assert refusal.value.errors == {"first": Text(evidence_packs.OUTSIDE)}
    assert evidence_packs.ask(
        replace(auditor, mandate=Mandate(None, june, date(2026, 7, 1))), "MAM-3783", *JULY, "en", NOW
    )


def test_a_finding_that_is_recorded_later_makes_another_pack(cast: Cast, storage: Storage) -> None:
    number = ask(cast)
    evidence_work.work(NOW, storage)
    later = NOW + timedelta(hours=1)
    assert ask(cast, later) == number
    certificate_id = db.session.scalars(select(Certificate.id).order_by(Certificate.id)).first() or 0
    audited(cast, certificate_id, NOW.date(), NOW + timedelta(minutes=5))
    assert ask(cast, later) != number


def test_what_is_wrong_is_named_at_its_field_all_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        evidence_packs.ask(cast.auditor, "TDO-3784", "2026-07", "2026-08", "fr", NOW)
    assert set(refusal.value.errors) == {"office", "last", "language"}


def test_nothing_can_be_taken_before_it_is_made(cast: Cast, storage: Storage) -> None:
    number = ask(cast)
    for file in ("zip", "pdf", "exe"):
        with pytest.raises(NotFound):
            evidence_packs.take(cast.meena, number, file, storage, NOW)
    assert db.session.scalars(select(PackDownload)).all() == []


class Killed(BaseException):
    """What a process does not survive."""


@pytest.fixture
def killed(cast: Cast, storage: Storage) -> int:
    """A pack whose maker was killed half way."""
    number = ask(cast)
    with patch("swagat.services.evidence_making.write_zip", side_effect=Killed), pytest.raises(Killed):
        evidence_work.work(NOW, storage)
    return number


def test_a_pack_whose_process_was_killed_is_made_after_its_lease(killed: int, storage: Storage) -> None:
    assert (pack(killed).state, pack(killed).percent) == (PackState.RUNNING, 90)
    assert evidence_work.work(NOW + timedelta(minutes=2), storage).made == 0
    assert evidence_work.work(NOW + timedelta(minutes=6), storage).made == 1
    assert (pack(killed).state, pack(killed).tries) == (PackState.DONE, 2)


def test_a_pack_that_kills_its_process_three_times_is_given_up(killed: int, storage: Storage) -> None:
    at = NOW
    for _ in range(2):
        at += timedelta(minutes=6)
        with patch("swagat.services.evidence_making.write_zip", side_effect=Killed), pytest.raises(Killed):
            evidence_work.work(at, storage)
    evidence_work.work(at + timedelta(minutes=6), storage)
    assert (pack(killed).state, pack(killed).failure) == (PackState.FAILED, evidence_work.GAVE_UP)


def test_whoever_lost_the_lease_writes_nothing(cast: Cast, storage: Storage) -> None:
    number = ask(cast)

    def taken_over(*_given: object) -> str:
        with transaction() as session:
            session.get_one(EvidencePack, number).lease = "another"
        return "0" * 64

    with patch("swagat.services.evidence_making.write_zip", side_effect=taken_over):
        assert evidence_work.work(NOW, storage).made == 0
    assert (pack(number).state, pack(number).lease) == (PackState.RUNNING, "another")


def test_what_fails_says_so_and_can_be_asked_for_again(cast: Cast, storage: Storage) -> None:
    number = ask(cast)
    with patch("swagat.services.evidence_making.write_zip", side_effect=OSError("full")):
        assert evidence_work.work(NOW, storage).failed == 1
    assert (pack(number).state, pack(number).failure) == (PackState.FAILED, evidence_work.BROKE)
    assert ask(cast) != number


def test_the_files_of_a_pack_are_not_swept(cast: Cast, storage: Storage) -> None:
    number = ask(cast)
    evidence_work.work(NOW, storage)
    swept = storage.sweep(housekeeping._referenced, SWEEP_AFTER, datetime.now(NOW.tzinfo) + timedelta(days=9))
    assert (swept, storage.exists(pack(number).zip_digest or "")) == (0, True)
