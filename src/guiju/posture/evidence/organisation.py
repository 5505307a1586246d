"""Bodies, offices and meetings: who answers for compliance, and do they meet?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext_lazy as _l
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.evidence.terms import BodyKind, Mechanism, RoleCode
from guiju.posture.facts import (
    Appointment,
    Appraisal,
    Body,
    BodyMember,
    Meeting,
    Objective,
    Recusal,
    ReportDelivery,
    ReportingRule,
    Resource,
    Row,
)
from guiju.posture.models import Status

LEADING: tuple[BodyKind, ...] = ("committee", "leading_group", "top_management", "party_committee", "board")


def holders(facts: UnitFacts, roles: tuple[str, ...], on: date) -> set[int | None]:
    """Who holds one of these offices on a day."""
    return {row.person for row in facts.of(Appointment) if row.role in roles and not base.in_force(row, on)}


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
    full: ClassVar[tuple[str, ...]] = ("person",)
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
    Params: ClassVar[type[base.TestParams]] = BodyParams
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


class MandateParams(BodyParams):
    kinds: tuple[BodyKind, ...] = Field(default=("department", *LEADING), min_length=1, strict=False)


class BodyMandated(BodyExists):
    name = "body.mandated"
    label = _l("The compliance function has a written mandate and reports independently")
    Params = MandateParams
    full = ("mandate",)
    question = _l("Is the mandate of the body (%(kinds)s) written down, with whom it reports to?")
    ask = _l("Enter in the body who authorised it and to whom it reports directly")


class SeatsParams(BodyParams):
    roles: tuple[RoleCode, ...] = Field(
        default=("first_responsible", "legal_representative", "actual_controller"), min_length=1, strict=False
    )


class BodySeatsOffice(kinds.Asked):
    name = "body.seats_office"
    label = _l("The office holder sits in the leading body")
    strength = Strength.CROSS_CHECKED
    reads: ClassVar[tuple[type[Row], ...]] = (BodyMember, Body, Appointment)
    Params: ClassVar[type[base.TestParams]] = SeatsParams
    question = _l("Does the office holder (%(roles)s) sit in the body (%(kinds)s)?")
    ask = _l("Enter the office holder as a member of the body")

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        bodies = {row.uid for row in facts.of(Body) if row.kind in params.kinds and not base.in_force(row, on)}
        offices = holders(facts, params.roles, on)
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
    topics: tuple[str, ...] = Field(default=(), max_length=8, strict=False)


class BodyMeets(kinds.CycleTest):
    name = "body.meets"
    label = _l("The leading body meets regularly")
    strength = Strength.DATED
    reads = (Meeting,)
    Params: ClassVar[type[base.TestParams]] = Meets
    grounds = ("number", "chaired_by")
    full = ("chaired_by",)
    match = {"topic": "topics"}
    question = _l("Was there a meeting (%(topics)s) in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the meetings with chair and minutes")


class Heard(kinds.Cycle):
    topics: tuple[str, ...] = Field(default=("compliance_report",), strict=False)


class OfficersHeard(BodyMeets):
    name = "body.hears_officers"
    label = _l("The leading body regularly hears the compliance officers")
    Params = Heard
    question = _l("Were the compliance officers heard in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the meetings at which the compliance officers reported, with chair and minutes")


class Given(kinds.Window):
    mechanism: Mechanism | Literal["all"] = "all"
    general: bool = True


class ResourceTest(kinds.RowsTest):
    """What was given: until the day it was given for, else for some months."""

    reads: ClassVar[tuple[type[Row], ...]] = (Resource,)
    grounds = ("approved_by", "document")

    def concerns(self, row: Row, params: Any) -> bool:
        if not isinstance(row, Resource):
            return False
        whole = row.mechanism == "all" and params.general
        return whole or params.mechanism in {"all", row.mechanism}

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
    ask = _l("Enter what was provided for %(mechanism)s, with amount or people and who approved it")

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
    reads = (Resource, Appointment, BodyMember)
    Params = Supports
    full = ("approved_by",)
    question = _l("Did a leader (%(roles)s, or a member of the leading body) decide in favour of %(mechanism)s?")
    ask = _l("Enter the decision or the means for %(mechanism)s and which leader approved them")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Resource) or row.on is None:
            return why
        leaders = holders(facts, params.roles, row.on)
        leaders |= {seat.person for seat in facts.of(BodyMember) if not base.in_force(seat, row.on)}
        return "" if row.approved_by in leaders else base.UNSUITED

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


class ObjectiveEvaluated(kinds.ShareTest):
    name = "objective.evaluated"
    label = _l("The compliance objectives are evaluated against their targets")
    strength = Strength.OUTCOME
    reads = (Objective,)
    Params = kinds.ShareWindow
    state = False
    grounds = ("owner", "target")
    full = ("target", "actual", "evaluated_on")
    question = _l("Were at least %(percent)s%% of the objectives of the last %(months)s months evaluated?")
    ask = _l("Enter the objectives with target, actual value and date of evaluation")


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
            if row.on is not None and since <= row.on <= on and row.score is not None
        }
        for row in facts.of(Appointment):
            if row.role in params.roles and not base.in_force(row, on):
                yield Seen(row, "" if row.person in appraised else base.LACKS["score"])

    def figure(self, outcome: Outcome, facts: UnitFacts, params: Any) -> dict[str, Any]:
        return {"ok": outcome.ok, "of": outcome.n}

    def status(self, outcome: Outcome, params: Any) -> Status:
        return kinds.share_status(outcome, params.percent)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for row in facts.of(Appraisal):
            yield from base.window_turns(row, params.months)
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

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, ReportDelivery) or row.on is None:
            return why
        officers = holders(facts, params.roles, row.on)
        return "" if row.reporter in officers else base.UNSUITED


class RuleParams(kinds.Need):
    columns: tuple[Literal["reporter", "receiver", "contents", "form", "cycle", "truth"], ...] = Field(
        default=("reporter", "receiver"), min_length=1, strict=False
    )


class ReportersNamed(kinds.RowsTest):
    name = "reporting.ruled"
    label = _l("Who reports what to whom is laid down")
    strength = Strength.DOCUMENT
    reads = (ReportingRule,)
    state = True
    Params = RuleParams
    grounds = ("reporter", "contents")
    question = _l("Is it laid down for compliance reports: %(columns)s?")
    ask = _l("Enter the reporting rule with: %(columns)s")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        lacking = next((column for column in params.columns if not base.filled(row, column)), None)
        return why or (base.LACKS[lacking] if lacking else "")


class RecusalRecorded(kinds.WhenAnyTest):
    name = "recusal.recorded"
    label = _l("Who has a conflict of interest stands aside and somebody takes over")
    strength = Strength.DATED
    reads = (Recusal,)
    Params = kinds.ShareWindow
    grounds = ("person",)
    full = ("person", "replaced_by")
    question = _l(
        "Did somebody else take over in at least %(percent)s%% of the conflicts of the last %(months)s months?"
    )
    ask = _l("Enter conflicts of interest with who stood aside and who took over")
