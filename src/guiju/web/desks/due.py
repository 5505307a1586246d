"""Rows of registers with a deadline: what is late, and what is due soon.

A register has deadlines when it has states and a field in the slot `due_on`; a row waits while its state is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from guiju.access.permissions import Permission
from guiju.access.roles import roles_with
from guiju.lib import clock
from guiju.org.models import LAST, Unit
from guiju.registers import spec as registers
from guiju.registers.models import Entry
from guiju.web import links, place

if TYPE_CHECKING:
    from guiju.registers.spec import RegisterSpec

#: Days ahead in which a deadline belongs on the desk.
AHEAD = 14
_CLOSED = frozenset({"met", "na"})


@dataclass(frozen=True, slots=True)
class Due:
    """One row with its deadline."""

    uid: UUID
    register: str
    what: str
    label: str
    title: str
    url: str
    on: date
    days_left: int
    unit: Unit
    owner: str

    @property
    def days_late(self) -> int:
        """Days past the deadline."""
        return max(-self.days_left, 0)


def registers_with_deadlines() -> dict[str, RegisterSpec]:
    """The registers whose rows wait for something."""
    return {
        item.code: item for item in registers.all_specs() if item.is_entry and item.states and "due_on" in item.by_slot
    }


def open_states(spec: RegisterSpec) -> list[str]:
    """The states in which a row waits."""
    return [state.code for state in spec.states if state.tone not in _CLOSED]


def sorted_by(register: str) -> str:
    """What the list of a register is sorted by for its oldest deadline first: its own field for it."""
    return registers_with_deadlines()[register].by_slot["due_on"].code


def waiting() -> Q:
    """The rows whose state is open."""
    wanted = Q(pk__in=[])
    for spec in registers_with_deadlines().values():
        wanted |= Q(register=spec.code, status__in=open_states(spec))
    return wanted


def rows(request: HttpRequest, unit: Unit) -> QuerySet[Entry]:
    """The waiting rows of the unit and, where the grant reaches so far, of everything below it."""
    allowed = roles_with(Permission.REGISTER_ENTRY_VIEW)
    reaching = [
        grant
        for grant in place.grants(request)
        if grant.role in allowed
        and (grant.unit_id == unit.pk or (grant.with_subtree and unit.path.startswith(grant.unit.path)))
    ]
    waiting_rows = Entry.objects.filter(waiting(), done_on__isnull=True, due_on__isnull=False)
    found = waiting_rows.filter(root_id=unit.root_id)
    if not reaching:
        return found.none()
    if not any(grant.with_subtree for grant in reaching):
        return found.filter(unit=unit)
    if unit.depth == 0:
        return found
    # By id and without the root, so that few units are looked up by themselves and not among all of their group.
    below = Unit.objects.filter(path__gte=unit.path, path__lt=unit.path + LAST)
    return waiting_rows.filter(unit_id__in=below.values("pk"))


def late_counts(request: HttpRequest, unit: Unit) -> dict[str, int]:
    """How many rows of each register are past their deadline: one query per request, which frame and desk share."""
    kept: dict[int, dict[str, int]] = request.__dict__.setdefault("_late_counts", {})
    if unit.pk not in kept:
        late = rows(request, unit).filter(due_on__lt=clock.today()).order_by()
        kept[unit.pk] = dict(late.values_list("register").annotate(n=Count("pk")))
    return kept[unit.pk]


def upcoming(request: HttpRequest, unit: Unit, *, limit: int = 8) -> list[Due]:
    """What is late or due soon, the oldest deadline first: one query."""
    return told(rows(request, unit).filter(due_on__lte=clock.today() + timedelta(days=AHEAD)), limit=limit)


def told(found: QuerySet[Entry], *, limit: int) -> list[Due]:
    """Rows with their deadlines, the oldest first."""
    today, specs = clock.today(), registers_with_deadlines()
    ordered = found.select_related("unit", "owner").order_by("due_on", "id")
    return [_due(row, specs[row.register], today) for row in ordered[:limit]]


def _due(row: Entry, spec: RegisterSpec, today: date) -> Due:
    assert row.due_on is not None
    return Due(
        uid=row.uid,
        register=spec.code,
        what=spec.title(),
        label=spec.by_slot["due_on"].label(),
        title=row.title,
        url=links.record(spec.code, row.uid),
        on=row.due_on,
        days_left=(row.due_on - today).days,
        unit=row.unit,
        owner=row.owner.name if row.owner else "",
    )


def late_by_person(request: HttpRequest, unit: Unit, *, limit: int = 8) -> list[tuple[str, str, int, date]]:
    """Who is late: (name, unit, how many, oldest deadline), the oldest first."""
    late = rows(request, unit).filter(due_on__lt=clock.today()).order_by()
    held: dict[tuple[str, str], tuple[int, date]] = {}
    names = late.values_list("owner__name", "unit__short_name", "unit__name", "due_on").order_by("due_on")[:500]
    for name, short, full, on in names:
        assert on is not None
        key = (name or "", short or full)
        count, first = held.get(key, (0, on))
        held[key] = (count + 1, min(first, on))
    ranked = sorted(held.items(), key=lambda pair: (pair[1][1], -pair[1][0]))
    return [(name, place_, count, first) for (name, place_), (count, first) in ranked[:limit]]
