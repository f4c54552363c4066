"""Everything the page of one case shows to somebody of an office, in at most twelve statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from swagat.domain.case import Case, decides, parties
from swagat.domain.deadlines import DaysLeft, DueDate, days_left
from swagat.domain.errors import N_, Text
from swagat.domain.names import Name, from_plain
from swagat.domain.redressal import permitted
from swagat.domain.roles import Actor, Party, Role
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Need, Transition
from swagat.models import Grievance, Office, Person, Place, Posting
from swagat.services import case_texts, catalogue, common_causes, dating, directions, documents, lapses, places, scope
from swagat.services.case_texts import CaseText
from swagat.services.common_causes import CauseRow
from swagat.services.dating import ClockDate
from swagat.services.directions import Hearing, Steered
from swagat.services.documents import Download
from swagat.services.facts import case_of
from swagat.services.history import History, PersonName, history
from swagat.services.lapses import Lapsed
from swagat.services.scope import Identity, grievances_visible_to
from swagat.services.texting import Texting
from swagat.storage import Storage

MOST_OFFICES = 500


@dataclass(frozen=True, slots=True)
class Officer:
    """A posting to which a case can be given."""

    posting_id: int
    person_id: int
    name: PersonName
    role: Role


@dataclass(frozen=True, slots=True)
class OfficeChoice:
    """An office that a case can be sent to, and the place it sits at: the nearest place first."""

    id: int
    name: Name
    place: Name


@dataclass(frozen=True, slots=True)
class Sheet:
    """A case as the office sees it."""

    actor: Actor
    grievance: Grievance
    case: Case
    actions: list[Transition]
    identity: Identity | None
    may_open_identity: bool
    history: History
    due: DueDate | None
    clocks: Sequence[ClockDate]
    days: DaysLeft
    today: date
    officers: Sequence[Officer]
    offices: Sequence[OfficeChoice]
    like: Sequence[str]
    why_office: Sequence[Text]
    proposal_reason: str
    objection: str
    lapsed: Sequence[Lapsed]
    steered: Steered
    texting: Texting
    hearing: Hearing | None
    texts: Sequence[CaseText]
    causes: Sequence[CauseRow] = ()

    def officers_for(self, row: Transition) -> list[Officer]:
        """Return whom an action can give the case to: not who has it; an officer without it takes it for themselves."""
        only_self = parties(self.case, self.actor) & row.who == {Party.OFFICE_STAFF}
        return [
            one
            for one in self.officers
            if one.person_id != self.case.officer_person_id
            and (not only_self or one.posting_id == self.actor.posting_id)
        ]


def sheet(
    session: Session, actor: Actor, number: str, now: datetime, rules: Rules, chosen: Action | None = None
) -> Sheet:
    """Return the sheet of a case, raising NotFound outside the actor's scope.

    `chosen` is the one action whose form is shown by itself; lists that only it needs are read for it alone.
    """
    grievance = scope.load(session, actor, number)
    lapsed = lapses.lapsed(session, grievance.id) if lapses.were_any(grievance) else []
    case = case_of(session, grievance, rules, owing=lapses.owing_of(lapsed))
    calendar = catalogue.calendar(grievance.state_id, grievance.office_id)
    today = calendar.day_of(now)
    actions = permitted(case, actor)
    releases = any(row.action is Action.RELEASE_DOCUMENTS for row in actions)
    past = history(
        session, grievance.id, now, calendar, for_citizen=False, sees_held=releases, sees_capture=decides(case, actor)
    )
    dates = dating.dates(session, grievance, now, past)
    texts, fares = case_texts.texts_of(session, grievance, now)
    return Sheet(
        actor,
        grievance,
        case,
        actions,
        scope.identity_of(actor, grievance),
        scope.may_open_identity(session, actor, grievance),
        past,
        dates.due,
        dates.others,
        days_left(grievance.due_on, today, calendar),
        today,
        _officers_of_case(session, case, actions, now),
        _offices_near(session, grievance) if _needs(actions, chosen, Need.OFFICE) else (),
        _like(session, actor, grievance, past),
        _why_office(past),
        _last_words(past, Action.PROPOSE) if case.waiting else "",
        _last_words(past, Action.OBJECT) if case.waiting else "",
        lapsed,
        directions.steered(session, grievance),
        fares,
        directions.hearing(grievance, past, today),
        texts,
        common_causes.causes_of(session, actor) if _needs(actions, chosen, Need.CAUSE) else (),
    )


def open_paper(
    session: Session, storage: Storage, actor: Actor, number: str, document_id: int, rules: Rules
) -> Download:
    """Open a paper of a case in the actor's scope; one that waits for release exists only for who may release it."""
    grievance = scope.load(session, actor, number)
    releases = grievance.is_identity_hidden and any(
        row.action is Action.RELEASE_DOCUMENTS for row in permitted(case_of(session, grievance, rules), actor)
    )
    return documents.for_download(session, storage, document_id, grievance.id, with_held=releases, with_internal=True)


