"""What pickers ask for: people, units, departments, records."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guiju.access import policy, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock, text
from guiju.lib.errors import NotFound
from guiju.org.models import LAST, Person, Unit
from guiju.registers import queries, search
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.models import Entry
from guiju.web import place

_SHOWN = 30
_FIRST = 40
Option = dict[str, str]


@require_GET
@policy.signed_in("answers only with people, units and records that the account's roles open")
def pick(request: HttpRequest, kind: str) -> JsonResponse:
    """Up to thirty that fit, the nearest first."""
    find = {"person": _people, "unit": _units, "department": _departments, "entry": _entries}.get(kind)
    if find is None:
        raise NotFound(_("There is nothing to choose from here."))
    return JsonResponse({"results": find(request, request.GET.get("q", "").strip(), _unit(request))})


def _unit(request: HttpRequest) -> Unit:
    code = request.GET.get("unit", "")
    found = Unit.objects.filter(code=code).first() if code else place.current_unit(request)
    if found is None or not place.may(request, P.ORG_UNIT_VIEW, found):
        raise NotFound(_("There is no unit with the code “%(code)s” here.") % {"code": code})
    return found


def _people(request: HttpRequest, q: str, unit: Unit) -> list[Option]:
    rows = scope.people(place.by(request), P.ORG_PERSON_VIEW).filter(unit__root_id=unit.root_id)
    return [person_option(row) for row in _near(_called(rows, q), unit)[:_SHOWN]]


def _called(rows: QuerySet[Person], q: str) -> QuerySet[Person]:
    """By name, number, or the sound of the name."""
    rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gte=clock.today())).select_related("department", "unit")
    if not q:
        return rows
    return rows.filter(Q(name__icontains=q) | Q(number__istartswith=q) | _sounds_like(q))


def _sounds_like(q: str) -> Q:
    """`wangmin`, `wang min` and `wm` all find 王敏 by its sort key `wang min`."""
    letters = q.lower().replace(" ", "")
    if not (letters.isascii() and letters.isalpha()):
        return Q()
    return Q(sort_key__regex="^" + " ?".join(letters)) | Q(sort_key__regex="^" + "[a-z]* ".join(letters))


def _near(rows: QuerySet[Person], unit: Unit) -> list[Person]:
    """Those of the unit itself before the rest of the tree."""
    own = list(rows.filter(unit=unit).order_by("sort_key")[:_SHOWN])
    return own + list(rows.exclude(unit=unit).order_by("sort_key")[: _SHOWN - len(own)])


def person_option(row: Person) -> Option:
    """Name with what tells two of the same name apart."""
    where = row.department.label if row.department else row.unit.label
    apart = "，".join(filter(None, (row.number, where)))
    return {"value": str(row.uid), "text": f"{row.name}（{apart}）", "hint": _sounds(row.name)}


def _units(request: HttpRequest, q: str, unit: Unit) -> list[Option]:
    rows = scope.units(place.by(request), P.ORG_UNIT_VIEW).filter(root_id=unit.root_id, closed_on__isnull=True)
    return [unit_option(row) for row in _named(rows, q)]


def _departments(request: HttpRequest, q: str, unit: Unit) -> list[Option]:
    rows = scope.units(place.by(request), P.ORG_UNIT_VIEW).filter(root_id=unit.root_id, kind__in=DEPARTMENT_KINDS)
    return [unit_option(row) for row in _named(rows.filter(closed_on__isnull=True), q)]


def _named(rows: QuerySet[Unit], q: str) -> QuerySet[Unit]:
    if q:
        named = Q(name__icontains=q) | Q(short_name__icontains=q) | Q(code__istartswith=q)
        rows = rows.filter(named | _sounds_like(q))
    return rows.select_related("parent").order_by("path")[:_SHOWN]


def unit_option(row: Unit) -> Option:
    """Name with the company above a department."""
    above = f"（{row.parent.label}）" if row.kind in DEPARTMENT_KINDS and row.parent else ""
    return {"value": str(row.uid), "text": f"{row.label}{above}", "hint": f"{row.code} {_sounds(row.name)}"}


def _entries(request: HttpRequest, q: str, unit: Unit) -> list[Option]:
    rows = queries.visible(place.by(request), request.GET.get("refers", ""), unit)
    if q:
        rows = rows.filter(Q(number__istartswith=q) | Q(pk__in=search.narrow(Entry.objects.all(), q).values("pk")))
    return [entry_option(row) for row in rows.order_by("-recorded_at")[:_SHOWN]]


def entry_option(row: Entry) -> Option:
    """Number and title."""
    return {"value": str(row.uid), "text": f"{row.number} {row.title}".strip(), "hint": text.initials(row.title)}


def _sounds(name: str) -> str:
    """Full sounds and first letters, so that both ways of typing find it."""
    return f"{text.sort_key(name).split(chr(9))[0].replace(' ', '')} {text.initials(name)}"


def first_options(kind: str, *, unit: Unit, by: Actor, refers: str = "") -> list[Option]:
    """What a picker offers before anything is typed: the unit's own, when they are few, as far as they are seen."""
    below = scope.units(by, P.ORG_UNIT_VIEW)
    below = below.filter(path__gte=unit.path, path__lt=unit.path + LAST, closed_on__isnull=True)
    if kind == "person":
        rows = scope.people(by, P.ORG_PERSON_VIEW, within=unit).filter(_of(unit), left_on__isnull=True)
        rows = rows.select_related("department", "unit")
        return [person_option(row) for row in rows.order_by("sort_key")[:_FIRST]]
    if kind in {"department", "unit"}:
        within = {"kind__in": DEPARTMENT_KINDS}
        found = below.filter(**within) if kind == "department" else below.exclude(**within)
        return [unit_option(row) for row in found.select_related("parent").order_by("path")[:_FIRST]]
    entries = queries.visible(by, refers, unit).filter(_of(unit))
    return [entry_option(row) for row in entries.order_by("-recorded_at")[:_FIRST]]


def _of(unit: Unit) -> Q:
    """A company's own; of a department also what the company keeps of it."""
    return Q(unit=unit) | Q(department=unit) if unit.kind in DEPARTMENT_KINDS else Q(unit=unit)
