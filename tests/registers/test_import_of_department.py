"""赵刚 brings in his department's list, which the compliance office has entered in the company: changed, not doubled."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from guiju.registers import importing
from guiju.registers.models import Entry, ImportRun
from tests.compliance.lists_house import ListHouse, build
from tests.conftest import Cast


@pytest.fixture
def house(cast: Cast) -> ListHouse:
    return build(cast)


def _file(path: Path, *rows: tuple[str, ...]) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "经营部"
    for row in rows:
        page.append(row)
    book.save(path)
    return path


def _bring(house: ListHouse, path: Path, register: str) -> ImportRun:
    return importing.prepare(
        register=register, unit=house.cast.department, path=path, name=path.name, by=house.drafter
    )  # fmt: skip


def test_rows_of_his_department_are_known_by_their_number(house: ListHouse, tmp_path: Path) -> None:
    entry = house.row(number="FX-1")
    head = ("风险编号", "合规风险名称", "风险行为描述", "风险等级")
    path = _file(
        tmp_path / "风险.xlsx",
        head,
        ("FX-1", "围标串标", "投标人互通报价。", "高"),
        ("FX-2", "泄密", "外传标底。", "中"),
    )
    run = _bring(house, path, "risk_list")
    assert (run.summary["new"], run.summary["changed"], run.summary["faulty"]) == (1, 1, 0)
    importing.confirm(run, house.drafter)
    assert Entry.objects.select_related("body").get(uid=entry.uid).body.data["behaviour"] == "投标人互通报价。"
    assert Entry.objects.filter(register="risk_list").count() == 2


def test_rows_without_a_number_are_known_by_their_words(house: ListHouse, tmp_path: Path) -> None:
    house.row("duty", number=None)
    path = _file(
        tmp_path / "职责.xlsx", ("岗位名称", "合规职责"), ("招标专员", "不得泄露标底。"), ("招标专员", "不得拆分项目。")
    )
    run = _bring(house, path, "duty_list")
    assert (run.summary["new"], run.summary["same"], run.summary["faulty"]) == (1, 1, 0)


def test_rows_of_another_department_are_not_touched_by_the_same_number(house: ListHouse, tmp_path: Path) -> None:
    other = house.row(number="FX-1", department=house.other)
    path = _file(
        tmp_path / "风险.xlsx", ("风险编号", "合规风险名称", "风险行为描述"), ("FX-1", "围标串标", "投标人互通报价。")
    )
    run = _bring(house, path, "risk_list")
    assert (run.summary["new"], run.summary["changed"]) == (1, 0)
    importing.confirm(run, house.drafter)
    assert Entry.objects.get(uid=other.uid).version == other.version
