"""Which office must answer for a subject at a place, and why, in sentences that anybody can follow.

A claim says that an office answers for a subject at one place. The office is sought at the place where the subject
is dealt with (its tier, or the town, ward or police-station area it asks for) and then upward, place by place.
An override of an office wins over everything and says so.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from swagat.domain.errors import N_, Invalid, Refused, Text
from swagat.domain.names import Name
from swagat.domain.places import TIER_PLACE, PlaceKind, Tier

# Naming one of these answers the question for a town as well.
_ANSWERS = {
    PlaceKind.MUNICIPALITY: frozenset({PlaceKind.MUNICIPALITY, PlaceKind.WARD}),
    PlaceKind.WARD: frozenset({PlaceKind.WARD}),
    PlaceKind.VILLAGE: frozenset({PlaceKind.VILLAGE}),
    PlaceKind.POLICE_STATION: frozenset({PlaceKind.POLICE_STATION}),
}

_QUESTIONS = {
    PlaceKind.DISTRICT: N_("Choose the district: without it we cannot tell which office must answer."),
    PlaceKind.TALUKA: N_("Choose the taluka: without it we cannot tell which office must answer."),
    PlaceKind.VILLAGE: N_("Choose the village: without it we cannot tell which office must answer."),
    PlaceKind.MUNICIPALITY: N_("Choose the town, or say that it is a village outside any town."),
    PlaceKind.WARD: N_("Choose the ward: without it we cannot tell which office must answer."),
    PlaceKind.POLICE_STATION: N_("Choose the police station whose area it is."),
}


class PlaceStep(NamedTuple):
    """One place of a chain that leads from the most exact place up to the state.

    `offers` are the kinds of town, ward and police-station areas that are known inside it.
    """

    id: int
    kind: PlaceKind
    name: Name
    offers: frozenset[PlaceKind] = frozenset()


class Subject(NamedTuple):
    """A category as routing sees it; a group has no group above it."""

    category_id: int
    group_id: int | None
    department_id: int
    tier: Tier
    asks: PlaceKind | None
    name: Name


@dataclass(frozen=True, slots=True)
class Claim:
    """An office answers at a place for a category or group, for a department, or, with neither, for everything.

    `office` is its name, for offices that stand on no ladder of the subject.
    """

    office_id: int
    place_id: int
    department_id: int | None = None
    category_id: int | None = None
    is_override: bool = False
    reason: Name = Name("")
    is_triage: bool = False
    office: Name = Name("")


class Post(NamedTuple):
    """An office as one ladder knows it: its level, and the office above it (none at the top)."""

    name: Name
    level: int
    superior_id: int | None


class Found(NamedTuple):
    """The office that must answer, its level on the ladder of the subject, and why it is this one."""

    office_id: int
    level: int
    explanation: tuple[Text, ...]


class Unrouted(Refused):
    """No office can be named for this subject at this place."""


class Ambiguous(Unrouted):
    """Two offices claim the same subject at the same place with the same right; `office_ids` names them."""

    def __init__(self, message: str, office_ids: tuple[int, ...], **params: object) -> None:
        self.office_ids = office_ids
        super().__init__(message, **params)


def asks_for(
    subject: Subject, chain: Sequence[PlaceStep], none_of: Collection[PlaceKind] = frozenset()
) -> PlaceKind | None:
    """Return the kind of place that must still be asked for before an office can be named; None when all is known.

    `none_of` holds the kinds to which the person answered that it is none of those listed.
    """
    kinds = {step.kind for step in chain}
    asked = subject.asks
    offered = frozenset[PlaceKind]().union(*(step.offers for step in chain))
    if asked is PlaceKind.WARD and PlaceKind.MUNICIPALITY in kinds and PlaceKind.WARD not in kinds:
        return PlaceKind.WARD if PlaceKind.WARD in offered and PlaceKind.WARD not in none_of else None
    if asked is not None and not kinds & _ANSWERS[asked]:
        wanted = PlaceKind.MUNICIPALITY if asked is PlaceKind.WARD else asked
        outside = wanted is PlaceKind.MUNICIPALITY and PlaceKind.VILLAGE in kinds
        if wanted in offered and wanted not in none_of and not outside:
            return wanted
    if _anchor(subject, chain) is not None:
        return None
    return PlaceKind.TALUKA if PlaceKind.DISTRICT in kinds else PlaceKind.DISTRICT


def require_area(subject: Subject, chain: Sequence[PlaceStep], none_of: Collection[PlaceKind] = frozenset()) -> None:
    """Raise Invalid, with the question under the name of the kind of place, when the area is not known yet."""
    missing = asks_for(subject, chain, none_of)
    if missing is not None:
        raise Invalid(_QUESTIONS[missing], errors={missing.value: Text(_QUESTIONS[missing])})


def office_for(
    subject: Subject,
    chain: Sequence[PlaceStep],
    claims: Iterable[Claim],
    posts: Mapping[int, Post],
    accused_office_ids: Collection[int] = frozenset(),
) -> Found:
    """Return the office that must answer; raise Unrouted when there is none and Ambiguous when there are two.

    `chain` runs from the most exact place to the state; `posts` holds the claiming offices and everybody above them
    on the subject's ladder. An accused office is passed over upward along that ladder.
    """
    positions = {step.id: at for at, step in enumerate(chain)}
    mine = [claim for claim in claims if claim.place_id in positions and _matches(claim, subject)]
    claim = _override(subject, mine, positions, posts) or _ordinary(subject, chain, mine, positions, posts)
    return _skip_accused(subject, claim, chain, positions, posts, accused_office_ids)


def _anchor(subject: Subject, chain: Sequence[PlaceStep]) -> int | None:
    """Return where in the chain the search begins: the area the subject asks for, else the place of its tier."""
    if subject.asks is not None:
        for at, step in enumerate(chain):
            # A subject that asks for a ward is content with the town where the town has none.
            if step.kind is subject.asks or (subject.asks is PlaceKind.WARD and step.kind is PlaceKind.MUNICIPALITY):
                return at
    # A village that is in no list is filed under its taluka.
    wanted = [TIER_PLACE[subject.tier]] + [PlaceKind.TALUKA] * (subject.tier is Tier.GRAM)
    return next((at for kind in wanted for at, step in enumerate(chain) if step.kind is kind), None)


def _matches(claim: Claim, subject: Subject) -> bool:
    if claim.category_id is not None:
        return claim.category_id in (subject.category_id, subject.group_id)
    return claim.department_id is None or claim.department_id == subject.department_id


def _closeness(claim: Claim, subject: Subject) -> int:
    """Return how closely a claim names the subject: the category, its group, its department, everything."""
    if claim.category_id is not None:
        return 3 if claim.category_id == subject.category_id else 2
    return 1 if claim.department_id is not None else 0


def _override(
    subject: Subject, mine: list[Claim], positions: Mapping[int, int], posts: Mapping[int, Post]
) -> Claim | None:
    overrides = [claim for claim in mine if claim.is_override]
    if not overrides:
        return None
    nearest = min(positions[claim.place_id] for claim in overrides)
    return _only_one(subject, [c for c in overrides if positions[c.place_id] == nearest], posts)


def _ordinary(
    subject: Subject,
    chain: Sequence[PlaceStep],
    mine: list[Claim],
    positions: Mapping[int, int],
    posts: Mapping[int, Post],
) -> Claim:
    anchor = _anchor(subject, chain)
    above = [c for c in mine if not c.is_override and anchor is not None and positions[c.place_id] >= anchor]
    if not above:
        raise Unrouted(
            N_("No office is known that deals with “%(subject)s” in %(place)s."),
            place=chain[0].name,
            subject=subject.name,
        )
    nearest = min(positions[claim.place_id] for claim in above)
    return _only_one(subject, [c for c in above if positions[c.place_id] == nearest], posts)


def _only_one(subject: Subject, claims: list[Claim], posts: Mapping[int, Post]) -> Claim:
    closest = max(_closeness(claim, subject) for claim in claims)
    best = {claim.office_id: claim for claim in claims if _closeness(claim, subject) == closest}
    if len(best) == 1:
        return next(iter(best.values()))
    first, second = sorted(best)[:2]
    raise Ambiguous(
        N_("Two offices claim “%(subject)s” at the same place: %(first)s and %(second)s."),
        tuple(sorted(best)),
        subject=subject.name,
        first=_name(posts, best[first]),
        second=_name(posts, best[second]),
    )


def _name(posts: Mapping[int, Post], claim: Claim) -> Name:
    return posts[claim.office_id].name if claim.office_id in posts else claim.office


def _skip_accused(
    subject: Subject,
    claim: Claim,
    chain: Sequence[PlaceStep],
    positions: Mapping[int, int],
    posts: Mapping[int, Post],
    accused_office_ids: Collection[int],
) -> Found:
    if claim.office_id not in posts:
        raise Unrouted(
            N_("The office for “%(subject)s” stands on no ladder, so nobody could decide above it."),
            subject=subject.name,
        )
    office_id = claim.office_id
    skipped: list[Text] = []
    while office_id in accused_office_ids:
        above = posts[office_id].superior_id
        if above is None or above not in posts:
            raise Unrouted(
                N_("There is no office above %(accused)s that could answer instead."), accused=posts[office_id].name
            )
        skipped.append(
            Text(
                N_("It is about %(accused)s, so it does not go there but to the office above: %(office)s."),
                {"accused": posts[office_id].name, "office": posts[above].name},
            )
        )
        office_id = above
    first = _why(subject, claim, chain, positions, posts)
    return Found(office_id, posts[office_id].level, (first, *skipped))


def _why(
    subject: Subject,
    claim: Claim,
    chain: Sequence[PlaceStep],
    positions: Mapping[int, int],
    posts: Mapping[int, Post],
) -> Text:
    at = positions[claim.place_id]
    params = {"subject": subject.name, "place": chain[at].name, "office": posts[claim.office_id].name}
    if claim.is_override:
        return Text(
            N_("In %(place)s another office than usual deals with “%(subject)s”: %(office)s. Reason: %(reason)s"),
            params | {"reason": claim.reason},
        )
    if claim.is_triage:
        return Text(
            N_(
                "It is not clear yet which office must answer. In %(place)s this office looks at it first and passes "
                "it on: %(office)s. The time to answer you runs on."
            ),
            params,
        )
    anchor = _anchor(subject, chain)
    if anchor is not None and at > anchor:
        return Text(
            N_(
                "No office of %(narrow)s alone deals with “%(subject)s”. The office for all of %(place)s does: "
                "%(office)s."
            ),
            params | {"narrow": chain[anchor].name},
        )
    return Text(N_("In %(place)s the office for “%(subject)s” is: %(office)s."), params)
