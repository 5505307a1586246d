"""A mail server on loopback that keeps what it is sent; it may refuse, or fall silent after taking a message."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage
from types import TracebackType
from typing import Self


class Sink(socketserver.ThreadingTCPServer):
    """`with Sink() as sink: ... sink.messages`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.raw: list[bytes] = []
        #: Addresses that the server does not take mail for.
        self.unknown: set[str] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def messages(self) -> list[EmailMessage]:
        """What has arrived."""
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.raw]  # type: ignore[misc]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()


class _Session(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        self._say("220 sink")
        for line in self.rfile:
            words = line.decode("ascii", "replace").strip()
            match words[:4].upper():
                case "EHLO" | "HELO":
                    self._say("250 sink")
                case "RCPT":
                    known = not any(address in words for address in self.server.unknown)
                    self._say("250 ok" if known else "550 no such mailbox")
                case "DATA":
                    self._say("354 go on")
                    self.server.raw.append(self._body())
                    self._say("250 kept")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _body(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
