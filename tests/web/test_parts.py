"""The look: parts, words, dates and the stylesheet, on an app that has neither a database nor a session."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from flask import Flask, Request, render_template
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import Babel, force_locale
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from swagat.domain.case import Confirmation, Outcome, Proposed
from swagat.domain.errors import Invalid, Text
from swagat.domain.places import PlaceKind
from swagat.domain.roles import Party, Proof, Role
from swagat.domain.workflow import TRANSITIONS, Action, Status
from swagat.domain.working_time import DayOff, DayOffKind
from swagat.models.grievance import FilingMode
from swagat.web import filters, formats, words
from swagat.web.fields import error_links, field_view
from tests.client import page_faults

ROOT = Path(__file__).parents[2]
CSS = "".join((ROOT / "static" / name).read_text() for name in ("app.css", "quality.css"))
SCRIPT = (ROOT / "static" / "app.js").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LOCALES = {"en": "en_IN", "hi": "hi", "gu": "gu"}


class NoSession(SecureCookieSessionInterface):
    """Stands where the session would be, and fails whoever opens it."""

    def open_session(self, app: Flask, request: Request) -> Any:
        return Closed()


class Closed(SessionMixin, dict[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise AssertionError(f"the session was asked for {key}")

    def get(self, key: str, default: Any = None) -> Any:
        raise AssertionError(f"the session was asked for {key}")

    def pop(self, key: str, *default: Any) -> Any:
        raise AssertionError(f"the session was asked for {key}")


@pytest.fixture(scope="module")
def plain_app() -> Flask:
    app = Flask("parts", template_folder=str(ROOT / "templates"), static_folder=None)
    app.secret_key = "parts"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, default_locale="en_IN")
    filters.register(app)
    app.jinja_env.globals.update(csrf_token=lambda: "token", static_url=lambda name: f"/static/{name}?v=1")
    return app


@pytest.fixture
def page(plain_app: Flask) -> Iterator[Flask]:
    with plain_app.test_request_context("/file?kind=a&kind=b&lang=en"):
        yield plain_app


def part(app: Flask, source: str, **values: Any) -> str:
    """Return a snippet rendered by the app, with every macro of the parts at hand."""
    imports = ""
    for path in (ROOT / "templates" / "parts").glob("*.html"):
        names = re.findall(r"macro ([a-z]\w*)\(", path.read_text())
        imports += "{% from 'parts/" + path.name + "' import " + ", ".join(names) + " %}"
    html = app.jinja_env.from_string(imports + source).render(**values)
    assert page_faults(html) == []
    return html


class Details(Form):
    name = StringField("Name", [InputRequired("Write your name.")], description="As on your ration card")
    landmark = StringField("Landmark", [Optional()])
    words = TextAreaField("What happened", [Length(max=4000, message="Write less.")])
    secret = PasswordField("Password")
    language = SelectField("Language", choices=[SelectChoice("gu", "Gujarati"), SelectChoice("en", "English")])
    kind = RadioField(
        "Kind", [InputRequired("Choose one.")], choices=[SelectChoice("a", "Road"), SelectChoice("b", "Water")]
    )
    days = SelectMultipleField("Days", coerce=int, choices=[SelectChoice(1, "One"), SelectChoice(2, "Two")])
    hidden = BooleanField("Hide my name")


def filled(**values: Any) -> Details:
    form = Details(MultiDict({"language": "en"} | values))
    form.validate()
    return form


# Fields


def test_a_field_with_a_mistake_names_its_hint_and_its_error_to_screen_readers(page: Flask) -> None:
    html = part(page, "{{ text_field(form.name) }}", form=filled())
    assert 'aria-describedby="name-hint name-error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'<p class="hint" id="name-hint">As on your ration card</p>', html)
    assert re.search(r'id="name-error">.*Write your name\.</p>', html)


def test_a_field_without_a_mistake_has_no_mark_of_one(page: Flask) -> None:
    html = part(page, "{{ text_field(form.name) }}", form=filled(name="Asha"))
    assert 'value="Asha"' in html
    assert "aria-invalid" not in html
    assert "name-error" not in html


def test_only_fields_that_may_stay_empty_say_that_they_are_optional(page: Flask) -> None:
    html = part(page, "{{ text_field(form.name) }}|{{ text_field(form.landmark) }}", form=filled())
    first, second = html.split("|")
    assert "(optional)" not in first
    assert "(optional)" in second


def test_a_password_is_never_sent_back(page: Flask) -> None:
    html = part(page, "{{ text_field(form.secret, type='password') }}", form=filled(secret="s3cret-word"))
    assert "s3cret-word" not in html


def test_a_field_may_be_given_by_plain_values(page: Flask) -> None:
    html = part(page, "{{ text_field('mobile', label='Mobile', value='98250', errors='Ten digits, please.') }}")
    assert '<label for="mobile">Mobile</label>' in html
    assert 'name="mobile"' in html
    assert 'value="98250"' in html
    assert "Ten digits, please." in html


def test_what_was_typed_is_shown_as_text_and_never_as_markup(page: Flask) -> None:
    evil = '"><script>alert(1)</script>'
    html = part(
        page,
        "{{ text_field('a', label=x, value=x, hint=x, errors=x) }}{{ textarea_field('b', label=x, value=x) }}"
        "{{ radio_list('c', label=x, choices=[(x, x)], hints={x: x}, value=x) }}{{ chip(x) }}{{ notice(x, title=x) }}"
        "{{ summary_list([(x, x, x)]) }}{{ error_summary([('a', x)]) }}{{ button(x, name=x, value=x) }}"
        "{{ document_list([{'name': x, 'url': x, 'size': 5}]) }}{{ empty(x, x, x, x) }}{{ cell(x, x) }}",
        x=evil,
    )
    assert "<script" not in html


def test_a_long_text_says_its_limit_without_script_and_keeps_its_first_line(page: Flask) -> None:
    html = part(page, "{{ textarea_field(form.words) }}", form=filled(words="\nsecond line"))
    assert 'data-limit="4000"' in html
    assert "At most 4,000 letters" in html
    # A browser drops the first line break of a textarea, so the one that was typed must be the second.
    assert ">\n\nsecond line</textarea>" in html


def test_choices_show_what_was_chosen(page: Flask) -> None:
    form = filled(language="en", kind="b", days="2", hidden="y")
    html = part(
        page,
        "{{ select_field(form.language) }}{{ radio_list(form.kind) }}{{ check_list(form.days) }}"
        "{{ check(form.hidden) }}",
        form=form,
    )
    assert '<option value="en" selected>' in html
    assert re.findall(r'value="(\w+)" checked', html) == ["b", "2", "y"]


def test_every_mistake_in_the_summary_leads_to_a_field_of_the_page(page: Flask) -> None:
    html = part(page, "{{ error_summary(form) }}{{ text_field(form.name) }}{{ radio_list(form.kind) }}", form=filled())
    targets = [link for link in re.findall(r'href="#([^"]+)"', html) if link in {"name", "kind"}]
    assert targets == ["name", "kind"]
    for target in targets:
        assert re.search(rf'<input[^>]* id="{target}"', html)


def test_no_summary_stands_where_there_is_no_mistake(page: Flask) -> None:
    assert part(page, "{{ error_summary([]) }}{{ error_summary(none) }}").strip() == ""


def test_mistakes_of_fields_inside_fields_reach_the_summary() -> None:
    class Place(Form):
        taluka = StringField(validators=[InputRequired("Choose a taluka.")])

    class Whole(Form):
        place = FormField(Place)
        papers = FieldList(StringField(validators=[InputRequired("Name the paper.")]), min_entries=1)

    form = Whole()
    form.validate()
    assert error_links(form) == [("place-taluka", "Choose a taluka."), ("papers-0", "Name the paper.")]


def test_a_refusal_of_the_rules_reaches_the_summary_in_words(page: Flask) -> None:
    refusal = Invalid(errors={"days": Text("At most %(count)s days.", {"count": 7})})
    assert error_links(refusal.errors) == [("days", "At most 7 days.")]


@given(st.sampled_from(["", "x"]), st.lists(st.text(min_size=1), max_size=3))
def test_hint_and_error_are_named_only_when_they_are_shown(hint: str, errors: list[str]) -> None:
    view = field_view("f", hint=hint, errors=errors)
    named = (view.described_by or "").split()
    assert ("f-hint" in named) == bool(hint)
    assert ("f-error" in named) == bool(errors)


def test_every_form_that_posts_carries_the_token(page: Flask) -> None:
    html = part(
        page,
        "{{ form_start('/x', keep=[('a', '1')]) }}{{ form_end() }}{{ upload_form('/y', 3) }}"
        "{{ confirm_page('Sure?', ['It ends.'], '/z', 'Do it', '/') }}",
    )
    forms = re.findall(r"<form.*?</form>", html, re.S)
    assert len(forms) == 3
    for form in forms:
        assert 'method="post"' in form
        assert 'name="csrf_token" value="token"' in form
    assert 'name="a" value="1"' in forms[0]


# Lists, tables, timeline


def test_a_paused_or_stopped_clock_shows_no_days(page: Flask) -> None:
    due = date(2026, 12, 4)
    assert "late" in part(page, "{{ time_left(-2, due) }}", due=due)
    for clock in ("paused", "stopped"):
        assert "working day" not in part(page, "{{ time_left(-2, due, clock) }}", due=due, clock=clock)


@pytest.mark.parametrize(("days", "tone"), [(-1, "late"), (0, "soon"), (3, "soon"), (4, "good")])
def test_time_left_has_the_tone_of_its_days(page: Flask, days: int, tone: str) -> None:
    assert f'class="chip {tone}"' in part(page, "{{ time_left(days) }}", days=days)


def test_a_timeline_says_who_what_when_and_how_long(page: Flask) -> None:
    entry = {
        "action": Action.REPORT_ACTION,
        "at": datetime(2026, 11, 18, 6, 10, tzinfo=UTC),
        "who": "R. K. Patel",
        "office": "Mamlatdar, Dholka",
        "text": "Wheat was given.",
        "days_held": 3,
        "papers": [{"name": "panchnama.pdf", "url": "/d/1", "size": 340_000}],
    }
    html = part(page, "{{ timeline([entry, {'action': 'file', 'at': entry.at}]) }}", entry=entry)
    for expected in ("Report of action taken", "R. K. Patel", "Mamlatdar, Dholka", "3 working days", "340 KB"):
        assert expected in html
    assert html.count("Held for") == 1


def test_every_cell_carries_the_name_of_its_column_for_the_phone(page: Flask) -> None:
    html = part(
        page,
        "{% call data_table('Cases', [('Number', none, none), ('Days', 'days', 'number')], sort='days') %}"
        "<tr>{{ cell('Number', 'GJ-1', 'main') }}{% call cell('Days') %}7{% endcall %}</tr>{% endcall %}",
    )
    assert re.findall(r'<td data-label="(\w+)"', html) == ["Number", "Days"]
    assert 'aria-sort="ascending"' in html
    assert "sort=days" in html


def test_a_sorting_link_keeps_the_filters_of_the_page(page: Flask) -> None:
    assert filters.query_url(sort="days", lang=None) == "/file?kind=a&kind=b&sort=days"


def test_an_empty_figure_says_so_and_not_zero(page: Flask) -> None:
    html = part(page, "{{ figure_card(none, 'solved', empty='Nothing yet') }}")
    assert "Nothing yet" in html
    assert "0" not in html


# The page around


def context(**more: Any) -> dict[str, Any]:
    return {"languages": ["gu", "hi", "en"], "current_language": "gu", "state_name": "Gujarat"} | more


FIGURES = SimpleNamespace(received=123_456, confirmed=None, median_days=9)


def test_the_first_page_offers_filing_and_tracking_and_true_figures(page: Flask) -> None:
    html = render_template(
        "public/home.html", **context(figures=FIGURES, helplines=[{"name": "Police", "number": "112"}])
    )
    assert page_faults(html) == []
    assert 'href="/file"' in html
    assert 'href="/track"' in html
    assert "1,23,456" in html
    assert "No answer confirmed yet this month" in html
    assert 'href="tel:112"' in html
    assert "noindex" not in html


def test_every_page_says_its_language_and_offers_the_others_in_their_own_script(page: Flask) -> None:
    html = render_template("base.html", **context())
    assert page_faults(html) == []
    assert '<html lang="gu">' in html
    for name in ("ગુજરાતી", "हिन्दी", "English"):
        assert name in html
    assert 'href="/file?kind=a&amp;kind=b&amp;lang=hi"' in html
    assert "noindex" in html


def test_an_answer_to_a_form_offers_its_own_address_in_another_language(plain_app: Flask) -> None:
    with plain_app.test_request_context("/file/who?x=1", method="POST"):
        assert filters.language_url("hi") == "/file/who?lang=hi"


@pytest.mark.parametrize("mistakes", [{"form": filled()}, {"page_errors": True}])
def test_a_page_with_mistakes_says_so_first_in_its_title(page: Flask, mistakes: dict[str, Any]) -> None:
    assert re.search(r"<title>Error: ", render_template("base.html", **context(**mistakes)))
    assert "Error:" not in render_template("base.html", **context(form=filled(name="A", kind="a")))


def test_staff_see_who_they_are_and_sign_out_by_a_post(page: Flask) -> None:
    person = SimpleNamespace(name="R. K. Patel", posting_title="Mamlatdar", office_name="Dholka")
    html = render_template(
        "base.html",
        **context(signed_in_person=person, staff_pages=[{"url": "/file", "label": "Desk"}], staff_page_here="/file"),
    )
    assert page_faults(html) == []
    assert re.search(r'<form method="post" action="/sign-out"><input type="hidden" name="csrf_token"', html)
    assert re.search(r'href="/file" aria-current="page">Desk', html)
    assert "Mamlatdar, Dholka" in html


def test_an_error_page_asks_neither_session_nor_context(plain_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_app, "session_interface", NoSession())
    with plain_app.test_request_context("/desk"):
        html = render_template("errors/error.html", title="Gone", message="Wait a minute.", reference="7f3a")
    assert page_faults(html) == []
    assert "Wait a minute." in html
    assert "7f3a" in html


def test_no_template_holds_a_style_a_script_or_a_handler_of_its_own() -> None:
    for path in TEMPLATES:
        source = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", source), path


# Words


@pytest.mark.parametrize(
    ("kinds", "names"),
    [
        (Status, words.STATUSES),
        (Status, words.STATUSES_FOR_CITIZENS),
        (Status, words.STATUS_TONES),
        (Outcome, words.OUTCOMES),
        (Confirmation, words.CONFIRMATIONS),
        (Action, words.ACTIONS),
        (Role, words.ROLES),
        (Proof, words.PROOFS),
        (Proposed, words.PROPOSED),
        (FilingMode, words.FILING_MODES),
        (PlaceKind, words.PLACE_KINDS),
    ],
)
def test_everything_that_can_be_shown_has_a_word(kinds: type[StrEnum], names: dict[str, object]) -> None:
    assert set(names) == {kind.value for kind in kinds}


def test_every_action_that_a_person_takes_has_a_button() -> None:
    by_hand = {row.action.value for row in TRANSITIONS if row.who != {Party.SYSTEM}}
    assert by_hand <= set(words.BUTTONS)


def test_a_reason_of_the_rules_is_said_with_its_days_and_holidays(page: Flask) -> None:
    diwali = DayOff(date(2026, 11, 9), DayOffKind.HOLIDAY, "Diwali")
    params = {"count": 123_456, "on": date(2026, 12, 4), "off": (diwali,), "what": Text("holidays")}
    said = words.say(Text("%(count)s %(what)s until %(on)s: %(off)s", params))
    assert said == "1,23,456 holidays until Friday, 4 December 2026: Monday, 9 November 2026 (Diwali)"


# Dates and numbers


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Friday, 4 December 2026"), ("hi", "शुक्रवार, 4 दिसंबर 2026"), ("gu", "શુક્રવાર, 4 ડિસેમ્બર 2026")],
)
def test_a_date_has_its_weekday_in_the_language_of_the_reader(page: Flask, language: str, expected: str) -> None:
    with force_locale(LOCALES[language]):
        html = formats.local_date(date(2026, 12, 4))
    assert html == f'<time datetime="2026-12-04">{expected}</time>'


def test_an_instant_is_shown_on_its_day_in_india(page: Flask) -> None:
    late_evening = datetime(2026, 12, 3, 19, 0, tzinfo=UTC)
    assert "Friday, 4 December 2026" in formats.local_date(late_evening)
    assert re.search(r"Fri 4 Dec 2026, 12:30.am", formats.local_datetime(late_evening))


def test_an_instant_without_a_zone_is_not_guessed(page: Flask) -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.local_date(datetime(2026, 12, 3, 19, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (9, "in 9 working days"),
        (1, "in 1 working day"),
        (0, "last day is today"),
        (-1, "1 working day late"),
        (-2, "2 working days late"),
    ],
)
def test_days_to_the_last_day_are_said_in_words(page: Flask, days: int, expected: str) -> None:
    assert formats.working_days(days) == expected


@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_numbers_are_grouped_the_indian_way_in_every_language(page: Flask, language: str) -> None:
    with force_locale(LOCALES[language]):
        assert formats.number(12_345_678) == "1,23,45,678"
        assert formats.number(0.456, 1) == "0.5"


def test_a_tracking_code_is_written_as_it_is_read_out() -> None:
    assert formats.spoken_code("4821096537") == "482 109 6537"


@given(st.text("0123456789", min_size=1, max_size=20))
def test_reading_out_a_code_changes_no_digit(code: str) -> None:
    assert formats.spoken_code(code).replace(" ", "") == code


DHOLKA = SimpleNamespace(name_en="Dholka", name_local="ધોળકા")
UNNAMED = SimpleNamespace(name_en="Navi <Vasahat>", name_local="")
OFFICE = SimpleNamespace(title_en="Collector", title_hi="कलेक्टर", title_gu="કલેક્ટર")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Dholka"), ("gu", "ધોળકા"), ("hi", '<span lang="en">Dholka</span>')],
)
def test_a_place_is_named_in_the_readers_language_or_in_marked_english(
    page: Flask, language: str, expected: str
) -> None:
    with force_locale(LOCALES[language]):
        assert filters.place_name(DHOLKA) == expected


def test_a_missing_local_name_is_not_invented(page: Flask) -> None:
    with force_locale("gu"):
        assert filters.place_name(UNNAMED) == '<span lang="en">Navi &lt;Vasahat&gt;</span>'
        assert filters.in_language(OFFICE, "title") == "કલેક્ટર"


# Stylesheet and script


def tokens(source: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", source))


LIGHT = tokens(CSS[: CSS.index("@media")])
DARK = tokens(CSS[CSS.index("@media") : CSS.index("/* Ground")])
TONES = ("good", "soon", "late", "wait")
TEXT_ON_GROUND = [
    *((ink, ground) for ink in ("ink", "muted", "accent", "late") for ground in ("paper", "soft")),
    *((tone, "paper") for tone in TONES),
    *((tone, f"{tone}-tint") for tone in TONES),
    *((ink, f"{tone}-tint") for ink in ("ink", "muted", "accent") for tone in TONES),
    ("on-accent", "accent"),
    ("paper", "late"),
]
LINE_ON_GROUND = [(line, ground) for line in ("edge", "focus", "accent") for ground in ("paper", "soft")]


def contrast(one: str, other: str) -> float:
    """Return the ratio of WCAG 2.1 between two colours given as #rrggbb."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_every_text_can_be_read_on_its_ground(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), LINE_ON_GROUND)
