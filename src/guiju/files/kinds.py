"""What a file is: its extension, the first bytes it must have, and the media type it is served as."""

from __future__ import annotations

from dataclasses import dataclass

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
PDF = "application/pdf"
TEXT: tuple[bytes, ...] = ()  # any bytes that read as text


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `inline` may be shown in the browser; everything else is only handed out."""

    media_type: str
    magic: tuple[bytes, ...]
    at: int = 0
    inline: bool = False
    part: str = ""
    """A member that a zip of this kind must hold."""


_OOXML = "application/vnd.openxmlformats-officedocument"
_ISO = (b"ftyp",)

KINDS: dict[str, Kind] = {
    "pdf": Kind(PDF, (b"%PDF-",), inline=True),
    "ofd": Kind("application/ofd", ZIP, part="ofd.xml"),
    "docx": Kind(f"{_OOXML}.wordprocessingml.document", ZIP, part="word/document.xml"),
    "xlsx": Kind(f"{_OOXML}.spreadsheetml.sheet", ZIP, part="xl/workbook.xml"),
    "pptx": Kind(f"{_OOXML}.presentationml.presentation", ZIP, part="ppt/presentation.xml"),
    "odt": Kind("application/vnd.oasis.opendocument.text", ZIP, part="content.xml"),
    "ods": Kind("application/vnd.oasis.opendocument.spreadsheet", ZIP, part="content.xml"),
    "doc": Kind("application/msword", OLE),
    "xls": Kind("application/vnd.ms-excel", OLE),
    "ppt": Kind("application/vnd.ms-powerpoint", OLE),
    "wps": Kind("application/vnd.ms-works", OLE),
    "et": Kind("application/vnd.ms-excel", OLE),
    "dps": Kind("application/vnd.ms-powerpoint", OLE),
    "msg": Kind("application/vnd.ms-outlook", OLE),
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",), inline=True),
    "jpg": Kind("image/jpeg", (b"\xff\xd8\xff",), inline=True),
    "jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",), inline=True),
    "gif": Kind("image/gif", (b"GIF87a", b"GIF89a"), inline=True),
    "bmp": Kind("image/bmp", (b"BM",), inline=True),
    "webp": Kind("image/webp", (b"WEBP",), at=8, inline=True),
    "tif": Kind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "tiff": Kind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "heic": Kind("image/heic", _ISO, at=4),
    "mp4": Kind("video/mp4", _ISO, at=4),
    "mov": Kind("video/quicktime", (b"ftyp", b"moov", b"wide", b"mdat"), at=4),
    "m4a": Kind("audio/mp4", _ISO, at=4),
    "mp3": Kind("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "wav": Kind("audio/wav", (b"WAVE",), at=8),
    "amr": Kind("audio/amr", (b"#!AMR",)),
    "zip": Kind("application/zip", ZIP),
    "rar": Kind("application/vnd.rar", (b"Rar!\x1a\x07",)),
    "7z": Kind("application/x-7z-compressed", (b"7z\xbc\xaf\x27\x1c",)),
    "rtf": Kind("application/rtf", (b"{\\rtf",)),
    "txt": Kind("text/plain", TEXT),
    "md": Kind("text/plain", TEXT),
    "csv": Kind("text/csv", TEXT),
    "json": Kind("application/json", TEXT),
    "xml": Kind("application/xml", TEXT),
    "html": Kind("text/html", TEXT),
    "htm": Kind("text/html", TEXT),
    "svg": Kind("image/svg+xml", TEXT),
    "eml": Kind("message/rfc822", TEXT),
    "tlog-proof": Kind("text/plain", TEXT),
}

#: First bytes of what starts a program on some computer, whatever the file is called.
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)

#: Endings that a computer runs, also when the inside is plain text.
PROGRAM_EXTENSIONS = frozenset(
    "apk app bat cmd com cpl dll elf exe gadget hta jar js jse lnk msi msp pif ps1 py reg scr sh vb vbe vbs wsf".split()
)

#: Media types that a browser may show by itself; the sandbox applies to them too.
INLINE = frozenset(kind.media_type for kind in KINDS.values() if kind.inline)

#: Documents with macros have extensions of their own.
MACRO_EXTENSIONS = frozenset("docm dotm xlsm xltm xlsb xlam pptm potm ppsm ppam".split())


def extension(name: str) -> str:
    """The last extension of a file name, in lower case."""
    stem, dot, last = name.rpartition(".")
    return last.strip().lower() if dot and stem else ""
