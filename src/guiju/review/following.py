"""What follows a decision: conditions until they are met, whether opinions were taken up, and a pass that ends early."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Denied, Fault, NotFound
from guiju.review import access, hands, keeping, ledger, passes, states, telling
from guiju.review.enums import SETTLED_CONDITIONS, ConditionState
from guiju.review.enums import MatterState as S
from guiju.review.models import Condition, Matter
from guiju.trail.events import Action


@transaction.atomic
def claim(
    *,
    matter: Matter,
    condition: UUID,
    proof: str,
    by: Actor,
    files: Sequence[Mapping[str, Any]] = (),
    version: int | None = None,
) -> Matter:
    """Say that a condition is met, and with what; somebody else confirms it."""
    fresh, row = _condition(matter, condition, version)
    if row.state not in {ConditionState.OPEN, ConditionState.FAILED}:
        raise _settled(row)
    if row.owner.user_id != by.user_id and not access.is_its_own(fresh, by):
        raise Denied(_("This condition is for %(name)s.") % {"name": row.owner.name})
    said = letters.clean(proof)[:1000]
    if not said and not files:
        raise keeping.invalid([Fault("proof", _("Say how it was met, or attach the proof."))])
    row.state, row.proof, row.files, row.claimed_by = (
        ConditionState.CLAIMED,
        said,
        keeping.checked_files(files),
        by.user_id,
    )
    row.save()
    keeping.save(fresh, Action.REVIEW_CONDITION, by=by, about={"condition": row.text, "state": str(row.state)})
    telling.conditions(fresh, by=by)
    return fresh


@transaction.atomic
def settle(
    *, matter: Matter, condition: UUID, met: bool, by: Actor, reason: str = "", version: int | None = None
) -> Matter:
    """Confirm that a condition is met, or that it is not; never by whoever had to meet it or said so."""
    fresh, row = _condition(matter, condition, version)
    check.require(by, P.REVIEW_MATTER_MANAGE, fresh.unit, fresh.department)
    if (row.state != ConditionState.CLAIMED and met) or row.state in SETTLED_CONDITIONS:
        raise _settled(row)
    if by.user_id is not None and by.user_id in {row.claimed_by, row.owner.user_id, *fresh.authors}:
        raise Denied(
            _("Who had to meet a condition does not confirm it himself."),
            fix=_("Ask another member of the compliance department."),
        )
    said = letters.clean(reason)[:300]
    if not met and not said:
        raise keeping.invalid([Fault("reason", _("Please give the reason."), _("Say what is still missing."))])
    row.state = ConditionState.MET if met else ConditionState.FAILED
    row.settled_on, row.settled_by = clock.today(), by.name[:80]
    row.save()
    keeping.save(
        fresh, Action.REVIEW_CONDITION, by=by, reason=said, about={"condition": row.text, "state": str(row.state)}
    )
    telling.conditions(fresh, by=by)
    return fresh


@transaction.atomic
def set_adopted(
    *, matter: Matter, adopted: bool, by: Actor, why: str = "", done_on: date | None = None, version: int | None = None
) -> Matter:
    """Whether the opinions were taken up; where not, why not (采纳情况)."""
    fresh = keeping.locked(matter, version)
    if not access.is_its_own(fresh, by) and not access.may_manage(fresh, by):
        raise Denied(_("Only the department that brings a matter says what became of the opinions."))
    if fresh.state not in {S.PASSED, S.REFUSED, S.VETOED, S.VOID}:
        raise Conflict(_("The matter is not decided yet."), code="review.state")
    said = letters.clean(why)[:1000]
    faults = []
    if not adopted and not said:
        faults.append(Fault("why", _("Say why the opinions were not taken up.")))
    if done_on is not None and (
        done_on > clock.today() or (fresh.decided_at and done_on < clock.day_of(fresh.decided_at))
    ):
        faults.append(Fault("done_on", _("The day lies between the review and today.")))
    if faults:
        raise keeping.invalid(faults)
    fresh.adopted, fresh.not_adopted = adopted, "" if adopted else said
    fresh.done_on = done_on or fresh.done_on
    run = keeping.last_run(fresh)
    if run is not None:
        ledger.write(fresh, run, by=by)
    keeping.save(fresh, Action.REVIEW_ADOPTED, by=by, reason=said[:300])
    telling.adoption(fresh, by=by)
    return fresh


@transaction.atomic
def void(*, matter: Matter, reason: str, by: Actor, version: int | None = None) -> Matter:
    """Withdraw the pass: what it rested on was wrong, or a condition was not met. Nothing more is done on it."""
    fresh = keeping.locked(matter, version)
    if not hands.may_void(fresh, by):
        raise Denied(
            _("Only the compliance head, or whoever decided, withdraws a pass."),
            fix=_("Ask %(name)s.") % {"name": fresh.decided_by or _("the compliance head")},
        )
    target = states.after(fresh.state, states.VOID)
    said = letters.clean(reason)[:300]
    if not said:
        raise keeping.invalid([Fault("reason", _("Please give the reason."), _("One sentence is enough."))])
    fresh.state, fresh.reason = target, said
    for row in fresh.passes.filter(revoked_at__isnull=True):
        passes.end(row, said, by=by)
    run = keeping.last_run(fresh)
    if run is not None:
        ledger.write(fresh, run, by=by)
    keeping.save(fresh, Action.REVIEW_VOIDED, by=by, reason=said)
    telling.forget(fresh, by=by)
    return fresh


def _condition(matter: Matter, uid: UUID, version: int | None) -> tuple[Matter, Condition]:
    fresh = keeping.locked(matter, version)
    row = fresh.conditions.select_related("owner").filter(uid=uid).first()
    if row is None:
        raise NotFound(_("There is no such condition here."))
    if fresh.state not in {S.PASSED, S.STAYED}:
        raise Conflict(_("The matter has not passed; its conditions do not run yet."), code="review.state")
    return fresh, row


def _settled(row: Condition) -> Conflict:
    return Conflict(
        _("This condition is “%(state)s”.") % {"state": ConditionState(row.state).label},
        fix=_("Reload the page: somebody may have acted already."),
        code="review.condition",
    )
