"""A clerk's own list: nobody has to change the file so that it fits; what does not fit is asked once."""

from __future__ import annotations

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib.errors import Conflict, Denied, Problem
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.registers import actions, asking, catalogue, importing, scales
from guiju.registers.models import Entry, ImportRun
from guiju.registers.spec import Field
from tests.registers.conftest import GUIJU, account, declare, shipped

HEAD = ["序号", "业务领域", "风险点", "风险描述", "法律依据", "发生可能性", "影响程度", "风险等级", "责任部门"]
ROWS = [
    [1, "招标采购", "应招未招", "化整为零规避招标", "《招标投标法》第四条", "中", "高", "高", "财务部"],
    [2, "招标采购", "围标串标", "投标人相互串通", "《招标投标法》第三十二条", "低", "中", "低", "采购部"],
]


@pytest.fixture
def risks(db):
    yield declare(shipped("risk_list"))
    catalogue.clear()


@pytest.fixture
def look(tmp_path, house, officer, risks):
    def run(rows, *, head=HEAD, by=officer, name="清单.xlsx", below=(), **more) -> ImportRun:
        made = openpyxl.Workbook()
        page = made.active
        page.title = "风险清单"
        for row in [["合规风险清单"], head, *rows, *below]:
            page.append(row)
        path = tmp_path / name
        made.save(path)
        return importing.prepare(register="risk_list", unit=house.power, path=path, name=name, by=by, **more)

    return run


def _answers(run: ImportRun) -> dict[tuple[str, str], object]:
    return {(one["field"], one["value"]): one["answer"] for one in run.summary["questions"]}


def _to(run: ImportRun) -> dict[str, str]:
    return {one["name"]: one["to"] for one in run.summary["mapping"]}


ALL = {
    "values": {
        "field": {"招标采购": {"to": None, "keep": "business"}},
        "department": {"采购部": {"to": None, "keep": "note"}},
    }
}


# --- words of scales ----------------------------------------------------------------------------------------------


def test_high_medium_and_low_are_steps_of_the_scale_and_shown_to_be_changed(look, officer):
    run = look([["1", *ROWS[0][1:]]])
    assert _answers(run)["probability", "中"] == {"to": 3}
    assert _answers(run)["impact", "高"] == {"to": 5}
    run = importing.decide(run, officer, {"values": {**ALL["values"], "impact": {"高": {"to": 4}}}})
    importing.confirm(run, officer)
    data = Entry.objects.get().body.data
    assert (data["probability"], data["impact"], data["level"]) == (3, 4, "high")


def test_a_wrong_number_is_told_the_scale(look):
    run = look([[1, None, "应招未招", "化整为零", None, 7, "多半", None, None]])
    told = {one["value"]: one["fix"] for one in run.summary["causes"]}
    assert "1" in told["7"]
    assert "5" in told["7"]
    assert ("impact", "多半") in _answers(run)


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        (("低", "中", "高"), (1, 3, 5)),
        (("一般", "较大", "大"), (1, 3, 5)),
        (("一般", "较大", "重大"), (1, 3, 5)),
        (("不太可能", "可能", "很可能"), (1, 3, 5)),
        (("轻微", "中等", "严重"), (1, 3, 5)),
        (("低", "较低", "中", "较高", "高"), (1, 1, 3, 4, 5)),
        (("低风险", "中风险", "高风险"), (1, 3, 5)),
    ],
)
def test_everyday_words_are_spread_over_the_scale(words, steps):
    item = Field(code="p", label="概率", type="integer", min=1, max=5)
    assert tuple(scales.proposal(item, word, words) for word in words) == steps


def test_the_words_of_the_units_own_matrix_are_taken_as_they_are():
    item = Field(code="p", label="概率", type="integer", min=1, max=5)
    names = ("一级（很少）", "二级", "三级", "四级", "五级")
    assert scales.exact(item, "一级", names) == 1
    assert scales.exact(item, "五级", names) == 5
    assert scales.exact(item, "4分", names) == 4


