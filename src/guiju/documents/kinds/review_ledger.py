"""合规管理牵头部门合规审查工作台账: a matter spans the rows of all who spoke on it, as firms keep it by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import IO

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.documents.kinds import review_words as words
from guiju.documents.paper import Missing, Paper, Table
from guiju.documents.reports import Report, register
from guiju.lib.excel import forms
from guiju.lib.excel.forms import FormColumn
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import queries as registers
from guiju.registers.models import Entry
from guiju.review import access, ledger
from guiju.review.enums import MatterState as S
from guiju.review.enums import Stand
from guiju.review.models import Condition, Matter
from guiju.review.queries import One, Round
from guiju.review.voicing import BACK
from guiju.workflow.routes import rules
from guiju.workflow.routes.enums import SeatState
from guiju.workflow.routes.models import Run, Seat

TITLE = "合规管理牵头部门合规审查工作台账"
NOTHING = "/"
COLUMNS = (
    "序号", "重大事项", "程序", "审查时间", "审查单位", "合规审查意见", "具体意见描述", "落实情况", "承办单位", "背景材料",
)  # fmt: skip
#: What is said once of a matter: the first of them tells matters apart.
GROUPS = (0, 1, 2, 8, 9)
_SHARES = (2, 6.6, 5, 6.6, 6.8, 5, 8.8, 8.8, 4.4, 6)
_WIDTHS = (7, 28, 16, 13, 24, 16, 36, 26, 18, 30)
#: The two opinions of the form; what is more than a suggestion keeps its own word.
_OPINIONS: dict[str, str] = {
    Stand.AGREE: "同意",
    Stand.CONDITIONS: "附条件同意",
    Stand.REVISE: "建议补充完善",
    Stand.MATERIAL: "建议补充完善",
    Stand.DISAGREE: "不同意",
    Stand.VETO: "否决",
}
#: Words that say no more than the opinion does.
_EMPTY = frozenset(
    {"", "/", "同意", "拟同意", "无", "无意见", "同意，无意见", "拟同意，建议提交会议审议", "同意提交会议审议"}
)
_OFFICES = {rules.COMPLIANCE: "合规管理牵头部门", rules.HEAD: "合规负责人", rules.BODY: "领导机构"}
#: The way of a review in few words.
_STEPS = {
    rules.FIRST: "部门初审", rules.COUNTERSIGN: "会签", rules.COUNSEL: "律师意见", rules.COMPLIANCE: "合规部门审查",
    rules.HEAD: "合规负责人审查", rules.BODY: "领导机构审议",
}  # fmt: skip
#: Questions to the database go out for this many matters together.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Line:
    """What one of them said."""

    on: date | None
    who: str
    opinion: str
    detail: str
    followed: str

    def cells(self) -> tuple[str, ...]:
        """The five columns, “/” where nothing is to be said."""
        day = self.on.isoformat() if self.on is not None else ""
        return tuple(cell or NOTHING for cell in (day, self.who, self.opinion, self.detail, self.followed))


@dataclass(frozen=True, slots=True)
class Item:
    """One matter with its lines."""

    on: date | None
    title: str
    procedure: str
    department: str
    papers: str
    lines: tuple[Line, ...]

    @property
    def began(self) -> date | None:
        """The day of the first opinion: in this order the rows are read."""
        return min((line.on for line in self.lines if line.on is not None), default=None)

    def rows(self, number: int) -> Iterator[tuple[str, ...]]:
        """Its rows; what is said once stands in each of them."""
        first = (str(number), self.title, self.procedure or NOTHING)
        last = (self.department or NOTHING, self.papers or NOTHING)
        for line in self.lines:
            yield (*first, *line.cells(), *last)


def items(unit: Unit, period: Period, by: Actor) -> list[Item]:
    """Everything reviewed in the period, and what is under review that was submitted in it; the first one first."""
    found = [_of_matter(one) for one in _matters(unit, period, by)]
    found += [_of_entry(row) for row in _entered(unit, period, by)]
    return sorted(found, key=lambda item: (item.began or item.on or period.end, item.title))


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The ledger as paper, across the page."""
    paper = Paper(title=f"{unit.name}{period.chinese}{TITLE}", unit=unit.name, lies=True)
    rows = _rows(items(unit, period, by))
    if not rows:
        return paper.add(Missing("本期合规审查记录"))
    return paper.add(Table(COLUMNS, rows, widths=_SHARES, groups=GROUPS))


