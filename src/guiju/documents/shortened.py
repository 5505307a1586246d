"""Papers name so many rows of a kind; what they leave out is said, never cut in silence."""

from __future__ import annotations

from guiju.documents.paper import Para


def rest(total: int, shown: int, *, unit: str = "项") -> list[Para]:
    """The line below a table or list that is shorter than its ledger; nothing where all of it is there."""
    left = total - shown
    return [Para(f"以上列出{shown}{unit}，另有{left}{unit}见台账。")] if left > 0 else []
