"""The reports that can be asked for: a kind, a unit and a period give a paper.

A kind lives in one module of `guiju.documents.kinds` and registers itself there:

    register(Report("work-report", _("Work report"), build, permission=P.REGISTER_ENTRY_VIEW, periods=("quarter", "year")))
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import IO

from django.db import transaction
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.documents import docx, kinds
from guiju.documents.paper import Paper
from guiju.lib import clock, period
from guiju.lib.errors import Problem
from guiju.lib.period import Kind, Period
from guiju.org.models import Unit
from guiju.trail import log as trail
from guiju.trail.events import Action

#: Taking a paper away asks for this, besides what seeing it asks for.
EXPORT = Permission.REGISTER_ENTRY_EXPORT
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

PERIOD_WORDS: dict[str, Promise] = {
    "year": gettext_lazy("Year"),
    "half": gettext_lazy("Half-year"),
    "quarter": gettext_lazy("Quarter"),
    "month": gettext_lazy("Month"),
}

Build = Callable[[Unit, Period, Actor], Paper]
#: Writes the same as a workbook: unit, period, by, to.
Fill = Callable[[Unit, Period, Actor, IO[bytes]], object]


@dataclass(frozen=True, slots=True)
class Report:
    """A kind of report. `permission` is what seeing it asks for; `periods` begins with the usual one."""

    code: str
    label: str | Promise
    build: Build
    permission: Permission = Permission.REGISTER_ENTRY_VIEW
    periods: tuple[str, ...] = ("quarter", "month", "year")
    help: str | Promise = ""
    #: Registers whose records it is made of: the page leads there for what is missing.
    registers: tuple[str, ...] = ()
    #: The kind under which the register `report_deliveries` holds that it was handed over; empty where it is not.
    delivered_as: str = ""
    #: Of a ledger, the same as a workbook; None where there is only the paper.
    workbook: Fill | None = None

    def __post_init__(self) -> None:
        unknown = set(self.periods) - set(Kind)
        if unknown or not self.periods:
            raise ValueError(f"{self.code}: periods are {', '.join(Kind)}, not {', '.join(sorted(unknown)) or 'none'}")


@dataclass(frozen=True, slots=True)
class Made:
    """A paper as a file: what was written, and the digest that the trail holds."""

    paper: Paper
    content: bytes
    digest: str
    name: str
    media_type: str = MEDIA_TYPE


#: Kinds by code, filled by `register`.
REGISTRY: dict[str, Report] = {}


def register(report: Report) -> Report:
    """Make a kind known; a code is taken once."""
    if report.code in REGISTRY:
        raise ValueError(f"there is a report {report.code} already")
    REGISTRY[report.code] = report
    return report


def all_reports() -> list[Report]:
    """Every kind, by its code."""
    _discover()
    return [REGISTRY[code] for code in sorted(REGISTRY)]


def get(code: str) -> Report:
    """The kind with this code, or a Problem that names those there are."""
    known = {report.code: report for report in all_reports()}
    if code not in known:
        raise Problem(
            "report.unknown",
            _("There is no report “%(code)s”.") % {"code": code[:60]},
            fix=_("Known are: %(names)s.") % {"names": ", ".join(known) or _("none")},
            status=404,
        )
    return known[code]


def period_of(report: Report, written: str | Period) -> Period:
    """The period asked for, or a Problem that names the lengths this report knows."""
    asked = written if isinstance(written, Period) else period.parse(written)
    if asked.kind not in report.periods:
        raise Problem(
            "report.period",
            _("“%(report)s” is not made for %(period)s.") % {"report": report.label, "period": asked},
            fix=_("Write one of these: %(examples)s.") % {"examples": ", ".join(map(str, recent(report, each=1)))},
        )
    if asked.start > clock.today():
        raise Problem(
            "report.future",
            _("%(period)s has not begun yet.") % {"period": asked},
            fix=_("Choose a period that has begun."),
        )
    return asked


def recent(report: Report, *, each: int = 6) -> list[Period]:
    """The last periods of every length the report knows, newest first."""
    found: list[Period] = []
    for kind in report.periods:
        one = period.of(clock.today(), kind)
        for _time in range(each):
            found.append(one)
            one = one.previous
    return found


def usual(report: Report) -> Period:
    """The period now running, of the report's usual length."""
    return recent(report, each=1)[0]


