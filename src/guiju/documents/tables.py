"""Tables: columns by what they hold, headings repeated, rows kept whole where they are short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guiju.documents.elements import MISSING, paragraph, runs, w
from guiju.documents.paper import Grid
from guiju.documents.words import width

#: A row longer than this may be torn by the end of a page.
WHOLE_ROW = 12
#: A character in a table, the room beside the words of a cell, and how many characters make a column long.
_EM, _PADDING, _SHORT = 240, 140, 7
_ROOM = _PADDING / _EM + 0.3


def table(grid: Grid, measure: int) -> Any:
    """Fixed columns in a line of that length; the headings come again on every page."""
    lengths = _widths(grid.widths or _shares(grid, measure / _EM), measure)
    borders = [
        w(side, val="single", sz=4, space=0, color="000000")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    margins = [
        w(side, w=size, type="dxa")
        for side, size in (("top", 40), ("left", _PADDING // 2), ("bottom", 40), ("right", _PADDING // 2))
    ]
    properties = w(
        "tblPr",
        w("tblW", w=sum(lengths), type="dxa"),
        w("jc", val="center"),
        w("tblBorders", *borders),
        w("tblLayout", type="fixed"),
        w("tblCellMar", *margins),
    )
    found = w("tbl", properties, w("tblGrid", *[w("gridCol", w=length) for length in lengths]))
    centred = ("center",) * len(lengths)
    found.append(
        _row(
            [_even(name, length) for name, length in zip(grid.columns, lengths, strict=True)],
            lengths,
            centred,
            style="TableHead",
            repeated=True,
        )
    )
    for row, spans in zip(grid.rows, grid.spans(), strict=True):
        found.append(_row(row, lengths, grid.aligns, style="TableText", spans=spans))
    return found


def _shares(grid: Grid, room: float) -> list[float]:
    """Short columns get what they need, long ones divide the rest by what they hold; all in characters."""
    usual = []
    for at, name in enumerate(grid.columns):
        lines = sorted(width(line) for row in grid.rows for line in row[at].split("\n") if not MISSING.match(line))
        head = width(name) if width(name) <= 3 else max(-(-width(name) // 2), 3)
        usual.append(max(lines[int(len(lines) * 0.95)] if lines else 0, head) + _ROOM)
    long = [need for need in usual if need > _SHORT]
    rest = room - sum(need for need in usual if need <= _SHORT)
    if not long or rest < 4 * len(long):
        return [min(need, 16) for need in usual]
    whole = sum(min(need, 60) ** 0.6 for need in long)
    return [need if need <= _SHORT else rest * min(need, 60) ** 0.6 / whole for need in usual]


def _widths(shares: Sequence[float], measure: int) -> list[int]:
    """Whole twips that fill the line."""
    total = sum(shares)
    lengths = [int(measure * share / total) for share in shares]
    if lengths:
        lengths[-1] += measure - sum(lengths)
    return lengths


def _row(
    cells: Sequence[str],
    lengths: Sequence[int],
    aligns: Sequence[str],
    *,
    style: str,
    repeated: bool = False,
    spans: Sequence[int] = (),
) -> Any:
    properties = w("trPr")
    own = [
        (text, length)
        for text, length, span in zip(cells, lengths, spans or [1] * len(cells), strict=True)
        if span == 1
    ]
    if max((_height(text, length) for text, length in own), default=0) <= WHOLE_ROW:
        properties.append(w("cantSplit"))
    if repeated:
        properties.append(w("tblHeader"))
    row = w("tr", properties)
    for text, length, align, span in zip(cells, lengths, aligns, spans or [1] * len(cells), strict=True):
        jc = w("jc", val=align) if style == "TableText" and align != "left" else None
        words = paragraph(style, *runs(text if span else ""), jc=jc)
        row.append(w("tc", w("tcPr", w("tcW", w=length, type="dxa"), *_merge(span), w("vAlign", val="center")), words))
    return row


def _merge(span: int) -> list[Any]:
    """A cell of several rows begins, goes on, or stands alone."""
    if span == 1:
        return []
    return [w("vMerge", val="restart" if span else "continue")]


def _even(name: str, length: int) -> str:
    """A heading too long for its column in lines of equal length: 责任/部门 and not 责任部/门."""
    room = (length - _PADDING) / _EM
    if width(name) <= room or not name.isalpha() or name.isascii():
        return name
    count = -(-width(name) // max(room, 1))
    size = int(-(-len(name) // count))
    return "\n".join(name[at : at + size] for at in range(0, len(name), size))


def _height(text: str, length: int) -> float:
    """Lines of 12-point type that the text takes in a cell."""
    room = max((length - _PADDING) / _EM, 1)
    return sum(-(-width(line) // room) or 1 for line in text.split("\n"))


def gap() -> Any:
    """Keeps tables apart, and ends a section that ends with one."""
    return paragraph("TableText", spacing=w("spacing", line=120, lineRule="exact"))
