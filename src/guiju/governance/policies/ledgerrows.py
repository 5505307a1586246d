"""What the rows of the ledger of seed 001 are made of, whichever part tells them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from guiju.access.actor import Actor
from guiju.governance.policies import library
from guiju.governance.policies.statistics import Sentence
from guiju.org.enums import UnitKind
from guiju.org.places import Seat
from guiju.org.tree import own
from guiju.registers.models import Entry


@dataclass(frozen=True, slots=True)
class Block:
    """What is said of the group, or of its subsidiaries; without a label where there are none."""

    label: str
    lines: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the ledger, by its number and as it is named here."""

    number: int
    task: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """Number and name."""
        return f"任务{self.number} {self.task}"


@dataclass(frozen=True)
class Of:
    """Whose rows are counted, on which day; `apart` means the levels below alone."""

    by: Actor
    seat: Seat
    on: date
    apart: bool = False

    def rows(self, register: str) -> QuerySet[Entry]:
        """What is counted of a register: the company with its departments, or the levels below alone."""
        found = library.rows(self.by, register, self.seat, below=self.apart)
        return found.exclude(own(self.seat.company)) if self.apart else found

    def standing(self, register: str) -> QuerySet[Entry]:
        """Those that hold on the day."""
        return self.rows(register).filter(Q(done_on__isnull=True) | Q(done_on__gte=self.on), on__lte=self.on)

    def of_year(self, register: str) -> QuerySet[Entry]:
        """Those of the year up to the day."""
        return self.rows(register).filter(on__range=(date(self.on.year, 1, 1), self.on))


def firms_of(found: QuerySet[Entry]) -> set[int]:
    """Whose rows they are: what a department or branch keeps belongs to the company above it."""
    homes = found.order_by().values_list("unit_id", "unit__kind", "unit__parent_id").distinct()
    return {firm for home in homes if (firm := firm_of(*home)) is not None}


def firm_of(unit: int, kind: str, above: int | None) -> int | None:
    """The company of a unit, itself or the one above it."""
    return unit if kind == UnitKind.COMPANY else above


def day(on: date) -> str:
    """As papers write a day."""
    return f"{on.year}年{on.month}月{on.day}日"


def label(seat: Seat, *, below: bool) -> str:
    """Over the company's own lines where those of its subsidiaries follow."""
    return ("集团：" if seat.company.parent_id is None else "本企业：") if below else ""


def named(found: Iterable[str], most: int = 10) -> str:
    """A list of names; of a long one the first and how many there are."""
    names = list(found)
    return "、".join(names[:most]) + (f"等{len(names)}个" if len(names) > most else "")
