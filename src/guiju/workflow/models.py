"""Tasks, the notices they send, the ladder they climb, and the working calendar they count by."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guiju.org.enums import Role
from guiju.workflow.routes.models import Delegation, Route, Run, Seat

__all__ = [
    "CalendarDay", "Delegation", "DoneHow", "Feed", "Ladder", "Notice", "Route", "Run", "Seat", "Step", "Task", "TaskSource",
    "TaskStatus",
]  # fmt: skip


class TaskStatus(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", _("To do")
    DONE = "done", _("Done")
    WAIVED = "waived", _("Not needed")
    ENDED = "ended", _("Ended with its programme")


class TaskSource(models.TextChoices):
    """What made the task."""

    REQUIREMENT = "requirement", _("A document")
    RECORD = "record", _("A record")
    PERSON = "person", _("A person")


class DoneHow(models.TextChoices):
    """What closed the task."""

    RECORD = "record", _("A record shows it")
    FILE = "file", _("A file shows it")
    PERSON = "person", _("Somebody said so")


class Task(models.Model):
    """Something one unit has to do by a day. The owner is the holder of `role` there, or whoever it was handed to.

    `key` names what it stands for (adoption, requirement, period), so that it is made once however often the clock
    runs. A task of an ended programme is closed with it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120, unique=True)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    root = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=12, choices=TaskSource)
    #: Of a document's task: the pack, its requirement, and the adoption under which it is asked.
    urn = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=60, blank=True)
    adoption_uid = models.UUIDField(null=True, blank=True)
    #: Of a task that a record or a run made: what it is about (`check_run`, `mark`, `decision` ...), for the way there.
    about = models.CharField(max_length=24, blank=True)
    about_uid = models.UUIDField(null=True, blank=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    period = models.CharField(max_length=8, blank=True)
    #: First day on which a record counts for it, and the day from which lists show it.
    starts_on = models.DateField()
    shown_on = models.DateField()
    due_on = models.DateField()
    role = models.CharField(max_length=24, choices=Role)
    owner = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=8, choices=TaskStatus, default=TaskStatus.OPEN)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.CharField(max_length=80, blank=True)
    done_how = models.CharField(max_length=8, choices=DoneHow, blank=True)
    register = models.CharField(max_length=40, blank=True)
    record_uid = models.UUIDField(null=True, blank=True)
    #: Made by hand with the wish for proof: it is closed with a file or a record, not with words alone.
    asks_proof = models.BooleanField(default=False)
    #: Files that show it: [{"digest", "name", "size", "media_type"}].
    files = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    #: The highest rung that was reached: 0 owner, 1 compliance head, 2 first responsible person.
    level = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="task_due_after_start", condition=Q(due_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="task_done_has_day", condition=Q(status="open", done_on__isnull=True) | ~Q(status="open")
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "status", "due_on"], name="task_unit_due"),
            models.Index(fields=["root", "status", "due_on", "id"], name="task_root_due"),
            models.Index(fields=["owner", "status", "due_on"], name="task_owner_due"),
            models.Index(fields=["adoption_uid", "status"], name="task_adoption"),
            models.Index(fields=["about_uid"], name="task_about", condition=Q(about_uid__isnull=False)),
            models.Index(fields=["record_uid"], name="task_record", condition=Q(record_uid__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class Step(models.TextChoices):
    """Why a notice was sent."""

    SOON = "soon", _("Due soon")
    TODAY = "today", _("Due today")
    OVERDUE = "overdue", _("Overdue")
    HEAD = "head", _("Escalated to the compliance head")
    PRINCIPAL = "principal", _("Escalated to the first responsible person")
    HANDED = "handed", _("Handed over")
    #: Somebody is asked for something of his own about the task (to read and confirm), not for the task itself.
    ASKED = "asked", _("Asked of you")


class Notice(models.Model):
    """One line in somebody's inbox about a task; each step of the ladder reaches each person once."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    task = models.ForeignKey(Task, models.CASCADE, related_name="notices")
    step = models.CharField(max_length=12, choices=Step)
    #: Working days before (positive) or after (negative) the deadline at which the step was reached.
    days = models.SmallIntegerField(default=0)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    #: The day of the digest that told it by mail.
    sent_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="notice_once", fields=["user", "task", "step", "days"])]
        indexes = [
            models.Index(fields=["user", "-made_at", "-id"], name="notice_inbox"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]


class Ladder(models.Model):
    """When a unit and all below it (unless they have their own) remind and escalate, in working days."""

    unit = models.OneToOneField("org.Unit", models.CASCADE, related_name="+")
    #: So many working days before the deadline the owner is reminded, e.g. [10, 3, 0].
    before = models.JSONField(default=list)
    #: So many working days after it the compliance head, then the first responsible person, is told.
    head_after = models.PositiveSmallIntegerField(default=1)
    principal_after = models.PositiveSmallIntegerField(default=5)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)


class CalendarDay(models.Model):
    """A day on which an enterprise works or rests otherwise than the published calendar says."""

    root = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    day = models.DateField()
    works = models.BooleanField()
    name = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(name="calendar_day_once", fields=["root", "day"])]


class Feed(models.Model):
    """Somebody's calendar address for other programmes; its secret is kept as a digest."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="feed_one_open", fields=["user"], condition=Q(revoked_at__isnull=True))
        ]
