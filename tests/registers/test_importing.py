"""A workbook in, in two phases; and a list out in the same shape."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest

from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org.models import Person, Unit
from guiju.registers import actions, changes, exporting, importing, queries, staging, store
from guiju.registers.directory import Directory
from guiju.registers.listing import ListQuery
from guiju.registers.models import Entry, ImportRun
from guiju.trail.models import Event
from tests.registers.conftest import GUIJU, account, declare, variant

HEAD = ["序号", "合同名称", "编号", "类别", "签订日期", "金额（元）", "经办人"]


def book(path, rows, *, title="合同台账", sheet="台账", head=HEAD):
    """A ledger as people keep it: a title, a header, rows."""
    made = openpyxl.Workbook()
    page = made.active
    page.title = sheet
    page.append([title])
    page.append(head)
    for row in rows:
        page.append(row)
    made.save(path)
    return path


GOOD = [
    [1, "办公用品采购", "HT-001", "采购", "2026.3.1", "1,200.00", "王芳"],
    [2, "设备租赁", "HT-002", "销售", date(2026, 3, 2), 80000.5, "A002"],
    [3, "物业服务", "HT-003", "purchase", "2026年3月3日", None, None],
    ["合计", None, None, None, None, 81200.5, None],
]


@pytest.fixture
def read(tmp_path, house, contracts, officer):
    def run(rows, *, by=officer, unit=None, register="contracts", **more):
        path = book(tmp_path / "台账.xlsx", rows, **more)
        return importing.prepare(register=register, unit=unit or house.power, path=path, name="台账.xlsx", by=by)

    return run


def test_a_ledger_is_read_shown_and_only_then_saved(read, officer, house):
    run = read(GOOD)
    summary = run.summary
    assert (summary["new"], summary["changed"], summary["same"], summary["faulty"], summary["skipped"]) == (
        3,
        0,
        0,
        0,
        1,
    )
    assert summary["unknown_columns"] == []
    assert "主合同" in summary["missing_columns"]
    assert not Entry.objects.exists()
    importing.confirm(run, officer)
    rows = {entry.number: entry for entry in Entry.objects.select_related("body")}
    assert set(rows) == {"HT-001", "HT-002", "HT-003"}
    assert (rows["HT-002"].amount, rows["HT-002"].on, rows["HT-002"].person_id) == (
        Decimal("80000.50"),
        date(2026, 3, 2),
        house.li.pk,
    )
    assert rows["HT-003"].body.data["party"] == "未填"
    assert Event.objects.filter(action="entry.imported").get().batch_count == 3


def test_a_second_confirmation_saves_nothing_more(read, officer):
    run = read(GOOD)
    importing.confirm(run, officer)
    again = importing.confirm(ImportRun.objects.get(pk=run.pk), officer)
    assert again.state == "done"
    assert Entry.objects.count() == 3
    assert Event.objects.filter(action="entry.imported").count() == 1


def test_faulty_cells_are_named_and_nothing_is_saved_unless_the_rest_is_asked_for(read, officer, tmp_path):
    run = read([*GOOD[:1], [2, None, "HT-002", "租赁", "昨天", "很多", "孙悟空"], [3, "甲", "HT-001", "采购"]])
    assert (run.summary["new"], run.summary["faulty"], run.summary["fault_count"]) == (1, 2, 6)
    told = {fault["ref"]: fault for fault in run.summary["faults"]}
    assert {"D4", "E4", "F4", "G4", "C5"} <= set(told)
    assert told["D4"]["column"] == "类别"
    assert "租赁" in told["D4"]["what"]
    assert "3" in told["C5"]["what"]
    with pytest.raises(Problem) as refusal:
        importing.confirm(run, officer)
    assert refusal.value.code == "import.faulty"
    assert not Entry.objects.exists()
    marked = importing.marked_file(run, tmp_path / "marked.xlsx")
    page = openpyxl.load_workbook(marked)["台账"]
    assert page["D4"].comment is not None
    assert page["D3"].comment is None
    importing.confirm(run, officer, skip_faulty=True)
    assert list(Entry.objects.values_list("number", flat=True)) == ["HT-001"]


def test_a_missing_name_is_a_fault_of_its_cell(read):
    run = read([[1, None, "HT-001", "采购"]])
    assert [(fault["ref"], fault["column"]) for fault in run.summary["faults"]] == [("B3", "合同名称")]


def test_known_rows_are_updated_and_shown_cell_by_cell(read, officer, house):
    importing.confirm(read(GOOD), officer)
    run = read(
        [
            [1, "办公用品采购", "HT-001", "采购", "2026-03-01", 1500, "李雷"],
            *GOOD[1:2],
            [3, "物业管理", "HT-009", "采购"],
        ]
    )
    assert (run.summary["new"], run.summary["changed"], run.summary["same"]) == (1, 1, 1)
    (conflict,) = run.summary["conflicts"]
    assert conflict["row"] == 3
    assert [(cell["label"], cell["old"], cell["new"]) for cell in conflict["cells"]] == [
        ("金额（元）", "1,200.00", "1,500.00"),
        ("经办人", "王芳", "李雷"),
    ]
    assert list(importing.conflicts(run)) == [conflict]
    importing.confirm(run, officer)
    entry = Entry.objects.get(number="HT-001")
    assert (entry.version, entry.amount, entry.person_id) == (2, Decimal(1500), house.li.pk)
    assert Entry.objects.count() == 4


def test_an_empty_cell_clears_a_value_and_a_missing_column_leaves_it(read, officer):
    importing.confirm(read(GOOD), officer)
    run = read([["办公用品采购", "HT-001", "采购", None]], head=["合同名称", "合同编号", "类别", "经办人"])
    importing.confirm(run, officer)
    entry = Entry.objects.select_related("body").get(number="HT-001")
    assert entry.person_id is None
    assert entry.body.data["amount"] == "1200.00"


def test_a_row_that_somebody_changed_after_the_preview_stops_the_whole_import(read, officer):
    importing.confirm(read(GOOD), officer)
    run = read([[1, "办公用品采购", "HT-001", "采购", "2026-03-01", 1500], [2, "新合同", "HT-010", "采购"]])
    actions.update(entry=Entry.objects.get(number="HT-001"), values={"amount": 7}, version=1, by=officer)
    with pytest.raises(Conflict) as refusal:
        importing.confirm(run, officer)
    assert refusal.value.code == "import.outdated"
    assert not Entry.objects.filter(number="HT-010").exists()


def test_a_row_that_is_edited_while_the_import_is_being_saved_is_not_overwritten(read, officer, monkeypatch):
    """A listener is what may run between the import's first look at a row and its lock."""
    importing.confirm(read(GOOD), officer)
    run = read([[1, "甲", "HT-001", "采购"], [2, "乙", "HT-002", "销售"]])
    events = Event.objects.count()

    def edit_the_other(told):
        other = Entry.objects.get(number="HT-002")
        if other.version == 1:
            actions.update(entry=other, values={"amount": 7}, version=1, by=officer)

    monkeypatch.setattr(changes, "_listeners", [edit_the_other])
    with pytest.raises(Conflict) as refusal:
        importing.confirm(run, officer)
    assert refusal.value.code == "import.outdated"
    assert "4" in refusal.value.what
    assert set(Entry.objects.values_list("title", flat=True)) == {"办公用品采购", "设备租赁", "物业服务"}
    assert Event.objects.count() == events


