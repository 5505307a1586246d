"""A URN names one pack: no two folders may carry the same one."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Names both folders."""
    if folder.header is None:
        return
    for other in house.others_with_urn(folder):
        what = _("Two folders carry the pack %(urn)s: %(one)s and %(two)s.")
        names = {"urn": folder.urn, "one": folder.path, "two": other.path}
        yield folder.header.fault(what % names, _("Remove one of them, or give it a URN of its own."), key=("urn",))
