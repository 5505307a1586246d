"""What is new in somebody's inbox, once a day by mail, where the house has a mail server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from email.utils import formatdate

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.access.actor import of_user
from guiju.access.models import User
from guiju.lib import clock
from guiju.workflow import inbox
from guiju.workflow.models import Notice, Step, TaskStatus
from guiju.workflow.words import title_of

#: More lines than this nobody reads in a mail; the inbox has them all.
MOST = 60
_ORDER = [Step.PRINCIPAL, Step.HEAD, Step.OVERDUE, Step.TODAY, Step.SOON, Step.ASKED, Step.HANDED]


def is_on() -> bool:
    """Has the house a mail server?"""
    return bool(settings.MAIL_FROM)


def waiting(on: date) -> list[int]:
    """The accounts with an address and something new that no mail has told, if none was sent to them on this day."""
    told = Notice.objects.filter(sent_on=on).values("user_id")
    reachable = Q(user__email__gt="") | Q(user__person__email__gt="")
    rows = _unsent().filter(reachable, user__is_active=True).exclude(user_id__in=told)
    return sorted(set(rows.order_by().values_list("user_id", flat=True).distinct()))


def _unsent() -> QuerySet[Notice]:
    """News about tasks that are still open; what was read on the page is no news."""
    return Notice.objects.filter(sent_on__isnull=True, read_at__isnull=True, task__status=TaskStatus.OPEN)


def send(user_id: int, on: date) -> bool:
    """Send somebody's digest; False when there is nothing (more) to send.

    The server's acceptance is noted right after it: only a crash between the two can send a digest twice, and both
    bear the same Message-ID.
    """
    user = User.objects.filter(pk=user_id, is_active=True).select_related("person").first()
    if user is None or Notice.objects.filter(user=user, sent_on=on).exists():
        return False
    # As in the inbox: whoever may not see a task any more is told nothing of it by mail either.
    seen = inbox.notices(by=of_user(user)).order_by().values("pk")
    news = list(_unsent().filter(pk__in=seen).select_related("task__unit").order_by("task__due_on", "pk"))
    address = _address(user)
    if not news or not address:
        return False
    with translation.override(user.language or settings.LANGUAGE_CODE):
        message = _message(user, address, news, on)
    message.send()
    Notice.objects.filter(pk__in=[notice.pk for notice in news]).update(sent_on=on)
    return True


def _address(user: User) -> str:
    person = getattr(user, "person", None)
    return user.email or (person.email if person is not None else "")


def _message(user: User, address: str, news: Sequence[Notice], on: date) -> EmailMessage:
    count = len({notice.task_id for notice in news})
    subject = ngettext("Guiju: %(count)d task needs you", "Guiju: %(count)d tasks need you", count) % {"count": count}
    domain = settings.MAIL_FROM.rpartition("@")[2].strip(" >") or "guiju.local"
    headers = {
        "Message-ID": f"<digest-{user.pk}-{on.isoformat()}@{domain}>",
        "Date": formatdate(clock.now().timestamp(), localtime=False),
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, _body(user, news), settings.MAIL_FROM, [address], headers=headers)


def _body(user: User, news: Sequence[Notice]) -> str:
    lines = [_("Hello %(name)s,") % {"name": user.name}]
    left = MOST
    for step in _ORDER:
        rows = [notice for notice in news if notice.step == step]
        if not rows or left <= 0:
            continue
        lines += ["", f"{step.label}:"]
        lines += [_line(notice) for notice in rows[:left]]
        left -= len(rows)
    if left < 0:
        lines += ["", _("… and %(count)d more.") % {"count": -left}]
    lines += ["", _("Your tasks: %(address)s") % {"address": settings.BASE_URL}]
    return "\n".join(lines) + "\n"


def _line(notice: Notice) -> str:
    task = notice.task
    words = {"title": title_of(task), "unit": task.unit.label, "day": task.due_on.isoformat()}
    return "- " + _("%(title)s (%(unit)s), due %(day)s") % words
