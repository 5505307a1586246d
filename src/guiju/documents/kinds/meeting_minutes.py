"""会议纪要：时间、地点、主持人、到会情况，逐项议题（汇报、回避、表决、议定内容），议定事项和责任人，签发。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents import versions
from guiju.documents.paper import Block, Facts, Heading, Missing, Paper, Para, Signature, Signed, Table
from guiju.documents.reports import Report, register
from guiju.documents.shortened import rest
from guiju.governance.meetings import queries as meetings
from guiju.governance.meetings import quorum, sheet
from guiju.governance.meetings.queries import OneMeeting
from guiju.governance.meetings.terms import ABSENT, MEETINGS, SETTLED, TOOK_PLACE
from guiju.lib.period import Period
from guiju.org.models import Person, Unit
from guiju.org.tree import own
from guiju.registers import actions as registers
from guiju.registers import queries as rows
from guiju.registers.models import Entry

_MOST = 30


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The minutes of the meetings that the unit held in the period."""
    held = rows.visible(by, MEETINGS).filter(own(unit), status__in=TOOK_PLACE, on__range=(period.start, period.end))
    held = held.exclude(kind="quarterly_hearing").order_by("on", "pk")
    found = list(held.values_list("uid", "title")[:_MOST])
    if len(found) == 1:
        return of_meeting(meetings.meeting(by=by, uid=found[0][0]))
    paper = Paper(title=f"{unit.name}{period.chinese}会议纪要汇编", unit=unit.name)
    if not found:
        return paper.add(Missing("本期会议纪要"))
    for uid, title in found:
        paper.add(Heading(1, title), *_blocks(meetings.meeting(by=by, uid=uid), depth=2))
    return paper.add(*rest(held.count() if len(found) == _MOST else len(found), len(found), unit="份"))


def title_of(meeting: Entry) -> str:
    """What the minutes of a meeting are called."""
    name = meeting.title.removesuffix("纪要")
    return f"{name}纪要" if name.endswith(("会议", "会")) else f"{name}会议纪要"


def of_meeting(one: OneMeeting) -> Paper:
    """The paper of one meeting; a draft as long as the minutes are not settled."""
    unit, meeting = one.meeting.unit, one.meeting
    draft = "" if meeting.status in {SETTLED, ""} else "草稿，纪要尚未定稿"
    paper = Paper(
        title=title_of(meeting), doc_number=_said(one, "minutes_number") or "", unit=unit.name,
        sign=[one.body.title if one.body else unit.name, _day(_said(one, "held_on")) or meeting.on], note=draft,
    )  # fmt: skip
    return paper.add(*_blocks(one, depth=1))


def attach(meeting: Entry, *, by: Actor) -> None:
    """Put the settled minutes to the meeting as a Word file: they are kept with it as they were."""
    one = meetings.meeting(by=by, uid=meeting.uid)
    held = one.meeting.body.data.get("files") or []
    values = {"files": versions.added(of_meeting(one), held, by=by)}
    registers.update(entry=one.meeting, values=values, version=one.meeting.version, by=by)


def _said(one: OneMeeting, code: str) -> str:
    """From the sheet; of a meeting that was entered without one, from its record."""
    held = one.sitting.minutes.get(code)
    names = {"chair": "chaired_by", "guests": "attendees", "remark": "minutes"}
    return str(held or one.meeting.body.data.get(names.get(code, code)) or "")


def _blocks(one: OneMeeting, *, depth: int) -> Iterator[Block]:
    has_sheet = one.sitting.version > 0
    came, _count = sheet.came(one.attendance, one.sitting.minutes.get("guests") or "")
    yield Facts(
        [
            ("时间", _day(_said(one, "held_on")) or one.meeting.on),
            ("地点", _said(one, "place") or None),
            ("主持人", _name(_said(one, "chair"))),
            ("参加人", (came if has_sheet else _said(one, "guests")) or None),
            *([("方式", "传签")] if sheet.is_circulated(one.meeting) else []),
            *_absent(one),
        ]
    )
    if words := _said(one, "remark"):
        yield Para(words)
    for item in one.items:
        yield from _item(one, item, depth=depth)
    if not one.items:
        yield Heading(depth, "议定情况")  # type: ignore[arg-type]
        yield Para(one.meeting.body.data.get("resolution") or None, label="议定情况")
    yield Heading(depth, "议定事项")  # type: ignore[arg-type]
    yield from _decisions(one)
    if words := _said(one, "next_work"):
        yield Heading(depth, "下一步工作安排")  # type: ignore[arg-type]
        yield Para(words)
    yield Signature([Signed("签发", _said(one, "signer"))])


