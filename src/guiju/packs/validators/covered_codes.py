"""What a task covers is asked of somebody by the same pack."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import explain
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Says nothing while requirements could not be read."""
    known = [item.value.id for item in folder.items if item.value.addressee == "unit"]
    if folder.faults:
        return
    for item in folder.items:
        when = item.value.when
        for number, code in enumerate(when.covers if when is not None else ()):
            if code not in known:
                what = _("No requirement “%(id)s” in this pack asks anything of a unit.") % {"id": code}
                yield item.fault(what, explain.did_you_mean(code, known), key=("when", "covers", number))
