"""What is asked of a unit can be answered: by a test, or by a person."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import testnames
from guiju.packs.folder import House, PackFolder

#: A definition explains, and a field is a cell of a form.
UNASKED = frozenset({"definition", "field"})


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Says nothing where no test is registered at all."""
    if not testnames.all():
        return
    for item in folder.items:
        row = item.value
        asked = row.addressee == "unit" and row.kind not in UNASKED
        if asked and not row.tests and not row.judgement:
            what = _("Nothing can answer this requirement.")
            yield item.fault(what, _("Name an evidence test, or write judgement: true."), key=("tests",))
