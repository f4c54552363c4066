"""The proof of a published month: it is counted again from the registers as they stood, and compared."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from swagat.domain.quality import periods
from swagat.domain.quality.indicators import INDICATORS, Tally
from swagat.domain.quality.periods import Span
from swagat.domain.quality.revisions import Change, Value, changes, value_of
from swagat.services import counting, published_months
from swagat.services.indicators import is_of_now
from swagat.services.published_months import Published
from swagat.services.quality_scopes import Whose
from swagat.services.tallies import Period


class Proof(NamedTuple):
    """A month as it was in force, and which figures come out otherwise when it is counted again as of its own moment.

    `published` is None for a month of which nothing had been published by then.
    """

    span: Span
    published: Published | None
    differences: list[Change]


@dataclass(frozen=True, slots=True)
class Known:
    """The figures of a period as the registers told them at an instant, and the proof of what was published by then."""

    whose: Whose
    span: Span
    at: datetime
    figures: dict[str, Value]
    proofs: list[Proof]

    @property
    def ok(self) -> bool:
        """Return whether everything that was published comes out the same."""
        return not any(one.differences for one in self.proofs)

    def lines(self) -> list[str]:
        """Return the figures and the proof as lines for a terminal."""
        head = f"{self.whose.name}, {self.span.code}, as the registers stood at {self.at.isoformat()}"
        shown = [f"{code}: {_words(value)}" for code, value in self.figures.items()]
        return [head, *shown, *(line for one in self.proofs for line in _proof_lines(one))]

    def as_json(self) -> dict[str, Any]:
        """Return the same for another program."""
        return {
            "scope": self.whose.where.scope.value,
            "code": self.whose.code,
            "period": self.span.code,
            "at": self.at.isoformat(),
            "figures": {code: value._asdict() for code, value in self.figures.items()},
            "published": [_proof_json(one) for one in self.proofs],
            "equal": self.ok,
        }


def known(session: Session, whose: Whose, span: Span, at: datetime) -> Known:
    """Return the figures of a period as known at an instant, and the proof of its published months.

    A publication is counted again as of the moment until which it had counted: what came into the registers between
    that moment and `at` is in the figures, and in a later revision. Cases from another system are left out, as there.
    """
    tally = _counted_again(session, whose, span, at)
    figures = {code: value_of(one, tally) for code, one in INDICATORS.items()}
    proofs = [_proof(session, whose, periods.month(month), at) for month in span.months]
    return Known(whose, span, at, figures, proofs)


def _proof(session: Session, whose: Whose, span: Span, at: datetime) -> Proof:
    published = published_months.in_force(published_months.history(session, whose.where, span.first), at)
    if published is None:
        return Proof(span, None, [])
    again = _counted_again(session, whose, span, published.as_of)
    differing = changes(published.tally, again)
    return Proof(span, published, [one for one in differing if not is_of_now(one.indicator)])


def _counted_again(session: Session, whose: Whose, span: Span, at: datetime) -> Tally:
    return counting.known_on(session, whose.where, Period(span.first, span.last), at, with_imported=False)


def _words(value: Value) -> str:
    words = f"{value.part} of {value.whole}"
    return words if value.median is None else f"{words}, median {value.median}, ninetieth percentile {value.ninetieth}"


def _proof_lines(proof: Proof) -> list[str]:
    if proof.published is None:
        return [f"{proof.span.code}: nothing was published by then"]
    revision = f"revision {proof.published.revision}" if proof.published.revision else "first publication"
    moment = f"of {proof.published.published_at.isoformat()}, counted until {proof.published.as_of.isoformat()}"
    verdict = f"{len(proof.differences)} figures differ" if proof.differences else "every figure comes out the same"
    return [
        f"{proof.span.code}: {revision} {moment}: {verdict}",
        *(
            f"  {one.indicator.code}: published {_words(one.before)}, counted again {_words(one.after)}"
            for one in proof.differences
        ),
    ]


def _proof_json(proof: Proof) -> dict[str, Any]:
    found = proof.published
    return {
        "month": proof.span.code,
        "revision": found.revision if found else None,
        "published_at": found.published_at.isoformat() if found else None,
        "as_of": found.as_of.isoformat() if found else None,
        "differences": [
            {"figure": one.indicator.code, "published": one.before._asdict(), "counted_again": one.after._asdict()}
            for one in proof.differences
        ],
    }
