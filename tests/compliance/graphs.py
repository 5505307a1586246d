"""A company with a graph: short ways to enter its records and to join them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from guiju.access.actor import Actor
from guiju.compliance.graph import actions as graph
from guiju.compliance.models import Link, Mark
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast

DAY = date(2026, 3, 2)
_numbers = count(1)


@dataclass(slots=True)
class Graph:
    """The subsidiary of the cast, kept by Mei."""

    cast: Cast
    unit: Unit
    by: Actor
    made: list[Entry] = field(default_factory=list)

    def enter(self, register: str, *, unit: Unit | None = None, by: Actor | None = None, **values: Any) -> Entry:
        """A record with the least that its register asks for."""
        number = next(_numbers)
        least: dict[str, dict[str, Any]] = {
            "obligations": {"number": f"O{number}", "duty": f"义务{number}", "scope": "external",
                            "source": f"来源{number}", "identified_on": DAY},
            "risk_list": {"number": f"R{number}", "name": f"风险{number}", "assessed_on": DAY},
            "controls": {"number": f"C{number}", "name": f"措施{number}", "set_on": DAY},
            "posts": {"name": f"岗位{number}", "set_on": DAY},
            "duty_list": {"number": f"D{number}", "post": f"专员{number}", "duty": f"职责{number}", "set_on": DAY},
            "process_list": {"number": f"P{number}", "process": f"流程{number}", "node": f"节点{number}",
                             "set_on": DAY},
            "policy_clauses": {"source": f"制度{number}", "clause": f"第{number}条", "text": "内容",
                               "in_force_on": DAY},
            "policies": {"name": f"办法{number}", "mechanism": "check", "issued_on": DAY},
            "contracts": {"number": f"K{number}", "name": f"合同{number}", "party": "某公司", "signed_on": DAY},
            "trainings": {"topic": f"培训{number}", "held_on": DAY, "audience": "all"},
        }  # fmt: skip
        entry = registers.create(
            register=register, unit=unit or self.unit, values={**least[register], **values}, by=by or self.by
        )
        self.made.append(entry)
        return entry

    def join(self, one: Entry, other: Entry) -> Link:
        """A link set by a person."""
        return graph.link(one=one, other=other, by=self.by)

    def change(self, entry: Entry, *, reason: str = "", **values: Any) -> Entry:
        """The record with other values."""
        fresh = Entry.objects.select_related("unit", "department").get(pk=entry.pk)
        return registers.update(entry=fresh, values=values, version=fresh.version, by=self.by, reason=reason)

    def marked(self) -> dict[str, Mark]:
        """The open marks by the title of what they mark."""
        rows = list(Mark.objects.filter(settled_at__isnull=True))
        titles = dict(Entry.objects.filter(uid__in=[row.target for row in rows]).values_list("uid", "title"))
        return {titles[row.target]: row for row in rows}
