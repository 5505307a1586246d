"""The list that comes into force is filed with its version as a workbook: whoever inspects opens a file, not a system."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from guiju.access.actor import Actor
from guiju.compliance.lists import workbooks
from guiju.compliance.models import Snapshot
from guiju.files import store as files
from guiju.registers.models import Entry

#: Above so many rows nobody waits for the file: the frozen rows themselves are kept, and can be taken as a file any time.
MOST = 5_000
_FORBIDDEN = str.maketrans('\\/:*?"<>|\t\n', "___________")
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def filed(snapshot: Snapshot | None, entry: Entry, data: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """The files of the version with the frozen list among them; nothing where no rows were frozen."""
    if snapshot is None or snapshot.taken_at is None or snapshot.row_count > MOST:
        return {}
    out = BytesIO()
    workbooks.write(snapshot=snapshot, by=by, to=out)
    size = out.tell()
    out.seek(0)
    name = f"{entry.title.replace(' · ', '-').translate(_FORBIDDEN)[:80].strip(' .') or 'list'}.xlsx"
    stored = files.save(out, name=name, by=by)
    fresh = {"digest": stored.digest, "name": name, "size": size, "media_type": MEDIA_TYPE}
    held = [file for file in data.get("files") or [] if file.get("digest") != stored.digest]
    return {"files": [*held, fresh]}
