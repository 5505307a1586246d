"""Parts of zipped documents, walked without building trees: little memory, and no document type may be declared."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from xml.parsers import expat

from guiju.lib.extract.found import BrokenError, LockedError

_PIECE = 256 * 1024
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Data = Callable[[str], None]


class EnoughError(Exception):
    """Raised by a handler that has read as much as may be read."""


def walk(archive: zipfile.ZipFile, part: str, *, start: Start, end: End, data: Data, limit: int) -> bool:
    """Call the handlers with local names (`w:p` is `p`, attributes too); False when the part is not there."""
    try:
        member = archive.getinfo(part)
    except KeyError:
        return False
    if member.flag_bits & 1:
        raise LockedError
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: start(_local(name), _locals(attributes))
    parser.EndElementHandler = lambda name: end(_local(name))
    parser.CharacterDataHandler = data
    left = limit
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise BrokenError("a part is too large")
            parser.Parse(piece, False)
    parser.Parse(b"", True)
    return True


def _refuse(*_about: object) -> None:
    raise BrokenError("a part declares a document type")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _locals(attributes: dict[str, str]) -> dict[str, str]:
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


def nothing(*_about: object) -> None:
    """A handler that does not care."""
