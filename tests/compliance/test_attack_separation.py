"""Who does something does not look at it himself: not under another name, and not by a detour through the register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from guiju.access.actor import of_user
from guiju.compliance.checks import finishing, queries, running
from guiju.compliance.models import CheckRun
from guiju.lib import clock
from guiju.lib.errors import Denied, Problem
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.compliance import checkers
from tests.compliance.checkers import DAY, Checkers, at, items, look
from tests.compliance.lists_house import ListHouse, build
from tests.compliance.riskers import officer
from tests.compliance.test_rectify import account, enter, fresh, hand_in
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast) -> ListHouse:
    return build(cast)


@pytest.fixture
def people(cast: Cast) -> Iterator[Checkers]:
    with clock.simulate(at(DAY)):
        yield checkers.make(cast)


# --- lists ----------------------------------------------------------------------------------------------------------


def test_a_version_entered_in_the_register_is_not_approved_by_whoever_submitted_it(house: ListHouse) -> None:
    values = {"kind": "risk", "number": "V9", "owner": str(house.zhao.uid), "rows": 3}
    entry = registers.create(register="list_versions", unit=house.cast.sub, values=values, by=house.head)
    entry = registers.move(entry=entry, move="submit", by=house.head)
    with pytest.raises(Denied):
        registers.move(entry=entry, move="approve", values={"approved_by": str(house.cast.wang.uid)}, by=house.head)
    lin = of_user(house.cast.lin)
    assert registers.move(entry=entry, move="approve", values={"approved_by": str(house.chen.uid)}, by=lin)


def test_the_drafter_does_not_hand_the_list_over_while_approving_it(house: ListHouse) -> None:
    house.row()
    entry = registers.move(
        entry=house.draft(), move="submit", values={"owner": str(house.chen.uid)}, by=house.cast.house
    )
    with pytest.raises(Denied):
        registers.move(
            entry=entry, move="approve", by=house.head,
            values={"owner": str(house.zhao.uid), "approved_by": str(house.chen.uid)},
        )  # fmt: skip


# --- rectification --------------------------------------------------------------------------------------------------


def _closing(acceptor: Person, **more: object) -> dict[str, object]:
    return {
        "done_on": clock.today(), "acceptor": str(acceptor.uid), "acceptance": "看过了", "no_files": "现场查看", **more,
    }  # fmt: skip


def test_whoever_submitted_a_rectification_does_not_accept_it_in_another_name(cast: Cast, house: ListHouse) -> None:
    entry = enter(cast.house, cast.sub, house.zhao)
    hand_in(entry, house.head)
    with pytest.raises(Denied):
        registers.move(entry=fresh(entry), move="close", values=_closing(cast.wang), by=house.head)


def test_an_owner_does_not_hand_his_rectification_over_while_accepting_it(cast: Cast, house: ListHouse) -> None:
    owner = account("wang", "compliance_office", cast.sub, cast.wang, cast.house)
    entry = enter(cast.house, cast.sub, cast.wang)
    hand_in(entry, cast.house)
    given = _closing(house.chen, owner=str(house.zhao.uid))
    with pytest.raises(Denied):
        registers.move(entry=fresh(entry), move="close", values=given, by=of_user(owner))


# --- checks ---------------------------------------------------------------------------------------------------------


def _finished(people: Checkers) -> CheckRun:
    people.risks(1)
    run = people.run(people.plan())
    with clock.simulate(at(DAY, 9)):
        run = running.begin(run=run, by=people.mei)
    with clock.simulate(at(DAY, 9, 20)):
        look(items(run)[0], people.mei)
        return finishing.finish(run=queries.find(people.mei, run.uid), by=people.mei)


def test_a_checker_does_not_sign_her_zero_report_in_the_name_of_her_head(people: Checkers) -> None:
    run = _finished(people)
    report = Entry.objects.get(uid=run.zero_report)
    given = {"signer": str(people.shen_person.uid), "signed_on": clock.today(), "explanation": "没有问题"}
    with pytest.raises(Problem):
        registers.move(entry=report, move="sign", values=given, by=people.mei)
    other = {**given, "signer": str(people.mei_person.uid), "checker": str(people.shen_person.uid)}
    with pytest.raises(Problem):
        registers.move(entry=fresh(report), move="sign", values=other, by=people.mei)
    with pytest.raises(Problem):
        registers.move(entry=fresh(report), move="sign", values=other, by=people.shen)
    assert fresh(report).status == "awaiting"
    assert registers.move(entry=fresh(report), move="sign", values=given, by=people.shen).status == "signed"


def test_a_checker_does_not_write_a_signature_into_the_record_of_her_check(people: Checkers) -> None:
    record = Entry.objects.get(uid=_finished(people).check_entry)
    given = {"signer": str(people.shen_person.uid), "signed_on": clock.today()}
    with pytest.raises(Problem) as refused:
        registers.update(entry=record, values=given, version=record.version, by=people.mei)
    assert refused.value.code == "entry.same_person"
    assert registers.update(entry=fresh(record), values=given, version=record.version, by=people.shen).done_on


# --- reports upwards ------------------------------------------------------------------------------------------------


def _report(cast: Cast, level: str) -> Entry:
    values = {
        "matter": "围标线索", "level": level, "found_on": clock.today() - timedelta(days=1),
        "department": str(cast.department.uid), "detail": "投标文件雷同", "reporter": str(cast.wang.uid),
    }  # fmt: skip
    return registers.create(register="risk_reports", unit=cast.sub, values=values, by=cast.house)


_SETTLED = {"result": "已处理"}


def test_a_department_does_not_settle_what_it_reported_to_the_first_responsible_person(cast: Cast) -> None:
    hua = of_user(officer(cast, cast.department))
    entry = _report(cast, "major")
    given = {"analysis": "情况属实", "escalated_on": clock.today()}
    entry = registers.move(entry=entry, move="escalate", values=given, by=hua)
    settled = {**_SETTLED, "settled_on": clock.today(), "decision": "我说可以"}
    with pytest.raises(Problem) as refused:
        registers.move(entry=entry, move="settle", values=settled, by=hua)
    assert refused.value.code == "risk_report.undecided"
    entry = registers.move(entry=fresh(entry), move="decide", values={"decision": "停止合作"}, by=of_user(cast.mei))
    assert registers.move(entry=entry, move="settle", values=settled, by=hua).status == "settled"


def test_calling_a_major_risk_a_general_one_does_not_spare_it_the_analysis(cast: Cast) -> None:
    hua = of_user(officer(cast, cast.department))
    entry = _report(cast, "major")
    entry = registers.update(entry=entry, values={"level": "general"}, version=entry.version, by=hua)
    with pytest.raises(Problem) as refused:
        registers.move(entry=entry, move="settle", values={**_SETTLED, "settled_on": clock.today()}, by=hua)
    assert refused.value.code == "risk_report.unanalysed"
