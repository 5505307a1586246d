"""An official paper as data: what it says, without how it looks.

    paper = Paper(title="2026年第四季度合规管理调度会议纪要", sign=["华东建设集团有限公司", date(2026, 12, 30)])
    paper.add(
        Facts([("时间", None), ("主持人", "王敏")]),
        Heading(1, "整改情况"),
        Para("本季度应完成整改{due}项，已完成{done}项。", {"due": ("应完成整改项数", 12), "done": ("完成整改项数", None)}),
        Table(["序号", "问题", "责任人"], [[1, "合同未经审查", "李强"]], caption="未完成整改"),
    )
    paper.missing  # ["时间", "完成整改项数"]

Figures come from the caller's data. What is not known is None and prints 〔待补充：…〕, never 0 and never nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from guiju.documents.words import MARK, Value, missing, numeral, plain, shown, width

_PLACE = re.compile(r"\{(\w+)\}")


class Fact(NamedTuple):
    """A value with the name under which it is missing; a bare pair does as well."""

    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Heading:
    """Numbered by itself: 一、 then （一） then 1. then （1）."""

    level: Literal[1, 2, 3, 4]
    text: str
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph, or one per line. With `facts` every {name} in the text stands for one of them."""

    text: str | None
    facts: Mapping[str, tuple[str, Value]] = field(default_factory=dict)
    label: str = "正文"


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows of label and value, as 时间、地点、参加人 at the head of minutes."""

    rows: Sequence[tuple[str, Value]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. `widths` are shares of the line; without them they follow from what the cells hold.

    `groups` are columns that say the same for several rows: rows with the same value in the first of them belong
    together, and equal cells of theirs print as one.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]
    widths: Sequence[float] | None = None
    caption: str = ""
    groups: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that belongs here and that nobody has recorded."""

    what: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A line to sign: blank for the pen, or the name and day under which the record was signed."""

    role: str
    name: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Lines to sign inside the text; a bare word is the role of one who signs by hand."""

    lines: Sequence[Signed | str]


Block = Heading | Para | Facts | Table | Missing | Signature

Role = Literal[
    "doc_number",
    "title",
    "to",
    "heading",
    "para",
    "fact",
    "missing",
    "signature",
    "attachment",
    "sign",
    "note",
    "annex",
    "annex_title",
]


@dataclass(frozen=True, slots=True)
class Line:
    """One line or paragraph, settled: numbers given, missing values written out.

    `lead` stands before the text in a type of its own: the number of a heading, the label of a fact.
    """

    role: Role
    text: str
    lead: str = ""
    level: int = 0
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, settled."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] | None
    aligns: tuple[Literal["left", "center", "right"], ...]
    caption: str = ""
    groups: tuple[int, ...] = ()

    def spans(self) -> list[list[int]]:
        """How many rows each cell takes; 0 where the cell above goes on."""
        found = [[1] * len(self.columns) for _row in self.rows]
        for at in range(len(self.rows) - 1, 0, -1):
            above, row = self.rows[at - 1], self.rows[at]
            if not self.groups or above[self.groups[0]] != row[self.groups[0]]:
                continue
            for column in self.groups:
                if above[column] == row[column]:
                    found[at - 1][column] += found[at][column]
                    found[at][column] = 0
        return found


Piece = Line | Grid


class Annex(NamedTuple):
    """What follows the signature on pages of its own."""

    title: str
    blocks: Sequence[Block]


@dataclass(slots=True)
class Paper:
    """A paper; `unit` is the name of the organisation that makes it, the only name its properties carry."""

    title: str
    doc_number: str | None = ""
    to: str | None = ""
    blocks: list[Block] = field(default_factory=list)
    sign: Sequence[Value] = ()
    attachments: Sequence[str] = ()
    note: str = ""
    unit: str = ""
    #: Printed with the paper; `attachments` are only named. Both are named before the signature.
    annexes: Sequence[Annex] = ()
    #: All its pages lie across; otherwise only wide tables do.
    lies: bool = False

    def add(self, *blocks: Block) -> Paper:
        """Append blocks; returns the paper."""
        self.blocks.extend(blocks)
        return self

    @property
    def missing(self) -> list[str]:
        """What is not known, each named once, in the order of the paper."""
        found: list[str] = []
        for _piece in _pieces(self, found):
            pass
        return list(dict.fromkeys(found))

    def pieces(self) -> list[Piece]:
        """Everything in its order, settled: what the printed and the shown paper are made from."""
        return list(_pieces(self, []))

    def as_dict(self) -> dict[str, Any]:
        """The paper for programmes."""
        return {"title": plain(self.title), "missing": self.missing, "blocks": [_as_dict(p) for p in self.pieces()]}


# --- settling -----------------------------------------------------------------------------------------------------


