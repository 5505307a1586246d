"""Jobs and their leases."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """A job waits, runs under a lease, and ends well or badly."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Job(models.Model):
    """One piece of work. `attempt` fences effects: only the holder of the present lease may finish it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    lease_until = models.DateTimeField(null=True)
    run_after = models.DateTimeField()
    title = models.CharField(max_length=200, blank=True)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    workers = models.JSONField(default=list)
    user_id = models.BigIntegerField(null=True)
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "run_after", "id"]), models.Index(fields=["user_id", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="job_unique_while_open",
                fields=["unique_key"],
                condition=~models.Q(unique_key="") & models.Q(state__in=["waiting", "running"]),
            )
        ]


class Schedule(models.Model):
    """A recurring task's last due time; the unique pair makes two schedulers fire once."""

    name = models.CharField(max_length=60)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="schedule_once", fields=["name", "due_at"])]
