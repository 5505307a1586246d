"""Units as trees with a materialised path, people, dated attributes, and supervision across trees."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guiju.lib.fields import BinaryOrderField
from guiju.org.enums import UnitKind

#: Characters of one path step; 36**4 children fit under one unit.
STEP = 4
#: Sorts after every digit and capital letter, so `path + LAST` bounds a subtree from above.
LAST = "~"


class Unit(models.Model):
    """A company, branch, department, authority or association: one node of one tree.

    `path` holds one fixed-width step per level, so a subtree is the range [path, path + "~").
    Never set `parent`, `path`, `depth` or `root` directly: `org.actions` keeps them consistent.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("Code"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    short_name = models.CharField(_("Short name"), max_length=40, blank=True)
    sort_key = BinaryOrderField(max_length=400, blank=True, editable=False)
    kind = models.CharField(_("Kind"), max_length=16, choices=UnitKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    root = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")
    path = BinaryOrderField(max_length=80, unique=True, editable=False)
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    uscc = models.CharField(_("Unified social credit code"), max_length=18, blank=True)
    country = models.CharField(_("Country or region"), max_length=2, default="CN")
    founded_on = models.DateField(_("Founded on"), null=True, blank=True)
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unit_authority_is_root",
                condition=~Q(kind__in=["authority", "association"]) | Q(parent__isnull=True),
                violation_error_message=_("An authority or association stands on its own, never inside another tree."),
            ),
            models.CheckConstraint(
                name="unit_department_has_parent",
                condition=~Q(kind__in=["department", "branch"]) | Q(parent__isnull=False),
                violation_error_message=_("A department or branch belongs to a company: choose its parent unit."),
            ),
            models.CheckConstraint(
                name="unit_not_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message=_("A unit cannot be its own parent."),
            ),
            models.CheckConstraint(
                name="unit_closed_after_founded",
                condition=Q(closed_on__isnull=True) | Q(founded_on__isnull=True) | Q(closed_on__gte=F("founded_on")),
                violation_error_message=_("The closing date lies before the founding date."),
            ),
            models.UniqueConstraint(
                name="unit_uscc_once",
                fields=["uscc"],
                condition=~Q(uscc="") & Q(closed_on__isnull=True),
                violation_error_message=_("Another unit already has this unified social credit code."),
            ),
        ]
        indexes = [models.Index(fields=["parent", "sort_key"]), models.Index(fields=["root", "kind", "path"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_legal_entity(self) -> bool:
        """Only legal entities are counted at all levels (全级次) and carry a posture."""
        return self.kind == UnitKind.COMPANY

    @property
    def label(self) -> str:
        """The name people use in lists."""
        return self.short_name or self.name


class UnitAttribute(models.Model):
    """One dated value of an attribute that some pack declares (industry, staff count, has a board ...).

    A new value closes the one before (`to_on` = the day before). A correction for the same first day supersedes the
    row, which stays: a question as of an earlier day gets the value that was recorded by then.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="attributes")
    code = models.CharField(max_length=40)
    value = models.JSONField()
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attribute_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                name="attribute_one_open_value",
                fields=["unit", "code"],
                condition=Q(to_on__isnull=True, superseded_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["unit", "code", "from_on"])]


class Person(models.Model):
    """Somebody who works in a unit or for it; may have an account."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="people", verbose_name=_("Unit"))
    department = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Department")
    )
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=60)
    sort_key = BinaryOrderField(max_length=200, blank=True, editable=False)
    number = models.CharField(_("Staff number"), max_length=40, blank=True)
    post = models.CharField(_("Post"), max_length=80, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    phone = models.CharField(_("Phone"), max_length=30, blank=True)
    is_external = models.BooleanField(_("From outside"), default=False)
    joined_on = models.DateField(_("Joined on"), null=True, blank=True)
    left_on = models.DateField(_("Left on"), null=True, blank=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person")
    version = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_number_once_per_unit",
                fields=["unit", "number"],
                condition=~Q(number=""),
                violation_error_message=_("Another person of this unit already has this staff number."),
            ),
            models.CheckConstraint(
                name="person_leaves_after_joining",
                condition=Q(left_on__isnull=True) | Q(joined_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                violation_error_message=_("The leaving date lies before the joining date."),
            ),
        ]
        indexes = [models.Index(fields=["unit", "sort_key"]), models.Index(fields=["unit", "name"])]

    def __str__(self) -> str:
        return self.name


class Supervision(models.Model):
    """An authority or association looks after a unit under one document, from-to; it never grants live rows."""

    authority = models.ForeignKey(Unit, models.PROTECT, related_name="supervises")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="supervised_by")
    document = models.CharField(max_length=120)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="supervision_once", fields=["authority", "unit", "document", "from_on"]),
            models.CheckConstraint(
                name="supervision_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
