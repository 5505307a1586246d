"""The figures beside “To do” and “Notices” in the frame.

Whose a task is takes several questions, and the frame stands on every page: the answer is kept for half a minute, and
forgotten as soon as its reader does something about a task.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers.models import Entry
from guiju.web import place
from guiju.web.desks import due
from guiju.workflow import inbox

SECONDS = 30


@dataclass(frozen=True, slots=True)
class Figures:
    """Open tasks and records past their date, both one's own to see to; unread notices."""

    tasks: int = 0
    records: int = 0
    unread: int = 0

    @property
    def open(self) -> int:
        """Everything that waits for this person."""
        return self.tasks + self.records


def figures(request: HttpRequest) -> Figures:
    """For the frame."""
    if not takes_part(request):
        return Figures()
    key = _key(request)
    found: Figures | None = cache.get(key) if key else None
    if found is None:
        by = place.by(request)
        late = late_records(request, place.current_or_none(request))
        found = Figures(
            tasks=inbox.badge(by=by).open,
            records=late.order_by().count() if late is not None else 0,
            unread=inbox.unread(by=by),
        )
        if key:
            cache.set(key, found, SECONDS)
    return found


def takes_part(request: HttpRequest) -> bool:
    """Has the account tasks at all: because it sees those of units, or because a person stands behind it?"""
    return place.may(request, Permission.WORKFLOW_TASK_VIEW) or getattr(request.user, "person", None) is not None


def late_records(request: HttpRequest, unit: Unit | None) -> QuerySet[Entry] | None:
    """Records past their date that are the unit's own or bear the reader's name; None for those who only read."""
    held = place.roles(request)
    acts = bool(held) and held[0].nav == "officer"
    if unit is None or not acts or not place.may(request, Permission.REGISTER_ENTRY_VIEW, unit):
        return None
    own = Q(unit=unit) | Q(owner__user=place.by(request).user)
    return due.rows(request, unit).filter(own, due_on__lt=clock.today())


def forget(request: HttpRequest) -> None:
    """Something was done: ask anew."""
    cache.delete(_key(request))


def _key(request: HttpRequest) -> str:
    """Per session and unit; empty for a session that is not kept itself."""
    if not request.session.session_key:
        return ""
    unit = place.current_or_none(request)
    parts = (request.session.session_key, request.user.pk, unit.pk if unit else 0, clock.today().isoformat())
    return "guiju.tasks:" + ":".join(map(str, parts))
