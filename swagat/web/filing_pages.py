"""The pages of a filing, from the forms and what the tables offer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app, render_template, url_for
from markupsafe import Markup

from swagat.domain.errors import N_
from swagat.domain.places import PlaceKind
from swagat.services import catalogue, places
from swagat.services.accused import offices_at
from swagat.services.drafts import Answers
from swagat.services.filing import Filing
from swagat.web import filing_fragments as fragments
from swagat.web.catalogue import gettext as _
from swagat.web.filing_check import own_open_number
from swagat.web.filing_what import (
    category_of,
    fitting,
    group_of,
    offices_of,
    place_names,
    state_of,
    with_emergencies,
)
from swagat.web.filing_where import AREAS, NONE, Where, choices, district_of, exactly, locate, matches, taluka_of
from swagat.web.filters import in_language, place_name
from swagat.web.formats import local_date
from swagat.web.forms.filing import WhatForm, WhoForm
from swagat.web.kept_pages import fill
from swagat.web.language import current_language
from swagat.web.words import LANGUAGES

NO_AREA = {
    PlaceKind.MUNICIPALITY: N_("It is a village, in none of these"),
    PlaceKind.WARD: N_("Not in this list, or I do not know it"),
    PlaceKind.POLICE_STATION: N_("Not in this list, or I do not know it"),
}


def default_state() -> str:
    """Return the short name of the state that forms begin with."""
    short: str = current_app.config["STATE"]
    return short


def state_id(form: Any) -> int:
    """Return the state that a form speaks of so far."""
    return state_of(form, default_state())


def first() -> str:
    """Return the empty first step."""
    return fill("file", make=lambda _words: what(WhatForm(), None))


def what(form: Any, key: str | None, message: str = "") -> str:
    """Return the first step as it was filled in, with the suggestions and lists that this asks for."""
    return render_template(
        "filing/what.html",
        form=form,
        action=url_for("filing.what", key=key) if key else url_for("filing.begin"),
        message=message,
        **offered(form),
    )


def offered(form: Any) -> dict[str, Any]:
    """Return what the fields of what happened and where offer to choose from, as it is filled in so far."""
    chosen = category_of(form)
    district = district_of(form)
    group = group_of(form.group.data)
    state = state_of(form, default_state())
    return {
        "helplines": fragments.helplines(catalogue.helplines(state, "emergency")),
        "more_helplines": fragments.helplines([one for one in catalogue.helplines(state) if one.topic != "emergency"]),
        "grounds": fragments.grounds(),
        "subjects": subjects(fitting(form.text.data or "", chosen), state, form.category.data),
        "found": subjects(fitting(form.words.data or ""), state, form.category.data) if form.words.data else None,
        "group": subjects([*catalogue.leaves(group.id), group], state, form.category.data) if group else None,
        "group_options": fragments.group_options(form.group.data),
        "district_options": fragments.district_options(default_state(), form.district.data),
        "talukas": talukas(district),
        "matches": _matches(form),
        "areas": [_area(kind, form) for kind in AREAS if form[kind.value].errors or form[kind.value].data],
        "offices": _offices(form, chosen),
    }


def subjects(found: Sequence[Any], state: int, chosen: str | None) -> dict[str, Any]:
    """Return subjects as the templates list them, with the emergency numbers that belong to them."""
    listed = with_emergencies(list(found), state)
    return {
        "choices": listed.choices,
        "chosen": chosen or "",
        "helplines": fragments.helplines(listed.emergencies),
        "unsorted": catalogue.UNSORTED,
    }


def talukas(district: Any) -> list[tuple[str, str]]:
    """Return the talukas of a district as choices."""
    return [(str(one.id), place_name(one).striptags()) for one in places.talukas(district.id)] if district else []


def place_choices(found: Sequence[Any]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Return the places that fit a typed name as choices, each with what it lies in."""
    known = catalogue.current().places
    above = {str(one.id): known.get(one.parent_id) for one in found}
    hints = {id_: place_name(one).striptags() for id_, one in above.items() if one}
    return [(str(one.id), place_name(one).striptags()) for one in found], hints


def _matches(form: Any) -> tuple[list[tuple[str, str]], dict[str, str], str]:
    """Return the places that fit what was typed, what each lies in, and the one that is chosen so far."""
    district = district_of(form)
    if not form.near.data or district is None:
        return [], {}, ""
    taluka = taluka_of(form, district)
    found = matches(form.near.data, district, taluka)
    return *place_choices(found), form.place.data or exactly(found, form.near.data, taluka)


def _area(kind: PlaceKind, form: Any) -> tuple[Any, list[tuple[str, str]]]:
    offered = [(str(one.id), place_name(one).striptags()) for one in choices(kind, form)]
    return form[kind.value], [*offered, (NONE, _(NO_AREA[kind]))]


