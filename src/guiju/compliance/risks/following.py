"""Warnings, reports and responses as tasks: each state asks somebody for the next step within a time limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission
from guiju.compliance.risks import matrix, reach
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers.changes import Change
from guiju.registers.models import Entry, EntryVersion
from guiju.registers.spec import Move
from guiju.workflow import days, duties
from guiju.workflow.models import Notice, Step, Task, TaskStatus
from guiju.workflow.owners import Offices
from guiju.workflow.settling import company

#: Whoever holds this decides what was reported to the first responsible person.
DECIDE = Permission.COMPLIANCE_LIST_APPROVE
ALERTS, REPORTS, RESPONSES = "alerts", "risk_reports", "risk_responses"
#: register -> what its tasks are about (the way there) and the steps it may ask for.
STEPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    ALERTS: ("alert", ("handle", "release")),
    REPORTS: ("risk_report", ("analyse", "decide", "settle")),
    RESPONSES: ("risk_response", ("carry",)),
}
#: Words of the tasks: kept with the task in both languages.
_TITLES = {
    "handle": ("处置合规风险预警：{}", "Deal with the warning: {}"),
    "release": ("核实处置情况并解除预警：{}", "Look at the handling and release the warning: {}"),
    "analyse": ("研判重大合规风险：{}", "Analyse the major risk: {}"),
    "decide": ("处置上报的重大合规风险：{}", "Decide on the reported risk: {}"),
    "settle": ("消除上报的合规风险：{}", "Settle the reported risk: {}"),
    "carry": ("落实风险应对措施：{}", "Carry out the response: {}"),
}
#: What moves a task.
_SHAPING = ("status", "level", "kind", "title", "owner_id", "department_id", "unit_id", "due_on", "done_on", "on")


@dataclass(frozen=True, slots=True)
class Want:
    """A step that is asked for: of one person or an office, by a day of the record or within so many working days."""

    step: str
    role: str
    within: str
    owner: int | None = None
    due_on: date | None = None
    #: True where the record's department is asked rather than its unit.
    in_department: bool = False


def wants(register: str, row: Mapping[str, Any]) -> Iterator[Want]:
    """What the present state asks for."""
    officer = Role.DEPARTMENT_OFFICER if row["department_id"] else Role.COMPLIANCE_STAFF
    mine = {"owner": row["owner_id"], "due_on": row["due_on"], "in_department": True}
    status = row["status"]
    if register == ALERTS:
        if status == "active":
            yield Want("handle", officer, "settle", **mine)
        elif status == "handled":
            yield Want("release", Role.COMPLIANCE_HEAD, "release")
    elif register == REPORTS:
        if status == "reported" and row["level"] == "major":
            yield Want("analyse", Role.COMPLIANCE_HEAD, "analyse")
        elif status in {"reported", "analysed"}:
            yield Want("settle", officer, "settle", **mine)
        elif status == "escalated":
            yield Want("decide", Role.FIRST_RESPONSIBLE, "decide")
    elif row["kind"] in {"plan", "handling"} and status != "done" and not row["done_on"] and row["due_on"]:
        yield Want("carry", officer, "settle", **mine)


def key(uid: object, step: str) -> str:
    """The task of one step of one record."""
    return f"risk:{step}:{uid}"


def on_rows(changes: Sequence[Change]) -> None:
    """Called inside the transaction of every change of rows; registers of others cost one look."""
    register = changes[0].register if changes else ""
    if register not in STEPS:
        return
    moved = [change for change in changes if change.register == register and _is_shaped(change)]
    if moved:
        _Follow(register, moved).run()


def _is_shaped(change: Change) -> bool:
    if change.before is None or change.after is None:
        return True
    return any(change.before.get(name) != change.after.get(name) for name in _SHAPING)


class _Follow:
    """The tasks of some records of one register: a fixed number of questions however many."""

    def __init__(self, register: str, changes: Sequence[Change]) -> None:
        self.register, self.changes = register, changes
        self.about, self.steps = STEPS[register]
        after = [change.after for change in changes if change.after is not None]
        ids = {pk for row in after for pk in (row["unit_id"], row["department_id"]) if pk}
        self.units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=ids)}
        owners = {row["owner_id"] for row in after if row["owner_id"]}
        self.people = {one.pk: one for one in Person.objects.filter(pk__in=owners)} if owners else {}
        self.held = {task.key: task for task in Task.objects.filter(key__in=list(self._keys()))}
        self.grids = matrix.of_many(self.units.values()) if self._counts_days() else {}
        self.by = system("guiju")

    def _keys(self) -> Iterator[str]:
        return (key(change.uid, step) for change in self.changes for step in self.steps)

    def _counts_days(self) -> bool:
        return any(
            want.due_on is None
            for change in self.changes
            if change.after is not None
            for want in wants(self.register, change.after)
        )

    def run(self) -> None:
        """Close what is over, open again what came back, make what is new."""
        made: list[duties.Duty] = []
        over: list[str] = []
        for change in self.changes:
            row = change.after
            asked = {want.step: want for want in wants(self.register, row)} if row is not None else {}
            over += [key(change.uid, step) for step in self.steps if step not in asked]
            if row is not None:
                made += [self._duty(change, row, want) for want in asked.values()]
        open_ = [one for one in over if one in self.held and self.held[one].status == TaskStatus.OPEN]
        gone = {change.uid for change in self.changes if change.after is None}
        removed = [one for one in open_ if one.rsplit(":", 1)[-1] in gone]
        for one in open_:
            if one not in removed:
                uid = UUID(one.rsplit(":", 1)[-1])
                duties.close([one], by=self.by, register=self.register, uid=uid)
        if removed:
            duties.drop(removed, by=self.by, reason=_("The record was removed."))
        self._make(made)

    def _make(self, made: list[duties.Duty]) -> None:
        if not made:
            return
        back = [duty.key for duty in made if duty.key in self.held and self.held[duty.key].status == TaskStatus.DONE]
        if back:
            duties.reopen(back, by=self.by, reason=_("It is to be done again."))
        duties.ensure(made, by=self.by)
        for change in self.changes:
            if self.register == ALERTS and change.after is not None and _is_major_anew(change):
                self._tell_principal(change)

    def _duty(self, change: Change, row: Mapping[str, Any], want: Want) -> duties.Duty:
        name, unit = key(change.uid, want.step), self._place(row, want)
        zh, en = _TITLES[want.step]
        due = want.due_on or self._due(row, want, self.held.get(name))
        return duties.Duty(
            key=name,
            unit=unit,
            title=zh.format(row["title"])[:200],
            title_en=en.format(row["title"])[:200],
            due_on=due,
            role=want.role,
            owner=self.people.get(want.owner) if want.owner else None,
            about=self.about,
            about_uid=UUID(change.uid),
            starts_on=self.held[name].starts_on if name in self.held and self.held[name].starts_on <= due else None,
            lead=60,
        )

    def _due(self, row: Mapping[str, Any], want: Want, held: Task | None) -> date:
        """So many working days from now on; a task that is open keeps its day."""
        if held is not None and held.status == TaskStatus.OPEN:
            return held.due_on
        unit = self.units[row["unit_id"]]
        return days.of(unit.root_id or unit.pk).add(clock.today(), self.grids[unit.pk].limits[want.within])

    def _place(self, row: Mapping[str, Any], want: Want) -> Unit:
        """Where the task stands: who sees only a department finds it there, the head and the principal in the company."""
        unit, department = self.units[row["unit_id"]], self.units.get(row["department_id"] or 0)
        in_it = want.in_department and department is not None and department.path.startswith(unit.path)
        if in_it and department is not None and department.kind in reach.PARTS:
            return department
        return unit if want.in_department else company(unit)

    def _tell_principal(self, change: Change) -> None:
        """A major warning reaches the first responsible person at once."""
        assert change.after is not None
        unit = self.units[change.after["unit_id"]]
        task = Task.objects.filter(key=key(change.uid, "handle")).first()
        told = Offices([unit.pk], on=clock.today()).answerable(unit.pk, Role.FIRST_RESPONSIBLE)
        if task is None or not told.role:
            return
        Notice.objects.bulk_create(
            [Notice(user_id=user, task=task, step=Step.PRINCIPAL, made_at=clock.now()) for user in told.users],
            ignore_conflicts=True,
        )


def _is_major_anew(change: Change) -> bool:
    row, before = change.after, change.before
    if row is None or row["level"] != "major" or row["status"] != "active":
        return False
    return before is None or before["level"] != "major" or before["status"] != "active"


def _was_major(entry: Entry) -> bool:
    """Calling it minor later does not spare it the analysis."""
    return EntryVersion.objects.filter(uid=entry.uid, level="major").exists()


def before_report_moves(entry: Entry, move: Move, data: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    """A major risk is not settled before the head has looked at it."""
    if move.code != "settle":
        return {}
    if entry.status == "escalated" and not check.can(by, DECIDE, entry.unit, entry.department):
        raise Problem(
            "risk_report.undecided",
            _("The first responsible person decides on this risk before it is settled."),
            fix=_("Wait for the decision; the risk can be settled after it."),
            status=422,
        )
    was_major = data.get("level") == "major" or (entry.level == "major") or _was_major(entry)
    if entry.status == "reported" and was_major:
        raise Problem(
            "risk_report.unanalysed",
            _("A major risk is analysed before it is settled."),
            fix=_("Let the compliance head analyse it, or report it to the first responsible person."),
            status=422,
        )
    return {}
