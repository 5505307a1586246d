"""Nobody gets past the gate with a counterfeit, an odd spelling or a half-truth: at the gate, offline, in the client."""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from guiju.lib import clock
from guiju.review import offline, passes
from guiju.review.models import Matter, PassUse
from tests.api.conftest import Caller, open_caller
from tests.cli import conftest as cli
from tests.conftest import Cast
from tests.review import counterfeits
from tests.review.house import TEXT, Reviewers, office_system, passed

pytestmark = pytest.mark.django_db

guiju = cli.guiju
REF = "HT-2026-001"
DIGEST = hashlib.sha256(TEXT).hexdigest()


@pytest.fixture
def oa(cast: Cast) -> Caller:
    return office_system(cast)


@pytest.fixture
def client_file() -> Iterator[ModuleType]:
    folder = str(Path(__file__).parents[2] / "examples")
    sys.path.insert(0, folder)
    import gate_client

    yield gate_client
    sys.path.remove(folder)


def asked(oa: Caller, **more: str) -> Any:
    words = {"system": "oa", "ref": REF, "digest": DIGEST, **more}
    return oa.get("/gate?" + "&".join(f"{name}={quote(value)}" for name, value in words.items()))


def token_of(row: Matter) -> str:
    return str(row.passes.get().token)


def test_no_counterfeit_is_believed_anywhere(them: Reviewers, oa: Caller, client_file: ModuleType) -> None:
    token, keys, ended = token_of(passed(them)), passes.known(), passes.ended()
    for name, wrong in counterfeits.all_of(token, keys).items():
        answer = asked(oa, shown=wrong)
        told = answer.json()
        if len(wrong) > passes.LONGEST:
            assert answer.status_code == 422, name
        else:
            assert (answer.status_code, told["cleared"], told["code"] in counterfeits.BAD) == (200, False, True), name
            assert told["why"], name
        body = {"system": "oa", "ref": REF, "digest": DIGEST, "kind": "seal", "doing": "YY-1", "shown": wrong}
        assert not oa.post("/gate/uses", body).json().get("use"), name
        verdict = offline.check(token=wrong, digest=DIGEST, keys=keys, ended=ended)
        assert (verdict.result in counterfeits.BAD, bool(verdict.why)) == (True, True), name
        said = client_file.verify(wrong, DIGEST, keys, ended=ended)
        assert (said.cleared, said.code in counterfeits.BAD) == (False, True), name
    assert not PassUse.objects.exists()


def test_what_a_stolen_key_signs_is_unknown_to_the_gate(them: Reviewers, oa: Caller) -> None:
    """The gate asks its own rows; the text of a pass only names one of them."""
    row = passed(them)
    said = passes.signed(token_of(row), passes.known(), kind=passes.TYPE)
    other = hashlib.sha256(b"another contract").hexdigest()
    forged = [{"role": "text", "sha256": other}]
    made_up, _key = passes.sign({**said, "jti": str(uuid4()), "papers": forged})
    assert asked(oa, shown=made_up, digest=other).json()["code"] == "foreign"
    widened, _key = passes.sign({**said, "papers": forged})
    assert asked(oa, shown=widened, digest=other).json()["code"] == "forged"
    for jti in ("no id", "", 7, None, {"x": 1}):
        odd, _key = passes.sign({**said, "jti": jti})
        assert asked(oa, shown=odd).json()["code"] in counterfeits.BAD, jti


def test_the_command_refuses_a_counterfeit_and_a_file_that_is_far_too_long(
    them: Reviewers, guiju: Any, tmp_path: Path
) -> None:
    token, keys = token_of(passed(them)), passes.known()
    (tmp_path / "contract").write_bytes(TEXT)
    (tmp_path / "keys").write_text(json.dumps(keys), encoding="utf-8")
    found = counterfeits.all_of(token, keys)
    for name in ("no signature", "public key as a secret", "deeply nested", "far too long"):
        (tmp_path / "pass").write_text(found[name], encoding="utf-8")
        ran = guiju("verify", tmp_path / "contract", "--pass", tmp_path / "pass", "--keys", tmp_path / "keys")
        assert (ran.code, ran.err.split(":")[0] in counterfeits.BAD) == (1, True), (name, ran.err)


def test_a_pass_that_a_mail_has_broken_into_lines_still_holds(
    them: Reviewers, oa: Caller, client_file: ModuleType
) -> None:
    token, keys, ended = token_of(passed(them)), passes.known(), passes.ended()
    broken = "\r\n ".join(token[at : at + 76] for at in range(0, len(token), 76))
    assert asked(oa, shown=broken).json()["code"] == "cleared"
    assert offline.check(token=broken, digest=DIGEST, keys=keys, ended=ended).ok
    assert client_file.verify(broken, DIGEST, keys, ended=ended).cleared


