"""Words of a pack that must stand in its document; no rule of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import Located, PackFolder


def missing(folder: PackFolder, rows: Iterable[Located[Any]]) -> Iterator[Fault]:
    """The rows whose `official` is not in the document's text; a pack without text is not asked."""
    text = folder.folded
    if text is None:
        return
    for row in rows:
        if row.value.official not in text:
            what = _("These words do not stand in the document's text.")
            fix = _("Copy them as they stand, slips included; say what is wrong in “note”.")
            yield row.fault(what, fix, key=("official",))
