"""制度立改废释年度计划 as paper: what is planned, how far it is, and the list in the columns of the plan."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents.paper import Heading, Missing, Paper, Para, Table
from guiju.documents.reports import Report, register
from guiju.governance.policies import planning
from guiju.governance.policies.planning import Line, Year
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import places
from guiju.org.models import Unit
from guiju.registers import taxonomy

_LEVELS = {code: label for code, label, *_rest in taxonomy.POLICY_LEVELS}
_BUSINESSES = {code: label for code, label, *_rest in taxonomy.BUSINESSES}
_ACTIONS = {"enact": "立", "amend": "改", "repeal": "废", "interpret": "释"}
_WORDS = {"enact": "新立", "amend": "修订", "repeal": "废止", "interpret": "解释"}
_STATES = {planning.PLANNED: "进行中", planning.LATE: "逾期", planning.DONE: "已完成"}


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The plan of the year, as it stands today."""
    year = int(str(period)[:4])
    found = planning.year(by=by, seat=places.seat(by, unit.code), year=year)
    paper = Paper(title=f"{unit.name}{year}年制度立改废释计划", sign=[unit.name, clock.today()], unit=unit.name)
    if not found.count:
        return paper.add(Missing(f"{year}年制度立改废释计划"))
    paper.add(Heading(1, "计划和进展"), Para(_told(found)), Heading(1, "计划明细"))
    columns = [
        "序号",
        "制度名称",
        "业务/职能分类",
        "层级",
        "立/改/废/释",
        "依据或原因",
        "主责部门",
        "完成时间",
        "完成情况",
    ]
    return paper.add(Table(columns, [_row(number, line) for number, line in enumerate(found.lines, 1)]))


def _told(found: Year) -> str:
    by_action = "，".join(f"{_WORDS[one.code]}{one.total}项" for one in found.actions if one.total)
    late = f"，逾期{found.whole.late}项" if found.whole.late else ""
    return f"{found.year}年计划{found.whole.total}项，其中{by_action}。已完成{found.whole.done}项{late}。"


def _row(number: int, line: Line) -> list[str | int]:
    entry = line.entry
    due = entry.due_on.isoformat() if entry.due_on is not None else ""
    return [
        number, entry.title, _BUSINESSES.get(entry.text_1, ""), _LEVELS.get(entry.level, ""), _ACTIONS.get(entry.kind, ""),
        str(entry.body.data.get("reason") or ""), entry.department.label if entry.department is not None else "", due,
        _STATES[line.state],
    ]  # fmt: skip


register(
    Report(
        "policy-plan",
        _("Yearly plan of rules"),
        build,
        periods=("year",),
        help=_("What is to be enacted, amended, repealed and interpreted in the year, by whom, and how far it is."),
        registers=("policy_plans",),
    )
)
