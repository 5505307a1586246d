"""A date can be told from what is given, and lies inside the programme."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, Located, PackFolder
from guiju.packs.schema import Item, Programme, When


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Once, every period, or left open by the document: one of the three, and no date that cannot be reached."""
    programme = folder.header.value.programme if folder.header else None
    for item in folder.items:
        if item.value.when is not None:
            yield from _shape(item, item.value.when)
            yield from _period(item, item.value.when, programme)
            yield from _inside(item, item.value.when, programme)


def _shape(item: Located[Item], when: When) -> Iterator[Fault]:
    if when.due_on is not None and when.cycle is not None:
        what = _("“due_on” is for what is due once, “cycle” for what is due every period.")
        yield item.fault(what, _("Remove one of the two."), key=("when", "cycle"))
    if when.cycle is None and (when.day is not None or when.after):
        key = "day" if when.day is not None else "after"
        what = _("“%(key)s” says nothing without “cycle”.") % {"key": key}
        yield item.fault(what, _("Add the cycle, or remove it."), key=("when", key))
    if when.task and when.due_on is None and when.cycle is None and not when.open:
        what = _("A task needs a day: “due_on”, a “cycle”, or “open”.")
        yield item.fault(what, _("Say when, or remove the task."), key=("when", "task"))


def _period(item: Located[Item], when: When, programme: Programme | None) -> Iterator[Fault]:
    if when.from_on and when.until_on and when.from_on > when.until_on:
        what = _("“from_on” lies after “until_on”.")
        yield item.fault(what, _("Correct one of the two."), key=("when", "from_on"))
    # A document without an end asks for ever, from the day on which a unit adopts it.
    if when.cycle and programme is None and when.until_on and not when.from_on:
        what = _("Where the periods begin is not known.")
        yield item.fault(what, _("Add “from_on”, or a programme to pack.yaml."), key=("when", "from_on"))


def _inside(item: Located[Item], when: When, programme: Programme | None) -> Iterator[Fault]:
    if programme is None:
        return
    days: dict[str, date | None] = {"due_on": when.due_on, "from_on": when.from_on, "until_on": when.until_on}
    for key, day in days.items():
        if day is not None and not programme.from_on <= day <= programme.to_on:
            what = _("%(day)s lies outside the programme (%(start)s to %(end)s).")
            names = {"day": day.isoformat(), "start": programme.from_on, "end": programme.to_on}
            yield item.fault(what % names, _("Correct the date, or the programme in pack.yaml."), key=("when", key))
