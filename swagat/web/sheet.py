"""The page of one case: its facts in words, and a form for each thing that this person can do now."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import current_app, render_template, request, url_for

from swagat.domain.case import Proposed
from swagat.domain.conditions import When
from swagat.domain.messages import Audience, audience_of
from swagat.domain.papers import MAX_OFFICE_DOCUMENTS
from swagat.domain.redressal import DISPOSABLE
from swagat.domain.replies import NEXT_REMEDY
from swagat.domain.roles import Role
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, ClockEffect, Need, Status, Transition
from swagat.services import catalogue
from swagat.services.case_texts import newest_did_not_arrive
from swagat.services.catalogue_views import ReplyView
from swagat.services.history import BETWEEN_OFFICES
from swagat.services.scope import Identity
from swagat.services.sheet import Sheet
from swagat.web.catalogue import gettext as _
from swagat.web.delivery_words import for_office
from swagat.web.filters import place_name
from swagat.web.formats import day_words, local_date
from swagat.web.forms.desk import TEXTS, action_form
from swagat.web.happenings import Entry, entries
from swagat.web.lateness import date_asked_at, direction_of, lapses_of, notes_on
from swagat.web.reach import not_reached
from swagat.web.words import BUTTONS, FILING_MODES, OUTCOMES, PROPOSED, ROLES, STATUSES

# Too long a list of choices for every look at a case: these forms have a page of their own.
ON_THEIR_OWN_PAGE = frozenset({Need.OFFICE, Need.CATEGORY, Need.PROPOSED, Need.CAUSE})
NOT_A_FORM = frozenset({Action.ADD_DOCUMENT})
# What a case waits for stands first and open; what is always possible stands last.
AWAITED = (
    Action.DISPOSE, Action.RETURN_REPORT, Action.APPROVE, Action.DECLINE, Action.ALLOW_APPEAL, Action.DISMISS_APPEAL,
    Action.ACCEPT_DIRECTION, Action.RETURN_DIRECTION, Action.REPORT_DIRECTION, Action.REPORT_ACTION, Action.HAND_OVER,
    Action.RELEASE_DOCUMENTS, Action.EXPLAIN_LAPSE,
)  # fmt: skip
OPENED_AGAIN = frozenset({Action.REFUSE, Action.ALLOW_APPEAL, Action.REOPEN, Action.REOPEN_ON_CHECK})
# What somebody wrote that the case now waits about: it stands right under the complainant's first words.
LEADS_TO = {status: frozenset[Action]() for status in Status} | {
    Status.REGISTERED: OPENED_AGAIN | {Action.TRANSFER},
    Status.ASSIGNED: OPENED_AGAIN | {Action.RETURN_REPORT, Action.CLARIFY},
    Status.CLARIFICATION_SOUGHT: frozenset({Action.SEEK_CLARIFICATION}),
    Status.ACTION_REPORTED: frozenset({Action.REPORT_ACTION}),
    Status.DISPOSED: frozenset({Action.DISPOSE, Action.APPROVE, Action.WITHDRAW}),
    Status.UNDER_APPEAL: frozenset({Action.LODGE_APPEAL, Action.REFUSE}),
}
ALWAYS = (Action.MARK_IMMEDIATE, Action.UNMARK_IMMEDIATE, Action.NOTE)


class Box(NamedTuple):
    """One action as the page offers it; without a form it has a page of its own."""

    row: Transition
    label: str
    form: Any
    is_open: bool
    replies: list[ReplyView]
    follows: list[str]
    choices: dict[str, list[tuple[str, Any]]]
    hints: dict[str, str]
    latest: date | None = None


class Typed(NamedTuple):
    """A form that could not be used: it is shown again, open, with what was typed in it."""

    action: Action
    form: Any


def case_page(
    seen: Sheet, opened: Identity | None = None, typed: Typed | None = None, message: str = "", reason_error: str = ""
) -> str:
    """Return the page; `opened` is a hidden identity that may be shown this once."""
    papers = [(one, paper) for one in seen.history.happenings for paper in one.papers]
    entries_ = timeline(seen)
    return render_template(
        "desk/case.html",
        sheet=seen,
        category=catalogue.category(seen.grievance.category_id),
        about=_about(seen, opened or seen.identity),
        timeline=entries_,
        texts=for_office(seen.texts),
        text_did_not_arrive=newest_did_not_arrive(seen.texts),
        direction=direction_of(seen),
        lapses=lapses_of(seen),
        date_asked_at=date_asked_at(seen),
        unreached=not_reached(seen.grievance, seen.texting),
        latest=next((one for one in reversed(entries_) if one.action in LEADS_TO[seen.grievance.status]), None),
        boxes=_boxes(seen, typed),
        form=typed.form if typed else None,
        message=message,
        proposed_name=PROPOSED[seen.case.waiting.proposed.value] if seen.case.waiting else "",
        may_add_papers=any(row.action is Action.ADD_DOCUMENT for row in seen.actions),
        papers_left=max(0, MAX_OFFICE_DOCUMENTS - sum(one.role is not Role.COMPLAINANT for one, _paper in papers)),
        may_open_identity=seen.may_open_identity and opened is None,
        reason_error=reason_error,
        reason=request.form.get("reason", "") if reason_error else "",
    )


def action_page(seen: Sheet, row: Transition, form: Any, message: str = "", since: list[Entry] | None = None) -> str:
    """Return the page of one action alone; `since` is what happened while its form was filled in."""
    return render_template(
        "desk/action.html",
        sheet=seen,
        box=_box(seen, row, form, True),
        form=form,
        message=message,
        since=since or [],
        timeline=timeline(seen),
    )


def form_of(seen: Sheet, row: Transition, posted: Any = None, **filled: str) -> Any:
    """Return the form of an action with what was posted for it, or with what is `filled` in for it."""
    form = action_form(row.action, row.needs, row.optional)(posted, version=str(seen.grievance.version), **filled)
    for field in form:
        field.id = f"{row.action.value}-{field.name}"
    return form


def saved_reply(seen: Sheet, row: Transition) -> dict[str, str]:
    """Return the saved reply that was asked for, in the language of the grievance, for the action's text field."""
    need = next((need for need in row.needs if need in TEXTS), None)
    code = request.args.get("reply", "")
    for reply in catalogue.saved_replies(row.action.value) if code and need else ():
        if reply.code == code and need:
            return {need.value: getattr(reply, f"text_{seen.grievance.language}", "") or reply.text_en}
    return {}


