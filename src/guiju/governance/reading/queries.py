"""Finding readings: one's own, those of a unit, how far they have come over all levels, and who is missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance.enums import ReadingState, ReceiptState
from guiju.governance.models import PolicyVersion, Reading, Receipt
from guiju.lib.errors import NotFound
from guiju.org.models import LAST, Person, Unit
from guiju.registers.directory import DEPARTMENT_KINDS

VIEW = P.REGISTER_ENTRY_VIEW
#: Those who have not confirmed and cannot do it online.
NO_ACCOUNT = "no_account"
_RELATED = ("unit", "policy_version", "compared")


def not_asked() -> NotFound:
    """The refusal of whoever opens what he was not asked to read."""
    return NotFound(
        _("You have not been asked to read this."), fix=_("What you are asked to read stands in the list “To be read”.")
    )


# --- one's own ------------------------------------------------------------------------------------------------------


def person_of(by: Actor) -> Person | None:
    """Whose account it is."""
    if by.user_id is None:
        return None
    return Person.objects.select_related("unit", "department").filter(user_id=by.user_id).first()


def _mine(by: Actor) -> QuerySet[Receipt]:
    """Nothing for the installation itself: it is nobody."""
    return Receipt.objects.filter(person__user=by.user) if by.user is not None else Receipt.objects.none()


def mine(by: Actor) -> QuerySet[Receipt]:
    """What somebody is asked to read, the nearest day first."""
    rows = _mine(by).filter(state=ReceiptState.PENDING)
    rows = rows.exclude(reading__state=ReadingState.CLOSED).annotate(until=Coalesce(F("due_on"), F("reading__due_on")))
    return rows.select_related("reading__unit").order_by("until", "pk")


def confirmed(by: Actor) -> QuerySet[Receipt]:
    """What somebody has confirmed, the latest first."""
    rows = _mine(by).filter(state=ReceiptState.CONFIRMED)
    return rows.select_related("reading__unit").order_by("-confirmed_at", "-pk")


def own(by: Actor, reading: UUID) -> Receipt:
    """The own receipt of a reading, or 404."""
    rows = _mine(by).filter(reading__uid=reading)
    related = ("reading__policy_version", "reading__compared", "reading__unit", "person", "unit", "department")
    found = rows.select_related(*related).first()
    if found is None or found.state == ReceiptState.RELEASED:
        raise not_asked()
    return found


# --- of a unit ------------------------------------------------------------------------------------------------------


def at(unit: Unit) -> Q:
    """Receipts of the people of a unit and all below; of a department those of its people."""
    inside = Q(unit__path__gte=unit.path, unit__path__lt=unit.path + LAST)
    if unit.kind in DEPARTMENT_KINDS:
        inside |= Q(department__path__gte=unit.path, department__path__lt=unit.path + LAST)
    return inside


def of_unit(unit: Unit) -> QuerySet[Reading]:
    """Readings given out here, and those from above that ask its people; the latest first."""
    asked = Receipt.objects.filter(at(unit), reading=OuterRef("pk"))
    rows = Reading.objects.filter(Q(unit=unit) | Exists(asked))
    return rows.select_related(*_RELATED).order_by("-issued_at", "-pk")


def find(by: Actor, uid: UUID | str) -> Reading:
    """A reading, for whoever sees its unit, or people whom it asks; 404 otherwise."""
    row = Reading.objects.select_related(*_RELATED).filter(uid=uid).first()
    if row is not None and not check.can(by, VIEW, row.unit):
        asked = Receipt.objects.filter(reading=row)
        row = row if asked.filter(seen(by)).exists() else None
    if row is None:
        raise NotFound(_("There is no such reading here."), fix=_("Open it from the list of readings."))
    return row


def seen(by: Actor) -> Q:
    """Receipts of the units and departments whose records somebody sees."""
    reach = scope.scope(by, VIEW)
    found = Q(unit__in=scope.units(by, VIEW).values("pk"))
    for part in reach.parts:
        inside = Q(department=part.unit_id)
        if part.with_below:
            inside |= Q(department__path__gte=part.path, department__path__lt=part.path + LAST)
        found |= Q(unit=part.company_id) & inside
    return found


def of_policy(policy: UUID) -> QuerySet[Reading]:
    """Readings of a policy, the latest first."""
    return Reading.objects.filter(policy=policy).select_related(*_RELATED).order_by("-issued_at", "-pk")


@dataclass(frozen=True, slots=True)
class Offer:
    """A version that came into force after people had read an earlier one."""

    version: PolicyVersion
    before: Reading


def offers(unit: Unit) -> list[Offer]:
    """Policies given out by the unit whose version in force nobody has been asked to read."""
    rows = Reading.objects.filter(unit=unit).select_related("policy_version").order_by("policy", "-issued_at", "-pk")
    latest: dict[UUID, Reading] = {}
    for row in rows.defer("policy_version__text"):
        latest.setdefault(row.policy, row)
    held = PolicyVersion.objects.filter(policy__in=latest, state="in_force").defer("text")
    return [
        Offer(version, latest[version.policy])
        for version in held.order_by("-in_force_on")
        if (given := latest[version.policy].policy_version) is not None and given.number < version.number
    ]


# --- how far --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """How many were asked, and how many have confirmed."""

    asked: int = 0
    confirmed: int = 0
    paper: int = 0
    late: int = 0

    @property
    def missing(self) -> int:
        """Those who have not."""
        return self.asked - self.confirmed

    @property
    def percent(self) -> int:
        """Rounded down: a hundred means everybody."""
        return self.confirmed * 100 // self.asked if self.asked else 0

    def add(self, other: Tally) -> None:
        """Count others too."""
        self.asked += other.asked
        self.confirmed += other.confirmed
        self.paper += other.paper
        self.late += other.late


@dataclass(frozen=True, slots=True)
class Rates:
    """A unit's figures: all below, its own departments (None: without one), the units directly below."""

    whole: Tally
    departments: list[tuple[Unit | None, Tally]]
    units: list[tuple[Unit, Tally]]


