"""A register's code names one register of the whole installation, and its file is called by that code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Names both files."""
    for item in folder.registers:
        code = item.value.code
        if PurePosixPath(item.document.name).stem != code:
            what = _("The register “%(code)s” stands in a file of another name.") % {"code": code}
            yield item.fault(what, _("Call the file %(code)s.yaml.") % {"code": code}, key=("register",))
        for other in house.folders:
            if other.path.resolve() == folder.path.resolve():
                continue
            for there in other.registers:
                if there.value.code == code:
                    what = _("The register “%(code)s” stands in %(other)s too.")
                    names = {"code": code, "other": there.document.name}
                    yield item.fault(what % names, _("Remove one of the two."), key=("register",))
