"""Charts are plain SVG: every point where it belongs, nothing outside the frame, no style and no script."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from swagat.web import charts
from swagat.web.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Band, Dot, Series

SVG = "{http://www.w3.org/2000/svg}"
VALUES = st.lists(st.none() | st.floats(min_value=0, max_value=1e7), min_size=1, max_size=30)
SHARE = st.floats(min_value=0, max_value=1)


def plain(value: float) -> str:
    return f"{value:g}"


def read(svg: Markup) -> ElementTree.Element:
    assert "style" not in svg
    assert "script" not in svg
    root = ElementTree.fromstring(str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    ids = re.findall(r' id="([^"]+)"', svg)
    assert len(set(ids)) == len(ids)
    assert set(root.attrib["aria-labelledby"].split()) == set(ids)
    return root


def dots(svg: Markup) -> list[tuple[float, float]]:
    return [(float(one.attrib["cx"]), float(one.attrib["cy"])) for one in read(svg).iter(f"{SVG}circle")]


def within(svg: Markup) -> None:
    height = float(read(svg).attrib["viewBox"].split()[3])
    for across, up in dots(svg):
        assert 0 <= across <= WIDTH
        assert 0 <= up <= height
    for path in re.findall(r' d="([^"]+)"', svg):
        for command, numbers in re.findall(r"([MLHV])([-\d. ]+)", path):
            found = [float(one) for one in numbers.split()]
            for number in found[-1:] if command == "V" else found[:1]:
                assert -0.1 <= number <= (height if command == "V" else WIDTH) + 0.1


@pytest.mark.parametrize(
    ("most", "found"),
    [(0, [0, 1]), (1, [0, 0.5, 1]), (4, [0, 1, 2, 3, 4]), (37, [0, 10, 20, 30, 40]), (0.8, [0, 0.2, 0.4, 0.6, 0.8])],
)
def test_ticks_are_round_and_reach_the_most(most: float, found: list[float]) -> None:
    assert charts.ticks(most) == found


@given(most=st.floats(min_value=1e-6, max_value=1e9))
def test_ticks_are_few_and_reach_the_most(most: float) -> None:
    found = charts.ticks(most)
    assert found[-1] >= most * (1 - 1e-6)
    assert 2 <= len(found) <= charts.MOST_TICKS + 2


def test_a_value_of_half_the_scale_lies_at_half_the_height_and_equal_ones_on_one_line() -> None:
    svg = charts.lines("a", "Days", "", ["1", "2", "3"], [Series("", [10, 20, 10])], plain)
    (left, low), (middle, high), (right, again) = dots(svg)
    assert (left, right, middle) == (LEFT, WIDTH - RIGHT, (LEFT + WIDTH - RIGHT) / 2)
    assert high == TOP
    assert low == again == TOP + (HEIGHT - TOP - BOTTOM) / 2


def test_a_gap_stays_a_gap() -> None:
    svg = charts.lines("a", "Days", "", ["1", "2", "3", "4"], [Series("", [1, 2, None, 2])], plain)
    (path,) = [one.attrib["d"] for one in read(svg).iter(f"{SVG}path")]
    assert path.count("M") == 2
    assert len(dots(svg)) == 3


def test_a_point_that_is_more_than_chance_has_another_shape() -> None:
    bands = [Band(0.2, 0.4)] * 3
    svg = charts.lines("a", "On time", "", ["1", "2", "3"], [Series("", [0.3, 0.3, 0.9])], plain, bands, [2])
    assert len(dots(svg)) == 2
    assert len(list(read(svg).iter(f"{SVG}polygon"))) == 1
    assert str(svg).count('class="limit"') == 2


@given(values=VALUES, others=VALUES)
def test_whatever_the_values_every_point_lies_in_the_frame(
    values: list[float | None], others: list[float | None]
) -> None:
    labels = [str(at) for at in range(len(values))]
    series = [Series("one", values), Series("other", [*others, *[None] * len(values)][: len(values)])]
    svg = charts.lines("a", "t", "d", labels, series, plain)
    if svg:
        within(svg)
        assert len(dots(svg)) == sum(value is not None for one in series for value in one.values)
    else:
        assert all(value is None for one in series for value in one.values)


@given(shares=st.lists(SHARE, min_size=1, max_size=20))
def test_what_is_left_only_falls_and_its_band_lies_in_the_frame(shares: list[float]) -> None:
    left = sorted(shares, reverse=True)
    steps = [(7 * at, share, share / 2, (1 + share) / 2) for at, share in enumerate(left)]
    svg = charts.falling("a", "t", "d", steps, plain, str)
    within(svg)
    path = next(one.attrib["d"] for one in read(svg).iter(f"{SVG}path") if one.attrib["class"] == "line s0")
    heights = [float(one) for one in re.findall(r"V([\d.]+)", path)]
    assert heights == sorted(heights)


@given(cases=st.lists(st.integers(min_value=1, max_value=10**6), min_size=1, max_size=30), data=st.data())
def test_every_office_of_a_funnel_lies_in_the_frame(cases: list[int], data: st.DataObject) -> None:
    found = [Dot(f"office {at}", one, data.draw(SHARE), data.draw(st.booleans())) for at, one in enumerate(cases)]
    svg = charts.funnel("a", "t", "d", found, 0.5, lambda n: (max(0, 0.5 - 1 / n), min(1, 0.5 + 1 / n)), plain, str)
    within(svg)
    assert len(dots(svg)) == sum(not dot.is_apart for dot in found)


def test_a_bar_is_as_long_as_its_share_of_the_longest_and_long_names_are_cut() -> None:
    svg = charts.bars("a", "t", "d", [("Roads", 8.0), ("A subject with a very long name indeed", 2.0)], plain)
    first, second = (float(one.attrib["width"]) for one in read(svg).iter(f"{SVG}rect"))
    assert first == pytest.approx(4 * second, abs=0.2)
    assert "…" in svg


def test_nothing_is_drawn_where_there_is_nothing() -> None:
    assert charts.lines("a", "t", "d", ["1"], [Series("", [None])], plain) == ""
    assert charts.bars("a", "t", "d", [("x", 0.0)], plain) == ""
    assert charts.falling("a", "t", "d", [], plain, str) == ""
    assert charts.funnel("a", "t", "d", [], 0.5, lambda _n: (0, 1), plain, str) == ""


def test_names_are_text_and_never_markup() -> None:
    evil = '<script>"&'
    for svg in (
        charts.lines("a", evil, evil, [evil], [Series(evil, [1]), Series(evil, [2])], lambda _value: evil),
        charts.bars("a", evil, evil, [(evil, 1.0)], lambda _value: evil),
        charts.funnel("a", evil, evil, [Dot(evil, 3, 0.5, True)], 0.5, lambda _n: (0, 1), plain, str),
    ):
        assert "<script" not in svg
        ElementTree.fromstring(str(svg))
