"""A citizen files in a browser: three steps, nothing lost on the way, one grievance for one press."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape

import brotli
import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from config import ROOT
from swagat.database import db, transaction
from swagat.domain.place_names import place_keys
from swagat.domain.places import PlaceKind
from swagat.models import Complainant, FilingDraft, Grievance, GrievanceEvent, Place, PlaceKey, Remark
from swagat.services import catalogue, places
from tests.builders import BEGAN, KANTAS_MOBILE, SECRET, TEXT, dholka, file_case, gujarat, office, post_cast, sign_in
from tests.client import Client
from tests.web.conftest import Time

Counting = Callable[[], AbstractContextManager[list[str]]]
AADHAAR = "2345 6789 0124"
LONG_AGO = {"csrf_token": "an old token"}


pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def kanta(client: Client) -> Client:
    """Kanta's phone, with the first page open in English."""
    client.get("/file?lang=en")
    return client


def what(**changes: str) -> dict[str, str]:
    place = dholka()
    usual = {"text": TEXT, "category": "REV-712", "district": str(place.district_id), "taluka": str(place.id)}
    return usual | changes


def who(**changes: str) -> dict[str, str]:
    return {"name": "Kanta Makwana", "mobile": "98765 43210", "language": "gu"} | changes


def to_who(browser: Client, **changes: str) -> str:
    answer = browser.post("/file", data=what(**changes))
    assert answer.status_code == 303, mistakes(answer)
    return answer.headers["Location"]


def to_check(browser: Client, person: dict[str, str] | None = None, **changes: str) -> str:
    answer = browser.post(to_who(browser, **changes), data=person or who())
    assert answer.status_code == 303, mistakes(answer)
    return answer.headers["Location"]


def filed(browser: Client, person: dict[str, str] | None = None, **changes: str) -> str:
    answer = browser.post(to_check(browser, person, **changes))
    assert answer.status_code == 303, mistakes(answer)
    return answer.headers["Location"]


def mistakes(answer: TestResponse) -> dict[str, str]:
    found = re.findall(r'<p class="error" id="([\w-]+)-error"><span.*?</span> (.*?)</p>', answer.text)
    return {field: unescape(text) for field, text in found}


def chosen(answer: TestResponse, name: str) -> list[str]:
    return re.findall(rf'type="radio"[^>]* name="{name}" value="([^"]+)"[^>]* checked', answer.text)


def offered(answer: TestResponse, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)"', answer.text)


def case() -> Grievance:
    return db.session.scalars(select(Grievance)).one()


def drafts() -> int:
    return db.session.scalar(select(func.count()).select_from(FilingDraft)) or 0


def village(name: str, local: str, taluka_id: int, code: str = "") -> int:
    taluka = places.place(taluka_id)
    with transaction() as session:
        row = Place(state_id=taluka.state_id, kind=PlaceKind.VILLAGE, source="test", code=code or name,
                    parent_id=taluka_id, district_id=taluka.district_id, name_en=name, name_local=local)  # fmt: skip
        session.add(row)
        session.flush()
        keys = place_keys(name, local).split()
        session.add_all(PlaceKey(place_id=row.id, key=key, district_id=taluka.district_id) for key in set(keys))
        return row.id


def another(browser: Client) -> Client:
    return browser.application.test_client()  # type: ignore[return-value]


# The way


def test_opening_the_page_writes_nothing_and_asks_the_database_nothing(
    client: Client, count_statements: Counting
) -> None:
    client.get("/file")
    with count_statements() as sent:
        assert client.get("/file").status_code == 200
    assert sent == []
    assert drafts() == 0


def test_three_steps_lead_to_the_number_the_code_the_office_and_the_day(kanta: Client) -> None:
    page = kanta.get(filed(kanta))
    grievance = case()
    assert grievance.registration_number
    assert grievance.registration_number in page.text
    assert re.search(r"\d{3} \d{3} \d{4}", page.text)
    assert "Mamlatdar, Dholka must answer by" in page.text
    assert f'datetime="{grievance.due_on.isoformat()}"' in page.text
    assert grievance.text == TEXT
    person = db.session.scalars(select(Complainant)).one()
    assert (person.name, person.mobile, person.language) == ("Kanta Makwana", KANTAS_MOBILE, "gu")
    assert drafts() == 0


