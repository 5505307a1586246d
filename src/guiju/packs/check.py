"""Looking at packs without loading them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from guiju.lib.errors import Fault, NotFound
from guiju.packs import folder as folders
from guiju.packs import validators
from guiju.packs.folder import House, PackFolder


def check(path: Path) -> list[Fault]:
    """Every fault of the pack at `path`: its folder, one of its files, or a folder of packs."""
    found = [folders.read(folder) for folder in at(path)]
    house = House((*_neighbours(found), *found))
    return [fault for folder in found for fault in faults(folder, house)]


def faults(folder: PackFolder, house: House) -> list[Fault]:
    """What is wrong with the files of one pack, then what breaks a rule, each once."""
    return list(dict.fromkeys([*folder.faults, *validators.broken(folder, house)]))


def at(path: Path) -> list[Path]:
    """The pack folders that a path means."""
    if (path / folders.HEADER).is_file():
        return [path]
    inside = folders.find(path)
    if inside:
        return inside
    for parent in path.parents[:2] if path.is_file() else ():
        if (parent / folders.HEADER).is_file():
            return [parent]
    raise NotFound(
        _("There is no pack at %(path)s.") % {"path": path},
        fix=_("A pack is a folder with a file pack.yaml; docs/guide/write-a-pack.md shows how to begin one."),
    )


def installed() -> list[Path]:
    """The pack folders of this installation: the base pack first, then as the folders are listed in the settings."""
    found = [path for root in settings.PACK_DIRS for path in folders.find(Path(root))]
    return sorted(found, key=lambda path: path.name != "base")


def _neighbours(found: Sequence[PackFolder]) -> Iterable[PackFolder]:
    """Packs of the installation to which those looked at may refer."""
    mine = {folder.path.resolve() for folder in found}
    return [folders.read_declarations(path) for path in installed() if path.resolve() not in mine]
