"""Reports inside, to authorities and in the media, and whether what happened was filed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.evidence.terms import Every
from guiju.posture.facts import RELATIONS, AuthorityReport, MediaReport, ReportDelivery, Row
from guiju.posture.models import Status


class Delivered(kinds.Window):
    kinds: known.Reports = Field(min_length=1)


class ReportKinds(kinds.KindsTest):
    name = "report.kinds"
    label = _l("The report was delivered")
    strength = Strength.DATED
    reads = (ReportDelivery,)
    Params = Delivered
    grounds = ("reporter", "receiver")
    full = ("receiver",)
    question = _l("Was each of these delivered at least %(need)s time(s) in the last %(months)s months: %(kinds)s?")
    ask = _l("Enter the report with reporter, receiver and text: %(kinds)s")


class Rhythm(kinds.Cycle):
    kinds: known.Reports = Field(min_length=1)


class ReportRegular(kinds.CycleTest):
    name = "report.kind_regular"
    label = _l("The report is delivered regularly")
    strength = Strength.DATED
    reads = (ReportDelivery,)
    Params = Rhythm
    grounds = ("reporter", "receiver")
    full = ("receiver",)
    match = {"kind": "kinds"}
    question = _l("Was a report (%(kinds)s) delivered in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the reports with reporter, receiver and text: %(kinds)s")


class SentParams(kinds.Window):
    kinds: known.Sent = Field(min_length=1)
    in_time: bool = False


class AuthorityReported(kinds.KindsTest):
    name = "authority.reported"
    label = _l("It was sent to the authority")
    strength = Strength.DATED
    reads = (AuthorityReport,)
    Params = SentParams
    grounds = ("number", "sender", "receipt")
    full = ("receiver",)
    flags = {"in_time": kinds.Flag("due_on", _l("in time"))}
    question = _l("Was each of these sent at least %(need)s time(s) in the last %(months)s months: %(kinds)s%(also)s?")
    ask = _l("Enter what was sent, to whom and when, with number or receipt: %(kinds)s")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not params.in_time or not isinstance(row, AuthorityReport):
            return why
        late = row.on is not None and row.due_on is not None and row.on > row.due_on
        return _LATE if late else ""


_LATE = _n("sent after the day it was due")


class SentRegularly(kinds.Cycle):
    kinds: known.Sent = Field(min_length=1)
    every: Every = "month"
    months: int = Field(default=6, ge=1, le=60)
    at_least: int = Field(default=1, ge=1, le=24)


class AuthorityRegular(kinds.CycleTest):
    name = "authority.regular"
    label = _l("It is sent to the authority regularly")
    strength = Strength.DATED
    reads = (AuthorityReport,)
    Params = SentRegularly
    grounds = ("number", "sender", "receipt")
    full = ("receiver",)
    match = {"kind": "kinds"}
    question = _l("Was it (%(kinds)s) sent to the authority in every %(every)s of the last %(months)s months?")
    ask = _l("Enter what was sent, to whom and when, with number or receipt: %(kinds)s")


class Published(kinds.Window):
    levels: known.Media = ()


class MediaReported(kinds.RowsTest):
    name = "media.reported"
    label = _l("Media reported on the firm's compliance work")
    strength = Strength.DATED
    reads = (MediaReport,)
    Params = Published
    grounds = ("url",)
    match = {"level": "levels"}
    question = _l("Did media (%(levels)s) report at least %(need)s time(s) in the last %(months)s months?")
    ask = _l("Enter the report in the media with its address or a picture of it")


class Archived(base.TestParams):
    relations: known.Records = Field(min_length=1, description=_n("which records; all of them are counted together"))
    months: int = Field(default=24, ge=1, le=120)
    percent: int = Field(default=80, ge=1, le=100)


class ArchiveKept(kinds.Asked):
    name = "archive.kept"
    label = _l("What happened is filed with its documents")
    strength = Strength.COVERAGE
    is_share = True
    reads = tuple(RELATIONS.values())
    Params = Archived
    question = _l(
        "Have at least %(percent)s%% of the records (%(relations)s) of the last %(months)s months a file or document?"
    )
    ask = _l("Attach the files to the records that have none")

    def relations(self, params: Any) -> frozenset[str]:
        return frozenset(params.relations)

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        since = base.months_before(on, params.months)
        for name in dict.fromkeys(params.relations):
            for row in facts.of(RELATIONS[name]):
                if row.on is None:
                    yield Seen(row, base.NO_DATE)
                elif since <= row.on <= on:
                    yield Seen(row, "" if row.file_count or _names_document(row) else _NOT_FILED)

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        bare = Counter(item.row.relation for item in seen if item.why)
        outcome.figure = {
            "ok": outcome.ok,
            "of": outcome.n,
            "most": max(sorted(bare), key=bare.__getitem__, default=""),
        }
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        return kinds.share_status(outcome, params.percent)

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        """Where most is lacking, else the first that was asked about."""
        return kinds.First(self.ask, RELATIONS[outcome.figure.get("most") or params.relations[0]], {})

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for name in params.relations:
            for row in facts.of(RELATIONS[name]):
                yield from base.window_turns(row, params.months)


def _names_document(row: Any) -> bool:
    """Does the row name the document that it is about?"""
    return bool(getattr(row, "document", ""))


_NOT_FILED = _n("no file and no document")
