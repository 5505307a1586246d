"""What a house arranges once: its own working days, its ladder, and everybody's calendar address and notices."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import actions as access
from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, Fault, Problem
from guiju.org.models import Unit
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.workflow import content, ladder, yearlist
from guiju.workflow.models import CalendarDay, Feed, Ladder, Notice, Task
from guiju.workflow.yearlist import DayLine

CALENDAR = Permission.WORKFLOW_CALENDAR_EDIT
#: Secrets of calendar addresses begin so, so that one that leaks is recognised.
FEED_PREFIX = "gjc_"


# --- working days -----------------------------------------------------------------------------------------------------


@transaction.atomic
def set_day(*, root: Unit, day: date, works: bool, by: Actor, name: str = "") -> CalendarDay:
    """Say of one day that the enterprise works or rests, whatever the published calendar says."""
    _require_root(root, by)
    _refuse_days(day.year, [DayLine(day, works, name)])
    _hold(root)
    row, _made = CalendarDay.objects.update_or_create(
        root=root,
        day=day,
        defaults={"works": works, "name": name.strip(), "recorded_at": clock.now(), "by": by.name[:80]},
    )
    _record_year(root, day.year, by=by, title=day.isoformat())
    return row


@transaction.atomic
def clear_day(*, root: Unit, day: date, by: Actor) -> None:
    """Let the published calendar hold again."""
    _require_root(root, by)
    _hold(root)
    gone, _kinds = CalendarDay.objects.filter(root=root, day=day).delete()
    if gone:
        _record_year(root, day.year, by=by, title=day.isoformat())


@transaction.atomic
def import_year(*, root: Unit, year: int, rows: Sequence[DayLine], by: Actor) -> int:
    """Put a list in place of all own days of a year; an empty list clears the year."""
    _require_root(root, by)
    _refuse_days(year, rows)
    _hold(root)
    now = clock.now()
    CalendarDay.objects.filter(root=root, day__year=year).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(root=root, day=row.day, works=row.works, name=row.name.strip(), recorded_at=now, by=by.name[:80])
        for row in {row.day: row for row in rows}.values()
    )
    _record_year(root, year, by=by, title=str(year))
    return len(rows)


def _require_root(root: Unit, by: Actor) -> None:
    check.require(by, CALENDAR, root)
    if root.parent_id is not None:
        raise Problem(
            "calendar.root",
            _("A working calendar belongs to the whole enterprise."),
            fix=_("Set it at the top unit of the tree."),
            status=422,
        )


def _hold(root: Unit) -> None:
    """One after the other: each event tells the whole year, so two that did not see each other would both be wrong."""
    Unit.objects.select_for_update().get(pk=root.pk)


def _refuse_days(year: int, rows: Sequence[DayLine]) -> None:
    faults = []
    if not yearlist.FIRST <= year <= yearlist.LAST:
        faults.append(Fault("year", _("The year lies outside what a calendar is kept for.")))
    faults += [Fault(row.day.isoformat(), _("The day is not in this year.")) for row in rows if row.day.year != year]
    faults += [Fault(row.day.isoformat(), _("The name is too long.")) for row in rows if len(row.name.strip()) > 80]
    if len(rows) > yearlist.MOST_LINES:
        faults.append(Fault("days", _("These are more days than a year has.")))
    if faults:
        raise Problem("calendar.invalid", _("The working calendar was not changed."), faults=faults, status=422)


def _record_year(root: Unit, year: int, *, by: Actor, title: str) -> None:
    """The event holds the year's own days as they stand now, so that verification can compare them."""
    trail.record(
        Action.CALENDAR_SET,
        by=by,
        unit=root,
        object_type="calendar",
        object_id=content.year_id(root, year),
        object_version=1,
        title=title,
        content=content.of_year(root, year, CalendarDay.objects.filter(root=root, day__year=year)),
    )


# --- the ladder -------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_ladder(
    *, unit: Unit, before: Sequence[int], head_after: int, principal_after: int, version: int, by: Actor
) -> Ladder:
    """Give a unit (and all below without their own) its own reminders and escalation; `version` 0 for a first one."""
    check.require(by, CALENDAR, unit)
    _refuse_ladder(before, head_after, principal_after)
    row = _its_ladder(unit, version)
    if row is None:
        row = Ladder(unit=unit, version=0)
    row.before, row.head_after, row.principal_after = list(before), head_after, principal_after
    row.version, row.recorded_at, row.by = row.version + 1, clock.now(), by.name[:80]
    row.save()
    _record_ladder(unit, row, by=by)
    return row


