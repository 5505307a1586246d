"""What is to be done by when: tasks and notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import paging, versions
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import FORM, JSON, Routes
from guiju.api.schemas import Body, Code, PersonRef, Reason, UnitRef, Version, person_ref, unit_ref
from guiju.files import store
from guiju.files.models import StoredFile
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org.enums import Role
from guiju.org.models import Person
from guiju.workflow import actions, queries
from guiju.workflow.models import DoneHow, Notice, Step, Task, TaskSource, TaskStatus
from guiju.workflow.queries import TaskLine

routes = Routes("Tasks")

VIEW, EDIT = P.WORKFLOW_TASK_VIEW, P.WORKFLOW_TASK_EDIT


class RecordRef(Schema):
    """The record that shows that it was done."""

    register_code: str = Field(serialization_alias="register")
    uid: UUID


class TaskFileOut(Schema):
    """A file that shows that it was done."""

    digest: str = Field(description="SHA-256 of the bytes.")
    name: str
    size: int


class TaskOut(Schema):
    """A task. Dates are calendar days; `days_left` counts working days and is negative after the deadline."""

    uid: UUID
    unit: UnitRef
    title: str
    note: str
    source: TaskSource
    pack: str = Field(description="URN of the document that asks it; empty for one made by hand.")
    requirement: str
    period: str
    starts_on: date
    shown_on: date
    due_on: date
    days_left: int
    overdue: bool
    role: Role
    owner: PersonRef | None = Field(description="Whom it was handed to.")
    owners: list[str] = Field(description="Who answers for it: that person, or the holders of the office.")
    status: TaskStatus
    level: int = Field(description="Escalated to: 0 nobody, 1 the compliance head, 2 the first responsible person.")
    done_on: date | None
    done_by: str
    done_how: DoneHow | None
    record: RecordRef | None
    asks_proof: bool = Field(description="Closed with a file or a record only.")
    files: list[TaskFileOut]
    reason: str
    version: int
    created_at: datetime
    recorded_at: datetime


class TaskQuery(PageQuery):
    """Filters of the list of tasks."""

    unit: str = Field("", max_length=40, description="Code of a unit.")
    within: str = Field("", max_length=40, description="Code of a unit: of it and everything below.")
    mine: bool = Field(False, description="true: only what is the caller's to do now.")
    status: TaskStatus | None = None
    overdue: bool = Field(False, description="true: only open ones past their deadline.")
    due_from: date | None = None
    due_to: date | None = None
    pack: str = Field("", max_length=120, description="URN of a pack.")


class TaskIn(Body):
    """A new task: `due_on` or `within` working days, `role` or `owner` (uid of a person)."""

    unit: Code
    title: Annotated[str, StringConstraints(min_length=2, max_length=200)]
    note: Annotated[str, StringConstraints(max_length=4_000)] = ""
    due_on: date | None = None
    within: int | None = Field(None, ge=0, le=750)
    role: Role | None = None
    owner: UUID | None = None
    asks_proof: bool = Field(False, description="true: it is closed with a file or a record only.")
    reason: Reason = ""


class RecordIn(Body):
    """A record by register and uid."""

    register_code: Code = Field(alias="register")
    uid: UUID


class DoneIn(Body):
    """How it was done: by a record, or because the caller says so."""

    version: Version | None = None
    record: RecordIn | None = None
    on: date | None = Field(None, description="Today, if not given.")
    reason: Reason = ""


class TaskFileIn(Body):
    """Beside an uploaded file."""

    version: Version | None = None


class ReasonIn(Body):
    """Why."""

    version: Version | None = None
    reason: Reason = ""


class HandIn(Body):
    """To whom; without a person back to its office."""

    version: Version | None = None
    to: UUID | None = None
    reason: Reason = ""


class NoticeOut(Schema):
    """A line in the caller's inbox."""

    uid: UUID
    task: UUID
    title: str
    unit: UnitRef
    step: Step
    days: int = Field(description="Working days before (positive) or after (negative) the deadline.")
    made_at: datetime
    read_at: datetime | None


class NoticeQuery(PageQuery):
    """Filters of the list of notices."""

    unread: bool = Field(False, description="true: only those not read yet.")


class ReadIn(Body):
    """Which notices were read; all, when none are named."""

    uids: list[UUID] | None = Field(None, max_length=500)


class ReadOut(Schema):
    """How many were marked as read."""

    count: int


# --- reads ------------------------------------------------------------------------------------------------------------


