"""Refuses what is not a plain, honest .xlsx before any parser sees it.

Nothing is unpacked into memory: sizes come from the archive's directory, and are then proved by inflating each
member in small pieces that are thrown away, stopping at the first byte more than was declared.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from guiju.lib.errors import Problem
from guiju.lib.excel.limits import MB, Limits
from guiju.lib.excel.sniff import ENCRYPTED, OLE, looks_like
from guiju.lib.i18n import _

_HEAD_BYTES = 64 * 1024
_PIECE = 64 * 1024
_DIRECTORY_ENTRY = 1024  # generous: a name of an Office part has some 40 characters
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_MISC = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the guard found out on its way."""

    size: int
    unpacked: int
    members: int


def check(data: BinaryIO | Path, *, name: str, limits: Limits | None = None) -> Checked:
    """Raises a Problem with a `file.*` code unless the data is an .xlsx that is safe to parse."""
    limits = limits or Limits()
    with _opened(data) as file:
        size = file.seek(0, io.SEEK_END)
        _check_size(size, name, limits)
        _check_kind(file, name)
        _check_directory_size(file, size, name, limits)
        try:
            with zipfile.ZipFile(file) as archive:
                return _check_archive(archive, file, size, name, limits)
        except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, UnicodeError, ValueError) as error:
            raise _broken(name) from error
        except (NotImplementedError, RuntimeError) as error:
            raise _broken(name) from error


@contextmanager
def _opened(data: BinaryIO | Path) -> Iterator[BinaryIO]:
    if isinstance(data, Path):
        with data.open("rb") as file:
            yield file
    else:
        yield data
        data.seek(0)


