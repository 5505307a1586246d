"""Carrying a check out: begin, record item by item, finish (in `finishing`)."""

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
from guiju.compliance.checks import content, freezing, making, plans
from guiju.compliance.enums import ItemResult, RunState
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, NotFound, Problem
from guiju.org.models import Person
from guiju.registers import taxonomy
from guiju.trail.events import Action

WAYS = ("documents", "sample", "interview", "system", "site")
#: What may be recorded of an item.
FIELDS = (
    "result", "way", "population", "sampled", "sample", "note", "problem", "taken", "owner", "fix_due_on", "cause_kind",
    "files",
)  # fmt: skip
_TEXTS = {"sample": 2_000, "note": 4_000, "problem": 2_000, "taken": 2_000}
_PROBLEMS = frozenset({ItemResult.GENERAL, ItemResult.MAJOR})


def locked(run: CheckRun) -> CheckRun:
    """The run as it is now, held against others until the end of the transaction."""
    held = CheckRun.objects.select_for_update(of=("self",)).select_related("unit", "department", "checker")
    found = held.filter(pk=run.pk).first()
    if found is None:
        raise NotFound(_("This check is no longer due."), fix=_("Its plan was stopped or changed."))
    return found


def person_of(by: Actor) -> Person | None:
    """Who acts, where the account is joined to a person."""
    return Person.objects.filter(user_id=by.user_id).first() if by.user_id is not None else None


@transaction.atomic
def begin(*, run: CheckRun, by: Actor, checker: Person | None = None) -> CheckRun:
    """Freeze what is looked through and start the clock; pressed twice, it begins once."""
    check.require(by, P.REGISTER_ENTRY_EDIT, run.unit, run.department)
    fresh = locked(run)
    if fresh.state == RunState.RUNNING:
        return fresh
    plan = plans.find(fresh.plan)
    _refuse_begin(fresh, plan)
    assert plan is not None
    fresh.checker = checker or fresh.checker or person_of(by)
    if fresh.checker is None:
        raise Problem(
            "check.no_person",
            _("Your account is not joined to a person, so nobody would be the checker."),
            fix=_("Choose who checks, or have your account joined to you on the page of people."),
            where="checker",
            status=422,
        )
    items = freezing.items_of(plan, fresh)
    CheckItem.objects.bulk_create(items, batch_size=500)
    fresh.list_version = freezing.version_of(plan, fresh)
    fresh.state, fresh.begun_at = RunState.RUNNING, clock.now()
    content.save_run(fresh, Action.CHECK_BEGUN, by=by)
    content.record_items(fresh, items, Action.CHECK_BEGUN, by=by)
    return fresh


def _refuse_begin(run: CheckRun, plan: plans.Plan | None) -> None:
    if run.state == RunState.FINISHED:
        raise Conflict(
            _("This check is finished already."), fix=_("Look at its record."), code="check.state"
        )  # fmt: skip
    if run.state == RunState.MISSED and making.is_fleeting(run):
        raise Conflict(
            _("The day or week of this check has passed."), fix=_("Begin the present one."), code="check.missed"
        )
    if run.starts_on > clock.today():
        raise Conflict(
            _("This check begins on %(day)s.") % {"day": run.starts_on.isoformat()},
            fix=_("Wait until then."),
            code="check.early",
        )
    if plan is None:
        raise NotFound(_("The plan of this check is gone."), fix=_("Make a new plan."))


@transaction.atomic
def record(*, item: CheckItem, values: Mapping[str, object], version: int, by: Actor) -> CheckItem:
    """What was found at one item; also half of it, while somebody is typing. Refuses to overwrite what others saved."""
    check.require(by, P.REGISTER_ENTRY_EDIT, item.run.unit, item.run.department)
    run = locked(item.run)
    if run.state != RunState.RUNNING:
        raise Conflict(
            _("This check is not under way."), fix=_("Begin it first; a finished one can be sent back by its signer."),
            code="check.state",
        )  # fmt: skip
    fresh = CheckItem.objects.select_for_update(of=("self",)).select_related("owner").get(pk=item.pk)
    fresh.run = run
    given = _read(values)
    changed = {name: value for name, value in given.items() if getattr(fresh, name) != value}
    if not changed:
        return fresh
    if fresh.version != version:
        raise _stale(fresh, changed)
    before = {name: _stored(getattr(fresh, name)) for name in changed}
    for name, value in changed.items():
        setattr(fresh, name, value)
    _refuse_item(fresh)
    if "result" in changed:
        # The moment and name of the finding; words that are mended later change neither.
        fresh.looked_at = clock.now() if fresh.result else None
        fresh.looked_by = by.name[:80] if fresh.result else ""
    fresh.version += 1
    fresh.save()
    content.record_item(fresh, by=by, before=before)
    return fresh


