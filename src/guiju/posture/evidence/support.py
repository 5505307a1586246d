"""What leaders give and what is asked in return: resources, objectives, appraisals, the officers' own reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.lib import period
from guiju.lib.errors import Problem
from guiju.posture.evidence import base, kinds
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.evidence.organisation import MASTERS, OFFICERS, holders, leaders
from guiju.posture.evidence.terms import Mechanism, RoleCode, covers, is_whole
from guiju.posture.facts import (
    Appointment,
    Appraisal,
    Body,
    BodyMember,
    Objective,
    ReportDelivery,
    Resource,
    Row,
)
from guiju.posture.models import Status


class Given(kinds.Window):
    mechanism: Mechanism = "all"
    general: bool = Field(default=True, description=_n("what was given to compliance as a whole counts in full"))


class ResourceTest(kinds.RowsTest):
    """What was given: until the day it was given for, else for some months."""

    reads: ClassVar[tuple[type[Row], ...]] = (Resource,)
    grounds = ("approved_by", "document")

    def concerns(self, row: Row, params: Any) -> bool:
        if not isinstance(row, Resource):
            return False
        return covers(row.mechanism, params.mechanism)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        whole = isinstance(row, Resource) and is_whole(row.mechanism, params.mechanism)
        return why or (base.WHOLE if whole and not params.general else "")

    def timely(self, row: Row, on: date, since: date | None) -> str:
        lasting = isinstance(row, Resource) and row.valid_to is not None
        return base.in_force(row, on) if lasting else super().timely(row, on, since)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Resource):
            yield from base.force_turns(row)

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"mechanism": params.mechanism}


class Resources(Given):
    forms: tuple[Literal["people", "budget", "tools", "access", "advice"], ...] = Field(
        default=("people", "budget", "tools"), min_length=1, strict=False
    )


class ResourceProvided(ResourceTest, kinds.KindsTest):
    name = "resource.provided"
    label = _l("People, budget and tools are provided")
    strength = Strength.DATED
    Params = Resources
    by = "form"
    wanted = "forms"
    question = _l("Were %(forms)s provided for %(mechanism)s in the last %(months)s months?")
    ask = _l("Enter what was provided for %(mechanism)s (%(forms)s), who approved it, and the amount or number")

    def concerns(self, row: Row, params: Any) -> bool:
        return super().concerns(row, params) and isinstance(row, Resource) and row.form in params.forms

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Resource):
            return why
        if row.form == "budget" and not row.budget:
            return base.LACKS["budget"]
        return base.LACKS["headcount"] if row.form == "people" and not row.headcount else ""

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"mechanism": params.mechanism, "form": params.forms[0]}


class Spent(Given):
    percent: int = Field(default=20, ge=1, le=100)


class ResourceSpent(ResourceTest):
    name = "resource.spent"
    label = _l("The compliance budget is really spent")
    strength = Strength.COVERAGE
    Params = Spent
    full = ("budget",)
    question = _l("Was at least %(percent)s%% of the budget for %(mechanism)s of the last %(months)s months spent?")
    ask = _l("Enter the budget and what was spent of it")

    def concerns(self, row: Row, params: Any) -> bool:
        return super().concerns(row, params) and isinstance(row, Resource) and row.form == "budget"

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        good = [item.row for item in seen if not item.why and isinstance(item.row, Resource)]
        budget = int(sum(row.budget or 0 for row in good))
        outcome.figure = {"ok": int(sum(row.spent or 0 for row in good)), "of": budget, "rows": len(seen)}
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        of, ok = outcome.figure.get("of", 0), outcome.figure.get("ok", 0)
        if of and ok * 100 >= params.percent * of:
            return Status.MET
        return Status.PARTLY if outcome.n else Status.UNMET

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"mechanism": params.mechanism, "form": "budget"}


class Supports(Given):
    roles: tuple[RoleCode, ...] = Field(
        default=("first_responsible", "legal_representative", "actual_controller"), min_length=1, strict=False
    )


class LeadershipSupports(ResourceTest):
    name = "leadership.supports"
    label = _l("The leaders support the mechanism by their own decision")
    strength = Strength.CROSS_CHECKED
    reads = (Resource, Appointment, BodyMember, Body)
    Params = Supports
    full = ("approved_by",)
    question = _l("Did a leader (%(roles)s, or a member of the leading body) decide in favour of %(mechanism)s?")
    ask = _l("Enter the decision or the means for %(mechanism)s and which leader approved them")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Resource) or row.on is None:
            return why
        return "" if row.approved_by in leaders(facts, params.roles, row.on) else base.NOT_LEADER

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"mechanism": params.mechanism, "form": "decision"}


class ObjectiveSet(kinds.RowsTest):
    name = "objective.set"
    label = _l("Compliance objectives with targets are set")
    strength = Strength.DATED
    reads = (Objective,)
    grounds = ("owner",)
    full = ("target",)
    question = _l("Was at least %(need)s compliance objective with a target set in the last %(months)s months?")
    ask = _l("Enter the objective with its target and responsible person")


class ObjectiveEvaluated(kinds.RowsTest):
    """Asks about objectives whose period is over, and those evaluated before; the others are still running."""

    name = "objective.evaluated"
    label = _l("The compliance objectives are evaluated against their targets")
    strength = Strength.OUTCOME
    reads = (Objective,)
    Params = kinds.ShareWindow
    grounds = ("owner", "target")
    question = _l("Were at least %(percent)s%% of the objectives due in the last %(months)s months evaluated?")
    ask = _l("Enter the objectives with target, actual value and date of evaluation")

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        since = base.months_before(on, params.months)
        for row in facts.of(Objective):
            if row.on is not None and row.on > on:
                continue
            done = row.evaluated_on if row.evaluated_on is not None and row.evaluated_on <= on else None
            day = done or over(row.period)
            if day is None or day > on:
                yield Seen(row, _RUNNING)
            elif day >= since:
                yield Seen(row, self.fault(row, facts, on, params) if done else base.LACKS["evaluated_on"])

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        told = isinstance(row, Objective) and (row.actual is not None or row.reached is not None or row.file_count)
        return why or ("" if told else base.LACKS["actual"])

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        running = sum(1 for item in seen if item.why is _RUNNING)
        outcome.n -= running
        outcome.figure = {"ok": outcome.ok, "of": outcome.n, "running": running}
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        """Objectives that are still running are a beginning."""
        if not outcome.n:
            return Status.PARTLY if outcome.figure.get("running") else Status.UNMET
        return kinds.share_status(outcome, params.percent)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for row in facts.of(Objective):
            yield row.on
            for day in (row.evaluated_on, over(row.period)):
                yield day
                yield base.months_after(day, params.months) if day else None


_RUNNING = _n("its period is not over")


@lru_cache(maxsize=1024)
def over(text: str) -> date | None:
    """The first day after a period."""
    try:
        return period.Period.parse(text).end + base.DAY if text else None
    except Problem:
        return None


class Appraised(kinds.ShareWindow):
    roles: tuple[RoleCode, ...] = Field(
        default=("compliance_head", "compliance_staff"),
        min_length=1,
        strict=False,
        description=_n("everybody who holds one of these offices is counted"),
    )
    department: bool = Field(default=False, description=_n("the compliance department too"))


class AppraisalDone(kinds.Asked):
    """Who has held the office for a shorter time than the months asked about need not have been appraised yet."""

    name = "appraisal.done"
    label = _l("The compliance officers in office are appraised")
    strength = Strength.CROSS_CHECKED
    reads = (Appraisal, Appointment, Body)
    Params = Appraised
    question = _l("Were at least %(percent)s%% of the %(roles)s in office appraised in the last %(months)s months?")
    ask = _l("Enter the appraisal of each compliance officer")

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"subject": "staff"}

    def asks(self, params: Any) -> base.Text:
        return _DEPARTMENT_TOO if params.department else self.question

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        since = base.months_before(on, params.months)
        found = [
            row
            for row in facts.of(Appraisal)
            if row.on is not None and since <= row.on <= on and (row.score is not None or row.grade or row.file_count)
        ]
        people = {row.person for row in found} - {None}
        seen = [
            Seen(row, "" if row.person in people else base.LACKS["score"])
            for row in facts.of(Appointment)
            if row.role in params.roles and not base.in_force(row, on)
        ]
        old = [item for item in seen if not item.why or item.row.on is None or item.row.on < since]
        yield from old or seen
        for body in facts.of(Body) if params.department else ():
            if body.kind == "department" and not base.in_force(body, on):
                yield Seen(body, "" if any(row.subject == "department" for row in found) else base.LACKS["score"])

    def figure(self, outcome: Outcome, facts: UnitFacts, params: Any) -> dict[str, Any]:
        return {"ok": outcome.ok, "of": outcome.n}

    def status(self, outcome: Outcome, params: Any) -> Status:
        return kinds.share_status(outcome, params.percent)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for row in facts.of(Appraisal):
            yield from base.window_turns(row, params.months)
        for kind in (Appointment, Body):
            for held in facts.of(kind):
                yield from base.force_turns(held)
                yield base.months_after(held.on, params.months) if held.on else None


_DEPARTMENT_TOO = _l(
    "Were the compliance department and at least %(percent)s%% of the %(roles)s in office appraised in the last"
    " %(months)s months?"
)


class DutiesParams(kinds.Window):
    subjects: tuple[Literal["department", "staff", "manager", "employee", "general_counsel", "subsidiary"], ...] = (
        Field(default=("manager", "employee"), min_length=1, strict=False)
    )


class DutiesAppraised(kinds.RowsTest):
    name = "appraisal.duties"
    label = _l("Compliance duties are part of appraisals")
    strength = Strength.DATED
    reads = (Appraisal,)
    Params = DutiesParams
    grounds = ("person", "score", "grade")
    match = {"subject": "subjects"}
    question = _l("Were the compliance duties of %(subjects)s appraised in the last %(months)s months?")
    ask = _l("Enter the appraisals of compliance duties with their result")


class Reporters(kinds.Window):
    roles: tuple[RoleCode, ...] = Field(default=("department_officer",), min_length=1, strict=False)
    to: Literal["compliance", "leaders", "anybody"] = Field(
        default="compliance", description=_n("to whom: compliance head or staff, who leads the firm, or anybody")
    )


class OfficersReport(kinds.RowsTest):
    """Only somebody in the office can report; when he reported nothing, there may have been nothing to report."""

    name = "officers.report"
    label = _l("The officers in office report")
    strength = Strength.CROSS_CHECKED
    reads = (ReportDelivery, Appointment, Body, BodyMember)
    Params = Reporters
    full = ("reporter", "receiver")
    grounds = ("reporter",)
    question = _l("Did the %(roles)s deliver at least %(need)s report(s) in the last %(months)s months (to: %(to)s)?")
    ask = _l("Enter the reports of the %(roles)s with reporter and receiver")

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        if outcome.n or outcome.figure.get("officers"):
            return None
        ask = _l("Enter first who holds the office: %(roles)s")
        return kinds.First(ask, Appointment, {"role": params.roles[0]})

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"kind": "violation"} if params.roles == ("department_officer",) else {}

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        for item in super().look(facts, on, params):
            row = item.row
            day = row.on or on
            if isinstance(row, ReportDelivery) and row.reporter in holders(facts, params.roles, day) - {None}:
                yield item

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, ReportDelivery) or row.on is None or params.to == "anybody":
            return why
        if params.to == "leaders":
            return "" if row.receiver in leaders(facts, MASTERS, row.on) else base.NOT_LEADER
        return "" if row.receiver in holders(facts, OFFICERS, row.on) else _ELSEWHERE

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        outcome = super().measure(facts, on, params)
        outcome.figure["officers"] = len(holders(facts, params.roles, on) - {None})
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        if outcome.n:
            return super().status(outcome, params)
        return Status.PERSON if outcome.figure.get("officers") else Status.UNMET

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for held in facts.of(Appointment):
            yield from base.force_turns(held)


_ELSEWHERE = _n("not to the compliance officers")
