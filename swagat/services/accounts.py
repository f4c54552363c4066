"""The people who sign in: their passwords, and what a stranger can and cannot reach by guessing.

A wrong password is counted for the account at this address, for the account as a whole and for the address.
A browser in which this account signed in before carries a mark and has tries of its own: nobody, however
many addresses they have, can keep an officer out of the browser that the officer always uses.
"""

import hashlib
import hmac
import logging
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain import passwords
from swagat.domain.errors import N_, Invalid, NotFound, Text
from swagat.domain.roles import Role
from swagat.models import LadderStep, Office, Person, Posting, State
from swagat.services import sessions
from swagat.services.limits import Limit, count_tries, forgive_tries, keyed, network

log = logging.getLogger(__name__)

# 19 MiB and three passes: about 45 ms of one core, and above what OWASP asks of argon2id.
_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
# Checked when nobody has the name, so that the answer takes as long: the hash of random bytes that were not kept.
NOBODY = "$argon2id$v=19$m=19456,t=3,p=1$Nbo790bIsSwOf3DRMRFsFg$5cf7MJJjf8ZKQP98kCjAOd5FbWs5SwAvwYWjRUjnMx8"
# A burst of sign-ins waits here instead of taking 19 MiB in every thread of the process at once.
_hashing = threading.BoundedSemaphore(4)

QUARTER, HOUR = 15 * 60, 60 * 60
WHOLE_ACCOUNT, WHOLE_ADDRESS = 4, 12
TOP_LEVEL = 6
LONGEST_LOGIN, LONGEST_NAME = 60, 120

WRONG = N_("The sign-in name or the password is not right.")
WRONG_CURRENT = N_("This is not your present password.")
SAME = N_("This is your present password. Choose another.")
NOT_POSTED = N_("You are not posted to any office at present. Please ask your administrator.")
TAKEN = N_("Somebody else has this sign-in name.")
BAD_LOGIN = N_("Give a sign-in name of 2 to %(most)s characters without spaces.")
BAD_NAME = N_("Give the full name, of at most %(most)s characters.")
NO_OFFICE = N_("%(state)s has no office at the top of its ladder yet. Load the reference data first.")


@dataclass(frozen=True, slots=True)
class Guard:
    """What slows guessing: the installation's secret, and the wrong passwords allowed in a quarter of an hour."""

    key: str
    tries: int = 5


def normal_login(login: str) -> str:
    """Return the form in which sign-in names are stored and compared."""
    return login.strip().casefold()


def sign_in(login: str, password: str, address: str, now: datetime, *, guard: Guard, device: str = "") -> str:
    """Begin a session and return its token, raising Invalid, or TooMany after too many wrong passwords.

    `device` is what `device_mark` made when this account last signed in from this browser. An unknown name,
    a disabled person and a wrong password get the same answer after the same time.
    """
    login = normal_login(login)
    limits = _sign_in_limits(login, network(address), device, guard)
    with transaction() as session:
        count_tries(session, limits, now, guard.key)
        active = select(Person.id, Person.password_hash).where(Person.login == login, Person.is_active)
        account = session.execute(active).one_or_none()
    # No connection is held while the password is checked.
    if not _is_right(account.password_hash if account else None, password) or account is None:
        who = f"person {account.id}" if account else "no such account"
        log.warning("sign-in refused: %s, address %s", who, keyed("log", network(address), guard.key)[:12])
        raise Invalid(WRONG)
    stored = account.password_hash or ""
    renewed = hash_password(password) if _hasher.check_needs_rehash(stored) else stored
    with transaction() as session:
        forgive_tries(session, limits, now, guard.key)
        person = _locked(session, account.id)
        if not person.is_active or person.password_hash != stored:
            raise Invalid(WRONG)
        person.password_hash = renewed
        token = sessions.begin(session, person.id, now)
    if token is None:
        log.warning("sign-in refused: person %s has no posting", account.id)
        raise Invalid(NOT_POSTED)
    log.info("signed in: person %s", account.id)
    return token


def device_mark(login: str, key: str) -> str:
    """Return the mark of a browser in which this account has just signed in; it gives tries, and no rights."""
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{_seal(normal_login(login), nonce, key)}"


def hash_password(password: str) -> str:
    """Return the argon2id hash to store; whether the password may be chosen was asked before."""
    with _hashing:
        return _hasher.hash(password)


def set_password(person_id: int, password: str, now: datetime) -> None:
    """Give a person a new password and end all their sessions, raising Invalid when it may not be chosen."""
    with transaction() as session:
        own_words = _own_words(_person(session, person_id))
    _check_choice(password, own_words)
    hashed = hash_password(password)
    with transaction() as session:
        _locked(session, person_id).password_hash = hashed
        sessions.end_all(session, person_id, now)
    log.info("password set: person %s", person_id)


