"""合规管理调度会议纪要：时间、地点、主持人、参加人，三项情况，议定事项，下季度重点工作，签发。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _l

from guiju.access.actor import Actor
from guiju.compliance.enums import HearingState
from guiju.compliance.hearing import queries
from guiju.compliance.hearing.figures import SECTIONS, value
from guiju.compliance.models import Hearing
from guiju.documents import versions
from guiju.documents.kinds import meeting_minutes
from guiju.documents.paper import Block, Facts, Heading, Missing, Paper, Para, Signature, Signed, Table
from guiju.documents.reports import Report, register
from guiju.documents.shortened import rest
from guiju.documents.words import Value, shown
from guiju.governance.meetings import queries as meetings
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry

Named = dict[str, tuple[str, Value]]
#: Overdue problems that the minutes name.
_NAMED = 10


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The minutes of a quarter's hearing; a draft of them as long as it is not closed.

    Of a hearing that was entered as a meeting only, the minutes are those of that meeting.
    """
    hearing = Hearing.objects.select_related("unit").filter(unit=unit, period=str(period)).first()
    if hearing is not None and hearing.state == HearingState.CLOSED:
        return of_hearing(hearing, period, by=by)
    meeting = queries.held_in(unit, period)
    if meeting is not None:
        return meeting_minutes.of_meeting(meetings.meeting(by=by, uid=meeting.uid))
    if hearing is not None:
        return of_hearing(hearing, period, by=by)
    paper = Paper(title=f"{unit.name}{period.chinese}合规管理调度会议纪要", unit=unit.name)
    return paper.add(Missing("本季度合规管理调度会议的纪要"))


def of_hearing(hearing: Hearing, period: Period, *, by: Actor) -> Paper:
    """The paper of one hearing."""
    held, unit = hearing.minutes, hearing.unit
    is_closed = hearing.state == HearingState.CLOSED
    decided = queries.decided(by=by, hearing=hearing)
    names = queries.names([held.get("chair", ""), *(row["owner"] for row in held.get("decisions", []))])
    held_on = _day(held.get("held_on"))
    paper = Paper(
        title=f"{unit.name}{period.chinese}合规管理调度会议纪要",
        doc_number=held.get("minutes_number") or None,
        unit=unit.name,
        sign=[unit.name, held_on],
        note="" if is_closed else "草稿，会议尚未办结",
    )
    paper.add(
        Facts(
            [
                ("时间", held_on),
                ("地点", held.get("place") or None),
                ("主持人", names.get(held.get("chair", "")) or None),
                ("参加人", held.get("attendees") or None),
                ("汇报人", held.get("reporter") or None),
            ]
        )
    )
    paper.add(Para(f"会议材料中的数据截至{shown(clock.day_of(hearing.counted_at))}。"))
    _situation(paper, hearing.sheet, held, period)
    paper.add(Heading(1, "议定事项"), *_decisions(held, names, decided))
    paper.add(Heading(1, "下季度重点工作"), Para(held.get("next_work") or None, label="下季度重点工作"))
    signer = held.get("signer") or ""
    paper.add(Signature([Signed("签发", signer)]) if signer else Facts([("签发", None)]))
    return paper


def attach(hearing: Hearing, period: Period, *, by: Actor) -> None:
    """Put the minutes of a closed hearing to its meeting as a Word file: they show that minutes were made."""
    assert hearing.meeting is not None
    meeting = Entry.objects.select_related("unit", "body").get(uid=hearing.meeting)
    held = meeting.body.data.get("files") or []
    values = {"files": versions.added(of_hearing(hearing, period, by=by), held, by=by)}
    registers.update(entry=meeting, values=values, version=meeting.version, by=by)


