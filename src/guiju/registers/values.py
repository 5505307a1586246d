"""What people type, paste, send as JSON or keep in Excel, to one stored form and back.

Stored forms are plain JSON: text, whole numbers and booleans as they are, other numbers as text with all their
digits, days as 2026-03-31, people, units and records as their uid, several as a list. An empty value is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.lib import dates, money, period, text
from guiju.lib.errors import Problem
from guiju.lib.excel.cells import Cell
from guiju.registers import scales
from guiju.registers.directory import Directory
from guiju.registers.spec import Field, in_english

Stored = Any
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_SPLIT = re.compile(r"[、,，;；\n]+")
_CURRENCY = re.compile(r"^(?:¥|人民币|CNY|RMB)|元$", re.IGNORECASE)
_TRUE = frozenset({"是", "有", "对", "√", "✓", "✔", "yes", "y", "true", "on", "1"})
_FALSE = frozenset({"否", "无", "没有", "×", "✗", "✘", "no", "n", "false", "off", "0"})
_DIGITS = 18
_INT_LIMIT = 2**31 - 1
_FILE_KEYS = frozenset({"digest", "name", "size", "media_type"})
_DIGEST = re.compile(r"[0-9a-f]{64}")


def parse(item: Field, raw: object, known: Directory) -> Stored:
    """The stored form of a form string, a JSON value or a plain Python value; a Problem says what is wrong."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    stored = _PARSERS[item.type](item, raw, known)
    return None if stored in ("", []) else stored


def parse_cell(item: Field, cell: Cell, known: Directory) -> Stored:
    """The stored form of an Excel cell; a code that Excel turned into a number and cut short is refused."""
    value = cell.value
    if value is None:
        return None
    if isinstance(value, str):
        return parse(item, value, known)
    if cell.imprecise:
        raise Problem(
            "cell.imprecise",
            _("Excel has stored this number with 15 digits only; the last digits of “%(text)s” are lost.")
            % {"text": cell.text},
            fix=_("Format the column as text, then type the number again."),
        )
    if item.type in _TEXT_LIKE and not isinstance(value, date | bool):
        return parse(item, cell.text, known)
    return parse(item, value, known)


def show(item: Field, stored: Stored, known: Directory, lang: str | None = None) -> str:
    """What people read; `parse` of it gives the stored form again."""
    if stored is None or stored == []:
        return ""
    if item.is_many:
        return ("\n" if item.type == "entries" else "、").join(_shown_one(item, one, known, lang) for one in stored)
    return _shown_one(item, stored, known, lang)


def excel(item: Field, stored: Stored, known: Directory) -> object:
    """What goes into an Excel cell: days and numbers as such, the rest as text."""
    if stored is None:
        return None
    if item.type in {"amount", "number"}:
        return Decimal(stored)
    if item.type == "integer":
        return stored
    if item.type == "date":
        return date.fromisoformat(stored)
    return show(item, stored, known)


def excel_kind(item: Field) -> str:
    """The writer's kind of a column."""
    return {"amount": "money", "number": "number", "integer": "int", "date": "date"}.get(item.type, "text")


def column(item: Field, stored: Stored, known: Directory) -> Any:
    """The value of the slot's column; the rows of people and units must have been found before."""
    if stored is None:
        return empty_column(item)
    if item.slot.startswith("ref_"):
        return UUID(stored)
    if item.slot.startswith("num_"):  # the database gives a Decimal back, whatever went in
        return Decimal(stored)
    return _COLUMNS.get(item.type, _same)(stored, known)


def empty_column(item: Field) -> Any:
    """The column of an empty value."""
    return "" if item.type in _EMPTY_TEXT else None


def length_fault(item: Field, value: str) -> Problem | None:
    """A text that is longer than its field."""
    if len(value) <= item.length:
        return None
    return Problem(
        "value.long",
        _("The text has %(count)d characters; at most %(limit)d fit.") % {"count": len(value), "limit": item.length},
        fix=_("Shorten it."),
    )


# --- parsing ------------------------------------------------------------------------------------------------------


def _text(item: Field, raw: object, known: Directory) -> str:
    if isinstance(raw, bool | list | dict):
        raise _wrong(raw, _("Enter text."))
    if isinstance(raw, float):
        raw = Decimal(str(raw))
    written = format(raw, "f") if isinstance(raw, Decimal) else str(raw)
    value = text.clean(_CONTROL.sub("", written))
    if problem := length_fault(item, value):
        raise problem
    return value


