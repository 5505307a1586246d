"""The client file against a real server: what it answers, and what it does when nobody answers."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from guiju.review import actions, passes, webhooks
from guiju.review.models import PassUse, Unasked
from tests.review.house import TEXT, Reviewers, passed

pytestmark = pytest.mark.django_db(transaction=True)

REF = "HT-2026-001"


def away(gate: Any, **more: Any) -> Any:
    """The same gate at an address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    given = {"journal": gate.journal, "system": gate.system, "unit": gate.unit, "token": gate.token, "timeout": 1.0}
    return type(gate)(url=f"http://127.0.0.1:{port}/api/v1", **given | more)


def lines(gate: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(gate.journal).read_text(encoding="utf-8").splitlines()]


def test_it_asks_and_tells_what_it_does(them: Reviewers, gate: Any) -> None:
    row = passed(them)
    assert gate.ask(REF, TEXT).cleared
    assert gate.ask(REF, TEXT + b" ").code == "changed"
    done = gate.use(REF, TEXT, kind="seal", doing="YY-1")
    assert (done.cleared, done.number, done.use["doing"]) == (True, row.number, "YY-1")
    assert gate.use(REF, TEXT, kind="seal", doing="YY-1").use["uid"] == done.use["uid"]
    assert gate.use(REF, TEXT, kind="seal", doing="YY-2").code == "gate.used"
    assert PassUse.objects.count() == 1
    assert not Path(gate.journal).exists()


def test_a_wrong_token_or_question_is_a_no_and_never_an_outage(them: Reviewers, gate: Any) -> None:
    passed(them)
    gate.when_down = "open"
    gate.token = "gj_wrong"
    assert (gate.ask(REF, TEXT).cleared, gate.ask(REF, TEXT).code) == (False, "token.missing")
    assert not Path(gate.journal).exists()


def test_without_the_gate_it_stops_unless_told_otherwise_and_writes_it_down(gate: Any) -> None:
    closed = away(gate).use(REF, TEXT, kind="seal", doing="YY-1")
    opened = away(gate, when_down="open").use(REF, TEXT, kind="seal", doing="YY-2")
    assert (closed.cleared, closed.code, closed.asked) == (False, "unreachable_closed", False)
    assert (opened.cleared, opened.code) == (True, "unreachable_open")
    assert [(one["went_on"], one["doing"]) for one in lines(gate)] == [(False, "YY-1"), (True, "YY-2")]


def test_what_cannot_be_written_down_is_not_done(gate: Any, tmp_path: Path) -> None:
    answer = away(gate, when_down="open", journal=tmp_path / "absent" / "journal").ask(REF, TEXT)
    assert (answer.cleared, answer.code) == (False, "unrecorded")


def test_the_journal_is_told_when_the_gate_is_back_and_only_once(them: Reviewers, gate: Any) -> None:
    passed(them)
    gone = away(gate, when_down="open")
    gone.use(REF, TEXT, kind="seal", doing="YY-1")
    gone.use("HT-UNKNOWN", TEXT, kind="seal", doing="YY-2")
    with pytest.raises(Exception, match="refused"):
        gone.tell()
    with Path(gate.journal).open("ab") as file:
        file.write(b"torn line\n")
    assert gate.ask(REF, TEXT).cleared  # tells on its way
    assert sorted(Unasked.objects.values_list("doing", "code")) == [("YY-1", "cleared"), ("YY-2", "unknown")]
    assert PassUse.objects.get().doing == "YY-1"
    assert gate.tell() == 0
    assert b"torn line" in Path(f"{gate.journal}.refused").read_bytes()
    Path(f"{gate.journal}.told").unlink()
    gate.tell()
    assert Unasked.objects.count() == 2


def test_a_line_that_the_gate_does_not_take_holds_nothing_up(gate: Any) -> None:
    gone = away(gate)
    gone.ask("A" * 130, TEXT)
    gone.ask(REF, TEXT)
    assert gate.tell() == 2
    assert Unasked.objects.get().ref == REF
    assert b"AAAA" in Path(f"{gate.journal}.refused").read_bytes()


def test_a_pass_that_was_fetched_before_opens_when_the_gate_is_away(them: Reviewers, gate: Any) -> None:
    row = passed(them)
    token = row.passes.get().token
    known = {"keys": gate.fetch_keys(), "ended": gate.fetch_ended(), "when_down": "pass"}
    gone = away(gate, **known)
    assert gone.use(REF, TEXT, kind="seal", doing="YY-1", shown=token).cleared
    assert not gone.use(REF, TEXT + b" ", kind="seal", doing="YY-2", shown=token).cleared
    assert not gone.use("HT-OTHER", TEXT, kind="seal", doing="YY-3", shown=token).cleared
    assert not gone.use(REF, TEXT, kind="seal", doing="YY-4").cleared
    assert not away(gate, **known | {"ended_for": -1.0}).use(REF, TEXT, kind="seal", doing="YY-5", shown=token).cleared
    actions.void(matter=row, reason="对方资质是伪造的", by=them.by("head"))
    gone.ended = gate.fetch_ended()
    assert "withdrawn" in gone.use(REF, TEXT, kind="seal", doing="YY-6", shown=token).why


def test_it_checks_signatures_as_the_product_does(them: Reviewers, client_file: ModuleType) -> None:
    row = passed(them)
    token, keys, ended = row.passes.get().token, passes.known(), passes.ended()
    digest = client_file.digest_of(TEXT)
    assert client_file.verify(token, digest, keys, ended=ended).code == "verified"
    head, body, signature = token.split(".")
    for changed in (f"{head}.{body[:-4]}AAAA.{signature}", f"{head}.{body}.{'A' * 86}", "a.b", token + "."):
        assert client_file.verify(changed, digest, keys, ended=ended).code in {"forged", "malformed"}
    assert client_file.verify(token, digest, {"keys": []}, ended=ended).code == "unknown_key"
    assert client_file.verify(token, digest, keys).code == "no_list"


def test_messages_are_believed_when_they_are_signed_and_fresh(client_file: ModuleType) -> None:
    body, now = b'{"id": "1"}', int(time.time())
    headers = {"guiju-signature": webhooks.signature("whs_x", body, at=now)}
    assert client_file.message("whs_x", headers, body) == {"id": "1"}
    for secret, sent, at in (("whs_y", body, now), ("whs_x", body + b" ", now), ("whs_x", body, now - 600)):
        wrong = {"Guiju-Signature": webhooks.signature("whs_x", body, at=at)}
        with pytest.raises(ValueError, match="message"):
            client_file.message(secret, wrong, sent)


def test_the_token_does_not_travel_in_the_clear(client_file: ModuleType) -> None:
    with pytest.raises(ValueError, match="https"):
        client_file.Gate("http://guiju.example.cn/api/v1", "t", "oa", "HD")
