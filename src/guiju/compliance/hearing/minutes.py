"""What people write of a hearing: proposed, read, refused where it is not complete, made into records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.compliance.models import Hearing
from guiju.lib import clock, dates, text
from guiju.lib.errors import Fault, Problem
from guiju.lib.period import Period
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers.models import Entry
from guiju.workflow.owners import Offices
from guiju.workflow.settling import house

#: Remarks and texts of any length, and short ones.
LONG = ("remark_management", "remark_risks", "remark_rectification", "next_work")
SHORT = ("place", "attendees", "reporter", "minutes_number", "signer")
FIELDS = ("held_on", "chair", *SHORT, *LONG, "decisions")
_TITLE = _n("%(unit)s: hearing on compliance, %(period)s")
_SECTIONS = (
    ("remark_management", _n("State of compliance management")),
    ("remark_risks", _n("Checks for risks")),
    ("remark_rectification", _n("Rectification")),
    ("next_work", _n("Key work of the next quarter")),
)
_MOST = 50


def proposed(unit: Unit, period: Period) -> dict[str, Any]:
    """Who usually chairs and reports, from the appointments; everything else is for people to write."""
    offices = Offices([unit.pk], on=clock.today())
    chairs = offices.people(unit.pk, Role.FIRST_RESPONSIBLE)
    heads = offices.people(unit.pk, Role.COMPLIANCE_HEAD)
    staff = offices.people(unit.pk, Role.COMPLIANCE_STAFF)
    names = dict.fromkeys(one.name for one in (*chairs, *heads, *staff))
    chair = Person.objects.filter(pk=chairs[0].person_id).values_list("uid", flat=True).first() if chairs else None
    return {
        "held_on": "",
        "chair": str(chair) if chair else "",
        "place": "",
        "attendees": "、".join(names),
        "reporter": heads[0].name if heads else "",
        "minutes_number": "",
        "signer": "",
        **dict.fromkeys(LONG, ""),
        "decisions": [],
    }


def read(values: Mapping[str, Any], *, unit: Unit, held: Mapping[str, Any]) -> dict[str, Any]:
    """What was written over what was there; a Problem that names each place that cannot be read."""
    found = {**{code: [] if code == "decisions" else "" for code in FIELDS}, **held}
    faults: list[Fault] = []
    for code in (*SHORT, *LONG):
        if code in values:
            found[code] = text.clean(str(values[code] or ""))[: 4_000 if code in LONG else 300]
    if "held_on" in values:
        found["held_on"] = _day(values["held_on"], "held_on", faults)
    if "chair" in values:
        found["chair"] = _person(values["chair"], "chair", unit, faults)
    if "decisions" in values:
        found["decisions"] = _decisions(values["decisions"], unit, faults)
    if faults:
        raise Problem("hearing.unreadable", _("Something in the minutes cannot be read."), faults=faults, status=422)
    return found


def _decisions(written: Any, unit: Unit, faults: list[Fault]) -> list[dict[str, str]]:
    rows = []
    for number, row in enumerate(list(written or [])[:_MOST], 1):
        matter = " ".join(text.clean(str(row.get("matter") or "")).split("\n"))[:200]
        given = {name: row.get(name) for name in ("matter", "owner", "due_on")}
        if not any(given.values()):
            continue
        rows.append(
            {
                "matter": matter,
                "owner": _person(given["owner"], f"decisions.{number}.owner", unit, faults),
                "due_on": _day(given["due_on"], f"decisions.{number}.due_on", faults),
            }
        )
    return rows


def _day(written: Any, where: str, faults: list[Fault]) -> str:
    if not written:
        return ""
    try:
        return dates.parse(written).isoformat()
    except Problem as problem:
        faults.append(Fault(where, problem.what, problem.fix))
        return ""


def _person(written: Any, where: str, unit: Unit, faults: list[Fault]) -> str:
    if not written:
        return ""
    try:
        uid = UUID(str(written))
    except ValueError:
        uid = None
    if uid is not None and Person.objects.filter(uid=uid, unit__root_id=unit.root_id or unit.pk).exists():
        return str(uid)
    faults.append(Fault(where, _("There is no such person here."), _("Choose somebody of this enterprise.")))
    return ""


def refuse_incomplete(minutes: Mapping[str, Any], period: Period) -> None:
    """What minutes need: day and chair, the next quarter's key work, an owner and a day for each decision."""
    faults = []
    held_on = date.fromisoformat(minutes["held_on"]) if minutes.get("held_on") else None
    if held_on is None:
        faults.append(Fault("held_on", _("The day of the hearing is missing."), _("Enter it.")))
    elif held_on > clock.today():
        faults.append(Fault("held_on", _("The day lies in the future."), _("Close the hearing after it was held.")))
    elif held_on < period.start:
        faults.append(Fault("held_on", _("The day lies before the quarter.")))
    if not minutes.get("chair"):
        faults.append(
            Fault("chair", _("Nobody is named who chaired it."), _("It is the first responsible person as a rule."))
        )
    if not minutes.get("next_work"):
        what = _("The next quarter's key work is not arranged.")
        faults.append(Fault("next_work", what, _("Write what the next quarter is about; the minutes must arrange it.")))
    for number, row in enumerate(minutes.get("decisions") or [], 1):
        faults += _decision_faults(number, row, held_on)
    if faults:
        what = _("The hearing is not closed: something is missing.")
        raise Problem("hearing.incomplete", what, fix=_("Fill in what is named below."), faults=faults, status=422)


