"""What stands in `official` stands in the document, word for word."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib import text
from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Blanks, line ends and the width of characters do not count."""
    if folder.source is None:
        return
    whole = text.normalise(folder.source)
    for item in folder.items:
        if text.normalise(item.value.official) not in whole:
            what = _("These words do not stand in the document's text.")
            fix = _("Copy them as they stand, slips included; say what is wrong in “note”.")
            yield item.fault(what, fix, key=("official",))
