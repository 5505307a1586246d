"""离线核验：改了、删了、添了、换了哪个文件，都说得出来；说不出来的改动一个也没有。"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.governance.archive import checking, form
from guiju.governance.archive.checking import Verdict
from guiju.lib import hashing, merkle, note
from guiju.lib.note import SigningKey, VerifierKey
from tests.conftest import Cast
from tests.governance.archive_house import furnish, made, path_of
from tests.governance.tampering import Members, altered, flipped, ordinary, read, write

pytestmark = pytest.mark.django_db


_once: dict[str, bytes] = {}


def _issued(cast: Cast) -> bytes:
    """An archive as it left the house: made once, because checking needs no database."""
    if not _once:
        furnish(cast)
        _once["bytes"] = path_of(made(cast)).read_bytes()
    return _once["bytes"]


@pytest.fixture
def sealed(cast: Cast, tmp_path: Path) -> Path:
    """A copy of it."""
    path = tmp_path / "存档.zip"
    path.write_bytes(_issued(cast))
    return path


def codes(verdict: Verdict) -> set[str]:
    return {one.code for one in verdict.findings}


def texts(verdict: Verdict) -> str:
    return "\n".join(one.text for one in verdict.findings)


def own_key(path: Path) -> VerifierKey:
    return VerifierKey.parse(json.loads(read(path)[form.MANIFEST])["log"]["verifier_key"])


def test_one_byte_of_any_member_is_noticed_and_the_member_named(sealed: Path, tmp_path: Path) -> None:
    members = read(sealed)
    for name in ordinary(members):
        bad = write({**members, name: flipped(members[name], len(members[name]) // 2)}, tmp_path / "bad.zip")
        verdict = checking.check(bad)
        assert "changed" in codes(verdict), name
        assert any(one.where == name for one in verdict.findings), name


def test_a_changed_manifest_or_seal_is_noticed(sealed: Path, tmp_path: Path) -> None:
    members = read(sealed)
    for name, at in ((form.MANIFEST, 40), (form.MANIFEST, -3), (form.SEAL, 30), (form.SEAL, -20), (form.SEAL, 400)):
        bad = write({**members, name: flipped(members[name], at)}, tmp_path / "bad.zip")
        assert codes(checking.check(bad)) & {"manifest", "seal"}, (name, at)


def test_a_removed_member_is_named(sealed: Path, tmp_path: Path) -> None:
    members = read(sealed)
    for name in ordinary(members):
        bad = write({key: value for key, value in members.items() if key != name}, tmp_path / "bad.zip")
        verdict = checking.check(bad)
        assert codes(verdict) == {"missing"}
        assert name in texts(verdict)


def test_without_its_seal_nothing_is_an_archive(sealed: Path, tmp_path: Path) -> None:
    for name in (form.MANIFEST, form.SEAL):
        verdict = checking.check(altered(sealed, tmp_path / "bad.zip", lambda members, name=name: members.pop(name)))
        assert codes(verdict) == {"unsealed"}
        assert name in texts(verdict)


def test_an_added_member_is_named(sealed: Path, tmp_path: Path) -> None:
    verdict = checking.check(
        altered(sealed, tmp_path / "bad.zip", lambda members: members.update({"补充说明.pdf": b"x"}))
    )
    assert codes(verdict) == {"added"}
    assert "补充说明.pdf" in texts(verdict)


def test_two_members_that_changed_places_are_named_together(sealed: Path, tmp_path: Path) -> None:
    members = read(sealed)
    one, other = [name for name in ordinary(members) if name.endswith(".xlsx")][:2]
    members[one], members[other] = members[other], members[one]
    verdict = checking.check(write(members, tmp_path / "bad.zip"))
    assert codes(verdict) == {"swapped"}
    assert one in texts(verdict)
    assert other in texts(verdict)


def test_a_member_under_another_name_is_named(sealed: Path, tmp_path: Path) -> None:
    members = read(sealed)
    name = next(one for one in members if one.endswith(".pdf"))
    members["别的名字.pdf"] = members.pop(name)
    verdict = checking.check(write(members, tmp_path / "bad.zip"))
    assert codes(verdict) == {"renamed"}


def _forged(members: Members, *, title: str = "改过的培训") -> Members:
    """Somebody changes a record and makes manifest and records fit again, but cannot sign."""
    manifest = json.loads(members[form.MANIFEST])
    name = manifest["records"]["member"]
    lines = members[name].decode().splitlines()
    at = next(number for number, line in enumerate(lines) if json.loads(line)["record"]["register"] == "trainings")
    told = json.loads(lines[at])
    told["event"]["content"] = told["event"]["content"].replace("反商业贿赂", title)
    told["record"]["title"] = title
    lines[at] = json.dumps(told, ensure_ascii=False)
    members[name] = ("\n".join(lines) + "\n").encode()
    return _refitted(members, manifest)


def _refitted(members: Members, manifest: dict) -> Members:  # type: ignore[type-arg]
    """The manifest made to fit the members as they are."""
    manifest["members"] = [
        {"name": name, "size": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in members.items() if name not in {form.MANIFEST, form.SEAL}
    ]  # fmt: skip
    return {**members, form.MANIFEST: json.dumps(manifest, ensure_ascii=False).encode()}


def test_a_manifest_made_to_fit_a_changed_record_betrays_both(sealed: Path, tmp_path: Path) -> None:
    verdict = checking.check(write(_forged(read(sealed)), tmp_path / "bad.zip"))
    assert codes(verdict) == {"manifest", "record"}
    assert "改过的培训" in texts(verdict)


def test_a_row_of_a_bulk_action_cannot_be_changed_either(sealed: Path, tmp_path: Path) -> None:
    members = read(sealed)
    manifest = json.loads(members[form.MANIFEST])
    name = manifest["records"]["member"]
    lines = [json.loads(line) for line in members[name].decode().splitlines()]
    for told in lines:
        if told["record"]["title"] == "合规宣传第 2 期":
            told["row"]["state"] = told["row"]["state"].replace("合规宣传第 2 期", "合规宣传第 9 期")
            told["record"]["title"] = "合规宣传第 9 期"
    members[name] = "\n".join(json.dumps(told, ensure_ascii=False) for told in lines).encode() + b"\n"
    verdict = checking.check(write(_refitted(members, manifest), tmp_path / "bad.zip"))
    assert "合规宣传第 9 期" in texts(verdict)
    assert [one.code for one in verdict.findings] == ["manifest", "record"]


def _resigned(members: Members, key: SigningKey) -> Members:
    """A whole new log of one event under a key of one's own, around a manifest of one's own."""
    manifest = json.loads(members[form.MANIFEST])
    manifest["log"]["verifier_key"] = str(key.verifier)
    seal = note.parse_proof(members[form.SEAL].decode())
    event = json.loads(seal.extra)
    head = note.Checkpoint.parse(manifest["checkpoint"].rpartition("\n\n")[0] + "\n")
    manifest["checkpoint"] = note.sign(head.body, key.private, name=key.name)
    raw = json.dumps(manifest, ensure_ascii=False).encode()
    content = {**json.loads(event["content"]), "manifest": sha256(raw).hexdigest()}
    text = hashing.canonical(content).decode()
    header = json.loads(event["header"])
    header["commitment"] = sha256(bytes.fromhex(event["salt"]) + text.encode()).hexdigest()
    event = {"header": hashing.canonical(header).decode(), "salt": event["salt"], "content": text}
    body = note.checkpoint_body(origin=head.origin, size=1, root=merkle.root([form.event_leaf(event)]))
    signed = note.sign(body, key.private, name=key.name)
    proof = note.proof_text(index=0, path=[], checkpoint=signed, extra=hashing.canonical(event))
    return {**members, form.MANIFEST: raw, form.SEAL: proof.encode()}


def test_whoever_signs_with_another_key_is_found_out_by_the_key(sealed: Path, tmp_path: Path) -> None:
    issuer = own_key(sealed)
    forger = SigningKey.generate(issuer.name)
    bad = write(_resigned(read(sealed), forger), tmp_path / "bad.zip")
    verdict = checking.check(bad, key=issuer)
    assert {"other_key", "seal"} <= codes(verdict)
    assert form.fingerprint(forger.verifier) in texts(verdict)
    alone = checking.check(bad)
    assert alone.notes
    assert form.fingerprint(forger.verifier) in alone.notes[0]
    assert "record" in codes(alone)  # what the true log signed is not signed by the forger


def test_the_key_of_the_issuer_confirms_and_a_strangers_does_not(sealed: Path) -> None:
    assert checking.check(sealed, key=own_key(sealed)).ok
    assert checking.check(sealed, key=own_key(sealed)).notes == []
    assert "other_key" in codes(checking.check(sealed, key=SigningKey.generate("somebody").verifier))


def test_a_key_from_the_archive_itself_is_said_to_be_one(sealed: Path) -> None:
    verdict = checking.check(sealed)
    assert verdict.ok
    assert form.fingerprint(own_key(sealed)) in verdict.notes[0]


def test_a_truncated_file_is_not_an_archive(sealed: Path, tmp_path: Path) -> None:
    whole = sealed.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        bad = tmp_path / "bad.zip"
        bad.write_bytes(whole[:length])
        assert codes(checking.check(bad)) == {"damaged"}, length


def test_a_zip_bomb_is_not_read_beyond_what_was_sealed(sealed: Path, tmp_path: Path) -> None:
    members = read(sealed)
    name = next(one for one in members if one.endswith(".pdf"))
    members[name] = bytes(300 << 20)
    verdict = checking.check(write(members, tmp_path / "bad.zip"))
    assert codes(verdict) == {"changed"}
    members = read(sealed)
    members[form.SEAL] = bytes(2 << 20)
    assert codes(checking.check(write(members, tmp_path / "bad.zip"))) == {"large"}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\Windows\\x.dll", "..\\x", "a/../../b", "a//b", "."]
)
def test_a_name_that_leads_elsewhere_is_named(sealed: Path, tmp_path: Path, name: str) -> None:
    verdict = checking.check(altered(sealed, tmp_path / "bad.zip", lambda members: members.update({name: b"x"})))
    assert "unsafe" in codes(verdict)


def test_a_name_that_stands_twice_is_named(sealed: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(sealed.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(bad, "a") as archive:
        archive.writestr(form.MANIFEST, b"{}")
    assert "twice" in codes(checking.check(bad))


def test_what_is_appended_is_noticed(sealed: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(sealed.read_bytes())
    with zipfile.ZipFile(bad, "a") as archive:
        archive.comment = "也请看这里".encode()
    assert codes(checking.check(bad)) == {"comment"}


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"{}", b'{"form": "guiju/archive/1"}', b"[" * 100_000, b'{"form": 9e999999}']
)
def test_a_manifest_that_is_none_is_refused(sealed: Path, tmp_path: Path, content: bytes) -> None:
    bad = altered(sealed, tmp_path / "bad.zip", lambda members: members.update({form.MANIFEST: content}))
    assert codes(checking.check(bad)) == {"manifest"}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_tampering_goes_unnoticed(cast: Cast, data: st.DataObject) -> None:
    """Whatever is done to the members, the check names something; it never breaks down."""
    issued = _members(cast)
    members = dict(issued)
    names = sorted(members)
    for _time in range(data.draw(st.integers(1, 3))):
        _tamper(members, names, data)
    with tempfile.TemporaryDirectory() as folder:
        verdict = checking.check(write(members, Path(folder) / "bad.zip"))
    assert verdict.ok == (members == issued)


def _tamper(members: Members, names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    held = members.get(name)
    match data.draw(st.sampled_from(["flip", "cut", "remove", "add", "swap", "replace", "grow"])):
        case "flip" if held:
            members[name] = flipped(held, data.draw(st.integers(0, len(held) - 1)))
        case "cut" if held:
            members[name] = held[: data.draw(st.integers(0, len(held) - 1))]
        case "grow" if held is not None:
            members[name] = held + data.draw(st.binary(min_size=1, max_size=20))
        case "remove":
            members.pop(name, None)
        case "add":
            members[
                data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20))
            ] = b"x"
        case "swap":
            other = data.draw(st.sampled_from(names))
            if held is not None and other in members:
                members[name], members[other] = members[other], held
        case "replace" if held is not None:
            members[name] = data.draw(st.binary(max_size=60))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_a_flipped_bit_of_the_file_never_changes_what_is_believed(cast: Cast, at: int, bit: int) -> None:
    """A bit in a header of the zip may be harmless; then every member still is what was sealed."""
    whole = _issued(cast)
    at %= len(whole)
    bad = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bad.zip"
        path.write_bytes(bad)
        verdict = checking.check(path)
        if verdict.ok:
            assert read(path) == _members(cast)


def _members(cast: Cast) -> Members:
    with zipfile.ZipFile(io.BytesIO(_issued(cast))) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}
