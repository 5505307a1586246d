"""An id names one requirement of its pack."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, Located, PackFolder
from guiju.packs.schema import Item


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Names the place where the id stood first."""
    first: dict[str, Located[Item]] = {}
    for item in folder.items:
        there = first.setdefault(item.value.id, item)
        if there is not item:
            what = _("The id “%(id)s” stands twice; it stands first at %(place)s.")
            place = there.document.where((*there.place, "id"))
            fix = _("Give each requirement an id of its own.")
            yield item.fault(what % {"id": item.value.id, "place": place}, fix, key=("id",))
