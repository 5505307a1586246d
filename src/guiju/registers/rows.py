"""From field values to what is stored: checked data, columns, title and search text. Pure of any saving."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.files.models import StoredFile
from guiju.lib import clock, text
from guiju.lib.errors import Fault, Problem
from guiju.registers import slots, values
from guiju.registers.directory import Directory
from guiju.registers.models import EntryColumns
from guiju.registers.spec import Field, RegisterSpec

Data = dict[str, Any]

_PLACE = re.compile(r"\{([^{}]*)\}")
_SOUNDED = 6
_KEY_LENGTH = 240
_SEARCHED = frozenset({"text", "longtext", "url", "choice", "choices", "person", "people", "department", "unit"})
_SEARCH_LENGTH = 4_000
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GIST = 60

#: All columns that a version keeps, by attribute name.
COLUMNS = tuple(field.attname for field in EntryColumns._meta.get_fields() if hasattr(field, "attname"))
#: Columns that describe the row itself rather than what somebody entered.
META = frozenset({"uid", "register", "version", "created_at", "created_by", "recorded_at", "recorded_by"})


def read(
    spec: RegisterSpec,
    given: Mapping[str, object],
    known: Directory,
    *,
    held: Mapping[str, Any] | None = None,
    status: str = "",
) -> Data:
    """The data of a row after `given` was entered over `held`; one Problem naming every faulty field otherwise."""
    data, faults = parsed(spec, given, known, held=held)
    faults += check(spec, data, already={fault.where for fault in faults}, status=status)
    if faults:
        raise invalid(faults)
    return data


def invalid(faults: list[Fault]) -> Problem:
    """The refusal of a row."""
    return Problem(
        "entry.invalid",
        _("Some fields are not right; nothing was saved."),
        fix=_("Correct the fields marked below and save again."),
        faults=faults,
        status=422,
    )


def parsed(
    spec: RegisterSpec, given: Mapping[str, object], known: Directory, *, held: Mapping[str, Any] | None = None
) -> tuple[Data, list[Fault]]:
    """Each value in its stored form, faults by field code; defaults fill what a new row leaves out."""
    data: Data = dict(held or {})
    faults = [
        Fault(
            code,
            _("This register has no field “%(field)s”.") % {"field": code},
            _("Its fields are: %(fields)s.") % {"fields": ", ".join(spec.by_code)},
        )
        for code in given.keys() - spec.by_code.keys()
    ]
    for item in spec.fields:
        if item.kept:
            continue  # the programme's own: what a form or programme says of it is passed over
        if item.code in given:
            raw = given[item.code]
        elif held is None and item.default is not None:
            raw = beginning(item)
        else:
            continue
        try:
            _put(data, item.code, values.parse(item, raw, known))
        except Problem as problem:
            faults.append(Fault(item.code, problem.what, problem.fix))
        else:
            if item.type == "files" and item.code in given:
                faults += _absent_files(item, data.get(item.code) or [])
    complete(spec, data)
    return data, faults


def beginning(item: Field) -> object:
    """What a field of a new row holds before anybody has entered anything."""
    return clock.today().isoformat() if item.type == "date" and item.default == "today" else item.default


def complete(spec: RegisterSpec, data: Data) -> None:
    """Make what was left empty from other fields: a code that the same words always give, or their gist."""
    for item in spec.fields:
        if item.made_from and data.get(item.code) is None:
            words = [str(data[code]) for code in item.made_from if data.get(code) is not None]
            if words:
                data[item.code] = _code(words) if item.made_as == "code" else _gist(words[0], item.length)


def with_words(spec: RegisterSpec, data: Mapping[str, Any], added: Mapping[str, Sequence[str]]) -> Data:
    """The data with words added to some of its texts; words that stand there already are not added again."""
    found = dict(data)
    for code, words in added.items():
        joint = "\n" if spec.by_code[code].type == "longtext" else "；"
        for said in words:
            held = str(found.get(code) or "")
            if said not in held:
                found[code] = f"{held}{joint}{said}" if held else said
    return found


def _code(words: Sequence[str]) -> str:
    """Eight letters and digits that nobody mistakes for another (no I, L, O, U)."""
    digest = sha256("\x1f".join(text.normalise(word) for word in words).encode()).digest()
    number = int.from_bytes(digest[:5], "big")
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(35, -5, -5))


def _gist(words: str, room: int) -> str:
    """The first sentence or line, short enough for a title."""
    first = re.split(r"[\n。；;]", words.strip(), maxsplit=1)[0].strip() or words.strip()
    return first if len(first) <= min(_GIST, room) else f"{first[: min(_GIST, room) - 1]}…"


def _absent_files(item: Field, files: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """A record points to files that are there: somebody uploaded them before."""
    named = {str(one["digest"]): str(one["name"]) for one in files}
    kept = set(StoredFile.objects.filter(digest__in=named).values_list("digest", flat=True)) if named else set()
    return [
        Fault(item.code, _("The file “%(name)s” has not been uploaded.") % {"name": name}, _("Attach it again."))
        for digest, name in named.items()
        if digest not in kept
    ]


def _put(data: Data, code: str, stored: Any) -> None:
    if stored is None:
        data.pop(code, None)
    else:
        data[code] = stored


def check(
    spec: RegisterSpec, data: Mapping[str, Any], *, already: set[str] | frozenset[str] = frozenset(), status: str = ""
) -> list[Fault]:
    """What is missing or contradicts itself in a row of this state; fields in `already` have been complained about."""
    faults: list[Fault] = []
    for item in spec.fields:
        if item.code in already:
            continue
        stored = data.get(item.code)
        if stored is None:
            if item.required and status not in item.free_in:
                faults.append(Fault(item.code, _("%(field)s is missing.") % {"field": item.label()}, _("Enter it.")))
        elif item.not_before and (earlier := data.get(item.not_before)) and stored < earlier:
            other = spec.by_code[item.not_before]
            faults.append(
                Fault(
                    item.code,
                    _("%(later)s (%(day)s) lies before %(earlier)s (%(first)s).")
                    % {"later": item.label(), "day": stored, "earlier": other.label(), "first": earlier},
                    _("Correct one of the two dates."),
                )
            )
    return faults


def load_names(spec: RegisterSpec, data: Mapping[str, Any], known: Directory) -> None:
    """Make sure that people and units which the data name are known; no query when they are."""
    load_all_names(spec, [data], known)


def load_all_names(spec: RegisterSpec, many: Iterable[Mapping[str, Any]], known: Directory) -> None:
    """The same for the data of many rows: one query per kind."""
    people, units, entries = references(spec, many)
    known.load(people=people, units=units, entries=entries)


def references(spec: RegisterSpec, many: Iterable[Mapping[str, Any]]) -> tuple[set[str], set[str], set[str]]:
    """The uids of people, units and records in the data of some rows."""
    found: tuple[set[str], set[str], set[str]] = (set(), set(), set())
    items = [
        (0 if item.type in {"person", "people"} else 2 if item.type in {"entry", "entries"} else 1, item)
        for item in _references(spec)
    ]
    for data in many:
        for at, item in items:
            stored = data.get(item.code)
            if stored is not None:
                found[at].update(stored if item.is_many else [stored])
    return found


def _references(spec: RegisterSpec) -> tuple[Field, ...]:
    cached: tuple[Field, ...] | None = spec.__dict__.get("_references")
    if cached is None:
        kinds = {"person", "people", "unit", "department", "entry", "entries"}
        cached = tuple(item for item in spec.fields if item.type in kinds)
        spec.__dict__["_references"] = cached
    return cached


def columns(spec: RegisterSpec, data: Mapping[str, Any], known: Directory) -> dict[str, Any]:
    """All slots of the row by attribute name, with title, sort key and number of files."""
    found: dict[str, Any] = {}
    for slot, item in spec.by_slot.items():
        name = f"{slot}_id" if slot in slots.FOREIGN else slot
        found[name] = values.column(item, data.get(item.code), known)
    found["title"] = title(spec, data, known)
    found["title_key"] = title_key(found["title"])
    found["file_count"] = sum(len(data.get(item.code) or ()) for item in spec.fields if item.type == "files")
    return found


def title(spec: RegisterSpec, data: Mapping[str, Any], known: Directory) -> str:
    """The row's name in lists, always Chinese: it is stored, not translated."""
    named = spec.by_slot.get("title")
    if named is not None:
        return str(data.get(named.code) or "")
    made = _PLACE.sub(lambda place: _piece(spec, place[1], data, known), spec.title_from)
    return made.strip(" ·-—/")[:200] or spec.title_zh