def write(unit: Unit, period: Period, by: Actor, to: IO[bytes]) -> int:
    """The ledger as a workbook in the columns of the form; returns the number of rows."""
    columns = [
        FormColumn(label, width=width, carry=at in GROUPS)
        for at, (label, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True))
    ]
    rows = _rows(items(unit, period, by))
    return forms.write(
        to, title=f"{TITLE}（{unit.name}，{period.chinese}）", columns=columns, sheets=[("合规审查工作台账", rows)]
    )


def _rows(found: Sequence[Item]) -> list[tuple[str, ...]]:
    return [row for number, item in enumerate(found, 1) for row in item.rows(number)]


# --- matters --------------------------------------------------------------------------------------------------------


def _matters(unit: Unit, period: Period, by: Actor) -> Iterator[One]:
    begins, ends = words.bounds(period)
    decided = Q(decided_at__gte=begins, decided_at__lt=ends)
    under_way = Q(decided_at__isnull=True, submitted_at__gte=begins, submitted_at__lt=ends)
    rows = access.visible(by, within=unit).filter(own(unit)).filter(decided | under_way)
    asked = Prefetch("conditions", Condition.objects.select_related("owner").order_by("ordinal"))
    joined = rows.select_related("unit", "department").prefetch_related("papers", "passes", asked).order_by("pk")
    held: list[Matter] = []
    for matter in joined.iterator(chunk_size=_BATCH):
        held.append(matter)
        if len(held) == _BATCH:
            yield from _with_rounds(held)
            held = []
    yield from _with_rounds(held)


def _with_rounds(held: Sequence[Matter]) -> Iterator[One]:
    """The same matters with their rounds, read together."""
    seats = Prefetch(
        "seats", Seat.objects.select_related("person__department", "person__unit").order_by("step", "ordinal")
    )
    runs = Run.objects.filter(about=access.ABOUT, about_uid__in=[one.uid for one in held]).order_by("round")
    of: dict[object, list[Round]] = {}
    for run in runs.prefetch_related(seats):
        steps = tuple(rules.step_of(step) for step in run.steps)
        of.setdefault(run.about_uid, []).append(Round(run, steps, tuple(run.seats.all()), ()))
    for matter in held:
        papers = sorted((row for row in matter.papers.all() if row.until_round is None), key=lambda row: row.ordinal)
        yield One(matter, papers, of.get(matter.uid, []), list(matter.conditions.all()), [])


def _of_matter(one: One) -> Item:
    matter = one.matter
    return Item(
        on=words.settled_on(one), title=matter.title, procedure=_procedure(one),
        department=words.brought_by(matter), papers=words.joined(row.name for row in one.papers),
        lines=_ended(one, sorted(_lines(one), key=_day)) or (Line(None, "", "", "", _state(matter)),),
    )  # fmt: skip


def _day(line: Line) -> date:
    """Lines stand in the order of their days; who is still asked comes last."""
    return line.on or date.max


def _ended(one: One, lines: list[Line]) -> tuple[Line, ...]:
    """What became of the matter or its pass stands with the opinion that was given last."""
    spoken = [at for at, line in enumerate(lines) if line.on is not None]
    if spoken and (told := _end(one.matter)):
        last = lines[spoken[-1]]
        lines[spoken[-1]] = replace(last, followed=words.joined([last.followed, told], "；"))
    return tuple(lines)


def _end(matter: Matter) -> str:
    if matter.state == S.WITHDRAWN:
        return _state(matter)
    if matter.state == S.STAYED:
        return f"通行证中止：{matter.reason}"
    row = max(matter.passes.all(), key=lambda one: one.pk, default=None)
    return f"{words.day(row.revoked_at)}收回通行证：{row.reason}" if row is not None and row.revoked_at else ""


def _procedure(one: One) -> str:
    """程序: what the form says; else the way along which it was reviewed."""
    said = str(one.matter.form.get("procedure") or "")
    if said or one.round is None:
        return said
    parts = list(dict.fromkeys(_STEPS[step.part] for step in one.round.steps))
    if one.matter.veto.get("lifted"):
        parts.append(_STEPS[rules.BODY])
    return "、".join(dict.fromkeys(parts))


def _lines(one: One) -> Iterator[Line]:
    """Of earlier rounds why they were returned; of the last one everybody, and who is still asked."""
    for number, row in enumerate(one.rounds):
        is_last = number == len(one.rounds) - 1
        after = None if is_last else one.rounds[number + 1]
        for part, seat in words.seats(row, SeatState.SPOKEN):
            if is_last or seat.stand in BACK:
                yield _spoken(one, part, seat, row, after)
        for part, seat in words.seats(row, SeatState.DROPPED):
            if seat.stand == Stand.VETO:  # taken back before it was reported; it stays readable
                yield Line(
                    words.spoken_on(seat), _office(part, seat, row), _OPINIONS[seat.stand], seat.opinion, seat.reason
                )
        if is_last and one.matter.state in {S.IN_REVIEW, S.SUSPENDED}:
            for part, seat in words.waiting(row):
                yield Line(None, _office(part, seat, row), "", "", "")


