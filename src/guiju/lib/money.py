"""Amounts of renminbi for people: thousands, and the capitals of cheques and contracts."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from guiju.lib.errors import Problem
from guiju.lib.i18n import _

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_LIMIT = Decimal(10) ** 16


#: Digits alone, or in groups of three; the decimals are those of fen.
_WRITTEN = re.compile(r"(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,2})?", re.ASCII)
_HALF = str.maketrans("０１２３４５６７８９，．", "0123456789,.")


def written(given: object) -> Decimal | None:
    """An amount in yuan as somebody wrote it; None where it is none: no sign, no exponent, no third decimal.

    Nothing is guessed: `1,5` is neither fifteen nor one and a half.
    """
    if isinstance(given, bool | float):
        return None
    said = format(given, "f") if isinstance(given, Decimal) else str(given).strip().translate(_HALF)
    return Decimal(said.replace(",", "")) if _WRITTEN.fullmatch(said) else None


def how() -> str:
    """How an amount is written so that it is read."""
    return _("Write digits with at most two decimals, such as 5000000 or 5,000,000.00.")


def thousands(amount: Decimal | int, *, places: int = 2) -> str:
    """1234567.5 as 1,234,567.50, rounded half up as accountants do."""
    return f"{_rounded(Decimal(amount), places):,.{places}f}"


def capitals(amount: Decimal | int) -> str:
    """大写金额: 1234.5 as 壹仟贰佰叁拾肆元伍角整."""
    value = _rounded(Decimal(amount), 2)
    yuan, cents = divmod(int(abs(value) * 100), 100)
    jiao, fen = divmod(cents, 10)
    words = f"{_integer(yuan)}元" if yuan else ""
    if jiao:
        # 1000.50 is read with 零 when the yuan end in zero, as the rules for cheques ask.
        words += ("零" if yuan and yuan % 10 == 0 else "") + f"{_DIGITS[jiao]}角"
    if fen:
        words += ("零" if yuan and not jiao else "") + f"{_DIGITS[fen]}分"
    sign = "负" if value < 0 else ""
    return sign + (words or "零元") + ("" if fen else "整")


def _integer(number: int) -> str:
    groups = []
    while number:
        number, part = divmod(number, 10_000)
        groups.append(part)
    words, gap = "", False
    for at in range(len(groups) - 1, -1, -1):
        part = groups[at]
        if part == 0:
            gap = bool(words)
            # 万亿 followed by an empty 亿 group still needs its 亿.
            words += "亿" if at == 2 and words.endswith("万") else ""
            continue
        if words and (gap or part < 1000):
            words += "零"
        words, gap = words + _four(part) + ("万" if at == 3 else _GROUPS[at]), False
    return words


def _four(part: int) -> str:
    words = ""
    for place, digit in zip(range(3, -1, -1), f"{part:04}", strict=True):
        if digit != "0":
            words += _DIGITS[int(digit)] + _PLACES[place]
        elif words and not words.endswith("零"):
            words += "零"
    return words.rstrip("零")


def _rounded(amount: Decimal, places: int) -> Decimal:
    if not amount.is_finite():
        raise Problem(
            "money.not_a_number",
            _("“%(amount)s” is not an amount.") % {"amount": amount},
            fix=_("Write digits, for example 1234.50."),
        )
    if abs(amount) >= _LIMIT:
        raise Problem(
            "money.too_large",
            _("The amount %(amount)s is too large.") % {"amount": amount},
            fix=_("Check the unit: yuan or ten thousand yuan."),
        )
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


_VALUES = {**{sign: at for at, sign in enumerate(_DIGITS)}, "〇": 0, "两": 2, "兩": 2, "贰": 2, "貳": 2, "陸": 6}
_TENS = {"拾": 10, "佰": 100, "仟": 1_000}
_GREAT = {"万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}
_SMALL = {"角": Decimal("0.1"), "分": Decimal("0.01")}


def of_capitals(written: str) -> Decimal | None:
    """An amount in the capitals of cheques, or None where it is none: 壹仟贰佰叁拾肆元伍角整 as 1234.50."""
    sign = -1 if written.startswith("负") else 1
    words = written.removeprefix("负").removesuffix("整").removesuffix("正").replace("圆", "元")
    if not any(mark in words for mark in (*_TENS, *_SMALL, "元")) or not any(mark in words for mark in _VALUES):
        return None
    yuan, divided, rest = words.partition("元")
    if not divided:
        yuan, rest = ("", words) if words[-1] in _SMALL else (words, "")
    whole, small = _whole(yuan), _parts(rest)
    return None if whole is None or small is None else sign * (whole + small)


def _whole(words: str) -> Decimal | None:
    """Read from the left: a digit waits for its place, what stands before 万 or 亿 is counted in them."""
    total, group, digit = 0, 0, 0
    for sign in words:
        if sign in _VALUES:
            digit = _VALUES[sign]
        elif sign in _TENS:
            group, digit = group + (digit or 1) * _TENS[sign], 0
        elif sign in _GREAT:
            here, great = group + digit, _GREAT[sign]
            # 亿 counts all that stands before it, 万 only what follows an 亿.
            total, group, digit = (total + here) * great if great > 10_000 else total + here * great, 0, 0
        else:
            return None
    return Decimal(total + group + digit)


def _parts(words: str) -> Decimal | None:
    found, digit = Decimal(0), 0
    for sign in words:
        if sign in _VALUES:
            digit = _VALUES[sign]
        elif sign in _SMALL:
            found, digit = found + digit * _SMALL[sign], 0
        else:
            return None
    return found
