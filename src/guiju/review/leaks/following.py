"""Findings from look to look: what makes one the same, what brings it back, what is no longer found.

settle(rows)   -> what was set aside comes back where its facts changed; what is put right stays so under another kind
gone(run)      -> findings of the look before which this one no longer has: nothing goes away unsaid
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guiju.access.actor import Actor, system
from guiju.lib import clock, hashing, pairing
from guiju.review.enums import LeakKind, LeakState
from guiju.review.leaks import asking
from guiju.review.leaks.facts import Leak
from guiju.review.models import LeakFinding, LeakRun, LeakSettlement
from guiju.trail import log as trail
from guiju.trail.events import Action

OBJECT = "leak"
HOUSE = system("guiju")
#: One thing is found under one of these, and under another once somebody has had it reviewed afterwards.
_ONE_AT_A_TIME = (LeakKind.UNREVIEWED, LeakKind.LATE, LeakKind.ENTERED, LeakKind.EXPIRED)
#: How many at a time are asked for by their keys.
_BATCH = 500
#: How many that are no longer found are shown.
SHOWN = 50


def key_of(leak: Leak) -> str:
    """What makes it the same finding in another look."""
    return _digest(leak.identity)


def _digest(identity: Iterable[str]) -> str:
    return hashing.digest(hashing.canonical(list(identity))).hex()


def _key_as(row: LeakFinding, kind: str) -> str:
    """The key of the same thing carried out, found under another kind."""
    deeds = sorted(str(one["key"]) for one in row.sides.get("deeds", ()))
    return _digest((kind, row.unit.code, *deeds))


# --- what a settlement holds for ------------------------------------------------------------------------------------


def settle(rows: Sequence[LeakFinding]) -> None:
    """Carry what people made of findings over to those of a new look."""
    for at in range(0, len(rows), _BATCH):
        _settle(rows[at : at + _BATCH])


def _settle(rows: Sequence[LeakFinding]) -> None:
    kindred = {row.key: [_key_as(row, kind) for kind in _ONE_AT_A_TIME if kind != row.kind] for row in rows
               if row.kind in _ONE_AT_A_TIME}  # fmt: skip
    keys = {row.key for row in rows} | {key for several in kindred.values() for key in several}
    held = {(one.unit_id, one.key): one for one in LeakSettlement.objects.filter(key__in=keys)}
    asides = [row for row in rows if (own := held.get((row.unit_id, row.key))) and own.state == LeakState.ASIDE]
    before = _before(asides, held)
    for row in rows:
        own = held.get((row.unit_id, row.key))
        if own is not None and own.state == LeakState.ASIDE:
            _come_back(own, before.get((row.unit_id, row.key)), row)
        elif own is None or own.state == LeakState.OPEN:
            others = (held.get((row.unit_id, key)) for key in kindred.get(row.key, ()))
            done = next((one for one in others if one is not None and one.state == LeakState.RECTIFIED), None)
            if done is not None:
                _go_on(row, own, done)


def _before(rows: Sequence[LeakFinding], held: Mapping[tuple[int, str], LeakSettlement]) -> dict[tuple[int, str], Any]:
    """The facts on which each was set aside: as the latest look before that had found them."""
    found: dict[tuple[int, str], Any] = {}
    earlier = LeakFinding.objects.filter(key__in=[row.key for row in rows]).exclude(pk__in=[row.pk for row in rows])
    for unit, key, sides, made_at in earlier.order_by("run__made_at", "pk").values_list(
        "unit_id", "key", "sides", "run__made_at"
    ):
        own = held.get((unit, key))
        if own is not None and made_at <= own.recorded_at:
            found[unit, key] = sides
    return found


def _come_back(own: LeakSettlement, before: Mapping[str, Any] | None, row: LeakFinding) -> None:
    changed = differs(before, row.sides) if before is not None else []
    if changed:
        own.state, own.reason = LeakState.OPEN, ""
        asking.again(row.unit, row.key)
        told(own, by=HOUSE, reason=_("It was set aside as something else: %(what)s.") % {"what": "、".join(changed)})


def _go_on(row: LeakFinding, own: LeakSettlement | None, done: LeakSettlement) -> None:
    """Reviewed afterwards, a thing is found as reviewed late; its rectification is the one it had."""
    own = own or LeakSettlement(unit=row.unit, key=row.key, version=0)
    own.kind, own.title = row.kind, row.title
    own.state, own.rectification, own.reason = LeakState.RECTIFIED, done.rectification, ""
    told(own, by=HOUSE, reason=_("Found before as “%(kind)s”.") % {"kind": LeakKind(done.kind).label})


def differs(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is no longer as it was, in words; payments that follow one another are no change."""
    words = (
        ("title", _("name"), pairing.title_key), ("number", _("number"), pairing.number_key),
        ("party", _("other party"), pairing.party_key), ("amount", _("amount"), str), ("on", _("day"), str),
        ("files", _("documents"), tuple),
    )  # fmt: skip
    were = {str(one["key"]): one for one in before.get("deeds", ())}
    found = [
        label
        for deed in now.get("deeds", ())
        if (was := were.get(str(deed["key"]))) is not None
        for code, label, plain in words
        if code in was and code in deed and plain(was[code]) != plain(deed[code])
    ]
    was, has = before.get("review") or {}, now.get("review") or {}
    if any(was.get(code) != has.get(code) for code in ("number", "title", "state", "on", "until", "amount")):
        found.append(_("its review"))
    if before.get("figures") != now.get("figures") and "days" not in (now.get("figures") or {}):
        found.append(_("the figures"))
    return list(dict.fromkeys(found))


