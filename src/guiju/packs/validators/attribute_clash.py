"""An attribute that several packs declare is the same thing in all of them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Compares types, and choices with those of the pack that declared the attribute first."""
    for item in folder.attributes:
        first = house.attributes.get(item.value.code, [item])[0]
        names = {"code": item.value.code, "place": first.document.where(first.place)}
        if first.value.type != item.value.type:
            what = _("The attribute “%(code)s” has another type at %(place)s.") % names
            yield item.fault(what, _("Use the same type, or another code."), key=("type",))
        known = {choice.code for choice in first.value.choices}
        for number, choice in enumerate(item.value.choices):
            if first.value.type == "choice" and choice.code not in known:
                what = _("“%(choice)s” is not among the choices of “%(code)s” at %(place)s.")
                place = ("choices", number, "code")
                yield item.fault(what % {**names, "choice": choice.code}, _("Use one of those choices."), key=place)