def _decision_faults(number: int, row: Mapping[str, str], held_on: date | None) -> Iterator[Fault]:
    missing = {
        "matter": _("Decision %(n)d has no matter."),
        "owner": _("Decision %(n)d has no owner."),
        "due_on": _("Decision %(n)d has no day."),
    }
    for name, what in missing.items():
        if not row.get(name):
            yield Fault(f"decisions.{number}.{name}", what % {"n": number})
    if row.get("due_on") and held_on is not None and date.fromisoformat(row["due_on"]) < held_on:
        yield Fault(f"decisions.{number}.due_on", _("Decision %(n)d is due before the hearing.") % {"n": number})


def title(unit: Unit, period: Period) -> str:
    """The meeting's name in the register, in the house's language."""
    return house(_TITLE, unit=unit.label, period=period.chinese)


def meeting(hearing: Hearing, period: Period) -> dict[str, Any]:
    """The row of the register of meetings."""
    held = hearing.minutes
    names = [name for name in held["attendees"].replace("，", "、").replace(",", "、").split("、") if name.strip()]
    decided = [row["matter"] for row in held["decisions"]]
    return {
        "subject": title(hearing.unit, period)[:200],
        "topic": "quarterly_hearing",
        "held_on": held["held_on"],
        "period": str(period),
        "place": held["place"],
        "chaired_by": held["chair"],
        "attended": len(names) or None,
        "attendees": held["attendees"],
        "reported_by": held["reporter"][:200],
        "minutes_number": held.get("minutes_number") or "",
        "minutes": _text(held),
        "resolution": "\n".join(f"{number}. {matter}" for number, matter in enumerate(decided, 1)),
        "has_resolution": bool(decided),
        "next_plan": True,
        "next_work": held["next_work"],
    }


def _text(held: Mapping[str, Any]) -> str:
    parts = [f"{house(label)}\n{held[code]}" for code, label in _SECTIONS if held.get(code)]
    return "\n\n".join(parts)[:20_000]


def decisions(hearing: Hearing, meeting: Entry) -> Iterator[dict[str, Any]]:
    """The rows of the register of decisions."""
    seen: set[str] = set()
    for row in hearing.minutes["decisions"]:
        matter, number = row["matter"], 2
        while matter in seen:  # the register knows a decision by matter and day
            matter, number = f"{row['matter'][:190]}（{number}）", number + 1
        seen.add(matter)
        yield {
            "matter": matter,
            "hearing": str(meeting.uid),
            "owner": row["owner"],
            "decided_on": hearing.minutes["held_on"],
            "due_on": row["due_on"],
        }
