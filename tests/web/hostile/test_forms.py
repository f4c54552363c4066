"""Every field of every form of every visitor, fed with everything in `values`."""

from typing import Any
from urllib.parse import urlencode

from tests.client import Client
from tests.web.hostile.answers import tried
from tests.web.hostile.forms import Form
from tests.web.hostile.stage import Stage
from tests.web.hostile.values import TEXTS

# Sent in one field while all others are well filled, so that it comes as far as it can.
SHARP = ("nul", "not utf-8", "lone surrogate", "2**63", "nine thousand digits", "superscript digit", "script",
         "year 9999", "year 0", "100 kB")  # fmt: skip
# Each field gets so many of them, another field the next ones: together every form is fed with all.
SHARP_EACH = 4


def sent(client: Client, form: Form, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the request that sends a form with these values instead of its own."""
    values = [*{**form.fields, **changes}.items(), *([form.button] if form.button[0] else [])]
    if form.method == "get":
        return {"method": "GET", "query_string": urlencode(values)}
    body = urlencode([*values, ("csrf_token", client.csrf_token())])
    return {"method": "POST", "data": body, "content_type": "application/x-www-form-urlencoded"}


def test_no_value_breaks_a_form_or_is_shown_raw(stage: Stage) -> None:
    faults: list[str] = []
    every = stage.forms()
    assert len(every) > 50
    for place, (visitor, form) in enumerate(every):
        for label, value in TEXTS.items() if not form.button[0] else ():
            request = sent(visitor.client, form, dict.fromkeys(form.fields, value))
            if form.fields and label not in SHARP:
                faults += tried(visitor.client, f"{visitor.name}, all fields, {label}", form.action, **request)
        for number, name in enumerate(form.fields):
            for step in range(1 if form.button[0] else SHARP_EACH):
                label = SHARP[(place + 3 * number + step) % len(SHARP)]
                request = sent(visitor.client, form, {name: TEXTS[label]})
                faults += tried(visitor.client, f"{visitor.name}, {name}, {label}", form.action, **request)
    assert not faults, "\n".join(faults)
