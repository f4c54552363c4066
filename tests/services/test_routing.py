"""On the tables that are shipped, every grievance reaches one office, which is the one people would name."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from swagat.database import db, transaction
from swagat.domain.errors import Invalid, NotFound
from swagat.domain.jurisdiction import Ambiguous, Unrouted
from swagat.domain.names import in_language
from swagat.domain.places import PlaceKind
from swagat.domain.roles import Role
from swagat.models import Jurisdiction, LadderStep, Office, Person, Place, Posting
from swagat.services import catalogue, places, routing
from swagat.services.reference import load
from tests.services.reference_data import NOW, bare_app, small_folder


@pytest.fixture(scope="module", autouse=True)
def installation(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Both states, with an officer and a supervisor posted in every office; tests undo what they change."""
    folder = tmp_path_factory.mktemp("routed")
    with bare_app(backend, request, folder, "reference_routed") as app:
        assert load(small_folder(folder), NOW).ok
        with transaction() as session:
            session.execute(insert(Person), [{"login": login, "name_en": login} for login in ("officer", "head")])
            officer, head = session.scalars(select(Person.id).order_by(Person.login.desc()))
            begins = NOW - timedelta(days=1)
            session.execute(
                insert(Posting),
                [
                    {"person_id": person, "office_id": office_id, "role": role, "begins_at": begins}
                    for office_id in session.scalars(select(Office.id))
                    for person, role in ((officer, Role.OFFICER), (head, Role.SUPERVISOR))
                ],
            )
        yield app


@pytest.fixture(autouse=True)
def undone() -> Iterator[None]:
    # Nothing is written outside a use case, so each test is one, of which nothing is kept.
    with transaction() as session:
        yield
        session.rollback()


def category(code: str) -> int:
    return catalogue.category_named(code).id


def place(code: str, kind: PlaceKind | None = None) -> int:
    wanted = select(Place.id).where(Place.code == code)
    return db.session.scalars(wanted if kind is None else wanted.where(Place.kind == kind)).one()


def office(code: str, state: str = "GJ") -> int:
    state_id = catalogue.state_named(state).id
    return db.session.scalars(select(Office.id).where(Office.code == code, Office.state_id == state_id)).one()


def code_of(office_id: int) -> str:
    return str(db.session.scalar(select(Office.code).where(Office.id == office_id)))


def routed(code: str, place_code: str, **more: object) -> routing.Routed:
    return routing.route(db.session(), category(code), place(place_code), **more)  # type: ignore[arg-type]


OUTSIDE = places.AREAS


@pytest.mark.parametrize(
    ("subject", "where", "expected", "level"),
    [
        pytest.param("UDH-DRAIN", "MC-RAJKOT-07", "WO-MC-RAJKOT-07", 1, id="a drain in a ward of a city"),
        pytest.param("UDH-DRAIN", "NP-DHOLKA-03", "WI-NP-DHOLKA-03", 1, id="a drain in a ward of a town"),
        pytest.param("UDH-DRAIN", "NP-BAVLA", "CO-NP-BAVLA", 2, id="a drain in a town without wards"),
        pytest.param("UDH-BUILDPLAN", "NP-DHOLKA-03", "CO-NP-DHOLKA", 2, id="a building plan"),
        pytest.param("HOM-FIR", "PS-NADIAD-TOWN", "SDPO-NADIAD", 2, id="an FIR refused at a named station"),
        pytest.param("HOM-NOISE", "PS-NADIAD-TOWN", "SHO-PS-NADIAD-TOWN", 1, id="noise goes to the station itself"),
        pytest.param("HOM-POLICE", "450", "SP-450", 3, id="misconduct of the police goes to its head"),
        pytest.param("HOM-FIR", "3783", "DYSP-438", 2, id="an FIR where no stations are known"),
        pytest.param("ENR-TRANSFORMER", "3783", "DE-E-3783", 1, id="a transformer"),
        pytest.param("ENR-TRANSFORMER", "6515", "EI-438", 3, id="a transformer of a private licensee"),
        pytest.param("FOR-WILDANIMAL", "3834", "DCF-WL-675", 2, id="a lion near the Gir"),
        pytest.param("FOR-WILDANIMAL", "3783", "RFO-3783", 1, id="a leopard elsewhere"),
        pytest.param("REV-712", "506426", "MAM-3722", 1, id="a land record of a village"),
        pytest.param("REV-SURVEY", "3783", "DILR-438", 2, id="a survey"),
        pytest.param("REV-LANDGRAB", "3783", "COLL-438", 3, id="grabbed land"),
        pytest.param("FCS-NEWCARD", "3783", "MAM-3783", 1, id="a ration card"),
        pytest.param("PRD-PMAYG", "7439", "DRDA-457", 2, id="a city taluka has no taluka panchayat"),
        pytest.param("RNB-NEWROAD", "3783", "CE-RB", 4, id="a state's subject"),
        pytest.param("GRP-GAD", "3783", "MAM-3783", 1, id="not sure at all"),
        pytest.param("GRP-WCD", "3783", "DWCO-438", 2, id="sure of the group only"),
        pytest.param("REV-712", "3672", "TEH-3672", 1, id="a tehsil of the second state"),
        pytest.param("UDH-DRAIN", "NP-BALAGHAT-01", "WI-NP-BALAGHAT-01", 1, id="a ward of the second state"),
        pytest.param("HOM-FIR", "PS-LANJI", "SDPO-LANJI", 2, id="a station of the second state"),
        pytest.param("GRP-GAD", "3672", "TEH-3672", 1, id="not sure in the second state"),
    ],
)
def test_it_goes_to_the_office_that_people_would_name(subject: str, where: str, expected: str, level: int) -> None:
    found = routed(subject, where)
    assert (code_of(found.office_id), found.level) == (expected, level)
    assert found.ladder == catalogue.category_named(subject).ladder