def timeline(seen: Sheet) -> list[Entry]:
    """Return the entries of the register, with the addresses of their papers."""
    number = seen.grievance.registration_number
    return entries(seen.history, lambda paper: url_for("evidence.send", number=number, document_id=paper))


def rules() -> Rules:
    """Return the windows and limits of this installation."""
    found: Rules = current_app.extensions["rules"]
    return found


def plain(name: Any) -> str:
    """Return a name for an option, which can hold no marks."""
    return place_name(name).striptags()


def _boxes(seen: Sheet, typed: Typed | None) -> list[Box]:
    shown = sorted((row for row in seen.actions if _is_offered(seen, row)), key=_rank)
    boxes = []
    for place, row in enumerate(shown):
        if ON_THEIR_OWN_PAGE & set(row.needs):
            boxes.append(Box(row, _label(seen, row), None, False, [], [], {}, {}))
        elif typed is not None and typed.action is row.action:
            boxes.append(_box(seen, row, typed.form, True))
        else:
            is_open = typed is None and place == 0 and _is_awaited(seen, row)
            boxes.append(_box(seen, row, form_of(seen, row), is_open))
    return boxes


def _is_offered(seen: Sheet, row: Transition) -> bool:
    """Return whether an action makes a form: one without an officer left to choose does not."""
    return row.action not in NOT_A_FORM and (Need.OFFICER not in row.needs or bool(seen.officers_for(row)))


def _label(seen: Sheet, row: Transition) -> str:
    """Return what the button says; who may only take a case is not asked to give it."""
    takes = row.action is Action.ASSIGN and [one.posting_id for one in seen.officers_for(row)] == [
        seen.actor.posting_id
    ]
    return _("Take this case") if takes else str(BUTTONS[row.action.value])


def _rank(row: Transition) -> int:
    if _waits(row):
        return AWAITED.index(row.action)
    return 200 + ALWAYS.index(row.action) if row.action in ALWAYS else 100


def _waits(row: Transition) -> bool:
    """Return whether the case waits for this: nobody waits for a decision without a report, it only may be taken."""
    return row.action in AWAITED and row.when is not When.CAME_UP_NO_PROPOSAL


def _is_awaited(seen: Sheet, row: Transition) -> bool:
    return _waits(row) or (row.action is Action.ASSIGN and seen.case.status is Status.REGISTERED)


def _box(seen: Sheet, row: Transition, form: Any, is_open: bool) -> Box:
    hints: dict[str, str] = {}
    if Need.OUTCOME in row.needs:
        days = rules().confirm_window_days
        remedies = {one.value: _(NEXT_REMEDY[one], days=days) for one in DISPOSABLE}
        hints = {value: _("The complainant reads: %(remedy)s", remedy=remedy) for value, remedy in remedies.items()}
    replies = catalogue.saved_replies(row.action.value)
    follows, choices = _follows(seen, row), _choices(seen, row)
    return Box(row, _label(seen, row), form, is_open, replies, follows, choices, hints, _latest(seen, row))


