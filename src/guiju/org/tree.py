"""Paths of the unit tree: one fixed-width base-36 step per level."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.org.enums import UnitKind
from guiju.org.models import LAST, STEP, Unit

__all__ = [
    "MAX_DEPTH", "PARTS", "STEP", "ancestor_paths", "ancestors", "homes", "next_path", "own", "own_units", "step", "subtree",
]  # fmt: skip

#: Kinds of units that are no company of their own: what they keep belongs to the company they are part of.
PARTS = frozenset({UnitKind.DEPARTMENT.value, UnitKind.BRANCH.value})

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_DEPTH = 19


def step(number: int) -> str:
    """The path step of the n-th child, e.g. 37 -> "0011"."""
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = _DIGITS[rest] + text
    return text.rjust(STEP, "0")


def next_path(parent: Unit | None) -> str:
    """The path of one more child (or root). The caller holds a transaction; the unique index settles races."""
    base = parent.path if parent else ""
    siblings = Unit.objects.filter(parent=parent) if parent else Unit.objects.filter(parent__isnull=True)
    last = siblings.order_by("-path").values_list("path", flat=True).first()
    number = int(last[-STEP:], 36) + 1 if last else 1
    if number >= 36**STEP or len(base) // STEP >= MAX_DEPTH:
        raise Problem("unit.too_many", _("This tree has no room for another unit at this place."))
    return base + step(number)


def subtree(unit: Unit) -> QuerySet[Unit]:
    """The unit and everything below it, as one range of paths."""
    return Unit.objects.filter(path__gte=unit.path, path__lt=unit.path + LAST)


def own_units(unit: Unit) -> QuerySet[Unit]:
    """The unit and those below it that are no companies of their own: departments and branches, closed ones too."""
    return Unit.objects.filter(pk__in=_own_ids(unit))


def own(unit: Unit) -> Q:
    """What belongs to a unit: its own rows, and those kept at its departments and branches.

    The one answer for every list, ledger, sheet, report and count of a company. It asks no question of its own. To a
    department or branch also belongs what its company keeps of it: the rows must name a department.
    """
    kept = Q(unit_id__in=_own_ids(unit))
    return kept | Q(department_id__in=_own_ids(unit)) if unit.kind in PARTS else kept


def homes(parts: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Of departments and branches (id and path) the company they are part of: one question, none where there are none."""
    above = {pk: ancestor_paths(path) for pk, path in parts}
    if not above:
        return {}
    wanted = {path for paths in above.values() for path in paths}
    known = dict(Unit.objects.filter(path__in=wanted).exclude(kind__in=PARTS).values_list("path", "pk"))
    found = {pk: [known[path] for path in paths if path in known] for pk, paths in above.items()}
    return {pk: companies[-1] for pk, companies in found.items() if companies}


def _own_ids(unit: Unit) -> RawSQL:
    """As a subquery that walks from parent to child and stops at companies, however deep departments stand."""
    quoted = ", ".join(f"'{kind}'" for kind in sorted(PARTS))
    table = Unit._meta.db_table
    sql = (
        f"WITH RECURSIVE kept(id) AS (SELECT CAST(%s AS bigint) UNION ALL SELECT below.id FROM {table} below"  # noqa: S608
        f" JOIN kept ON below.parent_id = kept.id WHERE below.kind IN ({quoted})) SELECT id FROM kept"
    )
    return RawSQL(sql, [unit.pk])  # noqa: S611


def ancestor_paths(path: str, *, itself: bool = False) -> list[str]:
    """The paths of all units above, nearest last."""
    end = len(path) + (STEP if itself else 0)
    return [path[:length] for length in range(STEP, end, STEP)]


def ancestors(unit: Unit, *, itself: bool = False) -> QuerySet[Unit]:
    """The units above, from the root down."""
    return Unit.objects.filter(path__in=ancestor_paths(unit.path, itself=itself)).order_by("path")
