"""PDF files, by PDFium."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from guiju.lib.extract import paragraphs
from guiju.lib.extract.found import BrokenError, Found, Limits, LockedError, whole

_LOOKED_AT = 5  # pages searched for pictures when there are hardly any words


def read(path: Path, limits: Limits) -> Found:
    """All words, page by page; a document longer than the limits is read as far as they go."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(os.fspath(path))
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise LockedError from error
        raise BrokenError(str(error)) from error
    try:
        count = len(document)
        pages: list[str] = []
        left = limits.characters
        for number in range(min(count, limits.pages)):
            pages.append(_words(document, number))
            left -= len(pages[-1])
            if left < 0:
                break
        cut = len(pages) < count
        lines = paragraphs.of_pages(pages)
        few = sum(len(page.strip()) for page in pages) < 10 * max(len(pages), 1)
        return whole(lines, page_count=count, has_pictures=few and _has_pictures(document, raw), limits=limits, cut=cut)
    finally:
        document.close()


def _words(document: Any, number: int) -> str:
    """The words of one page; a damaged page has none and does not spoil the others."""
    import pypdfium2

    try:
        page = document[number]
        try:
            text = page.get_textpage()
            try:
                return str(text.get_text_bounded()).replace("\ufffe", "").replace("\x02", "")
            finally:
                text.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return ""


def _has_pictures(document: Any, raw: Any) -> bool:
    for number in range(min(len(document), _LOOKED_AT)):
        page = document[number]
        try:
            if any(True for _object in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3)):
                return True
        finally:
            page.close()
    return False