def test_a_store_saves_no_change_over_a_version_that_nobody_has_seen(read, officer, house, contracts):
    importing.confirm(read(GOOD), officer)
    entry = Entry.objects.select_related("body").get(number="HT-001")
    seen = dict(entry.body.data)
    actions.update(entry=entry, values={"amount": 7}, version=1, by=officer)
    with pytest.raises(Conflict) as refusal:
        store.of(contracts).change(
            entry.pk, version=1, data={**seen, "name": "甲"}, known=Directory(house.power), by=officer, reason=""
        )
    assert refusal.value.code == "import.outdated"
    assert Entry.objects.get(pk=entry.pk).title == "办公用品采购"


def test_a_number_that_somebody_took_after_the_preview_stops_the_import(read, officer, house):
    run = read([[1, "新合同", "HT-010", "采购"]])
    actions.create(
        register="contracts", unit=house.power, by=officer, values={"name": "抢先", "number": "HT-010", "kind": "采购"}
    )
    with pytest.raises(Conflict):
        importing.confirm(run, officer)
    assert Entry.objects.count() == 1


def test_the_unit_column_puts_rows_where_they_belong(read, officer, house):
    head = ["所属单位", "合同名称", "编号", "类别"]
    run = read(
        [
            ["G-02", "甲", "1", "采购"],
            ["华东电力有限公司", "乙", "2", "采购"],
            [None, "丙", "3", "采购"],
            ["X", "丁", "4", "采购"],
            ["火星分公司", "戊", "5", "采购"],
        ],
        head=head,
        unit=house.group,
    )
    assert [fault["ref"] for fault in run.summary["faults"]] == ["A6", "A7"]
    importing.confirm(run, officer, skip_faulty=True)
    assert dict(Entry.objects.values_list("title", "unit__code")) == {"甲": "G-02", "乙": "G-01", "丙": "G"}


