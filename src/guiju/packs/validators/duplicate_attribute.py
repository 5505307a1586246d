"""A pack declares each attribute, and each choice of it, once."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Also refuses a choice without choices, which nobody could answer."""
    seen: set[str] = set()
    for item in folder.attributes:
        code, choices = item.value.code, [choice.code for choice in item.value.choices]
        if code in seen:
            what = _("The attribute “%(code)s” is declared twice in this pack.") % {"code": code}
            yield item.fault(what, _("Remove one of the two."), key=("code",))
        seen.add(code)
        if (item.value.type == "choice") != bool(choices):
            what = _("An attribute of type choice has choices, and no other has.")
            yield item.fault(what, _("Correct “type” or “choices”."), key=("type",))
        for twice in sorted({word for word in choices if choices.count(word) > 1}):
            what = _("The choice “%(code)s” stands twice.") % {"code": twice}
            yield item.fault(what, _("Remove one of the two."), key=("choices",))
