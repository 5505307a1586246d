"""Who meets: a committee with its members, and what is written of a meeting."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guiju.access.actor import Actor
from guiju.governance.meetings import actions
from guiju.governance.meetings.minutes import sitting_of
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus
from tests.conftest import Cast


def person(cast: Cast, name: str, number: str, **more: Any) -> Person:
    return org.add_person(unit=cast.sub, name=name, number=number, by=cast.house, **more)


def committee(unit: Unit, by: Actor, **more: Any) -> Entry:
    values = {
        "name": "合规管理委员会", "kind": "committee", "from_on": "2024-01-01", "document": "路桥〔2024〕3号",
        "duties_written": True, "quorum": "majority", "meets_every": "quarter", **more,
    }  # fmt: skip
    return registers.create(register="bodies", unit=unit, values=values, by=by)


def seat(body: Entry, who: Person, kind: str, by: Actor) -> Entry:
    values = {"body": str(body.uid), "person": str(who.uid), "seat": kind, "from_on": "2024-01-01"}
    return registers.create(register="body_members", unit=body.unit, values=values, by=by)


def office(unit: Unit, role: str, who: Person, by: Actor, *, from_on: date = date(2024, 1, 1)) -> None:
    values = {"role": role, "person": str(who.uid), "from_on": from_on.isoformat(), "document": "任命文件"}
    registers.create(register="appointments", unit=unit, values=values, by=by)


def planned(
    body: Entry | None,
    unit: Unit,
    by: Actor,
    *,
    on: date | None = None,
    items: list[dict[str, Any]] | None = None,
    **more: Any,
) -> Entry:
    values = {
        "subject": "合规管理委员会会议", "topic": "decision", "held_on": (on or clock.today()).isoformat(),
        "body": str(body.uid) if body else None, **more,
    }  # fmt: skip
    agenda = items if items is not None else [{"matter": "审议用印管理办法", "kind": "decide"}]
    return actions.plan(unit=unit, values=values, items=agenda, by=by)


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("unit", "body", "department").get(pk=entry.pk)


def version(meeting: Entry) -> int:
    return sitting_of(fresh(meeting)).version


def written(meeting: Entry, chair: Person, present: list[Person], /, **more: Any) -> dict[str, Any]:
    """What the secretary writes: everybody named is there, every item is agreed."""
    items = Entry.objects.filter(register="agenda_items", ref_1=meeting.uid)
    return {
        "minutes": {
            "held_on": clock.today().isoformat(),
            "chair": str(chair.uid),
            "place": "三楼",
            **more.pop("minutes", {}),
        },
        "attendance": {str(one.uid): {"state": "present"} for one in present},
        "items": {str(one.uid): {"outcome": "agreed", "resolution": "原则同意"} for one in items},
        **more,
    }


def decision(owner: Person, matter: str = "印发办法", **more: Any) -> dict[str, Any]:
    due_on = (clock.today() + timedelta(days=30)).isoformat()
    return {"matter": matter, "owner": str(owner.uid), "due_on": due_on, **more}


def open_tasks(uid: object) -> list[Task]:
    return list(Task.objects.filter(about_uid=uid, status=TaskStatus.OPEN).select_related("owner").order_by("pk"))