_OFFICERS = (
    select(Posting.id, Posting.person_id, Person.name_en, Person.name_local, Posting.role)
    .join(Person, Person.id == Posting.person_id)
    .where(
        Posting.office_id == bindparam("office_id"),
        Posting.role.in_([Role.OFFICER, Role.SUPERVISOR]),
        Posting.begins_at <= bindparam("now"),
        or_(Posting.ends_at.is_(None), Posting.ends_at > bindparam("now")),
        Person.is_active,
    )
    .order_by(Posting.role, Person.name_en, Posting.id)
)


def officers_of(session: Session, office_id: int, now: datetime) -> list[Officer]:
    """Return the postings to which a case of this office can be given now."""
    rows = session.execute(_OFFICERS, {"office_id": office_id, "now": now})
    return [Officer(row.id, row.person_id, PersonName(row.name_en, row.name_local), row.role) for row in rows]


def _needs(actions: list[Transition], chosen: Action | None, need: Need) -> bool:
    return any(need in row.needs for row in actions if row.action is chosen)


def _officers_of_case(session: Session, case: Case, actions: list[Transition], now: datetime) -> list[Officer]:
    if not any(Need.OFFICER in row.needs for row in actions):
        return []
    return [one for one in officers_of(session, case.office_id, now) if one.person_id != case.accused_person_id]


def _offices_near(session: Session, grievance: Grievance) -> list[OfficeChoice]:
    """Return the offices that a case may be sent to: of its place, of those around it, and of the state."""
    chain = [place.id for place in places.chain(grievance.place_id)]
    place = aliased(Place)
    rows = session.execute(
        select(
            Office.id, Office.name_en, Office.name_hi, Office.name_gu, Office.place_id,
            place.name_en.label("place_en"), place.name_local.label("place_local"),
        )
        .join(place, place.id == Office.place_id)
        .where(
            Office.state_id == grievance.state_id,
            Office.is_active,
            Office.id != grievance.office_id,
            Office.id.is_distinct_from(grievance.accused_office_id),
            or_(Office.place_id.in_(chain), place.parent_id.in_(chain[:2])),
        )
        .order_by(Office.name_en)
        .limit(MOST_OFFICES)
    )  # fmt: skip
    nearness = {place_id: depth for depth, place_id in enumerate(chain)}
    near = sorted(rows, key=lambda row: (nearness.get(row.place_id, len(chain)), row.place_en, row.name_en))
    return [OfficeChoice(row.id, Name.of(row), Name(row.place_en, "", row.place_local)) for row in near]


def _like(session: Session, actor: Actor, grievance: Grievance, past: History) -> list[str]:
    """Return the likely repeats of the same number; never where either identity is hidden, for it would tell it."""
    ids = [one for happening in past.happenings for one in happening.payload.get("like", ())]
    if not ids or grievance.is_identity_hidden:
        return []
    statement = select(Grievance.registration_number).where(
        Grievance.id.in_(ids), Grievance.is_identity_hidden.is_(False), grievances_visible_to(actor)
    )
    return [number for number in session.scalars(statement.order_by(Grievance.id)) if number]


def _why_office(past: History) -> tuple[Text, ...]:
    """Return why routing chose the office, and which transfers came after."""
    found: tuple[Text, ...] = ()
    for one in past.happenings:
        rows: list[Any] = one.payload.get("why", [])
        if rows:
            found = from_plain(rows)
        elif one.action is Action.TRANSFER:
            found += (Text(N_("Sent on %(day)s to: %(office)s."), {"day": one.at, "office": one.office}),)
    return found


def _last_words(past: History, action: Action) -> str:
    """Return what was written with the last action of this kind since the last proposal, nothing when there is none."""
    for one in reversed(past.happenings):
        if one.action is action:
            return "\n".join(text for _kind, text in one.texts)
        if one.action is Action.PROPOSE:
            break
    return ""
