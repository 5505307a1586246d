"""A stock of rules comes in as files: words read, sorted, judged, confirmed by a person."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
    from guiju.governance.intake import telling

    telling.set_up()