def _url(item: Field, raw: object, known: Directory) -> str:
    value = _text(item, raw, known)
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        good = False
    if not good:
        raise _wrong(raw, _("Write a whole address that begins with http:// or https://."))
    return value


def _bool(item: Field, raw: object, known: Directory) -> bool:
    if isinstance(raw, bool):
        return raw
    word = text.normalise(str(raw)).casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise _wrong(raw, _("Enter 是 or 否 (yes or no)."))


def _decimal(raw: object) -> Decimal:
    """A number with or without thousands separators, currency sign or full-width digits."""
    if isinstance(raw, bool):
        raise _wrong(raw, _("Enter a number."))
    if isinstance(raw, int | Decimal):
        number = Decimal(raw)
    elif isinstance(raw, float):
        number = Decimal(str(raw))
    else:
        written = _CURRENCY.sub("", text.normalise(str(raw)))
        if not _NUMBER.fullmatch(written):
            raise _wrong(raw, _("Enter a number in digits, such as 1234.5 or 1,234.50."))
        number = Decimal(written.replace(",", ""))
    if not number.is_finite():
        raise _wrong(raw, _("Enter a number."))
    return number


def _number(item: Field, raw: object, known: Directory) -> str:
    places = 2 if item.type == "amount" or item.slot == "amount" else 4
    number = _decimal(raw)
    try:
        rounded = number.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation:
        raise _wrong(raw, _("The number is too large.")) from None
    if rounded != number:
        raise _wrong(raw, _("Round it to %(places)d decimals.") % {"places": places})
    if len(rounded.as_tuple().digits) > _DIGITS:
        raise _wrong(raw, _("The number is too large."))
    _check_range(item, number)
    # One writing for one number, whatever was typed: 1234.5 and 1,234.50 must compare equal on import.
    return format(rounded, "f") if item.type == "amount" else format(_trimmed(rounded), "f")


def _trimmed(number: Decimal) -> Decimal:
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def parts(item: Field, written: str) -> list[str]:
    """The single values that somebody has written into one cell."""
    return [str(one) for one in _several(written)] if item.is_many else [text.clean(written)]


def _integer(item: Field, raw: object, known: Directory) -> int:
    try:
        return _whole(item, raw)
    except Problem as problem:
        problem.fix = scales.hint(item) if scales.is_scale(item) else problem.fix
        raise


def _whole(item: Field, raw: object) -> int:
    number = _decimal(raw)
    if number != number.to_integral_value():
        raise _wrong(raw, _("Enter a whole number."))
    if abs(number) > _INT_LIMIT:
        raise _wrong(raw, _("The number is too large."))
    _check_range(item, number)
    return int(number)


def _check_range(item: Field, number: Decimal) -> None:
    if item.min is not None and number < Decimal(str(item.min)):
        raise Problem(
            "value.small",
            _("%(number)s is less than %(limit)s.") % {"number": number, "limit": item.min},
            fix=_("Enter %(limit)s or more.") % {"limit": item.min},
        )
    if item.max is not None and number > Decimal(str(item.max)):
        raise Problem(
            "value.large",
            _("%(number)s is more than %(limit)s.") % {"number": number, "limit": item.max},
            fix=_("Enter %(limit)s or less.") % {"limit": item.max},
        )


def _date(item: Field, raw: object, known: Directory) -> str:
    return dates.parse(raw).isoformat()


def _period(item: Field, raw: object, known: Directory) -> str:
    if isinstance(raw, date):
        if raw.day != 1:  # Excel turns 2025-03 into the first of the month; any other day was meant as a day
            raise _wrong(raw, _("Write 2025, 2025H1, 2025Q1 or 2025-03."))
        return str(period.of(raw, "month"))
    return str(period.parse(str(raw)))


def _choice(item: Field, raw: object, known: Directory) -> str:
    code = _choice_words(item).get(_word(raw))
    if code is None:
        options = "、".join(option.label() for option in item.options[:20])
        raise _wrong(raw, _("Choose one of: %(options)s.") % {"options": options})
    return code


def _choice_words(item: Field) -> Mapping[str, str]:
    """Every way to write an option: code, both labels, synonyms; labels win over synonyms."""
    words: dict[str, str] | None = item.__dict__.get("_words")
    if words is None:
        words = {_word(other): option.code for option in item.options for other in option.synonyms}
        for option in item.options:
            words |= {_word(name): option.code for name in (option.en, option.zh, option.code) if name}
        item.__dict__["_words"] = words
    return words


def _word(raw: object) -> str:
    return text.normalise(str(raw)).casefold()


