"""A grievance from filing to closing, in a browser, in Gujarati, with JavaScript and without."""

import io
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait
from sqlalchemy import select

from swagat.database import db
from swagat.models import Grievance, GrievanceEvent
from swagat.services import outbox, registers
from swagat.sms.console_gateway import ConsoleGateway
from tests.e2e.conftest import PASSWORD, Site

WORDS = "મારા 7/12 ના ઉતારામાં મારા પિતાનું નામ ખોટું લખાયું છે. બે વાર તલાટીને અરજી આપી પણ સુધારો થયો નથી."
REPORT = "રેકર્ડ તપાસીને નામ સુધારવાની નોંધ પાડી છે અને નકલ આપવાની તારીખ આપી છે."
FIRST_REASON = "નોંધ પાડી દીધી છે. પ્રમાણિત થયા પછી નવી નકલ ઈ-ધરા કેન્દ્ર પરથી મળશે."
SECOND_REASON = "નોંધ પ્રમાણિત થઈ ગઈ છે અને સુધારેલી 7/12 ની નકલ અરજદારને રૂબરૂ આપી છે."


class Person:
    """Somebody at the phone: finds things by what they are called in the form, and presses buttons."""

    def __init__(self, browser: webdriver.Chrome, site: Site) -> None:
        self.browser, self.site = browser, site

    def open(self, path: str) -> None:
        self.browser.get(self.site.address + path)

    def field(self, name: str, form: str = "main") -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, f'{form} [name="{name}"]')

    def type(self, name: str, text: str, form: str = "main") -> None:
        element = self.field(name, form)
        element.clear()
        element.send_keys(text)

    def choose(self, name: str, value: str, form: str = "main") -> None:
        self.browser.find_element(By.CSS_SELECTOR, f'{form} [name="{name}"][value="{value}"]').click()

    def press(self, selector: str) -> None:
        """Press a button and wait for the page that it leads to."""
        before = self.browser.find_element(By.TAG_NAME, "html")
        self.browser.find_element(By.CSS_SELECTOR, selector).click()
        WebDriverWait(self.browser, 15).until(lambda _: _is_gone(before))

    @property
    def words(self) -> str:
        return self.browser.find_element(By.TAG_NAME, "main").text

    def open_folds(self) -> None:
        """Open what is folded away, as a finger would."""
        for fold in self.browser.find_elements(By.CSS_SELECTOR, "main details:not([open]) > summary"):
            if fold.is_displayed():
                fold.click()

    def sign_in(self, login: str) -> None:
        self.open("/sign-in")
        self.type("login", login)
        self.type("password", PASSWORD)
        self.press("main form button")

    def sign_out(self) -> None:
        self.press('form[action="/sign-out"] button')

    def do(self, number: str, action: str, **filled: str) -> None:
        """Do one thing to a case of the desk, on the page of its own that every action has."""
        self.open(f"/desk/{number}/{action}")
        form = f'form[action="/desk/{number}/{action}"]'
        for name, value in filled.items():
            element = self.browser.find_element(By.CSS_SELECTOR, f'{form} [name="{name}"]')
            if element.tag_name == "select":
                options = Select(element)
                options.select_by_index(next(i for i, one in enumerate(options.options) if value in one.text))
            elif element.get_attribute("type") == "radio":
                self.choose(name, value, form)
            else:
                self.type(name, value, form)
        self.press(f"{form} .actions button")
        assert "/desk" in self.browser.current_url
        assert self.browser.find_elements(By.CSS_SELECTOR, ".notice.good, .notice.soon"), self.words


def _is_gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
    except Exception:
        return True
    return False


def photo(folder: Path) -> Path:
    path = folder / "7-12.jpg"
    picture = io.BytesIO()
    Image.effect_noise((900, 700), 40).convert("RGB").save(picture, "JPEG")
    path.write_bytes(picture.getvalue())
    return path


def tell_everybody(site: Site) -> None:
    """Let the texts go out, as the jobs process does every few seconds."""
    with site.app.app_context():
        outbox.dispatch(datetime.now(UTC), ConsoleGateway(), site.app.extensions["rules"])
        db.session.remove()