def _piece(spec: RegisterSpec, code: str, data: Mapping[str, Any], known: Directory) -> str:
    item = spec.by_code[code]
    return values.show(item, data.get(code), known, "zh")


def title_key(name: str) -> str:
    """By sound; the first characters decide, the rest keeps equal beginnings apart."""
    return f"{_sounds(name[:_SOUNDED])}{name[_SOUNDED:]}"[:_KEY_LENGTH]


@lru_cache(maxsize=20_000)
def _sounds(beginning: str) -> str:
    return text.sort_key(beginning)


def bigrams(spec: RegisterSpec, data: Mapping[str, Any], name: str, known: Directory) -> str:
    """What a search finds the row by: its words, the labels of its choices, the names of its people."""
    parts = [name]
    for item in spec.fields:
        stored = data.get(item.code)
        if stored is not None and item.type in _SEARCHED and not item.sensitive:
            parts.append(
                stored
                if isinstance(stored, str) and item.type in {"text", "longtext", "url"}
                else values.show(item, stored, known, "zh")
            )
    return text.bigrams("\n".join(parts)[:_SEARCH_LENGTH])


def stored_from_columns(spec: RegisterSpec, row: Any) -> Data:
    """The data of the slots alone, for lists that need no body. People and departments must be joined."""
    data: Data = {}
    for slot, item in spec.by_slot.items():
        stored = _stored(item, slot, row)
        if stored is not None:
            data[item.code] = stored
    return data


def _stored(item: Field, slot: str, row: Any) -> Any:
    if slot in slots.FOREIGN:
        target = getattr(row, slot)
        return None if target is None else str(target.uid)
    return stored_column(item, getattr(row, slot))


def stored_column(item: Field, value: Any) -> Any:
    """The stored form of a column's value; people and departments are given by uid."""
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.isoformat()
    if item.type in {"amount", "number"}:
        return format(value, ".2f") if item.type == "amount" else _plain(value)
    if item.type == "integer":
        return int(value)
    return str(value) if isinstance(value, UUID) else value


def _plain(value: Any) -> str:
    return format(value, "f").rstrip("0").rstrip(".") if "." in format(value, "f") else format(value, "f")