def test_outside_every_town_the_talukas_panchayat_answers_for_a_drain() -> None:
    assert code_of(routed("UDH-DRAIN", "3783", none_of=OUTSIDE).office_id) == "TDO-3783"
    village = places.villages(place("3783"))[0]
    assert code_of(routed("UDH-DRAIN", village.code).office_id) == "TDO-3783"


@pytest.mark.parametrize(
    ("subject", "where", "asked"),
    [
        ("UDH-DRAIN", "3783", PlaceKind.MUNICIPALITY),
        ("UDH-DRAIN", "6523", PlaceKind.MUNICIPALITY),
        ("UDH-DRAIN", "NP-DHOLKA", PlaceKind.WARD),
        ("HOM-FIR", "3876", PlaceKind.POLICE_STATION),
        ("REV-712", "438", PlaceKind.TALUKA),
        ("REV-712", "24", PlaceKind.DISTRICT),
        ("REV-712", "PS-DAKOR", PlaceKind.TALUKA),
    ],
)
def test_an_area_that_is_not_known_is_asked_for(subject: str, where: str, asked: PlaceKind) -> None:
    assert places.question(category(subject), place(where)) is asked
    with pytest.raises(Invalid) as raised:
        routed(subject, where)
    assert list(raised.value.errors) == [asked.value]


def test_a_district_without_offices_says_plainly_that_it_is_not_served() -> None:
    assert not places.is_served(place("390"))
    with pytest.raises(Invalid) as raised:
        routed("REV-712", "390")
    assert str(raised.value) == routing.NOT_SERVED


def test_unknown_places_and_categories_do_not_exist() -> None:
    with pytest.raises(NotFound):
        routing.route(db.session(), category("REV-712"), 10**9)
    with pytest.raises(NotFound):
        routing.route(db.session(), 10**9, place("3783"))


def test_the_office_complained_about_is_passed_over_and_the_explanation_says_so() -> None:
    found = routed("REV-712", "3783", accused_office_id=office("MAM-3783"))
    assert (code_of(found.office_id), found.level) == ("RAC-438", 2)
    assert "Mamlatdar, Dholka" in str(found.explanation[-1])


def test_the_explanation_can_be_read_in_the_states_language() -> None:
    said = in_language(routed("REV-712", "3783").explanation[0], "gu")
    assert said.params["office"] == "મામલતદાર, ધોળકા"
    assert said.params["place"] == "ધોળકા"


