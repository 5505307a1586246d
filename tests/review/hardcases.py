"""Leaks that hide, and clean contracts that look like leaks; what no ledger can settle stands apart in `BEYOND`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from guiju.review.leaks.facts import Condition, Review
from tests.review.hardyear import THINGS, TODAY, Scenario, Told, Year, capitals

# --- carried out without review -------------------------------------------------------------------------------------


def beside_a_reviewed_one(y: Year) -> None:
    """Same firm, same name, same month; only one of the two was brought."""
    one = y.sign()
    two = y.sign(party=one.party, title=one.title, amount=30_000, on=one.on + timedelta(days=4))
    y.pass_(one)
    y.leak("unreviewed", two)


def numbers_near_each_other(y: Year) -> None:
    one, two = y.sign(number=f"LT-2026-1{y.count:03}2"), y.sign(number=f"LT-2026-1{y.count + 1:03}8")
    y.pass_(one)
    y.leak("unreviewed", two)


def supplement_without_review(y: Year) -> None:
    one = y.sign()
    two = y.sign(
        number=f"{one.number}补{y.rng.choice(('1', '充协议1', '充协议一'))}",
        title=f"{one.title}补充协议",
        party=one.party,
    )
    y.pass_(one)
    y.leak("unreviewed", two)


def paid_without_a_contract(y: Year) -> None:
    one = y.sign()
    y.rows.pop()
    y.pay(one, 8_000, 0)
    y.leaks["unreviewed", frozenset({-len(y.paid)})] = y.now


def turned_down(y: Year) -> None:
    one = y.sign()
    y.pass_(one, state=y.rng.choice(("refused", "vetoed", "returned")))
    y.leak("unreviewed", one)


def number_from_a_scan(y: Year) -> None:
    one = y.sign()
    y.pass_(one, title="另一种叫法", about=(one.number.replace("0", "O").replace("-1", "-l").replace("LT-2", "LT—2"),))


def number_in_full_width(y: Year) -> None:
    one = y.sign(number=f"临合〔2026〕第{y.count}号")
    y.pass_(one, about=(f"临合［２０２６］第{''.join(chr(0xFF10 + int(d)) for d in one.number[9:-1])}号 ",), title="x")


def number_without_noughts(y: Year) -> None:
    """A spreadsheet makes 000123 of it 123."""
    y.count += 1
    one = y.sign(number=f"000{7000 + y.count}", written={"number": 7000 + y.count})
    y.pass_(one, title="x")


def named_by_its_review(y: Year) -> None:
    one = y.sign()
    review = y.pass_(one, about=(), title="采购事项审查")
    one.written["review"] = review.number.replace("审", "审 ")


def firm_renamed(y: Year) -> None:
    """Reviewed without a number under the firm's former name, which the ledger tells."""
    old, new = y.firm(), y.firm()
    one = y.sign(party=f"{new}（{y.rng.choice(('原', '曾用名：', '原名：'))}{old}）")
    y.pass_(one, about=(), party=old)


def firm_in_short(y: Year) -> None:
    one = y.sign()
    ending = y.rng.choice(("有限责任公司", "公司", "有限公司（以下简称乙方）"))
    y.pass_(one, about=(), party=one.party.replace("有限公司", ending))


def draft_in_its_name(y: Year) -> None:
    one = y.sign()
    y.pass_(one, about=(), title=f"关于{y.rng.choice(('', '审议', '签订', '订立'))}《{one.title}》（送审稿）的请示")


def carried_on_from_last_year(y: Year) -> None:
    """It stands in two sheets, or twice in one."""
    y.pass_(y.sign(written={"twice": True}))


def supplement_reviewed(y: Year) -> None:
    one = y.sign()
    two = y.sign(
        number=f"{one.number}-补1", title=f"{one.title}补充协议", party=one.party, on=one.on + timedelta(days=40)
    )
    y.pass_(one)
    y.pass_(two)


# --- reviewed afterwards --------------------------------------------------------------------------------------------


