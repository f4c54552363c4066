"""Certificates of the demo, invented and marked so: the police of Balaghat in its first cycle, a CMO in its sixth.

That 32 offices and police stations of Balaghat were given certificates on 9 February 2026, and that the Chief
Minister's Office of Gujarat is in its sixth cycle of 2024 to 2026, is what `docs/decisions/0009-certificates.md` cites.
Which offices they are, their numbers, bodies, audits and findings are ours; what lies after today is left out.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.database import db, transaction
from swagat.domain.certification import AuditKind, AuditResult, StepKind, usual_expiry
from swagat.domain.external_findings import Answer, FindingStep, Severity
from swagat.domain.names import Name
from swagat.domain.roles import Actor, Role
from swagat.domain.rules import Rules
from swagat.domain.working_time import INDIA
from swagat.models import CertificationAudit, Office, Person, Place
from swagat.services import catalogue, certificates, certification_audits, external_findings, places, quality_duties
from swagat.services.certificates import Entry, Step
from swagat.services.certification_audits import Audited
from swagat.services.external_findings import Found, Next

BALAGHAT = "392"
BODY, ACCREDITATION = "Narmada System Certification", "NABCB, QM 000"
GIVEN_ON = date(2026, 2, 9)
SIXTH_FROM = date(2024, 1, 1)
BY, LEAD = "quality.balaghat", "Sudhir Namdeo"
POLICE = Name(
    "Reception of the public, handling of complaints, investigation and keeping of records",
    "जनता का स्वागत, शिकायतों का निराकरण, विवेचना और अभिलेखों का रखरखाव",
    "લોકોનો આવકાર, ફરિયાદોનો નિકાલ, તપાસ અને દફતરની જાળવણી",
)
CMO = Name(
    "Hearing and redressal of grievances that citizens bring to the Chief Minister",
    "मुख्यमंत्री तक लाई गई नागरिकों की शिकायतों की सुनवाई और निराकरण",
    "મુખ્યમંત્રી સુધી પહોંચતી નાગરિકોની રજૂઆતોની સુનાવણી અને નિવારણ",
)
ADDED = (
    ("MP", "DEMO-WPS", Name("Women's Police Station, Balaghat", "महिला थाना, बालाघाट", "મહિલા પોલીસ સ્ટેશન, બાલાઘાટ")),
    ("MP", "DEMO-TRAFFIC", Name("Traffic Police Station, Balaghat", "यातायात थाना, बालाघाट", "ટ્રાફિક પોલીસ, બાલાઘાટ")),
    ("GJ", "DEMO-CMO", Name("Chief Minister's Office", "मुख्यमंत्री कार्यालय", "મુખ્યમંત્રી કાર્યાલય")),
)  # fmt: skip
TYPES = ("SP", "DYSP", "IGR", "SDPO", "SHO")
VISITED_ALREADY = 20
# Those whose head can sign in, and those whose figures tell a story; what was found is about the first.
AHMEDABAD = ("MAM-3783", "MAM-3784", "MAM-3780", "MAM-3787", "COLL-438", "RAC-438", "TDO-3783", "CO-NP-DHOLKA")
AHMEDABAD_SCOPE = Name(
    "Receiving and answering people's grievances",
    "जन शिकायतें लेना और उनका उत्तर देना",
    "લોકોની ફરિયાદો લેવી અને તેનો જવાબ આપવો",
)
# Given so many days ago, visited within the year, and the finding closed well within its 90 days.
GIVEN_AGO, VISITED_AGO, CLOSED_AGO = timedelta(days=420), timedelta(days=100), timedelta(days=40)


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Who enters the certificates of a state in the demo, up to a day."""

    actor: Actor
    today: date
    rules: Rules

    def enter(self, office: str, number: str, scope: Name, cycle: int, decided_on: date) -> int:
        """Enter a certificate of three years on the day of its decision and return its id."""
        expires_on = usual_expiry(decided_on)
        entry = Entry(office, "iso9001-2015", number, scope, BODY, ACCREDITATION, cycle, decided_on, expires_on)
        return certificates.enter(self.actor, entry, noon(decided_on), is_invented=True)

    def audit(self, certificate_id: int, kind: AuditKind, on: date, summary: str, *, is_clean: bool = True) -> bool:
        """Record an audit on the day after it, and return whether that day has come."""
        if on >= self.today:
            return False
        result = AuditResult.CONFORMS if is_clean else AuditResult.AFTER_CORRECTION
        audited = Audited(kind, on, LEAD, result, summary)
        certification_audits.record_audit(self.actor, certificate_id, audited, noon(on + timedelta(days=1)))
        return True

    def find(self, certificate_id: int, severity: Severity, clause: str, text: str, on: date) -> int:
        """Record a finding of the last audit on the day after it and return its number."""
        found = Found(_last_audit(db.session(), certificate_id), severity, clause, text)
        return external_findings.record(self.actor, certificate_id, found, noon(on + timedelta(days=1)), self.rules)

    def take(self, certificate_id: int, running: int, step: Next, on: date) -> None:
        """Record the next step of a finding, where its day has come."""
        if on <= self.today:
            external_findings.take(self.actor, certificate_id, running, step, noon(on))


