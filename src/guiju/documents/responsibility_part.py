"""The column “现状” of the ledger of 001, tasks 4 and 5: the three lists of the departments, the check of all levels.

The group and its subsidiaries stand each for itself (annex 2, note 1). The lists are those in force on the day, checks
and problems those of its year; what nobody has recorded is printed as missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Max, Q, QuerySet, Sum

from guiju.access.actor import Actor
from guiju.governance.policies import library
from guiju.governance.policies.ledgerrows import Block, Of, Row, day, firm_of, firms_of, label, named
from guiju.governance.policies.statistics import Sentence
from guiju.lib import clock
from guiju.org.enums import UnitKind
from guiju.org.places import Seat
from guiju.registers.models import Entry

TITLES = {4: "部门“三张清单”", 5: "全级次、全方位合规风险排查和整改"}
_LISTS = {"duty": "岗位合规职责清单", "risk": "合规风险清单", "process": "合规审查流程管控清单"}
_HOLDS = ("in_force", "superseded")
_CLOSED = "closed"
_FOUND = ("check", "self_check")


def rows(*, by: Actor, seat: Seat, below: bool = False, on: date | None = None) -> list[Row]:
    """The two tasks on a day; with `below` the subsidiaries have a block of their own."""
    of = Of(by, seat, on or clock.today())
    name = label(seat, below=below)
    blocks = {4: [Block(name, _lists(of))], 5: [Block(name, (_checked(of), *_put_right(of)))]}
    if below:
        under = Of(by, seat, of.on, apart=True)
        _lines, count = library.units_below(by=by, seat=seat)
        firms = max(count - 1, 0)
        blocks[4].append(Block("子企业：", (_lists_below(under, firms), _length(under))))
        blocks[5].append(Block("子企业：", (_checked_below(under, firms), *_put_right(under))))
    return [Row(number, TITLES[number], tuple(told)) for number, told in blocks.items()]


# --- task 4 ---------------------------------------------------------------------------------------------------------


def _versions(of: Of) -> QuerySet[Entry]:
    """The versions that are in force on the day; one that was replaced says when."""
    found = of.standing("list_versions").filter(status__in=_HOLDS, kind__in=list(_LISTS))
    return found.exclude(status="superseded", done_on__isnull=True).exclude(status="superseded", done_on=of.on)


def _lists(of: Of) -> tuple[Sentence, ...]:
    heading = "各部门三张清单制定情况"
    departments = {one.pk: one.label for one in of.seat.departments if one.kind == UnitKind.DEPARTMENT}
    held: dict[str, set[int]] = defaultdict(set)
    for kind, department, unit in _versions(of).values_list("kind", "department_id", "unit_id"):
        held[kind].add(department or unit)
    if not held:
        return (Sentence(heading, "{lists}", {"lists": ("三张清单制定情况", None)}),)
    whole = [name for kind, name in _LISTS.items() if of.seat.company.pk in held[kind]]
    words = f"{len(departments)}个部门中，{_by_list({kind: held[kind] & departments.keys() for kind in _LISTS}, '个')}"
    lacking = [name for pk, name in departments.items() if not all(pk in held[kind] for kind in _LISTS)]
    words += f"；三张清单尚不齐全的{len(lacking)}个：{named(lacking)}" if lacking else ""
    words = words if departments else "没有登记部门"
    words += f"；另有全单位适用的{'、'.join(whole)}。" if whole else "。"
    return Sentence(heading, words, {}), _length(of)


def _by_list(held: Mapping[str, set[int]], measure: str) -> str:
    told = "、".join(f"{name}{len(held[kind])}{measure}" for kind, name in _LISTS.items())
    return f"已制定并启用{told}，三张清单齐全的{len(set.intersection(*held.values()))}{measure}"


def _lists_below(of: Of, firms: int) -> Sentence:
    held: dict[str, set[int]] = {kind: set() for kind in _LISTS}
    homes = _versions(of).order_by().values_list("kind", "unit_id", "unit__kind", "unit__parent_id").distinct()
    for kind, unit, sort, above in homes:
        firm = firm_of(unit, sort, above)
        if firm is not None:
            held[kind].add(firm)
    return Sentence("三张清单制定情况", f"{firms}户子企业中，{_by_list(held, '户')}。", {})


def _length(of: Of) -> Sentence:
    heading, found = "清单内容", _versions(of)
    counts = dict(found.order_by().values("kind").annotate(n=Sum("count_1")).values_list("kind", "n"))
    if not found.exists():
        return Sentence(heading, "{rows}", {"rows": ("在用清单条数", None)})
    words = "在用清单登记岗位合规职责{duty}条、合规风险{risk}项、合规审查流程节点{process}个。"
    facts = {kind: (f"{name}条数", counts.get(kind)) for kind, name in _LISTS.items()}
    return Sentence(heading, words, facts)


# --- task 5 ---------------------------------------------------------------------------------------------------------


def _all_levels(of: Of) -> QuerySet[Entry]:
    return of.of_year("checks").filter(kind="all_levels")


def _checked(of: Of) -> Sentence:
    heading, year = "全级次、全方位风险排查开展情况", str(of.on.year)
    counts = _all_levels(of).aggregate(
        n=Count("pk"), last=Max("on"), due=Sum("count_1"), done=Sum("count_2"), with_problems=Count("pk", filter=~Q(level="none"))
    )  # fmt: skip
    if not counts["n"]:
        return Sentence(heading, "{held}", {"held": (f"{year}年全级次、全方位合规风险排查", None)})
    words = "{year}年登记全级次、全方位合规风险排查{n}次，最近一次在{last}；应查{due}项，实查{done}项，查出问题的{found}次。"
    facts = {
        "year": ("年度", year), "n": ("排查次数", counts["n"]), "last": ("排查日期", day(counts["last"])),
        "due": ("应查数", counts["due"]), "done": ("实查数", counts["done"]),
        "found": ("查出问题的次数", counts["with_problems"]),
    }  # fmt: skip
    return Sentence(heading, words, facts)


def _checked_below(of: Of, firms: int) -> Sentence:
    found = _all_levels(of)
    held, problems = firms_of(found), firms_of(found.exclude(level="none"))
    words = f"{firms}户子企业中，{of.on.year}年登记开展全级次、全方位合规风险排查的{len(held)}户"
    words += f"，其中查出问题的{len(problems)}户" if held else ""
    words += f"；没有登记的{firms - len(held)}户。" if firms > len(held) else "。"
    return Sentence("全级次、全方位风险排查开展情况", words, {})


def _put_right(of: Of) -> tuple[Sentence, ...]:
    """Problems of the year: to whom they are assigned, how far they are put right, by which plan."""
    closed = Q(status=_CLOSED, done_on__lte=of.on)
    counts = of.of_year("rectifications").aggregate(
        n=Count("pk"),
        checked=Count("pk", filter=Q(kind__in=_FOUND)),
        assigned=Count("pk", filter=Q(department__isnull=False) | Q(unit__kind=UnitKind.DEPARTMENT)),
        closed=Count("pk", filter=closed),
        late=Count("pk", filter=~closed & Q(due_on__lt=of.on)),
    )
    year, heading = of.on.year, "问题整改情况"
    if not counts["n"]:
        return (Sentence(heading, f"{year}年整改台账没有登记问题。", {}),)
    words = (
        f"{year}年整改台账登记问题{counts['n']}个，其中排查和自查发现的{counts['checked']}个；"
        f"写明责任部门的{counts['assigned']}个；已整改销号{counts['closed']}个，"
        f"正在整改{counts['n'] - counts['closed']}个，其中超过期限的{counts['late']}个。"
    )
    return Sentence(heading, words, {}), _plans(of)


def _plans(of: Of) -> Sentence:
    heading, plans = "整改方案制定情况", of.of_year("programme_plans").filter(kind="rectification")
    if of.apart:
        return Sentence(heading, f"{of.on.year}年登记批准整改方案的子企业{len(firms_of(plans))}户。", {})
    last = plans.order_by("-on", "-pk").first()
    if last is None or last.on is None:
        return Sentence(heading, "{plan}", {"plan": (f"{of.on.year}年整改方案", None)})
    return Sentence(heading, f"已制定《{last.title.strip('《》')}》，于{day(last.on)}批准。", {})
