"""What governance keeps besides the registers: versions of texts, stocks on their way in, readings, archives.

A policy itself is a record of the register `policies`, a body of `bodies`, a meeting of `meetings`, a resolution of
`decisions`.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from guiju.governance.enums import (
    AT_WORK,
    Advice,
    ArchiveState,
    FileState,
    IntakeState,
    ReadingState,
    ReceiptState,
    VersionState,
)


class PolicyVersion(models.Model):
    """One version of a policy's text, from draft to the day it is replaced. `policy` is the record in `policies`.

    `text` holds one paragraph a line. `files` are the record's own kind of file list: [{"digest", "name", "size"}].
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    policy = models.UUIDField()
    #: 1, 2, 3 … within the policy.
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    title = models.CharField(max_length=200)
    document_number = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    files = models.JSONField(default=list)
    #: Why it was drafted or changed, and on what ground.
    reason = models.CharField(max_length=1000, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    in_force_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    #: Why it ended, and the number of the document that ended it.
    end_reason = models.CharField(max_length=1000, blank=True)
    end_number = models.CharField(max_length=60, blank=True)
    #: The row of the yearly plan that it carries out.
    plan = models.UUIDField(null=True, blank=True)
    drafted_by = models.CharField(max_length=80)
    #: Accounts that wrote or submitted it, the one who began it first: none of them approves it.
    authors = models.JSONField(default=list)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=80, blank=True)
    #: The reviewer's opinion, also where the version was returned.
    opinion = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="policy_version_once", fields=["policy", "number"]),
            models.UniqueConstraint(
                name="policy_version_one_in_force", fields=["policy"], condition=Q(state=VersionState.IN_FORCE)
            ),
            models.UniqueConstraint(
                name="policy_version_one_at_work", fields=["policy"], condition=Q(state__in=AT_WORK)
            ),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="policy_version_state")]


class Intake(models.Model):
    """A stock of rules on its way into the library: files are read, people look through them and confirm."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    #: The day up to which rules were collected (001: those up to the end of 2022).
    cutoff_on = models.DateField()
    state = models.CharField(max_length=10, choices=IntakeState, default=IntakeState.READING)
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    #: The record of the stocktake that it left in `policy_stocktakes`.
    stocktake = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["unit", "begun_at"], name="intake_unit")]


class IntakeFile(models.Model):
    """One file of a stock: what was found in it, what is proposed, and what a person settled."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    intake = models.ForeignKey(Intake, models.CASCADE, related_name="items")
    ordinal = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    #: The folders it lay in: often the category.
    folder = models.CharField(max_length=300, blank=True)
    #: Empty where the file was refused and is not kept.
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=FileState, default=FileState.WAITING)
    #: A code of `intake.faults` (scanned, locked, macros, broken, disguised ...) where the words could not be read.
    fault = models.CharField(max_length=20, blank=True)
    #: What was found and proposed, by the register's field codes and those of `intake.finding`.
    found = models.JSONField(default=dict)
    #: Reasons of the advice as `intake.reasons` puts them into sentences: [{"code", ...}].
    why = models.JSONField(default=list)
    advice = models.CharField(max_length=8, choices=Advice, default=Advice.KEEP)
    #: What a person settled instead, by the same field codes.
    settled = models.JSONField(default=dict)
    left_out = models.BooleanField(default=False)
    #: A policy of the library, or another file of this stock, that seems to be the same.
    same_as_policy = models.UUIDField(null=True, blank=True)
    same_as_file = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    entry = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(name="intake_file_once", fields=["intake", "ordinal"])]
        indexes = [models.Index(fields=["digest"], name="intake_file_digest")]


class Reading(models.Model):
    """Somebody gives a rule out to be read and confirmed.

    `audience` says to whom: {"kind", "since", "departments", "below", "joiners"}. `papers` are signed lists of those who
    confirmed by hand: [{"digest", "name", "size", "media_type", "by", "on", "count", "unit"}].
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    policy = models.UUIDField()
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+")
    #: The version that people have read before, where this reading is about what differs.
    compared = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=200)
    #: What each person confirms, in one sentence.
    statement = models.CharField(max_length=500)
    audience = models.JSONField(default=dict)
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=ReadingState, default=ReadingState.ISSUING)
    person_count = models.PositiveIntegerField(default=0)
    confirmed_count = models.PositiveIntegerField(default=0)
    reminded_on = models.DateField(null=True, blank=True)
    papers = models.JSONField(default=list)
    #: The record that was made of it when it was closed, where somebody said so: "register:uid".
    record = models.CharField(max_length=80, blank=True)
    issued_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="reading_unit")]


class Receipt(models.Model):
    """One person of a reading. `way` is online or paper; `paper` the digest of the signed list."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="receipts")
    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+", db_index=False)
    department = models.ForeignKey("org.Unit", models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=ReceiptState, default=ReceiptState.PENDING)
    way = models.CharField(max_length=8, blank=True)
    paper = models.CharField(max_length=64, blank=True)
    #: Of somebody who was asked later than the others; otherwise the day of the reading holds.
    due_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    #: How many parts of the text were read to their end.
    reached = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="receipt_once", fields=["reading", "person"])]
        indexes = [
            models.Index(fields=["person", "state"], name="receipt_person"),
            models.Index(fields=["reading", "unit", "department", "state"], name="receipt_where"),
        ]


class Archive(models.Model):
    """One archive file of a unit: which parts of which span it holds, and the digest that the trail holds."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField()
    #: Codes of the parts chosen (appointments, training, assessments, lists, documents ...).
    parts = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=ArchiveState, default=ArchiveState.MAKING)
    digest = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    #: SHA-256 of its `manifest.json`, which the trail holds; empty until it is sealed.
    manifest = models.CharField(max_length=64, blank=True)
    #: How much of what it holds: {part: {"rows", "files", "bare", "late"}}.
    counted = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    by = models.CharField(max_length=80)
    #: Whose account asked for it.
    account = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "made_at"], name="archive_unit")]


class Sitting(models.Model):
    """The sheet of one meeting (a record of `meetings`): who came, what was said and resolved, until it is settled.

    `attendance`: [{"person", "name", "seat", "state": present|absent|deputy|"", "deputy"}]. `minutes`: held_on, place,
    chair, guests, remark, next_work, minutes_number, signer, decisions [{"item", "matter", "owner", "due_on"}].
    `items`: {uid of the agenda item: {"outcome", "votes_for", "votes_against", "votes_abstained", "resolution"}}.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    meeting = models.UUIDField(unique=True)
    attendance = models.JSONField(default=list)
    minutes = models.JSONField(default=dict)
    items = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)
