"""A register feeds facts into relations and columns that exist."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import explain, factnames
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Says nothing where no relation is registered at all."""
    known = factnames.relations()
    for item in folder.registers:
        data = folder.register_data.get(item.value.code, {})
        for number, source in enumerate(data.get("facts") or [] if known else []):
            relation = str(source.get("relation"))
            columns = factnames.columns(relation)
            if columns is None:
                what = _("There is no fact relation “%(name)s”.") % {"name": relation}
                yield item.fault(what, explain.did_you_mean(relation, known), key=("facts", number, "relation"))
                continue
            for column in source.get("columns") or {}:
                if column not in columns:
                    what = _("The relation “%(name)s” has no column “%(column)s”.")
                    fix = explain.did_you_mean(str(column), sorted(columns))
                    place = ("facts", number, "columns", column)
                    yield item.fault(what % {"name": relation, "column": column}, fix, key=place)
