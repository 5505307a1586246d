"""Which columns a register has in a workbook: the standard layout, or somebody's own form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.lib.excel import headers
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.registers.models import OwnLayout
from guiju.registers.spec import Field, Layout, LayoutColumn, RegisterSpec, in_english

STANDARD = "standard"
#: Not a form: the one that fits a file best is found out.
AUTO = "auto"
Layouts = Mapping[str, Layout]
#: Columns besides the fields: Chinese heading, English one, further words for it.
PSEUDO = {
    "_unit": ("所属单位", "Unit", ("单位", "单位名称", "单位编码", "填报单位")),
    "_status": ("状态", "Status", ("当前状态", "办理状态")),
}
#: Headings of columns that nobody misses.
IGNORED = frozenset({"序号", "no", "编号序", "行号"})


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: a field or a pseudo-field under a heading."""

    code: str
    label: str
    field: Field | None
    under: str = ""
    #: The choice and its value under which the field stands here.
    when: tuple[str, str] | None = None
    #: An empty cell means what stands above it.
    carry: bool = False
    #: In characters; 0 where the form does not say.
    width: float = 0

    @property
    def key(self) -> str:
        """What an import calls this column; columns that share a field are told apart by their choice."""
        return f"{self.code}@{self.when[0]}={self.when[1]}" if self.when else self.code


def spread(key: str) -> tuple[str, str, str] | None:
    """The field, the choice and its value behind the key of a column that shares its field with others."""
    code, at, rest = key.partition("@")
    name, _equals, value = rest.partition("=")
    return (code, name, value) if at else None


def own_forms(unit: Unit, *registers: str) -> list[OwnLayout]:
    """The own forms that hold for a unit, its own first: of each code the one of the nearest unit at or above it.

    One query, for however many registers.
    """
    around = OwnLayout.objects.filter(register__in=registers, unit__path__in=ancestor_paths(unit.path, itself=True))
    found: dict[tuple[str, str], OwnLayout] = {}
    for row in around.select_related("unit").order_by("-unit__path", "pk"):
        found.setdefault((row.register, row.code), row)
    return list(found.values())


def layouts_for(spec: RegisterSpec, unit: Unit | None, own: Iterable[OwnLayout] | None = None) -> dict[str, Layout]:
    """Every form of a register that a unit may use: the own ones that hold for it, then the pack's.

    Of two of one code the nearer one wins (see `own_forms`), and any of them over the pack's. Who has read the own
    forms already hands them in.
    """
    if own is None:  # only lists that packs give forms to have forms of one's own
        own = own_forms(unit, spec.code) if unit is not None and spec.layouts else ()
    found = {row.code: layout(row) for row in own}
    return found | {code: shipped for code, shipped in spec.layouts.items() if code not in found}


def layout(own: OwnLayout) -> Layout:
    """An own form as the layouts of registers are."""
    columns = tuple(LayoutColumn.model_validate(item) for item in own.columns)
    return Layout(title=own.title, columns=columns, by_department=own.by_department)


def layout_of(spec: RegisterSpec, layout: str, layouts: Layouts | None = None) -> Layout | None:
    """The form of this name, None for the register's own table; a Problem when there is none."""
    known = spec.layouts if layouts is None else layouts
    if layout != STANDARD and layout not in known:
        raise Problem(
            "layout.unknown",
            _("The register “%(register)s” has no layout “%(layout)s”.") % {"register": spec.title(), "layout": layout},
            fix=_("Its layouts are: %(layouts)s.") % {"layouts": ", ".join(dict.fromkeys([STANDARD, *known]))},
            where="layout",
        )
    return known.get(layout)


def title(spec: RegisterSpec, layout: str, layouts: Layouts | None = None) -> str:
    """What stands above the table."""
    found = layout_of(spec, layout, layouts)
    return found.title if found is not None else spec.title()


def columns(spec: RegisterSpec, layout: str = STANDARD, layouts: Layouts | None = None) -> list[TableColumn]:
    """The columns in order. Files are not part of a table.

    A register may say itself what its standard form looks like; its rows then keep their unit in front of it.
    """
    found = layout_of(spec, layout, layouts)
    if found is not None:
        own = [_official(spec, item) for item in found.columns]
        taken = {column.label for column in own}
        return [TableColumn("_unit", pseudo("_unit", taken), None), *own] if layout == STANDARD else own
    fields = [TableColumn(item.code, item.label(), item) for item in spec.fields if _has_place(item)]
    taken = {column.label for column in fields}
    first = [TableColumn("_unit", pseudo("_unit", taken), None)] if spec.storage != "org.unit" else []
    last = [TableColumn("_status", pseudo("_status", taken), None)] if spec.states else []
    return [*first, *fields, *last]


def _has_place(item: Field) -> bool:
    """Files are attached on pages; an organisation's own column stands only where it has given it a heading."""
    return item.type != "files" and not item.own


def _official(spec: RegisterSpec, item: LayoutColumn) -> TableColumn:
    when = next(iter(item.when.items()), None)
    return TableColumn(item.field, item.label, spec.field(item.field), item.under, when, item.carry, item.width or 0)


def pseudo(code: str, taken: set[str]) -> str:
    """A heading that no field has."""
    zh, en, other = PSEUDO[code]
    candidates = [en] if in_english() else [zh, *other]
    return next((label for label in candidates if label not in taken), f"{candidates[0]} *")


def wanted(spec: RegisterSpec, layout: str = STANDARD, layouts: Layouts | None = None) -> Sequence[headers.ColumnSpec]:
    """What an import looks for; fields first, because their own headings win."""
    shown = columns(spec, layout, layouts)
    found = []
    for column in shown:
        if column.field is not None:
            item = column.field
            stacked = (f"{column.under}/{column.label}",) if column.under else ()
            if column.when:
                labels = dict.fromkeys((f"{column.under}/{column.label}", column.label))
            else:
                labels = dict.fromkeys(filter(None, (*stacked, column.label, item.zh, item.en, *item.synonyms)))
            found.append(headers.ColumnSpec(column.key, list(labels), is_needed(item) and not column.when))
    found += _unasked(spec, shown)
    for column in shown:
        if column.code in PSEUDO:
            zh, en, other = PSEUDO[column.code]
            found.append(headers.ColumnSpec(column.code, list(dict.fromkeys((column.label, zh, en, *other)))))
    return found


def is_needed(item: Field) -> bool:
    """A new row cannot do without this column; what has a beginning or is made from other fields may be absent."""
    return item.required and item.default is None and not item.made_from


def _unasked(spec: RegisterSpec, shown: Sequence[TableColumn]) -> list[headers.ColumnSpec]:
    """Fields that the form does not show: a file of one's own may have them all the same.

    A heading that the form gives to a running number is no other field's.
    """
    there = {column.key for column in shown}
    numbers = {headers.label_key(column.label) for column in shown if column.code == "_row"}
    found = []
    for item in spec.fields:
        if item.code not in there and _has_place(item):
            labels = dict.fromkeys(filter(None, (item.zh, item.en, *item.synonyms)))
            found.append(
                headers.ColumnSpec(item.code, [label for label in labels if headers.label_key(label) not in numbers])
            )
    return found
