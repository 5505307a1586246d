"""Somebody edits a register like a spreadsheet: everything is saved or nothing, and nobody's work is lost."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.lib.errors import Denied, NotFound, Problem
from guiju.registers import actions, grid, gridrows
from guiju.registers.grid import GridRow
from guiju.registers.listing import ListQuery
from guiju.registers.models import Entry, EntryVersion
from guiju.trail.models import Event
from tests.registers.conftest import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(house, contracts, officer):
    def act(*rows: GridRow, by=officer, unit=None, reason: str = "") -> grid.GridSaved:
        return grid.save(register=contracts, unit=unit or house.power, rows=rows, by=by, reason=reason)

    return act


@pytest.fixture
def enter(house, contracts, officer):
    def one(name: str = "钢材采购", **values: Any) -> Entry:
        given = {"name": name, "kind": "采购", **values}
        return actions.create(register=contracts, unit=house.power, values=given, by=officer)

    return one


def new(name: str = "钢材采购", key: str | None = None, **values: Any) -> GridRow:
    return GridRow(key or str(uuid4()), {"name": name, "kind": "采购", **values})


def edit(entry: Entry, **values: Any) -> GridRow:
    return GridRow(str(entry.uid), values, str(entry.uid), entry.version)


def gone(entry: Entry) -> GridRow:
    return GridRow(str(entry.uid), {}, str(entry.uid), entry.version, remove=True)


def refused(act, *rows: GridRow, **more: Any) -> Problem:
    with pytest.raises(Problem) as told:
        act(*rows, **more)
    return told.value


def test_new_changed_and_removed_rows_are_saved_together(save, enter, house):
    old, leaving = enter("旧合同", number="HT-1"), enter("作废合同", number="HT-2")
    done = save(
        new("办公用品", number="HT-3", amount="1,200.50", handler="王芳", department="财务部", important="是"),
        edit(old, amount="9000", risks="税务、数据"),
        gone(leaving),
        reason="重复登记",
    )
    assert (done.created, done.changed, done.removed) == (1, 1, 1)
    made = Entry.objects.get(number="HT-3")
    assert (made.amount, made.person, made.department, made.flag_1) == (1200.5, house.wang, house.finance, True)
    assert made.unit == house.power
    old.refresh_from_db()
    assert (old.amount, old.version, old.body.data["risks"]) == (9000, 2, ["tax", "data"])
    assert EntryVersion.objects.get(uid=leaving.uid).removed
    assert {row.version for row in done.rows} == {1, 2, 0}


def test_each_row_has_its_event_with_who_and_why(save, enter):
    old = enter("旧合同")
    before = Event.objects.count()
    save(new("甲"), new("乙"), edit(old, note="补充"), reason="年度梳理")
    events = Event.objects.order_by("id")[before:]
    assert [(event.action, event.reason) for event in events] == [
        ("entry.changed", "年度梳理"), ("entry.created", "年度梳理"), ("entry.created", "年度梳理"),
    ]  # fmt: skip


def test_many_new_rows_are_told_as_one_batch(save):
    before = Event.objects.count()
    done = save(*(new(f"合同{number}") for number in range(grid.ONE_BY_ONE + 1)))
    assert done.created == grid.ONE_BY_ONE + 1
    (event,) = Event.objects.order_by("id")[before:]
    assert (event.action, event.batch_count) == ("entry.created", grid.ONE_BY_ONE + 1)


def test_one_wrong_cell_keeps_everything_back_and_all_wrong_cells_are_told(save, enter):
    old = enter("旧合同")
    rows = (
        new("好的"),
        new("坏的", key="r2", signed_on="2025-13-01", copies="0"),
        edit(old, handler="没有这个人", department="火星部"),
    )
    problem = refused(save, *rows)
    assert (problem.code, problem.status) == ("grid.invalid", 422)
    told = {fault.where: fault for fault in problem.faults}
    assert set(told) == {"r2.signed_on", "r2.copies", f"{old.uid}.handler", f"{old.uid}.department"}
    assert "没有这个人" in told[f"{old.uid}.handler"].what
    assert all(fault.fix for fault in problem.faults)
    assert list(Entry.objects.values_list("title", flat=True)) == ["旧合同"]
    assert Entry.objects.get().version == 1


def test_what_must_be_filled_in_is_asked_for_at_its_cell(save):
    problem = refused(save, GridRow("a", {"note": "只有备注"}))
    assert {fault.where for fault in problem.faults} == {"a.name", "a.kind"}


def test_a_text_longer_than_its_column_is_refused_at_its_cell(save):
    save(new("长" * 200, number="HT-200"))
    problem = refused(save, new("长" * 201, key="long"))
    (fault,) = problem.faults
    assert fault.where == "long.name"
    assert "201" in fault.what
    assert "200" in fault.what


@pytest.mark.parametrize("written", ["=1+1", '=HYPERLINK("http://x")', "+86", "-", "@SUM(A1)"])
def test_what_looks_like_a_formula_is_text(save, contracts, officer, house, written):
    save(new(written, note=written))
    (line,) = gridrows.load(by=officer, spec=contracts, query=ListQuery(within=house.power)).lines
    assert (line.cells["name"], line.cells["note"]) == (written, written)


def test_what_the_table_shows_it_takes_back_unchanged(save, enter, contracts, officer, house):
    main = enter("主合同", number="HT-0")
    enter(
        "全部字段", number="HT-1", signed_on="2025-03-01", period="2025Q1", amount="1234567.80", copies=3, rate="0.13",
        important=True, handler="王芳", department="财务部", main=str(main.uid), link="https://example.com/a",
        risks=["tax", "labour"], signers=["王芳", "李雷"], supplements=[str(main.uid)], note="第一行\n第二行",
    )  # fmt: skip
    page = gridrows.load(by=officer, spec=contracts, query=ListQuery(within=house.power))
    rows = [GridRow(line.uid, line.cells, line.uid, line.version) for line in page.lines]
    assert save(*rows).changed == 0
    assert "files" not in {column.field.code for column in page.columns}


def test_words_of_other_peoples_tables_are_understood(save, house):
    save(new("卖设备", key="k", kind="卖出", handler="王芳（A001）", signed_on="2025年3月1日", amount="¥1,000"))
    entry = Entry.objects.get()
    assert (entry.kind, entry.person, str(entry.on), entry.amount) == ("sale", house.wang, "2025-03-01", 1000)


def test_an_emptied_cell_is_empty(save, enter):
    old = enter("合同", amount="5", note="x")
    save(edit(old, amount="", note=None))
    old.refresh_from_db()
    assert (old.amount, "note" in old.body.data) == (None, False)


def test_files_stay_where_they_are(save):
    problem = refused(save, new(key="f", files=[{"digest": "0" * 64, "name": "a.pdf"}]))
    assert [fault.where for fault in problem.faults] == ["f.files"]


# --- two people at once -----------------------------------------------------------------------------------------------


def test_the_later_save_is_told_which_cells_the_other_one_changed(save, enter, house):
    read = enter("合同", number="HT-1", amount="100", note="原来")
    colleague = account("colleague", house.group)
    save(edit(read, amount="200", signed_on="2025-05-01"), by=colleague)
    problem = refused(save, edit(read, amount="300", note="我的"), new("同时新增"))
    assert (problem.code, problem.status) == ("grid.conflict", 409)
    (clash,) = problem.data["rows"]
    assert (clash["row"], clash["version"], clash["by"], clash["removed"]) == (str(read.uid), 2, "colleague", False)
    cells = {cell["field"]: cell for cell in clash["cells"]}
    assert set(cells) == {"amount", "signed_on"}
    assert [cells["amount"][side] for side in ("base", "theirs", "mine", "clash")] == [
        "100.00",
        "200.00",
        "300.00",
        True,
    ]
    assert [cells["signed_on"][side] for side in ("base", "theirs", "clash")] == ["", "2025-05-01", False]
    assert Entry.objects.count() == 1
    assert Entry.objects.get().amount == 200


def test_after_choosing_the_row_is_saved_with_the_new_version(save, enter):
    read = enter("合同", amount="100")
    save(edit(read, amount="200"))
    (clash,) = refused(save, edit(read, amount="300")).data["rows"]
    save(GridRow("x", {"amount": "300"}, str(read.uid), clash["version"]))
    assert Entry.objects.get().amount == 300


def test_two_who_enter_the_same_do_not_quarrel(save, enter):
    read = enter("合同", amount="100")
    save(edit(read, amount="200"))
    assert save(edit(read, amount="200.00")).changed == 1
    assert Entry.objects.get().version == 2


def test_a_row_that_somebody_moved_on_says_so(save, enter, officer):
    read = enter("合同")
    actions.move(entry=read, move="close", values={"closed_on": "2025-06-30"}, by=officer, reason="完成")
    (clash,) = refused(save, edit(read, note="我的")).data["rows"]
    cells = {cell["field"]: (cell["base"], cell["theirs"]) for cell in clash["cells"]}
    assert cells == {"closed_on": ("", "2025-06-30"), "_status": ("履行中", "已办结")}


def test_a_row_that_somebody_removed_is_told_and_not_made_again(save, enter):
    read = enter("合同")
    save(gone(read), reason="重复")
    (clash,) = refused(save, edit(read, note="我的")).data["rows"]
    assert (clash["removed"], clash["title"], clash["by"]) == (True, "合同", "officer")
    assert not Entry.objects.exists()


def test_a_row_that_changed_is_not_removed_unseen(save, enter):
    read = enter("合同", amount="100")
    save(edit(read, amount="200"))
    problem = refused(save, gone(read), reason="重复")
    assert [cell["field"] for cell in problem.data["rows"][0]["cells"]] == ["amount"]
    assert Entry.objects.exists()


def test_wrong_cells_and_conflicts_are_told_together(save, enter):
    read = enter("合同", amount="100")
    save(edit(read, amount="200"))
    problem = refused(save, edit(read, amount="300"), new(key="bad", signed_on="昨天吧"))
    assert (problem.code, [fault.where for fault in problem.faults]) == ("grid.conflict", ["bad.signed_on"])


def test_the_same_table_sent_twice_makes_its_rows_once(save):
    rows = (new("甲", number="HT-1"), new("乙", number="HT-2"))
    first = save(*rows)
    again = save(*rows)
    assert (first.created, again.created, Entry.objects.count()) == (2, 0, 2)
    assert [row.uid for row in again.rows] == [row.uid for row in first.rows]


# --- values that occur once -------------------------------------------------------------------------------------------


def test_a_number_twice_in_the_table_or_taken_already_is_refused(save, enter):
    enter("有了", number="HT-1")
    problem = refused(save, new(key="a", number="HT-1"), new(key="b", number="HT-2"), new(key="c", number="HT-2"))
    assert {fault.where for fault in problem.faults} == {"a.number", "c.number"}


def test_a_number_that_the_same_table_frees_may_be_used(save, enter):
    leaving, renamed = enter("走", number="HT-1"), enter("改", number="HT-2")
    save(gone(leaving), edit(renamed, number="HT-9"), new("甲", number="HT-1"), new("乙", number="HT-2"), reason="重排")
    assert set(Entry.objects.values_list("title", "number")) == {("改", "HT-9"), ("甲", "HT-1"), ("乙", "HT-2")}


# --- who may what -----------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(house):
    """The officer of the finance department."""
    return account("clerk", house.finance, "department_officer")


def test_a_department_officer_edits_the_rows_of_her_department(save, enter, clerk):
    own = enter("财务的", department="财务部")
    done = save(edit(own, note="已核对"), new("新的", department="财务部"), by=clerk)
    assert (done.created, done.changed) == (1, 1)


def test_a_department_officer_does_not_touch_the_rows_of_another(save, enter, clerk, contracts, house):
    foreign = enter("法务的", department="法务部")
    problem = refused(save, edit(foreign, note="x"), by=clerk)
    assert isinstance(problem, Denied | NotFound)
    assert problem.where == str(foreign.uid)
    foreign.refresh_from_db()
    assert foreign.version == 1
    assert gridrows.load(by=clerk, spec=contracts, query=ListQuery(within=house.power)).lines == ()


def test_a_department_officer_neither_enters_for_others_nor_hands_over(save, enter, clerk):
    own = enter("财务的", department="财务部")
    problem = refused(save, new(key="n", department="法务部"), new(key="m"), edit(own, department="法务部"), by=clerk)
    assert {fault.where for fault in problem.faults} == {"n.department", "m.department", f"{own.uid}.department"}
    assert Entry.objects.count() == 1


def test_rows_of_a_stranger_are_not_there(save, contracts, house, officer):
    other = actions.create(
        register=contracts, unit=house.other, values={"name": "外人", "kind": "采购"}, by=account("x", house.other)
    )
    problem = refused(save, edit(other, note="x"))
    assert [fault.where for fault in problem.faults] == [str(other.uid)]
    assert "外人" not in str(problem)


def test_who_may_only_look_saves_nothing(save, enter, house):
    reader = account("reader", house.group, "evaluator_internal")
    old = enter("合同")
    assert isinstance(refused(save, edit(old, note="x"), by=reader), Denied | NotFound)
    assert isinstance(refused(save, new("新"), by=reader), Denied | NotFound)


def test_rows_are_removed_for_a_reason_only(save, enter):
    old = enter("合同")
    problem = refused(save, gone(old))
    assert [fault.where for fault in problem.faults] == ["reason"]


def test_a_row_that_others_refer_to_stays(save, enter):
    main = enter("主合同", number="HT-1")
    enter("补充", main=str(main.uid))
    problem = refused(save, gone(main), reason="重复")
    assert [fault.where for fault in problem.faults] == [str(main.uid)]
    assert "补充" in problem.faults[0].what


# --- what no page sends -----------------------------------------------------------------------------------------------


def test_more_rows_than_fit_are_refused_with_the_number(save):
    problem = refused(save, *(GridRow(str(number), {}) for number in range(grid.MOST + 1)))
    assert (problem.code, problem.status) == ("grid.many", 422)
    assert str(grid.MOST) in problem.what


def test_a_row_sent_twice_or_without_its_version_is_refused(save, enter):
    old = enter("合同")
    problem = refused(save, edit(old, note="a"), GridRow("b", {"note": "b"}, str(old.uid).replace("-", ""), 1))
    assert {fault.where for fault in problem.faults} == {str(old.uid), "b"}
    assert refused(save, GridRow("c", {}, str(old.uid))).faults[0].where == "c"


def test_an_unknown_column_is_named(save):
    problem = refused(save, new(key="a", colour="红"))
    assert [fault.where for fault in problem.faults] == ["a.colour"]


def test_units_are_not_edited_as_a_table(base, house, officer):
    with pytest.raises(NotFound):
        grid.save(register="units", unit=house.group, rows=[], by=officer)
    with pytest.raises(NotFound):
        gridrows.load(by=officer, spec=base["units"], query=ListQuery())


def test_names_are_asked_for_once_however_many_rows_are_saved(save, enter):
    def asked(count: int) -> int:
        rows = [new(f"合同{number}", handler="王芳", department="财务部") for number in range(count)]
        with CaptureQueriesContext(connection) as found:
            save(*rows)
        # PostgreSQL locks each new key apart; SQLite has one writer.
        return sum("pg_advisory" not in query["sql"] for query in found)

    few = asked(grid.ONE_BY_ONE + 10)
    assert asked(grid.ONE_BY_ONE * 3) <= few


# --- reading ----------------------------------------------------------------------------------------------------------


def test_the_table_shows_the_rows_of_the_list_in_its_order_page_by_page(enter, contracts, officer, house):
    for number in range(1, 6):
        enter(f"合同{number}", signed_on=f"2025-01-0{number}", kind="采购" if number != 3 else "销售")
    query = ListQuery(within=house.power, filters={"kind": ("purchase",)}, sort="signed_on")
    first = gridrows.load(by=officer, spec=contracts, query=query, size=3)
    assert [line.title for line in first.lines] == ["合同1", "合同2", "合同4"]
    assert (first.count, first.previous) == (4, "")
    rest = gridrows.load(
        by=officer, spec=contracts, query=ListQuery(**{**_fields(query), "cursor": first.next}), size=3
    )
    assert [line.title for line in rest.lines] == ["合同5"]
    assert rest.previous
    assert not rest.next


def _fields(query: ListQuery) -> dict[str, Any]:
    return {name: getattr(query, name) for name in ("within", "filters", "sort")}


def test_who_may_touch_a_row_is_said_at_the_row(enter, contracts, clerk, house):
    enter("财务的", department="财务部")
    (line,) = gridrows.load(by=clerk, spec=contracts, query=ListQuery(within=house.finance)).lines
    assert line.may_edit
    assert (line.unit, line.status) == (house.power.label, "履行中")
