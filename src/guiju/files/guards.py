"""What may come in: a known kind, what it says it is, no macros, no programs, no archive that explodes."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from guiju.files.kinds import KINDS, MACRO_EXTENSIONS, OLE, PROGRAM_EXTENSIONS, PROGRAMS, TEXT, ZIP, Kind, extension
from guiju.lib.errors import Problem
from guiju.lib.excel import guard
from guiju.lib.excel.limits import MB, Limits

_HEAD = 8_192
_DIRECTORY_ENTRY = 1_024
#: Names of the storages in which old Office formats keep macros.
_OLE_MACROS = tuple(
    encoded.ljust(64, b"\0") + struct.pack("<H", len(encoded) + 2)  # a directory entry, not the word in a text
    for encoded in (name.encode("utf-16-le") for name in ("_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros", "VBA"))
)
_ZIP_MACROS = ("vbaproject.bin", "vbadata.xml")


def check(file: BinaryIO, *, name: str, size: int) -> Kind:
    """The file's kind; refuses what may not come in. The file is read from its start and left anywhere."""
    if size == 0:
        raise Problem("file.empty", _("The file is empty."), fix=_("Choose the file again."), where=name)
    file.seek(0)
    head = file.read(_HEAD)
    ending = extension(name)
    if ending in MACRO_EXTENSIONS:
        raise _macros(name)
    kind = KINDS.get(ending)
    if ending in PROGRAM_EXTENSIONS or (head.startswith(PROGRAMS) and not (kind and kind.magic is TEXT)):
        raise Problem(
            "file.program",
            _("This is a program. Programs are not accepted."),
            fix=_("Choose the document itself."),
            where=name,
        )
    if kind is None:
        raise Problem(
            "file.unknown_kind",
            _("Files of the kind “%(ending)s” are not accepted.") % {"ending": ending or _("without an ending")},
            fix=_("Save it as a PDF, an Office document, a picture or a text, and choose that file."),
            where=name,
        )
    if kind.part and head.startswith(OLE):
        raise _encrypted(name)
    if not _fits(kind, head):
        raise _disguised(name, ending)
    if head.startswith(ZIP):
        _check_zip(file, name=name, size=size, kind=kind, ending=ending)
    elif head.startswith(OLE):
        _check_ole(file, name)
    return kind


def too_big(name: str, limit: int) -> Problem:
    """The refusal of a file above the limit."""
    return Problem(
        "file.too_big",
        _("The file is larger than %(limit)d MB.") % {"limit": limit // MB},
        fix=_("Make it smaller, for instance by lowering the resolution of scans, or split it."),
        where=name,
        status=413,
    )


def _fits(kind: Kind, head: bytes) -> bool:
    if kind.magic is TEXT:
        return _is_text(head)
    return head[kind.at :].startswith(kind.magic)


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in head:
        return False
    else:
        encodings = ["utf-8", "gb18030"]
    return any(_reads(head, encoding) for encoding in encodings)


def _reads(head: bytes, encoding: str) -> bool:
    """The head may end inside a character."""
    for cut in range(4):
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _check_zip(file: BinaryIO, *, name: str, size: int, kind: Kind, ending: str) -> None:
    limits = Limits(upload_bytes=settings.UPLOAD_LIMIT)
    if ending == "xlsx":
        file.seek(0)
        guard.check(file, name=name, limits=limits)
        return
    _check_directory(file, name=name, size=size, limits=limits)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(members, name=name, limits=limits)
            names = {member.filename.lower().replace("\\", "/").lstrip("/") for member in members}
            types = _content_types(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _broken(name) from error
    if kind.part and kind.part not in names:
        raise _disguised(name, ending)
    if any(part.endswith(_ZIP_MACROS) for part in names) or "macroenabled" in types or "vbaproject" in types:
        raise _macros(name)


def _check_members(members: list[zipfile.ZipInfo], *, name: str, limits: Limits) -> None:
    unpacked = sum(member.file_size for member in members)
    worst = max(
        (
            member.file_size // max(member.compress_size, 1)
            for member in members
            if member.file_size > limits.ratio_from
        ),
        default=0,
    )
    if len(members) > limits.members or unpacked > limits.unpacked_bytes or worst > limits.ratio:
        raise _bomb(name)


def _check_directory(file: BinaryIO, *, name: str, size: int, limits: Limits) -> None:
    """The table of contents is measured before it is read: a million entries would fill the memory."""
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise _broken(name)
    count, directory = struct.unpack_from("<HI", tail, at + 10)
    # The 64-bit form is for archives far larger than any that is accepted here.
    if count == 0xFFFF or directory > limits.members * _DIRECTORY_ENTRY:
        raise _bomb(name)
    file.seek(0)


def _content_types(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str:
    """The declared types of all parts; a crafted archive may hold the list twice."""
    found = []
    for member in members:
        if member.filename.lower() == "[content_types].xml":
            with archive.open(member) as part:
                found.append(part.read(MB).decode("utf-8", "replace").lower())
    return "".join(found)


def _check_ole(file: BinaryIO, name: str) -> None:
    file.seek(0)
    kept = b""
    while piece := file.read(MB):
        window = kept + piece
        if any(word in window for word in _OLE_MACROS):
            raise _macros(name)
        kept = piece[-128:]


def _macros(name: str) -> Problem:
    return Problem(
        "file.macro",
        _("The file contains macros. Files with macros are not accepted."),
        fix=_("Save it without macros (.docx, .xlsx, .pptx) or as a PDF, and choose that file."),
        where=name,
    )


def _encrypted(name: str) -> Problem:
    return Problem(
        "file.encrypted",
        _("The file is protected by a password and cannot be examined."),
        fix=_("Remove the password in Office or WPS, save the file and choose it again."),
        where=name,
    )


def _disguised(name: str, ending: str) -> Problem:
    return Problem(
        "file.disguised",
        _("The file is called “.%(ending)s”, but it is something else inside.") % {"ending": ending},
        fix=_("Open it, save it in the kind that it claims to be, and choose that file."),
        where=name,
    )


def _bomb(name: str) -> Problem:
    return Problem(
        "file.bomb",
        _("The archive is refused because unpacking it could overload the system."),
        fix=_("Split it into several archives, or store the documents one by one."),
        where=name,
    )


def _broken(name: str) -> Problem:
    return Problem(
        "file.broken",
        _("The file is damaged and cannot be read."),
        fix=_("Open and save it again, or get it again from its sender."),
        where=name,
    )
