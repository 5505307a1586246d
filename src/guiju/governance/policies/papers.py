"""The file of a text that was typed: whoever inspects opens a file, not a system. How it looks is made elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from guiju.access.actor import Actor
from guiju.files import store as files
from guiju.governance.models import PolicyVersion

#: Above so many characters nobody waits for the file; the text itself is kept, and can be taken as a file any time.
MOST = 200_000
_FORBIDDEN = str.maketrans('\\/:*?"<>|\t\n', "___________")

#: Gives the bytes of a Word file.
Maker = Callable[[PolicyVersion], bytes]

_makers: list[Maker] = []


def register(maker: Maker) -> None:
    """Let `maker` write the files of texts; the edge that knows how papers look does so at start-up."""
    _makers[:] = [maker]


def file(row: PolicyVersion, *, by: Actor) -> None:
    """Give a version that comes into force with a text alone a file of it."""
    if row.files or not row.text or len(row.text) > MOST or not _makers:
        return
    name = f"{row.title.translate(_FORBIDDEN)[:80].strip(' .') or 'policy'}.docx"
    stored = files.save(BytesIO(_makers[0](row)), name=name, by=by)
    row.files = [{"digest": stored.digest, "name": name, "size": stored.size, "media_type": stored.media_type}]
