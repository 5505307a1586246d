"""The library under attack: plans about what is no rule, gaps that are none, other people's problems, odd findings."""

from __future__ import annotations

import pytest

from guiju.access.actor import of_user
from guiju.governance.duties import actions as duties
from guiju.governance.policies import planning
from guiju.lib.errors import Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.org import places
from guiju.registers.models import Entry
from guiju.trail import verify
from tests.conftest import Cast
from tests.governance.policy_house import account, days, drafted, fresh, officer, record, stock
from tests.governance.test_duties_third import audit
from tests.governance.test_library_guidelines import found_by

pytestmark = pytest.mark.django_db
HOSTILE = "=cmd|'/C calc'!A0\u202e\u200b<script>alert(1)</script>\x07"


def place(cast: Cast) -> planning.Place:
    return planning.place_of(places.seat(cast.actor(cast.mei), "HD-01"))


def test_what_is_no_rule_is_not_planned_to_be_amended(cast: Cast) -> None:
    finding = found_by(cast, "高处作业无防护")
    with pytest.raises(Problem):
        planning.for_policy(entry=finding, action="amend", reason="过时", by=cast.actor(cast.mei))
    assert not Entry.objects.filter(register="policy_plans").exists()


def test_a_rule_that_was_never_in_force_is_neither_amended_nor_repealed(cast: Cast) -> None:
    draft = record(drafted(cast))
    for action in ("amend", "repeal", "interpret"):
        with pytest.raises(Problem):
            planning.for_policy(entry=draft, action=action, reason="过时", by=cast.actor(cast.mei))
    assert not Entry.objects.filter(register="policy_plans").exists()


@pytest.mark.parametrize("key", ["", ":", "charter:x", "specific:", "specific:nothing", "guideline:\x00", "x" * 9_999])
def test_a_gap_that_is_none_is_not_found(cast: Cast, key: str) -> None:
    with pytest.raises(NotFound):
        planning.for_gap(key=key, at=place(cast), by=cast.actor(cast.mei))


@pytest.mark.parametrize("year", [-1, 1900, 9999, 10**12])
def test_a_year_that_cannot_be_is_refused(cast: Cast, year: int) -> None:
    with pytest.raises(Problem):
        planning.for_gap(key="charter", at=place(cast), by=cast.actor(cast.mei), year=year)


def test_nobody_plans_for_or_answers_a_stranger(cast: Cast) -> None:
    finding, rule = found_by(cast, "高处作业无防护"), fresh(stock(cast))
    employee = of_user(account("Gong", "employee", cast.sub, cast.house))
    for by in (cast.actor(cast.tan), employee, cast.actor(cast.ou)):
        for act in (
            lambda by=by: planning.for_gap(key="charter", at=place(cast), by=by),
            lambda by=by: planning.decline_gap(key="basic:legal", at=place(cast), reason="不需要", by=by),
            lambda by=by: planning.for_finding(finding=finding, by=by),
            lambda by=by: planning.decline_finding(finding=finding, reason="不需要", by=by),
            lambda by=by: planning.for_policy(entry=rule, action="repeal", reason="过时", by=by),
        ):
            with pytest.raises((Denied, NotFound)):
                act()
    assert not Entry.objects.filter(register="policy_plans").exists()


def test_an_officer_plans_for_his_department_alone(cast: Cast) -> None:
    dong = officer(cast)
    elsewhere = fresh(stock(cast))
    with pytest.raises((Denied, NotFound)):
        planning.for_policy(entry=elsewhere, action="repeal", reason="过时", by=dong)
    own = planning.for_gap(key="specific:finance", at=planning.place_of(places.seat(dong, "HD-01-D1")), by=dong)
    assert own.department == cast.department


def test_hostile_words_stay_plain_words_in_a_plan_and_a_rectification(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    row = planning.decline_gap(key="basic:legal", at=place(cast), reason=HOSTILE, by=mei)
    made = duties.rectify(
        uid=audit(cast).uid, version=1, by=mei,
        values={"problem": HOSTILE, "owner": str(cast.wang.uid), "due_on": days(30).isoformat()},
    )  # fmt: skip
    for words in (fresh(row).body.data["reason"], made.title):
        assert not set(words) & {"\u202e", "\u200b", "\x07"}
        assert "<script>" in words
    assert verify.run().findings == []


def test_an_officer_of_a_department_and_a_stranger_make_no_rectification_of_the_companys_audit(cast: Cast) -> None:
    entry = audit(cast)
    values = {"problem": "用印未登记", "owner": str(cast.wang.uid), "due_on": days(30).isoformat()}
    for by in (officer(cast), cast.actor(cast.tan), cast.actor(cast.qian)):
        with pytest.raises((Denied, NotFound)):
            duties.rectify(uid=entry.uid, values=values, version=entry.version, by=by)
    assert not Entry.objects.filter(register="rectifications").exists()


def test_a_record_of_another_kind_is_no_audit(cast: Cast) -> None:
    finding = found_by(cast, "高处作业无防护")
    with pytest.raises(NotFound):
        duties.rectify(uid=finding.uid, values={"problem": "甲"}, version=1, by=cast.actor(cast.mei))


def test_an_owner_from_elsewhere_gets_no_rectification(cast: Cast) -> None:
    stranger = org.add_person(unit=cast.stranger, name="外人", by=cast.house)
    entry = audit(cast)
    with pytest.raises(Problem):
        duties.rectify(
            uid=entry.uid, version=entry.version, by=cast.actor(cast.mei),
            values={"problem": "甲", "owner": str(stranger.uid), "due_on": days(30).isoformat()},
        )  # fmt: skip
    assert not Entry.objects.filter(register="rectifications").exists()
