"""The tree of units: where things stand, what may not be done to them, and what the trail keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.org import queries, tree
from guiju.org.models import Unit
from guiju.trail.models import Event


def test_a_subtree_is_the_unit_and_all_below_it_and_nothing_else(cast: Any) -> None:
    assert {u.code for u in tree.subtree(cast.sub)} == {"HD-01", "HD-01-A", "HD-01-D1"}
    assert {u.code for u in queries.legal_entities(cast.group)} == {"HD", "HD-01", "HD-01-A"}
    assert [u.code for u in tree.ancestors(cast.grandchild, itself=True)] == ["HD", "HD-01", "HD-01-A"]


def test_the_eleventh_child_is_not_taken_for_a_part_of_the_first(cast: Any) -> None:
    children = [
        org.create_unit(code=f"C{n}", name=f"分公司{n}", kind="branch", parent=cast.stranger, by=cast.house)
        for n in range(40)
    ]
    assert tree.subtree(children[0]).count() == 1
    assert len({child.path for child in children}) == 40


def test_a_unit_cannot_be_put_below_itself(cast: Any) -> None:
    for place in (cast.group, cast.sub, cast.grandchild):
        with pytest.raises(Problem) as refused:
            org.move_unit(unit=cast.group, parent=place, by=cast.house, reason="改制")
        assert refused.value.code == "unit.cycle"
        assert cast.group.name in refused.value.what
    cast.group.refresh_from_db()
    assert cast.group.parent is None


def test_a_moved_unit_takes_everything_below_with_it(cast: Any) -> None:
    other = org.create_unit(code="HD-02", name="华东置业有限公司", kind="company", parent=cast.group, by=cast.house)
    org.move_unit(unit=cast.sub, parent=other, by=cast.house, reason="划转")
    assert {u.code for u in tree.subtree(other)} == {"HD-02", "HD-01", "HD-01-A", "HD-01-D1"}
    moved = Unit.objects.get(code="HD-01-A")
    assert (moved.depth, moved.path[: len(other.path)]) == (3, other.path)
    assert {u.code for u in tree.subtree(cast.group)} == {"HD", "HD-02", "HD-01", "HD-01-A", "HD-01-D1"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
def test_whatever_is_moved_every_path_agrees_with_its_parents(db: None, moves: list[tuple[int, int]]) -> None:
    from guiju.access.actor import system

    house = system("guiju")
    with transaction.atomic():
        point = transaction.savepoint()
        units = [org.create_unit(code="T0", name="根", kind="company", by=house)]
        for n in range(1, 8):
            units.append(org.create_unit(code=f"T{n}", name=f"单位{n}", kind="company", parent=units[n // 2], by=house))
        for what, where in moves:
            try:
                org.move_unit(
                    unit=Unit.objects.get(pk=units[what].pk),
                    parent=Unit.objects.get(pk=units[where].pk),
                    by=house,
                    reason="x",
                )
            except Problem:
                continue
        for unit in Unit.objects.filter(code__startswith="T").select_related("parent"):
            above = unit.parent.path if unit.parent else ""
            assert unit.path[: -tree.STEP] == above
            assert len(unit.path) == tree.STEP * (unit.depth + 1)
        transaction.savepoint_rollback(point)


def test_an_authority_is_never_part_of_an_enterprise(cast: Any) -> None:
    with pytest.raises(Problem) as refused:
        org.create_unit(code="GZW", name="市国资委", kind="authority", parent=cast.group, by=cast.house)
    assert "tree" in str(refused.value) or "自成" in str(refused.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=cast.sub.pk).update(kind="authority")


def test_supervision_gives_no_sight_of_the_supervised(cast: Any) -> None:
    from guiju.access import actions as access
    from guiju.access import scope
    from guiju.access.permissions import Permission

    body = org.create_unit(code="XH", name="市拍卖行业协会", kind="association", by=cast.house)
    org.supervise(
        authority=body, unit=cast.stranger, document="cn:sh:auction-2023", from_on=date(2023, 6, 1), by=cast.house
    )
    access.grant(user=cast.ou, role="supervisor", unit=body, by=cast.house, reason="协会工作人员")
    assert list(scope.units(cast.actor(cast.ou), Permission.ORG_UNIT_VIEW)) == [body]


def test_only_an_authority_or_association_supervises(cast: Any) -> None:
    with pytest.raises(Problem):
        org.supervise(authority=cast.group, unit=cast.stranger, document="x", from_on=date(2023, 6, 1), by=cast.house)


def test_lin_changes_a_name_and_the_trail_keeps_the_old_one(cast: Any) -> None:
    org.change_unit(unit=cast.sub, version=1, by=cast.actor(cast.lin), name="华东路桥集团有限公司", reason="更名")
    event = Event.objects.filter(object_type="unit", object_id=str(cast.sub.uid)).latest("id")
    assert (event.actor_name, event.reason) == ("Lin", "更名")
    assert event.body.content["before"] == {"name": "华东路桥工程有限公司"}


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(cast: Any) -> None:
    org.change_unit(unit=cast.sub, version=1, by=cast.actor(cast.lin), short_name="路桥")
    with pytest.raises(Conflict):
        org.change_unit(unit=cast.sub, version=1, by=cast.actor(cast.mei), short_name="桥路")
    cast.sub.refresh_from_db()
    assert cast.sub.short_name == "路桥"


def test_mei_may_not_touch_the_group_above_her_and_tan_does_not_see_it(cast: Any) -> None:
    with pytest.raises(NotFound):
        org.change_unit(unit=cast.group, version=1, by=cast.actor(cast.mei), short_name="x")
    with pytest.raises(NotFound):
        org.change_unit(unit=cast.group, version=1, by=cast.actor(cast.tan), short_name="x")
    with pytest.raises(Denied):
        org.change_unit(unit=cast.group, version=1, by=cast.actor(cast.qian), short_name="x")


def test_a_wrong_credit_code_is_refused_with_the_field(cast: Any) -> None:
    with pytest.raises(Problem) as refused:
        org.change_unit(unit=cast.sub, version=1, by=cast.house, uscc="91310000MA1FL0000X")
    assert refused.value.where == "uscc"


def test_an_unknown_attribute_is_refused_with_the_known_ones(cast: Any) -> None:
    with pytest.raises(Problem) as refused:
        org.set_attribute(unit=cast.sub, code="colour", value="red", from_on=date(2024, 1, 1), by=cast.house)
    assert "industry" in refused.value.fix


@pytest.mark.parametrize("value", ["viele", -3, "3.5", "1e400", [1], {"a": 1}, "NaN", "Infinity"])
def test_a_staff_count_that_is_none_is_refused(cast: Any, value: object) -> None:
    with pytest.raises(Problem) as refused:
        org.set_attribute(unit=cast.sub, code="staff_count", value=value, from_on=date(2024, 1, 1), by=cast.house)
    assert refused.value.where == "staff_count"


def test_attributes_entered_late_do_not_count_for_the_past(cast: Any) -> None:
    from datetime import UTC, datetime

    from guiju.lib import clock

    with clock.simulate(datetime(2024, 5, 1, tzinfo=UTC)):
        org.set_attribute(unit=cast.sub, code="staff_count", value=10, from_on=date(2024, 1, 1), by=cast.house)
    with clock.simulate(datetime(2024, 9, 1, tzinfo=UTC)):
        org.set_attribute(unit=cast.sub, code="staff_count", value=20, from_on=date(2024, 2, 1), by=cast.house)
    june = datetime(2024, 6, 30, tzinfo=UTC)
    assert queries.attributes(cast.sub, on=date(2024, 6, 30), recorded_by=june) == {"staff_count": 10}
    assert queries.attributes(cast.sub, on=date(2024, 6, 30)) == {"staff_count": 20}
