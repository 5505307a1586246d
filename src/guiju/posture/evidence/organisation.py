"""Bodies, offices and meetings: who answers for compliance, and do they meet?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _l
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence.base import Outcome, Seen, Strength, Text, UnitFacts
from guiju.posture.evidence.terms import BodyKind, Mechanism, RoleCode
from guiju.posture.facts import (
    Analysis,
    Appointment,
    Appraisal,
    Body,
    BodyMember,
    Meeting,
    Objective,
    Opinion,
    ReportDelivery,
    Resource,
    Row,
)

TOP: tuple[RoleCode, ...] = ("first_responsible",)
LEADING: tuple[BodyKind, ...] = ("committee", "leading_group", "party_committee", "board", "management")


class Held(kinds.Need):
    roles: tuple[RoleCode, ...] = Field(min_length=1, strict=False)


class AppointmentHeld(kinds.RowsTest):
    name = "appointment.held"
    label = _l("The office is held by an appointed person")
    strength = Strength.DOCUMENT
    reads = (Appointment,)
    Params = Held
    state = True
    grounds = ("document",)
    full = ("person",)
    match = {"role": "roles"}
    question = _l("Is the office (%(roles)s) held by at least %(need)s appointed person(s)?")
    ask = _l("Enter the appointment with its document: %(roles)s")

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        """Counts persons, not rows."""
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        outcome.ok = len({item.row.person for item in seen if not item.why and isinstance(item.row, Appointment)})
        outcome.figure = {"ok": outcome.ok, "need": self.need(params)}
        return outcome


class AppointmentAuthorised(AppointmentHeld):
    name = "appointment.authorised"
    label = _l("The leading body has authorised the office holder")
    full = ("person", "authority", "document")
    question = _l("Did a named body authorise the office holder (%(roles)s) in a document?")
    ask = _l("Enter in the appointment which body authorised it, and the document")


class AppointmentQualified(AppointmentHeld):
    name = "appointment.qualified"
    label = _l("The office holder is qualified")
    full = ("person", "qualification")
    question = _l("Does at least %(need)s office holder (%(roles)s) have a qualification?")
    ask = _l("Enter the qualification in the appointment and attach the certificate")


class SameHands(base.TestParams):
    role: RoleCode = "first_responsible"
    holders: tuple[RoleCode, ...] = Field(
        default=("legal_representative", "actual_controller"), min_length=1, strict=False
    )


class AppointmentSamePerson(kinds.Asked):
    name = "appointment.same_person"
    label = _l("The office is held by the person the document names")
    strength = Strength.CROSS_CHECKED
    reads = (Appointment,)
    Params = SameHands
    match = {"role": "role"}
    question = _l("Is the %(role)s also the %(holders)s?")
    ask = _l("Enter both appointments (%(role)s; %(holders)s) with the same person")

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        held = [row for row in facts.of(Appointment) if not base.in_force(row, on)]
        masters = {row.person for row in held if row.role in params.holders and row.person}
        for row in held:
            if row.role == params.role:
                yield Seen(row, "" if row.person in masters else base.UNSUITED)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for row in facts.of(Appointment):
            if row.role == params.role or row.role in params.holders:
                yield from base.force_turns(row)


class BodyParams(kinds.Need):
    kinds: tuple[BodyKind, ...] = Field(default=LEADING, min_length=1, strict=False)


class BodyExists(kinds.RowsTest):
    name = "body.exists"
    label = _l("A body answers for compliance")
    strength = Strength.DOCUMENT
    reads = (Body,)
    Params = BodyParams
    state = True
    grounds = ("document",)
    match = {"kind": "kinds"}
    question = _l("Has the unit set up a body (%(kinds)s) by a document?")
    ask = _l("Enter the body with its founding document")


class BodyDuties(BodyExists):
    name = "body.duties_written"
    label = _l("The body's position and duties are written down")
    full = ("duties",)
    question = _l("Are position and duties of the body (%(kinds)s) written down?")
    ask = _l("Tick in the body that its duties are written down, and attach the document")


class SeatsParams(BodyParams):
    roles: tuple[RoleCode, ...] = Field(
        default=("first_responsible", "legal_representative", "actual_controller"), min_length=1, strict=False
    )


class BodySeatsOffice(kinds.Asked):
    name = "body.seats_office"
    label = _l("The office holder sits in the leading body")
    strength = Strength.CROSS_CHECKED
    reads = (BodyMember, Body, Appointment)
    Params = SeatsParams
    question = _l("Does the office holder (%(roles)s) sit in the body (%(kinds)s)?")
    ask = _l("Enter the office holder as a member of the body")

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        bodies = {row.uid for row in facts.of(Body) if row.kind in params.kinds and not base.in_force(row, on)}
        offices = {
            row.person for row in facts.of(Appointment) if row.role in params.roles and not base.in_force(row, on)
        }
        for row in facts.of(BodyMember):
            if row.body in bodies and not base.in_force(row, on):
                yield Seen(row, "" if row.person is not None and row.person in offices else base.UNSUITED)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for kind in self.reads:
            for row in facts.of(kind):
                yield from base.force_turns(row)


class ComposedParams(BodyParams):
    need: int = Field(default=3, ge=1, le=50)


class BodyComposed(BodySeatsOffice):
    name = "body.composed"
    label = _l("The body has a chair and enough members")
    strength = Strength.DATED
    reads = (BodyMember, Body)
    Params = ComposedParams
    question = _l("Has the body (%(kinds)s) a chair and at least %(need)s members?")
    ask = _l("Enter the members of the body and who chairs it")

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        bodies = {row.uid for row in facts.of(Body) if row.kind in params.kinds and not base.in_force(row, on)}
        rows = [row for row in facts.of(BodyMember) if row.body in bodies and not base.in_force(row, on)]
        chaired = {row.body for row in rows if row.seat == "chair"}
        for row in rows:
            yield Seen(row, "" if row.body in chaired and row.person is not None else base.UNSUITED)


class Meets(kinds.Cycle):
    kinds: tuple[str, ...] = Field(default=("body_meeting",), max_length=8, strict=False)
    topics: tuple[str, ...] = Field(default=(), max_length=8, strict=False)


class BodyMeets(kinds.CycleTest):
    name = "body.meets"
    label = _l("The leading body meets regularly")
    strength = Strength.DATED
    reads = (Meeting,)
    Params = Meets
    grounds = ("minutes", "chaired_by")
    match = {"kind": "kinds", "topic_kind": "topics"}
    question = _l("Was there a meeting (%(kinds)s; %(topics)s) in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the meetings with chair and minutes")


class Heard(kinds.Cycle):
    kinds: tuple[str, ...] = Field(default=("hearing", "body_meeting", "management_review"), strict=False)
    topics: tuple[str, ...] = Field(default=("compliance_report",), strict=False)


class OfficersHeard(BodyMeets):
    name = "body.hears_officers"
    label = _l("The leading body regularly hears the compliance officers")
    Params = Heard
    question = _l("Were the compliance officers heard in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the hearings of the compliance officers with chair and minutes")


class Resources(base.TestParams):
    mechanism: Mechanism
    kinds: tuple[str, ...] = Field(default=("people", "budget", "tools"), min_length=1, max_length=4, strict=False)
    months: int = Field(default=12, ge=1, le=36)


class ResourceProvided(kinds.KindsTest):
    name = "resource.provided"
    label = _l("People, budget and tools are provided")
    strength = Strength.DATED
    reads = (Resource,)
    Params = Resources
    grounds = ("approved_by", "document")
    match = {"mechanism": "mechanism"}
    question = _l("Were %(kinds)s provided for %(mechanism)s in the last %(months)s months?")
    ask = _l("Enter what was provided for %(mechanism)s, with amount or people and who approved it")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> Text:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Resource):
            return why
        if row.kind == "budget" and not row.budget:
            return base.LACKS["budget"]
        return base.LACKS["headcount"] if row.kind == "people" and not row.headcount else ""


class Spent(kinds.ShareWindow):
    percent: int = Field(default=50, ge=1, le=100)
    mechanism: Mechanism = "organisation"


class ResourceSpent(kinds.ShareTest):
    name = "resource.spent"
    label = _l("The compliance budget is really spent")
    strength = Strength.COVERAGE
    reads = (Resource,)
    Params = Spent
    state = False
    grounds = ("approved_by", "document")
    full = ("budget",)
    match = {"mechanism": "mechanism"}
    question = _l("Was some of the budget for %(mechanism)s of the last %(months)s months spent (%(percent)s%% of rows)?")
    ask = _l("Enter the budget for %(mechanism)s and what was spent of it")

    def concerns(self, row: Row, params: Any) -> bool:
        return super().concerns(row, params) and isinstance(row, Resource) and row.kind == "budget"

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> Text:
        why = super().fault(row, facts, on, params)
        return why or ("" if isinstance(row, Resource) and row.spent else base.UNSUITED)

    def prefill(self, params: Any) -> dict[str, Any]:
        return {**super().prefill(params), "kind": "budget"}


class Supports(kinds.Window):
    mechanism: Mechanism
    roles: tuple[RoleCode, ...] = Field(
        default=("first_responsible", "legal_representative", "actual_controller"), min_length=1, strict=False
    )


class LeadershipSupports(kinds.RowsTest):
    name = "leadership.supports"
    label = _l("The leaders support the mechanism by their own decision")
    strength = Strength.CROSS_CHECKED
    reads = (Resource, Appointment, BodyMember)
    Params = Supports
    full = ("approved_by",)
    grounds = ("approved_by",)
    match = {"mechanism": "mechanism"}
    question = _l("Did a leader (%(roles)s, or a member of the leading body) approve means for %(mechanism)s?")
    ask = _l("Enter the means for %(mechanism)s that a leader approved, and who approved them")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> Text:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Resource) or row.on is None:
            return why
        leaders = {
            held.person
            for held in facts.of(Appointment)
            if held.role in params.roles and not base.in_force(held, row.on)
        }
        leaders |= {seat.person for seat in facts.of(BodyMember) if not base.in_force(seat, row.on)}
        return "" if row.approved_by in leaders else base.UNSUITED

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)


class ObjectiveEvaluated(kinds.ShareTest):
    name = "objective.evaluated"
    label = _l("The compliance objectives are evaluated against their targets")
    strength = Strength.OUTCOME
    reads = (Objective,)
    Params = kinds.ShareWindow
    state = False
    grounds = ("indicator",)
    full = ("target", "actual", "evaluated_on")
    question = _l("Were at least %(percent)s%% of the objectives of the last %(months)s months evaluated?")
    ask = _l("Enter the objectives with target, actual value and date of evaluation")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> Text:
        why = super().fault(row, facts, on, params)
        evaluated = row.evaluated_on if isinstance(row, Objective) else None
        return why or (base.FUTURE if evaluated is not None and evaluated > on else "")

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Objective):
            yield row.evaluated_on


class Appraised(kinds.ShareWindow):
    roles: tuple[RoleCode, ...] = Field(default=("compliance_head", "compliance_staff"), min_length=1, strict=False)


class AppraisalDone(kinds.Asked):
    name = "appraisal.done"
    label = _l("The compliance officers in office are appraised")
    strength = Strength.CROSS_CHECKED
    reads = (Appraisal, Appointment)
    Params = Appraised
    question = _l("Were at least %(percent)s%% of the %(roles)s in office appraised in the last %(months)s months?")
    ask = _l("Enter the appraisal of each compliance officer")

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        since = base.months_before(on, params.months)
        appraised = {
            row.person
            for row in facts.of(Appraisal)
            if row.on is not None and since <= row.on <= on and row.score not in {None, ""}
        }
        for row in facts.of(Appointment):
            if row.role in params.roles and not base.in_force(row, on):
                yield Seen(row, "" if row.person in appraised else base.LACKS["score"])

    def figure(self, outcome: Outcome, facts: UnitFacts, params: Any) -> dict[str, Any]:
        return {"ok": outcome.ok, "of": outcome.n}

    def status(self, outcome: Outcome, params: Any) -> base.Status:
        return kinds.share_status(outcome, params.percent)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for row in facts.of(Appraisal):
            yield row.on
            yield base.months_after(row.on, params.months) if row.on else None
        for held in facts.of(Appointment):
            yield from base.force_turns(held)


class Reporters(kinds.Window):
    roles: tuple[RoleCode, ...] = Field(default=("department_officer",), min_length=1, strict=False)


class OfficersReport(kinds.RowsTest):
    name = "officers.report"
    label = _l("The officers in office report")
    strength = Strength.CROSS_CHECKED
    reads = (ReportDelivery, Appointment)
    Params = Reporters
    full = ("reporter", "receiver")
    grounds = ("reporter",)
    question = _l("Did the %(roles)s deliver at least %(need)s report(s) in the last %(months)s months?")
    ask = _l("Enter the reports of the %(roles)s with reporter and receiver")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> Text:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, ReportDelivery) or row.on is None:
            return why
        officers = {
            held.person
            for held in facts.of(Appointment)
            if held.role in params.roles and not base.in_force(held, row.on)
        }
        return "" if row.reporter in officers else base.UNSUITED


class Opined(kinds.ShareWindow):
    roles: tuple[RoleCode, ...] = Field(default=("compliance_head", "compliance_staff"), min_length=1, strict=False)


class OpinionBeforeDecision(kinds.WhenAnyTest):
    name = "opinion.before_decision"
    label = _l("The officers are heard before a decision")
    strength = Strength.CROSS_CHECKED
    reads = (Opinion, Appointment)
    Params = Opined
    full = ("person", "matter")
    grounds = ("person",)
    question = _l("Were at least %(percent)s%% of the opinions of %(roles)s given before the decision?")
    ask = _l("Enter the opinions with their date and the date of the decision")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> Text:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Opinion) or row.on is None:
            return why
        officers = {
            held.person
            for held in facts.of(Appointment)
            if held.role in params.roles and not base.in_force(held, row.on)
        }
        late = row.decision_on is not None and row.decision_on < row.on
        return "" if row.person in officers and not late else base.UNSUITED


class Adapts(kinds.Window):
    mechanism: Mechanism


class AnalysisDone(kinds.RowsTest):
    name = "analysis.done"
    label = _l("The effectiveness of the mechanism is reviewed")
    strength = Strength.DATED
    reads = (Analysis,)
    Params = Adapts
    grounds = ("conclusion",)
    full = ("conclusion",)
    match = {"mechanism": "mechanism"}
    question = _l("Was the effectiveness of %(mechanism)s reviewed in the last %(months)s months?")
    ask = _l("Enter the review of %(mechanism)s with its conclusion")