def change_password(
    token: str, current: str, password: str, now: datetime, *, guard: Guard, idle: timedelta = sessions.IDLE
) -> str:
    """Change one's own password, end all one's sessions and return the token of a new one in the same posting.

    Raises Invalid when the present password is wrong or the new one may not be chosen, TooMany after too many
    wrong ones, NotFound when the session is over.
    """
    with transaction() as session:
        person_id, posting_id = sessions.held_by(session, token, now, idle)
        limits = [Limit("password", str(person_id), QUARTER, guard.tries)]
        count_tries(session, limits, now, guard.key)
        person = _person(session, person_id)
        known, own_words = person.password_hash, _own_words(person)
    if not _is_right(known, current):
        log.warning("password not changed: person %s gave a wrong one", person_id)
        raise _at_fault("current", Text(WRONG_CURRENT))
    _forgive(limits, now, guard)
    if password == current:
        raise _at_fault("password", Text(SAME))
    _check_choice(password, own_words)
    hashed = hash_password(password)
    with transaction() as session:
        person = _locked(session, person_id)
        if person.password_hash != known:
            raise _at_fault("current", Text(WRONG_CURRENT))
        person.password_hash = hashed
        sessions.end_all(session, person_id, now)
        new = sessions.begin(session, person_id, now, posting_id)
    if new is None:
        raise NotFound
    log.info("password changed: person %s", person_id)
    return new


def disable_person(person_id: int, now: datetime) -> None:
    """Let a person sign in no more, and end their sessions at once."""
    with transaction() as session:
        _locked(session, person_id).is_active = False
        ended = sessions.end_all(session, person_id, now)
    log.info("disabled: person %s, sessions ended: %s", person_id, ended)


def create_administrator(login: str, name: str, password: str, state: str, now: datetime) -> int:
    """Make an administrator at the top office of a state (its short name or LGD code) and return the person's id.

    Raises Invalid when login, name, password or state cannot be used.
    """
    login, name = normal_login(login), " ".join(name.split())
    if not 2 <= len(login) <= LONGEST_LOGIN or len(login.split()) != 1:
        raise _at_fault("login", Text(BAD_LOGIN, {"most": LONGEST_LOGIN}))
    if not 0 < len(name) <= LONGEST_NAME:
        raise _at_fault("name", Text(BAD_NAME, {"most": LONGEST_NAME}))
    _check_choice(password, (login, name))
    hashed = hash_password(password)
    with transaction() as session:
        if session.scalar(select(exists().where(Person.login == login))):
            raise _at_fault("login", Text(TAKEN))
        office_id = session.scalar(_top_office(state))
        if office_id is None:
            raise _at_fault("state", Text(NO_OFFICE, {"state": state}))
        person = Person(login=login, name_en=name, language="en", password_hash=hashed)
        posting = Posting(person=person, office_id=office_id, role=Role.ADMINISTRATOR, begins_at=now)
        session.add(posting)
        session.flush()
        person_id = person.id
    log.info("administrator made: person %s", person_id)
    return person_id


def _sign_in_limits(login: str, address: str, device: str, guard: Guard) -> list[Limit]:
    nonce, _, seal = device.partition(".")
    if nonce and hmac.compare_digest(seal.encode(), _seal(login, nonce, guard.key).encode()):
        return _growing("sign-in-device", f"{login}\0{nonce}", guard.tries)
    return [
        *_growing("sign-in-pair", f"{login}\0{address}", guard.tries),
        *_growing("sign-in-account", login, guard.tries * WHOLE_ACCOUNT),
        *_growing("sign-in-address", address, guard.tries * WHOLE_ADDRESS),
    ]


def _growing(scope: str, subject: str, tries: int) -> list[Limit]:
    # Who goes on guessing waits for the hour to end, no longer for the quarter.
    return [Limit(scope, subject, QUARTER, tries), Limit(scope, subject, HOUR, 2 * tries)]


def _forgive(limits: Sequence[Limit], now: datetime, guard: Guard) -> None:
    with transaction() as session:
        forgive_tries(session, limits, now, guard.key)


def _seal(login: str, nonce: str, key: str) -> str:
    return hmac.new(key.encode(), f"device\0{login}\0{nonce}".encode(), hashlib.sha256).hexdigest()


def _is_right(password_hash: str | None, password: str) -> bool:
    with _hashing:
        try:
            return _hasher.verify(password_hash or NOBODY, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def _check_choice(password: str, own_words: Sequence[str]) -> None:
    fault = passwords.fault(password, own_words)
    if fault:
        raise _at_fault("password", fault)


def _at_fault(field: str, fault: Text) -> Invalid:
    return Invalid(fault.message, errors={field: fault}, **fault.params)


def _own_words(person: Person) -> tuple[str, ...]:
    return tuple(word for word in (person.login, person.name_en, person.name_local, person.mobile) if word)


def _locked(session: Session, person_id: int) -> Person:
    return _person(session, person_id, with_for_update=True)


def _person(session: Session, person_id: int, with_for_update: bool = False) -> Person:
    person = session.get(Person, person_id, populate_existing=True, with_for_update=with_for_update)
    if person is None:
        raise NotFound
    return person


def _top_office(state: str) -> Select[int]:
    return (
        select(Office.id)
        .join(State, State.id == Office.state_id)
        .join(LadderStep, LadderStep.office_id == Office.id)
        .where(or_(State.short == state, State.lgd_code == state), LadderStep.level == TOP_LEVEL)
        .where(Office.is_active)
        .order_by(Office.id)
        .limit(1)
    )
