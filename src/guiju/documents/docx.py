"""Writes a paper as a Word file in the layout of official documents; the same paper gives the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from guiju.documents import lines, look, tables
from guiju.documents.elements import paragraph, runs, w, words
from guiju.documents.paper import Grid, Line, Paper, Piece
from guiju.documents.words import plain

if TYPE_CHECKING:
    from docx.document import Document

#: Wider tables get pages across.
UPRIGHT_COLUMNS = 8
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(paper: Paper, to: Path | IO[bytes]) -> None:
    """Write the file; nothing in it tells who made it, when, or on which machine."""
    document = _empty(paper)
    _Body(document, lies=paper.lies).fill(paper, paper.pieces())
    content = _steady(document)
    if isinstance(to, Path):
        to.write_bytes(content)
    else:
        to.write(content)


class _Body:
    """The text under way: knows whether the page lies or stands."""

    def __init__(self, document: Document, *, lies: bool = False) -> None:
        self.root: Any = document.element.body
        self.last_section: Any = self.root.sectPr
        self.lies = self.always = lies

    def put(self, element: Any) -> None:
        self.last_section.addprevious(element)

    def fill(self, paper: Paper, pieces: Sequence[Piece]) -> None:
        signs = [piece.text for piece in pieces if isinstance(piece, Line) and piece.role == "sign"]
        role = ""
        for piece in pieces:
            if isinstance(piece, Grid):
                self.table(piece)
                role = ""
            else:
                self.turn(lies=False)
                self.put(lines.element(piece, paper, first=piece.role != role, signs=signs))
                role = piece.role
        _lay(self.last_section, look.LANDSCAPE if self.lies else look.PORTRAIT)

    def table(self, grid: Grid) -> None:
        page = look.LANDSCAPE if self.always or len(grid.columns) > UPRIGHT_COLUMNS else look.PORTRAIT
        self.turn(lies=page is look.LANDSCAPE)
        self.put(paragraph("Caption", *runs(grid.caption)) if grid.caption else tables.gap())
        self.put(tables.table(grid, page.measure))
        self.put(tables.gap())

    def turn(self, *, lies: bool) -> None:
        """End the section where the page has to be turned; before any text there is nothing to end."""
        lies = lies or self.always
        if lies == self.lies:
            return
        previous = self.last_section.getprevious()
        if previous is not None:
            self.end_section(previous)
        self.lies = lies

    def end_section(self, last: Any) -> None:
        section = deepcopy(self.last_section)
        _lay(section, look.LANDSCAPE if self.lies else look.PORTRAIT)
        last.get_or_add_pPr().append(section)


def _empty(paper: Paper) -> Document:
    """A document with our styles and page, and nothing of the library's template."""
    import docx
    from docx.oxml.parser import parse_xml

    document = docx.Document()
    _replace(document.styles.element, parse_xml(look.styles()))
    _replace(document.settings.element, parse_xml(look.settings()))
    _drop(document)
    core = document.core_properties
    for child in list(core._element):
        core._element.remove(child)
    core.title, core.author, core.language = plain(paper.title)[:255], plain(paper.unit)[:255], "zh-CN"
    body = document.element.body
    for child in list(body):
        if child is not body.sectPr:
            body.remove(child)
    footer = document.sections[0].footer
    footer.is_linked_to_previous = False
    for child in list(footer._element):
        footer._element.remove(child)
    footer._element.append(_page_number())
    return document


def _replace(old: Any, new: Any) -> None:
    for child in list(old):
        old.remove(child)
    for child in list(new):
        old.append(child)


def _drop(document: Document) -> None:
    """Away with the template's theme, thumbnail and programme name; fonts get their substitutes."""
    unwanted = (
        "theme",
        "thumbnail",
        "extended-properties",
        "customXml",
        "stylesWithEffects",
        "webSettings",
        "numbering",
    )
    for rels in (document.part.rels, document.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.rsplit("/", 1)[-1] in unwanted]:
            del rels[key]
    for rel in document.part.rels.values():
        if rel.reltype.endswith("/fontTable"):
            rel.target_part._blob = look.font_table()


def _page_number() -> Any:
    """— 1 —"""
    field = [w("r", w("fldChar", fldCharType=kind)) for kind in ("begin", "separate", "end")]
    instruction = w("instrText")
    instruction.text = "PAGE"
    return paragraph(
        "Footer", *runs("— "), field[0], w("r", instruction), field[1], w("r", words("1")), field[2], *runs(" —")
    )


def _lay(section: Any, page: look.Page) -> None:
    """Set a section's sheet, margins and grid; its footer stays."""
    from docx.oxml.ns import qn

    section.attrib.clear()  # revision marks of the library's template
    for child in list(section):
        if child.tag != qn("w:footerReference"):
            section.remove(child)
    turned = {"orient": "landscape"} if page is look.LANDSCAPE else {}
    section.append(w("pgSz", w=page.width, h=page.height, **turned))
    margins = {"top": page.top, "right": page.right, "bottom": page.bottom, "left": page.left}
    footer = page.bottom - (look.PORTRAIT.bottom - look.FOOTER)
    section.append(w("pgMar", **margins, header=look.mm(15), footer=footer, gutter=0))
    section.append(w("docGrid", type="linesAndChars", linePitch=look.PITCH, charSpace=look.CHAR_SPACE))


def _steady(document: Document) -> bytes:
    """The package with its parts in one order and without the time of day."""
    draft, steady = BytesIO(), BytesIO()
    document.save(draft)
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as target:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            target.writestr(entry, source.read(name))
    return steady.getvalue()