@routes.get("/tasks", VIEW, answer=Page[TaskOut], summary=_l("List tasks"))
def tasks(request: HttpRequest, query: Query[TaskQuery]) -> object:
    by = actor(request)
    return paging.page(
        _asked(query, by),
        request=request,
        query=query,
        sorts={"due_on": "due_on", "created_at": "created_at", "recorded_at": "recorded_at"},
        default="due_on",
        show=lambda found: _shown(found, by=by),
    )


def _asked(query: TaskQuery, by: Actor) -> QuerySet[Task]:
    within = check.unit(by, VIEW, query.within) if query.within else None
    rows = queries.visible(by=by, within=within)
    if query.mine:
        rows = rows.filter(pk__in=queries.mine(by=by).order_by().values("pk"))
    if query.unit:
        rows = rows.filter(unit=check.unit(by, VIEW, query.unit))
    if query.status is not None:
        rows = rows.filter(status=query.status.value)
    if query.overdue:
        rows = rows.filter(status=TaskStatus.OPEN, due_on__lt=clock.today())
    if query.due_from is not None:
        rows = rows.filter(due_on__gte=query.due_from)
    if query.due_to is not None:
        rows = rows.filter(due_on__lte=query.due_to)
    if query.pack:
        rows = rows.filter(urn=query.pack)
    return rows.filter(title__icontains=query.q) if query.q else rows


@routes.get("/tasks/{uuid:uid}", VIEW, answer=TaskOut, summary=_l("Show a task"))
def task(request: HttpRequest, uid: UUID) -> HttpResponse:
    by = actor(request)
    return _tagged(queries.find(by=by, uid=uid), by=by)


# --- writes -----------------------------------------------------------------------------------------------------------


@routes.post("/tasks", EDIT, answer=TaskOut, status=201, takes=JSON, summary=_l("Make a task"))
def create_task(request: HttpRequest, body: TaskIn) -> HttpResponse:
    by = actor(request)
    made = actions.create_task(
        unit=check.unit(by, EDIT, body.unit),
        title=body.title,
        note=body.note,
        due_on=body.due_on,
        within=body.within,
        role=body.role.value if body.role else "",
        owner=_person(body.owner, by=by) if body.owner else None,
        reason=body.reason,
        asks_proof=body.asks_proof,
        by=by,
    )
    return _tagged(made, by=by, status=201, location=f"/api/v1/tasks/{made.uid}")


# The owner of a task may hand it over and close it without the permission to edit, if the token has that scope: the
# action decides.
@routes.post("/tasks/{uuid:uid}/done", VIEW, answer=TaskOut, takes=JSON, etag=True, summary=_l("Mark a task as done"))
def task_done(request: HttpRequest, uid: UUID, body: DoneIn) -> HttpResponse:
    by = actor(request)
    record = (body.record.register_code, body.record.uid) if body.record else None
    found, version = queries.find(by=by, uid=uid), versions.seen(request, body.version)
    closed = actions.done(task=found, version=version, by=by, record=record, on=body.on, reason=body.reason)
    return _tagged(closed, by=by)


@routes.post(
    "/tasks/{uuid:uid}/files", VIEW, answer=TaskOut, status=201, takes=FORM, slow=True,
    summary=_l("Attach a file to a task"),
)  # fmt: skip
def attach_task_file(request: HttpRequest, uid: UUID, file: File[UploadedFile], form: Form[TaskFileIn]) -> HttpResponse:
    """It then shows that the task was done; the task is marked as done by another call."""
    by = actor(request)
    found, name = queries.find(by=by, uid=uid), str(file.name)
    actions.require_mine(found, by=by)
    stored = store.save(file, name=name, by=by)
    attached = {"digest": stored.digest, "name": name}
    made = actions.attach(task=found, files=[attached], version=form.version or found.version, by=by)
    return _tagged(made, by=by, status=201, location=f"/api/v1/tasks/{made.uid}")


@routes.get(
    "/tasks/{uuid:uid}/files/{digest}", VIEW, answer=None, media="application/octet-stream",
    summary=_l("Fetch a file of a task"),
)  # fmt: skip
def task_file(request: HttpRequest, uid: UUID, digest: str) -> FileResponse:
    held = queries.find(by=actor(request), uid=uid).files
    found = next((one for one in held if one["digest"] == digest), None)
    row = StoredFile.objects.filter(pk=digest).first() if found else None
    if found is None or row is None:
        raise NotFound(_("This task has no such file."))
    return store.response(row, found["name"])


