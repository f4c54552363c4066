import hashlib
import os
import subprocess
import sys
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import ROOT
from swagat.storage import SWEEP_AFTER, SWEEP_BATCH, Storage

NOW = datetime(2026, 7, 10, 6, 0, tzinfo=UTC)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "documents")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")


def age(path: Path, hours: float) -> None:
    then = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


def nothing(_digests: Collection[str]) -> set[str]:
    return set()


def test_stored_bytes_come_back_under_their_digest(storage: Storage, tmp_path: Path) -> None:
    digest = storage.put(b"a paper")
    assert digest == hashlib.sha256(b"a paper").hexdigest()
    with storage.open(digest) as stream:
        assert stream.read() == b"a paper"
    assert storage.exists(digest)
    assert files(tmp_path) == [tmp_path / "documents" / digest[:2] / digest]


def test_only_the_programs_own_user_may_read_what_is_stored(storage: Storage, tmp_path: Path) -> None:
    digest = storage.put(b"a paper")
    stored = tmp_path / "documents" / digest[:2] / digest
    assert stored.stat().st_mode & 0o777 == 0o600
    assert stored.parent.stat().st_mode & 0o077 == 0
    assert stored.parent.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "digest",
    ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "a" * 65, "/" + "a" * 63, "૦" * 64],
)
def test_nothing_but_a_digest_becomes_a_path(storage: Storage, digest: str) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        storage.open(digest)
    with pytest.raises(ValueError, match="not a digest"):
        storage.exists(digest)


def test_what_is_not_stored_is_not_there(storage: Storage) -> None:
    assert not storage.exists("0" * 64)
    with pytest.raises(FileNotFoundError):
        storage.open("0" * 64)


def test_bytes_are_on_the_disk_before_they_have_their_name_and_the_name_before_put_returns(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.put(b"makes the folder")
    done: list[str] = []
    sync, rename = os.fsync, os.replace

    def fsync(handle: int) -> None:
        place = Path(os.readlink(f"/proc/self/fd/{handle}"))
        done.append("folder" if place.is_dir() else "file")
        sync(handle)

    def replace(source: Path, target: Path) -> None:
        done.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    storage.put(b"a paper")
    assert done[-3:] == ["file", "rename", "folder"]


def test_a_crash_before_the_rename_leaves_only_an_unfinished_file(storage: Storage, tmp_path: Path) -> None:
    dying = (
        "import os, sys; from swagat.storage import Storage\n"
        "os.replace = lambda *paths: os._exit(9)\n"
        "Storage(sys.argv[1]).put(b'a paper')"
    )
    ended = subprocess.run([sys.executable, "-c", dying, tmp_path / "documents"], cwd=ROOT, check=False)
    assert ended.returncode == 9

    digest = hashlib.sha256(b"a paper").hexdigest()
    assert not storage.exists(digest)
    [left] = files(tmp_path)
    assert left.name.startswith(".new-")
    assert storage.put(b"a paper") == digest
    age(left, 49)
    assert storage.sweep(lambda digests: set(digests), SWEEP_AFTER, NOW) == 1
    assert files(tmp_path) == [tmp_path / "documents" / digest[:2] / digest]


def test_a_full_disk_leaves_nothing_behind(storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    storage.put(b"makes the folder")
    before = files(tmp_path)
    shelf = tmp_path / "documents" / hashlib.sha256(b"a paper").hexdigest()[:2]
    shelf.mkdir(exist_ok=True)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        storage.put(b"a paper")
    assert files(tmp_path) == before


def test_the_same_bytes_stored_at_once_are_one_whole_file(storage: Storage, tmp_path: Path) -> None:
    data = os.urandom(300_000)
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: storage.put(data), range(40)))
    [digest] = digests
    assert [path.name for path in files(tmp_path)] == [digest]
    with storage.open(digest) as stream:
        assert stream.read() == data


def test_the_sweep_takes_what_is_old_and_belongs_to_nobody(storage: Storage, tmp_path: Path) -> None:
    digests = {name: storage.put(name.encode()) for name in ("old", "young", "kept", "edge")}
    places = {name: tmp_path / "documents" / digest[:2] / digest for name, digest in digests.items()}
    age(places["old"], 48.1)
    age(places["young"], 47.9)
    age(places["kept"], 1000)
    age(places["edge"], 48)
    asked: list[str] = []

    def referenced(batch: Collection[str]) -> set[str]:
        asked.extend(batch)
        return {digests["kept"]} & set(batch)

    assert storage.sweep(referenced, SWEEP_AFTER, NOW) == 1
    assert set(asked) == {digests["old"], digests["kept"]}
    assert {name for name, digest in digests.items() if storage.exists(digest)} == {"young", "kept", "edge"}


def test_the_sweep_asks_in_batches_and_forgets_none(storage: Storage, tmp_path: Path) -> None:
    shelf = tmp_path / "documents" / "ab"
    shelf.mkdir(parents=True)
    for number in range(SWEEP_BATCH + 3):
        path = shelf / f"ab{number:062x}"
        path.touch()
        age(path, 72)
    sizes: list[int] = []

    def referenced(batch: Collection[str]) -> set[str]:
        sizes.append(len(batch))
        return set()

    assert storage.sweep(referenced, SWEEP_AFTER, NOW) == SWEEP_BATCH + 3
    assert sizes == [SWEEP_BATCH, 3]


def test_the_sweep_deletes_nothing_when_it_cannot_learn_what_is_referenced(storage: Storage, tmp_path: Path) -> None:
    digest = storage.put(b"a paper")
    age(tmp_path / "documents" / digest[:2] / digest, 72)

    def away(_digests: Collection[str]) -> set[str]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        storage.sweep(away, SWEEP_AFTER, NOW)
    assert storage.exists(digest)


def test_bytes_stored_again_while_the_sweep_looks_them_up_stay(storage: Storage, tmp_path: Path) -> None:
    digest = storage.put(b"a paper")
    age(tmp_path / "documents" / digest[:2] / digest, 72)

    def meanwhile(_digests: Collection[str]) -> set[str]:
        storage.put(b"a paper")
        return set()

    assert storage.sweep(meanwhile, SWEEP_AFTER, NOW) == 0
    assert storage.exists(digest)


def test_the_sweep_leaves_alone_what_the_store_did_not_make(storage: Storage, tmp_path: Path) -> None:
    strange = tmp_path / "documents" / "README.txt"
    strange.parent.mkdir()
    strange.write_text("kept by the operator")
    elsewhere = tmp_path / "documents" / "ab" / "notes.txt"
    elsewhere.parent.mkdir()
    elsewhere.touch()
    for path in (strange, elsewhere):
        age(path, 1000)
    assert storage.sweep(nothing, SWEEP_AFTER, NOW) == 0
    assert strange.exists()
    assert elsewhere.exists()


def test_a_store_that_was_never_used_is_swept_without_fault(tmp_path: Path) -> None:
    assert Storage(tmp_path / "none").sweep(nothing, SWEEP_AFTER, NOW) == 0
