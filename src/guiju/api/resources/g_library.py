"""The library of rules as a whole: figures and gaps, the yearly plan, guidelines from findings, carrying out, statistics.

Rows of the plan are records of the register `policy_plans`: here stands what makes one of a gap, a finding or a rule.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body
from guiju.governance.policies import answering, executing, ledger, library, planning, queries, statistics
from guiju.governance.policies.gaps import Gap
from guiju.governance.policies.guiding import FINDINGS
from guiju.governance.policies.planning import Tally
from guiju.lib import clock
from guiju.lib.errors import Fault
from guiju.org import places
from guiju.org.places import Seat
from guiju.registers import queries as rows
from guiju.registers import rows as rules
from guiju.registers.models import Entry

routes = Routes("Policies")

VIEW, CREATE = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_CREATE
Said = Annotated[str, StringConstraints(max_length=500)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class LibraryQuery(Schema):
    """Which units."""

    below: bool = Field(False, description="All levels below as well.")


class LibraryYearQuery(LibraryQuery):
    """Which year; this one where none is given."""

    year: int | None = Field(None, ge=2000, le=2100)


class LibraryDayQuery(LibraryQuery):
    """Counted on which day; today where none is given."""

    on: date | None = None


class LibraryFindingsQuery(LibraryQuery):
    """Which findings."""

    everything: bool = Field(False, description="Also those outside the fields of high risk.")


class LibraryCellOut(Schema):
    """One crossing of the matrix."""

    business: str = Field(description="Empty for rules that nobody has sorted.")
    level: str = Field(description="basic, specific, guideline; empty where it has not been said.")
    in_force: int
    draft: int
    stale: int = Field(description="Neither issued nor reviewed in the last three years.")


class LibraryGapOut(Schema):
    """A rule that is missing."""

    key: str = Field(description="charter, basic:legal, specific:<business> or guideline:<field>.")
    level: str
    business: str
    field: str
    state: str = Field(description="open, planned or not_needed.")
    plan: UUID | None = Field(description="The row of the plan that answers it.")


class LibraryOut(Schema):
    """A library as it stands today."""

    in_force: int
    charter: UUID | None
    without_text: int
    at_work: dict[str, int] = Field(description="Versions by state: draft, submitted, approved.")
    cells: list[LibraryCellOut]
    gaps: list[LibraryGapOut] = Field(description="Of one firm; empty for all levels together.")


class GapAnswerIn(Body):
    """What becomes of a gap."""

    do: Literal["plan", "decline"]
    reason: Said = Field("", description="Asked for where it is declined.")
    year: int | None = Field(None, ge=2000, le=2100)


class GapIn(GapAnswerIn):
    """Which gap, and what becomes of it."""

    key: Key


class RulePlanIn(Body):
    """A change of a rule in force."""

    action: Literal["amend", "repeal", "interpret"]
    reason: Said = ""
    year: int | None = Field(None, ge=2000, le=2100)


class PlanRowOut(Schema):
    """A row of the yearly plan."""

    uid: UUID
    name: str
    action: str
    status: str
    period: str
    due_on: date | None
    done_on: date | None
    policy: UUID | None
    draft: UUID | None = Field(None, description="The version that carries it out.")
    finding: UUID | None
    version: int


class PlanTallyOut(Schema):
    """How far the rows of one action or department are."""

    code: str
    planned: int
    done: int
    late: int


class PlanYearOut(Schema):
    """The plan of a year."""

    year: int
    whole: PlanTallyOut
    actions: list[PlanTallyOut]
    departments: list[PlanTallyOut] = Field(description="By name; empty where none is named.")
    items: list[PlanRowOut] = Field(description="The first 500 that are planned or done.")
    count: int


class GuidelineFindingOut(Schema):
    """A problem that no guideline in force answers."""

    uid: UUID
    problem: str
    source: str
    field: str
    is_high: bool
    draft: UUID | None = Field(description="A guideline being drafted for it.")
    plan: UUID | None


class FindingShareOut(Schema):
    """Findings of one source, and how many a guideline answers."""

    source: str
    total: int
    answered: int


class FindingsOut(Schema):
    """Guidelines from findings."""

    items: list[GuidelineFindingOut] = Field(description="The first 100, fields of high risk first.")
    count: int
    shares: list[FindingShareOut]
    fields: list[LibraryGapOut] = Field(description="Fields without a guideline, as in the gaps of the library.")
    covered: list[UUID] = Field(description="The first 100 whose field has a guideline that does not name them.")


class RuleLookOut(Schema):
    """A check of whether a rule is carried out."""

    check: UUID
    policy: UUID | None
    on: date | None
    result: str
    rectification: UUID | None


class ExecutionOut(Schema):
    """How the rules are carried out, as far as anybody has looked in twelve months."""

    since: date
    total: int
    looked: int
    items: list[RuleLookOut]


class LibraryStatisticsOut(Schema):
    """The figures that ledgers ask for, on a day."""

    on: date
    total: int
    basic: int
    specific: int
    guideline: int
    unsorted: int
    ungraded: int
    year: int = Field(description="Whose plan stands beside it.")
    planned: dict[str, int]
    text: str = Field(description="In the words of the ledger, tasks 1 to 3, in Chinese; subsidiaries apart.")


def _seat(request: HttpRequest, code: str) -> tuple[Actor, Seat]:
    by = actor(request)
    return by, places.seat(by, check.keeper(by, VIEW, code).code)


@routes.get("/units/{code}/library", VIEW, answer=LibraryOut, summary=_l("Show the library of rules of a unit"))
def policy_library(request: HttpRequest, code: str, query: Query[LibraryQuery]) -> LibraryOut:
    by, seat = _seat(request, code)
    seen = library.overview(by=by, seat=seat, below=query.below)
    cells = [
        LibraryCellOut(business=business, level=level, in_force=cell.in_force, draft=cell.draft, stale=cell.stale)
        for (business, level), cell in sorted(seen.counts.cells.items())
    ]
    return LibraryOut(
        in_force=seen.counts.total.in_force,
        charter=seen.charter.uid if seen.charter is not None else None,
        without_text=seen.bare,
        at_work=dict(seen.at_work),
        cells=cells,
        gaps=[_gap(gap) for gap in seen.gaps],
    )


def _gap(gap: Gap) -> LibraryGapOut:
    plan = gap.plan.uid if gap.plan is not None else None
    return LibraryGapOut(
        key=gap.key, level=gap.level, business=gap.business, field=gap.field, state=gap.state, plan=plan
    )


@routes.post(
    "/units/{code}/library/gaps", CREATE, answer=PlanRowOut, status=201, takes=JSON,
    summary=_l("Plan the rule that is missing, or judge it not needed"),
)  # fmt: skip
def answer_policy_gap(request: HttpRequest, code: str, body: GapIn) -> PlanRowOut:
    by, seat = _seat(request, code)
    spot = planning.place_of(seat)
    if body.do == "decline":
        return _row(planning.decline_gap(key=body.key, at=spot, reason=body.reason, by=by))
    return _row(planning.for_gap(key=body.key, at=spot, year=body.year, by=by))


@routes.post(
    "/findings/{uuid:uid}/guideline", CREATE, answer=PlanRowOut, status=201, takes=JSON,
    summary=_l("Plan a guideline for a finding, or judge that it asks for none"),
)  # fmt: skip
def answer_policy_finding(request: HttpRequest, uid: UUID, body: GapAnswerIn) -> PlanRowOut:
    by = actor(request)
    finding = rows.find(by, uid, register=FINDINGS)
    if body.do == "decline":
        return _row(planning.decline_finding(finding=finding, reason=body.reason, by=by))
    return _row(planning.for_finding(finding=finding, year=body.year, by=by))


@routes.post(
    "/policies/{uuid:uid}/plan", CREATE, answer=PlanRowOut, status=201, takes=JSON,
    summary=_l("Plan to amend, repeal or interpret a rule"),
)  # fmt: skip
def plan_policy_change(request: HttpRequest, uid: UUID, body: RulePlanIn) -> PlanRowOut:
    by = actor(request)
    entry = queries.find(by, uid)
    return _row(planning.for_policy(entry=entry, action=body.action, reason=body.reason, year=body.year, by=by))


def _row(row: Entry, draft: UUID | None = None) -> PlanRowOut:
    return PlanRowOut(
        uid=row.uid, name=row.title, action=row.kind, status=row.status, period=row.period, due_on=row.due_on,
        done_on=row.done_on, policy=row.ref_1, draft=draft, finding=row.ref_2, version=row.version,
    )  # fmt: skip


@routes.get("/units/{code}/policy-plan", VIEW, answer=PlanYearOut, summary=_l("Show the yearly plan of rules"))
def policy_plan_year(request: HttpRequest, code: str, query: Query[LibraryYearQuery]) -> PlanYearOut:
    by, seat = _seat(request, code)
    found = planning.year(by=by, seat=seat, year=query.year or clock.today().year, below=query.below)
    return PlanYearOut(
        year=found.year,
        whole=_tally(found.whole),
        actions=[_tally(one) for one in found.actions],
        departments=[_tally(one) for one in found.departments],
        items=[_row(line.entry, line.version.uid if line.version is not None else None) for line in found.lines],
        count=found.count,
    )


def _tally(one: Tally) -> PlanTallyOut:
    return PlanTallyOut(code=one.code, planned=one.total, done=one.done, late=one.late)


@routes.get(
    "/units/{code}/policy-findings", VIEW, answer=FindingsOut, summary=_l("Show findings that no guideline answers")
)
def policy_findings(request: HttpRequest, code: str, query: Query[LibraryFindingsQuery]) -> FindingsOut:
    by, seat = _seat(request, code)
    found = answering.answers(by=by, seat=seat, below=query.below, everything=query.everything)
    items = [
        GuidelineFindingOut(
            uid=one.entry.uid, problem=one.entry.title, source=one.entry.kind, field=one.entry.level,
            is_high=one.is_high, draft=one.draft.uid if one.draft is not None else None,
            plan=one.plan.uid if one.plan is not None else None,
        )
        for one in found.findings
    ]  # fmt: skip
    shares = [FindingShareOut(source=one.source, total=one.total, answered=one.answered) for one in found.shares]
    return FindingsOut(
        items=items, count=found.count, shares=shares, fields=[_gap(gap) for gap in found.missing],
        covered=[one.finding.uid for one in found.ruled if one.finding is not None],
    )  # fmt: skip


@routes.get(
    "/units/{code}/policy-execution", VIEW, answer=ExecutionOut, summary=_l("Show whether rules are carried out")
)
def policy_execution(request: HttpRequest, code: str, query: Query[LibraryQuery]) -> ExecutionOut:
    by, seat = _seat(request, code)
    found = executing.execution(by=by, seat=seat, below=query.below)
    items = [
        RuleLookOut(
            check=look.check.uid, policy=look.policy.uid if look.policy is not None else None, on=look.check.on,
            result=look.check.level, rectification=look.rectification.uid if look.rectification is not None else None,
        )
        for look in found.looks
    ]  # fmt: skip
    return ExecutionOut(since=found.since, total=found.total, looked=found.looked, items=items)


@routes.get(
    "/units/{code}/policy-statistics", VIEW, answer=LibraryStatisticsOut,
    summary=_l("Count the rules in force on a day, in the words of the ledger"),
)  # fmt: skip
def policy_statistics(request: HttpRequest, code: str, query: Query[LibraryDayQuery]) -> LibraryStatisticsOut:
    by, seat = _seat(request, code)
    if query.on is not None and query.on > clock.today():
        raise rules.invalid([Fault("on", _("Nothing can be counted on a day that lies ahead."))])
    found = statistics.figures(by=by, seat=seat, below=query.below, on=query.on)
    levels = {code: found.level(code) for code in library.LEVELS}
    return LibraryStatisticsOut(
        on=found.on, total=found.total, **levels, unsorted=found.unsorted, ungraded=found.ungraded, year=found.year,
        planned=dict(found.planned),
        text=ledger.text(ledger.rows(by=by, seat=seat, below=query.below, on=query.on)),
    )  # fmt: skip
