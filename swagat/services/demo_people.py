"""The demo's people: an officer and a head in every office, all invented, and the few who can sign in."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from swagat.domain.roles import Actor, Role
from swagat.models import Office, Person, Posting
from swagat.services import accounts, catalogue

POSTED_BEFORE = timedelta(days=400)
PASSWORD = "swagat-demo-jansunvai"

GIVEN = {
    "gu": [
        ("Bharat", "ભરત"), ("Meena", "મીના"), ("Hansa", "હંસા"), ("Jignesh", "જીજ્ઞેશ"), ("Kalpana", "કલ્પના"),
        ("Ramesh", "રમેશ"), ("Sejal", "સેજલ"), ("Dinesh", "દિનેશ"), ("Varsha", "વર્ષા"), ("Nilesh", "નીલેશ"),
        ("Asha", "આશા"), ("Mahesh", "મહેશ"), ("Rekha", "રેખા"), ("Paresh", "પરેશ"), ("Bhavna", "ભાવના"),
    ],
    "hi": [
        ("Sunita", "सुनीता"), ("Rakesh", "राकेश"), ("Kavita", "कविता"), ("Mohan", "मोहन"), ("Anita", "अनीता"),
        ("Suresh", "सुरेश"), ("Pushpa", "पुष्पा"), ("Deepak", "दीपक"), ("Shobha", "शोभा"), ("Arvind", "अरविंद"),
    ],
}  # fmt: skip
FAMILY = {
    "gu": [("Patel", "પટેલ"), ("Parmar", "પરમાર"), ("Solanki", "સોલંકી"), ("Vaghela", "વાઘેલા"), ("Desai", "દેસાઈ"),
           ("Rathod", "રાઠોડ"), ("Chauhan", "ચૌહાણ"), ("Joshi", "જોષી"), ("Makwana", "મકવાણા"), ("Shah", "શાહ")],
    "hi": [("Bisen", "बिसेन"), ("Uikey", "उइके"), ("Sharma", "शर्मा"), ("Rahangdale", "राहंगडाले"),
           ("Thakre", "ठाकरे"), ("Marskole", "मर्सकोले"), ("Verma", "वर्मा"), ("Katre", "कटरे")],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who can sign in to the demo, and what they are there to show."""

    login: str
    state: str
    office: str
    role: Role
    shows: str


SIGN_INS = (
    SignIn("officer.dholka", "GJ", "MAM-3783", Role.OFFICER, "an officer with a full desk, Mamlatdar office, Dholka"),
    SignIn("mamlatdar.dholka", "GJ", "MAM-3783", Role.SUPERVISOR, "the Mamlatdar of Dholka, who assigns and disposes"),
    SignIn("clerk.dholka", "GJ", "MAM-3783", Role.CLERK, "the counter of that office"),
    SignIn("collector.ahmedabad", "GJ", "COLL-438", Role.SUPERVISOR, "the Collector of Ahmedabad"),
    SignIn(
        "rac.ahmedabad", "GJ", "RAC-438", Role.SUPERVISOR, "the office above the Mamlatdar: reopened and late cases"
    ),
    SignIn("commissioner.revenue", "GJ", "RIC", Role.SUPERVISOR, "the Revenue Inspection Commissioner, level 4"),
    SignIn("secretary.revenue", "GJ", "PS-REV", Role.SUPERVISOR, "the Principal Secretary of Revenue, level 5"),
    SignIn("chief.secretary", "GJ", "CS", Role.SUPERVISOR, "the Chief Secretary, the last level of every ladder"),
    SignIn("tdo.dholka", "GJ", "TDO-3783", Role.SUPERVISOR, "the Taluka Development Officer of Dholka"),
    SignIn("tehsildar.balaghat", "MP", "TEH-3672", Role.SUPERVISOR, "the Tehsildar of Balaghat, Hindi first"),
    SignIn("mamlatdar.dhandhuka", "GJ", "MAM-3787", Role.SUPERVISOR, "the Mamlatdar of Dhandhuka, whose cases pile up"),
    SignIn(
        "chief.officer.dholka",
        "GJ",
        "CO-NP-DHOLKA",
        Role.SUPERVISOR,
        "the Chief Officer of a municipality, who checks answers of other offices",
    ),
    SignIn("quality.gujarat", "GJ", "PS-GAD", Role.QUALITY_MANAGER, "the quality manager of the state"),
    SignIn("auditor.gujarat", "GJ", "PS-GAD", Role.AUDITOR, "the auditor, who reads all evidence and changes nothing"),
    SignIn(
        "quality.balaghat",
        "MP",
        "SP-392",
        Role.QUALITY_MANAGER,
        "the quality manager of Balaghat's police: certificates",
    ),
    SignIn("admin", "GJ", "CS", Role.ADMINISTRATOR, "the administrator: people, postings, jobs, texts"),
)


