"""What a person types into the search box is asked for as words, never obeyed as an operator of the index."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.text import search_query, search_text

TABLE = """CREATE VIRTUAL TABLE held USING fts5(text, tokenize = "unicode61 categories 'L* N* Co Mn Mc'")"""

HELD = search_text("Water is missing and the road is broken", "અમારા ગામનો રસ્તો", "हमारी सड़क पर गड्ढा")


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(TABLE)
    connection.execute("INSERT INTO held VALUES (?)", (HELD,))
    yield connection
    connection.close()


def hits(connection: sqlite3.Connection, text: str) -> int:
    query = " ".join(f'"{asked}"' for asked in search_query(text))
    if not query:
        return 0
    found: tuple[int] = connection.execute("SELECT count(*) FROM held WHERE held MATCH ?", (query,)).fetchone()
    return found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("water AND road", 1),
        ("water NEAR road", 0),
        ("water OR bridge", 0),
        ("text:water", 0),
        ('water" OR "bridge', 0),
        ("wat*", 0),
        ("^water", 1),
        ("water -road", 1),
        ("(water", 1),
        ('"', 0),
        ("water\x00road", 1),
        ("રસ્તાઓ", 1),
        ("गड्ढों", 1),
        ("સડક", 0),
    ],
)
def test_operators_and_quotes_are_asked_for_as_plain_words(index, text, expected):
    assert hits(index, text) == expected


hostile = st.one_of(
    st.text(max_size=60),
    st.text("\"'*^:(){}-+%_\\;&|!<> ANDORNOTEab", max_size=40),
    st.text(st.characters(min_codepoint=0x900, max_codepoint=0xAFF), max_size=40),
)


@given(hostile)
def test_no_text_makes_a_query_that_the_index_refuses(index, text):
    assert hits(index, text) in (0, 1)


written = st.text(
    st.one_of(
        st.characters(max_codepoint=0x7E),
        st.characters(min_codepoint=0x905, max_codepoint=0x94D, exclude_categories=["Cn"]),
        st.characters(min_codepoint=0xA85, max_codepoint=0xACD, exclude_categories=["Cn"]),
    ),
    max_size=60,
)


@given(written)
def test_a_text_that_was_indexed_is_found_by_itself(text):
    connection = sqlite3.connect(":memory:")
    connection.execute(TABLE)
    connection.execute("INSERT INTO held VALUES (?)", (search_text(text),))
    assert hits(connection, text) == bool(search_query(text))
    connection.close()
