"""The figures that ledgers ask of a library on a day, and the sentences in which they ask for them (001, ledger row 1).

Papers and ledgers are in Chinese, whatever language the reader has chosen; so are these sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from guiju.access.actor import Actor
from guiju.governance.policies import library, planning
from guiju.governance.policies.gaps import BASIC, GUIDELINE, SPECIFIC
from guiju.governance.policies.library import Cell, Counts
from guiju.governance.policies.terms import ISSUED, REGISTER, REPEALED
from guiju.lib import clock
from guiju.org.places import Seat
from guiju.org.tree import own
from guiju.registers.models import Entry


@dataclass(frozen=True, slots=True)
class Figures:
    """A library on a day, the plan of the year that follows, and the stocktake it rests on."""

    on: date
    year: int
    counts: Counts
    planned: Mapping[str, int]
    stocktake: Entry | None

    @property
    def total(self) -> int:
        """Rules in force."""
        return self.counts.total.in_force

    def level(self, code: str) -> int:
        """Rules in force at a level."""
        return self.counts.level(code).in_force

    @property
    def unsorted(self) -> int:
        """Rules without a business."""
        return self.counts.business("").in_force

    @property
    def ungraded(self) -> int:
        """Rules without a level."""
        return self.counts.level("").in_force

    @property
    def has_plan(self) -> bool:
        """Is anything planned for that year?"""
        return bool(self.planned)


def plan_year(on: date) -> int:
    """The year whose plan stands beside a day: at the end of a year the next one, as the ledger has it."""
    return on.year + 1 if (on.month, on.day) == (12, 31) else on.year


def figures(*, by: Actor, seat: Seat, below: bool = False, apart: bool = False, on: date | None = None) -> Figures:
    """Counted on a day: what was issued by then and not repealed; three questions.

    With `below` all levels, the company's own among them; with `apart` only the levels below it.
    """
    day = on or clock.today()
    year = plan_year(day)
    held = standing(by, seat, below=below, apart=apart, on=day)
    counts = Counts()
    for business, level, n in held.order_by().values_list("text_4", "level").annotate(n=Count("pk")):
        counts.cells[business, level] = Cell(n)
    rows = parted(planning.rows_of(by, seat, year, below=below or apart), seat, apart=apart)
    rows = rows.filter(status__in=(planning.PLANNED, planning.DONE))
    planned = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return Figures(day, year, counts, planned, None if apart else stocktakes(by, seat, on=day).first())


def parted(found: QuerySet[Entry], seat: Seat, *, apart: bool) -> QuerySet[Entry]:
    """Without what the company itself and its departments keep, where only the levels below are meant."""
    return found.exclude(own(seat.company)) if apart else found


def standing(by: Actor, seat: Seat, *, on: date, below: bool = False, apart: bool = False) -> QuerySet[Entry]:
    """The rules that were in force on a day, by their own days: issued, in force since, repealed.

    One that says neither day counts from the day on which it was entered.
    """
    held = library.rows(by, REGISTER, seat, below=below or apart).filter(_begun(on), status__in=(ISSUED, REPEALED))
    held = held.filter(Q(done_on__isnull=True) | Q(done_on__gt=on)).exclude(status=REPEALED, done_on__isnull=True)
    return parted(held, seat, apart=apart)


def _begun(on: date) -> Q:
    """Issued by a day, and in force by it."""
    since = "body__data__in_force_on"
    in_force = Q(**{f"{since}__lte": on.isoformat()})
    unsaid = Q(**{f"{since}__isnull": True})
    entered = Q(created_at__lt=datetime.combine(on + timedelta(days=1), time(), tzinfo=clock.SHANGHAI))
    return (Q(on__lte=on) & (in_force | unsaid)) | (Q(on__isnull=True) & (in_force | (unsaid & entered)))


def stocktakes(by: Actor, seat: Seat, *, on: date, apart: bool = False) -> QuerySet[Entry]:
    """Stocktakes of the rules up to a day, the latest first: one of later rules says nothing about that day.

    It may have been finished afterwards: the rules up to the end of a year are gone through in the next one.
    """
    taken = library.rows(by, "policy_stocktakes", seat, below=apart).filter(on__lte=clock.today())
    taken = taken.filter(Q(date_1__lte=on) | Q(date_1__isnull=True, on__lte=on))
    return parted(taken, seat, apart=apart).select_related("body", "unit").order_by("-on", "-pk")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the ledger; `facts` fill its words as papers do, a None among them is what is missing."""

    heading: str
    words: str
    facts: Mapping[str, tuple[str, Any]]

    @property
    def is_complete(self) -> bool:
        """Is everything known that it says?"""
        return all(value is not None for _label, value in self.facts.values())

    @property
    def text(self) -> str:
        """As it is copied."""
        said = {name: f"〔待补充：{label}〕" if value is None else value for name, (label, value) in self.facts.items()}
        return f"{self.heading}。{self.words.format(**said)}"


