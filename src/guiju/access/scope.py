"""Where: turning grants into rows, once (list, record, export, file, API and count all pass here)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from django.db.models import ExpressionWrapper, F, IntegerField, Model, Q, QuerySet
from django.db.models.functions import Cast

from guiju.access.actor import Actor
from guiju.access.models import Grant
from guiju.access.permissions import Permission
from guiju.access.roles import roles_with
from guiju.lib import clock
from guiju.lib.prepared import Prepared
from guiju.org.enums import UnitKind
from guiju.org.models import LAST, STEP, Person, Unit

M = TypeVar("M", bound=Model)

#: A subtree with more than this share of its tree is filtered row by row instead of through the unit index.
LARGE_SHARE = 0.2

#: Of a grant: whether it reaches below its unit, and the unit's id, path, depth and kind.
_Grant = tuple[bool, int, str, int, str]

#: Kinds of units that are part of a company; its rows may name one that answers for them.
_WITHIN_COMPANY = frozenset({UnitKind.DEPARTMENT.value, UnitKind.BRANCH.value})


@dataclass(frozen=True, slots=True)
class Part:
    """A department (or branch) as part of its company: the company's rows that name it belong to it too."""

    company_id: int
    company_path: str
    unit_id: int
    path: str
    with_below: bool

    def holds(self, department: Unit) -> bool:
        """True for the department itself, or one below it where those count."""
        return self.has(department.pk, department.path)

    def has(self, department: int, path: str) -> bool:
        """As `holds`, for a department of which only the numbers are at hand."""
        return department == self.unit_id or (self.with_below and path.startswith(self.path))


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the unit forest where a permission holds.

    `everything` for the installation itself; `roots` are whole trees by root id, `subtrees` path prefixes,
    `nodes` single unit ids. `parts` add rows that a company keeps but a department of the scope answers for.
    """

    everything: bool = False
    roots: frozenset[int] = frozenset()
    subtrees: tuple[str, ...] = ()
    nodes: frozenset[int] = frozenset()
    parts: tuple[Part, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when the permission holds nowhere."""
        return not (self.everything or self.roots or self.subtrees or self.nodes)

    def covers_below(self, unit: Unit) -> bool:
        """True when the permission holds on this unit and on everything below it."""
        return (
            self.everything
            or unit.root_id in self.roots
            or any(unit.path.startswith(prefix) for prefix in self.subtrees)
        )

    def holds(self, *, root: int, unit: int, path: str) -> bool:
        """As `covers`, for a unit of which only the numbers are at hand."""
        return self.everything or root in self.roots or unit in self.nodes or path.startswith(self.subtrees)

    def covers_row(self, unit: Unit, department: Unit | None) -> bool:
        """True when the permission holds on a row that a unit keeps and a department may answer for."""
        return self.covers(unit) or (
            department is not None and any(part.company_id == unit.pk and part.holds(department) for part in self.parts)
        )

    def touches(self, unit: Unit) -> bool:
        """True when the permission holds on the unit or on some department's rows that it keeps."""
        return self.covers(unit) or any(part.company_id == unit.pk for part in self.parts)

    def covers(self, unit: Unit) -> bool:
        """True when the permission holds on this unit."""
        return unit.pk in self.nodes or self.covers_below(unit)


def scope(by: Actor, permission: Permission) -> Scope:
    """Where this actor holds the permission today; a token narrows it to its scopes and unit.

    One query, or none on a page that only shows and has asked already.
    """
    if by.token and permission.value not in by.token.scopes:
        return Scope()
    return sight(by, permission)


def sight(by: Actor, permission: Permission) -> Scope:
    """Where the account behind the actor holds the permission, within a token's unit whatever the token's scopes.

    For names that somebody writes into a field: they may lead as far as the account sees.
    """
    if by.user is None:
        return Scope(everything=True)
    if not by.user.is_active:
        return Scope()
    roles = roles_with(permission)
    found = _collect(_held(by, roles), by)
    return _narrow(found, by.token.unit, by) if by.token else found


def grants(by: Actor) -> list[Grant]:
    """The grants of the account that hold today, outermost unit first; read once for a page that only shows."""
    if by.looked is not None and "grants" in by.looked:
        return cast("list[Grant]", by.looked["grants"])
    found = list(_holding(by).select_related("unit"))
    if by.looked is not None:
        by.looked["grants"] = found
    return found


def _holding(by: Actor) -> QuerySet[Grant]:
    return Grant.objects.holding(clock.today()).filter(user=by.user).order_by("unit__path", "id")


def _held(by: Actor, roles: frozenset[str]) -> list[_Grant]:
    """What decides about the grants with these roles. An act asks this many times over, so it reads no more than that."""
    if by.looked is None:
        assert by.user_id is not None
        rows = _DECIDING.rows(user=by.user_id, on=clock.today())
        return [(bool(below), *unit) for role, below, *unit in rows if role in roles]
    return [
        (grant.with_subtree, grant.unit_id, grant.unit.path, grant.unit.depth, grant.unit.kind)
        for grant in grants(by)
        if grant.role in roles
    ]


def _deciding(user: int, on: date) -> QuerySet[Grant, Any]:
    rows = Grant.objects.holding(on).filter(user_id=user).order_by("unit__path", "id")
    return rows.values_list("role", "with_subtree", "unit_id", "unit__path", "unit__depth", "unit__kind")


_DECIDING = Prepared(_deciding, user=-1, on=date.min)


