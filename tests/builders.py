"""The cast at its real offices, and its grievances: what tests of the workflow and of its pages begin from.

`post_cast()` posts everybody, `file_case()` files, `act()` acts at an instant of the story; every instant is given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, insert, select

from swagat.database import db, transaction
from swagat.domain.case import Outcome, Proposed
from swagat.domain.mandates import Mandate
from swagat.domain.registration import registration_number
from swagat.domain.roles import Actor, Proof, Role, complainant
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Need
from swagat.models import Document, DocumentKind, Grievance, Office, Person, Posting
from swagat.services import catalogue, filing, mandates, places, redressal, sessions
from swagat.services.catalogue_views import PlaceView
from swagat.services.documents import Prepared
from swagat.services.filing import Acknowledgement, Filing
from swagat.services.move import Asked, Paper
from swagat.services.redressal import Done
from swagat.storage import Storage
from tests.client import Client
from tests.files.pdfs import pdf

SECRET = b"only-for-tests-" + b"0" * 32
RULES = Rules()
# A Wednesday in India, half past eleven in the morning.
BEGAN = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)

TEXT = "મારા 7/12 ના ઉતારામાં નામ ખોટું છે. ત્રણ વાર અરજી કરી છતાં સુધારો થયો નથી."
REPORT = "તા. 2 જુલાઈએ સ્થળ તપાસ કરી, રેકર્ડ ચકાસ્યો અને નોંધ પાડી દીધી છે."
REASON = "રેકર્ડની તપાસ પછી નામમાં સુધારો કરી નવી નકલ અરજદારને રૂબરૂ આપી છે."
# What an auditor of the tests may read, unless a test says otherwise.
WHOLE_STATE = Mandate(None, date(2020, 1, 1), date(2029, 12, 1))
KANTA = complainant(Proof.TRACKING_CODE)
KANTAS_MOBILE = "+919876543210"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is posted where; the heads stand one above the other on the revenue ladder of Dholka."""

    bharat: Actor
    hansa: Actor
    meena: Actor
    ramila: Actor
    additional_collector: Actor
    collector: Actor
    commissioner: Actor
    secretary: Actor
    chief_secretary: Actor
    development_officer: Actor
    auditor: Actor
    administrator: Actor

    @property
    def heads(self) -> list[Actor]:
        """Return the heads of the ladder from level 1 to level 6."""
        return [
            self.meena,
            self.additional_collector,
            self.collector,
            self.commissioner,
            self.secretary,
            self.chief_secretary,
        ]


OFFICES = {
    "bharat": ("MAM-3783", Role.OFFICER, "Bharat Solanki", "ભરત સોલંકી"),
    "hansa": ("MAM-3783", Role.OFFICER, "Hansa Rathod", "હંસા રાઠોડ"),
    "meena": ("MAM-3783", Role.SUPERVISOR, "Meena Parmar", "મીના પરમાર"),
    "ramila": ("MAM-3783", Role.CLERK, "Ramila Vaghela", "રમીલા વાઘેલા"),
    "additional_collector": ("RAC-438", Role.SUPERVISOR, "Nilesh Trivedi", "નિલેશ ત્રિવેદી"),
    "collector": ("COLL-438", Role.SUPERVISOR, "Ravi Menon", ""),
    "commissioner": ("RIC", Role.SUPERVISOR, "Kavita Desai", "કવિતા દેસાઈ"),
    "secretary": ("PS-REV", Role.SUPERVISOR, "Asha Iyer", ""),
    "chief_secretary": ("CS", Role.SUPERVISOR, "Manoj Das", ""),
    "development_officer": ("TDO-3783", Role.SUPERVISOR, "Jignesh Patel", "જીજ્ઞેશ પટેલ"),
    "auditor": ("PS-GAD", Role.AUDITOR, "Falguni Shah", "ફાલ્ગુની શાહ"),
    "administrator": ("PS-GAD", Role.ADMINISTRATOR, "Umesh Joshi", "ઉમેશ જોષી"),
}


def post_cast() -> Cast:
    """Post everybody at their office, since a hundred days."""
    with transaction() as session:
        return Cast(
            **{
                login: post(session, login, code, role, name, local)
                for login, (code, role, name, local) in OFFICES.items()
            }
        )


def post(session: Any, login: str, office_code: str, role: Role, name: str = "", local: str = "") -> Actor:
    """Make a person with one posting, inside the caller's transaction, and return who acts there."""
    office = session.scalars(select(Office).where(Office.code == office_code, Office.state_id == gujarat())).one()
    person = Person(login=login, name_en=name or login, name_local=local, language="gu")
    session.add(person)
    session.flush()
    return post_again(session, person.id, office.id, role)


