"""A rule in force is changed by a revision; in its record only what was entered wrongly is put right, with a reason."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from guiju.access.actor import Actor
from guiju.files import store
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.registers import grid, importing
from guiju.registers.grid import GridRow
from guiju.registers.models import Entry
from guiju.trail import verify
from guiju.trail.models import Event
from tests.conftest import Cast
from tests.governance.policy_house import days, fresh, in_force, record, revised, stock

pytestmark = pytest.mark.django_db


def file(name: str, by: Actor) -> dict[str, Any]:
    """A file as a record keeps it."""
    kept = store.save(f"第一条 {name}。".encode(), name=name, by=by)
    return {"digest": kept.digest, "name": name, "size": kept.size, "media_type": kept.media_type}


def change(entry: Entry, by: Actor, reason: str = "", **values: Any) -> Entry:
    now = fresh(entry)
    return registers.update(entry=now, values=values, version=now.version, by=by, reason=reason)


def refused(entry: Entry, by: Actor, reason: str = "", **values: Any) -> list[str]:
    with pytest.raises(Problem) as told:
        change(entry, by, reason, **values)
    return [fault.where for fault in told.value.faults]


def test_nobody_exchanges_the_text_of_a_rule_in_force_in_its_record_but_files_may_join_it(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    text, other = file("办法.txt", mei), file("别的.txt", mei)
    entry = stock(cast, files=[text])
    assert refused(entry, mei, "换一份", files=[other]) == ["files"]
    assert refused(entry, mei, "不要了", files=[]) == ["files"]
    assert refused(entry, mei, files=[text, other]) == ["reason"]
    assert change(entry, mei, "补发文扫描件", files=[text, other]).file_count == 2


def test_a_rule_without_any_text_gets_its_file_without_a_reason(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    assert change(stock(cast), mei, files=[file("办法.txt", mei)]).file_count == 1


def test_a_slip_is_put_right_with_a_reason_that_the_trail_keeps(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    entry = stock(cast)
    version = actions.take_over(entry=entry, text="第一条 印章由专人保管。", by=mei)
    slips = {"name": "印章管理办法", "number": "办〔2021〕4号", "issued_on": date(2021, 4, 1)}
    assert refused(entry, mei, **slips) == ["reason"]
    change(entry, mei, "录入时看错", **slips)
    version.refresh_from_db()
    assert (version.title, version.document_number) == ("印章管理办法", "办〔2021〕4号")
    assert (version.issued_on, version.in_force_on) == (date(2021, 4, 1), date(2021, 4, 1))
    told = Event.objects.filter(object_id=str(entry.uid)).order_by("-id")[0]
    assert told.reason == "录入时看错"
    assert verify.run().ok


def test_what_was_approved_and_issued_here_keeps_its_name_and_day(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    entry = record(in_force(cast))
    assert refused(entry, mei, "改名", name="采购管理规定") == ["name"]
    assert refused(entry, mei, "倒签", issued_on=days(-30)) == ["issued_on"]
    assert change(entry, mei, "文号写错", number="合规〔2026〕11号").number == "合规〔2026〕11号"
    assert PolicyVersion.objects.get(policy=entry.uid).document_number == "合规〔2026〕11号"


def test_a_rule_in_force_is_not_ended_by_a_day_in_its_record(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    entry = stock(cast)
    assert refused(entry, mei, "不用了", repealed_on=days(-1)) == ["repealed_on"]
    ended = actions.repeal(entry=entry, reason="不再适用", by=mei)
    assert ended.status == "repealed"
    assert refused(ended, mei, repealed_on=days(-1)) == ["reason"]
    assert change(ended, mei, "日期写错", repealed_on=days(-1)).done_on == days(-1)


def test_a_repeal_brings_no_other_change_with_it(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    entry = record(in_force(cast))
    values = {"repealed_on": days(0), "name": "另一个名称"}
    with pytest.raises(Problem) as told:
        registers.move(entry=entry, move="repeal", values=values, reason="不再适用", by=mei)
    assert [fault.where for fault in told.value.faults] == ["name"]
    assert fresh(entry).status == "issued"


def test_sorting_and_filling_in_take_no_reason_and_drafts_are_free(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    entry = stock(cast)
    values = {"business": "finance", "level": "basic", "department": str(cast.department.uid), "veto": "第九条"}
    assert change(entry, mei, **values).text_4 == "finance"
    assert refused(entry, mei, veto="第十条") == ["reason"]
    draft = actions.start(policy=None, unit=cast.sub, title="投标办法", text="第一条 甲。", by=mei)
    assert change(record(draft), mei, name="投标管理办法").title == "投标管理办法"


def test_a_revision_changes_all_of_it(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    entry = stock(cast, files=[file("办法.txt", mei)])
    row = actions.issue(draft=revised(cast, entry), number="合规〔2026〕9号", by=mei)
    assert (fresh(entry).number, row.number) == ("合规〔2026〕9号", 2)


def test_a_table_asks_once_why_rules_in_force_are_put_right(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    entries = [stock(cast), stock(cast, "车辆管理办法")]
    rows = [GridRow(str(at), {"number": f"办〔2020〕{at}号"}, str(one.uid), 1) for at, one in enumerate(entries)]
    with pytest.raises(Problem) as told:
        grid.save(register="policies", unit=cast.sub, rows=rows, by=mei)
    assert [fault.where for fault in told.value.faults] == ["reason"]
    assert grid.save(register="policies", unit=cast.sub, rows=rows, by=mei, reason="文号录入有误").changed == 2
    ending = [GridRow("0", {"repealed_on": "2026-01-01"}, str(entries[0].uid), 2)]
    with pytest.raises(Problem) as told:
        grid.save(register="policies", unit=cast.sub, rows=ending, by=mei, reason="不用了")
    assert [fault.where for fault in told.value.faults] == ["0.repealed_on"]


def test_a_file_that_moves_the_day_of_an_issued_rule_is_faulty_and_one_that_puts_a_number_right_is_not(
    cast: Cast, tmp_path: Path
) -> None:
    mei = cast.actor(cast.mei)
    entry, slip = record(in_force(cast)), stock(cast)
    rows = [["制度名称", "文号", "所属机制", "发布日期"], [entry.title, entry.number, "业务管理", "2020-01-01"],
            [slip.title, "办〔2021〕30号", "业务管理", "2021-03-01"]]  # fmt: skip
    run = importing.prepare(register="policies", unit=cast.sub, path=workbook(tmp_path, rows), name="制度.xlsx", by=mei)
    assert (run.summary["faulty"], run.summary["changed"]) == (1, 1)
    assert "批准" in run.summary["faults"][0]["what"] or "approved" in run.summary["faults"][0]["what"]
    importing.confirm(run, mei, skip_faulty=True)
    assert (fresh(entry).on, fresh(slip).number) == (entry.on, "办〔2021〕30号")


def workbook(folder: Path, rows: list[list[str]]) -> Path:
    """A workbook of one sheet."""
    book, held = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(held)
    path = folder / "list.xlsx"
    path.write_bytes(held.getvalue())
    return path