def _check_size(size: int, name: str, limits: Limits) -> None:
    if size == 0:
        raise Problem("file.empty", _("The file is empty."), fix=_("Choose the file again."), where=name)
    if size > limits.upload_bytes:
        raise Problem(
            "file.too_big",
            _("The file has %(size)d MB; at most %(limit)d MB can be read.")
            % {"size": -(-size // MB), "limit": limits.upload_bytes // MB},
            fix=_("Remove pictures from the file, or split it into several files."),
            where=name,
            status=413,
        )


def _check_kind(file: BinaryIO, name: str) -> None:
    file.seek(0)
    head = file.read(4096)
    if head.startswith(OLE) and _contains(file, ENCRYPTED):
        raise _encrypted(name)
    if not head.startswith(b"PK"):
        raise _not_xlsx(name, looks_like(head, file))


def _check_archive(archive: zipfile.ZipFile, file: BinaryIO, size: int, name: str, limits: Limits) -> Checked:
    members = archive.infolist()
    unpacked = _check_declared(members, name, limits)
    if any(member.flag_bits & 1 for member in members):
        raise _encrypted(name)
    for member in members:
        _check_honest(file, member, name)
    _check_parts(file, members, name)
    for member in members:
        if member.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_doctype(_xml_head(file, member, _HEAD_BYTES), name, member.filename)
    return Checked(size=size, unpacked=unpacked, members=len(members))


def _check_declared(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> int:
    unpacked = sum(member.file_size for member in members)
    if len(members) > limits.members:
        raise _bomb(name, _("it holds %(count)d parts") % {"count": len(members)})
    if unpacked > limits.unpacked_bytes:
        raise _bomb(name, _("it unpacks to %(size)d MB") % {"size": unpacked // MB})
    for member in members:
        packed = max(member.compress_size, 1)
        if member.file_size > limits.ratio_from and member.file_size > packed * limits.ratio:
            raise _bomb(name, _("one part unpacks to %(ratio)d times its size") % {"ratio": member.file_size // packed})
    return unpacked


def _check_honest(file: BinaryIO, member: zipfile.ZipInfo, name: str) -> None:
    """A parser that trusts the data rather than the directory must not find more than was declared."""
    found = sum(len(piece) for piece in _inflate(file, member, stop=member.file_size + 1))
    if found > member.file_size:
        raise _bomb(name, _("a part is larger than the file says"))
    if found < member.file_size:
        raise _broken(name)


def _inflate(file: BinaryIO, member: zipfile.ZipInfo, *, stop: int) -> Iterator[bytes]:
    """The member's content in small pieces, at most `stop` bytes; reads the archive itself, not what it declares."""
    file.seek(member.header_offset)
    header = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    if header[0] != b"PK\x03\x04" or header[3] != member.compress_type:
        raise zipfile.BadZipFile("the member is not where the directory says")
    file.seek(header[9] + header[10], io.SEEK_CUR)
    left, room = member.compress_size, stop
    inflater = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    if inflater is None and member.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile("Office knows no such compression")
    while left > 0 and room > 0:
        packed = file.read(min(_PIECE, left))
        if not packed:
            raise EOFError
        left -= len(packed)
        while packed and room > 0:
            piece = packed[:room] if inflater is None else inflater.decompress(packed, min(room, 16 * _PIECE))
            packed = b"" if inflater is None else inflater.unconsumed_tail
            room -= len(piece)
            yield piece


def _check_parts(file: BinaryIO, members: list[zipfile.ZipInfo], name: str) -> None:
    names = [member.filename.lower().replace("\\", "/").lstrip("/") for member in members]
    types = [member for member, lower in zip(members, names, strict=True) if lower == "[content_types].xml"]
    declared = "".join(_xml_head(file, member, MB) for member in types).lower()
    if any(part.endswith("vbaproject.bin") or "/macrosheets/" in part for part in names) or any(
        word in declared for word in ("macroenabled", "vbaproject", "macrosheet")
    ):
        raise Problem(
            "file.macro",
            _("The file contains macros. Files with macros are not accepted."),
            fix=_("Save it as “Excel workbook (.xlsx)” and choose that file."),
            where=name,
        )
    if not types or "xl/workbook.xml" not in names:
        raise _not_xlsx(name, _zip_kind(names))


def _zip_kind(names: list[str]) -> str:
    kinds = {
        "word/document.xml": _("a Word document"),
        "ppt/presentation.xml": _("a PowerPoint file"),
        "xl/workbook.bin": _("a binary workbook (.xlsb)"),
        "content.xml": _("an OpenDocument file"),
        "ofd.xml": _("an OFD document"),
    }
    return next((kind for part, kind in kinds.items() if part in names), _("a zip archive"))


def _check_doctype(text: str, name: str, part: str) -> None:
    body = _MISC.sub("", text).lstrip("\ufeff \t\r\n")
    if body[:9].upper() == "<!DOCTYPE":
        raise Problem(
            "file.doctype",
            _("The part %(part)s of the file declares a document type, which Excel never does.") % {"part": part[:80]},
            fix=_("Open the file in Excel or WPS, save it as .xlsx and choose that file."),
            where=name,
        )
    if body and (len(body) < 2 or body[0] != "<" or not (body[1].isalpha() or body[1] == "_")):
        raise _broken(name)


def _xml_head(file: BinaryIO, member: zipfile.ZipInfo, size: int) -> str:
    head = b"".join(_inflate(file, member, stop=size))
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head[:2] in (b"<\x00", b"\x00<"):
        return head.decode("utf-16-le" if head[1] == 0 else "utf-16-be", "replace")
    return head.decode("utf-8-sig", "replace")


def _check_directory_size(file: BinaryIO, size: int, name: str, limits: Limits) -> None:
    """A directory of a million entries would cost half a gigabyte merely to be listed."""
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise _broken(name)
    directory = struct.unpack_from("<I", tail, at + 12)[0]
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        file.seek(min(struct.unpack_from("<Q", tail, at - 12)[0], size))
        record = file.read(56)
        if len(record) == 56:
            directory = max(directory if directory != 0xFFFFFFFF else 0, struct.unpack_from("<Q", record, 40)[0])
    if directory > limits.members * _DIRECTORY_ENTRY:
        raise _bomb(name, _("its table of contents has %(size)d KB") % {"size": directory // 1024})


def _contains(file: BinaryIO, needle: bytes) -> bool:
    file.seek(0)
    kept = b""
    while piece := file.read(MB):
        if needle in kept + piece:
            return True
        kept = piece[-len(needle) :]
    return False


def _not_xlsx(name: str, kind: str) -> Problem:
    return Problem(
        "file.not_xlsx",
        _("This is not an Excel workbook (.xlsx); it looks like %(kind)s.") % {"kind": kind},
        fix=_("Open it in Excel or WPS, save it as “Excel workbook (.xlsx)” and choose that file."),
        where=name,
        data={"kind": kind},
    )


def _encrypted(name: str) -> Problem:
    return Problem(
        "file.encrypted",
        _("The file is protected by a password and cannot be read."),
        fix=_("Remove the password in Excel or WPS, save the file and choose it again."),
        where=name,
    )


def _bomb(name: str, why: str) -> Problem:
    return Problem(
        "file.bomb",
        _("The file is refused because it could overload the system: %(why)s.") % {"why": why},
        fix=_("Copy the cells that you need into a new workbook and choose that file."),
        where=name,
    )


def _broken(name: str) -> Problem:
    return Problem(
        "file.broken",
        _("The file is damaged and cannot be read."),
        fix=_("Open it in Excel or WPS, repair and save it, or get it again from its sender."),
        where=name,
    )