def test_everything_that_was_said_stands_in_the_grievance(kanta: Client) -> None:
    filed(
        kanta,
        who(phone_is_shared="y", is_identity_hidden="y", address="Koth\nDholka"),
        near="મારું ફળિયું",
        landmark="પીપળા પાસે",
        relief_sought="નામ સુધારો",
        approached_office="તલાટી",
        approached_on="૧૫/૬/૨૦૨૬",
        approached_reference="૧૨/૨૦૨૬",
        approached_reply="રાહ જુઓ",
        is_immediate="y",
        immediate_reason="ઝઘડો થાય છે",
    )
    grievance = case()
    assert (grievance.place_text, grievance.landmark, grievance.relief_sought) == (
        "મારું ફળિયું",
        "પીપળા પાસે",
        "નામ સુધારો",
    )
    assert (grievance.approached_office, str(grievance.approached_on)) == ("તલાટી", "2026-06-15")
    assert (grievance.approached_reference, grievance.approached_reply) == ("૧૨/૨૦૨૬", "રાહ જુઓ")
    assert (grievance.is_immediate, grievance.is_identity_hidden) == (True, True)
    assert db.session.scalars(select(Remark.text)).all() == ["ઝઘડો થાય છે"]
    person = db.session.scalars(select(Complainant)).one()
    assert (person.phone_is_shared, person.address) == (True, "Koth\nDholka")


def test_a_box_that_is_not_ticked_takes_what_stands_under_it_away(kanta: Client) -> None:
    filed(kanta, immediate_reason="ઝઘડો", accused_note="તલાટી")
    grievance = case()
    assert (grievance.is_immediate, grievance.accused_note) == (False, "")


def test_the_last_page_shows_every_answer_with_the_way_to_change_it(kanta: Client) -> None:
    url = to_check(kanta, near="Koth", landmark="Temple", relief_sought="Correct it", is_immediate="y",
                   immediate_reason="They threaten us")  # fmt: skip
    page = kanta.get(url).text
    for said in (TEXT, "Koth, Dholka", "Temple", "Correct it", "They threaten us", "Kanta Makwana", "+91 98765 43210"):
        assert said in page
    assert page.count("/what") >= 5
    assert page.count("/who") >= 3


def test_changing_the_first_step_keeps_the_second(kanta: Client) -> None:
    check = to_check(kanta)
    first = check.replace("/check", "/what")
    assert TEXT in kanta.get(first).text
    answer = kanta.post(first, data=what(text=TEXT + " હવે ઉકેલો."))
    assert answer.headers["Location"] == check
    assert "Kanta Makwana" in kanta.get(check.replace("/check", "/who")).text
    kanta.post(check)
    assert case().text.endswith("હવે ઉકેલો.")


@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_every_page_of_the_way_speaks_the_chosen_language(client: Client, language: str) -> None:
    assert f'<html lang="{language}">' in client.get(f"/file?lang={language}").text
    check = to_check(client)
    for url in (check.replace("/check", "/what"), check.replace("/check", "/who"), check):
        assert f'<html lang="{language}">' in client.get(url).text
    page = client.get(client.post(check).headers["Location"]).text
    assert f'<html lang="{language}">' in page
    assert {"en": "Mamlatdar", "hi": "मामलतदार", "gu": "મામલતદાર"}[language] in page


def test_two_people_at_two_phones_never_see_each_others_words(kanta: Client) -> None:
    other = another(kanta)
    other.get("/file?lang=en")
    pages = []
    for phone, name in ((kanta, "Kanta Makwana"), (other, "Jivan Rathod")):
        check = to_check(phone, who(name=name), text=f"{TEXT} {name}")
        pages.append(phone.get(check).text + phone.get(phone.post(check).headers["Location"]).text)
    assert "Jivan" not in pages[0]
    assert "Kanta" not in pages[1]
    tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', page)) for page in pages]
    assert tokens[0].isdisjoint(tokens[1])
    assert not [page for page in pages if "\0" in page]


