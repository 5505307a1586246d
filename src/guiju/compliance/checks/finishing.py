"""The end of a check: its record, a rectification for each problem, a report upwards, or a zero-risk report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.compliance.checks import comparing, content, cycles, making, plans
from guiju.compliance.checks.doubts import Doubt
from guiju.compliance.checks.plans import Plan
from guiju.compliance.checks.running import locked
from guiju.compliance.enums import ItemResult, RunState
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, NotFound, Problem
from guiju.org.enums import Role
from guiju.registers import actions as registers
from guiju.registers import queries as rows
from guiju.registers.models import Entry
from guiju.trail.events import Action
from guiju.workflow import duties
from guiju.workflow.days import of as calendar_of

#: Working days within which a finished check is signed.
SIGN_WITHIN = 5
_WORST = (ItemResult.MAJOR, ItemResult.GENERAL)


@dataclass(frozen=True, slots=True)
class Summary:
    """A run before it is finished: what is left, what is found, what lacks something."""

    due: int
    done: int
    minutes: int
    unlooked: list[CheckItem]
    problems: list[CheckItem]
    faults: list[Fault]

    @property
    def worst(self) -> str:
        """The result of the whole: of the worst item."""
        results = {item.result for item in self.problems}
        return next((one.value for one in _WORST if one in results), ItemResult.NONE.value)


def summary(run: CheckRun, items: list[CheckItem] | None = None) -> Summary:
    """What would be written down now."""
    held = items if items is not None else items_of(run)
    problems = [item for item in held if item.result in _WORST]
    return Summary(
        due=len(held),
        done=sum(bool(item.result) for item in held),
        minutes=minutes(run),
        unlooked=[item for item in held if not item.result],
        problems=problems,
        faults=[fault for item in problems for fault in _faults(item)],
    )


def items_of(run: CheckRun) -> list[CheckItem]:
    """The items in their order: one query."""
    return list(CheckItem.objects.filter(run=run).select_related("owner").order_by("place"))


def minutes(run: CheckRun) -> int:
    """From the beginning to the end, or to now."""
    if run.begun_at is None:
        return 0
    return max(1, round(((run.finished_at or clock.now()) - run.begun_at).total_seconds() / 60))


def lacking(item: CheckItem) -> list[Fault]:
    """What a problem lacks before it can become a rectification, by the fields of the item."""
    if item.result not in _WORST:
        return []
    asked = (
        (item.problem, "problem", _("Say what is wrong.")),
        (item.owner_id, "owner", _("Say who puts it right.")),
        (item.fix_due_on, "fix_due_on", _("Say by when it is put right.")),
    )
    return [Fault(name, fix) for value, name, fix in asked if not value]


def _faults(item: CheckItem) -> list[Fault]:
    where = f"{item.place}"
    what = _("Item %(number)s: %(title)s") % {"number": where, "title": item.title[:60]}
    return [Fault(f"{where}.{fault.where}", what, fault.what) for fault in lacking(item)]


@transaction.atomic
def finish(*, run: CheckRun, by: Actor, note: str = "", version: int | None = None) -> CheckRun:
    """Write the check down. Items nobody looked at may remain: coverage and report say so."""
    check.require(by, P.REGISTER_ENTRY_CREATE, run.unit, run.department)
    fresh = locked(run)
    if fresh.state != RunState.RUNNING:
        raise Conflict(_("This check is not under way."), fix=_("Look at its record."), code="check.state")
    if version is not None and fresh.version != version:
        raise Conflict(_("This check has moved on in the meantime."), fix=_("Reload the page."), code="check.conflict")
    items, plan = items_of(fresh), plans.find(fresh.plan)
    found = summary(fresh, items)
    _refuse(found)
    fresh.note = note.strip()[:4_000]
    fresh.finished_at = clock.now()
    doubts = comparing.find(fresh, plan, items, minutes=found.minutes)
    entry = _write(fresh, plan, items, found, by=by)
    fresh.check_entry = entry.uid
    _open_problems(fresh, plan, items, by=by)
    fresh.doubts = [doubt.stored() for doubt in doubts]
    fresh.state = RunState.FINISHED
    if found.worst == ItemResult.NONE:
        fresh.zero_report = _report(fresh, items, found, doubts, entry, by=by).uid
    content.save_run(fresh, Action.CHECK_FINISHED, by=by)
    duties.close([making.key_of(fresh)], by=by, register="checks", uid=entry.uid)
    _ask_to_sign(fresh, plan, by=by)
    return fresh


def _refuse(found: Summary) -> None:
    if not found.done:
        raise Problem(
            "check.nothing_done",
            _("Nobody has looked at a single item yet."),
            fix=_("Record at least one item before finishing."),
            status=409,
        )
    if found.faults:
        raise Problem(
            "check.incomplete",
            _("Some problems lack what a rectification needs."),
            fix=_("Open the items named below and fill in what is missing."),
            faults=found.faults,
            status=422,
        )


def _write(run: CheckRun, plan: Plan | None, items: list[CheckItem], found: Summary, *, by: Actor) -> Entry:
    values = _check_values(run, plan, items, found, by=by)
    held = _held(run.check_entry)
    if held is not None:  # sent back once: the same record, looked at again
        again = {**values, "signer": None, "signed_on": None}
        return registers.update(entry=held, values=again, version=held.version, by=by, reason=_("Checked again"))
    return registers.create(register="checks", unit=run.unit, department=run.department, values=values, by=by)


def _held(uid: UUID | None) -> Entry | None:
    rows_ = Entry.objects.select_related("unit", "department", "body")
    return rows_.filter(uid=uid).first() if uid else None


def _check_values(
    run: CheckRun, plan: Plan | None, items: list[CheckItem], found: Summary, *, by: Actor
) -> dict[str, Any]:
    ways = Counter(item.way for item in items if item.way and item.result)
    values: dict[str, Any] = {
        "subject": subject(run),
        "checked_on": clock.today(),
        "period": cycles.of_register(run.period, due_on=run.due_on),
        "plan": _seen(by, run.plan),
        "list": _seen(by, run.list_version),
        "minutes": found.minutes,
        "sample": _sample(items),
        "due_count": found.due,
        "done_count": found.done,
        "result": found.worst,
        "problem": "\n".join(item.problem for item in found.problems)[:8_000],
        "taken": "\n".join(item.taken for item in found.problems if item.taken)[:8_000],
        # A major problem goes to the head at once (`_tell_upwards`); the rest is left to whoever answers for it.
        "reported": ("head" if found.worst == ItemResult.MAJOR else "none") if found.problems else None,
        "fix_due_on": max((item.fix_due_on for item in found.problems if item.fix_due_on), default=None),
        "checker": str(run.checker.uid) if run.checker else None,
        "way": ways.most_common(1)[0][0] if ways else (plan.way if plan else ""),
        "focus": plan.focus if plan else "",
        "field": plan.field if plan else "",
        "department": str(run.department.uid) if run.department else None,
        "files": [file for item in items for file in item.files],
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def subject(run: CheckRun) -> str:
    """What the check is called in the registers."""
    return f"{run.title[:150]}（{cycles.words(run.period)}）"


def _sample(items: list[CheckItem]) -> str:
    lines = [f"{item.place}. {item.title[:40]}：{item.sample}" for item in items if item.sample]
    return "\n".join(lines)[:8_000]


def _seen(by: Actor, uid: UUID | None) -> str | None:
    """A record may name another only where the one who writes sees it: a subsidiary does not see the group's plan."""
    if uid is None:
        return None
    try:
        return str(rows.find(by, uid).uid)
    except NotFound:
        return None


