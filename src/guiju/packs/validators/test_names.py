"""A requirement names evidence tests that exist."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import explain, schema, testnames
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Says nothing where no test is registered at all: then nobody is there to answer."""
    known = sorted(testnames.all())
    for item in folder.items:
        for place, ref in schema.each_test(item.value):
            if known and ref.test not in known:
                what = _("There is no evidence test “%(name)s”.") % {"name": ref.test}
                yield item.fault(what, explain.did_you_mean(ref.test, known), key=(*place, "test"))
