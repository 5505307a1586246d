"""Amounts as people write them in a form: 6,000,000, 600万, 1.2亿元."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"([0-9]+|[0-9]{1,3}(?:[,，][0-9]{3})+)(?:\.([0-9]{1,6}))?\s*(万|亿)?\s*元?", re.ASCII)
_PLACES = {"": 0, "万": 4, "亿": 8}


def in_yuan(written: str) -> str:
    """The amount in yuan as plain digits; what cannot be read stays as it is, so that it is refused by its words."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        return written
    whole, part, unit = re.sub("[,，]", "", found[1]), found[2] or "", found[3] or ""
    places = _PLACES[unit]
    digits = whole + part.ljust(places, "0")[:places]
    rest = part[places:]
    plain = (digits.lstrip("0") or "0") if unit else whole
    return f"{plain}.{rest}" if rest else plain
