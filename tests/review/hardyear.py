"""A company's year in ledgers as they really come: what was signed and paid, what was reviewed, what is expected.

Nothing here is taken from the finder but the shapes of its question: numbers, names and amounts are written by this
module's own means, and a finding is expected by the rows of the ledger that it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from guiju.lib.excel.cells import Cell, Row, Sheet
from guiju.review.leaks import finding, ledgers, merging
from guiju.review.leaks.facts import Review, Terms, Threshold

TODAY = date(2026, 11, 20)
LIMIT = 5_000_000
HEADINGS = ["序号", "合同号", "合同名称", "相对方", "币种", "含税金额", "不含税金额", "签约日期", "合规审查编号"]
PAID = ["凭证", "对应合同编号", "用途", "收款方", "支付金额", "支付日期"]
#: What firms sell, each with words of its own, so that two of a world are not alike by chance.
THINGS = "电梯维保 园林养护 法律服务 会计审计 弱电改造 食材配送 防水修缮 车辆租赁 图文印制 档案整理 桩基检测 燃气巡检".split()
_CITIES = "临澜 江澜 海曲 北亭 南浦 西津".split()
_TRADES = "科技 建设 实业 商贸 工程 咨询".split()
_DIGITS = "零壹贰叁肆伍陆柒捌玖"


@dataclass(slots=True)
class Told:
    """One row of the contract ledger, by which a finding is expected."""

    mark: int
    number: str
    title: str
    party: str
    amount: int
    on: date
    #: As the ledger writes them, where otherwise than plain.
    written: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Year:
    """A company's year: what its ledgers say and what was reviewed."""

    rng: Random
    rows: list[Told] = field(default_factory=list)
    paid: list[tuple[str, str, str, Any, date]] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    #: (kind, marks of the rows) -> the scenario that planted it.
    leaks: dict[tuple[str, frozenset[int]], str] = field(default_factory=dict)
    made_by: dict[int, str] = field(default_factory=dict)
    now: str = ""
    count: int = 0

    def firm(self) -> str:
        """A firm nobody else has."""
        self.count += 1
        city, trade = self.rng.choice(_CITIES), self.rng.choice(_TRADES)
        return f"{city}{'甲乙丙丁戊己庚辛'[self.count % 8]}{_cn(self.count)}{trade}有限公司"

    def sign(self, **more: Any) -> Told:
        """A contract in the ledger."""
        self.count += 1
        mark = len(self.rows) + 1
        given: dict[str, Any] = {
            "number": f"LT-2026-{self.count:04}", "title": f"{self.rng.choice(THINGS)}合同", "party": self.firm(),
            "amount": self.rng.randint(20_000, 800_000), "on": date(2026, 3, 1) + timedelta(days=self.rng.randint(0, 200)),
        }  # fmt: skip
        row = Told(mark, **given | more)
        self.rows.append(row)
        self.made_by[mark] = self.now
        return row

    def pass_(self, row: Told, **more: Any) -> Review:
        """Its review, a few days before, as it was signed."""
        given: dict[str, Any] = {
            "key": f"r{len(self.reviews)}", "unit": "U", "kind": "contract", "title": row.title,
            "on": row.on - timedelta(days=self.rng.randint(1, 25)), "until": row.on + timedelta(days=120),
            "number": f"审-{len(self.reviews):04}", "about": (row.number,), "party": row.party,
            "amount": Decimal(row.amount), "parts": frozenset({"first", "compliance"}),
        }  # fmt: skip
        one = Review(**given | more)
        self.reviews.append(one)
        return one

    def pay(self, row: Told, amount: Any, days: int, words: str = "支付进度款", number: str = "") -> None:
        self.paid.append((number or row.number, words, row.party, amount, row.on + timedelta(days=days)))

    def leak(self, kind: str, *rows: Told) -> None:
        self.leaks[kind, frozenset(row.mark for row in rows)] = self.now

    # --- as it is handed in ---

    def sheets(self) -> list[Sheet]:
        """The ledgers as workbooks; rows shuffled, a subtotal here and there."""
        held: list[list[Any]] = [["临澜某某公司合同登记簿（二〇二六年）"], list(HEADINGS)]
        for row in sorted(self.rows, key=lambda _row: self.rng.random()):
            told = {
                "number": row.number, "title": row.title, "party": row.party, "currency": None, "amount": row.amount,
                "net": None, "on": row.on, "review": None,
            }  # fmt: skip
            told |= {name: value for name, value in row.written.items() if name in told}
            held += [[row.mark, *told.values()]] * (2 if "twice" in row.written else 1)
            if self.rng.random() < 0.08:
                held.append([None, "本页小计", None, None, None, self.rng.randint(1, 10**7), None, None, None])
        money = [list(PAID), *([place, *one] for place, one in enumerate(self.paid, 1))]
        return [_sheet("合同台账", held), *([_sheet("付款台账", money)] if self.paid else [])]

    def found(self) -> set[tuple[str, frozenset[int]]]:
        """What the finder says, by the rows of the ledger: their running numbers, those of payments below nought."""
        sheets = self.sheets()
        read = ledgers.find(sheets, name="台账.xlsx")
        told = merging.deeds(merging.merge(read), unit="U")
        limits = [Threshold(Decimal(LIMIT), "五百万元以上", frozenset({"first", "compliance", "head"}))]
        result = finding.find(told.deeds, self.reviews, thresholds=lambda _unit: limits, terms=Terms(TODAY))
        marks = {
            (sheet.name, row.number): (1 if sheet.name == "合同台账" else -1) * int(str(row.cells[0].value))
            for sheet in sheets for row in sheet.rows if str(row.cells[0].value or "").isdigit()
        }  # fmt: skip
        return {
            (str(leak.kind), frozenset(marks[one.source.sheet, one.source.row] for one in leak.deeds))
            for leak in result.leaks
        }


def _sheet(name: str, rows: Sequence[Sequence[Any]]) -> Sheet:
    return Sheet(
        name, False, [Row(at, [Cell(value, at, c) for c, value in enumerate(row)]) for at, row in enumerate(rows, 1)]
    )


def _cn(number: int) -> str:
    return "".join("一二三四五六七八九十"[int(digit)] for digit in str(number))


def capitals(amount: int) -> str:
    """An amount in capitals, by the longest way: every place written."""
    words, places = "", ["", "拾", "佰", "仟", "万", "拾", "佰", "仟", "亿"]
    digits = [int(digit) for digit in str(amount)]
    for at, digit in enumerate(digits):
        place = places[len(digits) - 1 - at]
        words += f"{_DIGITS[digit]}{place}" if digit or place in {"万", "亿"} else ""
    # A 万 keeps its place even where nothing stands on it.
    return f"人民币{words.replace('零万', '万')}元整"


Scenario = Callable[[Year], None]
