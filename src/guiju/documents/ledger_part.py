"""A paper that tells rows of the ledger of seed 001 (现状), the group and its subsidiaries apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from guiju.documents.paper import Heading, Paper, Para
from guiju.governance.policies.ledgerrows import Row
from guiju.org.models import Unit


def paper(unit: Unit, title: str, rows: Iterable[Row], *, on: date) -> Paper:
    """A paper of these rows alone."""
    made = Paper(title=f"{unit.name}{title}", sign=[unit.name, on], unit=unit.name)
    add(made, rows, level=1)
    return made


def add(to: Paper, rows: Iterable[Row], *, level: Literal[1, 2]) -> None:
    """Every row under a heading of this level, its sentences numbered."""
    for row in rows:
        to.add(Heading(level, row.title))
        for block in row.blocks:
            if block.label:
                to.add(Para(block.label))
            for number, line in enumerate(block.lines, 1):
                to.add(Para(f"{number}. {line.heading}。{line.words}", line.facts))
