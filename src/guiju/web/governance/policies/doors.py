"""Ways to and from the pages of a policy: the policy behind an address, its address, what stands beside records."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission as P
from guiju.governance.enums import AT_WORK
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import queries
from guiju.governance.policies.terms import ISSUED, REGISTER
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.registers import rows
from guiju.registers import spec as specs
from guiju.registers import store as stores
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.web import place
from guiju.web.registers.gate import Here
from guiju.workflow.models import Task


def enter(request: HttpRequest, code: str, uid: UUID) -> tuple[Here, Record]:
    """The policy of this address, for whoever may see it at its unit or its department."""
    by = place.by(request)
    entry = queries.find(by, uid)
    if code not in {entry.unit.code, entry.department.code if entry.department else ""}:
        raise NotFound(_("There is no such policy here."), fix=_("Open it from the library of rules."))
    spec = specs.get(REGISTER)
    here = Here(by, spec, stores.of(spec))
    record = here.store.find(by, uid)
    rows.load_names(spec, record.values, record.known)
    unit = entry.department if entry.department is not None and entry.department.code == code else entry.unit
    if place.may(request, P.ORG_UNIT_VIEW, unit):
        place.enter(request, unit)
    return here, record


def enter_version(request: HttpRequest, code: str, uid: UUID) -> tuple[Here, Record, PolicyVersion]:
    """The version of this address, with its policy."""
    row, _entry = queries.version(place.by(request), uid)
    here, record = enter(request, code, row.policy)
    return here, record, row


def may(request: HttpRequest, permission: P, record: Record) -> bool:
    """May this person do that with the policy? For drawing buttons; actions decide for themselves."""
    return place.may(request, permission, record.unit, record.department)


# --- addresses ------------------------------------------------------------------------------------------------------


def url(code: str, uid: object) -> str:
    """The page of a policy."""
    return reverse("governance-policies-one", args=[code, uid])


def text_url(code: str, uid: object, anchor: str = "") -> str:
    """The text in force of a policy, at a clause."""
    found = reverse("governance-policies-text", args=[code, uid])
    return f"{found}#{anchor}" if anchor else found


def trail(record: Record, code: str, *, below: bool = False) -> list[dict[str, str]]:
    """The places above a page about a policy."""
    found = [{"label": _("Policies"), "url": reverse("governance-policies", args=[code])}]
    if below:
        found.append({"label": record.title, "url": url(code, record.uid)})
    return found


def of_task(task: Task) -> str:
    """Where a task about a policy leads."""
    if task.about_uid is None:
        return ""
    entry = Entry.objects.filter(uid=task.about_uid, register=REGISTER).select_related("unit", "department").first()
    if entry is None:
        return ""
    inside = entry.department is not None and entry.department_id == task.unit_id
    return url(entry.department.code if inside and entry.department is not None else entry.unit.code, entry.uid)


def draft_url(unit: Unit, **given: object) -> str:
    """The form of a new rule, with what is known already."""
    kept = {name: value for name, value in given.items() if value not in (None, "")}
    found = reverse("governance-policies-new", args=[unit.code])
    return f"{found}?{urlencode(kept)}" if kept else found


# --- beside records of registers ------------------------------------------------------------------------------------


def beside_policy(request: HttpRequest, record: Record) -> dict[str, Any]:
    """From the record of a policy to its text and versions."""
    code = record.unit.code
    if not place.may(request, P.REGISTER_ENTRY_VIEW, record.unit) and record.department is not None:
        code = record.department.code
    found = [
        {"label": _("Text, versions, next step"), "url": url(code, record.uid), "icon": "journal-bookmark"},
        {"label": _("Read the text"), "url": text_url(code, record.uid), "icon": "file-earmark-text"},
    ]
    if record.status == ISSUED and may(request, P.REGISTER_ENTRY_EDIT, record) and not _is_at_work(record):
        revise = reverse("governance-policies-revise", args=[code, record.uid])
        found.append({"label": _("Begin a revision"), "url": revise, "icon": "pen"})
    return {"ways": found}


def _is_at_work(record: Record) -> bool:
    return PolicyVersion.objects.filter(policy=record.uid, state__in=AT_WORK).exists()


def beside_problem(request: HttpRequest, record: Record) -> dict[str, Any]:
    """From a problem that was found to the guideline that answers it."""
    if not place.may(request, P.REGISTER_ENTRY_CREATE, record.unit, record.department):
        return {}
    values = {"set.arises_from": record.uid, "set.level": "guideline", "set.field": record.value("field"),
              "set.mechanism": "special_field", "set.department": record.value("department")}  # fmt: skip
    way = {"label": _("Draft a guideline that answers it"), "url": draft_url(record.unit, **values), "icon": "pen"}
    return {"ways": [way]}


def beside_plan(request: HttpRequest, record: Record) -> dict[str, Any]:
    """From a row of the yearly plan to the draft that carries it out."""
    if record.status != "planned" or not place.may(request, P.REGISTER_ENTRY_EDIT, record.unit, record.department):
        return {}
    policy = record.value("policy")
    if policy:
        way = {
            "label": _("Open the policy and carry it out"),
            "url": url(record.unit.code, policy),
            "icon": "journal-bookmark",
        }
        return {"ways": [way]}
    if record.value("action") != "enact":
        return {}
    names = ("name", "level", "business", "field", "department", "owner")
    values = {f"set.{name}": record.value(name) for name in names} | {"set.arises_from": record.value("finding")}
    way = {"label": _("Draft the rule"), "url": draft_url(record.unit, plan=record.uid, **values), "icon": "pen"}
    return {"ways": [way]}
