"""What the template of one hearing needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission as P
from guiju.compliance.enums import HearingState
from guiju.compliance.hearing import figures, minutes, queries
from guiju.compliance.hearing.figures import Figure
from guiju.compliance.models import Hearing
from guiju.lib import clock
from guiju.lib.errors import Conflict, Problem
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.web import links, place
from guiju.web.compliance.rectify.ledger import PENDING, Links
from guiju.web.documents.reports import period_word
from guiju.web.registers.picks import first_options

#: Empty lines for further decisions.
_ROOM = 3
#: Figures beyond which something is wrong.
_RED = frozenset({"missed", "overdue", "doubts", "overdue_tasks", "repeats", "without", "high", "reports"})


def beginning(request: HttpRequest, unit: Unit, period: Period) -> dict[str, Any]:
    """The page of a hearing that nobody has prepared."""
    return {
        "title": _title(period),
        "trail": _trail(unit),
        "unit": unit,
        "may": place.may(request, P.COMPLIANCE_HEARING_EDIT, unit),
        "prepare_url": reverse("compliance-hearing-prepare", args=[unit.code, str(period)]),
    }


def context(
    request: HttpRequest, hearing: Hearing, *, problem: Problem | None = None, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Everything the page draws."""
    unit, period = hearing.unit, Period.parse(hearing.period)
    may = place.may(request, P.COMPLIANCE_HEARING_EDIT, unit) and hearing.state == HearingState.PREPARED
    held = {**hearing.minutes, **(given or {})}
    by = place.by(request)
    names = queries.names([held.get("chair", ""), *(row.get("owner", "") for row in held.get("decisions") or [])])
    args = [unit.code, hearing.period]
    return {
        "title": _title(period),
        "trail": _trail(unit),
        "unit": unit,
        "hearing": hearing,
        "is_closed": hearing.state == HearingState.CLOSED,
        "may": may,
        "problem": problem,
        "clashes": clashes(problem),
        "asks_figures": problem is not None and problem.code == "hearing.figures",
        "is_old": may and clock.day_of(hearing.counted_at) < clock.today(),
        "sections": _sections(hearing, period),
        "red": _red(hearing),
        "moved": [(str(figures.SECTIONS[one.section][0]), one) for one in figures.changes(hearing.sheet)],
        "matters": _matters(unit, hearing.sheet),
        "held": held,
        "remarks": _remarks(held),
        "people": first_options("person", unit=unit, by=by) if may else [],
        "pick_url": f"{reverse('pick', args=['person'])}?unit={unit.code}",
        "chair_name": names.get(held.get("chair", ""), ""),
        "rows": _rows(held, names),
        "decided": queries.decided(by=by, hearing=hearing),
        "save_url": reverse("compliance-hearing-save", args=args),
        "close_url": reverse("compliance-hearing-close", args=args),
        "prepare_url": reverse("compliance-hearing-prepare", args=args),
        "paper_url": f"{reverse('unit-report', args=[unit.code, 'quarterly-hearing'])}?period={hearing.period}",
        "meeting_url": links.record("meetings", hearing.meeting) if hearing.meeting else "",
    }


def _title(period: Period) -> str:
    return _("Hearing of %(period)s") % {"period": period_word(period)}


def _trail(unit: Unit) -> list[dict[str, str]]:
    return [{"label": _("Quarterly hearings"), "url": reverse("compliance-hearings", args=[unit.code])}]


def _sections(hearing: Hearing, period: Period) -> list[dict[str, Any]]:
    to = _Ways(hearing.unit, period)
    return [
        {
            "code": code,
            "label": label,
            "rows": [_figure(hearing, code, figure, to) for figure in known],
        }
        for code, (label, known) in figures.sections(hearing.sheet).items()
    ]


def _figure(hearing: Hearing, section: str, figure: Figure, to: _Ways) -> dict[str, Any]:
    value = figures.value(hearing.sheet, section, figure.code)
    return {
        "label": figure.label,
        "value": value,
        "percent": figure.unit == "%",
        "url": to(section, figure.code),
        "is_red": bool(value) and figure.code in _RED,
    }


