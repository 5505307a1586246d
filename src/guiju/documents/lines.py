"""The lines of a paper as paragraphs: title, facts, attachments, signatures, each placed as the standard says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guiju.documents import look
from guiju.documents.elements import paragraph, runs, w
from guiju.documents.paper import Line, Paper
from guiju.documents.titles import title_lines
from guiju.documents.words import width

_STYLES = {
    "to": "Normal",
    "para": "PaperText",
    "missing": "PaperText",
    "note": "PaperText",
    "doc_number": "PaperNumber",
    "annex": "PaperAnnex",
}


def element(line: Line, paper: Paper, *, first: bool, signs: Sequence[str]) -> Any:
    """The paragraph; `first` of its kind in a row keeps more room above, `signs` are all lines of the signature."""
    match line.role:
        case "title":
            return _title(line.text, paper)
        case "annex_title":
            return paragraph("Title", *runs("\n".join(title_lines(line.text))))
        case "heading":
            return paragraph(f"Heading{line.level}", *runs(line.lead + line.text))
        case "fact":
            return _hanging(line, lead_style="Lead")
        case "attachment":
            return _attachment(line, paper, first=first)
        case "signature":
            return _to_sign(line, first=first)
        case "sign":
            return _sign(line, signs, first=first)
        case _:
            return paragraph(_STYLES[line.role], *runs(line.text))


def _title(text: str, paper: Paper) -> Any:
    spacing = w("spacing", after=0) if paper.doc_number != "" else None
    return paragraph("Title", *runs("\n".join(title_lines(text, paper.unit))), spacing=spacing)


def _hanging(line: Line, *, lead_style: str = "", indent: float = 2, spacing: Any = None) -> Any:
    """What goes on below begins under the first character after the lead."""
    lead = width(line.lead)
    hang = round(min(lead, 10) * look.CHARACTER)
    left = round(indent * look.CHARACTER) + hang
    content = [*runs(line.lead, lead_style), *runs(line.text)]
    return paragraph("PaperFact", *content, spacing=spacing, ind=w("ind", left=left, hanging=hang))


def _attachment(line: Line, paper: Paper, *, first: bool) -> Any:
    """附件：1.名称, the numbers under each other."""
    spacing = w("spacing", before=look.PITCH) if first else None
    head = width("附件：") if len(paper.attachments) > 1 and not first else 0
    return _hanging(line, indent=2 + head, spacing=spacing)


def _to_sign(line: Line, *, first: bool) -> Any:
    """A role, room for the pen (or the recorded name), and the day at the right."""
    end = round(look.CHARACTER * look.CHARACTERS)
    middle = round(look.CHARACTER * 17)
    tabs = w("tabs", w("tab", val="left", leader="underscore", pos=middle), w("tab", val="right", pos=end))
    content = runs(line.lead)
    if line.blank:
        content += [w("r", w("tab")), w("r", w("tab")), *runs("　　年　　月　　日")]
    else:
        tabs = w("tabs", w("tab", val="right", pos=end))
        name, _sep, on = line.text.partition("　　")
        content += [*runs(name), w("r", w("tab")), *runs(on)] if on else runs(name)
    spacing = w("spacing", before=look.PITCH) if first else None
    return paragraph("PaperFact", *content, tabs=tabs, spacing=spacing, ind=w("ind", left=round(2 * look.CHARACTER)))


def _sign(line: Line, signs: Sequence[str], *, first: bool) -> Any:
    """The lines of the signature stand on one axis, the longest four characters from the margin; a name that fills the
    line ends at the margin, and the day keeps its four."""
    longest, own = max(width(text) for text in signs), width(line.text)
    if longest > look.CHARACTERS - 4:
        indent = 0.0 if own > look.CHARACTERS - 8 else 4.0
    else:
        indent = 4 + (longest - own) / 2
    spacing = w("spacing", before=look.PITCH * 2) if first else None
    return paragraph("PaperSign", *runs(line.text), spacing=spacing, ind=w("ind", right=round(indent * look.CHARACTER)))