def _open_problems(run: CheckRun, plan: Plan | None, items: list[CheckItem], *, by: Actor) -> None:
    """A rectification for each problem that has none yet, and a report upwards for a major one."""
    fresh = [item for item in items if item.result in _WORST and item.rectification is None]
    held = {
        row.uid: row
        for row in Entry.objects.filter(uid__in=[item.subject for item in fresh if item.subject]).select_related(
            "department"
        )
    }
    for item in fresh:
        row = held.get(item.subject) if item.subject else None
        item.rectification = _rectify(run, plan, item, row, by=by).uid
        item.version += 1
        if item.result == ItemResult.MAJOR:
            _tell_upwards(run, plan, item, row, by=by)
    CheckItem.objects.bulk_update(fresh, ["rectification", "version"])
    if fresh:
        content.record_items(run, fresh, Action.CHECK_ITEM_RECORDED, by=by)


def _common(run: CheckRun, plan: Plan | None, item: CheckItem, row: Entry | None, *, by: Actor) -> dict[str, Any]:
    department = run.department or (row.department if row is not None else None)
    is_risk = row is not None and row.register == "risk_list"
    field = (row.kind if row is not None and row.register != "process_list" else "") or (plan.field if plan else "")
    values = {
        "field": field,
        "risk": _seen(by, item.subject) if is_risk else None,
        "department": str(department.uid) if department else None,
        "found_on": clock.today(),
        "due_on": item.fix_due_on,
        "owner": str(item.owner.uid) if item.owner else None,
    }
    return {name: value for name, value in values.items() if value not in (None, "")}


