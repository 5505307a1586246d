"""The rows of a group stand in one section, one after the other, for the same sizes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, Located, PackFolder
from guiju.packs.schema import Item


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Otherwise one firm would have to choose between rows of which it is asked only some."""
    last: dict[str, tuple[int, Located[Item]]] = {}
    for number, item in enumerate(folder.items):
        group = item.value.group
        if not group:
            continue
        before, there = last.get(group, (number - 1, item))
        same = there.value.section == item.value.section and set(there.value.sizes) == set(item.value.sizes)
        if before != number - 1 or not same:
            what = _("This row does not belong to the group “%(group)s” that ends at %(place)s.")
            names = {"group": group, "place": there.document.where(there.place)}
            fix = _("Alternatives follow each other in one section and hold for the same sizes.")
            yield item.fault(what % names, fix, key=("group",))
        last[group] = (number, item)
