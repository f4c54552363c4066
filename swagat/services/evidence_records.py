"""What an evidence pack tells beside the figures: records, their retention, checks, revisions and subjects."""

from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from swagat.domain.errors import N_
from swagat.domain.quality.indicators import INDICATORS, Kind, Tally
from swagat.domain.quality.measures import Measure, Standing
from swagat.domain.quality.periods import Span
from swagat.domain.quality.revisions import Value
from swagat.domain.quality.sections import Block, Paragraph, Table
from swagat.models import CaseCount, DisposalCheck, Grievance, GrievanceEvent, PublishedTally, RegisteredTemplate, Scope
from swagat.paper.words import Words
from swagat.services import catalogue, check_figures, published_months
from swagat.services.tallies import Where

# A word of the complainant; what was closed or opened by others is none.
_ANSWERED = frozenset({Standing.CONFIRMED, Standing.ASSISTED, Standing.REFUSED, Standing.APPEALED,
                       Standing.OVERTURNED, Standing.UPHELD})  # fmt: skip
# Who was never asked, not reached, or may still answer.
_NOT_ASKED = frozenset({Standing.NOT_ASKED, Standing.PENDING, Standing.NOT_REACHED, Standing.REOPENED})


def chain(words: Words, cases: int, entries: int, broken: int) -> Paragraph:
    """Return how many entries of the register were read, and whether each still carries its digest."""
    said = words.say(
        N_("The register of these %(cases)s cases has %(entries)s entries. Each carries the SHA-256 of the one before; "
           "all were worked out again for this pack, and %(broken)s did not fit."),
        cases=words.number(cases), entries=words.number(entries), broken=words.number(broken),
    )  # fmt: skip
    return Paragraph(said)


def retention(words: Words) -> Paragraph:
    """Return how long records are kept."""
    return Paragraph(
        words.say(
            N_("Entries of the register are only added: the program changes and erases none. A text can be erased from "
               "a case; the entry keeps its digest, so the chain stays whole. Published figures are kept as they were, "
               "and what changes later is added as a revision.")
        )
    )  # fmt: skip


def versions(words: Words) -> Paragraph:
    """Return the versions of the formulas."""
    newer = [f"{words.say(one.name)} ({one.version})" for one in INDICATORS.values() if one.version > 1]
    if not newer:
        return Paragraph(words.say(N_("Every formula of these figures is in its first version.")))
    said = words.say(N_("Formulas that are not in their first version: %(names)s."), names=", ".join(newer))
    return Paragraph(said)


def texts(session: Session, words: Words, state_id: int) -> Block:
    """Return the texts to complainants as they are registered with the operators."""
    one = RegisteredTemplate
    rows = session.execute(
        select(one.language, func.count(), func.max(one.registered_at))
        .where(one.state_id == state_id)
        .group_by(one.language)
        .order_by(one.language)
    ).all()
    title = words.say(N_("Texts to telephones as registered with the operators"))
    if not rows:
        not_given = words.say(N_("Not given"))
        return Paragraph(f"{title}: {not_given}")
    columns = [words.say(name) for name in (N_("Language"), N_("Texts"), N_("Last registered"))]
    return Table(title, columns, [(lang, words.number(n), words.moment(at)) for lang, n, at in rows], (4, 3, 3))


def response(words: Words, tally: Tally) -> Paragraph:
    """Return how many of those who were asked of a disposal answered, and how they are asked."""
    whole = part = 0
    for key, number in tally.get(Measure.ANSWERED, {}).items():
        standing = Standing(key.split("|")[-1])
        whole += 0 if standing in _NOT_ASKED else number
        part += number if standing in _ANSWERED else 0
    share = words.percent(part / whole) if whole else words.say(N_("no case"))
    return Paragraph(
        words.say(
            N_("Of %(whole)s complainants whose time to answer has ended, %(part)s answered (%(share)s). They are told "
               "of each disposal and answer with their own code, on the web or at a counter; silence is counted "
               "apart."),
            whole=words.number(whole), part=words.number(part), share=share,
        )
    )  # fmt: skip


