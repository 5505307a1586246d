"""What pydantic found wrong, in sentences for the author of a file."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from guiju.lib.errors import Fault
from guiju.packs.yamlfile import Document, Place

_KINDS = {
    "string_type": lambda: _("text"),
    "bool_type": lambda: _("true or false"),
    "int_type": lambda: _("a whole number"),
    "int_from_float": lambda: _("a whole number"),
    "float_type": lambda: _("a number"),
    "list_type": lambda: _("a list (lines that begin with -)"),
    "dict_type": lambda: _("keys with values"),
    "model_type": lambda: _("keys with values"),
    "model_attributes_type": lambda: _("keys with values"),
    "date_type": lambda: _("a date such as 2023-05-01"),
}


def faults(error: ValidationError, *, model: type[BaseModel], document: Document, at: Place = ()) -> list[Fault]:
    """One fault per place, each with file, line and key."""
    found: dict[Place, Fault] = {}
    for detail in error.errors():
        place = (*at, *_place(detail["loc"], model))
        if place not in found:
            found[place] = _fault(detail, model, document, place, at)
    return list(found.values())


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A hint naming the nearest known word, or all of them when they are few."""
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    if near:
        return _("Did you mean “%(word)s”?") % {"word": near[0]}
    if known and len(known) <= 30:
        return _("Known are: %(words)s.") % {"words": ", ".join(sorted(known))}
    return ""


def _fault(detail: ErrorDetails, model: type[BaseModel], document: Document, place: Place, at: Place) -> Fault:
    kind, key = detail["type"], str(place[-1]) if place else ""
    if kind == "extra_forbidden":
        what = _("The key “%(key)s” is not known here.") % {"key": key}
        if detail["input"] is None and place[:-1]:
            # {help: one, two} is the key `help` and the key `two` to YAML.
            return document.fault(place, what, _("A text with a comma inside braces must stand in quotes."))
        return document.fault(place, what, did_you_mean(key, _keys_at(model, place[len(at) : -1])))
    if kind == "missing":
        what = _("The key “%(key)s” is missing.") % {"key": key}
        return document.fault(place, what, _("Add it."))
    given = _shown(detail["input"])
    if kind == "literal_error":
        options = _options_at(model, place[len(at) :])
        what = _("%(given)s is not one of the words allowed for “%(key)s”.") % {"given": given, "key": key}
        fix = _("Allowed are: %(words)s.") % {"words": ", ".join(options)} if options else ""
        return document.fault(place, what, fix)
    if kind in _KINDS:
        what = _("%(given)s is not %(kind)s.") % {"given": given, "kind": _KINDS[kind]()}
        quotes = kind == "string_type" and not isinstance(detail["input"], list | dict | None)
        return document.fault(place, what, _("Put it in quotes.") if quotes else "")
    if kind.startswith("string_"):
        what = _("%(given)s cannot stand here.") % {"given": given}
        return document.fault(place, what, _rule(detail))
    return document.fault(place, _("%(given)s cannot stand here.") % {"given": given}, _limit(detail))


def _limit(detail: ErrorDetails) -> str:
    """What a value must keep to, in our words where we have them."""
    context = detail.get("ctx", {})
    limits = {
        "ge": _("It must be at least %(limit)s."),
        "le": _("It must be at most %(limit)s."),
        "min_length": _("It needs at least so many: %(limit)s."),
        "max_length": _("It takes at most so many: %(limit)s."),
    }
    for key in limits.keys() & context.keys():
        return limits[key] % {"limit": context[key]}
    # Raised by a validator of ours, which says it in the reader's language.
    return str(context["error"]) if "error" in context else detail["msg"]


def _rule(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if "max_length" in context:
        return _("It may be at most %(count)s characters long.") % {"count": context["max_length"]}
    if context.get("pattern") in {None, r"\S"}:
        return _("It must not be empty.")
    return _("It must look like this pattern: %(pattern)s") % {"pattern": context["pattern"]}


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return _("A group of keys")
    if isinstance(value, list):
        return _("A list")
    if value is None:
        return _("Nothing")
    text = str(value)
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


def _place(loc: tuple[int | str, ...], model: type[BaseModel]) -> Place:
    """The error's place without the labels that pydantic puts in for the members of a union."""
    steps: list[str | int] = []
    kinds: list[Any] = [model]
    for step in loc:
        inner = list(_step(kinds, step))
        if inner:
            steps.append(step)
            kinds = inner
        elif isinstance(step, int) or _is_key(kinds, step):
            steps.append(step)
            kinds = []
    return tuple(steps)


def _is_key(kinds: list[Any], step: str) -> bool:
    """An unknown key of a model is a place too; a label such as `int` or `list[str]` is not."""
    return any(_is_model(kind) for kind in kinds) and not any(_is_label(kind, step) for kind in kinds)


def _is_label(kind: Any, step: str) -> bool:
    return getattr(kind, "__name__", "") == step or "[" in step


def _step(kinds: list[Any], step: str | int) -> Iterator[Any]:
    for kind in kinds:
        if _is_model(kind) and isinstance(step, str):
            for name, info in kind.model_fields.items():
                if step in {name, info.alias}:
                    yield from _members(info.annotation)
        elif get_origin(kind) in {list, tuple} and isinstance(step, int):
            yield from _members(get_args(kind)[0])
        elif get_origin(kind) is dict:
            yield from _members(get_args(kind)[1])


def _members(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _kinds_at(model: type[BaseModel], place: Place) -> list[Any]:
    kinds: list[Any] = [model]
    for step in place:
        kinds = list(_step(kinds, step))
    return kinds


def _keys_at(model: type[BaseModel], place: Place) -> list[str]:
    return [
        info.alias or name
        for kind in _kinds_at(model, place)
        if _is_model(kind)
        for name, info in kind.model_fields.items()
    ]


def _options_at(model: type[BaseModel], place: Place) -> list[str]:
    return [str(word) for kind in _kinds_at(model, place) if get_origin(kind) is Literal for word in get_args(kind)]