def test_an_officer_of_one_company_cannot_reach_another_through_a_file(read, house):
    mine = account("mine", house.power)
    run = read([["G-02", "甲", "1", "采购"]], head=["单位", "合同名称", "编号", "类别"], by=mine)
    assert run.summary["faulty"] == 1
    with pytest.raises(NotFound):
        read(GOOD, by=mine, unit=house.gas)
    reader = account("reader", house.power, "reader")
    with pytest.raises(Denied):
        read(GOOD, by=reader)


def test_states_are_read_for_new_rows_and_never_changed_by_a_file(read, officer):
    head = ["合同名称", "编号", "类别", "办结日期", "状态"]
    importing.confirm(
        read([["甲", "1", "采购", "2026-05-01", "已办结"], ["乙", "2", "采购", None, "履行中"]], head=head), officer
    )
    assert dict(Entry.objects.values_list("title", "status")) == {"甲": "closed", "乙": "open"}
    run = read(
        [
            ["甲", "1", "采购", "2026-05-01", "履行中"],
            ["丙", "3", "采购", None, "已办结"],
            ["丁", "4", "采购", None, "飞了"],
        ],
        head=head,
    )
    assert [fault["ref"] for fault in run.summary["faults"]] == ["E3", "D4", "E5"]


def test_a_list_that_was_exported_comes_back_without_a_difference(tmp_path, house, contracts, officer):
    from guiju.org import actions as org

    org.add_person(unit=house.power, name="王芳", number="A017", by=GUIJU)
    main = actions.create(
        register=contracts,
        unit=house.power,
        by=officer,
        values={
            "name": "=SUM(A1) 主合同",
            "number": "007",
            "kind": "采购",
            "amount": "12345678901234.56",
            "period": "2026Q1",
        },
    )
    actions.create(
        register=contracts,
        unit=house.gas,
        by=officer,
        values={
            "name": "补充\n协议",
            "number": "913100001234567000",
            "kind": "sale",
            "signed_on": "2026-01-02",
            "copies": 3,
            "rate": "0.1234",
            "important": True,
            "handler": "赵敏",
            "main": "007",
            "link": "https://example.cn/",
            "risks": ["tax", "data"],
            "signers": ["B001", "A001"],
            "supplements": [str(main.uid)],
            "note": "第一行\n第二行",
        },
    )
    actions.create(
        register=contracts,
        unit=house.power,
        values={"name": "无编号", "kind": "sale", "department": "财务部"},
        by=officer,
    )
    path = tmp_path / "out.xlsx"
    assert exporting.export(by=officer, spec=contracts, query=ListQuery(within=house.group), to=path) == 3
    run = importing.prepare(register=contracts, unit=house.group, path=path, name="out.xlsx", by=officer)
    assert run.summary["faults"] == []
    assert (run.summary["same"], run.summary["rows"], run.summary["conflicts"]) == (3, 3, [])
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_an_export_holds_what_the_filter_says_and_what_the_person_may_take_out(tmp_path, read, house, officer):
    importing.confirm(read(GOOD), officer)
    spec = actions.spec_of("contracts")
    path = tmp_path / "out.xlsx"
    assert exporting.export(by=officer, spec=spec, query=ListQuery(filters={"kind": ("sale",)}), to=path) == 1
    assert exporting.export(by=account("x", house.other), spec=spec, to=path) == 0
    with pytest.raises(Denied):
        exporting.export(by=account("reader", house.group, "reader"), spec=spec, to=path)
    assert Event.objects.filter(action="export.made").count() == 2


