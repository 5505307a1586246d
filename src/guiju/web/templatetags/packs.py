"""What pages about a unit's posture show of the packs."""

from __future__ import annotations

from typing import Any

from django import template

from guiju.posture.models import Adoption
from guiju.web.packs import changes

register = template.Library()


@register.inclusion_tag("packs/_newer.html")
def newer_version(adoption: Adoption | None) -> dict[str, Any]:
    """A line that leads to what a newer version would change, where there is one; it asks the database nothing."""
    return {"url": changes.newer_url(adoption)}
