"""Ledgers as firms keep them: found by their words, however they are laid out, and laid beside each other."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiju.lib import pairing
from guiju.lib.errors import Problem
from guiju.lib.excel import writer
from guiju.lib.excel.cells import Cell, Row, Sheet
from guiju.review.enums import LedgerKind as L
from guiju.review.leaks import ledgers, merging
from guiju.review.leaks.ledgers import Ledger
from tests.review import leakage

CONTRACT = ["合同编号", "合同名称", "对方单位", "合同金额", "签订日期"]
PURCHASE = ["合同编号", "采购项目", "中标单位", "中标金额", "中标日期"]
FINANCE = ["凭证号", "合同编号", "摘要", "收款单位", "付款金额", "付款日期"]


def sheet(name: str, rows: list[list[Any]], *, at: int = 1) -> Sheet:
    numbered = [(number, row) for number, row in enumerate(rows, at) if row]
    return Sheet(name, False, [Row(n, [Cell(value, n, c) for c, value in enumerate(row)]) for n, row in numbered])


def one(name: str, rows: list[list[Any]], **more: Any) -> Ledger:
    (found,) = ledgers.find([sheet(name, rows, **more)], name="台账.xlsx")
    return found


@pytest.mark.parametrize("at", range(1, 7))
def test_the_header_stands_in_any_of_the_first_six_rows(at: int) -> None:
    found = one("合同", [CONTRACT, ["A-1", "桥梁检测", "甲", Decimal(5), date(2026, 1, 2)]], at=at)
    assert [(line.number, line.amount, line.on) for line in found.lines] == [("A-1", Decimal(5), date(2026, 1, 2))]


@pytest.mark.parametrize("heading", ["签约对方", "合同相对人", "交易对手"])
def test_the_other_party_is_found_under_the_names_that_firms_give_it(heading: str) -> None:
    found = one(
        "合同",
        [["合同编号", "合同名称", heading, "合同金额", "签订日期"], ["A-1", "检测", "甲公司", 5, date(2026, 1, 2)]],
    )
    assert ([line.party for line in found.lines], found.lacking, found.unread) == (["甲公司"], (), ())


def test_columns_that_nothing_is_read_from_are_named() -> None:
    rows = [
        ["序号", "合同编号", "合同名称", "那一家", "合同金额", "签订日期"],
        [1, "A-1", "检测", "甲公司", 5, date(2026, 1, 2)],
    ]
    found = one("合同", rows)
    assert (found.lacking, found.unread) == (("party",), ("那一家",))


def test_a_header_further_down_is_no_ledger() -> None:
    assert ledgers.find([sheet("合同", [CONTRACT, ["A-1", "检测", "甲", 5, None]], at=7)], name="x.xlsx") == []


def test_a_header_in_two_rows_and_amounts_in_ten_thousands(tmp_path: Path) -> None:
    rows = [
        ["单位：万元"],
        ["合同编号", "合同名称", "合同金额", "合同金额", "签订日期"],
        [None, None, "含税", "不含税", None],
        ["A-1", "桥梁检测", Decimal("12.5"), Decimal("11.8"), "2026年3月1日"],
    ]
    (line,) = one("合同台账", rows).lines
    assert (line.amount, line.on) == (Decimal("125000.00"), date(2026, 3, 1))
    assert line.tolerance == Decimal(50)


@pytest.mark.parametrize("words", ["合计", "小 计", "总计：", "本页小计", "本月合计", "累计"])
def test_totals_are_left_out(words: str) -> None:
    rows = [CONTRACT, ["A-1", "检测", "甲", 5, None], [words, None, None, 5, None], [None, words, None, 5, None]]
    found = one("合同", rows)
    assert (len(found.lines), found.totals) == (1, 2)


def test_a_contract_about_totals_is_a_contract() -> None:
    assert len(one("合同", [CONTRACT, ["A-1", "合计", "甲", 5, None]]).lines) == 1


@pytest.mark.parametrize(
    ("name", "labels", "kind"),
    [
        ("Sheet1", CONTRACT, L.CONTRACT),
        ("Sheet1", PURCHASE, L.PURCHASE),
        ("Sheet1", FINANCE, L.FINANCE),
        ("采购台账", CONTRACT, L.PURCHASE),
        ("2026年财务付款", ["合同编号", "名称", "供应商", "金额", "日期"], L.FINANCE),
    ],
)
def test_a_ledger_is_told_by_its_words(name: str, labels: list[str], kind: str) -> None:
    assert one(name, [labels, ["A-1", "A-1", "甲", "乙", "5", "2026-01-01"][: len(labels)]]).kind == kind


def test_what_cannot_be_read_is_named_cell_by_cell() -> None:
    found = one("合同", [CONTRACT, ["A-1", "检测", "甲", "约五万", "去年"]])
    assert found.doubts == [("合同!D2", "约五万"), ("合同!E2", "去年")]
    assert (found.lines[0].amount, found.lines[0].on) == (None, None)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("￥1,234.50", "1234.50"),
        ("5万元", "50000"),
        ("（300）", "-300"),
        ("３０００元", "3000"),
        ("-", None),
        ("", None),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, amount: str | None) -> None:
    (line,) = one("合同", [CONTRACT, ["A-1", "检测", "甲", written or None, None]]).lines
    assert line.amount == (Decimal(amount) if amount else None)


def test_a_workbook_with_three_sheets_and_a_text_table_of_old(tmp_path: Path) -> None:
    book = tmp_path / "三台账.xlsx"
    with book.open("wb") as out:
        rows = [["A-1", "检测", "甲", Decimal(5), date(2026, 1, 2)]]
        writer.write(out, title="合同台账", columns=[writer.Column(label) for label in CONTRACT], rows=rows)
    (found,) = ledgers.read(book, name=book.name)
    assert (found.kind, found.lines[0].source.row) == (L.CONTRACT, 3)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([FINANCE, ["1", "a-1号", "首付", "甲", "5", "2026.1.3"]])
    table = tmp_path / "付款.csv"
    table.write_bytes(text.getvalue().encode("gb18030"))
    (paid,) = ledgers.read(table, name=table.name)
    assert (paid.kind, paid.lines[0].on) == (L.FINANCE, date(2026, 1, 3))


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "空.csv"
    path.write_bytes(b"\xef\xbb\xbf \n")
    with pytest.raises(Problem) as refused:
        ledgers.read(path, name=path.name)
    assert refused.value.where == "空.csv"


# --- the merged form ------------------------------------------------------------------------------------------------


def merged(*given: tuple[str, list[str], list[list[Any]]]) -> merging.Merged:
    return merging.merge(ledgers.find([sheet(name, [labels, *rows]) for name, labels, rows in given], name="台账.xlsx"))


def test_the_three_ledgers_are_laid_beside_each_other() -> None:
    found = merged(
        ("合同", CONTRACT, [["Ａ（1）号", "检测", "甲", 5, None], ["A(2)", "监理", "乙", 6, None]]),
        ("采购", PURCHASE, [["a[1]", "检测", "甲", 5, None]]),
        (
            "财务",
            FINANCE,
            [
                ["1", "A【1】", "首付", "甲", 2, None],
                ["2", "A(1)", "尾款", "甲", 3, None],
                ["3", "B-9", "咨询", "丙", 1, None],
            ],
        ),
    )
    assert found.counts() == {"全部匹配": 1, "缺少采购表内容、缺少财务表内容": 1, "缺少合同表内容、缺少采购表内容": 1}
    rows = merging.rows(found)
    assert [row[:2] for row in rows] == [
        ["全部匹配", "Ａ（1）号"], ["全部匹配", "Ａ（1）号"], ["缺少采购表内容、缺少财务表内容", "A(2)"],
        ["缺少合同表内容、缺少采购表内容", "B-9"],
    ]  # fmt: skip
    assert {len(row) for row in rows} == {2 + len(CONTRACT) + len(PURCHASE) + len(FINANCE)}


def test_two_ledgers_alone_lack_nothing_of_the_third() -> None:
    found = merged(
        ("合同", CONTRACT, [["A-1", "检测", "甲", 5, None]]), ("采购", PURCHASE, [["A-1", "检测", "甲", 5, None]])
    )
    assert found.counts() == {"全部匹配": 1}


def test_rows_without_a_number_match_nothing_and_stay_in_the_form() -> None:
    found = merged(
        ("合同", CONTRACT, [[None, "检测", "甲", 5, None]]), ("财务", FINANCE, [["1", None, "检测", "甲", 5, None]])
    )
    assert [row[0] for row in merging.rows(found)] == [merging.LOOSE, merging.LOOSE]


@settings(max_examples=40, deadline=None)
@given(rng=st.randoms(use_true_random=False), count=st.integers(0, 12))
def test_every_row_of_every_ledger_is_found_again(rng: Random, count: int) -> None:
    made = leakage.World(rng)
    for _place in range(count):
        row = made.contract()
        if rng.random() < 0.6:
            made.pay(row, row["amount"], row["on"])
    found = merging.merge(ledgers.find(made.sheets(), name="台账.xlsx"))
    wanted = {pairing.number_key(row["number"]) for row in made.contracts}
    assert {one.key for one in found.matches} == wanted
    told = merging.deeds(found, unit="U")
    assert {deed.key for deed in told.deeds} == {merging.contract_key("U", row["number"]) for row in made.contracts}
    assert sum(len(deed.payments) for deed in told.deeds) == len(made.payments)
