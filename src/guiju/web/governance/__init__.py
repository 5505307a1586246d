"""Pages of policies, bodies, duties and the archive."""

from __future__ import annotations


def set_up() -> None:
    """Each part tells where its tasks lead."""
    from guiju.web.governance import archive, duties, intake, meetings, policies, reading

    for part in (policies, intake, reading, meetings, duties, archive):
        part.ways()
