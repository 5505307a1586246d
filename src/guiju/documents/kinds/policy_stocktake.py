"""制度清理和分类分级统计 as the ledger of seed 001 asks for it (tasks 1 and 2): the firm itself, then all levels."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents import ledger_part
from guiju.documents.paper import Heading, Missing, Paper, Para, Table
from guiju.documents.reports import Report, register
from guiju.documents.words import Value
from guiju.governance.policies import gaps, ledger, library, statistics
from guiju.governance.policies.statistics import Figures
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.places import Seat
from guiju.registers import taxonomy

_LEVELS = {code: label for code, label, *_rest in taxonomy.POLICY_LEVELS}
_BUSINESSES = {code: label for code, label, *_rest in taxonomy.BUSINESSES}
_FIELDS = {code: label for code, label, *_rest in taxonomy.FIELDS}
_UNITS = 100


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """Counted at the end of the period, or today while it runs."""
    seat, on = places.seat(by, unit.code), min(period.end, clock.today())
    found = statistics.figures(by=by, seat=seat, on=on)
    paper = Paper(title=f"{unit.name}制度清理和分类分级情况", sign=[unit.name, on], unit=unit.name)
    below = library.has_levels(seat)
    paper.add(Heading(1, "现状"))
    ledger_part.add(paper, ledger.rows(by=by, seat=seat, below=below, on=on), level=2)
    paper.add(Heading(1, "分类分级统计"))
    _matrix(paper, found)
    _coverage(paper, by, seat)
    if below:
        _all_levels(paper, by, seat, on)
    return paper


def _matrix(paper: Paper, found: Figures) -> None:
    codes = [code for code in (*_BUSINESSES, "") if found.counts.business(code).in_force]
    if not codes:
        return
    rows: list[list[Value]] = []
    for code in codes:
        cells = [found.counts.at(code, level).in_force for level in _LEVELS]
        rows.append([_BUSINESSES.get(code, "未分类"), found.counts.business(code).in_force, *cells])
    rows.append(["合计", found.total, *(found.level(level) for level in _LEVELS)])
    paper.add(Table(["业务、职能类别", "现行有效", *_LEVELS.values()], rows, caption="现行有效制度分类分级表"))


def _coverage(paper: Paper, by: Actor, seat: Seat) -> None:
    """What task 2 asks: do the rules cover all businesses, and what is to be done about those they do not (as of today)."""
    paper.add(Heading(1, "覆盖排查情况"))
    seen = library.overview(by=by, seat=seat)
    if not seen.counts.total.in_force:
        paper.add(Missing("现行有效制度对业务、职能范围的覆盖情况"))
        return
    if not seen.gaps:
        paper.add(
            Para(
                "现行有效制度覆盖本单位所涉业务、职能，未发现缺少公司章程、合规管理基本制度、具体规章制度或者高风险领域专项合规指引的情形。"
            )
        )
        return
    states = {"open": "待处理", "planned": "已列入计划", "not_needed": "经研究不需要"}
    rows: list[list[Value]] = [
        [number, _missing(gap), states[gap.state], _answer(gap)] for number, gap in enumerate(seen.gaps, 1)
    ]
    paper.add(
        Para("排查发现以下缺项{count}项，处理情况如下。", {"count": ("缺项", len(rows))}),
        Table(["序号", "缺少的制度", "处理情况", "说明"], rows, caption="制度缺项处理表"),
    )


def _missing(gap: gaps.Gap) -> str:
    if gap.kind == gaps.SPECIFIC:
        return f"{_BUSINESSES[gap.business]}：具体规章制度"
    if gap.kind == gaps.GUIDELINE:
        return f"{_FIELDS[gap.field]}：专项合规指引"
    return gap.name


def _answer(gap: gaps.Gap) -> str:
    plan = gap.plan
    if plan is None:
        return ""
    if gap.state == "not_needed":
        return str(plan.body.data.get("reason") or "")
    return f"{plan.title}，{plan.due_on.isoformat()}前完成" if plan.due_on is not None else plan.title


def _all_levels(paper: Paper, by: Actor, seat: Seat, on: date) -> None:
    found = statistics.figures(by=by, seat=seat, below=True, on=on)
    lines, count = library.units_below(by=by, seat=seat)
    levels = {code: (label, found.level(code)) for code, label in _LEVELS.items()}
    paper.add(
        Heading(1, "全级次情况"),
        Para(
            "全级次{units}户企业现行有效制度{total}项，其中基本管理制度{basic}项，具体规章制度{specific}项，专项合规指引{guideline}项。",
            {"units": ("企业户数", count), "total": ("现行有效制度", found.total), **levels},
        ),
        Table(
            ["单位", "现行有效", *_LEVELS.values()],
            [
                [line.unit.name, line.total, *(line.by_level.get(level, 0) for level in _LEVELS)]
                for line in lines[:_UNITS]
            ],
            caption="各级企业现行有效制度",
        ),
    )
    if count > _UNITS:
        paper.add(Para(f"表中列出前{_UNITS}户，全部见系统导出的统计表。"))


register(
    Report(
        "policy-stocktake",
        _("Stocktake and statistics of rules"),
        build,
        periods=("year",),
        help=_(
            "Rules in force by level and business, what is missing, and what is planned, in the words of the ledger."
        ),
        registers=("policies", "policy_stocktakes", "policy_plans"),
    )
)