def _absent(one: OneMeeting) -> list[tuple[str, Any]]:
    found = [str(row["name"]) for row in one.attendance if row.get("state") == ABSENT and row.get("seat")]
    circulated = sheet.is_circulated(one.meeting)
    lines: list[tuple[str, Any]] = [("未签署" if circulated else "缺席", "、".join(found))] if found else []
    counted = quorum.of(one.attendance, one.rules)
    if counted.members and counted.present:
        need = f"，按议事规则应到{counted.needed}人以上" if counted.needed is not None else ""
        if circulated:
            return [*lines, ("签署", f"成员{counted.members}人，签署{counted.present}人")]
        lines.append(("到会", f"应到成员{counted.members}人，实到{counted.present}人{need}"))
    return lines


def _item(one: OneMeeting, item: Entry, *, depth: int) -> Iterator[Block]:
    said = one.sitting.items.get(str(item.uid)) or _as_kept(item)
    yield Heading(depth, item.title)  # type: ignore[arg-type]
    if contents := item.body.data.get("contents"):
        yield Para(contents)
    if item.person is not None:
        yield Para(f"{item.person.name}作了汇报。")
    aside = [row.person.name for row in one.recusals.get(str(item.uid), []) if row.person]
    if aside:
        yield Para(f"{'、'.join(aside)}因利益冲突回避，未参加表决。")
    if said.get("votes_for") is not None:
        votes = {code: (label, said.get(code) or 0) for code, label in _VOTES}
        yield Para("表决情况：同意{votes_for}票，反对{votes_against}票，弃权{votes_abstained}票。", votes)
    outcome = sheet.outcome_label(said["outcome"]) if said.get("outcome") else None
    yield Para("结果：{outcome}。", {"outcome": (f"“{item.title}”的结果", outcome)})
    if said.get("resolution"):
        yield Para(said["resolution"])
    if said.get("unheard"):
        yield Para(f"会前没有听齐合规意见的原因：{said['unheard']}")


_VOTES = (("votes_for", "同意票数"), ("votes_against", "反对票数"), ("votes_abstained", "弃权票数"))


def _as_kept(item: Entry) -> dict[str, Any]:
    data = item.body.data
    return {code: data.get(code) for code in ("outcome", *sheet.VOTES, "resolution")}


def _decisions(one: OneMeeting) -> Iterator[Block]:
    planned = one.sitting.minutes.get("decisions") or []
    if one.decisions:
        lines = [[row.title, row.owner.name if row.owner else None, row.due_on] for row in one.decisions]
    else:
        names = _names([row["owner"] for row in planned])
        lines = [[row["matter"], names.get(row["owner"]), _day(row["due_on"])] for row in planned]
    if not lines:
        yield Para("会议没有另行议定事项。")
        return
    numbered = [[number, *line] for number, line in enumerate(lines, 1)]
    yield Table(["序号", "事项", "责任人", "时限"], numbered, widths=[1, 7, 2, 2.6])


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _name(uid: str) -> str | None:
    return _names([uid]).get(uid)


def _names(uids: list[str]) -> dict[str, str]:
    known = [UUID(uid) for uid in uids if uid]
    rows_of = Person.objects.filter(uid__in=known).values_list("uid", "name") if known else []
    return {str(uid): name for uid, name in rows_of}


REPORT = register(
    Report(
        "meeting-minutes",
        _("Minutes of meetings"),
        build,
        periods=("quarter", "month", "year"),
        help=_("Of the meetings of bodies and joint meetings: who came, each item with its vote and resolution."),
        registers=("meetings", "agenda_items", "decisions"),
    )
)