# Mistakes


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "ok"}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"category": ""}, "category"),
        ({"category": "NONSENSE"}, "category"),
        ({"district": ""}, "district"),
        ({"district": "99999999999999999999"}, "district"),
        ({"district": "-1"}, "district"),
        ({"taluka": ""}, "taluka"),
        ({"taluka": "૧"}, "taluka"),
        ({"near": "x" * 121}, "near"),
        ({"landmark": "x" * 201}, "landmark"),
        ({"relief_sought": "x" * 1001}, "relief_sought"),
        ({"approached_reply": "come tomorrow"}, "approached_office"),
        ({"approached_office": "Talati", "approached_on": "31/2/2026"}, "approached_on"),
        ({"approached_office": "Talati", "approached_on": "2/7/2026"}, "approached_on"),
        ({"approached_office": "Talati", "approached_on": "9999-99-99"}, "approached_on"),
        ({"is_immediate": "y"}, "immediate_reason"),
    ],
)
def test_a_mistake_in_the_first_step_is_said_at_its_field_and_loses_no_word(
    kanta: Client, changes: dict[str, str], field: str
) -> None:
    typed = what(landmark="Temple", relief_sought="Correct it") | changes
    answer = kanta.post("/file", data=typed)
    assert (answer.status_code, list(mistakes(answer))) == (422, [field])
    assert f'href="#{field}"' in answer.text
    for name in ("text", "landmark", "relief_sought"):
        assert typed[name] in answer.text
    assert drafts() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"mobile": ""}, "mobile"),
        ({"mobile": "12345"}, "mobile"),
        ({"mobile": "02717 222 222"}, "mobile"),
        ({"mobile": "9" * 60}, "mobile"),
        ({"language": ""}, "language"),
        ({"language": "fr"}, "language"),
        ({"address": "x" * 301}, "address"),
    ],
)
def test_a_mistake_in_the_second_step_is_said_at_its_field_and_loses_no_word(
    kanta: Client, changes: dict[str, str], field: str
) -> None:
    typed = who(address="Koth") | changes
    url = to_who(kanta)
    answer = kanta.post(url, data=typed)
    assert (answer.status_code, list(mistakes(answer))) == (422, [field])
    assert typed["name"] in answer.text
    assert typed["address"] in answer.text
    assert "Kanta" not in kanta.get(url).text


def test_line_ends_of_a_browser_do_not_count_twice(kanta: Client) -> None:
    text = "\r\n".join(["x" * 99] * 40)
    to_who(kanta, text=text)
    assert kanta.post("/file", data=what(text=text + "\r\n" + "x" * 99)).status_code == 422


@pytest.mark.parametrize("typed", ["૯૮૭૬૫૪૩૨૧૦", "+91-98765-43210", "०९८७६५४३२१०"])
def test_a_mobile_number_is_taken_as_people_write_it(kanta: Client, typed: str) -> None:
    filed(kanta, who(mobile=typed))
    assert db.session.scalars(select(Complainant.mobile)).one() == KANTAS_MOBILE


@pytest.mark.parametrize("step", ["what", "who", "check"])
def test_a_page_that_was_open_too_long_keeps_every_word_and_does_nothing(kanta: Client, step: str) -> None:
    check = to_check(kanta)
    url = check.replace("/check", f"/{step}")
    typed = what(text="પછીથી લખેલું બધું") if step == "what" else who(name="Somebody later")
    answer = kanta.post(url, data=typed | LONG_AGO, csrf=False)
    assert answer.status_code == 422
    assert "Nothing is lost" in answer.text
    assert {"what": "પછીથી લખેલું બધું", "who": "Somebody later", "check": "Kanta Makwana"}[step] in answer.text
    assert not db.session.scalars(select(Grievance)).all()
    kept = kanta.get(check).text
    assert TEXT in kept
    assert "Kanta Makwana" in kept


def test_the_first_page_too_keeps_the_words_of_an_old_token(kanta: Client) -> None:
    answer = kanta.post("/file", data=what() | LONG_AGO, csrf=False)
    assert (answer.status_code, drafts()) == (422, 0)
    assert TEXT in answer.text
    assert 'value="REV-712" id="category" checked' in answer.text


def test_an_aadhaar_number_is_hidden_before_it_is_kept_and_the_person_is_told(kanta: Client) -> None:
    url = to_who(kanta, text=f"{TEXT} {AADHAAR}", landmark=AADHAAR)
    assert "We hid an Aadhaar number" in kanta.get(url).text
    answers = db.session.scalars(select(FilingDraft.answers)).one()
    assert AADHAAR not in str(answers)
    assert "XXXX XXXX 0124" in answers["what"]["text"]


# The subject