def test_a_template_holds_the_headings_and_nothing_else(tmp_path, contracts, house, officer):
    path = tmp_path / "template.xlsx"
    exporting.template(spec=contracts, to=path)
    with pytest.raises(Problem) as refusal:
        importing.prepare(register=contracts, unit=house.power, path=path, name="template.xlsx", by=officer)
    assert refusal.value.code == "import.empty"


def test_a_layout_gives_columns_other_names_and_is_read_back(tmp_path, house, officer):
    spec = declare(
        variant(
            layouts={
                "law-firm": {
                    "title": "合同一览",
                    "columns": [
                        {"field": "number", "label": "档案号"},
                        {"field": "name", "label": "文件名"},
                        {"field": "kind", "label": "种类"},
                    ],
                }
            }
        )
    )
    path = book(tmp_path / "a.xlsx", [["1", "甲", "采购"]], head=["档案号", "文件名", "种类"])
    run = importing.prepare(register=spec, unit=house.power, path=path, name="a.xlsx", by=officer, layout="law-firm")
    importing.confirm(run, officer)
    out = tmp_path / "b.xlsx"
    exporting.export(by=officer, spec=spec, layout="law-firm", to=out)
    assert [cell.value for cell in openpyxl.load_workbook(out).active[2]] == ["档案号", "文件名", "种类"]
    with pytest.raises(Problem):
        exporting.export(by=officer, spec=spec, layout="unknown", to=out)


# --- bad files ----------------------------------------------------------------------------------------------------


def refused(house, officer, path, name):
    before = set(staging.folder().iterdir())
    with pytest.raises(Problem) as refusal:
        importing.prepare(register="contracts", unit=house.power, path=path, name=name, by=officer)
    assert set(staging.folder().iterdir()) == before
    assert not ImportRun.objects.exists()
    assert not Entry.objects.exists()
    return str(refusal.value)


def test_a_wrong_table_is_refused_naming_file_sheet_what_was_looked_for_and_what_was_found(
    tmp_path, house, contracts, officer
):
    path = book(tmp_path / "a.xlsx", [["张三", 1]], head=["员工", "年龄"], sheet="花名册", title="人员")
    said = refused(house, officer, path, "花名册.xlsx")
    for word in ("花名册.xlsx", "花名册", "合同名称", "员工", "年龄"):
        assert word in said


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path, house, contracts, officer):
    path = book(tmp_path / "a.xlsx", [["1", 5]], head=["合同编号", "金额（元）"])
    said = refused(house, officer, path, "a.xlsx")
    for word in ("a.xlsx", "台账", "合同名称", "类别", "合同编号"):
        assert word in said


