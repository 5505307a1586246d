"""Documents of the demonstration as files: Word (.docx), Word 97 (.doc) and PDF, always the same bytes for the same words."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_STAMP = (2023, 1, 3, 9, 0, 0)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx(lines: Sequence[str]) -> bytes:
    """A Word file; the first line stands in the middle."""
    body = "".join(_paragraph(line, centred=not at) for at, line in enumerate(lines))
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    document = f"{_XML}<w:document {_W}><w:body>{body}{page}</w:body></w:document>"
    return zipped({"[Content_Types].xml": _TYPES, "_rels/.rels": _RELS, "word/document.xml": document})


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """An archive with these members, without the moment at which it was made."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _paragraph(line: str, *, centred: bool) -> str:
    place = '<w:pPr><w:jc w:val="center"/></w:pPr>' if centred else ""
    return f'<w:p>{place}<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'


# --- PDF -------------------------------------------------------------------------------------------------------------

_PER_LINE, _PER_PAGE = 28, 40
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
    (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        b"/Supplement 4>>/DW 1000/FontDescriptor 5 0 R>>"
    ),
    (
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
        b"/Descent -120/CapHeight 880/StemV 93>>"
    ),
)


def pdf(lines: Sequence[str]) -> bytes:
    """A PDF in a font that every viewer brings, with page numbers."""
    printed = [piece for line in lines for piece in _wrapped(line)]
    pages = [printed[at : at + _PER_PAGE] for at in range(0, len(printed), _PER_PAGE)] or [[]]
    return pdf_of([_content(page, number) for number, page in enumerate(pages, 1)])


def pdf_of(contents: Sequence[bytes]) -> bytes:
    """A PDF with these content streams as pages."""
    first = 6
    kids = b" ".join(b"%d 0 R" % (first + 2 * at) for at in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        *_FONT,
    ]
    for at, content in enumerate(contents):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % (first + 2 * at + 1)
        )
        objects.append(b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content))
    return joined(objects)


def joined(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """Objects numbered from 1 as a PDF file; the first is the catalogue."""
    target, places = io.BytesIO(), []
    target.write(b"%PDF-1.5\n")
    for number, item in enumerate(objects, 1):
        places.append(target.tell())
        target.write(b"%d 0 obj\n%s\nendobj\n" % (number, item))
    start = target.tell()
    target.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    target.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    target.write(b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start))
    return target.getvalue()


def scan(pages: int = 2) -> bytes:
    """A PDF of pictures without words."""
    picture = b"<</Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8/Length 4>>"
    content = b"q 400 0 0 600 90 100 cm /I Do Q"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % (5 + at) for at in range(pages)), pages),
        picture + b"\nstream\n\x00\x80\x80\xff\nendstream",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
    ]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 3 0 R>>>>/Contents 4 0 R>>"
    return joined([*objects, *[page] * pages])


def locked_pdf() -> bytes:
    """A PDF that opens with a password only."""
    secret = b"<</Filter/Standard/V 1/R 2/P -44/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        secret,
    ]
    return joined(objects, trailer=b"/Encrypt 4 0 R/ID[<00><00>]")


def _wrapped(line: str) -> list[str]:
    return [line[at : at + _PER_LINE] for at in range(0, len(line), _PER_LINE)] or [""]


def _content(lines: Sequence[str], number: int) -> bytes:
    out = [b"BT /F 16 Tf 72 780 Td 18 TL"]
    out += [b"<%s> Tj T*" % line.encode("utf-16-be", "replace").hex().encode() for line in lines]
    out.append(b"ET BT /F 10 Tf 280 40 Td <%s> Tj ET" % f"— {number} —".encode("utf-16-be").hex().encode())
    return b"\n".join(out)


# --- Word 97 ---------------------------------------------------------------------------------------------------------

_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_TEXT_AT = 0x600
_SMALLEST = 4_096  # shorter streams would have to live in another stream


def doc(lines: Sequence[str], *, encrypted: bool = False) -> bytes:
    """A Word 97 file whose text lies in one piece."""
    text = "".join(f"{line}\r" for line in lines)
    raw = text.encode("utf-16-le", "replace")
    letters = len(raw) // 2
    table = b"\x02" + struct.pack("<I", 16) + struct.pack("<II", 0, letters) + struct.pack("<HIH", 0, _TEXT_AT, 0)
    fib = bytearray(_TEXT_AT)
    struct.pack_into("<HHHHHH", fib, 0, 0xA5EC, 0x00C1, 0, 0x0804, 0, 0x1200 | (0x0100 if encrypted else 0))
    struct.pack_into("<H", fib, 0x0C, 0x00BF)
    struct.pack_into("<II", fib, 0x18, _TEXT_AT, _TEXT_AT + len(raw))
    struct.pack_into("<H", fib, 0x20, 14)
    struct.pack_into("<H", fib, 0x3E, 22)
    struct.pack_into("<I", fib, 0x40, _TEXT_AT + len(raw))
    struct.pack_into("<I", fib, 0x4C, letters)
    struct.pack_into("<H", fib, 0x98, 0x5D)
    struct.pack_into("<II", fib, 0x01A2, 0, len(table))
    return compound({"WordDocument": bytes(fib) + raw, "1Table": table})


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (the container of old Office files) with these streams."""
    ordered = sorted(streams.items(), key=lambda item: (len(item[0]), item[0].upper()))  # as its readers search it
    padded = {name: data.ljust(_SMALLEST, b"\0") for name, data in ordered}
    sectors = {name: -(-len(data) // _SECTOR) for name, data in padded.items()}
    directory = -(-(len(padded) + 1) // 4)
    data_count = sum(sectors.values())
    fat_count = 1
    while fat_count * (_SECTOR // 4) < fat_count + directory + data_count:
        fat_count += 1
    fat = [_FAT] * fat_count + _chain(fat_count, directory)
    entries, body = [_entry("Root Entry", kind=5, child=1)], b""
    for at, (name, data) in enumerate(padded.items(), 1):
        start = len(fat)
        fat += _chain(start, sectors[name])
        entries.append(_entry(name, kind=2, right=at + 1 if at < len(padded) else _FREE, start=start, size=len(data)))
        body += data.ljust(sectors[name] * _SECTOR, b"\0")
    fat += [_FREE] * (fat_count * (_SECTOR // 4) - len(fat))
    empty = _entry("", kind=0)
    table = b"".join(entries) + empty * (directory * 4 - len(entries))
    return _header(fat_count) + struct.pack(f"<{len(fat)}I", *fat) + table + body


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), _END]


def _header(fat_count: int) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, fat_count, fat_count, 0, _SMALLEST, _END, 0, _END, 0)
    places = [*range(fat_count), *[_FREE] * (109 - fat_count)]
    return head + struct.pack("<109I", *places)


def _entry(name: str, *, kind: int, child: int = _FREE, right: int = _FREE, start: int = _END, size: int = 0) -> bytes:
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2 if name else 0, kind, 1)
    entry += struct.pack("<III", _FREE, right, child) + bytes(36)
    return entry + struct.pack("<IQ", start if kind == 2 else (_END if kind else 0), size)
