"""What a person settles of a file: read, compared, laid over what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.governance.enums import Advice, FileState
from guiju.governance.intake import faults as wrongs
from guiju.governance.intake.lines import CHOICES, FIELDS
from guiju.governance.models import IntakeFile
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Fault
from guiju.org.models import Unit
from guiju.registers import rows
from guiju.registers import spec as specs
from guiju.registers.models import Entry

Given = dict[str, Any]
_TRUE = {"1", "true", "on", "yes"}


def read(values: Mapping[str, Any], *, unit: Unit, by: Actor) -> Given:
    """Checked values by code, and `left_out`; None takes a settled value back."""
    given: Given = {}
    faults: list[Fault] = []
    for code, raw in values.items():
        reader = _readers(unit).get(code)
        if reader is None:
            faults.append(
                Fault(code, _("This cannot be settled."), _("Settle: %(codes)s.") % {"codes": ", ".join(_ALL)})
            )
            continue
        if raw is None:
            given[code] = None
            continue
        try:
            given[code] = reader(raw)
        except ValueError as error:
            faults.append(Fault(code, str(error), _("Choose one of the list or enter it again.")))
    if faults:
        raise rows.invalid(faults)
    return given


_ALL = (*FIELDS, *CHOICES, "left_out")


def _readers(unit: Unit) -> dict[str, Callable[[Any], Any]]:
    return {
        "name": _line(200, _("The title is missing or has more than 200 characters."), needed=True),
        "number": _line(60, _("The number has more than 60 characters.")),
        "issued_on": _day,
        "in_force_on": _day,
        "reviewed_on": _day,
        "level": _choice("level"),
        "business": _choice("business"),
        "mechanism": _choice("mechanism"),
        "charter": _flag,
        "advice": _advice,
        "policy": lambda raw: _policy(raw, unit),
        "apart": _flag,
        "by_hand": _flag,
        "no_day": _flag,
        "left_out": _flag,
    }


def _line(most: int, what: str, *, needed: bool = False) -> Callable[[Any], str]:
    def read_line(raw: Any) -> str:
        words = letters.clean(str(raw)).replace("\n", " ")
        if len(words) > most or (needed and not words):
            raise ValueError(what)
        return words

    return read_line


def _day(raw: Any) -> str:
    if not raw:
        return ""
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    except ValueError as error:
        raise ValueError(_("This is no day; write it as 2026-05-31.")) from error
    if day > clock.today() or day.year < 1949:
        raise ValueError(_("This day cannot be: the rule is in force already."))
    return day.isoformat()


def _choice(code: str) -> Callable[[Any], str]:
    def read_choice(raw: Any) -> str:
        found = specs.get("policies").by_code[code].option(str(raw))
        if found is None:
            raise ValueError(_("There is no such choice."))
        return found.code

    return read_choice


def _flag(raw: Any) -> bool:
    return raw is True or str(raw).lower() in _TRUE


def _advice(raw: Any) -> str:
    if str(raw) not in Advice.values:
        raise ValueError(_("There is no such choice."))
    return str(raw)


def _policy(raw: Any, unit: Unit) -> str:
    """The policy of this unit's library whose text the file is; nothing takes the link back."""
    if not raw:
        return ""
    try:
        uid = UUID(str(raw))
    except ValueError as error:
        raise ValueError(_("There is no such policy in the library.")) from error
    if not Entry.objects.filter(uid=uid, register="policies", unit=unit, status="issued").exists():
        raise ValueError(_("There is no such policy in force in the library."))
    return str(uid)


def apply(item: IntakeFile, given: Given) -> bool:
    """Lay the values over what was found; False when nothing changed."""
    settled, out = dict(item.settled), item.left_out
    for code, value in given.items():
        if code == "left_out":
            out = bool(value)
        elif value is None or _says_nothing(item, code, value):
            settled.pop(code, None)
        else:
            settled[code] = value
    if given.get("by_hand"):
        _refuse_by_hand(item)
    if (settled, out) == (item.settled, item.left_out):
        return False
    item.settled, item.left_out = settled, out
    return True


def _says_nothing(item: IntakeFile, code: str, value: object) -> bool:
    """Is it what was found or proposed anyway?"""
    if code == "advice":
        return value == item.advice
    if code in FIELDS:
        return value == (item.found.get(code) or ("" if isinstance(value, str) else False))
    return value in ("", False)


def _refuse_by_hand(item: IntakeFile) -> None:
    if item.state != FileState.FAULTY or not item.digest or not wrongs.by_hand(item.fault):
        raise rows.invalid([
            Fault("by_hand", _("Only a kept file whose words cannot be read is entered by hand."), wrongs.words(item.fault).fix)
        ])  # fmt: skip


def refuse_stale(item: IntakeFile, given: Given) -> None:
    """Somebody else settled the file meanwhile: refused with both sides, unless both say the same."""
    held = {
        code: item.left_out if code == "left_out" else item.settled.get(code, item.found.get(code)) for code in given
    }
    if given and held == given:
        return
    problem = Conflict(
        _("%(by)s has changed file %(ordinal)d “%(name)s” in the meantime; nothing was saved.")
        % {"by": item.intake.by, "ordinal": item.ordinal, "name": item.name},
        fix=_("Look at the file as it stands now, and settle it again."),
        code="intake.conflict",
    )
    problem.data = {"file": item.ordinal, "version": item.version, "current": held, "yours": given}
    raise problem


def told(given: Given) -> dict[str, object]:
    """As the trail keeps it."""
    return dict(given)
