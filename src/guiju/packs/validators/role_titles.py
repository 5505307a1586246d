"""An office that a requirement names has a title in the header, in the document's own words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """One word means different offices in different documents, so nobody may guess."""
    if folder.header is None:
        return
    titles = folder.header.value.titles
    for item in folder.items:
        row = item.value
        if row.role is not None and row.role not in titles:
            what = _("The titles in pack.yaml give none of this document for the office “%(role)s”.") % {
                "role": row.role
            }
            yield item.fault(what, _("Add it under “titles” in pack.yaml."), key=("role",))
        if row.who and folder.folded is not None and row.who not in folder.folded:
            what = _("“%(who)s” is not a word of this document.") % {"who": row.who}
            fix = _("“who” is the document's own word for whoever has to do it.")
            yield item.fault(what, fix, key=("who",))
