"""Asks as rows of a page: the words, every document that asks it, how it stands, what proves it, the one next step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission as P
from guiju.governance.duties.organisation import OPEN, SEVERITY
from guiju.governance.duties.queries import Ask
from guiju.org.models import Unit
from guiju.posture.queries import Line, Status
from guiju.web import links, place
from guiju.web.posture import counts
from guiju.web.posture import rows as words

#: So many records stand beside one ask.
_PROOFS = 3


def rows(request: HttpRequest, unit: Unit, asks: Iterable[Ask]) -> list[dict[str, Any]]:
    """What the template draws of each."""
    return [row(request, unit, ask) for ask in asks]


def row(request: HttpRequest, unit: Unit, ask: Ask) -> dict[str, Any]:
    """One ask."""
    line = ask.first
    return {
        "status": line.status.value,
        "plain": words.plain(line.requirement),
        "url": url_of(unit, line),
        "sources": [_source(unit, one) for one in ask.lines],
        # What is missing begins with where it stands.
        "figures": () if line.gaps else ask.figure,
        "missing": missing(line),
        "proofs": [
            {"title": one.title, "url": links.record(one.register, one.uid), "on": one.on}
            for one in ask.proofs[:_PROOFS]
        ],
        "start": start(request, unit, line),
    }


def url_of(unit: Unit, line: Line) -> str:
    """The finding with everything there is to say."""
    return links.finding(unit.code, line.pack.urn, line.code)


def _source(unit: Unit, line: Line) -> dict[str, Any]:
    return {
        "asked": line.requirement,
        "document": counts.title(line.pack),
        "place": line.requirement.source,
        "code": line.code,
        "force": words.force(line.requirement),
        "status": line.status.value,
        "url": url_of(unit, line),
    }


def missing(line: Line) -> str:
    """What would turn it: of tests that are all needed each, of alternatives the first way."""
    if line.status in {Status.MET, Status.NA}:
        return ""
    if line.gaps:
        return line.gaps[0].sentence
    if line.status == Status.PERSON:
        return _("A person must look at this and record a judgement with the reason.")
    return ""


def start(request: HttpRequest, unit: Unit, line: Line) -> words.Start | None:
    """The one step that closes it: a form with what is known filled in, the records that lack something, a judgement."""
    if line.status in {Status.UNMET, Status.PARTLY, Status.NOT_DUE} and line.gaps:
        first = next(one for one in line.measures if one.gap is not None)
        if first.falls_short:
            return words.Start(url_of(unit, line) + "#records", _("See what does not count"))
        return words.start_of(request, unit, line.gaps, proves=(line.pack.urn, line.code))
    if line.status == Status.PERSON and place.may(request, P.POSTURE_JUDGEMENT_EDIT, unit):
        return words.Start(url_of(unit, line) + "#judge", _("Judge"))
    return None


def grouped(request: HttpRequest, unit: Unit, asks: Iterable[Ask]) -> dict[str, list[dict[str, Any]]]:
    """What is to be done, the worst first; what a person must judge; what is in order, not due yet or not asked now."""
    found: dict[str, list[Ask]] = {"open": [], "judge": [], "closed": []}
    for ask in asks:
        name = "closed" if ask.status not in OPEN else "judge" if ask.status == Status.PERSON else "open"
        found[name].append(ask)
    found["open"].sort(key=lambda one: SEVERITY.index(one.status))
    return {name: rows(request, unit, chosen) for name, chosen in found.items()}