def rates(row: Reading, unit: Unit, *, on: date, by: Actor | None = None) -> Rates:
    """Five questions however many people and units; of what the reader sees."""
    rows = receipts(row, unit, by=by)
    by_unit = _tallies(rows, "unit_id", on)
    whole = Tally()
    for tally in by_unit.values():
        whole.add(tally)
    if unit.kind in DEPARTMENT_KINDS:
        return Rates(whole, [], [])
    paths = dict(Unit.objects.filter(pk__in=by_unit).values_list("pk", "path"))
    mine = [pk for pk in by_unit if pk == unit.pk]
    below: dict[str, Tally] = defaultdict(Tally)
    size = len(unit.path) + 4
    for pk, tally in by_unit.items():
        if pk != unit.pk:
            below[paths[pk][:size]].add(tally)
    children = list(Unit.objects.filter(path__in=below).order_by("path"))
    inside = _tallies(rows.filter(unit_id__in=mine), "department_id", on) if mine else {}
    named = Unit.objects.in_bulk([pk for pk in inside if pk])
    parts = [(named.get(pk), tally) for pk, tally in inside.items()]
    parts.sort(key=lambda one: one[0].path if one[0] is not None else LAST)
    return Rates(whole, parts, [(child, below[child.path]) for child in children])


def _tallies(receipts: QuerySet[Receipt], column: str, on: date) -> dict[int, Tally]:
    done = Q(state=ReceiptState.CONFIRMED)
    late = Q(state=ReceiptState.PENDING) & Q(until__lt=on)
    rows = receipts.annotate(until=Coalesce(F("due_on"), F("reading__due_on"))).order_by().values(column)
    counted = rows.annotate(
        asked=Count("pk"), done=Count("pk", filter=done), paper=Count("pk", filter=done & Q(way="paper")),
        late=Count("pk", filter=late),
    )  # fmt: skip
    return {one[column]: Tally(one["asked"], one["done"], one["paper"], one["late"]) for one in counted}


def missing_by_place(row: Reading, *, on: date) -> list[tuple[Unit, int]]:
    """Departments, or units where people have none, with how many are late."""
    rows = Receipt.objects.filter(reading=row, state=ReceiptState.PENDING)
    rows = rows.annotate(until=Coalesce(F("due_on"), F("reading__due_on")), place=Coalesce(F("department"), F("unit")))
    counted = dict(rows.filter(until__lt=on).order_by().values_list("place").annotate(count=Count("pk")))
    units = Unit.objects.filter(pk__in=counted).order_by("path")
    return [(unit, counted[unit.pk]) for unit in units]


def receipts(row: Reading, unit: Unit, *, by: Actor | None = None) -> QuerySet[Receipt]:
    """Everybody asked of a unit and all below, or what of it the reader sees."""
    rows = Receipt.objects.filter(at(unit), reading=row).exclude(state=ReceiptState.RELEASED)
    if by is not None and not scope.scope(by, VIEW).covers_below(unit):
        rows = rows.filter(seen(by))
    return rows


def people(rows: QuerySet[Receipt], *, state: str = "", q: str = "") -> QuerySet[Receipt]:
    """Some of them, by unit, department and name."""
    if state in {ReceiptState.PENDING, ReceiptState.CONFIRMED}:
        rows = rows.filter(state=state)
    elif state == NO_ACCOUNT:
        rows = rows.filter(state=ReceiptState.PENDING, person__user__isnull=True)
    if q.strip():
        rows = rows.filter(Q(person__name__icontains=q.strip()) | Q(person__number__iexact=q.strip()))
    related = rows.select_related("person", "unit", "department")
    return related.order_by("unit__path", "department__path", "person__sort_key", "person__pk")
