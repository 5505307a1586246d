"""Closed words of reviews."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class MatterState(models.TextChoices):
    """Where a matter under review stands."""

    DRAFT = "draft", pgettext_lazy("review", "Being prepared")
    IN_REVIEW = "in_review", pgettext_lazy("review", "Under review")
    RETURNED = "returned", pgettext_lazy("review", "Returned to be changed")
    SUSPENDED = "suspended", pgettext_lazy("review", "Suspended, to be reported to the leading body")
    VETOED = "vetoed", pgettext_lazy("review", "Vetoed")
    PASSED = "passed", pgettext_lazy("review", "Passed")
    STAYED = "stayed", pgettext_lazy("review", "Pass suspended, the resolution is being changed")
    REFUSED = "refused", pgettext_lazy("review", "Not passed")
    WITHDRAWN = "withdrawn", pgettext_lazy("review", "Withdrawn")
    VOID = "void", pgettext_lazy("review", "Pass withdrawn")


#: The `system` of matters that are rules of the library here; they are changed and submitted there. `ref` is the rule.
POLICIES = "policies"

#: Still on its way: nothing of it may be carried out.
UNDER_WAY = (
    MatterState.DRAFT,
    MatterState.IN_REVIEW,
    MatterState.RETURNED,
    MatterState.SUSPENDED,
)


class Stand(models.TextChoices):
    """What somebody says to a matter; the words of the register `reviews`."""

    AGREE = "agree", pgettext_lazy("review", "Agree")
    CONDITIONS = "conditions", pgettext_lazy("review", "Agree with conditions")
    REVISE = "revise", pgettext_lazy("review", "Revise and submit again")
    MATERIAL = "material", pgettext_lazy("review", "More material")
    DISAGREE = "disagree", pgettext_lazy("review", "Disagree")
    VETO = "veto", pgettext_lazy("review", "Veto")


class ConditionState(models.TextChoices):
    """Whether a condition has been met."""

    OPEN = "open", pgettext_lazy("condition", "Not yet met")
    CLAIMED = "claimed", pgettext_lazy("condition", "Said to be met, to be confirmed")
    MET = "met", pgettext_lazy("condition", "Met")
    FAILED = "failed", pgettext_lazy("condition", "Not met")
    DROPPED = "dropped", pgettext_lazy("condition", "Dropped")


#: Nothing is to be done about these any more.
SETTLED_CONDITIONS = (ConditionState.MET, ConditionState.DROPPED)


class Earlier(models.TextChoices):
    """What a later round says of a condition that an earlier one has set."""

    HOLDS = "holds", pgettext_lazy("condition", "Still holds")
    MET = "met", pgettext_lazy("condition", "Is met")
    DROPPED = "dropped", pgettext_lazy("condition", "Is dropped")


class UseKind(models.TextChoices):
    """What another system did on the ground of a pass."""

    SEAL = "seal", pgettext_lazy("pass", "Sealed")
    SIGN = "sign", pgettext_lazy("pass", "Signed")
    PAY = "pay", pgettext_lazy("pass", "Paid")
    ISSUE = "issue", pgettext_lazy("pass", "Issued")
    OTHER = "other", pgettext_lazy("pass", "Carried out")


class DeliveryState(models.TextChoices):
    """Where a message to another system stands."""

    WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
    SENT = "sent", pgettext_lazy("delivery", "Received")
    FAILED = "failed", pgettext_lazy("delivery", "Given up")


class LeakKind(models.TextChoices):
    """How something passed the review by."""

    UNREVIEWED = "unreviewed", pgettext_lazy("leak", "Carried out without review")
    LATE = "late", pgettext_lazy("leak", "Reviewed afterwards")
    ENTERED = "entered", pgettext_lazy("leak", "Review entered afterwards")
    CHANGED = "changed", pgettext_lazy("leak", "Changed after the review")
    SPLIT = "split", pgettext_lazy("leak", "Split below the threshold")
    CONDITION = "condition", pgettext_lazy("leak", "Condition not met")
    EXPIRED = "expired", pgettext_lazy("leak", "Pass had ended")


class LeakState(models.TextChoices):
    """What became of a finding of the leak finder."""

    OPEN = "open", pgettext_lazy("leak", "Open")
    RECTIFIED = "rectified", pgettext_lazy("leak", "Being put right")
    ASIDE = "aside", pgettext_lazy("leak", "Set aside")


class LedgerKind(models.TextChoices):
    """The ledgers that are matched by hand today (三台账)."""

    CONTRACT = "contract", pgettext_lazy("ledger", "Contract ledger")
    PURCHASE = "purchase", pgettext_lazy("ledger", "Purchase ledger")
    FINANCE = "finance", pgettext_lazy("ledger", "Finance ledger")
