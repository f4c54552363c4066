"""The bytes of papers, each under the digest of its content; no name that anybody typed becomes a path."""

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

SWEEP_AFTER = timedelta(hours=48)
SWEEP_BATCH = 500
CHUNK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHELF = re.compile(r"[0-9a-f]{2}")
_UNFINISHED = ".new-"
_LOCK = ".lock"


class Storage:
    """A folder of files named by their SHA-256, which several processes may use at once."""

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)

    def put(self, data: bytes) -> str:
        """Store bytes so that they outlast a power cut, and return their digest; the same bytes are stored once.

        Call it before the transaction that refers to them: what no row refers to is swept after 48 hours.
        """
        return self._put(hashlib.sha256(data).hexdigest(), lambda unfinished: _write(unfinished, [data]))

    def put_file(self, source: Path) -> str:
        """Store a file's bytes as `put` does, without ever holding all of them."""
        with source.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return self._put(digest, lambda unfinished: _write(unfinished, _parts(source)))

    def _put(self, digest: str, write: Callable[[Path], None]) -> str:
        path = self._path(digest)
        self._make_shelf(path.parent)
        if not self._renew(path):
            unfinished = path.parent / f"{_UNFINISHED}{secrets.token_hex(8)}"
            try:
                write(unfinished)
                with self._locked(fcntl.LOCK_SH):
                    os.replace(unfinished, path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
        # Also when another process has just renamed it: its rename need not be on the disk yet.
        _sync_folder(path.parent)
        return digest

    def open(self, digest: str) -> BinaryIO:
        """Return the stored bytes as a stream to read, raising FileNotFoundError when there are none."""
        return self._path(digest).open("rb")

    def exists(self, digest: str) -> bool:
        """Return whether bytes with this digest are stored."""
        return self._path(digest).is_file()

    def sweep(self, referenced: Callable[[Collection[str]], set[str]], older_than: timedelta, now: datetime) -> int:
        """Delete what no row refers to and nobody stored anew since, and return how many files went.

        `referenced` is given digests, 500 at most, and answers with those that a row refers to.
        """
        before, removed = (now - older_than).timestamp(), 0
        batch: list[Path] = []
        for path in self._files():
            if path.stat().st_mtime >= before:
                continue
            if path.name.startswith(_UNFINISHED):
                removed += self._remove(path, before)
                continue
            batch.append(path)
            if len(batch) == SWEEP_BATCH:
                removed += self._sweep_batch(batch, referenced, before)
                batch = []
        return removed + self._sweep_batch(batch, referenced, before)

    def _sweep_batch(self, batch: list[Path], referenced: Callable[[Collection[str]], set[str]], before: float) -> int:
        if not batch:
            return 0
        kept = referenced([path.name for path in batch])
        return sum(self._remove(path, before) for path in batch if path.name not in kept)

    def _remove(self, path: Path, before: float) -> bool:
        # Whoever stores the same bytes now makes the file young again under the same lock, so it is looked at anew.
        with self._locked(fcntl.LOCK_EX):
            try:
                if path.stat().st_mtime >= before:
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def _files(self) -> Iterator[Path]:
        if not self._folder.is_dir():
            return
        for shelf in sorted(self._folder.iterdir()):
            if not _SHELF.fullmatch(shelf.name):
                continue
            for path in sorted(shelf.iterdir()):
                if _DIGEST.fullmatch(path.name) or path.name.startswith(_UNFINISHED):
                    yield path

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError("not a digest")
        return self._folder / digest[:2] / digest

    def _renew(self, path: Path) -> bool:
        """Return whether the bytes lie there already, made young so that no sweep takes them before the commit."""
        with self._locked(fcntl.LOCK_SH):
            try:
                os.utime(path)
            except FileNotFoundError:
                return False
        return True

    def _make_shelf(self, shelf: Path) -> None:
        if shelf.is_dir():
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shelf.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(self._folder)

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        handle = os.open(self._folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while part := stream.read(CHUNK):
            yield part


def _write(path: Path, parts: Iterable[bytes]) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
