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