def post_again(session: Any, person_id: int, office_id: int, role: Role) -> Actor:
    """Post a person who is there already, and return them in that posting."""
    posting = Posting(person_id=person_id, office_id=office_id, role=role, begins_at=BEGAN - timedelta(days=100))
    session.add(posting)
    session.flush()
    mandate = WHOLE_STATE if role is Role.AUDITOR else None
    if mandate is not None:
        mandates.give(session, posting.id, mandate)
    return Actor(role, person_id, posting.id, office_id, gujarat(), mandate=mandate)


def gujarat() -> int:
    """Return the id of the state in which the story plays."""
    return catalogue.state_named("GJ").id


def office(code: str) -> int:
    """Return the id of an office by its code."""
    return db.session.scalars(select(Office.id).where(Office.code == code, Office.state_id == gujarat())).one()


def dholka() -> PlaceView:
    """Return the taluka in which Kanta lives."""
    district = next(one for one in places.districts(gujarat()) if one.name_en == "Ahmedabad")
    return next(one for one in places.talukas(district.id) if one.name_en == "Dholka")


def file_case(key: str = "kanta", at: float = 0, category: str = "REV-712", **more: Any) -> Acknowledgement:
    """File Kanta's grievance about her land record so many days after the story began."""
    facts: dict[str, Any] = {
        "submission_key": key,
        "state_id": gujarat(),
        "category_id": catalogue.category_named(category).id,
        "place_id": dholka().id,
        "text": TEXT,
        "name": "Kanta Makwana",
        "language": "gu",
        "mobile": KANTAS_MOBILE,
    }
    clerk, rules = more.pop("clerk", None), more.pop("rules", RULES)
    return filing.file_grievance(Filing(**facts | more), day(at), SECRET, rules, clerk)


def day(number: float) -> datetime:
    """Return the instant so many days after the story began."""
    return BEGAN + timedelta(days=number)


def act(
    actor: Actor,
    number: str,
    action: Action,
    at: float = 0,
    *,
    version: int | None = None,
    texts: dict[Need, str] | None = None,
    rules: Rules = RULES,
    **asked: Any,
) -> Done:
    """Act on a case so many days after the story began; texts that an action always needs are filled in."""
    written = USUAL.get(action, {}) if texts is None else texts
    return redressal.act(actor, number, action, Asked(texts=written, **asked), version, day(at), rules)


USUAL: dict[Action, dict[Need, str]] = {
    Action.FORWARD: {Need.REMARK: "આ કામ તમારું છે."},
    Action.TRANSFER: {Need.REMARK: "આ બાબત તે કચેરીની છે."},
    Action.SEEK_CLARIFICATION: {Need.QUESTIONS: "સર્વે નંબર કયો છે?"},
    Action.CLARIFY: {Need.REMARK: "સર્વે નંબર 123 છે."},
    Action.INTERIM_REPLY: {Need.REMARK: "માપણી બાકી છે."},
    Action.REPORT_ACTION: {Need.REPORT: REPORT},
    Action.RETURN_REPORT: {Need.REMARK: "નકલ જોડો."},
    Action.DISPOSE: {Need.REASON: REASON},
    Action.PROPOSE: {Need.REASON: "આ બાબત અદાલતમાં ચાલે છે, તેથી અહીં સાંભળી શકાય નહીં."},
    Action.OBJECT: {Need.REMARK: "અદાલતમાં કોઈ કેસ નથી."},
    Action.APPROVE: {Need.REASON: "અદાલતનો હુકમ જોયો; કેસ ચાલુ છે, તેથી પ્રસ્તાવ મંજૂર."},
    Action.DECLINE: {Need.REMARK: "અદાલતમાં કેસ નથી."},
    Action.HAND_OVER: {Need.REMARK: "રૂબરૂ કાન્તાબેનને આપ્યો."},
    Action.REFUSE: {Need.REMARK: "હજુ નામ ખોટું જ છે."},
    Action.LODGE_APPEAL: {Need.GROUNDS: "સ્થળ તપાસ થઈ જ નથી."},
    Action.DISMISS_APPEAL: {
        Need.REASON: "સ્થળ તપાસનો અહેવાલ સાચો જણાયો છે, તેથી અપીલ નામંજૂર.",
        Need.CHECKED: "પંચનામું અને રેકર્ડ તપાસ્યાં.",
    },
    Action.ALLOW_APPEAL: {
        Need.REASON: "સ્થળ તપાસ થયેલી જણાતી નથી, તેથી ફરી તપાસ કરવી.",
        Need.CHECKED: "પંચનામું તપાસ્યું.",
    },
    Action.WITHDRAW: {Need.REMARK: "કામ થઈ ગયું."},
    Action.REOPEN: {Need.REASON: "નવી વિગત મળી છે, તેથી ફરી તપાસ કરવી."},
    Action.REGRADE: {Need.REMARK: "વિષય આ છે."},
    Action.MARK_IMMEDIATE: {Need.REMARK: "વીજ તાર લટકે છે."},
    Action.UNMARK_IMMEDIATE: {Need.REMARK: "તાર હટાવી લીધો છે."},
    Action.NOTE: {Need.REMARK: "ફાઇલ કબાટ 3 માં છે."},
    Action.CORRECT: {Need.REMARK: "સર્વે નંબર 124 છે."},
    Action.RELEASE_DOCUMENTS: {Need.REMARK: "ઓળખ છતી થતી નથી."},
}


