"""履职报告：一名合规人员在一个期间里做了什么，只用他自己的记录；没有的不编。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from guiju.access.actor import Actor
from guiju.documents import duty_part, lecturers
from guiju.documents.paper import Facts, Heading, Paper, Para, Signature, Table
from guiju.documents.reports import Report, register
from guiju.documents.shortened import rest
from guiju.documents.words import Value
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.lib.period import Period
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.org.places import company_of
from guiju.org.tree import own
from guiju.registers import queries
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.owners import Offices

#: So many rows stand in one table; the rest is counted.
MOST = 40
#: The parts of the report: heading, register, the columns that name the person, the column of the day.
_PARTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("检查与自查", "checks", ("person",), "on"),
    ("合规审查", "reviews", ("person",), "on"),
    ("合规咨询", "consultations", ("person",), "done_on"),
    ("风险上报", "risk_reports", ("person", "owner"), "on"),
    ("自查书面意见", "self_check_opinions", ("person", "owner"), "on"),
)


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The report of whoever asks for it."""
    person = Person.objects.filter(user=by.user).first() if by.user is not None else None
    if person is None:
        raise Problem(
            "report.nobody",
            _("Your account belongs to no person, so there are no records of your own."),
            fix=_("Choose a person on the page of work reports, or have the account linked to a person."),
            status=422,
        )
    return of_person(unit, period, person, by=by)


def of_person(unit: Unit, period: Period, person: Person, *, by: Actor) -> Paper:
    """The report of one person for a period, from what this actor may see of it."""
    first, last = period.start, min(period.end, clock.today())
    rows = _Rows(unit, person, first, last, by)
    offices = sorted(Offices([unit.pk], on=last).roles_of(unit.pk, person.pk))
    paper = Paper(
        title=f"{person.name}{period.chinese}合规履职报告", unit=unit.name, sign=[person.name, last], to=_to(offices)
    )
    paper.add(
        Facts(
            [
                ("单位", unit.name),
                (
                    "部门和岗位",
                    " ".join(filter(None, (person.department.label if person.department else "", person.post))) or None,
                ),
                ("合规职务", "、".join(str(Role(role).label) for role in offices) or None),
                ("报告期间", f"{_long(first)}至{_long(last)}"),
            ]
        )
    )
    _summary(paper, rows)
    duty_part.add(paper, unit, person, period, by=by)
    _logged(paper, rows)
    for heading, register_code, holders, day in _PARTS:
        _part(paper, heading, rows.of(register_code, holders, day), register_code)
    _rectified(paper, rows)
    _tasks(paper, rows)
    paper.add(Heading(1, "需要说明的问题和下一步打算"), Para(None, label="需要说明的问题和下一步打算"))
    paper.add(Signature(["报告人", "接收人"]))
    return paper


def _to(offices: Sequence[str]) -> str:
    """The head reports to the first responsible person, everybody else to the head."""
    return "企业主要负责人" if Role.COMPLIANCE_HEAD in offices else "合规负责人"


