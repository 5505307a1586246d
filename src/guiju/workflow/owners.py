"""Whose a task is: the holders of an office in its unit on a day, from the register of appointments.

An office that nobody holds falls to the next one up; where nobody at all was appointed, to the accounts of the
nearest compliance office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from guiju.access import holders
from guiju.access.permissions import Permission
from guiju.org.enums import Role, UnitKind
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.registers.models import Entry
from guiju.workflow import ladder

REGISTER = "appointments"
OFFICE = "compliance_office"
_TOP = (Role.FIRST_RESPONSIBLE, Role.LEGAL_REPRESENTATIVE)
#: Office -> itself and those it falls to, the nearest first.
CHAINS: Mapping[str, tuple[str, ...]] = {
    Role.DEPARTMENT_OFFICER: (Role.DEPARTMENT_OFFICER, Role.COMPLIANCE_STAFF, Role.COMPLIANCE_HEAD, *_TOP),
    Role.COMPLIANCE_STAFF: (Role.COMPLIANCE_STAFF, Role.COMPLIANCE_HEAD, *_TOP),
    Role.COMPLIANCE_HEAD: (Role.COMPLIANCE_HEAD, *_TOP),
    Role.GENERAL_COUNSEL: (Role.GENERAL_COUNSEL, Role.COMPLIANCE_HEAD, *_TOP),
    Role.FIRST_RESPONSIBLE: _TOP,
    Role.LEGAL_REPRESENTATIVE: (Role.LEGAL_REPRESENTATIVE, Role.FIRST_RESPONSIBLE),
    Role.ACTUAL_CONTROLLER: (Role.ACTUAL_CONTROLLER, Role.LEGAL_REPRESENTATIVE, Role.FIRST_RESPONSIBLE),
}
_PARTS = (UnitKind.BRANCH, UnitKind.DEPARTMENT)
#: Whom each rung above the owner reaches.
RUNGS = {1: Role.COMPLIANCE_HEAD, 2: Role.FIRST_RESPONSIBLE}


class Holder(NamedTuple):
    """Somebody who holds an office."""

    person_id: int
    name: str
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Answerable:
    """Who answers for something: the people, by which office (empty: nobody was appointed), and whom to tell.

    `users` are accounts that may see it there. They may belong to others than `people` who have none.
    """

    role: str
    people: tuple[Holder, ...]
    users: tuple[int, ...]

    @property
    def height(self) -> int:
        """How high the office stands on the ladder."""
        return ladder.HEIGHTS.get(self.role, 0)


class Offices:
    """The offices of some units on a day; a constant number of queries however many units."""

    def __init__(self, unit_ids: Iterable[int], *, on: date) -> None:
        units = list(Unit.objects.filter(pk__in=set(unit_ids)).values_list("pk", "path", "kind"))
        self._paths = {pk: path for pk, path, _kind in units}
        self._held = _appointments(self._paths, on)
        parts = {pk: path for pk, path, kind in units if kind in _PARTS}
        if parts:
            self._lend(parts, on)
        self._by_person: dict[tuple[int, int], set[str]] = {}
        for (unit, role), rows in self._held.items():
            for row in rows:
                self._by_person.setdefault((unit, row.person_id), set()).add(role)
        self._grants = holders.of(self._paths.values(), on=on)
        self._answers: dict[tuple[int, str], Answerable] = {}
        self._seeing: dict[int, frozenset[int]] = {}

    def _lend(self, parts: Mapping[int, str], on: date) -> None:
        """What a department has to do climbs to the offices of its company, where it has none of its own."""
        above = {path for own in parts.values() for path in ancestor_paths(own)}
        companies = dict(Unit.objects.filter(path__in=above).exclude(kind__in=_PARTS).values_list("path", "pk"))
        nearest = {
            pk: company
            for pk, own in parts.items()
            if (
                company := next(
                    (companies[path] for path in sorted(ancestor_paths(own), reverse=True) if path in companies), None
                )
            )
        }
        held = _appointments(dict.fromkeys(nearest.values(), ""), on) if nearest else {}
        for pk, company in nearest.items():
            for role in CHAINS:
                lent = held.get((company, role))
                if lent and (pk, role) not in self._held:
                    self._held[pk, role] = lent

    def path(self, unit_id: int) -> str:
        """The unit's place."""
        return self._paths[unit_id]

    def people(self, unit_id: int, role: str) -> tuple[Holder, ...]:
        """Who holds exactly this office."""
        return tuple(self._held.get((unit_id, role), ()))

    def roles_of(self, unit_id: int, person_id: int) -> set[str]:
        """The offices somebody holds in the unit."""
        return self._by_person.get((unit_id, person_id), set())

    def sees(self, unit_id: int, user_id: int) -> bool:
        """May the account see tasks of the unit?"""
        if unit_id not in self._seeing:
            self._seeing[unit_id] = self._grants.may(self._paths[unit_id], Permission.WORKFLOW_TASK_VIEW)
        return user_id in self._seeing[unit_id]

    def answerable(self, unit_id: int, role: str, owner: Holder | None = None) -> Answerable:
        """Who answers for what the office has to do, or the one person to whom it was handed."""
        if owner is not None:
            return self._owned(unit_id, role, owner)
        key = (unit_id, role)
        if key not in self._answers:
            chain = CHAINS.get(role, (role,))
            found = next((step for step in chain if self._held.get((unit_id, step))), "")
            people = self.people(unit_id, found) if found else ()
            self._answers[key] = Answerable(found, people, self._reached(unit_id, chain))
        return self._answers[key]

    def _owned(self, unit_id: int, role: str, owner: Holder) -> Answerable:
        held = self.roles_of(unit_id, owner.person_id)
        highest = max(held, key=lambda code: ladder.HEIGHTS.get(code, 0), default="")
        if owner.user_id is not None and self.sees(unit_id, owner.user_id):
            users: tuple[int, ...] = (owner.user_id,)
        else:
            users = self._reached(unit_id, CHAINS.get(role, (role,)))
            if owner.user_id is not None:  # his own task he sees by name; the office goes on knowing of it
                users = (owner.user_id, *(user for user in users if user != owner.user_id))
        return Answerable(highest, (owner,), users)

    def _reached(self, unit_id: int, chain: Iterable[str]) -> tuple[int, ...]:
        """The accounts of the first office in the chain whose holders can be told."""
        for step in chain:
            rows = self._held.get((unit_id, step), ())
            users = {row.user_id for row in rows if row.user_id is not None and self.sees(unit_id, row.user_id)}
            if users:
                return tuple(sorted(users))
        return self._grants.nearest(self._paths[unit_id], OFFICE)


