"""An indicator that asks something of a unit can be answered: by a test, or by a person."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import testnames
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Says nothing where no test is registered at all."""
    if not testnames.all():
        return
    for item in folder.items:
        row = item.value
        if row.kind == "indicator" and row.addressee == "unit" and not row.tests and not row.judgement:
            what = _("Nothing can answer this indicator.")
            yield item.fault(what, _("Name an evidence test, or write judgement: true."), key=("tests",))
