"""Which office must answer: the one of the place, else the nearest above; overrides, triage and the accused."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.errors import Invalid, Text
from swagat.domain.jurisdiction import (
    Ambiguous,
    Claim,
    Found,
    PlaceStep,
    Post,
    Subject,
    Unrouted,
    asks_for,
    office_for,
    require_area,
)
from swagat.domain.names import Name, from_plain, in_language, to_plain
from swagat.domain.places import PlaceKind, Tier

K = PlaceKind
REVENUE, TOWNS = 1, 2
GROUP, LAND, DRAIN, PLAN, FIR = 10, 11, 12, 13, 14

STATE = PlaceStep(1, K.STATE, Name("Gujarat", "", "ગુજરાત"))
DISTRICT = PlaceStep(2, K.DISTRICT, Name("Ahmedabad", "", "અમદાવાદ"), frozenset({K.POLICE_STATION}))
TALUKA = PlaceStep(3, K.TALUKA, Name("Dholka", "", "ધોળકા"), frozenset({K.MUNICIPALITY}))
VILLAGE = PlaceStep(4, K.VILLAGE, Name("Koth"))
TOWN = PlaceStep(5, K.MUNICIPALITY, Name("Dholka Nagarpalika"), frozenset({K.WARD}))
WARD = PlaceStep(6, K.WARD, Name("Ward No. 3"))
STATION = PlaceStep(7, K.POLICE_STATION, Name("Dholka Police Station"))

IN_VILLAGE = (VILLAGE, TALUKA, DISTRICT, STATE)
IN_TALUKA = (TALUKA, DISTRICT, STATE)
IN_WARD = (WARD, TOWN, TALUKA, DISTRICT, STATE)
IN_TOWN = (TOWN, TALUKA, DISTRICT, STATE)
AT_STATION = (STATION, DISTRICT, STATE)

MAMLATDAR, COLLECTOR, SECRETARY, WARD_OFFICE, CHIEF_OFFICER, OTHER = 101, 102, 103, 104, 105, 106
POSTS = {
    MAMLATDAR: Post(Name("Mamlatdar, Dholka", "", "મામલતદાર, ધોળકા"), 1, COLLECTOR),
    WARD_OFFICE: Post(Name("Ward office"), 1, CHIEF_OFFICER),
    CHIEF_OFFICER: Post(Name("Chief Officer"), 2, COLLECTOR),
    OTHER: Post(Name("Other office"), 2, COLLECTOR),
    COLLECTOR: Post(Name("Collector"), 3, SECRETARY),
    SECRETARY: Post(Name("Secretary"), 6, None),
}


def subject(
    category_id: int = LAND, tier: Tier = Tier.TALUKA, asks: PlaceKind | None = None, department_id: int = REVENUE
) -> Subject:
    return Subject(category_id, GROUP, department_id, tier, asks, Name("Land record", "", "જમીન રેકર્ડ"))


def office(found: Found) -> int:
    return found.office_id


@pytest.mark.parametrize(
    ("chain", "tier", "claims", "expected"),
    [
        pytest.param(IN_VILLAGE, Tier.TALUKA, [(MAMLATDAR, 3)], MAMLATDAR, id="the office of the tier's place"),
        pytest.param(IN_VILLAGE, Tier.TALUKA, [(COLLECTOR, 2)], COLLECTOR, id="else the nearest above"),
        pytest.param(IN_VILLAGE, Tier.TALUKA, [(SECRETARY, 1), (COLLECTOR, 2)], COLLECTOR, id="nearest, not highest"),
        pytest.param(IN_VILLAGE, Tier.DISTRICT, [(MAMLATDAR, 3), (COLLECTOR, 2)], COLLECTOR, id="never below the tier"),
        pytest.param(IN_VILLAGE, Tier.STATE, [(COLLECTOR, 2), (SECRETARY, 1)], SECRETARY, id="a state's subject"),
        pytest.param(IN_VILLAGE, Tier.GRAM, [(MAMLATDAR, 3), (OTHER, 4)], OTHER, id="a village's subject"),
        pytest.param(IN_TALUKA, Tier.GRAM, [(MAMLATDAR, 3), (OTHER, 4)], MAMLATDAR, id="of a village in no list"),
        pytest.param(IN_VILLAGE, Tier.TALUKA, [(OTHER, 99), (MAMLATDAR, 3)], MAMLATDAR, id="other places do not count"),
    ],
)
def test_the_office_of_the_tiers_place_answers_and_else_the_nearest_above(
    chain: tuple[PlaceStep, ...], tier: Tier, claims: list[tuple[int, int]], expected: int
) -> None:
    found = office_for(subject(tier=tier), chain, [Claim(o, p, REVENUE) for o, p in claims], POSTS)
    assert (found.office_id, found.level) == (expected, POSTS[expected].level)


def test_a_claim_on_the_category_beats_its_group_which_beats_the_department_which_beats_everything() -> None:
    ranked = [
        Claim(MAMLATDAR, 3),
        Claim(COLLECTOR, 3, REVENUE),
        Claim(OTHER, 3, category_id=GROUP),
        Claim(CHIEF_OFFICER, 3, category_id=LAND),
    ]
    for most in range(1, 5):
        assert office(office_for(subject(), IN_TALUKA, ranked[:most], POSTS)) == ranked[most - 1].office_id


def test_a_claim_on_another_department_or_category_does_not_count() -> None:
    with pytest.raises(Unrouted):
        office_for(subject(), IN_TALUKA, [Claim(OTHER, 3, TOWNS), Claim(COLLECTOR, 3, category_id=DRAIN)], POSTS)


def test_two_equal_claims_name_both_offices_and_nobody_is_chosen() -> None:
    claims = [Claim(MAMLATDAR, 3, REVENUE), Claim(OTHER, 3, REVENUE)]
    with pytest.raises(Ambiguous) as raised:
        office_for(subject(), IN_TALUKA, claims, POSTS)
    assert raised.value.office_ids == (MAMLATDAR, OTHER)
    assert "Mamlatdar, Dholka" in str(raised.value)
    assert "Other office" in str(raised.value)


def test_one_office_that_claims_the_same_twice_is_not_two_offices() -> None:
    claims = [Claim(MAMLATDAR, 3, REVENUE), Claim(MAMLATDAR, 3, REVENUE)]
    assert office(office_for(subject(), IN_TALUKA, claims, POSTS)) == MAMLATDAR


class TestOverrides:
    def test_an_override_wins_over_a_closer_claim_and_gives_its_reason(self) -> None:
        reason = Name("A team of its own", "", "પોતાની ટુકડી")
        claims = [Claim(MAMLATDAR, 3, category_id=LAND), Claim(OTHER, 2, REVENUE, is_override=True, reason=reason)]
        found = office_for(subject(), IN_TALUKA, claims, POSTS)
        assert found.office_id == OTHER
        assert found.explanation[0].params["reason"] == reason
        assert "A team of its own" in str(found.explanation[0])

    def test_the_most_specific_override_wins(self) -> None:
        claims = [Claim(OTHER, place, REVENUE, is_override=True) for place in (1, 2)]
        claims.append(Claim(CHIEF_OFFICER, 4, REVENUE, is_override=True))
        assert office(office_for(subject(), IN_VILLAGE, claims, POSTS)) == CHIEF_OFFICER

    def test_an_override_holds_below_the_tier_too(self) -> None:
        claims = [Claim(COLLECTOR, 2, REVENUE), Claim(OTHER, 4, REVENUE, is_override=True)]
        assert office(office_for(subject(tier=Tier.DISTRICT), IN_VILLAGE, claims, POSTS)) == OTHER

    def test_two_overrides_at_one_place_are_ambiguous(self) -> None:
        claims = [Claim(one, 3, REVENUE, is_override=True) for one in (OTHER, COLLECTOR)]
        with pytest.raises(Ambiguous):
            office_for(subject(), IN_TALUKA, claims, POSTS)


class TestAccused:
    CLAIMS = (Claim(MAMLATDAR, 3, REVENUE),)

    def test_the_accused_office_is_passed_over_upward_and_the_explanation_says_so(self) -> None:
        found = office_for(subject(), IN_TALUKA, self.CLAIMS, POSTS, {MAMLATDAR})
        assert (found.office_id, found.level) == (COLLECTOR, 3)
        assert "Mamlatdar, Dholka" in str(found.explanation[-1])
        assert "Collector" in str(found.explanation[-1])

    def test_several_accused_offices_are_passed_over_one_after_another(self) -> None:
        found = office_for(subject(), IN_TALUKA, self.CLAIMS, POSTS, {MAMLATDAR, COLLECTOR})
        assert (found.office_id, len(found.explanation)) == (SECRETARY, 3)

    def test_an_accused_office_elsewhere_changes_nothing(self) -> None:
        assert office(office_for(subject(), IN_TALUKA, self.CLAIMS, POSTS, {OTHER})) == MAMLATDAR

    def test_nobody_is_above_the_top(self) -> None:
        with pytest.raises(Unrouted):
            office_for(subject(), IN_TALUKA, [Claim(SECRETARY, 1, REVENUE)], POSTS, {SECRETARY})

    def test_an_override_does_not_bring_it_back_to_the_accused(self) -> None:
        claims = [Claim(OTHER, 3, REVENUE, is_override=True)]
        assert office(office_for(subject(), IN_TALUKA, claims, POSTS, {OTHER})) == COLLECTOR


class TestAreas:
    A_DRAIN = subject(DRAIN, asks=K.WARD, department_id=TOWNS)
    A_PLAN = subject(PLAN, Tier.DISTRICT, K.MUNICIPALITY, TOWNS)
    AN_FIR = subject(FIR, Tier.DISTRICT, K.POLICE_STATION, TOWNS)
    CLAIMS = (
        Claim(WARD_OFFICE, 6, TOWNS),
        Claim(CHIEF_OFFICER, 5, TOWNS),
        Claim(OTHER, 3, TOWNS),
        Claim(COLLECTOR, 2, TOWNS),
        Claim(MAMLATDAR, 7, category_id=FIR),
    )

    @pytest.mark.parametrize(
        ("wanted", "chain", "expected"),
        [
            (A_DRAIN, IN_WARD, WARD_OFFICE),
            (A_DRAIN, IN_TOWN, CHIEF_OFFICER),
            (A_DRAIN, IN_VILLAGE, OTHER),
            (A_DRAIN, IN_TALUKA, OTHER),
            (A_PLAN, IN_WARD, CHIEF_OFFICER),
            (A_PLAN, IN_VILLAGE, COLLECTOR),
            (AN_FIR, AT_STATION, MAMLATDAR),
            (AN_FIR, IN_TALUKA, COLLECTOR),
        ],
    )
    def test_a_subject_that_asks_for_an_area_is_answered_there(
        self, wanted: Subject, chain: tuple[PlaceStep, ...], expected: int
    ) -> None:
        assert office(office_for(wanted, chain, self.CLAIMS, POSTS)) == expected

    @pytest.mark.parametrize(
        ("wanted", "chain", "none_of", "asked"),
        [
            pytest.param(A_DRAIN, IN_TALUKA, (), K.MUNICIPALITY, id="first the town"),
            pytest.param(A_DRAIN, IN_TOWN, (), K.WARD, id="then its ward"),
            pytest.param(A_DRAIN, IN_WARD, (), None, id="a ward is enough"),
            pytest.param(A_DRAIN, IN_VILLAGE, (), None, id="a village has no wards"),
            pytest.param(A_DRAIN, IN_TALUKA, (K.MUNICIPALITY,), None, id="none of the towns"),
            pytest.param(A_DRAIN, IN_TOWN, (K.WARD,), None, id="none of the wards"),
            pytest.param(A_DRAIN, (DISTRICT, STATE), (), K.TALUKA, id="a taluka before all"),
            pytest.param(A_PLAN, IN_TALUKA, (), K.MUNICIPALITY, id="a plan asks for the town"),
            pytest.param(A_PLAN, IN_WARD, (), None, id="a ward says the town"),
            pytest.param(AN_FIR, IN_TALUKA, (), K.POLICE_STATION, id="the station of a taluka"),
            pytest.param(AN_FIR, AT_STATION, (), None, id="a station is enough"),
            pytest.param(AN_FIR, IN_VILLAGE, (K.POLICE_STATION,), None, id="station not known"),
            pytest.param(AN_FIR, (STATE,), (), K.DISTRICT, id="a state alone is too wide"),
            pytest.param(subject(), AT_STATION, (), K.TALUKA, id="a station does not say the taluka"),
            pytest.param(subject(), IN_TALUKA, (), None, id="a taluka is enough for a taluka's subject"),
            pytest.param(subject(tier=Tier.STATE), (STATE,), (), None, id="a state's subject needs no more"),
        ],
    )
    def test_what_is_not_known_is_asked_for_and_never_guessed(
        self,
        wanted: Subject,
        chain: tuple[PlaceStep, ...],
        none_of: Iterable[PlaceKind],
        asked: PlaceKind | None,
    ) -> None:
        assert asks_for(wanted, chain, frozenset(none_of)) is asked
        if asked is None:
            require_area(wanted, chain, frozenset(none_of))
        else:
            with pytest.raises(Invalid) as raised:
                require_area(wanted, chain, frozenset(none_of))
            assert list(raised.value.errors) == [asked.value]

    def test_nothing_is_asked_for_where_no_area_is_known(self) -> None:
        bare = tuple(step._replace(offers=frozenset()) for step in IN_TALUKA)
        assert asks_for(self.A_DRAIN, bare) is None
        assert asks_for(self.AN_FIR, bare) is None


class TestExplanations:
    def test_it_names_office_place_and_subject_in_each_language(self) -> None:
        (said,) = office_for(subject(), IN_VILLAGE, [Claim(MAMLATDAR, 3, REVENUE)], POSTS).explanation
        assert str(said) == "In Dholka the office for “Land record” is: Mamlatdar, Dholka."
        gujarati = in_language(said, "gu")
        assert gujarati.params == {"subject": "જમીન રેકર્ડ", "place": "ધોળકા", "office": "મામલતદાર, ધોળકા"}

    def test_it_says_that_a_wider_office_answers_and_for_which_place(self) -> None:
        (said,) = office_for(subject(), IN_VILLAGE, [Claim(COLLECTOR, 2, REVENUE)], POSTS).explanation
        assert "No office of Dholka alone" in str(said)
        assert "all of Ahmedabad" in str(said)

    def test_triage_says_that_it_is_passed_on_and_that_the_time_runs(self) -> None:
        claims = [Claim(MAMLATDAR, 3, category_id=LAND, is_triage=True)]
        (said,) = office_for(subject(), IN_TALUKA, claims, POSTS).explanation
        assert "passes it on: Mamlatdar, Dholka" in str(said)
        assert "runs on" in str(said)

    def test_a_name_that_is_missing_in_a_language_is_shown_in_english(self) -> None:
        assert Name("Koth").in_language("gu") == "Koth"
        assert Name("", "", "કોઠ").in_language("en") == "કોઠ"

    def test_a_stored_explanation_reads_the_same(self) -> None:
        texts = (Text("In %(place)s since %(days)s days", {"place": Name("Dholka", "", "ધોળકા"), "days": 3}),)
        assert from_plain(to_plain(texts)) == texts


def test_an_office_on_no_ladder_is_refused() -> None:
    with pytest.raises(Unrouted):
        office_for(subject(), IN_TALUKA, [Claim(999, 3, REVENUE)], POSTS)


CLAIMS = st.lists(
    st.builds(
        Claim,
        office_id=st.sampled_from(sorted(POSTS)),
        place_id=st.integers(1, 6),
        department_id=st.sampled_from([None, REVENUE, TOWNS]),
        category_id=st.sampled_from([None, None, GROUP, LAND, DRAIN]),
        is_override=st.booleans(),
    ),
    max_size=8,
)
ACCUSED = st.frozensets(st.sampled_from(sorted(POSTS)), max_size=3)


def outcome(claims: list[Claim], accused: frozenset[int] = frozenset()) -> int | type[Exception]:
    try:
        return office_for(subject(), IN_VILLAGE, claims, POSTS, accused).office_id
    except Unrouted as why:
        return type(why)


@given(CLAIMS, st.randoms(use_true_random=False), ACCUSED)
def test_the_order_of_the_claims_does_not_matter(claims: list[Claim], random: object, accused: frozenset[int]) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert outcome(shuffled, accused) == outcome(claims, accused)


@given(CLAIMS, ACCUSED)
def test_it_never_goes_to_an_accused_office(claims: list[Claim], accused: frozenset[int]) -> None:
    assert outcome(claims, accused) not in accused


@given(CLAIMS)
def test_an_ordinary_claim_further_up_changes_nothing(claims: list[Claim]) -> None:
    plain = [claim for claim in claims if not claim.is_override and claim.place_id >= 3]
    before = outcome(plain)
    if before is not Unrouted:
        assert outcome([*plain, Claim(SECRETARY, 1, category_id=LAND)]) == before


@given(CLAIMS)
def test_an_override_at_the_most_exact_place_always_wins(claims: list[Claim]) -> None:
    elsewhere = [claim for claim in claims if claim.place_id != VILLAGE.id]
    assert outcome([*elsewhere, Claim(OTHER, VILLAGE.id, is_override=True)]) == OTHER
