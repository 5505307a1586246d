"""Signed checkpoints and offline proofs as text: C2SP signed-note, tlog-checkpoint and tlog-proof.

A checkpoint says "this log has so many entries with this root", signed; a proof shows that one entry is among
them. Both are plain text, so that a mail, a printed page or a USB stick can carry them out of the house.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from guiju.lib import merkle
from guiju.lib.errors import Problem
from guiju.lib.hashing import digest
from guiju.lib.i18n import _

ED25519 = b"\x01"
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_DASH = "\u2014 "
_MAX_SIGNATURES = 64
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_BAD_NAME = re.compile(r"[\s+\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key by name, written `name+keyid+base64`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)

    @property
    def id(self) -> bytes:
        """Four bytes that hint which key signed."""
        return digest(self.name.encode() + b"\n" + ED25519 + self.public)[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_b64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form, refusing a key whose id does not fit."""
        name, key_id, payload = _key_parts(text.strip())
        key = cls(name, payload)
        if key.id.hex() != key_id:
            raise _bad_key()
        return key

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Did this key sign the message?"""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key by name; its text form is the one of Go's note package."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)

    @classmethod
    def generate(cls, name: str) -> Self:
        """A fresh key."""
        return cls(name, Ed25519PrivateKey.generate())

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """`PRIVATE+KEY+name+id+base64`: keep it in a file that only the service may read."""
        seed = _b64(ED25519 + self.private.private_bytes_raw())
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{seed}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `secret_text` back."""
        head, sep, rest = text.strip().partition("PRIVATE+KEY+")
        if head or not sep:
            raise _bad_key()
        name, key_id, seed = _key_parts(rest)
        key = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        if key.verifier.id.hex() != key_id:
            raise _bad_key()
        return key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one size."""

    origin: str
    size: int
    root: bytes
    extra: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        return checkpoint_body(origin=self.origin, size=self.size, root=self.root, extra=self.extra)

    @classmethod
    def parse(cls, body: str) -> Self:
        """Read the text of a checkpoint (without signatures)."""
        lines = body.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines) or not _DECIMAL.fullmatch(lines[1]):
            raise _malformed()
        root = _unb64(lines[2])
        if len(root) != merkle.HASH_BYTES:
            raise _malformed()
        return cls(origin=lines[0], size=int(lines[1]), root=root, extra=tuple(lines[3:]))


def checkpoint_body(*, origin: str, size: int, root: bytes, extra: Sequence[str] = ()) -> str:
    """The three lines of a tree head, and extension lines."""
    lines = [origin, str(size), _b64(root), *extra]
    if size < 0 or len(root) != merkle.HASH_BYTES or any(not line or _has_control(line) for line in lines):
        raise ValueError("a checkpoint has a size >= 0, a 32-byte root and non-empty single lines")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Verified:
    """A note's text and the names of the known keys that signed it."""

    body: str
    signers: tuple[str, ...]

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint.parse(self.body)


def sign(body: str, key: Ed25519PrivateKey, *, name: str) -> str:
    """The signed note of a text that ends with a newline."""
    if not body.endswith("\n") or _has_control(body.replace("\n", "")):
        raise ValueError("a note's text ends with a newline and has no other control characters")
    return body + "\n" + _signature_line(body, SigningKey(name, key))


def add_signature(note: str, key: Ed25519PrivateKey, *, name: str) -> str:
    """The same note with one more signature, as a second key or a witness adds it."""
    body, _lines = _split_note(note)
    return note + _signature_line(body, SigningKey(name, key))


