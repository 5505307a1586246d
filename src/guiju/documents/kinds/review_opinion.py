"""合规审查意见书：送审材料和版本指纹、审查依据、各环节意见和签字、结论、条件、采纳情况、有效期和校验码。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.documents import reports
from guiju.documents.kinds import review_words as words
from guiju.documents.paper import Annex, Block, Facts, Heading, Missing, Paper, Para, Signature, Signed, Table
from guiju.documents.reports import Made, Report, register
from guiju.documents.words import Value, numeral, shown
from guiju.lib import clock
from guiju.lib.errors import Denied
from guiju.lib.period import Kind, Period
from guiju.org.enums import Role
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.review import access, grounds, keeping, queries, resolutions, states, vetoes
from guiju.review import subjects as kinds
from guiju.review.enums import POLICIES, Stand
from guiju.review.enums import MatterState as S
from guiju.review.models import Ground, Matter, Pass
from guiju.review.models import Paper as Submitted
from guiju.review.queries import One, Round
from guiju.workflow.routes import rules
from guiju.workflow.routes.enums import SeatState
from guiju.workflow.routes.models import Seat

CODE = "review-opinion"
#: Opinions in one collection; the register of reviews holds all of them.
_MOST = 30
_SHORT, _LINE = 16, 16
Depth = Literal[1, 2, 3, 4]
_DECIDED = (S.PASSED, S.STAYED, S.REFUSED, S.VETOED, S.VOID)
_PARTS = {
    rules.FIRST: ("业务部门合规管理员意见", "业务部门合规管理员"),
    rules.COUNTERSIGN: ("会签意见", "会签"),
    rules.COUNSEL: ("外聘律师意见", "外聘律师"),
    rules.COMPLIANCE: ("合规管理部门意见", "合规管理部门"),
    rules.HEAD: ("合规负责人意见", "合规负责人"),
    rules.BODY: ("领导机构意见", "领导机构"),
}


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """The opinion decided in the period, or several under each other."""
    rows = access.visible(by, within=unit).filter(own(unit), state__in=_DECIDED)
    begins, ends = words.bounds(period)
    found = rows.filter(decided_at__gte=begins, decided_at__lt=ends).order_by("decided_at", "pk")
    count, uids = found.count(), list(found.values_list("uid", flat=True)[:_MOST])
    if count == 1:
        return of_matter(queries.one(by, uids[0]))
    paper = Paper(title=f"{period.chinese}合规审查意见书汇编", unit=unit.name, sign=[unit.name, None])
    if not uids:
        return paper.add(Missing("本期合规审查意见书"))
    if count > _MOST:
        paper.add(Para(f"本期共{count}件，以下为最早办结的{_MOST}件；其余按月另行汇编。"))
    held = [queries.one(by, uid) for uid in uids]
    for one in held:
        paper.add(Heading(1, f"{one.matter.title}（{one.matter.number}）"), *_blocks(one, depth=2))
    paper.sign = [unit.name, words.settled_on(held[-1])]
    paper.annexes = [Annex(f"送审材料版本指纹（{one.matter.number}）", [_prints(one, whole=True)]) for one in held]
    return paper


def of_matter(one: One) -> Paper:
    """The paper of one matter; a draft as long as the review is not over."""
    matter = one.matter
    note = words.ENDED.get(matter.state, "")
    paper = Paper(
        title=f"关于“{matter.title}”的合规审查意见书", doc_number=matter.number or None, to=words.brought_by(matter),
        unit=matter.unit.name, note=note if matter.state == S.VOID or not note else f"草稿，{note}",
        sign=[matter.unit.name, words.settled_on(one) if matter.state in _DECIDED else None],
    )  # fmt: skip
    paper.add(*_blocks(one, depth=1))
    if _papers(one):
        paper.annexes = [Annex("送审材料版本指纹", [_prints(one, whole=True)])]
    return paper


def take(uid: UUID | str, *, by: Actor) -> Made:
    """The opinion as a Word file for whoever brought the matter, gave an opinion on it, or may take papers away."""
    one = queries.one(by, uid)
    if not may_take(one.matter, by):
        raise Denied(_("This account does not take papers away."), fix=_("Ask the compliance department for it."))
    on = words.settled_on(one) or clock.today()
    return reports.as_file(
        of_matter(one), code=f"{CODE}/{one.matter.uid}", unit=one.matter.unit,
        period=Period.of(on, Kind.YEAR), by=by,
    )  # fmt: skip


def may_take(matter: Matter, by: Actor) -> bool:
    """May the account, which sees the matter, take its opinion away?"""
    if check.can(by, P.REGISTER_ENTRY_EXPORT, matter.unit, matter.department):
        return True
    if by.user_id is None:
        return False
    if by.user_id == matter.account:
        return True
    return by.token is None and (
        by.user_id == matter.owner.user_id or access.asked(by).filter(about_uid=matter.uid).exists()
    )


# --- the text -------------------------------------------------------------------------------------------------------


def _blocks(one: One, *, depth: Depth) -> Iterator[Block]:
    yield Facts(_facts(one.matter))
    yield Heading(depth, "送审材料及版本指纹")
    yield from _submitted(one)
    yield Heading(depth, "审查依据")
    yield from _basis(one)
    yield Heading(depth, "审查意见")
    yield from _opinions(one, depth)
    yield Heading(depth, "结论")
    yield from _outcome(one)
    yield Heading(depth, "附条件及落实期限")
    yield from _conditions(one)
    yield Heading(depth, "采纳情况")
    yield _adoption(one.matter)
    yield Heading(depth, "有效期及校验码")
    yield from _validity(one)


def _facts(matter: Matter) -> list[tuple[str, Value]]:
    subject = kinds.all_of().get(matter.kind)
    own = [(item.label, _answer(item, matter.form.get(item.code))) for item in (subject.fields if subject else ())]
    rows: list[tuple[str, Value]] = [
        ("送审单位", words.brought_by(matter)),
        ("承办人", matter.owner.name),
        ("送审日期", clock.day_of(matter.submitted_at) if matter.submitted_at else None),
        (
            "事项类别",
            f"{words.kind(matter)}{'（重大事项）' if matter.major else ''}{'（境外）' if matter.overseas else ''}",
        ),
    ]
    if matter.amount is not None:
        rows.append(("金额（元）", f"{matter.amount:,.2f}"))
    rows += [(label, said) for label, said in own if said]
    if matter.ref:
        rows.append(("来源系统编号", words.joined([matter.system, matter.ref], " ")))
    return rows


def _answer(item: kinds.FormField, given: Any) -> str:
    if item.type == "bool":
        return "是" if given is True else ""
    if item.type == "choice":
        return next((label for code, label, _english in item.choices if code == given), "")
    if item.type == "date" and given:
        return shown(date.fromisoformat(str(given)))
    return str(given or "")


def _papers(one: One) -> Sequence[Submitted]:
    """The papers that the last round saw; of a matter that was never submitted those of its draft."""
    return one.round.papers if one.round is not None else one.papers


def _submitted(one: One) -> Iterator[Block]:
    if not _papers(one):
        yield Missing("送审材料")
        return
    yield _prints(one, whole=False)
    yield Para(
        "版本指纹按文件内容计算（SHA-256），内容有任何改动，指纹即不相同，本意见书和审查通行证对改动后的文件不适用。完整指纹见附件。"
    )


def _prints(one: One, *, whole: bool) -> Table:
    """Every paper with its digest, the first 16 digits or all of them."""
    rows: list[list[Value]] = []
    for number, row in enumerate(_papers(one), 1):
        rows.append([number, words.paper_kind(one.matter, row.role), row.name, _digits(row.digest, whole=whole)])
    # While it may be changed the form is not the one that was reviewed.
    if one.matter.state not in states.OPEN_TO_CHANGE:
        form = keeping.form_digest(one.matter)
        rows.append([len(rows) + 1, "送审表单", "本事项的表单内容", _digits(form, whole=whole)])
    head = "SHA-256（全文）" if whole else "SHA-256（前16位）"
    return Table(["序号", "材料", "文件名", head], rows, widths=[1.3, 3.2, 5.3, 5.4])


def _digits(digest: str, *, whole: bool) -> str:
    """In lines of the same length: what has to be compared by eye is short."""
    if not whole:
        return digest[:_SHORT]
    return "\n".join(digest[at : at + _LINE] for at in range(0, len(digest), _LINE))


#: The tables of what was chosen: heading of the register's rows, and of what stands beside them.
_GROUNDS = {
    grounds.OBLIGATIONS: ("适用的合规义务", "合规义务", "来源文件及条款"),
    POLICIES: ("适用的内部制度", "制度名称", "文号"),
    grounds.RISKS: ("相关的合规风险", "合规风险", "控制措施"),
    resolutions.ITEMS: ("领导机构的决议", "议题", "机构、日期和票数"),
    "": ("其他依据", "依据", ""),
}


def _basis(one: One) -> Iterator[Block]:
    """What the reviewers of the last round chose, as it read then; nothing is added when it is printed."""
    papers = [row.name for row in _papers(one) if row.role == "basis"]
    if papers:
        yield Para(f"送审材料中的依据：{words.joined(papers)}。")
    chosen = _chosen(one)
    for register_code, (caption, head, beside) in _GROUNDS.items():
        rows = [row for row in chosen if row.register == register_code]
        if not rows:
            continue
        lines: list[list[Value]] = [
            [number, row.title, *([row.source or None] if beside else [])] for number, row in enumerate(rows, 1)
        ]
        columns = ["序号", head, *([beside] if beside else [])]
        yield Table(columns, lines, widths=[1, 6, 5] if beside else [1, 11], caption=caption)
    if not (papers or chosen):
        yield Missing("审查依据") if one.matter.state in _DECIDED else Para("审查依据由审查人提出意见时选定。")


def _chosen(one: One) -> list[Ground]:
    """Each once, whoever chose it."""
    now = {seat.uid for seat in one.round.seats} if one.round is not None else set()
    return list({(row.entry or row.title): row for row in one.grounds if row.seat in now}.values())


# --- opinions -------------------------------------------------------------------------------------------------------


def _opinions(one: One, depth: Depth) -> Iterator[Block]:
    now = one.round
    if now is None:
        yield Missing("审查意见")
        return
    if len(one.rounds) > 1:
        yield from _earlier(one.rounds[:-1])
    given = list(words.seats(now, SeatState.SPOKEN))
    expected = {step.part for step in now.steps} | {part for part, _seat in words.waiting(now)}
    below: Depth = 2 if depth == 1 else 3
    for part, (title, office) in _PARTS.items():
        if part == rules.BODY and part not in expected:
            continue
        yield Heading(below, title)
        mine = [seat for its, seat in given if its == part]
        yield from _part(one.matter, part, title, office, mine, now, is_expected=part in expected)
    yield from _aside(now)


def _part(
    matter: Matter, part: str, title: str, office: str, seats: Sequence[Seat], now: Round, *, is_expected: bool
) -> Iterator[Block]:
    for seat in seats:
        stand = words.STANDS[seat.stand]
        opinion = seat.opinion.strip()
        plain = not opinion or opinion.rstrip("。") == stand
        yield Para(f"{stand}。" if plain else f"{stand}：{opinion}")
        yield Signature([Signed(_office(part, office, seat), words.speaker(seat, now), words.spoken_on(seat))])
    if seats:
        return
    if part == rules.HEAD and matter.major:
        yield Missing("合规负责人签字（重大决策必填）")
    elif is_expected:
        yield Missing(title)
    else:
        yield Para("本事项的审查流程不含这一环节。")


#: Who signs where nobody heads compliance, or in whose hands the head has put it.
_INSTEAD: dict[str, str] = {
    Role.FIRST_RESPONSIBLE: "第一责任人", Role.LEGAL_REPRESENTATIVE: "法定代表人", Role.GENERAL_COUNSEL: "总法律顾问",
}  # fmt: skip


def _office(part: str, office: str, seat: Seat) -> str:
    """Who countersigns speaks for a department: legal affairs, internal control, risk; who signs for the head says so."""
    if part == rules.HEAD and (held := _INSTEAD.get(seat.role)):
        return f"{office}（{held}代行）"
    own = seat.person.department if seat.person is not None else None
    return f"{own.name}{office}" if part == rules.COUNTERSIGN and own is not None else office


def _earlier(rounds: Sequence[Round]) -> Iterator[Block]:
    yield Para(f"本事项此前经过{numeral(len(rounds))}轮审查：")
    for row in rounds:
        for _part_of, seat in words.seats(row, SeatState.SPOKEN):
            said = seat.opinion.strip().replace("\n", " ").rstrip("。")
            opinion = f"，{said}" if said and said != words.STANDS[seat.stand] else ""
            day = words.spoken_on(seat)
            yield Para(
                f"第{numeral(row.run.round)}轮，{shown(day)}，{words.speaker(seat, row)}："
                f"{words.STANDS[seat.stand]}{opinion}。"
            )


def _aside(now: Round) -> Iterator[Block]:
    for _part_of, seat in words.seats(now, SeatState.RECUSED):
        yield Para(
            "{who}回避，理由：{why}。",
            {"who": ("回避人", seat.name), "why": ("回避理由", seat.reason.rstrip("。") or None)},
        )


# --- what came of it ------------------------------------------------------------------------------------------------


def _outcome(one: One) -> Iterator[Block]:
    matter = one.matter
    yield from _taken_back(one)
    is_over = matter.state not in {S.DRAFT, S.IN_REVIEW, S.SUSPENDED} and matter.outcome
    if matter.veto.get("lifted") and matter.passes.exists():
        yield _lifted(matter)
    if matter.veto:
        yield from _veto(one)
    if matter.state == S.WITHDRAWN:
        yield Para(f"送审单位已撤回，理由：{matter.reason.rstrip('。')}。")
    elif is_over and not (matter.veto and matter.outcome == Stand.VETO):
        yield Para(f"{words.STANDS[str(matter.outcome)]}。")
    elif not matter.veto:
        yield Missing("结论")


def _lifted(matter: Matter) -> Block:
    """What counts comes first: it passed, and who let it pass."""
    return Para(
        "通过。{body}决议解除否决，同意本事项实施。审定机构：{body}。",
        {"body": ("作出决议的机构", vetoes.decided_by(matter) or None)},
    )


def _taken_back(one: One) -> Iterator[Block]:
    """A veto that was taken back stays readable: who entered it, why, and why it was taken back."""
    for row in one.rounds:
        for _part_of, seat in words.seats(row, SeatState.DROPPED):
            if seat.stand != Stand.VETO:
                continue
            yield Para(
                "{who}曾于{on}提出否决，理由：{why}。{back}。",
                {
                    "who": ("否决人", words.speaker(seat, row)),
                    "on": ("否决日期", words.spoken_on(seat)),
                    "why": ("否决理由", _end(seat.opinion)),
                    "back": ("撤回的日期和理由", _end(seat.reason)),
                },
            )


def _veto(one: One) -> Iterator[Block]:
    veto = one.matter.veto
    spoken = [seat for row in one.rounds for seat in row.seats if seat.stand == Stand.VETO]
    who = words.speaker(spoken[-1]) if spoken else str(veto["by"])
    day = clock.day_of(datetime.fromisoformat(veto["at"]))
    yield Para(
        "{who}于{on}提出否决，理由：{why}。" if veto.get("lifted") else "否决。{who}于{on}提出，理由：{why}。",
        {"who": ("否决人", who), "on": ("否决日期", day), "why": ("否决理由", _end(veto.get("reason")))},
    )
    if veto.get("reported_on"):
        yield Para(
            "{on}向领导机构{receiver}书面报告，否决生效。",
            {
                "on": ("报告日期", date.fromisoformat(veto["reported_on"])),
                "receiver": ("报告对象", _told_to(veto)),
            },
        )
    else:
        yield Missing("向领导机构报告的日期和对象")
    if lifted := veto.get("lifted"):
        yield Para(
            "{body}于{on}作出决议（{title}）：{text}表决情况：同意{votes_for}票，反对{votes_against}票，"
            "弃权{votes_abstained}票。否决据此解除。",
            {
                "body": ("作出决议的机构", lifted.get("body") or "领导机构"),
                "on": ("决议日期", date.fromisoformat(lifted["on"]) if lifted.get("on") else None),
                "title": ("决议名称", lifted.get("title") or None),
                "text": ("决议内容", f"{_end(lifted.get('text'))}。" if lifted.get("text") else None),
                "votes_for": ("同意票数", lifted.get("votes_for")),
                "votes_against": ("反对票数", lifted.get("votes_against")),
                "votes_abstained": ("弃权票数", lifted.get("votes_abstained")),
            },
        )


def _told_to(veto: Mapping[str, Any]) -> str | None:
    receiver, body = veto.get("receiver"), veto.get("body_name")
    return f"{body}（{receiver}）" if body and receiver else receiver


def _end(text: object) -> str | None:
    return str(text or "").strip().rstrip("。") or None


def _conditions(one: One) -> Iterator[Block]:
    if not one.conditions:
        if one.matter.outcome == Stand.CONDITIONS:
            yield Missing("附条件及落实期限")
        else:
            yield Para("无附加条件。")
        return
    rows: list[list[Value]] = [
        [number, row.text, row.owner.name, row.due_on, "实施前" if row.before else "实施后", words.condition_state(row)]
        for number, row in enumerate(one.conditions, 1)
    ]
    columns = ["序号", "条件", "责任人", "落实期限", "先后", "落实情况"]
    yield Table(columns, rows, widths=[1, 5.6, 1.8, 2.6, 1.8, 2.8])


def _adoption(matter: Matter) -> Block:
    if matter.adopted is None:
        return Missing("采纳情况")
    if matter.adopted:
        return Para("审查意见已采纳。")
    return Para("审查意见未采纳，理由：{why}。", {"why": ("未采纳理由", _end(matter.not_adopted))})


def _validity(one: One) -> Iterator[Block]:
    last = one.live or (one.passes[0] if one.passes else None)
    if last is not None:
        yield Facts([*_pass(last), *_stayed(one.matter)])
        yield Para(
            "通行证当前是否有效，以本系统“核验”页面的答复为准：输入校验码，或者扫描通行证上的二维码，不需要账号。"
        )
    elif one.matter.state in {S.REFUSED, S.VETOED, S.WITHDRAWN}:
        yield Para("本事项未放行，不发审查通行证。")
    else:
        yield Facts([("有效期至", None), ("校验码", None)])


def _stayed(matter: Matter) -> list[tuple[str, Value]]:
    return [("中止", matter.reason)] if matter.state == S.STAYED else []


def _pass(row: Pass) -> list[tuple[str, Value]]:
    facts: list[tuple[str, Value]] = [
        ("有效期至", row.expires_on),
        ("校验码", f"{row.code[:4]} {row.code[4:]}"),
        ("签发日期", clock.day_of(row.issued_at)),
    ]
    if row.revoked_at is not None:
        facts.append(("失效", f"{shown(clock.day_of(row.revoked_at))}失效，{row.reason}"))
    return facts


register(
    Report(
        CODE,
        _l("Review opinions"),
        build,
        permission=P.REVIEW_MATTER_VIEW,
        periods=("month", "quarter", "year"),
        help=_l("What was submitted with its fingerprints, what everybody said, the outcome, conditions and the pass."),
        registers=("reviews", "obligations", "risk_list"),
    )
)
