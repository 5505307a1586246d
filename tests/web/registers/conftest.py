"""What the stories about registers begin with."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guiju.org.models import Unit
from guiju.registers import actions
from guiju.registers.models import Entry
from tests.conftest import Cast

Enter = Callable[..., Entry]
HEADINGS = ("编号", "合规义务", "内外部", "来源文件及条款", "识别日期")


def obligation(number: str = "YW-001", **given: object) -> dict[str, object]:
    return {
        "number": number,
        "duty": f"依法招标 {number}",
        "scope": "external",
        "source": "《招标投标法》第三条",
        "identified_on": "2025-03-01",
        **given,
    }


@pytest.fixture
def enter(cast: Cast) -> Enter:
    """Put an obligation into a register, in the group unless another unit is named."""

    def one(number: str = "YW-001", *, unit: Unit | None = None, **given: Any) -> Entry:
        place = unit or cast.group
        return actions.create(register="obligations", unit=place, values=obligation(number, **given), by=cast.house)

    return one


def workbook(
    *rows: tuple[object, ...], headings: tuple[str, ...] = HEADINGS, name: str = "义务.xlsx"
) -> SimpleUploadedFile:
    """An Excel file as a browser sends it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headings, *rows):
        sheet.append(list(row))
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue())
