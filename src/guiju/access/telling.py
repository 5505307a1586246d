"""How verification compares accounts and grants with the trail: rights slipped in by hand are found."""

from __future__ import annotations

from collections.abc import Iterable

from guiju.access import actions
from guiju.access.models import Grant, User
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make accounts and grants known to verification; called once when the product starts."""
    register_reconciler("account", live_accounts, ids=lambda: map(str, User.objects.values_list("pk", flat=True)))
    register_reconciler("grant", live_grants, ids=lambda: map(str, Grant.objects.values_list("uid", flat=True)))


def live_accounts(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Version and digest of the live accounts."""
    rows = User.objects.filter(pk__in=[int(pk) for pk in ids])
    return {str(row.pk): (1, state_digest(actions.account_content(row))) for row in rows}


def live_grants(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Version and digest of the live grants."""
    rows = Grant.objects.filter(uid__in=list(ids)).select_related("user", "unit")
    return {str(row.uid): (2 if row.withdrawn_at else 1, state_digest(actions.grant_content(row))) for row in rows}
