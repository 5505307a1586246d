"""The dated lines of progress that a rectification's `progress` holds, as people read them in Excel too.

2026-11-21（60%）王敏：合同模板已替换，旧模板已收回。
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from guiju.lib import text as texts

_LINE = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:（(\d{1,3})%）)?\s*([^：:]{0,40})[：:]\s*(.*)$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; what somebody wrote without a day stands without one."""

    text: str
    on: date | None = None
    share: int | None = None
    by: str = ""

    def __str__(self) -> str:
        if self.on is None:
            return self.text
        share = f"（{self.share}%）" if self.share is not None else " "
        return f"{self.on.isoformat()}{share}{self.by}：{self.text}"


def read(written: str | None) -> list[Line]:
    """The lines, the newest first; those without a day stay where they are, at the end."""
    found = [_line(row) for row in (written or "").splitlines() if row.strip()]
    # Stable: of one day what was written later stands first.
    dated = sorted((line for line in found if line.on is not None), key=lambda line: line.on or date.min)[::-1]
    return [*dated, *(line for line in found if line.on is None)]


def _line(row: str) -> Line:
    match = _LINE.match(row.strip())
    if match is None:
        return Line(row.strip())
    try:
        on = date.fromisoformat(match[1])
    except ValueError:
        return Line(row.strip())
    return Line(match[4].strip(), on, int(match[2]) if match[2] else None, match[3].strip())


def append(written: str | None, line: Line) -> str:
    """The text with one more line at its end; what a person wrote as several lines becomes one."""
    one = Line(
        "；".join(texts.clean(line.text).splitlines()),
        line.on,
        line.share,
        line.by.replace("：", " ").replace(":", " "),
    )
    return f"{written.rstrip()}\n{one}" if written and written.strip() else str(one)
