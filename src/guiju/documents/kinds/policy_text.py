"""The text of a policy as paper: title, document number, chapters, articles."""

from __future__ import annotations

from io import BytesIO

from guiju.documents.paper import Heading, Paper, Para
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import structure
from guiju.lib import text as letters


def paper(row: PolicyVersion) -> Paper:
    """One version as it is issued (`unit` is read)."""
    made = Paper(title=row.title, doc_number=row.document_number, unit=row.unit.name)
    made.sign = [row.unit.name, row.issued_on] if row.issued_on is not None else []
    pieces = structure.parse(row.text)
    # The title stands above already.
    skip = 1 if pieces and letters.normalise(pieces[0].text) == letters.normalise(row.title) else 0
    for piece in pieces[skip:]:
        made.add(Heading(1, piece.text, numbered=False) if piece.is_heading else Para(piece.text))
    return made


def word(row: PolicyVersion) -> bytes:
    """The same as a Word file."""
    from guiju.documents import docx

    out = BytesIO()
    docx.write(paper(row), out)
    return out.getvalue()
