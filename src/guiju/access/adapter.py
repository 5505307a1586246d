"""How allauth behaves here: no self-registration, sign-ins on the trail."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by a system administrator, never by visitors."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
