"""Important matters that are reviewed before they are decided, and vetoes that hold."""

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
from guiju.posture.facts import Review, Row


class DecisionParams(kinds.Eventual):
    subjects: known.Subjects = ()
    signed: bool = Field(default=False, description=_n("the leading body must have signed the opinion"))


class DecisionReviewed(kinds.WhenAnyTest):
    name = "decision.reviewed"
    label = _l("Important matters are reviewed before they are decided")
    strength = Strength.CROSS_CHECKED
    reads = (Review,)
    Params = DecisionParams
    grounds = ("reviewer",)
    full = ("reviewer", "outcome")
    match = {"subject": "subjects"}
    question = _l(
        "Were at least %(percent)s%% of the matters (%(subjects)s) of the last %(months)s months reviewed before"
        " they were decided?"
    )
    ask = _l("Enter the reviews with reviewer, outcome and the date of the decision")

    def asks(self, params: Any) -> base.Text:
        return _SIGNED if params.signed else self.question

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        return kinds.First(_SIGN, Review, self.prefill(params)) if params.signed and outcome.n else None

    def concerns(self, row: Row, params: Any) -> bool:
        """What was sent back or stopped, and never decided, is nothing to sign."""
        if not super().concerns(row, params):
            return False
        return not params.signed or not isinstance(row, Review) or row.decided_on is not None or not was_stopped(row)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Review) or row.on is None:
            return why
        if is_of_own(row):
            return OF_OWN
        if row.bar == _STOPPED:
            return _OVERRULED
        if row.decided_on is not None and row.decided_on < row.on:
            return _AFTER
        if row.decided_on is not None and row.decided_on <= on and was_stopped(row):
            return _UNFINISHED if row.outcome in _BACK else "" if row.adopted else _OVERRULED
        return base.LACKS["signed_by"] if params.signed and not row.signed_by else ""

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Review):
            yield row.decided_on


def is_of_own(row: Review) -> bool:
    """Was it reviewed by whoever submitted it?"""
    return row.reviewer is not None and row.reviewer == row.submitter


def was_stopped(row: Review) -> bool:
    """Did the review not let it pass? A veto that was lifted left a pass."""
    return row.outcome in _BACK | _AGAINST and row.valid_until is None


#: What `review.queries.told` says of a row that speaks for a matter which did not pass here.
_STOPPED = "stopped"
_BACK, _AGAINST = frozenset({"revise", "material"}), frozenset({"disagree", "veto"})
OF_OWN = _n("reviewed by whoever submitted it")
_UNFINISHED = _n("decided before the review was over")
_AFTER = _n("reviewed after the decision")
_SIGNED = _l(
    "Were at least %(percent)s%% of the matters (%(subjects)s) of the last %(months)s months reviewed before"
    " they were decided, with an opinion signed by the leading body?"
)
_SIGN = _l("Enter in each review which leading body signed the opinion")


class Vetoes(kinds.Eventual):
    outcomes: known.Opinions = Field(default=("veto", "disagree"), min_length=1)


class VetoReported(kinds.WhenAnyTest):
    name = "veto.reported"
    label = _l("A veto is reported to the leading body and holds")
    strength = Strength.CROSS_CHECKED
    reads = (Review,)
    Params = Vetoes
    grounds = ("reviewer",)
    full = ("reported_on",)
    match = {"outcome": "outcomes"}
    question = _l(
        "Were at least %(percent)s%% of the vetoes of the last %(months)s months reported to the leading body?"
    )
    ask = _l("Enter in the review when the veto was reported to the leading body")

    def concerns(self, row: Row, params: Any) -> bool:
        """A disagreement that was neither reported nor passed over is no veto."""
        if not super().concerns(row, params) or not isinstance(row, Review):
            return False
        return row.outcome == "veto" or row.reported_on is not None or row.decided_on is not None

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Review) or row.decided_on is None or row.on is None or not was_stopped(row):
            return why
        return _OVERRULED if row.on <= row.decided_on <= on and not row.adopted else ""

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Review):
            yield row.decided_on


_OVERRULED = _n("decided all the same")
