"""Word 97-2003 files (.doc, and .wps that are such files): the piece table of the main stream."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guiju.lib.extract.found import BrokenError, Found, Limits, LockedError, whole

_WORD = 0xA5EC
_WORD_97 = 0x00C1
_ENCRYPTED, _TABLE_1, _PICTURES = 0x0100, 0x0200, 0x0008
_AT_FLAGS, _AT_LENGTHS, _AT_CLX = 0x0A, 0x4C, 0x01A2
_COMPRESSED = 0x40000000
_SECRET = ("EncryptedPackage", "EncryptionInfo")


def read(path: Path, limits: Limits) -> Found:
    """The words of the body, then of notes and text boxes. Automatic numbers of paragraphs are not in them."""
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as container:
            return _read(container, limits)
    except (OSError, struct.error, IndexError, ValueError, AttributeError, TypeError) as error:
        raise BrokenError(f"{type(error).__name__}: {error}") from error


def _read(container: Any, limits: Limits) -> Found:
    if any(container.exists(name) for name in _SECRET):
        raise LockedError
    if not container.exists("WordDocument"):
        return Found("none", why="no Word document inside")
    main: bytes = container.openstream("WordDocument").read(limits.part_bytes)
    sign, version = struct.unpack_from("<HH", main)
    (flags,) = struct.unpack_from("<H", main, _AT_FLAGS)
    if sign != _WORD or version < _WORD_97:
        raise BrokenError("saved by a Word older than 97")
    if flags & _ENCRYPTED:
        raise LockedError
    table: bytes = container.openstream("1Table" if flags & _TABLE_1 else "0Table").read(limits.part_bytes)
    body, footnotes, headers, macros, comments, *_rest = struct.unpack_from("<8I", main, _AT_LENGTHS)
    text = b"".join(_pieces(main, table))
    # The body, footnotes | headers, macros, comments left out | endnotes, text boxes. Two bytes a character.
    notes = 2 * (body + footnotes)
    beside = notes + 2 * (headers + macros + comments)
    lines = [*_lines(text[:notes]), *_lines(text[beside:])]
    return whole(
        lines, page_count=_pages(container), has_pictures=bool(flags & _PICTURES) or container.exists("Data"),
        limits=limits,
    )  # fmt: skip


def _pieces(main: bytes, table: bytes) -> Iterator[bytes]:
    """The text in its order, as UTF-16: the file keeps it in pieces as it was edited."""
    at, length = struct.unpack_from("<II", main, _AT_CLX)
    end = at + length
    while at < end and table[at] == 1:  # formatting that pieces refer to
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if at >= end or table[at] != 2:
        raise BrokenError("the piece table is missing")
    (size,) = struct.unpack_from("<I", table, at + 1)
    count = (size - 4) // 12
    starts = struct.unpack_from(f"<{count + 1}I", table, at + 5)
    places = at + 5 + 4 * (count + 1)
    for number in range(count):
        (place,) = struct.unpack_from("<I", table, places + 8 * number + 2)
        letters = starts[number + 1] - starts[number]
        if letters < 0:
            raise BrokenError("the piece table runs backwards")
        if place & _COMPRESSED:
            begin = (place & ~_COMPRESSED) // 2
            text = main[begin : begin + letters].decode("cp1252", "replace")
            yield text.ljust(letters, "\r").encode("utf-16-le", "replace")
        else:
            yield main[place : place + 2 * letters].ljust(2 * letters, b"\0")


def _lines(text: bytes) -> list[str]:
    """Paragraphs; a row of a table is one line with tabs; instructions of fields go, their results stay."""
    lines: list[str] = []
    line: list[str] = []
    cells: list[str] = []
    hidden: list[bool] = []  # one for each open field: still in its instruction?
    for char in text.decode("utf-16-le", "replace"):
        if char == "\x13":
            hidden.append(True)
        elif char == "\x14" and hidden:
            hidden[-1] = False
        elif char == "\x15" and hidden:
            hidden.pop()
        elif any(hidden):
            continue
        elif char == "\x07":
            _cell(line, cells, lines)
        elif char in "\r\x0b\x0c\x0e":
            if cells:  # a second paragraph inside a cell
                line.append(" ")
            else:
                _flush(line, lines)
        else:
            line.append(_plain(char))
    if cells:
        lines.append("\t".join(cells))
    _flush(line, lines)
    return lines


def _cell(line: list[str], cells: list[str], lines: list[str]) -> None:
    """A cell ends; the mark that follows the last cell ends the row."""
    text = "".join(line).strip()
    line.clear()
    if text:
        cells.append(text)
    elif cells:
        lines.append("\t".join(cells))
        cells.clear()


def _flush(line: list[str], lines: list[str]) -> None:
    if text := "".join(line).strip(" \t\u3000\xa0"):
        lines.append(text)
    line.clear()


def _plain(char: str) -> str:
    if char == "\x1e":
        return "-"
    return char if char >= " " or char == "\t" else ""


def _pages(container: Any) -> int | None:
    try:
        count = container.get_metadata().num_pages
    except Exception:  # noqa: BLE001 - a damaged summary must not cost the text
        return None
    return int(count) if isinstance(count, int) and count > 0 else None
