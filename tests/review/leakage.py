"""Generated ledgers with leaks of every kind and clean look-alikes beside them; how well the finder tells them apart.

    python -m tests.review.leakage [worlds] [seed]

prints precision and recall for each kind of leak, and answers 1 unless all are 1. A world is one company's year: a
contract ledger and a finance ledger as firms keep them (a header somewhere in the first six rows, totals between,
numbers in every way of writing), its rules and decisions, and its reviews. Each scenario is one thing with what
became of it; those in `MUTATIONS` hold a leak of their kind, those in `LOOK_ALIKES` hold none although they look it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":  # pragma: no cover  as a command it stands outside the test run
    import tempfile

    os.environ.setdefault("GUIJU_HOME", tempfile.mkdtemp(prefix="leakage-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guiju.settings")
    import django

    django.setup()

from guiju.lib import pairing
from guiju.lib.excel.cells import Cell, Row, Sheet
from guiju.review.enums import LeakKind as K
from guiju.review.leaks import finding, ledgers, merging
from guiju.review.leaks.facts import Condition, Deed, File, Review, Terms, Threshold

if TYPE_CHECKING:
    from guiju.review.leaks.finding import Result

TODAY = date(2026, 11, 20)
LIMIT = Decimal(5_000_000)
LONG_WAY = frozenset({"first", "compliance", "head"})
SHORT_WAY = frozenset({"first", "compliance"})
UNIT = "HD-1"
_GOODS = (
    "办公设备",
    "消防维保",
    "桥梁检测",
    "法律顾问服务",
    "食堂食材",
    "劳务分包",
    "沥青",
    "信息系统运维",
    "物业保洁",
    "勘察设计",
)
_FIRMS = ("江海", "顺达", "宏图", "天工", "远方", "金桥", "绿源", "恒信")
Name = tuple[str, ...]


@dataclass(slots=True)
class World:
    """What one company did and had reviewed, and the findings that are expected."""

    rng: Random
    contracts: list[dict[str, Any]] = field(default_factory=list)
    payments: list[dict[str, Any]] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    expected: set[tuple[str, Name]] = field(default_factory=set)
    #: Which scenarios it holds, for the message of a test that fails.
    told: list[str] = field(default_factory=list)
    count: int = 0

    # --- making ---

    def contract(self, **more: Any) -> dict[str, Any]:
        """A contract of its own firm, into the contract ledger."""
        self.count += 1
        goods = self.rng.choice(_GOODS)
        row = {
            "number": f"HT(2026)-{self.count:03}",
            "title": f"{goods}合同",
            "party": f"{self.rng.choice(_FIRMS)}{self.count}有限公司",
            "amount": Decimal(self.rng.randint(10_000, 900_000)),
            "on": date(2026, 2, 1) + timedelta(days=self.rng.randint(0, 240)),
        } | more
        self.contracts.append(row)
        return row

    def review(self, row: dict[str, Any], **more: Any) -> Review:
        """Its review, some days before, with everything as it was signed."""
        given: dict[str, Any] = {
            "key": f"review-{len(self.reviews)}", "unit": UNIT, "kind": "contract", "title": row["title"],
            "on": row["on"] - timedelta(days=self.rng.randint(0, 20)), "until": row["on"] + timedelta(days=90),
            "number": f"审2026-{len(self.reviews):04}", "about": (self.disguised(row["number"]),),
            "party": row["party"], "amount": row["amount"], "parts": SHORT_WAY,
        }  # fmt: skip
        one = Review(**given | more)
        self.reviews.append(one)
        return one

    def pay(self, row: dict[str, Any], amount: Decimal, on: date) -> None:
        """A row of the finance ledger."""
        self.payments.append(
            {"number": row["number"], "title": "支付合同款", "party": row["party"], "amount": amount, "on": on}
        )

    def other(self, kind: str, title: str, on: date, **more: Any) -> Deed:
        """A rule issued, or a decision taken."""
        self.count += 1
        deed = Deed(key=f"{kind}-{self.count}", unit=UNIT, kind=kind, title=title, on=on, **more)
        self.deeds.append(deed)
        return deed

    def expect(self, kind: str, *names: str) -> None:
        self.expected.add((kind, tuple(sorted(pairing.number_key(name) for name in names))))

    def disguised(self, number: str) -> str:
        """The number as somebody else writes it."""
        ways = (
            lambda word: word.translate(str.maketrans("0123456789()-", "０１２３４５６７８９（）－")),
            lambda word: word.replace("(", "〔").replace(")", "〕"),
            lambda word: word.replace("(", "[").replace(")", "]").lower(),
            lambda word: f"{word}号",
            lambda word: f" {word} ",
            lambda word: word,
        )  # fmt: skip
        return self.rng.choice(ways)(number)

    # --- looking ---

    def result(self, *, sheets: Sequence[Sheet] | None = None) -> Result:
        """What the finder says: through the ledgers, as they are read."""
        found = ledgers.find(sheets if sheets is not None else self.sheets(), name="台账.xlsx")
        told = merging.deeds(merging.merge(found), unit=UNIT, known=self.deeds)
        assert not told.undated
        return finding.find(
            told.deeds, self.reviews, thresholds=lambda _unit: [Threshold(LIMIT, "500万元以上", LONG_WAY)],
            terms=Terms(TODAY),
        )  # fmt: skip

    def sheets(self) -> list[Sheet]:
        """The two ledgers as workbooks hold them."""
        scale = self.rng.choice((1, 1, 10_000))
        yuan = "万元" if scale > 1 else "元"
        contracts = ("序号", "合同编号", "合同名称", "合同相对方", f"合同金额（{yuan}）", "签订日期")
        payments = ("凭证号", "合同编号", "摘要", "收款单位", "付款金额", "付款日期")
        heads: dict[str, tuple[Sequence[str], list[dict[str, Any]], int]] = {
            "合同台账": (contracts, self.contracts, scale),
            "财务付款台账": (payments, self.payments, 1),
        }
        return [self._sheet(name, *given) for name, given in heads.items() if given[1]]

    def _sheet(self, name: str, labels: Sequence[str], held: Iterable[dict[str, Any]], scale: int) -> Sheet:
        rows: list[list[Any]] = [[name]] if self.rng.random() < 0.8 else []
        rows += [[]] * self.rng.randint(0, 3)
        rows += [["填报单位：华东路桥"]] if self.rng.random() < 0.5 else []
        rows.append(list(labels))
        shuffled = list(held)
        self.rng.shuffle(shuffled)
        for place, one in enumerate(shuffled, 1):
            amount = one["amount"] if scale == 1 else Decimal(one["amount"]) / scale
            rows.append(
                [place, self.disguised(one["number"]), one["title"], one["party"], amount, self._day(one["on"])]
            )
            if self.rng.random() < 0.1:
                rows.append([None, self.rng.choice(("小计", "本页合计", "合 计：")), None, None, Decimal(place), None])
        rows.append(["总计", None, None, None, Decimal(99), None])
        return Sheet(
            name, False,
            [Row(number, [Cell(value, number, at) for at, value in enumerate(row)]) for number, row in enumerate(rows, 1) if row],
        )  # fmt: skip

    def _day(self, on: date) -> Any:
        return self.rng.choice((on, on.isoformat(), f"{on.year}年{on.month}月{on.day}日", on.strftime("%Y.%m.%d")))


Scenario = Callable[[World], None]


def _days(w: World, least: int, most: int) -> timedelta:
    return timedelta(days=w.rng.randint(least, most))


# --- carried out without review -------------------------------------------------------------------------------------


def never_reviewed(w: World) -> None:
    w.expect(K.UNREVIEWED, w.contract()["number"])


def review_did_not_pass(w: World) -> None:
    row = w.contract()
    w.review(row, state=w.rng.choice(("in_review", "returned", "suspended", "vetoed", "refused", "withdrawn")))
    w.expect(K.UNREVIEWED, row["number"])


def paid_without_contract(w: World) -> None:
    row = w.contract()
    w.contracts.remove(row)
    w.pay(row, row["amount"], row["on"])
    w.expect(K.UNREVIEWED, row["number"])


def review_of_another_firm(w: World) -> None:
    """One of the same name is reviewed, but with another firm."""
    row = w.contract()
    w.review(row, about=(), party="别的公司")
    w.expect(K.UNREVIEWED, row["number"])


def review_of_another_number(w: World) -> None:
    row = w.contract()
    w.review(row, about=(f"{row['number']}-补1",))
    w.expect(K.UNREVIEWED, row["number"])


def rule_without_review(w: World) -> None:
    deed = w.other("policy", f"采购管理办法{w.count}", TODAY - _days(w, 10, 200))
    w.expect(K.UNREVIEWED, deed.title)


def decision_without_review(w: World) -> None:
    deed = w.other("decision", f"关于跨江通道{w.count}号项目投资的议案", TODAY - _days(w, 10, 200))
    w.expect(K.UNREVIEWED, deed.title)


def one_review_for_two(w: World) -> None:
    """Two contracts of one name with one firm, one review without a number: it speaks for one of them only."""
    row = w.contract()
    later = w.contract(title=row["title"], party=row["party"], on=row["on"] + timedelta(days=70))
    w.review(row, about=(), until=row["on"] + timedelta(days=200), amount=None)
    w.expect(K.UNREVIEWED, later["number"])


def clean_reviewed(w: World) -> None:
    w.review(w.contract())


def clean_by_name(w: World) -> None:
    row = w.contract()
    w.review(row, about=(), title=f"《{row['title']}》")


def clean_by_name_of_two(w: World) -> None:
    """Two contracts of one name with one firm, each with its own review."""
    row = w.contract()
    later = w.contract(title=row["title"], party=row["party"], on=row["on"] + timedelta(days=100))
    w.review(row, about=(), on=row["on"] - timedelta(days=3), until=row["on"] + timedelta(days=20))
    w.review(later, about=(), on=later["on"] - timedelta(days=3), until=later["on"] + timedelta(days=20))


def clean_rule(w: World) -> None:
    deed = w.other("policy", f"《合规管理办法{w.count}》", TODAY - _days(w, 10, 200))
    title = deed.title.strip("《》")
    w.review({"title": title, "on": deed.on, "number": "", "party": "", "amount": None}, kind="policy", about=())


def clean_decision(w: World) -> None:
    title = f"海外仓{w.count}投资方案"
    deed = w.other("decision", f"关于审议《{title}》的议案", TODAY - _days(w, 10, 200))
    w.review({"title": title, "on": deed.on, "number": "", "party": "", "amount": None}, kind="decision", about=())


def clean_decision_named(w: World) -> None:
    """The agenda names the review."""
    deed = w.other("decision", f"议题{w.count}", TODAY - _days(w, 10, 200))
    one = w.review(
        {"title": "完全不同的名称", "on": deed.on, "number": "", "party": "", "amount": None}, kind="decision", about=()
    )
    w.deeds[-1] = replace(deed, named=(w.disguised(one.number),))


def clean_withdrawn_then_reviewed(w: World) -> None:
    row = w.contract()
    w.review(row, state="withdrawn")
    w.review(row)


# --- reviewed afterwards --------------------------------------------------------------------------------------------


def reviewed_after(w: World) -> None:
    row = w.contract()
    w.review(row, on=row["on"] + _days(w, 1, 60), until=row["on"] + timedelta(days=200))
    w.expect(K.LATE, row["number"])


def reviewed_after_by_name(w: World) -> None:
    row = w.contract()
    w.review(row, about=(), on=row["on"] + _days(w, 1, 60), until=row["on"] + timedelta(days=200))
    w.expect(K.LATE, row["number"])


def paid_before_review(w: World) -> None:
    row = w.contract()
    w.review(row, on=row["on"] - timedelta(days=2))
    w.pay(row, Decimal(100), row["on"] - _days(w, 3, 30))
    w.expect(K.LATE, row["number"])


def rule_reviewed_after(w: World) -> None:
    deed = w.other("policy", f"用印管理办法{w.count}", TODAY - _days(w, 100, 200))
    on = deed.on + _days(w, 1, 60)
    w.review({"title": deed.title, "on": on, "number": "", "party": "", "amount": None}, kind="policy", about=(), on=on)
    w.expect(K.LATE, deed.title)


# --- entered afterwards ---------------------------------------------------------------------------------------------


def entered_after(w: World) -> None:
    """A row typed in after the signing says that it was reviewed before."""
    row = w.contract()
    w.review(row, entered=row["on"] + _days(w, 1, 90))
    w.expect(K.ENTERED, row["number"])


def entered_after_by_name(w: World) -> None:
    row = w.contract()
    w.review(row, about=(), entered=row["on"] + _days(w, 1, 90))
    w.expect(K.ENTERED, row["number"])


def entered_after_payment(w: World) -> None:
    """On record when it was signed, but not yet when the first money went out."""
    row = w.contract()
    w.review(row, on=row["on"] - timedelta(days=40), entered=row["on"])
    w.pay(row, Decimal(100), row["on"] - _days(w, 1, 30))
    w.expect(K.ENTERED, row["number"])


def rule_entered_after(w: World) -> None:
    deed = w.other("policy", f"印章管理办法{w.count}", TODAY - _days(w, 100, 200))
    given = {"title": deed.title, "on": deed.on, "number": "", "party": "", "amount": None}
    w.review(given, kind="policy", about=(), entered=deed.on + _days(w, 1, 60))
    w.expect(K.ENTERED, deed.title)


def clean_entered_same_day(w: World) -> None:
    row = w.contract()
    w.review(row, entered=row["on"])


def clean_entered_before(w: World) -> None:
    """Entered some days after the review, and before the signing."""
    row = w.contract()
    w.review(row, about=(), on=row["on"] - timedelta(days=20), entered=row["on"] - _days(w, 0, 19))


def clean_entered_twice(w: World) -> None:
    """One row in time, and the same once more afterwards."""
    row = w.contract()
    w.review(row, entered=row["on"] - timedelta(days=1))
    w.review(row, entered=row["on"] + timedelta(days=30))


def clean_same_day(w: World) -> None:
    row = w.contract()
    w.review(row, on=row["on"])


def clean_paid_later(w: World) -> None:
    row = w.contract()
    w.review(row)
    w.pay(row, row["amount"], row["on"] + _days(w, 0, 30))


# --- the pass had ended ---------------------------------------------------------------------------------------------


def pass_ended(w: World) -> None:
    row = w.contract()
    w.review(row, on=row["on"] - timedelta(days=100), until=row["on"] - _days(w, 1, 30))
    w.expect(K.EXPIRED, row["number"])


def pass_withdrawn(w: World) -> None:
    row = w.contract()
    w.review(row, on=row["on"] - timedelta(days=40), until=row["on"] - _days(w, 1, 30), ended="withdrawn")
    w.expect(K.EXPIRED, row["number"])


def clean_last_day(w: World) -> None:
    row = w.contract()
    w.review(row, until=row["on"])


def clean_renewed(w: World) -> None:
    row = w.contract()
    w.review(row, on=row["on"] - timedelta(days=100), until=row["on"] - timedelta(days=30))
    w.review(row)


def clean_without_end(w: World) -> None:
    row = w.contract()
    w.review(row, until=None, on=row["on"] - timedelta(days=500))


# --- changed after the review ---------------------------------------------------------------------------------------


def another_amount(w: World) -> None:
    row = w.contract()
    w.review(row, amount=row["amount"] + w.rng.choice((-1, 1)) * w.rng.randint(200, 5_000))
    w.expect(K.CHANGED, row["number"])


def another_party(w: World) -> None:
    row = w.contract()
    w.review(row, party=f"{row['party']}上海分公司")
    w.expect(K.CHANGED, row["number"])


def paid_more(w: World) -> None:
    row = w.contract()
    w.review(row)
    w.pay(row, row["amount"], row["on"] + timedelta(days=5))
    w.pay(row, Decimal(w.rng.randint(200, 9_000)), row["on"] + timedelta(days=40))
    w.expect(K.CHANGED, row["number"])


def another_document(w: World) -> None:
    """A record with its file: one byte is different."""
    deed = _filed(w, File("a" * 64, "docx"))
    w.review(_as_row(deed), files=(File("b" * 64, "docx"), File("c" * 64, "pdf")))
    w.expect(K.CHANGED, deed.number)


def _filed(w: World, *files: File) -> Deed:
    row = w.contract()
    w.contracts.remove(row)
    deed = Deed(
        key=merging.contract_key(UNIT, row["number"]), unit=UNIT, kind="contract", title=row["title"], on=row["on"],
        number=row["number"], party=row["party"], amount=row["amount"], files=files,
    )  # fmt: skip
    w.deeds.append(deed)
    return deed


def _as_row(deed: Deed) -> dict[str, Any]:
    return {"number": deed.number, "title": deed.title, "party": deed.party, "amount": deed.amount, "on": deed.on}


def clean_same_document(w: World) -> None:
    deed = _filed(w, File("d" * 64, "pdf"), File("a" * 64, "docx"))
    w.review(_as_row(deed), files=(File("a" * 64, "docx"), File("e" * 64, "pdf")))


def clean_scan(w: World) -> None:
    """The signed scan never equals the draft: it says nothing."""
    deed = _filed(w, File("d" * 64, "pdf"))
    w.review(_as_row(deed), files=(File("a" * 64, "docx"),))


def clean_party_written_otherwise(w: World) -> None:
    row = w.contract(party=f"（上海）{w.rng.choice(_FIRMS)}{w.count}公司")
    w.review(row, party=row["party"].replace("（", "(").replace("）", " )"))


def clean_paid_in_parts(w: World) -> None:
    row = w.contract()
    w.review(row)
    half = row["amount"] // 2
    w.pay(row, half, row["on"] + timedelta(days=5))
    w.pay(row, row["amount"] - half, row["on"] + timedelta(days=35))


def clean_no_amount_reviewed(w: World) -> None:
    w.review(w.contract(), amount=None)


# --- split below the threshold --------------------------------------------------------------------------------------


def _pieces(
    w: World, count: int, *, each: tuple[int, int], step: int, way: frozenset[str] = SHORT_WAY, **more: Any
) -> list[dict[str, Any]]:
    """Some contracts for one thing, each reviewed on the way of its own amount."""
    w.count += 1
    party, thing = f"{w.rng.choice(_FIRMS)}{w.count}建设公司", f"{w.rng.choice(_GOODS)}工程"
    form = w.rng.choice(("{thing}（{n}）合同", "{thing}第{n}标段合同", "{thing}{cn}期合同", "{thing}合同"))
    start = date(2026, 3, 1) + _days(w, 0, 120)
    found = []
    for place in range(count):
        title = form.format(thing=thing, n=place + 1, cn="一二三四五六"[place])
        given = {
            "title": title,
            "party": party,
            "amount": Decimal(w.rng.randint(*each)),
            "on": start + timedelta(days=step * place),
        }
        row = w.contract(**given | {name: make(place) for name, make in more.items()})
        w.review(row, parts=way)
        found.append(row)
    return found


def split_in_pieces(w: World) -> None:
    rows = _pieces(w, w.rng.randint(2, 4), each=(2_600_000, 4_999_999), step=w.rng.randint(0, 15))
    w.expect(K.SPLIT, *(row["number"] for row in rows))


def split_to_the_limit(w: World) -> None:
    """Together they reach it to the yuan."""
    amounts = (Decimal(2_500_000), Decimal(2_500_000))
    rows = _pieces(w, 2, each=(1, 2), step=1, amount=lambda place: amounts[place])
    w.expect(K.SPLIT, *(row["number"] for row in rows))


def clean_below_together(w: World) -> None:
    _pieces(w, 2, each=(1_000_000, 2_499_999), step=3)


def clean_far_apart(w: World) -> None:
    _pieces(w, 2, each=(2_600_000, 4_900_000), step=90)


def clean_other_things(w: World) -> None:
    goods = w.rng.sample(_GOODS, 2)
    _pieces(w, 2, each=(2_600_000, 4_900_000), step=3, title=lambda place: f"{goods[place]}合同")


def clean_other_firms(w: World) -> None:
    _pieces(w, 2, each=(2_600_000, 4_900_000), step=3, party=lambda place: f"互不相干{w.count}{place}公司")


def clean_long_way(w: World) -> None:
    """Each was reviewed as the whole would have been."""
    _pieces(w, 3, each=(2_600_000, 4_900_000), step=3, way=LONG_WAY)


def clean_one_above(w: World) -> None:
    """The great one takes the long way anyway; the small one beside it is below."""
    amounts = (Decimal(6_000_000), Decimal(400_000))
    _pieces(w, 2, each=(1, 2), step=3, way=LONG_WAY, amount=lambda place: amounts[place])


def clean_reviewed_as_one(w: World) -> None:
    """One review for the whole, which names all its contracts."""
    first = w.contract(title=f"沥青采购工程（{w.count}）合同", amount=Decimal(3_000_000))
    second = w.contract(
        title=first["title"], party=first["party"], amount=Decimal(3_000_000), on=first["on"] + timedelta(days=4)
    )
    numbers = (w.disguised(first["number"]), w.disguised(second["number"]))
    w.review(first, about=numbers, amount=Decimal(6_000_000), parts=LONG_WAY)


# --- a condition was not met ----------------------------------------------------------------------------------------


def _condition(w: World, row: dict[str, Any], **more: Any) -> None:
    given = {
        "text": "取得对方签约代表的授权书",
        "due_on": row["on"] + timedelta(days=10),
        "before": True,
        "met_on": row["on"],
    }
    w.review(row, conditions=(Condition(**given | more),))


def signed_before_condition(w: World) -> None:
    row = w.contract()
    _condition(w, row, met_on=w.rng.choice((None, row["on"] + _days(w, 1, 30))))
    w.expect(K.CONDITION, row["number"])


def condition_overdue(w: World) -> None:
    row = w.contract()
    _condition(w, row, before=False, met_on=None, due_on=TODAY - _days(w, 1, 30))
    w.expect(K.CONDITION, row["number"])


def clean_condition_met(w: World) -> None:
    row = w.contract()
    _condition(w, row, met_on=row["on"] - _days(w, 0, 1))


def clean_condition_to_come(w: World) -> None:
    row = w.contract()
    _condition(w, row, before=False, met_on=None, due_on=TODAY + _days(w, 0, 30))


def clean_condition_met_late(w: World) -> None:
    row = w.contract()
    _condition(w, row, before=False, met_on=TODAY, due_on=TODAY - timedelta(days=5))


MUTATIONS: dict[str, tuple[Scenario, ...]] = {
    K.UNREVIEWED: (
        never_reviewed, review_did_not_pass, paid_without_contract, review_of_another_firm, review_of_another_number,
        rule_without_review, decision_without_review, one_review_for_two,
    ),
    K.LATE: (reviewed_after, reviewed_after_by_name, paid_before_review, rule_reviewed_after),
    K.ENTERED: (entered_after, entered_after_by_name, entered_after_payment, rule_entered_after),
    K.CHANGED: (another_amount, another_party, paid_more, another_document),
    K.SPLIT: (split_in_pieces, split_to_the_limit),
    K.CONDITION: (signed_before_condition, condition_overdue),
    K.EXPIRED: (pass_ended, pass_withdrawn),
}  # fmt: skip
LOOK_ALIKES: dict[str, tuple[Scenario, ...]] = {
    K.UNREVIEWED: (
        clean_reviewed, clean_by_name, clean_by_name_of_two, clean_rule, clean_decision, clean_decision_named,
        clean_withdrawn_then_reviewed,
    ),
    K.LATE: (clean_same_day, clean_paid_later),
    K.ENTERED: (clean_entered_same_day, clean_entered_before, clean_entered_twice),
    K.CHANGED: (
        clean_same_document, clean_scan, clean_party_written_otherwise, clean_paid_in_parts, clean_no_amount_reviewed,
    ),
    K.SPLIT: (
        clean_below_together, clean_far_apart, clean_other_things, clean_other_firms, clean_long_way, clean_one_above,
        clean_reviewed_as_one,
    ),
    K.CONDITION: (clean_condition_met, clean_condition_to_come, clean_condition_met_late),
    K.EXPIRED: (clean_last_day, clean_renewed, clean_without_end),
}  # fmt: skip


def world(rng: Random, scenarios: Iterable[Scenario]) -> World:
    """A world of these scenarios."""
    made = World(rng)
    for scenario in scenarios:
        made.told.append(scenario.__name__)
        scenario(made)
    return made


def found(result: Result) -> set[tuple[str, Name]]:
    """What the finder found, as it is expected."""
    return {
        (leak.kind, tuple(sorted(pairing.number_key(deed.number or deed.title) for deed in leak.deeds)))
        for leak in result.leaks
    }


@dataclass(slots=True)
class Score:
    """How a kind of leak is told from what looks like it."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def measure(worlds: int, seed: int) -> dict[str, Score]:
    """Every kind over so many worlds, each with leaks and look-alikes of all kinds in random order."""
    scores = {kind: Score() for kind in K.values}
    for number in range(worlds):
        rng = Random(seed * 1_000_003 + number)
        scenarios = [
            rng.choice(held) for table in (MUTATIONS, LOOK_ALIKES) for held in table.values() for _times in (1, 2)
        ]
        rng.shuffle(scenarios)
        made = world(rng, scenarios)
        there = found(made.result())
        for kind, score in scores.items():
            told, wanted = ({one for one in group if one[0] == kind} for group in (there, made.expected))
            score.right += len(told & wanted)
            score.wrong += len(told - wanted)
            score.missed += len(wanted - told)
    return scores


def table(scores: dict[str, Score]) -> str:
    """As it is printed."""
    lines = [f"{'kind':<12}{'leaks':>8}{'found':>8}{'false':>8}{'precision':>11}{'recall':>8}"]
    lines += [
        f"{kind:<12}{score.right + score.missed:>8}{score.right:>8}{score.wrong:>8}{score.precision:>11.3f}{score.recall:>8.3f}"
        for kind, score in scores.items()
    ]
    return "\n".join(lines)


def main(words: Sequence[str]) -> int:  # pragma: no cover
    """Print the table; 1 unless everything is found and nothing else."""
    scores = measure(int(words[0]) if words else 300, int(words[1]) if len(words) > 1 else 1)
    sys.stdout.write(table(scores) + "\n")
    return int(any(score.wrong or score.missed for score in scores.values()))


if __name__ == "__main__":  # pragma: no cover
    sys.exit(main(sys.argv[1:]))
