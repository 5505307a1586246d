"""Adoption, answers of evidence tests, judgements by people, standings and the roll-up that pages read (ADR 0007)."""

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
    NOT_DUE = "not_due", _("Not due yet")
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
    #: The programme's last day under this adoption; one that runs to it stays in the picture as it stood then.
    programme_end = models.DateField(null=True, blank=True, editable=False)
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
    """Which test instances prove a requirement, in order; those of the same order are alternatives."""

    requirement = models.ForeignKey("packs.Requirement", models.CASCADE, related_name="wired")
    instance = models.ForeignKey(TestInstance, models.CASCADE, related_name="requirements")
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="requirement_test_once", fields=["requirement", "instance"])]


class UnitAnswers(models.Model):
    """A legal entity's own answers to all test instances that concern it, in one row that is also its lock.

    `answers` maps the instance's id to {n, ok, s(tatus), on, until, f(igure)}. `valid_until` is the last day on which
    all of them stay true without any write; null means until a write.
    """

    unit = models.OneToOneField("org.Unit", models.CASCADE, primary_key=True, related_name="+")
    answers = models.JSONField(default=dict)
    valid_until = models.DateField(null=True)
    as_of = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["valid_until"], condition=Q(valid_until__isnull=False), name="answers_due")]


class Standing(models.Model):
    """How a legal entity stands to a pack it answers to: one letter per requirement, in the document's order.

    The letters are those of `LETTERS`. What ancestors have counted is always this row, so that the difference to a
    new reading is exact whatever happened in between.
    """

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="standings")
    pack = models.ForeignKey("packs.Pack", models.CASCADE, related_name="+")
    statuses = models.TextField()
    as_of = models.DateField()
    #: Set once the programme has ended: the day it stands for, for good.
    frozen_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="standing_once", fields=["unit", "pack"])]
        indexes = [
            models.Index(fields=["pack", "unit"], condition=Q(frozen_on__isnull=False), name="standing_frozen"),
        ]


#: Status -> its letter in `Standing.statuses`; a requirement not addressed to the unit has none of them.
LETTERS = {
    Status.MET: "m",
    Status.PARTLY: "p",
    Status.UNMET: "u",
    Status.PERSON: "j",
    Status.NA: "n",
    Status.NOT_DUE: "d",
}
NOT_ADDRESSED = "-"


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
    """How many requirements stand at each status."""

    met = models.IntegerField(default=0)
    partly = models.IntegerField(default=0)
    unmet = models.IntegerField(default=0)
    person = models.IntegerField(default=0)
    na = models.IntegerField(default=0)
    not_due = models.IntegerField(default=0)

    class Meta:
        abstract = True


class PackRollup(Counts):
    """Per unit and pack: requirement counts of the unit itself (`own`) or of all levels together (`all`)."""

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    pack = models.ForeignKey("packs.Pack", models.CASCADE, related_name="+")
    reach = models.CharField(max_length=4, choices=[("own", "own"), ("all", "all")])
    units = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="pack_rollup_once", fields=["unit", "pack", "reach"])]


class RollupDay(Counts):
    """What a unit's roll-up was at the end of a day on which it had changed: the group's recorded history."""

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    pack = models.ForeignKey("packs.Pack", models.CASCADE, related_name="+")
    reach = models.CharField(max_length=4, choices=[("own", "own"), ("all", "all")])
    on = models.DateField()
    units = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="rollup_day_once", fields=["unit", "pack", "reach", "on"])]


class RecordedDay(models.Model):
    """A day whose evening has been written to `RollupDay`: each day once, however often the night runs."""

    on = models.DateField(unique=True)


class LatenessNight(models.Model):
    """How late the records of a large unit, or of all levels below it, were made, as counted last night.

    `counts` maps month -> register -> [in time, some days late, long after]. Smaller ones are counted when asked.
    """

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    reach = models.CharField(max_length=4, choices=[("own", "own"), ("all", "all")])
    counts = models.JSONField(default=dict)
    as_of = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="lateness_once", fields=["unit", "reach"])]
