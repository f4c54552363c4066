"""One shape for a form field, whether a template hands over a WTForms field or plain values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from swagat.web.words import say


class Choice(NamedTuple):
    """One thing to choose, as the parts print it."""

    id: str
    value: str
    label: str
    hint: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as the parts print it: plain strings, no widget."""

    id: str
    name: str
    label: str
    hint: str
    errors: tuple[str, ...]
    value: str
    choices: tuple[Choice, ...]
    is_chosen: bool
    is_optional: bool
    limit: int | None

    @property
    def described_by(self) -> str | None:
        """Return the ids of hint and error for aria-describedby, None where there is neither."""
        ids = [f"{self.id}-hint"] if self.hint else []
        if self.errors:
            ids.append(f"{self.id}-error")
        return " ".join(ids) or None


def field_view(
    field: Any,
    label: object = None,
    hint: object = None,
    value: object = None,
    errors: object = (),
    choices: Iterable[Any] | None = None,
    hints: Mapping[str, object] | None = None,
    optional: bool | None = None,
    id: str | None = None,
) -> FieldView:
    """Return the view of a WTForms field or, when `field` is a string, of the plain field of that name.

    What is given wins over what the WTForms field says. `choices` are (value, label) pairs; `hints` maps a
    choice's value to the small text under it.
    """
    bound = None if isinstance(field, str) else field
    name = field if bound is None else bound.name
    identifier = id or (name if bound is None else bound.id)
    chosen = _chosen(value if value is not None or bound is None else bound.data)
    pairs = choices if choices is not None else _bound_choices(bound)
    found = _messages(errors) or (_messages(bound.errors) if bound is not None else ())
    flags = getattr(bound, "flags", None)
    return FieldView(
        id=identifier,
        name=name,
        label=_text(label, bound.label.text if bound is not None else ""),
        hint=_text(hint, bound.description if bound is not None else ""),
        errors=found,
        value=_value(bound, value),
        choices=tuple(_choices(identifier, pairs, chosen, hints or {})),
        is_chosen=bool(value if value is not None or bound is None else bound.data),
        is_optional=bool(getattr(flags, "optional", False)) if optional is None else optional,
        limit=getattr(flags, "maxlength", None),
    )


def error_links(source: Any) -> list[tuple[str, str]]:
    """Return (field id, message) for every mistake in a form, or in pairs given as they are; the id may be empty."""
    if source is None:
        return []
    if isinstance(source, Mapping):
        return [(str(key), text) for key, value in source.items() for text in _messages(value)]
    if not hasattr(source, "_fields"):
        return [(str(key or ""), say(text)) for key, text in source]
    links = [("", say(text)) for text in getattr(source, "form_errors", ())]
    for field in source:
        if hasattr(field, "form"):
            links += error_links(field.form)
        elif hasattr(field, "entries"):
            links += [(entry.id, text) for entry in field.entries for text in _messages(entry.errors)]
        else:
            links += [(field.id, text) for text in _messages(field.errors)]
    return links


def _text(given: object, otherwise: object) -> str:
    return str(otherwise or "") if given is None else str(given)


def _messages(errors: object) -> tuple[str, ...]:
    if not errors:
        return ()
    # A sentence of the domain is a named tuple, which is one message and not a list of them.
    if isinstance(errors, (list, tuple)) and not hasattr(errors, "message"):
        return tuple(say(error) for error in errors)
    return (say(errors),)


def _value(bound: Any, value: object) -> str:
    if value is None and bound is not None:
        value = bound._value() if hasattr(bound, "_value") else bound.data
    return "" if value is None else str(value)


def _chosen(data: object) -> frozenset[str]:
    if data is None:
        return frozenset()
    if isinstance(data, (list, tuple, set, frozenset)):
        return frozenset(str(item) for item in data)
    return frozenset([str(data)])


def _bound_choices(bound: Any) -> Iterable[Any]:
    return bound.iter_choices() if hasattr(bound, "iter_choices") else ()


def _choices(
    field_id: str, pairs: Iterable[Any], chosen: frozenset[str], hints: Mapping[str, object]
) -> Iterator[Choice]:
    for index, pair in enumerate(pairs):
        value = str(pair[0])
        # The first choice carries the field's own id, so that the error summary's link lands on it.
        yield Choice(
            id=field_id if index == 0 else f"{field_id}-{index}",
            value=value,
            label=str(pair[1]),
            hint=str(hints.get(value, "")),
            is_chosen=value in chosen,
        )