@pytest.mark.parametrize(("subject", "where"), [("REV-712", "506426"), ("UDH-DRAIN", "MC-RAJKOT-07")])
def test_routing_costs_one_statement(
    subject: str, where: str, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    category_id, place_id = category(subject), place(where)
    with count_statements() as sent:
        routing.route(db.session(), category_id, place_id)
    assert len(sent) == 1


class TestLadders:
    def test_a_ration_card_climbs_the_ladder_of_the_published_example(self) -> None:
        found = routing.ladder_of(db.session(), office("MAM-3783"), "supply")
        titles = [post.title.en for post in found]
        assert [post.level for post in found] == [1, 2, 3, 4, 5, 6]
        assert titles[:4] == ["Mamlatdar", "District Supply Officer", "Collector", "Director, Food and Civil Supplies"]
        assert titles[4].startswith("Principal Secretary, Food")
        assert titles[5] == "Chief Secretary"

    def test_the_superior_is_one_level_up_and_the_accused_one_is_passed_over(self) -> None:
        session, mamlatdar = db.session(), office("MAM-3783")
        assert routing.superior_of(session, mamlatdar, "supply") == (office("DSO-438"), 2)
        assert routing.superior_of(session, mamlatdar, "supply", office("DSO-438")) == (office("COLL-438"), 3)
        assert routing.superior_of(session, office("CS"), "supply") is None
        assert routing.superior_of(session, mamlatdar, "police") is None

    def test_an_office_stands_on_several_ladders(self) -> None:
        steps = routing.steps_of(db.session(), office("MAM-3783"))
        assert steps["revenue"] == steps["supply"] == 1
        assert "police" not in steps

    @pytest.mark.parametrize(
        ("offices", "expected"),
        [
            (["MAM-3783", "TDO-3783"], "RAC-438"),
            (["MAM-3783", "MAM-3784"], "RAC-438"),
            (["MAM-3783", "DSO-438"], "COLL-438"),
            (["TDO-3783", "TDO-3784", "DYDDO-438"], "DDO-438"),
            (["MAM-3783", "MAM-3876"], "DFCS"),
            (["MAM-3783"], "DSO-438"),
            (["CS", "MAM-3783"], "CS"),
            ([], None),
        ],
    )
    def test_the_lowest_superior_of_all_decides(self, offices: list[str], expected: str | None) -> None:
        found = routing.common_superior(db.session(), {office(code) for code in offices})
        # Which of several equally low superiors it is does not matter, but it is always the same one.
        if expected is None:
            assert found is None
        else:
            assert found is not None
            level = min(routing.steps_of(db.session(), found).values())
            assert level == min(routing.steps_of(db.session(), office(expected)).values())
            assert found == routing.common_superior(db.session(), [office(code) for code in reversed(offices)])

    def test_the_accused_office_never_decides(self) -> None:
        pair = {office("MAM-3783"), office("TDO-3783")}
        decided = routing.common_superior(db.session(), pair)
        assert decided is not None
        assert routing.common_superior(db.session(), pair, decided) != decided

    def test_only_offices_at_work_exist(self) -> None:
        assert routing.office_exists(db.session(), office("MAM-3783"))
        assert not routing.office_exists(db.session(), 10**9)


class TestCheck:
    def test_the_shipped_tables_pass_for_every_subject_in_every_taluka(self) -> None:
        report = routing.check(NOW)
        assert report.lines()[-1].endswith("nothing is wrong.")
        assert report.ok
        talukas = 300 + 12
        assert report.walked > talukas * len(catalogue.current().categories)

    def test_one_state_can_be_checked_by_itself(self) -> None:
        report = routing.check(NOW, "MP")
        assert report.ok
        talukas, leaves_and_groups = 12, 171
        assert talukas * leaves_and_groups < report.walked < 300 * leaves_and_groups
        with pytest.raises(NotFound):
            routing.check(NOW, "XX")

    def test_a_subject_that_nobody_answers_for_is_listed(self) -> None:
        db.session.execute(delete(Jurisdiction).where(Jurisdiction.office_id == office("DTO-392", "MP")))
        problems = routing.check(NOW, "MP").problems
        # The pension and the group it stands in, in each of the twelve talukas.
        assert len(problems) == 24
        assert any("FIN-PENSION at taluka Lanji" in line and "reaches no office" in line for line in problems)

    def test_a_subject_that_two_answer_for_is_listed_with_both(self) -> None:
        revenue = next(one.id for one in catalogue.departments() if one.code == "REV")
        twice = {"office_id": office("BMO-3672", "MP"), "place_id": place("3672"), "department_id": revenue}
        db.session.execute(insert(Jurisdiction), twice)
        with pytest.raises(Ambiguous) as raised:
            routed("REV-712", "3672")
        (line,) = [one for one in routing.check(NOW, "MP").problems if one.startswith("REV-712")]
        for said in (line, str(raised.value)):
            assert "Tehsildar, Balaghat" in said
            assert "Block Medical Officer, Balaghat" in said

    @pytest.mark.parametrize(
        ("role", "said"), [(Role.OFFICER, "has no officer posted"), (Role.SUPERVISOR, "has no supervisor posted")]
    )
    def test_an_office_without_an_officer_or_a_supervisor_is_listed(self, role: Role, said: str) -> None:
        gone = update(Posting).where(Posting.office_id == office("TEH-3672", "MP"), Posting.role == role)
        db.session.execute(gone.values(ends_at=NOW - timedelta(hours=1)))
        assert routing.check(NOW, "MP").problems == (f"Tehsildar, Balaghat {said}",)
        # Who is posted counts as of the instant that is asked for.
        assert routing.check(NOW - timedelta(hours=2), "MP").ok

    def test_an_office_that_only_hears_what_climbs_needs_no_officer(self) -> None:
        chief = office("CS", "MP")
        db.session.execute(delete(Posting).where(Posting.office_id == chief, Posting.role == Role.OFFICER))
        assert routing.check(NOW, "MP").ok
        db.session.execute(delete(Posting).where(Posting.office_id == chief))
        assert routing.check(NOW, "MP").problems == ("Chief Secretary has no supervisor posted",)

    def test_a_ladder_that_runs_in_a_circle_is_listed(self) -> None:
        collector, junior = office("COLL-392", "MP"), office("JSO-3672", "MP")
        step = update(LadderStep).where(LadderStep.office_id == collector, LadderStep.ladder == "supply")
        db.session.execute(step.values(superior_id=junior))
        assert any("ladder supply runs in a circle" in line for line in routing.check(NOW, "MP").problems)
        # Asking who stands above ends all the same.
        assert len(routing.ladder_of(db.session(), junior, "supply")) == 3

    def test_a_ladder_that_ends_too_early_is_listed(self) -> None:
        collector = office("COLL-392", "MP")
        db.session.execute(delete(LadderStep).where(LadderStep.office_id == collector, LadderStep.ladder == "supply"))
        assert any("does not reach level 6" in line for line in routing.check(NOW, "MP").problems)

    def test_an_office_that_stands_on_no_ladder_is_not_routed_to(self) -> None:
        surveyor = office("SLR-392", "MP")
        db.session.execute(delete(LadderStep).where(LadderStep.office_id == surveyor))
        with pytest.raises(Unrouted):
            routed("REV-SURVEY", "3672")
        assert any("REV-SURVEY at taluka Balaghat" in line for line in routing.check(NOW, "MP").problems)

    def test_a_taluka_without_a_triage_office_is_listed(self) -> None:
        tehsildar = office("TEH-3672", "MP")
        db.session.execute(delete(Jurisdiction).where(Jurisdiction.office_id == tehsildar, Jurisdiction.is_triage))
        problems = routing.check(NOW, "MP").problems
        assert problems == ("taluka Balaghat (3672) has no office that sorts what nobody could sort",)


class TestExplain:
    def test_it_says_why_and_who_stands_above(self) -> None:
        found = routing.explain("UDH-DRAIN", "NP-DHOLKA-03")
        assert found.ok
        lines = found.lines()
        assert lines[0].startswith("In Ward No. 3 the office for “Blocked or overflowing drain or sewer” is:")
        assert lines[2] == "  L2 Chief Officer, Dholka Nagarpalika"
        assert lines[-1] == "  L6 Chief Secretary"

    @pytest.mark.parametrize(
        ("subject", "where", "said"),
        [
            ("XYZ", "3783", "There is no category XYZ."),
            ("REV-712", "0", "0 places have the code 0."),
            ("UDH-DRAIN", "3783", "Choose the town"),
            ("REV-712", "390", routing.NOT_SERVED),
        ],
    )
    def test_what_cannot_be_explained_is_said(self, subject: str, where: str, said: str) -> None:
        found = routing.explain(subject, where)
        assert not found.ok
        assert said in found.lines()[0]

    def test_a_code_may_name_its_kind(self) -> None:
        assert routing.explain("REV-712", "taluka:3783").ok
        assert not routing.explain("REV-712", "village:3783").ok


class TestPlaces:
    @pytest.mark.parametrize("typed", ["Dholka", "dholaka", "ધોળકા", "धोलका", "DHOLKA"])
    def test_a_place_is_found_in_every_script(self, typed: str) -> None:
        found = places.search(typed, catalogue.state_named("GJ").id)
        assert found[0].name_en in ("Dholka", "Dholka Nagarpalika")
        assert place("3783") in [one.id for one in found]

    def test_a_village_is_found_from_the_taluka_that_was_made_of_its_old_one(self) -> None:
        hadad, danta = place("7555"), place("3737")
        some = places.villages(danta)[0]
        found = places.search(some.name_en, catalogue.state_named("GJ").id, hadad, {PlaceKind.VILLAGE})
        assert some.id in [one.id for one in found]

    def test_a_search_stays_in_its_state_and_district(self) -> None:
        gujarat, madhya_pradesh = catalogue.state_named("GJ").id, catalogue.state_named("MP").id
        assert not [one for one in places.search("balaghat", gujarat) if one.state_id == madhya_pradesh]
        assert {one.district_id for one in places.search("mahuva", gujarat, place("459"))} == {place("459")}

    def test_wildcards_and_empty_words_find_nothing_by_themselves(self) -> None:
        gujarat = catalogue.state_named("GJ").id
        assert places.search("%", gujarat) == []
        assert places.search("  ", gujarat) == []
        assert places.search("_____", gujarat) == []

    def test_a_search_costs_one_statement(
        self, count_statements: Callable[[], AbstractContextManager[list[str]]]
    ) -> None:
        gujarat, dholka = catalogue.state_named("GJ").id, place("3783")
        with count_statements() as sent:
            assert places.search("koth", gujarat, dholka)
        assert len(sent) == 1

    def test_a_corporation_that_covers_several_talukas_is_offered_in_each(self) -> None:
        for taluka in ("6520", "6523", "6524"):
            assert "Rajkot Municipal Corporation" in [one.name_en for one in places.municipalities(place(taluka))]
        assert [one.name_en for one in places.wards(place("MC-RAJKOT"))][:2] == ["Ward No. 1", "Ward No. 2"]
        assert len(places.wards(place("MC-RAJKOT"))) == 18

    def test_the_chain_leads_up_to_the_state(self) -> None:
        chain = places.chain(place("NP-DHOLKA-03"))
        assert [one.kind.value for one in chain] == ["ward", "municipality", "taluka", "district", "state"]
        assert [one.name.gu for one in chain[1:3]] == ["ધોળકા નગરપાલિકા", "ધોળકા"]

    def test_what_lies_in_a_place_costs_no_statement_but_for_villages(
        self, count_statements: Callable[[], AbstractContextManager[list[str]]]
    ) -> None:
        district, taluka = place("438"), place("3783")
        catalogue.current()
        with count_statements() as sent:
            assert len(places.talukas(district)) == 15
            assert places.chain(taluka)
            assert places.question(category("UDH-DRAIN"), taluka) is PlaceKind.MUNICIPALITY
        assert sent == []
        with count_statements() as sent:
            assert places.villages(taluka)
        assert len(sent) == 1


class TestCatalogue:
    def test_it_is_read_once_a_minute(
        self,
        monkeypatch: pytest.MonkeyPatch,
        count_statements: Callable[[], AbstractContextManager[list[str]]],
    ) -> None:
        before = catalogue.current()
        with count_statements() as sent:
            assert catalogue.current() is before
        assert sent == []
        real = catalogue.time.monotonic
        monkeypatch.setattr(catalogue.time, "monotonic", lambda: real() + catalogue.SECONDS_KEPT + 1)
        after = catalogue.current()
        assert after is not before
        # What did not change is kept, with what was worked out from it.
        assert after.index is before.index
        one = catalogue.state_named("GJ").id
        assert after.states[one].calendar is before.states[one].calendar

    def test_nobody_waits_while_another_thread_reads_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = catalogue.current()
        real = catalogue.time.monotonic
        monkeypatch.setattr(catalogue.time, "monotonic", lambda: real() + catalogue.SECONDS_KEPT + 1)
        with catalogue._lock:
            assert catalogue.current() is before

    def test_what_is_not_there_does_not_exist(self) -> None:
        for ask in (catalogue.state, catalogue.category, catalogue.department, catalogue.ground, catalogue.calendar):
            with pytest.raises(NotFound):
                ask(10**9)
        with pytest.raises(NotFound):
            catalogue.policy(99)

    def test_the_groups_hold_every_leaf_once(self) -> None:
        leaves = [leaf.code for group in catalogue.groups() for leaf in catalogue.leaves(group.id)]
        assert (len(catalogue.groups()), len(leaves), len(set(leaves))) == (27, 144, 144)
        assert catalogue.unsorted_category().is_group

    def test_a_category_is_found_by_ordinary_words(self) -> None:
        assert "UDH-DRAIN" in [one.code for one in catalogue.suggest("ગટર ઉભરાય છે")]
        assert catalogue.suggest("") == []

    def test_every_emergency_topic_has_a_number_in_every_state(self) -> None:
        topics = {one.emergency for one in catalogue.current().categories.values()} - {""}
        for state in catalogue.states():
            for topic in topics:
                assert catalogue.helplines(state.id, topic), (state.short, topic)
