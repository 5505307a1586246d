"""Which figures a hearing's sheet holds, by section, with their names; the one list for screen, paper and API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `unit` stands behind the number on paper."""

    code: str
    label: Promise | str
    unit: str = "项"


#: Section -> its name and figures, in the order of the sheet.
SECTIONS: Mapping[str, tuple[Promise, tuple[Figure, ...]]] = {
    "lists": (
        _("Three lists"),
        (
            Figure("in_force", _("Lists in force"), "份"),
            Figure("drifted", _("Changed since they came into force"), "份"),
            Figure("without", _("Departments' lists still lacking"), "份"),
        ),
    ),
    "risks": (
        pgettext_lazy("sheet", "Risks"),
        (
            Figure("high", _("High risks")),
            Figure("medium", _("Medium risks")),
            Figure("low", _("Low risks")),
            Figure("up", _("Risks rising")),
            Figure("down", _("Risks falling")),
            Figure("warnings", _("Early warnings not released")),
            Figure("reports", _("Risk reports not settled")),
        ),
    ),
    "checks": (
        _("Checks"),
        (
            Figure("due", _("Checks due"), "次"),
            Figure("finished", pgettext_lazy("sheet", "Checks carried out"), "次"),
            Figure("missed", _("Checks missed"), "次"),
            Figure("items_due", _("Items to be looked at")),
            Figure("items_done", _("Items looked at")),
            Figure("coverage", _("Coverage"), "%"),
            Figure("zero", _("Zero-risk reports"), "份"),
            Figure("problems", _("Checks that found problems"), "次"),
            Figure("doubts", _("Reports that look like routine"), "份"),
        ),
    ),
    "rectifications": (
        _("Rectification"),
        (
            Figure("opened", _("Problems found in the period")),
            Figure("closed", _("Closed in the period")),
            Figure("pending", _("Still open")),
            Figure("overdue", _("Overdue")),
            Figure("extended", _("Extended")),
            Figure("repeats", _("Recurrences in the period")),
        ),
    ),
    "work": (
        _("Matters left open"),
        (
            Figure("overdue_tasks", _("Tasks overdue")),
            Figure("open_decisions", _("Decisions of earlier hearings not carried out")),
        ),
    ),
    # Of a company with others below it; elsewhere, and on older sheets, there is none.
    "levels": (
        _("With all levels"),
        (
            Figure("units", _("Companies below"), "家"),
            Figure("high", _("High risks")),
            Figure("missed", _("Checks missed"), "次"),
            Figure("problems", _("Checks that found problems"), "次"),
            Figure("pending", _("Rectifications still open")),
            Figure("overdue", _("Rectifications overdue")),
        ),
    ),
}

#: Sections that not every sheet has.
OPTIONAL = frozenset({"levels"})

Sheet = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that has moved since the sheet was first prepared."""

    section: str
    figure: Figure
    before: int | None
    now: int | None

    @property
    def place(self) -> str:
        """Where the figure stands."""
        return f"{SECTIONS[self.section][0]} · {self.figure.label}"

    @property
    def words(self) -> str:
        """The figure before and now."""
        unknown = gettext("not recorded")
        before, now = (unknown if one is None else str(one) for one in (self.before, self.now))
        return f"{before} → {now}"


def sections(sheet: Sheet) -> Mapping[str, tuple[Promise, tuple[Figure, ...]]]:
    """The sections that a sheet has."""
    return {code: known for code, known in SECTIONS.items() if code not in OPTIONAL or sheet.get(code)}


def value(sheet: Sheet, section: str, code: str) -> int | None:
    """A figure of a sheet; None where it is not known."""
    found = (sheet.get(section) or {}).get(code)
    return found if isinstance(found, int) else None


def changes(sheet: Sheet) -> list[Change]:
    """What has moved since the sheet was first prepared."""
    return moved(sheet.get("first") or {}, sheet)


def moved(before: Sheet, now: Sheet) -> list[Change]:
    """What differs between two countings."""
    return list(_changes(before, now))


def _changes(before: Sheet, now: Sheet) -> Iterator[Change]:
    for section, (_label, figures) in SECTIONS.items():
        if section not in before or (section in OPTIONAL and not (before[section] and now.get(section))):
            continue
        for figure in figures:
            was, is_now = value(before, section, figure.code), value(now, section, figure.code)
            if was != is_now:
                yield Change(section, figure, was, is_now)
