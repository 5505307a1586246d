"""Findings as rows of a page: words, the figure, what is missing and the button that starts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission
from guiju.org.models import Unit
from guiju.packs.models import Pack, Requirement
from guiju.posture.findings import Finding, Gap
from guiju.posture.models import Status
from guiju.posture.standing import SEVERITY
from guiju.registers import spec as registers
from guiju.web import links, phrases, place

#: The order in which open answers are worked off.
WORST = SEVERITY


@dataclass(frozen=True, slots=True)
class Start:
    """One step that can be taken now; `fills` is the form alone, without the requirement that leads there.

    `opens` is the address of a form that opens in the row itself.
    """

    url: str
    label: str
    fills: str = ""
    opens: str = ""


@dataclass(slots=True)
class Row:
    """One requirement with its answer."""

    requirement: Requirement
    finding: Finding
    url: str
    start: Start | None = None

    @property
    def judge_url(self) -> str:
        """Where a person answers it."""
        return f"{self.url.partition('?')[0]}judge/"

    @property
    def status(self) -> str:
        """The answer's code."""
        return self.finding.status.value

    @property
    def plain(self) -> str:
        """Our words, in the reader's language."""
        return plain(self.requirement)

    @property
    def force(self) -> str:
        """How strongly the document asks."""
        return force(self.requirement)

    @property
    def official(self) -> str:
        """The document's words, without the 或 that the drawing of the group says."""
        return self.requirement.official

    @property
    def is_carried(self) -> bool:
        """Not needed because another alternative is met."""
        return bool(self.finding.via)


@dataclass(slots=True)
class Block:
    """One requirement, or the alternatives of one 或 chain drawn together."""

    group: str
    rows: list[Row] = field(default_factory=list)

    @property
    def carrier(self) -> str:
        """Where the alternative that is met stands in the document, if one is."""
        return next((row.requirement.source for row in self.rows if row.finding.status == Status.MET), "")

    @property
    def is_met(self) -> bool:
        """Nothing is left to do here."""
        return all(row.finding.status == Status.MET or row.is_carried for row in self.rows)


@dataclass(slots=True)
class Run:
    """Blocks in a row; several that are all met are drawn folded, so that what is open stands out."""

    blocks: list[Block]
    is_met: bool

    @property
    def count(self) -> int:
        """How many requirements it holds."""
        return len(self.blocks)

    @property
    def is_folded(self) -> bool:
        """A single row needs no fold."""
        return self.is_met and self.count > 1


@dataclass(slots=True)
class Section:
    """A heading of the document with its blocks."""

    code: str
    title: str
    above: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How its requirements stand, those that do not apply left out."""
        found = counted(row for block in self.blocks for row in block.rows)
        return {code: count for code, count in found.items() if count and code != Status.NA.value}

    @property
    def runs(self) -> list[Run]:
        """The blocks in order, those that are met gathered."""
        return [Run(list(found), is_met) for is_met, found in groupby(self.blocks, key=lambda block: block.is_met)]

    @property
    def is_open(self) -> bool:
        """Unfolded while there is something to do; what is met stays folded."""
        return any(code != Status.MET.value for code in self.counts) or not self.counts


def plain(requirement: Requirement) -> str:
    """Our words for a requirement, in the reader's language."""
    english = (get_language() or "").startswith("en")
    return requirement.plain_en if english and requirement.plain_en else requirement.plain


def force(requirement: Requirement) -> str:
    """How strongly the document asks, as a word; nothing for a bare indicator."""
    return "" if requirement.force == "indicator" else str(phrases.FORCES.get(requirement.force, ""))


def start_of(request: HttpRequest, unit: Unit, gaps: Iterable[Gap], *, proves: tuple[str, str]) -> Start | None:
    """The button that begins what is missing: the register to fill, with what is known and what it is for."""
    if not place.may(request, Permission.REGISTER_ENTRY_CREATE, unit):
        return None
    for gap in gaps:
        if gap.register:
            title = registers.get(gap.register).title()
            fills = links.new_record(gap.register, unit=unit, values=gap.values)
            url = links.new_record(gap.register, unit=unit, values=gap.values, proves=proves)
            return Start(url, _("Enter in %(register)s") % {"register": title}, fills)
    return None


