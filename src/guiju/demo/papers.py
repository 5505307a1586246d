"""Small papers for rows that have one: a text, a Word document or a sheet made of the row's own words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from guiju.access.actor import Actor
from guiju.files import store
from guiju.registers.spec import RegisterSpec

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def store_all(spec: RegisterSpec, values: Mapping[str, Any], endings: str, *, by: Actor) -> list[dict[str, object]]:
    """Store one paper for each ending (`docx,xlsx`) and return what a field of files holds."""
    found: list[dict[str, object]] = []
    for ending in endings.split(","):
        name = f"{_FORBIDDEN.sub('', title(spec, values))[:60]}.{ending.strip()}"
        row = store.save(make(spec, values, ending.strip()), name=name, by=by)
        found.append({"digest": row.digest, "name": name, "size": row.size, "media_type": row.media_type})
    return found


def make(spec: RegisterSpec, values: Mapping[str, Any], ending: str) -> bytes:
    """The paper of a row."""
    heading, pairs = title(spec, values), list(_pairs(spec, values))
    if ending == "docx":
        return document(heading, [f"{label}：{value}" for label, value in pairs])
    if ending == "xlsx":
        return _xlsx(heading, pairs)
    return "\r\n".join([heading, "", *(f"{label}：{value}" for label, value in pairs)]).encode("utf-8-sig")


def title(spec: RegisterSpec, values: Mapping[str, Any]) -> str:
    """What the paper is called."""
    item = spec.by_slot.get("title")
    return str(values.get(item.code, "")) if item else spec.title_zh


def _pairs(spec: RegisterSpec, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in spec.fields:
        value = values.get(item.code)
        if value in (None, "") or item.type in {"files", "entry"}:
            continue
        option = item.option(value) if item.type == "choice" else None
        yield item.zh, option.zh if option else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return format(value, ",") if isinstance(value, int | Decimal) else str(value)


def document(heading: str, paragraphs: list[str]) -> bytes:
    """A Word file of a heading and paragraphs, the same bytes each time."""

    def paragraph(text: str, *, bold: bool = False) -> str:
        mark = '<w:rPr><w:b/><w:sz w:val="36"/></w:rPr>' if bold else '<w:rPr><w:sz w:val="28"/></w:rPr>'
        return f'<w:p><w:r>{mark}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'

    body = paragraph(heading, bold=True) + "".join(paragraph(text) for text in paragraphs)
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{_WORD}"><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body>'
        "</w:document>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELS), ("word/document.xml", document)):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _xlsx(heading: str, pairs: list[tuple[str, str]]) -> bytes:
    import xlsxwriter  # a large package, needed only here

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("记录")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 70)
    sheet.write_string(0, 0, heading, book.add_format({"bold": True}))
    for place, (label, value) in enumerate(pairs, 2):
        sheet.write_string(place, 0, label)
        sheet.write_string(place, 1, value)
    book.close()
    return file.getvalue()
