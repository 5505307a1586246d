"""The organisation check: what the documents ask of a unit's organisation, how it stands, which records prove it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from django.db.models import Q

from guiju.access.actor import Actor
from guiju.governance.duties import sorting, terms
from guiju.lib import clock
from guiju.org.enums import Role, UnitKind
from guiju.org.models import Person, Unit
from guiju.org.tree import own
from guiju.posture import queries as posture
from guiju.posture.queries import Evidence, Line, Lines, Status
from guiju.registers import queries as registers
from guiju.registers.models import Entry

#: From what must be looked at first to what asks nothing.
SEVERITY = (Status.UNMET, Status.PARTLY, Status.PERSON, Status.NOT_DUE, Status.MET, Status.NA)
OPEN = frozenset({Status.UNMET, Status.PARTLY, Status.PERSON})
_PROVING = frozenset(sorting.RELATIONS)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that is asked, by however many documents: they share its tests."""

    lines: tuple[Line, ...]
    proofs: tuple[Evidence, ...] = ()

    @property
    def first(self) -> Line:
        """The one that stands worst speaks for all."""
        return min(self.lines, key=lambda line: SEVERITY.index(line.status))

    @property
    def status(self) -> Status:
        """How it stands."""
        return self.first.status

    @property
    def figure(self) -> tuple[str, ...]:
        """The figures of the tests that decide."""
        return tuple(dict.fromkeys(one.figure for one in self.first.measures if one.figure))


@dataclass(slots=True)
class Part:
    """One part of the check."""

    code: str
    rows: list[Ask] = field(default_factory=list)

    @property
    def open(self) -> list[Ask]:
        """What must be looked at, the worst first."""
        found = [row for row in self.rows if row.status in OPEN]
        return sorted(found, key=lambda row: SEVERITY.index(row.status))

    @property
    def closed(self) -> list[Ask]:
        """What is met, not due yet, or asks nothing now."""
        return [row for row in self.rows if row.status not in OPEN]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows stand at each answer."""
        return counted(self.rows)


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """A department and who looks after compliance in it."""

    unit: Unit
    officers: tuple[Person, ...]
    #: The compliance department is the second line and needs no officer of the first.
    is_second: bool = False

    @property
    def lacks(self) -> bool:
        """Must somebody still be appointed?"""
        return not self.officers and not self.is_second


@dataclass(frozen=True, slots=True)
class Organisation:
    """The whole check."""

    asked: Lines
    parts: tuple[Part, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many things stand at each answer."""
        return counted(row for part in self.parts for row in part.rows)


def counted(rows: Iterable[Ask]) -> dict[str, int]:
    """How many things stand at each answer."""
    found = {status.value: 0 for status in (*SEVERITY[::-1],)}
    for row in rows:
        found[row.status.value] += 1
    return found


def organisation(*, by: Actor, unit: Unit) -> Organisation:
    """The check of one legal entity: what is stored, and one reading of the records that prove it."""
    asked = posture.asked(by=by, unit=unit)
    places = sorting.sorted_out(asked.rows)
    chosen = [line for line in asked.rows if line.requirement.pk in places]
    proofs = posture.proofs(by=by, unit=unit, rows=chosen, relations=_PROVING)
    parts = {code: Part(code) for code in terms.ASPECTS}
    for ask in together(chosen, proofs):
        parts[places[ask.lines[0].requirement.pk]].rows.append(ask)
    return Organisation(asked, tuple(part for part in parts.values() if part.rows))


def together(
    lines: Iterable[Line], proofs: Mapping[int, list[Evidence]], *, instead: Mapping[str, str] = MappingProxyType({})
) -> list[Ask]:
    """Lines that the same tests answer and the same holder owes are one thing to do, whichever documents ask it."""
    found: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        own = tuple(instance.pk for instance in line.asks)
        # A judgement is given requirement by requirement.
        key = (
            (own, sorting.holder(line.requirement, instead=instead))
            if own and not line.requirement.judgement
            else (line.requirement.pk,)
        )
        found.setdefault(key, []).append(line)
    return [
        Ask(tuple(rows), tuple({one.uid: one for row in rows for one in proofs.get(row.requirement.pk, ())}.values()))
        for rows in found.values()
    ]


def departments(*, by: Actor, company: Unit, within: Iterable[Unit] | None = None) -> list[DepartmentLine]:
    """Each department with its officers of today; of those given, or of all right below the company."""
    if within is None:
        rows = Unit.objects.filter(parent=company, kind=UnitKind.DEPARTMENT, closed_on__isnull=True)
        units = list(rows.order_by("sort_key", "pk"))
    else:
        units = [one for one in within if one.kind == UnitKind.DEPARTMENT]
    held: dict[int, dict[int, Person]] = {}
    for row in serving(by, company, on=clock.today(), roles=(Role.DEPARTMENT_OFFICER,)):
        place = row.department_id or row.unit_id
        if row.person is not None:
            held.setdefault(place, {})[row.person.pk] = row.person
    second = _second(company)
    return [
        DepartmentLine(one, tuple(held.get(one.pk, {}).values()), bool({one.pk, one.name} & second)) for one in units
    ]


def _second(company: Unit) -> set[int | str]:
    """The compliance departments that stand today, by the department they name and by their own name."""
    today = clock.today()
    rows = Entry.objects.filter(
        Q(done_on__isnull=True) | Q(done_on__gte=today),
        register=terms.BODIES,
        unit=company,
        kind="department",
        on__lte=today,
    ).exclude(status="dissolved")
    return {one for row in rows.values_list("department_id", "title") for one in row} - {None}


def serving(by: Actor, company: Unit, *, on: date, roles: Iterable[str] = ()) -> list[Entry]:
    """The appointments of a company that hold on a day, its departments' own ones too."""
    rows = registers.visible(by, terms.APPOINTMENTS, sparse=True).filter(
        Q(done_on__isnull=True) | Q(done_on__gte=on), on__lte=on
    )
    rows = rows.filter(own(company))
    if roles:
        rows = rows.filter(kind__in=list(roles))
    return list(rows.select_related("person", "department", "unit").order_by("kind", "on", "pk"))
