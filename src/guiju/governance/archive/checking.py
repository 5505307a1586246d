"""Is an archive file what was sealed? Needs the file and, if at hand, the issuer's public key; no database, no network.

Whatever the file holds is taken for hostile: nothing is unpacked, nothing is read beyond the size that it should have.
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from guiju.governance.archive import form, recordcheck
from guiju.lib import note
from guiju.lib.errors import Problem
from guiju.lib.i18n import _
from guiju.lib.note import VerifierKey

#: A manifest of a hundred thousand files stays well below this; so does a proof.
MANIFEST_LIMIT, SEAL_LIMIT = 128 << 20, 1 << 20
#: One record with all that its event told.
LINE_LIMIT = 32 << 20
_PIECE = 1 << 20
_TOLD_AT_MOST = 200
#: Bytes of a zip's last record without a comment; of what may follow a member whose size was not known beforehand.
_END = 22
_DESCRIPTORS = frozenset({12, 16, 20, 24})
_SPOILED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError,
    IndexError, OverflowError, MemoryError,
)  # fmt: skip
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree: a short code, the member or record, a sentence."""

    code: str
    where: str
    text: str


@dataclass(slots=True)
class Verdict:
    """The outcome, in sentences; `facts` are what the sealed manifest says of itself."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    members: int = 0
    records: int = 0
    more: int = 0

    @property
    def ok(self) -> bool:
        """Nothing was found."""
        return not self.findings

    def add(self, code: str, where: str, text: str) -> None:
        """One finding; of very many only the first are told."""
        if len(self.findings) < _TOLD_AT_MOST:
            self.findings.append(Finding(code, where, text))
        else:
            self.more += 1


def check(path: Path, *, key: VerifierKey | None = None) -> Verdict:
    """Every member, the seal and the proof of each record."""
    verdict = Verdict()
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive, key, verdict)
    except _SPOILED as error:
        verdict.add(
            "damaged",
            path.name,
            _("The file is not a whole archive: it was cut off, damaged or is something else (%(why)s).")
            % {"why": str(error) or type(error).__name__},
        )
    return verdict


def _check(archive: zipfile.ZipFile, key: VerifierKey | None, verdict: Verdict) -> None:
    infos = archive.infolist()
    named = _names(infos, verdict)
    if form.MANIFEST not in named and form.SEAL not in named:
        # What was cut off may end with a whole workbook, which is a zip too.
        verdict.add("damaged", "", _("The file is not an archive of this programme, or its end was cut off."))
        return
    if archive.comment or not _is_dense(archive, infos):
        verdict.add("comment", "", _("Something was appended to the archive that was not sealed."))
    if form.MANIFEST not in named or form.SEAL not in named:
        name = form.SEAL if form.MANIFEST in named else form.MANIFEST
        verdict.add("unsealed", name, _("The seal is gone: “%(name)s” is missing.") % {"name": name})
        return
    raw = _limited(archive, named[form.MANIFEST], MANIFEST_LIMIT, verdict)
    seal = _limited(archive, named[form.SEAL], SEAL_LIMIT, verdict)
    if raw is None or seal is None:
        return
    manifest = _manifest(raw, verdict)
    if manifest is None:
        return
    keys = _keys(manifest, key, verdict)
    _check_seal(seal, raw, manifest, keys, verdict)
    sound = _check_members(archive, named, manifest, verdict)
    _check_records(archive, named, manifest, keys, verdict, sound=sound)


# --- what the zip says of itself ------------------------------------------------------------------------------------


def _names(infos: Sequence[zipfile.ZipInfo], verdict: Verdict) -> dict[str, zipfile.ZipInfo]:
    """Members by name; names that lead elsewhere or stand twice are told."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.orig_filename
        if is_unsafe(name) or name != info.filename:
            text = _("“%(name)s” leads out of the folder into which it is unpacked: do not unpack this file.")
            verdict.add("unsafe", name, text % {"name": shown(name)})
        if info.filename in found:
            text = _("“%(name)s” stands in the archive more than once.")
            verdict.add("twice", info.filename, text % {"name": shown(info.filename)})
        found.setdefault(info.filename, info)
    return found