@given(st.text(max_size=12))
def test_any_word_is_a_step_or_nothing(word):
    item = Field(code="p", label="概率", type="integer", min=1, max=5)
    assert scales.proposal(item, word, [word]) in {None, 1, 2, 3, 4, 5}


# --- columns ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["auto", "law-firm", "law-firm-points", "standard"])
def test_a_heading_of_ones_own_wins_over_the_place_that_a_form_gives_it(look, layout):
    run = look(ROWS, layout=layout)
    assert (_to(run)["影响程度"], _to(run)["风险等级"]) == ("impact", "level")


def test_a_form_that_calls_the_level_so_still_reads_its_own_files(look):
    run = look([["市场交易", "串通", "高"]], head=["业务风险领域", "风险行为", "影响程度"], layout="law-firm")
    assert _to(run)["影响程度"] == "level"


def test_every_column_says_where_it_goes_and_ordinary_headings_have_a_home(look):
    run = look(ROWS)
    assert _to(run) == {
        "序号": "", "业务领域": "field", "风险点": "name", "风险描述": "behaviour", "法律依据": "basis",
        "发生可能性": "probability", "影响程度": "impact", "风险等级": "level", "责任部门": "department",
    }  # fmt: skip
    assert run.summary["unknown_columns"] == []
    assert next(one for one in run.summary["mapping"] if one["name"] == "风险点")["examples"] == [
        "应招未招",
        "围标串标",
    ]


def test_a_column_without_a_home_is_kept_in_the_remarks_and_the_next_file_knows_it(look, officer):
    head, rows = [*HEAD[:4], "律师提示"], [[*row[:1], None, *row[2:4], "留存底稿"] for row in ROWS]
    run = look(rows, head=head)
    assert run.summary["unknown_columns"] == ["律师提示"]
    run = importing.decide(run, officer, {"columns": {"律师提示": "+note"}})
    importing.confirm(run, officer)
    assert {entry.body.data["note"] for entry in Entry.objects.all()} == {"律师提示：留存底稿"}
    again = look(rows, head=head)
    assert again.summary["is_remembered"]
    assert (again.summary["same"], again.summary["new"], again.summary["unknown_columns"]) == (2, 0, [])


def test_words_are_added_to_a_remark_and_replace_none(look, officer, house):
    actions.create(register="risk_list", unit=house.power, by=officer,
                   values={"number": "R-1", "name": "应招未招", "note": "已与法务核对"})  # fmt: skip
    run = look([["R-1", "应招未招", "甲"]], head=["风险编号", "风险点", "律师提示"])
    run = importing.decide(run, officer, {"columns": {"律师提示": "+note"}})
    importing.confirm(run, officer)
    assert Entry.objects.get().body.data["note"] == "已与法务核对\n律师提示：甲"


def test_a_file_whose_name_column_is_called_otherwise_is_not_refused_but_asked(look, officer, house, tmp_path, risks):
    made = openpyxl.Workbook()
    for row in (["情形", "后果", "归口部门", "法律依据"], ["应招未招", "处罚", "财务部", "《招标投标法》"]):
        made.active.append(row)
    made.save(tmp_path / "x.xlsx")
    given = {"register": "risk_list", "unit": house.power, "path": tmp_path / "x.xlsx", "name": "x.xlsx", "by": officer}
    with pytest.raises(Problem):
        importing.prepare(**given)
    run = importing.read(importing.begin(**given, is_lenient=True), officer)
    assert "合规风险名称" in run.summary["lacking"]
    run = importing.decide(run, officer, {"columns": {"情形": "name"}})
    assert (run.summary["lacking"], run.summary["new"], run.summary["faulty"]) == ([], 1, 0)


def test_two_columns_cannot_go_to_one_field(look, officer):
    run = look(ROWS)
    with pytest.raises(Problem, match="风险描述"):
        importing.decide(run, officer, {"columns": {"风险描述": "name", "风险点": "name"}})
    assert _to(ImportRun.objects.get())["风险点"] == "name"


