"""Facts of reports inside, to authorities and about wrongdoing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from guiju.posture.facts.base import Row


@dataclass(slots=True)
class DisclosureChannel(Row):
    """A way in for reports of wrongdoing."""

    relation: ClassVar[str] = "disclosure_channel"
    day: ClassVar[str] = "opened_on"
    kind: str = ""
    closed_on: date | None = None
    handler: int | None = None
    protected: bool | None = None
    rule: str = ""
    announced: str = ""


@dataclass(slots=True)
class Disclosure(Row):
    """A report of wrongdoing as a line of a log, without who made it."""

    relation: ClassVar[str] = "disclosure"
    day: ClassVar[str] = "received_on"
    matter: str = ""
    handler: int | None = None
    settled_on: date | None = None
    outcome: str = ""
    gap_found: bool | None = None
    measure: str = ""


@dataclass(slots=True)
class ReportDelivery(Row):
    """A compliance report from somebody to somebody."""

    relation: ClassVar[str] = "report_delivery"
    day: ClassVar[str] = "delivered_on"
    kind: str = ""
    period: str = ""
    form: str = ""
    reporter: int | None = None
    receiver: int | None = None
    read_on: date | None = None
    checked: bool | None = None
    acted: bool | None = None


@dataclass(slots=True)
class ReportingRule(Row):
    """Who reports what to whom, in which form and how often."""

    relation: ClassVar[str] = "reporting_rule"
    day: ClassVar[str] = "set_on"
    reporter: int | None = None
    receiver: int | None = None
    contents: str = ""
    form: str = ""
    cycle: str = ""
    truth: str = ""
    ends_on: date | None = None


@dataclass(slots=True)
class AuthorityReport(Row):
    """Something sent to an authority or association."""

    relation: ClassVar[str] = "authority_report"
    day: ClassVar[str] = "sent_on"
    kind: str = ""
    period: str = ""
    due_on: date | None = None
    number: str = ""
    receiver: str = ""
    receipt: str = ""
    sender: int | None = None


@dataclass(slots=True)
class MediaReport(Row):
    """A report in the media about the firm's compliance work."""

    relation: ClassVar[str] = "media_report"
    day: ClassVar[str] = "published_on"
    level: str = ""
    platform: str = ""
    url: str = ""


@dataclass(slots=True)
class WorkRecord(Row):
    """A report, list, note or case that shows a mechanism at work."""

    relation: ClassVar[str] = "work_record"
    day: ClassVar[str] = "made_on"
    mechanism: str = ""
    form: str = ""
    person: int | None = None


@dataclass(slots=True)
class Accountability(Row):
    """A decision on somebody's wrongdoing."""

    relation: ClassVar[str] = "accountability"
    day: ClassVar[str] = "decided_on"
    kind: str = ""
    person: int | None = None
    rectification: UUID | None = None
    violated_on: date | None = None
    decided_by: str = ""
    published_on: date | None = None
