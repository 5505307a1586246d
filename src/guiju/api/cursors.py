"""Cursors that only this server makes: sealed, and good for one list in one order."""

from __future__ import annotations

import base64
import binascii

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem


def seal(inner: str, *, purpose: str) -> str:
    """An opaque cursor around `inner`."""
    signed = Signer(salt=f"api.cursor.{purpose}").sign(inner)
    return base64.urlsafe_b64encode(signed.encode()).decode().rstrip("=")


def unseal(cursor: str, *, purpose: str) -> str:
    """What was sealed; a Problem for anything that was not sealed here for this."""
    try:
        signed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return Signer(salt=f"api.cursor.{purpose}").unsign(signed)
    except (BadSignature, binascii.Error, ValueError):
        raise Problem(
            "query.cursor",
            _("This cursor does not belong to this list."),
            fix=_("Begin again without it."),
            where="cursor",
            status=422,
        ) from None
