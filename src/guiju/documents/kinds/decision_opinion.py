"""重大决策前合规意见书：谁在决策前提出了什么意见，决策日期和采纳情况（004 第四条）。"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents.kinds.entries import Kept, option, papers
from guiju.documents.paper import Block, Facts, Heading, Paper, Para, Signature, Signed
from guiju.documents.reports import Report, register
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.registers.models import Entry

REGISTER = "decision_opinions"


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The opinions of the period."""
    return papers(KEPT, unit, period, by)


def of_entry(entry: Entry) -> Paper:
    """One opinion as paper."""
    paper = Paper(
        title=f"关于“{entry.title}”的合规意见", doc_number=entry.number or "", unit=entry.unit.name,
        to=entry.text_1 or "企业主要负责人", sign=[entry.unit.name, entry.on],
    )  # fmt: skip
    return paper.add(*_blocks(entry))


def _blocks(entry: Entry) -> Iterator[Block]:
    data = entry.body.data
    yield Facts(
        [
            ("决策事项", entry.title),
            ("提出人", entry.person.name if entry.person else None),
            ("提出人职务", option(REGISTER, "role", entry.kind)),
            ("提出日期", entry.on),
            ("登记日期", clock.day_of(entry.created_at)),
        ]
    )
    yield Heading(1, "意见和建议")
    yield Para(data.get("opinion") or None, label="意见和建议")
    if entry.date_1:
        yield Heading(1, "决策和采纳情况")
        yield Facts([("决策日期", entry.date_1), ("决策机构", entry.text_1 or None), ("意见是否采纳", entry.flag_1)])
        if data.get("reason"):
            yield Para(data["reason"])
    yield Signature([Signed("提出人", entry.person.name if entry.person else "", entry.on)])


KEPT = Kept(REGISTER, "重大决策前合规意见", of_entry, _blocks)
register(
    Report(
        "decision-opinion",
        _("Opinions before major decisions"),
        build,
        periods=("quarter", "month", "year"),
        help=_("What the compliance head and staff said before each decision, with the days."),
        registers=(REGISTER,),
    )
)
