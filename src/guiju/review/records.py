"""What a review leaves in other registers at once: one record, and nobody enters it a second time.

opinion(matter, seat)            -> `decision_opinions`: what head and officers said before a major decision (004 第四条)
counsel(matter, seat)            -> `counsel_opinions`: what outside counsel wrote (002 任务17)
recused(matter, run, seat, kind) -> `recusals`: who stepped aside, and who took over (003 表A.1 独立性)
decided(matter)                  -> the day of the decision, and what became of the opinions, on the rows of the first two

Rows are found again by their number: that of the matter, and the place at which the opinion was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guiju.access.actor import system
from guiju.lib import clock
from guiju.org.enums import Role
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import subjects
from guiju.review.enums import Stand
from guiju.review.models import Matter
from guiju.workflow.owners import Offices
from guiju.workflow.routes.enums import SeatState
from guiju.workflow.routes.models import Run, Seat

OPINIONS, COUNSEL, RECUSALS = "decision_opinions", "counsel_opinions", "recusals"
OWN, FORCED = "own", "forced"
#: Whose opinion is heard before a major decision.
HEARD = frozenset({Role.COMPLIANCE_HEAD, Role.COMPLIANCE_STAFF})
#: The rate for which major decisions count.
_DECISION = "decision"
#: Rows that follow from a step are written by the installation: the step itself names who took it.
HOUSE = system("guiju")


def opinion(matter: Matter, seat: Seat) -> None:
    """The opinion of the head or an officer on a major decision, by whoever holds that office on the day."""
    if subjects.get(matter.kind).rate != _DECISION or seat.role not in HEARD or seat.person is None:
        return
    held = Offices([matter.unit_id], on=clock.today()).people(matter.unit_id, seat.role)
    if seat.person_id not in {one.person_id for one in held}:
        return
    values: dict[str, object] = {
        "role": seat.role, "person": str(seat.person.uid), "given_on": clock.today().isoformat(), "written": True,
        "opinion": f"{Stand(seat.stand).label}。{seat.opinion}".strip(), "files": _files(seat.files),
    }  # fmt: skip
    _keep(OPINIONS, matter, seat, values)


def counsel(matter: Matter, seat: Seat) -> None:
    """The written opinion of outside counsel."""
    values: dict[str, object] = {
        "kind": "review", "counsel": seat.name, "asked_by": str(matter.owner.uid), "given_on": clock.today().isoformat(),
        "department": str(matter.department.uid) if matter.department else None,
        "opinion": f"{Stand(seat.stand).label}。{seat.opinion}".strip(), "files": _files(seat.files),
    }  # fmt: skip
    _keep(COUNSEL, matter, seat, values)


def recused(matter: Matter, run: Run, seat: Seat, kind: str) -> None:
    """Who stepped aside because of which conflict, and who sits there now."""
    if seat.person is None:
        return
    left = run.seats.select_related("person").filter(step=seat.step, state=SeatState.OPEN, person__isnull=False)
    taker = left.order_by("-ordinal").first()
    values = {
        "matter": _title(RECUSALS, matter, seat), "person": str(seat.person.uid), "kind": kind, "reason": seat.reason,
        "declared_on": clock.today().isoformat(),
        "replaced_by": str(taker.person.uid) if taker is not None and taker.person is not None else None,
    }  # fmt: skip
    registers.create(register=RECUSALS, unit=matter.unit, values=values, by=HOUSE, reason=matter.number)


def decided(matter: Matter) -> None:
    """When it was decided, and whether the opinions were taken up; of each office the last opinion is that on the decision."""
    if not matter.number:
        return
    told: dict[str, object] = {"adopted": matter.adopted, "reason": matter.not_adopted or None}
    review = str(matter.entry) if matter.entry else None
    last = {row.kind: row.pk for row in _rows(OPINIONS, matter)}
    for row in _rows(OPINIONS, matter):
        day = matter.done_on.isoformat() if matter.done_on and row.pk in last.values() else None
        _update(row, {**told, "decided_on": day, "review": review}, matter)
    for row in _rows(COUNSEL, matter):
        _update(row, told, matter)


def _rows(register: str, matter: Matter) -> list[Entry]:
    rows = Entry.objects.filter(register=register, unit=matter.unit, number__startswith=f"{matter.number}-")
    return list(rows.select_related("unit", "body").order_by("on", "number"))


def _update(row: Entry, values: Mapping[str, object], matter: Matter) -> None:
    changed = {code: value for code, value in values.items() if row.body.data.get(code) != value}
    if changed:
        registers.update(entry=row, values=changed, version=row.version, by=HOUSE, reason=matter.number)


def _keep(register: str, matter: Matter, seat: Seat, values: Mapping[str, object]) -> None:
    """A row of its own; of the same person in the same office, what was said in an earlier round gives way."""
    given = {**values, "number": _number(matter, seat)}
    held = [row for row in _rows(register, matter) if (row.person_id, row.kind) == (seat.person_id, values.get("role"))]
    if held:
        _update(held[-1], given, matter)
        return
    given["matter"] = _title(register, matter, seat)
    registers.create(register=register, unit=matter.unit, values=given, by=HOUSE, reason=matter.number)


def _number(matter: Matter, seat: Seat) -> str:
    return f"{matter.number}-{seat.run.round}.{seat.step + 1}.{seat.ordinal + 1}"


def _title(register: str, matter: Matter, seat: Seat) -> str:
    """The title; with the number where the register has one such row already."""
    held = Entry.objects.filter(register=register, unit=matter.unit, title=matter.title, person=seat.person)
    return f"{matter.title[:160]}（{_number(matter, seat)}）" if held.exists() else matter.title


def _files(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"digest": one["digest"], "name": one["name"], "size": one.get("size", 0)} for one in given[:20]]
