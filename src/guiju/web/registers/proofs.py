"""Which requirements a record proves: shown beside it, and right after saving with what was so before."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from guiju.access.permissions import Permission
from guiju.org.models import Unit
from guiju.posture import engine, queries, standing, wiring
from guiju.posture.models import Standing
from guiju.registers.records import Record
from guiju.web import links, place
from guiju.web.posture import counts
from guiju.web.registers.gate import Here

_SESSION = "standing-before"
_FEW = 3


def remember(unit: Unit) -> dict[str, str]:
    """How the legal entity stands before a record is saved."""
    entity = engine.entity_of(unit.pk)
    held = Standing.objects.filter(unit_id=entity).values_list("pack_id", "statuses") if entity else ()
    return {str(pack): letters for pack, letters in held}


def saved(request: HttpRequest, record: Record, before: dict[str, str]) -> None:
    """Keep it for the page that follows."""
    request.session[_SESSION] = {"uid": record.uid, "letters": before}


def context(request: HttpRequest, here: Here, record: Record) -> dict[str, Any]:
    """For the page of a record: at once after saving, otherwise read when the page stands."""
    if not may_see(request, here, record):
        return {"proofs_url": "", "just_saved": False}
    url = reverse("record-proofs", args=[here.spec.code, record.uid])
    if "saved" not in request.GET:
        return {"proofs_url": url, "just_saved": False}
    held = request.session.get(_SESSION) or {}
    before = held.get("letters", {}) if held.get("uid") == record.uid else None
    found = of(record, before=before)
    # What has just changed is good news; what was so before may be folded.
    is_news = len(found) <= _FEW or any(line["is_new"] for line in found)
    return {"proofs_url": "", "just_saved": True, "proofs": found, "proofs_open": is_news}


def may_see(request: HttpRequest, here: Here, record: Record) -> bool:
    """Does the register feed answers that this person may look at?"""
    feeds = here.spec.is_entry and bool(here.spec.facts)
    return feeds and place.may(request, Permission.POSTURE_FINDING_VIEW, record.unit)


def of(record: Record, *, before: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The requirements that count this record, by document, those first whose answer it has just changed."""
    entity = engine.entity_of(record.unit.pk)
    if entity is None:
        return []
    code = record.unit.code if entity == record.unit.pk else Unit.objects.get(pk=entity).code
    found = [_line(proof, code, before) for proof in queries.proves(record.source)]
    share = Counter(line["document"] for line in found)
    changed = Counter(line["document"] for line in found if line["is_new"])
    # Stable: within a document the requirements stay in its order.
    return sorted(
        found,
        key=lambda line: (
            -changed[line["document"]], -share[line["document"]], line["document"], not line["is_new"],
        ),
    )  # fmt: skip


def _line(proof: queries.Proof, unit_code: str, before: dict[str, str] | None) -> dict[str, Any]:
    was = _before(proof, before) if before is not None else ""
    return {
        "document": counts.title(proof.pack),
        "code": proof.requirement.code,
        "source": proof.requirement.source,
        "text": proof.requirement.plain or proof.requirement.official,
        "url": links.finding(unit_code, proof.pack.urn, proof.requirement.code),
        "status": proof.status.value,
        "before": was,
        "is_new": bool(was) and was != proof.status.value,
    }


def _before(proof: queries.Proof, before: dict[str, str]) -> str:
    letters = before.get(str(proof.pack.pk), "")
    wired = wiring.one(proof.pack).by_code.get(proof.requirement.code)
    if wired is None or wired.at >= len(letters) or letters[wired.at] not in standing.BY_LETTER:
        return ""
    return standing.BY_LETTER[letters[wired.at]].value
