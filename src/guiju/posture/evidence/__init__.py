"""The evidence tests, by name. Importing this package knows them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from guiju.posture.evidence import (
    culture,
    deciding,
    departments,
    duties,
    escalation,
    inspecting,
    lists,
    mechanisms,
    organisation,
    people,
    programmes,
    reports,
    reviewed,
    risks,
    rules,
    speakup,
    support,
    watching,
)
from guiju.posture.evidence.base import EvidenceTest, Strength
from guiju.posture.evidence.kinds import Asked

__all__ = ["TESTS", "EvidenceTest", "Strength", "get"]


def _declared(kind: Any) -> Iterator[type[Asked]]:
    for child in kind.__subclasses__():
        if "name" in vars(child):
            yield child
        yield from _declared(child)


_MODULES = {
    module.__name__
    for module in (
        culture, deciding, departments, duties, escalation, inspecting, lists, mechanisms, organisation, people, programmes,
        reports, reviewed, risks, rules, speakup, support, watching,
    )
}  # fmt: skip

#: Every test by its name, in the order of names.
TESTS: dict[str, Asked] = {
    kind.name: kind()
    for kind in sorted(
        {kind for kind in _declared(Asked) if kind.__module__ in _MODULES}, key=lambda kind: (kind.strength, kind.name)
    )
}


def get(name: str) -> Asked:
    """The test of this name."""
    return TESTS[name]
