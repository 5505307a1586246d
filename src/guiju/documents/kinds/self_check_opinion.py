"""合规自查意见书：查了什么、有没有风险、一般还是重大、怎么处置、向谁汇报（004 第五条、第六条）。"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents.kinds.entries import Kept, option, papers
from guiju.documents.paper import Block, Facts, Heading, Paper, Para, Signature, Signed
from guiju.documents.reports import Report, register
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.registers.models import Entry

REGISTER = "self_check_opinions"


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The opinions of the period."""
    return papers(KEPT, unit, period, by)


def of_entry(entry: Entry) -> Paper:
    """One opinion as paper."""
    paper = Paper(
        title="合规自查意见书", doc_number=entry.number or "", unit=entry.unit.name, sign=[entry.unit.name, entry.on]
    )
    return paper.add(*_blocks(entry))


def _blocks(entry: Entry) -> Iterator[Block]:
    data = entry.body.data
    found = option(REGISTER, "risk", entry.text_1)
    yield Facts(
        [
            ("自查事项", entry.title),
            ("自查对象", option(REGISTER, "subject", entry.level)),
            ("被查部门", entry.department.name if entry.department else entry.unit.name),
            ("自查人", entry.person.name if entry.person else None),
            ("自查人职务", option(REGISTER, "role", entry.kind)),
            ("出具日期", entry.on),
            ("发现的风险", found),
        ]
    )
    yield Heading(1, "自查意见")
    yield Para(data.get("opinion") or None, label="自查意见")
    if entry.text_1 != "none":
        yield Heading(1, "督促处置整改情况")
        yield Para(data.get("taken") or None, label="督促处置整改情况")
    if entry.text_1 == "major" or entry.done_on:
        yield Heading(1, "汇报情况")
        yield Facts([("汇报日期", entry.done_on), ("汇报对象", entry.owner.name if entry.owner else None)])
    yield Signature([Signed("自查人", entry.person.name if entry.person else "", entry.on)])


KEPT = Kept(REGISTER, "合规自查意见", of_entry, _blocks)
register(
    Report(
        "self-check-opinion",
        _("Opinions after self-checks"),
        build,
        periods=("quarter", "month", "year"),
        help=_("The written opinion after each self-check: what was found, what was done, to whom it was reported."),
        registers=(REGISTER,),
    )
)
