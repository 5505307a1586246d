"""Stocks of rules on their way into the library: files in, read, settled, taken over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _l
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.api import paging
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import FORM, JSON, Routes
from guiju.api.schemas import Body, UnitRef, Version, unit_ref
from guiju.governance.enums import Advice, FileState, IntakeState
from guiju.governance.intake import actions, faults, narrowing, queries, reasons, taking
from guiju.governance.intake.lines import Line
from guiju.governance.intake.narrowing import Wanted
from guiju.governance.intake.receiving import Upload, short
from guiju.governance.models import Intake
from guiju.lib import clock

routes = Routes("Policies")

IMPORT = queries.IMPORT
Line200 = Annotated[str, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(max_length=40)]


class IntakeFiguresOut(Schema):
    """What a stock comes to, as the ledger asks."""

    total: int
    basic: int
    specific: int
    guideline: int
    to_amend: int
    to_repeal: int
    left_out: int
    open: int = Field(description="Files that somebody has to settle first.")


class IntakeOut(Schema):
    """A stock of rules."""

    uid: UUID
    unit: UnitRef
    name: str
    cutoff_on: date
    state: IntakeState
    read_count: int
    file_count: int
    figures: IntakeFiguresOut | None = Field(description="In the list: null.")
    begun_at: datetime
    confirmed_at: datetime | None
    stocktake: UUID | None = Field(description="The record that it left.")
    version: int


class IntakeFileOut(Schema):
    """One file of a stock, with what was found or settled."""

    number: int
    file: str
    folder: str
    state: FileState
    fault: str
    fault_words: str
    name: str
    document_number: str
    issued_on: date | None
    level: str
    business: str
    mechanism: str
    advice: Advice
    reasons: list[str]
    questions: list[str] = Field(description="What is to be settled before the stock is taken over.")
    left_out: bool
    policy: UUID | None = Field(description="The rule of the library whose text it is.")
    entry: UUID | None = Field(description="The record that it became.")
    version: int


class IntakeQuery(PageQuery):
    """Whose stocks."""

    unit: str = Field(max_length=40, description="Code of a unit.")
    state: IntakeState | None = None


class IntakeFilesQuery(Schema):
    """Which files; without any of these, all."""

    q: str = Field("", max_length=60, description="Words of title, number, folder or file.")
    problem: str = Field("", max_length=20, description="What is wrong or open: dayless, unsorted, twice, scanned …")
    business: str = Field("", max_length=40)
    level: str = Field("", max_length=40)


class IntakeIn(Body):
    """A new stock."""

    unit: Code
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    cutoff_on: date


class IntakeFolderIn(Body):
    """Where the files lay."""

    folder: Annotated[str, StringConstraints(max_length=300)] = ""


class IntakeSettleIn(Body):
    """What a person says of a file; fields left out stay as they are, null takes back what was settled."""

    version: Version
    name: Line200 | None = None
    number: Annotated[str, StringConstraints(max_length=60)] | None = None
    issued_on: date | None = None
    no_day: bool | None = Field(None, description="Nobody knows the day of issue; it counts from its taking over.")
    in_force_on: date | None = None
    reviewed_on: date | None = None
    level: Code | None = None
    business: Code | None = None
    mechanism: Code | None = None
    charter: bool | None = None
    advice: Advice | None = None
    policy: UUID | None = None
    apart: bool | None = Field(None, description="Both of two that look alike are needed.")
    by_hand: bool | None = Field(None, description="The words cannot be read; what is entered here holds.")
    left_out: bool | None = None


class IntakeConfirmIn(Body):
    """Taking over."""

    version: Version
    year: Annotated[int, Field(ge=2000, le=2100)] | None = Field(
        None, description="Year of the plan of changes; without it, the present one."
    )
    due_on: date | None = None


class IntakeDropIn(Body):
    """Giving up."""

    version: Version | None = None


@routes.get("/intakes", IMPORT, answer=Page[IntakeOut], summary=_l("List stocks of rules"))
def intakes_list(request: HttpRequest, query: Query[IntakeQuery]) -> object:
    unit = check.unit(actor(request), IMPORT, query.unit)
    rows = queries.of_unit(unit).select_related("unit")
    if query.state is not None:
        rows = rows.filter(state=query.state.value)
    if query.q:
        rows = rows.filter(name__icontains=query.q)
    sorts = {"begun_at": "begun_at", "name": "name"}
    return paging.page(rows, request=request, query=query, sorts=sorts, default="-begun_at", show=_listed)


@routes.post("/intakes", IMPORT, answer=IntakeOut, status=201, takes=JSON, summary=_l("Begin a stock of rules"))
def begin_intake(request: HttpRequest, body: IntakeIn) -> HttpResponse:
    by = actor(request)
    unit = check.unit(by, IMPORT, body.unit)
    return tagged(actions.begin(unit=unit, name=body.name, cutoff_on=body.cutoff_on, by=by), status=201)


@routes.get("/intakes/{uuid:uid}", IMPORT, answer=IntakeOut, summary=_l("Show a stock of rules"))
def intake_one(request: HttpRequest, uid: UUID) -> HttpResponse:
    return tagged(queries.find(actor(request), uid))


@routes.get("/intakes/{uuid:uid}/files", IMPORT, answer=list[IntakeFileOut], summary=_l("List the files of a stock"))
def intake_files(request: HttpRequest, uid: UUID, query: Query[IntakeFilesQuery]) -> list[IntakeFileOut]:
    """In their order; at most three thousand."""
    wanted = Wanted(query.q, query.problem, query.business, query.level)
    return [shown(line) for line in narrowing.narrow(queries.lines_of(queries.find(actor(request), uid)), wanted)]


@routes.post(
    "/intakes/{uuid:uid}/files", IMPORT, answer=IntakeOut, status=201, takes=FORM, slow=True,
    summary=_l("Add a file to a stock"),
)  # fmt: skip
def add_intake_file(
    request: HttpRequest, uid: UUID, file: File[UploadedFile], form: Form[IntakeFolderIn]
) -> HttpResponse:
    """A document or a zip of folders; it is read in the background. A file with a fault is listed with it."""
    by = actor(request)
    intake = queries.find(by, uid)
    actions.add(intake=intake, uploads=[Upload(short(str(file.name)), file, form.folder)], by=by)
    return tagged(queries.find(by, uid), status=201)


@routes.patch(
    "/intakes/{uuid:uid}/files/{int:number}", IMPORT, answer=IntakeFileOut, takes=JSON,
    summary=_l("Settle a file of a stock"),
)  # fmt: skip
def settle_intake_file(request: HttpRequest, uid: UUID, number: int, body: IntakeSettleIn) -> HttpResponse:
    by = actor(request)
    intake = queries.find(by, uid)
    item = queries.find_file(intake, min(number, 100_000))
    given: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"version"}, mode="json")
    actions.settle(item=item, values=given, version=body.version, by=by)
    line = next(line for line in queries.lines_of(queries.find(by, uid)) if line.item.pk == item.pk)
    return tags.tagged(shown(line), version=line.item.version)


@routes.post(
    "/intakes/{uuid:uid}/confirm", IMPORT, answer=IntakeOut, takes=JSON, slow=True, summary=_l("Take a stock over")
)
def confirm_intake(request: HttpRequest, uid: UUID, body: IntakeConfirmIn) -> HttpResponse:
    """All of it or nothing. A large stock is taken over in the background: its state is then `taking`."""
    by = actor(request)
    intake = queries.find(by, uid)
    year = body.year or clock.today().year
    return tagged(actions.confirm(intake=intake, version=body.version, year=year, due_on=body.due_on, by=by))


@routes.post("/intakes/{uuid:uid}/drop", IMPORT, answer=IntakeOut, takes=JSON, summary=_l("Drop a stock"))
def drop_intake(request: HttpRequest, uid: UUID, body: IntakeDropIn) -> HttpResponse:
    by = actor(request)
    return tagged(actions.drop(intake=queries.find(by, uid), by=by, version=body.version))


def tagged(intake: Intake, *, status: int = 200) -> HttpResponse:
    found = queries.lines_of(intake)
    counted = queries.statistics(found)
    names = ("total", "basic", "specific", "guideline", "to_amend", "to_repeal", "left_out", "open")
    figures = IntakeFiguresOut(**{name: getattr(counted, name) for name in names})
    return tags.tagged(_intake(intake, figures, queries.progress(intake)), version=intake.version, status=status)


def _listed(found: Sequence[Intake]) -> list[IntakeOut]:
    """Their files were counted with them."""
    return [
        _intake(one, None, (one.file_count - one.waiting_count, one.file_count))  # type: ignore[attr-defined]
        for one in found
    ]


def _intake(intake: Intake, figures: IntakeFiguresOut | None, counted: tuple[int, int]) -> IntakeOut:
    done, total = counted
    return IntakeOut(
        uid=intake.uid,
        unit=unit_ref(intake.unit),
        name=intake.name,
        cutoff_on=intake.cutoff_on,
        state=IntakeState(intake.state),
        read_count=done,
        file_count=total,
        figures=figures,
        begun_at=intake.begun_at,
        confirmed_at=intake.confirmed_at,
        stocktake=intake.stocktake,
        version=intake.version,
    )


def shown(line: Line) -> IntakeFileOut:
    item = line.item
    return IntakeFileOut(
        number=item.ordinal,
        file=item.name,
        folder=item.folder,
        state=FileState(item.state),
        fault=item.fault,
        fault_words=faults.words(item.fault).what if item.fault else "",
        name=line.name,
        document_number=str(line.value("number") or ""),
        issued_on=line.issued_on,
        level=str(line.value("level") or ""),
        business=str(line.value("business") or ""),
        mechanism=str(line.value("mechanism") or ""),
        advice=line.advice,
        reasons=[said for one in item.why if (said := reasons.sentence(one))],
        questions=[taking.words(code, line) for code in line.open],
        left_out=item.left_out,
        policy=line.policy,
        entry=item.entry,
        version=item.version,
    )
