"""Obligations, risks and what is done about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.facts import DueDiligence, Obligation, Response, Risk, Row
from guiju.posture.models import Status

Scope = Literal["external", "internal", ""]


class Identified(kinds.Need):
    scope: Scope = ""
    need: int = Field(default=3, ge=1, le=1000)


class ObligationIdentified(kinds.RowsTest):
    name = "obligation.identified"
    label = _l("Obligations are identified")
    strength = Strength.DATED
    reads = (Obligation,)
    Params = Identified
    state = True
    grounds = ("owner", "department", "source")
    match = {"scope": "scope"}
    question = _l("Are at least %(need)s obligations (%(scope)s) identified, with their source?")
    ask = _l("Enter the obligations with source and responsible person")


class Linked(kinds.Share):
    scope: Scope = ""
    to: Literal["business", "measured", "owner"] = "business"
    percent: int = Field(default=90, ge=1, le=100)


class ObligationLinked(kinds.ShareTest):
    name = "obligation.linked"
    label = _l("Obligations are linked with business, measures or people")
    strength = Strength.COVERAGE
    reads = (Obligation,)
    Params = Linked
    grounds = ("owner", "business", "source")
    match = {"scope": "scope"}
    question = _l("Are at least %(percent)s%% of the obligations (%(scope)s) linked with %(to)s?")
    ask = _l("Complete the obligations that lack: %(to)s")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        return super().fault(row, facts, on, params) or lacks(row, params.to)


def lacks(row: Row, column: str) -> str:
    """What the row lacks; a department can be responsible as well as a person."""
    there = base.filled(row, column) or (column == "owner" and base.filled(row, "department"))
    return "" if there else base.LACKS[column]


class Reviewed(Linked):
    months: int = Field(default=12, ge=1, le=60)


class ObligationReviewed(kinds.ShareTest):
    name = "obligation.reviewed"
    label = _l("Obligations are reviewed regularly")
    strength = Strength.COVERAGE
    reads = (Obligation,)
    Params = Reviewed
    grounds = ("owner", "business", "source")
    match = {"scope": "scope"}
    question = _l(
        "Were at least %(percent)s%% of the obligations (%(scope)s) entered or reviewed in the last %(months)s months?"
    )
    ask = _l("Review the obligations and enter the date of review")

    def looked_at(self, row: Row, on: date) -> date | None:
        """When it was last looked at."""
        reviewed = row.reviewed_on if isinstance(row, Obligation) else None
        return reviewed if reviewed is not None and reviewed <= on else row.on

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        day = self.looked_at(row, on)
        why = super().fault(row, facts, on, params)
        return why or ("" if day is not None and day >= base.months_before(on, params.months) else base.OLD)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Obligation):
            yield row.reviewed_on
            for day in (row.reviewed_on, row.on):
                yield base.months_after(day, params.months) if day else None


class Assessed(kinds.ShareWindow):
    percent: int = Field(default=90, ge=1, le=100)
    levels: known.Gravities = ()


class RiskTest(kinds.ShareTest):
    """A share of the risks in force."""

    reads = (Risk,)
    Params = Assessed
    grounds = ("owner", "department", "business")
    match = {"level": "levels"}


class RiskIdentified(kinds.RowsTest):
    name = "risk.identified"
    label = _l("Compliance risks are identified")
    strength = Strength.DATED
    reads = (Risk,)
    Params = kinds.Need
    state = True
    grounds = ("owner", "department", "business")
    question = _l("Is at least %(need)s compliance risk identified, with business or responsible person?")
    ask = _l("Enter the compliance risks with business and responsible person")


class RiskAssessed(RiskTest):
    name = "risk.assessed"
    label = _l("Risks are assessed by probability and impact and graded")
    strength = Strength.COVERAGE
    full = ("probability", "impact", "level")
    question = _l(
        "Were at least %(percent)s%% of the risks assessed by probability and impact in the last %(months)s months?"
    )
    ask = _l("Assess the risks: probability, impact, level and date")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or row.on is None:
            return why
        return "" if row.on >= base.months_before(on, params.months) else base.OLD

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Risk):
            yield from base.window_turns(row, params.months)


class RiskOwned(RiskTest):
    name = "risk.owned"
    label = _l("Each risk has a responsible person")
    strength = Strength.COVERAGE
    question = _l("Do at least %(percent)s%% of the risks have a responsible person?")
    ask = _l("Name a responsible person for each risk")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        return super().fault(row, facts, on, params) or lacks(row, "owner")


class RiskPrioritised(RiskTest):
    name = "risk.prioritised"
    label = _l("Risks are put in order of priority")
    strength = Strength.COVERAGE
    full = ("level", "priority")
    question = _l("Do at least %(percent)s%% of the risks have a level and a place in the order of priority?")
    ask = _l("Give each risk its level and its place in the order of priority")


class RiskLinks(kinds.Share):
    percent: int = Field(default=90, ge=1, le=100)
    to: Literal["business", "measured"] = "business"


class RiskLinked(kinds.ShareTest):
    name = "risk.linked"
    label = _l("Risks are linked with business, products and services")
    strength = Strength.COVERAGE
    reads = (Risk,)
    Params = RiskLinks
    grounds = ("owner", "business")
    question = _l("Are at least %(percent)s%% of the risks linked with %(to)s?")
    ask = _l("Complete the risks that lack: %(to)s")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        return super().fault(row, facts, on, params) or ("" if base.filled(row, params.to) else base.LACKS[params.to])


class Planned(kinds.Share):
    levels: known.Gravities = Field(default=("high", "medium"), min_length=1)
    percent: int = Field(default=90, ge=1, le=100)
    process: bool = Field(default=False, description=_n("a response must name the process it is embedded in"))
    due: bool = Field(default=True, description=_n("a response needs a due date"))


class ResponsePlanned(kinds.ShareTest):
    name = "response.planned"
    label = _l("Each graver risk has a response with a responsible person and a due date")
    strength = Strength.CROSS_CHECKED
    reads = (Risk, Response)
    Params = Planned
    match = {"level": "levels"}
    grounds = ("level",)
    question = _l("Do at least %(percent)s%% of the risks (%(levels)s) have a response with a responsible person?")
    ask = _l("Enter a response for each of these risks")

    def asks(self, params: Any) -> base.Text:
        return _DUE if params.due else ResponsePlanned.question

    @property
    def fills(self) -> type[Row]:
        return Response

    def answered(self, facts: UnitFacts, on: date, params: Any) -> set[object]:
        """The risks that have a good response by the day."""
        return {
            row.risk
            for row in facts.of(Response)
            if row.owner and row.on and row.on <= on
            if (row.due_on or not params.due) and (row.process or not params.process)
        }

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        answered = self.answered(facts, on, params)
        for row in facts.of(Risk):
            if self.concerns(row, params) and not base.in_force(row, on):
                yield Seen(row, "" if row.uid in answered else _UNANSWERED)

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        outcome = super().measure(facts, on, params)
        outcome.figure["risks"] = sum(1 for row in facts.of(Risk) if row.on is not None and not base.in_force(row, on))
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        """Where risks were assessed and none is grave, a person must say whether that is right."""
        none_grave = not outcome.n and outcome.figure.get("risks")
        return Status.PERSON if none_grave else super().status(outcome, params)

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        if outcome.n or outcome.figure.get("risks"):
            return None
        return kinds.First(_l("Enter the risks and assess them first"), Risk, {})

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"kind": "plan"}

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for row in facts.of(Risk):
            yield from base.force_turns(row)
        for response in facts.of(Response):
            yield response.on
            yield response.done_on


class Handled(Planned):
    percent: int = Field(default=80, ge=1, le=100)
    months: int = Field(default=24, ge=1, le=120, description=_n("how long a risk that is gone counts as dealt with"))


class RiskHandled(ResponsePlanned):
    name = "risk.handled"
    label = _l("The graver risks were dealt with")
    strength = Strength.OUTCOME
    Params = Handled
    question = _l("Were at least %(percent)s%% of the risks (%(levels)s) dealt with effectively?")
    ask = _l("Enter for each of these risks the finished response and whether it was effective")

    def asks(self, params: Any) -> base.Text:
        return self.question

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        yield from super().look(facts, on, params)
        since = base.months_before(on, params.months)
        for row in facts.of(Risk):
            gone = row.closed_on if row.on is not None and row.on <= on else None
            if gone is not None and since <= gone <= on and self.concerns(row, params):
                yield Seen(row, "")

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Risk):
            yield base.months_after(row.closed_on, params.months) if row.closed_on else None

    def answered(self, facts: UnitFacts, on: date, params: Any) -> set[object]:
        return {
            row.risk for row in facts.of(Response) if row.done_on and row.done_on <= on and row.effective and row.owner
        }


class Carried(kinds.Window):
    kinds: known.Responses = Field(default=("plan", "handling"), min_length=1)


class ResponseCarriedOut(kinds.RowsTest):
    name = "response.carried_out"
    label = _l("Responses to risks were carried out")
    strength = Strength.DATED
    reads = (Response,)
    Params = Carried
    dated = "done_on"
    grounds = ("owner",)
    full = ("owner",)
    match = {"kind": "kinds"}
    question = _l("Was at least %(need)s response to a risk finished in the last %(months)s months?")
    ask = _l("Enter the finished response with responsible person and day")

    def asks(self, params: Any) -> base.Text:
        return self.question if params.kinds == ("plan", "handling") else _CARRIED


class ContingencyPlanned(kinds.RowsTest):
    name = "contingency.planned"
    label = _l("There is a contingency plan for sudden events")
    strength = Strength.DOCUMENT
    reads = (Response,)
    Params = kinds.Need
    state = True
    grounds = ("owner", "process")
    question = _l("Is there a contingency plan for sudden compliance events?")
    ask = _l("Enter the contingency plan with its responsible person and file")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Response) and row.kind == "contingency"

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"kind": "contingency"}


class ContingencyDrilled(kinds.RowsTest):
    name = "contingency.drilled"
    label = _l("The contingency plan was drilled")
    strength = Strength.DATED
    reads = (Response,)
    grounds = ("owner",)
    full = ("owner",)
    question = _l("Was the contingency plan drilled in the last %(months)s months?")
    ask = _l("Enter the drill with its date and result")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Response) and row.kind == "drill"

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"kind": "drill"}


class Diligence(kinds.Window):
    kinds: tuple[Literal["third_party", "employee"], ...] = Field(
        default=("third_party", "employee"), min_length=1, strict=False
    )


class DiligenceDone(kinds.KindsTest):
    name = "diligence.done"
    label = _l("Third parties and employees are looked into")
    strength = Strength.DATED
    reads = (DueDiligence,)
    Params = Diligence
    by = "party"
    grounds = ("person",)
    full = ("result",)
    question = _l("Was due diligence done on %(kinds)s in the last %(months)s months?")
    ask = _l("Enter the due diligence with its result")


class Embedded(base.TestParams):
    column: Literal["process", "works_with"] = Field(
        default="process", description=_n("embedded in a business process, or working with another mechanism")
    )
    percent: int = Field(default=50, ge=1, le=100)


class ResponseEmbedded(kinds.ShareTest):
    name = "response.embedded"
    label = _l("Responses are embedded in business processes or other mechanisms")
    strength = Strength.COVERAGE
    reads = (Response,)
    Params = Embedded
    grounds = ("owner",)
    question = _l("Do at least %(percent)s%% of the responses name what they are embedded in (%(column)s)?")
    ask = _l("Name in each response the process or mechanism it is embedded in")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Response) and row.kind == "plan"

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        return why or ("" if base.filled(row, params.column) else base.LACKS[params.column])


_DUE = _l(
    "Do at least %(percent)s%% of the risks (%(levels)s) have a response with a responsible person and a due date?"
)
_CARRIED = _l("Was at least %(need)s of these finished in the last %(months)s months: %(kinds)s?")
_UNANSWERED = _n("no response")