def _is_dense(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> bool:
    """No byte before, between or behind the members: some programmes would find there what the directory does not name."""
    source = archive.fp
    assert source is not None
    source.seek(-_END, 2)
    if source.read(4) != b"PK\x05\x06":
        return False
    ordered = sorted(infos, key=lambda info: info.header_offset)
    at = 0
    for info, after in zip(ordered, [*(one.header_offset for one in ordered[1:]), archive.start_dir], strict=True):
        if info.header_offset != at:
            return False
        source.seek(at + 26)
        gap = after - (at + 30 + sum(struct.unpack("<HH", source.read(4))) + info.compress_size)
        if gap and not (info.flag_bits & 8 and gap in _DESCRIPTORS):
            return False
        at = after
    return at == archive.start_dir


def is_unsafe(name: str) -> bool:
    """A name that a careless programme would unpack somewhere else."""
    parts = name.split("/")
    return (
        name.startswith("/")
        or any(char in "\\:" or char < " " or char == "\x7f" for char in name)
        or any(part in {"", ".", ".."} for part in parts)
    )


def shown(name: str) -> str:
    """A name from the file, as a sentence may carry it."""
    return "".join(char if char.isprintable() else "\ufffd" for char in name)[:200]


def _limited(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, verdict: Verdict) -> bytes | None:
    """A small member as a whole; None when it is larger than such a thing can be, or damaged."""
    if info.file_size > limit:
        verdict.add("large", info.filename, _("“%(name)s” is larger than it can be.") % {"name": info.filename})
        return None
    try:
        with archive.open(info) as source:
            return source.read(limit)
    except _SPOILED as error:
        verdict.add("changed", info.filename, _changed(info.filename, error))
        return None


def _manifest(raw: bytes, verdict: Verdict) -> dict[str, Any] | None:
    """The manifest in its form; what has another form was not made by this programme."""
    try:
        manifest = json.loads(raw)
        if manifest["form"] != form.FORM:
            raise ValueError(manifest["form"])
        for member in manifest["members"]:
            if not isinstance(member["name"], str) or len(bytes.fromhex(member["sha256"])) != 32:
                raise ValueError(member)
            if not isinstance(member["size"], int):
                raise TypeError(member)
        records = manifest["records"]
        told = {"records": int(records["count"]), "member": str(records["member"])}
        note.Checkpoint.parse(str(manifest["checkpoint"]).rpartition("\n\n")[0] + "\n")
        verdict.facts = _facts(manifest) | {"record_count": told["records"]}
    except (*_MALFORMED, Problem):
        verdict.add("manifest", form.MANIFEST, _("“manifest.json” is not in the form of an archive: it was changed."))
        return None
    assert isinstance(manifest, dict)
    return manifest


def _facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "unit": dict(manifest["unit"]), "begins_on": str(manifest["begins_on"]), "ends_on": str(manifest["ends_on"]),
        "made_at": str(manifest["made_at"]), "made_by": str(manifest["made_by"]), "origin": str(manifest["log"]["origin"]),
        "absent": len(manifest["absent"]),
    }  # fmt: skip


# --- the seal -------------------------------------------------------------------------------------------------------


def _keys(manifest: Mapping[str, Any], given: VerifierKey | None, verdict: Verdict) -> list[VerifierKey]:
    """The key to believe: the one given, else the archive's own, which is said clearly."""
    try:
        own = VerifierKey.parse(str(manifest["log"]["verifier_key"]))
    except (*_MALFORMED, Problem):
        verdict.add("manifest", form.MANIFEST, _("The public key in the archive is damaged."))
        return [given] if given else []
    verdict.facts["fingerprint"] = form.fingerprint(own)
    if given is None:
        verdict.facts["key"] = "contained"
        verdict.notes.append(
            _(
                "The key was taken from the archive itself: whoever forges an archive can put a key of his own into it. "
                "Compare its fingerprint with the one on the issuer's archive page: %(fingerprint)s."
            )
            % {"fingerprint": form.fingerprint(own)}
        )
        return [own]
    verdict.facts["key"] = "given"
    if given != own:
        verdict.add(
            "other_key",
            form.MANIFEST,
            _("The archive was sealed with another key (%(theirs)s) than the one given (%(given)s).")
            % {"theirs": form.fingerprint(own), "given": form.fingerprint(given)},
        )
    return [given]


def _check_seal(
    seal: bytes, raw: bytes, manifest: Mapping[str, Any], keys: list[VerifierKey], verdict: Verdict
) -> None:
    """The event `archive.made` stands in the signed log and names this manifest."""
    try:
        proof = note.parse_proof(seal.decode("utf-8"))
        event = json.loads(proof.extra)
        header, content = json.loads(event["header"]), json.loads(event["content"])
        proof.verify(form.event_leaf(event), keys)
        checkpoint = note.verify(str(manifest["checkpoint"]), keys).checkpoint
    except Problem as problem:
        verdict.add("seal", form.SEAL, _("The seal does not hold: %(why)s") % {"why": problem.what})
        return
    except _MALFORMED:
        verdict.add("seal", form.SEAL, _("The seal is damaged: it cannot be read."))
        return
    if header.get("action") != form.ACTION or not form.is_committed(event, header):
        verdict.add("seal", form.SEAL, _("The seal is of another event than the making of this archive."))
    elif content.get("manifest") != sha256(raw).hexdigest() or header.get("object_id") != manifest.get("archive"):
        text = _("“manifest.json” was changed after the archive was sealed: the trail holds another digest of it.")
        verdict.add("manifest", form.MANIFEST, text)
    if checkpoint.origin != verdict.facts["origin"]:
        verdict.add("manifest", form.MANIFEST, _("The checkpoint in the manifest is of another log."))
    verdict.facts["log_size"] = checkpoint.size