def test_the_words_themselves_suggest_what_it_is_about(kanta: Client) -> None:
    answer = kanta.post("/file/suggest", data={"q": TEXT})
    assert offered(answer, "category")[0] == "REV-712"
    assert offered(answer, "category")[-1] == catalogue.UNSORTED
    assert len(offered(answer, "category")) == 4


def test_what_is_chosen_stays_chosen_while_somebody_writes_on(kanta: Client) -> None:
    answer = kanta.post("/file/suggest", data={"q": TEXT, "category": "ENR-OUTAGE"})
    known = "ENR-OUTAGE" if "ENR-OUTAGE" in catalogue.current().by_code else "REV-712"
    answer = kanta.post("/file/suggest", data={"q": "road and drain", "category": known})
    assert chosen(answer, "category") == [known]


def test_words_do_not_travel_without_the_token_of_the_page(kanta: Client) -> None:
    assert kanta.post("/file/suggest", data={"q": TEXT}, csrf=False).status_code == 400


@pytest.mark.parametrize("typed", ["ration card", "રેશન કાર્ડ", "राशन कार्ड", "rashan kard"])
def test_a_subject_is_found_by_ordinary_words_in_any_language(kanta: Client, typed: str) -> None:
    found = offered(kanta.get("/file/suggest", query_string={"q": typed}), "category")
    assert found[0].startswith("FCS-"), found


def test_a_department_offers_its_subjects_and_itself_for_what_is_none_of_them(kanta: Client) -> None:
    found = offered(kanta.get("/file/suggest?q=GRP-REV"), "category")
    assert "REV-712" in found
    assert found[-1] == "GRP-REV"
    assert len(found) > 5


def test_without_script_suggestions_come_on_a_press_and_nothing_is_kept_yet(kanta: Client) -> None:
    answer = kanta.post("/file", data=what(category="", show="subjects"))
    assert answer.status_code == 200
    assert offered(answer, "category")[0] == "REV-712"
    assert not mistakes(answer)
    assert TEXT in answer.text
    assert drafts() == 0
    answer = kanta.post("/file", data=what(category="", group="GRP-REV", show="found"))
    assert "GRP-REV" in offered(answer, "category")


def test_who_is_not_sure_reaches_an_office_that_passes_it_on(kanta: Client) -> None:
    page = kanta.get(filed(kanta, category=catalogue.UNSORTED)).text
    assert case().office_id == office("MAM-3783")
    assert "passes it on" in page


def test_a_subject_that_may_mean_danger_brings_its_number(kanta: Client) -> None:
    women = next(one for one in catalogue.current().categories.values() if one.emergency == "women")
    answer = kanta.post("/file/suggest", data={"q": women.name_en})
    assert 'href="tel:181"' in answer.text
    assert 'href="tel:112"' in kanta.get("/file").text


def test_what_cannot_be_filed_is_said_before_with_where_to_go(kanta: Client) -> None:
    page = kanta.get("/file").text
    for ground in catalogue.grounds():
        assert ground.name_en in unescape(page)
        assert ground.instead_en in unescape(page)


# The place


def test_a_district_brings_its_talukas_and_a_press_does_without_script(kanta: Client) -> None:
    district = str(dholka().district_id)
    assert ">Dholka</option>" in kanta.get(f"/file/places?q={district}").text
    answer = kanta.post("/file", data=what(taluka="", show="talukas"))
    assert answer.status_code == 200
    assert ">Dholka</option>" in answer.text


@pytest.mark.parametrize("typed", ["", "0", "x", "-5", "9" * 30, "1 OR 1=1"])
def test_a_district_that_does_not_exist_has_no_talukas(kanta: Client, typed: str) -> None:
    answer = kanta.get("/file/places", query_string={"q": typed})
    assert (answer.status_code, answer.text.strip()) == (200, "")


@pytest.mark.parametrize("typed", ["Koth", "કોઠ", "कोठ", "kotth"])
def test_a_village_is_found_as_people_say_it_and_taken_when_it_is_chosen(kanta: Client, typed: str) -> None:
    place = dholka()
    koth = village("Koth", "કોઠ", place.id)
    asked = {"q": typed, "district": str(place.district_id), "taluka": str(place.id)}
    assert offered(kanta.get("/file/places", query_string=asked), "place") == [str(koth), "none"]
    filed(kanta, near=typed, place=str(koth))
    assert (case().place_id, case().place_text) == (koth, "")


