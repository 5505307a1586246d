"""合规管理工作报告：合规负责人向主要负责人报告，数字都从台账里数，台账没有的印作待补充（指导意见第五条第三项）。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.compliance.checks import reporting
from guiju.documents.paper import Heading, Missing, Paper, Para, Table
from guiju.documents.reports import Report, register
from guiju.documents.shortened import rest
from guiju.documents.words import Value
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import queries as org
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import queries
from guiju.registers import spec as specs
from guiju.registers.models import Entry

#: Meetings that took place; those entered before meetings had states have none.
_HELD = ("held", "settled", "")
Named = Mapping[str, tuple[str, Value]]
#: A paper names so many rows of one kind; the registers hold the rest.
_ROWS = 30
#: Answers of a review that let a matter go on as it was, and those that do not.
_NOT_AGREED = ("conditions", "revise", "material", "disagree", "veto")


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The report on a unit and all below it, as far as the one who asks sees their records."""
    held = _Held(unit, period, by)
    paper = Paper(
        title=f"{unit.name}{period.chinese}合规管理工作报告",
        to="企业主要负责人",
        sign=[unit.name, held.last],
        unit=unit.name,
    )
    for part in (_whole, _organisation, _rules, _fields, _mechanisms, _means, _culture, _examples, _next):
        part(paper, held)
    return paper


class _Held:
    """Records of the unit and of all below it, of the period or as they stand now."""

    def __init__(self, unit: Unit, period: Period, by: Actor) -> None:
        self.unit, self.period, self.by = unit, period, by
        self.first, self.last = period.start, min(period.end, clock.today())
        self._known: dict[str, bool] = {}

    def rows(self, code: str) -> QuerySet[Entry]:
        return queries.visible(self.by, code, self.unit)

    def knows(self, code: str) -> bool:
        """Is anything at all kept in the register? Nothing kept is not the same as nothing happened."""
        if code not in self._known:
            self._known[code] = self.rows(code).exists()
        return self._known[code]

    def now(self, code: str, **where: Any) -> int | None:
        """How many there are; None where nobody keeps the register."""
        return self.rows(code).filter(**where).count() if self.knows(code) else None

    def during(self, code: str, day: str = "on", **where: Any) -> int | None:
        """How many fall into the period."""
        return self.now(code, **{f"{day}__range": (self.first, self.last)}, **where)

    def added(self, code: str, slot: str, **where: Any) -> int | None:
        """The sum of a figure over the period; None where no record tells it."""
        found = self.rows(code).filter(on__range=(self.first, self.last), **where)
        total = found.aggregate(total=Sum(slot))["total"]
        return int(total) if total is not None else None


def _whole(paper: Paper, held: _Held) -> None:
    units = org.legal_entities(held.unit, on=held.last).count()
    whose = f"本单位及所属单位共{units}户，" if units > 1 else "本单位"
    facts: Named = {
        "risks": ("在管合规风险项数", held.now("risk_list", status="open")),
        "checks": ("排查次数", held.during("checks")),
        "opened": ("发现问题项数", held.during("rectifications")),
        "closed": ("销号项数", held.during("rectifications", "done_on", status="closed")),
        "reviews": ("合规审查件数", held.during("reviews")),
        "trainings": ("合规培训次数", held.during("trainings")),
    }
    paper.add(
        Heading(1, "总体情况"),
        Para(
            f"{held.period.chinese}，{whose}在管合规风险{{risks}}项；开展合规风险排查{{checks}}次，"
            "发现问题{opened}项，销号{closed}项；开展合规审查{reviews}件，合规培训{trainings}次。",
            facts,
        ),
    )


def _organisation(paper: Paper, held: _Held) -> None:
    paper.add(Heading(1, "组织架构"))
    bodies = list(held.rows("bodies").filter(status="standing").select_related("unit").order_by("unit__path", "on"))
    if bodies:
        rows = [[row.unit.label, row.title, _word("bodies", "kind", row.kind), row.on] for row in bodies[:_ROWS]]
        paper.add(Table(["单位", "机构", "类别", "设立日期"], rows, caption="合规领导机构和管理机构"), *_rest(bodies))
    else:
        paper.add(Missing("合规领导机构和管理机构"))
    roles = Counter(held.rows("appointments").filter(status="serving").values_list("kind", flat=True))
    if roles:
        named: list[list[Value]] = [
            [_word("appointments", "role", code) or code, count] for code, count in sorted(roles.items())
        ]
        paper.add(Table(["合规职务", "在任人数"], named, caption="合规管理人员"))
    else:
        paper.add(Missing("合规管理人员的任职"))


def _rules(paper: Paper, held: _Held) -> None:
    facts: Named = {
        "issued": ("现行制度项数", held.now("policies", status="issued")),
        "fresh": ("新发布制度项数", held.during("policies")),
        "revised": ("修订或复核项数", held.during("policies", "date_1")),
        "repealed": ("废止项数", held.during("policies", "done_on", status="repealed")),
        "special": ("重点领域专项制度项数", held.now("policies", status="issued", kind="special_field")),
    }
    paper.add(
        Heading(1, "制度体系"),
        Para(
            "现行合规管理制度{issued}项，其中重点领域专项制度{special}项；"
            "本期新发布{fresh}项，修订或复核{revised}项，废止{repealed}项。",
            facts,
        ),
    )


