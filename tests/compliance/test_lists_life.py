"""Whatever people do in whatever order: at most one version of a list in force, and frozen rows never change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from guiju.compliance.lists import freezing, versions
from guiju.compliance.models import Snapshot
from guiju.lib import clock
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.compliance.lists_house import ListHouse, build
from tests.conftest import Cast

_LIVE = "open"


class Life(RuleBasedStateMachine):
    """Two departments, one kind of list, and everything that may happen to rows and versions."""

    house: ListHouse

    @initialize()
    def begin(self) -> None:
        Entry.objects.filter(register__in=["risk_list", "list_versions"]).delete()
        Snapshot.objects.all().delete()
        #: What each frozen version held when it was frozen.
        self.frozen: dict[str, list[Any]] = {}

    @property
    def places(self) -> list[Any]:
        return [self.house.cast.department, self.house.other]

    def _versions(self, *states: str) -> list[Entry]:
        rows = Entry.objects.filter(register="list_versions", status__in=states).order_by("pk")
        return list(rows.select_related("unit", "department", "body"))

    @rule(at=st.integers(0, 1), level=st.sampled_from(["high", "low"]))
    def a_row_is_entered(self, at: int, level: str) -> None:
        self.house.row(department=self.places[at], level=level)

    @rule(pick=st.integers(0, 20), note=st.sampled_from(["甲", "乙", ""]), at=st.integers(0, 1))
    def a_row_is_changed_or_handed_over(self, pick: int, note: str, at: int) -> None:
        found = list(Entry.objects.filter(register="risk_list").order_by("pk"))
        if found:
            row = found[pick % len(found)]
            self.house.change(row, note=note or None, department=str(self.places[at].uid))

    @rule(pick=st.integers(0, 20))
    def a_row_is_removed(self, pick: int) -> None:
        found = list(Entry.objects.filter(register="risk_list").select_related("unit", "department").order_by("pk"))
        if found:
            row = found[pick % len(found)]
            registers.remove(entry=row, version=row.version, by=self.house.cast.house, reason="不再需要")

    @rule(at=st.integers(0, 1))
    def a_version_is_begun(self, at: int) -> None:
        place = self.places[at]
        if not any(one.department_id == place.pk for one in self._versions(*versions.UNFINISHED)):
            versions.draft(unit=self.house.cast.sub, kind="risk", department=place, by=self.house.cast.house)

    @precondition(lambda self: self._versions("draft"))
    @rule(by_register=st.booleans())
    def a_version_is_submitted(self, by_register: bool) -> None:
        entry = self._versions("draft")[0]
        live = Entry.objects.filter(register="risk_list", status=_LIVE, department=entry.department)
        if not live.exists():
            return
        if by_register:
            owner = {"owner": str(self.house.zhao.uid), "rows": 77}
            registers.move(entry=entry, move="submit", values=owner, by=self.house.cast.house)
        else:
            versions.submit(entry=entry, by=self.house.cast.house, owner=self.house.zhao)
        snapshot = Snapshot.objects.get(list_version=entry.uid)
        self.frozen[str(entry.uid)] = [(row.uid, dict(row.data)) for row in freezing.rows_of(snapshot)]

    @precondition(lambda self: self._versions("submitted"))
    @rule(goes_back=st.booleans())
    def a_version_is_looked_at(self, goes_back: bool) -> None:
        entry = self._versions("submitted")[0]
        if goes_back:
            versions.back(entry=entry, by=self.house.head, reason="再看一看")
            del self.frozen[str(entry.uid)]
        else:
            versions.approve(entry=entry, by=self.house.head)

    @precondition(lambda self: self._versions("approved"))
    @rule()
    def a_version_is_put_in_force(self) -> None:
        versions.enforce(entry=self._versions("approved")[0], by=self.house.head, in_force_on=clock.today())

    @invariant()
    def at_most_one_is_in_force(self) -> None:
        places = [one.department_id for one in self._versions("in_force")]
        assert len(places) == len(set(places))

    @invariant()
    def frozen_rows_never_change(self) -> None:
        for uid, rows in getattr(self, "frozen", {}).items():
            snapshot = Snapshot.objects.get(list_version=uid)
            assert [(row.uid, dict(row.data)) for row in freezing.rows_of(snapshot)] == rows
            assert snapshot.row_count == Entry.objects.get(uid=uid).count_1
            assert freezing.is_intact(snapshot)


@pytest.mark.django_db
def test_at_most_one_version_is_in_force_and_frozen_rows_never_change(cast: Cast) -> None:
    house = build(cast)

    class Here(Life):
        pass

    Here.house = house
    calm = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Here, settings=calm)
