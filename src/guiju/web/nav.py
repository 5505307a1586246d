"""The menu: which places a role goes to, in which groups; and the few that a phone shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guiju.access.permissions import Permission as P
from guiju.web import links, place


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the menu: what it needs, and how its address begins."""

    code: str
    label: Promise
    icon: str
    url: str
    needs: P | None = None
    starts: tuple[str, ...] = ()


@dataclass(slots=True)
class Item:
    """A place as this person sees it now."""

    label: Promise
    url: str
    icon: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Items under a heading; the template reads `items`."""

    label: Promise | str
    items: list[Item]


def places() -> dict[str, Place]:
    """Every place that a menu may name."""
    rows = (
        Place("desk", _("Desk"), "house", reverse("desk")),
        Place("tasks", _("To do"), "check2-square", reverse("tasks"), P.WORKFLOW_TASK_VIEW, (reverse("calendar"),)),
        Place("calendar", _("Calendar"), "calendar3", reverse("calendar"), P.WORKFLOW_TASK_VIEW),
        Place("posture", _("How we stand"), "shield-check", reverse("posture"), P.POSTURE_FINDING_VIEW),
        Place("registers", _("Registers"), "journal-text", links.registers(), P.REGISTER_ENTRY_VIEW),
        _part("lists", _("Three lists"), "card-checklist"),
        _part("risks", _("Risk management"), "exclamation-triangle"),
        _part("checks", _("Checks"), "search"),
        _part("rectify", _("Putting right"), "flag"),
        _part("hearings", _("Quarterly hearings"), "calendar-event"),
        _part("reports", _("Reports"), "file-earmark-text"),
        Place("people", _("People"), "people", reverse("people"), P.ORG_PERSON_VIEW, (links.register("people"),)),
        Place("units", _("Units"), "diagram-3", reverse("unit-tree"), P.ORG_UNIT_VIEW, (links.register("units"),)),
        Place("packs", _("Documents"), "book", reverse("packs"), P.ADMIN_PACK_VIEW),
        Place("trail", _("Trail"), "clock-history", reverse("trail"), P.AUDIT_TRAIL_VIEW),
        Place("accounts", _("Accounts"), "person-badge", reverse("accounts"), P.ADMIN_ACCOUNT_MANAGE),
        Place("grants", _("Roles given"), "key", reverse("grants"), P.ADMIN_GRANT_VIEW),
        Place("roles", _("What roles allow"), "table", reverse("roles"), P.ADMIN_GRANT_VIEW),
        Place("me", _("My account"), "person-circle", reverse("me")),
    )
    return {row.code: row for row in rows}


def _part(code: str, label: Promise, icon: str) -> Place:
    """A part of the compliance core: the page of whichever unit somebody works in."""
    return Place(code, label, icon, reverse("compliance-home", args=[code]), P.REGISTER_ENTRY_VIEW)


_WORK, _LOOKING, _ADMIN = _("Compliance work"), _("Looking up"), _("Administration")

#: Menus by `RoleSpec.nav`.
MENUS: dict[str, tuple[tuple[Promise | str, tuple[str, ...]], ...]] = {
    "officer": (
        ("", ("desk", "tasks", "posture")),
        (_WORK, ("lists", "risks", "checks", "rectify", "hearings")),
        (_LOOKING, ("registers", "reports", "people", "units", "packs")),
    ),
    "principal": (
        ("", ("desk", "tasks", "posture")),
        (_WORK, ("hearings", "risks", "rectify", "lists", "checks")),
        (_LOOKING, ("registers", "reports", "units", "packs")),
    ),
    "auditor": (
        ("", ("desk", "trail")),
        (_LOOKING, ("posture", "registers", "rectify", "checks", "reports", "units", "packs")),
        (_ADMIN, ("grants", "roles")),
    ),
    "supervisor": (("", ("desk",)), (_LOOKING, ("units", "people", "packs", "me"))),
    "admin": (("", ("desk",)), (_ADMIN, ("accounts", "grants", "roles", "trail", "me"))),
    "staff": (("", ("desk", "tasks", "posture")), (_LOOKING, ("lists", "risks", "registers", "units", "people"))),
}

BOTTOM: dict[str, tuple[str, ...]] = {
    "officer": ("tasks", "desk", "registers", "me"),
    "principal": ("desk", "tasks", "posture", "me"),
    "auditor": ("desk", "trail", "registers", "me"),
    "supervisor": ("desk", "units", "packs", "me"),
    "admin": ("desk", "accounts", "grants", "trail", "me"),
    "staff": ("desk", "tasks", "posture", "me"),
}


def menu(request: HttpRequest, counts: dict[str, int]) -> list[Group]:
    """The menu of the roles held; a second role adds what the first has not."""
    known = places()
    groups: dict[str, Group] = {}
    seen: set[str] = set()
    for nav in _navs(request):
        for label, codes in MENUS[nav]:
            fresh = [code for code in codes if code not in seen and _open(request, known[code])]
            if fresh:
                group = groups.setdefault(str(label), Group(label, []))
                group.items.extend(_items(request, [known[code] for code in fresh], counts))
                seen.update(fresh)
    return list(groups.values())


def bottom(request: HttpRequest, counts: dict[str, int]) -> list[Item]:
    """The four places of a phone."""
    known = places()
    navs = _navs(request)
    codes = BOTTOM[navs[0]] if navs else ("desk", "me")
    return _items(request, [known[code] for code in codes if _open(request, known[code])], counts)[:4]


def reachable(request: HttpRequest) -> list[Place]:
    """All places this person may go to, for the finder."""
    return [item for item in places().values() if _open(request, item)]


def _navs(request: HttpRequest) -> list[str]:
    return list(dict.fromkeys(spec.nav for spec in place.roles(request)))


def _open(request: HttpRequest, item: Place) -> bool:
    return item.needs is None or place.may(request, item.needs)


def _items(request: HttpRequest, rows: Iterable[Place], counts: dict[str, int]) -> list[Item]:
    best = _current(request.path)
    return [Item(row.label, row.url, row.icon, row.code == best, counts.get(row.code)) for row in rows]


#: Pages under a unit that say how it stands.
_POSTURE = ("/posture/", "/heat/", "/crosswalk/", "/late/")
#: The parts of the compliance core, as their addresses name them under a unit.
_PARTS = ("lists", "risks", "checks", "rectify", "hearings", "reports")


def _current(path: str) -> str:
    """The place with the longest address that this page's begins with; posture pages live under units."""
    if path.startswith(links.UNITS) and any(part in path for part in _POSTURE):
        return "posture"
    part = path.split("/")[3] if path.startswith(links.UNITS) and path.count("/") > 3 else ""
    if part in _PARTS:
        return part
    if part == "graph":
        return "lists"
    starts = [(start, row.code) for row in places().values() for start in (row.url, *row.starts)]
    found = [(len(start), code) for start, code in starts if path.startswith(start) and (start != "/" or path == "/")]
    return max(found, default=(0, ""))[1]
