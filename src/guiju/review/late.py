"""What other systems did while they could not ask the gate: told afterwards, judged, kept for good.

A system that goes on without an answer (open) or stops (closed) writes that down and tells it as soon as the gate can
be reached again. Nothing of it is refused because it was wrong: that it was done is the point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.models import Unit
from guiju.review import gate
from guiju.review.models import Unasked
from guiju.trail import header
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.reconcile import register_reconciler

OBJECT = "unasked"
MOST = 200
#: Clocks of two machines differ by a little.
_AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the other system's journal."""

    uid: UUID
    system: str
    ref: str
    digest: str
    at: datetime
    went_on: bool
    kind: str = ""
    doing: str = ""
    reason: str = ""
    shown: str = ""


@transaction.atomic
def tell(*, entries: Sequence[Entry], unit: Unit, by: Actor) -> list[Unasked]:
    """Keep what was done unasked, each with what the gate says of it now; an entry told before is left as it is.

    The same entry told otherwise is refused, with all that came with it: a line of a journal does not change.
    """
    check.require(by, P.REVIEW_GATE_ASK, unit)
    if len(entries) > MOST:
        raise Problem("gate.many", _("These are more than %(most)d entries.") % {"most": MOST}, status=422)
    late = [f"entries.{place}.at" for place, one in enumerate(entries) if one.at > clock.now() + _AHEAD]
    if late:
        faults = [Fault(where, _("This has not happened yet.")) for where in late]
        raise Problem("gate.ahead", _("Nothing was kept."), faults=faults, status=422)
    held = {row.uid: row for row in Unasked.objects.filter(account=by.user_id, uid__in=[one.uid for one in entries])}
    for one in entries:
        if one.uid not in held:
            held[one.uid] = _tell(one, unit, by)
        elif _said(one) != {name: getattr(held[one.uid], name) for name in _said(one)}:
            raise Conflict(
                _("The entry %(uid)s was told before, and otherwise.") % {"uid": one.uid},
                fix=_("Give every line of your journal an id of its own."), code="gate.told_otherwise",
            )  # fmt: skip
    return [held[one.uid] for one in entries]


def _said(one: Entry) -> dict[str, Any]:
    """What an entry says, as it is kept."""
    return {
        "system": one.system[:40], "ref": one.ref[:120], "digest": one.digest.lower(), "kind": one.kind,
        "doing": letters.clean(one.doing)[:120], "acted_at": one.at, "went_on": one.went_on,
        "reason": letters.clean(one.reason)[:300],
    }  # fmt: skip


def _tell(one: Entry, unit: Unit, by: Actor) -> Unasked:
    answer = gate.ask(system=one.system, ref=one.ref, digest=one.digest, shown=one.shown, by=by)
    code = answer.code
    if one.went_on and one.kind and answer.cleared:
        code = _use(one, by)
    where = answer.matter.unit if answer.matter is not None else unit
    row = Unasked(
        uid=one.uid, account=by.user_id, unit=where, root_id=where.root_id or where.pk, code=code, **_said(one),
        matter=answer.matter.uid if answer.matter is not None else None, told_at=clock.now(), by=by.name[:80],
    )  # fmt: skip
    row.save()
    trail.record(
        Action.GATE_TOLD_LATER, by=by, unit=where, object_type=OBJECT, object_id=str(row.pk), object_version=1,
        title=f"{row.system} {row.ref}", content=content(row), reason=row.reason,
    )  # fmt: skip
    return row


def _use(one: Entry, by: Actor) -> str:
    """What was done with a pass that holds is a use of it like any other."""
    try:
        with transaction.atomic():
            answer, _row = gate.use(
                system=one.system, ref=one.ref, digest=one.digest, kind=one.kind, doing=one.doing or str(one.uid),
                by=by, shown=one.shown, at=one.at,
            )  # fmt: skip
    except Conflict:
        return "used"
    return answer.code


def told(by: Actor, *, within: Unit | None = None) -> QuerySet[Unasked]:
    """What was told, as far as the account looks at reviews."""
    return scope.restrict(Unasked.objects.all(), by=by, permission=P.REVIEW_MATTER_VIEW, within=within)


def content(row: Unasked) -> dict[str, Any]:
    """What the trail commits to."""
    return {
        "uid": str(row.uid), "system": row.system, "ref": row.ref, "digest": row.digest, "kind": str(row.kind),
        "doing": row.doing, "acted_at": row.acted_at, "went_on": row.went_on, "reason": row.reason, "code": row.code,
        "matter": str(row.matter) if row.matter else "", "told_at": row.told_at, "by": row.by,
    }  # fmt: skip


def set_up() -> None:
    """Let verification of the trail compare these rows."""
    register_reconciler(OBJECT, _live, ids=_ids)


def _live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Unasked.objects.filter(pk__in=[int(one) for one in ids])
    return {str(row.pk): (1, header.state_digest(content(row))) for row in rows}


def _ids() -> Iterable[str]:
    return (str(pk) for pk in Unasked.objects.order_by().values_list("pk", flat=True).iterator())