def sentences(found: Figures) -> list[Sentence]:
    """The four lines that the ledger of 001 asks of task 1."""
    return [_taken(found), _levels(found), _sorted(found), _planned(found)]


def _taken(found: Figures) -> Sentence:
    row = found.stocktake
    if row is None:
        return Sentence("集中清理情况", "{taken}", {"taken": ("制度集中清理情况", None)})
    cutoff = _until(row.date_1) if row.date_1 is not None else None
    facts = {"cutoff": ("制度截止日期", cutoff), "on": ("完成日期", _day(row.on) if row.on else None),
             "total": ("现行有效制度数", row.count_1)}  # fmt: skip
    return Sentence(
        "集中清理情况", "对{cutoff}以前的制度进行分类清理，于{on}完成，清理出现行有效制度{total}项。", facts
    )


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _until(on: date) -> str:
    """The end of a year is called so, as the ledger does."""
    return f"{on.year}年底" if (on.month, on.day) == (12, 31) else _day(on)


def _levels(found: Figures) -> Sentence:
    if not found.total:
        return Sentence("制度清理情况", "{total}", {"total": ("现行有效制度", None)})
    words = "截至{on}，现行有效制度{total}项，其中基本管理制度{basic}项，具体规章制度{specific}项，专项合规指引{guideline}项"
    words += f"，尚未分级{found.ungraded}项。" if found.ungraded else "。"
    facts = {"on": ("日期", _day(found.on)), "total": ("现行有效制度", found.total)}
    named = {BASIC: "基本管理制度", SPECIFIC: "具体规章制度", GUIDELINE: "专项合规指引"}
    return Sentence(
        "制度清理情况", words, {**facts, **{code: (label, found.level(code)) for code, label in named.items()}}
    )


def _sorted(found: Figures) -> Sentence:
    if not found.total:
        return Sentence("制度分类层级情况", "{total}", {"total": ("制度分类层级情况", None)})
    count = len([code for code in found.counts.businesses if found.counts.business(code).in_force])
    kinds = f"已按所涉业务、职能范围分为{count}类" if count else "尚未按所涉业务、职能范围分类"
    kinds += f"，其中{found.unsorted}项尚未分类" if count and found.unsorted else ""
    graded = found.total - found.ungraded
    levels = "各类制度已按照基本管理制度、具体规章制度、专项合规指引进行层级划分" if graded else "尚未划分层级"
    levels += f"，其中{found.ungraded}项尚未划分" if graded and found.ungraded else ""
    return Sentence("制度分类层级情况", f"制度{kinds}；{levels}。", {})


def _planned(found: Figures) -> Sentence:
    year = str(found.year)
    if not found.has_plan:
        return Sentence("制度年度计划制定情况", "{plan}", {"plan": (f"{year}年制度立改废释计划", None)})
    words = "{year}年计划废止制度{repeal}项，计划新增制度{enact}项，计划修订制度{amend}项"
    words += f"，计划解释制度{found.planned['interpret']}项。" if found.planned.get("interpret") else "。"
    named = {"repeal": "计划废止", "enact": "计划新增", "amend": "计划修订"}
    facts = {code: (label, found.planned.get(code, 0)) for code, label in named.items()}
    return Sentence("制度年度计划制定情况", words, {"year": ("年度", year), **facts})


def text(found: Figures) -> str:
    """All lines of task 1, numbered as the ledger numbers them."""
    return numbered(sentences(found))


def numbered(lines: Iterable[Sentence]) -> str:
    """Lines one below the other, as a cell of the ledger has them."""
    return "\n".join(f"{number}. {line.text}" for number, line in enumerate(lines, 1))
