"""What the record of a check may not say, however it is written: a problem where nothing was found, more than was due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault

#: What people write into the column where nothing was found.
_NOTHING = frozenset(
    {
        "", "-", "/", "n/a", "na", "none", "不适用", "无", "无问题", "未发现", "未发现异常", "未发现问题", "没有", "没有问题",
        "没有发现问题", "零风险",
    }
)  # fmt: skip


def kept(held: Mapping[str, Any] | None, data: dict[str, Any], reason: str) -> list[Fault]:
    """A record that contradicts itself; one that stood so already is only refused where it is changed there."""
    return [*_found_after_all(held, data), *more_than_due(held, data)]


def _found_after_all(held: Mapping[str, Any] | None, data: Mapping[str, Any]) -> list[Fault]:
    problem = str(data.get("problem") or "")
    if data.get("result") != "none" or says_nothing(problem) or not _changed(held, data, "result", "problem"):
        return []
    what = _("The result says that nothing was found, yet a problem is described.")
    return [Fault("problem", what, _("Choose a general or major problem, or take the description out."))]


def says_nothing(problem: str) -> bool:
    """Is this only a way of writing that there is no problem?"""
    return problem.strip().strip("。.！!—-－ ").casefold() in _NOTHING


def more_than_due(held: Mapping[str, Any] | None, data: Mapping[str, Any], reason: str = "") -> list[Fault]:
    """Nobody looks at more items than were to be looked at; also of zero-risk reports."""
    due, done = data.get("due_count"), data.get("done_count")
    if due is None or done is None or done <= due or not _changed(held, data, "due_count", "done_count"):
        return []
    what = _("%(done)s items were looked at, but only %(due)s were due.") % {"done": done, "due": due}
    return [Fault("done_count", what, _("Check both numbers."))]


def _changed(held: Mapping[str, Any] | None, data: Mapping[str, Any], *codes: str) -> bool:
    return held is None or any(held.get(code) != data.get(code) for code in codes)
