"""The first step of a filing: what a citizen wrote, checked against the subjects, places and offices that exist."""

from datetime import date
from typing import Any, NamedTuple

from swagat.domain.privacy import mask_aadhaar
from swagat.services import accused, catalogue, places
from swagat.services.accused import OfficeChoice
from swagat.services.catalogue_views import CategoryView, Helpline, PlaceView
from swagat.web.catalogue import gettext as _
from swagat.web.filing_where import NONE, Where, district_of, locate, number_of
from swagat.web.forms.filing import typed_day

MASKED = (
    "text",
    "relief_sought",
    "landmark",
    "approached_office",
    "approached_reply",
    "accused_note",
    "immediate_reason",
)
SHORTEST_TEXT = 10


class Subjects(NamedTuple):
    """Subjects to choose from, and the numbers to call at once when one of them is chosen."""

    choices: list[CategoryView]
    emergencies: list[Helpline]


class Known(NamedTuple):
    """What the first step settled: the subject, the place, and the office it is about."""

    category: CategoryView
    where: Where
    accused_office_id: int | None

    def answers(self) -> dict[str, Any]:
        """Return it as the draft keeps it beside what was typed."""
        return {
            "state_id": self.where.state_id,
            "category_id": self.category.id,
            "place_id": self.where.place.id,
            "place_text": self.where.place_text,
            "none_of": sorted(self.where.none_of),
            "accused_office_id": self.accused_office_id,
        }


def category_of(form: Any) -> CategoryView | None:
    """Return the chosen subject when it is on offer."""
    found = catalogue.current().by_code.get(form.category.data or "")
    return found if found and found.is_active else None


def group_of(typed: str | None) -> CategoryView | None:
    """Return the group on offer that a form names by its code."""
    found = catalogue.current().by_code.get(typed or "")
    return found if found and found.is_group and found.is_active else None


def fitting(text: str, chosen: CategoryView | None = None) -> list[CategoryView]:
    """Return at most three subjects that fit the words, and the one that is chosen already."""
    known = catalogue.current().by_code
    found = [known[one.code] for one in catalogue.suggest(text)] if text.strip() else []
    if chosen and chosen not in found and chosen.code != catalogue.UNSORTED:
        found.insert(0, chosen)
    return [one for one in found if one.code != catalogue.UNSORTED]


def with_emergencies(choices: list[CategoryView], state_id: int) -> Subjects:
    """Return subjects with the emergency numbers of those among them that may mean danger."""
    topics = dict.fromkeys(one.emergency for one in choices if one.emergency)
    lines = {line.number: line for topic in topics for line in catalogue.helplines(state_id, topic)}
    return Subjects(choices, list(lines.values()))


def mask(form: Any, names: tuple[str, ...] = MASKED) -> int:
    """Mask the Aadhaar numbers in what was typed and return how many there were."""
    masked = 0
    for name in names:
        if form[name].data:
            form[name].data, found = mask_aadhaar(form[name].data)
            masked += found
    return masked


def check(form: Any, today: date) -> Known | None:
    """Return what the first step settled, or put every question and mistake on the form and return None."""
    form.validate()
    category = category_of(form)
    if len(form.text.data or "") < SHORTEST_TEXT and not form.text.errors:
        form.text.errors = [_("Say in a sentence or two what happened.")]
    if category is None:
        form.category.errors = [_("Choose what it is about.")]
    _check_approach(form, today)
    if form.is_immediate.data and not form.immediate_reason.data:
        form.immediate_reason.errors = [_("Write what the danger is.")]
    where = locate(form, category)
    if not isinstance(where, Where):
        for name, question in where.items():
            form[name].errors = [question]
        return None
    office_id = _accused(form, where)
    if category is None or form.errors:
        return None
    return Known(category, where, office_id)


def _check_approach(form: Any, today: date) -> None:
    typed = form.approached_on.data
    if typed:
        day = typed_day(typed)
        if day is None:
            form.approached_on.errors = [_("Write the day like 4/12/2026.")]
        elif day > today:
            form.approached_on.errors = [_("This day has not come yet.")]
        else:
            form.approached_on.data = day.isoformat()
    said = (form.approached_on, form.approached_reference, form.approached_reply)
    if not form.approached_office.data and any(field.data for field in said):
        form.approached_office.errors = [_("Write which office it was.")]


def offices_of(where: Where) -> list[OfficeChoice]:
    """Return the offices that a grievance at this place can be about, nearest first."""
    return accused.offices_at([one.id for one in places.chain(where.place.id)][:-1])


def place_names(where: Where) -> dict[int, PlaceView]:
    """Return the places above by their ids, to head lists of offices."""
    return {one.id: one for one in places.chain(where.place.id)}


def _accused(form: Any, where: Where) -> int | None:
    if not form.is_accused.data:
        return None
    typed = form.accused_office.data
    if typed == NONE:
        if not form.accused_note.data:
            form.accused_note.errors = [_("Write which office or officer it is about.")]
        return None
    chosen = number_of(typed)
    if chosen is None or chosen not in {one.id for one in offices_of(where)}:
        form.accused_office.errors = [_("Choose the office it is about, or say that it is not in the list.")]
        return None
    return chosen


def state_of(form: Any, default: str) -> int:
    """Return the state of the chosen district, else the state of this installation."""
    district = district_of(form)
    return district.state_id if district else catalogue.state_named(default).id
