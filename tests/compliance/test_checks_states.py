"""Whatever people do with a run, it stays in step with its records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from guiju.compliance.checks import finishing, queries, running, signing
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckRun
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers.models import Entry
from tests.compliance import checkers
from tests.compliance.checkers import DAY, Checkers, at, items, look
from tests.conftest import Cast

_people: list[Checkers] = []


class Run(RuleBasedStateMachine):
    """One run in the hands of a checker and a signer."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.moment = clock.simulate(at(DAY))
        self.moment.__enter__()
        self.people = _people[0]
        self.people.risks(3)
        self.uid = self.people.run(self.people.plan()).uid

    def teardown(self) -> None:
        self.moment.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @property
    def run(self) -> CheckRun:
        return queries.find(self.people.mei, self.uid)

    @rule()
    def begin(self) -> None:
        self._try(lambda: running.begin(run=self.run, by=self.people.mei), {RunState.DUE, RunState.RUNNING})

    @precondition(lambda self: self.run.state != RunState.DUE)
    @rule(number=st.integers(0, 2), result=st.sampled_from(["", "none", "general", "major"]), whole=st.booleans())
    def record(self, number: int, result: str, whole: bool) -> None:
        given = {"result": result, "note": f"{number}{result}"}
        if whole:
            given |= {"problem": "有问题", "owner": self.people.mei_person, "fix_due_on": DAY}
        self._try(lambda: look(items(self.run)[number], self.people.mei, **given), {RunState.RUNNING})

    @rule()
    def finish(self) -> None:
        run = self.run
        ready = run.state == RunState.RUNNING
        found = finishing.summary(run) if ready else None
        allowed = ready and found is not None and found.done and not found.faults
        self._try(lambda: finishing.finish(run=self.run, by=self.people.mei), {RunState.RUNNING} if allowed else set())

    @rule(explained=st.booleans())
    def sign(self, explained: bool) -> None:
        run = self.run
        entry = Entry.objects.filter(uid=run.check_entry).first() if run.check_entry else None
        free = run.state == RunState.FINISHED and entry is not None and entry.done_on is None
        allowed = {RunState.FINISHED} if free and (explained or not run.doubts) else set()
        words = "已核实" if explained else ""
        self._try(lambda: signing.sign(run=self.run, by=self.people.shen, explanation=words), allowed)

    @rule()
    def send_back(self) -> None:
        run = self.run
        entry = Entry.objects.filter(uid=run.check_entry).first() if run.check_entry else None
        free = run.state == RunState.FINISHED and entry is not None and entry.done_on is None
        act = lambda: signing.send_back(run=self.run, by=self.people.shen, reason="再看")  # noqa: E731
        self._try(act, {RunState.FINISHED} if free else set())

    def _try(self, act: object, allowed: set[RunState]) -> None:
        state = self.run.state
        try:
            with transaction.atomic():
                act()  # type: ignore[operator]
        except Problem:
            assert state not in allowed
        else:
            assert state in allowed

    @invariant()
    def records_agree(self) -> None:
        run, held = self.run, items(self.run)
        checks = list(Entry.objects.filter(register="checks"))
        assert len(checks) <= 1
        fixes = {str(uid) for uid in Entry.objects.filter(register="rectifications").values_list("uid", flat=True)}
        assert fixes == {str(item.rectification) for item in held if item.rectification}
        open_reports = Entry.objects.filter(register="zero_risk_reports", status__in=["awaiting", "signed"])
        assert [row.uid for row in open_reports] == ([run.zero_report] if run.zero_report else [])
        if run.state == RunState.FINISHED:
            assert checks[0].uid == run.check_entry
            assert checks[0].count_2 == sum(bool(item.result) for item in held)
            assert (checks[0].level == "none") == (run.zero_report is not None)
            report = open_reports.first()
            assert report is None or (report.status == "signed") == (checks[0].done_on is not None)
        assert run.state in {RunState.DUE, RunState.RUNNING, RunState.FINISHED}


@pytest.fixture
def people(cast: Cast) -> Iterator[Checkers]:
    _people[:] = [checkers.make(cast)]
    yield _people[0]
    _people.clear()


@pytest.mark.slow
def test_a_run_and_its_records_never_part(people: Checkers) -> None:
    run_state_machine_as_test(Run, settings=settings(max_examples=12, stateful_step_count=14, deadline=None))
