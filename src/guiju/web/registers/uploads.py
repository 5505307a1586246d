"""Files on their way through a form: stored at once, carried as signed tokens until the record is saved.

A token says that this very file was handed to this form; a digest alone would let anybody attach what others stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing
from django.template.defaultfilters import filesizeformat

from guiju.access.actor import Actor
from guiju.files import store as files

_SALT = "guiju.registers.upload"
_DAYS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a field."""

    digest: str
    name: str
    size: int
    media_type: str

    def stored(self) -> dict[str, object]:
        """As the field keeps it."""
        return asdict(self)

    @property
    def token(self) -> str:
        """As a hidden input carries it."""
        return signing.dumps(asdict(self), salt=_SALT)

    @property
    def size_words(self) -> str:
        """How large, in words; empty when nobody noted it."""
        return filesizeformat(self.size) if self.size else ""


def of_field(stored: Iterable[dict[str, Any]] | None) -> list[Kept]:
    """What a record's field holds."""
    return [
        Kept(one["digest"], one.get("name", ""), int(one.get("size") or 0), one.get("media_type", ""))
        for one in stored or ()
    ]


def kept(tokens: Iterable[str]) -> list[Kept]:
    """The files whose tokens came back; forged or very old ones are left out."""
    found = []
    for token in tokens:
        try:
            found.append(Kept(**signing.loads(token, salt=_SALT, max_age=_DAYS)))
        except (signing.BadSignature, TypeError):
            continue
    return found


def store(given: Iterable[Any], *, by: Actor) -> list[Kept]:
    """Take uploaded files in; a refusal names the file."""
    found = []
    for one in given:
        row = files.save(one, name=one.name, by=by)
        found.append(Kept(row.digest, one.name, row.size, row.media_type))
    return found
