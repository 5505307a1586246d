"""Subsidiaries: the common skeleton, filled with what their trade has to do, fears, checks and got wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from guiju.demo import content
from guiju.demo.content import Line
from guiju.demo.story import Firm
from guiju.registers import spec as specs

#: What a unit that begins late enters anew; the rest of its past was never recorded.
_FOUNDATION = frozenset({"appointments", "bodies", "obligations", "risk_list", "policies", "disclosure_channels"})
GOOD, MIDDLE = 3, 2


@dataclass(frozen=True, slots=True)
class Style:
    """How far a unit has come, and since when it keeps records."""

    trade: str
    tier: int
    since: date | None = None
    #: Whether it answers to the documents for state-owned firms, and keeps the records they ask for.
    state: bool = False
    #: Registers that it does not keep, whatever happens there.
    without: frozenset[str] = frozenset()


def lines(style: Style, firm: Firm) -> list[Line]:
    """All rows of a subsidiary."""
    trade = content.load(f"trades/{style.trade}.yaml")
    found = _skeleton("subsidiary", style, firm)
    if style.state:
        content.join(found, _skeleton("subsidiary-state", style, firm), "state")
    makers = (_obligations, _risks, _responses, _checks, _reviews, _rectifications, _diligence, _trainings)
    for make in makers:
        found += make(trade, style, firm)
    return [line for line in found if _since(line, style, firm) and _kept(line, style, firm)]


def _skeleton(name: str, style: Style, firm: Firm) -> list[Line]:
    """The rows of a common file that this unit has; units of the lower tiers have fewer."""
    lines = content.lines(content.load(f"firms/{name}.yaml")["tables"], today=firm.today, chance=firm.chance)
    return [
        line for line in lines if int(line.own["tier"]) <= style.tier and line.own.get("unit", firm.code) == firm.code
    ]


def _kept(line: Line, style: Style, firm: Firm) -> bool:
    """No two units forget the same things; some do not keep a register at all."""
    if line.register in style.without:
        return False
    forgets = 0.0 if line.register in _FOUNDATION else {GOOD: 0.1, MIDDLE: 0.16}.get(style.tier, 0.2)
    return firm.chance.of(f"kept {line.where}").random() >= forgets


def _since(line: Line, style: Style, firm: Firm) -> bool:
    """Rows from before the unit began are entered then, or were never made."""
    if style.since is None:
        return True
    spec = specs.get(line.register)
    on = firm.day(str(line.values[spec.happened]))
    if on >= style.since:
        return True
    if line.register not in _FOUNDATION:
        return False
    if not (line.register == "appointments" and "法定代表人" in line.values.values()):
        days = firm.chance.of(f"begin {line.key}").randrange(25)
        line.values[spec.happened] = str(min(style.since + timedelta(days=days), firm.yesterday))
    line.own.pop("lag", None)
    return True


def _rows(trade: Mapping[str, Any], table: str, columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    yield from enumerate(content.rows(columns, trade[table]), 1)


def _obligations(trade: Mapping[str, Any], style: Style, firm: Firm) -> Iterator[Line]:
    for number, row in _rows(trade, "obligations", "duty source business owner measure"):
        own = row["source"].startswith(("集团", "供水服务"))
        values = {
            "number": f"{firm.code}-YW-{number:02}",
            "duty": row["duty"],
            "scope": "内部义务" if own else "外部义务",
            "source_kind": "规章制度" if own else "法律法规",
            "source": row["source"],
            "business": row["business"],
            "owner": firm.names[row["owner"]],
            "important": "是" if number % 3 else "",
            "measured": "是" if style.tier >= MIDDLE or number % 2 else "",
            "measure": row.get("measure", "") if style.tier >= MIDDLE or number % 2 else "",
            "identified_on": f"m-12+{5 + number}",
        }
        if style.tier == GOOD:
            values["reviewed_on"] = f"m-4+{4 + number}"
        yield Line(values["number"], "obligations", values)


def _risks(trade: Mapping[str, Any], style: Style, firm: Firm) -> Iterator[Line]:
    columns = "name field business behaviour cause consequence probability impact level owner measure"
    for number, row in _rows(trade, "risks", columns):
        values: dict[str, Any] = {
            **row,
            "number": f"{firm.code}-FX-{number:02}",
            "owner": firm.names[row["owner"]],
            "priority": number,
            "assessed_on": f"m-11+{6 + number}",
            "review_due": "+365",
            "measured": "是" if "measure" in row else "",
        }
        if style.tier < MIDDLE and number % 2 == 0:
            for code in ("probability", "impact", "level", "priority"):
                values.pop(code, None)
        yield Line(values["number"], "risk_list", values)


def _responses(trade: Mapping[str, Any], style: Style, firm: Firm) -> Iterator[Line]:
    columns = "name field business behaviour cause consequence probability impact level owner measure"
    for number, row in _rows(trade, "risks", columns):
        if (
            "measure" not in row
            or style.tier < MIDDLE
            or row.get("level") not in {"高", "中"}
            or (style.tier == MIDDLE and number % 3 == 0)
        ):
            continue
        values: dict[str, Any] = {
            "name": f"{row['measure']}（{row['name']}）",
            "kind": "应对措施",
            "risk": f"{firm.code}-FX-{number:02}",
            "risk_level": row["level"],
            "process": f"{row['business']}流程" if number % 4 else "",
            "works_with": "内控、审计" if number % 2 else "安全、质量",
            "owner": firm.names[row["owner"]],
            "made_on": f"m-10+{6 + number}",
            "due_on": "+75",
            "measures": row["measure"],
        }
        own: dict[str, str] = {}
        if style.tier == GOOD or number % 2:
            values |= {"done_on": f"+{50 + 6 * number}", "result": f"{row['measure']}已落实，抽查未再发现同类情形。"}
            own = {"status": "done"}
        yield Line(f"{firm.code}-YD-{number:02}", "risk_responses", values, own)


_MONTHS = {3: range(-13, 1), 2: (-11, -10, -9, -7, -6, -5, -3, -2, -1), 1: (-8, -5, -2)}
_QUARTERS = {3: range(-4, 1), 2: (-4, -2, -1), 1: (-2,)}


def _checks(trade: Mapping[str, Any], style: Style, firm: Firm) -> Iterator[Line]:
    for table, unit, backs in (("checks", "m", _MONTHS), ("checks2", "q", _QUARTERS)):
        subject, business, problem, taken = next(content.cells(trade[table]))
        for count, back in enumerate(backs[style.tier]):
            source = firm.chance.of(f"{table} {back}")
            due = source.randint(12, 60)
            bad = count % 6 == 1
            values: dict[str, Any] = {
                "subject": f"{subject}（{{{unit}}}）",
                "way": source.choice(["查阅资料", "抽样", "现场检查"]),
                "focus": "重点环节",
                "business": business,
                "checked_on": f"{unit}{back:+d}+{source.randint(8, 24)}",
                "due_count": due,
                "done_count": due if style.tier == GOOD else due * source.randint(78, 100) // 100,
                "result": "一般问题" if bad else "无问题（零风险）",
                "checker": firm.names["liaison"],
            }
            if bad:
                values |= {"problem": f"{problem}。", "taken": f"{taken}。", "used": "是"}
            if style.tier >= MIDDLE:
                values["signer"] = firm.names["officer"]
            yield Line(f"{firm.code}-{table}{back}", "checks", values)


def _reviews(trade: Mapping[str, Any], style: Style, firm: Firm) -> Iterator[Line]:
    for number, row in _rows(trade, "reviews", "matter subject outcome opinion"):
        if style.tier < MIDDLE and number > 1:
            return
        back = -10 + 3 * number % 10
        values: dict[str, Any] = {
            **row,
            "number": f"{firm.code}-SC-{number:02}",
            "submitter": firm.names["ops"],
            "reviewer": firm.names["officer"],
            "reviewed_on": f"m{back:+d}+{7 + number}",
        }
        if row["outcome"] in {"同意", "附条件同意", "不同意"}:
            values |= {"decided_on": f"+{3 + number}", "adopted": "是"}
        yield Line(values["number"], "reviews", values)


def _rectifications(trade: Mapping[str, Any], style: Style, firm: Firm) -> Iterator[Line]:
    """The first ones are closed, by somebody else than their owner; the last is late where a unit is weak."""
    rows = list(_rows(trade, "problems", "problem source cause owner measures"))
    for number, row in rows:
        back = -9 + 2 * number
        values: dict[str, Any] = {
            **row,
            "number": f"{firm.code}-ZG-{number:02}",
            "owner": firm.names[row["owner"]],
            "found_on": f"m{back:+d}+{6 + 3 * number}",
            "due_on": "+45",
            "cause_kind": "制度执行不到位",
        }
        own: dict[str, str] = {}
        open_ones = {3: 1, 2: 1, 1: len(rows)}[style.tier]
        if number <= len(rows) - open_ones:
            acceptor = firm.names["officer"] if firm.names["officer"] != values["owner"] else firm.names["head"]
            late = 20 if style.tier == MIDDLE and number % 2 else 0
            values |= {"done_on": f"+{36 + late}", "acceptor": acceptor, "acceptance": "现场复核，整改到位，同意销号。"}
            values["no_files"] = "现场复核，书面记录存责任部门"
            own = {"status": "closed"}
        content.rectified(values, own)
        yield Line(values["number"], "rectifications", values, own)


def _diligence(trade: Mapping[str, Any], style: Style, firm: Firm) -> Iterator[Line]:
    for number, row in _rows(trade, "diligence", "subject party result findings"):
        if style.tier >= MIDDLE:
            values = {**row, "done_on": f"m-{3 + 3 * number}+{9 + number}", "by_person": firm.names["liaison"]}
            yield Line(f"{firm.code}-DD-{number}", "due_diligence", values)


def _trainings(trade: Mapping[str, Any], style: Style, firm: Firm) -> Iterator[Line]:
    due = firm.chance.of("training").randint(14, 45)
    values: dict[str, Any] = {
        "topic": trade["training"], "held_on": "m-6+11", "audience": "重点岗位", "mechanism": "外部合规义务识别",
        "due": due, "attended": due * (75 + 8 * style.tier) // 100, "hours": 2, "organiser": "合规部门",
        "lecturer": firm.names["ops"],
    }  # fmt: skip
    yield Line(f"{firm.code}-PX", "trainings", values)
