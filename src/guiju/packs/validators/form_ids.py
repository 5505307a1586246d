"""A form has a code of its own, its cells have ids of their own, and heads stand under heads of the same form."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import explain
from guiju.packs.aligning import form_cells
from guiju.packs.folder import House, Located, PackFolder
from guiju.packs.schema import Form


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Records and papers refer to a cell by form and id."""
    first: dict[str, Located[Form]] = {}
    for form in folder.forms:
        there = first.setdefault(form.value.code, form)
        if there is not form:
            yield _twice(form, "code", form.value.code, there)
        yield from _cells(form)


def _cells(form: Located[Form]) -> Iterator[Fault]:
    ids = [cell.id for cell in form.value.cells]
    first: dict[str, Located[Form]] = {}
    for cell in form_cells(form):
        there = first.setdefault(cell.value.id, cell)
        if there is not cell:
            yield _twice(cell, "id", cell.value.id, there)
        if cell.value.under and cell.value.under not in ids:
            what = _("There is no cell “%(id)s” in this form.") % {"id": cell.value.under}
            yield cell.fault(what, explain.did_you_mean(cell.value.under, ids), key=("under",))


def _twice(row: Located[Form], key: str, name: str, there: Located[Form]) -> Fault:
    what = _("The id “%(id)s” stands twice; it stands first at %(place)s.")
    place = there.document.where((*there.place, key))
    return row.fault(what % {"id": name, "place": place}, _("Give each its own."), key=(key,))
