"""The leak finder on the registers of a firm: what it keeps, what people make of it, and that posture says the same."""

from __future__ import annotations

import io
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.lib.excel import writer
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture import evidence, reading
from guiju.posture import queries as queries_of
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import actions as reviewing
from guiju.review.enums import LeakKind as K
from guiju.review.enums import LeakState
from guiju.review.leaks import actions, looking, queries, spans, wording, workbook
from guiju.review.models import LeakFinding, LeakRun, LeakSettlement, Unasked
from guiju.trail import verify
from guiju.web.review import leakwords
from tests.conftest import Cast
from tests.review.house import Reviewers, drafted, paper, passed, said, submitted

pytestmark = pytest.mark.django_db


def contract(them: Reviewers, number: str, **more: Any) -> Entry:
    values = {
        "number": number, "name": "办公设备采购合同", "party": "某某科技有限公司", "amount": "300000",
        "signed_on": clock.today().isoformat(),
    }  # fmt: skip
    return registers.create(register="contracts", unit=them.unit, values=values | more, by=them.house)


def ago(days: int) -> str:
    return (clock.today() - timedelta(days=days)).isoformat()


def review(them: Reviewers, matter: str, on: str, **more: Any) -> Entry:
    """A review that was held on paper, entered on its day."""
    values = {
        "matter": matter, "subject": "contract", "reviewed_on": on, "reviewer": str(them.person("staff").uid),
        "outcome": "agree",
    }  # fmt: skip
    with clock.simulate(clock.now() - (clock.today() - date.fromisoformat(on))):
        return registers.create(register="reviews", unit=them.unit, values=values | more, by=them.house)


def look(them: Reviewers, **more: Any) -> LeakRun:
    given: dict[str, Any] = {"unit": them.unit, "period": "12m", "by": them.by("staff")}
    return looking.look(**given | more)


def kinds(run: LeakRun) -> list[tuple[str, str]]:
    return [(row.kind, row.title) for row in LeakFinding.objects.filter(run=run).order_by("ordinal")]


def through(them: Reviewers, number: str = "HT-2026-001", **more: Any) -> Any:
    form = {"party": "某某科技有限公司", "contract_number": number}
    values = {"title": "办公设备采购合同", "amount": "300000", "form": form}
    return passed(them, values=values, ref=f"OA-{number}", **more)


def rate_in_posture(them: Reviewers, kind: str) -> tuple[int, int]:
    test = evidence.get("review.rate")
    params = test.Params(subjects=(kind,), months=12)  # type: ignore[call-arg]
    facts = reading.read([them.unit.pk], test.relations(params), on=clock.today())[them.unit.pk]
    outcome = test.measure(facts, clock.today(), params)
    return outcome.ok, outcome.n


def test_a_contract_with_its_pass_is_no_leak_and_one_without_is(them: Reviewers) -> None:
    through(them)
    contract(them, "ＨＴ－2026－001号")
    contract(them, "HT-2026-002", name="食堂食材采购合同", party="另一家公司")
    run = look(them)
    assert kinds(run) == [(K.UNREVIEWED, "食堂食材采购合同")]
    assert [(one["kind"], one["ok"], one["n"]) for one in run.rates] == [("contract", 1, 2)]
    assert verify.run().findings == []


def test_posture_counts_what_the_leak_finder_counts(them: Reviewers) -> None:
    through(them)
    contract(them, "HT-2026-001")
    contract(them, "HT-2026-002", name="食堂食材采购合同", party="甲公司")
    contract(them, "HT-2026-003", name="沥青采购合同", party="乙公司", signed_on=ago(30))
    review(them, "沥青采购合同", ago(10), party="乙公司")
    contract(them, "HT-2024-004", name="早年的合同", signed_on="2024-01-05")
    for title, on in (("用印管理办法", ago(40)), ("差旅管理办法", ago(50))):
        registers.create(
            register="policies", unit=them.unit, by=them.house,
            values={"name": title, "mechanism": "business", "issued_on": on},
        )  # fmt: skip
    review(them, "用印管理办法", ago(41), subject="policy")
    run = look(them)
    whole, _single = queries.rates(run)
    told = {one.kind: (one.ok, one.n) for one in whole}
    assert told == {"contract": (1, 3), "policy": (1, 2), "decision": (0, 0)}
    assert {kind: rate_in_posture(them, kind) for kind in told} == told


