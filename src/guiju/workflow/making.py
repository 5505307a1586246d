"""Making many tasks at once, each known by its key: made once however often it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import bulk, clock
from guiju.org.models import Person, Unit
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.workflow import content, days
from guiju.workflow.models import Task, TaskSource, TaskStatus

CHUNK = 1_000
_LOCK = 0x67756A77  # one advisory lock on PostgreSQL: two that make tasks at once would make the same ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A task that should be there. `lead` is how many working days before its deadline lists begin to show it."""

    key: str
    unit_id: int
    root_id: int
    title: str
    due_on: date
    starts_on: date
    role: str
    lead: int = 20
    title_en: str = ""
    note: str = ""
    period: str = ""
    source: str = TaskSource.REQUIREMENT
    urn: str = ""
    code: str = ""
    adoption_uid: UUID | None = None
    owner_id: int | None = None
    about: str = ""
    about_uid: UUID | None = None


@dataclass(slots=True)
class Made:
    """What `ensure` did."""

    created: int = 0
    changed: int = 0


def ensure(specs: Iterable[Spec], *, by: Actor, calendars: days.Calendars | None = None) -> Made:
    """See to it that these tasks are there; open ones follow a changed title, text or deadline. Closed ones stay."""
    known = calendars or days.Calendars()
    source = iter(specs)
    made = Made()
    while chunk := list(islice(source, CHUNK)):
        with transaction.atomic():
            hold()
            _ensure({spec.key: spec for spec in chunk}, made, by=by, calendars=known)
    return made


def hold() -> None:
    """Until the end of the transaction nobody else makes tasks; SQLite's write lock already says so."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _ensure(specs: dict[str, Spec], made: Made, *, by: Actor, calendars: days.Calendars) -> None:
    calendars.load(spec.root_id for spec in specs.values())
    wanted = {key: _with_rest_day(spec, calendars.of(spec.root_id)) for key, spec in specs.items()}
    there = {task.key: task for task in Task.objects.filter(key__in=wanted).select_related("unit", "owner")}
    now = clock.now()
    fresh = [_row(spec, calendars, now) for key, spec in wanted.items() if key not in there]
    if fresh:
        insert(Task, fresh)
        record(fresh, Action.TASK_CREATED, by=by)
    moved, shown = [], []
    for key, task in there.items():
        if task.status != TaskStatus.OPEN:
            continue
        row = _row(wanted[key], calendars, now)
        if _follow(task, row):
            task.version, task.recorded_at = task.version + 1, now
            moved.append(task)
        elif task.shown_on != row.shown_on:
            task.shown_on = row.shown_on
            shown.append(task)
    Task.objects.bulk_update(moved, [*_FOLLOWED, "shown_on", "version", "recorded_at"], batch_size=100)
    Task.objects.bulk_update(shown, ["shown_on"], batch_size=200)
    if moved:
        record(moved, Action.TASK_CHANGED, by=by)
    made.created += len(fresh)
    made.changed += len(moved)


def insert(model: type[Model], rows: Sequence[Model]) -> None:
    """New rows in one statement; they are not given their ids."""
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    bulk.insert(model, names, ([_plain(getattr(row, name)) for name in names] for row in rows))


def _plain(value: Any) -> Any:
    """The driver knows text, but not our enumerations."""
    return value.value if isinstance(value, Enum) else value


_FOLLOWED = ("title", "title_en", "note", "starts_on", "due_on", "role")


def _follow(task: Task, wanted: Task) -> bool:
    """Take over what differs; True when anything did."""
    differing = [name for name in _FOLLOWED if getattr(task, name) != getattr(wanted, name)]
    for name in differing:
        setattr(task, name, getattr(wanted, name))
    if differing:
        task.shown_on = wanted.shown_on
    return bool(differing)


def _row(spec: Spec, calendars: days.Calendars, now: Any) -> Task:
    shown = calendars.of(spec.root_id).add(spec.due_on, -spec.lead)
    return Task(
        key=spec.key,
        unit_id=spec.unit_id,
        root_id=spec.root_id,
        source=spec.source,
        urn=spec.urn,
        code=spec.code,
        adoption_uid=spec.adoption_uid,
        title=spec.title[:200],
        title_en=spec.title_en[:200],
        note=spec.note,
        period=spec.period,
        starts_on=min(spec.starts_on, spec.due_on),
        shown_on=shown,
        due_on=spec.due_on,
        role=spec.role,
        owner_id=spec.owner_id,
        about=spec.about,
        about_uid=spec.about_uid,
        created_at=now,
        recorded_at=now,
    )


def _with_rest_day(spec: Spec, calendar: days.Calendar) -> Spec:
    told = rest_day_note(spec.due_on, calendar)
    return replace(spec, note=f"{spec.note}\n{told}".strip()) if told else spec


def rest_day_note(due_on: date, calendar: days.Calendar) -> str:
    """What a task says when its deadline is no working day; kept in the house's language."""
    if calendar.works(due_on):
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return _("The deadline is no working day; the last working day before it is %(day)s.") % {
            "day": calendar.last_worked(due_on).isoformat()
        }


def by_root(tasks: Iterable[Task]) -> dict[int, list[Task]]:
    """Tasks by the tree they belong to: each tree has events of its own."""
    found: dict[int, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.root_id, []).append(task)
    return found


def record(tasks: Sequence[Task], action: Action, *, by: Actor, reason: str = "", **about: object) -> None:
    """One event per tree and up to 1,000 tasks, which stay provable one by one."""
    for root_id, rows in by_root(tasks).items():
        roots = {row.unit_id for row in rows}
        units = Unit.objects.in_bulk([root_id, *roots])
        owners = {row.owner_id for row in rows if row.owner_id is not None}
        people = Person.objects.in_bulk(owners) if owners else {}
        for row in rows:
            row.unit = units[row.unit_id]
            row.owner = people.get(row.owner_id) if row.owner_id is not None else None
        trail.record_batch(
            action,
            by=by,
            unit=units[root_id],
            object_type="task",
            items=_items(rows),
            title=rows[0].title if len(rows) == 1 else "",
            reason=reason,
            content=about,
        )


def _items(rows: Iterable[Task]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    return ((str(row.uid), row.version, content.of_task(row)) for row in rows)
