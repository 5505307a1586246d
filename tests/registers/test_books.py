"""A department's own workbook in, her list kept here, and the same workbook out."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from guiju.lib.errors import Conflict
from guiju.lib.excel.compare import differences
from guiju.registers import actions, catalogue, exporting, importing
from guiju.registers.listing import ListQuery
from guiju.registers.models import Book, Entry
from guiju.trail.models import Event
from tests.registers import gridbooks
from tests.registers.conftest import account, declare, shipped

LAYOUT = "grid-company"


@pytest.fixture
def lists(db):
    yield {name: declare(shipped(name)) for name in ("risk_list", "duty_list", "process_list")}
    catalogue.clear()


@pytest.fixture
def bring(tmp_path, house, lists, officer):
    """Import a workbook and save it."""

    def run(make, register="risk_list", *, save=True, by=officer, **more):
        path = make(tmp_path / f"{register}.xlsx") if callable(make) else make
        found = importing.prepare(register=register, unit=house.power, path=path, name=path.name, by=by, **more)
        assert found.summary["faults"] == []
        return importing.confirm(found, by) if save else found

    return run


@pytest.fixture
def out(tmp_path, house, officer):
    """The list written into its form."""

    def write(register="risk_list", *, by=officer, layout=LAYOUT, **more) -> Path:
        path = tmp_path / f"out-{register}-{layout}.xlsx"
        spec = actions.spec_of(register)
        exporting.export(by=by, spec=spec, query=ListQuery(within=house.power, **more), layout=layout, to=path)
        return path

    return write


def change(number, by, **values):
    entry = Entry.objects.get(number=number)
    return actions.update(entry=entry, values=values, version=entry.version, by=by)


@pytest.mark.parametrize(
    ("register", "make"),
    [("risk_list", gridbooks.risks), ("duty_list", gridbooks.duties), ("process_list", gridbooks.processes)],
)
def test_an_unchanged_workbook_comes_back_as_it_was(bring, out, tmp_path, register, make) -> None:
    run = bring(make, register)
    assert (run.layout, run.summary["is_kept"]) == (LAYOUT, True)
    assert differences(tmp_path / f"{register}.xlsx", out(register)) == []


def test_the_preview_says_sheets_departments_and_whose_form_it_is(bring) -> None:
    run = bring(gridbooks.risks, save=False)
    told = run.summary
    assert (told["layout"], told["layout_title"]) == (LAYOUT, "合规风险库")
    assert told["layout_why"]
    assert [(one["name"], one["rows"], one["department"]) for one in told["sheets"]] == [
        ("法务部", 4, "法务部"),
        (" 财务部 ", 2, "财务部"),
    ]
    assert [one["name"] for one in told["skipped_sheets"]] == ["说明"]
    assert (told["new"], told["skipped"], told["unknown_columns"]) == (6, 1, ["内部流水"])


def test_group_values_come_down_and_departments_come_from_sheets_and_cells(bring, house) -> None:
    bring(gridbooks.risks)
    rows = {row.number: row for row in Entry.objects.select_related("body", "department")}
    assert {number: row.department.name for number, row in rows.items()} == {
        "FW-01": "法务部", "FW-02": "法务部", "FW-03": "法务部", "910000000000000017": "法务部",
        "CW-01": "财务部", "CW-02": "财务部",
    }  # fmt: skip
    assert rows["FW-03"].body.data["business_1"] == "采购管理"
    assert rows["FW-02"].title == "规避招标"
    assert rows["CW-02"].body.data["business_1"] == "资金管理"
    assert (rows["CW-02"].level, rows["FW-02"].level, rows["FW-01"].level) == ("high", "medium", "high")
    assert rows["FW-01"].body.data["basis_law"].count("\n") == 1


def test_a_changed_record_changes_its_cell_and_no_other(bring, out, officer, tmp_path) -> None:
    bring(gridbooks.risks)
    change("FW-02", officer, measure="集中采购")
    found = differences(tmp_path / "risk_list.xlsx", out())
    assert len(found) == 1, found
    assert found[0].startswith("法务部: P7:")


def test_a_number_stays_a_number_and_text_that_looks_like_a_formula_stays_text(bring, out, officer, tmp_path) -> None:
    bring(gridbooks.processes, "process_list")
    entry = Entry.objects.get(body__data__node="划转无据")
    actions.update(entry=entry, values={"process_number": "1.3", "review_content": "=核对"}, version=1, by=officer)
    page = openpyxl.load_workbook(out("process_list"))["财务部"]
    assert (page["D8"].value, page["D8"].data_type, page["D8"].number_format) == (1.3, "n", "0.00")
    assert (page["G8"].value, page["G8"].data_type) == ("=核对", "s")
    assert page["D6"].number_format == "0.00"


def test_a_change_within_merged_cells_splits_them(bring, out, officer) -> None:
    bring(gridbooks.risks)
    change("FW-02", officer, business_1="工程管理")
    path = out()
    page = openpyxl.load_workbook(path)["法务部"]
    assert [page.cell(row, 1).value for row in (6, 7, 8, 9)] == ["采购管理", "工程管理", "采购管理", "合同管理"]
    assert {span.coord for span in page.merged_cells.ranges if span.min_row > 5} == {"B6:B8", "C6:C7"}
    again = bring(path, save=False)
    assert (again.summary["same"], again.summary["rows"]) == (6, 6)


def test_a_whole_group_takes_a_new_name_in_one_cell(bring, out, officer, tmp_path) -> None:
    bring(gridbooks.risks)
    for number in ("FW-01", "FW-02", "FW-03"):
        change(number, officer, business_1="物资管理")
    found = differences(tmp_path / "risk_list.xlsx", out())
    assert [line.split(" ")[1] for line in found] == ["A6:"]


def test_a_row_that_carries_on_splits_too(bring, out, officer) -> None:
    bring(gridbooks.duties, "duty_list")
    entry = Entry.objects.get(body__data__duty="审核凭证")
    actions.update(entry=entry, values={"post": "总账会计"}, version=1, by=officer)
    path = out("duty_list")
    page = openpyxl.load_workbook(path).active
    assert [page.cell(row, 2).value for row in range(5, 9)] == ["总账会计", "会计主管", "出纳", "合同管理"]
    assert bring(path, "duty_list", save=False).summary["same"] == 4


def test_removed_rows_go_and_new_ones_stand_at_the_end_of_their_group(bring, out, officer, house, lists) -> None:
    bring(gridbooks.risks)
    first = Entry.objects.get(number="FW-01")
    actions.remove(entry=first, version=1, by=officer, reason="重复")
    actions.create(register="risk_list", unit=house.power, by=officer, values={
        "number": "FW-09", "name": "规避招标", "business_1": "采购管理", "business": "招标", "behaviour": "先施工后招标",
        "department": str(house.law.uid), "level": "low"})  # fmt: skip
    path = out()
    page = openpyxl.load_workbook(path)["法务部"]
    assert [page.cell(row, 4).value for row in range(6, 10)] == ["FW-02", "FW-09", "FW-03", "910000000000000017"]
    assert {span.coord for span in page.merged_cells.ranges if span.min_row > 5} == {"A6:A8", "B6:B8", "C6:C7"}
    assert (page["A6"].value, page["C6"].value, page["A10"].value) == ("采购管理", "规避招标", "合计")
    assert page["E7"].alignment.wrap_text
    assert page["T6"].value == 900000000000001
    again = bring(path, save=False)
    assert (again.summary["same"], again.summary["new"], again.summary["changed"]) == (6, 0, 0)


def test_a_department_that_had_no_sheet_gets_one_with_the_same_header(bring, out, officer, house) -> None:
    from guiju.org import actions as org

    sales = org.create_unit(code="G-S", name="营销部", kind="department", parent=house.power, by=officer)
    bring(gridbooks.risks)
    actions.create(register="risk_list", unit=house.power, by=officer, values={
        "number": "YX-01", "name": "虚假宣传", "behaviour": "夸大宣传", "department": str(sales.uid)})  # fmt: skip
    path = out()
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["说明", "法务部", " 财务部 ", "营销部", "底稿"]
    page = book["营销部"]
    assert (page["A1"].value, page["D5"].value, page.max_row) == ("合规风险库（营销部）", "YX-01", 5)
    assert bring(path, save=False).summary["same"] == 7


def test_a_record_handed_to_another_department_moves_to_its_sheet(bring, out, officer, house) -> None:
    path = gridbooks.processes
    run = bring(path, "process_list")
    assert run.summary["sheets"][0]["department"] == "财务部"
    entry = Entry.objects.get(body__data__node="重复付款")
    actions.update(entry=entry, values={"department": str(house.law.uid)}, version=1, by=officer)
    made = out("process_list")
    book = openpyxl.load_workbook(made)
    assert book.sheetnames == ["财务部", "法务部"]
    assert [row[5].value for row in book["法务部"].iter_rows(min_row=6)] == ["重复付款"]
    assert bring(made, "process_list", save=False).summary["same"] == 3


def test_a_text_edited_in_the_file_changes_its_record_though_nothing_numbers_it(bring, tmp_path) -> None:
    bring(gridbooks.duties, "duty_list")
    path = tmp_path / "duty_list.xlsx"
    book = openpyxl.load_workbook(path)
    book.active["C6"] = "每月对账"
    book.save(path)
    run = bring(path, "duty_list", save=False)
    assert (run.summary["new"], run.summary["changed"], run.summary["absent"]) == (0, 1, 0)
    assert [(cell["ref"], cell["old"], cell["new"]) for cell in run.summary["conflicts"][0]["cells"]] == [
        ("C6", "定期对账", "每月对账")
    ]


def test_a_row_put_in_between_is_new_and_the_rows_below_stay_themselves(bring, tmp_path) -> None:
    bring(gridbooks.duties, "duty_list")
    path = tmp_path / "duty_list.xlsx"
    book = openpyxl.load_workbook(path)
    page = book.active
    page["C7"], page["B7"] = "每日盘点", "出纳"
    page.append([None, "合同管理", "归档"])
    book.save(path)
    run = bring(path, "duty_list", save=False)
    assert (run.summary["new"], run.summary["changed"], run.summary["same"]) == (1, 0, 4)


def test_rows_that_the_file_lacks_stay_and_are_told(bring, tmp_path, house, officer) -> None:
    bring(gridbooks.risks)
    path = tmp_path / "risk_list.xlsx"
    book = openpyxl.load_workbook(path)
    del book[" 财务部 "]
    book["法务部"].delete_rows(9)
    book.save(path)
    run = bring(path, save=False)
    assert (run.summary["absent"], run.summary["absentees"], run.summary["same"]) == (1, ["签约"], 3)
    importing.confirm(run, officer)
    assert Entry.objects.count() == 6


def test_the_workbook_is_kept_once_and_told_to_the_trail(bring, house, tmp_path) -> None:
    bring(gridbooks.risks)
    bring(tmp_path / "risk_list.xlsx")
    assert Book.objects.filter(replaced_at__isnull=True).count() == 1
    assert Book.objects.count() == 2
    assert Event.objects.filter(action="book.kept").count() == 2


def test_a_department_sends_its_own_file_and_gets_its_own_back(bring, out, house, tmp_path) -> None:
    bring(gridbooks.risks)
    path = tmp_path / "财务.xlsx"
    book = openpyxl.load_workbook(tmp_path / "risk_list.xlsx")
    del book["法务部"]
    del book["说明"]
    book[" 财务部 "]["P5"] = "日清月结"
    book.save(path)
    run = bring(path)
    assert (run.summary["changed"], run.summary["same"]) == (1, 1)
    assert set(Book.objects.filter(replaced_at__isnull=True).values_list("unit__name", flat=True)) == {
        "华东电力有限公司",
        "财务部",
    }
    assert differences(path, out(filters={"department": (str(house.finance.uid),)})) == []
    whole = openpyxl.load_workbook(out())
    assert whole.sheetnames == ["说明", "法务部", " 财务部 ", "底稿"]
    assert whole[" 财务部 "]["P5"].value == "日清月结"


def test_who_keeps_one_department_gets_no_workbook_of_others(bring, out, house) -> None:
    bring(gridbooks.risks)
    mine = account("mine", house.finance, "department_officer")
    book = openpyxl.load_workbook(out(by=mine))
    assert book.sheetnames == ["财务部"]


def test_other_sheets_of_a_file_reach_a_department_only_if_it_sent_them_itself(bring, house, officer, tmp_path) -> None:
    bring(gridbooks.risks)
    path = tmp_path / "财务.xlsx"
    book = openpyxl.load_workbook(tmp_path / "risk_list.xlsx")
    del book["法务部"]
    book["底稿"]["A1"] = "工资"
    book.save(path)
    mine = account("mine", house.finance, "department_officer")
    spec, asked = (
        actions.spec_of("risk_list"),
        ListQuery(within=house.power, filters={"department": (str(house.finance.uid),)}),
    )

    def sheets(by) -> list[str]:
        to = tmp_path / "mine.xlsx"
        exporting.export(by=by, spec=spec, query=asked, layout=LAYOUT, to=to)
        return openpyxl.load_workbook(to).sheetnames

    bring(path)
    assert "底稿" in sheets(officer)
    assert sheets(mine) == ["财务部"]
    bring(path, by=mine)
    assert "底稿" in sheets(mine)


def test_two_people_with_the_same_list_the_second_is_told_and_nothing_is_lost(bring, tmp_path, officer, house) -> None:
    bring(gridbooks.risks)
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path, words in ((first, "第一人的措施"), (second, "第二人的措施")):
        book = openpyxl.load_workbook(tmp_path / "risk_list.xlsx")
        book["法务部"]["P6"] = words
        book.save(path)
    mine, hers = bring(first, save=False), bring(second, save=False)
    importing.confirm(mine, officer)
    with pytest.raises(Conflict) as refusal:
        importing.confirm(hers, officer)
    assert refusal.value.code == "import.outdated"
    assert Entry.objects.get(number="FW-01").version == 2
    assert Book.objects.get(replaced_at__isnull=True).name == "a.xlsx"
