"""第三道防线：审计、监督检查、管理层评审发现的问题，一步登记整改；发现数和整改数跟着台账走，不靠人填。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.governance.duties import actions, queries, third
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org.models import Person
from guiju.posture import findings
from guiju.posture.models import Status
from guiju.registers import actions as registers
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from tests.compliance.test_rectify import accept, account, hand_in
from tests.conftest import Cast
from tests.governance.meeters import person
from tests.posture.conftest import Story, story

pytestmark = pytest.mark.django_db
__all__ = ["story"]


@pytest.fixture
def zhao(cast: Cast) -> Person:
    return person(cast, "赵强", "2001")


def audit(cast: Cast, **more: object) -> Entry:
    values = {
        "name": "年度合规审计",
        "kind": "internal",
        "reported_on": clock.today(),
        "auditor": "审计部",
        "findings": 3,
        **more,
    }
    return registers.create(register="audits", unit=cast.sub, values=values, by=cast.house)


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("unit", "department", "body").get(pk=entry.pk)


def take(cast: Cast, entry: Entry, owner: Person, problem: str = "用印未登记", **more: object) -> Entry:
    values = {"problem": problem, "owner": str(owner.uid), "due_on": (clock.today() + timedelta(days=30)).isoformat()}
    return actions.rectify(uid=entry.uid, values=values | more, version=fresh(entry).version, by=cast.actor(cast.mei))


def test_a_finding_becomes_one_rectification_with_its_source_filled(cast: Cast, zhao: Person) -> None:
    entry = audit(cast)
    made = take(cast, entry, zhao)
    assert (made.kind, made.on, made.owner, made.text_2) == ("audit", entry.on, zhao, "年度合规审计")
    assert queries.origin(made) == entry
    (round_,) = queries.rounds(by=cast.house, unit=cast.sub)
    assert (round_.findings, len(round_.rectifications), round_.settled, round_.untaken) == (3, 1, 0, 2)
    with pytest.raises(Conflict):
        take(cast, entry, zhao)


def test_what_is_settled_follows_the_ledger_and_what_was_settled_before_stays(cast: Cast, zhao: Person) -> None:
    entry = audit(cast, findings=1, settled=1)
    first = take(cast, entry, zhao)
    take(cast, entry, zhao, "合同未归档")
    assert (fresh(entry).count_1, fresh(entry).count_2) == (3, 1)
    hand_in(first, cast.actor(cast.mei))
    accept(first, cast.actor(cast.mei), cast.wang)
    assert (fresh(entry).count_1, fresh(entry).count_2) == (3, 2)
    assert queries.one(by=cast.house, uid=entry.uid).reported == 1
    registers.update(entry=fresh(entry), values={"settled": 9}, version=fresh(entry).version, by=cast.house)
    assert fresh(entry).count_2 == 2
    registers.remove(entry=fresh(first), version=fresh(first).version, by=cast.house, reason="重复登记")
    assert (len(fresh(entry).body.data["rectifications"]), fresh(entry).count_2) == (1, 1)


@pytest.mark.parametrize(
    ("by_whom", "source"), [("discipline", "discipline"), ("audit", "audit"), ("inspection", "inspection")]
)
def test_an_inspection_says_whose_it_was(cast: Cast, zhao: Person, by_whom: str, source: str) -> None:
    values = {"name": "招投标专项检查", "by_whom": by_whom, "reported_on": clock.today()}
    entry = registers.create(register="inspections", unit=cast.sub, values=values, by=cast.house)
    assert take(cast, entry, zhao).kind == source
    assert fresh(entry).count_1 == 1


def test_a_management_review_counts_its_measures(cast: Cast, zhao: Person) -> None:
    values = {"subject": "体系年度评审", "trigger": "periodic", "held_on": clock.today(), "conclusion": "需改进"}
    entry = registers.create(register="management_reviews", unit=cast.sub, values=values, by=cast.house)
    take(cast, entry, zhao)
    second = take(cast, entry, zhao, "清单未更新")
    assert fresh(entry).count_1 == 2
    hand_in(second, cast.actor(cast.mei))
    accept(second, cast.actor(cast.mei), cast.wang)
    assert fresh(entry).count_2 == 1


def test_measures_that_were_carried_out_wait_for_nobody(cast: Cast, zhao: Person) -> None:
    values = {
        "subject": "半年评审", "trigger": "periodic", "held_on": clock.today(), "conclusion": "有效", "measures": 4,
        "settled": 3,
    }  # fmt: skip
    entry = registers.create(register="management_reviews", unit=cast.sub, values=values, by=cast.house)
    (found,) = queries.rounds(by=cast.house, unit=cast.sub)
    assert (found.findings, found.settled, found.untaken, found.reported) == (4, 3, 1, 3)
    take(cast, entry, zhao)
    (found,) = queries.rounds(by=cast.house, unit=cast.sub)
    assert (found.findings, found.settled, found.untaken, found.reported) == (4, 3, 0, 3)


def test_two_at_once_are_told_and_nothing_is_lost(cast: Cast, zhao: Person) -> None:
    entry = audit(cast)
    seen = fresh(entry).version
    take(cast, entry, zhao)
    values = {"problem": "另一问题", "owner": str(zhao.uid), "due_on": clock.today().isoformat()}
    with pytest.raises(Conflict):
        actions.rectify(uid=entry.uid, values=values, version=seen, by=cast.actor(cast.lin))
    assert Entry.objects.filter(register="rectifications").count() == 1


def test_wrong_input_and_other_peoples_records_are_refused(cast: Cast, zhao: Person) -> None:
    entry = audit(cast)
    with pytest.raises(Problem) as empty:
        take(cast, entry, zhao, "  ")
    assert empty.value.status == 422
    with pytest.raises(Problem):
        take(cast, entry, zhao, "没有期限", due_on="")
    for stranger in (cast.tan, account("reader", "reader", cast.sub, cast.wang, cast.house)):
        with pytest.raises((Denied, NotFound)):
            actions.rectify(uid=entry.uid, values={"problem": "x"}, version=1, by=cast.actor(stranger))
    assert not Entry.objects.filter(register="rectifications").exists()


def test_other_rectifications_ask_nothing_of_the_third_line(cast: Cast, zhao: Person) -> None:
    audit(cast)
    values = {
        "problem": "自查发现", "source": "check", "due_on": clock.today(), "owner": str(zhao.uid), "found_on": clock.today()
    }  # fmt: skip
    row = registers.create(register="rectifications", unit=cast.sub, values=values, by=cast.house)
    before = {"kind": "check", "status": "open"}
    with CaptureQueriesContext(connection) as asked:
        third.on_rows([Change("rectifications", cast.sub.pk, before, {**before, "status": "closed"}, str(row.uid))])
    assert len(asked) == 0


def test_a_finding_taken_up_turns_the_answer_of_the_standard(story: Story) -> None:
    story.sized("medium")
    story.adopt()

    def standing() -> Status:
        (found,) = findings.findings(story.cast.sub, story.pack, codes=["B.3.5-m13"]) or []
        return found.status

    entry = story.enter(
        "audits", name="审计", kind="internal", reported_on=date(2026, 5, 1), auditor="审计部", findings=1
    )
    assert standing() == Status.UNMET
    take(story.cast, entry, story.person("赵强"))
    assert standing() == Status.MET