def _long(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


class Taught(NamedTuple):
    """The trainings that somebody gave, and how many name somebody else's name as well as his."""

    mine: list[Entry]
    doubtful: int


class _Rows:
    """The person's rows of the period, register by register."""

    def __init__(self, unit: Unit, person: Person, first: date, last: date, by: Actor) -> None:
        self.unit, self.person, self.first, self.last, self.by = unit, person, first, last, by

    def of(self, register_code: str, holders: Sequence[str], day: str) -> list[Entry]:
        mine = Q(pk__in=[])
        for column in holders:
            mine |= Q(**{column: self.person})
        found = queries.visible(self.by, register_code, self.unit).filter(
            mine, **{f"{day}__range": (self.first, self.last)}
        )
        return list(found.select_related("department").order_by(day, "pk"))

    @cached_property
    def trainings(self) -> Taught:
        """Those that name him as lecturer, name for name; where others bear his name it must say which of them it was."""
        found = queries.visible(self.by, "trainings", self.unit).filter(text_2__contains=self.person.name)
        rows = list(found.filter(on__range=(self.first, self.last)).order_by("on", "pk"))
        mine: list[Entry] = []
        doubtful = 0
        for row in rows:
            match lecturers.named(row.text_2, self.person, has_namesakes=self._has_namesakes):
                case True:
                    mine.append(row)
                case None:
                    doubtful += 1
        return Taught(mine, doubtful)

    @cached_property
    def _has_namesakes(self) -> bool:
        same = Person.objects.filter(name=self.person.name).filter(own(company_of(self.unit)))
        return same.exclude(pk=self.person.pk).exists()

    def rectifications(self) -> list[Entry]:
        """Those that were open at some time of the period."""
        found = queries.visible(self.by, "rectifications", self.unit).filter(owner=self.person, on__lte=self.last)
        return list(found.filter(Q(done_on__isnull=True) | Q(done_on__gte=self.first)).order_by("due_on", "pk"))

    def tasks(self) -> QuerySet[Task]:
        return Task.objects.filter(owner=self.person, root_id=self.unit.root_id or self.unit.pk)


def _summary(paper: Paper, rows: _Rows) -> None:
    done = rows.tasks().filter(status=TaskStatus.DONE, done_on__range=(rows.first, rows.last))
    late = sum(on is not None and on > due for on, due in done.values_list("done_on", "due_on"))
    counted: Mapping[str, tuple[str, Value]] = {
        "checks": ("排查次数", len(rows.of("checks", ("person",), "on"))),
        "reviews": ("审查件数", len(rows.of("reviews", ("person",), "on"))),
        "trainings": ("授课次数", len(rows.trainings.mine)),
        "answers": ("答复咨询件数", len(rows.of("consultations", ("person",), "done_on"))),
        "reports": ("上报风险项数", len(rows.of("risk_reports", ("person",), "on"))),
        "done": ("办结任务件数", done.count()),
        "late": ("逾期办结件数", late),
    }
    paper.add(
        Heading(1, "总体情况"),
        Para(
            "报告期内开展风险排查{checks}次，合规审查{reviews}件，授课{trainings}次，答复合规咨询{answers}件，上报合规风险{reports}项；"
            "办结本人任务{done}件，其中逾期办结{late}件。",
            counted,
        ),
    )
    if doubtful := rows.trainings.doubtful:
        paper.add(
            Para(f"另有{doubtful}次培训的授课人写作“{rows.person.name}”，单位内有同名人员，没有写明是谁，未计入。")
        )


def _logged(paper: Paper, rows: _Rows) -> None:
    """What he wrote down himself, by kind of duty."""
    found = rows.of("duty_logs", ("person",), "on")
    paper.add(Heading(1, "履职记录"))
    if not found:
        paper.add(Para("报告期内没有登记履职记录。"))
        return
    kinds = {option.code: option.zh for option in specs.get("duty_logs").by_code["kind"].options}
    table = [[row.on, kinds.get(row.kind, ""), row.title] for row in found[:MOST]]
    paper.add(Table(["日期", "职责", "事项"], table, widths=[2.4, 3, 7]), *_rest(found))


def _part(paper: Paper, heading: str, found: list[Entry], register_code: str) -> None:
    paper.add(Heading(1, heading))
    if not found:
        paper.add(Para("报告期内没有记录。"))
        return
    spec = specs.get(register_code)
    result = next((item for item in spec.fields if item.type == "choice" and item.slot in {"level", "kind"}), None)
    labels = {option.code: option.zh for option in result.options} if result is not None else {}
    table = [
        [
            row.on or row.done_on,
            row.title,
            row.department.label if row.department else "",
            labels.get(getattr(row, result.slot) if result else "", ""),
        ]
        for row in found[:MOST]
    ]
    last = result.zh if result is not None else "说明"
    paper.add(Table(["日期", "事项", "部门", last], table, widths=[2.4, 6, 2.4, 2.2]), *_rest(found))


def _rest(found: list[Entry]) -> list[Para]:
    return rest(len(found), min(len(found), MOST))


def _rectified(paper: Paper, rows: _Rows) -> None:
    found = rows.rectifications()
    paper.add(Heading(1, "本人负责的整改"))
    if not found:
        paper.add(Para("报告期内没有由本人负责的整改。"))
        return
    states = {state.code: state.zh for state in specs.get("rectifications").states}
    table = [
        [row.title, row.due_on, row.done_on.isoformat() if row.done_on else "未销号", states.get(row.status, "")]
        for row in found[:MOST]
    ]
    paper.add(Table(["问题", "期限", "销号日期", "状态"], table, widths=[6, 2.4, 2.4, 2]), *_rest(found))


def _tasks(paper: Paper, rows: _Rows) -> None:
    """What is still to be done, and what of it is late."""
    due = rows.tasks().filter(status=TaskStatus.OPEN, due_on__lte=rows.last)
    waiting = list(due.order_by("due_on", "pk")[:MOST])
    paper.add(Heading(1, "到期未办结的任务"))
    if not waiting:
        paper.add(Para("没有到期未办结的任务。"))
        return
    table: list[list[Any]] = [[task.title, task.due_on, f"{(rows.last - task.due_on).days}天"] for task in waiting]
    left = rest(due.count() if len(waiting) == MOST else len(waiting), len(waiting))
    paper.add(Table(["任务", "期限", "逾期"], table, widths=[8, 2.4, 1.6]), *left)


REPORT = register(
    Report(
        "work-report",
        _l("Report on one's own compliance work"),
        build,
        periods=("quarter", "month", "half", "year"),
        help=_l("What one person did in a period, from that person's own records."),
        registers=(
            "appointments",
            "duty_logs",
            "checks",
            "reviews",
            "trainings",
            "consultations",
            "rectifications",
            "risk_reports",
        ),
    )
)