def build(
    request: HttpRequest,
    unit: Unit,
    pack: Pack,
    requirements: Iterable[Requirement],
    found: Iterable[Finding],
    *,
    live: bool,
) -> list[Row]:
    """Requirements beside their findings, in the document's order; buttons only for today."""
    by_code = {finding.code: finding for finding in found}
    rows = []
    for requirement in requirements:
        finding = by_code.get(requirement.code)
        if finding is None:
            continue
        query = {} if live else {"on": finding.as_of.isoformat()}
        row = Row(requirement, finding, links.finding(unit.code, pack.urn, requirement.code, **query))
        if live and finding.status in {Status.UNMET, Status.PARTLY}:
            row.start = start_of(request, unit, finding.gaps, proves=(pack.urn, requirement.code))
        elif live and finding.status == Status.PERSON and place.may(request, Permission.POSTURE_JUDGEMENT_EDIT, unit):
            row.start = Start(row.url + "#judge", _("Judge"), opens=row.judge_url)
        rows.append(row)
    return rows


def titles(pack: Pack) -> dict[str, str]:
    """Section code -> its heading."""
    english = (get_language() or "").startswith("en")
    return {
        row["code"]: (row.get("title_en") if english else "") or row["title"] for row in pack.header.get("sections", [])
    }


def sections(pack: Pack, rows: Iterable[Row]) -> list[Section]:
    """Rows under the document's headings, 或 chains kept together."""
    named = titles(pack)
    found: dict[str, Section] = {}
    for row in rows:
        code = heading(row.requirement.section, named)
        section = found.setdefault(code, Section(code, named.get(code, code), _above(code, named)))
        last = section.blocks[-1] if section.blocks else None
        if row.requirement.group and last is not None and last.group == row.requirement.group:
            last.rows.append(row)
        else:
            section.blocks.append(Block(row.requirement.group, [row]))
    return list(found.values())


def heading(code: str, named: dict[str, str]) -> str:
    """The section itself where the document titles it, else the nearest titled one above: 6.2 a) stands under 6."""
    parts = code.split(".")
    for end in range(len(parts), 0, -1):
        above = ".".join(parts[:end])
        if above in named:
            return above
    return code


def _above(code: str, named: dict[str, str]) -> str:
    """The nearest heading above, as the place of a heading."""
    parts = code.split(".")
    for end in range(len(parts) - 1, 0, -1):
        title = named.get(".".join(parts[:end]))
        if title:
            return title
    return ""


def columns(pack: Pack, codes: Iterable[str], *, most: int = 12) -> dict[str, list[str]]:
    """Sections brought together under their headings until at most so many columns are left: heading -> sections."""
    wanted = list(dict.fromkeys(codes))
    for depth in (4, 3, 2, 1):
        grouped: dict[str, list[str]] = {}
        for code in wanted:
            grouped.setdefault(".".join(code.split(".")[:depth]), []).append(code)
        if len(grouped) <= most:
            break
    return grouped


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows stand at each answer."""
    drawn = (Status.MET, Status.PARTLY, Status.UNMET, Status.PERSON, Status.NOT_DUE, Status.NA)
    found = {status.value: 0 for status in drawn}
    for row in rows:
        found[row.status] += 1
    return found


def tab(kind: str) -> str:
    """The tab a kind of requirement stands under: indicators of an evaluation by themselves, all else together."""
    return kind if kind == "indicator" else "clause"


def kinds(rows: Iterable[Row]) -> dict[str, int]:
    """The tabs of a document, with their number of applicable rows."""
    found: dict[str, int] = {}
    for row in rows:
        name = tab(row.requirement.kind)
        found[name] = found.get(name, 0) + (row.finding.status != Status.NA)
    return found


def kind_word(kind: str) -> str:
    """A tab."""
    return _("Indicators") if kind == "indicator" else _("Clauses")


def evidence_rows(found: Finding) -> list[dict[str, Any]]:
    """The rows that were looked at, with addresses; where something is missing, those that do not count come first."""
    short = found.status in {Status.UNMET, Status.PARTLY}
    return [
        {
            "title": row.title,
            "url": links.record(row.register, row.uid),
            "register": row.register_title,
            "on": row.on,
            "recorded_on": row.recorded_on,
            "late_days": row.late_days,
            "counted": row.counted,
            "why": row.why,
        }
        for row in sorted(found.evidence, key=lambda row: short and row.counted)
    ]
