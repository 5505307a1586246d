"""A group ties alternatives, so it has at least two rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """The first row of a chain carries the group too, which is easily forgotten."""
    counts = Counter(item.value.group for item in folder.items if item.value.group)
    for item in folder.items:
        group = item.value.group
        if group and counts[group] == 1:
            what = _("The group “%(group)s” has only this row.") % {"group": group}
            fix = _("Give its alternatives, the first row included, the same group, or write null.")
            yield item.fault(what, fix, key=("group",))
