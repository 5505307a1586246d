"""Who has confirmed, and who has not, as a workbook; and the figures by unit and department."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from guiju.governance.enums import ReceiptState
from guiju.governance.models import Reading, Receipt
from guiju.governance.reading.terms import PAPER
from guiju.lib import clock
from guiju.lib.excel import writer
from guiju.lib.excel.writer import Column
from guiju.org.models import Unit

#: Up to so many people the results name each; beyond, the figures by unit and department say it.
NAMED = 5_000


def names(row: Reading, receipts: QuerySet[Receipt], to: IO[bytes]) -> int:
    """One line for each person."""
    columns = [
        Column(_("Unit"), 28), Column(_("Department"), 20), Column(_("Full name"), 12), Column(_("Staff number"), 14),
        Column(_("Post"), 20), Column(_("Account"), 10), Column(_("State"), 14), Column(_("Way"), 10),
        Column(_("Confirmed on"), 20), Column(_("Signature"), 16),
    ]  # fmt: skip
    return writer.write(to, title=row.title, columns=columns, rows=_lines(receipts))


def _lines(receipts: QuerySet[Receipt]) -> Iterator[list[object]]:
    for one in receipts.iterator(chunk_size=2_000):
        person = one.person
        yield [
            one.unit.name,
            one.department.name if one.department else "",
            person.name,
            person.number,
            person.post,
            "" if person.user_id is not None else _("No account"),
            ReceiptState(one.state).label,
            way(one.way),
            clock.day_of(one.confirmed_at).isoformat() if one.confirmed_at else "",
            "",
        ]


def way(code: str) -> str:
    """How somebody confirmed."""
    return (_("On paper") if code == PAPER else _("Online")) if code else ""


def results(row: Reading, to: IO[bytes]) -> int:
    """What came of a reading: each person where they are not too many, otherwise figures by unit and department."""
    receipts = Receipt.objects.filter(reading=row).exclude(state=ReceiptState.RELEASED)
    if receipts.count() <= NAMED:
        related = receipts.select_related("person", "unit", "department")
        return names(row, related.order_by("unit__path", "department__path", "person__sort_key"), to)
    columns = [
        Column(_("Unit"), 32), Column(_("Department"), 24), Column(_("Asked"), 10, "int"),
        Column(_("Confirmed"), 10, "int"), Column(_("On paper"), 10, "int"), Column(_("Not yet confirmed"), 10, "int"),
    ]  # fmt: skip
    return writer.write(to, title=row.title, columns=columns, rows=_figures(receipts))


def _figures(receipts: QuerySet[Receipt]) -> Iterator[list[object]]:
    done = Q(state=ReceiptState.CONFIRMED)
    counted = receipts.order_by("unit__path", "department__path").values("unit_id", "department_id")
    rows = list(
        counted.annotate(
            asked=Count("pk"), done=Count("pk", filter=done), paper=Count("pk", filter=done & Q(way=PAPER))
        )
    )
    units = Unit.objects.in_bulk({one[key] for one in rows for key in ("unit_id", "department_id") if one[key]})
    for one in rows:
        department = units[one["department_id"]].name if one["department_id"] else ""
        yield [
            units[one["unit_id"]].name,
            department,
            one["asked"],
            one["done"],
            one["paper"],
            one["asked"] - one["done"],
        ]
