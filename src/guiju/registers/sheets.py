"""Finding the list in a workbook: which sheets hold it, where their headers are, and whose form it is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.lib.excel import headers, reader
from guiju.lib.excel.cells import Sheet
from guiju.registers import headings, tables
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
    arranged: tuple[headings.Arranged, ...]
    skipped: tuple[Skipped, ...]
    #: Fields whose empty cells mean what stands above them.
    carried: frozenset[str]
    by_department: bool
    #: Everything else in the file, hidden sheets too.
    others: tuple[str, ...] = ()
    #: The first rows of every sheet that is read.
    heads: Mapping[str, Sheet] = field(default_factory=dict)

    @property
    def matches(self) -> tuple[headers.HeaderMatch, ...]:
        """Where the headers are."""
        return tuple(one.match for one in self.arranged)

    @property
    def is_one_of_many(self) -> bool:
        """Rows are named with their sheet where the file has several."""
        return len(self.arranged) + len(self.others) > 1

    def added(self, sheet: str) -> tuple[tuple[int, str], ...]:
        """The columns of a sheet whose words are added to a field."""
        return next((one.added for one in self.arranged if one.match.sheet == sheet), ())

    def called(self, sheet: str) -> Mapping[int, str]:
        """What the columns of a sheet are called."""
        return next((one.names for one in self.arranged if one.match.sheet == sheet), {})

    @property
    def names(self) -> list[str]:
        """The sheets that are read."""
        return [match.sheet for match in self.matches]


def find(path: Path, *, name: str, spec: RegisterSpec, layout: str, layouts: Layouts) -> Table:
    """Every visible sheet in which the list's header is found; a Problem when there is none."""
    return find_in(first_rows(path, name=name), name=name, spec=spec, layout=layout, layouts=layouts)


def first_rows(path: Path, *, name: str) -> list[Sheet]:
    """The rows of each sheet among which a header may be, and the first ones below it."""
    return reader.heads(path, rows=headers.SEARCHED_ROWS, name=name)


def find_in(
    every: Sequence[Sheet],
    *,
    name: str,
    spec: RegisterSpec,
    layout: str,
    layouts: Layouts,
    columns: Mapping[str, str] = MappingProxyType({}),
    is_lenient: bool = False,
) -> Table:
    """The same, of sheets that are read already; `columns` is where a person wants them, see `headings.arrange`.

    Leniently, a sheet that lacks required columns is taken too: somebody will say which ones they are.
    """
    heads = [head for head in every if not head.hidden]
    if not heads:
        raise Problem("sheet.none", _("The file has no visible sheet."), fix=_("Show the sheet in Excel."), where=name)
    chosen = _likeliest(heads, spec, layouts) if layout == tables.AUTO else layout
    arrange = partial(headings.arrange, spec, layout=chosen, layouts=layouts, columns=columns)
    found, skipped = _read_heads(heads, spec, tables.wanted(spec, chosen, layouts), name, arrange, is_lenient)
    shown = tables.columns(spec, chosen, layouts)
    form = tables.layout_of(spec, chosen, layouts)
    read = {one.match.sheet for one in found}
    return Table(
        layout=chosen,
        found=_found(found[0].match, shown),
        arranged=found,
        skipped=skipped,
        carried=frozenset(column.key for column in shown if column.carry),
        by_department=form is not None and form.by_department,
        others=tuple(head.name for head in every if head.name not in read and (head.rows or head.hidden)),
        heads={head.name: head for head in every if head.name in read},
    )


def _read_heads(
    heads: Sequence[Sheet],
    spec: RegisterSpec,
    wanted: Sequence[headers.ColumnSpec],
    name: str,
    arrange: Callable[[headers.HeaderMatch, Sheet], headings.Arranged],
    is_lenient: bool,
) -> tuple[tuple[headings.Arranged, ...], tuple[Skipped, ...]]:
    found: list[headings.Arranged] = []
    short: list[headings.Arranged] = []
    refused: list[tuple[Sheet, Problem]] = []
    for head in heads:
        try:
            one = arrange(headers.locate(head.rows, wanted, sheet=head.name), head)
            short.append(one)
            found.append(replace(one, match=complete(spec, one.match, name)))
        except Problem as problem:
            if problem.code not in _ABSENT:
                raise
            refused.append((head, problem))
    if not found and is_lenient:
        found = _understood(short)
        refused = [pair for pair in refused if pair[0].name not in {one.match.sheet for one in found}]
    if not found:
        raise _nothing(refused, name)
    skipped = [Skipped(head.name, problem.what) for head, problem in refused if head.rows]
    most = max(len(one.match.columns) for one in found)
    few = _("Only a few of its headings belong to this list.")
    skipped += [Skipped(one.match.sheet, few) for one in found if 2 * len(one.match.columns) < most]
    return tuple(one for one in found if 2 * len(one.match.columns) >= most), tuple(skipped)


def _understood(short: Sequence[headings.Arranged]) -> list[headings.Arranged]:
    """Headers that lack something, but of which enough is known for a person to say the rest."""
    return [one for one in short if len(one.match.columns) >= min(3, len(one.names))]


def complete(spec: RegisterSpec, match: headers.HeaderMatch, name: str) -> headers.HeaderMatch:
    """Refuses a header without which no new row could be saved, saying what stands there instead."""
    try:
        return replace(match, missing=tuple(lacking(spec, match))).ensure()
    except Problem as problem:
        found = "、".join([*match.labels.values(), *match.unknown.values()])
        problem.where = f"{name} · {match.sheet}"
        problem.fix = f"{problem.fix} {_('Found instead: %(words)s.') % {'words': found[:300]}}"
        raise


def lacking(spec: RegisterSpec, match: headers.HeaderMatch) -> list[headers.ColumnSpec]:
    """Columns without which no new row could be saved."""
    present = {code for key in match.columns for code in (tables.spread(key) or (key,))[:2]}
    lacks = [item for item in spec.fields if item.required and not _has(spec, item, present)]
    missing = [one for one in match.missing if one.code not in present]
    known = {one.code for one in missing}
    return missing + [headers.ColumnSpec(item.code, [item.label()]) for item in lacks if item.code not in known]


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
    return sum(_agrees(match, column) == 1 for column in columns), len(columns)


def why(table: Table, layouts: Mapping[str, object]) -> str:
    """In whose form the file is, in words."""
    found, of = table.found
    if table.layout == tables.STANDARD or table.layout not in layouts:
        return ""
    return _("%(found)d of the %(of)d columns of this form are in the file.") % {"found": found, "of": of}