def _rectify(run: CheckRun, plan: Plan | None, item: CheckItem, row: Entry | None, *, by: Actor) -> Entry:
    values = {
        **_common(run, plan, item, row, by=by),
        "problem": item.problem.replace("\n", " ")[:200],
        "source": "check",
        "check": _seen(by, run.check_entry),
        "basis": f"{subject(run)} · {item.title}"[:200],
        "progress": item.taken,
        "cause_kind": item.cause_kind,
    }
    given = {name: value for name, value in values.items() if value not in (None, "")}
    return registers.create(
        register="rectifications",
        unit=run.unit,
        values=given,
        by=by,
        reason=_("Found by the check “%(title)s”") % {"title": subject(run)},
    )


def _tell_upwards(run: CheckRun, plan: Plan | None, item: CheckItem, row: Entry | None, *, by: Actor) -> None:
    common = _common(run, plan, item, row, by=by)
    values = {
        **common,
        "matter": item.problem.replace("\n", " ")[:200],
        "level": "major",
        "detail": "\n".join(part for part in (item.title, item.detail, item.taken) if part)[:4_000],
        "reporter": str(run.checker.uid) if run.checker else None,
    }
    registers.create(register="risk_reports", unit=run.unit, values=values, by=by)


def _report(
    run: CheckRun, items: list[CheckItem], found: Summary, doubts: list[Doubt], entry: Entry, *, by: Actor
) -> Entry:
    values: dict[str, Any] = {
        "subject": subject(run),
        "period": cycles.of_register(run.period, due_on=run.due_on),
        "department": str(run.department.uid) if run.department else None,
        "list": _seen(by, run.list_version),
        "check": str(entry.uid),
        "due_count": found.due,
        "done_count": found.done,
        "sample": _sample(items),
        "sample_count": sum(item.sampled or 0 for item in items),
        "minutes": found.minutes,
        "doubt": bool(doubts),
        "doubts": "\n".join(doubt.words for doubt in doubts),
        "statement": statement(run, found),
        "checker": str(run.checker.uid) if run.checker else None,
        "made_on": clock.today(),
    }
    given = {name: value for name, value in values.items() if value not in (None, "")}
    return registers.create(register="zero_risk_reports", unit=run.unit, department=run.department, values=given, by=by)


def statement(run: CheckRun, found: Summary) -> str:
    """What the checker declares, with what it rests on; what was not looked at is said."""
    words = {
        "subject": subject(run), "done": found.done, "due": found.due, "left": found.due - found.done, "minutes": found.minutes,
    }  # fmt: skip
    text = _(
        "%(subject)s: looked at %(done)s of %(due)s items in %(minutes)s minutes; no compliance risk was found in them."
    )
    if found.due > found.done:
        text += _(" %(left)s items were not looked at, and nothing is declared about them.")
    return text % words


def sign_key(run: CheckRun) -> str:
    """The key of the task that asks for the signature."""
    return f"check-sign:{run.uid}"


def _ask_to_sign(run: CheckRun, plan: Plan | None, *, by: Actor) -> None:
    signer = plan.signer if plan is not None and plan.unit.pk == run.unit_id else None
    if signer is not None and run.checker is not None and signer.pk == run.checker.pk:
        signer = None
    title = _("Sign the check: %(what)s") % {"what": subject(run)[:160]}
    due = calendar_of(run.unit.root_id or run.unit_id).add(clock.today(), SIGN_WITHIN)
    duties.ensure(
        [
            duties.Duty(
                key=sign_key(run), unit=run.unit, title=title, title_en=f"Sign the check: {run.title[:150]}", due_on=due,
                role=Role.COMPLIANCE_HEAD, owner=signer, about=making.ABOUT, about_uid=run.uid,
            )
        ],
        by=by,
    )  # fmt: skip
    duties.reopen([sign_key(run)], by=by, reason=_("Checked again"))