def verify(note: str, keys: Iterable[VerifierKey]) -> Verified:
    """The note's text if a known key signed it; a wrong signature of a known key spoils the whole note."""
    known = {(key.name, key.id): key for key in keys}
    body, lines = _split_note(note)
    signers: list[str] = []
    for name, key_id, signature in lines:
        key = known.get((name, key_id))
        if key is None:
            continue
        if not key.verifies(signature, body.encode()):
            raise Problem(
                "note.bad_signature",
                _("The signature of %(name)s does not fit the text: it was changed after signing.") % {"name": name},
            )
        if name not in signers:
            signers.append(name)
    if not signers:
        raise Problem(
            "note.unknown_signer",
            _("None of the keys that you trust has signed this checkpoint."),
            fix=_("Ask the issuer for the public key and give it to the check."),
        )
    return Verified(body, tuple(signers))


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry's proof: its index, its path and the signed checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def verify(self, leaf: bytes, keys: Iterable[VerifierKey]) -> Verified:
        """Refuses unless a known key signed a tree that holds this leaf hash at this index."""
        verified = verify(self.checkpoint, keys)
        head = verified.checkpoint
        if not merkle.verify_inclusion(index=self.index, size=head.size, leaf=leaf, path=self.path, root=head.root):
            raise Problem(
                "proof.mismatch",
                _("The entry is not the one that stands at place %(index)d of the log.") % {"index": self.index},
            )
        return verified


def proof_text(*, index: int, path: Sequence[bytes], checkpoint: str, extra: bytes = b"") -> str:
    """The content of a `.tlog-proof` file; `extra` is not protected by the proof."""
    lines = [PROOF_HEADER]
    if extra:
        lines.append(f"extra {_b64(extra)}")
    lines.append(f"index {index}")
    lines += [_b64(item) for item in path]
    return "\n".join(lines) + "\n\n" + checkpoint


def parse_proof(text: str) -> Proof:
    """Read a `.tlog-proof` file, strictly."""
    head, sep, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not sep or lines.pop(0) != PROOF_HEADER or not lines:
        raise _malformed()
    extra = b""
    if lines[0].startswith("extra "):
        extra = _unb64(lines.pop(0).removeprefix("extra "))
    index = lines.pop(0).removeprefix("index ") if lines and lines[0].startswith("index ") else ""
    path = tuple(_unb64(line) for line in lines)
    if not _DECIMAL.fullmatch(index) or any(len(item) != merkle.HASH_BYTES for item in path) or len(path) > 63:
        raise _malformed()
    _split_note(checkpoint)
    return Proof(index=int(index), path=path, checkpoint=checkpoint, extra=extra)


def _signature_line(body: str, key: SigningKey) -> str:
    return f"{_DASH}{key.verifier.name} {_b64(key.verifier.id + key.private.sign(body.encode()))}\n"


def _split_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    head, sep, tail = note.rpartition("\n\n")
    if not sep or not tail.endswith("\n") or _has_control(note.replace("\n", "")):
        raise _malformed()
    lines = tail[:-1].split("\n")
    if len(lines) > _MAX_SIGNATURES:
        raise _malformed()
    signatures = []
    for line in lines:
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        raw = _unb64(encoded)
        if not line.startswith(_DASH) or not space or not name or _BAD_NAME.search(name) or len(raw) < 5:
            raise _malformed()
        signatures.append((name, raw[:4], raw[4:]))
    return head + "\n", signatures


def _check_name(name: str) -> None:
    if not name or _BAD_NAME.search(name):
        raise Problem(
            "note.key_name",
            _("The key name “%(name)s” is empty or holds a space or a plus sign.") % {"name": name[:80]},
            fix=_("Name a key like an address, for example example.com/log."),
        )


def _key_parts(text: str) -> tuple[str, str, bytes]:
    try:
        name, key_id, encoded = text.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise _bad_key() from None
    if raw[:1] != ED25519 or len(raw) != 33:
        raise _bad_key()
    return name, key_id, raw[1:]


def _has_control(text: str) -> bool:
    return any(char < " " for char in text)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise _malformed() from None
    if _b64(data) != text:  # the last character may carry unused bits: one signature, one spelling
        raise _malformed()
    return data


def _bad_key() -> Problem:
    return Problem(
        "note.bad_key",
        _("This is not a key of the form name+id+base64."),
        fix=_("Copy the whole line of the key file, without line breaks."),
    )


def _malformed() -> Problem:
    return Problem(
        "note.malformed",
        _("This is not a signed checkpoint or proof: its lines are damaged."),
        fix=_("Take the file as it was issued; do not open and save it with an office program."),
    )