def _latest(seen: Sheet, row: Transition) -> date | None:
    """Return the last date that may be given, where there is one."""
    return seen.grievance.due_on + timedelta(days=seen.case.more_time_days) if row.action is Action.GIVE_TIME else None


def _choices(seen: Sheet, row: Transition) -> dict[str, list[tuple[str, Any]]]:
    """Return what may be chosen in each field; offices and subjects are grouped: a group's name and its choices."""
    found: dict[str, list[tuple[str, Any]]] = {}
    if Need.OFFICER in row.needs:
        found["officer"] = [
            (str(one.posting_id), f"{plain(one.name)} ({ROLES[one.role.value]})") for one in seen.officers_for(row)
        ]
    if Need.OUTCOME in row.needs:
        found["outcome"] = [(one.value, OUTCOMES[one.value]) for one in DISPOSABLE]
    if Need.PROPOSED in row.needs:
        may_close = seen.case.cycle > 1
        allowed = [one for one in Proposed if may_close or one is not Proposed.CLOSE_AGAINST]
        found["proposed"] = [(one.value, PROPOSED[one.value]) for one in allowed]
        found["ground"] = [(str(one.id), plain(one)) for one in catalogue.grounds()]
    if Need.OFFICE in row.needs:
        by_place: dict[str, list[tuple[str, str]]] = {}
        for office in seen.offices:
            by_place.setdefault(plain(office.place), []).append((str(office.id), plain(office.name)))
        found["office"] = list(by_place.items())
    if Need.CAUSE in row.needs:
        found["cause"] = [(str(one.id), f"{one.title} ({day_words(one.expected_on)})") for one in seen.causes]
    if Need.CATEGORY in row.needs:
        found["category"] = [
            (plain(group), [(str(leaf.id), plain(leaf)) for leaf in catalogue.leaves(group.id)])
            for group in catalogue.groups()
        ]
    return found


def _follows(seen: Sheet, row: Transition) -> list[str]:
    """Return in words what the row of the table does: where the case stands then, its clock, and who is told."""
    found = notes_on(seen, row)
    if row.target is not None:
        found.append(_("Then the case stands at: %(status)s.", status=STATUSES[row.target.value]))
    if row.clock is ClockEffect.PAUSES:
        found.append(_("The time stands still until the complainant answers."))
    elif row.clock is ClockEffect.STOPS:
        found.append(_("The time stops."))
    elif row.clock is ClockEffect.RUNS:
        found.append(_("The time runs again."))
    if not row.visible:
        found.append(_("The complainant never sees this."))
    elif row.action in BETWEEN_OFFICES:
        found.append(_("The complainant sees that it was done and by when, not the words."))
    elif any(audience_of(key) is Audience.COMPLAINANT for key in row.tells):
        found.append(_("The complainant is told at once, and reads what you write."))
    else:
        found.append(_("The complainant can read what you write."))
    return found


def _about(seen: Sheet, known: Identity | None) -> list[tuple[Any, Any]]:
    grievance = seen.grievance
    hidden = _("Hidden at the complainant's wish")
    posting = grievance.officer_posting
    rows = [
        (_("Complainant"), known.name if known else hidden),
        (_("Mobile number"), _mobile(known) if known else hidden),
        (_("Address"), known.address if known else ""),
        (_("Place"), ", ".join(part for part in _place(grievance) if part)),
        (_("Filed"), f"{local_date(grievance.received_on).striptags()}, {FILING_MODES[grievance.mode.value]}"),
        (_("Source"), f"{grievance.source} {grievance.source_reference}".strip()),
        (_("Already approached"), _approached(grievance)),
        (_("It is about"), grievance.accused_note),
        (_("With"), plain(posting.person) if posting else _("nobody yet")),
        (_("Working office"), place_name(grievance.office)),
    ]
    if grievance.answerable_office_id != grievance.office_id:
        rows.append((_("Answerable office"), place_name(grievance.answerable_office)))
    return [(question, answer) for question, answer in rows if answer]


def _mobile(known: Identity) -> str:
    if not known.mobile:
        return _("none")
    return _("%(mobile)s, proved by a code", mobile=known.mobile) if known.mobile_is_proved else known.mobile


def _place(grievance: Any) -> tuple[str, str, str]:
    return plain(grievance.place), grievance.place_text, grievance.landmark


def _approached(grievance: Any) -> str:
    day = local_date(grievance.approached_on).striptags() if grievance.approached_on else ""
    parts = (grievance.approached_office, day, grievance.approached_reference, grievance.approached_reply)
    return ", ".join(part for part in parts if part)