def test_the_only_village_of_the_taluka_with_the_very_name_is_chosen_already(kanta: Client) -> None:
    place = dholka()
    koth = village("Koth", "કોઠ", place.id)
    asked = {"district": str(place.district_id), "taluka": str(place.id)}
    for typed, chosen in (("koth", str(koth)), ("કોઠ", str(koth)), ("kotha", "none")):
        page = kanta.get("/file/places", query_string=asked | {"q": typed}).text
        assert re.findall(r'value="([^"]+)"[^>]* checked', page) == [chosen]
    village("Koth", "કોઠ", place.id, code="another Koth")
    assert 'value="none" checked' in kanta.get("/file/places", query_string=asked | {"q": "koth"}).text


def test_a_village_that_is_not_listed_is_kept_as_it_was_typed(kanta: Client) -> None:
    asked = {"q": "Xyzpur", "district": str(dholka().district_id)}
    assert "kept as you typed it" in kanta.get("/file/places", query_string=asked).text
    filed(kanta, near="Xyzpur", place="none")
    assert (case().place_id, case().place_text) == (dholka().id, "Xyzpur")


def test_a_village_of_another_district_is_not_taken(kanta: Client) -> None:
    elsewhere = next(one for one in places.districts(gujarat()) if one.id != dholka().district_id)
    far = village("Koth", "કોઠ", places.talukas(elsewhere.id)[0].id)
    filed(kanta, near="Koth", place=str(far))
    assert (case().place_id, case().place_text) == (dholka().id, "Koth")


def subject_asking(kind: PlaceKind) -> str:
    return next(one.code for one in catalogue.current().categories.values() if one.asks is kind)


def test_a_ward_is_asked_for_and_never_guessed(kanta: Client) -> None:
    drain = subject_asking(PlaceKind.WARD)
    known = catalogue.current().places
    ward = next(one for one in known.values() if one.kind is PlaceKind.WARD)
    town = known[ward.parent_id or 0]
    taluka = next(one for one in places.talukas(town.district_id or 0) if town in places.municipalities(one.id))
    there = {"category": drain, "district": str(taluka.district_id), "taluka": str(taluka.id)}
    answer = kanta.post("/file", data=what(**there))
    assert (answer.status_code, list(mistakes(answer))) == (422, ["municipality"])
    assert f'<option value="{town.id}"' in answer.text
    there["municipality"] = str(town.id)
    answer = kanta.post("/file", data=what(**there))
    assert (answer.status_code, list(mistakes(answer))) == (422, ["ward"])
    assert f'<option value="{ward.id}"' in answer.text
    filed(kanta, **there, ward=str(ward.id))
    assert case().place_id == ward.id


def test_who_does_not_know_the_ward_reaches_the_office_of_the_whole_town(kanta: Client) -> None:
    ward = next(one for one in catalogue.current().places.values() if one.kind is PlaceKind.WARD)
    town = places.place(ward.parent_id or 0)
    taluka = next(one for one in places.talukas(town.district_id or 0) if town in places.municipalities(one.id))
    there = {"district": str(taluka.district_id), "taluka": str(taluka.id), "municipality": str(town.id)}
    filed(kanta, category=subject_asking(PlaceKind.WARD), ward="none", **there)
    assert case().place_id == town.id


def test_who_lives_in_a_village_is_not_asked_for_a_ward(kanta: Client) -> None:
    filed(kanta, category=subject_asking(PlaceKind.WARD), municipality="none", near="Koth")
    assert (case().place_id, case().place_text) == (dholka().id, "Koth")


def test_a_police_station_is_asked_for_and_the_taluka_is_kept_beside_it(kanta: Client) -> None:
    refused = subject_asking(PlaceKind.POLICE_STATION)
    known = [one for one in catalogue.current().places.values() if one.kind is PlaceKind.POLICE_STATION]
    district = known[0].district_id
    assert district is not None
    taluka = places.talukas(district)[0]
    there = {"district": str(district), "taluka": str(taluka.id)}
    answer = kanta.post("/file", data=what(category=refused, **there))
    assert (answer.status_code, list(mistakes(answer))) == (422, ["police_station"])
    filed(kanta, category=refused, police_station=str(known[0].id), **there)
    assert case().place_id == known[0].id
    assert taluka.name_local in case().place_text


