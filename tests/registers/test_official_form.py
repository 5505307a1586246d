"""A form of the authorities that spreads one field over several columns, in and out."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import ValidationError

from guiju.registers import catalogue, exporting, importing
from guiju.registers.models import Entry
from guiju.registers.spec import RegisterSpec
from tests.registers.conftest import declare, shipped

FORM = ["序号", "宣传时间", "中央级媒体平台", "市级媒体平台", "其他", "标题及简要内容", "网址", "备注"]


@pytest.fixture
def reports(db):
    yield declare(shipped("media_reports"))
    catalogue.clear()


def annex(page: Worksheet, rows) -> None:
    """Annex 3 of 渝国资发〔2023〕7号: two lines of headings, the platform's name under its level."""
    page.append(["XX集团“合规体系建设强化年”宣传报道情况表"])
    page.append(["序号", "宣传时间", "宣传平台名称", None, None, "标题及简要内容", "网址", "备注"])
    page.append([None, None, "中央级媒体平台", "市级媒体平台", "其他", None, None, None])
    page.merge_cells("C2:E2")
    for column in "ABFGH":
        page.merge_cells(f"{column}2:{column}3")
    for row in rows:
        page.append(row)


@pytest.fixture
def read(tmp_path, house, reports, officer):
    def run(rows):
        made = openpyxl.Workbook()
        annex(made.active, rows)
        path = tmp_path / "附件3.xlsx"
        made.save(path)
        return importing.prepare(register="media_reports", unit=house.power, path=path, name=path.name, by=officer)

    return run


ROWS = [
    [1, "2023-04-06", None, "重庆日报", None, "合规体系建设启动", "https://example.cn/1", None],
    [2, "2023-05-09", "经济日报", None, None, "合规做法", None, "头版"],
    [3, "2023-06-12", None, None, "企业公众号", "三张清单上线", None, None],
]


def test_the_groups_own_annex_comes_in_and_the_column_says_the_level(read, officer) -> None:
    run = read(ROWS)
    assert (run.summary["new"], run.summary["faulty"], run.summary["unknown_columns"]) == (3, 0, [])
    assert run.summary["missing_columns"] == []
    importing.confirm(run, officer)
    found = {entry.title: (entry.kind, entry.text_1) for entry in Entry.objects.all()}
    assert found == {
        "合规体系建设启动": ("municipal", "重庆日报"),
        "合规做法": ("central", "经济日报"),
        "三张清单上线": ("other", "企业公众号"),
    }
    again = read([[1, "2023-04-06", "人民日报", None, None, "合规体系建设启动", "https://example.cn/1", None]])
    (changed,) = again.summary["conflicts"]
    assert {cell["field"] for cell in changed["cells"]} == {"level", "platform"}


def test_two_platforms_in_one_row_and_none_at_all_are_told(read) -> None:
    run = read([
        [1, "2023-04-06", "经济日报", "重庆日报", None, "两处", None, None],
        [2, "2023-04-07", None, None, None, "没有平台", None, None],
    ])  # fmt: skip
    assert run.summary["faulty"] == 2
    assert {fault["column"] for fault in run.summary["faults"]} >= {"市级媒体平台", "宣传平台名称"}


def test_the_standard_form_is_the_annex_in_its_order(read, reports, officer, tmp_path) -> None:
    importing.confirm(read(ROWS), officer)
    target = tmp_path / "out.xlsx"
    assert exporting.export(by=officer, spec=reports, to=target) == 3
    lines = list(openpyxl.load_workbook(target).active.iter_rows(values_only=True))
    head = next(number for number, line in enumerate(lines) if "宣传时间" in line)
    assert [label for label in lines[head] if label][-8:] == FORM
    first = lines[head + 1][-8:]
    assert (first[0], first[2:5], first[5]) == (1, (None, None, "企业公众号"), "三张清单上线")
    back = importing.prepare(
        register="media_reports", unit=Entry.objects.first().unit, path=target, name="out.xlsx", by=officer
    )
    assert (back.summary["same"], back.summary["faulty"]) == (3, 0)


def test_a_form_may_spread_a_field_only_by_a_choice_that_exists() -> None:
    data = shipped("media_reports")
    column = {"field": "platform", "label": "省级", "when": {"level": "provincial"}}
    data["layouts"]["standard"]["columns"].append(column)
    with pytest.raises(ValidationError, match="provincial"):
        RegisterSpec.model_validate(data)
