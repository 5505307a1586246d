"""Rules of the firm: gone through, graded, planned, changed, and made for fields and from findings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Outcome, Strength, UnitFacts
from guiju.posture.facts import Policy, PolicyPlan, PolicyStocktake, Row
from guiju.posture.models import Status


class Stocktaken(base.TestParams):
    months: int = Field(default=24, ge=1, le=120)
    classified: bool = False
    graded: bool = False
    cutoff: date | None = Field(default=None, strict=False, description=_n("the rules up to this day at least"))


class PolicyStocktaken(kinds.RowsTest):
    name = "policy.stocktaken"
    label = _l("All rules were gone through and counted")
    strength = Strength.DATED
    reads = (PolicyStocktake,)
    Params = Stocktaken
    grounds = ("total",)
    full = ("total",)
    flags = {
        "classified": kinds.Flag("classified", _l("sorted by business")),
        "graded": kinds.Flag("graded", _l("graded by level")),
    }
    question = _l("Were all rules gone through and counted in the last %(months)s months%(also)s?")
    ask = _l("Go through the rules and enter how many are in force at each level, with the list as a file")

    def asks(self, params: Any) -> base.Text:
        return _UP_TO if params.cutoff else self.question

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or params.cutoff is None or not isinstance(row, PolicyStocktake):
            return why
        if row.cutoff_on is None:
            return base.LACKS["cutoff_on"]
        return base.OLD if row.cutoff_on < params.cutoff else ""

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"cutoff_on": params.cutoff.isoformat()} if params.cutoff else {}


_UP_TO = _l("Were all rules up to %(cutoff)s gone through and counted in the last %(months)s months%(also)s?")


class RuleTest(kinds.KindsTest):
    """Rules in force, one for each wanted value."""

    reads = (Policy,)
    state = True
    grounds = ("number",)
    strength = Strength.DOCUMENT


class Graded(base.TestParams):
    levels: known.Levels = Field(default=("basic", "specific", "guideline"), min_length=1)


class PolicyGraded(RuleTest):
    name = "policy.graded"
    label = _l("There are rules in force at each level")
    Params = Graded
    by = "level"
    wanted = "levels"
    question = _l("Are there rules in force at each level (%(levels)s)?")
    ask = _l("Enter the rules with their level: %(levels)s")


class Ruled(base.TestParams):
    fields: known.Fields = Field(min_length=1)
    levels: known.Levels = ()


class PolicyFieldRuled(RuleTest):
    name = "policy.field_ruled"
    label = _l("A rule on the field is in force")
    Params = Ruled
    by = "field"
    wanted = "fields"
    match = {"level": "levels"}
    question = _l("Is a rule (%(levels)s) in force on each of: %(fields)s?")
    ask = _l("Enter the rule with its field and level: %(fields)s")


class Arisen(kinds.Window):
    months: int = Field(default=24, ge=1, le=120)


class PolicyFromFindings(kinds.RowsTest):
    name = "policy.from_findings"
    label = _l("Guidelines are made from what was found")
    strength = Strength.DATED
    reads = (Policy,)
    Params = Arisen
    grounds = ("number",)
    full = ("arises_from",)
    question = _l("Was at least %(need)s guideline made in the last %(months)s months from a finding that it names?")
    ask = _l("Enter the special guideline and which finding it arose from")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Policy) and row.level == "guideline"

    def timely(self, row: Row, on: date, since: date | None) -> str:
        return super().timely(row, on, since) or base.in_force(row, on)

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"level": "guideline"}

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Policy):
            yield from base.force_turns(row)


class Planned(base.TestParams):
    months: int = Field(default=12, ge=1, le=60)
    actions: known.Actions = ()


class PolicyChangesPlanned(kinds.RowsTest):
    name = "policy.changes_planned"
    label = _l("Changes of rules are planned")
    strength = Strength.DOCUMENT
    reads = (PolicyPlan,)
    Params = Planned
    grounds = ("owner", "department")
    match = {"action": "actions"}
    question = _l(
        "Was a change of rules (%(actions)s) planned in the last %(months)s months, with a day when it is due?"
    )
    ask = _l("Enter the plan of rules to make and change, with who is responsible and when it is due")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        # The day it is due may well lie ahead.
        return why or ("" if base.filled(row, "due_on") else base.LACKS["due_on"])


class Done(kinds.ShareWindow):
    percent: int = Field(default=80, ge=1, le=100)


class PolicyChangesDone(kinds.ShareTest):
    name = "policy.changes_done"
    label = _l("Planned changes of rules are carried out")
    strength = Strength.COVERAGE
    reads = (PolicyPlan,)
    Params = Done
    state = False
    dated = "due_on"
    grounds = ("owner", "department")
    full = ("done_on",)
    question = _l("Were at least %(percent)s%% of the changes of rules due in the last %(months)s months done?")
    ask = _l("Carry out the planned changes of rules and enter when each was done")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, PolicyPlan) and row.due_on is not None

    def day(self, row: Row) -> date | None:
        """The day it was due, or done before."""
        days = (row.due_on, row.done_on) if isinstance(row, PolicyPlan) else ()
        return min((day for day in days if day is not None), default=None)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        return base.NO_DATE if row.on is None else super().fault(row, facts, on, params)

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        outcome = super().measure(facts, on, params)
        lines = facts.of(PolicyPlan)
        outcome.figure["ahead"] = sum(1 for row in lines if self.is_ahead(row, on))
        return outcome

    def is_ahead(self, row: PolicyPlan, on: date) -> bool:
        """Planned, and not due yet."""
        day = self.day(row)
        return (row.on is not None and row.on <= on) and (day is None or day > on)

    def status(self, outcome: Outcome, params: Any) -> Status:
        """A plan of which nothing is due yet is a beginning."""
        begun = not outcome.n and outcome.figure.get("ahead")
        return Status.PARTLY if begun else super().status(outcome, params)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(PolicyPlan):
            yield row.on
            yield self.day(row)
