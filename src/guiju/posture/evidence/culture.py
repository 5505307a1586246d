"""Training, commitments, publicity, and whether behaviour changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Seen, Strength, UnitFacts
from guiju.posture.evidence.organisation import holders
from guiju.posture.evidence.terms import RoleCode
from guiju.posture.facts import Appointment, Commitment, PersonnelAction, Publicity, Row, Survey, Training
from guiju.posture.models import Status


class Given(kinds.Window):
    audiences: known.Audiences = ()
    mechanisms: known.Taught = ()
    culture: bool = Field(default=False, description=_n("the training must have had culture in it"))


class TrainingGiven(kinds.RowsTest):
    name = "training.given"
    label = _l("Trainings take place")
    strength = Strength.DATED
    reads = (Training,)
    Params = Given
    grounds = ("attended",)
    full = ("attended",)
    match = {"audience": "audiences", "mechanism": "mechanisms"}
    question = _l(
        "Were there at least %(need)s training(s) (%(audiences)s; %(mechanisms)s) in the last %(months)s months?"
    )
    ask = _l("Enter the training with topic and attendance")

    def asks(self, params: Any) -> base.Text:
        return _CULTURE if params.culture else self.question

    def concerns(self, row: Row, params: Any) -> bool:
        if not isinstance(row, Training) or (params.audiences and row.audience not in params.audiences):
            return False
        # A training for which nobody chose a mechanism is a general one.
        about = not params.mechanisms or (row.mechanism or "general") in params.mechanisms
        return about and (not params.culture or bool(row.culture))

    def prefill(self, params: Any) -> dict[str, Any]:
        return {**super().prefill(params), **({"culture": True} if params.culture else {})}


_CULTURE = _l("Was compliance culture part of at least %(need)s training(s) in the last %(months)s months?")


class Covered(kinds.ShareWindow):
    percent: int = Field(default=80, ge=1, le=100)
    audiences: known.Audiences = ("all",)


class TrainingCoverage(kinds.PeopleTest):
    name = "training.coverage"
    label = _l("The staff is trained")
    strength = Strength.COVERAGE
    reads = (Training,)
    Params = Covered
    grounds = ("attended",)
    full = ("attended",)
    match = {"audience": "audiences"}
    question = _l("Did one training of the last %(months)s months reach at least %(percent)s%% of the staff?")
    ask = _l("Train those who are missing and enter the attendance")

    def covered(self, seen: list[Seen]) -> int:
        """The best attended training: sums would count the same people twice."""
        return max(
            (item.row.attended or 0 for item in seen if not item.why and isinstance(item.row, Training)), default=0
        )


class OfficersTrained(kinds.RowsTest):
    name = "training.reaches_officers"
    label = _l("Leaders and officers are trained")
    strength = Strength.COVERAGE
    reads = (Training, Appointment)
    Params = kinds.Window
    grounds = ("attended",)
    full = ("attended",)
    question = _l("Did a training for leaders or officers reach as many as hold such an office, in %(months)s months?")
    ask = _l("Enter the training for managers or officers with its attendance")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Training) and row.audience in {"managers", "officers", "key_posts", "all"}

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Training):
            return why
        officers = {held.person for held in facts.of(Appointment) if not base.in_force(held, on)}
        return "" if (row.attended or 0) >= len(officers) > 0 else base.UNSUITED

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for held in facts.of(Appointment):
            yield from base.force_turns(held)


class Signed(kinds.ShareWindow):
    percent: int = Field(default=90, ge=1, le=100)


class CommitmentSigned(kinds.PeopleTest):
    name = "commitment.signed"
    label = _l("The staff has signed the commitment")
    strength = Strength.COVERAGE
    reads = (Commitment,)
    Params = Signed
    grounds = ("person",)
    full = ("person",)
    question = _l("Have at least %(percent)s%% of the staff signed a commitment in the last %(months)s months?")
    ask = _l("Enter the signed commitments, one per person")

    def timely(self, row: Row, on: date, since: date | None) -> str:
        return super().timely(row, on, since) or base.in_force(row, on)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Commitment):
            yield from base.force_turns(row)


class Pledged(kinds.Window):
    roles: tuple[RoleCode, ...] = Field(
        default=("first_responsible", "legal_representative", "actual_controller"), min_length=1, strict=False
    )


class LeadersPledged(kinds.RowsTest):
    name = "commitment.by_leaders"
    label = _l("The leaders have signed the commitment themselves")
    strength = Strength.CROSS_CHECKED
    reads = (Commitment, Appointment)
    Params = Pledged
    grounds = ("person",)
    full = ("person",)
    question = _l("Did a leader in office (%(roles)s) sign a commitment in the last %(months)s months?")
    ask = _l("Enter the leader's signed commitment")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Commitment):
            return why
        if base.in_force(row, on):
            return base.ENDED
        return "" if row.person in holders(facts, params.roles, on) else base.UNSUITED

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"rank": "leader"}

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for kind in (Commitment, Appointment):
            for row in facts.of(kind):
                yield from base.force_turns(row)


class Made(kinds.Window):
    kinds: known.MadeKnown = ()
    channels: int = Field(default=1, ge=1, le=10, description=_n("through at least so many different channels"))


class PublicityMade(kinds.RowsTest):
    name = "publicity.made"
    label = _l("Compliance culture is made known")
    strength = Strength.DATED
    reads = (Publicity,)
    Params = Made
    grounds = ("channel",)
    match = {"kind": "kinds"}
    question = _l(
        "Was compliance culture made known at least %(need)s time(s) through %(channels)s channel(s)"
        " (%(kinds)s) in the last %(months)s months?"
    )
    ask = _l("Enter what was published or held, with its channel")

    def measure(self, facts: UnitFacts, on: date, params: Any) -> base.Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        channels = {item.row.channel for item in seen if not item.why and isinstance(item.row, Publicity)}
        outcome.figure["channels"] = len(channels)
        return outcome

    def status(self, outcome: base.Outcome, params: Any) -> Status:
        if outcome.figure.get("channels", 0) < params.channels:
            return Status.PARTLY if outcome.n else Status.UNMET
        return super().status(outcome, params)


class Considered(kinds.ShareWindow):
    kinds: tuple[Literal["hire", "promotion", "award", "sanction"], ...] = Field(
        default=("hire", "promotion"), min_length=1, strict=False
    )
    percent: int = Field(default=80, ge=1, le=100)


class PersonnelConsidered(kinds.WhenAnyTest):
    name = "personnel.considered"
    label = _l("Compliance culture counts when people are hired and promoted")
    strength = Strength.COVERAGE
    reads = (PersonnelAction,)
    Params = Considered
    grounds = ("person", "reason")
    full = ("considered",)
    match = {"kind": "kinds"}
    question = _l(
        "Was compliance culture considered in at least %(percent)s%% of the cases (%(kinds)s) of the last"
        " %(months)s months?"
    )
    ask = _l("Enter the personnel decisions and whether compliance culture was considered")


class Rewarded(kinds.Window):
    """Without wrongdoing nobody need be punished; that nobody was, a person must judge."""

    kinds: tuple[Literal["award", "sanction"], ...] = Field(default=("award",), min_length=1, strict=False)


class ConductRewarded(kinds.RowsTest):
    name = "conduct.rewarded"
    label = _l("Good conduct is rewarded, bad conduct punished")
    strength = Strength.DATED
    reads = (PersonnelAction,)
    Params = Rewarded
    grounds = ("person", "reason")
    full = ("reason",)
    match = {"kind": "kinds"}
    question = _l("Was there at least %(need)s decision (%(kinds)s) for conduct in the last %(months)s months?")
    ask = _l("Enter the award or sanction with its reason")

    def status(self, outcome: base.Outcome, params: Any) -> Status:
        never = not outcome.n and "sanction" in params.kinds
        return Status.PERSON if never else super().status(outcome, params)


class Surveyed(kinds.Window):
    audiences: tuple[Literal["employee", "customer", "partner"], ...] = Field(
        default=("employee",), min_length=1, strict=False
    )
    kinds: tuple[Literal["trust", "behaviour", "culture", "judgement", "image"], ...] = Field(
        default=(), max_length=5, strict=False
    )
    answered: int = Field(default=30, ge=1, le=100, description=_n("percent of those asked"))
    score: int = Field(default=0, ge=0, le=100)
    person: bool = Field(default=False, description=_n("without any survey a person must say"))


class SurveyDone(kinds.RowsTest):
    name = "survey.done"
    label = _l("People were asked, enough answered, and the result is good enough")
    strength = Strength.OUTCOME
    reads = (Survey,)
    Params = Surveyed
    grounds = ("answered",)
    full = ("answered", "score")
    match = {"audience": "audiences", "kind": "kinds"}
    question = _l(
        "Did at least %(answered)s%% of the %(audiences)s asked (%(kinds)s) answer in the last %(months)s months,"
        " with a score of at least %(score)s?"
    )
    ask = _l("Enter the survey with how many were asked, how many answered, and the score")

    def status(self, outcome: base.Outcome, params: Any) -> Status:
        return Status.PERSON if params.person and not outcome.n else super().status(outcome, params)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Survey):
            return why
        if not row.asked or (row.answered or 0) * 100 < params.answered * row.asked:
            return _FEW
        return "" if row.score is not None and row.score >= params.score else _LOW


_FEW = _n("too few answered")
_LOW = _n("the score is too low")


class Improved(Surveyed):
    months: int = Field(default=24, ge=1, le=60)
    twice: bool = Field(default=True, description=_n("two tests; else one that names its score before will do"))


class SurveyImproved(SurveyDone):
    name = "survey.improved"
    label = _l("Behaviour was tested again and has improved")
    strength = Strength.OUTCOME
    Params = Improved
    question = _l(
        "Was behaviour (%(audiences)s; %(kinds)s) tested again in the last %(months)s months, with a better result?"
    )
    ask = _l("Test again and enter the score")

    def need(self, params: Any) -> int:
        return 2 if params.twice else 1

    def measure(self, facts: UnitFacts, on: date, params: Any) -> base.Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        good = sorted(
            (item.row for item in seen if not item.why and isinstance(item.row, Survey)),
            key=lambda row: (row.on or on, row.entry_id),
        )
        scores = [row.score for row in good if row.score is not None]
        before = scores[-2] if len(scores) > 1 else next((row.previous for row in good[-1:]), None)
        again = before is not None and scores[-1] > before
        outcome.figure["better"] = again or any(row.improved for row in good[-1:])
        return outcome

    def status(self, outcome: base.Outcome, params: Any) -> Status:
        status = super().status(outcome, params)
        return Status.PARTLY if status == Status.MET and not outcome.figure.get("better") else status
