"""What the words of a rule say about it: title, number, days, what it repeals, where it belongs."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.demo import stock
from guiju.governance.intake import finding, judging, sorting

TODAY = date(2026, 6, 1)


def found(*lines: str, name: str = "文件.docx") -> dict:
    return finding.find("\n".join(lines), file_name=name, today=TODAY)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["合 同 管 理 办 法", "第一章 总则"], "合同管理办法"),
        (["华东集团文件", "华发〔2020〕1号", "关于印发《合同管理办法》的通知", "各部门："], "合同管理办法"),
        (["《采购管理办法（试行）》"], "采购管理办法（试行）"),
        (["华东建设集团有限公司", "合同管理办法", "（2021年修订）"], "合同管理办法"),
        (["工程项目合规", "管理办法", "第一条 为了规范"], "工程项目合规管理办法"),
        (["前言", "为加强管理，特作说明。"], "印章管理办法"),
    ],
)
def test_the_title_is_that_of_the_text_and_else_that_of_the_file(lines, title):
    assert found(*lines, name="03-印章管理办法-最终版.docx")["name"] == title


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("01 合同管理办法.docx", "合同管理办法"),
        ("附件2：采购管理办法（定稿）.pdf", "采购管理办法（定稿）"),
        ("印章管理办法_v2.1.doc", "印章管理办法"),
        ("三重一大制度 - 副本.docx", "三重一大制度"),
        ("《保密规定》20210305.docx", "保密规定"),
    ],
)
def test_marks_around_a_file_name_are_not_its_title(name, stem):
    assert finding.file_stem(name) == stem


def test_the_number_is_its_own_and_not_one_that_it_cites():
    assert found("合同管理办法", "华建发[2020] 12 号")["number"] == "华建发〔2020〕12号"
    assert "number" not in found("合同管理办法", "第一条 根据国资发〔2015〕3号文件，制定本办法。")


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("发布日期：2020年3月1日", "2020-03-01"),
        ("（2019年12月31日董事会审议通过）", "2019-12-31"),
        ("本办法自2021年5月6日起施行。", "2021-05-06"),
        ("二〇一八年十一月二十日", "2018-11-20"),
        ("2020-7-15", "2020-07-15"),
        ("自二○二○年一月十日起执行。", "2020-01-10"),
    ],
)
def test_the_day_of_issue_is_found_however_it_is_written(line, day):
    assert found("合同管理办法", "第一条 为了管理。", line)["issued_on"] == day


def test_days_that_cannot_be_are_no_days():
    assert "issued_on" not in found("合同管理办法", "2020年13月40日", "发布日期：2031年1月1日")


def test_a_revision_is_told_from_the_issue():
    told = found("合同管理办法", "（2015年1月5日发布，2021年6月7日修订）")
    assert (told["issued_on"], told["reviewed_on"]) == ("2015-01-05", "2021-06-07")


def test_what_it_repeals_and_refers_to_is_named():
    told = found(
        "公务接待管理办法",
        "第二条 按照《差旅费管理办法》和《中华人民共和国会计法》执行。",
        "第九条 本办法自发布之日起施行，原《业务招待管理办法》（华发〔2015〕3号）同时废止。",
    )
    assert (told["ends"], told["ends_numbers"], told["refers"]) == (
        ["业务招待管理办法"], ["华发〔2015〕3号"], ["差旅费管理办法"],
    )  # fmt: skip


def test_a_trial_a_draft_and_an_end_are_recognised():
    assert found("薪酬管理办法（试行）", "第九条 试行期为三年。")["trial_years"] == 3
    assert found("薪酬管理办法（征求意见稿）")["draft"]
    told = found("薪酬管理办法", "（本办法已被《薪酬管理制度》取代）")
    assert (told["ended"], told["ended_by"]) == (True, "薪酬管理制度")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("华东建设集团有限公司合同管理办法", "《合同管理办法》", True),
        ("合同管理办法（2021年修订）", "合同 管理办法（试行）", True),
        ("子公司管理办法", "管理办法", False),
        ("控股子公司合同管理办法", "合同管理办法", False),
    ],
)
def test_names_are_compared_without_organisation_brackets_and_year(one, other, same):
    assert (finding.key(one) == finding.key(other)) is same


def test_the_stock_of_the_demonstration_is_sorted_almost_without_a_mistake():
    rows = list(stock._rules())
    wrong = [name for business, folder, name, _l in rows if sorting.business_of(name, folder, "")[0] != business]
    assert len(wrong) <= len(rows) * 0.03, wrong
    blind = [name for business, _f, name, _l in rows if sorting.business_of(name, "", "")[0] != business]
    assert len(blind) <= len(rows) * 0.1, blind


@pytest.mark.parametrize(
    ("name", "level", "mechanism"),
    [
        ("华东集团公司章程", "basic", "business"),
        ("反垄断合规指引", "guideline", "special_field"),
        ("合规风险排查实施细则", "specific", "check"),
        ("合规管理办法", "specific", "all"),
        ("违规经营投资责任追究实施办法", "specific", "accountability"),
        ("规章制度合法合规性审查实施细则", "specific", "review"),
    ],
)
def test_level_and_mechanism_follow_the_name(name, level, mechanism):
    told = sorting.sort(name=name, folder="", text="")
    assert (told["level"], told["mechanism"]) == (level, mechanism)


def test_files_that_share_most_lines_are_told_to_be_alike():
    lines = [f"第{at}条 这是第{at}条的规定内容。" for at in range(60)]
    one = judging.Item(
        1, 1, "a", {"name": "甲办法", **dict(zip(("exact", "sketch"), judging.sketch("\n".join(lines)), strict=True))}
    )
    changed = [*lines[:-2], "第五十八条 改过了的规定。", "第五十九条 也改过了的规定。"]
    other = judging.Item(
        2, 2, "b", {"name": "乙办法", **dict(zip(("exact", "sketch"), judging.sketch("\n".join(changed)), strict=True))}
    )
    judging.judge([one, other], [], today=TODAY)
    assert (other.same_as, other.why[0]["code"]) == (1, "alike")


@given(st.text(max_size=400), st.text(min_size=1, max_size=60))
def test_whatever_stands_in_a_file_something_is_found(text, name):
    told = finding.find(text, file_name=name, today=TODAY)
    assert finding.key(told.get("name", "")) is not None
    assert sorting.sort(name=told.get("name", ""), folder=name, text=text)["level"] in {
        "basic",
        "specific",
        "guideline",
    }
