"""Which fields lack a special guideline: asked in one place, for the library and for the page of findings alike.

A field asks for one while an open risk of the highest level is in it, or a problem that others found there is systemic
and nobody has answered or judged it. A guideline of the field closes the gap, and so does one that names a problem
found in it; one that is being drafted is no gap any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from guiju.governance.policies.gaps import GUIDELINE
from guiju.governance.policies.terms import DRAFT, ISSUED, PLANS, REGISTER
from guiju.registers.models import Entry

FINDINGS = "rectifications"
#: Who finds what a guideline may answer (001 task 3: discipline, audit, inspection, authority, checks).
SOURCES = ("discipline", "audit", "inspection", "authority", "check")
#: These say nothing about where a guideline would be needed.
_NOWHERE = ("", "other")


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields by code: open risks of the highest level, systemic problems that wait, and the guidelines there are."""

    high: Mapping[str, int]
    systemic: Mapping[str, int]
    #: A guideline in force, or being drafted, of the field.
    issued: Mapping[str, Entry]
    drafted: Mapping[str, Entry]

    @property
    def missing(self) -> dict[str, tuple[int, int]]:
        """Fields that ask for a guideline and have none: how many risks and how many problems."""
        asking = {*self.high, *self.systemic} - self.issued.keys() - self.drafted.keys()
        return {code: (self.high.get(code, 0), self.systemic.get(code, 0)) for code in sorted(asking)}


def fields(*, risks: QuerySet[Entry], findings: QuerySet[Entry], rules: QuerySet[Entry]) -> Fields:
    """Counted over the rows of a library that somebody may see; three questions."""
    waiting = findings.filter(~answered(ISSUED), ~judged(), kind__in=SOURCES, flag_1=True).exclude(level__in=_NOWHERE)
    systemic = dict(waiting.order_by().values_list("level").annotate(n=Count("pk")))
    guidelines = list(rules.filter(level=GUIDELINE, status__in=(ISSUED, DRAFT)).select_related("unit").order_by("-pk"))
    named = {row.ref_1 for row in guidelines if row.ref_1 is not None and not row.text_3}
    of_finding = dict(findings.filter(uid__in=named).values_list("uid", "level")) if named else {}
    held: dict[str, dict[str, Entry]] = {ISSUED: {}, DRAFT: {}}
    for row in guidelines:
        held[row.status][row.text_3 or (of_finding.get(row.ref_1, "") if row.ref_1 is not None else "")] = row
    for found in held.values():
        for nowhere in _NOWHERE:
            found.pop(nowhere, None)
    return Fields(high_fields(risks), systemic, held[ISSUED], held[DRAFT])


def high_fields(risks: QuerySet[Entry]) -> dict[str, int]:
    """Fields with open risks of the highest level, and how many."""
    high = risks.filter(level="high", status="open").exclude(kind__in=_NOWHERE).order_by()
    return dict(high.values_list("kind").annotate(n=Count("pk")))


def answered(*states: str) -> Exists:
    """Does a guideline in one of these states name the problem?"""
    held = Entry.objects.filter(register=REGISTER, ref_1=OuterRef("uid"), status__in=states, level=GUIDELINE)
    return Exists(held)


def judged() -> Exists:
    """Has somebody judged that the problem asks for no guideline?"""
    return Exists(Entry.objects.filter(register=PLANS, ref_2=OuterRef("uid"), status="not_needed"))
