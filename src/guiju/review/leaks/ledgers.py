"""Contract, purchase and finance ledgers as firms keep them: found in a workbook by their words, read row by row.

The header stands anywhere in the first six rows, in one row or two; totals are skipped; amounts in 万元 become yuan.
Workbooks are read in the limited child process like every import.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils.translation import gettext as _

from guiju.lib import dates, money
from guiju.lib.errors import Problem
from guiju.lib.excel import headers, reader
from guiju.lib.excel.cells import Cell, Row, Sheet
from guiju.lib.excel.headers import ColumnSpec, HeaderMatch
from guiju.lib.excel.limits import MB
from guiju.lib.text import clean, normalise
from guiju.review.enums import LedgerKind as L
from guiju.review.leaks.facts import Source

#: Where a header may begin.
HEAD_ROWS = 6
MOST_ROWS = 100_000
_CSV_BYTES = 50 * MB
_TOTAL = re.compile(r"(?:[本上]?[年季月页期]?(?:度)?)?(?:合计|小计|总计|累计|共计)(?:数|额|金额)?[:：]?")
_TEN_THOUSAND = Decimal(10_000)
_YUAN = ("人民币", "RMB", "CNY", "元整", "¥", "￥")
_PLACES = 2
#: Headings that nobody misses.
_PLAIN = frozenset({"序号", "备注", "行号", "No.", "No"})
_NUMBER = ColumnSpec("number", ["合同编号", "合同号", "合同编码", "合同序号", "对应合同编号", "所属合同", "编号"])
_COLUMNS: dict[str, tuple[ColumnSpec, ...]] = {
    L.CONTRACT: (
        _NUMBER,
        ColumnSpec("title", ["合同名称", "合同标题", "合同事项", "项目名称", "名称", "标的"]),
        ColumnSpec("party", [
            "相对方", "合同相对方", "对方单位", "对方名称", "合同对方", "签约对方", "签约方", "签约单位", "签约相对方",
            "对方当事人", "相对人", "合同相对人", "交易对方", "交易对手", "合作单位", "供应商", "客户名称", "乙方",
        ]),
        ColumnSpec("amount", ["合同金额", "合同总价", "合同价款", "签约金额", "含税金额", "合同总额", "金额"]),
        ColumnSpec("on", ["签订日期", "签约日期", "签订时间", "签署日期", "合同签订日期", "签订", "日期"]),
        ColumnSpec("other", ["不含税金额", "不含税合同金额", "不含税价", "不含税总价", "税前金额"]),
        ColumnSpec("currency", ["币种", "货币", "币别"]),
        ColumnSpec("review", ["合规审查编号", "审查编号", "合规审查意见书编号"]),
    ),
    L.PURCHASE: (
        _NUMBER,
        ColumnSpec("title", ["采购项目", "采购项目名称", "采购内容", "采购事项", "项目名称", "采购名称", "名称"]),
        ColumnSpec("party", ["中标单位", "成交供应商", "中标人", "中标供应商", "供应商", "供应商名称", "成交单位"]),
        ColumnSpec("amount", ["中标金额", "成交金额", "采购金额", "中标价", "成交价", "预算金额", "金额"]),
        ColumnSpec("on", ["采购日期", "中标日期", "定标日期", "成交日期", "采购时间", "定标时间", "日期"]),
    ),
    L.FINANCE: (
        _NUMBER,
        ColumnSpec("title", ["摘要", "用途", "款项用途", "付款事项", "款项性质", "付款内容", "合同名称", "项目名称"]),
        ColumnSpec("party", ["收款单位", "收款方", "收款人", "对方单位", "对方户名", "供应商", "往来单位"]),
        ColumnSpec("amount", ["付款金额", "支付金额", "本次付款", "本次付款金额", "实付金额", "已付金额", "金额"]),
        ColumnSpec("currency", ["币种", "货币", "币别"]),
        ColumnSpec("on", ["付款日期", "支付日期", "记账日期", "付款时间", "支付时间", "入账日期", "日期"]),
    ),
}  # fmt: skip
_WORDS = (
    (L.FINANCE, ("财务", "付款", "支付", "凭证", "收款", "记账", "报账", "往来")),
    (L.PURCHASE, ("采购", "招标", "中标", "成交", "定标")),
    (L.CONTRACT, ("合同", "签订", "签约", "相对方")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a ledger."""

    number: str
    title: str
    party: str
    amount: Decimal | None
    on: date | None
    review: str
    tolerance: Decimal
    #: The row as it is written, cell by cell.
    cells: tuple[str, ...]
    source: Source
    #: The amount without tax, where it is written beside.
    other: Decimal | None = None