def test_a_decision_is_found_by_the_review_that_its_agenda_names(them: Reviewers) -> None:
    held = review(them, "跨江通道投资合规审查", ago(20), subject="decision", number="审2026-0099")
    meeting = registers.create(
        register="meetings", unit=them.unit, by=them.house,
        values={"topic": "decision", "subject": "总经理办公会", "held_on": ago(5)},
    )  # fmt: skip
    item = registers.create(
        register="agenda_items", unit=them.unit, by=them.house,
        values={
            "matter": "议题一", "meeting": str(meeting.uid), "kind": "decide", "major": True, "outcome": "agreed",
            "decided_on": ago(5), "review": str(held.uid), "votes_for": 5, "votes_against": 0, "resolution": "同意",
        },
    )  # fmt: skip
    assert Entry.objects.get(pk=item.pk).text_1 == "审2026-0099"
    run = look(them)
    assert kinds(run) == []
    assert rate_in_posture(them, "decision") == (1, 1)


def test_the_file_that_was_signed_is_compared_with_the_one_that_was_reviewed(them: Reviewers) -> None:
    through(them)
    other = paper(b"another text", name="合同.txt")
    given = {"digest": other["digest"], "name": other["name"], "size": 12, "media_type": "text/plain"}
    contract(them, "HT-2026-001", files=[given])
    run = look(them)
    found = LeakFinding.objects.get(run=run)
    assert (found.kind, wording.why(found)) == (K.CHANGED, [str(wording.why(found)[0])])
    assert found.sides["review"]["number"].startswith("审")


def test_a_withdrawn_pass_and_a_waiting_condition_are_told(them: Reviewers) -> None:
    row = through(them)
    reviewing.void(matter=row, reason="对方资质是伪造的", by=them.by("head"))
    contract(them, "HT-2026-001", signed_on=clock.today().isoformat())
    assert kinds(look(them)) == []  # signed on the day on which it was withdrawn
    with clock.simulate(clock.now() + timedelta(days=3)):
        contract(
            them, "HT-2026-001-补", name="办公设备采购合同", signed_on=clock.today().isoformat(), review=str(row.entry)
        )
        run = look(them)
        assert kinds(run) == [(K.EXPIRED, "办公设备采购合同")]
        assert LeakFinding.objects.get(run=run).why == "withdrawn"


def test_a_condition_that_had_to_come_first(them: Reviewers) -> None:
    due = (clock.today() + timedelta(days=10)).isoformat()
    form = {"party": "某某科技有限公司", "contract_number": "HT-2026-001"}
    row = said(them, submitted(them, values={"title": "办公设备采购合同", "amount": "300000", "form": form}), "officer")
    said(
        them, row, "staff", "conditions", "补授权书", conditions=[{"text": "取得授权书", "due_on": due, "before": True}]
    )
    contract(them, "HT-2026-001")
    run = look(them)
    assert kinds(run) == [(K.CONDITION, "办公设备采购合同")]
    assert "取得授权书" in wording.why(LeakFinding.objects.get(run=run))[0]


def test_a_matter_still_under_review_stands_beside_what_was_done(them: Reviewers) -> None:
    drafted(them)
    submitted(them, ref="HT-2026-002")
    contract(them, "HT-2026-002")
    found = LeakFinding.objects.get(run=look(them))
    assert (found.kind, found.why) == (K.UNREVIEWED, "in_review")
    assert found.sides["review"]["title"] == "办公设备采购合同"


def test_contracts_cut_below_the_limit_of_the_own_route(them: Reviewers) -> None:
    for place in (1, 2):
        contract(them, f"HT-{place}", name=f"跨江通道工程（第{place}标段）", amount="4800000", signed_on=ago(place))
        review(them, f"跨江通道工程（第{place}标段）", ago(3), about=f"HT-{place}", amount="4800000")
    run = look(them)
    assert kinds(run) == [(K.SPLIT, "跨江通道工程（第2标段）")]
    found = LeakFinding.objects.get(run=run)
    assert (found.amount, len(found.sides["deeds"])) == (Decimal(9_600_000), 2)


# --- ledgers --------------------------------------------------------------------------------------------------------


def workbook_of(title: str, labels: list[str], rows: list[list[object]]) -> io.BytesIO:
    content = io.BytesIO()
    writer.write(content, title=title, columns=[writer.Column(label) for label in labels], rows=rows)
    content.seek(0)
    return content