@pytest.mark.parametrize(
    "wrong",
    [{"columns": {"风险点": "number of beasts"}}, {"columns": {"风险点": "+number"}}, {"strangers": "eat"},
     {"values": {"impact": {"高": {"to": 9}}}}, {"values": {"level": {"高": {"new": True}}}}, {"values": 3}],
)  # fmt: skip
def test_nonsense_is_refused_and_the_run_stands_as_it_was(look, officer, wrong):
    run = look(ROWS)
    before = ImportRun.objects.get().summary
    with pytest.raises(Problem):
        importing.decide(run, officer, wrong)
    assert ImportRun.objects.get().summary == before


# --- running numbers ----------------------------------------------------------------------------------------------


def test_a_running_number_names_no_record_and_a_second_list_overwrites_nothing(look, officer):
    for heading in ("序号", "编号"):
        run = look([[1, "应招未招", "甲"], [2, "围标串标", "乙"]], head=[heading, "风险点", "风险描述"])
        importing.confirm(run, officer)
    assert Entry.objects.count() == 2
    run = look([[1, "艺术品鉴定争议", "丙"], [2, "直播失实", "丁"]], head=["编号", "风险点", "风险描述"])
    assert (run.summary["new"], run.summary["changed"]) == (2, 0)


def test_a_row_with_another_records_number_is_new_unless_a_person_says_otherwise(look, officer, house):
    old = actions.create(register="risk_list", unit=house.power, by=officer,
                         values={"number": "FX-3", "name": "禁止流通物", "behaviour": "受理"})  # fmt: skip
    head = ["风险编号", "风险点", "风险描述"]
    rows = [["FX-3", "委托人信息泄露", "泄露"]]
    run = look(rows, head=head)
    assert run.summary["strangers"]["rows"][0]["old"] == "禁止流通物"
    assert (run.summary["new"], run.summary["changed"]) == (1, 0)
    importing.confirm(run, officer)
    assert Entry.objects.get(pk=old.pk).title == "禁止流通物"
    assert Entry.objects.exclude(pk=old.pk).get().body.data["note"] == "风险编号：FX-3"
    again = look(rows, head=head)
    assert (again.summary["new"], again.summary["same"]) == (0, 1)
    changed = importing.decide(again, officer, {"strangers": "change"})
    assert changed.summary["changed"] == 1


def test_a_record_that_was_only_renamed_is_still_itself(look, officer, house):
    actions.create(register="risk_list", unit=house.power, by=officer,
                   values={"number": "FX-3", "name": "大数据杀熟", "behaviour": "同一商品差别定价"})  # fmt: skip
    run = look([["FX-3", "算法歧视", "同一商品差别定价"]], head=["风险编号", "风险点", "风险描述"])
    assert (run.summary["changed"], run.summary["strangers"]["count"]) == (1, 0)


# --- departments, people, choices ---------------------------------------------------------------------------------


def test_an_unknown_department_is_asked_once_and_entered_with_the_rows_or_not_at_all(look, officer, house):
    run = look([[n, None, f"风险{n}事项", "行为", None, None, None, None, "采购部"] for n in (1, 2, 4)])
    (question,) = run.summary["questions"]
    assert (question["value"], question["rows"], run.summary["asked"]) == ("采购部", 3, 3)
    run = importing.decide(run, officer, {"values": {"department": {"采购部": {"new": True}}}})
    assert (run.summary["new"], run.summary["faulty"]) == (3, 0)
    assert not Unit.objects.filter(name="采购部").exists()
    importing.confirm(run, officer)
    made = Unit.objects.get(name="采购部")
    assert (made.parent_id, made.kind) == (house.power.pk, "department")
    assert {entry.department_id for entry in Entry.objects.all()} == {made.pk}
    again = look([[n, None, f"风险{n}事项", "行为", None, None, None, None, "采购部"] for n in (1, 2, 4)])
    assert (again.summary["same"], again.summary["questions"]) == (3, [])


