"""Lists in the forms in which people keep them: which form a file is in, what its sheets mean, what is wrong with it."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from guiju.access.actor import system
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org import actions as org
from guiju.registers import actions, catalogue, exporting, importing, spec, tables
from guiju.registers.listing import ListQuery
from guiju.registers.models import Entry, ImportRun, OwnLayout
from tests.registers import gridbooks
from tests.registers.conftest import account, declare, shipped

LISTS = ("risk_list", "duty_list", "process_list")


@pytest.fixture
def lists(db):
    yield {name: declare(shipped(name)) for name in LISTS}
    catalogue.clear()


@pytest.fixture
def look(tmp_path, house, lists, officer):
    """Read a file and say what it would do."""

    def run(path, register="risk_list", *, by=officer, unit=None, **more):
        return importing.prepare(
            register=register, unit=unit or house.power, path=path, name=path.name, by=by, **more
        )  # fmt: skip

    return run


@pytest.fixture
def table(tmp_path):
    """A plain workbook: sheets by name with their rows."""

    def make(sheets, name="list.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            for row in rows:
                page.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return make


LAW_FIRM = ["序号", "业务风险领域", "风险行为", "影响程度", "潜在后果", "风险依据", "防控措施", "对应管理部门"]
CAUSES = [
    "序号",
    "合规风险名称",
    "表现形式",
    "产生原因",
    "违规后果",
    "责任主体",
    "风险影响等级",
    "发生概率",
    "风险探测水平",
]


@pytest.mark.parametrize(
    ("head", "row", "layout"),
    [
        (LAW_FIRM, [1, None, "围标", "高", "罚款", "招标投标法", "公开", "法务部"], "law-firm"),
        (CAUSES, [1, "围标", "串通", "利益", "罚款", "采购员", 3, 4, 2], "causes"),
        (["序号", "风险点描述", "风险等级", "可能后果", "责任部门"], [1, "围标", "高", "罚款", "法务部"], "law-firm-points"),
        (["风险编号", "合规风险名称", "评估日期", "责任人", "变化趋势"], ["1", "围标", "2025-1-1", "王芳", "上升"], "standard"),
    ],
)  # fmt: skip
def test_the_form_of_a_file_is_found_out_from_its_headings(look, table, head, row, layout) -> None:
    told = look(table({"Sheet1": [["某某公司"], head, row]})).summary
    assert (told["layout"], told["new"], told["faults"]) == (layout, 1, [])


def test_in_one_form_a_heading_means_one_field_and_in_another_another(look, table) -> None:
    told = look(table({"Sheet1": [LAW_FIRM, [1, None, "围标", "高", None, None, None, "法务部"]]})).summary
    assert {one["heading"]: one["label"] for one in told["columns"]}["影响程度"] == "风险等级"


@pytest.mark.parametrize("register", LISTS)
def test_every_form_goes_out_and_comes_back_without_a_difference(
    look, lists, house, officer, tmp_path, register
) -> None:
    make = {"risk_list": gridbooks.risks, "duty_list": gridbooks.duties, "process_list": gridbooks.processes}[register]
    importing.confirm(look(make(tmp_path / "in.xlsx"), register), officer)
    before = Entry.objects.count()
    for layout in [tables.STANDARD, *lists[register].layouts]:
        path = tmp_path / f"{layout}.xlsx"
        asked = ListQuery(within=house.power, sort="number")
        exporting.export(by=officer, spec=lists[register], query=asked, layout=layout, to=path)
        run = look(path, register, layout=layout)
        told = run.summary
        assert (told["same"], told["rows"], told["faults"]) == (before, before, []), (layout, told["conflicts"])


def test_a_form_drawn_anew_has_grouped_headings_sheets_of_departments_and_merged_groups(
    look, lists, house, officer, tmp_path
) -> None:
    importing.confirm(look(gridbooks.risks(tmp_path / "in.xlsx")), officer)
    path = tmp_path / "drawn.xlsx"
    asked = ListQuery(within=house.power, filters={"level": ("high", "medium", "low")})
    exporting.export(by=officer, spec=lists["risk_list"], query=asked, layout="grid-company", to=path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["财务部", "法务部"]
    page = book["法务部"]
    assert (page["A1"].value, page["I2"].value, page["I3"].value, page["A2"].value) == (
        "合规风险库", "合规依据", "国家政策", "一级业务",
    )  # fmt: skip
    assert {span.coord for span in page.merged_cells.ranges} >= {"A1:S1", "I2:N2", "A2:A3", "A4:A6", "C4:C5"}
    assert page.freeze_panes == "A4"
    assert page.column_dimensions["E"].width == pytest.approx(40.7, abs=1)


def test_an_organisations_own_form_is_found_and_used_by_the_units_below(look, table, house, lists, officer, tmp_path):
    OwnLayout.objects.create(
        unit=house.group, register="risk_list", code="ours", title="风险一览", recorded_at=clock.now(), by="x",
        columns=[{"field": "name", "label": "什么风险"}, {"field": "own_1", "label": "牵头领导"},
                 {"field": "department", "label": "谁负责"}],
    )  # fmt: skip
    run = look(table({"Sheet1": [["什么风险", "牵头领导", "谁负责"], ["围标", "张总", "法务部"]]}))
    assert (run.summary["layout"], run.summary["layout_title"]) == ("ours", "风险一览")
    importing.confirm(run, officer)
    assert Entry.objects.get().body.data["own_1"] == "张总"
    assert "ours" not in tables.layouts_for(lists["risk_list"], house.other)
    path = tmp_path / "out.xlsx"
    asked = ListQuery(within=house.power, sort="number")
    exporting.export(by=officer, spec=lists["risk_list"], query=asked, layout="ours", to=path)
    assert [cell.value for cell in openpyxl.load_workbook(path).active[1]] == ["什么风险", "牵头领导", "谁负责"]


# --- what is wrong ------------------------------------------------------------------------------------------------


def test_a_sheet_of_an_unknown_department_is_told_at_its_name(look, tmp_path, officer) -> None:
    run = look(gridbooks.risks(tmp_path / "in.xlsx", finance="火星部"))
    (fault,) = run.summary["faults"]
    assert (fault["ref"], fault["column"], run.summary["faulty"]) == (" 火星部 ", "工作表", 2) or fault[
        "ref"
    ] == " 火星部 "
    assert "财务部" in fault["fix"]
    with pytest.raises(Problem):
        importing.confirm(run, officer)
    assert not Entry.objects.exists()


def test_a_key_that_stands_twice_names_both_rows_and_their_sheets(look, table) -> None:
    head = ["风险编号", "合规风险名称", "归口部门"]
    run = look(table({
        "法务部": [head, ["R-1", "甲", None], ["R-2", "乙", None], ["R-1", "丙", None]],
        "财务部": [head, ["R-1", "丁", None], ["R-2", "戊", "法务部"]],
    }))  # fmt: skip
    told = {fault["ref"]: fault["what"] for fault in run.summary["faults"]}
    assert set(told) == {"法务部!A4", "财务部!A3"}
    assert "2" in told["法务部!A4"]
    assert "法务部" in told["财务部!A3"]
    assert run.summary["new"] == 3


def test_an_unknown_person_and_level_are_told_cell_by_cell_with_what_is_allowed(look, table) -> None:
    run = look(table({"Sheet1": [["风险编号", "合规风险名称", "风险等级", "责任人"], ["1", "甲", "特高", "孙悟空"]]}))
    told = {fault["ref"]: fault for fault in run.summary["faults"]}
    assert set(told) == {"C2", "D2"}
    assert "高、中、低" in told["C2"]["fix"]


def test_a_file_without_departments_means_the_one_record_of_that_number(look, table, house, officer, lists) -> None:
    for number, department in (("R-1", "法务部"), ("R-2", "法务部"), ("R-2", "财务部")):
        actions.create(register="risk_list", unit=house.power, by=officer,
                       values={"number": number, "name": "原名", "department": department})  # fmt: skip
    run = look(table({"Sheet1": [["风险编号", "合规风险名称"], ["R-1", "新名"], ["R-2", "新名"], ["R-3", "新名"]]}))
    assert (run.summary["changed"], run.summary["new"]) == (1, 1)
    assert [fault["ref"] for fault in run.summary["faults"]] == ["A3"]


def test_a_total_ends_what_is_carried_down(look, table, lists) -> None:
    head = ["部门名称", "岗位名称", "风险内控合规职责", "制度依据"]
    rows = [
        ["财务部", "会计", "记账", None],
        [None, None, "对账", None],
        ["合计", None, None, 2],
        [None, "出纳", "盘点", None],
    ]
    run = look(table({"Sheet1": [head, *rows]}), "duty_list", layout="grid-company")
    cells = [{cell["label"]: cell["text"] for cell in one["cells"]} for one in run.summary["examples"]]
    assert [(one["部门名称"], one["岗位名称"]) for one in cells] == [
        ("财务部", "会计"),
        ("财务部", "会计"),
        ("", "出纳"),
    ]


def test_a_new_group_ends_the_groups_within_it(look, table, lists) -> None:
    head = ["一级流程", "二级流程", "末级流程名称", "合规重要环节"]
    rows = [["采购", "招标", "开标", "查验"], [None, None, None, "公示"], ["合同", None, "签订", "审查"]]
    run = look(table({"Sheet1": [head, *rows]}), "process_list", layout="grid-company")
    cells = [{cell["label"]: cell["text"] for cell in one["cells"]} for one in run.summary["examples"]]
    assert [one["二级流程"] for one in cells] == ["招标", "招标", ""]


def refused(look, path, register="risk_list"):
    with pytest.raises(Problem) as refusal:
        look(path, register)
    assert not ImportRun.objects.exists()
    assert not Entry.objects.exists()
    return refusal.value


def test_merged_cells_that_overlap_are_refused_naming_them(look, tmp_path) -> None:
    path = gridbooks.risks(tmp_path / "in.xlsx")
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet2.xml"):
                data = data.replace(b'<mergeCell ref="A6:A8"', b'<mergeCell ref="A7:B9"/><mergeCell ref="A6:A8"')
            target.writestr(name, data)
    problem = refused(look, broken)
    assert problem.code == "file.merge"
    assert "法务部" in str(problem)
    assert "A7:B9" in str(problem)


def test_a_file_that_was_cut_off_and_a_list_of_something_else_are_refused(look, tmp_path, table) -> None:
    path = gridbooks.risks(tmp_path / "in.xlsx")
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(path.read_bytes()[:-800])
    assert refused(look, cut).code.startswith("file.")
    other = refused(look, table({"花名册": [["员工", "年龄"], ["张三", 30]]}))
    assert other.code == "header.not_found"
    assert "员工" in other.fix


def test_who_keeps_one_department_brings_in_its_rows_only(look, tmp_path, house) -> None:
    mine = account("mine", house.finance, "department_officer")
    run = look(gridbooks.risks(tmp_path / "in.xlsx"), by=mine)
    assert (run.summary["new"], run.summary["faulty"]) == (2, 4)
    importing.confirm(run, mine, skip_faulty=True)
    assert set(Entry.objects.values_list("department__name", flat=True)) == {"财务部"}


def test_a_department_of_ones_own_comes_before_that_of_a_company_below(look, table, house, officer) -> None:
    org.create_unit(code="G-FF", name="财务部", kind="department", parent=house.group, by=system("guiju"))
    run = look(table({"财务部": [["风险编号", "合规风险名称"], ["1", "甲"]]}), unit=house.group)
    importing.confirm(run, officer)
    assert Entry.objects.get().department.code == "G-FF"


def test_the_empty_form_has_the_forms_headings(lists, tmp_path, look) -> None:
    for register in LISTS:
        for layout, form in spec.get(register).layouts.items():
            path = tmp_path / f"{register}-{layout}.xlsx"
            exporting.template(spec=spec.get(register), layout=layout, to=path)
            page = openpyxl.load_workbook(path).worksheets[0]
            last = 3 if any(column.under for column in form.columns) else 2
            heads = {page[f"{get_column_letter(at)}{row}"].value for at in range(1, 30) for row in (2, last)}
            assert {column.label for column in form.columns} <= heads
            with pytest.raises(Problem) as refusal:
                look(path, register)
            assert refusal.value.code == "import.empty"
