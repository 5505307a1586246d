"""The part of a work report that says how the duties of the offices held were carried out, and what was not logged."""

from __future__ import annotations

from typing import Any

from guiju.access.actor import Actor
from guiju.documents.paper import Heading, Paper, Para, Table
from guiju.governance.duties import queries, terms
from guiju.governance.duties.queries import Ask, Work
from guiju.lib.period import Period
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.org.places import company_of

#: So many duties of one office are told one by one.
MOST = 40
_STANDS = {
    "met": "符合",
    "partly": "部分符合",
    "unmet": "不符合",
    "person": "待人工判断",
    "na": "目前不需要",
    "not_due": "尚未到期",
}
_TITLES = {
    Role.FIRST_RESPONSIBLE: "第一责任人",
    Role.COMPLIANCE_HEAD: "合规负责人",
    Role.COMPLIANCE_STAFF: "合规管理人员",
    Role.DEPARTMENT_OFFICER: "部门合规联络员",
    Role.GENERAL_COUNSEL: "总法律顾问",
    Role.LEGAL_REPRESENTATIVE: "法定代表人",
    Role.ACTUAL_CONTROLLER: "实际控制人",
}


def add(paper: Paper, unit: Unit, person: Person, period: Period, *, by: Actor) -> None:
    """Duties with what the records show, and the periods in which a log was asked for and nothing was logged."""
    found = queries.work(by=by, unit=company_of(unit), person=person, period=period)
    paper.add(Heading(1, "岗位职责落实情况"))
    if not found.offices:
        paper.add(Para("任职台账没有登记本人的合规职务。"))
    for code, asks in found.duties.items():
        _office(paper, code, asks, sees=found.sees_findings)
    _months(paper, found)


def _office(paper: Paper, code: str, asks: list[Ask], *, sees: bool) -> None:
    title = _TITLES.get(Role(code), str(terms.HOLDERS[code]))
    rows: list[list[Any]] = []
    for ask in asks[:MOST]:
        line = ask.first
        source = f"{line.pack.title}{line.requirement.source}"
        stands = _STANDS[line.status.value] if sees else None
        rows.append([line.requirement.plain, source, *([stands] if stands else [])])
    heads = ["职责要求", "依据", *(["记录反映的情况"] if sees else [])]
    paper.add(Heading(2, title))
    paper.add(Table(heads, rows, widths=[7, 4, 2.4] if sees else [8, 5]))
    if len(asks) > MOST:
        paper.add(Para(f"以上列出{MOST}项，另有{len(asks) - MOST}项见职责页面。"))


def _months(paper: Paper, found: Work) -> None:
    if found.lacking:
        missing = "、".join(one.chinese for one in found.lacking)
        paper.add(Para(f"报告期内所采用文件要求有履职记录而没有登记的时段：{missing}。"))
    if found.attended:
        paper.add(Para("报告期内参加会议{n}次。", {"n": ("参加会议次数", found.attended)}))
