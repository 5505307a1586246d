"""Somebody's tasks as an iCalendar that phones and office programmes subscribe to."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from guiju.access import actions as access
from guiju.access.actor import of_user
from guiju.lib import clock
from guiju.workflow import days, ladder
from guiju.workflow.inbox import all_of
from guiju.workflow.models import Feed, Task, TaskStatus
from guiju.workflow.words import title_of

if TYPE_CHECKING:
    from icalendar import Component

MEDIA_TYPE = "text/calendar; charset=utf-8"
#: Closed tasks stay for so long after their deadline, open ones for ever.
KEPT = timedelta(days=92)
#: So many tasks at most, those with the nearest deadlines.
MOST = 1_000
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_MORNING = time(9, tzinfo=clock.SHANGHAI)
_USED = timedelta(hours=1)


def render(secret: str, *, link: Callable[[Task], str] | None = None) -> bytes | None:
    """The calendar behind a secret, or None when it opens nothing. `link` gives a task's page."""
    feed = _opened(secret)
    if feed is None:
        return None
    with translation.override(feed.user.language or settings.LANGUAGE_CODE):
        return _calendar(feed, link)


def _opened(secret: str) -> Feed | None:
    """Looked up by the secret's digest, whose beginning tells nothing of it; then compared in constant time."""
    digest = access.digest(secret)
    feed = Feed.objects.filter(digest=digest, revoked_at__isnull=True).select_related("user").first()
    if feed is None or not hmac.compare_digest(feed.digest, digest) or not feed.user.is_active:
        return None
    now = clock.now()
    if feed.used_at is None or now - feed.used_at >= _USED:
        Feed.objects.filter(pk=feed.pk).update(used_at=now)
    return feed


def _calendar(feed: Feed, link: Callable[[Task], str] | None) -> bytes:
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", "-//Guiju//Tasks//ZH")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", _("Guiju tasks"))
    found.add("x-published-ttl", "PT4H")
    today = clock.today()
    rows = all_of(by=of_user(feed.user), on=today)
    kept = rows.filter(status=TaskStatus.OPEN) | rows.exclude(status=TaskStatus.OPEN).filter(due_on__gte=today - KEPT)
    tasks = _nearest(kept, today)
    calendars, ladders = days.Calendars(), ladder.Ladders()
    calendars.load(task.root_id for task in tasks)
    for task in tasks:
        rule = ladders.at(task.unit.path)
        found.add_component(_event(task, calendars.of(task.root_id), rule, link(task) if link else ""))
    content: bytes = found.to_ical()
    return content


def _nearest(kept: QuerySet[Task], today: date) -> list[Task]:
    """Of more than fit, those whose deadlines lie nearest to today, so that old ones do not hide what is to come."""
    ahead = kept.filter(due_on__gte=today).order_by("due_on", "pk")[:MOST]
    past = kept.filter(due_on__lt=today).order_by("-due_on", "-pk")[:MOST]
    near = sorted([*ahead, *past], key=lambda task: abs((task.due_on - today).days))[:MOST]
    return sorted(near, key=lambda task: (task.due_on, task.pk))


def _plain(text: str) -> str:
    """Without control characters, which calendars may not hold (RFC 5545, 3.1); lines stay lines."""
    return _CONTROLS.sub(" ", text)


def _event(task: Task, calendar: days.Calendar, rule: ladder.Rule, url: str) -> Component:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{task.uid}@guiju")
    event.add("dtstamp", task.recorded_at)
    event.add("last-modified", task.recorded_at)
    event.add("sequence", task.version)
    event.add("dtstart", task.due_on)
    event.add("dtend", task.due_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _summary(task))
    event.add("description", _plain("\n".join(part for part in (task.unit.name, task.note) if part)))
    event.add("status", "CANCELLED" if task.status in {TaskStatus.WAIVED, TaskStatus.ENDED} else "CONFIRMED")
    if url:
        event.add("url", url)
    if task.status == TaskStatus.OPEN:
        for before in rule.before:
            event.add_component(_alarm(task, calendar.add(task.due_on, -before)))
    return event


def _summary(task: Task) -> str:
    title = _plain(title_of(task))
    return _("Done: %(title)s") % {"title": title} if task.status == TaskStatus.DONE else title


def _alarm(task: Task, on: date) -> Component:
    """At nine in the morning of a working day so many before the deadline."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _plain(title_of(task)))
    alarm.add("trigger", datetime.combine(on, _MORNING).astimezone(UTC))
    return alarm