def assigned(cast: Cast, key: str = "kanta", at: float = 0, **more: Any) -> str:
    """Return the number of a case that Bharat has."""
    number = file_case(key, at, **more).number
    act(cast.bharat, number, Action.ASSIGN, at, officer_posting_id=cast.bharat.posting_id)
    return number


def reported(cast: Cast, key: str = "kanta", at: float = 0, **more: Any) -> str:
    """Return the number of a case whose report waits for Meena."""
    number = assigned(cast, key, at, **more)
    act(cast.bharat, number, Action.REPORT_ACTION, at)
    return number


def disposed(cast: Cast, key: str = "kanta", at: float = 0, **more: Any) -> str:
    """Return the number of a case that Meena disposed as redressed, and whose answer was handed over."""
    number = reported(cast, key, at, **more)
    act(cast.meena, number, Action.DISPOSE, at, outcome=Outcome.REDRESSED)
    act(cast.bharat, number, Action.HAND_OVER, at)
    return number


def proposed(cast: Cast, key: str = "kanta", at: float = 0, **more: Any) -> str:
    """Return the number of a case that Bharat proposes to close, because it is before a court."""
    number = assigned(cast, key, at, **more)
    ground = next(one.id for one in catalogue.grounds() if one.code == "court")
    act(cast.bharat, number, Action.PROPOSE, at, proposed=Proposed.NOT_MAINTAINABLE, ground_id=ground)
    return number


def case(number: str) -> Grievance:
    """Return the row of a case as the database has it now."""
    # Committed, not rolled back: in tests all sessions share one connection, and a savepoint that a reading opened
    # would take back what a request did meanwhile.
    db.session.commit()
    found = db.session.scalars(
        select(Grievance).where(Grievance.registration_number == number).execution_options(populate_existing=True)
    ).one()
    db.session.commit()
    return found


def sign_in(client: Client, actor: Actor, now: datetime) -> None:
    """Let a browser act as somebody, without the second that a password costs."""
    assert actor.person_id is not None
    with transaction() as session:
        token = sessions.begin(session, actor.person_id, now, actor.posting_id)
    with client.session_transaction() as held:
        held["_user_id"] = token


PDF = pdf()


def add_paper(
    actor: Actor,
    number: str,
    at: float = 0,
    kind: DocumentKind = DocumentKind.COMPLAINT,
    data: bytes = PDF,
    **more: Any,
) -> int:
    """Add a paper to a case and return its id."""
    prepared = Prepared(data, "application/pdf", "utaro.pdf", **more)
    digest = Storage(current_app.config["UPLOAD_FOLDER"]).put(data)
    act(actor, number, Action.ADD_DOCUMENT, at, paper=Paper(digest, prepared, kind))
    newest = select(Document.id).where(Document.grievance_id == case(number).id).order_by(Document.id.desc())
    return db.session.scalars(newest.limit(1)).one()


def copies(number: str, count: int, vary: Callable[[int], dict[str, Any]] = lambda _step: {}) -> list[str]:
    """Put as many copies of a case beside it, each due a day later, and return their numbers; no register comes along.

    `vary` gives what is different in the copy of a step, counted from 1.
    """
    table: Any = Grievance.__table__
    db.session.commit()
    base = dict(db.session.execute(select(table).where(table.c.registration_number == number)).mappings().one())
    # Far from what the database hands out by itself.
    start = max(base.pop("id"), 1_000_000, db.session.scalar(select(func.max(table.c.id))) or 0)
    rows = []
    for step in range(1, count + 1):
        running = start + step
        own = {
            "id": running,
            "running": running,
            "registration_number": registration_number("GJ", "24", base["year"], running),
            "submission_key": f"copy-{running}",
            "due_on": base["due_on"] + timedelta(days=step),
            "due_at": base["due_at"] + timedelta(days=step),
        }
        rows.append(base | own | vary(step))
    with transaction() as session:
        for at in range(0, count, 5000):
            session.execute(insert(table), rows[at : at + 5000])
    return [row["registration_number"] for row in rows]
