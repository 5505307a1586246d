"""A text taken apart as people cite it: 编 章 节 条, or 一、 1. 1.1 where it has no articles. Pure.

An article holds its paragraphs and items; what stands before the first one, or in a text without any, are paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_N = "[零〇一二两三四五六七八九十百千0-9０-９]{1,9}"
_HEAD = re.compile(rf"^(第\s*({_N})\s*([编篇章节]))[\s　:：、.．]*(.*)$")
_ARTICLE = re.compile(rf"^(第\s*({_N})\s*条(?:\s*之\s*({_N}))?)[\s　:：、.．]*(.*)$", re.DOTALL)
_POINT = re.compile(r"^([一二三四五六七八九十]{1,4})、\s*(.*)$", re.DOTALL)
_DECIMAL = re.compile(r"^(\d{1,3}(?:[.．]\d{1,3}){0,4})[.．、\s　]+(.*)$", re.DOTALL)
_LEADER = re.compile(r"[\s.．…·・_-]{2,}\d{0,4}$")
_LEVEL = {"编": 1, "篇": 1, "章": 2, "节": 3}
_LETTER = {"编": "b", "篇": "b", "章": "c", "节": "s"}
_HEADING = 60
_LEADS = 400
#: Paragraphs under one article beyond which a new piece begins, so that no piece grows without end.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A heading, an article with its paragraphs, or one paragraph.

    `label` is how it is cited (第十二条), `words` what follows the label, `place` the label with its chapter, `anchor`
    where links lead. `level` is 1 to 3 for headings, 4 for articles and points, 0 for paragraphs.
    """

    kind: str
    label: str
    words: str
    level: int
    place: str = ""
    anchor: str = ""

    @property
    def text(self) -> str:
        """Label and words."""
        return f"{self.label}　{self.words}" if self.label and self.words else self.label or self.words

    @property
    def is_heading(self) -> bool:
        """A title of what follows."""
        return self.kind == "heading"


def number_of(written: str) -> int:
    """12 for 十二, １２ or 12; 0 where it is no number."""
    if written.isdecimal():
        return int(written)
    total = digit = 0
    for char in written:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            return 0
    return total + digit


def parse(text: str) -> list[Piece]:
    """The pieces of a text, one paragraph a line, in their order."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    has_articles = any(_ARTICLE.match(line) for line in lines)
    found = _without_contents(list(_pieces(lines, has_articles)))
    return list(_placed(found))


def _pieces(lines: Sequence[str], has_articles: bool) -> Iterator[Piece]:
    open_: Piece | None = None
    count = 0
    for line in lines:
        made = _opening(line, has_articles)
        if made is None and open_ is not None and count < _MOST:
            open_ = replace(open_, words=f"{open_.words}\n{line}" if open_.words else line)
            count += 1
            continue
        if open_ is not None:
            yield open_
        open_, count = (made, 0) if made is not None and made.level >= 4 else (None, 0)
        if open_ is None:
            yield made or Piece("paragraph", "", line, 0)
    if open_ is not None:
        yield open_


def _opening(line: str, has_articles: bool) -> Piece | None:
    """The heading, article or point that a line begins; None for a paragraph."""
    if match := _HEAD.match(line):
        # Nobody titles a chapter with a page of dots; looking for their end in one would take for ever.
        title = _LEADER.sub("", match[4]).strip() if len(match[4]) <= _LEADS else match[4]
        if len(title) <= _HEADING and not title.endswith(("。", "；", "，", ";", ",")):
            return Piece("heading", _tight(match[1]), title, _LEVEL[match[3]])
    if match := _ARTICLE.match(line):
        return Piece("article", _tight(match[1]), match[4].strip(), 4)
    if not has_articles:
        if match := _POINT.match(line):
            return Piece("point", f"{match[1]}、", match[2].strip(), 4)
        if match := _DECIMAL.match(line):
            return Piece("point", match[1].replace("．", "."), match[2].strip(), 4)
    return None


def _tight(label: str) -> str:
    return "".join(label.split())


def _without_contents(found: list[Piece]) -> list[Piece]:
    """Headings of a table of contents are paragraphs: the same ones come again, without an article in between."""
    last: dict[str, int] = {}
    articles = [0]
    for at, piece in enumerate(found):
        articles.append(articles[-1] + (not piece.is_heading and piece.level > 0))
        if piece.is_heading:
            last[piece.text] = at
    until = 0
    for at, piece in enumerate(found):
        again = last.get(piece.text, at) if piece.is_heading else at
        if again > at and articles[again] == articles[at]:
            until = max(until, again)
        if piece.is_heading and at < until:
            found[at] = Piece("paragraph", "", piece.text, 0)
    return found


def _placed(found: Sequence[Piece]) -> Iterator[Piece]:
    """Each with the headings above it and an anchor of its own."""
    above: dict[int, str] = {}
    taken: Counter[str] = Counter()
    for piece in found:
        if piece.is_heading:
            above = {level: label for level, label in above.items() if level < piece.level}
            above[piece.level] = piece.label
        place = " ".join([*(above[level] for level in sorted(above)), *([piece.label] if piece.level == 4 else [])])
        name = _anchor(piece)
        taken[name] += 1
        unique = name if taken[name] == 1 and name != "p" else f"{name}-{taken[name]}"
        yield replace(piece, place=place, anchor=unique)


def _anchor(piece: Piece) -> str:
    if piece.is_heading:
        return f"{_LETTER[piece.label[-1]]}{number_of(piece.label[1:-1])}"
    if match := _ARTICLE.match(piece.label):
        more = f"z{number_of(match[3])}" if match[3] else ""
        return f"a{number_of(match[2])}{more}"
    if piece.kind == "point":
        bare = piece.label.rstrip("、.")
        return f"n{number_of(bare) if not bare[:1].isdigit() else bare.replace('.', '_')}"
    return "p"