class _Ways:
    """Where each figure leads: the list of what it counts."""

    def __init__(self, unit: Unit, period: Period) -> None:
        self.unit, self.period = unit, period
        self.rectify = Links(unit, all_levels=False)
        self.span = {"from": period.start.isoformat(), "to": period.end.isoformat()}

    def __call__(self, section: str, code: str) -> str:
        if section == "lists":
            return reverse("compliance-lists", args=[self.unit.code])
        if section == "rectifications":
            return self._rectification(code)
        if section == "risks":
            return self._risk(code)
        if section == "levels":
            return self._levels(code)
        if section == "work":
            tasks = f"{reverse('tasks')}?view=units&unit={self.unit.code}"
            return tasks if code == "overdue_tasks" else self._list("decisions", _status="open")
        if code in {"due", "missed", "doubts", "coverage"}:
            return reverse("compliance-checks", args=[self.unit.code])
        if code == "zero":
            return self._list("zero_risk_reports", made_on__from=self.span["from"], made_on__to=self.span["to"])
        more = {"result": ["general", "major"]} if code == "problems" else {}
        return self._list("checks", checked_on__from=self.span["from"], checked_on__to=self.span["to"], **more)

    def _levels(self, code: str) -> str:
        if code == "units":
            return reverse("unit-tree")
        if code == "missed":
            return reverse("compliance-checks", args=[self.unit.code])
        if code in {"pending", "overdue"}:
            ways = Links(self.unit, all_levels=True)
            return ways.overdue() if code == "overdue" else ways(_status=PENDING)
        if code == "high":
            return links.register("risk_list", unit=self.unit.code, **{"f.level": "high", "f._status": "open"})
        span = {"f.checked_on__from": self.span["from"], "f.checked_on__to": self.span["to"]}
        return links.register("checks", unit=self.unit.code, **span, **{"f.result": ["general", "major"]})

    def _rectification(self, code: str) -> str:
        found: dict[str, Any] = {"found_on__from": self.span["from"], "found_on__to": self.span["to"]}
        closed: dict[str, Any] = {
            "done_on__from": self.span["from"],
            "done_on__to": self.span["to"],
            "_status": ["closed"],
        }
        match code:
            case "opened":
                return self.rectify(**found)
            case "closed":
                return self.rectify(**closed)
            case "overdue":
                return self.rectify.overdue()
            case "extended":
                return self.rectify(_status=PENDING, extensions__from="1")
            case "repeats":
                return self.rectify(repeat_of__empty="0", **found)
        return self.rectify(_status=PENDING)

    def _risk(self, code: str) -> str:
        if code in {"up", "down"}:
            return self._list("risk_list", trend=code, _status="open")
        if code in {"high", "medium", "low"}:
            return self._list("risk_list", level=code, _status="open")
        if code == "warnings":
            return self._list("alerts", _status=["active", "handled"])
        return self._list("risk_reports", _status=["reported", "analysed", "escalated"])

    def _list(self, register: str, **chosen: Any) -> str:
        query = {f"f.{name}": value for name, value in chosen.items()}
        return links.register(register, unit=self.unit.code, below="0", **query)


def _red(hearing: Hearing) -> dict[str, Any] | None:
    """How many requirements are not met, where the unit answers to a document."""
    unmet = (hearing.sheet.get("given") or {}).get("unmet")
    if unmet is None:
        return None
    return {"value": unmet, "url": reverse("unit-posture", args=[hearing.unit.code]), "is_red": bool(unmet)}


def _matters(unit: Unit, sheet: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is late, by name: rectifications, decisions, tasks."""
    found = sheet.get("open") or {}
    kinds: tuple[tuple[str, str, Callable[[str], str]], ...] = (
        ("overdue", _("Rectifications overdue"), lambda uid: reverse("compliance-rectify-one", args=[unit.code, uid])),
        ("decisions", _("Decisions not carried out"), lambda uid: links.record("decisions", uid)),
        ("tasks", _("Other tasks overdue"), lambda uid: reverse("task", args=[uid])),
    )
    return [
        {"label": label, "rows": [{**row, "url": way(row["uid"])} for row in found.get(code, [])]}
        for code, label, way in kinds
        if found.get(code)
    ]


def _remarks(held: Mapping[str, Any]) -> list[dict[str, Any]]:
    labels = (
        _("On compliance management"),
        _("On checks for risks"),
        _("On rectification"),
        _("Key work of the next quarter"),
    )
    return [
        {"code": code, "label": label, "text": held.get(code, ""), "required": code == "next_work"}
        for code, label in zip(minutes.LONG, labels, strict=True)
    ]


def _rows(held: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines of the table of decisions, and room for more."""
    rows = [*(held.get("decisions") or []), *({} for _time in range(_ROOM))]
    return [
        {"n": number, "matter": row.get("matter", ""), "owner": row.get("owner", ""), "due_on": row.get("due_on", ""),
         "owner_name": names.get(row.get("owner", ""), "")}
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip


def clashes(problem: Problem | None) -> list[dict[str, str]]:
    """What both have written, field by field."""
    if not isinstance(problem, Conflict) or "yours" not in problem.data:
        return []
    mine: Any = problem.data["yours"]
    theirs: Any = problem.data["current"]
    return [
        {"label": label(code), "mine": _text(mine[code]), "theirs": _text(theirs.get(code))}
        for code in mine
        if _text(mine[code]) != _text(theirs.get(code))
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        rows = [f"{row.get('matter', '')} {row.get('due_on', '')}".strip() for row in value]
        return "；".join(row for row in rows if row)
    return str(value or "")


def label(code: str) -> str:
    """A field's name."""
    labels = {
        "held_on": _("Day of the hearing"), "chair": _("Chaired by"), "place": _("Place"), "attendees": _("Attendees"),
        "reporter": _("Reported by"), "minutes_number": _("Number of the minutes"), "signer": _("Signed for issue by"),
        "decisions": _("Decisions"), "remark_management": _("On compliance management"),
        "remark_risks": _("On checks for risks"), "remark_rectification": _("On rectification"),
        "next_work": _("Key work of the next quarter"),
    }  # fmt: skip
    return labels[code]
