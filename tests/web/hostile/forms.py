"""The forms of a page as a browser sends them, so that a field added later is fed with everything too."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

WORDS = "રસ્તો ત્રણ મહિનાથી તૂટેલો છે, અરજી કરી છતાં કામ થયું નથી."
USUAL = {
    "name": "Kanta Makwana",
    "mobile": "98765 43210",
    "expected_on": "2026-07-20",
    "day": "2026-07-22",
    "source": "Order 7 of 2026",
    "q": "રસ્તો",
    "login": "new.officer",
    "reason": "નામ ખોટું હતું તેથી રેકર્ડ તપાસી સુધારો કરી નવી નકલ અરજદારને આપી છે.",
}


@dataclass
class Form:
    """One form: where it goes, and what it sends when a person fills in what a person must."""

    page: str
    action: str
    method: str = "get"
    is_multipart: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    button: tuple[str, str] = ("", "")


def forms_on(page: str, address: str) -> list[Form]:
    """Return the forms of a page, filled in as somebody believable would, once for each button with a name."""
    reader = _Forms(address)
    reader.feed(page)
    posted = [one for one in reader.found if one.method in ("get", "post")]
    return posted + [replace(form, button=button) for form, button in reader.buttons]


class Links(HTMLParser):
    """Every address that a page sends its reader to or loads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "action", "src", "formaction", "srcset", "data-url") and value:
                self.found.append(value)


def links_on(page: str) -> list[str]:
    """Return every address on a page."""
    reader = Links()
    reader.feed(page)
    return reader.found


class _Forms(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.found: list[Form] = []
        self.form: Form | None = None
        self.by_id: dict[str, Form] = {}
        self.buttons: list[tuple[Form, tuple[str, str]]] = []
        self.textarea = self.select = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(
                self.address,
                given.get("action", self.address).split("#")[0],
                given.get("method", "get").lower(),
                "multipart" in given.get("enctype", ""),
            )
            self.found.append(self.form)
            self.by_id[given.get("id", "")] = self.form
        form = self.by_id.get(given.get("form", ""), self.form) if given.get("form") else self.form
        name = given.get("name", "")
        if form is None:
            return
        if tag == "input" and name:
            self._input(form, name, given)
        elif tag == "button" and name:
            self.buttons.append((form, (name, given.get("value", ""))))
        elif self.form is None:
            return
        elif tag == "textarea" and name:
            self.textarea, self.text = name, ""
        elif tag == "select" and name:
            self.select = name
            self.form.fields.setdefault(name, "")
        elif tag == "option" and self.select and ("selected" in given or not self.form.fields[self.select]):
            self.form.fields[self.select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.form is not None and self.textarea:
            # The browser leaves out the first line break after the tag.
            self.form.fields[self.textarea] = self.text.strip("\n") or USUAL.get(self.textarea, WORDS)
            self.form.written.add(self.textarea)
            self.textarea = ""

    @staticmethod
    def _input(form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if name == "csrf_token" or kind in ("submit", "button"):
            return
        if kind == "file":
            form.files.append(name)
        elif kind in ("radio", "checkbox"):
            if kind == "checkbox" or "checked" in given or name not in form.fields:
                form.fields[name] = given.get("value", "on")
        else:
            form.fields[name] = given.get("value") or USUAL.get(name, "")
            if kind in ("text", "search", "tel", "date"):
                form.written.add(name)