def _offices(form: Any, chosen: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the offices it can be about under the names of their places; none before the place is known."""
    if not form.is_accused.data or chosen is None:
        return []
    where = locate(form, chosen)
    if not isinstance(where, Where):
        return []
    names = place_names(where)
    listed: dict[int, list[tuple[str, str]]] = {}
    for one in offices_of(where):
        listed.setdefault(one.place_id, []).append((str(one.id), place_name(one).striptags()))
    return [(place_name(names[place_id]).striptags(), some) for place_id, some in listed.items()]


def who(form: Any, key: str, found: Answers, message: str = "") -> str:
    """Return the second step; without a form, an empty one."""
    state = catalogue.state(found["known"]["state_id"])

    def make(words: dict[str, Markup]) -> str:
        shown = form or WhoForm()
        if not shown.language.data:
            mine = current_language()
            shown.language.data = mine if mine in state.languages else state.languages[0]
        languages = [(code, LANGUAGES.get(code, code)) for code in state.languages]
        back = Markup("/file/{}/what").format(words["key"])
        return render_template("filing/who.html", form=shown, text_languages=languages, message=message, back=back)

    if form is not None:
        return make({"key": Markup(key)})
    return fill("who", state.id, make=make, key=key)


def check(found: Answers, filing: Filing, key: str, now: datetime, message: str = "") -> str:
    """Return the third step: every answer with a link that changes it, and the button that sends."""
    number = own_open_number(filing, now)

    def make(words: dict[str, Markup]) -> str:
        return render_template(
            "filing/check.html",
            is_identity_hidden=filing.is_identity_hidden,
            message=message,
            page_errors=[("", message)] if message else None,
            number=number,
            **words,
        )

    said = answers(said_rows(found, filing, f"/file/{key}/what"))
    own = answers(who_rows(filing, f"/file/{key}/who"))
    if number or message:
        return make({"key": Markup(key), "said": said, "own": own})
    return fill("check", filing.is_identity_hidden, make=make, key=key, said=said, own=own)


def answers(rows: list[tuple[Any, ...]]) -> Markup:
    """Return questions and answers as the list of answers prints them."""
    parts: Any = current_app.jinja_env.get_template("parts/lists.html").module
    return Markup(parts.summary_list(rows))


def said_rows(found: Answers, filing: Filing, url: str) -> list[tuple[Any, ...]]:
    """Return what happened and where as questions and answers; `url` is where they are changed."""
    what_, rows = found["what"], []
    chain = places.chain(filing.place_id)[:-1] or places.chain(filing.place_id)
    where = Markup(", ").join(place_name(one) for one in chain)
    if filing.place_text:
        where = Markup("{}, {}").format(filing.place_text, where)
    rows.append((_("What happened"), filing.text, url))
    rows.append((_("What it is about"), place_name(catalogue.category(filing.category_id)), url + "#about"))
    rows.append((_("Where"), where, url + "#where"))
    if filing.landmark:
        rows.append((_("Landmark"), filing.landmark, url + "#where"))
    if filing.relief_sought:
        rows.append((_("What should be done"), filing.relief_sought, url + "#more"))
    if filing.approached_office:
        day = local_date(filing.approached_on) if filing.approached_on else ""
        said = [filing.approached_office, day, filing.approached_reference, filing.approached_reply]
        rows.append((_("Office you went to before"), Markup(" · ").join(one for one in said if one), url + "#more"))
    if what_.get("is_accused"):
        rows.append((_("About the conduct of"), _accused(filing), url + "#more"))
    if filing.immediate_reason:
        rows.append((_("Danger to life or safety"), filing.immediate_reason, url + "#danger"))
    return rows


def _accused(filing: Filing) -> Any:
    names = [filing.accused_note] if filing.accused_note else []
    if filing.accused_office_id is not None:
        where = [one.id for one in places.chain(filing.place_id)]
        names[:0] = [in_language(one, "name") for one in offices_at(where) if one.id == filing.accused_office_id]
    return Markup(", ").join(names)


def who_rows(filing: Filing, url: str) -> list[tuple[Any, ...]]:
    """Return who files as questions and answers."""
    rows: list[tuple[Any, ...]] = [
        (_("Name"), filing.name, url),
        (_("Mobile number"), spoken_mobile(filing.mobile) if filing.mobile else _("none: no texts come"), url),
        (_("Language of the texts"), LANGUAGES.get(filing.language, filing.language), url),
    ]
    if filing.phone_is_shared:
        rows.append((_("Shared phone, or somebody else's"), _("Yes: our texts only say that there is news"), url))
    if filing.address:
        rows.append((_("Postal address"), filing.address, url))
    if filing.is_identity_hidden:
        rows.append((_("Who you are"), _("Hidden from the office"), url))
    return rows


def spoken_mobile(mobile: str) -> str:
    """Return a kept mobile number in groups that can be compared: +91 98765 43210."""
    return f"{mobile[:3]} {mobile[3:8]} {mobile[8:]}"
