"""Where the words of a pack stand in the document's own text, and which words of the text nobody has accounted for.

The files of a pack follow the document, so each list is walked with one cursor: the words of an entry are looked for
from where the entry before it began, else from the beginning, and cover exactly one place. Blanks, line breaks and
the width of characters do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from guiju.lib import text as words

if TYPE_CHECKING:
    from guiju.packs.folder import Located, PackFolder

REQUIREMENT, FORM = "requirement", "form"


class Span(NamedTuple):
    """Characters of the text, what they became, and which: a requirement's code, form/cell, or a place in the marks."""

    start: int
    end: int
    kind: str
    reference: str | int


class Fragment(NamedTuple):
    """Words of the text that nothing covers."""

    start: int
    end: int
    words: str


@dataclass(slots=True)
class Alignment:
    """Where everything stands, in the order of the text, and what stands nowhere."""

    spans: list[Span] = field(default_factory=list)
    unplaced: list[Located[Any]] = field(default_factory=list)


class Folded:
    """A text as it is compared, which remembers where each of its characters came from."""

    def __init__(self, text: str) -> None:
        form = {char: fold(char) for char in set(text)}
        pieces = [form[char] for char in text]
        self.folded = "".join(pieces)
        self.origin = [at for at, piece in enumerate(pieces) for _ in piece]

    def __contains__(self, wanted: str) -> bool:
        key = fold(wanted)
        return bool(key) and key in self.folded

    def find(self, key: str, start: int = 0) -> int:
        """The place of folded words among the folded characters; -1 where they do not stand."""
        return self.folded.find(key, start) if key else -1

    def between(self, start: int, length: int) -> tuple[int, int]:
        """The characters of the text behind a stretch of folded ones."""
        return self.origin[start], self.origin[start + length - 1] + 1


def fold(text: str) -> str:
    """As `lib.text.normalise`, but letter by letter, so that a text can be folded and its places kept."""
    return "".join(unicodedata.normalize("NFKD", words.normalise(char)) for char in text)


def align(folder: PackFolder) -> Alignment:
    """Every requirement, mark and form cell of a pack in the pack's text; a pack without text has no places."""
    found = Alignment()
    text = folder.folded
    if text is None:
        return found
    for rows in _by_file(folder.items):
        _walk(text, [(row, REQUIREMENT, row.value.id) for row in rows], found, moves_on=False)
    number = {id(mark): at for at, mark in enumerate(folder.marks)}
    for marks in _by_file(folder.marks):
        _walk(text, [(mark, mark.value.kind, number[id(mark)]) for mark in marks], found, moves_on=True)
    for form in folder.forms:
        cells = [(cell, FORM, f"{form.value.code}/{cell.value.id}") for cell in form_cells(form)]
        _walk(text, cells, found, moves_on=True)
    found.spans.sort(key=lambda span: (span.start, -span.end))
    return found


def form_cells(form: Located[Any]) -> list[Located[Any]]:
    """The cells of a form, each with its own place in the file."""
    from guiju.packs.folder import Located

    return [
        Located(cell, form.document, (*form.place, "cells", number)) for number, cell in enumerate(form.value.cells)
    ]


def _by_file(found: Iterable[Located[Any]]) -> Iterator[list[Located[Any]]]:
    """The rows file by file, because each file follows the document from its own beginning."""
    files: dict[str, list[Located[Any]]] = {}
    for row in found:
        files.setdefault(row.document.name, []).append(row)
    yield from files.values()


def _walk(
    text: Folded, rows: Sequence[tuple[Located[Any], str, str | int]], found: Alignment, *, moves_on: bool
) -> None:
    """One cursor through the text. Where equal words follow each other, `moves_on` takes the next place for each."""
    cursor, before = 0, ""
    for row, kind, reference in rows:
        key = fold(row.value.official)
        at = -1
        if moves_on and key == before:
            at = text.find(key, cursor + len(key))
        if at < 0:
            at = text.find(key, cursor)
        if at < 0:
            at = text.find(key)
        if at < 0:
            found.unplaced.append(row)
            continue
        start, end = text.between(at, len(key))
        found.spans.append(Span(start, end, kind, reference))
        cursor, before = at, key


# --- what nobody has accounted for --------------------------------------------------------------------------------

_COUNT = "[一二三四五六七八九十百〇零]{1,4}"
_NUMBER = re.compile(
    rf"""[\s\-—－·]*(?:
      第(?:{_COUNT}|\d{{1,3}})[编章节条款项]
    | [(（〔]\s*(?:{_COUNT}|\d{{1,3}}|[A-Za-z])\s*[)）〕]
    | (?:{_COUNT}|\d{{1,2}}|[A-Za-z])\s*[)）、.．﹒](?!\d)
    | \d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}}(?![\d%％])
    | [①-⑳]
    )""",
    re.VERBOSE,
)
#: A bare number that opens a line: of a heading (1 范围), or of a table's row.
_OPENING = re.compile(r"[ 　]*\d{1,2}(?=[ 　\t]+[^\s年月日个次名家项条万亿元时])")
_START = re.compile(r"(?:^|(?<=[\n\t。；;！!？?：: 　]))", re.MULTILINE)
_LINE_START = re.compile(r"^", re.MULTILINE)


def uncovered(text: str, spans: Iterable[Sequence[Any]]) -> list[Fragment]:
    """Every word that no span covers; blanks, punctuation and the numbers of lists are nobody's words."""
    done = bytearray(len(text))
    for start, end, *_ in spans:
        done[start:end] = b"\x01" * (end - start)
    idle = {char for char in set(text) if unicodedata.category(char)[0] in "ZPCS"}
    for at, char in enumerate(text):
        if char in idle:
            done[at] = done[at] or 2
    _pass_numbers(text, done)
    return list(_fragments(text, done))


def _pass_numbers(text: str, done: bytearray) -> None:
    for begin, number in ((_START, _NUMBER), (_LINE_START, _OPENING)):
        for start in begin.finditer(text):
            at = start.start()
            while (there := number.match(text, at)) is not None:
                for place in range(at, there.end()):
                    done[place] = done[place] or 2
                at = there.end()


def _fragments(text: str, done: bytearray) -> Iterator[Fragment]:
    """Words that only blanks or signs part on one line are one fragment."""
    start = end = -1
    for at, char in enumerate(text):
        if done[at] == 0:
            start, end = (at if start < 0 else start), at + 1
        elif start >= 0 and (done[at] == 1 or char == "\n"):
            yield Fragment(start, end, text[start:end])
            start = -1
    if start >= 0:
        yield Fragment(start, end, text[start:end])


def line_of(text: str, at: int) -> int:
    """The line, counted from 1, on which a character stands."""
    return text.count("\n", 0, at) + 1
