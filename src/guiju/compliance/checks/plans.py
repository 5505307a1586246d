"""Check plans (rows of the register `check_plans`) as the engine reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from guiju.compliance.checks.cycles import USUAL
from guiju.lib import clock
from guiju.org.models import Person, Unit
from guiju.registers.models import Entry

REGISTER = "check_plans"
USED = "used"
OWN = "own"


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan; empty texts mean “no limit”."""

    uid: UUID
    name: str
    unit: Unit
    department: Unit | None
    kind: str
    cycle: str
    field: str
    level: str
    focus: str
    all_levels: bool
    minutes: int | None
    way: str
    how: str
    items: tuple[str, ...]
    checker: Person | None
    signer: Person | None
    starts_on: date
    ends_on: date | None
    entered_on: date
    in_use: bool


def of(entry: Entry) -> Plan:
    """The plan that a row describes (`unit`, `department`, `person`, `owner` and `body` are read)."""
    data: dict[str, Any] = entry.body.data
    lines = [line.strip() for line in str(data.get("items") or "").splitlines()]
    return Plan(
        uid=entry.uid,
        name=entry.title,
        unit=entry.unit,
        department=entry.department,
        kind=entry.kind or OWN,
        cycle=entry.level or USUAL,
        field=entry.text_3,
        level=entry.text_1,
        focus=entry.text_2 or _usual_focus(entry),
        all_levels=bool(entry.flag_1),
        minutes=entry.count_1,
        way=str(data.get("way") or ""),
        how=str(data.get("how") or ""),
        items=tuple(line for line in lines if line),
        checker=entry.person,
        signer=entry.owner,
        starts_on=entry.on or clock.day_of(entry.created_at),
        ends_on=entry.done_on,
        entered_on=clock.day_of(entry.created_at),
        in_use=entry.status == USED,
    )


def _usual_focus(entry: Entry) -> str:
    """Where nobody named one: what reaches all levels and leaves nothing out is the check of all levels."""
    is_limited = bool(entry.text_3 or entry.text_1 or entry.department_id)
    return "all_levels" if entry.flag_1 and not is_limited else ""


def all_of(uids: Iterable[UUID] | None = None) -> list[Plan]:
    """Plans by uid, or all that are in use: one query."""
    rows = Entry.objects.filter(register=REGISTER)
    rows = rows.filter(status=USED) if uids is None else rows.filter(uid__in=list(uids))
    return [of(row) for row in rows.select_related("unit", "department", "person", "owner", "body").order_by("pk")]


def find(uid: UUID) -> Plan | None:
    """One plan, where its row is still there."""
    return next(iter(all_of([uid])), None)
