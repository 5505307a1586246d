"""Checking values on their way into the organisation."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib import dates, text
from guiju.lib.errors import Problem
from guiju.packs import catalogue

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def code(value: str) -> str:
    """A unit's code: letters, digits, dot, dash, underscore."""
    clean = text.clean(value)
    if not _CODE.fullmatch(clean):
        raise Problem(
            "unit.code",
            _("“%(value)s” is not a code.") % {"value": value},
            fix=_("Use up to 40 letters, digits, dots or dashes, beginning with a letter or digit."),
            where="code",
        )
    return clean


def uscc(value: str) -> str:
    """A unified social credit code with the right check digit, or nothing."""
    clean = text.clean(value or "").upper()
    if not clean:
        return ""
    from stdnum.cn import uscc as rule

    if not rule.is_valid(clean):
        raise Problem(
            "unit.uscc",
            _("“%(value)s” is not a valid unified social credit code.") % {"value": value},
            fix=_("It has 18 characters; check for O and 0, I and 1."),
            where="uscc",
        )
    return clean


def attribute(attribute_code: str, value: Any) -> Any:
    """The JSON value of a declared attribute, or a Problem that says what it takes."""
    spec = catalogue.attributes().get(attribute_code)
    if spec is None:
        raise Problem(
            "attribute.unknown",
            _("No document declares the attribute “%(code)s”.") % {"code": attribute_code},
            fix=_("Known are: %(codes)s.") % {"codes": ", ".join(sorted(catalogue.attributes()))},
            where=attribute_code,
        )
    if value is None or value == "":
        return None
    try:
        return _PARSERS[spec.type](value, spec)
    except (ValueError, InvalidOperation, KeyError):
        raise Problem(
            "attribute.value",
            _("“%(value)s” does not fit %(label)s.") % {"value": value, "label": spec.label},
            fix=_takes(spec),
            where=attribute_code,
        ) from None


def _takes(spec: Any) -> str:
    if spec.choices:
        return _("Choose one of: %(choices)s.") % {"choices": ", ".join(c.label for c in spec.choices)}
    kinds = {
        "boolean": _("Enter yes or no."),
        "integer": _("Enter a whole number, 0 or more."),
        "amount": _("Enter a number, 0 or more."),
        "date": _("Enter a date such as 2026-03-31."),
    }
    return kinds.get(spec.type, "")


def _boolean(value: Any, spec: Any) -> bool:
    words = {"是": True, "有": True, "yes": True, "true": True, "1": True, "否": False, "无": False, "no": False,
             "false": False, "0": False}  # fmt: skip
    return value if isinstance(value, bool) else words[str(value).strip().lower()]


def _integer(value: Any, spec: Any) -> int:
    number = Decimal(str(value).replace(",", ""))
    if not number.is_finite() or number.adjusted() > 12 or number != int(number) or number < 0:
        raise ValueError
    return int(number)


def _amount(value: Any, spec: Any) -> str:
    number = Decimal(str(value).replace(",", ""))
    if not number.is_finite() or number.adjusted() > 14 or number < 0:
        raise ValueError
    return format(number, "f")


def _choice(value: Any, spec: Any) -> str:
    for choice in spec.choices:
        if str(value) in {choice.code, choice.label, getattr(choice, "label_en", "")}:
            return str(choice.code)
    raise ValueError


def _date(value: Any, spec: Any) -> str:
    parsed = value if isinstance(value, date) else dates.parse(str(value))
    if parsed is None:
        raise ValueError
    return str(parsed.isoformat())


_PARSERS: dict[str, Callable[[Any, Any], Any]] = {
    "boolean": _boolean,
    "integer": _integer,
    "amount": _amount,
    "choice": _choice,
    "date": _date,
    "text": lambda value, spec: text.clean(str(value))[:200],
}
