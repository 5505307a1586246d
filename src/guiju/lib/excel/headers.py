"""Finds the header of a list by its words, wherever it stands and however it is merged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, takewhile

from guiju.lib.errors import Fault, Problem
from guiju.lib.excel.cells import Cell, Row, column_letters
from guiju.lib.i18n import _
from guiju.lib.text import clean, normalise

SEARCHED_ROWS = 40
MAX_DEPTH = 3
Stacks = Mapping[int, tuple[str, ...]]
_IN_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column that is looked for: its code and all the labels it may have, the usual one first.

    A label under a group label may be written with a slash: `合规风险/名称`.
    """

    code: str
    labels: Sequence[str]
    required: bool = False

    @property
    def label(self) -> str:
        return self.labels[0] if self.labels else self.code


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """Where the header is, and which column holds what; columns count from 0, rows are those that people see."""

    rows: tuple[int, ...]
    columns: Mapping[str, int]
    labels: Mapping[str, str]
    unknown: Mapping[int, str]
    missing: tuple[ColumnSpec, ...]
    sheet: str = ""

    @property
    def last_row(self) -> int:
        """The data begin below this row."""
        return self.rows[-1]

    def get(self, row: Row, code: str) -> Cell | None:
        """The cell of that column, or None where the list has no such column."""
        column = self.columns.get(code)
        return None if column is None else row.cell(column)

    def ensure(self) -> HeaderMatch:
        """Refuses a list that lacks a required column, naming sheet, row and labels."""
        if not self.missing:
            return self
        raise Problem(
            "header.missing",
            _("These columns are missing: %(labels)s.") % {"labels": "、".join(spec.label for spec in self.missing)},
            fix=_("Add them to the header in row %(row)d, or download the template.") % {"row": self.last_row},
            where=self.sheet,
            faults=[
                Fault(f"{self.sheet}!{self.last_row}", _("No column “%(label)s”.") % {"label": spec.label})
                for spec in self.missing
            ],
        )


def locate(rows: Iterable[Row], columns: Sequence[ColumnSpec], *, sheet: str = "") -> HeaderMatch:
    """The header among the first 40 rows; a Problem when no row looks like one."""
    head = [row for row in rows if row.number <= SEARCHED_ROWS]
    wanted, whole = _wanted(columns), {spec.code: {label_key(label) for label in spec.labels} for spec in columns}
    best: tuple[tuple[int, int, int], list[Row], dict[int, str]] | None = None
    for start in range(len(head)):
        for depth in range(1, min(MAX_DEPTH, len(head) - start) + 1):
            block = head[start : start + depth]
            stacks = _stacked(block)
            mapping = _match(stacks, wanted)
            # More columns win; then more whole labels; then the fewer rows, then the first ones.
            score = (len(mapping), _whole_matches(stacks, whole, mapping), -depth)
            if mapping and (best is None or score > best[0]):
                best = (score, block, mapping)
    if best is None or best[0][0] < min(2, len(columns)):
        raise _not_found(columns, sheet)
    _score, block, mapping = best
    return _result(_with_merged_rest(block, head, mapping), mapping, columns, sheet)


def split(rows: Iterable[Row], columns: Sequence[ColumnSpec], *, sheet: str = "") -> tuple[HeaderMatch, Iterator[Row]]:
    """The header, and the rows below it as a stream."""
    stream = iter(rows)
    rest: list[Row] = []

    def within(row: Row) -> bool:
        if row.number <= SEARCHED_ROWS:
            return True
        rest.append(row)
        return False

    head = list(takewhile(within, stream))
    match = locate(head, columns, sheet=sheet)
    return match, (row for row in chain(head, rest, stream) if row.number > match.last_row)


@lru_cache(maxsize=20_000)
def label_key(label: str) -> str:
    """What is compared: letters and digits only, lower case, half width."""
    return "".join(char for char in normalise(label).casefold() if unicodedata.category(char)[0] in "LN")