def _appointments(paths: Mapping[int, str], on: date) -> dict[tuple[int, str], list[Holder]]:
    """(Unit, office) -> holders; what branches and departments keep counts for the unit they belong to."""
    home = _homes(paths)
    rows = (
        Entry.objects.filter(register=REGISTER, unit_id__in=home, on__lte=on, person__isnull=False)
        .filter(Q(done_on__isnull=True) | Q(done_on__gte=on))
        .filter(Q(person__left_on__isnull=True) | Q(person__left_on__gte=on))
        .order_by("on", "pk")
    )
    found: dict[tuple[int, str], list[Holder]] = {}
    for unit, role, person, name, user in rows.values_list(
        "unit_id", "kind", "person_id", "person__name", "person__user_id"
    ):
        held = found.setdefault((home[unit], role), [])
        holder = Holder(person, name, user)
        if holder not in held:
            held.append(holder)
    return found


def _homes(unit_ids: Iterable[int]) -> dict[int, int]:
    found = {pk: pk for pk in unit_ids}
    level = dict(found)
    while level:
        below = Unit.objects.filter(parent_id__in=list(level), kind__in=[UnitKind.BRANCH, UnitKind.DEPARTMENT])
        level = {pk: level[parent] for pk, parent in below.values_list("pk", "parent_id")}
        found |= level
    return found


def offices_of(person_id: int, *, on: date) -> set[int]:
    """The units in which somebody holds an office on a day, those whose department names it included."""
    rows = Entry.objects.filter(register=REGISTER, person_id=person_id, on__lte=on)
    rows = rows.filter(Q(done_on__isnull=True) | Q(done_on__gte=on))
    found: set[int] = set()
    for unit, kind, parent, path in rows.values_list("unit_id", "unit__kind", "unit__parent_id", "unit__path"):
        if kind in {UnitKind.BRANCH, UnitKind.DEPARTMENT} and parent is not None:
            found.update(_company(path))
        else:
            found.add(unit)
    return found


def _company(path: str) -> list[int]:
    """The company that a department or branch belongs to."""
    above = Unit.objects.filter(path__in=ancestor_paths(path)).exclude(kind__in=[UnitKind.BRANCH, UnitKind.DEPARTMENT])
    return list(above.order_by("-path").values_list("pk", flat=True)[:1])