def test_a_town_of_another_taluka_is_forgotten_when_the_taluka_changes(kanta: Client) -> None:
    others = (one for one in places.talukas(dholka().district_id or 0) if one.id != dholka().id)
    town = next(town for one in others for town in places.municipalities(one.id) if town.parent_id == one.id)
    filed(kanta, municipality=str(town.id))
    assert case().place_id == dholka().id


def test_which_office_it_is_about_is_asked_and_that_office_does_not_get_it(kanta: Client) -> None:
    accused = office("MAM-3783")
    answer = kanta.post("/file", data=what(is_accused="y"))
    assert (answer.status_code, list(mistakes(answer))) == (422, ["accused_office"])
    assert f'<option value="{accused}">Mamlatdar, Dholka</option>' in answer.text
    elsewhere = office("MAM-3722")
    answer = kanta.post("/file", data=what(is_accused="y", accused_office=str(elsewhere)))
    assert list(mistakes(answer)) == ["accused_office"]
    answer = kanta.post("/file", data=what(is_accused="y", accused_office="none"))
    assert list(mistakes(answer)) == ["accused_note"]
    check = to_check(kanta, is_accused="y", accused_office=str(accused), accused_note="The head clerk")
    assert "Mamlatdar, Dholka, The head clerk" in kanta.get(check).text
    page = kanta.get(kanta.post(check).headers["Location"]).text
    assert case().accused_office_id == accused != case().office_id
    assert "it does not go there" in page


# Sending


def test_pressed_twice_there_is_one_grievance_and_both_presses_show_number_and_code(kanta: Client) -> None:
    check = to_check(kanta)
    first, second = kanta.post(check), kanta.post(check)
    assert first.headers["Location"] == second.headers["Location"]
    page = kanta.get(second.headers["Location"]).text
    assert re.search(r"\d{3} \d{3} \d{4}", page)
    assert case().registration_number in page


def test_an_answer_that_was_lost_on_the_way_is_shown_when_the_phone_comes_back(kanta: Client) -> None:
    check = to_check(kanta)
    with kanta.session_transaction() as session:
        before = dict(session)
    kanta.post(check)
    with kanta.session_transaction() as session:
        session.clear()
        session.update(before)
    sent = kanta.get(check)
    assert sent.status_code == 303
    assert re.search(r"\d{3} \d{3} \d{4}", kanta.get(sent.headers["Location"]).text)


def test_pressed_again_the_next_day_there_is_no_code_any_more(kanta: Client, time: Time) -> None:
    check = to_check(kanta)
    kanta.post(check)
    time.now += timedelta(days=1)
    kanta.get(kanta.post(check).headers["Location"])
    with kanta.session_transaction() as session:
        assert "code" not in session or session["code"][1] < time.now.timestamp() - 600


def test_back_after_sending_shows_the_sent_page_without_the_code(kanta: Client) -> None:
    check = to_check(kanta)
    url = kanta.post(check).headers["Location"]
    kanta.get(url)
    for step in ("what", "who", "check"):
        back = kanta.get(check.replace("/check", f"/{step}"))
        assert (back.status_code, back.headers["Location"]) == (303, url)
        assert not re.search(r"\d{3} \d{3} \d{4}", kanta.get(url).text)
    assert "no-store" in kanta.get(url).headers["Cache-Control"]


def test_the_last_step_costs_at_most_fourteen_statements(kanta: Client, count_statements: Counting) -> None:
    post_cast()
    filed(kanta)
    check = to_check(kanta, text="બીજી ફરિયાદ, બીજા ખેતરની વાત.")
    with count_statements() as sent:
        assert kanta.post(check).status_code == 303
    assert len(sent) <= 14, sent


def test_another_phone_finds_neither_the_draft_nor_what_was_sent(kanta: Client) -> None:
    check = to_check(kanta)
    other = another(kanta)
    urls = [check.replace("/check", f"/{step}") for step in ("what", "who", "check")]
    assert {other.get(url).status_code for url in urls} == {404}
    assert {other.post(url, data=who()).status_code for url in urls} == {404}
    sent = kanta.post(check).headers["Location"]
    assert {other.get(url).status_code for url in [*urls, sent]} == {404}


@pytest.mark.parametrize("key", ["x", "A" * 44, "A" * 43 + "é", "a" * 150])
def test_a_key_that_nobody_was_given_is_not_found(kanta: Client, key: str) -> None:
    to_who(kanta)
    assert kanta.get(f"/file/{key}/check").status_code == 404
    assert kanta.post(f"/file/{key}/check").status_code == 404


