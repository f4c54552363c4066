"""Every field of every form of every visitor, fed with everything in `values`."""

import io
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage, MultiDict

from tests.client import Client
from tests.web.hostile.answers import tried
from tests.web.hostile.forms import Form
from tests.web.hostile.stage import Stage
from tests.web.hostile.test_addresses import BESIDE_ONE_DATABASE, SLOW
from tests.web.hostile.values import SCRIPT, TEXTS

# Sent in one field while all others are well filled, so that it comes as far as it can.
SHARP = ("nul", "not utf-8", "lone surrogate", "2**63", "nine thousand digits", "superscript digit", "script",
         "year 9999", "year 0", "100 kB")  # fmt: skip
# A field of a route gets so many of them, another field the next ones; forms share their kinds of field.
SHARP_EACH = 2


def sent(client: Client, form: Form, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the request that sends a form with these values instead of its own."""
    values = [*{**form.fields, **changes}.items(), *([form.button] if form.button[0] else [])]
    if form.method == "get":
        return {"method": "GET", "query_string": urlencode(values)}
    body = urlencode([*values, ("csrf_token", client.csrf_token())])
    return {"method": "POST", "data": body, "content_type": "application/x-www-form-urlencoded"}


def test_no_value_breaks_a_form_or_is_shown_raw(stage: Stage) -> None:
    faults: list[str] = []
    sharp = [label for label in SHARP if label in stage.fed(TEXTS)]
    met: set[tuple[str | None, str]] = set()
    assert len(stage.forms) > 50
    for place, (visitor, form) in enumerate(stage.forms):
        dull = [label for label in stage.fed(TEXTS) if label not in SHARP][place % 3 :: 3]
        # With a wrong version nothing else would be looked at.
        typed = form.fields.keys() - {"version"}
        for label in dull if typed and not form.button[0] else ():
            request = sent(visitor.client, form, dict.fromkeys(typed, TEXTS[label]))
            faults += tried(visitor.client, f"{visitor.name}, all fields, {label}", form.action, **request)
        for number, name in enumerate(form.fields):
            known = (stage.endpoint(form.action, form.method.upper()), name)
            for step in range(_times(stage, form, number, is_new=known not in met)):
                label = sharp[(place + 3 * number + step) % len(sharp)]
                request = sent(visitor.client, form, {name: TEXTS[label]})
                faults += tried(visitor.client, f"{visitor.name}, {name}, {label}", form.action, **request)
            met.add(known)
    assert not faults, "\n".join(faults)


def _times(stage: Stage, form: Form, number: int, is_new: bool) -> int:
    # The forms of all actions go through the same reading.
    if not stage.is_whole:
        return int(is_new)
    if form.button[0]:
        return (number + len(form.button[1])) % 2
    return SHARP_EACH if is_new else 1


@BESIDE_ONE_DATABASE
def test_a_file_for_text_and_text_for_a_file(stage: Stage) -> None:
    faults: list[str] = []
    for visitor, form in stage.forms:
        if form.method != "post" or form.action == SLOW:
            continue
        names = [*form.fields, *form.files] or ["document"]
        files = MultiDict((name, FileStorage(io.BytesIO(b"%PDF-1.4 \0"), f"{SCRIPT}.pdf")) for name in names)
        as_file = {"method": "POST", "data": files, "content_type": "multipart/form-data"}
        files["csrf_token"] = visitor.client.csrf_token()
        texts = dict.fromkeys(names, "text")
        twice = MultiDict([*((name, "1") for name in names), *((name, "2") for name in names)])
        twice["csrf_token"] = visitor.client.csrf_token()
        faults += tried(visitor.client, f"{visitor.name}, a file for text", form.action, **as_file)
        faults += tried(visitor.client, f"{visitor.name}, text for a file", form.action, method="POST", data=texts)
        faults += tried(visitor.client, f"{visitor.name}, twice", form.action, method="POST", data=twice)
    assert not faults, "\n".join(faults)
