"""What may be put right in the record of a rule in force: what it says is changed by a revision, never in place.

| what                                             | in the record of a rule in force or repealed                 |
|--------------------------------------------------|--------------------------------------------------------------|
| its files                                        | stay; others may be added beside them                        |
| name, day of issue and of force approved here    | stay: they were approved and issued so                       |
| day and number of its repeal                     | by the repeal; put right afterwards with a reason            |
| name, number, days, what its text provides       | put right with a reason; what was empty is filled in freely  |
| sorting, owner, department, finding              | freely                                                       |
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.governance.models import PolicyVersion
from guiju.governance.policies.terms import DRAFT, ISSUED, REGISTER
from guiju.lib.errors import Fault
from guiju.registers import spec as specs
from guiju.registers.changes import Rewrite

#: Of a version that was approved here.
_APPROVED = ("name", "issued_on", "in_force_on")
_REPEAL = ("repealed_on", "repeal_number")
_RIGHTED = ("name", "number", "issued_on", "in_force_on", "reviewed_on", *_REPEAL, "charter", "method", "process",
            "protects", "veto", "gist")  # fmt: skip

_by_version: ContextVar[bool] = ContextVar("policy_by_version", default=False)


@contextmanager
def by_version() -> Iterator[None]:
    """What is written of the record follows from a version that comes into force."""
    held = _by_version.set(True)
    try:
        yield
    finally:
        _by_version.reset(held)


def notice(status: str) -> str:
    """What a form says above the record of a rule that has been in force."""
    if status in ("", DRAFT):
        return ""
    if status == ISSUED:
        return _(
            "This rule is in force. What it says is changed by a revision; here only what was entered wrongly is put "
            "right, with a reason."
        )
    return _("This rule has been repealed. Only what was entered wrongly is put right here, with a reason.")


def guard(row: Rewrite) -> list[Fault]:
    """Why a record may not be written so."""
    if row.status in ("", DRAFT) or _by_version.get():
        return []
    changed = row.changed
    if row.status != row.to:  # the repeal itself brings its day and number
        changed -= set(_REPEAL)
    faults = [*_files(row, changed), *_approved(row, changed), *_ended(row, changed)]
    return faults or _reason(row, changed)


def _files(row: Rewrite, changed: set[str]) -> list[Fault]:
    if "files" not in changed:
        return []
    kept = {str(one["digest"]) for one in row.data.get("files") or []}
    if all(str(one["digest"]) in kept for one in row.held.get("files") or []):
        return []
    what = _("The text of a rule in force is not exchanged or taken away in its record.")
    return [
        Fault("files", what, _("Begin a revision; its text takes the place of this one. Other files may be added."))
    ]


def _approved(row: Rewrite, changed: set[str]) -> list[Fault]:
    codes = [code for code in _APPROVED if code in changed]
    if not codes or not PolicyVersion.objects.filter(policy=UUID(row.uid), approved_at__isnull=False).exists():
        return []
    return [
        Fault(
            code,
            _("“%(field)s” is as it was approved and issued here; it is not changed in place.")
            % {"field": _label(code)},
            _("Begin a revision."),
        )
        for code in codes
    ]


def _ended(row: Rewrite, changed: set[str]) -> list[Fault]:
    if row.to != ISSUED:
        return []
    return [
        Fault(
            code,
            _("A rule in force ends by being repealed, not by “%(field)s” in its record.") % {"field": _label(code)},
            _("Take the step “Repeal”."),
        )
        for code in _REPEAL
        if code in changed and row.data.get(code)
    ]


def _reason(row: Rewrite, changed: set[str]) -> list[Fault]:
    righted = [code for code in (*_RIGHTED, "files") if code in changed and row.held.get(code)]
    if not righted or row.reason.strip():
        return []
    labels = "、".join(_label(code) for code in righted)
    return [
        Fault(
            "reason",
            _("Putting right %(fields)s of a rule in force takes a reason.") % {"fields": labels},
            _("Say in a few words what was entered wrongly."),
        )
    ]


def _label(code: str) -> str:
    return specs.get(REGISTER).by_code[code].label()
