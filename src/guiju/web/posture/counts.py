"""How many requirements stand at which answer, from the roll-up table; few queries whatever the number of units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language

from guiju.lib import clock
from guiju.org.models import LAST, Unit
from guiju.org.tree import subtree
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import counting
from guiju.posture.models import Adoption, PackRollup, Standing
from guiju.web import links
from guiju.web.templatetags.ui import status_word

#: The answers in the order in which they are drawn.
CODES = ("met", "partly", "unmet", "person", "not_due", "na")
#: Those that ask nothing today.
QUIET = frozenset(status.value for status in counting.ASKS_NOTHING)


@dataclass(slots=True)
class Stand:
    """One document at one unit: its adoption (None where only units below have adopted it) and the counts."""

    pack: Pack
    adoption: Adoption | None = None
    own: dict[str, int] = field(default_factory=dict)
    below: dict[str, int] = field(default_factory=dict)
    units: int = 0

    @property
    def title(self) -> str:
        """The document's title in the reader's language."""
        return title(self.pack)

    @property
    def asked(self) -> int:
        """How many requirements ask something of the unit itself."""
        return asked(self.own)

    @property
    def has_levels(self) -> bool:
        """True when other units count too."""
        return self.units > (1 if self.adoption else 0)


def asked(held: Mapping[str, int]) -> int:
    """How many requirements ask something today: what does not apply or is not due yet is left out."""
    return sum(count for code, count in held.items() if code not in QUIET)


def left_to_adopt(held: Iterable[Stand]) -> list[Pack]:
    """Documents that a unit with these does not answer to today; the base pack asks nothing."""
    urns = {stand.pack.urn for stand in held if stand.adoption}
    return [row for row in catalogue.packs() if row.document_status != "own" and row.urn not in urns]


def title(pack: Pack) -> str:
    """The document's title in the reader's language."""
    return pack.title_en if pack.title_en and (get_language() or "").startswith("en") else pack.title


def as_dict(row: PackRollup) -> dict[str, int]:
    """The counts by code."""
    return {code: getattr(row, code) for code in CODES}


def stands(unit: Unit) -> list[Stand]:
    """Every document that binds the unit or one below it today, its own first: three queries.

    A programme that has ended for all of them is no longer in the picture; its own page shows how it ended.
    """
    found: dict[int, Stand] = {}
    today = clock.today()
    held = Adoption.objects.filter(unit=unit).filter(Q(to_on__isnull=True) | Q(to_on__gte=today)).select_related("pack")
    for adoption in held.order_by("from_on", "pk"):
        found[adoption.pack_id] = Stand(adoption.pack, adoption)
    for row in PackRollup.objects.filter(unit=unit).select_related("pack"):
        if row.pack_id not in found:
            if row.reach != "all" or not row.units:
                continue
            found[row.pack_id] = Stand(row.pack)
        stand = found[row.pack_id]
        if row.reach == "own":
            stand.own = as_dict(row)
        else:
            stand.below, stand.units = as_dict(row), row.units
    ended = _ended(unit, [pk for pk, stand in found.items() if stand.adoption is None])
    live = [stand for pk, stand in found.items() if stand.adoption or stand.units != ended.get(pk, 0)]
    return sorted(live, key=lambda stand: (stand.adoption is None, stand.pack.urn))


def parted(held: Iterable[Stand]) -> tuple[list[Stand], list[Stand]]:
    """What the unit itself has adopted, and what only units below it have."""
    found = list(held)
    return [one for one in found if one.adoption is not None], [one for one in found if one.adoption is None]


def _ended(unit: Unit, packs: Collection[int]) -> dict[int, int]:
    """Of how many units at all levels the programme has ended, by pack."""
    if not packs:
        return {}
    rows = Standing.objects.filter(pack__in=packs, frozen_on__isnull=False, unit__in=subtree(unit))
    return dict(rows.order_by().values_list("pack_id").annotate(count=Count("pk")))


def rollups(unit_ids: Collection[int], pack: Pack, *, reach: str) -> dict[int, dict[str, int]]:
    """The counts of one document for many units: one query. A unit that nobody counts in is left out."""
    rows = PackRollup.objects.filter(unit_id__in=unit_ids, pack=pack, reach=reach)
    return {row.unit_id: as_dict(row) for row in rows if sum(as_dict(row).values())}


def packs_below(tops: Iterable[Unit]) -> list[Pack]:
    """The documents that some unit of these trees has adopted: one query."""
    wanted = Q(pk__in=[])
    for unit in tops:
        wanted |= Q(adoptions__unit__path__gte=unit.path, adoptions__unit__path__lt=unit.path + LAST)
    return list(Pack.objects.filter(wanted).distinct().order_by("urn", "-version"))


def strip(held: dict[str, int], url: str, *, chosen: str = "", note: str = "", named: str = "status") -> dict[str, Any]:
    """`components/status_strip.html`: counts, each a link that filters; what nothing stands at for a time is left out."""
    joint = "&" if "?" in url else "?"
    cells = [
        {
            "code": code,
            "word": status_word(code),
            "count": held.get(code, 0),
            "url": url if chosen == code else f"{url}{joint}{named}={code}",
            "current": chosen == code,
        }
        for code in CODES
        if code != "not_due" or held.get(code) or chosen == code
    ]
    return {"counts": held, "cells": cells, "note": note}


def document(pack: Pack) -> dict[str, Any]:
    """`components/draft_banner.html` and `components/source.html`."""
    english = (get_language() or "").startswith("en")
    header = pack.header
    note = (header.get("status_note_en") if english else "") or header.get("status_note", "")
    return {
        "title": title(pack),
        "urn": pack.urn,
        "status": "in_force" if pack.document_status in {"in_force", "own"} else pack.document_status,
        "status_word": pack.get_document_status_display(),
        "dates": note,
        "is_gist": header.get("words") == "gist",
        "issuer": (header.get("issuer_en") if english else "") or header.get("issuer", ""),
        "number": header.get("number", ""),
        "url": links.pack(pack.urn),
    }