@routes.post("/tasks/{uuid:uid}/hand-over", VIEW, answer=TaskOut, takes=JSON, etag=True, summary=_l("Hand a task over"))
def hand_over(request: HttpRequest, uid: UUID, body: HandIn) -> HttpResponse:
    by = actor(request)
    found, version = queries.find(by=by, uid=uid), versions.seen(request, body.version)
    to = _person(body.to, by=by) if body.to else None
    return _tagged(actions.hand_over(task=found, to=to, version=version, by=by, reason=body.reason), by=by)


@routes.post(
    "/tasks/{uuid:uid}/waive", EDIT, answer=TaskOut, takes=JSON, etag=True, summary=_l("Say that a task is not needed")
)
def waive_task(request: HttpRequest, uid: UUID, body: ReasonIn) -> HttpResponse:
    by = actor(request)
    found, version = queries.find(by=by, uid=uid), versions.seen(request, body.version)
    return _tagged(actions.waive(task=found, version=version, by=by, reason=body.reason), by=by)


@routes.post("/tasks/{uuid:uid}/reopen", VIEW, answer=TaskOut, takes=JSON, etag=True, summary=_l("Open a task again"))
def reopen_task(request: HttpRequest, uid: UUID, body: ReasonIn) -> HttpResponse:
    by = actor(request)
    found, version = queries.find(by=by, uid=uid), versions.seen(request, body.version)
    return _tagged(actions.reopen(task=found, version=version, by=by, reason=body.reason), by=by)


def _person(uid: UUID, *, by: Actor) -> Person:
    found = scope.people(by, P.ORG_PERSON_VIEW).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such person here."), where="owner")
    return found


# --- notices ----------------------------------------------------------------------------------------------------------


@routes.get("/notices", VIEW, answer=Page[NoticeOut], summary=_l("List own notices"))
def notices(request: HttpRequest, query: Query[NoticeQuery]) -> object:
    rows = queries.notices(by=actor(request), unread_only=query.unread)
    if query.q:
        rows = rows.filter(task__title__icontains=query.q)
    return paging.page(rows, request=request, query=query, sorts={"made_at": "made_at"}, default="-made_at", show=_told)


@routes.post("/notices/read", VIEW, answer=ReadOut, takes=JSON, summary=_l("Mark own notices as read"))
def read_notices(request: HttpRequest, body: ReadIn) -> ReadOut:
    return ReadOut(count=actions.read_notices(by=actor(request), uids=body.uids))


def _told(found: Sequence[Notice]) -> list[NoticeOut]:
    return [
        NoticeOut(
            uid=row.uid,
            task=row.task.uid,
            title=row.task.title,
            unit=unit_ref(row.task.unit),
            step=Step(row.step),
            days=row.days,
            made_at=row.made_at,
            read_at=row.read_at,
        )
        for row in found
    ]


# --- shape ------------------------------------------------------------------------------------------------------------


def _tagged(row: Task, *, by: Actor, status: int = 200, location: str = "") -> HttpResponse:
    return versions.tagged(_shown([row], by=by)[0], version=row.version, status=status, location=location)


def _shown(found: Sequence[Task], *, by: Actor) -> list[TaskOut]:
    return [_one(line) for line in queries.lines(found, by=by)]


def _one(line: TaskLine) -> TaskOut:
    row = line.task
    return TaskOut(
        uid=row.uid,
        unit=unit_ref(row.unit),
        title=line.title,
        note=row.note,
        source=TaskSource(row.source),
        pack=row.urn,
        requirement=row.code,
        period=row.period,
        starts_on=row.starts_on,
        shown_on=row.shown_on,
        due_on=row.due_on,
        days_left=line.days_left,
        overdue=line.is_overdue,
        role=Role(row.role),
        owner=person_ref(row.owner) if row.owner else None,
        owners=list(line.owners),
        status=TaskStatus(row.status),
        level=row.level,
        done_on=row.done_on,
        done_by=row.done_by,
        done_how=DoneHow(row.done_how) if row.done_how else None,
        record=RecordRef(register_code=row.register, uid=row.record_uid) if row.record_uid else None,
        asks_proof=row.asks_proof,
        files=[TaskFileOut(digest=one["digest"], name=one["name"], size=one["size"]) for one in row.files],
        reason=row.reason,
        version=row.version,
        created_at=row.created_at,
        recorded_at=row.recorded_at,
    )
