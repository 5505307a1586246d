"""逐项记录：方法、样本、看到了什么、谁在什么时候看的，可以带走，也在存档里。"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from guiju.compliance.checks import finishing, running
from guiju.compliance.models import CheckRun
from guiju.trail.models import Event
from tests.compliance import checkers
from tests.compliance.checkers import Checkers, items, look
from tests.conftest import Cast
from tests.governance.archive_house import made, path_of, this_year
from tests.governance.tampering import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast: Cast) -> Checkers:
    return checkers.make(cast)


def finished(people: Checkers) -> CheckRun:
    people.risks(3)
    run = running.begin(run=people.run(people.plan(cycle="year")), by=people.mei)
    look(items(run)[0], people.mei, note="五份合同都有审查意见", sample="合同1、7、9、12、20号", way="documents")
    look(items(run)[1], people.mei, note="两份没有日期")
    return finishing.finish(run=run, by=people.mei)


def rows_of(content: bytes) -> list[dict[str, Any]]:
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    at = next(at for at, line in enumerate(lines) if line[0] == "序号")
    return [dict(zip(lines[at], line, strict=True)) for line in lines[at + 1 :]]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_workbook_says_of_each_item_how_it_was_looked_at_and_by_whom(people: Checkers, cast: Cast) -> None:
    run = finished(people)
    url = reverse("compliance-checks-workbook", args=[cast.sub.code, run.uid])
    mei = cast.client(cast.mei)
    assert url in mei.get(reverse("compliance-checks-run", args=[cast.sub.code, run.uid])).content.decode()
    content = body(mei.get(url))
    first, second, third = rows_of(content)
    assert (first["方式"], first["抽样清单"], first["查看情况"]) == (
        "查阅资料",
        "合同1、7、9、12、20号",
        "五份合同都有审查意见",
    )
    assert (first["总数"], first["抽样数"], first["结果"], first["查看人"]) == (40, 5, "无问题", people.mei.name)
    assert first["查看时间"] is not None
    assert (second["方式"], second["查看情况"]) == ("抽样", "两份没有日期")
    assert (third["结果"], third["查看时间"]) == ("未查看", None)
    told = Event.objects.filter(action="export.made", object_type="check_run", object_id=str(run.uid)).get()
    assert told.body.content["rows"] == 3
    notes = [cell.value for sheet in load_workbook(BytesIO(content)).worksheets[1:] for cell in sheet["A"]]
    assert {"应查项：3", "实查项：2", "排查人：梅影"} <= set(notes)


def test_who_sees_nothing_of_the_check_takes_nothing_away(people: Checkers, cast: Cast) -> None:
    url = reverse("compliance-checks-workbook", args=[cast.sub.code, finished(people).uid])
    assert cast.client(cast.tan).get(url).status_code == 404


def test_the_archive_holds_each_check_item_by_item(people: Checkers, cast: Cast) -> None:
    finished(people)
    members = read(path_of(made(cast, span=this_year())))
    names = [name for name in members if "逐项" in name or "item by item" in name]
    assert len(names) == 1
    assert rows_of(members[names[0]])[0]["查看情况"] == "五份合同都有审查意见"
