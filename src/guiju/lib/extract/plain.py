"""Plain text files, in the encodings that people here save them in."""

from __future__ import annotations

from pathlib import Path

from guiju.lib.extract.found import BrokenError, Found, Limits, whole

_BYTES_PER_CHARACTER = 4


def read(path: Path, limits: Limits) -> Found:
    """The lines of a text."""
    with path.open("rb") as file:
        data = file.read(limits.characters * _BYTES_PER_CHARACTER + 1)
    lines = [line.strip(" \t\u3000\xa0") for line in _decoded(data).splitlines()]
    return whole([line for line in lines if line], page_count=None, has_pictures=False, limits=limits)


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        for cut in range(4):  # the limit may have cut a character
            try:
                return data[: len(data) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    raise BrokenError("no known encoding")
