"""The column “现状” of the ledger of 001, tasks 1 to 3: the group and its subsidiaries each for itself (annex 2, note 1).

What figures cannot say (do the levels of rules fit together?) is left to a person and printed as missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from guiju.access.actor import Actor
from guiju.governance.policies import library, planning, statistics
from guiju.governance.policies.gaps import GUIDELINE
from guiju.governance.policies.guiding import FINDINGS, SOURCES
from guiju.governance.policies.ledgerrows import Block, Of, Row
from guiju.governance.policies.library import LEVELS
from guiju.governance.policies.statistics import Figures, Sentence
from guiju.lib import clock
from guiju.org.enums import UnitKind
from guiju.org.models import Unit
from guiju.org.places import Seat
from guiju.registers import taxonomy
from guiju.registers.models import Entry

TASKS = ("制度清理、分类分级和立改废释", "制度体系改进方案", "专项合规指引")
_BUSINESSES = {code: label for code, label, *_rest in taxonomy.BUSINESSES}
_FOUND_BY = {
    "discipline": "纪检监察",
    "audit": "审计",
    "inspection": "巡视巡察",
    "authority": "监管",
    "check": "风险排查",
}
_NAMED = 10


def rows(*, by: Actor, seat: Seat, below: bool = False, on: date | None = None) -> list[Row]:
    """The three tasks on a day; with `below` the subsidiaries have a block of their own."""
    of = Of(by, seat, on or clock.today())
    found = statistics.figures(by=by, seat=seat, on=of.on)
    below = below and seat.whole
    label = ("集团：" if seat.company.parent_id is None else "本企业：") if below else ""
    own = [tuple(statistics.sentences(found))]
    # Coverage and guidelines are told of a company; of one department only its rules are counted.
    own += [tuple(_coverage(of, found)), tuple(_guidelines(of, found))] if seat.whole else []
    told = [[Block(label, lines)] for lines in own]
    if below:
        for blocks, lines in zip(told, _below(Of(by, seat, of.on, apart=True)), strict=True):
            blocks.append(Block("子企业：", lines))
    return [Row(number, TASKS[number - 1], tuple(blocks)) for number, blocks in enumerate(told, 1)]


def text(found: list[Row]) -> str:
    """As it is copied into the ledger, task by task."""
    return "\n\n".join(f"{row.title}\n" + "\n".join(map(_said, row.blocks)) for row in found)


def is_complete(found: list[Row]) -> bool:
    """Is nothing printed as missing?"""
    return all(line.is_complete for row in found for block in row.blocks for line in block.lines)


def _said(block: Block) -> str:
    return (f"{block.label}\n" if block.label else "") + statistics.numbered(block.lines)


def _below(of: Of) -> tuple[tuple[Sentence, ...], ...]:
    found = statistics.figures(by=of.by, seat=of.seat, apart=True, on=of.on)
    lines, _count = library.units_below(by=of.by, seat=of.seat)
    units = [line.unit for line in lines if line.unit.pk != of.seat.company.pk]
    _taken, *rest = statistics.sentences(found)
    return (
        (_taken_below(of, units), *rest),
        (_ruled(of, units), _judged()),
        tuple(_guidelines(of, found)),
    )


# --- task 1, the subsidiaries' first line ---------------------------------------------------------------------------


def _taken_below(of: Of, units: list[Unit]) -> Sentence:
    heading = "集中清理情况"
    taken = statistics.stocktakes(of.by, of.seat, on=of.on, apart=True).filter(unit__kind=UnitKind.COMPANY)
    latest: dict[int, Entry] = {}
    for row in taken:
        latest.setdefault(row.unit_id, row)
    if not latest:
        return Sentence(heading, "{taken}", {"taken": ("子企业制度集中清理情况", None)})
    words = "{units}户子企业中，{taken}户对制度进行了集中清理，清理出现行有效制度{total}项。"
    total = sum(row.count_1 or 0 for row in latest.values())
    facts = {
        "units": ("子企业户数", len(units)),
        "taken": ("已清理户数", len(latest)),
        "total": ("现行有效制度", total),
    }
    return Sentence(heading, words, facts)


# --- task 2 ---------------------------------------------------------------------------------------------------------


def _coverage(of: Of, found: Figures) -> Iterator[Sentence]:
    """Which businesses the firm works in, and which of them have rules; then how many levels of rules each has."""
    if not found.total:
        yield Sentence("制度覆盖排查情况", "{all}", {"all": ("现行有效制度覆盖业务、职能的排查情况", None)})
        yield _judged()
        return
    worked = library.worked_in(of.seat, found.counts.businesses)
    ruled = [code for code in worked if found.counts.business(code).in_force]
    bare = [_BUSINESSES[code] for code in worked if code not in ruled]
    words = f"根据制度清理结果，所涉业务、职能{len(worked)}类，有现行有效制度的{len(ruled)}类"
    words += f"，没有的{len(bare)}类：{'、'.join(bare)}。" if bare else "，全部覆盖。"
    yield Sentence("制度覆盖排查情况", words, {})
    depth = [sum(bool(found.counts.at(code, level).in_force) for level in LEVELS) for code in ruled]
    told = f"三级制度齐全的业务、职能{depth.count(3)}类，有两级的{depth.count(2)}类，只有一级的{depth.count(1)}类；"
    yield _judged(told)


def _judged(told: str = "") -> Sentence:
    about = ("各业务、职能领域三级制度是否有效衔接、紧密协同，由人判断", None)
    return Sentence("制度衔接协同情况", f"{told}{{judged}}", {"judged": about})


def _ruled(of: Of, units: list[Unit]) -> Sentence:
    """How many subsidiaries have any rule in force, and which have none."""
    rows_ = statistics.standing(of.by, of.seat, on=of.on, apart=True).order_by()
    held = {
        unit if kind == UnitKind.COMPANY else above
        for unit, kind, above in rows_.values_list("unit_id", "unit__kind", "unit__parent_id").distinct()
    }
    bare = [unit.label for unit in units if unit.pk not in held]
    words = "{units}户子企业中，登记了现行有效制度的{ruled}户"
    words += "，没有登记的{bare}户：{names}。" if bare else "。"
    names = "、".join(bare[:_NAMED]) + ("等" if len(bare) > _NAMED else "")
    facts = {"units": ("子企业户数", len(units)), "ruled": ("有制度户数", len(units) - len(bare)),
             "bare": ("没有制度户数", len(bare)), "names": ("没有制度的企业", names)}  # fmt: skip
    return Sentence("制度覆盖排查情况", words, facts)


# --- task 3 ---------------------------------------------------------------------------------------------------------


def _guidelines(of: Of, found: Figures) -> Iterator[Sentence]:
    """What others found, by who found it; then the guidelines in force and how many answer such a problem."""
    seen = library.rows(of.by, FINDINGS, of.seat, below=of.apart).filter(kind__in=SOURCES, on__lte=of.on)
    seen = statistics.parted(seen, of.seat, apart=of.apart)
    counts = dict(seen.order_by().values_list("kind").annotate(n=Count("pk")))
    if counts:
        told = "，".join(f"{_FOUND_BY[code]}{counts.get(code, 0)}项" for code in SOURCES)
        yield Sentence("发现问题情况", f"截至{_day(of.on)}，登记发现的问题{sum(counts.values())}项，其中{told}。", {})
    else:
        yield Sentence(
            "发现问题情况", "{all}", {"all": ("纪检监察、审计、巡视巡察、国资监管、风险排查等发现的问题", None)}
        )
    held = statistics.standing(of.by, of.seat, on=of.on, apart=of.apart).filter(level=GUIDELINE)
    problem = Entry.objects.filter(register=FINDINGS, uid=OuterRef("ref_1"), kind__in=SOURCES)
    told_of = held.aggregate(all=Count("pk"), born=Count("pk", filter=Q(Exists(problem))))
    plans = planning.rows_of(of.by, of.seat, found.year, below=of.apart)
    plans = statistics.parted(plans, of.seat, apart=of.apart)
    planned = plans.filter(kind="enact", level=GUIDELINE, status__in=(planning.PLANNED, planning.DONE)).count()
    words = f"现行有效专项合规指引{told_of['all']}项，其中注明针对上述问题制定的{told_of['born']}项"
    words += f"；{found.year}年计划新增专项合规指引{planned}项。" if found.has_plan else "。"
    if not found.total:
        yield Sentence("专项合规指引制定情况", "{all}", {"all": ("专项合规指引制定情况", None)})
    else:
        yield Sentence("专项合规指引制定情况", words, {})


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