def _pieces(paper: Paper, gaps: list[str]) -> Iterator[Piece]:
    yield Line("title", plain(paper.title))
    if paper.doc_number != "":
        yield Line("doc_number", _text("发文字号", paper.doc_number, gaps))
    if paper.to != "":
        yield Line("to", _text("主送单位", paper.to, gaps).rstrip("：:") + "：")
    numbers = _Numbers()
    for block in paper.blocks:
        yield from _settled(block, numbers, gaps)
    named = [*paper.attachments, *(annex.title for annex in paper.annexes)]
    for at, name in enumerate(named, start=1):
        number = f"{at}." if len(named) > 1 else ""
        yield Line("attachment", plain(name), lead=("附件：" if at == 1 else "") + number, level=at)
    for at, signed in enumerate(paper.sign):
        yield Line("sign", _text("成文日期" if at else "落款", signed, gaps))
    if paper.note:
        yield Line("note", f"（{plain(paper.note)}）")
    for at, annex in enumerate(paper.annexes, start=len(paper.attachments) + 1):
        yield Line("annex", f"附件{at}" if len(named) > 1 else "附件")
        yield Line("annex_title", plain(annex.title))
        for block in annex.blocks:
            yield from _settled(block, _Numbers(), gaps)


class _Numbers:
    """Counts headings level by level."""

    def __init__(self) -> None:
        self.counts = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        self.counts[level - 1] += 1
        self.counts[level:] = [0] * (4 - level)
        count = self.counts[level - 1]
        return (f"{numeral(count)}、", f"（{numeral(count)}）", f"{count}.", f"（{count}）")[level - 1]


def _settled(block: Block, numbers: _Numbers, gaps: list[str]) -> Iterator[Piece]:
    match block:
        case Heading(level, text, numbered):
            yield Line("heading", plain(text), lead=numbers.next(level) if numbered else "", level=level)
        case Para(text, facts, label):
            for line in _filled(text, facts, label, gaps).split("\n"):
                if line.strip():
                    yield Line("para", line.strip())
        case Facts(rows):
            for name, value in rows:
                yield Line("fact", _text(name, value, gaps), lead=f"{plain(name).rstrip('：:')}：")
        case Missing(what):
            yield Line("missing", _text(what, None, gaps))
        case Signature(lines):
            for one in lines:
                yield _signed(one if isinstance(one, Signed) else Signed(one))
        case Table():
            yield _grid(block, gaps)


def _signed(line: Signed) -> Line:
    name, on = plain(line.name), shown(line.on)
    words = f"{name}　　{on}" if name and on else name
    return Line("signature", words, lead=f"{plain(line.role).rstrip('：:')}：", blank=not name)


def _text(label: str, value: Value, gaps: list[str]) -> str:
    if value is None:
        gaps.append(plain(label))
        return missing(label)
    return shown(value)


def _filled(text: str | None, facts: Mapping[str, tuple[str, Value]], label: str, gaps: list[str]) -> str:
    if text is None or not facts:
        return _text(label, text, gaps)
    return plain(_PLACE.sub(lambda place: _text(*facts[place[1]], gaps), text))


def _grid(table: Table, gaps: list[str]) -> Grid:
    columns = tuple(plain(name) for name in table.columns)
    rows: list[tuple[str, ...]] = []
    numeric = [bool(columns)] * len(columns)
    for row in table.rows:
        if len(row) != len(columns):
            raise ValueError(f"a row of {len(row)} cells under {len(columns)} headings")
        rows.append(tuple(_cell(name, value, gaps) for name, value in zip(columns, row, strict=True)))
        numeric = [so_far and isinstance(value, Decimal | None) for so_far, value in zip(numeric, row, strict=True)]
    if table.widths is not None and len(table.widths) != len(columns):
        raise ValueError(f"{len(table.widths)} widths for {len(columns)} columns")
    known = [[width(cell) for cell in _known(rows, at)] for at in range(len(columns))]
    aligns = tuple(
        _align(longest=max(found, default=0), amount=amount) for found, amount in zip(known, numeric, strict=True)
    )
    widths = tuple(table.widths) if table.widths is not None else None
    return Grid(columns, tuple(rows), widths, aligns, plain(table.caption), tuple(table.groups))


def _known(rows: Sequence[Sequence[str]], at: int) -> Iterator[str]:
    """Lines of the cells of a column, without those that only say that something is missing."""
    for row in rows:
        if not row[at].startswith(MARK):
            yield from row[at].split("\n")


def _cell(name: str, value: Value, gaps: list[str]) -> str:
    """As `_text`; a day in a table is short."""
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return _text(name, value, gaps)


def _align(*, longest: float, amount: bool) -> Literal["left", "center", "right"]:
    """Short words stand in the middle, sentences begin at the left, amounts end at the right."""
    if amount and longest:
        return "right"
    return "center" if longest <= 8 else "left"


def _as_dict(piece: Piece) -> dict[str, Any]:
    if isinstance(piece, Grid):
        return {
            "kind": "table",
            "caption": piece.caption,
            "columns": list(piece.columns),
            "rows": [list(row) for row in piece.rows],
        }
    found: dict[str, Any] = {"kind": piece.role, "text": piece.text}
    if piece.lead:
        found["lead"] = piece.lead
    if piece.role == "heading":
        found["level"] = piece.level
    return found
