"""Units, people and attributes stand in the trail exactly as they stand in the tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guiju.org import actions as org
from guiju.org.models import Person, Unit, UnitAttribute
from guiju.trail import log as trail
from guiju.trail import verify


def lived_through(cast: Any) -> None:
    org.change_unit(unit=cast.sub, version=1, by=cast.actor(cast.lin), short_name="路桥")
    other = org.create_unit(code="HD-02", name="华东置业有限公司", kind="company", parent=cast.group, by=cast.house)
    org.move_unit(unit=cast.sub, parent=other, by=cast.house, reason="划转")
    for value, day in ((12, date(2024, 1, 1)), (20, date(2025, 1, 1)), (14, date(2024, 1, 1))):
        org.set_attribute(unit=cast.sub, code="staff_count", value=value, from_on=day, by=cast.house)
    org.change_person(person=cast.wang, version=1, by=cast.house, post="合规专员")


def test_an_honest_year_verifies(cast: Any) -> None:
    lived_through(cast)
    assert verify.run().findings == []


@pytest.mark.parametrize(
    ("what", "values"),
    [
        (Unit, {"name": "别的名字"}),
        (Person, {"name": "别人"}),
        (UnitAttribute, {"value": 9999}),
    ],
)
def test_a_row_changed_behind_the_products_back_is_found(cast: Any, what: Any, values: dict[str, object]) -> None:
    lived_through(cast)
    what.objects.filter(pk=what.objects.order_by("pk").last().pk).update(**values)
    assert not verify.run().ok


def test_an_attribute_slipped_in_by_hand_is_found(cast: Any) -> None:
    from guiju.lib import clock

    UnitAttribute.objects.create(
        unit=cast.sub, code="has_board", value=True, from_on=date(2024, 1, 1), recorded_at=clock.now(), by="x"
    )
    assert not verify.run().ok


def test_a_right_slipped_in_by_hand_is_found(cast: Any) -> None:
    from guiju.access.models import Grant

    assert verify.run().ok
    Grant.objects.filter(user=cast.tan).update(role="auditor")
    assert not verify.run().ok


def test_history_names_the_field_and_both_values(cast: Any) -> None:
    lived_through(cast)
    lines = trail.history("person", str(cast.wang.uid))
    assert [(c.before, c.after) for c in lines[0].changes] == [("", "合规专员")]


def test_a_unit_may_get_another_code_and_everything_still_verifies(cast: Any) -> None:
    lived_through(cast)
    org.change_unit(unit=cast.group, version=1, by=cast.house, code="HDJS", reason="统一编码")
    cast.sub.refresh_from_db()
    org.change_unit(unit=cast.sub, version=cast.sub.version, by=cast.house, code="HDJS-01", reason="统一编码")
    assert verify.run().findings == []


def test_a_corrected_attribute_leaves_what_was_known_before(cast: Any) -> None:
    from datetime import UTC, datetime

    from guiju.lib import clock
    from guiju.org import queries

    first = date(2024, 1, 1)
    with clock.simulate(datetime(2024, 2, 1, tzinfo=UTC)):
        org.set_attribute(unit=cast.sub, code="staff_count", value=10, from_on=first, by=cast.house)
    with clock.simulate(datetime(2024, 8, 1, tzinfo=UTC)):
        org.set_attribute(unit=cast.sub, code="staff_count", value=12, from_on=first, by=cast.house)
    june = datetime(2024, 6, 30, tzinfo=UTC)
    assert queries.attributes(cast.sub, on=date(2024, 6, 30), recorded_by=june) == {"staff_count": 10}
    assert queries.attributes(cast.sub, on=date(2024, 6, 30)) == {"staff_count": 12}
    assert verify.run().findings == []


def test_a_value_put_between_two_others_ends_the_first_one(cast: Any) -> None:
    for day, value in ((date(2024, 1, 1), 10), (date(2025, 1, 1), 30), (date(2024, 7, 1), 20)):
        org.set_attribute(unit=cast.sub, code="staff_count", value=value, from_on=day, by=cast.house)
    rows = UnitAttribute.objects.filter(unit=cast.sub, code="staff_count").order_by("from_on")
    assert [row.to_on for row in rows] == [date(2024, 6, 30), date(2024, 12, 31), None]


def test_a_person_does_not_move_into_another_group(cast: Any) -> None:
    from guiju.lib.errors import Problem

    with pytest.raises(Problem) as refused:
        org.change_person(person=cast.wang, version=1, by=cast.house, unit=cast.stranger)
    assert refused.value.code == "person.other_tree"


def test_a_person_who_moves_is_counted_in_the_new_unit_and_no_longer_in_the_old(cast: Any) -> None:
    from guiju.org import changes

    told: list[frozenset[int]] = []
    changes.listen(told.append)
    try:
        org.change_person(person=cast.wang, version=1, by=cast.house, unit=cast.grandchild)
    finally:
        changes._listeners.remove(told.append)
    assert {cast.sub.pk, cast.grandchild.pk} <= set().union(*told)
