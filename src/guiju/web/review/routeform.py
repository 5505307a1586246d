"""The form of a route: the table as fields, and back. Adding and moving happens here, so that no script is needed."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.org.enums import Role
from guiju.web.review.figures import in_yuan
from guiju.workflow.routes import rules

Raw = dict[str, Any]

_ROW = re.compile(r"r(\d{1,2})-name", re.ASCII)
_STEP = re.compile(r"r(\d{1,2})s(\d{1,2})-name", re.ASCII)
_ACT = re.compile(r"(row|step)-(\d{1,2})(?:-(\d{1,2}))?-(add|copy|up|down|remove)", re.ASCII)
_FLAGS = {"yes": True, "no": False}
YES = "1"


def read(post: QueryDict) -> list[Raw]:
    """The table as it was sent, in the form of `rules.read`; nothing is checked here."""
    numbers = sorted({int(found[1]) for key in post if (found := _ROW.fullmatch(key))})
    return [_row(post, number) for number in numbers[: rules.MOST_ROWS]]


def _row(post: QueryDict, r: int) -> Raw:
    steps = sorted({int(found[2]) for key in post if (found := _STEP.fullmatch(key)) and int(found[1]) == r})
    when: Raw = {
        "kinds": post.getlist(f"r{r}-kinds"),
        "units": _words("、".join(post.getlist(f"r{r}-units"))),
        "levels": post.getlist(f"r{r}-levels"),
        "amount_from": in_yuan(post.get(f"r{r}-amount_from", "").strip()),
        "amount_below": in_yuan(post.get(f"r{r}-amount_below", "").strip()),
        "overseas": _FLAGS.get(post.get(f"r{r}-overseas", "")),
        "major": _FLAGS.get(post.get(f"r{r}-major", "")),
    }
    return {"name": post.get(f"r{r}-name", ""), "when": when, "steps": [_step(post, r, s) for s in steps]}


def _step(post: QueryDict, r: int, s: int) -> Raw:
    at = f"r{r}s{s}"
    days = post.get(f"{at}-days", "").strip()
    return {
        "code": post.get(f"{at}-code", "") or f"step{s + 1}",
        "name": post.get(f"{at}-name", ""),
        "part": post.get(f"{at}-part", ""),
        "who": {
            "role": post.get(f"{at}-role", ""),
            "people": [uid for uid in post.getlist(f"{at}-people") if uid],
            "department": post.get(f"{at}-department", "").strip(),
        },
        "need": rules.ALL if post.get(f"{at}-need") == rules.ALL else rules.ANY,
        "days": int(days) if days.isdecimal() and len(days) < 4 else 0,
        "evidence": post.get(f"{at}-evidence") == YES,
        "veto": post.get(f"{at}-veto") == YES,
    }


def _words(written: str) -> list[str]:
    return [one for one in re.split(r"[\s,，、;；]+", written.strip()) if one]


#: Where a row stands after it was added, copied or moved.
_THEN = {"add": 0, "copy": 1, "up": -1, "down": 1}


def acted(rows: list[Raw], act: str) -> int | None:
    """Add, copy, move or take away what a button names; the row that it concerned, None where it names nothing."""
    found = _ACT.fullmatch(act)
    if found is None:
        return None
    what, first, second, how = found[1], int(found[2]), found[3], found[4]
    if what == "row":
        return first + _THEN.get(how, 0) if _moved(rows, first, how, blank_row()) else None
    if second is None or first >= len(rows) or how == "copy":
        return None
    steps: list[Raw] = rows[first]["steps"]
    return first if _moved(steps, int(second), how, blank_step(steps)) else None


def _moved(rows: list[Raw], at: int, how: str, blank: Raw) -> bool:
    if how == "add":
        rows.insert(min(at, len(rows)), blank)
    elif at >= len(rows):
        return False
    elif how == "copy":
        twin = copy.deepcopy(rows[at])
        rows.insert(at + 1, twin | {"name": _("%(name)s (copy)") % {"name": twin["name"]}})
    elif how == "remove":
        rows.pop(at)
    else:
        to = at - 1 if how == "up" else at + 1
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
    return True


def blank_row() -> Raw:
    """A new row, with the first line and the compliance department."""
    first = {"code": "first", "part": rules.FIRST, "who": {"role": Role.DEPARTMENT_OFFICER.value}, "days": 2}
    then = {"code": "compliance", "part": rules.COMPLIANCE, "who": {"role": Role.COMPLIANCE_STAFF.value}, "days": 3}
    return {"name": "", "when": {}, "steps": [{"name": "", **first}, {"name": "", **then}]}


def blank_step(steps: list[Raw]) -> Raw:
    """A new step with a code that no other one carries."""
    taken = {str(one.get("code")) for one in steps}
    number = next(n for n in range(1, 100) if f"step{n}" not in taken)
    return {
        "code": f"step{number}",
        "name": "",
        "part": rules.COMPLIANCE,
        "who": {"role": Role.COMPLIANCE_STAFF.value},
        "days": 3,
    }


def shown(
    rows: list[Raw], problem: Problem | None, names: Mapping[str, str], *, open_at: int | None = None
) -> list[Raw]:
    """The table as the template draws it, each fault at its place; open stands what somebody works at."""
    faults = [(fault.where, f"{fault.what} {fault.fix}".strip()) for fault in problem.faults] if problem else []
    found = [_shown_row(one, r, faults, names) for r, one in enumerate(rows)]
    for row in found:
        row["is_open"] = row["r"] == open_at or bool(row["wrong"]) or any(step["wrong"] for step in row["steps"])
        row["chain"] = " → ".join(step["name"] or _("New step") for step in row["steps"])
    return found


def _shown_row(one: Raw, r: int, faults: list[tuple[str, str]], names: Mapping[str, str]) -> Raw:
    where, when = f"rows.{r + 1}", one.get("when") or {}
    inner = [
        (place.removeprefix(f"{where}."), told)
        for place, told in faults
        if place == where or place.startswith(f"{where}.")
    ]
    return {
        "r": r,
        "n": r + 1,
        "name": one.get("name", ""),
        "kinds": list(when.get("kinds") or ()),
        "units": list(when.get("units") or ()),
        "levels": list(when.get("levels") or ()),
        "amount_from": when.get("amount_from") or "",
        "amount_below": when.get("amount_below") or "",
        "overseas": _flag(when.get("overseas")),
        "major": _flag(when.get("major")),
        "wrong": [told for place, told in inner if not place.startswith("steps.")],
        "steps": [_shown_step(step, r, s, inner, names) for s, step in enumerate(one.get("steps") or ())],
    }


def _shown_step(step: Raw, r: int, s: int, faults: list[tuple[str, str]], names: Mapping[str, str]) -> Raw:
    who = step.get("who") or {}
    return {
        "at": f"r{r}s{s}",
        "r": r,
        "s": s,
        "n": s + 1,
        "next": s + 1,
        "code": step.get("code", ""),
        "name": step.get("name", ""),
        "part": step.get("part", ""),
        "role": who.get("role", ""),
        "people": [{"uid": uid, "name": names.get(uid, uid[:8])} for uid in who.get("people") or ()],
        "department": who.get("department", ""),
        "need": step.get("need") or rules.ANY,
        "days": step.get("days", 3) or "",
        "evidence": bool(step.get("evidence")),
        "veto": bool(step.get("veto")),
        "wrong": [told for place, told in faults if place.startswith(f"steps.{s + 1}.")],
    }


def _flag(value: object) -> str:
    return "yes" if value is True else "no" if value is False else ""
