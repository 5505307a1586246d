"""Stored files."""

from django.db import models


class StoredFile(models.Model):
    """Bytes kept once under their SHA-256; names belong to the records that point to them."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()
