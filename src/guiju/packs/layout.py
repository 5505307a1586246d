"""A document's text as it is printed: paragraphs, and tables as converters of documents leave them behind.

Two shapes occur. Either each line is a row whose cells are parted by tabs; or each cell begins a line of its own with
a tab, lines without a tab go on in the same cell, and a blank line before a tab begins a new row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

#: The number of a page, as a table of contents gives it.
_PAGE = re.compile(r"\s*(?:\d{1,3}|[IVXLivxl]{1,5})\s*")


class Place(NamedTuple):
    """Characters of the text from `start` to before `end`."""

    start: int
    end: int


@dataclass(slots=True)
class Block:
    """A paragraph (one row of one cell) or a table."""

    rows: list[list[Place]] = field(default_factory=list)
    is_table: bool = False

    @property
    def columns(self) -> int:
        """The most cells that a row has."""
        return max(len(row) for row in self.rows)

    @property
    def end(self) -> int:
        """The place behind its last cell."""
        return self.rows[-1][-1].end


class _Line(NamedTuple):
    start: int
    text: str

    @property
    def is_blank(self) -> bool:
        return not self.text or (not self.text.strip() and "\t" not in self.text)

    @property
    def opens_cell(self) -> bool:
        return self.text.startswith("\t")


def blocks(text: str) -> list[Block]:
    """The text cut into paragraphs and tables; blank lines are dropped, and nothing else is."""
    lines = list(_lines(text))
    found: list[Block] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.is_blank:
            at += 1
        elif line.opens_cell and "\t" not in line.text[1:]:
            at = _celled(lines, at, found)
        elif "\t" in line.text:
            at = _tabbed(lines, at, found)
        else:
            found.append(Block([[_trimmed(line.start, line.text)]]))
            at += 1
    return [_narrowed(block, text) for block in found]


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, line)
        start += len(line) + 1


def _trimmed(start: int, text: str) -> Place:
    lead = len(text) - len(text.lstrip())
    return Place(start + lead, start + max(len(text.rstrip()), lead))


def _tabbed(lines: list[_Line], at: int, found: list[Block]) -> int:
    """Lines one below the other, each a row; with nothing but page numbers behind the tabs they are contents."""
    first = at
    while at < len(lines) and "\t" in lines[at].text and not lines[at].is_blank:
        at += 1
    run = lines[first:at]
    if all(_PAGE.fullmatch(line.text.rpartition("\t")[2]) for line in run):
        found += [Block([[_trimmed(line.start, line.text)]]) for line in run]
        return at
    block = Block(is_table=True)
    for line in run:
        cells: list[Place] = []
        start = line.start
        for cell in line.text.split("\t"):
            cells.append(_trimmed(start, cell))
            start += len(cell) + 1
        block.rows.append(cells)
    found.append(block)
    return at


def _celled(lines: list[_Line], at: int, found: list[Block]) -> int:
    """Lines that each begin a cell; a row ends at a blank line before the next tab, the table at two blank lines."""
    block = Block(is_table=True)
    row: list[Place] = []
    blanks = 0
    while at < len(lines):
        line = lines[at]
        if line.is_blank:
            blanks += 1
            if blanks > 1:
                break
        elif line.opens_cell:
            if blanks and row:
                block.rows.append(row)
                row = []
            start = line.start
            for cell in line.text.split("\t"):
                if start > line.start:
                    row.append(_trimmed(start, cell))
                start += len(cell) + 1
            blanks = 0
        else:
            more = _trimmed(line.start, line.text)
            row[-1] = Place(row[-1].start if row[-1].end > row[-1].start else more.start, more.end)
            blanks = 0
        at += 1
    block.rows.append(row)
    found.append(block)
    return at


def _narrowed(block: Block, text: str) -> Block:
    """Without columns and rows that are empty throughout, and with as many cells in every row."""
    if not block.is_table:
        return block
    width = block.columns
    rows = [row + [Place(row[-1].end, row[-1].end)] * (width - len(row)) for row in block.rows]
    used = [number for number in range(width) if any(row[number].end > row[number].start for row in rows)]
    kept = [[row[number] for number in used] for row in rows]
    kept = [row for row in kept if any(cell.end > cell.start for cell in row)]
    return Block(kept or [[rows[0][0]]], is_table=True)
