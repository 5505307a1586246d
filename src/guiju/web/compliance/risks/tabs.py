"""What the pages about risks have in common: their tabs, the unit with or without what is below, words of levels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy

from guiju.access.permissions import Permission as P
from guiju.compliance.risks import reach
from guiju.org.models import Unit
from guiju.org.tree import subtree
from guiju.web import links, place

#: Level -> word and colour; the word always stands beside it.
LEVELS: dict[str, Any] = {
    "high": pgettext_lazy("risk level", "High"),
    "medium": pgettext_lazy("risk level", "Medium"),
    "low": pgettext_lazy("risk level", "Low"),
}
TONES = {"high": "unmet", "medium": "partly", "low": "met", "": "na"}
TRENDS: dict[str, Any] = {
    "new": pgettext_lazy("risk trend", "New"),
    "up": pgettext_lazy("risk trend", "Rising"),
    "same": pgettext_lazy("risk trend", "Unchanged"),
    "down": pgettext_lazy("risk trend", "Falling"),
}
SIGNS = {"new": "+", "up": "↑", "same": "=", "down": "↓", "": ""}
_PAGES = (
    ("compliance-risks", _l("Overview")),
    ("compliance-risks-rounds", _l("Assessment rounds")),
    ("compliance-risks-plans", _l("Responses and drills")),
    ("compliance-risks-library", _l("Risk library")),
    ("compliance-risks-matrix", _l("Risk matrix")),
)


def context(request: HttpRequest, unit: Unit, title: str, current: str) -> dict[str, Any]:
    """Title, place and tabs of a page."""
    return {
        "title": title,
        "unit": unit,
        "trail": [{"label": unit.label, "url": links.unit(unit.code)}],
        "views": [
            {"label": label, "url": reverse(name, args=[unit.code]), "current": name == current}
            for name, label in _PAGES
        ],
        "may_edit": place.may(request, P.REGISTER_ENTRY_EDIT, unit),
    }


def has_levels(unit: Unit) -> bool:
    """Are there companies below?"""
    return subtree(unit).exclude(pk=unit.pk).exclude(kind__in=reach.PARTS).exists()


def reaches(request: HttpRequest, unit: Unit) -> tuple[bool, list[dict[str, Any]]]:
    """All levels (the default of a group) or the unit alone, and the switch between them."""
    if not (place.sees_below(request, unit) and has_levels(unit)):
        return False, []
    all_levels = request.GET.get("reach") != "own"
    kept = request.GET.copy()
    kept["reach"] = "own"
    own = kept.urlencode()
    kept.pop("reach")
    return all_levels, [
        {"label": _("All levels"), "url": f"?{kept.urlencode()}", "current": all_levels},
        {"label": _("This unit only"), "url": f"?{own}", "current": not all_levels},
    ]


class Links:
    """Addresses of lists, filtered as the figures are."""

    def __init__(self, unit: Unit, *, all_levels: bool) -> None:
        self.unit, self.all_levels = unit, all_levels

    def __call__(self, register: str = reach.REGISTER, *, at: str = "", **chosen: Any) -> str:
        query: dict[str, Any] = {"unit": at or self.unit.code}
        if not (self.all_levels or at) and self.unit.kind not in reach.PARTS:
            query["below"] = "0"
        return links.register(register, **query, **{f"f.{name}": value for name, value in chosen.items()})


def options(words: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Code and word."""
    return [(code, str(word)) for code, word in words]
