"""The three lists: how departments stand, versions and what differs between them, own names and columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import ConfigDict, Field, StringConstraints

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.resources.transfer import XLSX, _workbook
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, PersonRef, Reason, UnitRef, Version, person_ref, unit_ref
from guiju.compliance.enums import ListKind
from guiju.compliance.lists import comparing, freezing, names, queries, versions, workbooks
from guiju.compliance.lists.queries import Cell
from guiju.lib.errors import NotFound
from guiju.org import places
from guiju.org.models import Person
from guiju.registers import ownlayouts
from guiju.registers import spec as specs
from guiju.registers.models import Entry, OwnLayout
from guiju.registers.store import Held

routes = Routes("Three lists")

VIEW, EDIT, APPROVE, SETTING = (
    P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT, P.COMPLIANCE_LIST_APPROVE, P.COMPLIANCE_SETTING_EDIT,
)  # fmt: skip
Number = Annotated[str, StringConstraints(max_length=60)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ListVersionOut(Schema):
    """A version of a list."""

    uid: UUID
    unit: UnitRef
    department: UnitRef | None
    kind: ListKind
    number: str
    status: str = Field(description="draft, submitted, approved, in_force or superseded.")
    rows: int | None
    in_force_on: date | None
    ends_on: date | None
    owner: PersonRef | None
    approved_by: PersonRef | None
    frozen_at: datetime | None = Field(description="When its rows were frozen; empty where they are not kept here.")
    digest: str = Field(description="SHA-256 over the frozen values; empty where nothing is frozen.")
    version: int


class DriftOut(Schema):
    """How far a list has moved on from its version in force."""

    added: int
    removed: int
    changed: int


class ListOut(Schema):
    """One list of a department (or of the whole company, without one)."""

    department: UnitRef | None
    kind: ListKind
    title: str
    rows: int
    in_force: ListVersionOut | None
    drift: DriftOut | None
    going: ListVersionOut | None = Field(description="The version on the way, if any.")
    step: str = Field(description="draft, submit, approve, enforce, compare or nothing.")


class LevelOut(Schema):
    """A legal entity below, with the number of versions of each list in force."""

    unit: UnitRef
    duty: int
    risk: int
    process: int
    going: int
    complete: bool


class LevelsOut(Schema):
    """Legal entities below a unit; `after` continues."""

    items: list[LevelOut]
    units: int
    complete: int
    after: str


class LevelsQuery(Schema):
    """Which page."""

    after: str = Field("", max_length=80)
    limit: int = Field(50, ge=1, le=200)


class RowOut(Schema):
    """A frozen row with the values it had."""

    uid: UUID
    version: int
    title: str
    values: dict[str, Any]


class RowsOut(Schema):
    """Frozen rows in the order of the list."""

    items: list[RowOut]
    count: int


class RowsQuery(Schema):
    """Which of the rows."""

    start: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(100, ge=1, le=1_000)


class CompareQuery(Schema):
    """With what."""

    to: str = Field("", max_length=40, description="uid of another version; the list as it is now, if not given.")


class CellOut(Schema):
    """A field before and after."""

    model_config = ConfigDict(populate_by_name=True)

    field: str
    label: str
    before: str
    after: str


class ListChangeOut(Schema):
    """A row that differs."""

    uid: UUID
    title: str
    cells: list[CellOut]


class ComparisonOut(Schema):
    """What came, went and changed."""

    added: list[RowOut]
    removed: list[RowOut]
    changed: list[ListChangeOut]


class DraftIn(Body):
    """The next version; its number follows the last one, if not given."""

    department: Annotated[str, StringConstraints(max_length=40)] = ""
    number: Number = ""
    owner: UUID | None = None


class StepIn(Body):
    """The version of the record that the caller has seen."""

    version: Version | None = None


class SubmitIn(StepIn):
    """Who drew it up, where that is not recorded yet."""

    owner: UUID | None = None


class BackIn(StepIn):
    """Why it goes back."""

    reason: Reason


class ApproveIn(StepIn):
    """Who approves; the person of the account, if not given."""

    approved_by: UUID | None = None
    document: Annotated[str, StringConstraints(max_length=200)] = ""


class EnforceIn(StepIn):
    """From when; today, if not given."""

    in_force_on: date | None = None


class ColumnIO(Body):
    """A column: a field under a heading, perhaps below a group."""

    field: Code
    label: Title
    under: Annotated[str, StringConstraints(max_length=200)] = ""
    when: dict[str, str] = Field(default_factory=dict, max_length=1)
    carry: bool = False
    width: float | None = Field(None, gt=0, le=255)


class FormIn(Body):
    """An own form of a list."""

    title: Title
    columns: list[ColumnIO] = Field(max_length=ownlayouts.MOST)
    by_department: bool = False
    version: Version | None = None


class FormOut(Schema):
    """An own form of a list, of the unit itself or of the nearest one above that has one of this code."""

    code: str
    unit: UnitRef
    title: str
    columns: list[ColumnIO]
    by_department: bool
    is_default: bool
    version: int


class FormsOut(Schema):
    """All that hold for the unit."""

    items: list[FormOut]


class NamesIn(Body):
    """A set of names: chongqing, baotou or platform."""

    names: Code


# --- reads ------------------------------------------------------------------------------------------------------------


@routes.get("/units/{code}/lists", VIEW, answer=list[ListOut], summary=_l("Show how the three lists stand"))
def unit_lists(request: HttpRequest, code: str) -> list[ListOut]:
    by = actor(request)
    seat = places.seat(by, code)
    words = ownlayouts.wordings(seat.company, [kind.register for kind in ListKind])
    cells = [cell for line in queries.overview(by, seat) for cell in line.cells]
    return [_list(cell, words[cell.kind.register].title) for cell in cells]


@routes.get("/units/{code}/lists/levels", VIEW, answer=LevelsOut, summary=_l("Show which units below have the lists"))
def unit_lists_levels(request: HttpRequest, code: str, query: Query[LevelsQuery]) -> LevelsOut:
    by = actor(request)
    found = queries.levels(by, check.unit(by, VIEW, code), after=query.after, limit=query.limit)
    items = [
        LevelOut(
            unit=unit_ref(line.unit),
            going=line.going,
            complete=line.has_all,
            **{kind.value: line.in_force.get(kind.value, 0) for kind in ListKind},
        )
        for line in found.lines
    ]
    return LevelsOut(items=items, units=found.units, complete=found.complete, after=found.after)


@routes.get("/list-versions/{uuid:uid}", VIEW, answer=ListVersionOut, summary=_l("Show a version of a list"))
def list_version(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _tagged(versions.find(actor(request), uid))


@routes.get("/list-versions/{uuid:uid}/rows", VIEW, answer=RowsOut, summary=_l("List the frozen rows of a version"))
def list_version_rows(request: HttpRequest, uid: UUID, query: Query[RowsQuery]) -> RowsOut:
    found = _frozen(versions.find(actor(request), uid))
    rows = freezing.rows_of(found, query.start, query.start + query.limit)
    return RowsOut(items=_rows(rows), count=found.row_count)


@routes.get(
    "/list-versions/{uuid:uid}/compare", VIEW, answer=ComparisonOut, summary=_l("Compare two versions of a list")
)
def compare_list_versions(request: HttpRequest, uid: UUID, query: Query[CompareQuery]) -> ComparisonOut:
    by = actor(request)
    first = versions.find(by, uid)
    other = versions.find(by, query.to) if query.to else None
    a = _frozen(first)
    b = _frozen(other) if other is not None else None
    if b is not None and (a.unit_id, a.kind, a.department_id) != (b.unit_id, b.kind, b.department_id):
        raise NotFound(_("These are not versions of one list."), where="to")
    found = comparing.compare(a, b, by=by)
    changed = [
        ListChangeOut(
            uid=UUID(row.uid),
            title=row.title,
            cells=[
                CellOut(field=cell.field, label=cell.label, before=cell.before, after=cell.after) for cell in row.cells
            ],
        )
        for row in found.changed
    ]
    return ComparisonOut(added=_rows(found.added), removed=_rows(found.removed), changed=changed)


class ExportVersionQuery(Schema):
    """In which form."""

    layout: str = Field("", max_length=40, description="The organisation's own, if not given.")


@routes.get(
    "/list-versions/{uuid:uid}/export", P.REGISTER_ENTRY_EXPORT, answer=None, media=XLSX,
    summary=_l("Export a version of a list as a workbook"),
)  # fmt: skip
def export_list_version(request: HttpRequest, uid: UUID, query: Query[ExportVersionQuery]) -> HttpResponse:
    by = actor(request)
    entry = versions.find(by, uid)
    content = BytesIO()
    workbooks.export(snapshot=_frozen(entry), layout=query.layout, by=by, to=content)
    return _workbook(content.getvalue(), f"{entry.title}.xlsx")


# --- versions ---------------------------------------------------------------------------------------------------------


@routes.post(
    "/units/{code}/lists/{kind}/versions", P.REGISTER_ENTRY_CREATE, answer=ListVersionOut, status=201, takes=JSON,
    summary=_l("Begin a version of a list"),
)  # fmt: skip
def draft_list_version(request: HttpRequest, code: str, kind: ListKind, body: DraftIn) -> HttpResponse:
    by = actor(request)
    seat = places.seat(by, code)
    made = versions.draft(
        unit=seat.company,
        kind=kind.value,
        department=seat.department(body.department),
        number=body.number,
        owner=_person(body.owner, by, "owner"),
        by=by,
    )
    return _tagged(made, status=201, location=f"/api/v1/list-versions/{made.uid}")


@routes.post(
    "/list-versions/{uuid:uid}/submit", EDIT, answer=ListVersionOut, takes=JSON, etag=True,
    summary=_l("Submit a version and freeze its rows"),
)  # fmt: skip
def submit_list_version(request: HttpRequest, uid: UUID, body: SubmitIn) -> HttpResponse:
    by, entry, seen = _step(request, uid, body)
    return _tagged(versions.submit(entry=entry, version=seen, owner=_person(body.owner, by, "owner"), by=by))


@routes.post(
    "/list-versions/{uuid:uid}/back", APPROVE, answer=ListVersionOut, takes=JSON, etag=True,
    summary=_l("Send a version back"),
)  # fmt: skip
def send_list_version_back(request: HttpRequest, uid: UUID, body: BackIn) -> HttpResponse:
    by, entry, seen = _step(request, uid, body)
    return _tagged(versions.back(entry=entry, version=seen, reason=body.reason, by=by))


@routes.post(
    "/list-versions/{uuid:uid}/approve", APPROVE, answer=ListVersionOut, takes=JSON, etag=True,
    summary=_l("Approve a version"),
)  # fmt: skip
def approve_list_version(request: HttpRequest, uid: UUID, body: ApproveIn) -> HttpResponse:
    """Not by whoever drew it up or submitted it."""
    by, entry, seen = _step(request, uid, body)
    person = _person(body.approved_by, by, "approved_by")
    return _tagged(versions.approve(entry=entry, version=seen, approved_by=person, document=body.document, by=by))


@routes.post(
    "/list-versions/{uuid:uid}/enforce", APPROVE, answer=ListVersionOut, takes=JSON, etag=True,
    summary=_l("Put a version in force"),
)  # fmt: skip
def enforce_list_version(request: HttpRequest, uid: UUID, body: EnforceIn) -> HttpResponse:
    """The version before it ends the day before."""
    by, entry, seen = _step(request, uid, body)
    return _tagged(versions.enforce(entry=entry, version=seen, in_force_on=body.in_force_on, by=by))


# --- names and columns ------------------------------------------------------------------------------------------------


@routes.get("/units/{code}/lists/{kind}/forms", VIEW, answer=FormsOut, summary=_l("List own forms of a list"))
def list_forms(request: HttpRequest, code: str, kind: ListKind) -> FormsOut:
    seat = places.seat(actor(request), code)
    held = ownlayouts.held_by(seat.company, kind.register)
    used = ownlayouts.chosen(held)
    return FormsOut(items=[_form(one, is_default=one is used) for one in held])


@routes.post(
    "/units/{code}/lists/{kind}/forms", SETTING, answer=FormOut, status=201, takes=JSON, summary=_l("Make an own form")
)
def make_list_form(request: HttpRequest, code: str, kind: ListKind, body: FormIn) -> HttpResponse:
    made = _set(actor(request), code, kind, body)
    where = f"/api/v1/units/{code}/lists/{kind.value}/forms/{made.code}"
    return tags.tagged(_form(made), version=made.version, status=201, location=where)


@routes.put(
    "/units/{code}/lists/{kind}/forms/{form}", SETTING, answer=FormOut, takes=JSON, etag=True,
    summary=_l("Change an own form"),
)  # fmt: skip
def set_list_form(request: HttpRequest, code: str, kind: ListKind, form: str, body: FormIn) -> HttpResponse:
    by, held = _own(request, code, kind, form)
    made = _set(by, code, kind, body, form=held.code, seen=tags.seen(request, body.version))
    return tags.tagged(_form(made), version=made.version)


@routes.post(
    "/units/{code}/lists/{kind}/forms/{form}/choose", SETTING, answer=FormOut, takes=JSON, etag=True,
    summary=_l("Let a form name the list and its columns"),
)  # fmt: skip
def choose_list_form(request: HttpRequest, code: str, kind: ListKind, form: str, body: StepIn) -> HttpResponse:
    by, held = _own(request, code, kind, form)
    chosen = ownlayouts.choose_default(layout=held, version=tags.seen(request, body.version), by=by)
    return tags.tagged(_form(chosen), version=chosen.version)


@routes.delete(
    "/units/{code}/lists/{kind}/forms/{form}", SETTING, answer=None, status=204, etag=True,
    summary=_l("Take an own form away"),
)  # fmt: skip
def drop_list_form(request: HttpRequest, code: str, kind: ListKind, form: str) -> None:
    by, held = _own(request, code, kind, form)
    ownlayouts.drop_layout(layout=held, version=tags.seen(request, None), by=by)


@routes.post(
    "/units/{code}/lists/names", SETTING, answer=FormsOut, takes=JSON, summary=_l("Give the lists a document's names")
)
def name_lists(request: HttpRequest, code: str, body: NamesIn) -> FormsOut:
    by = actor(request)
    made = names.use(unit=check.unit(by, SETTING, code), code=body.names, by=by)
    return FormsOut(items=[_form(one) for one in made])


# --- shape ------------------------------------------------------------------------------------------------------------


def _step(request: HttpRequest, uid: UUID, body: StepIn) -> tuple[Actor, Entry, int | None]:
    """Who takes a step, with which version of a list, and which state of it the caller has seen."""
    by = actor(request)
    return by, versions.find(by, uid), tags.seen(request, body.version)


def _own(request: HttpRequest, code: str, kind: ListKind, form: str) -> tuple[Actor, OwnLayout]:
    """Who changes a form of the unit's own, and which."""
    by = actor(request)
    return by, ownlayouts.find(check.unit(by, SETTING, code), kind.register, form)


