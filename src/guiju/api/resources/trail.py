"""The trail: what happened, and whether the log still tells what it told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import paging
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.resources.entries import HistoryOut, told
from guiju.api.routes import Routes
from guiju.org.models import Unit
from guiju.trail import presenters, verify
from guiju.trail.events import Action
from guiju.trail.models import BatchItem, Event

routes = Routes("Trail")


class EventOut(HistoryOut):
    """One event with what it is about."""

    uid: UUID
    seq: int | None = Field(description="Its place in the log; null for a moment on PostgreSQL.")
    unit: str
    object_type: str
    object_id: str
    object_title: str


class EventQuery(PageQuery):
    """Filters of the trail."""

    object_type: str = Field("", max_length=40, description="entry, unit, person, grant, token ...")
    object_id: str = Field("", max_length=80)
    unit: str = Field("", max_length=40, description="Code of a unit.")
    action: Action | None = None
    actor: str = Field("", max_length=80, description="Name of who did it.")
    since: date | None = None
    until: date | None = None


class VerifyQuery(Schema):
    """How much is verified."""

    quick: bool = Field(True, description="Only what grew since the last checkpoint; false reads the whole log.")


class ReportOut(Schema):
    """Whether the log and the live records agree with what was signed."""

    ok: bool
    finding_count: int
    findings: list[str] = Field(description="Sentences; only for those who audit the whole installation.")
    notes: list[str]
    size: int
    root: str
    last_checkpoint_at: datetime | None
    last_anchor_at: datetime | None
    anchor_count: int


@routes.get("/trail/events", P.AUDIT_TRAIL_VIEW, answer=Page[EventOut], summary=_l("List what happened"))
def trail_events(request: HttpRequest, query: Query[EventQuery]) -> object:
    """History of everything, or of one object, in the units that the caller audits."""
    by = actor(request)
    units = scope.units(by, P.AUDIT_TRAIL_VIEW)
    if query.unit:
        units = units.filter(pk=check.unit(by, P.AUDIT_TRAIL_VIEW, query.unit).pk)
    rows = Event.objects.filter(unit_id__in=units.values("pk")).select_related("body")
    if query.object_id:
        batches = BatchItem.objects.filter(object_id=query.object_id).values("event_id")
        rows = rows.filter(Q(object_id=query.object_id) | Q(pk__in=batches))
    exact = {"object_type": query.object_type, "action": query.action, "actor_name": query.actor}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if query.since:
        rows = rows.filter(at__date__gte=query.since)
    if query.until:
        rows = rows.filter(at__date__lte=query.until)
    if query.q:
        rows = rows.filter(object_title__icontains=query.q)
    business = check.can_anywhere(replace(by, token=None), P.REGISTER_ENTRY_VIEW)
    return paging.page(
        rows,
        request=request,
        query=query,
        sorts={"id": "id"},
        default="-id",
        show=lambda found: _shown(found, business=business),
    )


@routes.get("/trail/verify", P.AUDIT_TRAIL_VIEW, answer=ReportOut, summary=_l("Verify the log"))
def verify_trail(request: HttpRequest, query: Query[VerifyQuery]) -> ReportOut:
    report = verify.run(quick=query.quick)
    return ReportOut(
        ok=report.ok,
        finding_count=len(report.findings),
        findings=report.findings if _audits_all(actor(request)) else [],
        notes=report.notes,
        size=report.size,
        root=report.root,
        last_checkpoint_at=report.last_checkpoint_at,
        last_anchor_at=report.last_anchor_at,
        anchor_count=report.anchor_count,
    )


def _audits_all(by: Actor) -> bool:
    """Findings name records of any unit, so only an auditor of every tree reads them."""
    return not Unit.objects.filter(depth=0).exclude(pk__in=scope.units(by, P.AUDIT_TRAIL_VIEW).values("pk")).exists()


def _shown(found: Sequence[Event], *, business: bool) -> list[dict[str, Any]]:
    """Who keeps the trail but sees no business records learns that one changed, not what it says."""
    return [
        {
            **told(presenters.line(event)).model_dump(),
            **({"changes": []} if event.object_type in presenters.BUSINESS and not business else {}),
            "uid": event.uid,
            "seq": event.seq,
            "unit": event.unit_code,
            "object_type": event.object_type,
            "object_id": event.object_id,
            "object_title": event.object_title,
        }
        for event in found
    ]