@lru_cache(maxsize=5_000)
def _forms(parts: tuple[str, ...]) -> list[str]:
    """What stacked labels may mean, the most telling first: all joined, the lowest ones, without brackets."""
    plain = [_IN_BRACKETS.sub("", normalise(part)) for part in parts]
    found: list[str] = []
    for labels in (parts, plain):
        found += [label_key("".join(labels[at:])) for at in range(len(labels))]
    found += [label_key(labels[at]) for labels in (parts, plain) for at in range(len(labels) - 1)]
    return [form for form in dict.fromkeys(found) if form]


def _stacked(block: Sequence[Row]) -> dict[int, tuple[str, ...]]:
    """For each column the labels from top to bottom, a merged one once."""
    width = max((len(row.cells) for row in block), default=0)
    stacks: dict[int, tuple[str, ...]] = {}
    for column in range(width):
        parts: list[str] = []
        for row in block:
            value = row.cell(column).value
            text = clean(value) if isinstance(value, str) else ""
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        if parts:
            stacks[column] = tuple(parts)
    return stacks


def _wanted(columns: Sequence[ColumnSpec]) -> dict[str, tuple[str, int]]:
    """Each way to write a heading, with the column that it means and its place among that column's headings."""
    return {
        label_key(label): (spec.code, place)
        for spec in reversed(columns)
        for place, label in reversed(list(enumerate((*spec.labels, spec.code))))
    }


def _match(stacks: Stacks, wanted: Mapping[str, tuple[str, int]]) -> dict[int, str]:
    """Column index -> code.

    Whole labels are given away before partial ones; where two columns could be one field, its own label wins over
    a synonym and an earlier synonym over a later one (编号 over 序号), and only then left over right.
    """
    forms = {column: _forms(parts) for column, parts in stacks.items()}
    mapping: dict[int, str] = {}
    taken: set[str] = set()
    for rank in range(max(map(len, forms.values()), default=0)):
        found = [
            (place, column, code)
            for column, keys in forms.items()
            if rank < len(keys) and column not in mapping and keys[rank] in wanted
            for code, place in [wanted[keys[rank]]]
        ]
        for _place, column, code in sorted(found):
            if code not in taken:
                mapping[column] = code
                taken.add(code)
    return mapping


def _whole_matches(stacks: Stacks, labels: Mapping[str, set[str]], mapping: Mapping[int, str]) -> int:
    return sum(label_key("".join(stacks[column])) in labels[code] for column, code in mapping.items())


def _with_merged_rest(block: list[Row], head: list[Row], mapping: Mapping[int, str]) -> list[Row]:
    """A header merged downwards goes on below the row where its words were found."""
    rows = list(block)
    for row in head[head.index(block[-1]) + 1 :]:
        if not any(_continues(row.cell(column), rows[-1].cell(column)) for column in mapping):
            break
        rows.append(row)
    return rows


def _continues(below: Cell, above: Cell) -> bool:
    return below.merged and below.value is not None and below.value == above.value


def _result(block: list[Row], mapping: Mapping[int, str], columns: Sequence[ColumnSpec], sheet: str) -> HeaderMatch:
    labels = {column: "/".join(parts) for column, parts in _stacked(block).items()}
    found = {code: column for column, code in mapping.items()}
    return HeaderMatch(
        rows=tuple(row.number for row in block),
        columns=found,
        labels={code: labels[column] for code, column in found.items()},
        unknown={column: label for column, label in labels.items() if column not in mapping},
        missing=tuple(spec for spec in columns if spec.required and spec.code not in found),
        sheet=sheet,
    )


def _not_found(columns: Sequence[ColumnSpec], sheet: str) -> Problem:
    wanted = [spec for spec in columns if spec.required] or columns
    return Problem(
        "header.not_found",
        _("No header was found in the first %(count)d rows of sheet “%(sheet)s”.")
        % {"count": SEARCHED_ROWS, "sheet": sheet},
        fix=_("Looked for the columns: %(labels)s.") % {"labels": "、".join(spec.label for spec in wanted)},
        where=sheet,
    )


def describe(match: HeaderMatch) -> list[tuple[str, str, str]]:
    """(column letter, label in the file, code) for a preview; the code is empty for a column nobody asked for."""
    known = [(column, match.labels[code], code) for code, column in match.columns.items()]
    rest = [(column, label, "") for column, label in match.unknown.items()]
    return [(column_letters(column), label, code) for column, label, code in sorted(known + rest)]
