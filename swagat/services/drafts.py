"""A filing in progress: kept under a key that belongs to one browser, until it is filed or erased."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from swagat.database import alone, db, is_sqlite, table_of, transaction
from swagat.models import FilingDraft, Grievance

NONCE_LETTERS = 22
KEY_LETTERS = 2 * NONCE_LETTERS

_DRAFTS = table_of(FilingDraft)
_BEGIN = insert(_DRAFTS)
_CHANGE = update(_DRAFTS).where(_DRAFTS.c.key == bindparam("draft"))
_KEEP = _CHANGE.returning(_DRAFTS.c.key)
# PostgreSQL's own way to say what `add` says in Python.
_ADD = _CHANGE.values(
    answers=_DRAFTS.c.answers.op("||")(bindparam("more", type_=_DRAFTS.c.answers.type)),
    touched_at=bindparam("now", type_=_DRAFTS.c.touched_at.type),
).returning(_DRAFTS.c.answers)
_ANSWERS = select(_DRAFTS.c.answers).where(_DRAFTS.c.key == bindparam("draft"))

Answers = dict[str, dict[str, Any]]


class Sent(NamedTuple):
    """What a draft became: its number, and when it was filed."""

    number: str
    filed_at: datetime


def new_key(browser: str, secret: bytes) -> str:
    """Return a fresh submission key that only this browser may use; nothing is written."""
    nonce = secrets.token_urlsafe(16)
    return nonce + _bound(nonce, browser, secret)


def is_key_of(key: str, browser: str | None, secret: bytes) -> bool:
    """Return whether this key was made for this browser, also when its draft is long erased."""
    if browser is None or len(key) != KEY_LETTERS or not key.isascii():
        return False
    nonce, tag = key[:NONCE_LETTERS], key[NONCE_LETTERS:]
    return hmac.compare_digest(tag, _bound(nonce, browser, secret))


def begin(key: str, browser: str, answers: Answers, now: datetime) -> None:
    """Keep the first answers of a filing."""
    row = {"key": key, "browser_digest": sha256(browser.encode()).digest(), "answers": answers, "touched_at": now}
    alone(_BEGIN, row)


def change(key: str, answers: Answers, now: datetime) -> bool:
    """Keep these answers in place of all that were held and return whether the draft was still there."""
    return bool(alone(_KEEP, {"draft": key, "answers": answers, "touched_at": now}))


def add(key: str, more: Answers, now: datetime) -> Answers | None:
    """Keep further or changed steps of a filing and return all of it, or None when the draft is gone."""
    if not is_sqlite(db.session()):
        return next((row.answers for row in alone(_ADD, {"draft": key, "more": more, "now": now})), None)
    with transaction() as session:
        held = session.scalar(_ANSWERS, {"draft": key})
        if held is None:
            return None
        answers: Answers = held | more
        session.execute(_CHANGE, {"draft": key, "answers": answers, "touched_at": now})
        return answers


def answers_of(key: str) -> Answers | None:
    """Return what a draft holds, or None when it was filed or erased; whose it is was asked before."""
    return db.session.scalar(_ANSWERS, {"draft": key})


def sent(key: str) -> Sent | None:
    """Return what was filed under a key, or None when nothing was."""
    row = db.session.execute(
        select(Grievance.registration_number, Grievance.filed_at).where(Grievance.submission_key == key)
    ).first()
    return Sent(row[0] or "", row[1]) if row else None


def _bound(nonce: str, browser: str, secret: bytes) -> str:
    tag = hmac.new(secret, f"draft:{nonce}:{browser}".encode(), sha256).digest()
    return urlsafe_b64encode(tag[:16]).decode()[:NONCE_LETTERS]
