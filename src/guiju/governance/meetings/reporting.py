"""From a problem that was found to the report that the unit makes of its own accord (004 第十一条)."""

from __future__ import annotations

from typing import Any

from guiju.governance.meetings.terms import SELF_CHECKS
from guiju.lib import clock
from guiju.lib.text import clean
from guiju.registers.models import Entry


def report_values(problem: Entry) -> dict[str, Any]:
    """Values of `authority_reports` from a rectification, a self-check opinion, a warning or a risk report."""
    data = problem.body.data
    values: dict[str, Any] = {
        "name": f"关于{_short(problem.title)}的报告",
        "kind": "proactive",
        "sent_on": clock.today().isoformat(),
        "found_on": problem.on.isoformat() if problem.on else None,
    }
    if problem.register == "rectifications":
        values["problem"] = str(problem.uid)
        values["measures"] = data.get("measures")
        values["gist"] = "\n".join(filter(None, (data.get("problem"), data.get("cause"))))
    elif problem.register == SELF_CHECKS:
        values["problem"] = data.get("rectification")
        values["measures"] = data.get("taken")
        values["gist"] = data.get("opinion")
    else:
        values["gist"] = data.get("content") or data.get("situation") or problem.title
        values["measures"] = data.get("measures") or data.get("asked")
    return {code: _room(value) for code, value in values.items() if value}


def _short(title: str) -> str:
    return clean(title).rstrip("。.；;")[:60]


def _room(value: Any) -> Any:
    """Addresses carry what fits into one."""
    return value[:500] if isinstance(value, str) else value
