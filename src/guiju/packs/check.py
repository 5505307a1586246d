"""Looking at packs without loading them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from guiju.lib.errors import Fault, NotFound
from guiju.packs import folder as folders
from guiju.packs import validators
from guiju.packs.folder import House, PackFolder


def check(path: Path) -> list[Fault]:
    """Every fault of the pack at `path`: its folder, one of its files, or a folder of packs."""
    return look(path).faults


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at packs found: `notes` are no faults, but what an author ought to know."""

    folders: list[PackFolder]
    faults: list[Fault]
    notes: list[Fault]


def look(path: Path) -> Look:
    """The packs at `path` with their faults and notes."""
    found = [folders.read(folder) for folder in at(path)]
    neighbours = _neighbours(found)
    drafts = {folder.urn: folder for folder in found if folder.urn and not is_installed(folder)}
    replaced = [(drafts[other.urn], other) for other in neighbours if other.urn in drafts]
    house = House((*(other for other in neighbours if other.urn not in drafts), *found))
    return Look(
        found,
        [fault for folder in found for fault in faults(folder, house)],
        [note for folder in found for note in _notes(folder)] + [_replaces(draft, other) for draft, other in replaced],
    )


def is_installed(folder: PackFolder) -> bool:
    """Does it lie where this installation looks for packs? Else it is a draft."""
    return folder.path.parent in {Path(root).resolve() for root in settings.PACK_DIRS}


def _notes(folder: PackFolder) -> Iterator[Fault]:
    if folder.header is None or not folder.items:
        return
    header = folder.header
    if folder.is_gist:
        what = _("The official words are a gist in our own words; every page says so beside them.")
        yield header.fault(what, _("Replace them once the text is at hand."), key=("words",))
    elif header.value.source is None:
        what = _("This pack has no text of the document: nobody compared “official”, “who” and “when.text” with it.")
        fix = _("Add source.txt; or, where the text is not at hand, write “words: gist”.")
        yield header.fault(what, fix)


def _replaces(draft: PackFolder, other: PackFolder) -> Fault:
    """A draft of a pack that is installed: the same name is no fault, because only one of them will be there."""
    assert draft.header is not None
    assert other.header is not None
    names = {"version": other.header.value.version, "folder": other.path}
    what = _("This would replace version %(version)s, which is installed in %(folder)s.") % names
    if draft.header.value.version != other.header.value.version:
        return draft.header.fault(what, _("To install it, move its files there."), key=("version",))
    return draft.header.fault(what, _("It carries the same version: raise it if anything differs."), key=("version",))


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


def _neighbours(found: Sequence[PackFolder]) -> list[PackFolder]:
    """Packs of the installation to which those looked at may refer."""
    mine = {folder.path.resolve() for folder in found}
    return [folders.read_declarations(path) for path in installed() if path.resolve() not in mine]
