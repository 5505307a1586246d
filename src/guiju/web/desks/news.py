"""What changed lately, as sentences, in the scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.http import HttpRequest

from guiju.access.permissions import Permission
from guiju.access.scope import scope
from guiju.lib import clock
from guiju.org.models import LAST, Unit
from guiju.registers.models import Entry
from guiju.trail import presenters
from guiju.trail.events import Action
from guiju.trail.models import Event
from guiju.web import links, place

SHOWN = 12
#: Business, not administration: rights, accounts and exports are told on the trail.
TOLD = (
    Action.ADOPTION_ENDED, Action.ATTRIBUTE_SET, Action.ENTRY_CHANGED, Action.ENTRY_CREATED, Action.ENTRY_IMPORTED,
    Action.ENTRY_MOVED, Action.ENTRY_REMOVED, Action.JUDGEMENT_GIVEN, Action.PACK_ADOPTED, Action.PERSON_CREATED,
    Action.PERSON_LEFT, Action.UNIT_CLOSED, Action.UNIT_CREATED, Action.UNIT_MOVED,
)  # fmt: skip


def lately(request: HttpRequest, unit: Unit) -> tuple[list[presenters.HistoryLine], bool]:
    """Events since the beginning of yesterday (True), or the last ones before when there are none."""
    held = scope(place.by(request), Permission.REGISTER_ENTRY_VIEW)
    if not held.covers(unit):
        return [], False
    rows = Event.objects.filter(action__in=TOLD)
    whole = unit.depth == 0 and unit.pk in held.roots
    if whole or any(unit.path.startswith(prefix) for prefix in held.subtrees) or unit.root_id in held.roots:
        below = Unit.objects.filter(path__gte=unit.path, path__lt=unit.path + LAST)
        rows = rows.filter(unit_id__in=below.values("pk"))
    else:
        rows = rows.filter(unit_id=unit.pk)
    rows = rows.select_related("body").order_by("-id")
    yesterday = datetime.combine(clock.today() - timedelta(days=1), time(), tzinfo=clock.SHANGHAI)
    fresh = _thinned(rows.filter(at__gte=yesterday)[: SHOWN * 4])
    return _told(fresh or _thinned(rows[: SHOWN * 4])), bool(fresh)


def _thinned(rows: Iterable[Event]) -> list[Event]:
    """The same thing done to the same object several times in a row is told once."""
    kept: list[Event] = []
    for event in rows:
        last = kept[-1] if kept else None
        if last and (last.action, last.actor_name, last.object_title) == (
            event.action,
            event.actor_name,
            event.object_title,
        ):
            continue
        kept.append(event)
    return kept[:SHOWN]


def _told(events: list[Event]) -> list[presenters.HistoryLine]:
    # What was done to many rows at once names none of them.
    ids = [event.object_id for event in events if event.object_type == "entry" and not event.batch_count]
    registers = {str(uid): code for uid, code in Entry.objects.filter(uid__in=ids).values_list("uid", "register")}
    return [with_url(event, registers) for event in events]


def with_url(event: Event, registers: dict[str, str]) -> presenters.HistoryLine:
    """The line with the address of what it tells of, where that still exists."""
    line = presenters.line(event)
    url = ""
    if event.object_type == "entry" and event.object_id in registers:
        url = links.record(registers[event.object_id], event.object_id)
    elif event.object_type == "unit":
        url = links.unit(event.unit_code)
    elif event.object_type == "person":
        url = links.person(event.object_id)
    return presenters.HistoryLine(
        line.sentence, line.at, line.by, line.happened_on, line.late_days, line.action, line.reason, line.changes,
        line.uid, url,
    )  # fmt: skip
