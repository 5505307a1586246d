"""Where: turning grants into rows, once (list, record, export, file, API and count all pass here)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, cast

from django.db.models import ExpressionWrapper, F, IntegerField, Model, Q, QuerySet
from django.db.models.functions import Cast

from guiju.access.actor import Actor
from guiju.access.models import Grant
from guiju.access.permissions import Permission
from guiju.access.roles import roles_with
from guiju.lib import clock
from guiju.org.models import LAST, Unit

M = TypeVar("M", bound=Model)

#: A subtree with more than this share of its tree is filtered row by row instead of through the unit index.
LARGE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the unit forest where a permission holds.

    `everything` for the installation itself; `roots` are whole trees by root id, `subtrees` path prefixes,
    `nodes` single unit ids.
    """

    everything: bool = False
    roots: frozenset[int] = frozenset()
    subtrees: tuple[str, ...] = ()
    nodes: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """True when the permission holds nowhere."""
        return not (self.everything or self.roots or self.subtrees or self.nodes)

    def covers(self, unit: Unit) -> bool:
        """True when the permission holds on this unit."""
        return (
            self.everything
            or unit.root_id in self.roots
            or unit.pk in self.nodes
            or any(unit.path.startswith(prefix) for prefix in self.subtrees)
        )


def scope(by: Actor, permission: Permission) -> Scope:
    """Where this actor holds the permission today. One query; a token narrows it to its scopes and unit."""
    if by.user is None:
        return Scope(everything=True)
    if not by.user.is_active or (by.token and permission.value not in by.token.scopes):
        return Scope()
    today = clock.today()
    grants = (
        Grant.objects.holding(today)
        .filter(user=by.user, role__in=roles_with(permission))
        .values_list("with_subtree", "unit_id", "unit__path", "unit__depth")
    )
    found = _collect(list(grants))
    return _narrow(found, by.token.unit) if by.token else found


def _collect(grants: list[tuple[bool, int, str, int]]) -> Scope:
    roots = frozenset(unit for subtree, unit, _path, depth in grants if subtree and depth == 0)
    prefixes = sorted({path for subtree, _unit, path, depth in grants if subtree and depth > 0})
    kept: list[str] = []
    for path in prefixes:
        if not (kept and path.startswith(kept[-1])):
            kept.append(path)
    return Scope(
        roots=roots,
        subtrees=tuple(kept),
        nodes=frozenset(unit for subtree, unit, _path, _depth in grants if not subtree),
    )


def _narrow(found: Scope, unit: Unit) -> Scope:
    """Cut a scope down to one unit's subtree."""
    if found.covers(unit):
        return Scope(roots=frozenset({unit.pk})) if unit.depth == 0 else Scope(subtrees=(unit.path,))
    inside = tuple(path for path in found.subtrees if path.startswith(unit.path))
    nodes = frozenset(
        Unit.objects.filter(pk__in=found.nodes, path__gte=unit.path, path__lt=unit.path + LAST).values_list(
            "pk", flat=True
        )
    )
    return Scope(subtrees=inside, nodes=nodes)


def units(by: Actor, permission: Permission) -> QuerySet[Unit]:
    """The units on which the actor holds the permission."""
    return Unit.objects.filter(_unit_q(scope(by, permission), ""))


def _unit_q(found: Scope, prefix: str) -> Q:
    if found.everything:
        return Q()
    q = Q(pk__in=[]) if not prefix else Q(**{f"{prefix}pk__in": []})
    if found.roots:
        q |= Q(**{f"{prefix}root_id__in": found.roots})
    if found.nodes:
        q |= Q(**{f"{prefix}pk__in": found.nodes})
    for path in found.subtrees:
        q |= Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": path + LAST})
    return q


def restrict(
    rows: QuerySet[M], *, by: Actor, permission: Permission, within: Unit | None = None, sparse: bool | None = None
) -> QuerySet[M]:
    """The rows (with `unit` and `root` columns) that the actor may touch, optionally only below one unit.

    A grant on a whole tree becomes `root_id = x`, which the list indexes begin with; anything smaller becomes
    `unit_id IN (subquery)`, and a large share of a tree is kept off the unit index, which would otherwise make
    SQLite sort the whole subtree (shared risk note 2). A caller who knows whether few rows will be found says so:
    `sparse` goes through the unit index, its opposite along the index of the list's order; neither asks for the share.
    """
    found = scope(by, permission)
    if within is not None:
        found = _narrow(found, within)
    if found.everything:
        return rows
    if found.is_empty:
        return rows.none()
    if found.roots and not found.subtrees and not found.nodes:
        return rows.filter(root_id__in=found.roots) if len(found.roots) > 1 else rows.filter(root_id=min(found.roots))
    wanted = Unit.objects.filter(_unit_q(found, "")).values("pk")
    if sparse:
        return rows.filter(unit_id__in=wanted)
    tops = Unit.objects.filter(Q(path__in=found.subtrees) | Q(pk__in=found.nodes))
    roots: set[int | None] = {*found.roots, *tops.values_list("root_id", flat=True)}
    rows = rows.filter(root_id=next(iter(roots))) if len(roots) == 1 else rows.filter(root_id__in=roots)
    if sparse is False or _share(found, roots) > LARGE_SHARE:
        off_index = ExpressionWrapper(Cast(F("unit_id"), IntegerField()) + 0, output_field=IntegerField())
        return cast("QuerySet[M]", rows.alias(_unit_off_index=off_index).filter(_unit_off_index__in=wanted))
    return rows.filter(unit_id__in=wanted)


def _share(found: Scope, roots: set[int | None]) -> float:
    total = Unit.objects.filter(root_id__in=roots).count()
    return Unit.objects.filter(_unit_q(found, "")).count() / total if total else 0.0
