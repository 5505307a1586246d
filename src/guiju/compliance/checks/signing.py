"""Signing what somebody else has checked, or sending it back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.compliance.checks import content, finishing, making
from guiju.compliance.checks.running import locked, person_of
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckRun
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail.events import Action
from guiju.trail.models import Event
from guiju.workflow import duties

SIGN = P.COMPLIANCE_CHECK_SIGN


@transaction.atomic
def sign(*, run: CheckRun, by: Actor, explanation: str = "", version: int | None = None) -> CheckRun:
    """Sign the record and the zero-risk report of somebody else's check; doubts ask for a written explanation."""
    fresh, signer = _signable(run, by=by, version=version)
    if fresh.doubts and not explanation.strip():
        raise unexplained()
    record(fresh, signer, by=by, reason=explanation.strip()[:300])
    report = _entry(fresh.zero_report)
    if report is not None and report.status == "awaiting":
        values = {
            "signer": str(signer.uid),
            "signed_on": clock.today(),
            "explanation": explanation.strip()[:4_000] or None,
        }
        registers.move(entry=report, move="sign", values=values, by=by)
    return fresh


def record(run: CheckRun, signer: Person, *, by: Actor, reason: str = "") -> None:
    """Put signer and day into the record of the check, and close the task; nothing where both stand there already."""
    entry = _entry(run.check_entry)
    if entry is not None and (entry.owner_id, entry.done_on is None) != (signer.pk, False):
        values = {"signer": str(signer.uid), "signed_on": clock.today()}
        registers.update(entry=entry, values=values, version=entry.version, by=by, reason=reason)
    duties.close([finishing.sign_key(run)], by=by, register="checks", uid=run.check_entry)


@transaction.atomic
def send_back(*, run: CheckRun, reason: str, by: Actor, version: int | None = None) -> CheckRun:
    """Have it checked again: the run is open for its checker, who reads why."""
    fresh, _signer = _signable(run, by=by, version=version)
    if not reason.strip():
        raise Problem(
            "check.reason", _("Please give the reason."), fix=_("Say it in a few words."), where="reason", status=422
        )
    report = _entry(fresh.zero_report)
    if report is not None and report.status == "awaiting":
        registers.move(entry=report, move="return", by=by, reason=reason.strip()[:300])
        return locked(run)  # the listener has opened it again
    reopen(fresh, by=by, reason=reason.strip()[:300])
    return fresh


def reopen(run: CheckRun, *, by: Actor, reason: str) -> None:
    """Under way again, with the reason for the checker, and his task."""
    run.state, run.finished_at, run.zero_report, run.doubts = RunState.RUNNING, None, None, []
    run.note = reason
    content.save_run(run, Action.CHECK_BEGUN, by=by, reason=reason)
    duties.close([finishing.sign_key(run)], by=by, register="checks", uid=run.check_entry)
    duties.reopen([making.key_of(run)], by=by, reason=reason)


def unexplained() -> Problem:
    """Doubts stand beside the report; whoever signs in spite of them says why."""
    return Problem(
        "check.unexplained",
        _("Something about this check needs an explanation before it is signed."),
        fix=_("Read the points beside it and write down why you sign all the same, or send it back."),
        where="explanation",
        status=422,
    )


def may_sign(run: CheckRun, *, by: Actor) -> bool:
    """For drawing buttons: finished, allowed, and not one's own."""
    person = person_of(by)
    return (
        run.state == RunState.FINISHED
        and person is not None
        and person.pk != run.checker_id
        and not did_it(run, by=by)
        and check.can(by, SIGN, run.unit, run.department)
    )


def did_it(run: CheckRun, *, by: Actor) -> bool:
    """Did this account finish the check, in whoever's name? Then somebody else signs."""
    told = Event.objects.filter(object_type=content.RUN, object_id=str(run.uid), action=Action.CHECK_FINISHED)
    last = told.order_by("-id").first()
    return by.user_id is not None and last is not None and last.actor_id == by.user_id


def _signable(run: CheckRun, *, by: Actor, version: int | None) -> tuple[CheckRun, Person]:
    check.require(by, SIGN, run.unit, run.department)
    fresh = locked(run)
    if fresh.state != RunState.FINISHED:
        raise Conflict(_("This check is not finished."), fix=_("Wait for its checker."), code="check.state")
    if version is not None and fresh.version != version:
        raise Conflict(_("This check has moved on in the meantime."), fix=_("Reload the page."), code="check.conflict")
    entry = _entry(fresh.check_entry)
    if entry is None:
        raise NotFound(_("The record of this check is gone."), fix=_("Its history still shows what it was."))
    if entry.done_on is not None:
        raise Conflict(_("This check is signed already."), fix=_("Look at its record."), code="check.signed")
    signer = person_of(by)
    if signer is None:
        raise Problem(
            "check.no_person",
            _("Your account is not joined to a person, so nobody would have signed."),
            fix=_("Have your account joined to you on the page of people."),
            status=422,
        )
    if signer.pk == fresh.checker_id or did_it(fresh, by=by):
        raise Denied(_("Nobody signs a check of his own."), fix=_("Ask somebody else who may sign."))
    return fresh, signer


def _entry(uid: UUID | None) -> Entry | None:
    rows = Entry.objects.select_related("unit", "department", "body", "owner")
    return rows.filter(uid=uid).first() if uid else None