def test_ledgers_that_are_handed_in_are_matched_and_judged(them: Reviewers) -> None:
    through(them)
    labels = ["合同编号", "合同名称", "对方单位", "合同金额（万元）", "签订日期"]
    rows: list[list[object]] = [
        ["HT-2026-001", "办公设备采购合同", "某某科技有限公司", Decimal(30), clock.today()],
        ["HT-2026-002", "桥梁检测合同", "检测公司", Decimal("12.5"), clock.today()],
        ["合计", None, None, Decimal("42.5"), None],
    ]
    paid = (
        "凭证号,合同编号,摘要,收款单位,付款金额,付款日期\n1,ht-2026-001号,首付款,某某科技有限公司,310000,"
        + clock.today().isoformat()
    )
    run = look(
        them,
        handed=[
            looking.Handed("合同台账.xlsx", workbook_of("2026年合同台账", labels, rows)),
            looking.Handed("付款.csv", io.BytesIO(paid.encode("gb18030"))),
        ],
    )
    assert kinds(run) == [(K.UNREVIEWED, "桥梁检测合同"), (K.CHANGED, "办公设备采购合同")]
    assert [(one["kind"], one["rows"], one["totals"]) for one in run.ledgers] == [("contract", 2, 1), ("finance", 1, 0)]
    assert run.matched == {"全部匹配": 1, "缺少财务表内容": 1}
    made = io.BytesIO()
    assert workbook.merged(run, made) == 2
    assert workbook.findings(run, io.BytesIO()) == 2


def test_a_payment_that_names_no_contract_is_put_before_people_and_worsens_no_rate(them: Reviewers) -> None:
    today = clock.today().isoformat()
    heads = "凭证号,合同编号,摘要,收款单位,付款金额,付款日期\n"
    rows = f"1,,三月电费,临澜供电局,8200,{today}\n2,HT-2026-031,支付检测费,检测公司,5000,{today}\n"
    contract(them, "HT-2026-030")
    before = _contract_rate(look(them))
    run = look(them, handed=[looking.Handed("付款.csv", io.BytesIO((heads + rows).encode("gb18030")))])
    found = {one.title: one for one in LeakFinding.objects.filter(run=run, kind=K.UNREVIEWED)}
    assert set(found) == {"办公设备采购合同", "三月电费", "支付检测费"}
    power, named = found["三月电费"], found["支付检测费"]
    assert (power.sides["rate"], named.sides["rate"]) == ("", "contract"), "a number is a contract, whoever wrote it"
    assert _contract_rate(run) == (before[0], before[1] + 1)
    with translation.override("en"):
        assert "does not say for which contract" in wording.why(power)[0]
        assert wording.why(named) == ["No review of it was found."]
        assert leakwords.deed(power.sides["deeds"][0])["what"] == "Payment"
    settled = actions.set_aside(finding=power, reason="电费，无需合同", by=them.by("second"))
    assert settled.state == LeakState.ASIDE


def _contract_rate(run: LeakRun) -> tuple[int, int]:
    (rate,) = [one for one in run.rates if one["kind"] == "contract"]
    return rate["ok"], rate["n"]


def test_a_file_that_is_no_ledger_is_refused_by_its_name(them: Reviewers) -> None:
    for name, data, code in (
        ("台账.txt", b"x", "ledger.kind"),
        ("台账.csv", "姓名,电话\n张三,1".encode(), "ledger.not_found"),
        ("台账.xlsx", b"PK\x03\x04 not a workbook", "file.broken"),
    ):
        with pytest.raises(Problem) as refused:
            look(them, handed=[looking.Handed(name, io.BytesIO(data))])
        assert (refused.value.code, LeakRun.objects.count()) == (code, 0)


# --- what becomes of it ---------------------------------------------------------------------------------------------


def one(them: Reviewers) -> LeakFinding:
    contract(them, "HT-2026-009", owner=str(them.person("second").uid))
    return LeakFinding.objects.get(run=look(them))


def test_a_finding_becomes_a_rectification_and_stays_one_when_it_is_found_again(them: Reviewers) -> None:
    row = one(them)
    due = clock.today() + timedelta(days=20)
    with pytest.raises(Problem) as bare:
        actions.rectify(finding=row, values={}, by=them.by("staff"))
    assert {fault.where for fault in bare.value.faults} == {"owner", "due_on"}
    values = {"owner": str(them.person("officer").uid), "due_on": due.isoformat(), "source": "audit"}
    settled = actions.rectify(finding=row, values=values, by=them.by("staff"), version=0)
    assert settled.rectification is not None
    with translation.override("en"):
        assert f"”, {wording.kind(row.kind)}: " in wording.sentence(row)  # what it is and why, not run into one
    entry = Entry.objects.get(register="rectifications", uid=settled.rectification)
    assert (entry.kind, entry.owner, entry.due_on) == ("monitoring", them.person("officer"), due)
    again = look(them)
    (found,), count = queries.findings(again)
    assert (found.state, count) == (LeakState.RECTIFIED, 1)
    assert queries.findings(again, state="open")[1] == 0
    with pytest.raises(Problem) as refused:
        actions.set_aside(finding=found.row, reason="不是", by=them.by("staff"))
    assert refused.value.status == 409


