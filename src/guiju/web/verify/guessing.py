"""Who tries short codes one after the other is stopped; who has a pass in hand is not held up.

Many people may share one address (a firm's way out, a proxy that does not say for whom it asks), so that some wrong
codes by one of them never stand in the way of a true one: further wrong ones are refused unlooked at in words, a true
one is answered. Only so many as no people type end all asking by short codes from there for a while.
"""

from __future__ import annotations

import ipaddress
import re

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem

#: Codes that nobody issued, by one address or account within the time.
MOST = 20
#: So many from one address are tried by a machine, whoever else is behind it.
MOST_SHARED = 500
_SECONDS = 600
#: A household or office holds at least such a piece of the newer addresses.
_PIECE = 64
#: A proxy may name the port as well: `[2001:db8::1]:443`, `203.0.113.7:443`.
_WITH_PORT = re.compile(r"(?:\[([^\]]+)\]|([0-9.]+))(?::[0-9]+)?")


def address(request: HttpRequest) -> str:
    """From where somebody asks: behind a proxy that is trusted (`GUIJU_PROXY`) the address that it names, as the server
    puts it there; else whoever connects."""
    said = str(request.META.get("REMOTE_ADDR", ""))
    named = _WITH_PORT.fullmatch(said)
    try:
        found = ipaddress.ip_address((named[1] or named[2]) if named else said)
    except ValueError:
        return f"ip:{said}"
    return f"ip:{found}" if found.version == 4 else f"ip:{ipaddress.ip_network((found, _PIECE), strict=False)}"


def is_over(who: str) -> bool:
    """Has somebody named so many codes that do not exist that the next one of them is told no more?"""
    return int(cache.get(_key(who), 0)) >= MOST


def require(who: str, *, most: int = MOST) -> None:
    """Refuse whoever has named too many codes that do not exist."""
    if int(cache.get(_key(who), 0)) >= most:
        raise many()


def many() -> Problem:
    """What is said to whoever has."""
    return Problem(
        "pass.many",
        _("Too many codes that do not exist were tried; this one was not looked at."),
        fix=_("Wait ten minutes, or scan the QR code on the pass."),
        status=429,
    )


def missed(who: str) -> None:
    """One more that does not exist."""
    cache.add(_key(who), 0, _SECONDS)
    try:
        cache.incr(_key(who))
    except ValueError:  # the time was over in this very moment
        return


def _key(who: str) -> str:
    return f"guiju-pass-missed:{who}"
