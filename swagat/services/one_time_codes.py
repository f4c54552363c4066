"""A number is proved: a code goes out to it, and comes back in the same browser, in time, with few tries."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_bytes

from sqlalchemy import CursorResult, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.errors import N_, Invalid, Text
from swagat.domain.messages import MessageKey
from swagat.domain.one_time_codes import GOOD_FOR, MOST_TRIES, is_code
from swagat.models import BurstKind, CodePurpose, OneTimeCode, SmsMessage
from swagat.services import bursts
from swagat.services.bulk import insert_rows
from swagat.services.limits import Limit, count_tries, keyed, network
from swagat.services.telling import order_row

HOUR, DAY = 3600, 24 * 3600
# The provider may still be asked whether it has the text.
KEPT_FOR = timedelta(days=1)
OVER = N_("This code is over. Ask for a new one.")
WRONG = N_("This is not the code. Compare it with the text. Tries left: %(left)s.")

_table = table_of(OneTimeCode)
_codes = _table.c


def address_hash(address: str, secret: str) -> str:
    """Return the keyed hash of an address, or of the network that one subscriber holds."""
    return keyed("address", network(address), secret)


def device_hash(browser: str, secret: str) -> str:
    """Return the keyed hash of the random word that a browser keeps in its cookie; nothing for none."""
    return keyed("code-browser", browser, secret) if browser else ""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for what: the number, the browser that asks, its address, and what the code is to prove."""

    purpose: CodePurpose
    mobile: str = field(repr=False)
    browser: str = field(repr=False)
    address: str = field(repr=False)

    def subject(self, secret: str) -> str:
        """Return the keyed hash under which the code of this number and purpose is kept."""
        return keyed(f"code-{self.purpose.value}", self.mobile, secret)

    def holder(self, secret: str) -> str:
        """Return the keyed hash of the browser."""
        return device_hash(self.browser, secret)

    def sources(self, secret: str) -> tuple[str, str]:
        """Return the keyed hashes under which what comes from there is counted."""
        return address_hash(self.address, secret), self.holder(secret)


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """How many codes may be asked for: by one number and one address in an hour, and in all in a day."""

    per_number: int
    per_address: int
    per_day: int

    def of(self, asking: Asking) -> list[Limit]:
        """Return the limits that one request for a code counts under."""
        return [
            Limit("code-number", asking.mobile, HOUR, self.per_number),
            Limit("code-address", network(asking.address), HOUR, self.per_address),
            Limit("code-all", "all", DAY, self.per_day),
        ]


def send(asking: Asking, language: str, now: datetime, secret: str, limits: CodeLimits, *, texted: bool = True) -> None:
    """Make a code and queue its text, in one transaction; raise TooMany when a limit is used up.

    Without `texted` no text goes out, and everything else is the same: who asks cannot tell.
    """
    with transaction() as session:
        send_within(session, asking, language, now, secret, limits, texted=texted)


def send_within(
    session: Session,
    asking: Asking,
    language: str,
    now: datetime,
    secret: str,
    limits: CodeLimits,
    *,
    texted: bool = True,
) -> None:
    """Do the same inside the caller's transaction."""
    count_tries(session, limits.of(asking), now, secret)
    row = {
        "purpose": asking.purpose,
        "subject": asking.subject(secret),
        "holder": asking.holder(secret),
        "nonce": token_bytes(16),
        "made_at": now,
        "expires_at": now + GOOD_FOR,
        "tries": 0,
    }
    code_id = session.execute(insert(_table).values(row).returning(_codes.id)).scalar_one()
    bursts.count(session, BurstKind.CODES, asking.sources(secret), now)
    if not texted:
        return
    order = order_row(
        f"code:{code_id}",
        MessageKey.ASKING_CODE,
        f"number:{asking.mobile}",
        asking.mobile,
        language,
        {"code": code_id},
        now,
    )
    insert_rows(session, table_of(SmsMessage), [order | {"expires_at": row["expires_at"]}])


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one try; `why` says it in words unless the code was right."""

    code_id: int = 0
    why: Text | None = None

    def insist(self) -> int:
        """Return the id of the code, raising Invalid at the field `code` unless it was the right one."""
        if self.why is not None:
            raise Invalid(errors={"code": self.why})
        return self.code_id


def try_within(session: Session, asking: Asking, typed: str, now: datetime, secret: str) -> Tried:
    """Try a code inside the caller's transaction, which must be kept whatever came of it: a try is spent first.

    Only the newest code counts, in the browser that asked for it, for the purpose it was asked for.
    """
    kept = {"of_subject": asking.subject(secret), "of_holder": asking.holder(secret), "at": now}
    row = session.execute(_SPEND, kept).one_or_none()
    if row is None:
        return Tried(why=Text(OVER))
    if not is_code(typed, secret.encode(), row.nonce):
        left = MOST_TRIES - row.tries
        return Tried(why=Text(WRONG, {"left": left}) if left else Text(OVER))
    session.execute(update(_table).where(_codes.id == row.id).values(used_at=now))
    return Tried(row.id)


def prove(asking: Asking, typed: str, now: datetime, secret: str) -> int:
    """Return the id of the code that was typed rightly, raising Invalid for a wrong one; each try is counted."""
    with transaction() as session:
        tried = try_within(session, asking, typed, now, secret)
    return tried.insist()


_NEWEST = (
    select(_codes.id)
    .where(_codes.subject == bindparam("of_subject"), _codes.holder == bindparam("of_holder"))
    .order_by(_codes.made_at.desc(), _codes.id.desc())
    .limit(1)
    .scalar_subquery()
)
# One statement: of two tries that arrive together, the second sees what the first spent.
_SPEND = (
    update(_table)
    .where(_codes.id == _NEWEST, _codes.used_at.is_(None), _codes.expires_at > bindparam("at"))
    .where(_codes.tries < MOST_TRIES)
    .values(tries=_codes.tries + 1)
    .returning(_codes.id, _codes.nonce, _codes.tries)
)


def sweep_codes(now: datetime) -> int:
    """Erase the codes that were over a day ago, and return how many."""
    with transaction() as session:
        gone = session.execute(delete(_table).where(_codes.expires_at <= now - KEPT_FOR))
        assert isinstance(gone, CursorResult)
        return gone.rowcount
