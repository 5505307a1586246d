"""The state machine of versions, driven at random: never two in force, never two at work, never a step out of turn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from guiju.access.actor import Actor, system
from guiju.governance.enums import AT_WORK
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, enforcing, states
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.governance.policy_house import account

pytestmark = pytest.mark.django_db


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


class Life(RuleBasedStateMachine):
    """Drafters, approvers, the register's own pages and the clock, in any order."""

    house: Actor
    drafter: Actor
    approver: Actor
    unit: Unit

    @initialize()
    def begin(self) -> None:
        draft = actions.start(policy=None, unit=self.unit, title="随机办法", text="第一条 甲。", by=self.drafter)
        self.uid = draft.policy
        self.count = 0

    def entry(self) -> Entry:
        return Entry.objects.select_related("unit", "department", "body").get(uid=self.uid)

    def last(self) -> PolicyVersion:
        return PolicyVersion.objects.filter(policy=self.uid).order_by("-number")[0]

    def attempt(self, allowed: bool, act: Any) -> None:
        """What may be done is done; what may not is refused as people read it, and changes nothing."""
        if allowed:
            act()
            return
        before = self.stood()
        with pytest.raises(Problem):
            act()
        assert self.stood() == before

    def stood(self) -> tuple[object, ...]:
        rows = PolicyVersion.objects.filter(policy=self.uid).order_by("number")
        entry = self.entry()
        return (entry.status, entry.version, tuple(rows.values_list("number", "state", "version")))

    @rule()
    def start(self) -> None:
        free = not PolicyVersion.objects.filter(policy=self.uid, state__in=AT_WORK).exists()
        self.count += 1
        text = f"第一条 甲{self.count}。"
        self.attempt(
            free and self.entry().status != "repealed",
            lambda: actions.start(policy=self.entry(), unit=self.unit, text=text, by=self.drafter),
        )

    @rule()
    def submit(self) -> None:
        row = self.last()
        self.attempt(row.state == S.DRAFT, lambda: actions.submit(draft=row, by=self.drafter))

    @rule()
    def approve(self) -> None:
        row = self.last()
        self.attempt(row.state == S.SUBMITTED, lambda: actions.approve(draft=row, by=self.approver))

    @rule()
    def approve_ones_own(self) -> None:
        self.attempt(False, lambda: actions.approve(draft=self.last(), by=self.drafter))

    @rule()
    def send_back(self) -> None:
        row = self.last()
        allowed = row.state in (S.SUBMITTED, S.APPROVED)
        self.attempt(allowed, lambda: actions.send_back(draft=row, opinion="改", by=self.approver))

    @rule()
    def withdraw(self) -> None:
        row = self.last()
        self.attempt(row.state in AT_WORK, lambda: actions.withdraw(draft=row, reason="不办", by=self.drafter))

    @rule(wait=st.integers(0, 2))
    def issue(self, wait: int) -> None:
        row, held = self.last(), actions.current(self.uid)
        day = clock.today() + timedelta(days=wait)
        later = held is None or held.in_force_on is None or day > held.in_force_on
        self.attempt(
            row.state == S.APPROVED and self.entry().status != "repealed" and later,
            lambda: actions.issue(draft=row, in_force_on=day, by=self.approver),
        )

    @rule()
    def night(self) -> None:
        enforcing.due(on=clock.today() + timedelta(days=1), by=self.house)

    @rule()
    def issue_in_the_register(self) -> None:
        row, entry = self.last(), self.entry()
        allowed = (
            entry.status == "draft"
            and row.state == S.APPROVED
            and (row.in_force_on is None or row.in_force_on <= clock.today())
        )
        values = {"issued_on": clock.today()}
        self.attempt(allowed, lambda: registers.move(entry=entry, move="issue", values=values, by=self.approver))

    @rule(through_register=st.booleans())
    def repeal(self, through_register: bool) -> None:
        entry = self.entry()
        busy = PolicyVersion.objects.filter(policy=self.uid, state__in=AT_WORK).exists()
        values = {"repealed_on": clock.today()}
        self.attempt(
            entry.status == "issued" and not busy,
            (lambda: registers.move(entry=entry, move="repeal", values=values, by=self.approver, reason="废"))
            if through_register
            else (lambda: actions.repeal(entry=entry, reason="废", by=self.approver)),
        )

    @invariant()
    def the_record_and_its_versions_agree(self) -> None:
        if not hasattr(self, "uid"):
            return
        found = list(PolicyVersion.objects.filter(policy=self.uid).values_list("state", flat=True))
        status = self.entry().status
        assert found.count(S.IN_FORCE) == (1 if status == "issued" else 0)
        assert sum(state in AT_WORK for state in found) <= 1
        assert (S.REPEALED in found) == (status == "repealed")


class TestLife(TestCase):
    """Runs the machine; each history begins with an empty house."""

    def test_no_sequence_of_steps_breaks_the_rules(self) -> None:
        from guiju.access.actor import of_user
        from guiju.org import actions as org

        house = system("guiju")
        unit = org.create_unit(code="LIFE", name="随机有限公司", kind="company", by=house)
        Life.house, Life.unit = house, unit
        Life.drafter = of_user(account("Drafter", "compliance_office", unit, house))
        Life.approver = of_user(account("Approver", "compliance_office", unit, house))
        made = iter(range(1_000_000))

        class Each(Life):
            @initialize()
            def begin(self) -> None:
                self.unit = org.create_unit(
                    code=f"LIFE-{next(made)}", name="随机", kind="company", parent=unit, by=house
                )
                super().begin()

        run_state_machine_as_test(
            Each,
            settings=settings(
                max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
