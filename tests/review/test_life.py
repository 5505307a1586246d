"""The life of a matter, driven at random by everybody at once: nothing that was not reviewed is ever cleared."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from guiju.access.actor import of_user
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org.models import Person
from guiju.registers.models import Entry
from guiju.review import actions, doings, gate, keeping, queries, states
from guiju.review.enums import MatterState as S
from guiju.review.enums import Stand
from guiju.review.models import Matter, PassUse
from guiju.trail import verify
from guiju.workflow.routes import rules, runs, seating
from guiju.workflow.routes.enums import RunState, SeatState
from tests.conftest import Cast
from tests.review.house import Reviewers, committee, paper, resolution, reviewers, submitted

pytestmark = pytest.mark.django_db
_EVERYBODY = ("buyer", "officer", "staff", "second", "head", "chair")
_WORDS = "随机意见"


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("step", list(states.STEPS.values()), ids=lambda step: step.code)
def test_every_step_begins_only_where_the_table_says(state: S, step: states.Step) -> None:
    if states.is_open(state, step):
        assert states.after(state, step) == step.to
    else:
        with pytest.raises(Problem) as refused:
            states.after(state, step)
        assert refused.value.status == 409


def test_the_docstring_says_what_the_table_does() -> None:
    lines = [line.split("|")[1:5] for line in (states.__doc__ or "").splitlines() if line.startswith("| ")][1:]
    told = {
        code.strip(): (tuple(s.strip() for s in sources.split(",")), to.strip()) for code, sources, to, _who in lines
    }
    assert told == {step.code: (tuple(map(str, step.sources)), str(step.to)) for step in states.STEPS.values()}


def test_what_the_table_says_of_hands_is_what_the_matter_lets_them_do(cast: Cast) -> None:
    """Of the steps around veto and pass: each hand that the table names, and no other of the house."""
    them = reviewers(cast)
    committee(them)
    row = submitted(them)
    for who in ("officer", "staff"):
        stand = "veto" if who == "staff" else "agree"
        row = actions.speak(matter=row, stand=stand, opinion=_WORDS, by=them.by(who))
    assert _who(them, row, "take_back") == {"staff"}
    assert _who(them, row, "report") == {"staff", "head"}
    row = actions.take_back_veto(matter=row, reason=_WORDS, by=them.by("staff"))
    row = actions.speak(matter=row, stand="agree", opinion=_WORDS, by=them.by("staff"))
    assert (row.state, _who(them, row, "void")) == (S.PASSED, {"staff", "head"})


def _who(them: Reviewers, row: Matter, step: str) -> set[str]:
    one = queries.one(them.by("head"), row.uid)
    return {who for who in _EVERYBODY if doings.of(them.by(who), one).may(step)}


class Life(RuleBasedStateMachine):
    """Six people who try whatever they like on one contract, and a system that asks the gate all the time."""

    them: Reviewers
    last: tuple[str, dict[str, Any]]
    #: What the committee settled on another matter.
    other: Entry
    begun: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        Matter.objects.filter(ref="X").update(ref="")
        for who in _EVERYBODY:  # accounts were joined to others in an earlier history
            Person.objects.filter(pk=self.them.person(who).pk).update(user=None)
        for who in _EVERYBODY:
            Person.objects.filter(pk=self.them.person(who).pk).update(user=getattr(self.them, who))
        self.texts = 1
        Life.begun += 1  # a text that was vetoed in another history is vetoed in this one too
        row = actions.draft(
            unit=self.them.unit, department=self.them.department, kind="contract", papers=[self.text()],
            values={"title": "随机合同", "amount": "9000000", "form": {"party": "某公司"}}, system="oa", ref="X",
            by=self.them.by("buyer"),
        )  # fmt: skip
        self.pk = row.pk
        actions.submit(matter=row, by=self.them.by("buyer"))
        self.last = (str(S.IN_REVIEW), {})

    def text(self) -> dict[str, Any]:
        return paper(f"text {self.begun} {self.texts}".encode())

    def row(self) -> Matter:
        return Matter.objects.select_related("unit", "department", "owner", "root").get(pk=self.pk)

    def attempt(self, act: Any) -> None:
        """It is done, or refused as people read it and then nothing has moved."""
        before = self.row()
        try:
            act(before)
        except Problem:
            after = self.row()
            assert (after.state, after.version) == (before.state, before.version)

    @rule(who=st.sampled_from(_EVERYBODY))
    def submit(self, who: str) -> None:
        self.attempt(lambda row: actions.submit(matter=row, by=self.them.by(who)))

    @rule(who=st.sampled_from(_EVERYBODY))
    def change(self, who: str) -> None:
        self.texts += 1
        text = self.text()
        self.attempt(
            lambda row: actions.change(matter=row, values={}, papers=[text], version=row.version, by=self.them.by(who))
        )

    @rule(
        who=st.sampled_from(_EVERYBODY),
        stand=st.sampled_from(["agree", "agree", "agree", "revise", "disagree", "veto"]),
    )
    def speak(self, who: str, stand: str) -> None:
        self.attempt(lambda row: actions.speak(matter=row, stand=stand, opinion=_WORDS, by=self.them.by(who)))

    @rule(stand=st.sampled_from(["agree", "agree", "agree", "agree", "revise", "disagree", "veto"]))
    def whoever_is_asked_speaks(self, stand: str) -> None:
        def act(row: Matter) -> None:
            run = keeping.last_run(row)
            asked = next((one for one in runs.open_seats(run) if one.person_id), None) if run else None
            if asked is not None and asked.person is not None and asked.person.user is not None:
                actions.speak(matter=row, stand=stand, opinion=_WORDS, by=of_user(asked.person.user))

        self.attempt(act)

    @rule()
    def whoever_is_asked_agrees(self) -> None:
        self.whoever_is_asked_speaks("agree")

    @rule()
    def the_head_has_her_say(self) -> None:
        for stand in ("agree", "agree", "veto"):
            self.whoever_is_asked_speaks(stand)

    @rule()
    def whoever_vetoed_reports_it(self) -> None:
        self.report("head")

    @rule()
    def the_buyer_brings_it_on(self) -> None:
        self.change("buyer")
        self.submit("buyer")

    @rule(who=st.sampled_from(_EVERYBODY))
    def step_aside(self, who: str) -> None:
        def act(row: Matter) -> None:
            run = keeping.last_run(row)
            seat = run.seats.filter(state=SeatState.OPEN).first() if run else None
            if seat is not None:
                actions.recuse(matter=row, seat=seat.uid, reason=_WORDS, by=self.them.by(who), twice=True)

        self.attempt(act)

    @rule(who=st.sampled_from(_EVERYBODY), to=st.sampled_from(_EVERYBODY))
    def hand_over(self, who: str, to: str) -> None:
        def act(row: Matter) -> None:
            run = keeping.last_run(row)
            seat = run.seats.filter(state=SeatState.OPEN).first() if run else None
            if seat is not None:
                person = self.them.person(to)
                actions.hand_over(matter=row, seat=seat.uid, to=person, reason=_WORDS, by=self.them.by(who))

        self.attempt(act)

    @rule(who=st.sampled_from(_EVERYBODY))
    def report(self, who: str) -> None:
        self.attempt(
            lambda row: actions.report_veto(matter=row, receiver=self.them.person("chair"), by=self.them.by(who))
        )

    @rule(who=st.sampled_from(_EVERYBODY))
    def take_back(self, who: str) -> None:
        self.attempt(lambda row: actions.take_back_veto(matter=row, reason=_WORDS, by=self.them.by(who)))

    @rule(who=st.sampled_from(_EVERYBODY), real=st.booleans())
    def lift(self, who: str, real: bool) -> None:
        row = self.row()
        wanted = (resolution(self.them, row) if real and row.state == S.VETOED else self.other).uid
        self.attempt(lambda row: actions.lift_veto(matter=row, resolution=wanted, by=self.them.by(who)))

    @rule(who=st.sampled_from(_EVERYBODY), sure=st.integers(0, 7))
    def withdraw(self, who: str, sure: int) -> None:
        if sure == 7:
            self.attempt(lambda row: actions.withdraw(matter=row, reason=_WORDS, by=self.them.by(who)))

    @rule(who=st.sampled_from(_EVERYBODY))
    def void(self, who: str) -> None:
        self.attempt(lambda row: actions.void(matter=row, reason=_WORDS, by=self.them.by(who)))

    @rule(who=st.sampled_from(["staff", "head", "buyer"]), old=st.booleans())
    def seal(self, who: str, old: bool) -> None:
        def act(row: Matter) -> None:
            papers = row.papers.order_by("ordinal") if old else row.papers.order_by("-ordinal")
            digest = papers[0].digest
            gate.use(system="oa", ref="X", digest=digest, kind="seal", doing="YY-1", by=self.them.by(who))

        self.attempt(act)

    @rule(who=st.sampled_from(_EVERYBODY))
    def report_to_the_leading_body(self, who: str) -> None:
        self.attempt(lambda row: actions.escalate(matter=row, reason=_WORDS, by=self.them.by(who)))

    @rule(to=st.sampled_from(["officer", "staff", "head"]), sure=st.integers(0, 7))
    def join_the_account_of_the_buyer_to_somebody_else(self, to: str, sure: int) -> None:
        if sure == 7:
            Person.objects.filter(user=self.them.buyer).update(user=None)
            Person.objects.filter(pk=self.them.person(to).pk).update(user=self.them.buyer)

    # --- what holds whatever happened ----------------------------------------------------------------------------------

    @invariant()
    def only_what_was_reviewed_is_cleared(self) -> None:
        if not hasattr(self, "pk"):
            return
        row = self.row()
        for one in row.papers.all():
            answer = gate.ask(system="oa", ref="X", digest=one.digest, by=self.them.by("head"))
            assert answer.cleared == (row.state == S.PASSED and one.until_round is None), (row.state, answer.code)

    @invariant()
    def a_pass_rests_on_a_round_that_was_walked_to_its_end_or_on_a_resolution(self) -> None:
        if not hasattr(self, "pk"):
            return
        row = self.row()
        live = row.passes.filter(revoked_at__isnull=True).count()
        assert live == (1 if row.state in {S.PASSED, S.STAYED} else 0)
        run = keeping.last_run(row)
        if row.state != S.PASSED or run is None or row.veto.get("lifted"):
            return
        assert (run.state, run.position) == (RunState.ENDED, len(run.steps))
        for place in range(len(run.steps)):
            spoken = run.seats.filter(step=place, state=SeatState.SPOKEN)
            assert spoken.filter(stand__in=[Stand.AGREE, Stand.CONDITIONS, Stand.DISAGREE]).exists()
        assert not run.seats.filter(state=SeatState.SPOKEN, acted_user__in=row.authors).exists()
        last = run.seats.filter(step=len(run.steps) - 1, state=SeatState.SPOKEN)
        assert not last.filter(stand=Stand.DISAGREE).exists()

    @invariant()
    def each_part_was_spoken_for_by_its_office(self) -> None:
        if not hasattr(self, "pk"):
            return
        run = keeping.last_run(self.row())
        for seat in runs.seats(run) if run is not None else []:
            if seat.state == SeatState.SPOKEN and runs.is_routed(seat) and seat.person is not None:
                step = rules.step_of(run.steps[seat.step])  # type: ignore[union-attr]
                office = seating.office_of(step, seat.person, unit=self.them.unit, on=clock.today())
                assert office is not None, (step.name, seat.name)

    @invariant()
    def a_veto_ends_by_its_own_hand_or_by_a_resolution(self) -> None:
        if not hasattr(self, "pk"):
            return
        row = self.row()
        was, veto = self.last
        if was == S.SUSPENDED:
            assert row.state in {S.SUSPENDED, S.VETOED, S.IN_REVIEW}
        if was == S.SUSPENDED and row.state == S.IN_REVIEW:
            assert row.by == veto["by"]
        if was == S.SUSPENDED and row.state == S.VETOED:
            assert row.by in {veto["by"], self.them.head.name, self.them.chair.name}
        if was == S.PASSED and row.state == S.VOID:
            assert row.by in {self.them.head.name, self.them.chair.name, *row.decided_by.split("、")}
        if was == S.VETOED:
            assert row.state == S.VETOED or row.veto.get("lifted")
        self.last = (str(row.state), row.veto)

    def teardown(self) -> None:
        if hasattr(self, "pk"):
            assert PassUse.objects.filter(issued__matter_id=self.pk).count() <= 1
            assert verify.run(quick=True).findings == []


def test_no_sequence_of_steps_goes_round_a_review(cast: Cast) -> None:
    them = reviewers(cast)
    committee(them)
    Life.them = them
    Life.other = resolution(them, submitted(them))
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=18, stateful_step_count=22, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    _its_own_steps_lead_to_a_pass()


def _its_own_steps_lead_to_a_pass() -> None:
    """The steps are such that histories can come far enough to tell; how far those of one run came is chance."""
    walked = Life()
    walked.begin()
    for _step in keeping.rounds(walked.row())[-1].steps:
        assert walked.row().state == S.IN_REVIEW
        walked.whoever_is_asked_agrees()
    assert walked.row().state == S.PASSED
    walked.only_what_was_reviewed_is_cleared()
    walked.a_pass_rests_on_a_round_that_was_walked_to_its_end_or_on_a_resolution()