def test_a_department_that_somebody_else_has_entered_meanwhile_is_not_entered_twice(look, officer, house):
    run = look([[1, None, "应招未招", "行为", None, None, None, None, "采购部"]])
    run = importing.decide(run, officer, {"values": {"department": {"采购部": {"new": True}}}})
    org.create_unit(code="G-C", name="采购部", kind="department", parent=house.power, by=GUIJU)
    with pytest.raises(Conflict):
        importing.confirm(run, officer)
    assert (Unit.objects.filter(name="采购部").count(), Entry.objects.count()) == (1, 0)


def test_a_person_whom_nobody_knows_is_chosen_entered_or_left_out(look, officer, house):
    head = ["风险点", "风险描述", "责任人"]
    run = look([["甲事项", "一", "张建国"], ["乙事项", "二", "李四"], ["丙事项", "三", "赵六"]], head=head)
    answers = {
        "张建国": {"new": True},
        "李四": {"to": str(house.wang.uid)},
        "赵六": {"to": None, "keep": "note"},
    }
    importing.confirm(importing.decide(run, officer, {"values": {"owner": answers}}), officer)
    rows = {entry.title: entry for entry in Entry.objects.select_related("body")}
    assert rows["甲事项"].owner_id == Person.objects.get(name="张建国").pk
    assert rows["乙事项"].owner_id == house.wang.pk
    assert (rows["丙事项"].owner_id, rows["丙事项"].body.data["note"]) == (None, "责任人：赵六")


def test_who_may_not_enter_departments_is_refused_and_may_leave_them_out(look, house):
    clerk = account("clerk", house.finance, "department_officer")
    run = look([[1, None, "应招未招", "行为", None, None, None, None, "采购部"]], by=clerk)
    with pytest.raises(Denied):
        importing.decide(run, clerk, {"values": {"department": {"采购部": {"new": True}}}})
    assert not Unit.objects.filter(name="采购部").exists()


def test_a_word_that_is_no_choice_is_asked_once_and_may_stay_in_a_text(look, officer):
    run = look(ROWS)
    assert [one["rows"] for one in run.summary["questions"] if one["value"] == "招标采购"] == [2]
    importing.confirm(importing.decide(run, officer, ALL), officer)
    assert {entry.body.data["business"] for entry in Entry.objects.all()} == {"招标采购"}
    assert {entry.body.data.get("field") for entry in Entry.objects.all()} == {None}


def test_on_the_command_line_nothing_is_guessed(look):
    run = look(ROWS, is_strict=True)
    assert (run.summary["questions"], run.summary["faulty"]) == ([], 2)
    with pytest.raises(Problem):
        importing.confirm(run, GUIJU)


# --- causes and footers -------------------------------------------------------------------------------------------


def test_one_cause_is_told_once_with_its_rows(look):
    rows = [[at, None, f"风险点{at}号", "行为", None, 9 if at != 3 else 2, None, None, None] for at in range(1, 7)]
    run = look(rows)
    (cause,) = run.summary["causes"]
    assert (cause["value"], cause["rows"]) == ("9", 5)
    assert "3–4、6–8" in cause["where"]


@pytest.mark.parametrize(
    "line", [["审核人：", *[None] * 7, "制表人：李会计"], ["填表说明：按季度填报"], ["注：等级分三级"], ["合计"]]
)
def test_signatures_and_notes_below_the_list_are_no_rows(look, line):
    run = look(ROWS, below=[line])
    assert run.summary["rows"] == 2
    assert run.summary["skipped"] + len(run.summary["footers"]) == 1


def test_a_risk_that_begins_like_a_note_is_a_row(look):
    rows = [
        ["说明：义务告知不足", "未告知", "《民法典》", "处罚", "高"],
        ["审核人员未回避", "未回避", "《招标投标法》", "无效", "低"],
    ]
    run = look(rows, head=["风险点", "风险描述", "法律依据", "后果", "风险等级"])
    assert (run.summary["rows"], run.summary["footers"]) == (2, [])


def test_rows_are_named_as_ranges():
    rows = asking.Rows()
    for row in (5, 7, 8, 9, 10, 10):
        rows.add("表", row)
    assert rows.count == 5
    assert "5、7–10" in rows.words(with_sheet=False)
