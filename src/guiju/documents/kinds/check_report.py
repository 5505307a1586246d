"""合规风险排查整改报告 of a period: what was due and done, what was found, what became of it (seed 004, article 9)."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.compliance.checks import reporting
from guiju.compliance.checks.reporting import Done
from guiju.documents.paper import Block, Heading, Missing, Paper, Para, Table
from guiju.documents.reports import Report, register
from guiju.documents.shortened import rest
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.registers import spec as specs
from guiju.registers.models import Entry

#: A paper names so many rows of one kind; the register holds the rest.
_ROWS = 60
_STATES = {"awaiting": "待签字", "signed": "已签字", "returned": "已退回重查"}


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The paper; every figure is counted from the records that this person sees."""
    today = clock.today()
    found = reporting.of_period(by, unit, start=period.start, end=period.end, on=today)
    paper = Paper(
        title=f"{period.chinese}合规风险排查整改报告", sign=[unit.name, min(today, period.end)], unit=unit.name
    )
    _done(paper, found)
    _findings(paper, found)
    _fixes(paper, found)
    _zero(paper, found)
    _again(paper, found)
    paper.add(Heading(1, "下一步工作安排"), Missing("下一步工作安排"))
    return paper


def _done(paper: Paper, found: reporting.Period) -> None:
    paper.add(Heading(1, "排查开展情况"))
    total = found.total
    if not total.runs:
        paper.add(*(_beside(found) or [Missing("本期排查计划和排查记录")]))
        return
    facts = {
        "runs": ("应开展排查次数", total.runs), "finished": ("完成次数", total.finished), "missed": ("未开展次数", total.missed),
        "open": ("尚在进行的次数", total.open), "items": ("应查项数", total.items), "looked": ("实查项数", total.looked),
    }  # fmt: skip
    paper.add(
        Para(
            "本期应开展排查{runs}次，完成{finished}次，到期未开展{missed}次，未到期或正在进行{open}次。"
            "已开始的排查应查{items}项，实查{looked}项。",
            facts,
        ),
        *_beside(found),
    )
    paper.add(
        _table("各项排查计划的完成情况", "排查计划", found.by_plan),
        *rest(len(found.by_plan), min(len(found.by_plan), _ROWS)),
    )
    if len(found.by_unit) > 1:
        paper.add(_table("各单位、各部门的完成情况", "单位或部门", found.by_unit))
        if len(found.by_unit) > _ROWS:
            paper.add(Para(f"共{len(found.by_unit)}个单位和部门，表中列出前{_ROWS}个。"))


def _beside(found: reporting.Period) -> list[Block]:
    """Checks that were entered without a plan; they count, and are told apart."""
    held = found.by_hand
    if not held.count:
        return []
    facts = {
        "count": ("排查计划以外的排查次数", held.count), "items": ("计划外排查的应查项数", held.items),
        "looked": ("计划外排查的实查项数", held.looked), "clean": ("没有发现问题的次数", held.clean),
        "found": ("发现问题的次数", held.found),
    }  # fmt: skip
    more = "应查{items}项，实查{looked}项，" if held.items is not None and held.looked is not None else ""
    start = "另有" if found.total.runs else "本期没有排查计划，"
    return [
        Para(
            f"{start}排查计划以外登记的排查{{count}}次，{more}其中没有发现问题{{clean}}次，发现问题{{found}}次。", facts
        )
    ]


def _table(caption: str, first: str, rows: list[tuple[str, Done]]) -> Table:
    return Table(
        [first, "应开展", "已完成", "未开展", "应查项", "实查项", "发现问题"],
        [
            [name, one.runs, one.finished, one.missed, one.items, one.looked, one.problems]
            for name, one in rows[:_ROWS]
        ],
        widths=[4, 1, 1, 1, 1, 1, 1],
        caption=caption,
    )  # fmt: skip


def _findings(paper: Paper, found: reporting.Period) -> None:
    paper.add(Heading(1, "发现的问题"))
    if not found.problems:
        if not found.findings:
            done = found.total.finished or found.by_hand.count
            words = "本期完成的排查没有登记问题，零风险报告见第四部分。"
            paper.add(Para(words) if done else Missing("排查结果"))
        paper.add(*_recorded(found))
        return
    paper.add(Para("本期排查发现问题{count}项。", {"count": ("问题项数", found.found.problems)}))
    paper.add(
        Table(
            ["序号", "问题", "领域", "责任单位", "责任人", "期限"],
            [
                [
                    at,
                    row.title,
                    _word("field", row.level),
                    _where(row),
                    row.owner.name if row.owner else None,
                    row.due_on,
                ]
                for at, row in enumerate(found.problems[:_ROWS], start=1)
            ],
            widths=[0.8, 5, 2, 2.4, 1.4, 2],
        ),
        *_rest(found.found.problems),
        *_recorded(found),
    )


def _recorded(found: reporting.Period) -> list[Block]:
    """What checks beside the plans found, as their records say it; the ledger of rectification may hold it as well."""
    if not found.findings:
        return []
    lines = [
        [at, row.on, row.title, row.body.data.get("problem") or None, _result(row), _where(row)]
        for at, row in enumerate(found.findings[:_ROWS], start=1)
    ]
    columns = ["序号", "排查日期", "排查内容", "问题", "结果", "单位或部门"]
    table = Table(columns, lines, widths=[0.8, 1.8, 3, 4, 1.4, 2.2], caption="排查计划以外的排查发现的问题")
    return [table, *_rest(found.by_hand.found)]