def file_in_gujarati(citizen: Person, has_script: bool, photo_path: Path) -> tuple[str, str]:
    citizen.open("/file?lang=gu")
    citizen.type("text", WORDS)
    if has_script:
        WebDriverWait(citizen.browser, 10).until(
            lambda browser: browser.find_elements(By.CSS_SELECTOR, '#subjects [value="REV-712"]')
        )
    else:
        citizen.press('button[name="show"][value="subjects"]')
    citizen.choose("category", "REV-712")
    district = next(one for one in Select(citizen.field("district")).options if "અમદાવાદ" in one.text)
    district.click()
    if not has_script:
        citizen.press('button[name="show"][value="talukas"]')
    WebDriverWait(citizen.browser, 10).until(
        lambda browser: any(
            "ધોળકા" in one.text for one in browser.find_elements(By.CSS_SELECTOR, '[name="taluka"] option')
        )
    )
    next(one for one in Select(citizen.field("taluka")).options if "ધોળકા" in one.text).click()
    citizen.press("main form > button:not(.unseen), main form > p > button:not([name]), main form > .actions > button")
    assert "/who" in citizen.browser.current_url, citizen.words
    citizen.type("name", "કાંતાબેન પરમાર")
    citizen.type("mobile", "૯૮૭૬૫ ૪૩૨૧૦")
    citizen.choose("language", "gu")
    citizen.press("main form > button, main form > .actions > button")
    assert WORDS in citizen.words
    citizen.press("main form > button, main form > .actions > button")
    number, code = (one.text for one in citizen.browser.find_elements(By.CSS_SELECTOR, ".big-number")[:2])
    assert "મામલતદાર, ધોળકા" in citizen.words
    citizen.open_folds()
    citizen.field("document").send_keys(str(photo_path))
    if has_script:
        WebDriverWait(citizen.browser, 15).until(lambda browser: browser.find_elements(By.CSS_SELECTOR, "ul.papers li"))
    else:
        citizen.press('form[action$="/documents"] button')
    assert citizen.browser.find_elements(By.CSS_SELECTOR, "ul.papers li")
    return number, code


def look_up(citizen: Person, number: str, code: str) -> None:
    citizen.open("/track")
    citizen.type("number", number.split("-", 1)[1].replace("-", ""))
    citizen.type("code", code)
    citizen.press('form[action="/track"] button')
    assert number in citizen.words


@pytest.mark.browser
def test_a_grievance_goes_all_the_way_from_filing_over_a_refusal_to_its_confirmation(
    phone: webdriver.Chrome, has_script: bool, site: Site, tmp_path: Path
) -> None:
    person = Person(phone, site)
    number, code = file_in_gujarati(person, has_script, photo(tmp_path))
    assert re.fullmatch(r"GJ-\d{4}-\d{7}-\d", number)

    person.sign_in("meena")
    person.do(number, "assign", officer="Bharat")
    person.sign_out()
    person.sign_in("bharat")
    person.do(number, "report_action", report=REPORT)
    person.sign_out()
    person.sign_in("meena")
    person.do(number, "dispose", outcome="redressed", reason=FIRST_REASON)
    person.sign_out()
    tell_everybody(site)

    look_up(person, number, code)
    assert FIRST_REASON in person.words
    person.press('a[href="/track/case/refuse"]')
    person.type("remark", "નકલમાં હજુ જૂનું જ નામ છે.")
    person.press("main form button")
    person.press('form[action="/track/finish"] button')

    person.sign_in("meena")
    person.do(number, "assign", officer="Bharat")
    person.sign_out()
    person.sign_in("bharat")
    person.do(number, "report_action", report=REPORT + " ફરી ચકાસીને પ્રમાણિત કરી.")
    person.sign_out()
    person.sign_in("ravi")
    person.do(number, "dispose", outcome="redressed", reason=SECOND_REASON)
    person.sign_out()
    tell_everybody(site)

    look_up(person, number, code)
    person.press('a[href="/track/case/confirm"]')
    person.choose("rating", "5")
    person.press("main form button")

    with site.app.app_context():
        grievance = db.session.scalars(select(Grievance).where(Grievance.registration_number == number)).one()
        entries = db.session.scalars(
            select(GrievanceEvent).where(GrievanceEvent.grievance_id == grievance.id).order_by(GrievanceEvent.seq)
        ).all()
        assert (grievance.status, grievance.confirmation, grievance.level, grievance.cycle) == (
            "closed", "confirmed", 2, 2,
        )  # fmt: skip
        assert [(entry.action, entry.role) for entry in entries] == [
            ("file", "complainant"), ("add_document", "complainant"),
            ("assign", "supervisor"), ("report_action", "officer"), ("dispose", "supervisor"),
            ("hand_over", "system"), ("refuse", "complainant"),
            ("assign", "supervisor"), ("report_action", "officer"), ("dispose", "supervisor"),
            ("hand_over", "system"), ("confirm", "complainant"),
        ]  # fmt: skip
        assert all(before.at <= after.at for before, after in pairwise(entries))
        assert registers.verify().ok
        db.session.remove()
