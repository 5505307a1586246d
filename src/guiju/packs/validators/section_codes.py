"""A requirement stands under a section that the header names, or below one: 6.2 a) under 6."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import explain
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """A pack without any sections has none to name."""
    known = [section.code for section in folder.header.value.sections] if folder.header else []
    for item in folder.items if known else ():
        parts = item.value.section.split(".")
        if not any(".".join(parts[:end]) in known for end in range(1, len(parts) + 1)):
            what = _("The header names no section “%(code)s”.") % {"code": item.value.section}
            fix = explain.did_you_mean(item.value.section, known) or _("Add it under “sections” in pack.yaml.")
            yield item.fault(what, fix, key=("section",))
