"""The words around formulas and grades: what weighs how much, how it becomes points, and how sure a rank is."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from swagat.domain.quality.grading import Component, Formula, Group, Rank, Scale
from swagat.domain.quality.indicators import INDICATORS, Better
from swagat.services.grading_adoptions import Adopted
from swagat.services.grading_formulas import FormulaView
from swagat.web.catalogue import gettext as _
from swagat.web.formats import display_locale, number
from swagat.web.words import OUTCOMES

LONGEST_CODE = 50


class Weight(NamedTuple):
    """One figure of a formula: its code and name, what it weighs, what it stands for, and how it brings points."""

    code: str
    name: str
    weight: int
    note: str
    points: str


class FormulaWords(NamedTuple):
    """A formula in the reader's language."""

    code: str
    name: str
    mark: str
    weights: Sequence[Weight]
    groups: Sequence[str]
    grades: Sequence[str]
    minimum: int
    left_out: Sequence[str]
    digest: str


def code_of(formula: Formula) -> str:
    """Return how an address names a formula, such as after_mp181-1."""
    return f"{formula.code}-{formula.version}"


def named(code: str) -> tuple[str, int] | None:
    """Return which formula and version an address names, None where it names none."""
    name, _dash, version = code.rpartition("-")
    if len(code) > LONGEST_CODE or not (version.isascii() and version.isdecimal()):
        return None
    return name, int(version)


def formula_words(view: FormulaView) -> FormulaWords:
    """Return all that a formula says."""
    formula = view.formula
    return FormulaWords(
        code_of(formula),
        _name(view),
        _in_language(view.marks),
        [_weight(one, view) for one in formula.components],
        [group_words(one, formula) for one in formula.groups],
        [_("%(letter)s from %(score)s points", letter=one.letter, score=number(one.score)) for one in formula.grades],
        formula.minimum,
        [str(OUTCOMES[one.value]) for one in sorted(formula.exclusions)],
        formula.digest,
    )


def name_of(adopted: Adopted) -> str:
    """Return the name of a formula as it was adopted; of one that was changed since only its code is left."""
    if adopted.view is not None:
        return _name(adopted.view)
    return _("%(name)s, version %(version)s", name=adopted.code, version=number(adopted.version))


def group_words(group: Group, formula: Formula) -> str:
    """Return which offices a group holds."""
    above = [one.received for one in formula.groups if one.received > group.received]
    if not above and not group.received:
        return _("Group %(group)s: all offices", group=group.code)
    if not group.received:
        return _(
            "Group %(group)s: fewer than %(below)s grievances in twelve months",
            group=group.code,
            below=number(min(above)),
        )
    if not above:
        return _(
            "Group %(group)s: %(from)s grievances or more in twelve months",
            **{"group": group.code, "from": number(group.received)},
        )
    return _(
        "Group %(group)s: %(from)s to %(to)s grievances in twelve months",
        **{"group": group.code, "from": number(group.received), "to": number(min(above) - 1)},
    )


def rank_words(rank: Rank, offices: int) -> str:
    """Return a rank and how sure it is, such as 3 of 12, could be 1 to 7."""
    place = _("%(rank)s of %(offices)s", rank=number(rank.rank), offices=number(offices))
    if rank.best == rank.worst:
        return place
    return _("%(place)s; could be %(best)s to %(worst)s", place=place, best=number(rank.best), worst=number(rank.worst))


def _name(view: FormulaView) -> str:
    return _("%(name)s, version %(version)s", name=_in_language(view.names), version=number(view.formula.version))


def _in_language(words: Mapping[str, str]) -> str:
    return words[display_locale().language]


def _weight(component: Component, view: FormulaView) -> Weight:
    figure = INDICATORS[component.indicator]
    return Weight(
        component.indicator,
        _(figure.name),
        component.weight,
        _in_language(view.notes[component.indicator]),
        _points(component, figure.better),
    )


def _points(component: Component, better: Better) -> str:
    if component.scale is not None:
        return _scale(component.scale)
    said = (
        _("All points where all cases are so, none where none is.")
        if better is Better.UP
        else _("All points where no case is so, none where all are.")
    )
    if not component.none_is_full:
        return said
    where_none = _("Where there is none to count, all of them.")
    return f"{said} {where_none}"


def _scale(scale: Scale) -> str:
    if scale.worst == scale.best + 1:
        return _(
            "All points where every case took at most %(best)s days, none where none did.", best=number(scale.best)
        )
    return _(
        "A case of at most %(best)s days brings its part of the points, one of %(worst)s or more none, between less.",
        best=number(scale.best),
        worst=number(scale.worst),
    )
