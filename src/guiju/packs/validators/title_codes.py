"""A document's titles are mapped to known roles and bodies."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.org.enums import Role
from guiju.packs import explain
from guiju.packs.folder import House, PackFolder

KNOWN = (*(str(role.value) for role in Role), "body", "department")


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """One title may stand for one role only within a document."""
    if folder.header is None:
        return
    owner: dict[str, str] = {}
    for code, titles in folder.header.value.titles.items():
        if code not in KNOWN:
            what = _("“%(code)s” is not a role or a body.") % {"code": code}
            yield folder.header.fault(what, explain.did_you_mean(code, KNOWN), key=("titles", code))
        for number, title in enumerate(titles):
            there = owner.setdefault(title, code)
            if there != code:
                what = _("The title “%(title)s” stands under “%(code)s” too.") % {"title": title, "code": there}
                yield folder.header.fault(what, _("Decide for one."), key=("titles", code, number))
