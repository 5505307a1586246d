"""向主管部门的报告：发现的问题、已采取的措施、下一步安排（004 第十一条，主动报告）。"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents.kinds.entries import Kept, papers
from guiju.documents.paper import Block, Heading, Paper, Para
from guiju.documents.reports import Report, register
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.registers.models import Entry

REGISTER = "authority_reports"
PROACTIVE = "proactive"


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The reports of own accord of the period."""
    return papers(KEPT, unit, period, by, kind=PROACTIVE)


def of_entry(entry: Entry) -> Paper:
    """One report as a letter to the authority."""
    draft = "草稿，尚未报送" if entry.status == "draft" else ""
    paper = Paper(
        title=entry.title if entry.title.endswith("报告") else f"{entry.title}的报告", doc_number=entry.number or "",
        to=entry.text_1 or None, unit=entry.unit.name, sign=[entry.unit.name, entry.on], note=draft,
    )  # fmt: skip
    return paper.add(*_blocks(entry))


def _blocks(entry: Entry) -> Iterator[Block]:
    data = entry.body.data
    if entry.kind != PROACTIVE:
        yield Para(data.get("gist") or None, label="报送内容")
        return
    yield Para("按照法律法规和有关要求，现将我单位在合规管理工作中发现的问题主动报告如下。")
    yield Heading(1, "发现的问题")
    yield Para("发现日期：{found}。", {"found": ("发现日期", entry.date_1)})
    yield Para(data.get("gist") or None, label="问题情况")
    yield Heading(1, "已采取的措施")
    yield Para(data.get("measures") or None, label="已采取的措施")
    yield Heading(1, "下一步安排")
    yield Para(data.get("next_steps") or None, label="下一步安排")
    yield Para("特此报告。")


KEPT = Kept(REGISTER, "主动报告", of_entry, _blocks)
register(
    Report(
        "authority-report",
        _("Reports of own accord"),
        build,
        periods=("quarter", "month", "year"),
        help=_("Letters to authorities about problems that the unit found and reported itself."),
        registers=(REGISTER,),
    )
)