@dataclass(slots=True)
class Ledger:
    """One sheet that is a ledger; `doubts` are cells whose value could not be read."""

    kind: str
    file: str
    sheet: str
    labels: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)
    totals: int = 0
    doubts: list[tuple[str, str]] = field(default_factory=list)
    #: Headings of columns that nothing is read from, and which of firm, amount and day no column gives.
    unread: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def read(path: Path, *, name: str, kind: str = "") -> list[Ledger]:
    """Every ledger of a file; a Problem where it holds none. `kind` says which one it is, empty: found by its words."""
    sheets = [_csv(path, name)] if name.lower().endswith(".csv") else reader.read(path, name=name).sheets
    found = find(sheets, name=name, kind=kind)
    if not found:
        raise Problem(
            "ledger.not_found",
            _("No contract, purchase or finance ledger was found in this file."),
            fix=_("The header stands in the first six rows and names the contract number, the amount and the date."),
            where=name,
            status=422,
        )
    return found


def find(sheets: Iterable[Sheet], *, name: str, kind: str = "") -> list[Ledger]:
    """The ledgers among sheets that have been read already."""
    found = []
    for sheet in sheets:
        if sheet.hidden or not sheet.rows:
            continue
        ledger = _ledger(sheet, name, kind)
        if ledger is not None:
            found.append(ledger)
    if sum(len(one.lines) for one in found) > MOST_ROWS:
        raise Problem(
            "ledger.too_long", _("These ledgers have more than %(most)s rows.") % {"most": f"{MOST_ROWS:,}"},
            fix=_("Split them by year."), where=name, status=413,
        )  # fmt: skip
    return found


# --- finding the ledger ---------------------------------------------------------------------------------------------


def _ledger(sheet: Sheet, name: str, kind: str) -> Ledger | None:
    head = [row for row in sheet.rows if row.number <= HEAD_ROWS]
    wanted = kind or _kind_of(sheet, head, name)
    orders = [wanted, *(other for other in L.values if other != wanted and not kind)]
    match = next((found for one in orders if (found := _header(head, one, sheet.name)) is not None), None)
    if match is None:
        return None
    labels = _labels(match, sheet)
    ledger = Ledger(str(wanted), name, sheet.name, labels)
    ledger.unread = tuple(label for label in map(clean, match.unknown.values()) if label and label not in _PLAIN)
    ledger.lacking = tuple(code for code in ("party", "amount", "on") if code not in match.columns)
    scale = _scale(match, head)
    for row in sheet.rows:
        if row.number <= match.last_row or not row.has_own:
            continue
        if is_total(row, match):
            ledger.totals += 1
            continue
        line = _line(row, match, ledger, scale)
        if line is not None:
            ledger.lines.append(line)
    return ledger


def _header(head: Sequence[Row], kind: str, sheet: str) -> HeaderMatch | None:
    try:
        match = headers.locate(head, _COLUMNS[kind], sheet=sheet)
    except Problem:
        return None
    return match if {"number", "title"} & match.columns.keys() and {"amount", "on"} & match.columns.keys() else None


def _kind_of(sheet: Sheet, head: Sequence[Row], name: str) -> str:
    """By the name of the sheet, the words above and in its header, the name of the file."""
    told = [normalise(sheet.name)]
    told += [normalise(cell.text) for row in head for cell in row.cells if isinstance(cell.value, str)]
    for words in (told[0], *_first_told(told[1:]), normalise(name)):
        for kind, marks in _WORDS:
            if any(mark in words for mark in marks):
                return kind
    return L.CONTRACT


def _first_told(words: Sequence[str]) -> Iterator[str]:
    """A title that names a ledger, then all headings as one."""
    yield from (word for word in words[:3] if "台账" in word or "明细" in word or "登记" in word)
    yield "".join(word for word in words if word not in {"合同编号", "合同号"})


def _labels(match: HeaderMatch, sheet: Sheet) -> tuple[str, ...]:
    width = max(len(row.cells) for row in sheet.rows)
    named = dict(match.unknown)
    named |= {column: match.labels[code] for code, column in match.columns.items()}
    return tuple(clean(str(named.get(column, ""))) for column in range(min(width, max(named) + 1)))


def _scale(match: HeaderMatch, head: Sequence[Row]) -> Decimal:
    label = normalise(match.labels.get("amount", ""))
    above = "".join(normalise(cell.text) for row in head if row.number <= match.last_row for cell in row.cells)
    if "万元" in label or ("元" not in label and re.search(r"单位[:：]?\(?(?:人民币)?万元", above)):
        return _TEN_THOUSAND
    return Decimal(1)


def is_total(row: Row, match: HeaderMatch) -> bool:
    """Is it a row of totals rather than a contract?"""
    numbered = match.get(row, "number")
    if numbered is not None and numbered.text.strip() and not _TOTAL.fullmatch(normalise(numbered.text)):
        return False
    return any(isinstance(cell.value, str) and _TOTAL.fullmatch(normalise(cell.value)) for cell in row.cells)


