"""A place is found by its name, however it is spelt, and the cost of looking is bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.place_names import (
    LONGEST_KEY,
    LONGEST_KEYS,
    MOST_CANDIDATES,
    PlaceCandidate,
    place_keys,
    place_query,
    rank_places,
)

NAMES = [
    ("Dholka", "ધોળકા"),
    ("Dholera", "ધોલેરા"),
    ("Dhandhuka", "ધંધુકા"),
    ("Dhulkot", "ધુળકોટ"),
    ("Chher Nani", ""),
    ("Chher Moti", ""),
    ("Nani Cher", ""),
    ("Ahmedabad", "અમદાવાદ"),
    ("Morbi", "મોરબી"),
    ("Savar Kundla", "સાવરકુંડલા"),
    ("Narayan Sarovar", "નારાયણ સરોવર"),
    ("Jamnagar", "જામનગર"),
    ("Jamnagar City", "જામનગર શહેર"),
    ("Junagadh", "જૂનાગઢ"),
    ("Mahadevpura (Sadha)", ""),
    ("Palitana (CT)", ""),
    ("Bhopal", "भोपाल"),
    ("Sehore", "सीहोर"),
    ("Moti Virani", "મોટી વિરાણી"),
    ("Virani Nani", ""),
]
PLACES = [PlaceCandidate(at, name_en, name_local, 0) for at, (name_en, name_local) in enumerate(NAMES)]


def looked_up(query: str) -> list[PlaceCandidate]:
    """Return what a table of keys with an index on their beginnings gives."""
    beginnings = tuple(place_query(query))
    return [
        place
        for place in PLACES
        if any(key.startswith(beginnings) for key in place_keys(place.name_en, place.name_local).split())
    ]


def found(query: str) -> list[str]:
    return [place.name_en for place in rank_places(query, looked_up(query))]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Dholka", "Dholka"),
        ("dholaka", "Dholka"),
        ("ધોળકા", "Dholka"),
        ("ધોલકા", "Dholka"),
        ("धोलका", "Dholka"),
        ("Chher Nani", "Chher Nani"),
        ("cher nani", "Chher Nani"),
        ("છેર નાની", "Chher Nani"),
        ("chhernani", "Chher Nani"),
        ("Nani Chher", "Nani Cher"),
        ("Amdavad", "Ahmedabad"),
        ("अहमदाबाद", "Ahmedabad"),
        ("Morvi", "Morbi"),
        ("savarkundla", "Savar Kundla"),
        ("Sarovar", "Narayan Sarovar"),
        ("jamnager", "Jamnagar"),
        ("जूनागढ़", "Junagadh"),
        ("Junagarh", "Junagadh"),
        ("palitana", "Palitana (CT)"),
        ("Sadha", "Mahadevpura (Sadha)"),
        ("भोपाल", "Bhopal"),
        ("bhopaal", "Bhopal"),
        ("Virani Moti", "Moti Virani"),
        ("Nani Virani", "Virani Nani"),
        ("dhol", "Dholka"),
        ("dhan", "Dhandhuka"),
    ],
)
def test_a_name_is_found_in_every_spelling_and_stands_first(query, name):
    assert found(query)[:1] == [name]


def test_both_orders_of_the_words_are_offered():
    assert found("nani chher")[:2] == ["Nani Cher", "Chher Nani"]


def test_what_does_not_resemble_it_is_left_out():
    assert rank_places("Dholka", [PLACES[7], PLACES[10]]) == []
    assert rank_places("", PLACES) == []


@pytest.mark.parametrize("query", ["", "  ", "%", "_", "%_%", "()", "'; --", "💧"])
def test_a_query_without_letters_looks_up_nothing(query):
    assert place_query(query) == []
    assert rank_places(query, PLACES) == []


def test_the_nearer_of_two_places_with_one_name_stands_first():
    near, far = PlaceCandidate(2, "Rampura", "", 0), PlaceCandidate(1, "Rampura", "રામપુરા", 1)
    assert rank_places("rampura", [far, near]) == [near, far]


def test_the_whole_name_stands_before_a_nearer_one_that_only_begins_so():
    whole, begins = PlaceCandidate(1, "Kalol", "", 5), PlaceCandidate(2, "Kalolpura", "", 0)
    assert rank_places("Kalol", [begins, whole]) == [whole, begins]


def test_a_slip_of_the_finger_still_finds_a_longer_name():
    assert rank_places("Gandhingar", [PlaceCandidate(1, "Gandhinagar", "", 0)])
    assert rank_places("Jamnagrr", [PlaceCandidate(1, "Jamnagar", "", 0)])
    assert not rank_places("Nal", [PlaceCandidate(1, "Vav", "", 0)])


def test_marks_of_the_census_are_no_part_of_the_name():
    assert place_keys("Palitana (CT)", "") == place_keys("Palitana", "")
    assert place_keys("Sidhpur (OG)", "") == place_keys("Sidhpur", "")
    assert place_keys("CT", "")


def test_no_more_than_two_thousand_candidates_are_looked_at():
    def endless():
        at = 0
        while True:
            seen.append(at)
            yield PlaceCandidate(at, f"Vadgam {at}", "", 0)
            at += 1

    seen: list[int] = []
    assert len(rank_places("vadgam", endless(), limit=7)) == 7
    assert len(seen) <= MOST_CANDIDATES + 1


names = st.one_of(
    st.text(max_size=120),
    st.text("abcdefghijklmnop rstuv()-./%_'*=", max_size=120),
    st.text(st.characters(min_codepoint=0xA80, max_codepoint=0xAFF), max_size=120),
)


@given(names, names)
def test_keys_are_short_once_each_and_free_of_wildcards(name_en, name_local):
    joined = place_keys(name_en, name_local)
    keys = joined.split()
    assert joined == " ".join(keys)
    assert len(joined) <= LONGEST_KEYS
    assert len(keys) == len(set(keys))
    assert all(0 < len(key) <= LONGEST_KEY for key in keys)
    assert not set(joined) & set("%_\\'\"*")


@given(names)
def test_a_query_looks_up_few_short_beginnings_free_of_wildcards(query):
    beginnings = place_query(query)
    assert len(beginnings) == len(set(beginnings))
    assert all(0 < len(beginning) <= LONGEST_KEY for beginning in beginnings)
    assert not set("".join(beginnings)) & set("%_\\'\"* ")


@given(st.sampled_from(NAMES))
def test_every_place_is_looked_up_and_found_by_each_of_its_own_names(name):
    for own in filter(None, name):
        assert name[0] in [place.name_en for place in looked_up(own)]
        assert found(own)[0] == name[0]


@given(names, st.lists(st.builds(PlaceCandidate, st.integers(), names, names, st.integers(0, 9)), max_size=8))
def test_ranking_gives_some_of_the_candidates_each_once_whatever_their_order(query, candidates):
    ranked = rank_places(query, candidates, limit=5)
    assert len(ranked) <= 5
    assert all(ranked.count(one) <= candidates.count(one) for one in ranked)
    again = rank_places(query, candidates[::-1], limit=5)
    assert [one[:2] for one in again] == [one[:2] for one in ranked]
