"""The log's tables: append-only, no foreign keys, so that history outlives what it tells of.

Triggers of migration 0002 refuse changes by mistake; `trail.verify` finds those made on purpose. There is no column
here that verification does not cover, hence the natural keys.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

#: Length of `Event.reason`; forms that ask for a reason take no more.
REASON_LENGTH = 300


class Event(models.Model):
    """One thing that happened. Its leaf is SHA-256(0x00 || canonical header); the header commits to the body.

    `seq` is the leaf's place in the log: given in the writing transaction on SQLite, by the sequencer on
    PostgreSQL (ADR 0003), so it may be null for a moment there.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seq = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    on_behalf_of = models.CharField(max_length=80, blank=True)
    unit_id = models.BigIntegerField(null=True)
    unit_code = models.CharField(max_length=40, blank=True)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    object_version = models.PositiveIntegerField(default=0)
    object_title = models.CharField(max_length=200, blank=True)
    happened_on = models.DateField(null=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    batch_count = models.PositiveIntegerField(default=0)
    commitment = models.BinaryField(max_length=32)
    leaf = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"]),
            models.Index(fields=["unit_id", "id"]),
            models.Index(fields=["actor_id", "id"]),
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="event_unsequenced"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_title}"


class EventBody(models.Model):
    """What the event committed to: salt and content, apart so that law may demand erasure without breaking the tree.

    The content is kept as the canonical text that was hashed, so that no JSON store can reformat the evidence.
    """

    event = models.OneToOneField(Event, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="body")
    salt = models.BinaryField(max_length=16)
    text = models.TextField()

    @property
    def content(self) -> dict[str, Any]:
        """The content as a mapping; fractions are text, dates are ISO."""
        value: dict[str, Any] = json.loads(self.text)
        return value


class BatchItem(models.Model):
    """One row of a bulk action: its digest and place under the event's Merkle root."""

    pk = models.CompositePrimaryKey("event_id", "place")
    event_id = models.BigIntegerField()
    place = models.PositiveIntegerField()
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    object_version = models.PositiveIntegerField(default=1)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id", "event_id"], name="batchitem_object")]


class Node(models.Model):
    """The hash of one completed subtree of the log (level 0 is the leaves' own row in `Event`)."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)


class Log(models.Model):
    """The one log of this installation: origin, size and frontier."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    origin = models.CharField(max_length=120)
    size = models.BigIntegerField(default=0)
    frontier = models.JSONField(default=list)
    verifier_key = models.CharField(max_length=200)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="log_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.origin

    @property
    def is_demo(self) -> bool:
        """Only a demo log may hold events at simulated times."""
        return is_demo(self.origin)


class Checkpoint(models.Model):
    """A signed note over size, root and time; a copy is written outside the database."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()


def is_demo(origin: str) -> bool:
    """True for a log whose name says that its history is made up."""
    return origin.startswith("DEMO")
