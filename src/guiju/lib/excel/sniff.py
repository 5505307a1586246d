"""Says what a file that is no workbook looks like, so that its owner knows which one she picked."""

from __future__ import annotations

import io
import re
from typing import BinaryIO

from guiju.lib.i18n import _

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_HTML = re.compile(rb"<(?:!doctype html|html|head|body|table|meta)\b", re.IGNORECASE)


def looks_like(head: bytes, file: BinaryIO) -> str:
    """The kind of a file by its first bytes."""
    if head.startswith(OLE):
        file.seek(0)
        return _("an old Word document (.doc)") if _WORD in file.read(8 << 20) else _("an old Excel file (.xls)")
    if head.startswith(b"%PDF"):
        return _("a PDF")
    if head.startswith(_IMAGES):
        return _("a picture")
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return _("a compressed archive")
    if head.startswith(b"{\\rtf"):
        return _("a rich text file")
    if _HTML.search(head):
        return _("a web page")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return _("an XML file")
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = io.TextIOWrapper(io.BytesIO(head), encoding, errors="strict").read()
        except UnicodeError:
            text = _without_last(head, encoding)
        if text and sum(char.isprintable() or char in "\r\n\t" for char in text) > 0.95 * len(text):
            first = text.splitlines()[0]
            return _("a text table (.csv)") if any(mark in first for mark in ",;\t，") else _("a text file")
    return _("an unknown kind of file")


def _without_last(head: bytes, encoding: str) -> str:
    """The head may end inside a character."""
    for cut in range(1, 4):
        try:
            return head[:-cut].decode(encoding)
        except UnicodeError:
            continue
    return ""
