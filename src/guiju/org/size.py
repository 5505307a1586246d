"""The size class of a unit, with its reason: 工信部联企业〔2011〕300号 as dated data of the base pack.

A firm is large only at or above every upper limit of its row (below one of them it is medium or smaller); medium
and small need both lower limits, and failing either drops one tier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from guiju.org.enums import Size

#: The measured figures, in persons and 万元.
MEASURES = ("staff_count", "revenue", "total_assets")


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One industry of the table: limits by measure for `sme_below` (any), `medium` (all), `small` (all)."""

    industry: str
    label: str
    sme_below: Mapping[str, Decimal]
    medium: Mapping[str, Decimal]
    small: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class SizeTable:
    """The table in force from a day, and where it stands."""

    from_on: date
    source: str
    rows: Mapping[str, SizeRow]


@dataclass(frozen=True, slots=True)
class SizeFinding:
    """The size class with what led to it; `size` is empty when figures are missing (`missing` names them)."""

    size: str
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    overridden: bool = False
    industry: str = ""
    inputs: Mapping[str, Decimal] = field(default_factory=dict)


def _names() -> dict[str, str]:
    return {"staff_count": _("employees"), "revenue": _("revenue"), "total_assets": _("total assets")}


def _amount(measure: str, value: Decimal) -> str:
    figure = f"{value.normalize():,f}"
    return (
        _("%(n)s persons") % {"n": figure} if measure == "staff_count" else _("%(n)s ten-thousand yuan") % {"n": figure}
    )


def _compare(measure: str, value: Decimal, limit: Decimal) -> str:
    text = _("%(measure)s %(value)s, at or above the limit of %(limit)s")
    if value < limit:
        text = _("%(measure)s %(value)s, below the limit of %(limit)s")
    return text % {"measure": _names()[measure], "value": _amount(measure, value), "limit": _amount(measure, limit)}


def _tier(size: Size, why: str) -> str:
    return _("%(size)s: %(why)s") % {"size": size.label, "why": why}


def classify(row: SizeRow, figures: Mapping[str, Decimal]) -> SizeFinding:
    """The size class of one firm from its row and figures, with one reason per tier looked at."""
    needed = [m for m in MEASURES if m in row.sme_below or m in row.medium or m in row.small]
    missing = tuple(m for m in needed if m not in figures)
    if missing:
        return SizeFinding("", missing=missing, industry=row.industry, inputs=dict(figures))
    inputs = {m: figures[m] for m in needed}
    reasons: list[str] = [_("Industry: %(label)s") % {"label": row.label}]
    tiers = ((Size.LARGE, row.sme_below), (Size.MEDIUM, row.medium), (Size.SMALL, row.small))
    for size, limits in tiers:
        reasons += [_tier(size, _compare(m, inputs[m], limits[m])) for m in MEASURES if m in limits]
        if all(inputs[m] >= limits[m] for m in limits):
            return SizeFinding(size.value, tuple(reasons), industry=row.industry, inputs=inputs)
    reasons.append(_("Below a limit of every tier: micro"))
    return SizeFinding(Size.MICRO.value, tuple(reasons), industry=row.industry, inputs=inputs)