def test_the_table_may_stand_on_the_second_sheet(tmp_path, house, contracts, officer):
    path = book(tmp_path / "a.xlsx", [["甲", "1", "采购"]], head=["合同名称", "合同编号", "类别"], sheet="清单")
    made = openpyxl.load_workbook(path)
    made.create_sheet("说明", 0)["A1"] = "填表说明"
    made.save(path)
    run = importing.prepare(register="contracts", unit=house.power, path=path, name="a.xlsx", by=officer)
    assert (run.summary["sheet"], run.summary["new"]) == ("清单", 1)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b""),
        ("b.xlsx", b"hello"),
        ("c.xlsx", b"%PDF-1.7"),
        ("d.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ],
)
def test_what_is_no_workbook_is_refused_with_its_name(tmp_path, house, contracts, officer, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    assert name in refused(house, officer, path, name)


def test_a_macro_file_and_a_bomb_are_refused_with_their_names(tmp_path, house, contracts, officer):
    good = book(tmp_path / "a.xlsx", GOOD)
    macro, bomb = tmp_path / "macro.xlsm", tmp_path / "bomb.xlsx"
    for target, member, data in (
        (macro, "xl/vbaProject.bin", b"x"),
        (bomb, "xl/worksheets/sheet9.xml", b"0" * 30_000_000),
    ):
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            for item in source.infolist():
                made.writestr(item, source.read(item))
            made.writestr(member, data)
        assert target.name in refused(house, officer, target, target.name)


def test_a_long_number_in_a_code_column_is_a_fault_of_its_cell(read):
    run = read([[1, "甲", 913100001234567890, "采购"], [2, "乙", 20260001, "采购"]])
    assert [fault["ref"] for fault in run.summary["faults"]] == ["C3"]
    assert run.summary["new"] == 1


def test_a_run_that_nobody_confirms_can_be_dropped(read, officer):
    run = read(GOOD)
    importing.discard(run)
    with pytest.raises(Conflict):
        importing.confirm(run, officer)
    assert not staging.source(run).exists()


def test_each_night_looks_only_at_imports_that_still_wait_and_at_files_that_were_left(read, officer):
    waiting = read(GOOD)
    saved = importing.confirm(read([[9, "食堂承包", "HT-009", "采购", None, 5, None]]), officer)
    kept = staging.source(saved)
    with clock.simulate(clock.now() + timedelta(days=1)):
        assert staging.sweep() == 0
        assert kept.exists(), "its faults can still be marked"
    with clock.simulate(clock.now() + timedelta(days=3)):
        assert staging.sweep() == 1
        assert list(staging.folder().iterdir()) == []
        assert staging.sweep() == 0
    states = dict(ImportRun.objects.values_list("pk", "state"))
    assert (states[waiting.pk], states[saved.pk]) == ("dropped", "done")


# --- units and people ---------------------------------------------------------------------------------------------


def test_a_whole_group_comes_in_from_one_file_parents_first(tmp_path, base, house, officer):
    head = ["单位编码", "单位名称", "单位类型", "上级单位", "成立日期"]
    rows = [
        ["G-03", "华东新能源有限公司", "公司", None, "2020-01-01"],
        ["G-03-1", "光伏有限公司", "子公司", "G-03", None],
        ["G-03-D", "合规部", "部门", "华东新能源有限公司", None],
        ["G-02", "华东燃气有限公司", "公司", "G", None],
    ]
    path = book(tmp_path / "u.xlsx", rows, head=head)
    run = importing.prepare(register="units", unit=house.group, path=path, name="u.xlsx", by=officer)
    assert (run.summary["new"], run.summary["same"], run.summary["faults"]) == (3, 1, [])
    importing.confirm(run, officer)
    assert Unit.objects.get(code="G-03-1").parent.code == "G-03"
    assert Unit.objects.get(code="G-03").parent == house.group
    out = tmp_path / "out.xlsx"
    exporting.export(by=officer, spec=base["units"], query=ListQuery(within=house.group), to=out)
    again = importing.prepare(register="units", unit=house.group, path=out, name="out.xlsx", by=officer)
    assert again.summary["faults"] == []
    assert again.summary["same"] == again.summary["rows"] == 8


def test_people_come_in_and_go_out_like_everything_else(tmp_path, base, house, officer):
    path = book(
        tmp_path / "p.xlsx",
        [["王芳", "A001", "法务部", "经理"], ["钱多多", "A100", "财务部", "会计"]],
        head=["姓名", "工号", "部门", "岗位"],
    )
    run = importing.prepare(register="people", unit=house.power, path=path, name="p.xlsx", by=officer)
    assert (run.summary["new"], run.summary["changed"]) == (1, 1)
    importing.confirm(run, officer)
    assert Person.objects.get(number="A001").department == house.law
    assert Person.objects.get(number="A100").unit == house.power
    page = queries.listing(
        officer, base["people"], ListQuery(text="钱", columns=("name", "department", "post", "_unit"))
    )
    assert page.rows[0].cells(["name", "department", "post", "_unit"]) == [
        "钱多多",
        "财务部",
        "会计",
        "华东电力有限公司",
    ]
    out = tmp_path / "out.xlsx"
    assert exporting.export(by=officer, spec=base["people"], query=ListQuery(within=house.group), to=out) == 4
    again = importing.prepare(register="people", unit=house.group, path=out, name="out.xlsx", by=officer)
    assert (again.summary["faults"], again.summary["same"]) == ([], 4)
