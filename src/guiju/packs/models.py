"""What the loader has read: packs, their requirements, and the registers they declare."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guiju.lib.fields import BinaryOrderField


class DocumentStatus(models.TextChoices):
    """The standing of the document a pack carries."""

    IN_FORCE = "in_force", _("In force")
    ENDED = "ended", _("Ended")
    DRAFT = "draft", _("Consultation draft")
    OWN = "own", _("Our own")


class Pack(models.Model):
    """One version of one pack. Only one version of an URN is current; older ones stay for what was adopted then."""

    urn = models.CharField(max_length=120)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    document_status = models.CharField(max_length=12, choices=DocumentStatus)
    header = models.JSONField()
    digest = models.CharField(max_length=64)
    is_current = models.BooleanField(default=True)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="pack_version_once", fields=["urn", "version"]),
            models.UniqueConstraint(name="pack_one_current", fields=["urn"], condition=Q(is_current=True)),
        ]

    def __str__(self) -> str:
        return self.title


class Requirement(models.Model):
    """One thing a document asks, sets or defines, with its own words and ours.

    `sizes` is empty when the row holds for every size; `applies` holds further attribute conditions;
    `tests` is the list of {test, params} that can prove it; `group` ties the rows of one 或 chain.
    """

    pack = models.ForeignKey(Pack, models.CASCADE, related_name="requirements")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=16)
    section = models.CharField(max_length=30)
    order = models.PositiveIntegerField()
    sizes = models.JSONField(default=list)
    source = models.CharField(max_length=200)
    official = models.TextField()
    plain = models.TextField()
    plain_en = models.TextField(blank=True)
    force = models.CharField(max_length=16)
    group = models.CharField(max_length=60, blank=True)
    addressee = models.CharField(max_length=20, default="unit")
    judgement = models.BooleanField(default=False)
    applies = models.JSONField(default=dict)
    tests = models.JSONField(default=list)
    note = models.TextField(blank=True)
    extra = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(name="requirement_code_once", fields=["pack", "code"])]
        indexes = [models.Index(fields=["pack", "order"])]

    def __str__(self) -> str:
        return self.code

    @property
    def is_gist(self) -> bool:
        """Is `official` a gist in our words, the document's own text not being at hand?"""
        return bool(self.extra.get("gist"))


class PackText(models.Model):
    """The document's own text with what became of every part of it, and its forms.

    `spans` lists [start, end, kind, reference] in characters of `text`: kind `requirement` (reference: its code),
    `form` (form code/cell id), `definition` `date` `no_duty` (place in `marks`). They may overlap.
    """

    pack = models.OneToOneField(Pack, models.CASCADE, primary_key=True, related_name="text")
    text = models.TextField(blank=True)
    spans = models.JSONField(default=list)
    marks = models.JSONField(default=list)
    forms = models.JSONField(default=list)


class RegisterDefinition(models.Model):
    """One register's YAML, as loaded from a pack."""

    code = BinaryOrderField(max_length=40, unique=True)
    pack = models.ForeignKey(Pack, models.CASCADE, related_name="registers")
    spec = models.JSONField()
    digest = models.CharField(max_length=64)
    order = models.PositiveIntegerField(default=0)
