"""Files of a stock that somebody looks for: by words of their names, by what is wrong with them, by where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guiju.governance.intake import lines
from guiju.governance.intake.lines import Line
from guiju.lib import text as letters

#: A file whose fault is not one of those that people look for one by one.
OTHER = "unread"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty parts narrow nothing."""

    q: str = ""
    problem: str = ""
    business: str = ""
    level: str = ""

    @property
    def is_set(self) -> bool:
        """Is anything looked for at all?"""
        return bool(self.q or self.problem or self.business or self.level)

    def given(self) -> dict[str, str]:
        """As an address carries it."""
        told = {"q": self.q, "problem": self.problem, "business": self.business, "level": self.level}
        return {name: value for name, value in told.items() if value}


def narrow(found: Iterable[Line], wanted: Wanted) -> list[Line]:
    """Those that fit, in their order; all words of the search must occur."""
    words = [letters.normalise(word).lower() for word in wanted.q.split()]
    return [
        line
        for line in found
        if (not wanted.problem or wanted.problem in problems(line))
        and (not wanted.business or str(line.value("business") or "") == wanted.business)
        and (not wanted.level or str(line.value("level") or "") == wanted.level)
        and _has(line, words)
    ]


def _has(line: Line, words: Sequence[str]) -> bool:
    if not words:
        return True
    item = line.item
    said = letters.normalise(" ".join((line.name, str(line.value("number") or ""), item.folder, item.name))).lower()
    return all(word in said for word in words)


def problems(line: Line) -> set[str]:
    """What is wrong with a file, or is to be settled of it, by codes of `labels`."""
    found = {code for code in line.open if code != lines.FAULTY}
    if line.item.fault and not line.is_usable:
        found.add(line.item.fault if line.item.fault in labels() else OTHER)
    return found


def labels() -> dict[str, str]:
    """What may be wrong, in a few words, in the order in which it is offered."""
    return {
        lines.WAITING: _("Not read yet"),
        lines.NAMELESS: _("Title missing"),
        lines.DAYLESS: _("Day of issue missing"),
        lines.UNSORTED: _("Not sorted by business"),
        lines.TWICE: _("Same name as another file"),
        lines.COPY: _("Same words as another file"),
        lines.THERE: _("In the library already"),
        "scanned": _("Pictures without text"),
        "locked": _("Protected by a password"),
        "macros": _("With macros"),
        "disguised": _("Not what its ending says"),
        OTHER: _("Cannot be read"),
    }
