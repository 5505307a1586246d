"""Versions of a unit's route: draft, publish, which one holds, and trying it out before anybody relies on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, NotFound
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.registers import writing
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.header import state_digest
from guiju.workflow.routes import rules, seating
from guiju.workflow.routes.enums import RouteState
from guiju.workflow.routes.models import Route

OBJECT = "route"


def in_force(unit: Unit, purpose: str) -> Route | None:
    """The route that holds for a unit: its own, else the nearest above; None where nobody has made one."""
    paths = ancestor_paths(unit.path, itself=True)
    rows = Route.objects.filter(purpose=purpose, state=RouteState.IN_FORCE, unit__path__in=paths)
    return rows.select_related("unit").order_by("-unit__path").first()


def versions(unit: Unit, purpose: str) -> list[Route]:
    """All versions of a unit's own route, the latest first."""
    return list(Route.objects.select_related("unit").filter(unit=unit, purpose=purpose).order_by("-number"))


def draft_of(unit: Unit, purpose: str) -> Route | None:
    """The draft of a unit's own route."""
    return Route.objects.select_related("unit").filter(unit=unit, purpose=purpose, state=RouteState.DRAFT).first()


@transaction.atomic
def save(*, unit: Unit, purpose: str, rows: object, by: Actor, note: str = "", version: int = 0) -> Route:
    """Write the draft of a unit's route; `version` is that of the draft one has seen, 0 for none."""
    check.require(by, P.WORKFLOW_ROUTE_EDIT, unit)
    writing.lock_value("route", unit.pk, purpose)
    table = rules.write(rules.read(rows))
    held = draft_of(unit, purpose)
    if (held.version if held else 0) != version:
        problem = Conflict(
            _("%(by)s has changed this route in the meantime; nothing was saved.") % {"by": held.by if held else ""},
            fix=_("Reload the page and make your change again."),
            code="route.conflict",
        )
        problem.data = {"version": held.version if held else 0, "rows": held.rows if held else []}
        raise problem
    if held is None:
        last = Route.objects.filter(unit=unit, purpose=purpose).aggregate(last=Max("number"))["last"] or 0
        held = Route(unit=unit, purpose=purpose, number=last + 1)
    held.rows, held.note = table, letters.clean(note)[:300]
    _save(held, Action.ROUTE_CHANGED, by=by)
    return held


@transaction.atomic
def publish(*, unit: Unit, purpose: str, version: int, by: Actor) -> Route:
    """Put the draft in force; what is under way keeps the route with which it began."""
    check.require(by, P.WORKFLOW_ROUTE_EDIT, unit)
    writing.lock_value("route", unit.pk, purpose)
    held = draft_of(unit, purpose)
    if held is None or held.version != version:
        raise Conflict(
            _("There is no such draft of the route any more."),
            fix=_("Reload the page: somebody may have changed or published it."),
            code="route.conflict",
        )
    rules.read(held.rows)
    for earlier in Route.objects.select_related("unit").filter(unit=unit, purpose=purpose, state=RouteState.IN_FORCE):
        earlier.state = RouteState.REPLACED
        _save(earlier, Action.ROUTE_CHANGED, by=by)
    held.state, held.in_force_at = RouteState.IN_FORCE, clock.now()
    _save(held, Action.ROUTE_PUBLISHED, by=by)
    return held


@transaction.atomic
def drop(*, unit: Unit, purpose: str, version: int, by: Actor, reason: str = "") -> None:
    """Give up the draft, or with none of it there the unit's own route: then the one above holds again."""
    check.require(by, P.WORKFLOW_ROUTE_EDIT, unit)
    writing.lock_value("route", unit.pk, purpose)
    rows = Route.objects.select_related("unit").filter(unit=unit, purpose=purpose)
    held = rows.filter(state=RouteState.DRAFT).first() or rows.filter(state=RouteState.IN_FORCE).first()
    if held is None:
        raise NotFound(_("The unit has no route of its own."))
    if held.version != version:
        raise Conflict(
            _("Somebody has changed this route in the meantime."), fix=_("Reload the page."), code="route.conflict"
        )
    held.state = RouteState.REPLACED
    _save(held, Action.ROUTE_CHANGED, by=by, reason=reason)


@dataclass(frozen=True, slots=True)
class Tried:
    """One step as it would be filled today."""

    step: rules.Step
    sitters: tuple[seating.Sitter, ...]


def try_out(
    rows: tuple[rules.Row, ...],
    facts: rules.Facts,
    *,
    unit: Unit,
    department: Unit | None,
    shut_out: Collection[int] = (),
) -> tuple[rules.Row | None, list[Tried]]:
    """Who would look at such a matter, step by step; an empty step is a vacant chair. `shut_out` brings it."""
    found = rules.match(rows, facts)
    if found is None:
        return None, []
    today = clock.today()
    return found[1], [
        Tried(step, tuple(seating.preview(step, unit=unit, department=department, on=today, shut_out=shut_out)))
        for step in found[1].steps
    ]


def _save(row: Route, action: Action, *, by: Actor, reason: str = "") -> None:
    row.version += 1
    row.recorded_at, row.by = clock.now(), by.name[:80]
    row.save()
    trail.record(
        action, by=by, unit=row.unit, object_type=OBJECT, object_id=str(row.uid), object_version=row.version,
        title=f"{row.unit.name} · 第{row.number}版", content=content(row), reason=reason,
    )  # fmt: skip


def content(row: Route) -> dict[str, Any]:
    """What the trail commits to."""
    return {
        "purpose": row.purpose, "number": row.number, "state": str(row.state), "rows": row.rows, "note": row.note,
        "in_force_at": row.in_force_at,
    }  # fmt: skip


def live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Versions and states as verification of the trail compares them."""
    rows = Route.objects.filter(uid__in=[UUID(one) for one in ids])
    return {str(row.uid): (row.version, state_digest(content(row))) for row in rows}
