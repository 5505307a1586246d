"""A stock of 500 rules as .docx, .pdf and .doc files: sent, read with progress, looked through, taken into the library.

    python bench/policies.py [--files 500] [--articles 40] [--rules 10000]

The aim is that of the whole way: five minutes for 500 files, extraction and all. Then the pages of a library of so many
rules in force: the matrix with what is missing, the plan, the statistics.
"""

from __future__ import annotations

import sys
from datetime import date
from io import BytesIO
from typing import Any

import _bench
import _house

#: Seconds for 500 files, everything included.
AIM = 300.0


def main() -> int:
    options = _bench.arguments(__doc__, files=500, articles=40, rules=10_000)
    with _bench.installation():
        table = _bench.Table("policies")
        if options.files:
            measure(options.files, options.articles, table)
        library(options.rules, table)
    return 0


def measure(count: int, articles: int, table: _bench.Table) -> None:
    from guiju.access.actor import of_user
    from guiju.demo import stock
    from guiju.governance.intake import actions, queries, reading
    from guiju.governance.intake.receiving import Upload
    from guiju.jobs import worker
    from guiju.lib import clock

    unit = _house.tree(1)[0]
    user = _bench.member("keeper", "compliance_office", unit)
    by = of_user(user)
    found = stock.files(count=count, articles=articles)
    table.number(f"{count} files", sum(len(one.data) for one in found) / 2**20, what=" MB")
    intake = actions.begin(unit=unit, name="stock", cutoff_on=date(clock.today().year - 1, 12, 31), by=by)
    uploads = [Upload(one.name, BytesIO(one.data), one.folder) for one in found]

    def send() -> None:
        for at in range(0, len(uploads), 12):  # as the page sends them
            actions.add(intake=intake, uploads=uploads[at : at + 12], by=by)

    sent, _none = _bench.once(send)
    table.rate("sent and stored", sent, count, what="files")
    read, _none = _bench.once(lambda: reading.read(intake, by=by))
    table.rate("read, sorted, judged", read, count, what="files")
    worker.drain()  # the job that the page would have waited for finds nothing left
    _pages(user, intake, table)
    lines = queries.lines_of(intake)
    open_ = [line for line in lines if line.open]
    table.number("files with an open question", len(open_))
    if open_:
        fresh = {line.item.ordinal: line.item.version for line in open_}
        actions.settle_many(intake=intake, picked=fresh, values={"left_out": True}, by=by)
    now = queries.find(by, intake.uid)
    taken, done = _bench.once(
        lambda: actions.confirm(intake=now, version=now.version, year=clock.today().year, by=by, inline=count)
    )
    assert done.state == "confirmed", done.state
    table.rate("taken into the library", taken, count - len(open_), what="rules")
    whole = _bench.Taken(
        (sum(one.wall[0] for one in (sent, read, taken)),), (sum(one.cpu[0] for one in (sent, read, taken)),)
    )
    table.once(f"all {count} files from the first byte to the library", whole, most=AIM * count / 500)


def _pages(user: Any, intake: Any, table: _bench.Table) -> None:
    get = _bench.browser(user)
    address = f"/u/{intake.unit.code}/intake/{intake.uid}"
    table.turns("page of the table, 50 rows", _bench.often(lambda: get(f"{address}?view=all"), 20), p95=150)
    table.number("its questions", _bench.asked(lambda: get(f"{address}?view=all")), most=20)


def library(count: int, table: _bench.Table) -> None:
    """A unit with so many rules in force, and its pages."""
    from guiju.access.actor import system
    from guiju.org import actions as org
    from guiju.registers import actions as registers
    from guiju.registers import taxonomy

    unit = org.create_unit(code="LIB", name="制度库企业有限公司", kind="company", by=system("bench"))
    businesses, levels = ([code for code, *_rest in words] for words in (taxonomy.BUSINESSES, taxonomy.POLICY_LEVELS))
    rows = (
        {
            "name": f"第{n}号管理办法",
            "mechanism": "business",
            "business": businesses[n % 19],
            "level": levels[(n // 19) % 3],
            "issued_on": date(2012 + n % 14, 1 + n % 12, 1 + n % 28),
        }
        for n in range(count)
    )
    registers.create_many(register="policies", unit=unit, rows=rows, by=system("bench"))
    _bench.analyse()
    table.number("rules in force", count)
    get = _bench.browser(_bench.member("librarian", "compliance_office", unit))
    for page, what in (("", "library: matrix and gaps"), ("plans", "yearly plan"), ("guidelines", "guidelines"),
                       ("execution", "carrying out"), ("statistics", "statistics")):  # fmt: skip
        address = f"/u/LIB/policies/{page}"
        table.turns(f"page: {what}", _bench.often(lambda address=address: get(address), 20), p95=150)
        table.number("its questions", _bench.asked(lambda address=address: get(address)), most=20)


if __name__ == "__main__":
    sys.exit(main())
