"""Whatever was counted, a pack of it verifies, and any other number in any list names a figure."""

import io
import zipfile
from collections.abc import Mapping

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from swagat.domain.quality import evidence_files as files
from swagat.domain.quality.evidence import Verification, verify
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.quality.measures import Measure, Standing

KEYS = {
    Measure.RECEIVED: st.sampled_from(["1", "2"]),
    Measure.DISPOSED: st.sampled_from(["1|in_time", "2|late"]),
    Measure.ANSWERED: st.sampled_from([f"redressed|{one.value}" for one in Standing]),
    Measure.WORKING_DAYS: st.integers(0, 60).map(lambda days: f"stood|{days}"),
    Measure.RATED: st.integers(1, 5).map(str),
}
MONTHS = ("2026-01", "2026-02", "2026-03")
Row = tuple[Measure, str, str, int]
rows = st.lists(
    st.sampled_from(sorted(KEYS)).flatmap(
        lambda measure: st.tuples(st.just(measure), st.sampled_from(MONTHS), KEYS[measure], st.integers(1, 9))
    ),
    min_size=1,
    max_size=30,
)


def counted(some: list[Row]) -> dict[str, dict[Measure, dict[str, int]]]:
    months: dict[str, dict[Measure, dict[str, int]]] = {month: {} for month in MONTHS}
    for measure, month, key, number in some:
        keys = months[month].setdefault(measure, {})
        keys[key] = keys.get(key, 0) + number
    return months


def pack_of(told: list[Row], listed: list[Row]) -> io.BytesIO:
    """Return a pack that tells the figures of some rows and lists others, with digests that fit."""
    months = counted(told)
    figures = files.figures_of(months, "2026-02", "2026-03")
    content: dict[str, bytes] = {
        files.FIGURES: files.as_json(
            {
                "first": "2026-02",
                "last": "2026-03",
                "figures": [files.told(INDICATORS[code], one, "", "", "") for code, one in figures.items()],
                "months": files.month_figures(months),
            }
        )
    }
    for measure in Measure:
        lines = [",".join(files.LIST_COLUMNS)]
        lines += [f"GJ-1,REV,{month},{key},{number}" for of, month, key, number in listed if of is measure]
        content[files.list_of(measure)] = ("\n".join(lines) + "\n").encode()
    return signed(content)


def signed(content: Mapping[str, bytes]) -> io.BytesIO:
    digests = {name: files.sha256([data]) for name, data in content.items()}
    manifest = files.as_json({"files": digests})
    sums = files.sums({**digests, files.MANIFEST: files.sha256([manifest])})
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as into:
        for name, data in {**content, files.MANIFEST: manifest, files.SUMS: sums}.items():
            into.writestr(name, data)
    return pack


def found(told: list[Row], listed: list[Row]) -> Verification:
    return verify(pack_of(told, listed))


@settings(deadline=None, max_examples=40)
@given(rows, st.randoms())
def test_a_pack_verifies_in_whatever_order_its_lines_stand(some: list[Row], random: st.DataObject) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(some, shuffled).problems == []


@settings(deadline=None, max_examples=60)
@given(rows, st.data())
def test_another_number_in_any_line_names_a_figure_that_rests_on_its_list(some: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(some) - 1))
    measure, month, key, number = some[at]
    other = data.draw(st.integers(0, 20))
    assume(other != number)
    result = found(some, [*some[:at], (measure, month, key, other), *some[at + 1 :]])
    resting = {code for code, one in INDICATORS.items() if files.list_of(measure) in files.lists_behind(one)}
    assert result.figures
    assert set(result.figures) <= resting
    assert result.changed == []