def _collect(grants: list[_Grant], by: Actor) -> Scope:
    roots = frozenset(unit for subtree, unit, _path, depth, _kind in grants if subtree and depth == 0)
    nodes = frozenset(unit for subtree, unit, *_rest in grants if not subtree)
    whole = tuple({path for subtree, _unit, path, *_rest in grants if subtree})
    prefixes = sorted({path for subtree, _unit, path, depth, _kind in grants if subtree and depth > 0})
    kept: list[str] = []
    for path in prefixes:
        if not (kept and path.startswith(kept[-1])):
            kept.append(path)
    return Scope(
        roots=roots,
        subtrees=tuple(kept),
        nodes=nodes,
        parts=tuple(
            part
            for part in _parts(
                [(unit, path, subtree) for subtree, unit, path, _depth, kind in grants if kind in _WITHIN_COMPANY], by
            )
            if part.company_id not in nodes and not part.company_path.startswith(whole)
        ),
    )


def _parts(departments: list[tuple[int, str, bool]], by: Actor) -> tuple[Part, ...]:
    """Departments with the company each belongs to: the nearest above."""
    above = {path[:end] for _unit, path, _below in departments for end in range(STEP, len(path), STEP)}
    by_path = _companies(above, by)
    found = []
    for unit, path, below in departments:
        near = next((path[:end] for end in range(len(path) - STEP, 0, -STEP) if path[:end] in by_path), "")
        if near:
            found.append(Part(by_path[near], near, unit, path, below))
    return tuple(dict.fromkeys(found))


def _companies(paths: set[str], by: Actor) -> dict[str, int]:
    """Which of the paths are companies', with their ids; read once for a page that only shows."""
    known: dict[str, int | None] = {} if by.looked is None else by.looked.setdefault("companies", {})
    if new := paths - known.keys():
        rows = Unit.objects.filter(path__in=new).exclude(kind__in=_WITHIN_COMPANY)
        known.update(dict.fromkeys(new) | dict(rows.values_list("path", "pk")))
    return {path: pk for path in paths if (pk := known[path]) is not None}


def _narrow(found: Scope, unit: Unit, by: Actor) -> Scope:
    """What of a scope lies within one unit's subtree; a grant on the unit alone stays one on the unit alone."""
    if found.covers_below(unit):
        whole = Scope(roots=frozenset({unit.pk})) if unit.depth == 0 else Scope(subtrees=(unit.path,))
        return replace(whole, parts=_own_part(found, unit, by))
    inside = tuple(path for path in found.subtrees if path.startswith(unit.path))
    nodes = frozenset(
        Unit.objects.filter(pk__in=found.nodes, path__gte=unit.path, path__lt=unit.path + LAST).values_list(
            "pk", flat=True
        )
    )
    parts = _own_part(found, unit, by) if unit.kind in _WITHIN_COMPANY else _inside(found.parts, unit)
    return Scope(subtrees=inside, nodes=nodes, parts=parts)


def _own_part(found: Scope, unit: Unit, by: Actor) -> tuple[Part, ...]:
    """Within a department stand the rows that its company keeps of it, as far as the scope shows them."""
    if unit.kind not in _WITHIN_COMPANY:
        return ()
    wanted = _parts([(unit.pk, unit.path, True)], by)
    root = unit.root_id or unit.pk
    seen = any(found.holds(root=root, unit=one.company_id, path=one.company_path) for one in wanted)
    return wanted if seen else _inside(found.parts, unit)


def _inside(parts: tuple[Part, ...], unit: Unit) -> tuple[Part, ...]:
    kept = []
    for part in parts:
        if part.path.startswith(unit.path):
            kept.append(part)
        elif part.holds(unit) and unit.kind in _WITHIN_COMPANY:
            kept.append(replace(part, unit_id=unit.pk, path=unit.path))
    return tuple(kept)


def units(by: Actor, permission: Permission) -> QuerySet[Unit]:
    """The units on which the actor holds the permission."""
    return Unit.objects.filter(_unit_q(scope(by, permission), ""))


def people(by: Actor, permission: Permission, *, within: Unit | None = None) -> QuerySet[Person]:
    """The people of those units; a department's people are its company's and name it."""
    found = scope(by, permission)
    if within is not None:
        found = _narrow(found, within, by)
    return Person.objects.all() if found.everything else Person.objects.filter(_row_q(found))


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
    SQLite sort the whole subtree (shared risk note 2). A grant on a department also reaches the rows of its company
    that name this department, where rows name one. A caller who knows whether few rows will be found says so:
    `sparse` goes through the unit index, its opposite along the index of the list's order; neither asks for the share.
    """
    found = scope(by, permission)
    if within is not None:
        found = _narrow(found, within, by)
    if found.everything:
        return rows
    if found.is_empty and not found.parts:
        return rows.none()
    if found.parts and _names_departments(rows):
        return rows.filter(_row_q(found))
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


def _names_departments(rows: QuerySet[M]) -> bool:
    return any(column.name == "department" for column in rows.model._meta.get_fields())


def _row_q(found: Scope) -> Q:
    """Rows of the scope's units, and those that companies keep of its departments: few, so one condition for all."""
    q = Q(unit_id__in=Unit.objects.filter(_unit_q(found, "")).values("pk"))
    for part in found.parts:
        below = Q(path__gte=part.path, path__lt=part.path + LAST) if part.with_below else Q(pk=part.unit_id)
        q |= Q(unit_id=part.company_id, department_id__in=Unit.objects.filter(below).values("pk"))
    return q


def _share(found: Scope, roots: set[int | None]) -> float:
    total = Unit.objects.filter(root_id__in=roots).count()
    return Unit.objects.filter(_unit_q(found, "")).count() / total if total else 0.0