def test_a_draft_that_was_erased_says_so(kanta: Client) -> None:
    check = to_check(kanta)
    with transaction() as session:
        session.execute(FilingDraft.__table__.delete())
    for answer in (kanta.get(check), kanta.post(check), kanta.post(check.replace("/check", "/who"), data=who())):
        assert answer.status_code == 404
        assert "begin a new one" in answer.text


def test_the_steps_cannot_be_jumped_over(kanta: Client) -> None:
    url = to_who(kanta)
    answer = kanta.post(url.replace("/who", "/check"))
    assert (answer.status_code, answer.headers["Location"]) == (303, url)
    assert not db.session.scalars(select(Grievance)).all()


@pytest.mark.parametrize(("setting", "by"), [("FILINGS_PER_MOBILE", "mobile"), ("FILINGS_PER_ADDRESS", "address")])
def test_too_many_from_one_number_or_address_wait_and_nothing_is_lost(
    kanta: Client, app: Flask, monkeypatch: pytest.MonkeyPatch, setting: str, by: str
) -> None:
    monkeypatch.setitem(app.config, setting, 1)
    filed(kanta)
    check = to_check(kanta, who(mobile="98765 43210" if by == "mobile" else "90000 00000"), text=TEXT + " ફરી.")
    answer = kanta.post(check)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Yours is kept" in answer.text
    assert TEXT in answer.text
    assert drafts() == 1
    monkeypatch.setitem(app.config, setting, 2)
    assert kanta.post(check).status_code == 303


def test_staff_do_not_file_as_if_they_were_citizens(client: Client) -> None:
    cast = post_cast()
    sign_in(client, cast.ramila, BEGAN)
    assert client.get("/file").status_code == 403
    assert client.post("/file", data=what()).status_code == 403


def test_a_stranger_filing_with_anothers_number_learns_nothing_of_her_grievance(kanta: Client) -> None:
    url = to_check(kanta)
    before = kanta.get(url).text
    hers = file_case()
    after = kanta.get(url).text
    assert re.sub(r'value="[^"]+"', "", after) == re.sub(r'value="[^"]+"', "", before)
    assert "If you have filed this before" in after
    assert hers.number not in after
    kanta.post(url)
    likes = [one.get("like") for one in db.session.scalars(select(GrievanceEvent.payload).order_by(GrievanceEvent.id))]
    assert likes == [None, [hers.grievance_id]]


def test_who_has_proved_to_hold_a_like_grievance_is_shown_it(kanta: Client) -> None:
    hers = file_case()
    kanta.post("/track", data={"number": hers.number, "code": hers.tracking_code})
    page = kanta.get(to_check(kanta)).text
    assert hers.number in page
    assert 'href="/track/case"' in page
    other = kanta.get(to_check(kanta, who(mobile="90000 00000"))).text
    assert hers.number not in other


def test_with_a_hidden_name_the_words_are_warned_of_before_and_after(kanta: Client) -> None:
    check = to_check(kanta, who(is_identity_hidden="y"))
    assert "can still show who you are" in kanta.get(check).text
    assert "wait until the office above" in kanta.get(kanta.post(check).headers["Location"]).text


def test_a_first_visit_in_gujarati_weighs_at_most_fifteen_kilobytes(client: Client) -> None:
    page = client.get("/file", headers={"Accept-Language": "gu", "Accept-Encoding": "br"})
    assert page.headers["Content-Encoding"] == "br"
    html = brotli.decompress(page.data).decode()
    assert '<html lang="gu">' in html
    weight = len(page.data) + sum(len(f"{name}: {value}") + 4 for name, value in page.headers)
    wanted = set(re.findall(r'(?:href|src)="/static/([\w.]+)', html))
    assert {"app.css", "app.js"} <= wanted
    weight += sum(len(brotli.compress((ROOT / "static" / name).read_bytes())) + 500 for name in wanted)
    assert weight <= 15_000


def test_the_secret_of_the_code_is_in_no_cookie(kanta: Client) -> None:
    kanta.get(filed(kanta))
    with kanta.session_transaction() as session:
        held = str(dict(session))
    assert case().submission_key not in held
    assert SECRET.decode() not in held
    assert "98765" not in held
    assert "Kanta" not in held
