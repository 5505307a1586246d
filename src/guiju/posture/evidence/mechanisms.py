"""Mechanisms at work: rules, reviews of effectiveness, adaptations and work records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence.base import Strength, UnitFacts
from guiju.posture.evidence.terms import Mechanism, covers, is_whole, listed
from guiju.posture.evidence.vocabulary import Ruled
from guiju.posture.facts import Disclosure, MechanismReview, Policy, Row, WorkRecord
from guiju.posture.models import Status


class PolicyParams(kinds.Need):
    mechanisms: Ruled = Field(min_length=1)
    sets: tuple[Literal["method", "process", "protects", "veto"], ...] = Field(
        default=(), strict=False, description=_n("the rule must lay down each of these")
    )
    general: bool = Field(default=True, description=_n("a rule on compliance as a whole counts in full"))


class PolicyInForce(kinds.RowsTest):
    name = "policy.in_force"
    label = _l("A rule is in force")
    strength = Strength.DOCUMENT
    reads = (Policy,)
    Params = PolicyParams
    state = True
    grounds = ("number",)
    match = {"mechanism": "mechanisms"}
    question = _l("Is a rule in force on: %(mechanisms)s?")
    ask = _l("Enter the rule with its number or its text as a file: %(mechanisms)s")

    def asks(self, params: Any) -> base.Text:
        return _SETS if params.sets else self.question

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Policy) and any(covers(row.mechanism, asked) for asked in params.mechanisms)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        lacking = next((column for column in params.sets if not base.filled(row, column)), None)
        if why or lacking:
            return why or base.LACKS[str(lacking)]
        named = isinstance(row, Policy) and (row.mechanism != "all" or params.general)
        return "" if named else base.WHOLE

    def prefill(self, params: Any) -> dict[str, Any]:
        return {
            **super().prefill(params),
            **{column: True for column in params.sets if column in {"method", "process"}},
        }


_SETS = _l("Is a rule in force on: %(mechanisms)s, and does it lay down: %(sets)s?")


class PolicyReviewed(kinds.ShareTest):
    name = "policy.reviewed"
    label = _l("Rules are looked at again regularly")
    strength = Strength.COVERAGE
    reads = (Policy,)
    Params = kinds.ShareWindow
    grounds = ("number",)
    question = _l("Were at least %(percent)s%% of the rules issued or reviewed in the last %(months)s months?")
    ask = _l("Review the rules and enter the day")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Policy):
            return why
        reviewed = row.reviewed_on if row.reviewed_on is not None and row.reviewed_on <= on else row.on
        return "" if reviewed is not None and reviewed >= base.months_before(on, params.months) else base.OLD

    def turns(self, facts: UnitFacts, params: Any, on: date) -> base.Turns:
        yield from super().turns(facts, params, on)
        for row in facts.of(Policy):
            yield row.reviewed_on
            for day in (row.reviewed_on, row.on):
                yield base.months_after(day, params.months) if day else None


class ReviewParams(kinds.Window):
    mechanism: Mechanism
    kinds: tuple[Literal["review", "deviation", "results", "change"], ...] = Field(default=("review",), strict=False)
    general: bool = Field(default=True, description=_n("a review of compliance as a whole counts in full"))
    disclosures: bool = Field(default=False, description=_n("there must have been reports of wrongdoing to analyse"))


class MechanismReviewed(kinds.RowsTest):
    name = "mechanism.reviewed"
    label = _l("The effectiveness of the mechanism is reviewed")
    strength = Strength.DATED
    reads = (MechanismReview, Disclosure)
    Params: ClassVar[type[base.TestParams]] = ReviewParams
    grounds = ("owner",)
    match: ClassVar[Mapping[str, str]] = {"kind": "kinds"}
    question = _l("Was there a review (%(kinds)s) of %(mechanism)s in the last %(months)s months?")
    ask = _l("Enter the review of %(mechanism)s with responsible person and conclusion")

    def words(self, params: Any) -> dict[str, str]:
        """Here “review” is one of effectiveness, not that of a contract."""
        sorts = ["effectiveness" if kind == "review" else kind for kind in params.kinds]
        return {**super().words(params), "kinds": listed(sorts)}

    def concerns(self, row: Row, params: Any) -> bool:
        covered = isinstance(row, MechanismReview) and covers(row.mechanism, params.mechanism)
        return covered and super().concerns(row, params)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        whole = isinstance(row, MechanismReview) and is_whole(row.mechanism, params.mechanism)
        return why or (base.WHOLE if whole and not params.general else "")

    def measure(self, facts: UnitFacts, on: date, params: Any) -> base.Outcome:
        outcome = super().measure(facts, on, params)
        if params.disclosures:
            since = base.months_before(on, params.months)
            days = (row.on for row in facts.of(Disclosure))
            outcome.figure["received"] = sum(1 for day in days if day is not None and since <= day <= on)
        return outcome

    def status(self, outcome: base.Outcome, params: Any) -> Status:
        """Without any report of wrongdoing there may be nothing to analyse: a person must say."""
        nothing = params.disclosures and not outcome.n and not outcome.figure.get("received")
        return Status.PERSON if nothing else super().status(outcome, params)

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"mechanism": params.mechanism, **super().prefill(params)}

    def turns(self, facts: UnitFacts, params: Any, on: date) -> base.Turns:
        yield from super().turns(facts, params, on)
        for row in facts.of(Disclosure) if params.disclosures else ():
            yield from base.window_turns(row, params.months)


class Acts(ReviewParams):
    kinds: tuple[Literal["review", "deviation", "results", "change"], ...] = Field(
        default=("review", "deviation", "results", "change"), strict=False
    )


class MechanismAdapted(MechanismReviewed):
    name = "mechanism.adapted"
    label = _l("Measures follow from reviews of the mechanism")
    strength = Strength.OUTCOME
    Params = Acts
    full = ("owner", "measures")
    question = _l("Did at least %(need)s measure follow from a review of %(mechanism)s in the last %(months)s months?")
    ask = _l("Enter the review of %(mechanism)s with the number of measures that followed")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        none = isinstance(row, MechanismReview) and row.measures == 0
        return super().fault(row, facts, on, params) or (base.LACKS["measures"] if none else "")


class Works(kinds.Window):
    mechanism: Mechanism
    forms: tuple[Literal["report", "list", "case", "plan", "record"], ...] = Field(default=(), strict=False)
    general: bool = Field(default=True, description=_n("a record on compliance as a whole counts in full"))


class WorkRecorded(kinds.RowsTest):
    name = "work.recorded"
    label = _l("Records show the mechanism at work")
    strength = Strength.DATED
    reads = (WorkRecord,)
    Params = Works
    grounds = ("person",)
    match = {"form": "forms"}
    question = _l("Is there at least %(need)s record (%(forms)s) of %(mechanism)s of the last %(months)s months?")
    ask = _l("Enter a record that shows it at work: %(mechanism)s")

    def concerns(self, row: Row, params: Any) -> bool:
        covered = isinstance(row, WorkRecord) and covers(row.mechanism, params.mechanism)
        return covered and super().concerns(row, params)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        whole = isinstance(row, WorkRecord) and is_whole(row.mechanism, params.mechanism)
        return why or (base.WHOLE if whole and not params.general else "")

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"mechanism": params.mechanism, **super().prefill(params)}


class Fits(ReviewParams):
    kinds: tuple[Literal["review", "deviation", "results", "change"], ...] = Field(default=(), strict=False)
    business: bool = Field(default=False, description=_n("it must name the business it is linked with"))


class MechanismFits(MechanismReviewed):
    name = "mechanism.fits"
    label = _l("A review found that the mechanism fits the firm's measures and business")
    strength = Strength.DATED
    Params = Fits
    full = ("owner", "fits")
    question = _l("Did a review of the last %(months)s months find that it fits the measures in place: %(mechanism)s?")
    ask = _l("Review whether it fits the firm's measures and business, and enter the finding: %(mechanism)s")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        return why or (base.LACKS["business"] if params.business and not base.filled(row, "business") else "")
