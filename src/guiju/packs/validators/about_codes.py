"""A form's row is about a requirement of the same pack."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import explain
from guiju.packs.aligning import form_cells
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Says nothing while requirements could not be read."""
    known = [item.value.id for item in folder.items]
    if folder.faults:
        return
    for form in folder.forms:
        for cell in form_cells(form):
            if cell.value.about and cell.value.about not in known:
                what = _("There is no requirement “%(id)s” in this pack.") % {"id": cell.value.about}
                yield cell.fault(what, explain.did_you_mean(cell.value.about, known), key=("about",))
