"""The list of results of a stocktake as a workbook: one line for each rule, and what is to become of it."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from guiju.governance.enums import Advice
from guiju.governance.intake import reasons
from guiju.governance.intake.lines import Line
from guiju.registers import spec as specs

_WIDTHS = (6, 46, 24, 12, 16, 18, 10, 70, 40)


def workbook(found: Sequence[Line]) -> bytes:
    """Every file of the stock, those left out too."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_("Results"))
        head = book.add_format({"bold": True, "bg_color": "#E7E6E6", "border": 1})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        for at, width in enumerate(_WIDTHS):
            sheet.set_column(at, at, width)
        for at, label in enumerate(_head()):
            sheet.write_string(0, at, label, head)
        for row, line in enumerate(found, 1):
            sheet.write_number(row, 0, line.item.ordinal, cell)
            for at, text in enumerate(_cells(line), 1):
                sheet.write_string(row, at, text, cell)
        sheet.freeze_panes(1, 2)
    return target.getvalue()


def _head() -> tuple[str, ...]:
    spec = specs.get("policies").by_code
    labels = (spec[code].label() for code in ("name", "number", "issued_on", "level", "business"))
    return (_("Serial number"), *labels, _("Advice"), _("Reasons"), _("File"))


def _cells(line: Line) -> list[str]:
    spec = specs.get("policies").by_code

    def label(code: str) -> str:
        option = spec[code].option(str(line.value(code) or ""))
        return option.label() if option is not None else ""

    told = "" if line.is_in else _("Left out")
    return [
        line.name,
        str(line.value("number") or ""),
        str(line.value("issued_on") or ""),
        label("level"),
        label("business"),
        told or str(Advice(line.advice).label),
        " ".join(filter(None, (reasons.sentence(one) for one in line.item.why if one.get("code") in reasons.GROUNDS))),
        f"{line.item.folder}/{line.item.name}".strip("/"),
    ]
