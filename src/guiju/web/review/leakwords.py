"""Findings and rates as the pages draw them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from guiju.review.enums import LeakState
from guiju.review.leaks import wording, workbook
from guiju.review.leaks.queries import Found, RateLine
from guiju.web import links

_TONES = {LeakState.OPEN: "unmet", LeakState.RECTIFIED: "partly", LeakState.ASIDE: "na"}
_KINDS = {"policy": _l("Rule issued"), "contract": _l("Contract signed"), "decision": _l("Decision taken")}


def tone(one: RateLine) -> str:
    """How a rate stands."""
    if one.percent is None:
        return "na"
    return "met" if one.ok == one.n else "partly" if one.ok else "unmet"


def unit_rate(one: RateLine) -> dict[str, Any]:
    """A rate of one unit among several."""
    return {
        "unit": one.name,
        "url": reverse("review-leaks", args=[one.unit]),
        "rate": wording.rate(one.kind),
        "ok": one.ok,
        "n": one.n,
        "percent": one.percent,
        "tone": tone(one),
    }


def line(found: Found) -> dict[str, Any]:
    """A finding in a list: both sides beside each other."""
    row = found.row
    deeds = row.sides.get("deeds", [])
    review = row.sides.get("review")
    return {
        "uid": row.uid,
        "url": reverse("review-leak", args=[row.run.unit.code, row.uid]),
        "kind": wording.kind(row.kind),
        "unit": row.unit.label if row.run.below else "",
        "why": wording.why(row),
        "deeds": [deed(one) for one in deeds],
        "review": reviewed(review) if review else None,
        "state": LeakState(found.state).label,
        "tone": _TONES[LeakState(found.state)],
        "reason": found.settled.reason if found.settled is not None else "",
        "is_open": found.state == LeakState.OPEN,
    }


def deed(one: Mapping[str, Any]) -> dict[str, Any]:
    """What was carried out."""
    source = one.get("source") or {}
    begun = one.get("begun_on")
    return {
        "title": one["title"],
        "number": one["number"],
        "what": _("Payment") if one.get("is_bare") else _KINDS.get(one["kind"], one["kind"]),
        "url": links.record(source["register"], source["uid"]) if source.get("uid") else "",
        "where": workbook.where(source),
        "party": one["party"],
        "amount": wording.yuan(one["amount"]),
        "paid": wording.yuan(one["paid"]),
        "on": one["on"],
        "begun_on": begun if begun != one["on"] else "",
        "owner": one.get("owner", ""),
    }


def reviewed(one: Mapping[str, Any]) -> dict[str, Any]:
    """The review beside it."""
    source = one.get("source") or {}
    is_matter = source.get("file") == "matter"
    uid = source.get("uid")
    url = ""
    if uid:
        url = reverse("review-one", args=[uid]) if is_matter else links.record("reviews", uid)
    return {
        "title": one["title"],
        "number": one["number"] or _("Without number"),
        "url": url,
        "party": one["party"],
        "amount": wording.yuan(one["amount"]),
        "on": one["on"],
        "until": one["until"],
        "conditions": one["conditions"],
    }
