"""What was carried out, paired with the reviews: the three rates as evidence (三项重点工作审查率)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.lib import pairing
from guiju.lib.pairing import Doing, Given, Verdict
from guiju.posture.evidence import base, deciding, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Seen, Strength, UnitFacts
from guiju.posture.facts import Contract, Policy, Resolution, Review, Row

#: Which relation holds what a rate counts, and which subjects of reviews speak for it.
_COUNTED: dict[str, type[Row]] = {"policy": Policy, "contract": Contract, "decision": Resolution}
_RATE = {"project": "decision", "product": "decision", "new_business": "decision"}
_PASSED = frozenset({"agree", "conditions"})
_WHY = {
    Verdict.REVIEWED: "",
    Verdict.UNREVIEWED: _n("no review of it passed"),
    Verdict.LATE: _n("reviewed afterwards"),
    Verdict.ENTERED: _n("its review was entered afterwards"),
    Verdict.EXPIRED: _n("the pass had ended"),
}


class Rated(kinds.Eventual):
    subjects: known.RateSubjects = Field(default=("policy", "contract", "decision"), min_length=1)


class ReviewRate(kinds.WhenAnyTest):
    name = "review.rate"
    label = _l("What is carried out was reviewed before")
    strength = Strength.CROSS_CHECKED
    reads = (Contract, Policy, Resolution, Review)
    Params = Rated
    question = _l(
        "Were at least %(percent)s%% of the %(subjects)s of the last %(months)s months reviewed before they were"
        " carried out, by a review that had passed, still held and was on record by then?"
    )
    ask = _l("Enter the review of each, with the number of what was reviewed; what follows is reviewed beforehand")

    def relations(self, params: Any) -> frozenset[str]:
        return frozenset({Review.relation, *(_COUNTED[code].relation for code in params.subjects)})

    @property
    def fills(self) -> type[Row]:
        return Review

    def concerned(self, facts: UnitFacts, params: Any) -> list[Any]:
        return [row for code in params.subjects for row in facts.of(_COUNTED[code]) if row.on is not None]

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        since = base.months_before(on, params.months)
        rows = [row for row in self.concerned(facts, params) if row.on <= on]
        doings = [_doing(row, str(place)) for place, row in enumerate(rows)]
        found = pairing.pair(doings, _givens(facts.of(Review), on))
        for place, row in enumerate(rows):
            if row.on >= since:
                yield Seen(row, _WHY[found[str(place)].verdict])

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Review):
            yield row.on


def _doing(row: Any, key: str) -> Doing:
    if isinstance(row, Contract):
        named = (str(row.review),) if row.review else ()
        return Doing(
            key=key, kind="contract", on=row.on or date.min, title=row.name, number=row.number, party=row.party,
            named=named,
        )  # fmt: skip
    if isinstance(row, Policy):
        return Doing(key=key, kind="policy", on=row.on or date.min, title=row.name, number=row.number)
    return Doing(
        key=key, kind="decision", on=row.on or date.min, title=row.name, named=pairing.several(row.reviewed_as)
    )


def _givens(rows: Sequence[Review], on: date) -> list[Given]:
    return [
        Given(
            key=str(row.uid or place), kind=_RATE.get(row.subject, row.subject), on=row.on, title=row.name,
            until=row.valid_until, numbers=pairing.several(row.about), party=row.party,
            aliases=tuple(word for word in (str(row.uid or ""), row.own_number, row.reference) if word),
            entered=row.said_on,
        )
        for place, row in enumerate(rows)
        if row.on is not None and row.on <= on and not (row.bar or deciding.is_of_own(row))
        and (row.outcome in _PASSED or row.valid_until is not None)
    ]  # fmt: skip
