"""What answers at the gate's address is not always the gate: nothing of it opens, hangs or breaks the client."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import ModuleType
from typing import Any

import pytest

from guiju.review.models import PassUse, Unasked
from tests.review.house import TEXT, Reviewers, passed

REF = "HT-2026-001"
Talk = Callable[[socket.socket], None]


class Odd:
    """A server that reads one request and then says what it was given."""

    def __init__(self, talk: Talk) -> None:
        self.heard: list[bytes] = []
        self._open: list[socket.socket] = []
        self._talk, self._ended = talk, Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/api/v1"
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _where = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            try:
                self.heard.append(connection.recv(65536))
                self._talk(connection)
            except OSError:
                return

    def close(self) -> None:
        self._ended.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for the next caller
        self._socket.close()
        for connection in self._open:
            with suppress(OSError):  # the other side has gone already
                connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def odd() -> Iterator[Callable[[Talk], Odd]]:
    made: list[Odd] = []

    def make(talk: Talk) -> Odd:
        made.append(Odd(talk))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def at(client_file: ModuleType, tmp_path: Path) -> Callable[..., Any]:
    """A gate of the client at an address; the journal is shared."""

    def make(url: str, **more: Any) -> Any:
        given = {"journal": tmp_path / "journal.jsonl", "timeout": 60.0, "when_down": "open"} | more
        return client_file.Gate(url, "gj_secret", "oa", "HD-01", **given)

    return make


def reply(body: bytes, status: str = "200 OK", *more: str) -> Talk:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *more, "", ""])
    return lambda connection: connection.sendall(head.encode() + body)


def drip(connection: socket.socket) -> None:
    """One byte now and then, so that no single reading takes long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def drip_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X: 1\r\n")
        time.sleep(0.05)


NO_ANSWER: dict[str, Talk] = {
    "silence": lambda connection: connection.recv(1),
    "the line drops": lambda _connection: None,
    "half an answer": lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"),
    "no HTTP": lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.0\r\n"),
    "drip": drip,
    "drip of headers": drip_head,
    "error of the server": reply(b"{}", "500 Internal Server Error"),
    "proxy without server": reply(b"<html>", "502 Bad Gateway"),
    "overloaded": reply(b"", "503 Service Unavailable"),
    "too many": reply(b"{}", "429 Too Many Requests"),
    "page of a hotel": reply(b"<html>Welcome</html>"),
    "nothing": reply(b"", "204 No Content"),
    "a list": reply(b"[]"),
    "a yes of something else": reply(b'{"status": "ok"}'),
    "a yes as a word": reply(b'{"cleared": "true", "code": "cleared", "use": {}}'),
    "a yes as a number": reply(b'{"cleared": 1, "code": "cleared", "use": {}}'),
    "endless brackets": reply(b"[" * 200_000),
    "no UTF-8": reply(b'{"cleared": "\xff"}'),
}
A_NO: dict[str, tuple[Talk, str]] = {
    "redirection": (reply(b"", "302 Found", "Location: https://evil.example/"), "http.302"),
    "moved for good": (reply(b"", "308 Permanent Redirect", "Location: http://127.0.0.1:1/"), "http.308"),
    "login page": (reply(b"<html>", "401 Unauthorized"), "http.401"),
    "forbidden by a list": (reply(b"[]", "403 Forbidden"), "http.403"),
    "forbidden by a word": (reply(b'"no"', "403 Forbidden"), "http.403"),
    "a no that breaks off": (
        lambda connection: connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 90\r\n\r\n{"), "http.403"
    ),
    "a no with odd faults": (reply(b'{"code": "x", "detail": "y", "faults": [1]}', "422 Bad"), "http.422"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_ANSWER)
def test_what_is_no_answer_counts_as_an_outage_and_stands_in_the_journal(
    name: str, odd: Callable[[Talk], Odd], at: Callable[..., Any]
) -> None:
    url = odd(NO_ANSWER[name]).url
    for when_down, cleared in (("closed", False), ("open", True), ("pass", False)):
        answer = at(url, when_down=when_down, timeout=0.5).use(REF, TEXT, kind="seal", doing=when_down)
        assert (answer.cleared, answer.asked, answer.code[:11]) == (cleared, False, "unreachable"), answer
    lines = [json.loads(line) for line in Path(at(url).journal).read_text(encoding="utf-8").splitlines()]
    assert [(one["doing"], one["went_on"]) for one in lines] == [("closed", False), ("open", True), ("pass", False)]
    assert all(one["reason"] for one in lines)


@pytest.mark.parametrize("name", A_NO)
def test_a_no_is_a_no_even_where_outages_open(name: str, odd: Callable[[Talk], Odd], at: Callable[..., Any]) -> None:
    talk, code = A_NO[name]
    other = odd(talk)
    gate = at(other.url)
    for answer in (gate.ask(REF, TEXT), gate.use(REF, TEXT, kind="seal", doing="YY-1")):
        assert (answer.cleared, answer.code) == (False, code)
    assert not Path(gate.journal).exists()
    assert len(other.heard) == 2  # one request each, and nothing elsewhere


def test_a_question_ends_in_time_however_slowly_somebody_answers(
    odd: Callable[[Talk], Odd], at: Callable[..., Any], client_file: ModuleType
) -> None:
    ended = Event()

    def ask() -> None:
        at(odd(drip).url, timeout=0.5).ask(REF, TEXT)
        ended.set()

    Thread(target=ask, daemon=True).start()
    assert ended.wait(30)  # the drip itself would last for hours


def test_a_certificate_that_nobody_vouches_for_is_an_outage_and_gets_no_token(
    odd: Callable[[Talk], Odd], at: Callable[..., Any], tmp_path: Path
) -> None:
    seen: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_self_signed(tmp_path))
        with context.wrap_socket(connection, server_side=True) as safe:
            seen.append(safe.recv(65536))

    class Late(Odd):
        def _one(self, connection: socket.socket) -> None:
            with connection:
                try:
                    self._talk(connection)
                except OSError:
                    return

    server = Late(talk)
    answer = at(server.url.replace("http:", "https:"), when_down="closed").ask(REF, TEXT)
    server.close()
    assert (answer.cleared, answer.code) == (False, "unreachable_closed")
    assert b"Bearer" not in b"".join(seen)
    line = json.loads(Path(at("https://x.example").journal).read_text(encoding="utf-8"))
    assert "certificate" in line["reason"].lower()


def _self_signed(folder: Path) -> Path:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]),
    )
    now = datetime.now(UTC)  # noqa: TID251 - a certificate is checked against the real clock
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "pair.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_token_with_a_line_break_is_our_fault_and_no_outage(
    odd: Callable[[Talk], Odd], at: Callable[..., Any]
) -> None:
    gate = at(odd(reply(b'{"cleared": true, "code": "cleared"}')).url)
    gate.token = "gj_\nsecret"
    assert (gate.ask(REF, TEXT).cleared, gate.ask(REF, TEXT).code) == (False, "request.invalid")
    assert not Path(gate.journal).exists()
    stripped = type(gate)(gate.url, "gj_secret\n", "oa", "HD-01")  # as it stands in a file
    assert stripped.token == "gj_secret"


