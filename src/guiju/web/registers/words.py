"""Words of these pages: groups of registers in the order of the work, their headings, tools that every list has."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guiju.registers.spec import RegisterSpec
from guiju.web.templatetags.ui import icon_names

#: Groups of registers in the order in which compliance work goes.
GROUPS: dict[str, Promise] = {
    "organisation": _("Organisation and offices"),
    "obligations": _("Obligations"),
    "risk": _("Compliance risks"),
    "policy": _("Policies"),
    "review": _("Compliance review"),
    "checks": _("Checks and monitoring"),
    "rectification": _("Rectification"),
    "training": _("Training"),
    "culture": _("Culture"),
    "speakup": _("Reports and accountability"),
    "reporting": _("Reporting"),
    "resources": _("Resources"),
    "improvement": _("Improvement"),
}


def group_label(code: str) -> str:
    """The heading of a group; a pack may bring one of its own."""
    return str(GROUPS.get(code, code))


def icon_of(spec: RegisterSpec) -> str:
    """The register's icon if our sprite has it."""
    return spec.icon if spec.icon in icon_names() else "journal-text"
