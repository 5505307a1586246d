"""Word files (.docx): paragraphs, tables, text boxes, notes, automatic numbers; deleted text of tracked changes is out."""

from __future__ import annotations

import zipfile

from guiju.lib.extract import numbering, parts
from guiju.lib.extract.found import BrokenError, Found, Limits, whole

_DOCUMENT = "word/document.xml"
_SKIPPED = ("Fallback", "del", "moveFrom", "instrText")


def read(archive: zipfile.ZipFile, limits: Limits) -> Found:
    """All words in their order; notes and the lines of headers and footers once, at the end."""
    names = archive.namelist()
    body = _Body(numbering.load(archive, limit=limits.part_bytes), limits.characters)
    cut = _walk(archive, _DOCUMENT, body, limits)
    lines = body.lines
    seen = set(lines)
    for part in sorted(names):
        if part.startswith(("word/footnotes", "word/endnotes", "word/header", "word/footer")):
            beside = _Body(numbering.Lists(), limits.characters)
            _walk(archive, part, beside, limits)
            lines += [
                line for line in dict.fromkeys(beside.lines) if line not in seen and not line.strip(" -—").isdigit()
            ]
            seen.update(beside.lines)
    pictures = any(name.startswith("word/media/") for name in names)
    return whole(lines, page_count=pages(archive, limits), has_pictures=pictures, limits=limits, cut=cut)


def pages(archive: zipfile.ZipFile, limits: Limits) -> int | None:
    """How many pages the programme that saved the file counted."""
    words: list[str] = []
    inside = [False]

    def start(name: str, _has: dict[str, str]) -> None:
        inside[0] = name in ("Pages", "Slides")

    def data(text: str) -> None:
        if inside[0]:
            words.append(text)

    def end(_name: str) -> None:
        inside[0] = False

    parts.walk(archive, "docProps/app.xml", start=start, end=end, data=data, limit=limits.part_bytes)
    return numbering.whole_number("".join(words).strip()) or None


def _walk(archive: zipfile.ZipFile, part: str, body: _Body, limits: Limits) -> bool:
    """True when the words were more than may be read."""
    try:
        found = parts.walk(archive, part, start=body.start, end=body.end, data=body.data, limit=limits.part_bytes)
    except parts.EnoughError:
        return True
    if not found and part == _DOCUMENT:
        raise BrokenError("the document part is missing")
    return False


class _Paragraph:
    """What is known of a paragraph while it is read."""

    __slots__ = ("depth", "number", "style", "text")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.style = ""
        self.number: str | None = None
        self.depth: int | None = None


class _Body:
    """Turns elements into lines. A row of a table is one line, its cells parted by tabs."""

    def __init__(self, lists: numbering.Lists, limit: int) -> None:
        self.lists = lists
        self.lines: list[str] = []
        self.left = limit
        self._sinks: list[list[str]] = [self.lines]
        self._rows: list[list[list[str]]] = []
        self._open: list[_Paragraph] = []
        self._skip = 0
        self._in_text = False

    def start(self, name: str, has: dict[str, str]) -> None:
        if self._skip or name in _SKIPPED:
            self._skip += 1
        elif name == "p":
            self._open.append(_Paragraph())
        elif name == "tr":
            self._rows.append([])
        elif name == "tc":
            self._sinks.append([])
        elif self._open:
            self._inside(name, has)

    def _inside(self, name: str, has: dict[str, str]) -> None:
        paragraph = self._open[-1]
        if name == "t":
            self._in_text = True
        elif name == "tab":
            paragraph.text.append(" ")
        elif name in ("br", "cr"):
            paragraph.text.append("\n")
        elif name == "noBreakHyphen":
            paragraph.text.append("-")
        elif name == "pStyle":
            paragraph.style = has.get("val", "")
        elif name == "numId":
            paragraph.number = has.get("val", "")
        elif name == "ilvl":
            paragraph.depth = numbering.whole_number(has.get("val", ""))

    def data(self, text: str) -> None:
        if self._in_text and not self._skip:
            self._open[-1].text.append(text)
            self.left -= len(text)
            if self.left < 0:
                self._finish()
                raise parts.EnoughError

    def end(self, name: str) -> None:
        if self._skip:
            self._skip -= 1
        elif name == "t":
            self._in_text = False
        elif name == "p" and self._open:
            self._emit(self._open.pop())
        elif name == "tc" and len(self._sinks) > 1 and self._rows:
            self._rows[-1].append(self._sinks.pop())
        elif name == "tr" and self._rows:
            self._row(self._rows.pop())

    def _emit(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.text)
        lines = [line for piece in text.split("\n") if (line := piece.strip(" \t\u3000\xa0"))]
        if not lines:
            return
        number = self._number(paragraph)
        if number and not lines[0].startswith(number):
            lines[0] = f"{number} {lines[0]}"
        self._sinks[-1].extend(lines)

    def _number(self, paragraph: _Paragraph) -> str:
        number, depth = self.lists.of_style(paragraph.style)
        if paragraph.number is not None:
            number = paragraph.number
        if paragraph.depth is not None:
            depth = paragraph.depth
        return self.lists.next(number, depth).strip() if number and number != "0" else ""

    def _row(self, cells: list[list[str]]) -> None:
        filled = [cell for cell in cells if cell]
        if len(filled) == 1:  # a frame around text, not a table
            self._sinks[-1].extend(filled[0])
        elif filled:
            self._sinks[-1].append("\t".join(" ".join(cell) for cell in cells).rstrip("\t"))

    def _finish(self) -> None:
        """What was begun when the limit came."""
        while self._open:
            self._emit(self._open.pop())
        while len(self._sinks) > 1:
            cell = self._sinks.pop()
            self._sinks[-1].extend(cell)