# --- the members ----------------------------------------------------------------------------------------------------


def _check_members(
    archive: zipfile.ZipFile, named: Mapping[str, zipfile.ZipInfo], manifest: Mapping[str, Any], verdict: Verdict
) -> frozenset[str]:
    """Every member against its digest; returns the names of those that are as they were sealed."""
    expected = {member["name"]: (member["size"], member["sha256"]) for member in manifest["members"]}
    found: dict[str, str] = {}
    sizes = {size for size, _digest_text in expected.values()}
    for name, (_size, digest) in expected.items():
        info = named.get(name)
        if info is None:
            continue
        try:
            found[name] = _digest(archive, info, sizes)
        except _SPOILED as error:
            verdict.add("changed", name, _changed(name, error))
            continue
        if found[name] == digest:
            verdict.members += 1
    _tell_members(archive, named, expected, found, verdict)
    return frozenset(name for name, digest in found.items() if digest == expected[name][1])


def _digest(archive: zipfile.ZipFile, info: zipfile.ZipInfo, sizes: Container[int]) -> str:
    """The digest of a member; empty, and nothing more is read, when nothing of its size was sealed."""
    if info.file_size not in sizes:
        return ""
    seen, left = sha256(), info.file_size
    with archive.open(info) as source:
        while piece := source.read(_PIECE):
            left -= len(piece)
            if left < 0:
                return ""
            seen.update(piece)
    return seen.hexdigest() if left == 0 else ""


def _tell_members(
    archive: zipfile.ZipFile,
    named: Mapping[str, zipfile.ZipInfo],
    expected: Mapping[str, tuple[int, str]],
    found: Mapping[str, str],
    verdict: Verdict,
) -> None:
    wrong = {name: digest for name, digest in found.items() if digest != expected[name][1]}
    missing = [name for name in expected if name not in named]
    extra = [name for name in named if name not in expected and name not in {form.MANIFEST, form.SEAL}]
    told: set[str] = set()
    for name, digest in wrong.items():
        if name in told:
            continue
        other = next((one for one in wrong if one != name and digest and expected[one][1] == digest), None)
        if other is not None and wrong[other] == expected[name][1]:
            text = _("“%(one)s” and “%(other)s” have changed places.")
            verdict.add("swapped", name, text % {"one": shown(name), "other": shown(other)})
            told.add(other)
        else:
            verdict.add("changed", name, _changed(name))
    for name in missing:
        new = next((one for one in extra if _is_same(archive, named[one], *expected[name])), None)
        if new is not None:
            extra.remove(new)
            text = _("“%(old)s” now stands under the name “%(new)s”.")
            verdict.add("renamed", name, text % {"old": shown(name), "new": shown(new)})
        else:
            text = _("“%(name)s” is missing: it was in the archive when it was sealed.")
            verdict.add("missing", name, text % {"name": shown(name)})
    for name in extra:
        text = _("“%(name)s” was added: it was not in the archive when it was sealed.")
        verdict.add("added", name, text % {"name": shown(name)})


def _is_same(archive: zipfile.ZipFile, info: zipfile.ZipInfo, size: int, digest: str) -> bool:
    try:
        return _digest(archive, info, {size}) == digest
    except _SPOILED:
        return False


def _changed(name: str, error: BaseException | None = None) -> str:
    if error is not None:
        return _("“%(name)s” was changed or damaged after sealing: it cannot be read.") % {"name": shown(name)}
    return _("“%(name)s” was changed after the archive was sealed.") % {"name": shown(name)}


# --- the records ----------------------------------------------------------------------------------------------------


def _check_records(
    archive: zipfile.ZipFile,
    named: Mapping[str, zipfile.ZipInfo],
    manifest: Mapping[str, Any],
    keys: list[VerifierKey],
    verdict: Verdict,
    *,
    sound: frozenset[str],
) -> None:
    """Each record is the one that the trail knows, and the files that it names are there."""
    name = str(manifest["records"]["member"])
    info = named.get(name)
    if info is None:
        return  # its absence has been told
    sizes = {member["name"]: member["size"] for member in manifest["members"]}
    kept = {member["sha256"] for member in manifest["members"]}
    kept |= {str(one.get("sha256")) for one in manifest["absent"] if isinstance(one, dict)}
    checker = recordcheck.Checker(keys, kept)
    count = 0
    try:
        for line in _lines(archive, info, sizes.get(name, 0)):
            count += 1
            fault = checker.fault(line, count)
            if fault is None:
                verdict.records += 1
            else:
                verdict.add("record", fault.where, fault.text)
    except _SPOILED:
        return  # the member itself has been told
    if name in sound and count != verdict.facts["record_count"]:
        verdict.add("record", name, _("There are more or fewer records than the manifest counts."))


def _lines(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
    left = limit
    with archive.open(info) as source:
        while line := source.readline(LINE_LIMIT):
            left -= len(line)
            if left < 0:
                return
            yield line
