"""A page of records: the register's own filters, order and position, with the API's limits and cursors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.api import cursors, paging
from guiju.api.paging import PageQuery
from guiju.lib.errors import Fault, Problem
from guiju.org.models import Unit
from guiju.registers import filters, keyset, listing
from guiju.registers.directory import Directory
from guiju.registers.listing import ListQuery
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Store

OWN = frozenset({"limit", "cursor", "sort", "q", "unit"})


def page(request: HttpRequest, held: Store, *, by: Actor, query: PageQuery, within: Unit | None) -> dict[str, Any]:
    """Records of one page (under `items`) with neighbours and count."""
    spec = held.spec
    wanted = asked(request, spec, text=query.q, sort=query.sort, within=within)
    rows, counted = listing.reached(by, held, wanted)
    sort = query.sort or spec.list.sort
    order = listing.order_of(held, sort)
    purpose = f"{spec.code}.{sort}"
    at = keyset.Position.read(cursors.unseal(query.cursor, purpose=purpose), rows, order) if query.cursor else None
    found = keyset.page(held.joined(rows, list(spec.by_code)), order, at=at, size=query.limit)
    known = Directory(by=by)

    def cursor(row: Any, *, forward: bool) -> str | None:
        return paging.link(request, cursors.seal(keyset.position(row, order, forward=forward), purpose=purpose))

    return {
        "items": [held.record(row, known) for row in found.rows],
        "next": cursor(found.rows[-1], forward=True) if found.rows and found.has_next else None,
        "previous": cursor(found.rows[0], forward=False) if found.rows and found.has_previous else None,
        "count": counted.count,
        "count_capped": counted.is_capped,
    }


def asked(
    request: HttpRequest,
    spec: RegisterSpec,
    *,
    text: str,
    sort: str,
    within: Unit | None,
    own: frozenset[str] = OWN,
) -> ListQuery:
    """The register's query; a filter that it does not know is refused, never ignored."""
    names = filters.names(spec)
    unknown = sorted(set(request.GET) - names - own)
    if unknown:
        raise Problem(
            "query.unknown",
            _("Unknown query parameters."),
            fix=_("Known are: %(names)s.") % {"names": ", ".join(sorted(names | own))},
            faults=[Fault(name, _("This list has no such filter.")) for name in unknown],
            status=422,
        )
    chosen = {name: tuple(request.GET.getlist(name)) for name in request.GET if name in names}
    return ListQuery(
        text=text.strip(),
        filters={name: texts for name, texts in chosen.items() if any(texts)},
        within=within,
        sort=sort,
    )
