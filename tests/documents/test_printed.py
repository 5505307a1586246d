"""On paper: LibreOffice prints the file, and the lines are counted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pypdfium2
import pytest

from guiju.documents import docx
from guiju.documents.paper import Paper, Para
from tests.documents.conftest import minutes
from tests.plugins.requirements import demand

pytestmark = [pytest.mark.requires("office"), pytest.mark.slow]


def pages(paper: Paper, folder: Path) -> list[list[str]]:
    """The lines of every page."""
    docx.write(paper, to=folder / "paper.docx")
    command = [demand("office"), "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", folder, folder / "paper.docx"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    document = pypdfium2.PdfDocument(folder / "paper.pdf")
    try:
        return [page.get_textpage().get_text_range().split("\r\n") for page in document]
    finally:
        document.close()


def test_a_page_holds_twenty_two_lines_of_twenty_eight_characters(tmp_path: Path) -> None:
    first, second, *_rest = pages(Paper("试排", blocks=[Para("规" * 28 * 60)]), tmp_path)
    *lines, number = [line.strip() for line in second if line.strip()]
    assert number == "— 2 —"
    assert [len(line) for line in lines] == [28] * 22
    body = [line.strip() for line in first if line.strip()][1:-1]
    assert [len(line) for line in body] == [26] + [28] * (len(body) - 1)


def test_the_minutes_print_whole(tmp_path: Path) -> None:
    text = "".join(line.replace(" ", "") for page in pages(minutes(), tmp_path) for line in page)
    for words in ("一、排查情况", "（一）重点领域", "〔待补充：记录人〕", "附件：1.未完成整改事项", "2026年12月30日"):
        assert words in text
