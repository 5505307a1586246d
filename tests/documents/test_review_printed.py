"""Papers of reviews on paper: LibreOffice prints them, and the pages are read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from guiju.documents import reports
from guiju.documents.kinds import review_opinion
from tests.conftest import Cast
from tests.documents.reviewed import in_registers, now, one, with_conditions
from tests.documents.test_printed import pages
from tests.review.house import TEXT, reviewers

pytestmark = [pytest.mark.requires("office"), pytest.mark.slow, pytest.mark.django_db]


def _words(page: list[str]) -> str:
    return "".join(line.replace(" ", "") for line in page)


def test_the_opinion_prints_whole_and_its_fingerprints_on_a_page_of_their_own(cast: Cast, tmp_path: Path) -> None:
    them = reviewers(cast)
    in_registers(them)
    row = with_conditions(them)
    *body, annex = pages(review_opinion.of_matter(one(them, row)), tmp_path)
    text = "".join(map(_words, body))
    for words in (
        "关于“办公设备采购合同”的合规审查意见书", "一、送审材料及版本指纹", "二、审查依据", "三、审查意见",
        "（一）业务部门合规管理员意见",
        "四、结论", "附条件同意。", "五、附条件及落实期限", "签订前取得对方授权委托书", "六、采纳情况",
        "〔待补充：采纳情况〕", "七、有效期及校验码",
        row.passes.get().code, "附件：送审材料版本指纹",
    ):  # fmt: skip
        assert words in text, words
    digest = hashlib.sha256(TEXT).hexdigest()
    assert digest[:16] in text
    assert digest[16:32] not in text
    assert _words(annex).startswith("附件送审材料版本指纹")
    assert all(digest[at : at + 16] in _words(annex) for at in range(0, 64, 16))


def test_the_ledger_prints_across_beginning_with_its_title(cast: Cast, tmp_path: Path) -> None:
    them = reviewers(cast)
    with_conditions(them)
    paper = reports.build("review-ledger", unit=them.unit, period=now(), by=them.by("head"))
    first, *_rest = pages(paper, tmp_path)
    text = _words(first)
    assert "合规审查工作台账" in text
    assert text.count("办公设备采购合同") == 1
