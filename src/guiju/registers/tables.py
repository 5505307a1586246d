"""Which columns a register has in a workbook: the standard layout, or somebody's own form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.lib.excel import headers
from guiju.registers.spec import Field, LayoutColumn, RegisterSpec, in_english

STANDARD = "standard"
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

    @property
    def key(self) -> str:
        """What an import calls this column; columns that share a field are told apart by their choice."""
        return f"{self.code}@{self.when[0]}={self.when[1]}" if self.when else self.code


def spread(key: str) -> tuple[str, str, str] | None:
    """The field, the choice and its value behind the key of a column that shares its field with others."""
    code, at, rest = key.partition("@")
    name, _equals, value = rest.partition("=")
    return (code, name, value) if at else None


def title(spec: RegisterSpec, layout: str) -> str:
    """What stands above the table."""
    return spec.title() if layout == STANDARD and layout not in spec.layouts else _layout(spec, layout)


def _layout(spec: RegisterSpec, layout: str) -> str:
    _check(spec, layout)
    return spec.layouts[layout].title


def _check(spec: RegisterSpec, layout: str) -> None:
    if layout != STANDARD and layout not in spec.layouts:
        raise Problem(
            "layout.unknown",
            _("The register “%(register)s” has no layout “%(layout)s”.") % {"register": spec.title(), "layout": layout},
            fix=_("Its layouts are: %(layouts)s.") % {"layouts": ", ".join([STANDARD, *spec.layouts])},
            where="layout",
        )


def columns(spec: RegisterSpec, layout: str = STANDARD) -> list[TableColumn]:
    """The columns in order. Files are not part of a table.

    A register may say itself what its standard form looks like; its rows then keep their unit in front of it.
    """
    _check(spec, layout)
    if layout in spec.layouts:
        own = [_official(spec, item) for item in spec.layouts[layout].columns]
        taken = {column.label for column in own}
        return [TableColumn("_unit", pseudo("_unit", taken), None), *own] if layout == STANDARD else own
    fields = [TableColumn(item.code, item.label(), item) for item in spec.fields if item.type != "files"]
    taken = {column.label for column in fields}
    first = [TableColumn("_unit", pseudo("_unit", taken), None)] if spec.storage != "org.unit" else []
    last = [TableColumn("_status", pseudo("_status", taken), None)] if spec.states else []
    return [*first, *fields, *last]


def _official(spec: RegisterSpec, item: LayoutColumn) -> TableColumn:
    when = next(iter(item.when.items()), None)
    return TableColumn(item.field, item.label, spec.field(item.field), item.under, when)


def pseudo(code: str, taken: set[str]) -> str:
    """A heading that no field has."""
    zh, en, other = PSEUDO[code]
    candidates = [en] if in_english() else [zh, *other]
    return next((label for label in candidates if label not in taken), f"{candidates[0]} *")


def wanted(spec: RegisterSpec, layout: str = STANDARD) -> Sequence[headers.ColumnSpec]:
    """What an import looks for; fields first, because their own headings win."""
    shown = columns(spec, layout)
    found = []
    for column in shown:
        if column.field is not None:
            item = column.field
            if column.when:
                labels = dict.fromkeys((f"{column.under}/{column.label}", column.label))
            else:
                labels = dict.fromkeys(filter(None, (column.label, item.zh, item.en, *item.synonyms)))
            found.append(headers.ColumnSpec(column.key, list(labels), item.required and not column.when))
    found += _unasked(spec, shown) if layout == STANDARD else []
    for column in shown:
        if column.code in PSEUDO:
            zh, en, other = PSEUDO[column.code]
            found.append(headers.ColumnSpec(column.code, list(dict.fromkeys((column.label, zh, en, *other)))))
    return found


def _unasked(spec: RegisterSpec, shown: Sequence[TableColumn]) -> list[headers.ColumnSpec]:
    """Fields that the standard form does not show as such: a file of one's own may have them all the same."""
    there = {column.key for column in shown}
    return [
        headers.ColumnSpec(item.code, list(dict.fromkeys(filter(None, (item.zh, item.en, *item.synonyms)))))
        for item in spec.fields
        if item.code not in there and item.type != "files"
    ]