def build(code: str, *, unit: Unit, period: str | Period, by: Actor) -> Paper:
    """The paper, from the records that there are now."""
    report = get(code)
    check.require(by, report.permission, unit)
    paper = report.build(unit, period_of(report, period), by)
    paper.unit = paper.unit or unit.name
    return paper


@transaction.atomic
def export(code: str, *, unit: Unit, period: str | Period, by: Actor) -> Made:
    """The paper as a file to take away; the trail holds its digest."""
    report = get(code)
    check.require(by, EXPORT, unit)
    asked = period_of(report, period)
    return export_paper(build(code, unit=unit, period=asked, by=by), code=code, unit=unit, period=asked, by=by)


@transaction.atomic
def export_paper(paper: Paper, *, code: str, unit: Unit, period: Period, by: Actor) -> Made:
    """A paper that was built otherwise (of one person, say) as a file; `code` names it to the trail."""
    check.require(by, EXPORT, unit)
    return as_file(paper, code=code, unit=unit, period=period, by=by)


@transaction.atomic
def export_workbook(code: str, *, unit: Unit, period: str | Period, by: Actor) -> Made:
    """A ledger as a workbook to take away; the trail holds its digest."""
    report = get(code)
    check.require(by, EXPORT, unit)
    asked = period_of(report, period)
    if report.workbook is None:
        raise Problem(
            "report.workbook",
            _("“%(report)s” is no workbook.") % {"report": report.label},
            fix=_("Take the Word file."),
        )
    paper = build(code, unit=unit, period=asked, by=by)
    out = BytesIO()
    report.workbook(unit, asked, by, out)
    return _made(paper, out.getvalue(), ".xlsx", code=code, unit=unit, period=asked, by=by)


@transaction.atomic
def as_file(paper: Paper, *, code: str, unit: Unit, period: Period, by: Actor) -> Made:
    """The file of a paper that the caller knows may be taken away; the trail holds its digest."""
    out = BytesIO()
    docx.write(paper, to=out)
    return _made(paper, out.getvalue(), ".docx", code=code, unit=unit, period=period, by=by)


def _made(paper: Paper, content: bytes, suffix: str, *, code: str, unit: Unit, period: Period, by: Actor) -> Made:
    digest = hashlib.sha256(content).hexdigest()
    name = file_name(f"{paper.title}（{unit.label}，{period.chinese}）", suffix)
    trail.record(
        Action.EXPORT_MADE,
        by=by,
        unit=unit,
        object_type="report",
        object_id=f"{code}/{period}",
        title=paper.title[:200],
        content={
            "report": code,
            "period": str(period),
            "file": name,
            "sha256": digest,
            "size": len(content),
            "missing": list(paper.missing),
        },
    )
    return Made(paper, content, digest, name, MEDIA_TYPE if suffix == ".docx" else SHEET_TYPE)


def response(made: Made) -> HttpResponse:
    """The file as an answer to a browser or a programme."""
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, made.name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def file_name(title: str, suffix: str = ".docx") -> str:
    """A name that every system takes."""
    kept = "".join("_" if char in '\\/:*?"<>|' or not char.isprintable() else char for char in title)
    return (kept.strip(" .")[:80] or "report") + suffix


@cache
def _discover() -> None:
    """Import every module of the package of kinds, once."""
    for module in sorted(_names()):
        importlib.import_module(f"{kinds.__name__}.{module}")


def _names() -> Sequence[str]:
    return [found.name for found in pkgutil.iter_modules(kinds.__path__)]
