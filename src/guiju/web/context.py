"""What the frame around every page needs."""

from __future__ import annotations

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:
    """Empty for visitors; filled for signed-in people."""
    return {}
