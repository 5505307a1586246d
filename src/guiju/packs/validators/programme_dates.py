"""A programme begins before it ends, and its stages lie inside it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Stages may overlap or leave gaps, as documents do, but they follow each other in order."""
    header = folder.header
    if header is None or header.value.programme is None:
        return
    programme = header.value.programme
    if programme.from_on > programme.to_on:
        what = _("“from_on” lies after “to_on”.")
        yield header.fault(what, _("Correct one of the two."), key=("programme", "from_on"))
    before = programme.from_on
    for number, stage in enumerate(programme.stages):
        place = ("programme", "stages", number)
        if stage.from_on > stage.to_on:
            yield header.fault(_("“from_on” lies after “to_on”."), _("Correct one of the two."), key=place)
        if stage.from_on < before:
            what = _("This stage begins before the programme, or before the stage above it.")
            yield header.fault(what, _("Put the stages in order of their dates."), key=(*place, "from_on"))
        if stage.to_on > programme.to_on:
            what = _("This stage ends after the programme.")
            yield header.fault(what, _("Correct the date, or “to_on” of the programme."), key=(*place, "to_on"))
        before = stage.from_on
