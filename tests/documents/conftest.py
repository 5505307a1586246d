"""A paper with one of everything, and its Word file taken apart."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest

from guiju.documents import docx
from guiju.documents.paper import Facts, Heading, Missing, Paper, Para, Signature, Signed, Table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def minutes() -> Paper:
    """Minutes in which two facts are missing."""
    paper = Paper(
        title="华东建设集团有限公司2026年第四季度合规管理调度会议纪要",
        doc_number="华建合规纪〔2026〕4号",
        to="各部门",
        sign=["华东建设集团有限公司", date(2026, 12, 30)],
        attachments=["未完成整改事项", "下季度排查计划"],
        note="联系人：王敏",
        unit="华东建设集团有限公司",
    )
    return paper.add(
        Facts([("时间", date(2026, 12, 28)), ("记录人", None)]),
        Heading(1, "排查情况"),
        Para("应查{due}项，实查{done}项。", {"due": ("应查项", 1204), "done": ("实查项", None)}),
        Heading(2, "重点领域"),
        Heading(3, "采购"),
        Heading(4, "供应商"),
        Heading(1, "整改情况"),
        Table(
            ["序号", "问题", "金额（元）"],
            [[1, "合同未经审查", Decimal("1234567.00")], [2, "=SUM(A1:A9)", None]],
            caption="整改",
        ),
        Missing("下季度重点工作"),
        Signature(["排查人（签字）", Signed("合规负责人", "林芳", date(2026, 12, 30))]),
    )


class Parts:
    """The parts of a Word file."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(BytesIO(content)) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}

    def tree(self, name: str = "word/document.xml") -> ElementTree.Element:
        return ElementTree.fromstring(self.parts[name])

    def texts(self) -> list[str]:
        """Paragraph by paragraph, in the order of the file."""
        return ["".join(run.text or "" for run in one.iter(f"{W}t")) for one in self.tree().iter(f"{W}p")]


def printed(paper: Paper) -> bytes:
    out = BytesIO()
    docx.write(paper, to=out)
    return out.getvalue()


@pytest.fixture
def taken_apart() -> Callable[[Paper], Parts]:
    return lambda paper: Parts(printed(paper))
