"""The register of a grievance as the entries of a timeline, for the complainant and for the office."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup

from swagat.domain.errors import NotFound
from swagat.domain.names import Name
from swagat.domain.roles import Role
from swagat.domain.workflow import Action
from swagat.services import catalogue
from swagat.services.history import Happening, History, Paper
from swagat.services.posts import ABSENT, ACCUSED, VACANT
from swagat.services.scope import HEADING
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.filters import in_language, place_name
from swagat.web.formats import SHORT, day_words, local_date, local_datetime
from swagat.web.words import OUTCOMES, PROOFS, PROPOSED, ROLES

WHY_PASSED = {
    VACANT: _l("nobody heads it"),
    ABSENT: _l("its head is away"),
    ACCUSED: _l("the grievance is about it"),
}
MOVES_OFFICE = frozenset(
    {Action.FILE, Action.TRANSFER, Action.REGRADE, Action.REFUSE, Action.REOPEN, Action.REOPEN_ON_CHECK}
)
TONES = {
    Action.ESCALATE: "late",
    Action.SEEK_CLARIFICATION: "waiting",
    Action.DISPOSE: "good",
    Action.CONFIRM: "good",
    Action.LAPSE_DIRECTION: "late",
    Action.ACCEPT_DIRECTION: "good",
}


class Entry(NamedTuple):
    """One entry as templates/parts/timeline.html prints it."""

    seq: int
    action: Action
    at: datetime
    who: str | Markup
    office: str | Markup
    text: str
    facts: list[tuple[str, str | Markup]]
    papers: list[dict[str, Any]]
    is_internal: bool
    tone: str
    days_held: int | None = None
    title: str = ""


def entries(past: History, paper_url: Callable[[int], str]) -> list[Entry]:
    """Return the timeline, oldest first; `paper_url` gives the address of a paper."""
    return [
        Entry(
            one.seq,
            one.action,
            one.at,
            who_of(one),
            in_language(one.office, "") if one.action in MOVES_OFFICE else "",
            "\n\n".join(text for _kind, text in one.texts),
            facts(one, past.office_names),
            [paper(found, paper_url) for found in one.papers],
            not one.is_visible,
            TONES.get(one.action, ""),
        )
        for one in past.happenings
    ]


def who_of(one: Happening) -> str | Markup:
    """Return who did it: the person and their post, the complainant, or the program."""
    if one.post is not None:
        post = in_language(one.post, "")
        if one.role not in HEADING:
            post = Markup("{}, {}").format(str(ROLES[one.role.value]), post)
        return Markup("{} ({})").format(place_name(one.person), post) if one.person else post
    if one.role is Role.COMPLAINANT:
        return _("The complainant")
    return _("The program, by itself")


def facts(one: Happening, names: Mapping[int, Name]) -> list[tuple[str, str | Markup]]:
    """Return what the payload of an entry tells beside its texts; `names` are those of the offices it speaks of."""
    found: list[tuple[str, str | Markup]] = []
    payload = one.payload
    if one.new_answerable is not None:
        found.append((_("Answers for it now"), in_language(one.new_answerable, "")))
    if one.given_to is not None:
        found.append((_("Given to"), place_name(one.given_to)))
    if outcome := payload.get("outcome"):
        found.append((_("How it ended"), str(OUTCOMES[outcome])))
    if proposed := payload.get("proposed"):
        found.append((_("What is proposed"), str(PROPOSED[proposed])))
    if (ground_id := payload.get("ground_id")) is not None:
        found.append((_("Published ground"), _ground(ground_id)))
    for key, label in (
        ("expected_on", _("Answer expected by")),
        ("answer_by", _("Answer of the complainant by")),
        ("carry_out_by", _("To be carried out by")),
        ("hearing_on", _("Date of the sitting")),
        ("due_before", _("Date before")),
        ("due_on", _("New date")),
        ("objection_until", _("Objections until")),
    ):
        if day := payload.get(key):
            found.append((label, local_date(date.fromisoformat(day))))
    for passed in payload.get("passed_over", ()):
        office = in_language(names[passed["office_id"]], "")
        found.append((_("Passed over"), Markup("{} ({})").format(office, str(WHY_PASSED[passed["why"]]))))
    if payload.get("without_report"):
        found.append((_("Decided"), _("by the office it came up to, without a report")))
    if one.action is Action.LAPSE_CLARIFICATION:
        follows = _(
            "The office decides on what it has. A question without an answer is no reason to end the grievance."
        )
        found.append((_("What follows"), follows))
    if handed := payload.get("handed_over_to"):
        found.append((_("Handed to"), f"{handed}, {payload.get('reference', '')}"))
    if proof := payload.get("proof"):
        found.append((_("The complainant's word was"), str(PROOFS[proof])))
    if rating := payload.get("rating"):
        found.append((_("Rating"), _("%(rating)s of 5", rating=rating)))
    return found


def _ground(ground_id: int) -> str | Markup:
    try:
        return place_name(catalogue.ground(ground_id))
    except NotFound:
        return _("no longer published")


def _taken(said: str | None) -> str | Markup:
    """Return when a photograph was taken; a camera that named no zone is not given one."""
    if not said:
        return _("none")
    taken = datetime.fromisoformat(said)
    return local_datetime(taken) if taken.tzinfo else f"{day_words(taken.date(), SHORT)}, {taken:%H:%M}"


def paper(found: Paper, paper_url: Callable[[int], str]) -> dict[str, Any]:
    """Return a paper as the list of papers prints it; one that waits for release has no address."""
    if found.id is None:
        return {"name": _("A paper that waits for release"), "url": "", "size": found.size}
    shown: dict[str, Any] = {"name": found.name, "url": paper_url(found.id), "size": found.size}
    if found.captured:
        at = _taken(found.captured.get("at"))
        place = _("none")
        if found.captured.get("latitude") is not None:
            place = f"{found.captured['latitude']:.5f}, {found.captured['longitude']:.5f}"
        shown["note"] = Markup(_("Taken: %(at)s. Place: %(place)s.")) % {"at": at, "place": place}
    return shown