def _choices(item: Field, raw: object, known: Directory) -> list[str]:
    chosen = {_choice(item, one, known) for one in _several(raw)}
    return [option.code for option in item.options if option.code in chosen]


def _several(raw: object, split: re.Pattern[str] = _SPLIT) -> Sequence[object]:
    if isinstance(raw, str):
        return [part.strip() for part in split.split(raw) if part.strip()]
    if isinstance(raw, Iterable) and not isinstance(raw, Mapping):
        return [one for one in raw if one not in (None, "")]
    return [raw]


def _person(item: Field, raw: object, known: Directory) -> str:
    return known.person(raw).uid


def _people(item: Field, raw: object, known: Directory) -> list[str]:
    return list(dict.fromkeys(known.person(one).uid for one in _several(raw)))


def _department(item: Field, raw: object, known: Directory) -> str:
    return known.department(raw).uid


def _unit(item: Field, raw: object, known: Directory) -> str:
    return known.any_unit(raw).uid


def _entry(item: Field, raw: object, known: Directory) -> str:
    return known.entry(raw, item.refers).uid


def _entries(item: Field, raw: object, known: Directory) -> list[str]:
    lines = re.compile(r"\n+")
    return list(dict.fromkeys(known.entry(one, item.refers).uid for one in _several(raw, lines)))


def _files(item: Field, raw: object, known: Directory) -> list[dict[str, object]]:
    found = _several(raw) if isinstance(raw, list | tuple) else None
    if found is None:
        raise _wrong(raw, _("Files are attached on the page of the record."))
    return [_file(one) for one in found]


def _file(one: object) -> dict[str, object]:
    if not isinstance(one, Mapping) or not set(one) <= _FILE_KEYS or not _DIGEST.fullmatch(str(one.get("digest", ""))):
        raise _wrong(one, _("A file is named by its digest and name."))
    name = text.clean(_CONTROL.sub("", str(one.get("name", ""))))[:200]
    size = one.get("size")
    return {
        "digest": str(one["digest"]),
        "name": name or str(one["digest"])[:12],
        **({"size": size} if isinstance(size, int) else {}),
        **({"media_type": str(one["media_type"])[:100]} if one.get("media_type") else {}),
    }


def _wrong(raw: object, fix: str) -> Problem:
    written = raw.isoformat() if isinstance(raw, date | datetime) else str(raw)
    return Problem("value.wrong", _("“%(value)s” does not fit here.") % {"value": written[:60]}, fix=fix)


_PARSERS: dict[str, Callable[[Field, object, Directory], Stored]] = {
    "text": _text,
    "longtext": _text,
    "url": _url,
    "bool": _bool,
    "integer": _integer,
    "number": _number,
    "amount": _number,
    "date": _date,
    "period": _period,
    "choice": _choice,
    "choices": _choices,
    "person": _person,
    "people": _people,
    "unit": _unit,
    "department": _department,
    "entry": _entry,
    "entries": _entries,
    "files": _files,
}
_TEXT_LIKE = frozenset(
    {"text", "longtext", "url", "choice", "choices", "person", "people", "unit", "department", "entry", "entries"}
)
_EMPTY_TEXT = frozenset({"text", "longtext", "url", "choice", "period"})


# --- showing ------------------------------------------------------------------------------------------------------


def _shown_one(item: Field, stored: Stored, known: Directory, lang: str | None) -> str:
    match item.type:
        case "bool":
            return _yes(bool(stored), lang)
        case "amount":
            return money.thousands(Decimal(stored))
        case "choice" | "choices":
            option = item.option(stored)
            return option.label(lang) if option else str(stored)
        case "person" | "people":
            return known.person_label(stored)
        case "unit" | "department":
            return known.unit_label(stored)
        case "entry" | "entries":
            return known.entry_label(stored)
        case "files":
            return str(stored["name"])
    return str(stored)


def _yes(value: bool, lang: str | None) -> str:
    if in_english(lang):
        return "Yes" if value else "No"
    return "是" if value else "否"


def _same(stored: Stored, known: Directory) -> Any:
    return stored


_COLUMNS: dict[str, Callable[[Stored, Directory], Any]] = {
    "date": lambda stored, known: date.fromisoformat(stored),
    "amount": lambda stored, known: Decimal(stored),
    "number": lambda stored, known: Decimal(stored),
    "person": lambda stored, known: known.people[stored].pk,
    "unit": lambda stored, known: known.units[stored].pk,
    "department": lambda stored, known: known.units[stored].pk,
}
