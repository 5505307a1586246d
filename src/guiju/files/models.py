"""Stored files."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """Bytes kept once under their SHA-256; names belong to the records that point to them."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()


class TextState(models.TextChoices):
    """What came of reading a file's words."""

    READ = "read", _("Text read")
    SCANNED = "scanned", _("Pictures without text")
    LOCKED = "locked", _("Protected by a password")
    BROKEN = "broken", _("Cannot be read")
    NONE = "none", _("Holds no text to read")


class FileText(models.Model):
    """The words of a stored file, read once in a process of its own (`files.texts`)."""

    file = models.OneToOneField(StoredFile, models.CASCADE, primary_key=True, related_name="words")
    state = models.CharField(max_length=8, choices=TextState)
    #: Paragraphs in their order, one a line; pages are parted by a form feed.
    text = models.TextField(blank=True)
    page_count = models.PositiveIntegerField(null=True)
    read_at = models.DateTimeField()
