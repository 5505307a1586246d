"""Standing in: somebody acts for somebody else from a day to a day, and each act says so (代…)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Denied, Fault, NotFound, Problem
from guiju.org.models import Person
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.header import state_digest
from guiju.workflow.routes import seating
from guiju.workflow.routes.models import Delegation

OBJECT = "delegation"
_MOST_DAYS = 366


@transaction.atomic
def give(*, giver: Person, taker: Person, starts_on: date, ends_on: date, reason: str, by: Actor) -> Delegation:
    """Ask somebody to stand in: the person himself does, or whoever looks after reviews of his unit.

    For whoever holds an office that signs only he himself does, as long as he is there; and the deputy speaks at what he
    signs only where he holds such an office too (`runs.seat_of`).
    """
    if giver.user_id is None or giver.user_id != by.user_id:
        check.require(by, P.WORKFLOW_ROUTE_EDIT, giver.unit)
        _refuse_signer(giver, by)
    faults = []
    if taker.user_id is not None and taker.user_id == by.user_id and giver.user_id != by.user_id:
        raise Denied(
            _("Nobody makes himself somebody else's deputy."),
            fix=_("%(name)s does it, or a colleague who looks after reviews.") % {"name": giver.name},
        )
    if taker.pk == giver.pk:
        faults.append(Fault("taker", _("Choose somebody else.")))
    if taker.user_id is None:
        faults.append(Fault("taker", _("%(name)s has no account and cannot stand in.") % {"name": taker.name}))
    if (taker.unit.root_id or taker.unit_id) != (giver.unit.root_id or giver.unit_id):
        faults.append(Fault("taker", _("%(name)s is not of this group.") % {"name": taker.name}))
    if ends_on < starts_on or ends_on < clock.today():
        faults.append(Fault("ends_on", _("The last day lies before the first one, or has passed.")))
    elif (ends_on - starts_on).days > _MOST_DAYS:
        faults.append(Fault("ends_on", _("Nobody stands in for longer than a year.")))
    if faults:
        raise Problem("delegation.invalid", _("Nothing was saved."), faults=faults, status=422)
    row = Delegation(giver=giver, taker=taker, starts_on=starts_on, ends_on=ends_on, reason=letters.clean(reason)[:300])
    _save(row, Action.DELEGATION_GIVEN, by=by)
    return row


def _refuse_signer(giver: Person, by: Actor) -> None:
    today = clock.today()
    if by.user_id is not None and seating.is_able(giver, on=today) and seating.is_signer(giver, on=today):
        raise Denied(
            _("%(name)s signs by office, and himself names who stands in.") % {"name": giver.name},
            fix=_("Ask %(name)s; it is done on the page “Standing in”.") % {"name": giver.name},
        )


@transaction.atomic
def end(*, delegation: UUID, by: Actor) -> Delegation:
    """Standing in ends now."""
    row = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("giver__unit", "taker")
        .filter(uid=delegation)
        .first()
    )
    if row is None:
        raise NotFound(_("There is nobody standing in here."))
    is_theirs = by.user_id is not None and by.user_id in {row.giver.user_id, row.taker.user_id}
    if not is_theirs and not check.can(by, P.WORKFLOW_ROUTE_EDIT, row.giver.unit):
        raise Denied(_("Only who is stood in for ends this."))
    if row.ended_at is not None:
        raise Conflict(_("This has ended already."), code="delegation.ended")
    row.ended_at = clock.now()
    _save(row, Action.DELEGATION_ENDED, by=by)
    return row


def of(person: Person) -> QuerySet[Delegation]:
    """Where somebody stands in or is stood in for, today or later."""
    rows = Delegation.objects.filter(
        Q(giver=person) | Q(taker=person), ended_at__isnull=True, ends_on__gte=clock.today()
    )
    return rows.select_related("giver", "taker").order_by("starts_on", "pk")


def _save(row: Delegation, action: Action, *, by: Actor) -> None:
    row.version += 1
    row.recorded_at, row.by = clock.now(), by.name[:80]
    row.save()
    trail.record(
        action, by=by, unit=row.giver.unit, object_type=OBJECT, object_id=str(row.uid), object_version=row.version,
        title=f"{row.giver.name} → {row.taker.name}", content=content(row), reason=row.reason,
    )  # fmt: skip


def content(row: Delegation) -> dict[str, Any]:
    """What the trail commits to."""
    return {
        "giver": row.giver_id, "taker": row.taker_id, "starts_on": row.starts_on, "ends_on": row.ends_on,
        "reason": row.reason, "ended_at": row.ended_at,
    }  # fmt: skip


def live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Versions and states as verification of the trail compares them."""
    rows = Delegation.objects.filter(uid__in=[UUID(one) for one in ids])
    return {str(row.uid): (row.version, state_digest(content(row))) for row in rows}
