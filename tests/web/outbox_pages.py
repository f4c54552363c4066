"""What tests of the pages about texts share: texts that ended in some way, and what a page says of them."""

import re
from typing import Any

from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.models import DeliveryStatus, SmsMessage
from tests.builders import BEGAN

S = DeliveryStatus


def change(**values: Any) -> None:
    """Overwrite columns of every text."""
    with transaction() as session:
        session.execute(update(SmsMessage).values(**values))


def failed(failure: str = "30003", **more: Any) -> int:
    """Let every text fail, and return the id of the newest."""
    change(**{"status": S.FAILED, "failure": failure, "ended_at": BEGAN, "tried_at": BEGAN} | more)
    return newest()


def newest() -> int:
    """Return the id of the newest text, leaving no transaction open around the next request."""
    found: int = db.session.scalars(select(SmsMessage.id).order_by(SmsMessage.id.desc()).limit(1)).one()
    db.session.commit()
    return found


def add(*rows: dict[str, Any]) -> None:
    """Put texts beside those of a case that was filed."""
    with transaction() as session:
        one = session.scalars(select(SmsMessage).limit(1)).one()
        values = {column.name: getattr(one, column.name) for column in SmsMessage.__table__.columns}
        del values["id"]
        session.add_all([SmsMessage(**values | {"cause": f"added:{at}"} | row) for at, row in enumerate(rows)])


def shown(page: str) -> int:
    """Return how many texts a page lists."""
    return page.count('<td data-label="Written"')


def figures(page: str) -> dict[str, tuple[str, int]]:
    """Return the numbers above the list by their labels, each with the address it opens."""
    cards = re.findall(r'<a class="value" href="([^"]+)">(\d+)</a>\s*<p>([^<]+)</p>', page)
    lines = re.findall(r'<dt><a class="plain" href="([^"]+)">([^<]+)</a></dt><dd>(\d+)</dd>', page)
    found = {label: (address, int(count)) for address, count, label in cards}
    return found | {label: (address, int(count)) for address, label, count in lines}
