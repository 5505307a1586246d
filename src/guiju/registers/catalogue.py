"""The registers that the loaded packs declare, read once per load."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from guiju.lib.errors import NotFound
from guiju.packs.models import Pack, RegisterDefinition
from guiju.registers.spec import RegisterSpec


class _Held:
    """The parsed registers and the mark of the database state they were read from."""

    specs: dict[str, RegisterSpec] | None = None
    checked_at: float = 0.0
    mark: object = None
    parsed: dict[str, tuple[str, RegisterSpec]] = {}


#: Another process may load packs; the mark is looked at again after this many seconds.
_RECHECK_SECONDS = 5.0


def get(code: str) -> RegisterSpec:
    """The register with this code, or 404."""
    found = specs().get(code)
    if found is None:
        raise NotFound(
            _("There is no register “%(code)s”.") % {"code": code},
            fix=_("Known are: %(codes)s.") % {"codes": ", ".join(specs())},
        )
    return found


def specs() -> dict[str, RegisterSpec]:
    """All registers by code, in their order."""
    if _Held.specs is None or _is_stale():
        _Held.specs = _read()
    return _Held.specs


def clear(packs: Sequence[Pack] = ()) -> None:
    """Forget what was read; called when packs are loaded."""
    _Held.specs = None
    if connection.in_atomic_block:
        # A rollback would leave the new definitions in memory, so they are read once more after the commit.
        transaction.on_commit(_forget)


def _forget() -> None:
    _Held.specs = None


def _is_stale() -> bool:
    from time import monotonic

    now = monotonic()
    if connection.in_atomic_block or now - _Held.checked_at < _RECHECK_SECONDS:
        return False
    _Held.checked_at = now
    return _Held.mark != _mark()


def _mark() -> object:
    return Pack.objects.aggregate(Max("loaded_at"), Max("pk"))


def _read() -> dict[str, RegisterSpec]:
    """Parse what changed; a definition is known by its digest."""
    from time import monotonic

    _Held.mark, _Held.checked_at = _mark(), monotonic()
    found: dict[str, RegisterSpec] = {}
    for row in RegisterDefinition.objects.order_by("order", "code"):
        held = _Held.parsed.get(row.code)
        if held is None or held[0] != row.digest:
            held = (row.digest, RegisterSpec.model_validate(row.spec))
            _Held.parsed[row.code] = held
        found[row.code] = held[1]
    return found
