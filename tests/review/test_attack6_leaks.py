"""Hostile ledgers and registers before the leak finder: strange cells, formulas, a hundred thousand of one kind."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiju.lib.errors import Problem
from guiju.lib.pairing import Doing, Given, Verdict, pair
from guiju.review.leaks import looking, splitting, workbook
from guiju.review.leaks.facts import Deed, Terms
from guiju.review.leaks.finding import Paired
from guiju.review.leaks.splitting import core
from tests.review.house import Reviewers

pytestmark = pytest.mark.django_db
TERMS = Terms(date(2026, 11, 20))


def _deed(key: str, title: str, day: int) -> Paired:
    on = date(2026, 1, 1) + timedelta(days=day)
    deed = Deed(key=key, unit="U", kind="contract", title=title, on=on, party="甲公司", amount=Decimal(1))
    return Paired(deed, Verdict.REVIEWED, None)


def _is_alike(one: str, other: str) -> bool:
    first, second = core(one), core(other)
    if not first or not second or first == second:
        return bool(first) and first == second
    mine, theirs = ({word[at : at + 2] for at in range(len(word) - 1)} for word in (first, second))
    return bool(mine) and bool(theirs) and len(mine & theirs) >= TERMS.alike * len(mine | theirs)


def _plainly(held: list[Paired]) -> list[list[str]]:
    """As people would do it: each beside the first cluster whose first one is alike and near."""
    open_: list[list[Paired]] = []
    for one in sorted(held, key=lambda each: (each.deed.on, each.deed.key)):
        fits = (
            cluster
            for cluster in open_
            if (one.deed.on - cluster[0].deed.on).days <= TERMS.near_days
            and _is_alike(cluster[0].deed.title, one.deed.title)
        )
        found = next(fits, None)
        if found is None:
            open_.append([one])
        else:
            found.append(one)
    return sorted([one.deed.key for one in cluster] for cluster in open_ if len(cluster) > 1)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.text("甲乙丙丁一期第", max_size=7), st.integers(0, 130)), max_size=25))
def test_looking_at_the_rarest_signs_finds_the_same_pieces_as_comparing_all(rows: list[tuple[str, int]]) -> None:
    held = [_deed(str(at), title, day) for at, (title, day) in enumerate(rows)]
    found = sorted([one.deed.key for one in cluster] for cluster in splitting.clusters(held, TERMS))
    assert found == _plainly(held)


def _names(count: int) -> Iterator[str]:
    draw = random.Random(6)
    for _at in range(count):
        yield "".join(chr(0x4E00 + draw.randrange(20_000)) for _place in range(8)) + "采购合同"


def test_thousands_of_contracts_of_one_firm_with_different_names_are_looked_through(them: Reviewers) -> None:
    held = [_deed(str(at), title, 0) for at, title in enumerate(_names(5_000))]
    assert list(splitting.clusters(held, TERMS)) == []


def test_thousands_of_contracts_of_one_name_find_the_reviews_of_their_firms() -> None:
    day, count = date(2026, 3, 1), 5_000
    doings = [Doing(key=f"d{at}", kind="contract", on=day, title="采购合同", party=f"甲{at}乙") for at in range(count)]
    givens = [Given(key=f"g{at}", kind="contract", on=day, title="采购合同", party=f"甲{at}乙") for at in range(count)]
    found = pair(doings, reversed(givens))
    assert all(found[f"d{at}"].given is givens[at] for at in range(count))


# --- ledgers --------------------------------------------------------------------------------------------------------

HEAD = ["合同编号", "合同名称", "相对方", "合同金额", "签订日期"]


def _csv(*rows: list[Any], name: str = "合同台账.csv") -> looking.Handed:
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    return looking.Handed(name, io.BytesIO(text.encode()))


def _look(them: Reviewers, *handed: looking.Handed) -> Any:
    return looking.look(unit=them.unit, period="2026", handed=handed, by=them.by("staff"))


ODD = '=HYPERLINK(""http://x"")\x0b\x0c\x1b\u202e_x0041_'


def test_no_cell_of_a_ledger_is_a_formula_in_what_is_exported(them: Reviewers, tmp_path: Path) -> None:
    rows = [["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "100", "2026-02-01"], [ODD, ODD, ODD, "-5", "2026-02-02"]]
    run = _look(them, _csv(HEAD, *rows))
    assert run.looked == 2
    for write in (workbook.merged, workbook.findings):
        to = tmp_path / "out.xlsx"
        write(run, to)
        for sheet in openpyxl.load_workbook(to):
            kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
            assert "f" not in kinds


@pytest.mark.parametrize(
    ("amount", "day"),
    [
        ("1e400", "2026-02-01"), ("NaN", "2026年2月1日"), ("￥1,000.00元", "2026.2.1"), ("三十万", "20260201"),
        ("-", "2026-02-30"), ("(500)", "0"), ("999999999999999999", "-1"), ("1.005", "99999999"),
        ("１２３", "2026/2/1 "), ("", ""), ("0x1F", "9999-99-99"), ("1_000", "1e5"),
    ],
)  # fmt: skip
def test_cells_that_cannot_be_read_are_told_and_stop_nothing(them: Reviewers, amount: str, day: str) -> None:
    run = _look(them, _csv(HEAD, ["HT-1", "采购", "甲", amount, day], ["HT-2", "采购二", "乙", "5", "2026-03-01"]))
    assert run.ledgers[0]["rows"] == 2
    assert run.looked + run.undated == 2


def test_the_same_number_a_thousand_times_is_a_thousand_contracts(them: Reviewers) -> None:
    rows = [["HT-1", f"采购{at}", "甲", "5", "2026-03-01"] for at in range(1_000)]
    assert _look(them, _csv(HEAD, *rows)).looked == 1_000


def test_files_that_hold_no_ledger_say_so(them: Reviewers) -> None:
    for data in (
        b"",
        b"\x00" * 100,
        b"a" * 300_000,
        ("," * 20_000).encode(),
        b"\xff\xfe\x00",
        b'"' * 5_001,
        b"\n" * 9_999,
    ):
        with pytest.raises(Problem) as refused:
            _look(them, looking.Handed("台账.csv", io.BytesIO(data)))
        assert refused.value.status in {400, 413, 415, 422}, data[:20]
    with pytest.raises(Problem):
        _look(them, looking.Handed("台账.xlsx", io.BytesIO(b"PK\x03\x04broken")))
    with pytest.raises(Problem):
        _look(them, looking.Handed("台账.xlsm", io.BytesIO(b"PK\x03\x04")))


def test_a_header_in_merged_cells_under_a_title_is_found(them: Reviewers) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "合同台账"
    sheet["A1"] = "二〇二六年合同台账"
    sheet.merge_cells("A1:F1")
    for at, (top, low) in enumerate(
        [
            ("序号", None),
            ("合同编号", None),
            ("合同名称", None),
            ("签约", "相对方"),
            (None, "合同金额"),
            ("签订日期", None),
        ],
        1,
    ):
        sheet.cell(3, at, top)
        sheet.cell(4, at, low)
    for column in "ABCF":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet.merge_cells("D3:E3")
    sheet.append([1, "HT-1", "采购", "甲", "=1+1", date(2026, 2, 1)])
    sheet.append([2, "HT-2", "采购", "乙", 30, "2026年2月3日"])
    sheet.append([None, "合计", None, None, 32, None])
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    run = _look(them, looking.Handed("2026\u202e台账.xlsx", out))
    assert (run.ledgers[0]["rows"], run.ledgers[0]["totals"], run.looked) == (2, 1, 2)