def test_a_yes_to_a_question_is_no_use(odd: Callable[[Talk], Odd], at: Callable[..., Any]) -> None:
    for use in (b"null", b'"YY-1"', b"[]", b"true"):
        gate = at(odd(reply(b'{"cleared": true, "code": "cleared", "use": ' + use + b"}")).url)
        assert not gate.use(REF, TEXT, kind="seal", doing="YY-1").cleared


def test_no_proxy_is_asked_for_the_own_machine(
    odd: Callable[[Talk], Odd], at: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = odd(reply(b'{"cleared": true, "code": "cleared"}'))
    monkeypatch.setenv("http_proxy", proxy.url)
    gate = at(odd(reply(b'{"cleared": false, "code": "unknown"}')).url)
    assert gate.ask(REF, TEXT).code == "unknown"
    assert proxy.heard == []


@pytest.mark.django_db(transaction=True)
def test_what_was_let_through_on_a_shown_pass_is_judged_by_that_pass(them: Reviewers, gate: Any) -> None:
    row = passed(them, system="", ref="")  # brought on the pages, bound to its document alone
    gate.fetch_keys()
    gate.fetch_ended()
    token, url = row.passes.get().token, gate.url
    gate.when_down, gate.url = "pass", "http://127.0.0.1:9/api/v1"
    assert gate.use("HT-PAPER-1", TEXT, kind="seal", doing="YY-1", shown=token).cleared
    gate.url = url
    assert gate.tell() == 1
    assert (Unasked.objects.get().code, PassUse.objects.get().doing) == ("cleared", "YY-1")


@pytest.mark.django_db(transaction=True)
def test_a_journal_that_was_put_away_or_marked_badly_is_told_all_the_same(them: Reviewers, gate: Any) -> None:
    passed(them)
    url, journal = gate.url, Path(gate.journal)

    def out(doing: str) -> None:
        gate.url, gate.when_down = "http://127.0.0.1:9/api/v1", "open"
        gate.use(REF, TEXT, kind="pay", doing=doing)
        gate.url = url

    out("FK-1")
    out("FK-2")
    assert gate.tell() == 2
    journal.unlink()  # rotated: the mark lies beyond the new end
    out("FK-3")
    assert gate.tell() == 1
    Path(f"{journal}.told").write_bytes(b"\xff no number")
    assert gate.ask(REF, TEXT).cleared
    assert sorted(PassUse.objects.values_list("doing", flat=True)) == ["FK-1", "FK-2", "FK-3"]
