"""Records of every register: one set of operations, whatever the register holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import entrylist, versions
from guiju.api.auth import actor
from guiju.api.entryvalues import Reader, incoming
from guiju.api.paging import Page, PageQuery
from guiju.api.resources.registers import MoveOut, move_out
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, Reason, UnitRef, Version, unit_ref
from guiju.lib.errors import Fault, NotFound, Problem
from guiju.org.models import Unit
from guiju.registers import actions, queries, store
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.models import Entry, EntryVersion
from guiju.registers.records import Record
from guiju.registers.rows import load_all_names
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Store
from guiju.trail.presenters import HistoryLine, history

routes = Routes("Records")

MOST_AT_ONCE = 1_000
Values = dict[Annotated[str, StringConstraints(max_length=60)], Any]


class EntryOut(Schema):
    """A record. Values go by field code; empty fields are left out."""

    uid: UUID
    register_code: str = Field(serialization_alias="register")
    unit: UnitRef
    title: str
    status: str
    version: int
    values: dict[str, Any]
    late_days: int = Field(description="Days between the event and its entry (补录).")
    file_count: int
    created_at: datetime
    created_by: str
    recorded_at: datetime
    recorded_by: str


class EntryShown(EntryOut):
    """A record with the moves open from its state."""

    moves: list[MoveOut]


class EntryQuery(PageQuery):
    """What the list of records takes besides filters by field; see `filters` of the register."""

    unit: str = Field("", max_length=40, description="Code of a unit: its records and those below.")


class EntryIn(Body):
    """A new record. People, units and records are named by uid, code, number or name."""

    unit: Code
    values: Values
    status: Annotated[str, StringConstraints(max_length=40)] = Field("", description="A later state to begin in.")
    reason: Reason = ""


class EntryChange(Body):
    """Fields that are given change, null empties one; the rest stays."""

    values: Values = Field(min_length=1)
    version: Version | None = Field(None, description="The version you have seen (or send If-Match).")
    reason: Reason = ""


class EntryMove(Body):
    """A step into another state, with the fields it needs."""

    move: Code
    values: Values = {}
    version: Version | None = None
    reason: Reason = ""


class EntriesIn(Body):
    """Many new records: all are entered, or none."""

    unit: Code
    rows: list[Values] = Field(min_length=1, max_length=MOST_AT_ONCE)
    reason: Reason = ""


class Entered(Schema):
    """How many records were entered."""

    created: int


class RemoveQuery(Schema):
    """Which version is removed, and why."""

    version: Version | None = Field(None, description="The version you have seen (or send If-Match).")
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class RelatedOut(Schema):
    """A record in passing."""

    uid: UUID
    register_code: str = Field(serialization_alias="register")
    unit: UnitRef
    title: str
    status: str


class ChangeOut(Schema):
    """One field that an event changed, as people read it."""

    label: str
    before: str
    after: str


class HistoryOut(Schema):
    """One event, told."""

    sentence: str
    at: datetime
    by: str
    happened_on: date | None
    late_days: int
    action: str
    reason: str
    changes: list[ChangeOut]


class VersionOut(Schema):
    """A version of a record: the present one, or one that was replaced or removed."""

    version: int
    title: str
    status: str
    values: dict[str, Any]
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None
    superseded_by: str
    removed: bool


@routes.get(
    "/registers/{code}/entries", P.REGISTER_ENTRY_VIEW, answer=Page[EntryOut], open_query=True,
    summary=_l("List records"),
)  # fmt: skip
def entries(request: HttpRequest, code: str, query: Query[EntryQuery]) -> object:
    by = actor(request)
    held = store.of(specs.get(code))
    within = check.unit(by, held.permission(P.REGISTER_ENTRY_VIEW), query.unit) if query.unit else None
    found = entrylist.page(request, held, by=by, query=query, within=within)
    return {**found, "items": shown(found["items"], held=held, by=by)}


@routes.post(
    "/registers/{code}/entries", P.REGISTER_ENTRY_CREATE, answer=EntryShown, status=201, takes=JSON,
    summary=_l("Enter a record"),
)  # fmt: skip
def create_entry(request: HttpRequest, code: str, body: EntryIn) -> HttpResponse:
    by = actor(request)
    held = store.of(specs.get(code))
    unit = _keeper(by, held, body.unit)
    values = incoming(held.spec, body.values)
    if held.spec.is_entry:  # not through the store, which would ask for the right to view as well
        made = actions.create(
            register=held.spec, unit=unit, values=values, by=by, status=body.status, reason=body.reason
        )
        record = held.find(by, made.uid, P.REGISTER_ENTRY_CREATE)
    else:
        record = held.create(unit=unit, values=values, by=by, reason=body.reason)
    location = reverse("api:entry", args=[code, record.uid])
    return _tagged(record, held=held, by=by, status=201, location=location)


@routes.post(
    "/registers/{code}/bulk", P.REGISTER_ENTRY_CREATE, answer=Entered, status=201, takes=JSON,
    summary=_l("Enter many records"),
)  # fmt: skip
def create_entries(request: HttpRequest, code: str, body: EntriesIn) -> Entered:
    by = actor(request)
    held = store.of(specs.get(code))
    unit = _keeper(by, held, body.unit)
    rows = [incoming(held.spec, row) for row in body.rows]
    if held.spec.is_entry:
        return Entered(created=actions.create_many(register=held.spec, unit=unit, rows=rows, by=by, reason=body.reason))
    for number, row in enumerate(rows, 1):
        try:
            held.create(unit=unit, values=row, by=by, reason=body.reason)
        except Problem as problem:
            faults = problem.faults or (Fault(problem.where, problem.what, problem.fix),)
            problem.faults = tuple(Fault(f"{number}.{fault.where}", fault.what, fault.fix) for fault in faults)
            raise
    return Entered(created=len(rows))


@routes.get(
    "/registers/{code}/entries/{uuid:uid}", P.REGISTER_ENTRY_VIEW, answer=EntryShown, summary=_l("Show a record")
)
def entry(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    by = actor(request)
    held = store.of(specs.get(code))
    return _tagged(held.find(by, uid), held=held, by=by)


@routes.patch(
    "/registers/{code}/entries/{uuid:uid}", P.REGISTER_ENTRY_EDIT, answer=EntryShown, takes=JSON, etag=True,
    summary=_l("Change a record"),
)  # fmt: skip
def change_entry(request: HttpRequest, code: str, uid: UUID, body: EntryChange) -> HttpResponse:
    by = actor(request)
    held = store.of(specs.get(code))
    record = held.find(by, uid, P.REGISTER_ENTRY_EDIT)
    version = versions.seen(request, body.version)
    values = incoming(held.spec, body.values, held=record.values)
    if held.spec.is_entry:
        actions.update(entry=record.source, values=values, version=version, by=by, reason=body.reason)
    else:
        held.update(record, values=values, version=version, by=by, reason=body.reason)
    return _tagged(held.find(by, uid, P.REGISTER_ENTRY_EDIT), held=held, by=by)


@routes.post(
    "/registers/{code}/entries/{uuid:uid}/move", P.REGISTER_ENTRY_EDIT, answer=EntryShown, takes=JSON,
    summary=_l("Bring a record into another state"),
)  # fmt: skip
def move_entry(request: HttpRequest, code: str, uid: UUID, body: EntryMove) -> HttpResponse:
    by = actor(request)
    held = store.of(specs.get(code))
    record = held.find(by, uid, P.REGISTER_ENTRY_EDIT)
    _require_entry(held.spec)
    actions.move(
        entry=record.source,
        move=body.move,
        values=incoming(held.spec, body.values, held=record.values),
        version=body.version,
        by=by,
        reason=body.reason,
    )
    return _tagged(held.find(by, uid, P.REGISTER_ENTRY_EDIT), held=held, by=by)


@routes.delete(
    "/registers/{code}/entries/{uuid:uid}", P.REGISTER_ENTRY_REMOVE, answer=None, status=204, etag=True,
    summary=_l("Remove a record"),
)  # fmt: skip
def remove_entry(request: HttpRequest, code: str, uid: UUID, query: Query[RemoveQuery]) -> None:
    by = actor(request)
    held = store.of(specs.get(code))
    record = held.find(by, uid, P.REGISTER_ENTRY_REMOVE)
    _require_entry(held.spec)
    version = versions.seen(request, query.version)
    actions.remove(entry=record.source, version=version, by=by, reason=query.reason)


@routes.get(
    "/registers/{code}/entries/{uuid:uid}/history", P.REGISTER_ENTRY_VIEW, answer=list[HistoryOut],
    summary=_l("Tell a record's history"),
)  # fmt: skip
def entry_history(request: HttpRequest, code: str, uid: UUID) -> list[HistoryOut]:
    by = actor(request)
    held = store.of(specs.get(code))
    try:
        return [told(line) for line in held.history(held.find(by, uid))]
    except NotFound:
        if not _past(by, code, uid):
            raise
        return [told(line) for line in history(held.object_type, str(uid))]


@routes.get(
    "/registers/{code}/entries/{uuid:uid}/related",
    P.REGISTER_ENTRY_VIEW,
    answer=list[RelatedOut],
    summary=_l("List records that refer to this one"),
)
def related_entries(request: HttpRequest, code: str, uid: UUID) -> list[RelatedOut]:
    """The latest hundred of those that the caller may see."""
    by = actor(request)
    spec = specs.get(code)
    record = store.of(spec).find(by, uid)
    if not spec.is_entry:
        return []
    found = queries.related_for(by, record.source).select_related("unit")[:100]
    return [
        RelatedOut(uid=row.uid, register_code=row.register, unit=unit_ref(row.unit), title=row.title, status=row.status)
        for row in found
    ]


@routes.get(
    "/registers/{code}/entries/{uuid:uid}/versions", P.REGISTER_ENTRY_VIEW, answer=list[VersionOut],
    summary=_l("Show a record's versions"),
)  # fmt: skip
def entry_versions(request: HttpRequest, code: str, uid: UUID) -> list[VersionOut]:
    """Newest first; a removed record still shows what it was."""
    by = actor(request)
    spec = specs.get(code)
    _require_entry(spec)
    past = _past(by, code, uid)
    found = [_present(store.of(spec).find(by, uid))] if not (past and past[0].removed) else []
    found += [_superseded(row) for row in past]
    reader = _reader(store.of(spec), by)
    load_all_names(spec, (version.values for version in found), reader.known)
    for version in found:
        version.values = reader.shown(spec, version.values)
    return found


def shown(records: Sequence[Record], *, held: Store, by: Actor) -> list[EntryOut]:
    """Records as they are answered in a list; names are read once for all."""
    reader = _reader(held, by, records[0].known if records else None)
    reader.load(held.spec, records)
    return [EntryOut(**_plain(record, reader)) for record in records]


def told(line: HistoryLine) -> HistoryOut:
    """A line of history as it is answered."""
    return HistoryOut(
        sentence=line.sentence,
        at=line.at,
        by=line.by,
        happened_on=line.happened_on,
        late_days=line.late_days,
        action=line.action,
        reason=line.reason,
        changes=[ChangeOut(label=one.label, before=one.before, after=one.after) for one in line.changes],
    )


def _tagged(record: Record, *, held: Store, by: Actor, status: int = 200, location: str = "") -> HttpResponse:
    reader = _reader(held, by, record.known)
    reader.load(held.spec, [record])
    answer = EntryShown(**_plain(record, reader), moves=[move_out(item) for item in record.moves])
    return versions.tagged(answer, version=record.version, status=status, location=location)


def _reader(held: Store, by: Actor, known: Directory | None = None) -> Reader:
    return Reader(scope.scope(by, held.permission(P.REGISTER_ENTRY_VIEW)), known or Directory())


def _plain(record: Record, reader: Reader) -> dict[str, Any]:
    return {
        "uid": record.uid,
        "register_code": record.spec.code,
        "unit": unit_ref(record.unit),
        "title": record.title,
        "status": record.status,
        "version": record.version,
        "values": reader.values(record),
        "late_days": record.late_days,
        "file_count": record.file_count,
        "created_at": record.created_at,
        "created_by": record.created_by,
        "recorded_at": record.recorded_at,
        "recorded_by": record.recorded_by,
    }


def _keeper(by: Actor, held: Store, code: str) -> Unit:
    """The unit that will keep a new row; a department's officer enters the rows that name it."""
    find = check.keeper if held.spec.is_entry else check.unit
    return find(by, held.permission(P.REGISTER_ENTRY_CREATE), code)


def _require_entry(spec: RegisterSpec) -> None:
    if not spec.is_entry:
        raise Problem(
            "register.other_table",
            _("“%(title)s” knows no such step.") % {"title": spec.title()},
            fix=_("Use the addresses of units and people."),
        )


def _past(by: Actor, code: str, uid: UUID) -> list[EntryVersion]:
    """The superseded versions that the caller may see, newest first."""
    rows = EntryVersion.objects.filter(register=code, uid=uid)
    return list(scope.restrict(rows, by=by, permission=P.REGISTER_ENTRY_VIEW).order_by("-version"))


def _present(record: Record) -> VersionOut:
    row: Entry = record.source
    return VersionOut(
        version=row.version,
        title=row.title,
        status=row.status,
        values=dict(record.values),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        superseded_at=None,
        superseded_by="",
        removed=False,
    )


def _superseded(row: EntryVersion) -> VersionOut:
    return VersionOut(
        version=row.version,
        title=row.title,
        status=row.status,
        values=row.data,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        superseded_at=row.superseded_at,
        superseded_by=row.superseded_by,
        removed=row.removed,
    )