def test_a_finding_is_set_aside_with_a_reason_and_not_by_whoever_signed(them: Reviewers) -> None:
    row = one(them)
    with pytest.raises(Problem) as bare:
        actions.set_aside(finding=row, reason="  ", by=them.by("staff"))
    assert {fault.where for fault in bare.value.faults} == {"reason"}
    with pytest.raises(Problem) as own:
        actions.set_aside(finding=row, reason="没有必要", by=them.by("second"))
    assert own.value.status == 403
    actions.set_aside(finding=row, reason="示范文本，免于审查。", by=them.by("staff"), version=0)
    assert queries.findings(look(them), state="aside")[1] == 1
    with pytest.raises(Problem) as late:
        actions.set_aside(finding=row, reason="再来一次", by=them.by("head"), version=0)
    assert late.value.status == 409
    assert actions.take_up(finding=row, by=them.by("head"), version=1).state == LeakState.OPEN
    assert verify.run().findings == []
    LeakSettlement.objects.update(state=LeakState.ASIDE)
    assert verify.run().findings != []


def test_only_the_compliance_office_looks_and_strangers_see_nothing(them: Reviewers, cast: Cast) -> None:
    run = look(them)
    for who, status in (("buyer", 404), ("officer", 404), ("chair", 403)):
        with pytest.raises(Problem) as refused:
            look(them, by=them.by(who))
        assert refused.value.status == status
    with pytest.raises(Problem) as hidden:
        queries.run(cast.actor(cast.tan), run.uid)
    assert hidden.value.status == 404


def test_all_levels_are_counted_unit_by_unit(them: Reviewers, cast: Cast) -> None:
    contract(them, "HT-1")
    for unit, number in ((cast.group, "JT-1"), (cast.grandchild, "ZZ-1")):
        registers.create(
            register="contracts", unit=unit, by=cast.house,
            values={"number": number, "name": "合同", "party": "甲", "signed_on": ago(1)},
        )  # fmt: skip
    run = look(them, unit=cast.group, below=True, by=cast.actor(cast.lin))
    assert sorted((row["unit"], row["ok"], row["n"]) for row in run.rates) == sorted(
        (unit.code, 0, 1) for unit in (cast.group, cast.sub, cast.grandchild)
    )
    (_policy, whole, _decision), _single = queries.rates(run)
    assert (whole.ok, whole.n) == (0, 3)
    assert len(kinds(look(them, unit=cast.group, by=cast.actor(cast.lin)))) == 1


def test_the_questions_do_not_grow_with_the_rows(them: Reviewers, django_assert_max_num_queries: Any) -> None:
    for place in range(30):
        contract(them, f"HT-{place}", party=f"公司{place}")
    with django_assert_max_num_queries(34):
        look(them)


def test_a_period_ahead_is_refused(them: Reviewers) -> None:
    with pytest.raises(Problem) as refused:
        look(them, period=f"{clock.today().year + 1}")
    assert refused.value.code == "leaks.period"
    assert spans.days("2025Q1") == (date(2025, 1, 1), date(2025, 3, 31))


def test_the_answer_to_the_document_moves_with_the_reviews(them: Reviewers) -> None:
    """第二十一条: contracts that nobody submitted are seen, and a review entered for one turns the answer."""
    pack = catalogue.current("cn:sasac:order-42")
    posture.adopt(unit=them.unit, pack=pack, by=them.house, base_date=date(2022, 10, 1))
    contract(them, "HT-1")

    def answer() -> str:
        found = queries_of.requirement(by=them.by("staff"), unit=them.unit, pack=pack, code="21-3")
        assert found is not None
        return str(found.status)

    assert answer() == "unmet"
    review(them, "办公设备采购合同", ago(1), about="HT-1", party="某某科技有限公司")
    assert answer() == "met"


def test_what_was_done_while_the_gate_was_away_is_judged_too(them: Reviewers) -> None:
    row = through(them)
    digest = row.papers.get().digest
    told = {
        "unit": them.unit, "root": them.unit.root or them.unit, "system": "oa", "kind": "seal", "doing": "YY-1",
        "acted_at": clock.now(), "went_on": True, "code": "x", "told_at": clock.now(), "by": "OA",
    }  # fmt: skip
    for ref, seen in (("OA-HT-2026-001", digest), ("OA-9", "9" * 64)):
        Unasked.objects.create(uid=uuid.uuid4(), ref=ref, digest=seen, **told)
    assert kinds(look(them)) == [(K.UNREVIEWED, "oa OA-9")]
    Unasked.objects.filter(ref="OA-HT-2026-001").update(digest="8" * 64)
    assert (K.CHANGED, "oa OA-HT-2026-001") in kinds(look(them))
