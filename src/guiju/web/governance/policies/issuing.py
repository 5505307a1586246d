"""What issuing a version brings with it: told before it is done, for the days that stand in the form."""

from __future__ import annotations

from copy import copy
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, enforcing, states
from guiju.governance.reading import queries as readings
from guiju.lib import clock, dates
from guiju.lib.errors import NotFound, Problem
from guiju.registers.models import Entry
from guiju.web.compliance.graph import touching
from guiju.web.governance.policies import doors


def dialog(request: HttpRequest, entry: Entry, row: PolicyVersion, code: str) -> dict[str, Any]:
    """The question before a version is issued: its form, what becomes of it, and where that is asked for other days.

    After a refusal the form shows the days that were typed, and so what these bring, or what is wrong with them.
    """
    issued_on = row.issued_on or clock.today()
    in_force_on = row.in_force_on or issued_on
    scheduled = row.issued_on is not None
    title = _("Change the days of “%(title)s”?") if scheduled else _("Issue “%(title)s”?")
    return {
        "id": "issue",
        "title": title % {"title": row.title},
        "url": reverse("governance-policies-step", args=[code, row.uid, states.ENFORCE.code]),
        "means_url": reverse("governance-policies-means", args=[code, row.uid]),
        "action": _("Keep these days") if scheduled else _("Issue"),
        "opens": _("Change the days") if scheduled else _("Issue"),
        "scheduled": scheduled,
        "version": row.version,
        "number": row.document_number,
        "issued_on": issued_on,
        "in_force_on": in_force_on,
        **_told(request, entry, row, request.POST, (issued_on, in_force_on)),
    }


@needs(P.GOVERNANCE_POLICY_ISSUE)
@require_safe
def means(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """What issuing would bring with the days that have been entered; what is wrong with them, where they cannot be."""
    _here, record, row = doors.enter_version(request, code, uid)
    if not states.is_open(row.state, states.ENFORCE):
        raise NotFound(_("There is nothing to issue here."), fix=_("Reload the page of the policy."))
    context = _told(request, record.source, row, request.GET, None)
    return render(request, "governance/policies/_means.html", context)


def _told(
    request: HttpRequest, entry: Entry, row: PolicyVersion, given: QueryDict, days: tuple[date, date] | None
) -> dict[str, Any]:
    """{"means", "problem"}: what issuing brings with the days that were given, or why they cannot be.

    A day that was not given is that of `days`, which nobody typed and which stand unchecked where none was given.
    """
    if days is not None and not (given.get("issued_on") or given.get("in_force_on")):
        return {"means": _lines(request, entry, row, days[1]), "problem": None}
    try:
        issued_on = _day(given, "issued_on", _("Day of issue")) or (days[0] if days else clock.today())
        in_force_on = _day(given, "in_force_on", _("In force from")) or (days[1] if days else issued_on)
        number = given.get("number", "")
        enforcing.set_days(copy(row), number=number, issued_on=issued_on, in_force_on=in_force_on)
        return {"means": _lines(request, entry, row, in_force_on), "problem": None}
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return {"means": (), "problem": problem}


def _day(given: QueryDict, name: str, label: str) -> date | None:
    written = given.get(name, "").strip()
    return dates.parse(written, where=label) if written else None


def _lines(request: HttpRequest, entry: Entry, row: PolicyVersion, from_on: date) -> list[dict[str, str]]:
    """When it begins to hold, what ends with it, who reads it, who looks what else must change."""
    former = actions.current(entry.uid)
    found = [
        {"label": _("In force from"), "text": _begins(from_on, former)},
        {"label": _("It replaces"), "text": _replaces(from_on, former)},
        {"label": _("Who is asked to read it"), "text": _reads(entry)},
    ]
    touched = touching.of(request, entry)
    if touched is not None and touched.count:
        words = ngettext(
            "Whoever keeps the 1 record linked to this rule is asked to look whether it still fits.",
            "Whoever keeps the %(n)d records linked to this rule is asked to look whether they still fit.",
            touched.count,
        )
        found.append({"label": _("Who is told"), "text": words % {"n": touched.count}})
    return found


def _begins(from_on: date, former: PolicyVersion | None) -> str:
    words = {"day": from_on.isoformat()}
    if from_on <= clock.today():
        return _("%(day)s: it holds as soon as you issue it.") % words
    if former is None:
        return _("%(day)s, by itself; until then it does not hold.") % words
    return _("%(day)s, by itself; until then version %(number)d holds.") % {**words, "number": former.number}


def _replaces(from_on: date, former: PolicyVersion | None) -> str:
    if former is None:
        return _("Nothing; it is the first version of this rule.")
    last = from_on - timedelta(days=1)
    words = {"number": former.number, "last": last.isoformat(), "first": ""}
    if former.in_force_on is None:
        return _("Version %(number)d. Its last day is %(last)s; it stays readable.") % words
    words["first"] = former.in_force_on.isoformat()
    return _("Version %(number)d, in force since %(first)s. Its last day is %(last)s; it stays readable.") % words


def _reads(entry: Entry) -> str:
    """Issuing asks nobody: who has to read it is chosen afterwards."""
    asked = readings.of_policy(entry.uid).first()
    then = _("Nobody yet: when it is in force, choose on this page under “Read and confirm” whom you give it to.")
    if asked is None:
        return then
    words = ngettext(
        "%(n)d person was given the version before on %(day)s and is not asked again by itself.",
        "%(n)d people were given the version before on %(day)s and are not asked again by themselves.",
        asked.person_count,
    )
    return f"{then} {words % {'n': asked.person_count, 'day': clock.day_of(asked.issued_at).isoformat()}}"
