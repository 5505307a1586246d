"""What people do with a rectification besides the form: note progress, extend, say what it repeats."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.compliance.rectify import progress
from guiju.compliance.rectify.terms import CLOSED, REGISTER
from guiju.lib import clock
from guiju.lib.errors import Fault, Problem
from guiju.registers import actions as registers
from guiju.registers import queries
from guiju.registers.models import Entry


@transaction.atomic
def note_progress(*, entry: Entry, text: str, version: int, by: Actor, share: int | None = None) -> Entry:
    """Add a dated line; `share` is how much is done by now."""
    faults = []
    if not text.strip():
        faults.append(Fault("text", _("Nothing was written."), _("Say in a sentence what was done.")))
    if share is not None and not 0 <= share <= 100:
        faults.append(Fault("share", _("The share lies between 0 and 100.")))
    if entry.status == CLOSED:
        faults.append(Fault("text", _("This rectification is closed."), _("Enter a new one if it comes up again.")))
    if faults:
        raise Problem("rectification.progress", _("The progress was not noted."), faults=faults, status=422)
    line = progress.Line(text.strip()[:2_000], clock.today(), share, by.name[:40])
    values: dict[str, object] = {"progress": progress.append(entry.body.data.get("progress"), line)}
    if share is not None:
        values["share"] = share
    if not entry.body.data.get("started_on"):
        values["started_on"] = max(clock.today(), entry.on or clock.today())
    return registers.update(entry=entry, values=values, version=version, by=by)


def extend(*, entry: Entry, due_on: date, reason: str, version: int, by: Actor) -> Entry:
    """Move the deadline to a later day, for a reason that is kept with the one before it."""
    if not reason.strip() or entry.due_on is None or due_on <= entry.due_on:
        faults = []
        if not reason.strip():
            faults.append(Fault("extension", _("Please give the reason."), _("Write why it is extended.")))
        if entry.due_on is not None and due_on <= entry.due_on:
            what = _("The new deadline does not lie after the present one (%(day)s).") % {
                "day": entry.due_on.isoformat()
            }
            faults.append(Fault("due_on", what, _("Choose a later day.")))
        raise Problem("rectification.extend", _("The deadline was not extended."), faults=faults, status=422)
    said = reason.strip()
    if said == entry.body.data.get("extension"):
        # The same words twice are two reasons of two days.
        said = f"{said}（{clock.today().isoformat()}）"
    return registers.update(
        entry=entry, values={"due_on": due_on, "extension": said}, version=version, by=by, reason=said
    )


def repeats(*, entry: Entry, of: UUID | None, version: int, by: Actor) -> Entry:
    """Say which closed rectification this one repeats, or (None) that it repeats none."""
    if of is not None:
        earlier = queries.find(by, of, register=REGISTER)
        if earlier.pk == entry.pk:
            raise Problem("rectification.itself", _("A rectification does not repeat itself."), where="of", status=422)
    return registers.update(entry=entry, values={"repeat_of": str(of) if of else None}, version=version, by=by)
