"""The column “现状” of the ledger of 001, tasks 6, 7 and 11: reviews of the three key works, coordination, the system.

The group and its subsidiaries stand each for itself (annex 2, note 1). Counted in the year of the day; what nobody has
recorded is printed as missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Max, QuerySet, Sum

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance.policies import library
from guiju.governance.policies.ledgerrows import Block, Of, Row
from guiju.governance.policies.statistics import Sentence
from guiju.lib import clock
from guiju.org.places import Seat
from guiju.org.tree import own
from guiju.registers.models import Entry
from guiju.review import access, ledger, routing, running, subjects
from guiju.review.enums import POLICIES, Stand
from guiju.review.models import LeakRun, Matter
from guiju.workflow.routes import rules
from guiju.workflow.routes.enums import SeatKind, SeatState
from guiju.workflow.routes.models import Run

TITLES = {
    6: "“三项重点工作”合法合规性审查",
    7: "合规与法务、内控、风险协同运作",
    11: "“三张清单”和审查流程嵌入信息系统",
}
_RATES = {"policy": "规章制度", "contract": "经济合同", "decision": "重要决策"}
_FEATURES = {
    "lists_duty": "岗位合规职责清单", "lists_risk": "合规风险清单", "lists_process": "合规审查流程管控清单",
    "review_policy": "规章制度审查", "review_contract": "经济合同审查", "review_decision": "重要决策审查",
}  # fmt: skip
_MEETINGS, _TOOK_PLACE = "meetings", ("held", "settled", "")
_TOGETHER = ("joint_meeting", "coordination")
_MOST = 6


@dataclass(frozen=True)
class _Of(Of):
    @property
    def begins(self) -> date:
        """The first day of the year."""
        return date(self.on.year, 1, 1)

    def rows(self, register: str) -> QuerySet[Entry]:
        """What is counted of a register: the company with its departments, or the levels below alone."""
        found = library.rows(self.by, register, self.seat, below=self.apart)
        return found.exclude(own(self.seat.company)) if self.apart else found

    def matters(self) -> QuerySet[Matter]:
        """Decided in the year, up to the day."""
        seen = access.visible(self.by, within=self.seat.company)
        ends = datetime.combine(self.on + timedelta(days=1), time.min, tzinfo=clock.SHANGHAI)
        rows = seen.filter(decided_at__gte=datetime.combine(self.begins, time.min, tzinfo=clock.SHANGHAI))
        rows = rows.filter(decided_at__lt=ends)
        mine = own(self.seat.company)
        return rows.exclude(mine) if self.apart else rows.filter(mine)


def rows(*, by: Actor, seat: Seat, below: bool = False, on: date | None = None) -> list[Row]:
    """The three tasks on a day; with `below` the subsidiaries have a block of their own."""
    day = on or clock.today()
    label = ("集团：" if seat.company.parent_id is None else "本企业：") if below else ""
    ways = ((label, _Of(by, seat, day)), *((("子企业：", _Of(by, seat, day, apart=True)),) if below else ()))
    told = {6: _reviewed, 7: _together, 11: _embedded}
    return [
        Row(number, TITLES[number], tuple(Block(name, tell(of)) for name, of in ways)) for number, tell in told.items()
    ]


# --- task 6 ---------------------------------------------------------------------------------------------------------


def _reviewed(of: _Of) -> tuple[Sentence, ...]:
    return Sentence("审查工作机制建立及运行情况", *_mechanism(of)), _rates(of)


def _mechanism(of: _Of) -> tuple[str, dict[str, tuple[str, object]]]:
    """The rule and the route, and how many were reviewed, by kind."""
    facts: dict[str, tuple[str, object]] = {"rule": ("合规审查制度", _rules(of, "review"))}
    words = "审查制度：{rule}。"
    if not of.apart:
        route, table = routing.table(of.seat.company)
        facts["steps"] = ("审查流程", f"{len(table)}条适用条件")
        words += "审查流程：{steps}，" + ("为本单位自定流程。" if route is not None else "为系统默认流程。")
    counted = of.rows(ledger.REGISTER).filter(on__range=(of.begins, of.on)).order_by()
    held = dict(counted.values("kind").annotate(n=Count("pk")).values_list("kind", "n"))
    by_rate = {rate: sum(n for kind, n in held.items() if _rate(kind) == rate) for rate in _RATES}
    against = counted.filter(level__in=(Stand.DISAGREE, Stand.VETO)).count()
    facts |= {"year": ("年度", str(of.on.year)), "all": ("审查件数", sum(held.values()) or None)}
    told = "、".join(f"{label}{by_rate[rate]}件" for rate, label in _RATES.items())
    words += f"{{year}}年登记合规审查{{all}}件，其中{told}；不同意或者否决的{against}件。"
    return words, facts


def _rate(kind: str) -> str:
    subject = subjects.all_of().get(kind)
    return subject.rate if subject is not None else kind


def _rates(of: _Of) -> Sentence:
    """As the last look for leaks over the company found them."""
    heading, missing = "审查工作职责落实情况", ("三项重点工作审查率（漏审查找后得出）", None)
    company = of.seat.company
    if not check.can(of.by, P.REVIEW_MATTER_VIEW, company):
        return Sentence(heading, "{rates}", {"rates": missing})
    looks = LeakRun.objects.filter(unit=company, ends_on__gte=of.begins, starts_on__lte=of.on)
    last = looks.filter(below=True).order_by("-made_at").first() if of.apart else looks.order_by("-made_at").first()
    if last is None:
        return Sentence(heading, "{rates}", {"rates": missing})
    mine = [row for row in last.rates if (row["unit"] != company.code) == of.apart]
    told = [_one_rate(label, [row for row in mine if row["kind"] == kind]) for kind, label in _RATES.items()]
    days = f"{last.starts_on.isoformat()}至{last.ends_on.isoformat()}"
    return Sentence(heading, "{days}，" + "；".join(told) + "。", {"days": ("查找期间", days)})


def _one_rate(label: str, found: Sequence[dict[str, object]]) -> str:
    n, ok = (sum(int(str(row[name])) for row in found) for name in ("n", "ok"))
    return f"{label}应审{n}件，经审查{ok}件，审查率{ok * 100 // n}%" if n else f"{label}没有应审事项"


# --- task 7 ---------------------------------------------------------------------------------------------------------


def _together(of: _Of) -> tuple[Sentence, ...]:
    met = of.rows(_MEETINGS).filter(kind__in=_TOGETHER, status__in=_TOOK_PLACE, on__range=(of.begins, of.on)).count()
    facts = {
        "rule": ("协同运作制度", _rules(of, "coordination")), "year": ("年度", str(of.on.year)),
        "met": ("合规联席会议或者协调会议", met or None),
    }  # fmt: skip
    matters = list(of.matters().values_list("uid", flat=True))
    shared = _shared(matters)
    words = "协同制度：{rule}；{year}年召开合规联席会议、协调会议{met}次。"
    words += f"{{year}}年办结的送审事项{len(matters)}件，由两个以上部门或者外聘律师在同一事项上出具意见的{shared}件。"
    if not matters:
        words = words.partition("。")[0] + "。"
    return (Sentence("协同运作机制建立及运行情况", words, facts),)


def _shared(matters: Sequence[UUID]) -> int:
    """Matters on which others than the first line and the compliance department spoke."""
    held = Run.objects.filter(about=access.ABOUT, about_uid__in=matters).prefetch_related("seats")
    found = set()
    for run in held:
        parts = [rules.step_of(step).part for step in run.steps]
        spoken = [seat for seat in run.seats.all() if seat.state == SeatState.SPOKEN]
        beside = {SeatKind.ADDED, SeatKind.COUNSEL}
        if any(seat.kind in beside or parts[seat.step] in {rules.COUNTERSIGN, rules.COUNSEL} for seat in spoken):
            found.add(run.about_uid)
    return len(found)


# --- task 11 --------------------------------------------------------------------------------------------------------


def _embedded(of: _Of) -> tuple[Sentence, ...]:
    held = of.rows(running.REGISTER).filter(kind__in=_FEATURES, status=running.LIVE, on__lte=of.on).order_by()
    heading, how = "嵌入信息系统情况", "信息系统运行情况"
    if of.apart:
        firms = _firms(held)
        return (
            Sentence(heading, f"登记三张清单、三项审查流程已在信息系统运行的子企业{firms}户。", {}),
            Sentence(how, *_runs(of, held)),
        )
    systems: dict[str, list[str]] = {}
    for kind, system in held.values_list("kind", "text_1").distinct():
        systems.setdefault(kind, []).append(system)
    facts = {
        code: (f"{label}所在信息系统", "、".join(sorted(systems[code])) if code in systems else None)
        for code, label in _FEATURES.items()
    }
    words = "；".join(f"{label}在{{{code}}}" for code, label in _FEATURES.items()) + "。"
    return Sentence(heading, words, facts), Sentence(how, *_runs(of, held))


def _runs(of: _Of, held: QuerySet[Entry]) -> tuple[str, dict[str, tuple[str, object]]]:
    sums = held.aggregate(uses=Sum("count_1"), last=Max("date_1"))
    last = sums["last"].isoformat() if sums["last"] else None
    facts = {"uses": ("近六个月使用次数", sums["uses"]), "last": ("最近使用日期", last)}
    return "登记的近六个月使用次数{uses}次，最近使用日期{last}。", facts


def _firms(held: QuerySet[Entry]) -> int:
    return held.values("unit_id").distinct().count()


def _rules(of: _Of, mechanism: str) -> str | None:
    """The rules in force of a mechanism by name; of the levels below in how many firms there is one."""
    held = of.rows(POLICIES).filter(kind=mechanism, status="issued").order_by("-on", "pk")
    if of.apart:
        return f"{_firms(held.order_by())}户子企业已制定"
    names = [f"《{title.strip('《》')}》" for title in held.values_list("title", flat=True)[:_MOST]]
    return "、".join(names) or None
