"""How values and numbers read in a paper."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from guiju.lib import text as texts

#: What may stand in a paper; None is what is missing.
Value = str | int | Decimal | date | None
#: Characters that no XML can hold; tabs become blanks.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: How what is missing begins.
MARK = "〔待补充："
_NUMERALS = "零一二三四五六七八九"


def shown(value: Value) -> str:
    """A known value as official papers write it: 2026年11月21日, 1,234, 是."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    return plain(value or "")


def missing(what: str) -> str:
    """How a paper says that something is not known."""
    return f"{MARK}{plain(what)}〕"


def numeral(number: int) -> str:
    """1 is 一, 12 is 十二, 40 is 四十; from a hundred on in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return head + (_NUMERALS[ones] if ones else "")


def plain(text: str) -> str:
    """Text that every format can hold: no control characters, one kind of line break, no blanks at the ends."""
    return texts.clean(_ILLEGAL.sub("", str(text).replace("\t", " ")))


def width(text: str) -> float:
    """How many full-width characters of room the text takes."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)
