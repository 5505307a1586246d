"""A form learned from somebody's own workbook: its headings, their order and groups, matched with the fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.lib.excel import guard, headers, reader
from guiju.lib.excel.cells import Row, column_letters
from guiju.lib.excel.headers import ColumnSpec, HeaderMatch
from guiju.lib.text import clean
from guiju.registers.spec import RegisterSpec
from guiju.registers.tables import IGNORED

#: Rows below the header that are looked at for merged group columns.
_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Learned:
    """What a workbook says of its form."""

    title: str
    columns: list[dict[str, Any]]
    by_department: bool
    sheet: str
    #: Headings that no field knew and that became columns of one's own.
    own: list[str] = field(default_factory=list)


def learn(spec: RegisterSpec, path: Path, *, name: str) -> Learned:
    """Read the head of the first sheet that has a list; a Problem says what cannot be taken over."""
    guard.check(path, name=name)
    sheets = [sheet.name for sheet in reader.sheets(path, name=name) if not sheet.hidden]
    head, match = _head(spec, path, sheets, name)
    columns, own = _columns(spec, head, match)
    return Learned(
        title=_title(head, match) or spec.title_zh,
        columns=columns,
        by_department=len(sheets) > 1 and "department" in spec.by_slot,
        sheet=match.sheet,
        own=own,
    )


def _head(spec: RegisterSpec, path: Path, sheets: Sequence[str], name: str) -> tuple[list[Row], HeaderMatch]:
    """The first rows of the sheet whose header is understood best."""
    wanted = _wanted(spec)
    best: tuple[list[Row], HeaderMatch] | None = None
    refused: Problem | None = None
    for sheet in sheets[:5]:
        with closing(_rows(path, sheet, name)) as rows:
            head = list(islice(rows, headers.SEARCHED_ROWS + _SAMPLE))
        try:
            match = headers.locate(head, wanted, sheet=sheet)
        except Problem as problem:
            refused = refused or problem
            continue
        if best is None or len(match.columns) > len(best[1].columns):
            best = (head, match)
    if best is None:
        raise refused or Problem("learn.empty", _("The workbook has no sheet that can be seen."), where=name)
    return best


def _rows(path: Path, sheet: str, name: str) -> Any:
    return reader.iter_rows(path, sheet=sheet, name=name)


def _wanted(spec: RegisterSpec) -> list[ColumnSpec]:
    """Every field under all the words that are known for it: its labels, its synonyms, the headings of shipped forms."""
    shipped: dict[str, list[str]] = {}
    for layout in spec.layouts.values():
        for item in layout.columns:
            words = [f"{item.under}/{item.label}", item.label] if item.under else [item.label]
            shipped.setdefault(item.field, []).extend(words)
    return [
        ColumnSpec(item.code, list(dict.fromkeys(filter(None, _words(item, shipped.get(item.code, ()))))))
        for item in spec.fields
        if item.type != "files" and not item.own
    ]


def _words(item: Any, shipped: Iterable[str]) -> list[str]:
    found = [item.zh, item.en, *item.synonyms, *shipped]
    return [label for label in found if headers.label_key(label) not in IGNORED]


def _columns(spec: RegisterSpec, head: list[Row], match: HeaderMatch) -> tuple[list[dict[str, Any]], list[str]]:
    fields = {at: code for code, at in match.columns.items()}
    words = {**{at: match.labels[code] for code, at in match.columns.items()}, **match.unknown}
    free = [item.code for item in spec.fields if item.own]
    columns: list[dict[str, Any]] = []
    own: list[str] = []
    beyond: list[str] = []
    above = _above(head, match)
    for at in sorted(words):
        under, label = _split(words[at], match)
        under = under or _group(above, at, label)
        code = fields.get(at) or ("_row" if headers.label_key(label) in IGNORED else "")
        if not code:
            if not free:
                beyond.append(f"{column_letters(at)} {words[at]}")
                continue
            code = free.pop(0)
            own.append(label)
        column: dict[str, Any] = {"field": code, "label": label[:200]}
        column |= {"under": under[:200]} if under else {}
        column |= {"carry": True} if _is_merged(head, match, at) else {}
        columns.append(column)
    if beyond:
        raise _too_many(spec, beyond)
    return columns, own


def _split(words: str, match: HeaderMatch) -> tuple[str, str]:
    """The heading of a group and the one below it."""
    if len(match.rows) < 2 or "/" not in words:
        return "", words
    under, _slash, label = words.partition("/")
    return under, label


def _above(head: list[Row], match: HeaderMatch) -> list[Row]:
    """Rows of groups that stand above the words that were found; a title is one text alone."""
    found: list[Row] = []
    rows = {row.number: row for row in head}
    number = match.rows[0] - 1
    while number in rows and len(found) < headers.MAX_DEPTH - 1:
        texts = {_text(cell.value) for cell in rows[number].cells} - {""}
        if len(texts) < 2:
            break
        found.append(rows[number])
        number -= 1
    return found


def _group(above: list[Row], at: int, label: str) -> str:
    """The nearest words above a heading that are not its own."""
    texts = (_text(row.cell(at).value) for row in above)
    return next((text for text in texts if text and text != label), "")


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _is_merged(head: list[Row], match: HeaderMatch, at: int) -> bool:
    below = [row for row in head if row.number > match.last_row]
    return any(row.cell(at).merged for row in below)


def _title(head: list[Row], match: HeaderMatch) -> str:
    """The first words above the header."""
    for row in head:
        if row.number >= match.rows[0] - len(_above(head, match)):
            break
        for cell in row.cells:
            if _text(cell.value):
                return _text(cell.value)[:200]
    return ""


def _too_many(spec: RegisterSpec, beyond: Sequence[str]) -> Problem:
    room = sum(1 for item in spec.fields if item.own)
    return Problem(
        "learn.columns",
        _("The workbook has more columns of its own than the %(room)d that this list has room for.") % {"room": room},
        fix=_("Rename these to a heading that is known, or take them out of the workbook: %(labels)s.")
        % {"labels": "、".join(beyond)},
        status=422,
    )
