"""The desk: one page per role, the same address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import signed_in
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.web import links, phrases, place
from guiju.web.admin import duties
from guiju.web.desks import first, leading, news, numbers, reviewing, today
from guiju.web.governance import reading
from guiju.web.posture import counts
from guiju.web.templatetags.ui import cn_date
from guiju.web.units import page as units
from guiju.web.workflow import badge

P = Permission
#: Tasks on the desk; the rest is one link away.
SHOWN = 10
#: One's own tasks on the desks of those who do not keep registers.
MINE = 5


@signed_in("shows each person what the own roles hold")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What somebody meets first: what must be done, a few numbers, what changed."""
    held = place.roles(request)
    if not held:
        context = {"title": phrases.ACCOUNT_WITHOUT_ROLE, "name": place.by(request).name}
        return render(request, "desk/none.html", context)
    return DESKS[held[0].nav](request)


def _officer(request: HttpRequest) -> HttpResponse:
    unit = place.current_unit(request)
    stands = counts.stands(unit)
    tasks = today.tasks(request, unit, stands)
    changed, fresh = news.lately(request, unit)
    may_adopt = unit.is_legal_entity and place.may(request, P.POSTURE_ADOPTION_EDIT, unit)
    context = _head(unit) | {
        "tasks": tasks[:SHOWN],
        "rest": tasks[SHOWN:],
        "counted": badge.figures(request),
        "first": first.steps(request, unit, stands),
        "open": numbers.still_open(unit, stands),
        **_stands(unit, stands),
        "stats": [*numbers.of_stands(unit, stands), *numbers.of_records(request, unit)],
        "reviews": reviewing.stats(request, unit),
        "news": changed,
        "is_fresh": fresh,
        "size": units.size(unit, clock.today()) if unit.is_legal_entity else None,
        "adopt_url": reverse("adopt", args=[unit.code]) if may_adopt and not any(s.adoption for s in stands) else "",
        "can_set": place.may(request, P.ORG_ATTRIBUTE_EDIT, unit),
        "draft": _draft(stands),
    }
    return render(request, "desk/officer.html", context)


def _principal(request: HttpRequest) -> HttpResponse:
    unit = place.current_unit(request)
    stands = counts.stands(unit)
    changed, fresh = news.lately(request, unit)
    context = _head(unit) | {
        "mine": today.mine(request, unit, limit=MINE),
        "lines": [leading.line(request, unit, stand) for stand in stands],
        "late": leading.late(request, unit),
        "late_url": links.register("rectifications", unit=unit.code),
        "reviews": reviewing.stats(request, unit),
        "news": changed,
        "is_fresh": fresh,
        "draft": _draft(stands),
    }
    return render(request, "desk/principal.html", context)


def _supervisor(request: HttpRequest) -> HttpResponse:
    unit = place.current_unit(request)
    context = _head(unit) | {
        "unit": unit,
        "supervised": units.supervised(unit, clock.today()),
        "packs": catalogue.packs() if place.may(request, P.ADMIN_PACK_VIEW) else [],
    }
    return render(request, "desk/supervisor.html", context)


def _admin(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Administration"), "state": cn_date(clock.today()), "sections": duties.sections(request)}
    return render(request, "desk/admin.html", context)


def _auditor(request: HttpRequest) -> HttpResponse:
    unit = place.current_unit(request)
    changed, fresh = news.lately(request, unit)
    stands = counts.stands(unit)
    context = _head(unit) | {
        **_stands(unit, stands),
        "stats": numbers.of_records(request, unit),
        "reviews": reviewing.stats(request, unit),
        "mine": today.mine(request, unit, limit=MINE),
        "log": duties.log_state(),
        "news": changed,
        "is_fresh": fresh,
        "draft": _draft(stands),
    }
    return render(request, "desk/auditor.html", context)


def _staff(request: HttpRequest) -> HttpResponse:
    unit = place.current_unit(request)
    stands = counts.stands(unit)
    context = _head(unit) | {
        **_stands(unit, stands),
        "stats": [*numbers.of_stands(unit, stands), *numbers.of_records(request, unit)],
        "draft": _draft(stands),
        "reviews": reviewing.stats(request, unit),
        "own_url": _own_records(request),
        "mine": today.mine(request, unit, limit=MINE),
    }
    return render(request, "desk/staff.html", context)


def _employee(request: HttpRequest) -> HttpResponse:
    unit = place.current_or_none(request)
    context = {
        "title": _("Desk"),
        "day": cn_date(clock.today()),
        "mine": today.mine(request, unit, limit=SHOWN),
        "reviews": reviewing.personal(request),
        **reading.shown(request),
    }
    return render(request, "desk/employee.html", context)


def _own_records(request: HttpRequest) -> str:
    """The page of the person behind the account: what bears the own name."""
    person = getattr(request.user, "person", None)
    return links.person(person.uid) if person is not None and place.may(request, P.ORG_PERSON_VIEW) else ""


DESKS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "officer": _officer,
    "principal": _principal,
    "auditor": _auditor,
    "supervisor": _supervisor,
    "admin": _admin,
    "staff": _staff,
    "employee": _employee,
}


def _head(unit: Unit) -> dict[str, Any]:
    return {"title": _("Desk"), "unit": unit, "day": cn_date(clock.today())}


def _draft(stands: list[counts.Stand]) -> dict[str, Any] | None:
    """The document whose standing must be said on this page."""
    found = [counts.document(stand.pack) for stand in stands]
    return next((document for document in found if document["status"] != "in_force"), None)


def _stands(unit: Unit, held: list[counts.Stand]) -> dict[str, Any]:
    """Documents that the unit has adopted, and apart from them those that only units below it have."""
    own, below = counts.parted(held)
    return {"stands": [_stand(unit, one) for one in own], "stands_below": [_stand(unit, one) for one in below]}


def _stand(unit: Unit, stand: counts.Stand) -> dict[str, Any]:
    own = links.posture(unit.code, stand.pack.urn)
    levels = reverse("posture-levels", args=[unit.code, stand.pack.urn])
    shown = stand.own if stand.adoption else stand.below
    asked = counts.asked(shown)
    return {
        "title": counts.title(stand.pack),
        "url": own if stand.adoption else levels,
        "counts": shown,
        "met": shown.get("met", 0),
        "asked": asked,
        "levels_url": levels if stand.has_levels else "",
        "units": stand.units,
    }
