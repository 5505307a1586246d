"""Objectives with what was reached, who was appraised in a year and who was not, decisions on violations made public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.governance.duties import terms
from guiju.governance.duties.organisation import serving
from guiju.lib import clock
from guiju.lib.period import Kind, Period
from guiju.org.enums import Role, UnitKind
from guiju.org.models import Person, Unit
from guiju.org.tree import own
from guiju.registers import queries as registers
from guiju.registers.models import Entry

STAFF, DEPARTMENT, COUNSEL, MANAGERS, EMPLOYEES, SUBSIDIARIES = (
    "staff", "department", "general_counsel", "manager", "employee", "subsidiary",
)  # fmt: skip
GROUPS: Mapping[str, Promise] = {
    DEPARTMENT: _("Compliance department"),
    STAFF: _("Compliance head, staff and department officers"),
    COUNSEL: _("General counsel"),
    MANAGERS: _("Members of the leading bodies and managers"),
    EMPLOYEES: _("Everybody: compliance duties of the post"),
    SUBSIDIARIES: _("Subsidiaries"),
}
_COMPLIANCE = (Role.COMPLIANCE_HEAD, Role.COMPLIANCE_STAFF, Role.DEPARTMENT_OFFICER)
_LEADING = ("committee", "leading_group", "top_management", "party_committee", "board")
#: So many who were not appraised are named.
NAMED = 12
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective; `meeting` is the one at which the leading body evaluated it."""

    entry: Entry
    target: str
    actual: str
    meeting: Entry | None
    is_due: bool

    @property
    def is_evaluated(self) -> bool:
        """Was it evaluated?"""
        return self.entry.done_on is not None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who of a group was appraised in the year; `people` names some who were not, with what the form is filled with."""

    group: str
    whole: int
    done: int
    people: tuple[tuple[str, str], ...]
    #: Of the general counsel: do the appraisals cover the tasks of the programme?
    programme: bool | None = None

    @property
    def left(self) -> int:
        """How many were not."""
        return max(self.whole - self.done, 0)


@dataclass(frozen=True, slots=True)
class Violation:
    """A decision on a violation, and for how long it has not been made public."""

    entry: Entry
    waiting_days: int


@dataclass(frozen=True, slots=True)
class Results:
    """The page of one year."""

    objectives: tuple[Objective, ...]
    reviews: tuple[Entry, ...]
    coverage: tuple[Coverage, ...]
    unpublished: tuple[Violation, ...]
    published: int


def results(*, by: Actor, unit: Unit, year: int) -> Results:
    """Everything of one year, whatever the number of people, in a fixed number of questions."""
    reviews = registers.visible(by, terms.MEETINGS, sparse=True).filter(own(unit), _in(year), kind="goal_review")
    unpublished, published = violations(by=by, unit=unit, year=year)
    return Results(
        tuple(objectives(by=by, unit=unit, year=year)),
        tuple(reviews.exclude(status__in=["planned", "cancelled"]).order_by("on")[:_SHOWN]),
        tuple(coverage(by=by, unit=unit, year=year)),
        tuple(unpublished),
        published,
    )


def _in(year: int) -> Q:
    return Q(on__range=(date(year, 1, 1), date(year, 12, 31)))


def objectives(*, by: Actor, unit: Unit, year: int) -> list[Objective]:
    """The objectives of the year and of its parts."""
    rows = registers.visible(by, terms.OBJECTIVES, sparse=True).filter(own(unit), period__startswith=str(year))
    found = list(rows.select_related("body", "owner").order_by("period", "on", "pk")[:_SHOWN])
    meetings = {row.uid: row for row in Entry.objects.filter(uid__in=[one.ref_1 for one in found if one.ref_1])}
    today = clock.today()
    return [
        Objective(
            row,
            _amount(row.num_1, row.body.data.get("unit_of")),
            _amount(row.num_2, row.body.data.get("unit_of")),
            meetings.get(row.ref_1) if row.ref_1 else None,
            row.done_on is None and Period.parse(row.period).end < today,
        )
        for row in found
    ]


def _amount(number: object, unit_of: object) -> str:
    return "" if number is None else f"{number:f}".rstrip("0").rstrip(".") + str(unit_of or "")


def violations(*, by: Actor, unit: Unit, year: int) -> tuple[list[Violation], int]:
    """Decisions not made public yet, whenever they were made, the oldest first; and how many of the year were."""
    rows = registers.visible(by, terms.ACCOUNTABILITIES, sparse=True).filter(own(unit))
    today = clock.today()
    found = [
        Violation(row, (today - row.on).days if row.on else 0)
        for row in rows.filter(done_on__isnull=True).order_by("on", "pk")[:_SHOWN]
    ]
    return found, rows.filter(_in(year), done_on__isnull=False).count()


def coverage(*, by: Actor, unit: Unit, year: int) -> list[Coverage]:
    """Who was appraised in the year, group by group: of a year that is over, those in office on its last day."""
    on = min(clock.today(), Period(year, Kind.YEAR).end)
    rows = registers.visible(by, terms.APPRAISALS, sparse=True).filter(own(unit), period__startswith=str(year))
    held = list(rows.exclude(kind__in=[EMPLOYEES, SUBSIDIARIES]).values_list("kind", "person_id", "flag_1"))
    kinds = {kind for kind, _person, _programme in held}
    named = {person for _kind, person, _programme in held if person}
    offices = serving(by, unit, on=on)
    found = []
    if Entry.objects.filter(own(unit), _standing(on), register=terms.BODIES, kind="department").exists():
        found.append(Coverage(DEPARTMENT, 1, int(DEPARTMENT in kinds), ()))
    staff = _people(row for row in offices if row.kind in _COMPLIANCE)
    also = _also(rows, {*staff, *_people(row for row in offices if row.kind == Role.GENERAL_COUNSEL)})
    found.append(_of(STAFF, staff, named | also))
    counsel = _people(row for row in offices if row.kind == Role.GENERAL_COUNSEL)
    if counsel:
        covers = any(programme for kind, person, programme in held if kind == COUNSEL or person in counsel)
        found.append(_of(COUNSEL, counsel, named | also, programme=covers))
    found += [*_managers(unit, rows, named, on), _employees(unit, rows, on), _subsidiaries(unit, rows, on)]
    return [one for one in found if one.whole]


def _subsidiaries(unit: Unit, rows: QuerySet[Entry], on: date) -> Coverage:
    """Each company right below once, however often it was appraised; rows that name none say nothing of any."""
    there = Q(closed_on__isnull=True) | Q(closed_on__gte=on)
    founded = Q(founded_on__isnull=True) | Q(founded_on__lte=on)
    units = list(Unit.objects.filter(there, founded, parent=unit, kind=UnitKind.COMPANY).order_by("sort_key", "pk"))
    named = set(rows.filter(kind=SUBSIDIARIES).values_list("text_3", flat=True))
    left = [one for one in units if not named & {one.name, one.label, one.code}]
    names = tuple((one.label, one.name) for one in left[:NAMED])
    return Coverage(SUBSIDIARIES, len(units), len(units) - len(left), names)


def _standing(on: date) -> Q:
    return (Q(done_on__isnull=True) | Q(done_on__gte=on)) & (Q(on__isnull=True) | Q(on__lte=on))


def _people(rows: Iterable[Entry]) -> dict[int, Person]:
    return {row.person.pk: row.person for row in rows if row.person is not None}


def _also(rows: QuerySet[Entry], people: Iterable[int]) -> set[int]:
    """Of these people, those appraised as any other employee is."""
    found = rows.filter(kind=EMPLOYEES, person_id__in=list(people)).values_list("person_id", flat=True)
    return set(found)


def _of(group: str, people: Mapping[int, Person], done: set[int], *, programme: bool | None = None) -> Coverage:
    left = [person for pk, person in people.items() if pk not in done]
    names = tuple((person.name, str(person.uid)) for person in left[:NAMED])
    return Coverage(group, len(people), len(people) - len(left), names, programme)


def _managers(unit: Unit, rows: QuerySet[Entry], named: set[int], on: date) -> list[Coverage]:
    """Members of leading bodies, and whoever signed a commitment as leader or manager."""
    bodies = Entry.objects.filter(own(unit), _standing(on), register=terms.BODIES, kind__in=_LEADING).values("uid")
    sits = Q(register=terms.MEMBERS, ref_1__in=bodies) & _standing(on)
    signed = Q(register="commitments", kind__in=["leader", "manager"], on__lte=on) & own(unit)
    stays = Q(person__left_on__isnull=True) | Q(person__left_on__gte=on)
    found = Entry.objects.filter(sits | signed, stays, person__isnull=False)
    people = _people(found.select_related("person").order_by("pk")[:1_000])
    return [_of(MANAGERS, people, named | _also(rows, people))] if people else []


def _employees(unit: Unit, rows: QuerySet[Entry], on: date) -> Coverage:
    there = Person.objects.filter(own(unit), is_external=False).filter(Q(left_on__isnull=True) | Q(left_on__gte=on))
    there = there.filter(Q(joined_on__isnull=True) | Q(joined_on__lte=on))
    appraised = rows.filter(person__isnull=False).values("person_id")
    whole = there.count()
    left = there.exclude(pk__in=appraised)
    names = tuple((name, str(uid)) for name, uid in left.order_by("number", "pk").values_list("name", "uid")[:NAMED])
    missing = left.count() if len(names) == NAMED else len(names)
    return Coverage(EMPLOYEES, whole, whole - missing, names)
