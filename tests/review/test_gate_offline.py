"""A document and its pass, checked without database and network: by the command, and by the library behind it."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import guiju as package
from guiju.lib import clock
from guiju.review import actions, gate, offline, passes
from guiju.review.models import Pass
from tests.cli import conftest as cli
from tests.review.house import TEXT, Reviewers, paper, passed

pytestmark = pytest.mark.django_db

Run = Callable[..., cli.Ran]
guiju = cli.guiju


@pytest.fixture
def kit(them: Reviewers, tmp_path: Path) -> dict[str, Path]:
    """What somebody outside holds: the contract, its pass, the keys, the list of ended passes."""
    row = passed(them, papers=[paper(), paper(b"other", "party", "资信.txt")])
    files = {
        "contract": TEXT,
        "attachment": b"other",
        "pass": row.passes.get().token.encode(),
        "keys": json.dumps(passes.published()).encode(),
        "list": json.dumps(passes.ended()).encode(),
    }
    found = {name: tmp_path / name for name in files}
    for name, data in files.items():
        found[name].write_bytes(data)
    return found


def options(kit: dict[str, Path], **more: Path) -> list[str]:
    given = kit | more
    return ["--pass", str(given["pass"]), "--keys", str(given["keys"]), "--revoked", str(given["list"])]


def result(ran: cli.Ran) -> str:
    return str(json.loads(ran.out)["result"])


def test_the_reviewed_document_is_verified_and_every_other_is_not(kit: dict[str, Path], guiju: Run) -> None:
    good = guiju("verify", kit["contract"], *options(kit), "--json")
    assert (good.code, result(good)) == (0, "verified")
    said = guiju("verify", kit["contract"], *options(kit))
    assert "办公设备采购合同" in said.out
    kit["contract"].write_bytes(TEXT + b" ")
    changed = guiju("verify", kit["contract"], *options(kit), "--json")
    assert (changed.code, result(changed)) == (1, "changed")
    attached = guiju("verify", kit["attachment"], *options(kit), "--json")
    assert (attached.code, result(attached)) == (1, "attachment")


def test_forged_foreign_expired_and_withdrawn_passes_are_told_apart(
    kit: dict[str, Path],
    guiju: Run,
    them: Reviewers,
    tmp_path: Path,
) -> None:
    token = kit["pass"].read_text()
    claims = jwt.decode(token, options={"verify_signature": False})
    head = jwt.get_unverified_header(token)
    forged = jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers=head)
    unknown = jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={**head, "kid": "x"})
    for wrong, word in ((forged, "forged"), (unknown, "unknown_key"), ("nothing", "malformed")):
        kit["pass"].write_text(wrong)
        ran = guiju("verify", kit["contract"], *options(kit), "--json")
        assert (ran.code, result(ran)) == (1, word)
    kit["pass"].write_text(token)
    ran = guiju("verify", kit["contract"], *options(kit), "--ref", "HT-OTHER", "--json")
    assert (ran.code, result(ran)) == (1, "foreign")
    with clock.simulate(clock.now() + timedelta(days=200)):
        assert result(guiju("verify", kit["contract"], *options(kit), "--json")) == "expired"
    actions.void(matter=Pass.objects.get().matter, reason="对方资质是伪造的", by=them.by("head"))
    kit["list"].write_text(json.dumps(passes.ended()))
    ran = guiju("verify", kit["contract"], *options(kit), "--json")
    assert (ran.code, result(ran)) == (1, "revoked")


def test_a_list_of_ended_passes_that_somebody_made_is_not_believed(kit: dict[str, Path], guiju: Run) -> None:
    token, _key = passes.sign({"iat": 0, "ended": []})  # signed, but as a pass
    kit["list"].write_text(json.dumps({"list": token}))
    ran = guiju("verify", kit["contract"], *options(kit))
    assert ran.code == 1
    assert "list of ended passes" in ran.err


def test_a_key_that_was_stolen_is_replaced_and_what_it_signed_before_stays_verifiable(
    them: Reviewers, tmp_path: Path, settings: Any
) -> None:
    settings.KEYS = shutil.copytree(settings.KEYS, tmp_path / "keys")
    old = passed(them).passes.get()
    stolen = passes.path().read_text(encoding="ascii").strip()
    assert stolen not in "".join(old.token + key["x"] for key in passes.published()["keys"])
    passes.path().unlink()
    new = passed(them, ref="HT-2", papers=[paper(b"second")]).passes.get()
    assert old.key_id != new.key_id
    for row in (old, new):
        assert passes.read(row.token, passes.known())["jti"] == str(row.uid)
    # What the thief signs with it, the gate does not know.
    said = passes.read(old.token, passes.known()) | {"papers": [{"role": "text", "sha256": "0" * 64}]}
    private = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(stolen + "=" * (-len(stolen) % 4)))
    for uid in (old.uid, uuid4()):
        headers = {"kid": old.key_id, "typ": passes.TYPE}
        forged = jwt.encode(said | {"jti": str(uid)}, private, algorithm="EdDSA", headers=headers)
        assert not gate.ask(system="oa", ref="HT-2026-001", digest="0" * 64, shown=forged, by=them.by("head")).cleared


def test_wrong_use_is_told(kit: dict[str, Path], guiju: Run) -> None:
    assert guiju("verify", kit["contract"], "--pass", kit["pass"]).code == 2
    assert guiju("verify", kit["contract"], "--keys", kit["keys"]).code == 2
    assert guiju("verify", kit["contract"], *options(kit, keys=kit["contract"])).code == 2
    assert guiju("verify", kit["contract"].with_name("absent"), *options(kit)).code == 2


def test_an_old_list_and_conditions_that_come_before_are_told(kit: dict[str, Path]) -> None:
    keys = json.loads(kit["keys"].read_text())
    given: dict[str, Any] = {"token": kit["pass"].read_text(), "digest": paper()["digest"], "keys": keys}
    without = offline.check(**given)
    assert (without.ok, len(without.notes)) == (True, 1)
    listed = offline.check(**given, ended=json.loads(kit["list"].read_text()))
    assert listed.notes == ()
    late = offline.check(**given, ended=json.loads(kit["list"].read_text()), at=clock.now() + timedelta(days=3))
    assert (late.ok, len(late.notes)) == (True, 1)


def test_checking_needs_no_installation(kit: dict[str, Path], tmp_path: Path) -> None:
    home = tmp_path / "home"
    ended = subprocess.run(
        [sys.executable, "-m", "guiju", "verify", str(kit["contract"]), *options(kit), "--json"],
        env={"GUIJU_HOME": str(home), "PYTHONPATH": str(Path(package.__file__).parents[1])},
        cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (ended.returncode, json.loads(ended.stdout)["result"]) == (0, "verified"), ended.stderr
    assert not home.exists()


def test_a_new_key_signs_from_now_on_and_what_the_earlier_one_signed_holds(
    kit: dict[str, Path], guiju: Run, them: Reviewers
) -> None:
    earlier = jwt.get_unverified_header(kit["pass"].read_text())["kid"]
    secret = passes.path().read_bytes()
    ran = guiju("review", "newkey")
    assert (ran.code, (passes.path().parent / f"review-{earlier}.key").read_bytes()) == (0, secret)
    later = passed(them, ref="HT-2026-002", values={"title": "另一份合同", "amount": "1", "form": {"party": "乙"}})
    fresh = jwt.get_unverified_header(later.passes.get().token)["kid"]
    assert (fresh != earlier, fresh in ran.out) == (True, True)
    keys = json.loads(guiju("review", "keys").out)
    assert [one["kid"] for one in keys["keys"]] == [earlier, fresh]
    kit["keys"].write_text(json.dumps(keys))
    kit["list"].write_text(json.dumps(passes.ended()))
    assert result(guiju("verify", kit["contract"], *options(kit), "--json")) == "verified"
    kit["pass"].write_text(later.passes.get().token)
    assert result(guiju("verify", kit["contract"], *options(kit), "--json")) == "verified"
    assert oct(passes.path().stat().st_mode)[-3:] == "600"


def test_the_server_asks_its_own_gate(kit: dict[str, Path], guiju: Run, tmp_path: Path) -> None:
    asked = ("review", "gate", "--system", "oa", "--ref", "HT-2026-001")
    yes = guiju(*asked, "--file", kit["contract"], "--json")
    assert (yes.code, json.loads(yes.out)["code"]) == (0, "cleared")
    no = guiju(*asked, "--digest", "0" * 64)
    assert (no.code, no.err.split(":")[0]) == (1, "changed")
    assert guiju(*asked, "--digest", "short").code == 2
    assert guiju(*asked).code == 2
    assert guiju("review", "gate", "--system", "", "--ref", "x", "--digest", "0" * 64).code == 2
    assert json.loads(guiju("review", "keys").out) == passes.published()
    assert json.loads(guiju("review", "revoked").out)["count"] == 0
    page = tmp_path / "checker.html"
    assert guiju("review", "checker", "-o", page).code == 0
    assert "Ed25519" in page.read_text(encoding="utf-8")


def test_a_pass_holds_offline_as_long_as_at_the_gate(kit: dict[str, Path]) -> None:
    """To the end of its last day, not into the morning after."""
    row = Pass.objects.get()
    keys, digest = json.loads(kit["keys"].read_text()), str(row.digests.get(role="text").digest)
    midnight = datetime.combine(row.expires_on + timedelta(days=1), time.min, tzinfo=clock.SHANGHAI)
    for at, holds in ((midnight - timedelta(seconds=1), True), (midnight, False)):
        with clock.simulate(at):
            assert gate.judge(row, digest).cleared is holds
        assert offline.check(token=row.token, digest=digest, keys=keys, at=at).ok is holds