def _spoken(one: One, part: str, seat: Seat, row: Round, after: Round | None) -> Line:
    said = seat.opinion.strip()
    detail = "" if said.rstrip("。.") in _EMPTY else said
    return Line(
        words.spoken_on(seat),
        _office(part, seat, row),
        _OPINIONS[seat.stand],
        detail,
        _followed(one, seat, detail, after),
    )


def _office(part: str, seat: Seat, row: Round) -> str:
    """审查单位: the department or office, and who spoke there."""
    if part == rules.COUNSEL:
        return seat.name
    own = seat.person.department or seat.person.unit if seat.person is not None else None
    office = _OFFICES.get(part) or (own.name if own is not None else "")
    told = words.speaker(seat, row)
    return f"{office}（{told}）" if office else told


def _followed(one: One, seat: Seat, detail: str, after: Round | None) -> str:
    """落实情况 of one opinion."""
    matter = one.matter
    if seat.stand in BACK:
        if after is not None:
            return f"已修改补充，{words.day(after.run.began_at)}重新送审"
        return _state(matter)
    found = [_adopted(matter)] if detail or seat.stand != Stand.AGREE else []
    if seat.stand == Stand.CONDITIONS:
        # Who set a condition is kept by name; where names do not tell, all of them are shown.
        own = [row for row in one.conditions if row.set_by == seat.acted_by] or one.conditions
        found += [f"{row.text}：{words.condition_state(row)}，期限{row.due_on.isoformat()}" for row in own]
    if seat.stand == Stand.VETO:
        found.append(_vetoed(matter))
    return words.joined(found, "；")


def _adopted(matter: Matter) -> str:
    if matter.adopted is None:
        return ""
    return "已采纳" if matter.adopted else f"未采纳：{matter.not_adopted}"


def _vetoed(matter: Matter) -> str:
    if lifted := matter.veto.get("lifted"):
        return f"领导机构{lifted.get('on', '')}决议解除否决"
    if on := matter.veto.get("reported_on"):
        return f"{on}已报告{matter.veto.get('receiver', '')}，否决生效"
    return "待报告领导机构"


def _state(matter: Matter) -> str:
    return {S.RETURNED: "待修改后重新送审", S.WITHDRAWN: "送审单位已撤回", S.IN_REVIEW: "审查中"}.get(
        S(matter.state), ""
    )


# --- reviews that were entered in the register ---------------------------------------------------------------------


def _entered(unit: Unit, period: Period, by: Actor) -> Iterator[Entry]:
    """Reviews that were entered or imported, without a matter of their own."""
    rows = registers.visible(by, ledger.REGISTER).filter(own(unit))
    of_matters = Matter.objects.filter(entry__isnull=False, unit__root_id=unit.root_id or unit.pk).values("entry")
    rows = rows.filter(on__range=(period.start, period.end)).exclude(uid__in=of_matters)
    joined = rows.select_related("unit", "department", "person__department", "person__unit", "body").order_by(
        "on", "pk"
    )
    yield from joined.iterator(chunk_size=_BATCH)


def _of_entry(row: Entry) -> Item:
    data = row.body.data
    said = str(data.get("opinion") or "").strip()
    followed = {True: "已采纳", False: "未采纳"}.get(row.flag_1, "") if row.flag_1 is not None else ""
    office = f"{_OFFICES[rules.COMPLIANCE]}（{row.person.name}）" if row.person is not None else ""
    line = Line(row.on, office, _OPINIONS.get(row.level, ""), "" if said.rstrip("。.") in _EMPTY else said, followed)
    papers = words.joined(str(one.get("name") or "") for one in data.get("files") or [])
    return Item(row.on, row.title, "", (row.department or row.unit).name, papers, (line,))


register(
    Report(
        "review-ledger",
        _("Ledger of compliance reviews"),
        build,
        permission=P.REVIEW_MATTER_VIEW,
        periods=("quarter", "month", "half", "year"),
        help=_("One matter spans the rows of all who spoke on it: department, countersigners, compliance, its head."),
        registers=("reviews",),
        workbook=write,
    )
)
