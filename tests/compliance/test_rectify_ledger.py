"""集团整改台账：各公司合在一张表里导出，按所属单位拆开改好，再合并导回。"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from guiju.compliance.rectify import queries
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org import actions as org
from guiju.registers import exporting, importing
from guiju.registers import spec as specs
from guiju.registers.listing import ListQuery
from guiju.registers.models import Entry
from tests.compliance.test_rectify import enter
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
HEADINGS = [
    "序号", "问题来源", "问题编号", "问题描述", "依据", "责任单位", "责任部门", "责任人", "整改措施", "期限", "进展",
    "佐证材料", "验收人", "验收意见", "销号日期", "状态",
]  # fmt: skip


def _export(cast: Cast, to: Path) -> None:
    query = ListQuery(within=cast.group)
    with to.open("wb") as out:
        exporting.export(
            by=cast.actor(cast.lin), spec=specs.get("rectifications"), query=query, layout="ledger", to=out
        )


def test_the_ledger_of_a_group_goes_out_and_comes_back_by_company(cast: Cast, tmp_path: Path) -> None:
    by = cast.actor(cast.lin)
    zhao = org.add_person(unit=cast.sub, name="赵强", number="1002", by=cast.house)
    enter(by, cast.sub, zhao, problem="路桥的问题", number="LQ-1")
    enter(by, cast.group, zhao, problem="集团的问题", number="JT-1")
    book = tmp_path / "台账.xlsx"
    _export(cast, book)
    sheet = load_workbook(book).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(number for number, row in enumerate(rows) if "问题描述" in row)
    assert set(HEADINGS) <= {value for row in rows[: at + 2] for value in row}
    unit = rows[at].index("责任单位")
    companies = {row[unit] for row in rows[at + 1 :] if row[unit]}
    assert companies == {"华东路桥工程有限公司", "华东建设集团有限公司"} or len(companies) == 2
    measures = rows[at].index("整改措施")
    for number, row in enumerate(rows[at + 1 :], at + 2):
        if "路桥的问题" in row:
            sheet.cell(number, measures + 1).value = "双人双锁"
    changed = tmp_path / "改.xlsx"
    sheet.parent.save(changed)
    run = importing.prepare(
        register="rectifications", unit=cast.group, path=changed, name="改.xlsx", by=by, layout="ledger"
    )
    assert run.summary.get("faulty", 0) == 0, run.summary
    importing.confirm(run, by)
    held = Entry.objects.select_related("body").get(number="LQ-1")
    assert (held.unit, held.body.data["measures"]) == (cast.sub, "双人双锁")
    assert Entry.objects.filter(register="rectifications").count() == 2


def test_an_import_that_moves_a_deadline_without_a_reason_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    by = cast.actor(cast.lin)
    zhao = org.add_person(unit=cast.sub, name="赵强", number="1002", by=cast.house)
    entry = enter(by, cast.group, zhao, number="JT-1")
    book = tmp_path / "台账.xlsx"
    _export(cast, book)
    workbook = load_workbook(book)
    sheet = workbook.worksheets[0]
    place = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "期限")
    later = clock.today() + timedelta(days=200)
    below = next(row for row in sheet.iter_rows(min_row=place.row + 1) if any(cell.value == "JT-1" for cell in row))
    sheet.cell(below[0].row, place.column).value = later
    workbook.save(book)
    run = importing.prepare(
        register="rectifications", unit=cast.group, path=book, name="台账.xlsx", by=by, layout="ledger"
    )
    (fault,) = run.summary["faults"]
    assert "期限" in fault["what"] or "deadline" in fault["what"]
    with pytest.raises(Problem):
        importing.confirm(run, by)
    assert Entry.objects.get(pk=entry.pk).due_on == entry.due_on
    assert queries.extensions(Entry.objects.select_related("body").get(pk=entry.pk)) == []
