"""Finding the list in a workbook: which sheets hold it, where their headers are, and whose form it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.lib.excel import headers, reader
from guiju.lib.excel.cells import Sheet
from guiju.registers import tables
from guiju.registers.spec import Field, RegisterSpec
from guiju.registers.tables import Layouts

#: So many sheets tell in whose form a workbook is.
_LOOKED_AT = 3
#: A form of which less than this is found is not the file's.
_ALIKE = 0.5
_ABSENT = frozenset({"header.not_found", "header.missing"})


@dataclass(frozen=True, slots=True)
class Skipped:
    """A sheet that is not read, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """The list as it stands in one file."""

    layout: str
    #: How much of the form was found: columns of it in the file, and all its columns.
    found: tuple[int, int]
    matches: tuple[headers.HeaderMatch, ...]
    skipped: tuple[Skipped, ...]
    #: Fields whose empty cells mean what stands above them.
    carried: frozenset[str]
    by_department: bool
    #: Everything else in the file, hidden sheets too.
    others: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The sheets that are read."""
        return [match.sheet for match in self.matches]


def find(path: Path, *, name: str, spec: RegisterSpec, layout: str, layouts: Layouts) -> Table:
    """Every visible sheet in which the list's header is found; a Problem when there is none."""
    every = reader.heads(path, rows=headers.SEARCHED_ROWS, name=name)
    heads = [head for head in every if not head.hidden]
    if not heads:
        raise Problem("sheet.none", _("The file has no visible sheet."), fix=_("Show the sheet in Excel."), where=name)
    chosen = _likeliest(heads, spec, layouts) if layout == tables.AUTO else layout
    matches, skipped = _read_heads(heads, spec, tables.wanted(spec, chosen, layouts), name)
    columns = tables.columns(spec, chosen, layouts)
    form = tables.layout_of(spec, chosen, layouts)
    read = {match.sheet for match in matches}
    return Table(
        layout=chosen,
        found=_found(matches[0], columns),
        matches=matches,
        skipped=skipped,
        carried=frozenset(column.key for column in columns if column.carry),
        by_department=form is not None and form.by_department,
        others=tuple(head.name for head in every if head.name not in read and (head.rows or head.hidden)),
    )


def _read_heads(
    heads: Sequence[Sheet], spec: RegisterSpec, wanted: Sequence[headers.ColumnSpec], name: str
) -> tuple[tuple[headers.HeaderMatch, ...], tuple[Skipped, ...]]:
    found: list[headers.HeaderMatch] = []
    refused: list[tuple[Sheet, Problem]] = []
    for head in heads:
        try:
            found.append(complete(spec, headers.locate(head.rows, wanted, sheet=head.name), name))
        except Problem as problem:
            if problem.code not in _ABSENT:
                raise
            refused.append((head, problem))
    if not found:
        raise _nothing(refused, name)
    skipped = [Skipped(head.name, problem.what) for head, problem in refused if head.rows]
    most = max(len(match.columns) for match in found)
    few = _("Only a few of its headings belong to this list.")
    skipped += [Skipped(match.sheet, few) for match in found if 2 * len(match.columns) < most]
    return tuple(match for match in found if 2 * len(match.columns) >= most), tuple(skipped)


def complete(spec: RegisterSpec, match: headers.HeaderMatch, name: str) -> headers.HeaderMatch:
    """Refuses a header without which no new row could be saved, saying what stands there instead."""
    present = {code for key in match.columns for code in (tables.spread(key) or (key,))[:2]}
    lacking = [item for item in spec.fields if item.required and not _has(spec, item, present)]
    missing = [spec for spec in match.missing if spec.code not in present]
    known = {one.code for one in missing}
    missing += [headers.ColumnSpec(item.code, [item.label()]) for item in lacking if item.code not in known]
    try:
        return replace(match, missing=tuple(missing)).ensure()
    except Problem as problem:
        found = "、".join([*match.labels.values(), *match.unknown.values()])
        problem.where = f"{name} · {match.sheet}"
        problem.fix = f"{problem.fix} {_('Found instead: %(words)s.') % {'words': found[:300]}}"
        raise


def _has(spec: RegisterSpec, item: Field, present: set[str], depth: int = 3) -> bool:
    """A field is there, begins by itself, or can be made from others that are."""
    if item.code in present or item.default is not None or item.kept:
        return True
    return depth > 0 and any(_has(spec, spec.by_code[code], present, depth - 1) for code in _telling(spec, item))


def _telling(spec: RegisterSpec, item: Field) -> list[str]:
    """What a field is made from; the department alone tells no two rows apart."""
    return [code for code in item.made_from if spec.by_code[code].type != "department"]


def _nothing(refused: Sequence[tuple[Sheet, Problem]], name: str) -> Problem:
    """The first sheet's refusal; one that at least has a header tells more."""
    missing = [pair for pair in refused if pair[1].code == "header.missing"]
    head, problem = (missing or list(refused))[0]
    problem.where = problem.where if name in problem.where else f"{name} · {problem.where}"
    if problem.code == "header.not_found":
        problem.fix = f"{problem.fix} {_('Found instead: %(words)s.') % {'words': _first_words(head) or '—'}}"
    return problem


def _first_words(head: Sheet) -> str:
    words: list[str] = []
    for row in head.rows:
        words += [cell.text.strip() for cell in row.cells if cell.value is not None]
        if len(words) >= 12 or row.number > 5:
            break
    return "、".join(word[:20] for word in words[:12])


# --- whose form ---------------------------------------------------------------------------------------------------


def _likeliest(heads: Sequence[Sheet], spec: RegisterSpec, layouts: Layouts) -> str:
    """The form that has most headings in common with the file; the register's own table where none is alike."""
    best, most = tables.STANDARD, _ALIKE
    for layout in layouts:
        if layout != tables.STANDARD:
            alike = _likeness(heads, spec, layout, layouts)
            if alike > most:
                best, most = layout, alike
    return best if _likeness(heads, spec, tables.STANDARD, layouts) < most else tables.STANDARD


def _likeness(heads: Sequence[Sheet], spec: RegisterSpec, layout: str, layouts: Layouts) -> float:
    """From 0 to 1: headings that agree, those by another word counting half, against all of both sides."""
    columns, wanted = tables.columns(spec, layout, layouts), tables.wanted(spec, layout, layouts)
    most = 0.0
    for head in heads[:_LOOKED_AT]:
        try:
            match = headers.locate(head.rows, wanted, sheet=head.name)
        except Problem:
            continue
        agreed = sum(_agrees(match, column) for column in columns)
        most = max(most, 2 * agreed / (len(columns) + len(match.columns) + len(match.unknown)))
    return most


def _agrees(match: headers.HeaderMatch, column: tables.TableColumn) -> float:
    label = headers.label_key(column.label)
    if column.code == "_row":
        return float(any(headers.label_key(one) == label for one in match.unknown.values()))
    if column.key not in match.columns:
        return 0.0
    return 1.0 if headers.label_key(match.labels[column.key].rsplit("/", 1)[-1]) == label else 0.5


def _found(match: headers.HeaderMatch, columns: Sequence[tables.TableColumn]) -> tuple[int, int]:
    return sum(_agrees(match, column) > 0 for column in columns), len(columns)


def why(table: Table, layouts: Mapping[str, object]) -> str:
    """In whose form the file is, in words."""
    found, of = table.found
    if table.layout == tables.STANDARD or table.layout not in layouts:
        return ""
    return _("%(found)d of the %(of)d columns of this form are in the file.") % {"found": found, "of": of}
