"""Zero unmarked sentences: what became of every word of the five documents."""

from __future__ import annotations

from functools import cache

import pytest
from django.conf import settings

from guiju.packs import aligning, folder, layout
from guiju.packs.folder import PackFolder

URNS = [
    "cn:sh:auction-2023",
    "cn:cq-sasac:2023-7",
    "cn:bt-sasac:2023-120",
    "cn:casmes:effectiveness-draft",
    "cn:samr:platform-draft",
]
every_document = pytest.mark.parametrize("urn", URNS)


@cache
def _folders() -> dict[str, PackFolder]:
    return {found.urn: found for found in map(folder.read, folder.find(settings.PACK_DIRS[0]))}


@every_document
def test_every_word_became_a_requirement_a_cell_a_date_a_definition_or_no_duty(urn: str) -> None:
    found = _folders()[urn]
    assert found.source is not None
    assert found.alignment.unplaced == []
    left = aligning.uncovered(found.source, found.alignment.spans)
    assert [(aligning.line_of(found.source, one.start), one.words) for one in left] == []


@every_document
def test_words_that_ask_nothing_say_why(urn: str) -> None:
    marks = [mark.value for mark in _folders()[urn].marks]
    assert marks
    assert [mark.official for mark in marks if mark.kind == "no_duty" and mark.why is None] == []


@every_document
def test_marks_and_cells_stand_in_the_order_of_the_document(urn: str) -> None:
    """Words found out of order were most likely found in the wrong place."""
    spans = _folders()[urn].alignment.spans
    for name in {str(span.reference).split("/", 1)[0] for span in spans if span.kind == aligning.FORM}:
        order = [cell.id for form in _folders()[urn].forms if form.value.code == name for cell in form.value.cells]
        found = [str(span.reference).split("/", 1)[1] for span in spans if str(span.reference).startswith(f"{name}/")]
        assert sorted(found, key=order.index) == found


@every_document
def test_the_page_shows_every_word_of_the_text(urn: str) -> None:
    text = _folders()[urn].source or ""
    shown = "".join(text[start:end] for block in layout.blocks(text) for row in block.rows for start, end in row)
    assert "".join(shown.split()) == "".join(text.split())
