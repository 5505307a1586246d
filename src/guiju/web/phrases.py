"""Words that several pages share."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: How strongly a document asks, in the order of consequence.
FORCES: dict[str, Promise] = {
    "must": pgettext_lazy("force", "Must"),
    "normally": pgettext_lazy("force", "Normally must"),
    "indicator": pgettext_lazy("force", "Indicator"),
    "guide": pgettext_lazy("force", "Guided to"),
    "encourage": pgettext_lazy("force", "Encouraged"),
    "may": pgettext_lazy("force", "May"),
}

ACCOUNT_WITHOUT_ROLE = _("Your account has no role yet")


def force_rank(force: str) -> int:
    """0 for the strongest word."""
    return list(FORCES).index(force) if force in FORCES else len(FORCES)