def test_frames_of_fields_and_the_focus_ring_can_be_seen(theme: dict[str, str], line: str, ground: str) -> None:
    assert contrast(theme[line], theme[ground]) >= 3


def test_dark_names_every_colour_that_light_names() -> None:
    assert set(LIGHT) == set(DARK)


def test_the_style_never_does_what_indic_scripts_cannot_bear() -> None:
    assert not re.search(r"letter-spacing|italic|text-transform|small-caps", CSS)
    assert "/1.6 system-ui" in CSS


def test_the_style_asks_no_other_address() -> None:
    assert not re.search(r"url\(|@import|https?:", CSS)


def test_every_class_that_a_page_prints_is_known_to_the_style() -> None:
    for path in TEMPLATES:
        for found in re.findall(r'class="([a-z -]+)"', path.read_text()):
            for name in found.split():
                assert re.search(rf"\.{name}\b", CSS), (path.name, name)


def test_style_and_script_stay_small_enough_for_a_slow_line() -> None:
    small = [
        len(brotli.compress((ROOT / "static" / name).read_bytes())) for name in ("app.css", "app.js", "quality.css")
    ]
    assert small[0] <= 3_800
    assert small[1] <= 2_500
    # Only the pages of figures ask for it.
    assert small[2] <= 1_000


def test_the_script_keeps_nothing_that_was_typed_on_the_phone() -> None:
    assert set(re.findall(r"localStorage\.?(\w*)", SCRIPT)) == {"keysOff"}
    assert not re.search(r"sessionStorage|indexedDB|document\.cookie|caches\b", SCRIPT)
