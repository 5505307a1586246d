"""A check item by item as a workbook: what was looked at, how, which sample, what was seen, by whom and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import transaction

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.checks import content, cycles, finishing
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib import clock
from guiju.lib.excel import writer
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action

EXPORT = Permission.REGISTER_ENTRY_EXPORT
TITLE = "排查逐项记录"
_COLUMNS = (
    writer.Column("序号", 6, "int"), writer.Column("排查事项", 36), writer.Column("排查内容", 40), writer.Column("结果", 14),
    writer.Column("方式", 12), writer.Column("总数", 8, "int"), writer.Column("抽样数", 8, "int"),
    writer.Column("抽样清单", 36), writer.Column("查看情况", 36), writer.Column("问题描述", 36),
    writer.Column("已采取措施", 30), writer.Column("原因类别", 16), writer.Column("整改责任人", 12),
    writer.Column("整改期限", 12, "date"), writer.Column("附件", 30), writer.Column("查看人", 12),
    writer.Column("查看时间", 18, "datetime"),
)  # fmt: skip
_RESULTS = {"none": "无问题", "general": "一般问题", "major": "重大问题", "": "未查看"}


def name(run: CheckRun) -> str:
    """What the file is called."""
    return f"{TITLE}（{finishing.subject(run)}）"


@transaction.atomic
def export(*, run: CheckRun, by: Actor, to: Path | IO[bytes]) -> int:
    """Write the items and tell the trail; returns how many."""
    check.require(by, EXPORT, run.unit, run.department)
    total = write(run=run, by=by, to=to)
    trail.record(
        Action.EXPORT_MADE, by=by, unit=run.unit, object_type=content.RUN, object_id=str(run.uid),
        object_version=run.version, title=run.title, content={"rows": total, "report": "check-items"},
    )  # fmt: skip
    return total


def write(*, run: CheckRun, by: Actor, to: Path | IO[bytes]) -> int:
    """Only the file: whoever calls this has looked at the right to it, and tells the trail."""
    items = finishing.items_of(run)
    return writer.write(to, title=name(run), columns=_COLUMNS, rows=_lines(items), notes=_notes(run, items))


def _lines(items: Sequence[CheckItem]) -> Iterator[list[object]]:
    ways, causes = _labels("checks", "way"), _labels("rectifications", "cause_kind")
    for item in items:
        yield [
            item.place, item.title, item.detail, _RESULTS.get(item.result, item.result), ways.get(item.way, item.way),
            item.population, item.sampled, item.sample, item.note, item.problem, item.taken,
            causes.get(item.cause_kind, item.cause_kind), item.owner.name if item.owner else "", item.fix_due_on,
            "、".join(str(one.get("name") or "") for one in item.files), item.looked_by, item.looked_at,
        ]  # fmt: skip


def _labels(register: str, field: str) -> dict[str, str]:
    return {option.code: option.label("zh") for option in specs.get(register).by_code[field].options}


def _notes(run: CheckRun, items: Sequence[CheckItem]) -> list[str]:
    """Whose check it is, and what it comes to."""
    found = finishing.summary(run, list(items))
    record = Entry.objects.select_related("owner").filter(uid=run.check_entry).first() if run.check_entry else None
    version = (
        Entry.objects.filter(uid=run.list_version).values_list("title", flat=True).first() if run.list_version else ""
    )
    told = [
        ("单位", run.unit.name), ("部门", run.department.name if run.department else ""), ("周期", cycles.words(run.period)),
        ("清单版本", version or ""), ("排查人", run.checker.name if run.checker else ""),
        ("开始", _moment(run.begun_at)), ("结束", _moment(run.finished_at)),
        ("应查项", str(found.due)), ("实查项", str(found.done)), ("发现问题", str(len(found.problems))),
        ("用时（分钟）", str(found.minutes) if run.begun_at else ""),
        ("复核人", record.owner.name if record is not None and record.owner else ""),
        ("复核日期", record.done_on.isoformat() if record is not None and record.done_on else ""),
    ]  # fmt: skip
    return [f"{label}：{value}" for label, value in told if value]


def _moment(at: datetime | None) -> str:
    return at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") if at is not None else ""