def _situation(paper: Paper, sheet: dict[str, Any], held: dict[str, Any], period: Period) -> None:
    """The three reports of the head: what the records say, then what was said."""
    paper.add(
        Heading(1, "合规管理情况"),
        Para(
            "现行清单{in_force}份，施行后有变动的{drifted}份，部门清单尚缺{without}份。"
            "在管合规风险中，高风险{high}项、中风险{medium}项、低风险{low}项；等级上升{up}项、下降{down}项。"
            "尚未解除的预警{warnings}项，尚未消除的上报风险{reports}项。",
            {**_named(sheet, "lists"), **_named(sheet, "risks")},
        ),
        *_said(held.get("remark_management")),
        Heading(1, "风险排查情况"),
        Para(
            f"{period.chinese}应开展排查{{due}}次，实际开展{{finished}}次，漏查{{missed}}次；"
            "应查{items_due}项，实查{items_done}项。发现问题的排查{problems}次，提交零风险报告{zero}份，其中疑似走过场{doubts}份。",
            _named(sheet, "checks"),
        ),
        *_said(held.get("remark_risks")),
        Heading(1, "问题整改情况"),
        Para(
            f"{period.chinese}新发现问题{{opened}}项，销号{{closed}}项；目前未销号{{pending}}项，"
            "其中超期{overdue}项、延期{extended}项。同样原因再次出现的{repeats}项。",
            _named(sheet, "rectifications"),
        ),
        *_said(held.get("remark_rectification")),
        *_late(sheet),
        *_levels(sheet),
    )


def _levels(sheet: dict[str, Any]) -> Sequence[Block]:
    """Of a company with others below it: where all levels stand."""
    if not sheet.get("levels"):
        return []
    return [
        Para(
            "含下属{units}家企业，全级次在管高风险{high}项；当季漏查{missed}次，发现问题的排查{problems}次；"
            "未销号问题{pending}项，其中超期{overdue}项。",
            _named(sheet, "levels"),
        )
    ]


def _named(sheet: dict[str, Any], section: str) -> Named:
    """The figures of a section, each with the name under which it is missing."""
    return {
        figure.code: (_MISSING.get(figure.code, str(figure.label)), value(sheet, section, figure.code))
        for figure in SECTIONS[section][1]
    }


#: How a figure is called where it is missing.
_MISSING = {
    "in_force": "现行清单份数", "drifted": "施行后有变动的清单份数", "without": "尚缺的部门清单份数",
    "high": "高风险项数", "medium": "中风险项数", "low": "低风险项数", "up": "等级上升的风险项数", "down": "等级下降的风险项数",
    "due": "应开展排查次数", "finished": "实际排查次数", "missed": "漏查次数", "items_due": "应查项数", "items_done": "实查项数",
    "doubts": "疑似走过场份数",
}  # fmt: skip


def _said(remark: str | None) -> Sequence[Para]:
    return [Para(remark)] if remark else []


def _late(sheet: dict[str, Any]) -> Sequence[Block]:
    rows = [
        [row["title"], row["owner"] or None, row["due_on"]]
        for row in (sheet.get("open") or {}).get("overdue", [])[:_NAMED]
    ]
    if not rows:
        return []
    total = value(sheet, "rectifications", "overdue") or len(rows)
    return [Table(["超期问题", "责任人", "期限"], rows, caption="超期未销号的问题"), *rest(total, len(rows))]


def _decisions(held: dict[str, Any], names: dict[str, str], decided: Sequence[Entry]) -> Sequence[Any]:
    rows = [
        [number, row["matter"], names.get(row["owner"]) or None, _day(row["due_on"])]
        for number, row in enumerate(held.get("decisions", []), 1)
    ]
    if not rows:
        return [Para("会议没有另行议定事项。")]
    return [Table(["序号", "事项", "责任人", "时限"], rows, widths=[1, 7, 2, 2.6])]


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


REPORT = register(
    Report(
        "quarterly-hearing",
        _l("Minutes of the quarterly hearing"),
        build,
        periods=("quarter",),
        help=_l("From the sheet of the hearing and what was written of it."),
        registers=("meetings", "decisions"),
    )
)
