"""What the page of an archive shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.access.permissions import Permission as P
from guiju.governance.archive import counting, form, making, queries
from guiju.governance.archive.counting import Line, PartCount, Span
from guiju.governance.enums import ArchiveState
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.lib.note import VerifierKey
from guiju.org.models import Unit
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.spec import RegisterSpec
from guiju.trail.models import Log
from guiju.web import links, place

#: Registers that are kept on pages of their own: there is the step that closes the gap.
_PAGES = {"list_versions": "compliance-lists", "checks": "compliance-checks", "meetings": "compliance-hearings"}
_MADE = 20
_TONES = {ArchiveState.READY: "met", ArchiveState.MAKING: "partly", ArchiveState.FAILED: "unmet"}


def span_of(given: QueryDict) -> Span:
    """The span of an address or a form; the year so far where none is asked for."""
    usual = counting.year_so_far()
    return Span(_day(given, "from", usual.begins_on), _day(given, "to", usual.ends_on))


def _day(given: QueryDict, name: str, usual: date) -> date:
    written = given.get(name, "")
    if not written:
        return usual
    try:
        return date.fromisoformat(written)
    except ValueError:
        what = _("“%(day)s” is not a day.") % {"day": written[:20]}
        raise Problem("archive.day", what, fix=_("Choose the day from the calendar."), where=name, status=422) from None


def context(request: HttpRequest, unit: Unit, span: Span, *, problem: Problem | None = None) -> dict[str, Any]:
    """Everything the template draws."""
    by = place.by(request)
    counted = counting.count(by, unit, span)
    can_make = place.may(request, making.MAKE, unit) and counting.sees_whole(by, unit)
    made = queries.with_jobs(queries.of_unit(by, unit)[:_MADE]) if can_make else []
    # What has to be kept is asked of the company; a department lacks nothing of its own.
    is_whole = unit.kind not in DEPARTMENT_KINDS and place.may(request, P.REGISTER_ENTRY_VIEW, unit)
    gaps = [gap for one in counted for gap in _gaps(request, unit, one)] if is_whole else []
    return {
        "title": _("Archive"),
        "trail": [{"label": unit.label, "url": links.unit(unit.code)}],
        "unit": unit,
        "span": span,
        "spans": _spans(unit, span),
        "problem": problem,
        "parts": [_part(unit, span, one) for one in counted],
        "rows": sum(one.rows for one in counted),
        "files": sum(one.files for one in counted),
        "gaps": gaps,
        "bare": sum(one.bare for one in counted),
        "late": sum(one.late for one in counted),
        "can_make": can_make,
        "make_url": reverse("governance-archives-make", args=[unit.code]),
        "made": [_made(unit, one) for one in made],
        "fingerprint": _fingerprint(),
        "of_part": not can_make and not place.may(request, P.REGISTER_ENTRY_VIEW, unit),
    }


def _fingerprint() -> str:
    log = Log.objects.first()
    return form.fingerprint(VerifierKey.parse(log.verifier_key)) if log is not None else ""


def _spans(unit: Unit, chosen: Span) -> list[dict[str, Any]]:
    """The spans that are asked for most."""
    today = clock.today()
    known = (
        (_("This year"), counting.year_so_far()),
        (_("Last year"), Span(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))),
        (_("Last three years"), Span(date(today.year - 2, 1, 1), today)),
    )
    home = reverse("governance-archives", args=[unit.code])
    return [
        {"label": label, "url": f"{home}?from={span.begins_on}&to={span.ends_on}", "current": span == chosen}
        for label, span in known
    ]


def _part(unit: Unit, span: Span, one: PartCount) -> dict[str, Any]:
    held = [line for line in one.lines if line.rows]
    empty = [line.spec.title() for line in one.lines if not line.rows]
    return {
        "code": one.part.code,
        "label": one.part.label,
        "official": one.part.official,
        "rows": one.rows,
        "lines": [_line(unit, span, line) for line in held],
        "empty": "、".join(empty),
    }


def _line(unit: Unit, span: Span, line: Line) -> dict[str, Any]:
    return {
        "label": line.spec.title(), "url": links.register(line.spec.code, unit=unit.code), "rows": line.rows,
        "files": line.files, "bare": line.bare, "late": line.late,
    }  # fmt: skip


def _gaps(request: HttpRequest, unit: Unit, one: PartCount) -> list[dict[str, Any]]:
    """What the article asks for and the span does not hold, each with the step that closes it."""
    found = []
    for group in one.lacking:
        names = _(" or ").join(spec.title() for spec in group)
        url, action = _step(request, unit, group[0])
        text = _("%(part)s: no record of %(names)s in this span.") % {"part": one.part.label, "names": names}
        found.append({"text": text, "url": url, "action": action})
    return found


def _step(request: HttpRequest, unit: Unit, spec: RegisterSpec) -> tuple[str, str]:
    if spec.code in _PAGES:
        return reverse(_PAGES[spec.code], args=[unit.code]), _("Go there")
    if place.may(request, P.REGISTER_ENTRY_CREATE, unit):
        return links.new_record(spec.code, unit=unit), _("Enter it")
    return links.register(spec.code, unit=unit.code), _("Look")


def _made(unit: Unit, one: queries.Under) -> dict[str, Any]:
    archive, ready = one.archive, one.state == ArchiveState.READY
    rows = sum(part["rows"] for part in archive.counted.values())
    absent = sum(part.get("absent", 0) for part in archive.counted.values())
    return {
        "archive": archive,
        "url": reverse("governance-archives-file", args=[unit.code, archive.uid]) if ready else "",
        "state": ArchiveState(one.state).label,
        "tone": _TONES[ArchiveState(one.state)],
        "why": one.why,
        "rows": rows,
        "absent": ngettext("%(n)d file could not be packed", "%(n)d files could not be packed", absent) % {"n": absent}
        if absent
        else "",
        "job": bar(one) if one.state == ArchiveState.MAKING else None,
    }


def bar(one: queries.Under) -> dict[str, Any]:
    """The progress of an archive that is being made."""
    archive, job = one.archive, one.job
    return {
        "label": _("Making %(name)s") % {"name": archive.name},
        "done": job.done_count if job else 0,
        "total": job.total_count if job else 0,
        "url": reverse("governance-archives-progress", args=[archive.unit.code, archive.uid]),
        "finished": False,
    }