# --- one row --------------------------------------------------------------------------------------------------------


def _line(row: Row, match: HeaderMatch, ledger: Ledger, scale: Decimal) -> Line | None:
    number, title, party = (_text(match.get(row, code)) for code in ("number", "title", "party"))
    if not number and not title:
        return None
    where = f"{ledger.sheet}!"
    amount, tolerance = _amount(match.get(row, "amount"), scale, ledger, where)
    other, _tolerance = _amount(match.get(row, "other"), scale, ledger, where)
    if amount is not None and _is_foreign(currency := match.get(row, "currency")):
        # An amount of dollars is not compared with one of yuan.
        ledger.doubts.append((f"{where}{currency.ref if currency else ''}", _text(currency)[:40]))
        amount, other = None, None
    return Line(
        number=number[:120], title=title[:200], party=party[:200], amount=amount,
        on=_day(match.get(row, "on"), ledger, where), review=_text(match.get(row, "review"))[:60], tolerance=tolerance,
        cells=tuple(row.cell(column).text for column in range(len(ledger.labels))),
        source=Source(file=ledger.file, sheet=ledger.sheet, row=row.number), other=other,
    )  # fmt: skip


def _is_foreign(cell: Cell | None) -> bool:
    written = normalise(_text(cell)).upper()
    return bool(written) and not any(mark in written for mark in _YUAN)


def _text(cell: Cell | None) -> str:
    return clean(cell.text).replace("\n", " ") if cell is not None else ""


def _amount(cell: Cell | None, scale: Decimal, ledger: Ledger, where: str) -> tuple[Decimal | None, Decimal]:
    if cell is None or cell.value is None or isinstance(cell.value, bool | date):
        return None, Decimal(0)
    written = normalise(cell.text).replace(",", "").replace("¥", "").replace("￥", "").replace("人民币", "")
    if not written or written in {"-", "/", "--", "无"}:
        return None, Decimal(0)
    if (capitals := money.of_capitals(written)) is not None:
        return capitals, Decimal(0)
    if written.endswith("万元"):
        written, scale = written[:-2], _TEN_THOUSAND
    elif written.endswith("万"):
        written, scale = written[:-1], _TEN_THOUSAND
    elif written.endswith("元"):
        written, scale = written[:-1], Decimal(1)
    if written.startswith("(") and written.endswith(")"):
        written = f"-{written[1:-1]}"
    try:
        given = Decimal(written)
    except InvalidOperation:
        given = Decimal("NaN")
    if not given.is_finite() or abs(given * scale) >= Decimal(10) ** 15:
        ledger.doubts.append((f"{where}{cell.ref}", cell.text[:40]))
        return None, Decimal(0)
    exponent = given.as_tuple().exponent
    # Ledgers in 万元 keep two places: “30” is 300,000 yuan to the hundred, not to the ten thousand.
    places = max(_PLACES, -exponent) if isinstance(exponent, int) else _PLACES
    rounded = scale * Decimal(1).scaleb(-places) / 2 if scale > 1 else Decimal(0)
    return (given * scale).quantize(Decimal("0.01")), rounded


def _day(cell: Cell | None, ledger: Ledger, where: str) -> date | None:
    if cell is None or cell.value is None:
        return None
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if isinstance(cell.value, date):
        return cell.value
    written = _text(cell)
    if not written or written in {"-", "/", "--", "无"}:
        return None
    try:
        return dates.parse(int(cell.value) if isinstance(cell.value, Decimal | int) else written)
    except (Problem, ValueError):
        ledger.doubts.append((f"{where}{cell.ref}", written[:40]))
        return None


# --- text tables ----------------------------------------------------------------------------------------------------


def _csv(path: Path, name: str) -> Sheet:
    """A text table with commas, semicolons or tabs, in UTF-8 or GB 18030."""
    data = path.read_bytes() if path.stat().st_size <= _CSV_BYTES else b""
    text = _decoded(data)
    if not text.strip():
        raise Problem(
            "file.broken", _("The file is empty or cannot be read as text."),
            fix=_("Save it as an Excel workbook, and choose that file."), where=name, status=422,
        )  # fmt: skip
    first = text[:4_000]
    separator = max(",;\t", key=first.count)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            if number > MOST_ROWS + HEAD_ROWS:
                break
            if any(cell.strip() for cell in cells):
                rows.append(
                    Row(number, [Cell(cell.strip() or None, number, at) for at, cell in enumerate(cells[:500])])
                )
    except csv.Error as error:
        raise Problem(
            "file.broken", _("The file is damaged and cannot be read."),
            fix=_("Save it as an Excel workbook, and choose that file."), where=name, status=422,
        ) from error  # fmt: skip
    return Sheet(Path(name).stem, False, rows)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""
