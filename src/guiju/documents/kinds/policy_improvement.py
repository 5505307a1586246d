"""制度体系改进方案（稿）：清理发现的问题和列入计划的举措，供修改、报批（001 任务2）。"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents.paper import Heading, Missing, Paper, Para, Table
from guiju.documents.reports import Report, register
from guiju.documents.words import Value
from guiju.governance.policies import improving, statistics
from guiju.governance.policies.improving import Fault
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import places
from guiju.org.models import Unit
from guiju.registers.models import Entry

_WORDS = {"enact": "新立", "amend": "修订", "repeal": "废止", "interpret": "解释"}
_TO_FILL = "〔待补充〕"
_SHOWN = 20


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """As the library stands today: a draft has no other day."""
    seat = places.seat(by, unit.code)
    found = improving.faults(by=by, seat=seat)
    paper = Paper(title=f"{unit.name}制度体系改进方案（稿）", sign=[unit.name, clock.today()], unit=unit.name)
    paper.add(Heading(1, "制度清理情况"))
    for number, line in enumerate(statistics.sentences(statistics.figures(by=by, seat=seat))[:3], 1):
        paper.add(Para(f"{number}. {line.heading}。{line.words}", line.facts))
    paper.add(Heading(1, "存在问题"))
    if not found:
        return paper.add(Para("按业务、职能和层级排查，没有发现缺少制度或者需要处理的制度。"))
    for number, fault in enumerate(found, 1):
        paper.add(Para(f"{number}. {fault.words}。"))
    rows = [row for number, fault in enumerate(found, 1) for row in _rows(number, fault)]
    columns = ["问题", "具体工作举措", "完成时限", "责任部门", "负责人"]
    paper.add(Heading(1, "工作举措"), Table(columns, rows, caption="存在问题和工作举措对应表"))
    return paper.add(Heading(1, "责任领导"), Missing("责任领导"))


def _rows(number: int, fault: Fault) -> Iterator[list[Value]]:
    """One line for each measure; what no row of the yearly plan answers is still to be written."""
    about = f"问题{number}"
    for plan in fault.measures[:_SHOWN]:
        yield [about, f"{_WORDS.get(plan.kind, '')}《{plan.title.strip('《》')}》", *_who(plan)]
    if len(fault.measures) > _SHOWN:
        yield [about, f"另有{len(fault.measures) - _SHOWN}项，见年度计划", "", "", ""]
    rest = fault.count - len(fault.measures)
    if rest > 0:
        what = f"其余{rest}项{_TO_FILL}" if fault.measures else _TO_FILL
        yield [about, what, _TO_FILL, _TO_FILL, _TO_FILL]


def _who(plan: Entry) -> list[Value]:
    due = plan.due_on.isoformat() if plan.due_on is not None else _TO_FILL
    department = plan.department.label if plan.department is not None else _TO_FILL
    return [due, department, plan.owner.name if plan.owner is not None else _TO_FILL]


register(
    Report(
        "policy-improvement",
        _("Draft of the plan to improve the rules"),
        build,
        periods=("year",),
        help=_(
            "Problems found in the system of rules, and the measures planned for each, to be worked on and approved."
        ),
        registers=("policy_plans", "programme_plans"),
    )
)