def a_day_late(y: Year) -> None:
    one = y.sign()
    y.pass_(one, on=one.on + timedelta(days=y.rng.choice((1, 1, 2, 30))), until=None)
    y.leak("late", one)


def advance_before_review(y: Year) -> None:
    one = y.sign()
    y.pass_(one, on=one.on - timedelta(days=1))
    y.pay(one, one.amount // 3, -y.rng.randint(2, 20), y.rng.choice(("预付款", "定金", "设备首款")))
    y.leak("late", one)


def typed_in_the_day_after(y: Year) -> None:
    one = y.sign()
    y.pass_(one, entered=one.on + timedelta(days=1))
    y.leak("entered", one)


def typed_in_for_the_inspection(y: Year) -> None:
    """Two of one name with one firm: the second has its review on record, the first got it weeks afterwards."""
    one = y.sign()
    two = y.sign(party=one.party, title=one.title, on=one.on + timedelta(days=20))
    y.pass_(one, entered=one.on + timedelta(days=60))
    y.pass_(two, entered=two.on)
    y.leak("entered", one)


def typed_in_on_the_day(y: Year) -> None:
    one = y.sign()
    y.pass_(one, about=(), entered=one.on)


def typed_in_beside_a_pass(y: Year) -> None:
    """What was reviewed in time is entered once more, afterwards."""
    one = y.sign()
    y.pass_(one)
    y.pass_(one, entered=one.on + timedelta(days=3))


def deposit_given_back(y: Year) -> None:
    """A bidder gets his deposit back before the contract is reviewed."""
    one = y.sign()
    y.pass_(one, on=one.on - timedelta(days=1))
    y.pay(one, 20_000, -y.rng.randint(5, 30), y.rng.choice(("退还投标保证金", "投标保证金退款", "保证金退回")))


def reviewed_in_the_morning(y: Year) -> None:
    one = y.sign()
    y.pass_(one, on=one.on)


# --- changed after the review ---------------------------------------------------------------------------------------


def amount_in_capitals_differs(y: Year) -> None:
    one = y.sign(amount=y.rng.randint(11, 89) * 10_000)
    y.pass_(one, amount=Decimal(one.amount - 10_000))
    one.written["amount"] = capitals(one.amount)
    y.leak("changed", one)


def a_little_more(y: Year) -> None:
    one = y.sign()
    y.pass_(one, amount=Decimal(one.amount) - Decimal("0.01") * y.rng.randint(1, 900_000))
    y.leak("changed", one)


def signed_with_a_branch(y: Year) -> None:
    one = y.sign()
    y.pass_(one)
    one.written["party"] = y.rng.choice((f"{one.party}北亭分公司", one.party.replace("有限公司", "集团有限公司")))
    y.leak("changed", one)


def paid_more_in_parts(y: Year) -> None:
    one = y.sign()
    y.pass_(one)
    for place in range(4):
        y.pay(one, one.amount // 4 + 300, 10 + 20 * place)
    y.leak("changed", one)


def paid_more_than_with_its_supplement(y: Year) -> None:
    one = y.sign()
    two = y.sign(number=f"{one.number}补1", title=f"{one.title}补充协议", party=one.party, amount=10_000)
    y.pass_(one)
    y.pass_(two)
    y.pay(one, one.amount + 10_500, 30)
    y.leak("changed", one)


def orders_above_their_framework(y: Year) -> None:
    frame = y.sign(title=f"{y.rng.choice(THINGS)}框架协议", amount=900_000)
    review = y.pass_(frame)
    orders = [_order(y, frame, review, 480_000) for _twice in range(2)]
    y.leak("changed", frame)
    for order in orders:
        y.leak("changed", order)


def _order(y: Year, frame: Told, review: Review, amount: int) -> Told:
    y.count += 1
    return y.sign(
        title=f"{frame.title}项下订单{y.count}", party=frame.party, amount=amount, on=frame.on + timedelta(days=10),
        written={"review": review.number},
    )  # fmt: skip


def the_same_pass_twice(y: Year) -> None:
    """A second contract leans on the review of the first."""
    one = y.sign(amount=300_000)
    review = y.pass_(one)
    two = y.sign(party=one.party, amount=300_000, on=one.on + timedelta(days=1), written={"review": review.number})
    y.leak("changed", one)
    y.leak("changed", two)


def amount_in_capitals(y: Year) -> None:
    one = y.sign(amount=y.rng.choice((y.rng.randint(20_000, 800_000), 1_000_000, 300_000, 205_000, 100_050)))
    y.pass_(one)
    one.written["amount"] = capitals(one.amount)


def amount_as_people_write(y: Year) -> None:
    one = y.sign(amount=y.rng.randint(2, 80) * 10_000)
    y.pass_(one)
    ways = (
        f"￥{one.amount:,}.00",
        f"{one.amount // 10_000}万元",
        f"{one.amount} 元",
        f"人民币{one.amount}元",
        f"{one.amount:,}",
    )
    one.written["amount"] = y.rng.choice(ways)


def reviewed_without_tax(y: Year) -> None:
    one = y.sign(amount=113_000 * y.rng.randint(1, 6))
    net = one.amount * 100 // 113
    y.pass_(one, amount=Decimal(net))
    one.written["net"] = net


def in_foreign_money(y: Year) -> None:
    one = y.sign(written={"currency": y.rng.choice(("美元", "USD", "新加坡元", "欧元"))})
    y.pass_(one, amount=Decimal(one.amount) * 7)


def in_yuan_by_name(y: Year) -> None:
    y.pass_(y.sign(written={"currency": y.rng.choice(("人民币", "RMB", "CNY", "人民币元"))}))


def paid_in_parts_with_a_refund(y: Year) -> None:
    one = y.sign()
    y.pass_(one)
    y.pay(one, one.amount // 2, 5)
    y.pay(one, one.amount // 2 + 900, 50)
    y.pay(one, -900, 60, "多付款退回")
    y.pay(one, one.amount - 2 * (one.amount // 2), 70, "质保金")


def paid_with_its_supplement(y: Year) -> None:
    one = y.sign()
    two = y.sign(number=f"{one.number}补1", title=f"{one.title}补充协议", party=one.party, amount=25_000)
    y.pass_(one)
    y.pass_(two)
    y.pay(one, one.amount + 25_000, 30)


def orders_within_their_framework(y: Year) -> None:
    frame = y.sign(title=f"{y.rng.choice(THINGS)}框架协议", amount=900_000)
    review = y.pass_(frame)
    for amount in (400_000, 300_000, 200_000):
        _order(y, frame, review, amount)


def firm_with_its_former_name(y: Year) -> None:
    one = y.sign()
    y.pass_(one)
    one.written["party"] = f"{y.firm()}（原{one.party}）"


# --- in pieces ------------------------------------------------------------------------------------------------------


def _pieces(
    y: Year, titles: Sequence[str], *, step: int, amount: tuple[int, int] = (2_600_000, 4_900_000), **more: Any
) -> list[Told]:
    party, start = y.firm(), date(2026, 3, 1) + timedelta(days=y.rng.randint(0, 60))
    rows = [
        y.sign(title=title, party=party, amount=y.rng.randint(*amount), on=start + timedelta(days=step * place))
        for place, title in enumerate(titles)
    ]
    for row in rows:
        y.pass_(row, **more)
    return rows


def by_lots(y: Year) -> None:
    thing = y.rng.choice(THINGS)
    form = y.rng.choice(("{t}（{c}标段）合同", "{t}{a}包合同", "{t}第{n}期合同", "{t}合同（{n}号楼）", "{n}月{t}合同"))
    titles = [form.format(t=thing, c="一二三"[at], a="ABC"[at], n=at + 3) for at in range(y.rng.randint(2, 3))]
    y.leak("split", *_pieces(y, titles, step=y.rng.randint(0, 20)))


def by_two_ways_of_writing_the_firm(y: Year) -> None:
    thing = y.rng.choice(THINGS)
    rows = _pieces(y, [f"{thing}一期合同", f"{thing}二期合同"], step=7)
    rows[1].written["party"] = rows[1].party.replace("有限公司", "有限责任公司")
    y.leak("split", *rows)


def by_parts_of_the_thing(y: Year) -> None:
    thing = y.rng.choice(THINGS)
    y.leak("split", *_pieces(y, [f"综合楼{thing}材料采购合同", f"综合楼{thing}安装采购合同"], step=5))


def the_same_year_after_year(y: Year) -> None:
    thing = y.rng.choice(THINGS)
    _pieces(y, [f"{thing}上半年合同", f"{thing}下半年合同"], step=y.rng.randint(61, 120))


def month_by_month_below(y: Year) -> None:
    thing = y.rng.choice(THINGS)
    _pieces(y, [f"{month}月{thing}合同" for month in range(3, 9)], step=30, amount=(200_000, 700_000))


def one_firm_for_several_things(y: Year) -> None:
    first, second = y.rng.sample(THINGS, 2)
    _pieces(y, [f"{first}合同", f"{second}合同"], step=3)


def in_pieces_but_the_long_way(y: Year) -> None:
    thing = y.rng.choice(THINGS)
    _pieces(
        y,
        [f"{thing}一标合同", f"{thing}二标合同"],
        step=3,
        parts=frozenset({"first", "countersign", "compliance", "head"}),
    )


# --- conditions, ended passes ---------------------------------------------------------------------------------------


def _conditioned(y: Year, **more: Any) -> Told:
    one = y.sign()
    given: dict[str, Any] = {
        "text": "补授权书",
        "due_on": one.on + timedelta(days=5),
        "before": True,
        "met_on": None,
    } | more
    y.pass_(
        one,
        conditions=(Condition("已满足的", one.on, before=True, met_on=one.on - timedelta(days=1)), Condition(**given)),
    )
    return one


def met_too_late(y: Year) -> None:
    one = _conditioned(y)
    day = one.on + timedelta(days=y.rng.randint(1, 9))
    last = y.reviews[-1].conditions[-1]
    y.reviews[-1] = _with(y.reviews[-1], Condition(last.text, last.due_on, before=True, met_on=day))
    y.leak("condition", one)


def paid_before_it_was_met(y: Year) -> None:
    one = y.sign()
    y.pass_(
        one, on=one.on - timedelta(days=25), conditions=(Condition("取得批复", one.on, before=True, met_on=one.on),)
    )
    y.pay(one, 1_000, -3, "预付款")
    y.leak("condition", one)


def never_met(y: Year) -> None:
    y.leak("condition", _conditioned(y, before=False, due_on=TODAY - timedelta(days=1)))


def met_on_the_day(y: Year) -> None:
    one = y.sign()
    y.pass_(one, conditions=(Condition("补授权书", one.on, before=True, met_on=one.on),))


def due_today(y: Year) -> None:
    _conditioned(y, before=False, due_on=TODAY)


def _with(review: Review, condition: Condition) -> Review:
    return replace(review, conditions=(*review.conditions[:-1], condition))


def ended_the_day_before(y: Year) -> None:
    one = y.sign()
    y.pass_(one, on=one.on - timedelta(days=200), until=one.on - timedelta(days=y.rng.choice((1, 20))))
    y.leak("expired", one)


def withdrawn_and_signed_all_the_same(y: Year) -> None:
    one = y.sign()
    y.pass_(one, on=one.on - timedelta(days=30), until=one.on - timedelta(days=2), ended="withdrawn")
    y.leak("expired", one)


def ends_on_the_day(y: Year) -> None:
    one = y.sign()
    y.pass_(one, until=one.on)


def renewed_under_another_name(y: Year) -> None:
    one = y.sign()
    y.pass_(one, on=one.on - timedelta(days=200), until=one.on - timedelta(days=20))
    y.pass_(one, title=f"{one.title}（续）", on=one.on - timedelta(days=3))


# --- what no ledger can settle --------------------------------------------------------------------------------------


def two_streets(y: Year) -> None:
    """Two streets are lit by one firm: two projects, or one in two pieces. Nobody can tell from the names. Clean."""
    _pieces(y, ["滨江路照明工程合同", "环城路照明工程合同"], step=6)


def tax_that_nobody_writes(y: Year) -> None:
    """Reviewed without tax, signed with it, and no column says so. Clean."""
    one = y.sign(amount=113_000 * y.rng.randint(1, 6))
    y.pass_(one, amount=Decimal(one.amount * 100 // 113))


def renamed_in_silence(y: Year) -> None:
    """The firm has a new name and the ledger does not say so. Clean."""
    one = y.sign()
    y.pass_(one)
    one.written["party"] = y.firm()


def two_digits_changed_places(y: Year) -> None:
    """Somebody mistyped the number in the review; firm, name, amount and day are right. Clean."""
    one = y.sign(number=f"LT-2026-{y.count + 100}47")
    y.pass_(one, about=(f"{one.number[:-2]}74",))


def reviewed_by_the_parent(y: Year) -> None:
    """A contract within the group was reviewed once, by the parent. Clean."""
    one = y.sign()
    y.pass_(one, unit="PARENT")


def pieces_over_two_firms(y: Year) -> None:
    """Cut between two firms of one owner. A leak."""
    thing = y.rng.choice(THINGS)
    rows = _pieces(y, [f"{thing}一期合同", f"{thing}二期合同"], step=4)
    rows[1].written["party"] = y.firm()
    y.reviews[-1] = _party(y.reviews[-1], rows[1].written["party"])
    y.leak("split", *rows)


def pieces_far_apart(y: Year) -> None:
    """Cut, and the second half signed after three months. A leak."""
    thing = y.rng.choice(THINGS)
    y.leak("split", *_pieces(y, [f"{thing}一期合同", f"{thing}二期合同"], step=92))


def _party(review: Review, party: str) -> Review:
    return replace(review, party=party)


LEAKS: dict[str, tuple[Scenario, ...]] = {
    "unreviewed": (
        beside_a_reviewed_one, numbers_near_each_other, supplement_without_review, paid_without_a_contract, turned_down,
    ),
    "late": (a_day_late, advance_before_review),
    "entered": (typed_in_the_day_after, typed_in_for_the_inspection),
    "changed": (
        amount_in_capitals_differs, a_little_more, signed_with_a_branch, paid_more_in_parts,
        paid_more_than_with_its_supplement, orders_above_their_framework, the_same_pass_twice,
    ),
    "split": (by_lots, by_two_ways_of_writing_the_firm, by_parts_of_the_thing),
    "condition": (met_too_late, paid_before_it_was_met, never_met),
    "expired": (ended_the_day_before, withdrawn_and_signed_all_the_same),
}  # fmt: skip
CLEAN: tuple[Scenario, ...] = (
    number_from_a_scan, number_in_full_width, number_without_noughts, named_by_its_review, firm_renamed, firm_in_short,
    draft_in_its_name, carried_on_from_last_year, supplement_reviewed, deposit_given_back, reviewed_in_the_morning,
    amount_in_capitals, amount_as_people_write, reviewed_without_tax, in_foreign_money, in_yuan_by_name,
    paid_in_parts_with_a_refund, paid_with_its_supplement, orders_within_their_framework, firm_with_its_former_name,
    the_same_year_after_year, month_by_month_below, one_firm_for_several_things, in_pieces_but_the_long_way,
    met_on_the_day, due_today, ends_on_the_day, renewed_under_another_name, typed_in_on_the_day,
    typed_in_beside_a_pass,
)  # fmt: skip
BEYOND: tuple[Scenario, ...] = (
    two_streets, tax_that_nobody_writes, renamed_in_silence, two_digits_changed_places, reviewed_by_the_parent,
    pieces_over_two_firms, pieces_far_apart,
)  # fmt: skip
