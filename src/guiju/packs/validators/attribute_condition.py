"""A condition asks for a declared attribute and a value that it can have."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs import explain
from guiju.packs.folder import House, Located, PackFolder
from guiju.packs.schema import Attribute, Condition, Item
from guiju.packs.yamlfile import Place

_PYTHON = {"boolean": bool, "integer": int, "amount": int, "choice": str, "text": str}


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Walks `applies` with everything inside it."""
    for item in folder.items:
        if item.value.applies is not None:
            yield from _walk(item, item.value.applies, ("applies",), house)


def _walk(item: Located[Item], condition: Condition, place: Place, house: House) -> Iterator[Fault]:
    given = condition.model_fields_set
    if not given:
        yield item.fault(_("This condition is empty."), _("Remove it, or say when it holds."), key=place)
    if ("attribute" in given) != ("equals" in given):
        fix = _("Write for instance {attribute: has_board, is: true}.")
        yield item.fault(_("“attribute” and “is” stand together."), fix, key=place)
    elif condition.attribute is not None:
        yield from _value(item, condition, place, house)
    for number, inner in enumerate(condition.any):
        yield from _walk(item, inner, (*place, "any", number), house)


def _value(item: Located[Item], condition: Condition, place: Place, house: House) -> Iterator[Fault]:
    code = str(condition.attribute)
    declared = house.attributes.get(code)
    if not declared:
        what = _("No pack declares the attribute “%(code)s”.") % {"code": code}
        fix = explain.did_you_mean(code, sorted(house.attributes)) or _("Declare it under “attributes”.")
        yield item.fault(what, fix, key=(*place, "attribute"))
    elif not _fits(condition.equals, declared[0].value):
        what = _("“%(value)s” is not a value of the attribute “%(code)s”.")
        names = {"value": condition.equals, "code": code}
        choices = ", ".join(choice.code for choice in declared[0].value.choices)
        fix = _("Allowed are: %(words)s.") % {"words": choices} if choices else ""
        yield item.fault(what % names, fix, key=(*place, "is"))


def _fits(value: object, attribute: Attribute) -> bool:
    if attribute.type == "choice":
        return value in {choice.code for choice in attribute.choices}
    wanted = _PYTHON.get(attribute.type)
    return wanted is None or type(value) is wanted
