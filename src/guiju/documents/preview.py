"""The same paper for the screen: groups of lines, with what is missing marked and named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from guiju.documents.elements import split
from guiju.documents.paper import Grid, Line, Paper, Piece
from guiju.documents.titles import title_lines
from guiju.documents.words import plain


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; `anchor` numbers the first place where something is missing."""

    text: str
    missing: bool = False
    anchor: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as parts."""

    parts: list[Part]
    lead: str = ""
    level: int = 0
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as parts."""

    parts: list[Part]
    align: str
    rows: int = 1
    #: The heading of its column: on a phone every cell stands in a line of its own.
    label: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind that stand together, or a table."""

    kind: str
    lines: list[Shown] = field(default_factory=list)
    caption: list[Part] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    rows: list[list[Cell]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preview:
    """What `templates/documents/paper.html` draws, and what stands beside it."""

    groups: list[Group]
    missing: list[str]
    #: Does it lie across the page?
    lies: bool = False


def preview(paper: Paper) -> Preview:
    """The paper in groups."""
    marks = _Marks(paper.missing)
    groups: list[Group] = []
    for kind, found in groupby(paper.pieces(), key=lambda piece: "table" if isinstance(piece, Grid) else piece.role):
        pieces = list(found)
        groups += list(_tables(pieces, marks)) if kind == "table" else [_lines(kind, pieces, paper, marks)]
    return Preview(groups, marks.missing, paper.lies)


class _Marks:
    """Numbers what is missing, so that the list beside the paper leads to its first place."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        self._waiting = {plain(what): at for at, what in enumerate(missing, start=1)}

    def parts(self, text: str) -> list[Part]:
        return [
            Part(part, True, self._waiting.pop(part[5:-1], 0)) if is_missing else Part(part)
            for part, is_missing in split(text)
        ]


def _lines(kind: str, pieces: list[Piece], paper: Paper, marks: _Marks) -> Group:
    lines = [piece for piece in pieces if isinstance(piece, Line)]
    if kind in {"title", "annex_title"}:
        return Group(
            kind,
            [Shown(marks.parts(text)) for text in title_lines(lines[0].text, paper.unit if kind == "title" else "")],
        )
    return Group(kind, [Shown(marks.parts(line.text), line.lead, line.level, line.blank) for line in lines])


def _tables(pieces: list[Piece], marks: _Marks) -> Iterator[Group]:
    for grid in pieces:
        if not isinstance(grid, Grid):
            continue
        rows = [
            [
                Cell(marks.parts(text), align, span, label)
                for text, align, span, label in zip(row, grid.aligns, spans, grid.columns, strict=True)
                if span
            ]
            for row, spans in zip(grid.rows, grid.spans(), strict=True)
        ]
        yield Group("table", caption=marks.parts(grid.caption), columns=grid.columns, rows=rows)