def _fields(paper: Paper, held: _Held) -> None:
    """By field: what is at risk, what was looked at, what is still to be put right."""
    span = (held.first, held.last)
    risks = _by(held.rows("risk_list").filter(status="open"), "kind")
    high = _by(held.rows("risk_list").filter(status="open", level="high"), "kind")
    checks = _by(held.rows("checks").filter(on__range=span), "text_3")
    found = _by(held.rows("rectifications").filter(on__range=span), "level")
    pending = _by(held.rows("rectifications").exclude(status="closed"), "level")
    paper.add(Heading(1, "重点领域"))
    codes = [code for code in _codes() if any(code in one for one in (risks, checks, found, pending))]
    if not codes:
        paper.add(Missing("各重点领域的风险、排查和问题"))
        return
    rows = [
        [_word("risk_list", "field", code), risks[code], high[code], checks[code], found[code], pending[code]]
        for code in codes
    ]
    paper.add(Table(["重点领域", "合规风险", "其中高风险", "本期排查", "本期发现问题", "未销号"], rows))


def _mechanisms(paper: Paper, held: _Held) -> None:
    paper.add(Heading(1, "机制运行"))
    _assessed(paper, held)
    _embedded(paper, held)
    _reviewed(paper, held)
    _checked(paper, held)
    _answered(paper, held)


def _assessed(paper: Paper, held: _Held) -> None:
    facts: Named = {
        "duties": ("合规义务项数", held.now("obligations", status="in_force")),
        **{
            level: (f"{word}风险项数", held.now("risk_list", status="open", level=level))
            for level, word in (("high", "高"), ("medium", "中"), ("low", "低"))
        },
        "fresh": ("本期评估项数", held.during("risk_list")),
        "up": ("等级上升项数", held.now("risk_list", status="open", text_2="up")),
        "lists": ("现行清单份数", held.now("list_versions", status="in_force")),
    }
    paper.add(
        Heading(2, "识别评估"),
        Para(
            "有效合规义务{duties}项；合规风险按等级，高风险{high}项、中风险{medium}项、低风险{low}项，本期评估{fresh}项，"
            "趋势上升{up}项；三张清单现行版本{lists}份。",
            facts,
        ),
    )


def _embedded(paper: Paper, held: _Held) -> None:
    facts: Named = {
        "nodes": ("流程节点数", held.now("process_list")),
        "posts": ("岗位合规职责条数", held.now("duty_list")),
        "controls": ("管控措施项数", held.now("controls")),
        "embedded": ("嵌入信息系统的清单份数", held.now("list_versions", status="in_force", flag_1=True)),
    }
    paper.add(
        Heading(2, "嵌入流程"),
        Para(
            "纳入管控的流程节点{nodes}个，岗位合规职责{posts}条，管控措施{controls}项；嵌入信息系统的清单{embedded}份。",
            facts,
        ),
    )


def _reviewed(paper: Paper, held: _Held) -> None:
    facts: Named = {
        "all": ("合规审查件数", held.during("reviews")),
        "held_up": ("未直接同意的审查件数", held.during("reviews", level__in=_NOT_AGREED)),
        "asked": ("合规咨询件数", held.during("consultations")),
        "told": ("答复咨询件数", held.during("consultations", "done_on")),
    }
    paper.add(
        Heading(2, "审查咨询"),
        Para(
            "合规审查{all}件，其中提出条件、修改、补充材料或者不同意的{held_up}件；受理合规咨询{asked}件，答复{told}件。",
            facts,
        ),
    )


def _checked(paper: Paper, held: _Held) -> None:
    """Checks by plan where there are plans; what was recorded and put right in any case."""
    runs = reporting.of_period(held.by, held.unit, start=held.period.start, end=held.period.end, on=held.last).total
    planned = runs if runs.runs else None
    today = clock.today()
    facts: Named = {
        "due": ("应开展排查次数", planned.runs if planned else None),
        "missed": ("未开展次数", planned.missed if planned else None),
        "done": ("排查记录条数", held.during("checks")),
        "items": ("应查数", held.added("checks", "count_1")),
        "looked": ("实查数", held.added("checks", "count_2")),
        "zero": ("零风险报告份数", held.during("zero_risk_reports")),
        "opened": ("新发现问题项数", held.during("rectifications")),
        "closed": ("销号项数", held.during("rectifications", "done_on", status="closed")),
        "overdue": ("逾期未销号项数", _overdue(held, today).count() if held.knows("rectifications") else None),
    }
    paper.add(
        Heading(2, "排查整改"),
        Para(
            "按计划应开展排查{due}次，到期未开展{missed}次；形成排查记录{done}条，应查{items}项，实查{looked}项，零风险报告{zero}份。"
            "新发现问题{opened}项，销号{closed}项，目前逾期未销号{overdue}项。",
            facts,
        ),
    )


