"""合规管理调度会议纪要：时间、地点、主持人、参加人，三项情况，议定事项，下季度重点工作，签发。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from guiju.access.actor import Actor
from guiju.compliance.enums import HearingState
from guiju.compliance.hearing import queries
from guiju.compliance.hearing.figures import SECTIONS, value
from guiju.compliance.models import Hearing
from guiju.documents import docx, reports
from guiju.documents.paper import Facts, Heading, Paper, Para, Signature, Signed, Table
from guiju.documents.reports import Report, register
from guiju.documents.words import Value
from guiju.files import store as files
from guiju.lib.errors import Problem
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry

Named = dict[str, tuple[str, Value]]


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The minutes of a quarter's hearing; a draft of them as long as it is not closed."""
    hearing = Hearing.objects.select_related("unit").filter(unit=unit, period=str(period)).first()
    if hearing is None:
        raise Problem(
            "hearing.none",
            _("No hearing of %(period)s has been prepared.") % {"period": period.chinese},
            fix=_("Prepare it first."),
            status=404,
        )
    return of_hearing(hearing, period, by=by)


def of_hearing(hearing: Hearing, period: Period, *, by: Actor) -> Paper:
    """The paper of one hearing."""
    held, unit = hearing.minutes, hearing.unit
    is_closed = hearing.state == HearingState.CLOSED
    decided = queries.decided(by=by, hearing=hearing)
    names = queries.names([held.get("chair", ""), *(row["owner"] for row in held.get("decisions", []))])
    held_on = _day(held.get("held_on"))
    paper = Paper(
        title=f"{unit.name}{period.chinese}合规管理调度会议纪要",
        doc_number=held.get("minutes_number") or "",
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
    _situation(paper, hearing.sheet, held, period)
    paper.add(Heading(1, "议定事项"), *_decisions(held, names, decided))
    paper.add(Heading(1, "下季度重点工作"), Para(held.get("next_work") or None, label="下季度重点工作"))
    paper.add(Signature([Signed("签发", held.get("signer") or "")]))
    return paper


def attach(hearing: Hearing, period: Period, *, by: Actor) -> None:
    """Put the minutes of a closed hearing to its meeting as a Word file: they show that minutes were made."""
    out = BytesIO()
    paper = of_hearing(hearing, period, by=by)
    docx.write(paper, to=out)
    size = out.tell()
    out.seek(0)
    name = reports.file_name(paper.title)
    stored = files.save(out, name=name, by=by)
    assert hearing.meeting is not None
    meeting = Entry.objects.select_related("unit", "body").get(uid=hearing.meeting)
    file = {"digest": stored.digest, "name": name, "size": size, "media_type": reports.MEDIA_TYPE}
    registers.update(entry=meeting, values={"files": [file]}, version=meeting.version, by=by)


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
    )


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


def _late(sheet: dict[str, Any]) -> Sequence[Table]:
    rows = [
        [row["title"], row["owner"] or None, row["due_on"]] for row in (sheet.get("open") or {}).get("overdue", [])[:10]
    ]
    return [Table(["超期问题", "责任人", "期限"], rows, caption="超期未销号的问题")] if rows else []


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
