"""零风险报告 as paper: coverage, sample, time, statement and both signatures (seed 004, article 8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents.paper import Facts, Heading, Missing, Paper, Para, Signature, Signed
from guiju.documents.reports import Report, register
from guiju.documents.shortened import rest
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import queries as rows
from guiju.registers.models import Entry

_ROWS = 40


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The reports that the unit itself made in the period, each as a part of its own."""
    held = rows.visible(by, "zero_risk_reports").filter(own(unit))
    held = held.filter(on__gte=period.start, on__lte=period.end).exclude(status="returned")
    found = list(held.select_related("unit", "department", "person", "owner", "body").order_by("on", "pk")[:_ROWS])
    if len(found) == 1:
        return of_entry(found[0])
    paper = Paper(
        title=f"{period.chinese}零风险报告", sign=[unit.name, None if not found else found[-1].on], unit=unit.name
    )
    if not found:
        return paper.add(Missing("本期零风险报告"))
    for entry in found:
        paper.add(Heading(1, entry.text_1))
        _part(paper, entry)
    return paper.add(*rest(held.count() if len(found) == _ROWS else len(found), len(found), unit="份"))


def of_entry(entry: Entry) -> Paper:
    """One report as paper (`unit`, `department`, `person`, `owner` and `body` are read)."""
    paper = Paper(title="零风险报告", sign=[entry.unit.name, entry.on], unit=entry.unit.name)
    _part(paper, entry)
    return paper


def _part(paper: Paper, entry: Entry) -> None:
    data = entry.body.data
    version = Entry.objects.filter(uid=entry.ref_1).values_list("title", flat=True).first() if entry.ref_1 else None
    paper.add(
        Facts(
            [
                ("单位", entry.department.name if entry.department else entry.unit.name),
                ("排查内容", entry.text_1),
                ("周期", entry.period or None),
                ("清单版本", version),
                ("应查项", entry.count_1),
                ("实查项", entry.count_2),
                ("样本数", int(entry.num_2) if entry.num_2 is not None else None),
                ("用时（分钟）", int(entry.num_1) if entry.num_1 is not None else None),
                ("日期", entry.on),
            ]
        ),
        Para("抽样清单：{sample}", {"sample": ("抽样清单", data.get("sample") or None)}),
        Para("未发现风险声明：{said}", {"said": ("未发现风险声明", data.get("statement") or None)}),
    )
    if entry.flag_1:
        paper.add(
            Para(f"需要说明的情况：\n{data.get('doubts') or ''}"),
            Para("签字人说明：{told}", {"told": ("签字人说明", data.get("explanation"))}),
        )
    paper.add(
        Signature(
            [
                Signed("排查人签字", entry.person.name if entry.person else "", entry.on),
                Signed("合规负责人复核", entry.owner.name if entry.owner else "", entry.done_on),
            ]
        )
    )


register(
    Report(
        "zero-risk",
        _("Zero-risk reports"),
        build,
        periods=("quarter", "month", "year"),
        help=_("The reports of checks that found nothing: what they cover, what they rest on, who signed."),
    )
)