def noon(day: date) -> datetime:
    """Return the instant at which the demo keeps its certificates on a day."""
    return datetime.combine(day, time(12), INDIA)


def certify(now: datetime, rules: Rules) -> int:
    """Enter the certificates of the demo with what happened to them so far, and return how many."""
    today = now.astimezone(INDIA).date()
    with transaction() as session:
        _add_offices(session)
        people = {row.login: row.id for row in session.execute(select(Person.login, Person.id))}
        codes = _police(session)
    ids = {one.short: one.id for one in catalogue.states()}
    _certify_police(_Keeper(Actor(Role.QUALITY_MANAGER, people[BY], state_id=ids["MP"]), today, rules), codes)
    _certify_cmo(_Keeper(Actor(Role.ADMINISTRATOR, people["admin"], state_id=ids["GJ"]), today, rules))
    _certify_ahmedabad(_Keeper(Actor(Role.ADMINISTRATOR, people["admin"], state_id=ids["GJ"]), today, rules))
    quality_duties.sweep(now, rules)
    return len(codes) + 1 + len(AHMEDABAD)


def _certify_police(keeper: _Keeper, codes: list[str]) -> None:
    for number, code in enumerate(codes, 1):
        one = keeper.enter(code, f"NSC-IN-26-{number:03}", POLICE, 1, GIVEN_ON)
        keeper.audit(one, AuditKind.STAGE_1, _weekday(date(2025, 12, 8), number % 12), "Ready for stage 2.")
        second = _weekday(date(2026, 1, 5), number % 20)
        keeper.audit(one, AuditKind.STAGE_2, second, "The work follows the manual.")
        if code == "SHO-PS-LANJI":
            _visited_after_complaints(keeper, one)
        if number <= VISITED_ALREADY:
            _visited(keeper, one, code, _weekday(date(2026, 11, 2), number % 18))
        if code == "DEMO-TRAFFIC" and date(2026, 10, 5) <= keeper.today:
            step = Step(StepKind.SUSPENDED, date(2026, 10, 5), "The station moves to another building until March.", 0)
            certificates.record_step(keeper.actor, one, step, noon(date(2026, 10, 5)))


def _certify_ahmedabad(keeper: _Keeper) -> None:
    given_on, visited_on, closed_on = (keeper.today - ago for ago in (GIVEN_AGO, VISITED_AGO, CLOSED_AGO))
    for number, code in enumerate(AHMEDABAD, 1):
        one = keeper.enter(code, f"NSC-IN-AD-{number:02}", AHMEDABAD_SCOPE, 1, given_on)
        keeper.audit(one, AuditKind.STAGE_1, given_on - timedelta(days=60), "Ready for stage 2.")
        keeper.audit(one, AuditKind.STAGE_2, given_on - timedelta(days=30), "The work follows the manual.")
        summary = "People are told what becomes of their grievance."
        keeper.audit(one, AuditKind.SURVEILLANCE_1, visited_on, summary, is_clean=number > 1)
        if number > 1:
            continue
        text = "Of ten acknowledgements in the register of the counter three had no date by which an answer is due."
        running = keeper.find(one, Severity.MINOR, "7.5", text, visited_on)
        answer = Answer(
            "The three people were told their date by telephone and by letter.",
            "The date was written by hand from a list that hung at one of two counters only.",
            "Thirty acknowledgements of the month after, each with its date; office order 9.",
        )
        keeper.take(one, running, Next(FindingStep.ANSWERED, 0, closed_on, answer=answer), closed_on)
        accepted = Next(FindingStep.ACCEPTED, 1, closed_on, accepted_by=LEAD)
        keeper.take(one, running, accepted, closed_on)


