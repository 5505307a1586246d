"""A size table has one row for each choice of the attribute industry."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder

MEASURES = ("staff_count", "revenue", "total_assets")


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """And in each row the limits fall from tier to tier."""
    declared = house.attributes.get("industry", [])
    known = [choice.code for item in declared[:1] for choice in item.value.choices]
    for table in folder.size_tables:
        rows = [row.industry for row in table.value.rows]
        for code in sorted(set(known) ^ set(rows)):
            what = _("“%(code)s” is an industry or a row of the table, but not both.") % {"code": code}
            yield table.fault(what, _("Each industry has one row."), key=("rows",))
        for code in sorted({row for row in rows if rows.count(row) > 1}):
            what = _("The industry “%(code)s” has two rows.") % {"code": code}
            yield table.fault(what, _("Remove one of the two."), key=("rows",))
    for place in folder.size_industries:
        row = place.value
        for measure in MEASURES:
            tiers = [getattr(limits, measure) for limits in (row.small, row.medium, row.sme_below)]
            given = [limit for limit in tiers if limit is not None]
            if given != sorted(given):
                what = _("The limits of “%(measure)s” do not rise from small to large.") % {"measure": measure}
                yield place.fault(what, _("Check the figures with the document."), key=("small",))
