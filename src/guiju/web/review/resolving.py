"""Resolutions of the leading body on the page of a matter: which there are, and how there comes to be one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance import queries as governance
from guiju.lib import clock
from guiju.registers.models import Entry
from guiju.review import resolutions
from guiju.review.enums import MatterState
from guiju.review.models import Matter
from guiju.web import links


def bodies(matter: Matter, by: Actor) -> list[dict[str, str]]:
    """The leading bodies to which this account may report a veto."""
    return [
        {"uid": str(one.uid), "text": one.title if one.unit_id == matter.unit_id else f"{one.unit.name} {one.title}"}
        for one in resolutions.answering(matter, also=[by.name])
    ]


def context(matter: Matter, by: Actor) -> dict[str, Any]:
    """What may be chosen, what is there but lacks something, and what to do where nothing may."""
    offer = resolutions.offered(matter, by)
    fit = [one for one in offer.found if one.lacks is None]
    return {
        "resolutions": [
            {"uid": str(one.item.uid), "text": f"{_day(one.item)} {one.body.title}{_(': ')}{one.item.title}"}
            for one in fit
        ],
        "hints": [one.hint for one in fit if one.hint],
        "lacking": [
            {"text": one.lacks.what, "fix": one.lacks.fix, "url": links.record(resolutions.ITEMS, one.item.uid)}
            for one in offer.found
            if one.lacks is not None
        ],
        "absent": None if fit else resolutions.absent(matter, offer.bodies),
        "convene": [] if fit else [_way(matter, one, by) for one in offer.bodies if _keeps(one, by)],
        "enter_body": _enter_body(matter, by) if not (fit or offer.bodies) else "",
    }


def _day(item: Entry) -> str:
    return item.on.isoformat() if item.on else ""


def _keeps(body: Entry, by: Actor) -> bool:
    return check.can(by, P.REGISTER_ENTRY_EDIT, body.unit)


def _way(matter: Matter, body: Entry, by: Actor) -> dict[str, Any]:
    """A meeting of the body with this matter as its item; or the item alone, for one that is planned already."""
    plan = {"body": str(body.uid), "review": str(matter.uid), "topic": "decision"}
    item = {
        "matter": _item_title(matter),
        "kind": "decide",
        "review": str(matter.entry) if matter.entry else "",
        "review_number": "" if matter.entry else resolutions.reference(matter, unit_id=body.unit_id),
    }
    return {
        "title": body.title,
        "plan": f"{reverse('governance-meetings-new', args=[body.unit.code])}?{urlencode(plan)}",
        "meetings": [
            {"title": row.title, "on": row.on, "url": reverse("governance-meeting-add", args=[body.unit.code, row.uid])}
            for row in governance.planned(body, on=clock.today())
        ],
        "item": [(name, value) for name, value in item.items() if value],
    }


def _item_title(matter: Matter) -> str:
    """What is voted on, so that a yes can mean one thing only."""
    if matter.state == MatterState.VETOED:
        return _("Whether to lift the veto of “%(title)s”") % {"title": matter.title[:140]}
    return _("Whether to agree to “%(title)s”") % {"title": matter.title[:140]}


def _enter_body(matter: Matter, by: Actor) -> str:
    if not check.can(by, P.REGISTER_ENTRY_CREATE, matter.unit):
        return ""
    return links.new_record("bodies", unit=matter.unit)
