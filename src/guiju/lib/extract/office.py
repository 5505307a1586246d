"""Other zipped documents: slides (.pptx), OpenDocument texts (.odt), official layout documents (.ofd)."""

from __future__ import annotations

import re
import zipfile

from guiju.lib.extract import parts
from guiju.lib.extract.found import Found, Limits, whole

_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_OFD_PAGE = re.compile(r".*/pages/page_(\d+)/content\.xml", re.IGNORECASE)
PAGE = "\f"


class _Lines:
    """Collects the words inside some elements; the end of others ends a line."""

    def __init__(self, *, words: tuple[str, ...], lines: tuple[str, ...]) -> None:
        self.lines: list[str] = []
        self._words, self._ends = words, lines
        self._depth = 0
        self._text: list[str] = []

    def start(self, name: str, _has: dict[str, str]) -> None:
        self._depth += name in self._words
        if name in ("tab", "s"):
            self._text.append(" ")

    def data(self, text: str) -> None:
        if self._depth:
            self._text.append(text)

    def end(self, name: str) -> None:
        self._depth -= name in self._words
        if name in self._ends:
            if line := "".join(self._text).strip():
                self.lines.append(line)
            self._text = []


def slides(archive: zipfile.ZipFile, limits: Limits) -> Found:
    """The words of a presentation, slide by slide."""
    return _pages(archive, _SLIDE, words=("t",), lines=("p",), limits=limits, media="ppt/media/")


def ofd(archive: zipfile.ZipFile, limits: Limits) -> Found:
    """The words of an OFD document, page by page; a text object is a line."""
    return _pages(archive, _OFD_PAGE, words=("TextCode",), lines=("TextObject",), limits=limits, media="")


def opendocument(archive: zipfile.ZipFile, limits: Limits) -> Found:
    """The words of an OpenDocument text."""
    lines = _Lines(words=("p", "h"), lines=("p", "h"))
    parts.walk(archive, "content.xml", start=lines.start, end=lines.end, data=lines.data, limit=limits.part_bytes)
    pictures = any(name.startswith("Pictures/") for name in archive.namelist())
    return whole(lines.lines, page_count=None, has_pictures=pictures, limits=limits)


def _pages(
    archive: zipfile.ZipFile, form: re.Pattern[str], *, words: tuple[str, ...], lines: tuple[str, ...],
    limits: Limits, media: str,
) -> Found:  # fmt: skip
    names = archive.namelist()
    found = sorted((int(match[1]), name) for name in names if (match := form.fullmatch(name)))
    read: list[str] = []
    for _number, name in found[: limits.pages]:
        page = _Lines(words=words, lines=lines)
        parts.walk(archive, name, start=page.start, end=page.end, data=page.data, limit=limits.part_bytes)
        read += page.lines
        if read:
            read[-1] += PAGE
    pictures = any(name.startswith(media) for name in names) if media else _has_pictures(names)
    return whole(
        read, page_count=len(found) or None, has_pictures=pictures, limits=limits, cut=len(found) > limits.pages
    )


def _has_pictures(names: list[str]) -> bool:
    return any(name.lower().endswith((".png", ".jpg", ".jpeg", ".bmp", ".tif", ".jb2")) for name in names)
