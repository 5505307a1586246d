"""Papers of single records of a register: one by itself, or those of a period together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from guiju.access.actor import Actor
from guiju.documents.paper import Block, Heading, Missing, Paper
from guiju.documents.shortened import rest
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import queries as rows
from guiju.registers import spec as specs
from guiju.registers.models import Entry

_MOST = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """A register whose records are papers: what they are called together, one of them, and its text."""

    register: str
    title: str
    of_entry: Callable[[Entry], Paper]
    blocks: Callable[[Entry], Iterable[Block]]


def papers(kept: Kept, unit: Unit, period: Period, by: Actor, **where: Any) -> Paper:
    """The records of the period: one as itself, several under each other."""
    held = rows.visible(by, kept.register).filter(own(unit), **where)
    held = held.filter(on__range=(period.start, period.end))
    joined = held.select_related("unit", "department", "person", "owner", "body").order_by("on", "pk")
    found = list(joined[:_MOST])
    if len(found) == 1:
        return kept.of_entry(found[0])
    paper = Paper(title=f"{period.chinese}{kept.title}", unit=unit.name, sign=[unit.name, None])
    if not found:
        return paper.add(Missing(f"本期{kept.title}"))
    paper.sign = [unit.name, found[-1].on]
    for entry in found:
        paper.add(Heading(1, entry.title), *(_deeper(block) for block in kept.blocks(entry)))
    return paper.add(*rest(held.count() if len(found) == _MOST else len(found), len(found), unit="份"))


def _deeper(block: Block) -> Block:
    """A heading one level below that of its record."""
    if isinstance(block, Heading):
        return Heading(2, block.text, block.numbered)
    return block


def option(register: str, code: str, value: str) -> str | None:
    """The Chinese words for a choice; None where nothing was chosen."""
    field = specs.get(register).field(code)
    chosen = field.option(value) if field is not None and value else None
    return chosen.zh if chosen is not None else None
