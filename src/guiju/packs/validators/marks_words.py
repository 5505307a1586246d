"""What stands in `official` of a mark stands in the document, word for word."""

from __future__ import annotations

from collections.abc import Iterator

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder
from guiju.packs.validators import words


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """As for requirements."""
    yield from words.missing(folder, folder.marks)
