"""Words that ask nothing of anybody say why, and only they do."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import schema
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """A reader who looks for his duty must see why these words are none."""
    reasons = ", ".join(schema.WhyNoDuty.__args__)  # type: ignore[attr-defined]
    for mark in folder.marks:
        if mark.value.kind == "no_duty" and mark.value.why is None:
            what = _("A mark of the kind no_duty says why.")
            yield mark.fault(what, _("Allowed are: %(words)s.") % {"words": reasons}, key=("why",))
        elif mark.value.kind != "no_duty" and mark.value.why is not None:
            what = _("Only a mark of the kind no_duty has a “why”.")
            yield mark.fault(what, _("Remove “why”, or write kind: no_duty."), key=("why",))
