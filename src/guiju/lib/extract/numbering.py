"""Automatic numbers of Word paragraphs (第三条, （一）, 1.2): Word shows them, the text does not hold them."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field

from guiju.lib.extract import parts

_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_BANK = str.maketrans("〇一二三四五六七八九十百千万", "零壹贰叁肆伍陆柒捌玖拾佰仟万")
_PLACE = re.compile(r"%([1-9])")
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand", "ideographDigital", "koreanDigital2",
}  # fmt: skip
_STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(slots=True)
class Level:
    """One level of a list: how it counts and how it is written."""

    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class Lists:
    """All lists of a document, with the counters as they stand while its paragraphs are read in order."""

    abstract: dict[str, dict[int, Level]] = field(default_factory=dict)
    #: number id -> (abstract id, {level: start again at})
    numbers: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)
    #: style id -> (number id, level, based on)
    styles: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def of_style(self, style: str) -> tuple[str, int]:
        """The list and level that a paragraph style brings."""
        for _step in range(10):
            number, level, base = self.styles.get(style, ("", 0, ""))
            if number or not base:
                return number, level
            style = base
        return "", 0

    def next(self, number: str, depth: int) -> str:
        """The words of the next number of this list at this level."""
        abstract, again = self.numbers.get(number, ("", {}))
        levels = self.abstract.get(abstract, {})
        level = levels.get(depth)
        if level is None or not 0 <= depth < 9:
            return ""
        counts = self._counts.setdefault(abstract, [0] * 9)
        if number not in self._begun:
            self._begun.add(number)
            for at, first in again.items():
                counts[at : at + 1] = [first - 1]
        if counts[depth] == 0:
            counts[depth] = level.start - 1
        counts[depth] += 1
        counts[depth + 1 :] = [0] * (8 - depth)
        if level.form in ("bullet", "none"):
            return ""
        return _PLACE.sub(lambda found: self._written(counts, levels, int(found[1]) - 1), level.text)

    @staticmethod
    def _written(counts: list[int], levels: dict[int, Level], at: int) -> str:
        level = levels.get(at, Level())
        return written(counts[at] or level.start, level.form)


def load(archive: zipfile.ZipFile, *, limit: int) -> Lists:
    """The lists and the styles that use them."""
    lists = Lists()
    reader = _Numbering(lists)
    parts.walk(archive, "word/numbering.xml", start=reader.start, end=parts.nothing, data=parts.nothing, limit=limit)
    styles = _Styles(lists)
    parts.walk(archive, "word/styles.xml", start=styles.start, end=parts.nothing, data=parts.nothing, limit=limit)
    return lists


class _Numbering:
    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.levels: dict[int, Level] = {}
        self.again: dict[int, int] | None = None
        self.number = ""
        self.depth = 0

    def start(self, name: str, has: dict[str, str]) -> None:
        value = has.get("val", "")
        if name == "abstractNum":
            self.levels = self.lists.abstract.setdefault(has.get("abstractNumId", ""), {})
            self.again = None
        elif name == "num":
            self.number, self.again = has.get("numId", ""), {}
        elif name == "abstractNumId" and self.again is not None:
            self.lists.numbers[self.number] = (value, self.again)
        elif name in ("lvl", "lvlOverride"):
            self.depth = whole_number(has.get("ilvl", ""))
            if self.again is None and name == "lvl":
                self.levels[self.depth] = Level()
        elif name == "startOverride" and self.again is not None:
            self.again[self.depth] = whole_number(value, 1)
        elif self.again is None and self.depth in self.levels:
            level = self.levels[self.depth]
            if name == "start":
                level.start = whole_number(value, 1)
            elif name == "numFmt":
                level.form = value
            elif name == "lvlText":
                level.text = value


class _Styles:
    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.style = ""

    def start(self, name: str, has: dict[str, str]) -> None:
        value = has.get("val", "")
        if name == "style":
            self.style = has.get("styleId", "")
            self.lists.styles[self.style] = ("", 0, "")
        elif self.style:
            number, level, base = self.lists.styles[self.style]
            if name == "numId":
                number = value
            elif name == "ilvl":
                level = whole_number(value)
            elif name == "basedOn":
                base = value
            self.lists.styles[self.style] = (number, level, base)


def whole_number(text: str, otherwise: int = 0) -> int:
    """Foreign digits as a number; whatever is none is `otherwise`."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise


def written(number: int, form: str) -> str:
    """A number in one of Word's ways of counting."""
    if form in _CHINESE:
        return chinese(number)
    if form in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return chinese(number).translate(_BANK)
    if form == "ideographTraditional":
        return _STEMS[(number - 1) % 10]
    if form in ("upperRoman", "lowerRoman"):
        text = _roman(number)
        return text if form == "upperRoman" else text.lower()
    if form in ("upperLetter", "lowerLetter"):
        text = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return text if form == "upperLetter" else text.lower()
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if form == "decimalFullWidth":
        return str(number).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    return f"{number:02d}" if form == "decimalZero" else str(number)


def chinese(number: int) -> str:
    """1 to 9999 as articles are counted: 一, 十, 十一, 二十, 一百零五."""
    if not 0 < number < 10_000:
        return str(number)
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _UNITS[place]
        gap = not digit
    return text[1:] if text.startswith("一十") else text


def _roman(number: int) -> str:
    signs = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
             (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
    text, left = "", number % 4_000
    for value, sign in signs:
        text += sign * (left // value)
        left %= value
    return text
