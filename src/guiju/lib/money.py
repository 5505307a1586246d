"""Amounts of renminbi for people: thousands, and the capitals of cheques and contracts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from guiju.lib.errors import Problem
from guiju.lib.i18n import _

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_LIMIT = Decimal(10) ** 16


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
