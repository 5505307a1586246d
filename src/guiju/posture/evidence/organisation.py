"""Bodies, offices and meetings: who answers for compliance, and do they meet?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.evidence.terms import BodyKind, RoleCode
from guiju.posture.evidence.vocabulary import Meetings
from guiju.posture.facts import (
    Appointment,
    Body,
    BodyMember,
    Meeting,
    Recusal,
    ReportingRule,
    Row,
)
from guiju.posture.models import Status

#: Who leads a firm, and who looks after compliance.
MASTERS: tuple[RoleCode, ...] = ("first_responsible", "legal_representative", "actual_controller")
OFFICERS: tuple[RoleCode, ...] = ("compliance_head", "compliance_staff")
LEADING: tuple[BodyKind, ...] = ("committee", "leading_group", "top_management", "party_committee", "board")


def leaders(facts: UnitFacts, roles: tuple[str, ...], on: date) -> set[int | None]:
    """Who leads the firm on a day: these offices, and the members of its leading bodies."""
    bodies = {row.uid for row in facts.of(Body) if row.kind in LEADING and not base.in_force(row, on)}
    seats = (row for row in facts.of(BodyMember) if row.body in bodies and not base.in_force(row, on))
    return (holders(facts, roles, on) | {row.person for row in seats}) - {None}


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


class Qualified(kinds.Share):
    roles: tuple[RoleCode, ...] = Field(min_length=1, strict=False)


class AppointmentQualified(kinds.ShareTest):
    name = "appointment.qualified"
    label = _l("The office holders are qualified")
    strength = Strength.DOCUMENT
    reads = (Appointment,)
    Params = Qualified
    grounds = ("document",)
    full = ("person", "qualification")
    match = {"role": "roles"}
    question = _l("Have at least %(percent)s%% of the office holders (%(roles)s) a qualification or the ability?")
    ask = _l("Enter the qualification in each appointment and attach the certificate")


class SameHands(base.TestParams):
    role: RoleCode = Field(default="first_responsible", description=_n("the office looked at"))
    holders: tuple[RoleCode, ...] = Field(
        default=("legal_representative", "actual_controller"),
        min_length=1,
        strict=False,
        description=_n("its holder must hold one of these offices too"),
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
        masters = holders(facts, params.holders, on)
        for row in facts.of(Appointment):
            if row.role == params.role and not base.in_force(row, on):
                yield Seen(row, "" if row.person is not None and row.person in masters else base.UNSUITED)

    def figure(self, outcome: Outcome, facts: UnitFacts, params: Any) -> dict[str, Any]:
        known = any(row.role in params.holders for row in facts.of(Appointment))
        return {**super().figure(outcome, facts, params), "known": known}

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        if outcome.n and not outcome.figure.get("known"):
            return kinds.First(self.ask, Appointment, {"role": params.holders[0]})
        return None

    def status(self, outcome: Outcome, params: Any) -> Status:
        """Somebody else in the office is not met; while nobody knows who the others are, it is half known."""
        status = super().status(outcome, params)
        return Status.UNMET if status == Status.PARTLY and outcome.figure.get("known") else status

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


class BodyRuled(BodyExists):
    name = "body.ruled"
    label = _l("The body has rules of procedure")
    full = ("rules",)
    question = _l("Does the body (%(kinds)s) have rules of procedure among the rules of the firm?")
    ask = _l("Name in the body the rule that lays down its members, procedure and powers")


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

    def figure(self, outcome: Outcome, facts: UnitFacts, params: Any) -> dict[str, Any]:
        known = [row for row in facts.of(Body) if row.kind in params.kinds]
        standing = [row for row in known if row.ends_on is None and row.uid is not None]
        latest = max(standing, key=lambda row: (row.on or date.min, row.entry_id), default=None)
        body = str(latest.uid) if latest is not None else ""
        return {**super().figure(outcome, facts, params), "bodies": bool(known), "body": body}

    def remaining(self, outcome: Outcome, params: Any) -> Mapping[str, Any]:
        body = outcome.figure.get("body")
        return {"body": body} if body else {}

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        if outcome.figure.get("bodies"):
            return None
        return kinds.First(_l("Enter the body first, then its members"), Body, {"kind": params.kinds[0]})

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
    topics: Meetings = ()
    chairs: tuple[RoleCode, ...] = Field(
        default=(), strict=False, description=_n("one of these must have chaired; none given: anybody")
    )
    leading: bool = Field(
        default=False, description=_n("a meeting that names the body that called it counts if that body leads the firm")
    )


class BodyMeets(kinds.CycleTest):
    name = "body.meets"
    label = _l("The leading body meets regularly")
    strength = Strength.DATED
    reads = (Meeting, Appointment, Body)
    Params: ClassVar[type[base.TestParams]] = Meets
    grounds = ("number", "chaired_by")
    full = ("chaired_by",)
    match = {"topic": "topics"}
    question = _l("Was there a meeting (%(topics)s) in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the meetings with chair and minutes")

    def asks(self, params: Any) -> base.Text:
        return _CHAIRED if params.chairs else self.question

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Meeting) or row.on is None:
            return why
        if vars(params).get("leading") and row.body is not None:
            called = next((body.kind for body in facts.of(Body) if body.uid == row.body), "")
            if called and called not in LEADING:
                return _NOT_LEADING
        return "" if not params.chairs or row.chaired_by in holders(facts, params.chairs, row.on) else base.NOT_LEADER


_NOT_LEADING = _n("called by a body that does not lead the firm")
_CHAIRED = _l(
    "Was there a meeting (%(topics)s) chaired by one of: %(chairs)s, in every %(every)s of the last %(months)s months?"
)


class Heard(Meets):
    topics: Meetings = ("compliance_report",)


class OfficersHeard(BodyMeets):
    name = "body.hears_officers"
    label = _l("The leading body regularly hears the compliance officers")
    Params = Heard
    question = _l("Were the compliance officers heard in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the meetings at which the compliance officers reported, with chair and minutes")


class RuleParams(kinds.Need):
    columns: tuple[Literal["reporter", "receiver", "contents", "form", "cycle", "truth"], ...] = Field(
        default=("reporter", "receiver"),
        min_length=1,
        strict=False,
        description=_n("the rule must lay down each of these"),
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
    grounds = ("person",)
    full = ("person", "replaced_by")
    question = _l(
        "Did somebody else take over in at least %(percent)s%% of the conflicts of the last %(months)s months?"
    )
    ask = _l("Enter conflicts of interest with who stood aside and who took over")

    def concerns(self, row: Row, params: Any) -> bool:
        """A yearly declaration that there is no conflict is none."""
        return isinstance(row, Recusal) and row.kind != "yearly"

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        forced = isinstance(row, Recusal) and row.kind == "forced"
        return super().fault(row, facts, on, params) or (_FORCED if forced else "")


_FORCED = _n("had to be told to stand aside")
