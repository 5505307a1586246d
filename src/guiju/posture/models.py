"""Adoption, answers of evidence tests, judgements by people, and the small roll-up tables that pages read."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AdoptionMode(models.TextChoices):
    """Why a unit answers to a pack."""

    MANDATORY = "mandatory", _("Mandatory")
    VOLUNTARY = "voluntary", _("Voluntary")
    BENCHMARK = "benchmark", _("For comparison")


class Status(models.TextChoices):
    """What was found for one requirement of one unit (the JSON values of the contract)."""

    MET = "met", _("Met")
    PARTLY = "partly", _("Partly met")
    UNMET = "unmet", _("Not met")
    PERSON = "person", _("Needs a person")
    NA = "na", _("Not applicable")
    NOT_ADOPTED = "not_adopted", _("Not adopted")


class Adoption(models.Model):
    """A unit answers to a pack from-to. Nothing is asked of a unit without one."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="adoptions")
    pack = models.ForeignKey("packs.Pack", models.PROTECT, related_name="adoptions")
    mode = models.CharField(_("Why"), max_length=12, choices=AdoptionMode)
    from_on = models.DateField(_("From"))
    to_on = models.DateField(_("Until"), null=True, blank=True)
    base_date = models.DateField(_("Base date"), null=True, blank=True)
    reason = models.CharField(_("Decision or reason"), max_length=300, blank=True)
    by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="adoption_open_once",
                fields=["unit", "pack"],
                condition=Q(to_on__isnull=True),
                violation_error_message=_("This unit has already adopted this document."),
            ),
            models.CheckConstraint(
                name="adoption_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
        ]


class TestInstance(models.Model):
    """One evidence test with one set of parameters; requirements of any pack share it."""

    __test__ = False

    test = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    key = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.test


class RequirementTest(models.Model):
    """Which test instances prove a requirement, in order."""

    requirement = models.ForeignKey("packs.Requirement", models.CASCADE, related_name="wired")
    instance = models.ForeignKey(TestInstance, models.CASCADE, related_name="requirements")
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="requirement_test_once", fields=["requirement", "instance"])]


class Answer(models.Model):
    """A unit's own mergeable answer to a test instance: `ok` of `n`, with the figure people read.

    `valid_until` is the last day on which the answer stays true without any write; null means until a write.
    """

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    instance = models.ForeignKey(TestInstance, models.CASCADE, related_name="answers")
    n = models.IntegerField(default=0)
    ok = models.IntegerField(default=0)
    latest_on = models.DateField(null=True)
    figure = models.JSONField(default=dict)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="answer_once", fields=["unit", "instance"])]
        indexes = [models.Index(fields=["valid_until"], condition=Q(valid_until__isnull=False), name="answer_due")]


class Judgement(models.Model):
    """A person's answer to a requirement that only judgement can settle, with reason and expiry."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    requirement = models.ForeignKey("packs.Requirement", models.PROTECT, related_name="judgements")
    status = models.CharField(max_length=12, choices=Status)
    reason = models.TextField(_("Reason"))
    on = models.DateField()
    expires_on = models.DateField(_("Valid until"))
    by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="judgement_one_open", fields=["unit", "requirement"], condition=Q(superseded_at__isnull=True)
            )
        ]


class Counts(models.Model):
    """How many (legal entities or requirements) stand at each status."""

    met = models.IntegerField(default=0)
    partly = models.IntegerField(default=0)
    unmet = models.IntegerField(default=0)
    person = models.IntegerField(default=0)
    na = models.IntegerField(default=0)

    class Meta:
        abstract = True


class RequirementRollup(Counts):
    """Per unit and requirement: how its adopting legal entities at all levels (itself included) stand."""

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    requirement = models.ForeignKey("packs.Requirement", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="requirement_rollup_once", fields=["unit", "requirement"])]


class PackRollup(Counts):
    """Per unit and pack: requirement counts of the unit itself (`own`) or of all levels together (`all`)."""

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    pack = models.ForeignKey("packs.Pack", models.CASCADE, related_name="+")
    reach = models.CharField(max_length=4, choices=[("own", "own"), ("all", "all")])
    units = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="pack_rollup_once", fields=["unit", "pack", "reach"])]