def _read(values: Mapping[str, object]) -> dict[str, Any]:
    unknown = sorted(set(values) - set(FIELDS))
    faults = [Fault(name, _("An item has no such field.")) for name in unknown]
    found: dict[str, Any] = {}
    for name in FIELDS:
        if name not in values:
            continue
        try:
            found[name] = _value(name, values[name])
        except ValueError:
            faults.append(Fault(name, _("This cannot be meant."), _("Check what was entered.")))
    if faults:
        raise Problem("check.item", _("The item was not saved."), faults=faults, status=422)
    return found


def _value(name: str, raw: object) -> Any:
    if name in {"population", "sampled"}:
        return _count(raw)
    if name == "fix_due_on":
        return raw if isinstance(raw, date) or raw is None else (date.fromisoformat(str(raw)) if raw else None)
    if name == "owner":
        if raw is not None and not isinstance(raw, Person):
            raise ValueError
        return raw
    if name == "files":
        return list(raw) if isinstance(raw, Sequence) and not isinstance(raw, str) else []
    text = "" if raw is None else str(raw).replace("\r\n", "\n").strip()
    known = {"result": ItemResult.values, "way": WAYS, "cause_kind": [word[0] for word in taxonomy.CAUSES]}.get(name)
    if known is not None and text and text not in known:
        raise ValueError
    return text[: _TEXTS.get(name, 40)]


def _count(raw: object) -> int | None:
    if raw is None or raw == "":
        return None
    number = int(str(raw))
    if not 0 <= number <= 1_000_000_000:
        raise ValueError
    return number


def _refuse_item(item: CheckItem) -> None:
    faults = []
    if item.population is not None and item.sampled is not None and item.sampled > item.population:
        faults.append(Fault("sampled", _("More were looked at than there are."), _("Check both numbers.")))
    if item.result in _PROBLEMS and item.fix_due_on is not None and item.fix_due_on < clock.day_of(_begun(item)):
        faults.append(Fault("fix_due_on", _("The day lies before the check."), _("Choose a later one.")))
    if faults:
        raise Problem("check.item", _("The item was not saved."), faults=faults, status=422)


def _begun(item: CheckItem) -> Any:
    return item.run.begun_at or clock.now()


def _stale(item: CheckItem, changed: Mapping[str, Any]) -> Conflict:
    """What stands there now, beside what was to be saved."""
    refused = Conflict(
        _("Somebody else has recorded “%(title)s” in the meantime.") % {"title": item.title},
        fix=_("Look at what stands there now, and enter again what is missing."),
        code="check.conflict",
    )
    refused.data = {
        "version": item.version,
        "fields": {
            name: {"now": _stored(getattr(item, name)), "yours": _stored(value)} for name, value in changed.items()
        },
    }
    return refused


def _stored(value: Any) -> Any:
    if isinstance(value, Person):
        return str(value.uid)
    return value.isoformat() if isinstance(value, date) else value


def item_of(run: CheckRun, place: int) -> CheckItem:
    """One item of a run by its number."""
    found = CheckItem.objects.select_related("owner").filter(run=run, place=place).first()
    if found is None:
        raise NotFound(_("This check has no item %(number)s.") % {"number": place}, fix=_("Go back to the check."))
    found.run = run
    return found


def find_item(run: CheckRun, uid: UUID) -> CheckItem:
    """One item of a run by its uid."""
    found = CheckItem.objects.select_related("owner").filter(run=run, uid=uid).first()
    if found is None:
        raise NotFound(_("This check has no such item."))
    found.run = run
    return found
