"""What a person may not see does not exist for them: in lists, counts, search, papers and actions alike."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select, update

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.errors import Forbidden, Invalid, NotFound
from swagat.domain.roles import Actor, Role
from swagat.domain.search import NumberPart, Sought
from swagat.domain.workflow import Action
from swagat.models import DocumentKind, Grievance, Lapse, Opening
from swagat.services import assignment, desk, desk_search, redressal, scope, sheet
from swagat.services.desk import Filters, Tab
from swagat.services.desk_pages import Page, Row
from swagat.storage import Storage
from tests.builders import (
    KANTA,
    KANTAS_MOBILE,
    PDF,
    RULES,
    Cast,
    act,
    add_paper,
    assigned,
    case,
    day,
    disposed,
    file_case,
    office,
    post_again,
    post_cast,
)

STAFF = (
    "bharat", "hansa", "meena", "additional_collector", "collector", "commissioner", "secretary", "chief_secretary",
    "development_officer", "auditor", "administrator", "nobody",
)  # fmt: skip
# Who may see what: written by hand, so that the program is not asked about itself.
REVENUE = {"additional_collector", "collector", "commissioner", "secretary", "chief_secretary"}
SEEN_BY = {
    "ours": {"bharat", "hansa", "meena", *REVENUE},
    "about the office": REVENUE,
    "about Bharat": {"hansa", "meena", *REVENUE},
    "came up": {"bharat", "hansa", "meena", *REVENUE},
    "appealed": {"bharat", "hansa", "meena", *REVENUE},
    # The office it was sent to stands on another ladder, whose top alone is the same.
    "sent on": {"development_officer", "chief_secretary"},
    "sent round": {"development_officer", "additional_collector", "chief_secretary"},
    "sent on late": {"development_officer", "chief_secretary", "meena", "bharat"},
    "sent on directed": {"development_officer", "chief_secretary", "commissioner"},
    "closed": {"bharat", "hansa", "meena", *REVENUE},
    "hidden": {"bharat", "hansa", "meena", *REVENUE},
}


@dataclass(frozen=True, slots=True)
class Scene:
    """The cast and one case of each kind, with one paper each."""

    cast: Cast
    numbers: dict[str, str]
    papers: dict[str, int]

    def actor(self, name: str) -> Actor:
        """Return somebody of the cast, or a head whose posting is at no office."""
        if name == "nobody":
            return Actor(Role.SUPERVISOR, person_id=999_999, posting_id=999_999)
        found: Actor = getattr(self.cast, name)
        return found


@pytest.fixture
def scene(app: Flask) -> Scene:
    cast = post_cast()
    numbers = {
        "ours": assigned(cast, "ours"),
        "about the office": file_case("office", accused_office_id=office("MAM-3783")).number,
        "about Bharat": file_case("bharat", accused_person_id=cast.bharat.person_id).number,
        "came up": came_up(cast),
        "appealed": appealed(cast),
        "sent on": sent(cast, "on", "TDO-3783"),
        "sent round": sent(cast, "round", "TDO-3783", "MAM-3783", "TDO-3783"),
        "sent on late": sent_on_late(cast),
        "sent on directed": sent_on_directed(cast),
        "closed": closed(cast),
        "hidden": assigned(cast, "hidden", is_identity_hidden=True, name="Jivan Chauhan"),
    }
    papers = {kind: add_paper(KANTA, number, 3) for kind, number in numbers.items() if kind != "closed"}
    return Scene(cast, numbers, papers)


def came_up(cast: Cast) -> str:
    number = assigned(cast, "came-up")
    act(cast.bharat, number, Action.REPORT_ACTION)
    act(cast.meena, number, Action.DISPOSE, outcome=Outcome.REDRESSED)
    act(cast.bharat, number, Action.HAND_OVER)
    act(KANTA, number, Action.REFUSE, 1)
    return number


def appealed(cast: Cast) -> str:
    number = disposed(cast, "appealed")
    act(KANTA, number, Action.LODGE_APPEAL, 1)
    return number


def closed(cast: Cast) -> str:
    number = disposed(cast, "closed")
    act(KANTA, number, Action.CONFIRM, 1)
    return number


def sent(cast: Cast, key: str, *codes: str) -> str:
    number = file_case(key).number
    for code in codes:
        with transaction() as session:
            head = post_again(session, cast.auditor.person_id or 0, case(number).office_id, Role.SUPERVISOR)
        act(head, number, Action.TRANSFER, 1, office_id=office(code))
    return number


def sent_on_late(cast: Cast) -> str:
    """Return a case of another office whose time ran out while it was with Bharat and Meena."""
    number = sent(cast, "late", "TDO-3783")
    row = case(number)
    with transaction() as session:
        session.add(
            Lapse(
                grievance_id=row.id, cycle=1, ordinal=1, level=1, due_on=row.due_on, lapsed_at=day(1),
                office_id=cast.meena.office_id, working_office_id=cast.meena.office_id, person_id=cast.bharat.person_id,
            )
        )  # fmt: skip
    return number


def sent_on_directed(cast: Cast) -> str:
    """Return a case of another office to which an office of no ladder of its own gave a direction."""
    number = sent(cast, "directed", "TDO-3783")
    with transaction() as session:
        session.execute(
            update(Grievance)
            .where(Grievance.registration_number == number)
            .values(directing_office_id=cast.commissioner.office_id)
        )
    return number


def rows_of(read: Callable[[str], Page]) -> list[Row]:
    """Return every row of a list, page after page."""
    found, key = [], ""
    while True:
        page = read(key)
        found += page.rows
        if not page.later:
            return found
        key = page.later


def test_each_person_opens_exactly_what_is_theirs_to_see(scene: Scene) -> None:
    for name in STAFF:
        opened = {kind for kind, number in scene.numbers.items() if can_open(scene.actor(name), number)}
        assert opened == {kind for kind, names in SEEN_BY.items() if name in names}, name


def can_open(actor: Actor, number: str) -> bool:
    try:
        sheet.sheet(db.session(), actor, number, day(4), RULES)
    except NotFound:
        return False
    return True


def test_search_and_lists_hold_nothing_else_and_counts_agree(scene: Scene) -> None:
    for name in STAFF:
        check_lists(scene, name)


def check_lists(scene: Scene, name: str) -> None:
    actor, session = scene.actor(name), db.session()
    mine = {number for kind, number in scene.numbers.items() if name in SEEN_BY[kind]}
    hidden = scene.numbers["hidden"]

    def search(sought: Sought) -> set[str]:
        return {row.number for row in rows_of(lambda key: desk_search.search(session, actor, sought, key))}

    assert search(Sought(words="ઉતારા")) == mine
    assert search(Sought(mobile=KANTAS_MOBILE)) == mine - {hidden}
    for number in scene.numbers.values():
        running = NumberPart(None, int(number.split("-")[2]))
        assert search(Sought(numbers=(running,))) == {number} & mine
        assert search(Sought(numbers=(running._replace(year=2026),))) == {number} & mine
    counted = desk.counts(session, actor)
    for tab in Tab:
        listed = rows_of(lambda key, tab=tab: desk.page(session, actor, tab, Filters(), key))
        assert {row.number for row in listed} <= mine, tab
        assert counted[tab] == len(listed), tab


def test_every_open_case_that_one_has_to_do_with_is_in_a_list(scene: Scene) -> None:
    for name in STAFF:
        check_nothing_is_forgotten(scene, name)


def check_nothing_is_forgotten(scene: Scene, name: str) -> None:
    actor, session = scene.actor(name), db.session()
    listed = {
        row.number
        for tab in Tab
        for row in rows_of(lambda key, tab=tab: desk.page(session, actor, tab, Filters(), key))
    }
    theirs = set()
    for kind, number in scene.numbers.items():
        row = case(number)
        involved = {row.office_id, row.answerable_office_id, row.deciding_office_id}
        if row.status.value == "under_appeal":
            involved.add(row.appellate_office_id)
        if name in SEEN_BY[kind] and row.is_open and actor.office_id in involved:
            theirs.add(number)
    assert theirs <= listed, name


def test_papers_exist_only_with_their_case_and_only_under_its_own_number(scene: Scene) -> None:
    for name in STAFF:
        check_papers(scene, name)


def check_papers(scene: Scene, name: str) -> None:
    actor, session = scene.actor(name), db.session()
    storage = Storage(current_app.config["UPLOAD_FOLDER"])
    for kind, paper in scene.papers.items():
        may = name in SEEN_BY[kind] and (kind != "hidden" or name == "additional_collector")
        if may:
            with sheet.open_paper(session, storage, actor, scene.numbers[kind], paper, RULES).stream as stream:
                assert stream.read() == PDF
        else:
            with pytest.raises(NotFound):
                sheet.open_paper(session, storage, actor, scene.numbers[kind], paper, RULES)
        for other, number in scene.numbers.items():
            if kind == "ours" and other != kind:
                with pytest.raises(NotFound):
                    sheet.open_paper(session, storage, actor, number, paper, RULES)


def test_a_selection_says_the_same_of_what_one_may_not_see_and_of_what_is_not_there(scene: Scene) -> None:
    for name in ("meena", "additional_collector", "development_officer"):
        actor = scene.actor(name)
        unseen = {number: 1 for kind, number in scene.numbers.items() if name not in SEEN_BY[kind]}
        found = assignment.assign_all(actor, unseen | {"GJ-2026-9999999-0": 1}, actor.posting_id or 0, day(4), RULES)
        assert found.done == []
        assert len({str(why) for _number, why in found.refused}) == 1


def test_likely_repeats_are_named_only_as_far_as_they_may_be_seen(scene: Scene) -> None:
    session = db.session()
    number = assigned(scene.cast, "again", 4)
    for name in ("meena", "additional_collector"):
        named = set(sheet.sheet(session, scene.actor(name), number, day(4), RULES).like)
        may = {scene.numbers[kind] for kind, names in SEEN_BY.items() if name in names and kind not in UNNAMED}
        assert named == may


# Closed ones are no repeats, and a repeat of the same number would name whoever hides behind it.
UNNAMED = {"closed", "hidden"}


def test_a_grievance_of_one_who_hides_names_no_other_of_the_same_number(scene: Scene) -> None:
    number = assigned(scene.cast, "hidden-again", 4, is_identity_hidden=True)
    assert any(entry.payload.get("like") for entry in past(scene.cast.meena, number))
    assert sheet.sheet(db.session(), scene.cast.meena, number, day(4), RULES).like == []


def past(actor: Actor, number: str) -> list[sheet.History]:
    found = sheet.sheet(db.session(), actor, number, day(4), RULES).history.happenings
    return list(found)  # type: ignore[arg-type]


# Who hides


def test_a_hidden_name_mobile_and_address_are_for_nobody_in_the_offices(scene: Scene) -> None:
    session, number = db.session(), scene.numbers["hidden"]
    for name in SEEN_BY["hidden"]:
        assert sheet.sheet(session, scene.actor(name), number, day(4), RULES).identity is None
        for words in ("Jivan", "Chauhan"):
            assert desk_search.search(session, scene.actor(name), Sought(words=words)).rows == []
    known = sheet.sheet(session, scene.cast.meena, scene.numbers["ours"], day(4), RULES).identity
    assert known is not None
    assert (known.name, known.mobile) == ("Kanta Makwana", KANTAS_MOBILE)


def test_papers_of_one_who_hides_wait_until_the_office_above_has_looked_at_them(scene: Scene) -> None:
    number, paper = scene.numbers["hidden"], scene.papers["hidden"]
    session, storage = db.session(), Storage(current_app.config["UPLOAD_FOLDER"])
    waiting = [one for entry in past(scene.cast.meena, number) for one in entry.papers]
    assert [(one.id, one.name) for one in waiting] == [(None, "")]
    with pytest.raises(Forbidden):
        act(scene.cast.meena, number, Action.RELEASE_DOCUMENTS, 4)
    shown = [one for entry in past(scene.cast.additional_collector, number) for one in entry.papers]
    assert [one.id for one in shown] == [paper]
    act(scene.cast.additional_collector, number, Action.RELEASE_DOCUMENTS, 4)
    sheet.open_paper(session, storage, scene.cast.bharat, number, paper, RULES).stream.close()
    assert not any(entry.action is Action.RELEASE_DOCUMENTS and entry.is_visible
                   for entry in past(scene.cast.bharat, number))  # fmt: skip


def test_a_hidden_identity_is_opened_high_on_the_ladder_and_the_reason_is_kept(app: Flask) -> None:
    cast = post_cast()
    number = file_case("hidden", is_identity_hidden=True).number
    climb_to(number, cast.secretary)
    reason = "The court asks who filed it."
    for actor in (cast.meena, cast.bharat):
        with pytest.raises(Forbidden), transaction() as session:
            scope.open_identity(session, actor, scope.load(session, actor, number), reason, day(4))
    with pytest.raises(Invalid), transaction() as session:
        scope.open_identity(session, cast.secretary, scope.load(session, cast.secretary, number), "why", day(4))
    assert db.session.scalar(select(func.count()).select_from(Opening)) == 0
    with transaction() as session:
        found = scope.open_identity(
            session, cast.secretary, scope.load(session, cast.secretary, number), reason, day(4)
        )
    assert found.name == "Kanta Makwana"
    kept = db.session.scalars(select(Opening)).one()
    assert (kept.person_id, kept.what, kept.reason, kept.opened_at) == (
        cast.secretary.person_id,
        "identity",
        reason,
        day(4),
    )


def climb_to(number: str, head: Actor) -> None:
    with transaction() as session:
        row = session.scalars(select(Grievance).where(Grievance.registration_number == number)).one()
        row.answerable_office_id, row.level = head.office_id or 0, 5


def test_when_and_where_evidence_was_taken_is_for_who_decides(scene: Scene) -> None:
    number = scene.numbers["ours"]
    where = {"captured_at": "2026:07:02 10:30:00", "latitude": 22.7, "longitude": 72.4}
    add_paper(scene.cast.bharat, number, 4, DocumentKind.EVIDENCE, PDF + b"\n", **where)
    for name, told in (("bharat", False), ("hansa", False), ("meena", True), ("additional_collector", False)):
        papers = [one for entry in past(scene.actor(name), number) for one in entry.papers]
        assert [bool(one.captured) for one in papers] == [False, told], name


def test_whoever_is_complained_against_finds_nothing_in_a_second_post_either(scene: Scene) -> None:
    with transaction() as session:
        above = post_again(session, scene.cast.bharat.person_id or 0, office("RAC-438"), Role.SUPERVISOR)
    number = scene.numbers["about Bharat"]
    with pytest.raises(NotFound):
        sheet.sheet(db.session(), above, number, day(4), RULES)
    with pytest.raises(NotFound):
        redressal.act(above, number, Action.NOTE, redressal.Asked(), None, day(4), RULES)
    found = desk_search.search(db.session(), above, Sought(words="ઉતારા")).rows
    assert number not in {row.number for row in found}
