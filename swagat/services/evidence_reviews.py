"""The management reviews of an office in a printed evidence pack (9.3): inputs, minutes, and what was decided."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from swagat.domain.errors import N_
from swagat.domain.management_reviews import INPUTS, Input, number_of, state_of
from swagat.domain.quality import labels
from swagat.domain.quality.figures import figure
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.quality.periods import Span
from swagat.domain.quality.sections import Block, Heading, Note, Paragraph, Section
from swagat.models import ManagementReview, ReviewDecision
from swagat.paper.words import Words
from swagat.services import evidence_posts as posts
from swagat.services.evidence_material import Material, value
from swagat.services.tallies import added


def section(material: Material) -> Section:
    """Return the reviews that were held or signed in the period; of one that is not signed there is nothing to show."""
    words, as_of = material.words, material.asked.as_of
    reviews = _reviews(material)
    if not reviews:
        none = Paragraph(words.say(N_("No management review was held in this period.")))
        return Section(*material.heading("reviews"), [none])
    decisions = _decisions(material.session, [one.id for one in reviews])
    owners = posts.of_people(
        material.session, material.office_id, {one.owner_id for made in decisions.values() for one in made}
    )
    blocks: list[Block] = []
    for one in reviews:
        number = number_of(one.year, one.running)
        is_signed = one.signed_at is not None and one.signed_at <= as_of
        looks_at = words.period(Span("", one.first_month, one.last_month))
        said = words.say(N_("Held on %(day)s. It looks at %(period)s."), day=words.day(one.held_on), period=looks_at)
        blocks += [Heading(words.say(N_("Management review %(number)s"), number=number)), Paragraph(said)]
        if is_signed:
            blocks += _signed(material, one, decisions.get(one.id, []), owners)
        else:
            blocks.append(Paragraph(words.say(N_("Its minutes are not signed: nothing of it is evidence yet."))))
    return Section(*material.heading("reviews"), blocks)


def _reviews(material: Material) -> Sequence[ManagementReview]:
    one, span = ManagementReview, material.asked.span
    is_held = (one.held_on >= span.first) & (one.held_on < material.ends.date())
    is_signed = (one.signed_at >= material.begins) & (one.signed_at < material.ends)
    return material.session.scalars(
        select(one)
        .where(one.office_id == material.office_id, or_(is_held, is_signed), one.begun_at <= material.asked.as_of)
        .order_by(one.held_on, one.id)
    ).all()


def _decisions(session: Session, review_ids: Sequence[int]) -> dict[int, list[ReviewDecision]]:
    found: dict[int, list[ReviewDecision]] = {}
    rows = select(ReviewDecision).where(ReviewDecision.review_id.in_(review_ids))
    for one in session.scalars(rows.order_by(ReviewDecision.due_on, ReviewDecision.id)):
        found.setdefault(one.review_id, []).append(one)
    return found


def _signed(
    material: Material, one: ManagementReview, decisions: Sequence[ReviewDecision], owners: Mapping[int, posts.Post]
) -> list[Block]:
    words, given = material.words, one.given or {}
    blocks: list[Block] = []
    for wanted in INPUTS:
        name = f"9.3.2 {wanted.part} · {words.say(wanted.text)}"
        blocks.append(Note(name, _input(material, wanted, one, given) or words.say(N_("Not given"))))
    blocks.append(Note(words.say(N_("Minutes")), one.minutes or words.say(N_("Not given"))))
    for decision in decisions:
        blocks.append(_decision(material, decision, owners.get(decision.owner_id)))
    return blocks


def _input(material: Material, wanted: Input, one: ManagementReview, given: Mapping[str, Any]) -> str:
    """Return what the system gave to an input when the minutes were signed, or the office where it was asked."""
    words = material.words
    if wanted.is_asked:
        return one.notes.get(wanted.code, "")
    tally = added([given["counts"]])
    lines = [
        f"{words.say(INDICATORS[code].name)}: {value(words, figure(INDICATORS[code], tally))}"
        for code in wanted.figures
    ]
    match wanted.code:
        case "earlier":
            lines += [_earlier(words, row) for row in given["earlier"]]
            return "\n".join(lines) or words.say(N_("There was nothing left to carry out."))
        case "audits":
            lines += [_audit(words, row) for row in given["audits"]]
            return "\n".join(lines) or words.say(N_("No internal audit has been reported since this period began."))
        case "objectives":
            return words.say(N_("See %(clause)s."), clause=material.heading("objectives")[0])
        case "measured":
            lines.append(_checks(words, given["checks"]))
    return "\n".join(lines)


def _earlier(words: Words, row: Mapping[str, Any]) -> str:
    if row["done_on"] is None:
        due_on = words.day(date.fromisoformat(row["due_on"]))
        return words.say(N_("%(decision)s (by %(day)s): not carried out."), decision=row["text"], day=due_on)
    done_on = words.day(date.fromisoformat(row["done_on"]))
    said = words.say(N_("%(decision)s: carried out on %(day)s."), decision=row["text"], day=done_on)
    return f"{said} {row['what_was_done']}"


def _audit(words: Words, row: Mapping[str, Any]) -> str:
    said = words.say(N_("%(count)s nonconformities."), count=words.number(row["nonconformities"]))
    return f"{row['number']}, {words.day(date.fromisoformat(row['reported_on']))}: {said} {row['conclusion']}"


def _checks(words: Words, found: Mapping[str, int]) -> str:
    return words.say(
        N_("Checks of answers by other offices: %(drawn)s drawn, %(true)s found true, %(false)s false, %(missed)s "
           "could not be reached."),
        drawn=words.number(found["drawn"]), true=words.number(found["true"]), false=words.number(found["false"]),
        missed=words.number(found["not_reached"]),
    )  # fmt: skip


def _decision(material: Material, one: ReviewDecision, owner: posts.Post | None) -> Note:
    """Return a decision with its owner's post and day, and what had become of it at the instant of the pack."""
    words, as_of = material.words, material.asked.as_of
    done_at = one.done_at if one.done_at is not None and one.done_at <= as_of else None
    name = words.say(
        N_("Decision: %(kind)s. By %(day)s: %(owner)s. %(state)s"),
        kind=words.say(labels.DECISION_KINDS[one.kind]), day=words.day(one.due_on), owner=posts.say(words, owner),
        state=words.say(labels.DECISION_STATES[state_of(one.due_on, done_at, material.today)]),
    )  # fmt: skip
    if done_at is None:
        return Note(name, one.text)
    done = words.say(N_("Carried out on %(day)s: %(what)s"), day=material.day(done_at), what=one.what_was_done)
    return Note(name, f"{one.text}\n{done}")


def has_changed(session: Session, office_id: int, since: datetime) -> bool:
    """Return whether a review of an office was begun or signed, or a decision carried out, after an instant."""
    review, decision = ManagementReview, ReviewDecision
    later = (
        exists().where(review.office_id == office_id, or_(review.begun_at > since, review.signed_at > since)),
        exists().where(decision.office_id == office_id, decision.done_at > since),
    )
    return bool(session.scalar(select(or_(*later))))
