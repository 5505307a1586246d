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
from guiju.web.workflow import badge


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
        Place("desk", _("Desk"), "house", reverse("desk"), None, (reverse("reading-mine"),)),
        Place("tasks", _("To do"), "check2-square", reverse("tasks"), P.WORKFLOW_TASK_VIEW, (reverse("calendar"),)),
        Place("my-tasks", _("My tasks"), "check2-square", reverse("tasks")),
        Place("calendar", _("Calendar"), "calendar3", reverse("calendar"), P.WORKFLOW_TASK_VIEW),
        Place("posture", _("How we stand"), "shield-check", reverse("posture"), P.POSTURE_FINDING_VIEW),
        Place("registers", _("Registers"), "journal-text", links.registers(), P.REGISTER_ENTRY_VIEW),
        _part("lists", _("Three lists"), "card-checklist"),
        _part("risks", _("Risk management"), "exclamation-triangle"),
        _part("checks", _("Checks"), "search"),
        _part("rectify", _("Putting right"), "flag"),
        _part("hearings", _("Quarterly hearings"), "calendar-event"),
        Place(
            "review",
            _("Compliance review"),
            "clipboard-check",
            reverse("compliance-home", args=["review"]),
            P.REVIEW_MATTER_VIEW,
            (reverse("review-mine"),),
        ),
        Place("verify", _("Verification"), "shield-check", reverse("verify-pass")),
        Place("my-reviews", _("My reviews"), "clipboard-check", reverse("review-mine"), P.REVIEW_MATTER_SUBMIT),
        Place(
            "questions",
            _("Questions and answers"),
            "question-circle",
            reverse("review-questions"),
            P.GOVERNANCE_READING_CONFIRM,
        ),
        _part("policies", _("Policies"), "journal-bookmark"),
        _part("meetings", _("Bodies and meetings"), "people-fill"),
        _part("duties", _("Duties and organisation"), "person-check"),
        _part("archive", _("Archive"), "archive"),
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


_WORK, _RULES = _("Compliance work"), _("Rules and organisation")
_LOOKING, _ADMIN = _("Looking up"), _("Administration")

#: Menus by `RoleSpec.nav`.
MENUS: dict[str, tuple[tuple[Promise | str, tuple[str, ...]], ...]] = {
    "officer": (
        ("", ("desk", "tasks", "posture")),
        (_WORK, ("review", "lists", "risks", "checks", "rectify", "hearings")),
        (_RULES, ("policies", "meetings", "duties", "archive")),
        # People are one of the registers.
        (_LOOKING, ("registers", "reports", "units", "packs")),
    ),
    "principal": (
        ("", ("desk", "tasks", "posture")),
        (_WORK, ("review", "hearings", "risks", "rectify", "lists", "checks")),
        (_RULES, ("policies", "meetings", "duties", "archive")),
        (_LOOKING, ("registers", "reports", "units", "packs")),
    ),
    "auditor": (
        ("", ("desk", "trail")),
        (_LOOKING, ("posture", "registers", "rectify", "checks", "reports", "units", "packs")),
        (_RULES, ("review", "policies", "archive")),
        (_ADMIN, ("grants", "roles")),
    ),
    "supervisor": (("", ("desk",)), (_LOOKING, ("units", "people", "packs", "verify", "me"))),
    "employee": (("", ("desk", "my-tasks", "my-reviews", "questions", "verify", "me")),),
    "admin": (("", ("desk",)), (_ADMIN, ("accounts", "grants", "roles", "trail", "me"))),
    "staff": (
        ("", ("desk", "tasks", "posture")),
        (_LOOKING, ("review", "lists", "risks", "registers", "units", "people")),
    ),
}

BOTTOM: dict[str, tuple[str, ...]] = {
    "officer": ("tasks", "review", "checks"),  # the sign of the house leads to the desk
    "principal": ("desk", "tasks", "posture"),
    "auditor": ("desk", "trail", "registers"),
    "supervisor": ("desk", "units", "packs"),
    "employee": ("desk", "my-tasks", "my-reviews"),
    "admin": ("desk", "accounts", "grants"),
    "staff": ("desk", "tasks", "posture"),
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
    """The places of a phone; the fourth is the menu itself, which the page draws."""
    known = places()
    navs = _navs(request)
    codes = BOTTOM[navs[0]] if navs else ("desk",)
    return _items(request, [known[code] for code in codes if _open(request, known[code])], counts)[:3]


def reachable(request: HttpRequest) -> list[Place]:
    """All places this person may go to, for the finder."""
    return [item for item in places().values() if _open(request, item)]


def _navs(request: HttpRequest) -> list[str]:
    return list(dict.fromkeys(spec.nav for spec in place.roles(request)))


def _open(request: HttpRequest, item: Place) -> bool:
    if item.code == "my-tasks":  # of whoever has no list of his units' tasks, but a name that tasks may bear
        return not place.may(request, P.WORKFLOW_TASK_VIEW) and badge.takes_part(request)
    return item.needs is None or place.may(request, item.needs)


def _items(request: HttpRequest, rows: Iterable[Place], counts: dict[str, int]) -> list[Item]:
    best = _current(request.path)
    here = {best, _ALSO.get(best, "")}
    return [
        Item(row.label, row.url, row.icon, row.code in here, counts.get(_COUNTED.get(row.code, row.code)))
        for row in rows
    ]


#: Pages under a unit that say how it stands.
_POSTURE = ("/posture/", "/heat/", "/crosswalk/", "/late/")
#: The parts of the compliance core, as their addresses name them under a unit.
_PARTS = (
    "review",
    "lists",
    "risks",
    "checks",
    "rectify",
    "hearings",
    "reports",
    "policies",
    "meetings",
    "duties",
    "archive",
)

#: Counted as another place is.
_COUNTED = {"my-tasks": "tasks"}
#: What some roles find under another name.
_ALSO = {"review": "my-reviews", "tasks": "my-tasks"}
#: Those that stand in the menu under another one.
_WITHIN = {"graph": "lists", "intake": "policies", "reading": "policies"}


def _current(path: str) -> str:
    """The place with the longest address that this page's begins with; posture pages live under units."""
    if path.startswith(links.UNITS) and any(part in path for part in _POSTURE):
        return "posture"
    part = path.split("/")[3] if path.startswith(links.UNITS) and path.count("/") > 3 else ""
    if part in _PARTS:
        return part
    if part in _WITHIN:
        return _WITHIN[part]
    starts = [(start, row.code) for row in places().values() for start in (row.url, *row.starts)]
    found = [(len(start), code) for start, code in starts if path.startswith(start) and (start != "/" or path == "/")]
    return max(found, default=(0, ""))[1]