def _visited(keeper: _Keeper, certificate_id: int, code: str, on: date) -> None:
    has_findings = code in ("SHO-PS-BAIHAR", "SHO-PS-BIRSA")
    if not keeper.audit(
        certificate_id, AuditKind.SURVEILLANCE_1, on, "Complaints are acknowledged at once.", is_clean=not has_findings
    ):
        return
    if code == "SHO-PS-BIRSA":
        text = "Of eight complaints that were drawn, three were closed without a word to the complainant."
        keeper.find(certificate_id, Severity.MAJOR, "8.2.1", text, on)
    if code == "SHO-PS-BAIHAR":
        text = "Two registers of visitors have pages without a day."
        running = keeper.find(certificate_id, Severity.MINOR, "7.5.3", text, on)
        answer = Answer(
            "The pages were completed from the daily diary.",
            "The register has no column for the day; whoever was at the desk wrote it or did not.",
            "A new register with a printed column is in use; the head signs it each evening.",
        )
        keeper.take(certificate_id, running, Next(FindingStep.ANSWERED, 0, answer=answer), on + timedelta(days=9))
        keeper.take(certificate_id, running, Next(FindingStep.ACCEPTED, 1, accepted_by=LEAD), on + timedelta(days=16))


def _visited_after_complaints(keeper: _Keeper, certificate_id: int) -> None:
    on = date(2026, 6, 15)
    if keeper.audit(certificate_id, AuditKind.SPECIAL, on, "Looked into two complaints.", is_clean=False):
        text = "The board with what people may expect hangs where only the staff comes."
        keeper.find(certificate_id, Severity.MINOR, "8.2.1", text, on)


def _certify_cmo(keeper: _Keeper) -> None:
    one = keeper.enter("DEMO-CMO", "NSC-IN-24-001", CMO, 6, SIXTH_FROM)
    keeper.audit(one, AuditKind.SURVEILLANCE_1, date(2024, 12, 10), "Objectives are met but for one.")
    keeper.audit(one, AuditKind.SURVEILLANCE_2, date(2025, 12, 8), "The review of May decided on more people.")


def _weekday(monday: date, number: int) -> date:
    """Return a day from Monday to Friday, so many of them after a Monday."""
    weeks, days = divmod(number, 5)
    return monday + timedelta(weeks=weeks, days=days)


def _add_offices(session: Session) -> None:
    """Add the offices that the tables of reference do not have; they answer for nothing, so no case reaches them."""
    for short, code, name in ADDED:
        state = catalogue.state_named(short)
        like = "SP-392" if short == "MP" else "CS"
        beside = select(Office.place_id).where(Office.code == like, Office.state_id == state.id)
        session.add(
            Office(
                state_id=state.id,
                code=code,
                type_code="DEMO",
                place_id=session.scalars(beside).one(),
                tier="district" if short == "MP" else "state",
                name_en=name.en,
                name_hi=name.hi,
                name_gu=name.gu,
                title_en=name.en,
                title_hi=name.hi,
                title_gu=name.gu,
                source="demo",
            )
        )
    session.flush()


def _police(session: Session) -> list[str]:
    """Return the codes of the police of Balaghat, offices first, then stations by name."""
    rows = session.execute(
        select(Office.code, Office.type_code, Office.name_en)
        .join(Place, Place.id == Office.place_id)
        .where(Office.state_id == catalogue.state_named("MP").id, Office.type_code.in_(TYPES))
        .where(Place.district_id == _district())
    )
    found = sorted(rows, key=lambda one: (TYPES.index(one.type_code), one.name_en))
    return [one.code for one in found] + [code for short, code, _name in ADDED if short == "MP"]


def _district() -> int:
    state = catalogue.state_named("MP")
    return next(one.id for one in places.districts(state.id) if one.code == BALAGHAT)


def _last_audit(session: Session, certificate_id: int) -> int:
    audits = select(CertificationAudit.id).where(CertificationAudit.certificate_id == certificate_id)
    found = session.scalars(audits.order_by(CertificationAudit.done_on.desc(), CertificationAudit.id.desc())).first()
    session.rollback()
    return found or 0
