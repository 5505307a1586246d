"""A look for leaks over a group: so many contracts with their reviews, in the registers and once more in a ledger.

    python bench/leaks.py [--contracts 100000] [--units 200] [--rows 50000]

One contract in a hundred has no review, one in a hundred was reviewed afterwards; the others hold. What is measured is
the way of the page: read the registers, pair, judge, keep the findings. Then the pure finder alone, which prints
precision and recall on generated ledgers (`python -m tests.review.leakage` prints the whole table), and a ledger.
"""

from __future__ import annotations

import io
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

import _bench
import _house


def main() -> int:
    options = _bench.arguments(__doc__, contracts=100_000, units=200, rows=50_000)
    with _bench.installation():
        table = _bench.Table("leaks")
        group = register(options.contracts, options.units)
        look(group, options.contracts, table)
        ledger(group, options.rows, table)
        judge(options.contracts, table)
    return 0


def register(count: int, units: int) -> list[Any]:
    """A group with so many contracts and reviews, as rows of the registers."""
    from guiju.access.actor import system
    from guiju.lib import clock
    from guiju.org import actions as org
    from guiju.registers import actions as registers

    held = _house.tree(units)
    each, today, house = max(1, count // len(held)), clock.today(), system("bench")
    for unit in held:
        reviewer = str(org.add_person(unit=unit, name="何规", by=house).uid)
        days = [today - timedelta(days=1 + n % 300) for n in range(each)]
        registers.create_many(
            register="contracts", unit=unit, by=house, rows=(
                {"number": f"HT〔2026〕{n}", "name": f"采购合同{n}", "party": f"供应商{n % 40}", "amount": str(1000 + n),
                 "signed_on": day}
                for n, day in enumerate(days)
            ),
        )  # fmt: skip
        registers.create_many(
            register="reviews", unit=unit, by=house, rows=(
                {"matter": f"采购合同{n}", "subject": "contract", "about": f"HT（2026）{n}号", "outcome": "agree",
                 "amount": str(1000 + n), "reviewed_on": day + timedelta(days=1 if n % 100 == 1 else -2), "reviewer": reviewer}
                for n, day in enumerate(days) if n % 100
            ),
        )  # fmt: skip
    _bench.analyse()
    return held


def look(held: list[Any], count: int, table: _bench.Table) -> None:
    from guiju.access.actor import system
    from guiju.review.leaks import looking, queries

    top, house = held[0], system("bench")
    _bench.forget_peak()
    taken, run = _bench.once(lambda: looking.look(unit=top, period="12m", below=True, by=house))
    table.rate(f"{run.looked:,} contracts of {len(held)} units with their reviews", taken, run.looked, what="contracts")
    table.once("one look over all levels, findings kept", taken)
    table.number("memory at the most", _bench.memory(peak=True), what=" MB")
    whole, _single = queries.rates(run)
    print(f"    findings {run.counts}; contracts reviewed {whole[1].ok:,} of {whole[1].n:,}")
    user = _bench.member("leakkeeper", "compliance_office", top)
    get = _bench.browser(user)
    address = f"/u/{top.code}/review/leaks/"
    table.turns("page: rates and findings of that look", _bench.often(lambda: get(address), 20), p95=150)
    table.number("its questions", _bench.asked(lambda: get(address)), most=40)


def ledger(held: list[Any], rows: int, table: _bench.Table) -> None:
    from guiju.access.actor import system
    from guiju.lib import clock
    from guiju.lib.excel import writer
    from guiju.review.leaks import looking

    content, day = io.BytesIO(), clock.today() - timedelta(days=3)
    labels = ("凭证号", "合同编号", "摘要", "收款单位", "付款金额", "付款日期")
    writer.write(
        content, title="财务付款台账", columns=[writer.Column(label) for label in labels],
        rows=((str(n), f"ht(2026){n % 400}号", "支付合同款", f"供应商{n % 40}", Decimal(1), day) for n in range(rows)),
    )  # fmt: skip
    content.seek(0)
    unit = held[-1]
    handed = [looking.Handed("财务付款台账.xlsx", content)]
    taken, _run = _bench.once(lambda: looking.look(unit=unit, period="12m", handed=handed, by=system("bench")))
    table.rate("payments of a ledger read, matched, judged", taken, rows)


def judge(count: int, table: _bench.Table) -> None:
    """One company with so many contracts and as many payments, numbered; then all of five names without a number."""
    from datetime import date

    from guiju.review.leaks import finding
    from guiju.review.leaks.facts import Deed, Payment, Review, Terms, Threshold

    first, limits = date(2026, 1, 1), [Threshold(Decimal(5_000_000))]
    for told, named in (("numbered", True), ("of one name and five firms, unnumbered", False)):
        deeds, reviews = [], []
        for n in range(count):
            on, number = first + timedelta(days=n % 300), f"HT-{n}" if named else ""
            title, party = (f"采购合同{n}", f"供应商{n % 100}") if named else ("采购合同", f"供应商{n % 5}")
            paid = (Payment(on + timedelta(days=5), Decimal(1000)),)
            deeds.append(
                Deed(key=f"d{n}", unit="U", kind="contract", title=title, on=on, number=number, party=party,
                     amount=Decimal(1000), payments=paid)
            )  # fmt: skip
            if n % 100:
                reviews.append(
                    Review(key=f"r{n}", unit="U", kind="contract", title=title, on=on - timedelta(days=2), party=party,
                           until=on + timedelta(days=60), about=(number,) if named else (), amount=Decimal(1000))
                )  # fmt: skip
        taken, _found = _bench.once(
            lambda: finding.find(deeds, reviews, thresholds=lambda _unit: limits, terms=Terms(date(2026, 11, 20)))  # noqa: B023
        )
        table.rate(f"{count:,} contracts and payments {told}: paired and judged", taken, count, what="contracts")


if __name__ == "__main__":
    sys.exit(main())
