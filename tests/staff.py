"""People who can sign in, at an office of a state of their own, for tests of accounts."""

from datetime import UTC, datetime, timedelta

from swagat.database import transaction
from swagat.domain.roles import Role
from swagat.models import LadderStep, Office, Person, Place, PlaceKind, Posting, State
from swagat.services.accounts import hash_password

NOON = datetime(2026, 12, 4, 6, 30, tzinfo=UTC)
PASSWORD = "monsoon tea and trains"
# Hashing costs 45 ms by design, so it is done once.
HASH = hash_password(PASSWORD)
STATE, TALUKA, TOP = 9001, 9002, 9003
MEENA, BHARAT, CLERK = 9010, 9011, 9012
AS_HEAD, AS_OFFICER, AS_CLERK = 9020, 9021, 9022
LONG_AGO = NOON - timedelta(days=400)


def post_staff() -> None:
    """Post Meena as head and Bharat as officer of a taluka's office, and Ramila as its clerk."""
    with transaction() as session:
        session.add(_state())
        session.flush()
        session.add(Place(id=STATE, state_id=STATE, kind=PlaceKind.STATE, source="ours", code="z", name_en="Zed"))
        session.flush()
        session.add_all([_office(TALUKA, "Mamlatdar", "મામલતદાર"), _office(TOP, "Chief Secretary", "મુખ્ય સચિવ")])
        session.flush()
        session.add(LadderStep(office_id=TOP, ladder="revenue", level=6))
        session.add_all(
            [
                _person(MEENA, "meena", "Meena Parmar", "મીના પરમાર"),
                _person(BHARAT, "bharat", "Bharat Solanki", ""),
                _person(CLERK, "ramila", "Ramila Vaghela", ""),
            ]
        )
        session.flush()
        session.add_all(
            [
                posting(AS_HEAD, MEENA, Role.SUPERVISOR),
                posting(AS_OFFICER, BHARAT, Role.OFFICER),
                posting(AS_CLERK, CLERK, Role.CLERK),
            ]
        )


def posting(number: int, person: int, role: Role, office: int = TALUKA, is_acting: bool = False) -> Posting:
    """Return a posting that has begun and does not end."""
    return Posting(id=number, person_id=person, office_id=office, role=role, begins_at=LONG_AGO, is_acting=is_acting)


def _person(number: int, login: str, name: str, local: str) -> Person:
    return Person(id=number, login=login, name_en=name, name_local=local, password_hash=HASH)


def _office(number: int, title: str, local: str) -> Office:
    return Office(
        id=number,
        state_id=STATE,
        code=f"z-{number}",
        type_code="test",
        place_id=STATE,
        tier="taluka",
        name_en=f"Office of the {title}",
        name_hi=title,
        name_gu=f"{local} કચેરી",
        title_en=title,
        title_hi=title,
        title_gu=local,
    )


def _state() -> State:
    return State(
        id=STATE,
        short="ZZ",
        lgd_code="99",
        name_en="Zed",
        name_hi="Zed",
        name_gu="Zed",
        letterhead_en="",
        letterhead_hi="",
        letterhead_gu="",
        languages=["gu", "en"],
        local_language="gu",
        weekly_offs=[6],
        off_saturdays=[2, 4],
        frames=[["10:30", "18:10"]],
        helplines=[],
    )
