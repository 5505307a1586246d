"""Reading stocks of rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance.enums import Advice, FileState, IntakeState
from guiju.governance.intake import lines
from guiju.governance.intake.judging import Known
from guiju.governance.intake.lines import Line
from guiju.governance.models import Intake, IntakeFile
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.registers.models import Entry

IMPORT = P.REGISTER_ENTRY_IMPORT
REGISTER = "policies"


def of_unit(unit: Unit) -> QuerySet[Intake]:
    """The stocks of a unit, the latest first, with how many files each has."""
    waiting = Count("items", filter=Q(items__state=FileState.WAITING))
    counted = Intake.objects.filter(unit=unit).annotate(file_count=Count("items"), waiting_count=waiting)
    return counted.order_by("-begun_at", "-pk")


def find(by: Actor, uid: UUID) -> Intake:
    """A stock that this person may work on, or 404: others' stocks are not told apart from none."""
    found = Intake.objects.select_related("unit").filter(uid=uid).first()
    if found is None or not check.can(by, IMPORT, found.unit):
        raise NotFound(_("There is no such stock of rules here."), fix=_("Open it from the list of stocks."))
    return found


def find_file(intake: Intake, ordinal: int) -> IntakeFile:
    """One file of a stock."""
    found = IntakeFile.objects.select_related("intake", "intake__unit").filter(intake=intake, ordinal=ordinal).first()
    if found is None:
        raise NotFound(_("There is no such file in this stock."), fix=_("Open it from the table of files."))
    return found


def library(unit: Unit) -> list[Known]:
    """The policies of the unit, in force or not."""
    rows = Entry.objects.filter(register=REGISTER, unit=unit).values_list("uid", "title", "number", "status")
    return [Known(*row) for row in rows.order_by("pk")]


def lines_of(intake: Intake) -> list[Line]:
    """All files of the stock in their order, with their open questions: three queries."""
    items = list(IntakeFile.objects.filter(intake=intake).order_by("ordinal"))
    for item in items:
        item.intake = intake
    return lines.of(items, library(intake.unit))


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a stock comes to, as the ledger of the campaign asks."""

    total: int
    basic: int
    specific: int
    guideline: int
    to_amend: int
    to_repeal: int
    left_out: int
    open: int
    by_business: dict[str, int]


def statistics(found: list[Line]) -> Statistics:
    """Counted from the lines as they stand."""
    inside = [line for line in found if line.is_in and line.is_usable]
    levels = Counter(str(line.value("level") or "") for line in inside)
    advice = Counter(line.advice for line in inside)
    business = Counter(str(line.value("business") or "") for line in inside)
    return Statistics(
        total=len(inside),
        basic=levels["basic"],
        specific=levels["specific"],
        guideline=levels["guideline"],
        to_amend=advice[Advice.AMEND],
        to_repeal=advice[Advice.REPEAL],
        left_out=sum(1 for line in found if not line.is_in),
        open=sum(1 for line in found if line.open),
        by_business=dict(business.most_common()),
    )


def progress(intake: Intake) -> tuple[int, int]:
    """(files read, files in all)."""
    counted: dict[str, Any] = IntakeFile.objects.filter(intake=intake).aggregate(
        total=Count("pk"), waiting=Count("pk", filter=Q(state=FileState.WAITING))
    )
    return counted["total"] - counted["waiting"], counted["total"]


def is_open(intake: Intake) -> bool:
    """Can it still be worked on?"""
    return intake.state in {IntakeState.READING, IntakeState.READY}
