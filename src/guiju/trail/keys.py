"""The key that signs checkpoints: a file beside the database, never in it and never in a backup."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.lib.note import SigningKey, VerifierKey

_NOT_IN_NAME = re.compile(r"[\s+\x00-\x1f]+")


def path() -> Path:
    """Where the private key lies."""
    return Path(settings.KEYS) / "log.key"


def name_of(origin: str) -> str:
    """The key's name: the log's origin as far as a name may hold it."""
    return _NOT_IN_NAME.sub("-", origin)


def signing_key(origin: str) -> SigningKey:
    """The key of this log; refuses when the file is gone or belongs to another log."""
    key = _read()
    if key is None:
        raise Problem(
            "trail.no_key",
            _("The key that signs the log is missing: %(path)s.") % {"path": path()},
            fix=_("Put the key file back from where you keep it; without it nothing new can be signed."),
        )
    if key.name != name_of(origin):
        raise Problem(
            "trail.wrong_key",
            _("The key file belongs to the log “%(other)s”, not to “%(own)s”.") % {"other": key.name, "own": origin},
            fix=_("Put the key file of this log back: %(path)s.") % {"path": path()},
        )
    return key


def verifier_key() -> VerifierKey | None:
    """The public half of the key file, None where there is no file."""
    key = _read()
    return key.verifier if key else None


def make(origin: str) -> SigningKey:
    """The key for a log that is being opened; the key of an earlier log is set aside, never overwritten."""
    name = name_of(origin)
    earlier = _read()
    if earlier is not None:
        if earlier.name == name:
            return earlier
        path().replace(path().with_name(f"log-{earlier.verifier.id.hex()}.key"))
    key = SigningKey.generate(name)
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process opened the same log a moment before us
        return signing_key(origin)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.secret_text() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def _read() -> SigningKey | None:
    try:
        text = path().read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    return SigningKey.parse(text)
