"""Where somebody stands among stocks of rules: the unit, the stock, the addresses, a file as a line of the table."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission
from guiju.governance.enums import Advice, IntakeState
from guiju.governance.intake import faults, lines, queries, reasons, taking
from guiju.governance.intake.lines import Line
from guiju.governance.models import Intake, IntakeFile
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.registers import spec as specs
from guiju.trail.models import Log
from guiju.web import links, place

IMPORT = queries.IMPORT
STATES = {
    IntakeState.READING.value: "partly",
    IntakeState.READY.value: "person",
    IntakeState.TAKING.value: "partly",
    IntakeState.CONFIRMED.value: "met",
    IntakeState.DROPPED.value: "na",
}
ADVICE = {Advice.KEEP.value: "met", Advice.AMEND.value: "partly", Advice.REPEAL.value: "unmet"}


def unit_of(request: HttpRequest, code: str) -> Unit:
    """The unit of an address, for whoever may bring in rules there."""
    return place.open_unit(request, code, IMPORT)


def intake_of(request: HttpRequest, code: str, uid: UUID) -> Intake:
    """The stock of an address, or 404."""
    unit = unit_of(request, code)
    found = queries.find(place.by(request), uid)
    if found.unit_id != unit.pk:
        raise NotFound(_("There is no such stock of rules here."), fix=_("Open it from the list of stocks."))
    return found


def file_of(request: HttpRequest, code: str, uid: UUID, number: int) -> IntakeFile:
    """The file of an address, or 404."""
    return queries.find_file(intake_of(request, code, uid), number)


def may_take(request: HttpRequest, intake: Intake) -> bool:
    """May this person put the rules of the stock in force? For drawing the button; the action decides for itself."""
    return place.may(request, Permission.GOVERNANCE_POLICY_ISSUE, intake.unit)


def sample() -> Path | None:
    """The stock of rules to try it with, which comes with demo data; None elsewhere."""
    log = Log.objects.first()
    if log is None or not log.is_demo:
        return None
    return next(iter(sorted((Path(settings.HOME) / "samples").glob("*.zip"))), None)


def address(intake: Intake, name: str = "one", *more: Any) -> str:
    """A page of a stock."""
    return reverse(f"governance-intakes-{name}", args=[intake.unit.code, intake.uid, *more])


def trail(unit: Unit, intake: Intake | None = None) -> list[dict[str, str]]:
    """The places above."""
    found = [
        {"label": unit.label, "url": links.unit(unit.code)},
        {"label": str(_("Policies")), "url": reverse("governance-policies", args=[unit.code])},
        {"label": str(_("Stocktakes from files")), "url": reverse("governance-intakes", args=[unit.code])},
    ]
    return [*found, {"label": intake.name, "url": address(intake)}] if intake is not None else found


def choices(code: str) -> list[tuple[str, str]]:
    """The choices of a field of a policy."""
    item = specs.get("policies").by_code[code]
    return [(option.code, option.label()) for option in item.options]


def shown(line: Line) -> dict[str, Any]:
    """A file as a row of the table."""
    item = line.item
    fault = faults.words(item.fault) if item.fault and not item.settled.get("by_hand") else None
    return {
        "line": line,
        "item": item,
        "name": line.name or item.name,
        "number": line.value("number") or "",
        "issued_on": line.value("issued_on") or "",
        "level": line.value("level") or "",
        "business": line.value("business") or "",
        "advice": line.advice.value,
        "advice_word": line.advice.label,
        "tone": ADVICE[line.advice.value],
        "url": address(item.intake, "file", item.ordinal),
        "settle_url": address(item.intake, "settle", item.ordinal),
        "path": f"{item.folder}/{item.name}".strip("/"),
        "reasons": [said for one in item.why if (said := reasons.sentence(one))] if item.state == "read" else [],
        "open": [{"code": code, "words": taking.words(code, line)} for code in line.open if code != lines.FAULTY],
        "fault": fault,
        "list_url": _list_url(item) if item.fault == faults.LIST else "",
        "is_open": bool(line.open),
        "there": line.there if lines.THERE in line.open else None,
        "may_part": not line.is_namesake and any(code in line.open for code in (lines.COPY, lines.TWICE)),
        "may_rename": line.is_namesake and bool(line.open),
        "asks_day": lines.DAYLESS in line.open,
        "settled": set(item.settled),
    }


def _list_url(item: IntakeFile) -> str:
    """Where a list of rules is brought in."""
    return reverse("register-import", args=["policies"]) + f"?unit={item.intake.unit.code}"
