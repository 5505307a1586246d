"""Files of a stock as they will be taken over: what was found, with what a person settled laid over it; what is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from guiju.governance.enums import Advice, FileState
from guiju.governance.intake import finding
from guiju.governance.intake.judging import Known
from guiju.governance.models import IntakeFile

#: What a person may settle; the first ones are fields of the record.
FIELDS = ("name", "number", "issued_on", "in_force_on", "reviewed_on", "level", "business", "mechanism", "charter")
CHOICES = ("advice", "policy", "apart", "by_hand", "no_day")

WAITING, FAULTY, NAMELESS, DAYLESS, UNSORTED, TWICE, COPY, THERE = (
    "waiting", "faulty", "nameless", "dayless", "unsorted", "twice", "copy", "there",
)  # fmt: skip


@dataclass(slots=True)
class Line:
    """One file as it stands now."""

    item: IntakeFile
    #: Codes of what a person has to settle before the stock is taken over.
    open: list[str] = field(default_factory=list)
    #: The file that it clashes with.
    rival: IntakeFile | None = None
    #: Is it called the very same as another one? Then a person cannot say that both are needed.
    is_namesake: bool = False
    #: The policy of the library with the same name.
    there: Known | None = None

    def value(self, code: str) -> Any:
        """A field as settled, else as found."""
        settled = self.item.settled
        return settled[code] if code in settled else self.item.found.get(code)

    @property
    def name(self) -> str:
        """The rule's name."""
        return str(self.value("name") or "")

    @property
    def advice(self) -> Advice:
        """What is to become of it."""
        return Advice(self.item.settled.get("advice", self.item.advice))

    @property
    def policy(self) -> UUID | None:
        """The policy of the library whose text it is, where a person said so."""
        linked = self.item.settled.get("policy")
        return UUID(linked) if linked else None

    @property
    def issued_on(self) -> date | None:
        """The day of issue."""
        given = self.value("issued_on")
        return date.fromisoformat(given) if given else None

    @property
    def is_in(self) -> bool:
        """Is it taken over when the stock is?"""
        return not self.item.left_out

    @property
    def is_usable(self) -> bool:
        """Its words are read, or a person entered it by hand."""
        return self.item.state == FileState.READ or bool(self.item.settled.get("by_hand"))


def of(items: Iterable[IntakeFile], library: Sequence[Known]) -> list[Line]:
    """The lines of a stock with their open questions."""
    lines = [Line(item) for item in items]
    in_force = {finding.key(one.title): one for one in library if one.status == "issued"}
    for line in lines:
        line.there = in_force.get(finding.key(line.name)) if line.name else None
        if line.is_in:
            _ask(line)
    _ask_of_pairs([line for line in lines if line.is_in and line.is_usable])
    return lines


def _ask(line: Line) -> None:
    item = line.item
    if item.state == FileState.WAITING:
        line.open.append(WAITING)
        return
    if not line.is_usable:
        line.open.append(FAULTY)
        return
    if line.policy is None:
        day = line.value("issued_on") or item.settled.get("no_day")
        asked = ((NAMELESS, line.name), (DAYLESS, day), (UNSORTED, line.value("business")))
        line.open += [code for code, value in asked if not value]
        if line.there is not None and not (item.settled.get("apart") and bare(line.there.title) != bare(line.name)):
            line.open.append(THERE)


def _ask_of_pairs(lines: list[Line]) -> None:
    """The same name, the same words, the same policy of the library: one of each only."""
    by_pk = {line.item.pk: line for line in lines}
    for line in lines:
        other = by_pk.get(line.item.same_as_file_id or 0)
        if other is not None and not line.item.settled.get("apart"):
            line.open.append(COPY)
            line.rival = other.item
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[f"policy {line.policy}" if line.policy else finding.key(line.name)].append(line)
    for group in groups.values():
        for line in group[:] if len(group) > 1 else ():
            line.is_namesake = any(one is not line and bare(one.name) == bare(line.name) for one in group)
            rivals = [one for one in group if one is not line and _clash(line, one)]
            if rivals and COPY not in line.open:
                line.open.append(TWICE)
                line.rival = line.rival or rivals[0].item


def _clash(one: Line, other: Line) -> bool:
    """Two of one name; a person may say of either that they are two rules, unless they are called the very same."""
    apart = one.item.settled.get("apart") or other.item.settled.get("apart")
    return not apart or bare(one.name) == bare(other.name) or one.policy is not None


def bare(name: str) -> str:
    """A name without blanks and brackets around it."""
    return "".join(name.split()).strip("《》〈〉")
