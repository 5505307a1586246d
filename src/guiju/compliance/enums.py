"""Closed words of the compliance core."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ListKind(models.TextChoices):
    """The three lists; the value is the `kind` of the register `list_versions`."""

    DUTY = "duty", _("List of post duties")
    RISK = "risk", _("List of risks")
    PROCESS = "process", _("List of process controls")

    @property
    def register(self) -> str:
        """The register that holds the rows."""
        return f"{self.value}_list"


class LinkState(models.TextChoices):
    """A link is found by comparing words or set by a person; only confirmed ones carry a change on."""

    PROPOSED = "proposed", _("Proposed")
    CONFIRMED = "confirmed", pgettext_lazy("link", "Confirmed")
    REFUSED = "refused", pgettext_lazy("link", "Refused")


class Outcome(models.TextChoices):
    """What somebody found when looking at a record that a change had touched."""

    STANDS = "stands", _("Still right")
    CHANGED = "changed", _("Changed accordingly")
    ENDED = "ended", _("No longer needed")


class RoundState(models.TextChoices):
    """Where an assessment round stands."""

    OPEN = "open", pgettext_lazy("round", "Open")
    CLOSED = "closed", pgettext_lazy("round", "Closed")


class RunState(models.TextChoices):
    """Where one run of a check stands."""

    DUE = "due", pgettext_lazy("check", "Not begun")
    RUNNING = "running", pgettext_lazy("check", "Under way")
    FINISHED = "finished", pgettext_lazy("check", "Finished")
    MISSED = "missed", pgettext_lazy("check", "Missed")


class ItemResult(models.TextChoices):
    """What was found at one item of a check; the values are those of the register `checks`."""

    NONE = "none", _("Nothing found")
    GENERAL = "general", pgettext_lazy("check", "General problem")
    MAJOR = "major", pgettext_lazy("check", "Major problem")


class HearingState(models.TextChoices):
    """Where a quarterly hearing stands."""

    PREPARED = "prepared", _("Prepared")
    CLOSED = "closed", pgettext_lazy("hearing", "Held")
