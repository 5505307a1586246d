"""Versions of the three lists: frozen when submitted, approved by somebody else, one in force at a time."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.compliance.enums import ListKind
from guiju.compliance.lists import comparing, freezing, queries, versions
from guiju.compliance.models import Snapshot
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.org import places
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus
from tests.compliance.lists_house import ListHouse, build
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast) -> ListHouse:
    return build(cast)


def _fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("unit", "department", "body").get(uid=entry.uid)


def _open(entry: Entry) -> list[str]:
    return list(Task.objects.filter(about_uid=entry.uid, status=TaskStatus.OPEN).values_list("title", flat=True))


def test_a_version_goes_from_draft_to_in_force(house: ListHouse) -> None:
    house.row()
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    assert (entry.status, entry.count_1, entry.owner) == ("submitted", 2, house.zhao)
    entry = versions.approve(entry=entry, by=house.head)
    assert (entry.status, entry.person) == ("approved", house.chen)
    entry = versions.enforce(entry=entry, by=house.head, in_force_on=date(2026, 1, 5))
    assert (entry.status, entry.on) == ("in_force", date(2026, 1, 5))


def test_submitting_freezes_the_values_whatever_happens_to_the_rows_afterwards(house: ListHouse) -> None:
    first, second = house.row(consequence="罚款"), house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    snapshot = Snapshot.objects.get(list_version=entry.uid)
    house.change(first, consequence="吊销资质")
    fresh = _fresh(second)
    registers.remove(entry=fresh, version=fresh.version, by=house.cast.house, reason="重复")
    kept = {row.uid: row.data for row in freezing.rows_of(snapshot)}
    assert kept[str(first.uid)]["consequence"] == "罚款"
    assert kept[str(second.uid)]["name"] == "围标串标"
    assert freezing.is_intact(snapshot)


def test_the_list_of_a_whole_company_keeps_the_rows_of_a_department_together(house: ListHouse) -> None:
    here, there = house.cast.department, house.other
    for place in (here, there, here, there):
        house.row("duty", department=place)
    rows = freezing.live(house.cast.sub, None, "duty")
    places_in_order = [row.department for row in rows.select_related("department")]
    assert places_in_order in ([here, here, there, there], [there, there, here, here])


def test_rows_of_other_departments_and_rows_that_are_gone_are_not_in_the_list(house: ListHouse) -> None:
    kept = house.row("duty")
    house.row("duty", department=house.other)
    ended = house.row("duty")
    registers.move(
        entry=ended,
        move="abolish",
        values={"ended_on": clock.today().isoformat()},
        by=house.cast.house,
        reason="岗位撤销",
    )
    entry = versions.submit(entry=house.draft("duty"), by=house.drafter)
    snapshot = Snapshot.objects.get(list_version=entry.uid)
    assert [row.uid for row in freezing.rows_of(snapshot)] == [str(kept.uid)]


def test_the_version_of_the_whole_company_holds_the_rows_of_all_departments(house: ListHouse) -> None:
    house.row()
    house.row(department=house.other)
    entry = versions.draft(unit=house.cast.sub, kind="risk", by=house.head)
    entry = versions.submit(entry=entry, by=house.head)
    assert entry.count_1 == 2


def test_an_empty_list_cannot_be_submitted_and_says_what_to_do(house: ListHouse) -> None:
    entry = house.draft()
    with pytest.raises(Problem) as refused:
        versions.submit(entry=entry, by=house.drafter)
    assert refused.value.code == "list.empty"
    assert refused.value.fix
    assert _fresh(entry).status == "draft"


def test_a_move_on_the_page_of_the_register_freezes_just_the_same(house: ListHouse) -> None:
    house.row()
    entry = house.draft()
    registers.update(entry=entry, values={"rows": 99}, version=entry.version, by=house.cast.house)
    moved = registers.move(
        entry=_fresh(entry), move="submit", values={"owner": str(house.zhao.uid)}, by=house.cast.house
    )
    assert moved.count_1 == 1
    assert Snapshot.objects.get(list_version=entry.uid).taken_at is not None


def test_nobody_types_another_number_of_rows_into_a_frozen_version(house: ListHouse) -> None:
    house.row()
    entry = house.in_force()
    for values in ({"rows": 99}, {"department": str(house.other.uid)}, {"kind": "duty"}):
        with pytest.raises(Problem) as refused:
            registers.update(entry=_fresh(entry), values=values, version=_fresh(entry).version, by=house.cast.house)
        assert refused.value.code == "list.frozen"


def test_a_version_of_a_list_kept_in_word_keeps_what_was_typed(house: ListHouse) -> None:
    entry = registers.create(
        register="list_versions",
        unit=house.cast.sub,
        values={"kind": "risk", "number": "V1", "rows": 16, "owner": str(house.zhao.uid)},
        by=house.cast.house,
    )
    entry = versions.submit(entry=entry, by=house.cast.house)
    assert (entry.count_1, queries.snapshot(entry)) == (16, None)


def test_who_drew_the_list_up_does_not_approve_it(house: ListHouse) -> None:
    house.row()
    entry = versions.draft(unit=house.cast.sub, kind="risk", department=house.cast.department, by=house.head)
    entry = versions.submit(entry=entry, by=house.head)
    with pytest.raises(Denied):
        versions.approve(entry=entry, by=house.head)


def test_who_submitted_the_list_does_not_approve_it_under_the_name_of_another(house: ListHouse) -> None:
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.head)
    with pytest.raises(Denied):
        versions.approve(entry=entry, by=house.head, approved_by=house.cast.wang)


def test_the_register_refuses_a_move_that_one_person_may_not_make_twice(house: ListHouse) -> None:
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    with pytest.raises(Problem) as refused:
        registers.move(entry=entry, move="approve", values={"approved_by": str(house.zhao.uid)}, by=house.cast.house)
    assert [fault.where for fault in refused.value.faults] == ["approved_by"]


def test_a_department_officer_may_not_approve(house: ListHouse) -> None:
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.head)
    with pytest.raises(Denied):
        versions.approve(entry=entry, by=house.drafter)


def test_a_principal_who_keeps_no_records_may_put_a_list_in_force_over_the_one_before(house: ListHouse) -> None:
    house.row()
    house.in_force(on=date(2026, 1, 5))
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    principal = house.cast.actor(house.cast.qian)
    qian = org.add_person(unit=house.cast.group, name="钱总", by=house.cast.house)
    entry = versions.approve(entry=entry, by=principal, approved_by=qian)
    entry = versions.enforce(entry=entry, by=principal, in_force_on=date(2026, 2, 1))
    assert entry.status == "in_force"


def test_the_new_version_ends_the_one_before_the_day_before(house: ListHouse) -> None:
    house.row()
    first = house.in_force(on=date(2026, 1, 5))
    house.in_force(on=date(2026, 3, 1))
    former = _fresh(first)
    assert (former.status, former.done_on) == ("superseded", date(2026, 2, 28))


def test_the_list_of_another_department_stays_in_force(house: ListHouse) -> None:
    house.row()
    house.row(department=house.other)
    first = house.in_force(department=house.other, on=date(2026, 1, 5))
    house.in_force(on=date(2026, 3, 1))
    assert _fresh(first).status == "in_force"


def test_a_version_cannot_begin_before_the_one_it_follows_nor_in_the_future(house: ListHouse) -> None:
    house.row()
    house.in_force(on=date(2026, 3, 1))
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    entry = versions.approve(entry=entry, by=house.head)
    for day, code in ((date(2026, 2, 1), "list.before_former"), (date(2099, 1, 1), "list.future")):
        with pytest.raises(Problem) as refused:
            versions.enforce(entry=entry, by=house.head, in_force_on=day)
        assert refused.value.code == code


def test_sent_back_with_a_reason_it_follows_the_list_again(house: ListHouse) -> None:
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    with pytest.raises(Problem):
        versions.back(entry=entry, by=house.head, reason=" ")
    entry = versions.back(entry=entry, by=house.head, reason="缺少底线")
    house.row()
    assert versions.submit(entry=entry, by=house.drafter).count_1 == 2


def test_tasks_follow_the_version(house: ListHouse) -> None:
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    assert len(_open(entry)) == 1
    versions.back(entry=entry, by=house.head, reason="缺少底线")
    (task,) = Task.objects.filter(about_uid=entry.uid, status=TaskStatus.OPEN)
    assert task.owner == house.zhao
    entry = versions.submit(entry=_fresh(entry), by=house.drafter)
    entry = versions.approve(entry=entry, by=house.head)
    versions.enforce(entry=entry, by=house.head)
    assert _open(entry) == []


def test_tasks_of_a_version_that_is_removed_go_with_it(house: ListHouse) -> None:
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    registers.remove(entry=_fresh(entry), version=entry.version, by=house.cast.house, reason="误建")
    assert _open(entry) == []


@pytest.mark.parametrize(
    ("former", "following"),
    [
        ("V1", "V2"),
        ("2025-09", "2025-10"),
        ("第2版", "第3版"),
        ("2024年版", "2025年版"),
        ("首版", "V2"),
        ("V1.9", "V1.10"),
    ],
)
def test_the_next_number_goes_on_in_the_pattern_of_the_organisation(
    house: ListHouse, former: str, following: str
) -> None:
    house.row()
    entry = house.draft(number=former)
    entry = versions.submit(entry=entry, by=house.drafter)
    entry = versions.approve(entry=entry, by=house.head)
    versions.enforce(entry=entry, by=house.head)
    assert house.draft().number == following


def test_only_one_version_is_drawn_up_at_a_time(house: ListHouse) -> None:
    house.draft()
    with pytest.raises(Conflict) as refused:
        house.draft()
    assert refused.value.code == "list.unfinished"


def test_somebody_who_was_slower_is_told_so(house: ListHouse) -> None:
    house.row()
    entry = house.draft()
    seen = entry.version
    versions.submit(entry=entry, by=house.drafter, version=seen)
    with pytest.raises(Conflict):
        versions.submit(entry=entry, by=house.head, version=seen)


def test_an_officer_who_is_entered_outside_the_department_draws_up_and_submits(house: ListHouse) -> None:
    Person.objects.filter(pk=house.zhao.pk).update(department=None)
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    assert entry.owner == house.zhao


def test_an_officer_cannot_draw_up_the_list_of_another_department(house: ListHouse) -> None:
    with pytest.raises(NotFound):
        house.draft(department=house.other)


def test_a_stranger_finds_no_version(house: ListHouse) -> None:
    entry = house.draft()
    with pytest.raises(NotFound):
        versions.find(house.cast.actor(house.cast.tan), entry.uid)


# --- comparing ----------------------------------------------------------------------------------------------------


def test_two_versions_are_compared_cell_by_cell(house: ListHouse) -> None:
    stays, changes, goes = house.row(), house.row(level="high"), house.row()
    first = house.in_force(on=date(2026, 1, 5))
    house.change(changes, level="low")
    fresh = _fresh(goes)
    registers.remove(entry=fresh, version=fresh.version, by=house.cast.house, reason="重复")
    comes = house.row()
    second = house.in_force(on=date(2026, 2, 5))
    a, b = queries.snapshot(first), queries.snapshot(second)
    assert a is not None
    assert b is not None
    found = comparing.compare(a, b, by=house.cast.house)
    assert [row.uid for row in found.added] == [str(comes.uid)]
    assert [row.uid for row in found.removed] == [str(goes.uid)]
    ((cell,),) = [row.cells for row in found.changed]
    assert (cell.field, cell.before, cell.after) == ("level", "高", "低")
    assert str(stays.uid) not in {row.uid for row in found.changed}


def test_drift_counts_what_has_changed_since_the_version_in_force(house: ListHouse) -> None:
    stays, changed, moved = house.row(), house.row(), house.row()
    with house.at(2026, 1, 5):
        house.in_force(on=date(2026, 1, 5))
    house.change(changed, level="low")
    house.change(moved, department=str(house.other.uid))
    house.row()
    house.change(stays, note="先改")
    house.change(stays, note=None)
    seat = places.seat(house.head, "HD-01")
    cell = queries.cell(house.head, seat, house.cast.department, ListKind.RISK)
    assert cell.drift is not None
    assert (cell.drift.added, cell.drift.removed, cell.drift.changed) == (1, 1, 1)
    assert cell.step == "compare"


def test_the_overview_asks_the_same_number_of_questions_for_many_departments(house: ListHouse) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.overview(house.head, places.seat(house.head, "HD-01"))
        return len(captured)

    house.row()
    house.in_force(on=date(2026, 1, 5))
    house.row()
    few = asked()
    for number in range(3, 12):
        department = org.create_unit(
            code=f"HD-01-D{number}", name=f"部门{number}", kind="department", parent=house.cast.sub, by=house.cast.house
        )
        house.row(department=department)
    assert asked() == few


def test_an_officer_sees_the_lists_of_the_own_department_only(house: ListHouse) -> None:
    lines = queries.overview(house.drafter, places.seat(house.drafter, "HD-01"))
    assert [line.department for line in lines] == [house.cast.department]
    with pytest.raises(NotFound):
        places.seat(house.drafter, "HD-01").department("HD-01-D2")


def test_a_stranger_sees_no_lists_at_all(house: ListHouse) -> None:
    with pytest.raises(NotFound):
        places.seat(house.cast.actor(house.cast.tan), "HD-01")


def test_the_group_sees_which_units_below_have_all_three_lists(house: ListHouse) -> None:
    for kind in ("duty", "risk", "process"):
        house.row(kind)
        house.in_force(kind)
    found = queries.levels(house.cast.actor(house.cast.lin), house.cast.group)
    by_code = {line.unit.code: line for line in found.lines}
    assert by_code["HD-01"].has_all
    assert not by_code["HD-01-A"].has_all
    assert (found.units, found.complete) == (2, 1)
