"""First steps for a unit that has most of its way before it: the registers whose rows would prove most."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from guiju.access.permissions import Permission
from guiju.org.models import Unit
from guiju.posture import findings
from guiju.posture.models import Status
from guiju.registers import spec as registers
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.posture import counts

#: Steps shown; the list below them holds the rest.
STEPS = 5
_OPEN = frozenset({Status.UNMET, Status.PARTLY})


def steps(request: HttpRequest, unit: Unit, stands: list[counts.Stand]) -> dict[str, Any] | None:
    """Where to begin, or None once half of what is asked is met (or there is nothing that this person may enter)."""
    own = [stand for stand in stands if stand.adoption is not None and stand.asked]
    asked, met = sum(stand.asked for stand in own), sum(stand.own.get("met", 0) for stand in own)
    if not asked or met * 2 >= asked or not place.may(request, Permission.REGISTER_ENTRY_CREATE, unit):
        return None
    wanting = _wanting(unit, own)
    if not wanting:
        return None
    held = dict(Entry.objects.filter(unit=unit).order_by().values_list("register").annotate(n=Count("pk")))
    return {
        "asked": asked,
        "met": met,
        "open": sum(stand.own.get("unmet", 0) + stand.own.get("partly", 0) for stand in own),
        "registers": [_step(request, unit, one, held) for one in wanting[:STEPS]],
    }


def _wanting(unit: Unit, stands: list[counts.Stand]) -> list[tuple[str, int, str]]:
    """Registers with the number of requirements that lack rows of them and the form for the first; most wanted first."""
    found: Counter[str] = Counter()
    forms: dict[str, str] = {}
    for stand in stands:
        for item in findings.findings(unit, stand.pack) or []:
            if item.status in _OPEN:
                lacking = {gap.register: gap for gap in reversed(item.gaps) if gap.register}
                found.update(lacking.keys())
                for code, gap in lacking.items():
                    proves = (stand.pack.urn, item.code)
                    forms.setdefault(code, links.new_record(code, unit=unit, values=gap.values, proves=proves))
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], registers.get(pair[0]).order, pair[0]))
    return [(code, count, forms[code]) for code, count in ranked]


def _step(request: HttpRequest, unit: Unit, wanting: tuple[str, int, str], held: dict[str, int]) -> dict[str, Any]:
    code, wanted, new_url = wanting
    spec = registers.get(code)
    may_import = place.may(request, Permission.REGISTER_ENTRY_IMPORT, unit)
    return {
        "title": spec.title(),
        "help": spec.help(),
        "wanted": wanted,
        "held": held.get(code, 0),
        "list_url": links.register(code, unit=unit.code),
        "new_url": new_url,
        "import_url": reverse("register-import", args=[code]) + f"?unit={unit.code}" if may_import else "",
    }
