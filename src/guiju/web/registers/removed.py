"""A record that is no longer there: who removed it, when, why, and what it said last."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guiju.lib.errors import NotFound
from guiju.registers import rows
from guiju.registers.directory import Directory
from guiju.registers.models import EntryVersion
from guiju.registers.records import Record
from guiju.web import place
from guiju.web.registers import recordpage
from guiju.web.registers.gate import VIEW, Here


def find(request: HttpRequest, here: Here, uid: UUID) -> EntryVersion:
    """The last version of a removed record, or 404 as for any stranger."""
    found = EntryVersion.objects.filter(uid=uid, register=here.spec.code, removed=True)
    gone = found.select_related("unit", "department").first()
    if gone is None or not place.may(request, here.store.permission(VIEW), gone.unit, gone.department):
        raise NotFound(
            _("There is no such record here."), fix=_("It may have been removed, or belongs to a unit you do not see.")
        )
    return gone


def page(request: HttpRequest, here: Here, uid: UUID) -> HttpResponse:
    """Its page."""
    gone = find(request, here, uid)
    record = _record(here, gone)
    rows.load_names(here.spec, record.values, record.known)
    told = recordpage.told(here, record)
    context = {
        "title": gone.title,
        "trail": recordpage.trail(here, record),
        "spec": here.spec,
        "record": record,
        "gone": gone,
        "reason": next((line.reason for line in told if line.reason), ""),
        "sections": recordpage.sections(here, record, edit=False),
        "history": told,
    }
    return render(request, "registers/removed.html", context, status=410)


def _record(here: Here, gone: EntryVersion) -> Record:
    return Record(
        spec=here.spec,
        pk=gone.pk,
        uid=str(gone.uid),
        version=gone.version,
        unit=gone.unit,
        title=gone.title,
        status=gone.status,
        values=gone.data,
        created_at=gone.created_at,
        created_by=gone.created_by,
        recorded_at=gone.recorded_at,
        recorded_by=gone.recorded_by,
        late_days=0,
        file_count=gone.file_count,
        source=gone,
        known=Directory(gone.unit, by=here.by),
    )
