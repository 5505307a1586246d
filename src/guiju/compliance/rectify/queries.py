"""What the ledger says: figures of a unit or all levels, recurrences, extensions; a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum

from guiju.access.actor import Actor
from guiju.compliance.rectify.terms import CLOSED, OPEN, REGISTER, SUBMITTED, WATCHED_MONTHS, months_later
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.org.places import company_of
from guiju.org.tree import PARTS, homes, own
from guiju.registers import queries
from guiju.registers.models import Entry, EntryVersion

_PENDING = Q(status__in=(OPEN, SUBMITTED))
#: So many closed rectifications are compared with new ones at most.
_COMPARED = 5_000
_KEYS = (
    "uid", "unit_id", "unit__kind", "unit__path", "department_id", "text_3", "level", "on", "done_on", "title", "number",
    "ref_1", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one source, department or unit."""

    key: Any
    total: int
    open: int
    submitted: int
    closed: int
    overdue: int
    #: How many days the oldest is late.
    late_days: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger at a glance on a day."""

    on: date
    whole: Group
    by_source: tuple[Group, ...]
    by_department: tuple[Group, ...]
    by_unit: tuple[Group, ...]
    extended: int
    extensions: int
    repeated: int
    watched: int
    #: Found in the last twelve months, and how many of those repeat an earlier one.
    recent: int
    recent_repeated: int
    without_cause: int

    @property
    def repeat_percent(self) -> int | None:
        """The share of the last twelve months that repeats something; None where nothing was found."""
        return self.recent_repeated * 100 // self.recent if self.recent else None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A closed rectification with the same cause, closed so many months before the new problem was found."""

    uid: UUID
    number: str
    title: str
    closed_on: date
    months: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A newer rectification and the closed one it seems to repeat. `confirmed` where a person has said so."""

    uid: UUID
    unit_id: int
    title: str
    number: str
    found_on: date
    earlier: Recurrence
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """One time that the deadline moved to a later day."""

    at: Any
    by: str
    before: date
    after: date
    reason: str = field(default="")


def rows(*, by: Actor, unit: Unit, all_levels: bool) -> QuerySet[Entry]:
    """The rectifications that belong to a unit, or those of all levels from it down."""
    found = queries.visible(by, REGISTER, unit)
    return found if all_levels else found.filter(own(unit))


def ledger(*, by: Actor, unit: Unit, all_levels: bool = False, on: date | None = None) -> Ledger:
    """All figures of the page."""
    day = on or clock.today()
    found = rows(by=by, unit=unit, all_levels=all_levels).order_by()
    since = months_later(day, -WATCHED_MONTHS)
    more = found.aggregate(
        **_counts(day),
        extended=Count("pk", filter=Q(count_2__gt=0)),
        extensions=Sum("count_2"),
        repeated=Count("pk", filter=Q(ref_1__isnull=False)),
        watched=Count("pk", filter=Q(status=CLOSED, done_on__gte=since)),
        recent=Count("pk", filter=Q(on__gte=since)),
        recent_repeated=Count("pk", filter=Q(on__gte=since, ref_1__isnull=False)),
        without_cause=Count("pk", filter=_PENDING & Q(text_3="")),
    )
    return Ledger(
        on=day,
        whole=_group("", more, day),
        by_source=_grouped(found, "kind", day),
        by_department=_grouped(found, "department_id", day),
        by_unit=_grouped(found, "unit_id", day),
        extensions=more["extensions"] or 0,
        **{
            name: more[name]
            for name in ("extended", "repeated", "watched", "recent", "recent_repeated", "without_cause")
        },
    )


def _counts(day: date) -> dict[str, Any]:
    late = _PENDING & Q(due_on__lt=day)
    return {
        "total": Count("pk"),
        "open": Count("pk", filter=Q(status=OPEN)),
        "submitted": Count("pk", filter=Q(status=SUBMITTED)),
        "closed": Count("pk", filter=Q(status=CLOSED)),
        "overdue": Count("pk", filter=late),
        "oldest": Min("due_on", filter=late),
    }


def _grouped(found: QuerySet[Entry], name: str, day: date) -> tuple[Group, ...]:
    """By one column, what is late first."""
    groups = [_group(row[name], row, day) for row in found.values(name).annotate(**_counts(day))]
    return tuple(sorted(groups, key=lambda group: (-group.overdue, -(group.open + group.submitted), -group.total)))


def _group(key: Any, row: Mapping[str, Any], day: date) -> Group:
    late = (day - row["oldest"]).days if row["oldest"] else 0
    named = {name: int(row[name]) for name in ("total", "open", "submitted", "closed", "overdue")}
    return Group(key=key, late_days=late, **named)


def overdue(*, by: Actor, unit: Unit, all_levels: bool, on: date | None = None, most: int = 20) -> list[Entry]:
    """The rows past their deadline, the oldest first."""
    found = rows(by=by, unit=unit, all_levels=all_levels).filter(_PENDING, due_on__lt=on or clock.today())
    return list(found.select_related("unit", "owner", "department").order_by("due_on", "pk")[:most])


# --- recurrence -------------------------------------------------------------------------------------------------------


def recurrences(entry: Entry, *, by: Actor) -> list[Recurrence]:
    """Closed rectifications with the same cause within twelve months before this one was found, the newest first."""
    if not entry.text_3 or entry.on is None or not (entry.level or entry.department_id):
        return []
    since = months_later(entry.on, -WATCHED_MONTHS)
    found = queries.visible(by, REGISTER).filter(
        own(company_of(entry.unit)), text_3=entry.text_3, status=CLOSED, done_on__range=(since, entry.on)
    )
    found = found.filter(_alike(entry)).exclude(pk=entry.pk).order_by("-done_on", "-pk")[:5]
    return [_recurrence(row, entry.on) for row in found.values(*_KEYS)]


def _alike(entry: Entry) -> Q:
    """The same field, or, where no field is named, the same department."""
    same = Q(pk__in=[])
    if entry.level:
        same |= Q(level=entry.level)
    if entry.department_id:
        same |= Q(department_id=entry.department_id)
    return same


def _recurrence(row: Mapping[str, Any], found_on: date) -> Recurrence:
    return Recurrence(row["uid"], row["number"], row["title"], row["done_on"], months_between(row["done_on"], found_on))


def months_between(first: date, last: date) -> int:
    """Whole months from one day to a later one."""
    return max((last.year - first.year) * 12 + last.month - first.month - (last.day < first.day), 0)


def pairs(*, by: Actor, unit: Unit, all_levels: bool, on: date | None = None) -> list[Pair]:
    """What was found in the last twelve months and repeats, or seems to repeat, something that was closed before."""
    day = on or clock.today()
    found = rows(by=by, unit=unit, all_levels=all_levels).order_by("-on", "-pk")
    newer = list(
        found.filter(on__gte=months_later(day, -WATCHED_MONTHS))
        .exclude(text_3="", ref_1=None)
        .values(*_KEYS)[:_COMPARED]
    )
    closed = found.filter(status=CLOSED, done_on__gte=months_later(day, -2 * WATCHED_MONTHS)).order_by(
        "-done_on", "-pk"
    )
    known = list(closed.values(*_KEYS)[:_COMPARED])
    home = homes((row["unit_id"], row["unit__path"]) for row in (*newer, *known) if row["unit__kind"] in PARTS)
    named = {row["ref_1"] for row in newer if row["ref_1"]} - {row["uid"] for row in known}
    by_uid = {row["uid"]: row for row in [*known, *queries.visible(by, REGISTER).filter(uid__in=named).values(*_KEYS)]}
    by_key: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in known:
        for key in _match_keys(row, home):
            by_key.setdefault(key, []).append(row)
    return [pair for row in newer if (pair := _pair(row, by_uid, by_key, home)) is not None]


def _match_keys(row: Mapping[str, Any], home: Mapping[int, int]) -> Iterable[tuple[Any, ...]]:
    """What two rectifications of one company share that makes one look like the other again."""
    if row["text_3"]:
        company = home.get(row["unit_id"], row["unit_id"])
        if row["level"]:
            yield ("field", company, row["text_3"], row["level"])
        if row["department_id"]:
            yield ("department", company, row["text_3"], row["department_id"])


def _pair(
    row: Mapping[str, Any],
    by_uid: Mapping[UUID, Mapping[str, Any]],
    by_key: Mapping[tuple[Any, ...], list[Mapping[str, Any]]],
    home: Mapping[int, int],
) -> Pair | None:
    earlier = by_uid.get(row["ref_1"]) if row["ref_1"] else None
    if earlier is None:
        since = months_later(row["on"], -WATCHED_MONTHS)
        alike = [
            one
            for key in _match_keys(row, home)
            for one in by_key.get(key, ())
            if one["uid"] != row["uid"] and since <= one["done_on"] <= row["on"]
        ]
        earlier = max(alike, key=lambda one: one["done_on"], default=None)
    if earlier is None:
        return None
    closed_on = earlier["done_on"] or earlier["on"]
    return Pair(
        row["uid"], row["unit_id"], row["title"], row["number"], row["on"],
        _recurrence({**earlier, "done_on": closed_on}, row["on"]), row["ref_1"] is not None,
    )  # fmt: skip


# --- extensions -------------------------------------------------------------------------------------------------------


def extensions(entry: Entry) -> list[Extension]:
    """Every time that the deadline moved to a later day, as the versions of the row show it, the newest first."""
    past = EntryVersion.objects.filter(uid=entry.uid).order_by("version")
    columns = ("due_on", "recorded_at", "recorded_by", "data__extension")
    held = list(past.values_list(*columns))
    held.append((entry.due_on, entry.recorded_at, entry.recorded_by, entry.body.data.get("extension")))
    found = [
        Extension(at, by, before[0], due, reason or "")
        for before, (due, at, by, reason) in pairwise(held)
        if before[0] and due and due > before[0]
    ]
    return found[::-1]


def departments(unit_ids: Iterable[int]) -> dict[int, Unit]:
    """Units by id, for naming groups."""
    return Unit.objects.in_bulk([pk for pk in unit_ids if pk])


def has_levels(unit: Unit) -> bool:
    """Are there companies below?"""
    below = Unit.objects.filter(parent=unit, closed_on__isnull=True)
    return below.exclude(kind__in=PARTS).exists()


def of_check(check: Entry, *, by: Actor, most: int = 5) -> list[Entry]:
    """The rectifications that came of a check, as far as they are seen."""
    found = queries.visible(by, REGISTER).filter(root_id=check.root_id, kind="check", body__data__check=str(check.uid))
    return list(found.select_related("unit").order_by("pk")[:most])


def check_of(rectification: Entry, *, by: Actor) -> Entry | None:
    """The record of the check that found it, where one is named and seen."""
    uid = rectification.body.data.get("check")
    return queries.visible(by, "checks").filter(uid=uid).first() if uid else None
