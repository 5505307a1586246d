"""Where a long title breaks."""

from __future__ import annotations

from guiju.documents.words import plain, width

#: Characters of the title's size in one line.
MOST = 20
#: What a line must not begin with, beyond what programmes know themselves.
_NOT_FIRST = "的了和与及之、，。；：）》」』”〕！？"
_NOT_LAST = "（《「『“〔第"


def title_lines(title: str, unit: str = "") -> list[str]:
    """A long title in lines of about equal length, broken after the name of the unit where it begins with it."""
    title = plain(title).replace("\n", "")
    if width(title) > MOST and unit and title.startswith(unit) and title != unit:
        return [*_even(unit), *_even(title[len(unit) :])]
    return _even(title)


def _even(text: str) -> list[str]:
    """As few lines as will do, of about equal length."""
    lines: list[str] = []
    count = max(-(-int(width(text) * 2) // (MOST * 2)), 1)
    for left in range(count, 1, -1):
        at = _break(text, width(text) / left)
        lines.append(text[:at])
        text = text[at:]
    return [*lines, text] if text or not lines else lines


def _break(text: str, room: float) -> int:
    """The allowed place nearest to the room given."""
    allowed = [at for at in range(1, len(text)) if _may_break(text[at - 1], text[at])]
    return min(allowed, key=lambda at: (abs(width(text[:at]) - room), at), default=len(text))


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    # Neither inside a number or a word of Latin letters, nor between a number and what it counts.
    return not before.isascii()
