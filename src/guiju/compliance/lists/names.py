"""The names that the documents give to the three lists: one choice gives them to a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from guiju.access import check
from guiju.access.actor import Actor
from guiju.compliance.enums import ListKind
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.registers import ownlayouts
from guiju.registers import spec as specs
from guiju.registers.models import OwnLayout
from guiju.registers.spec import RegisterSpec

DUTY, RISK, PROCESS = ListKind.DUTY.register, ListKind.RISK.register, ListKind.PROCESS.register


@dataclass(frozen=True, slots=True)
class NameSet:
    """What a document calls the lists; the words are its own and are not translated."""

    code: str
    label: Promise
    titles: Mapping[str, str]


SETS: dict[str, NameSet] = {
    found.code: found
    for found in (
        NameSet(
            "chongqing",
            _l("As in Chongqing (task 4 of the measures of 2023)"),
            {DUTY: "岗位合规职责清单", RISK: "合规风险清单", PROCESS: "合规审查流程管控清单"},
        ),
        NameSet(
            "baotou",
            _l("As in Baotou (three lists of the key fields)"),
            {DUTY: "重点岗位合规职责清单", RISK: "违规风险清单", PROCESS: "重点流程节点清单"},
        ),
        NameSet("platform", _l("As for trading platforms (one list)"), {RISK: "合规风险管控清单"}),
    )
}

#: The columns that a list begins with where nobody has chosen any.
_COLUMNS: dict[str, tuple[str, ...]] = {
    DUTY: (
        "department", "post", "key", "holder", "basic", "duty", "risk_points", "source_law", "source_rules",
        "bottom_line", "owner",
    ),
    RISK: (
        "number", "name", "field", "business", "behaviour", "cause", "consequence", "basis", "probability", "impact",
        "level", "priority", "measure", "department", "owner",
    ),
    PROCESS: (
        "department", "level_1", "level_2", "process", "node", "review_content", "measures", "source_law",
        "source_rules", "risk_points", "reviewer", "owner",
    ),
}  # fmt: skip
_CARRIED = frozenset({"department", "post", "level_1", "level_2", "process"})
_WIDE = 34.0


def begin(spec: RegisterSpec) -> list[dict[str, Any]]:
    """The columns that an own form begins with: the usual ones under their usual headings."""
    codes = _COLUMNS.get(spec.code, spec.list.columns)
    found: list[dict[str, Any]] = [{"field": "_row", "label": "序号", "width": 6.0}]
    for code in codes:
        item = spec.by_code[code]
        column: dict[str, Any] = {"field": code, "label": item.zh}
        if code in _CARRIED and spec.code != RISK:
            column["carry"] = True
        found.append(column | ({"width": _WIDE} if item.type == "longtext" else {}))
    return found


@transaction.atomic
def use(*, unit: Unit, code: str, by: Actor) -> list[OwnLayout]:
    """Give a unit's lists the names of a document; columns that were chosen before stay."""
    check.require(by, ownlayouts.EDIT, unit)
    chosen = SETS.get(code)
    if chosen is None:
        raise NotFound(_("There are no names “%(code)s”.") % {"code": code}, where="names")
    return [_named(unit, register, title, by) for register, title in chosen.titles.items()]


def _named(unit: Unit, register: str, title: str, by: Actor) -> OwnLayout:
    spec = specs.get(register)
    held = ownlayouts.default_of(unit, register)
    mine = held is not None and held.unit_id == unit.pk
    return ownlayouts.set_layout(
        unit=unit,
        spec=spec,
        code=held.code if held is not None and mine else "",
        version=held.version if held is not None and mine else None,
        title=title,
        columns=held.columns if held is not None else begin(spec),
        by_department=held.by_department if held is not None else False,
        by=by,
    )
