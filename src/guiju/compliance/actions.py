"""What other packages may do here; each part adds its public writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guiju.access.actor import Actor
from guiju.registers.models import Entry


def mark_touched(*, entry: Entry, changes: Sequence[Mapping[str, str]], by: Actor) -> int:
    """Mark what leans on a record whose contents changed without its fields: {field, label, label_en, old, new} each.

    Within the caller's transaction; returns how many marks are new.
    """
    from guiju.compliance.graph import marking

    cause = marking.Cause(
        entry.uid, entry.register, entry.version, entry.title[:200], entry.unit_id, entry.root_id,
        [dict(change) for change in changes],
    )  # fmt: skip
    return marking.mark(cause, by=by)
