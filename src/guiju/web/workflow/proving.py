"""What would prove a task: its requirement, and the registers to fill, with what is known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.permissions import Permission
from guiju.lib.errors import NotFound
from guiju.packs import catalogue
from guiju.packs.models import Pack, Requirement
from guiju.posture import findings, queries, wiring
from guiju.posture.findings import Finding, Gap
from guiju.posture.models import Adoption, Status
from guiju.registers import spec as registers
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.posture import counts, rows
from guiju.workflow.models import Task

P = Permission
#: Forms offered on the page of a task.
_STARTS = 8
#: Records offered when a task is marked as done.
_RECORDS = 30


@dataclass(frozen=True, slots=True)
class Start:
    """A register to fill."""

    sentence: str
    label: str
    url: str
    status: str = "unmet"


@dataclass(frozen=True, slots=True)
class Asking:
    """The document behind a task."""

    pack: Pack
    requirement: Requirement
    finding_url: str
    text_url: str
    status: str = ""
    registers: tuple[str, ...] = ()
    starts: list[Start] = field(default_factory=list)

    @property
    def source(self) -> dict[str, Any]:
        """For `components/source.html`."""
        return {
            "official": self.requirement.official,
            "is_gist": self.requirement.is_gist,
            "plain": rows.plain(self.requirement),
            "source": self.requirement.source,
            "force_word": rows.force(self.requirement),
            "note": self.requirement.note,
        }

    @property
    def document(self) -> dict[str, Any]:
        """For `components/source.html` and the banner of drafts."""
        return counts.document(self.pack)


def of(request: HttpRequest, task: Task) -> Asking | None:
    """What the document asks, and how the unit stands to it; None for a task that no document asks."""
    pack = _pack(task)
    found = next((row for row in catalogue.requirements(pack) if row.code == task.code), None) if pack else None
    if pack is None or found is None:
        return None
    if not place.may(request, P.POSTURE_FINDING_VIEW, task.unit):
        return Asking(pack, found, "", "")
    finding = queries.requirement(by=place.by(request), unit=task.unit, pack=pack, code=task.code)
    parts = _parts(pack, task.code)
    codes = _registers(pack, parts)
    told = findings.findings(task.unit, pack, codes=parts) or []
    open_now = [row for row in told if row.status not in {Status.MET, Status.NA}]
    gaps = [(row.code, row.status.value, gap) for row in open_now for gap in row.gaps]
    return Asking(
        pack=pack,
        requirement=found,
        finding_url=links.finding(task.unit.code, pack.urn, task.code) if finding else "",
        text_url=reverse("posture-text", args=[task.unit.code, pack.urn]),
        status=finding.status.value if finding else "",
        registers=codes,
        starts=_starts(request, task, pack, codes, gaps) + _to_judge(task, pack, open_now),
    )


def _pack(task: Task) -> Pack | None:
    """The version that the unit answers to, else the current one."""
    if not task.urn:
        return None
    held = Adoption.objects.filter(uid=task.adoption_uid) if task.adoption_uid else Adoption.objects.none()
    adoption = held.select_related("pack").first()
    if adoption is not None:
        return adoption.pack
    try:
        return catalogue.current(task.urn)
    except NotFound:
        return None


def _parts(pack: Pack, code: str) -> list[str]:
    """The requirements that the task covers, else its own."""
    row = wiring.one(pack).by_code.get(code)
    return list(row.covers) if row is not None and row.covers else [code]


def _registers(pack: Pack, codes: list[str]) -> tuple[str, ...]:
    """The registers whose rows the tests of the requirements read."""
    wired = wiring.one(pack)
    places = [wired.by_code[code] for code in codes if code in wired.by_code]
    reads = [relation for row in places for pk in row.instances for relation in wired.instances[pk].reads]
    found = [source.register for relation in dict.fromkeys(reads) for source in registers.fact_sources(relation)]
    return tuple(dict.fromkeys(found))


def _starts(
    request: HttpRequest, task: Task, pack: Pack, codes: tuple[str, ...], gaps: Sequence[tuple[str, str, Gap]]
) -> list[Start]:
    """What is missing, each with its form; where nothing is missing over the whole time, the registers themselves."""
    if not place.may(request, P.REGISTER_ENTRY_CREATE, task.unit):
        return []
    wanted = [(asked, status, gap.sentence, gap.register, gap.values) for asked, status, gap in gaps if gap.register]
    wanted = wanted or [(task.code, "unmet", "", code, {}) for code in codes[:3]]
    found: dict[str, Start] = {}
    for asked, status, sentence, code, values in wanted:
        spec = registers.get(code)
        url = links.new_record(code, unit=task.unit, values=_known(task, code, values), proves=(pack.urn, asked))
        found.setdefault(
            f"{code}{sentence}", Start(sentence, _("Enter in %(register)s") % {"register": spec.title()}, url, status)
        )
    return list(found.values())[:_STARTS]


def _to_judge(task: Task, pack: Pack, told: Sequence[Finding]) -> list[Start]:
    """What only a person can say, with the page on which it is said."""
    asked = {row.code: row for row in catalogue.requirements(pack)}
    return [
        Start(
            rows.plain(asked[row.code]),
            _("Judge it"),
            links.finding(task.unit.code, pack.urn, row.code),
            Status.PERSON.value,
        )
        for row in told
        if asked[row.code].judgement and row.judgement is None
    ]


def _known(task: Task, register: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The period is known too, where the register has a field for it."""
    its = registers.get(register).by_slot.get("period")
    known = {its.code: task.period} if its is not None and task.period else {}
    return known | dict(values)


def records(request: HttpRequest, task: Task, codes: tuple[str, ...]) -> list[Entry]:
    """Records of the unit that somebody may point at: those of the registers that count, else the newest of all."""
    seen = scope.restrict(Entry.objects.all(), by=place.by(request), permission=P.REGISTER_ENTRY_VIEW, within=task.unit)
    if codes:
        seen = seen.filter(register__in=codes)
    return list(seen.select_related("unit").order_by("-recorded_at", "-pk")[:_RECORDS])
