"""合规审查意见书: what it says of a matter, what it does not know, and who may take it away."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO

import docx as python_docx
import pytest

from guiju.access.permissions import Permission as P
from guiju.documents import reports
from guiju.documents.kinds import review_opinion
from guiju.documents.paper import Grid, Line, Paper
from guiju.lib import clock
from guiju.lib.errors import Denied, NotFound
from guiju.registers.models import Entry
from guiju.review import actions
from guiju.trail.models import Event
from tests.api.conftest import open_caller
from tests.conftest import Cast
from tests.documents.reviewed import MAJOR, in_registers, now, one, returned_and_passed, vetoed, with_conditions
from tests.governance.policy_house import account
from tests.review.house import TEXT, Reviewers, drafted, passed, said, submitted

pytestmark = pytest.mark.django_db
DIGEST = hashlib.sha256(TEXT).hexdigest()


def texts(paper: Paper) -> str:
    """Everything it says, line by line."""
    found = []
    for piece in paper.pieces():
        if isinstance(piece, Line):
            found.append(f"{piece.lead}{piece.text}")
        else:
            found += ["｜".join(row).replace("\n", "") for row in piece.rows]
    return "\n".join(found)


def opinion(them: Reviewers, row: object, who: str = "staff") -> Paper:
    return review_opinion.of_matter(one(them, row, who))


def test_a_contract_that_passed_reads_from_submission_to_short_code(them: Reviewers) -> None:
    in_registers(them)
    basis = [
        {"entry": str(uid)}
        for uid in Entry.objects.filter(register__in=["obligations", "risk_list"]).values_list("uid", flat=True)
    ]
    row = said(them, said(them, submitted(them), "officer"), "staff", basis=basis)
    paper = opinion(them, row)
    shown = texts(paper)
    assert paper.title == "关于“办公设备采购合同”的合规审查意见书"
    for words in (
        row.number, "承办人：采莲", "事项类别：经济合同", "相对方：某某科技有限公司",
        f"合同.txt｜{DIGEST[:16]}", "合同签订前核实对方主体资格和授权",
        "签约前查验授权委托书原件", "业务部门合规管理员：管平", "合规管理部门：何规", "同意。", "无附加条件。",
        f"校验码：{row.passes.get().code[:4]} {row.passes.get().code[4:]}",
    ):  # fmt: skip
        assert words in shown, words
    assert paper.missing == ["采纳情况"]


def test_the_annex_holds_the_whole_fingerprints_after_the_signature(them: Reviewers) -> None:
    pieces = opinion(them, passed(them)).pieces()
    at = next(number for number, piece in enumerate(pieces) if isinstance(piece, Line) and piece.role == "annex")
    assert all(isinstance(piece, Line) and piece.role != "sign" for piece in pieces[at:-1])
    grid = pieces[-1]
    assert isinstance(grid, Grid)
    assert grid.rows[0][3].replace("\n", "") == DIGEST
    assert grid.rows[-1][1] == "送审表单"


def test_a_basis_that_nobody_chose_is_missing(them: Reviewers) -> None:
    assert "审查依据" in opinion(them, passed(them)).missing


def test_the_opinion_reads_the_same_for_whoever_brought_the_matter(them: Reviewers) -> None:
    in_registers(them)
    row = submitted(them)
    assert "审查依据由审查人提出意见时选定。" in texts(opinion(them, row, "buyer"))
    row = said(them, said(them, row, "officer"), "staff")
    assert texts(opinion(them, row, "buyer")) == texts(opinion(them, row, "staff"))


def test_a_step_that_the_route_lacks_is_said_and_one_that_is_waited_for_is_missing(them: Reviewers) -> None:
    paper = opinion(them, said(them, submitted(them), "officer"))
    assert {"合规管理部门意见", "结论", "有效期至", "校验码", "成文日期"} <= set(paper.missing)
    assert "外聘律师意见\n本事项的审查流程不含这一环节。" in texts(paper)
    assert "草稿，审查尚未办结" in texts(paper)


def test_a_major_matter_without_the_signature_of_the_head_says_so(them: Reviewers) -> None:
    row = said(them, said(them, submitted(them, values=MAJOR | {"major": True}), "officer"), "staff")
    assert "合规负责人签字（重大决策必填）" in opinion(them, row).missing
    signed = said(them, row, "head")
    assert "合规负责人：首阳" in texts(opinion(them, signed))


def test_conditions_come_with_who_and_until_when(them: Reviewers) -> None:
    row = with_conditions(them)
    grid = next(
        piece for piece in opinion(them, row).pieces() if isinstance(piece, Grid) and "落实期限" in piece.columns
    )
    due = (clock.today() + timedelta(days=7)).isoformat()
    assert grid.rows == (("1", "签订前取得对方授权委托书", "采莲", due, "实施前", "未落实"),)
    assert "附条件同意：对方签字人未附授权委托书。" in texts(opinion(them, row))


def test_a_veto_tells_who_why_and_to_whom_it_was_reported(them: Reviewers) -> None:
    row = vetoed(them)
    assert "向领导机构报告的日期和对象" in opinion(them, row).missing
    row = actions.report_veto(matter=row, receiver=them.person("chair"), by=them.by("head"))
    shown = texts(opinion(them, row))
    assert "首阳" in shown
    assert "理由：违反对外担保的禁止性规定。" in shown
    assert "向领导机构董升书面报告，否决生效。" in shown
    assert "不发审查通行证" in shown


def test_why_an_opinion_was_not_taken_up_is_printed(them: Reviewers) -> None:
    row = actions.set_adopted(matter=passed(them), adopted=False, why="对方要求变更", by=them.by("buyer"))
    assert "审查意见未采纳，理由：对方要求变更。" in texts(opinion(them, row))


def test_earlier_rounds_are_told_and_only_the_last_papers_are_listed(them: Reviewers) -> None:
    shown = texts(opinion(them, returned_and_passed(them)))
    assert "何规：修改后再报，第五条付款条件与采购制度不符，请修改。" in shown
    assert "合同（修改稿）.txt" in shown
    assert DIGEST[:16] not in shown


def test_a_pass_that_was_withdrawn_is_told_with_its_reason(them: Reviewers) -> None:
    row = actions.void(matter=passed(them), reason="对方资质造假", by=them.by("head"))
    shown = texts(opinion(them, row))
    assert "失效，对方资质造假" in shown
    assert "（审查通行证已收回）" in shown


def test_a_draft_of_a_matter_prints_and_invents_nothing(them: Reviewers) -> None:
    paper = opinion(them, drafted(them, values={"title": "试"}, papers=[]), "buyer")
    assert {"发文字号", "送审日期", "送审材料", "审查意见", "结论"} <= set(paper.missing)


# --- the report of a unit


def test_the_report_of_a_period_is_the_opinion_or_all_of_them(them: Reviewers) -> None:
    built = reports.build("review-opinion", unit=them.unit, period=now("month"), by=them.by("head"))
    assert built.missing[0] == "本期合规审查意见书"
    passed(them)
    built = reports.build("review-opinion", unit=them.unit, period=now("month"), by=them.by("head"))
    assert built.title == "关于“办公设备采购合同”的合规审查意见书"
    passed(them, ref="HT-2", values={"title": "物业服务合同", "amount": "300000", "form": {"party": "某物业"}})
    built = reports.build("review-opinion", unit=them.unit, period=now("month"), by=them.by("head"))
    assert "二、物业服务合同（审" in texts(built)
    assert [len(built.annexes), built.unit] == [2, them.unit.name]


def test_a_stranger_gets_no_opinions(them: Reviewers, cast: Cast) -> None:
    with pytest.raises(NotFound):
        reports.build("review-opinion", unit=them.unit, period=now("month"), by=cast.actor(cast.tan))


# --- taking it away


def test_whoever_brought_it_takes_it_away_and_the_trail_knows(them: Reviewers) -> None:
    row = passed(them)
    made = review_opinion.take(row.uid, by=them.by("buyer"))
    event = Event.objects.filter(object_type="report").latest("pk")
    assert event.object_id == f"review-opinion/{row.uid}/{now('year')}"
    document = python_docx.Document(BytesIO(made.content))
    assert document.paragraphs[0].text.replace("\n", "") == "关于“办公设备采购合同”的合规审查意见书"


def test_who_only_looks_takes_nothing_away(them: Reviewers, cast: Cast) -> None:
    row = passed(them)
    looker = cast.actor(account("Looker", "reader", them.unit, cast.house))
    assert reports.build("review-opinion", unit=them.unit, period=now("month"), by=looker).title
    with pytest.raises(Denied):
        review_opinion.take(row.uid, by=looker)


def test_an_instruction_in_a_name_stays_text(them: Reviewers) -> None:
    row = passed(
        them, values={"title": "〔待补充：假〕合同{name}", "amount": "300000", "form": {"party": "=cmd|'/c calc'!A0"}}
    )
    shown = texts(opinion(them, row))
    assert "=cmd|'/c calc'!A0" in shown
    assert "{name}" in shown
    assert Entry.objects.filter(register="reviews").count() == 1


def test_a_programme_reads_it_and_takes_it_with_the_right_to_export(them: Reviewers) -> None:
    row = passed(them)
    caller = open_caller(them.staff, them.unit)
    read = caller.get(f"/reviews/{row.uid}/opinion").json()
    assert (read["report"], read["missing"]) == ("review-opinion", ["审查依据", "采纳情况"])
    assert caller.get(f"/reviews/{row.uid}/opinion?format=docx").content.startswith(b"PK")
    reader = open_caller(them.staff, them.unit, scopes=[P.REVIEW_MATTER_VIEW.value])
    assert reader.get(f"/reviews/{row.uid}/opinion").status_code == 200
    assert reader.get(f"/reviews/{row.uid}/opinion?format=docx").status_code == 403


def test_the_page_of_the_opinion_shows_what_prints(them: Reviewers, cast: Cast) -> None:
    row = passed(them)
    client = cast.client(them.buyer)
    page = client.get(f"/review/{row.uid}/opinion/").content.decode()
    assert "的合规审查意见书" in page
    assert '<mark class="gj-missing" id="missing-1">' in page
    assert client.get(f"/review/{row.uid}/opinion/docx/").content.startswith(b"PK")
    assert cast.client(cast.tan).get(f"/review/{row.uid}/opinion/").status_code == 404