def _set(by: Actor, code: str, kind: ListKind, body: FormIn, *, form: str = "", seen: int | None = None) -> OwnLayout:
    return ownlayouts.set_layout(
        unit=check.unit(by, SETTING, code),
        spec=specs.get(kind.register),
        code=form,
        title=body.title,
        columns=[column.model_dump(exclude_defaults=True) for column in body.columns],
        by_department=body.by_department,
        version=seen,
        by=by,
    )


def _person(uid: UUID | None, by: Actor, where: str) -> Person | None:
    if uid is None:
        return None
    found = scope.people(by, P.ORG_PERSON_VIEW).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such person here."), where=where)
    return found


def _frozen(entry: Entry) -> Any:
    found = queries.snapshot(entry)
    if found is None:
        raise NotFound(_("The rows of this version are not kept here."), fix=_("Open the files of the version."))
    return found


def _tagged(entry: Entry, *, status: int = 200, location: str = "") -> HttpResponse:
    shown = Entry.objects.select_related("unit", "department", "owner", "person").get(pk=entry.pk)
    return tags.tagged(_version(shown, frozen=True), version=shown.version, status=status, location=location)


def _version(entry: Entry, *, frozen: bool = False) -> ListVersionOut:
    held = queries.snapshot(entry) if frozen else None
    return ListVersionOut(
        uid=entry.uid,
        unit=unit_ref(entry.unit),
        department=unit_ref(entry.department) if entry.department else None,
        kind=ListKind(entry.kind),
        number=entry.number,
        status=entry.status,
        rows=entry.count_1,
        in_force_on=entry.on,
        ends_on=entry.done_on,
        owner=person_ref(entry.owner) if entry.owner else None,
        approved_by=person_ref(entry.person) if entry.person else None,
        frozen_at=held.taken_at if held is not None else None,
        digest=held.digest if held is not None else "",
        version=entry.version,
    )


def _list(cell: Cell, title: str) -> ListOut:
    drift = cell.drift
    return ListOut(
        department=unit_ref(cell.department) if cell.department is not None else None,
        kind=cell.kind,
        title=title or specs.get(cell.kind.register).title(),
        rows=cell.rows,
        in_force=_version(cell.in_force) if cell.in_force is not None else None,
        drift=DriftOut(added=drift.added, removed=drift.removed, changed=drift.changed) if drift is not None else None,
        going=_version(cell.going) if cell.going is not None else None,
        step=cell.step,
    )


def _rows(found: Iterable[Held]) -> list[RowOut]:
    return [RowOut(uid=UUID(row.uid), version=row.version, title=row.title, values=dict(row.data)) for row in found]


def _form(one: OwnLayout, *, is_default: bool | None = None) -> FormOut:
    return FormOut(
        code=one.code,
        unit=unit_ref(one.unit),
        title=one.title,
        columns=[ColumnIO(**item) for item in one.columns],
        by_department=one.by_department,
        is_default=one.is_default if is_default is None else is_default,
        version=one.version,
    )
