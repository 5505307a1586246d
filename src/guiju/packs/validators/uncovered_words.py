"""Every word of the document is covered by a requirement, a mark or a form's cell."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import aligning
from guiju.packs.folder import House, PackFolder

SHOWN = 60


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Holds once a pack has marks. Silent while a file cannot be read: everything in it would seem forgotten."""
    header = folder.header
    if folder.source is None or not folder.marks or folder.faults or header is None or header.value.source is None:
        return
    for start, _end, found in aligning.uncovered(folder.source, folder.alignment.spans):
        shown = found if len(found) <= SHOWN else f"{found[:SHOWN]}…"
        what = _("Nothing says what became of these words: “%(words)s”.") % {"words": " ".join(shown.split())}
        fix = _(
            "Add them to a requirement or a form, or mark them in “marks” as a definition, a date, or no_duty with why."
        )
        line = aligning.line_of(folder.source, start)
        yield Fault(f"{folder.name}/{header.value.source.file}:{line}", what, fix)
