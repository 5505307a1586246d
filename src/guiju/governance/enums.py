"""Closed words of governance."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class VersionState(models.TextChoices):
    """Where one version of a policy's text stands."""

    DRAFT = "draft", pgettext_lazy("policy version", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("policy version", "Under review")
    APPROVED = "approved", pgettext_lazy("policy version", "Approved, not yet in force")
    IN_FORCE = "in_force", pgettext_lazy("policy version", "In force")
    SUPERSEDED = "superseded", pgettext_lazy("policy version", "Replaced by a later version")
    REPEALED = "repealed", pgettext_lazy("policy version", "Repealed")
    WITHDRAWN = "withdrawn", pgettext_lazy("policy version", "Withdrawn")


#: A version somebody is still working on: one of them at most for each policy.
AT_WORK = (VersionState.DRAFT, VersionState.SUBMITTED, VersionState.APPROVED)


class Advice(models.TextChoices):
    """What is to become of a policy found in a stock of rules."""

    KEEP = "keep", pgettext_lazy("policy", "Keep")
    AMEND = "amend", pgettext_lazy("policy", "Amend")
    REPEAL = "repeal", pgettext_lazy("policy", "Repeal")


class IntakeState(models.TextChoices):
    """Where a stock of rules stands on its way in."""

    READING = "reading", pgettext_lazy("intake", "Files are being read")
    READY = "ready", pgettext_lazy("intake", "To be looked through")
    TAKING = "taking", pgettext_lazy("intake", "Being taken into the library")
    CONFIRMED = "confirmed", pgettext_lazy("intake", "Taken into the library")
    DROPPED = "dropped", pgettext_lazy("intake", "Dropped")


class FileState(models.TextChoices):
    """What came of one file of a stock."""

    WAITING = "waiting", pgettext_lazy("intake", "Waits to be read")
    READ = "read", pgettext_lazy("intake", "Read")
    FAULTY = "faulty", pgettext_lazy("intake", "Needs a look")


class ReadingState(models.TextChoices):
    """Where a round of read-and-confirm stands."""

    ISSUING = "issuing", pgettext_lazy("reading", "Being given out")
    OPEN = "open", pgettext_lazy("reading", "Open")
    CLOSED = "closed", pgettext_lazy("reading", "Closed")


class ReceiptState(models.TextChoices):
    """Whether one person has confirmed."""

    PENDING = "pending", pgettext_lazy("reading", "Not yet confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("reading", "Confirmed")
    RELEASED = "released", pgettext_lazy("reading", "No longer asked")


class ArchiveState(models.TextChoices):
    """Where an archive file stands."""

    MAKING = "making", pgettext_lazy("archive", "Being made")
    READY = "ready", pgettext_lazy("archive", "Ready")
    FAILED = "failed", pgettext_lazy("archive", "Failed")
