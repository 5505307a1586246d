"""Lines of a printed page put together to paragraphs again; page numbers go."""

from __future__ import annotations

import re
import unicodedata

_PAGE_NUMBER = re.compile(r"[-—–－~·\s]*\d{1,4}[-—–－~·\s]*|第\s*\d+\s*页.{0,12}|\d+\s*/\s*\d+|Page \d+.{0,10}")
#: What begins a paragraph whatever the line before looks like.
_BEGINS = re.compile(
    r"第[〇零一二三四五六七八九十百千\d]{1,6}[编章节条款]|[一二三四五六七八九十]{1,3}、"
    r"|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[.．、]|附件|附则|抄送"
)
_ENDS = ("。", "；", "：", "！", "？", ";", ":", "”")
_ALMOST = 0.86
_SHORTEST = 24


def width(text: str) -> int:
    """How wide a line is: a Chinese character counts two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def of_pages(pages: list[str]) -> list[str]:
    """Paragraphs in order; the last one that begins on a page ends with a form feed."""
    found: list[str] = []
    full = False  # the line before reached the right margin
    for page in pages:
        lines = _lines(page)
        reach = _reach(lines)
        for line in lines:
            if full and found and _goes_on(found[-1], line):
                found[-1] = _joined(found[-1], line)
            else:
                found.append(line)
            full = reach > 0 and width(line) >= reach * _ALMOST
        if found:
            found[-1] += "\f"
    return found


def _lines(page: str) -> list[str]:
    lines = [line.strip(" \t\u3000\xa0") for line in page.replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line]
    if lines and _PAGE_NUMBER.fullmatch(lines[-1]):
        lines.pop()
    if lines and _PAGE_NUMBER.fullmatch(lines[0]):
        lines.pop(0)
    return lines


def _reach(lines: list[str]) -> int:
    """How wide a full line of this page is; 0 where nothing tells."""
    widths = sorted((width(line) for line in lines), reverse=True)
    # One long line tells nothing: the margin is where several lines end.
    if len(widths) < 3 or widths[0] < _SHORTEST or widths[1] < widths[0] * _ALMOST:
        return 0
    return widths[0]


def _goes_on(before: str, line: str) -> bool:
    return not _BEGINS.match(line) or not before.rstrip("\f").endswith(_ENDS)


def _joined(before: str, line: str) -> str:
    turned = before.endswith("\f")
    before = before.rstrip("\f")
    gap = " " if before[-1:].isascii() and line[:1].isascii() and before[-1:].isalnum() and line[:1].isalnum() else ""
    return f"{before}{gap}{line}" + ("\f" if turned else "")
