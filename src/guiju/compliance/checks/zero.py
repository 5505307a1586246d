"""The zero-risk report of a check that was entered or imported: made from its record, with doubts, signed by another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.compliance.checks import comparing, doubts
from guiju.compliance.checks.doubts import Doubt, Look
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.enums import Role
from guiju.org.places import company_of
from guiju.org.tree import own
from guiju.registers import actions as registers
from guiju.registers import writing
from guiju.registers.models import Entry
from guiju.workflow import duties
from guiju.workflow.days import of as calendar_of

CHECKS, REPORTS = "checks", "zero_risk_reports"
ABOUT = "zero_report"
#: Working days within which it is signed, as the report of a run.
SIGN_WITHIN = 5
#: So many earlier records of the same subject are compared.
_EARLIER = 24


@dataclass(frozen=True, slots=True)
class Zero:
    """What the report would say, what is lacking for it, and what needs an explanation."""

    record: Entry
    report: Entry | None
    statement: str
    faults: tuple[Fault, ...]
    doubts: tuple[Doubt, ...]


def is_zero(record: Entry) -> bool:
    """Did this check find nothing?"""
    return record.register == CHECKS and record.level == "none"


def of_record(record: Entry) -> Zero:
    """The report of a record as it would be made now, or the one that stands already."""
    return Zero(record, report_of(record), statement(record), tuple(_faults(record)), tuple(find(record)))


def report_of(record: Entry) -> Entry | None:
    """Its report, if it has one that was not sent back."""
    found = Entry.objects.filter(register=REPORTS, ref_2=record.uid).exclude(status="returned")
    return found.select_related("unit", "department", "body", "owner").order_by("-pk").first()


@transaction.atomic
def make(*, record: Entry, by: Actor) -> Entry:
    """Make the report of a check that found nothing; somebody else signs it."""
    check.require(by, P.REGISTER_ENTRY_CREATE, record.unit, record.department)
    writing.lock_value("zero-report", str(record.uid))
    found = of_record(record)
    _refuse(found)
    report = registers.create(
        register=REPORTS, unit=record.unit, department=record.department, values=_values(found), by=by,
        reason=_("From the record of the check"),
    )  # fmt: skip
    duties.ensure([_duty(report)], by=by)
    return report


def _refuse(found: Zero) -> None:
    if not is_zero(found.record):
        raise Conflict(
            _("This check found something, so there is no zero-risk report of it."),
            fix=_("Enter its problems in the ledger of rectifications."), code="zero.found",
        )  # fmt: skip
    if found.report is not None:
        raise Conflict(
            _("This check has a zero-risk report already."), fix=_("Open the report."), code="zero.exists"
        )  # fmt: skip
    if found.faults:
        raise Problem(
            "zero.incomplete", _("The record does not say enough for a zero-risk report."),
            fix=_("Add what is missing to the record first."), faults=list(found.faults), status=422,
        )  # fmt: skip


def _faults(record: Entry) -> list[Fault]:
    asked = (
        (record.count_1, "due_count", _("How many items were to be looked at is missing.")),
        (record.count_2, "done_count", _("How many items were looked at is missing.")),
        (record.person_id, "checker", _("The checker is missing.")),
    )
    return [Fault(name, what, _("Enter it.")) for value, name, what in asked if not value]


def _values(found: Zero) -> dict[str, Any]:
    record, data = found.record, found.record.body.data
    values = {
        "subject": record.title,
        "period": record.period,
        "department": str(record.department.uid) if record.department else None,
        "list": data.get("list"),
        "check": str(record.uid),
        "due_count": record.count_1,
        "done_count": record.count_2,
        "sample": data.get("sample"),
        "minutes": int(record.num_1) if record.num_1 is not None else None,
        "doubt": bool(found.doubts),
        "doubts": "\n".join(one.words for one in found.doubts),
        "statement": found.statement,
        "checker": data.get("checker"),
        "made_on": clock.today(),
    }
    return {name: value for name, value in values.items() if value not in (None, "")}


def statement(record: Entry) -> str:
    """What the checker declares; what was not looked at is said."""
    due, done = record.count_1 or 0, record.count_2 or 0
    words = {"subject": record.title, "done": done, "due": due, "left": max(due - done, 0)}
    text = _("%(subject)s: looked at %(done)s of %(due)s items; no compliance risk was found in them.")
    if due > done:
        text += _(" %(left)s items were not looked at, and nothing is declared about them.")
    return text % words


def find(record: Entry) -> list[Doubt]:
    """What needs an explanation before somebody signs: the same questions as to a run, as far as a record tells."""
    if not is_zero(record):
        return []
    look, earlier = _look(record), _earlier(record)
    before = [_look(earlier[0])] if earlier else []
    looked = record.count_2 or 0
    quick = None
    if record.num_1 is not None:
        quick = doubts.too_quick(minutes=int(record.num_1), looked=looked, expected=None)
    found = (
        quick if record.num_1 is not None else Doubt("no_time", {"items": looked}),
        doubts.no_sample([look]),
        doubts.same_sample([look], before),
        _always(record, earlier),
    )
    return [one for one in found if one is not None]


def _look(record: Entry) -> Look:
    return Look(record.title, "", str(record.body.data.get("sample") or ""), None, None)


def _earlier(record: Entry) -> list[Entry]:
    """The records of the same subject in the same company before this one, the latest first."""
    rows = Entry.objects.filter(own(company_of(record.unit)), register=CHECKS, department=record.department_id)
    rows = rows.filter(on__lt=record.on) if record.on else rows.none()
    same = rows.filter(title__startswith=_stem(record.title)).select_related("body").order_by("-on", "-pk")
    return [row for row in same[: 4 * _EARLIER] if _stem(row.title) == _stem(record.title)][:_EARLIER]


def _stem(title: str) -> str:
    """A subject without the period in brackets behind it."""
    return title.partition("（")[0].strip() or title


def _always(record: Entry, earlier: list[Entry]) -> Doubt | None:
    """Only a record that names its field can be compared with what others found in it."""
    field = str(record.body.data.get("field") or "")
    periods = 1
    for row in earlier:
        if row.level != "none":
            break
        periods += 1
    if periods < doubts.ZERO_PERIODS or record.on is None or not field:
        return None
    since = earlier[periods - 2].on or record.on
    found = comparing.other_sources(record.unit, record.department_id, field=field, since=since)
    return doubts.always_zero(periods=periods, others=0, found=found)


def key_of(report: Entry) -> str:
    """The key of the task that asks for the signature."""
    return f"zero-sign:{report.uid}"


def _duty(report: Entry) -> duties.Duty:
    unit = company_of(report.unit)
    return duties.Duty(
        key=key_of(report), unit=unit, title=_("Sign the zero-risk report: %(what)s") % {"what": report.text_1[:160]},
        title_en=f"Sign the zero-risk report: {report.text_1[:150]}",
        due_on=calendar_of(unit.root_id or unit.pk).add(clock.today(), SIGN_WITHIN), role=Role.COMPLIANCE_HEAD,
        about=ABOUT, about_uid=report.uid,
    )  # fmt: skip


def settled(report: Entry, *, by: Actor) -> None:
    """Signed or sent back: its task is done; the record of the check carries the signature, where it has none."""
    duties.close([key_of(report)], by=by, register=REPORTS, uid=report.uid)
    if report.status != "signed" or report.owner is None:
        return
    rows = Entry.objects.select_related("unit", "department", "body", "owner")
    record = rows.filter(uid=report.ref_2, register=CHECKS).first() if report.ref_2 else None
    if record is not None and record.owner_id is None:
        values = {"signer": str(report.owner.uid), "signed_on": report.done_on}
        why = _("As signed in the zero-risk report")
        registers.update(entry=record, values=values, version=record.version, by=by, reason=why)
