"""One grievance of Kanta at Meena's office, with telephones: what the tests of texts begin from."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from swagat.database import db, transaction
from swagat.domain.case import Confirmation, Outcome
from swagat.domain.messages import MessageKey
from swagat.domain.policies import Channel
from swagat.domain.workflow import OPEN, ClockState, Status
from swagat.models import (
    Category,
    Complainant,
    DeliveryStatus,
    Department,
    FilingMode,
    Grievance,
    Office,
    Person,
    SmsMessage,
)
from swagat.services.telling import Telling, tell
from tests.staff import AS_OFFICER, BHARAT, CLERK, MEENA, NOON, STATE, TALUKA, TOP, post_staff

GRIEVANCE, COMPLAINANT = 9100, 9101
NO_OFFICE = 999_999_999
NUMBER = "ZZ-2026-0000001-9"
KANTA, MEENAS, BHARATS, CLERKS = "+919876543210", "+919800000001", "+919800000002", "+919800000003"
DUE_ON, UNTIL = "2026-12-24", "2027-01-03"


def make_case(status: Status = Status.ASSIGNED) -> None:
    """Put the case, its people and their numbers into the database."""
    post_staff()
    with transaction() as session:
        for person, mobile, language in ((MEENA, MEENAS, "en"), (BHARAT, BHARATS, "gu"), (CLERK, CLERKS, "gu")):
            session.execute(update(Person).where(Person.id == person).values(mobile=mobile, language=language))
        session.execute(
            update(Office)
            .where(Office.id == TALUKA)
            .values(name_en="Mamlatdar Office, Dholka", name_hi="", name_gu="મામલતદાર કચેરી, ધોળકા")
        )
        session.add(Department(id=9100, code="ZREV", name_en="Revenue", name_hi="राजस्व", name_gu="મહેસૂલ", source=""))
        session.flush()
        session.add(_category())
        session.add(Complainant(id=COMPLAINANT, name="Kanta", mobile=KANTA, language="gu"))
        session.flush()
        session.add(_grievance(GRIEVANCE, NUMBER, status))


def more_cases(count: int) -> list[int]:
    """Add grievances of the same kind and return their ids."""
    ids = [GRIEVANCE + 1 + step for step in range(count)]
    with transaction() as session:
        session.add_all([_grievance(id_, f"ZZ-2026-{id_:07}-0", Status.ASSIGNED) for id_ in ids])
    return ids


def about(seq: int = 2, grievance_id: int = GRIEVANCE, **changes: Any) -> Telling:
    """Return what an entry of the case's register tells, with some of it changed."""
    facts: dict[str, Any] = {
        "cause": f"event:{grievance_id}:{seq}",
        "grievance_id": grievance_id,
        "complainant_id": COMPLAINANT,
        "complainant_mobile": KANTA,
        "complainant_language": "gu",
        "phone_is_shared": False,
        "officer_posting_id": AS_OFFICER,
        "office_id": TALUKA,
        "answerable_office_id": TOP,
        "variables": {"due_on": DUE_ON, "until": UNTIL},
    }
    return Telling(**facts | changes)


def queue(*keys: MessageKey, **changes: Any) -> int:
    """Queue these texts in a transaction of their own."""
    with transaction() as session:
        return tell(session, keys, about(**changes), NOON)


def texts() -> list[SmsMessage]:
    """Return every row of the outbox, oldest first, as the database has it."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(SmsMessage).order_by(SmsMessage.id)))


def only_text() -> SmsMessage:
    """Return the single row of the outbox."""
    (text,) = texts()
    return text


def change(**values: Any) -> None:
    """Overwrite columns of every row of the outbox."""
    with transaction() as session:
        session.execute(update(SmsMessage).values(**values))


def queue_many(count: int) -> None:
    """Queue as many texts, a second after one another, the oldest first."""
    with transaction() as session:
        session.execute(
            insert(SmsMessage),
            [
                {
                    "cause": f"event:{GRIEVANCE}:{100 + step}",
                    "recipient": f"complainant:{COMPLAINANT}:{KANTA}",
                    "template": MessageKey.ASSIGNED,
                    "grievance_id": GRIEVANCE,
                    "to": KANTA,
                    "language": "gu",
                    "variables": {},
                    "status": DeliveryStatus.QUEUED,
                    "queued_at": NOON,
                    "next_try_at": NOON + timedelta(seconds=step - count),
                }
                for step in range(count)
            ],
        )


def _category() -> Category:
    return Category(
        id=9100,
        code="ZREV-1",
        department_id=9100,
        name_en="Land record",
        name_hi="भूमि अभिलेख",
        name_gu="જમીન રેકર્ડ",
        tier="taluka",
        ladder="revenue",
        channel=Channel.GREEN,
        sla_days=21,
        sla_basis="channel",
    )


def _grievance(id_: int, number: str, status: Status) -> Grievance:
    return Grievance(
        id=id_,
        state_id=STATE,
        registration_number=number,
        submission_key=f"key-{id_}",
        tracking_hash="",
        complainant_id=COMPLAINANT,
        language="gu",
        mode=FilingMode.WEB,
        received_on=NOON.date(),
        filed_at=NOON,
        category_id=9100,
        filed_category_id=9100,
        place_id=STATE,
        text="7/12",
        status=status,
        is_open=status in OPEN,
        outcome=Outcome.REDRESSED if status is Status.DISPOSED else None,
        disposed_at=NOON if status is Status.DISPOSED else None,
        office_id=TALUKA,
        answerable_office_id=TALUKA,
        officer_posting_id=AS_OFFICER,
        ladder="revenue",
        level=1,
        start_level=1,
        channel=Channel.GREEN,
        policy_version=1,
        clock_state=ClockState.RUNS,
        due_on=date.fromisoformat(DUE_ON),
        due_at=NOON + timedelta(days=20),
        confirmation=Confirmation.PENDING,
        updated_at=NOON,
        last_digest=b"\0" * 32,
    )
