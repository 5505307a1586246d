"""Closed vocabularies of the organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """What a unit is. Only a company counts as a legal entity (全级次 counts legal entities)."""

    COMPANY = "company", _("Company")
    BRANCH = "branch", _("Branch")
    DEPARTMENT = "department", _("Department")
    AUTHORITY = "authority", _("Authority")
    ASSOCIATION = "association", _("Association")


#: Kinds that may stand without a parent; authorities and associations never have one.
ROOT_KINDS = frozenset({UnitKind.COMPANY, UnitKind.AUTHORITY, UnitKind.ASSOCIATION})


class Role(models.TextChoices):
    """The offices a dated appointment fills. The first four are the compliance roles (design, section 3)."""

    FIRST_RESPONSIBLE = "first_responsible", _("First responsible person")
    COMPLIANCE_HEAD = "compliance_head", _("Compliance head")
    COMPLIANCE_STAFF = "compliance_staff", _("Compliance staff")
    DEPARTMENT_OFFICER = "department_officer", _("Department compliance officer")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
    ACTUAL_CONTROLLER = "actual_controller", _("Actual controller")
    GENERAL_COUNSEL = "general_counsel", _("General counsel")


class Size(models.TextChoices):
    """Size classes of 工信部联企业〔2011〕300号."""

    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")
