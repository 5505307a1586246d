"""When something is due is said in the document's own words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Blanks, line ends and the width of characters do not count."""
    if folder.folded is None:
        return
    for item in folder.items:
        if item.value.when is not None and item.value.when.text not in folder.folded:
            what = _("These words do not stand in the document's text.")
            fix = _("Give the words of the document that set the date; other words go into “note”.")
            yield item.fault(what, fix, key=("when", "text"))