def name_of(dice: random.Random, language: str) -> tuple[str, str]:
    """Return an invented name in Latin letters and in the script of a language."""
    given, family = dice.choice(GIVEN[language]), dice.choice(FAMILY[language])
    return f"{given[0]} {family[0]}", f"{given[1]} {family[1]}"


def post_people(session: Session, now: datetime, dice: random.Random) -> None:
    """Post an invented officer and head to every office, and whoever signs in where the demo shows something."""
    states = {state.id: state for state in catalogue.states()}
    offices = session.execute(select(Office.id, Office.code, Office.state_id).order_by(Office.id)).all()
    wanted: dict[tuple[str, str], list[SignIn]] = {}
    for one in SIGN_INS:
        wanted.setdefault((one.state, one.office), []).append(one)
    begins_at = now - POSTED_BEFORE
    people: list[dict[str, Any]] = []
    posts: list[tuple[int, Role]] = []
    for office in offices:
        state = states[office.state_id]
        language = "hi" if state.local_language == "hi" else "gu"
        logins = {one.role: one.login for one in wanted.get((state.short, office.code), ())}
        extra = [role for role in logins if role not in (Role.OFFICER, Role.SUPERVISOR)]
        for number, role in enumerate((Role.OFFICER, Role.OFFICER, Role.SUPERVISOR, *extra)):
            if number == 1 and not logins:
                continue
            english, local = name_of(dice, language)
            login = logins.pop(role, "") if number != 1 else ""
            people.append(
                {
                    "login": login or f"{state.short}-{office.code}-{number}".casefold(),
                    "name_en": english,
                    "name_local": local,
                    "language": language,
                    "is_active": True,
                }
            )
            posts.append((office.id, role))
    session.execute(insert(Person), people)
    ids = {row.login: row.id for row in session.execute(select(Person.login, Person.id))}
    session.execute(
        insert(Posting),
        [
            {
                "person_id": ids[person["login"]],
                "office_id": office_id,
                "role": role,
                "begins_at": begins_at,
                "is_acting": False,
            }
            for person, (office_id, role) in zip(people, posts, strict=True)
        ],
    )
    hashed = accounts.hash_password(PASSWORD)
    for one in SIGN_INS:
        person = session.get(Person, ids[one.login])
        if person is not None:
            person.password_hash = hashed


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts for an office in the demo."""

    officers: Mapping[int, Actor]
    heads: Mapping[int, Actor]


def staff(session: Session) -> Staff:
    """Return an officer and a head of every office, as actors."""
    rows = session.execute(
        select(Posting.id, Posting.person_id, Posting.office_id, Posting.role, Office.state_id)
        .join(Office, Office.id == Posting.office_id)
        .where(Posting.role.in_([Role.OFFICER, Role.SUPERVISOR]))
        .order_by(Posting.id.desc())
    )
    found: dict[Role, dict[int, Actor]] = {Role.OFFICER: {}, Role.SUPERVISOR: {}}
    for posting_id, person_id, office_id, role, state_id in rows:
        found[role][office_id] = Actor(role, person_id, posting_id, office_id, state_id)
    return Staff(found[Role.OFFICER], found[Role.SUPERVISOR])