def test_a_list_of_many_ended_passes_is_read(them: Reviewers, client_file: ModuleType) -> None:
    row = passed(them)
    now = int(clock.now().timestamp())
    gone = [[str(uuid4()), now] for _other in range(3_000)]
    said = {"iat": now, "ended": [*gone, [str(row.passes.get().uid), now]]}
    ended, keys = {"list": passes.sign(said, kind=passes.LIST_TYPE)[0]}, passes.known()
    assert len(ended["list"]) > passes.LONGEST
    assert offline.check(token=token_of(row), digest=DIGEST, keys=keys, ended=ended).result == "revoked"
    assert client_file.verify(token_of(row), DIGEST, keys, ended=ended).code == "revoked"


def test_a_digest_is_sha_256_in_plain_digits_and_nothing_else(them: Reviewers, oa: Caller) -> None:
    passed(them)
    assert asked(oa, digest=DIGEST.upper()).json()["code"] == "cleared"
    wrong = (
        hashlib.sha1(TEXT, usedforsecurity=False).hexdigest(),
        hashlib.md5(TEXT, usedforsecurity=False).hexdigest(),
        hashlib.sha512(TEXT).hexdigest(),
        DIGEST[:-1], DIGEST + "0", f" {DIGEST}", f"{DIGEST}\n", f"sha256:{DIGEST}", f"0x{DIGEST[2:]}",
        "".join(chr(ord(one) + 0xFEE0) for one in DIGEST), DIGEST.replace(DIGEST[0], "г"), "", f"{DIGEST},{DIGEST}",
    )  # fmt: skip
    for digest in wrong:
        answer = asked(oa, digest=digest)
        assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, "digest"), digest


def test_a_number_is_the_same_however_its_blanks_and_accents_are_written(them: Reviewers, oa: Caller) -> None:
    row = passed(them, ref=" HT-Café-\u200b001 ")
    assert row.ref == unicodedata.normalize("NFC", "HT-Café-001")
    buyer = open_caller(them.buyer, them.department)
    for ref in ("HT-Café-001", " HT-Café-001", "HT-Café-001\u3000", "\ufeffHT-Café-001", "HT-Cafe\u0301-001"):
        assert asked(oa, ref=ref).json()["code"] == "cleared", repr(ref)
        found = buyer.get(f"/reviews?system=oa&ref={quote(ref)}").json()["items"]
        assert [one["uid"] for one in found] == [str(row.uid)], repr(ref)
    for ref in (
        "ht-café-001",
        "HT－Café－001",
        "HT-Cafe-001",
        "HT-Café-00%31",
        "HT-Café-%",
        "HT-Café-001'--",
        "HT_Café_001",
    ):
        assert asked(oa, ref=ref).json()["code"] == "unknown", repr(ref)


def test_a_question_that_says_two_things_is_refused(them: Reviewers, oa: Caller) -> None:
    passed(them)
    other = "0" * 64
    for query in (f"digest={other}&digest={DIGEST}", f"digest={DIGEST}&digest={other}", f"digest={DIGEST}&ref=HT-9"):
        answer = oa.get(f"/gate?system=oa&ref={REF}&{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "query.twice"), query
    said = json.dumps({"system": "oa", "ref": REF, "digest": DIGEST, "kind": "seal", "doing": "YY-1"})
    body = said.replace("{", f'{{"digest": "{other}", ', 1)
    answer = oa.client.generic(
        "POST", "/api/v1/gate/uses", body.encode(), content_type="application/json",
        headers={"Authorization": f"Bearer {oa.secret}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (400, "json.twice"), answer.content
    assert not PassUse.objects.exists()


def test_a_used_pass_is_not_used_again_under_another_name_or_through_its_code(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    body = {"system": "oa", "ref": REF, "digest": DIGEST, "kind": "seal", "doing": "YY-1"}
    assert oa.post("/gate/uses", body).json()["use"]
    for more in ({"doing": "YY-2"}, {"doing": "yy-1"}, {"doing": "YY-2", "shown": token_of(row)},
                 {"doing": "YY-3", "shown": row.passes.get().code}):  # fmt: skip
        again = oa.post("/gate/uses", {**body, **more})
        assert (again.status_code, again.json()["code"]) == (409, "gate.used"), more
    assert oa.post("/gate/uses", {**body, "doing": " YY-1 "}).json()["use"]["doing"] == "YY-1"
    assert PassUse.objects.count() == 1
