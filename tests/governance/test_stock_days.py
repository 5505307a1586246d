"""A stock of rules counts by its own days, brought in as files or as a list; only what says no day counts as late."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from guiju.governance.intake import actions as intakes
from guiju.governance.intake import queries as stocks
from guiju.governance.policies import actions, ledger, statistics
from guiju.lib import clock
from guiju.org import places
from guiju.posture import lateness
from guiju.registers import actions as registers
from guiju.registers import importing
from guiju.registers import store as stores
from guiju.registers.models import Entry
from guiju.trail import verify
from tests.conftest import Cast
from tests.governance import stocks as house
from tests.governance.policy_house import days, fresh, in_force, record, stock
from tests.governance.test_policies_inplace import workbook

pytestmark = pytest.mark.django_db


def standing(cast: Cast, on: date) -> list[str]:
    """The rules in force on a day, as statistics count them."""
    seat = places.seat(cast.house, cast.sub.code)
    return sorted(statistics.standing(cast.house, seat, on=on).values_list("title", flat=True))


def late(cast: Cast) -> tuple[int, int, int]:
    """In time, somewhat late, long after: of all policies entered in the last months."""
    found = lateness.count(Entry.objects.filter(unit=cast.sub), since="2020-01")
    told = [month["policies"] for month in found.values() if "policies" in month]
    return sum(one[0] for one in told), sum(one[1] for one in told), sum(one[2] for one in told)


def listed(cast: Cast, folder: Path, *rows: list[str]) -> None:
    """Mei imports a list of rules."""
    head = ["制度名称", "所属机制", "层级", "印发日期", "施行日期", "废止日期", "状态"]
    path = workbook(folder, [head, *rows])
    run = importing.prepare(register="policies", unit=cast.sub, path=path, name="制度台账.xlsx", by=cast.house)
    assert run.summary["faulty"] == 0, run.summary["faults"]
    importing.confirm(run, cast.house)


LIST = (
    ["用印管理办法", "业务管理", "具体规章制度", "2019-05-01", "", "", ""],
    ["公司章程", "机构与职责", "基本管理制度", "2015-01-08", "", "", ""],
    ["采购管理办法", "业务管理", "具体规章制度", "2022-12-20", "2023-03-01", "", ""],
    ["旧采购办法", "业务管理", "具体规章制度", "2011-02-01", "", "2023-03-01", "已废止"],
    ["无日期办法", "业务管理", "具体规章制度", "", "", "", ""],
)


def test_rules_of_a_list_count_on_each_day_by_their_own_days(cast: Cast, tmp_path: Path) -> None:
    listed(cast, tmp_path, *LIST)
    assert standing(cast, date(2014, 12, 31)) == ["旧采购办法"]
    assert standing(cast, date(2022, 12, 31)) == ["公司章程", "旧采购办法", "用印管理办法"]
    assert standing(cast, date(2023, 12, 31)) == ["公司章程", "用印管理办法", "采购管理办法"]
    assert standing(cast, clock.today()) == ["公司章程", "无日期办法", "用印管理办法", "采购管理办法"]


def test_the_ledger_of_a_listed_stock_says_how_many_of_each_level_stood_on_the_day(cast: Cast, tmp_path: Path) -> None:
    listed(cast, tmp_path, *LIST)
    seat = places.seat(cast.house, cast.sub.code)
    told = ledger.text(ledger.rows(by=cast.house, seat=seat, on=date(2022, 12, 31)))
    assert "截至2022年12月31日，现行有效制度3项，其中基本管理制度1项，具体规章制度2项，专项合规指引0项" in told


def test_only_a_rule_without_a_day_is_a_late_entry_of_a_listed_stock(cast: Cast, tmp_path: Path) -> None:
    listed(cast, tmp_path, *LIST)
    assert late(cast) == (0, 0, 1)
    known = {row.title: row for row in Entry.objects.filter(register="policies").select_related("unit", "body")}
    source = stores.of(registers.spec_of("policies"))
    assert {source.find(cast.house, row.uid).late_days for row in known.values()} == {0}


def test_a_rule_issued_after_the_library_began_and_entered_long_after_is_late(cast: Cast) -> None:
    stock(cast)
    begun = clock.today()
    Entry.objects.filter(register="policies").update(created_at=clock.now().replace(year=begun.year - 1))
    missed = stock(cast, "补录办法", issued_on=days(-60))
    assert late(cast) == (0, 0, 1)
    assert registers.late_days(registers.spec_of("policies"), fresh(missed)) == 60
    old = stock(cast, "老办法", issued_on=date(2001, 1, 1))
    assert registers.late_days(registers.spec_of("policies"), fresh(old)) == 0
    stock(cast, "当日办法", issued_on=begun)
    assert late(cast) == (1, 0, 1)


def test_files_of_a_stock_count_by_the_days_their_words_say(cast: Cast) -> None:
    intake = house.read(
        cast,
        house.word("印章使用办法", day="2019年5月1日"),
        house.word("合同管理办法", more=("第九条 本办法2022年12月20日发布。",), day="2023年3月1日"),
    )
    intakes.confirm(intake=intake, version=intake.version, year=clock.today().year, by=cast.actor(cast.mei))
    assert standing(cast, date(2022, 12, 31)) == ["印章使用办法"]
    assert standing(cast, date(2023, 12, 31)) == ["印章使用办法", "合同管理办法"]
    assert late(cast) == (0, 0, 0)
    held = actions.current(Entry.objects.get(title="合同管理办法").uid)
    assert held is not None
    assert (held.issued_on, held.in_force_on) == (date(2022, 12, 20), date(2023, 3, 1))


def test_a_file_whose_day_nobody_knows_is_taken_over_and_counts_from_today(cast: Cast) -> None:
    intake = house.read(cast, house.word("值班管理办法", day="某日"), house.word("印章使用办法"))
    line = next(line for line in stocks.lines_of(intake) if line.name == "值班管理办法")
    assert line.open == ["dayless"]
    intakes.settle(item=line.item, values={"no_day": True}, version=line.item.version, by=cast.actor(cast.mei))
    intake = house.fresh(intake)
    done = intakes.confirm(intake=intake, version=intake.version, year=clock.today().year, by=cast.actor(cast.mei))
    assert standing(cast, date(2022, 12, 31)) == ["印章使用办法"]
    assert standing(cast, clock.today()) == ["值班管理办法", "印章使用办法"]
    assert late(cast) == (0, 0, 1)
    taken = Entry.objects.select_related("body").get(uid=house.fresh(done).stocktake)
    assert taken.count_1 == 1
    assert "1" in taken.body.data["problems"].split("；")[-1]
    assert verify.run().ok


def test_a_rule_issued_here_for_a_later_day_counts_from_that_day(cast: Cast) -> None:
    entry = record(in_force(cast))
    assert "in_force_on" not in entry.body.data
    assert standing(cast, clock.today()) == ["采购管理办法"]
