"""合规审查工作台账: one matter over several rows, in the columns that firms keep by hand."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest

from guiju.cli import main
from guiju.documents import docx, reports
from guiju.documents.kinds import review_ledger
from guiju.documents.paper import Grid
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.review import actions
from guiju.review.models import Matter
from guiju.trail.models import Event
from tests.api.conftest import open_caller
from tests.conftest import Cast
from tests.documents.conftest import W
from tests.documents.reviewed import now, returned_and_passed, vetoed, with_conditions
from tests.review.house import Reviewers, passed, said, submitted

pytestmark = pytest.mark.django_db
OTHER = {"title": "物业服务合同", "amount": "300000", "form": {"party": "某物业"}}


def rows(them: Reviewers) -> list[tuple[str, ...]]:
    """The rows of the paper."""
    paper = reports.build("review-ledger", unit=them.unit, period=now(), by=them.by("head"))
    return [row for piece in paper.pieces() if isinstance(piece, Grid) for row in piece.rows]


def test_a_contract_spans_the_rows_of_its_department_and_of_compliance(them: Reviewers) -> None:
    passed(them)
    today = clock.today().isoformat()
    office = f"{them.department.name}（管平）"
    first = ("1", "办公设备采购合同", "部门初审、合规部门审查")
    last = (them.department.name, "合同.txt")
    assert rows(them) == [
        (*first, today, office, "同意", "/", "/", *last),
        (*first, today, "合规管理牵头部门（何规）", "同意", "/", "/", *last),
    ]


def test_what_was_sent_back_is_a_suggestion_and_says_how_it_was_followed(them: Reviewers) -> None:
    returned_and_passed(them)
    found = rows(them)
    assert [row[5] for row in found] == ["建议补充完善", "同意", "同意"]
    assert found[0][6] == "第五条付款条件与采购制度不符，请修改。"
    assert found[0][7] == f"已修改补充，{clock.today().isoformat()}重新送审"
    assert found[0][9] == "合同（修改稿）.txt"


def test_a_condition_keeps_its_words_and_its_day(them: Reviewers) -> None:
    with_conditions(them)
    row = rows(them)[-1]
    assert row[5:7] == ("附条件同意", "对方签字人未附授权委托书。")
    assert row[7].startswith("签订前取得对方授权委托书：未落实，期限")


def test_whoever_is_still_asked_has_a_row_without_words(them: Reviewers) -> None:
    said(them, submitted(them), "officer")
    assert [row[3:8] for row in rows(them)[1:]] == [
        ("/", "合规管理牵头部门（何规）", "/", "/", "/"),
        ("/", "合规管理牵头部门（何矩）", "/", "/", "/"),
    ]


def test_a_veto_says_to_whom_it_was_reported(them: Reviewers) -> None:
    actions.report_veto(matter=vetoed(them), receiver=them.person("chair"), by=them.by("head"))
    assert [row[5] for row in rows(them)] == ["同意", "同意", "否决"]
    assert "已报告董升，否决生效" in rows(them)[-1][7]


def test_an_opinion_that_was_not_taken_up_says_why(them: Reviewers) -> None:
    row = said(them, said(them, submitted(them), "officer"), "staff", opinion="建议约定违约金上限")
    actions.set_adopted(matter=row, adopted=False, why="对方不同意", by=them.by("buyer"))
    assert rows(them)[-1][5:8] == ("同意", "建议约定违约金上限", "未采纳：对方不同意")


def test_reviews_that_were_entered_stand_beside_those_that_were_carried_out_here(them: Reviewers) -> None:
    passed(them)
    registers.create(
        register="reviews", unit=them.unit, by=them.house, values={
            "matter": "年度投资计划", "subject": "decision", "reviewed_on": clock.today().isoformat(), "outcome": "agree",
            "reviewer": str(them.person("staff").uid), "opinion": "拟同意，建议提交会议审议", "adopted": True,
        },
    )  # fmt: skip
    found = [row for row in rows(them) if row[1] == "年度投资计划"]
    assert [row[4:8] for row in found] == [("合规管理牵头部门（何规）", "同意", "/", "已采纳")]
    assert len(rows(them)) == 3


def test_the_workbook_merges_what_is_said_once(them: Reviewers) -> None:
    returned_and_passed(them)
    passed(them, ref="HT-2", values={"title": "物业服务合同", "amount": "300000", "form": {"party": "某物业"}})
    made = reports.export_workbook("review-ledger", unit=them.unit, period=now(), by=them.by("head"))
    sheet = openpyxl.load_workbook(BytesIO(made.content)).worksheets[0]
    assert [cell.value for cell in sheet[2]] == list(review_ledger.COLUMNS)
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A3:A5", "B3:B5", "C3:C5", "I3:I5", "J3:J5", "A6:A7", "B6:B7", "I6:I7"} <= merged
    assert not any(area[0] in "DEFGH" for area in merged if not area.startswith("A1"))
    assert sheet["B6"].value == "物业服务合同"
    event = Event.objects.filter(object_type="report").latest("pk")
    assert (event.object_id, made.name.endswith(".xlsx")) == (f"review-ledger/{now()}", True)


def test_the_paper_lies_across_with_the_same_cells_merged(them: Reviewers) -> None:
    from xml.etree import ElementTree
    from zipfile import ZipFile

    passed(them)
    out = BytesIO()
    docx.write(reports.build("review-ledger", unit=them.unit, period=now(), by=them.by("head")), to=out)
    tree = ElementTree.fromstring(ZipFile(out).read("word/document.xml"))
    marks = [one.get(f"{W}val") for one in tree.iter(f"{W}vMerge")]
    assert marks == ["restart"] * 5 + ["continue"] * 5
    assert [one.get(f"{W}orient") for one in tree.iter(f"{W}pgSz")][-1] == "landscape"


def test_an_empty_period_says_so(them: Reviewers) -> None:
    paper = reports.build("review-ledger", unit=them.unit, period=now().previous, by=them.by("head"))
    assert paper.missing == ["本期合规审查记录"]


def test_many_matters_are_read_together(them: Reviewers, django_assert_max_num_queries) -> None:
    for number in range(3):
        passed(
            them, ref=f"HT-{number}", values={"title": f"合同{number}", "amount": "300000", "form": {"party": "某某"}}
        )
    by = them.by("head")
    with django_assert_max_num_queries(30):
        review_ledger.items(them.unit, now(), by)


# --- how it is asked for


def test_the_command_writes_the_workbook(them: Reviewers, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    passed(them)
    target = tmp_path / "台账.xlsx"
    code = main(["report", "review-ledger", "--unit", "HD-01", "--period", str(now()), "-o", str(target)])
    assert (code, target.read_bytes()[:2]) == (0, b"PK")


def test_a_report_that_is_no_ledger_gives_no_workbook(them: Reviewers) -> None:
    with pytest.raises(Problem) as refused:
        reports.export_workbook("review-opinion", unit=them.unit, period=now("month"), by=them.by("head"))
    assert refused.value.code == "report.workbook"


def test_page_and_programme_give_the_workbook(them: Reviewers, cast: Cast) -> None:
    passed(them)
    client = cast.client(them.head)
    page = client.get(f"/u/HD-01/reports/review-ledger/?period={now()}").content.decode()
    assert f"/u/HD-01/reports/review-ledger/xlsx/?period={now()}" in page
    assert 'rowspan="2"' in page
    answer = client.get(f"/u/HD-01/reports/review-ledger/xlsx/?period={now()}")
    assert answer["Content-Type"] == reports.SHEET_TYPE
    caller = open_caller(them.head, them.unit)
    assert caller.get("/units/HD-01/reports/review-ledger?format=xlsx").content.startswith(b"PK")


def test_rows_stand_in_the_order_of_their_days(them: Reviewers) -> None:
    later = submitted(them)
    with clock.simulate(clock.now() - timedelta(days=3)):
        said(them, submitted(them, ref="HT-2", values=OTHER), "officer")
    second = actions.add(matter=later, person=them.person("head"), reason="请会签", by=them.by("officer"))
    with clock.simulate(clock.now() + timedelta(days=1)):
        said(them, second, "head")
    with clock.simulate(clock.now() + timedelta(days=2)):
        said(them, Matter.objects.get(pk=later.pk), "officer")
    days = [row[3] for row in rows(them) if row[3] != "/"]
    assert days == sorted(days)
    assert rows(them)[0][1] == OTHER["title"]


def test_a_pass_that_was_taken_back_is_told_with_its_reason(them: Reviewers) -> None:
    actions.void(matter=passed(them), reason="供应商被列入制裁名单", by=them.by("head"))
    first, last = (row[7] for row in rows(them))
    assert (first, last) == ("/", f"{clock.today().isoformat()}收回通行证：供应商被列入制裁名单")


def test_the_procedure_is_the_one_of_the_form_or_the_way_of_the_review(them: Reviewers) -> None:
    vetoed(them)
    assert {row[2] for row in rows(them)} == {"部门初审、合规部门审查、合规负责人审查"}
