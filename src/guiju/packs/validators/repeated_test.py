"""A requirement names a test with the same parameters once."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import schema
from guiju.packs.folder import House, PackFolder, jsonable


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """As an alternative of itself, or asked for anyway beside an alternative, it would say nothing."""
    for item in folder.items:
        seen: set[str] = set()
        for place, ref in schema.each_test(item.value):
            name = json.dumps([ref.test, jsonable(ref.params)], sort_keys=True)
            if name in seen:
                what = _("The test “%(name)s” stands here twice with the same parameters.") % {"name": ref.test}
                yield item.fault(what, _("Remove one of them."), key=(*place, "test"))
            seen.add(name)