def _answered(paper: Paper, held: _Held) -> None:
    facts: Named = {
        "plans": ("应对措施项数", held.now("risk_responses", kind="plan")),
        "contingency": ("突发事件预案项数", held.now("risk_responses", kind="contingency")),
        "drills": ("演练次数", held.during("risk_responses", kind="drill")),
        "alerts": ("预警项数", held.during("alerts")),
        "released": ("解除预警项数", held.during("alerts", "done_on")),
        "reported": ("上报合规风险项数", held.during("risk_reports")),
        "major": ("其中重大项数", held.during("risk_reports", level="major")),
        "settled": ("消除项数", held.during("risk_reports", "done_on")),
        "papers": ("合规报告份数", held.during("report_deliveries")),
    }
    paper.add(
        Heading(2, "应对报告"),
        Para(
            "登记风险应对措施{plans}项、突发事件预案{contingency}项，本期演练{drills}次；发布预警{alerts}项，解除{released}项；"
            "上报合规风险{reported}项，其中重大{major}项，消除{settled}项；提交合规报告{papers}份。",
            facts,
        ),
    )


def _means(paper: Paper, held: _Held) -> None:
    topics = ["quarterly_hearing", "compliance_report"]
    facts: Named = {
        "acts": ("主要负责人履职次数", held.during("leader_actions")),
        "heard": ("听取合规汇报次数", held.during("meetings", kind__in=topics, status__in=_HELD)),
        "appraised": ("合规考核次数", held.during("appraisals")),
        "exams": ("合规考试次数", held.during("exams")),
        "given": ("批准的资源事项数", held.during("resources")),
        "features": ("信息化功能项数", held.now("system_features")),
    }
    paper.add(
        Heading(1, "工作保障"),
        Heading(2, "第一责任人履职"),
        Para("主要负责人部署、批示、督办等履职{acts}次，听取合规汇报和调度{heard}次。", facts),
        Heading(2, "考核和队伍"),
        Para("合规考核{appraised}次，考试{exams}次；批准支持合规工作的人员、经费和工具等事项{given}项。", facts),
        Heading(2, "信息化"),
        Para("登记的合规信息化功能{features}项。", facts),
    )


def _culture(paper: Paper, held: _Held) -> None:
    facts: Named = {
        "given": ("培训次数", held.during("trainings")),
        "attended": ("参加培训人次", held.added("trainings", "count_2")),
        "pledged": ("签署承诺书份数", held.during("commitments")),
        "told": ("宣传活动次数", held.during("publicity")),
    }
    paper.add(
        Heading(1, "培训与文化"),
        Para("合规培训{given}次，参加{attended}人次；签署合规承诺书{pledged}份；开展合规宣传{told}次。", facts),
    )


def _examples(paper: Paper, held: _Held) -> None:
    """What nobody can count: written by hand in the file that is taken away."""
    paper.add(Heading(1, "亮点及典型案例"), Missing("亮点及典型案例"))


def _next(paper: Paper, held: _Held) -> None:
    paper.add(Heading(1, "不足与下一步"))
    late = list(_overdue(held, clock.today()).select_related("unit", "department", "owner").order_by("due_on", "pk"))
    if late:
        rows = [[row.title, _where(row), row.owner.name if row.owner else None, row.due_on] for row in late[:_ROWS]]
        paper.add(Table(["问题", "责任单位", "责任人", "期限"], rows, caption="逾期未销号的问题"), *_rest(late))
    meeting = (
        held.rows("meetings")
        .filter(own(held.unit), kind="quarterly_hearing", on__range=(held.first, held.last), status__in=_HELD)
        .select_related("body")
        .order_by("-on", "-pk")
        .first()
    )
    planned = str(meeting.body.data.get("next_work") or "") if meeting is not None else ""
    paper.add(Para(planned or None, label="下一步工作安排"))


def _overdue(held: _Held, today: date) -> QuerySet[Entry]:
    return held.rows("rectifications").filter(~Q(status="closed"), due_on__lt=today)


def _by(found: QuerySet[Entry], slot: str) -> Counter[str]:
    return Counter(code for code in found.order_by().values_list(slot, flat=True) if code)


def _where(row: Entry) -> str:
    return row.department.name if row.department else row.unit.name


def _rest(found: list[Entry]) -> Iterable[Para]:
    return rest(len(found), min(len(found), _ROWS))


def _codes() -> list[str]:
    return [option.code for option in specs.get("risk_list").by_code["field"].options]


def _labels(register_code: str, field: str) -> dict[str, str]:
    return {option.code: option.label("zh") for option in specs.get(register_code).by_code[field].options}


def _word(register_code: str, field: str, code: str) -> str | None:
    return _labels(register_code, field).get(code)


register(
    Report(
        "compliance-report",
        _("Report on compliance work"),
        build,
        periods=("quarter", "half", "year", "month"),
        help=_("From the compliance head to the first responsible person: what the records say of all of compliance."),
        registers=("policies", "risk_list", "checks", "rectifications", "reviews", "trainings", "report_deliveries"),
        delivered_as="compliance",
    )
)