@transaction.atomic
def clear_ladder(*, unit: Unit, version: int, by: Actor) -> None:
    """Let the ladder from above hold again."""
    check.require(by, CALENDAR, unit)
    row = _its_ladder(unit, version)
    if row is not None:
        row.delete()
        _record_ladder(unit, None, by=by)


def _its_ladder(unit: Unit, version: int) -> Ladder | None:
    """The unit's own ladder if it is as the actor saw it (version 0: there was none)."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    row = Ladder.objects.filter(unit=unit).first()
    if version != (row.version if row else 0):
        problem = Conflict(
            _("Reminders and escalation were changed in the meantime."), fix=_("Look again."), code="ladder.conflict"
        )
        current = content.of_ladder(unit, row) | ({"before": list(row.before)} if row else {})
        problem.data = {"version": row.version if row else 0, "current": current}
        raise problem
    return row


def _refuse_ladder(before: Sequence[int], head_after: int, principal_after: int) -> None:
    faults = []
    limits = {"most": ladder.MOST}
    if len(before) > 6 or any(not 0 <= days <= ladder.MOST for days in before):
        faults.append(Fault("before", _("At most six reminders, each 0 to %(most)d working days before.") % limits))
    elif any(one <= other for one, other in pairwise(before)):
        faults.append(Fault("before", _("The reminders stand in descending order, each once.")))
    for name, days in (("head_after", head_after), ("principal_after", principal_after)):
        if not 0 <= days <= ladder.MOST:
            faults.append(Fault(name, _("Choose 0 to %(most)d working days.") % limits))
    if not faults and head_after >= principal_after:
        faults.append(Fault("principal_after", _("The first responsible person is told after the compliance head.")))
    if faults:
        raise Problem("ladder.invalid", _("Reminders and escalation were not changed."), faults=faults, status=422)


def _record_ladder(unit: Unit, row: Ladder | None, *, by: Actor) -> None:
    trail.record(
        Action.LADDER_SET,
        by=by,
        unit=unit,
        object_type="ladder",
        object_id=str(unit.uid),
        object_version=1,
        title=unit.name,
        content=content.of_ladder(unit, row),
    )


# --- one's own --------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_feed(*, by: Actor) -> tuple[Feed, str]:
    """A calendar address of one's own; the secret in it is shown once, and one opened before is closed."""
    user = _person(by)
    if by.token is not None:
        # It would outlive the token and open what the token is cut off from.
        raise Denied(_("A token cannot open a calendar address."), fix=_("Open it on the page of the own account."))
    close_feed(by=by)
    secret = FEED_PREFIX + secrets.token_urlsafe(32)
    feed = Feed.objects.create(user=user, digest=access.digest(secret), created_at=clock.now())
    _record_feed(Action.TOKEN_ISSUED, feed, by=by)
    return feed, secret


@transaction.atomic
def close_feed(*, by: Actor) -> bool:
    """The address opens nothing from this moment."""
    user = User.objects.select_for_update().get(pk=_person(by).pk)
    feed = Feed.objects.filter(user=user, revoked_at__isnull=True).first()
    if feed is None:
        return False
    feed.revoked_at = clock.now()
    feed.save(update_fields=["revoked_at"])
    _record_feed(Action.TOKEN_REVOKED, feed, by=by)
    return True


def _person(by: Actor) -> User:
    if by.user is None:
        raise Denied(_("A calendar address belongs to an account."))
    return by.user


def _record_feed(action: Action, feed: Feed, *, by: Actor) -> None:
    trail.record(
        action,
        by=by,
        unit=None,
        object_type="feed",
        object_id=str(feed.uid),
        title=_("Calendar address"),
        content={"account": feed.user.username},
    )


def read_notices(*, by: Actor, uids: Iterable[UUID] | None = None) -> int:
    """Mark own notices as read: those named, or all."""
    if by.user is None:
        return 0
    seen = scope.restrict(Task.objects.all(), by=by, permission=Permission.WORKFLOW_TASK_VIEW)
    rows = Notice.objects.filter(user=by.user, read_at__isnull=True, task__in=seen.values("pk"))
    if uids is not None:
        rows = rows.filter(uid__in=list(uids))
    return rows.update(read_at=clock.now())
