"""What stands in `official` of a requirement stands in the document, word for word."""

from __future__ import annotations

from collections.abc import Iterator

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder
from guiju.packs.validators import words


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Blanks, line ends and the width of characters do not count."""
    yield from words.missing(folder, folder.items)
