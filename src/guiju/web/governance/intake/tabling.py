"""The table of a stock: its views, the search and the filters, fifty files at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from guiju.governance.enums import Advice
from guiju.governance.intake import narrowing, queries
from guiju.governance.intake.lines import Line
from guiju.governance.intake.narrowing import Wanted
from guiju.governance.models import Intake
from guiju.web.governance.intake import here

PAGE = 50


def _views() -> list[tuple[str, str, Callable[[Line], bool]]]:
    return [
        ("all", _("All files"), lambda line: line.is_in),
        ("open", _("To be settled"), lambda line: bool(line.open)),
        ("keep", str(Advice.KEEP.label), lambda line: line.is_in and line.advice == Advice.KEEP),
        ("amend", str(Advice.AMEND.label), lambda line: line.is_in and line.advice == Advice.AMEND),
        ("repeal", str(Advice.REPEAL.label), lambda line: line.is_in and line.advice == Advice.REPEAL),
        ("out", _("Left out"), lambda line: not line.is_in),
    ]


def table(request: HttpRequest, intake: Intake, found: Sequence[Line]) -> dict[str, Any]:
    """Rows of the page asked for, and everything around them."""
    views = _views()
    some_open = any(line.open for line in found)
    asked = request.GET.get("view", "open" if some_open else "all")
    chosen = next((view for view in views if view[0] == asked), views[0])
    wanted = wanted_of(request)
    narrowed = narrowing.narrow(found, wanted)
    rows = [line for line in narrowed if chosen[2](line)]
    at = _page(request, len(rows))
    part = rows[at * PAGE : (at + 1) * PAGE]
    return {
        "views": [
            {
                "label": label,
                "url": _url(code, wanted),
                "current": code == chosen[0],
                "count": sum(1 for line in narrowed if test(line)),
            }
            for code, label, test in views
        ],
        "view": chosen[0],
        "rows": [here.shown(line) for line in part],
        "search": {"value": wanted.q, "placeholder": _("Search by title, number or file")},
        "filters": _filters([line for line in found if chosen[2](line)], wanted),
        "filter_keep": {"view": chosen[0]},
        "filters_clear_url": _url(chosen[0], Wanted()) if wanted.is_set else "",
        "is_narrowed": wanted.is_set,
        "elsewhere": len(narrowed) - len(rows),
        "everywhere_url": _url("all", wanted),
        "back": _url(chosen[0], wanted, at),
        "pager": _pager(chosen[0], wanted, at, len(rows)),
        **options(),
    }


def wanted_of(request: HttpRequest) -> Wanted:
    """What the address looks for."""
    return Wanted(**{name: request.GET.get(name, "").strip()[:60] for name in ("q", "problem", "business", "level")})


def _url(view: str, wanted: Wanted, page: int = 0) -> str:
    return "?" + urlencode({"view": view, **wanted.given(), **({"page": str(page)} if page else {})})


def options() -> dict[str, Any]:
    """What can be chosen in a row."""
    return {
        "levels": here.choices("level"),
        "businesses": here.choices("business"),
        "advices": [(advice.value, advice.label) for advice in Advice],
    }


def _filters(inside: Sequence[Line], wanted: Wanted) -> list[dict[str, Any]]:
    """By problem, business and level; only what occurs in the view is offered, with its number."""
    wrong = Counter(code for line in inside for code in narrowing.problems(line))
    found = [_filter("problem", _("Problem"), wanted.problem, narrowing.labels(), wrong)]
    for code, label, value in (
        ("business", _("Business or function"), wanted.business),
        ("level", _("Level of the rule"), wanted.level),
    ):
        counted = Counter(str(line.value(code) or "") for line in inside)
        found.append(_filter(code, label, value, dict(here.choices(code)), counted))
    return [one for one in found if one["options"] or one["value"]]


def _filter(code: str, label: str, value: str, labels: Mapping[str, str], counted: Mapping[str, int]) -> dict[str, Any]:
    return {
        "code": code,
        "label": label,
        "value": value,
        "value_label": labels.get(value, value),
        "kind": "choice",
        "options": [
            {"value": one, "label": words, "count": counted[one]} for one, words in labels.items() if counted.get(one)
        ],
    }


def _page(request: HttpRequest, count: int) -> int:
    given = request.GET.get("page", "0")
    last = max((count - 1) // PAGE, 0)
    return min(int(given), last) if given.isdecimal() and len(given) < 6 else 0


def _pager(view: str, wanted: Wanted, at: int, count: int) -> dict[str, Any]:
    last = (at + 1) * PAGE >= count
    return {
        "count": count,
        "cap": 10_000,
        "from": at * PAGE + 1 if count else 0,
        "to": min((at + 1) * PAGE, count),
        "prev_url": _url(view, wanted, at - 1) if at else "",
        "next_url": "" if last else _url(view, wanted, at + 1),
    }


def one_row(intake: Intake, ordinal: int) -> tuple[dict[str, Any] | None, queries.Statistics]:
    """A row again after something was settled in it, and the figures."""
    found = queries.lines_of(intake)
    line = next((line for line in found if line.item.ordinal == ordinal), None)
    return (here.shown(line) if line is not None else None), queries.statistics(found)
