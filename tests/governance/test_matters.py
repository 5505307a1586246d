"""协同事项：一件事一条记录，四家的意见写在一起，各写各的不打架，谁没写谁有待办。"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guiju.access.models import User
from guiju.governance.meetings import actions, matters
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.compliance.test_rectify import account
from tests.conftest import Cast
from tests.governance.meeters import fresh, open_tasks, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lawyer(cast: Cast) -> Person:
    return person(cast, "周律", "4001", department=cast.department)


@pytest.fixture
def lawyers_account(cast: Cast, lawyer: Person) -> User:
    return account("zhoulv", "department_officer", cast.department, lawyer, cast.house)


def begin(cast: Cast, lawyer: Person, **more: Any) -> Entry:
    values = {
        "name": "与某供应商的框架协议", "kind": "contract", "lead": "compliance",
        "due_on": (clock.today() + timedelta(days=7)).isoformat(), "functions": ["legal", "control"],
        "legal_person": str(lawyer.uid), "compliance_person": str(cast.wang.uid), **more,
    }  # fmt: skip
    return actions.open_matter(unit=cast.sub, values=values, by=cast.actor(cast.mei))


def say(entry: Entry, function: str, cast: Cast, user: User, *, version: int | None = None, **more: Any) -> Entry:
    given = {"stand": "agree", "opinion": "无异议", **more}
    held = fresh(entry)
    return actions.answer(entry=held, function=function, version=version or held.version, by=cast.actor(user), **given)


def test_the_lead_takes_part_and_each_named_person_has_a_task(cast: Cast, lawyer: Person) -> None:
    entry = begin(cast, lawyer)
    assert entry.body.data["functions"] == ["compliance", "legal", "control"]
    assert {task.owner for task in open_tasks(entry.uid)} == {lawyer, cast.wang}
    assert [one.code for one in matters.waiting(entry.body.data)] == ["compliance", "legal", "control"]


def test_somebody_of_another_department_answers_for_his_function_and_for_no_other(
    cast: Cast, lawyer: Person, lawyers_account: User
) -> None:
    entry = begin(cast, lawyer)
    assert matters.find(cast.actor(lawyers_account), entry.uid) == entry
    assert matters.listing(cast.actor(lawyers_account), company=cast.sub, whole=False) == [entry]
    answered = say(entry, "legal", cast, lawyers_account)
    voice = next(one for one in matters.voices(answered.body.data) if one.code == "legal")
    assert (voice.stand, voice.opinion, voice.on) == ("agree", "无异议", clock.today())
    assert answered.recorded_by == lawyer.name
    assert [task.owner for task in open_tasks(entry.uid)] == [cast.wang]
    with pytest.raises(Denied):
        say(entry, "compliance", cast, lawyers_account)


def test_two_functions_at_once_do_not_clash_and_two_on_the_same_do(
    cast: Cast, lawyer: Person, lawyers_account: User
) -> None:
    entry = begin(cast, lawyer)
    seen = entry.version
    say(entry, "legal", cast, lawyers_account, version=seen)
    say(entry, "compliance", cast, cast.mei, version=seen)
    with pytest.raises(Conflict) as late:
        say(entry, "legal", cast, cast.mei, version=seen, stand="object", opinion="不行")
    assert late.value.data["current"] == {"legal_stand": "agree", "legal_opinion": "无异议"}


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"stand": ""}, "stand"),
        ({"stand": "object", "opinion": " "}, "opinion"),
        ({"function": "risk"}, "function"),
        ({"function": "control"}, "person"),
    ],
)
def test_an_answer_that_lacks_something_is_refused(
    cast: Cast, lawyer: Person, given: dict[str, Any], where: str
) -> None:
    entry = begin(cast, lawyer)
    with pytest.raises(Problem) as refused:
        say(entry, given.pop("function", "legal"), cast, cast.mei, **given)
    assert where in [fault.where for fault in refused.value.faults]


def test_the_conclusion_waits_for_all_who_take_part(cast: Cast, lawyer: Person) -> None:
    entry = begin(cast, lawyer, functions=["legal"])
    last = {"conclusion": "同意签订", "concluded_on": clock.today().isoformat()}
    with pytest.raises(Problem) as refused:
        registers.move(entry=entry, move="conclude", values=last, by=cast.actor(cast.mei))
    assert refused.value.code == "matter.waiting"
    for function in ("legal", "compliance"):
        say(entry, function, cast, cast.mei)
    done = registers.move(entry=fresh(entry), move="conclude", values=last, by=cast.actor(cast.mei))
    assert done.status == "concluded"
    with pytest.raises(Conflict):
        say(entry, "legal", cast, cast.mei)


def test_what_is_open_on_a_contract_is_not_opened_twice(cast: Cast, lawyer: Person) -> None:
    contract = _contract(cast)
    first = begin(cast, lawyer, contract=str(contract.uid))
    with pytest.raises(Problem) as refused:
        begin(cast, lawyer, name="又一件", contract=str(contract.uid))
    assert first.title in refused.value.faults[0].what
    registers.move(entry=first, move="drop", reason="不签了", by=cast.house)
    assert open_tasks(first.uid) == []
    begin(cast, lawyer, name="又一件", contract=str(contract.uid))


def _contract(cast: Cast) -> Entry:
    from guiju.registers import spec

    needed = {item.code: item for item in spec.get("contracts").fields if item.required}
    values: dict[str, Any] = {}
    for code, item in needed.items():
        values[code] = {
            "date": clock.today().isoformat(), "text": f"某{code}", "amount": "1000", "person": str(cast.wang.uid),
            "choice": item.options[0].code if item.options else "",
        }.get(item.type, "某物")  # fmt: skip
    return registers.create(register="contracts", unit=cast.sub, values=values, by=cast.house)


def test_a_stranger_finds_no_matter(cast: Cast, lawyer: Person) -> None:
    entry = begin(cast, lawyer)
    with pytest.raises(NotFound):
        matters.find(cast.actor(cast.tan), entry.uid)
    assert matters.listing(cast.actor(cast.tan), company=cast.sub, whole=False) == []
