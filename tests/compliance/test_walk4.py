"""What a newcomer came upon: days to come, other people's names, figures that do not agree, rows of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guiju.access.actor import of_user
from guiju.compliance.hearing import actions as hearings
from guiju.documents.kinds import hearing as papers
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers import grid
from guiju.registers import spec as specs
from tests.compliance.test_hearing import quarter, written
from tests.compliance.test_rectify import account, enter, fresh, hand_in
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhao(cast: Cast) -> Person:
    return org.add_person(unit=cast.sub, name="赵强", number="1002", by=cast.house)


def where(refused: pytest.ExceptionInfo[Problem]) -> set[str]:
    return {fault.where for fault in refused.value.faults}


# --- rectification ----------------------------------------------------------------------------------------------------


def closing(**more: Any) -> dict[str, Any]:
    return {"done_on": clock.today(), "acceptance": "看过了", "no_files": "现场查看", **more}


def test_nothing_is_closed_on_a_day_to_come(cast: Cast, zhao: Person) -> None:
    head = of_user(account("wang", "compliance_office", cast.sub, cast.wang, cast.house))
    entry = enter(cast.house, cast.sub, zhao)
    hand_in(entry, cast.house)
    later = clock.today() + timedelta(days=100)
    with pytest.raises(Problem) as refused:
        registers.move(entry=fresh(entry), move="close", values=closing(done_on=later), by=head)
    assert where(refused) == {"done_on"}
    values = closing(done_on=later, acceptor=str(cast.wang.uid))
    with pytest.raises(Problem):  # the installation itself does not know the future either
        registers.move(entry=fresh(entry), move="close", values=values, by=cast.house)


def test_who_accepts_is_whoever_takes_the_step(cast: Cast, zhao: Person) -> None:
    head = of_user(account("wang", "compliance_office", cast.sub, cast.wang, cast.house))
    third = org.add_person(unit=cast.sub, name="戴薇", number="1003", by=cast.house)
    entry = enter(cast.house, cast.sub, zhao)
    hand_in(entry, cast.house)
    with pytest.raises(Problem) as refused:
        registers.move(entry=fresh(entry), move="close", values=closing(acceptor=str(third.uid)), by=head)
    assert where(refused) == {"acceptor"}
    with pytest.raises(Problem) as nobody:  # an account behind which nobody stands
        registers.move(entry=fresh(entry), move="close", values=closing(), by=cast.actor(cast.mei))
    assert nobody.value.code == "rectification.no_person"
    done = registers.move(entry=fresh(entry), move="close", values=closing(), by=head)
    assert done.body.data["acceptor"] == str(cast.wang.uid)
    for values in ({"acceptor": str(third.uid)}, {"done_on": clock.today() - timedelta(days=1)}):
        with pytest.raises(Problem) as kept:
            registers.update(entry=fresh(entry), values=values, version=fresh(entry).version, by=head)
        assert where(kept) == set(values)


# --- records of checks --------------------------------------------------------------------------------------------------


def record(**more: Any) -> dict[str, Any]:
    return {"subject": "用印抽查", "checked_on": clock.today(), "result": "none", "checker": "1001", **more}


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"problem": "三份合同没有用印登记"}, "problem"),
    ({"due_count": 10, "done_count": 12}, "done_count"),
)


@pytest.mark.parametrize(("values", "field"), WRONG)
def test_a_record_that_contradicts_itself_is_refused_at_every_door(
    cast: Cast, values: dict[str, Any], field: str
) -> None:
    by = cast.actor(cast.mei)
    with pytest.raises(Problem) as refused:
        registers.create(register="checks", unit=cast.sub, values=record(**values), by=by)
    assert where(refused) == {field}
    good = registers.create(register="checks", unit=cast.sub, values=record(due_count=10, done_count=9), by=by)
    with pytest.raises(Problem) as changed:
        registers.update(entry=good, values=values, version=1, by=by)
    assert where(changed) == {field}
    row = grid.GridRow("a", values, uid=str(good.uid), version=1)
    with pytest.raises(Problem) as table:
        grid.save(register=specs.get("checks"), unit=cast.sub, rows=[row], by=by)
    assert where(table) == {f"a.{field}"}
    assert registers.update(entry=fresh(good), values={"used": True}, version=1, by=by).version == 2


@pytest.mark.parametrize("words", ["无", "未发现问题。", "/", " 没有 ", "——"])
def test_words_for_nothing_are_no_problem(cast: Cast, words: str) -> None:
    made = registers.create(register="checks", unit=cast.sub, values=record(problem=words), by=cast.actor(cast.mei))
    assert made.level == "none"


# --- hearings -----------------------------------------------------------------------------------------------------------


def test_a_hearing_is_not_closed_on_figures_that_have_changed_unless_somebody_says_so(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    at = clock.now()
    with clock.simulate(at - timedelta(days=1)):
        hearing = hearings.prepare(unit=cast.sub, period=quarter(), by=by)
    enter(by, cast.sub, zhao, problem="会前发现的问题")
    with pytest.raises(Problem) as refused:
        hearings.close(hearing=hearing, values=written(cast.wang, zhao), version=hearing.version, by=by)
    assert refused.value.code == "hearing.figures"
    assert any("0 → 1" in fault.what for fault in refused.value.faults)
    kept = hearings.close(
        hearing=hearing, values=written(cast.wang, zhao), version=hearing.version, by=by, keep_figures=True
    )
    text = "\n".join(getattr(one, "text", "") for one in papers.of_hearing(kept, quarter(), by=by).pieces())
    assert "新发现问题0项" in text
    assert "数据截至" in text


def test_a_hearing_that_was_counted_again_closes_with_the_figures_of_the_day(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    hearings.prepare(unit=cast.sub, period=quarter(), by=by)
    enter(by, cast.sub, zhao)
    again = hearings.prepare(unit=cast.sub, period=quarter(), by=by)
    hearings.close(hearing=again, values=written(cast.wang, zhao), version=again.version, by=by)


def test_a_hearing_of_a_day_before_the_counting_keeps_what_it_heard(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    hearing = hearings.prepare(unit=cast.sub, period=quarter(), by=by)
    enter(by, cast.sub, zhao)
    values = written(cast.wang, zhao, held_on=(clock.today() - timedelta(days=1)).isoformat())
    hearings.close(hearing=hearing, values=values, version=hearing.version, by=by)


def test_minutes_without_number_and_signer_lack_them(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    hearing = hearings.prepare(unit=cast.sub, period=quarter(), by=by)
    closed = hearings.close(hearing=hearing, values=written(cast.wang, zhao), version=hearing.version, by=by)
    assert papers.build(cast.sub, quarter(), by).missing[0] == "发文字号"
    assert "签发" in papers.of_hearing(closed, quarter(), by=by).missing


def test_the_minutes_of_a_hearing_that_was_only_entered_are_found_and_none_is_no_dead_end(
    cast: Cast, zhao: Person
) -> None:
    by, past = cast.actor(cast.mei), quarter().previous
    assert papers.build(cast.sub, past, by).missing == ["本季度合规管理调度会议的纪要"]
    values = {
        "subject": "第三季度合规管理调度会议", "topic": "quarterly_hearing", "held_on": past.end, "period": str(past),
        "chaired_by": str(cast.wang.uid), "minutes": "听取合规负责人汇报。", "next_work": "开展合同专项排查。",
    }  # fmt: skip
    registers.create(register="meetings", unit=cast.sub, values=values, by=by)
    paper = papers.build(cast.sub, past, by)
    assert "第三季度合规管理调度会议纪要" in paper.title
    assert any("听取合规负责人汇报" in getattr(one, "text", "") for one in paper.pieces())
