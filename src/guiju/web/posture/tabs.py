"""The pages that belong together: of a unit against all documents, and of a unit against one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.org.models import Unit
from guiju.web import links

Tab = dict[str, Any]


def of_unit(unit: Unit, current: str, *, has_levels: bool) -> list[Tab]:
    """Documents, heat map, crosswalk, late entries; the heat map only where there is something below."""
    rows = [
        ("unit-posture", _("What we answer to")),
        *([("unit-heat", _("Heat map"))] if has_levels else []),
        ("unit-crosswalk", _("One record, all documents")),
        ("unit-late", _("Late entries")),
    ]
    return [
        {"label": label, "url": reverse(name, args=[unit.code]), "current": name == current} for name, label in rows
    ]


def of_document(unit: Unit, urn: str, current: str, *, has_levels: bool, is_adopted: bool) -> list[Tab]:
    """One document at one unit: its sheet, the text, all levels, the tree, how it came to this."""
    rows: list[tuple[str, str, str]] = []
    if is_adopted:
        rows.append(("posture-pack", _("Requirements"), links.posture(unit.code, urn)))
    if has_levels:
        rows += [
            ("posture-levels", _("All levels"), reverse("posture-levels", args=[unit.code, urn])),
            ("posture-tree", _("Tree"), reverse("posture-tree", args=[unit.code, urn])),
        ]
    rows += [
        ("posture-past", _("How it came to this"), reverse("posture-past", args=[unit.code, urn])),
        ("posture-text", _("Text"), reverse("posture-text", args=[unit.code, urn])),
    ]
    return [{"label": label, "url": url, "current": name == current} for name, label, url in rows]