def _result(row: Entry) -> str | None:
    option = specs.get("checks").by_code["result"].option(row.level)
    return option.label("zh") if option is not None else None


def _fixes(paper: Paper, found: reporting.Period) -> None:
    paper.add(Heading(1, "问题整改情况"))
    if not found.problems:
        words = "上述问题还没有登记到整改台账。" if found.findings else "本期排查没有产生整改事项。"
        paper.add(Para(words))
        return
    facts = {
        "all": ("整改项数", found.found.problems), "closed": ("已销号项数", found.found.closed),
        "open": ("未销号项数", found.found.open), "overdue": ("逾期项数", found.found.overdue),
    }  # fmt: skip
    paper.add(Para("上述{all}项问题，已验收销号{closed}项，正在整改{open}项，其中逾期{overdue}项。", facts))
    if found.overdue:
        paper.add(
            Table(
                ["序号", "逾期未销号的问题", "责任单位", "责任人", "期限"],
                [
                    [at, row.title, _where(row), row.owner.name if row.owner else None, row.due_on]
                    for at, row in enumerate(found.overdue[:_ROWS], start=1)
                ],
                widths=[0.8, 5, 2.4, 1.4, 2],
            ),
            *_rest(found.found.overdue),
        )


def _zero(paper: Paper, found: reporting.Period) -> None:
    paper.add(Heading(1, "零风险报告"))
    if not found.reports:
        paper.add(Para("本期没有零风险报告。"), *_unreported(found))
        return
    doubtful = [row for row in found.reports if row.flag_1]
    facts = {
        "all": ("零风险报告份数", found.found.reports), "signed": ("已签字份数", found.found.signed),
        "asked": ("需要说明的份数", found.found.doubtful),
    }  # fmt: skip
    paper.add(Para("本期零风险报告{all}份，已签字{signed}份，有需要说明的情况{asked}份。", facts))
    paper.add(
        Table(
            ["排查内容", "单位", "实查/应查", "样本", "用时（分钟）", "状态"],
            [
                [
                    row.text_1,
                    _where(row),
                    _covered(row),
                    _whole(row.num_2),
                    _whole(row.num_1),
                    _STATES.get(row.status, ""),
                ]
                for row in found.reports[:_ROWS]
            ],
            widths=[5, 2.4, 1.6, 1, 1.4, 1.6],
        ),
        *rest(found.found.reports, min(len(found.reports), _ROWS), unit="份"),
    )
    for row in doubtful[:_ROWS]:
        words = str(row.body.data.get("doubts") or "").replace("\n", "")
        told = str(row.body.data.get("explanation") or "") or None
        paper.add(Para(f"{row.text_1}：{words}签字人说明：{{told}}", {"told": ("签字人说明", told)}))
    paper.add(*rest(found.found.doubtful, min(len(doubtful), _ROWS), unit="份"))


def _unreported(found: reporting.Period) -> list[Para]:
    """Checks that found nothing and have no report of it."""
    clean = found.by_hand.clean
    if not clean or found.reports:
        return []
    return [
        Para("登记为没有发现问题的排查{clean}次，尚未出具零风险报告。", {"clean": ("没有发现问题的排查次数", clean)})
    ]


def _again(paper: Paper, found: reporting.Period) -> None:
    paper.add(Heading(1, "重复发生的问题"))
    if not found.recurring:
        paper.add(
            Para(
                "十二个月内同一单位没有登记原因类别相同的问题。"
                if found.problems
                else "本期发现的问题还没有登记原因，未作比对。"
                if found.findings
                else "本期没有问题，不涉及重复发生。"
            )
        )
        return
    rows = [
        [at, row.title, _word("cause_kind", row.text_3), _where(row)]
        for at, row in enumerate(found.recurring[:_ROWS], start=1)
    ]
    table = Table(["序号", "问题", "原因类别", "责任单位"], rows, widths=[0.8, 5, 2.4, 2.4])
    paper.add(table, *_rest(len(found.recurring)))
    if found.found.problems > len(found.problems):
        paper.add(Para(f"重复发生的情况按最早发现的{len(found.problems)}项问题比对。"))


def _rest(total: int) -> list[Para]:
    return rest(total, min(total, _ROWS))


def _where(row: Entry) -> str:
    return row.department.name if row.department else row.unit.name


def _covered(row: Entry) -> str | None:
    return f"{row.count_2}/{row.count_1}" if row.count_1 is not None and row.count_2 is not None else None


def _whole(value: Decimal | None) -> int | None:
    return int(value) if value is not None else None


def _word(field: str, code: str) -> str | None:
    option = specs.get("rectifications").by_code[field].option(code) if code else None
    return option.label("zh") if option is not None else None


register(
    Report(
        "check-report",
        _("Check-and-rectify report"),
        build,
        periods=("quarter", "month", "half", "year"),
        registers=("checks", "zero_risk_reports", "rectifications", "report_deliveries"),
        delivered_as="check_rectification",
        help=_("What was to be checked and was, what was found, what became of it, and the zero-risk reports."),
    )
)