def checks(session: Session, words: Words, office_id: int, span: Span) -> list[Block]:
    """Return what checkers of other offices found of the disposals of these months."""
    found = check_figures.counted(session, [office_id], span.first, span.last)[office_id]
    names = (N_("Drawn by lot"), N_("Checked"), N_("Found true"), N_("Found false"), N_("Nobody reached"))
    values = (found.drawn, found.checked, found.true, found.false, found.not_reached)
    title = words.say(N_("Checks of disposals by another office"))
    if not found.drawn:
        return [Paragraph(f"{title}: {words.say(N_('no case'))}")]
    rows = [(words.say(name), words.number(number)) for name, number in zip(names, values, strict=True)]
    return [Table(title, (words.say(N_("Disposals")), words.say(N_("Cases"))), rows, (7, 3))]


def subjects(words: Words, tally: Tally) -> Block:
    """Return what people wrote about, most first."""
    counts = {int(key): number for key, number in tally.get(Measure.RECEIVED, {}).items()}
    title = words.say(N_("Received by subject"))
    if not counts:
        return Paragraph(f"{title}: {words.say(N_('no case'))}")
    total = sum(counts.values())
    rows = [
        (words.name(catalogue.category(one).name), words.number(number), words.percent(number / total))
        for one, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    columns = [words.say(name) for name in (N_("Subject"), N_("Cases"), N_("Share"))]
    return Table(title, columns, rows, (6, 2, 2))


def revisions(session: Session, words: Words, where: Where, span: Span) -> list[Block]:
    """Return which published figures of these months were changed later, from what to what."""
    rows = [
        (words.month(month), words.number(one.number), words.say(change.indicator.name),
         _value(words, change.indicator.kind, change.before), _value(words, change.indicator.kind, change.after))
        for month in span.months
        for one in published_months.revisions_of(published_months.history(session, where, month))
        for change in one.changes
    ]  # fmt: skip
    if not rows:
        return [Paragraph(words.say(N_("No published figure of these months was changed.")))]
    names = (N_("Month"), N_("Revision"), N_("Figure"), N_("Published first"), N_("Since then"))
    title = words.say(N_("Revisions of published figures"))
    return [Table(title, [words.say(name) for name in names], rows, (20, 10, 34, 18, 18), numbers=3)]


def _value(words: Words, kind: Kind, value: Value) -> str:
    if kind is Kind.DAYS:
        return words.say(N_("no case")) if value.median is None else words.number(value.median)
    if kind is Kind.NUMBER:
        return words.number(value.part)
    return words.say(N_("%(part)s of %(whole)s"), part=words.number(value.part), whole=words.number(value.whole))


def register_grew(session: Session, office_id: int, since: datetime) -> bool:
    """Return whether any case that counts for an office, or is with it, has an entry after an instant."""
    counted = select(CaseCount.grievance_id).where(CaseCount.office_id == office_id)
    its_own = select(Grievance.id).where(Grievance.office_id == office_id)
    theirs = or_(GrievanceEvent.grievance_id.in_(counted), GrievanceEvent.grievance_id.in_(its_own))
    return bool(session.scalar(select(exists().where(theirs, GrievanceEvent.at > since))))


def was_checked(session: Session, office_id: int, since: datetime) -> bool:
    """Return whether disposals of an office were drawn for a check, or checked, after an instant."""
    one = DisposalCheck
    later = or_(one.drawn_at > since, one.checked_at > since)
    return bool(session.scalar(select(exists().where(one.office_id == office_id, later))))


def was_revised(session: Session, office_id: int, since: datetime) -> bool:
    """Return whether figures of an office were published or revised after an instant."""
    one = PublishedTally
    mine = (one.scope == Scope.OFFICE) & (one.scope_id == office_id)
    return bool(session.scalar(select(exists().where(mine, one.published_at > since))))
