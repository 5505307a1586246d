"""One HTTP request to an address that the administrator allows, and to no other, whatever its name leads to.

`GUIJU_WEBHOOK_HOSTS` names hosts with or without a port: `oa.example.cn, erp.example.cn:8443, 127.0.0.1:9000`. Only
https is spoken; plain http to the own machine alone, where its address is named. A name that leads to the own machine,
to addresses of the link or to none at all is refused when it is used, and the address that was looked at is the one
that is connected to. Redirections are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem

#: Seconds for each piece of an exchange, and for all of it.
SECONDS, WHOLE_SECONDS = 10, 30.0
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Target:
    """An allowed address."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    is_loopback: bool


def target(url: str) -> Target:
    """The parts of an allowed address; refuses every other with what to do."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _refused(_("This is no address.")) from None
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme not in _PORTS or not host or parts.username or parts.password or parts.fragment:
        raise _refused(_("An address is like https://oa.example.cn/guiju, without name and password in it."))
    if not all(33 <= ord(letter) < 127 for letter in url):
        raise _refused(_("An address holds no spaces and no letters beyond ASCII."))
    if not _is_allowed(host, port, parts.scheme):
        raise _refused(_("The administrator has not allowed %(host)s.") % {"host": f"{host}:{port}"})
    loopback = _literal_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise _refused(_("Messages go out over https only."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(url, parts.scheme, host, port, path, loopback)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send, and give the status of the answer. Raises OSError where there is none, Problem where it is not allowed."""
    to = target(url)
    connection = _connection(to, _resolved(to))
    # Whoever answers one byte now and then must not hold up the work of everybody else.
    over = threading.Event()
    limit = threading.Timer(WHOLE_SECONDS, _cut, (connection, over))
    limit.daemon = True
    limit.start()
    try:
        connection.request("POST", to.path, body=body, headers={"User-Agent": "Guiju", **headers})
        status = connection.getresponse().status
        if over.is_set():  # headers that were cut off look complete
            raise TimeoutError(f"No answer within {WHOLE_SECONDS:g} seconds.")
        return status
    except http.client.HTTPException as error:
        raise ConnectionError(f"{type(error).__name__}") from error
    finally:
        limit.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection, over: threading.Event) -> None:
    over.set()
    with suppress(OSError, AttributeError):  # it has ended by itself
        connection.sock.shutdown(socket.SHUT_RDWR)


def _is_allowed(host: str, port: int, scheme: str) -> bool:
    shown = f"[{host}]" if ":" in host else host
    wanted = {f"{shown}:{port}"} | ({shown} if port == _PORTS[scheme] else set())
    return any(one.lower() in wanted for one in settings.WEBHOOK_HOSTS)


def _literal_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _resolved(to: Target) -> str:
    """The address to connect to; every one that the name leads to has to be fit."""
    found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(one[4][0]).split("%")[0]) for one in found]
    if not addresses or not all(_is_fit(one, to) for one in addresses):
        raise _refused(_("%(host)s leads to an address that nothing is sent to.") % {"host": to.host})
    return str(addresses[0])


def _is_fit(address: ipaddress.IPv4Address | ipaddress.IPv6Address, to: Target) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback:
        return to.is_loopback
    return not (address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved)


def _connection(to: Target, address: str) -> http.client.HTTPConnection:
    """A connection to this very address, which has to prove that it is the host."""
    if to.scheme == "http":
        return http.client.HTTPConnection(address, to.port, timeout=SECONDS)
    return _Pinned(to, address)


class _Pinned(http.client.HTTPSConnection):
    """HTTPS to an address that was looked at already; the certificate has to be the host's."""

    def __init__(self, to: Target, address: str) -> None:
        super().__init__(to.host, to.port, timeout=SECONDS, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        """As the library does, but without asking for the name once more."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def _refused(what: str) -> Problem:
    fix = _("The administrator names the hosts of other systems in GUIJU_WEBHOOK_HOSTS.")
    return Problem("hook.address", what, fix=fix, where="url", status=422)