def told(row: LeakSettlement, *, by: Actor, reason: str) -> LeakSettlement:
    """Keep a new state of a finding, and tell the trail."""
    row.version += 1
    row.recorded_at, row.by = clock.now(), by.name[:80]
    row.save()
    trail.record(
        Action.REVIEW_LEAK_SETTLED, by=by, unit=row.unit, object_type=OBJECT, object_id=str(row.uid),
        object_version=row.version, title=f"{LeakKind(row.kind).label} {row.title}"[:200], content=content(row),
        reason=reason[:300],
    )  # fmt: skip
    return row


def content(row: LeakSettlement) -> dict[str, object]:
    """What the trail commits to."""
    return {
        "key": row.key, "kind": str(row.kind), "title": row.title, "state": str(row.state), "reason": row.reason,
        "rectification": str(row.rectification) if row.rectification else "",
    }  # fmt: skip


# --- what is no longer found ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gone:
    """Findings of the look before that this one no longer has, and of which look."""

    since: LeakRun
    rows: list[LeakFinding]
    count: int
    #: Of these, how many came from ledgers that were not handed in again.
    unread: int


def gone(run: LeakRun) -> Gone | None:
    """What the look before found in the same days and this one did not; None where nothing is missing."""
    earlier = LeakRun.objects.filter(unit=run.unit, below=run.below, made_at__lt=run.made_at).exclude(pk=run.pk)
    last = earlier.order_by("-made_at", "-pk").first()
    if last is None:
        return None
    here = LeakFinding.objects.filter(run=run).values("key")
    missing = LeakFinding.objects.filter(run=last, on__gte=run.starts_on, on__lte=run.ends_on).exclude(key__in=here)
    read = {str(one["digest"]) for one in run.ledgers} if run.ledgers else set()
    if {str(one["digest"]) for one in last.ledgers} <= read:
        count, unread = missing.count(), 0
    else:
        count = missing.exclude(sides__deeds__0__source__register="").count()
        unread = missing.filter(sides__deeds__0__source__register="").count()
        missing = missing.exclude(sides__deeds__0__source__register="")
    if not count and not unread:
        return None
    rows = list(missing.select_related("unit").order_by("ordinal")[:SHOWN])
    for row in rows:
        row.run = last
    return Gone(last, rows, count, unread)
