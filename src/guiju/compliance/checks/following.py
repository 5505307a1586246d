"""What rows mean for runs: plans make and take back runs; a report signed or sent back on its own page counts too."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.access import actor
from guiju.access.actor import Actor
from guiju.access.models import User
from guiju.compliance.checks import making, plans, signing, zero
from guiju.compliance.checks.running import person_of
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckRun
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from guiju.trail.models import Event

PLANS, REPORTS, CHECKS = plans.REGISTER, "zero_risk_reports", "checks"
#: What decides when and where a plan is carried out.
_SHAPING = ("status", "level", "on", "done_on", "flag_1", "department_id", "unit_id", "kind")


def on_rows(changes: Sequence[Change]) -> None:
    """Called inside the transaction of every change of rows; registers of others cost one look."""
    register = changes[0].register if changes else ""
    if register == PLANS:
        _plans([change for change in changes if change.register == PLANS])
    elif register == REPORTS:
        for change in changes:
            _report(change)
    elif register == CHECKS:
        for change in changes:
            _check(change)


def _plans(changes: list[Change]) -> None:
    by, today = actor.system("guiju"), clock.today()
    reshaped = [UUID(change.uid) for change in changes if change.before is not None and _is_reshaped(change)]
    if reshaped:
        making.withdraw(reshaped, by=by, on=today)
    kept = [UUID(change.uid) for change in changes if change.after is not None]
    if kept:
        making.make_due(kept, by=by, on=today)


def _is_reshaped(change: Change) -> bool:
    if change.after is None or change.before is None:
        return True
    return any(change.before.get(name) != change.after.get(name) for name in _SHAPING)


def _moved(change: Change) -> str:
    """The state that a report has just come into."""
    if change.before is None or change.after is None or change.before["status"] == change.after["status"]:
        return ""
    return str(change.after["status"])


def _report(change: Change) -> None:
    state = _moved(change)
    if state not in {"signed", "returned"}:
        return
    entry = Entry.objects.select_related("body", "owner").filter(uid=change.uid).first()
    if entry is None:
        return
    is_explained = bool(str(entry.body.data.get("explanation") or "").strip())
    if state == "signed" and entry.flag_1 and not is_explained:
        raise signing.unexplained()
    runs = CheckRun.objects.select_for_update(of=("self",)).select_related("unit", "department", "checker")
    run = runs.filter(zero_report=entry.uid, state=RunState.FINISHED).first()
    by, reason = _who(entry)
    if run is None:
        _of_record(entry, by, state=state, is_explained=is_explained)
        return
    if state == "signed":
        if entry.owner_id is not None and entry.owner_id == run.checker_id:
            raise _own()
        _refuse_own(run, by)
    if state == "returned":
        signing.reopen(run, by=by, reason=reason)
    elif entry.owner is not None:
        signing.record(run, entry.owner, by=actor.system("guiju"), reason=_("As signed in the zero-risk report"))


def _of_record(entry: Entry, by: Actor, *, state: str, is_explained: bool) -> None:
    """The report of a check that was entered or imported; whoever wrote it by hand meets the same questions."""
    if state == "signed":
        person = person_of(by)
        if entry.person_id is not None and entry.person_id in {entry.owner_id, person.pk if person else None}:
            raise _own()
        rows = Entry.objects.select_related("unit", "department", "body")
        record = rows.filter(uid=entry.ref_2, register=CHECKS).first() if entry.ref_2 else None
        if record is not None and not is_explained and zero.find(record):
            raise signing.unexplained()
    zero.settled(entry, by=actor.system("guiju"))


def _who(entry: Entry) -> tuple[Actor, str]:
    """Who moved it, and why: the event stands in the log already."""
    told = Event.objects.filter(object_type="entry", object_id=str(entry.uid)).order_by("-id").first()
    if told is None or told.object_version != entry.version:  # many rows at once have one event together
        return actor.system("guiju"), ""
    user = User.objects.filter(pk=told.actor_id).first() if told.actor_id else None
    return (actor.of_user(user) if user is not None else actor.system("guiju")), told.reason


def _check(change: Change) -> None:
    """A run's record is not signed by its own checker, wherever somebody does it and whoever he names."""
    after, before = change.after, change.before
    if after is None or after["owner_id"] is None or (before is not None and before["owner_id"] == after["owner_id"]):
        return
    run = CheckRun.objects.filter(check_entry=change.uid).first()
    if run is None:
        return
    if after["owner_id"] in {after["person_id"], run.checker_id}:
        raise _own()
    entry = Entry.objects.filter(uid=change.uid).first()
    if entry is not None:
        _refuse_own(run, _who(entry)[0])


def _refuse_own(run: CheckRun, by: Actor) -> None:
    """The checker does not sign in somebody else's name either."""
    person = person_of(by)
    if person is not None and person.pk == run.checker_id:
        raise _own()


def _own() -> Problem:
    return Problem(
        "entry.same_person",
        _("Nobody signs a check of his own."),
        fix=_("Ask somebody else who may sign."),
        where="signer",
        status=422,
    )
