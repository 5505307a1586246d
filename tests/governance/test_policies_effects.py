"""新版生效带动什么：条款台账跟着变，义务和风险被标记，检索换成新文。"""

from __future__ import annotations

from datetime import date

import pytest

from guiju.compliance.graph import actions as graph
from guiju.compliance.models import Mark
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, clauses
from guiju.registers import actions as registers
from guiju.registers.models import Entry, Passage
from tests.conftest import Cast
from tests.governance.policy_house import fresh, in_force, record, revised

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(cast: Cast) -> PolicyVersion:
    """A rule in force since last year, three of its clauses in the register."""
    made = in_force(cast)
    PolicyVersion.objects.filter(pk=made.pk).update(in_force_on=date(2025, 1, 1), issued_on=date(2025, 1, 1))
    made.refresh_from_db()
    clauses.enter(entry=record(made), row=made, anchors={"a3", "a4", "a5"}, by=cast.actor(cast.mei))
    return made


def kept(row: PolicyVersion) -> set[tuple[str, str, str]]:
    found = Entry.objects.filter(register="policy_clauses", ref_1=row.policy).select_related("body")
    return {(one.number, one.status, one.body.data["text"].split("\n")[0]) for one in found}


def test_clauses_of_the_register_follow_the_new_version(cast: Cast, row: PolicyVersion) -> None:
    assert ("第三条", "in_force", "采购金额十万元以上的，应当公开招标。") in kept(row)
    actions.issue(draft=revised(cast, record(row)), by=cast.actor(cast.mei))
    assert kept(row) == {
        ("第四条", "in_force", "采购金额二十万元以上的，应当公开招标。"),
        ("第五条", "in_force", "采购部门应当核验供应商资质。"),
        ("第五条", "lapsed", "本办法由合规部负责解释。"),
    }


def test_a_repealed_rule_takes_its_clauses_with_it(cast: Cast, row: PolicyVersion) -> None:
    actions.repeal(entry=record(row), reason="合并", by=cast.actor(cast.mei))
    assert {status for _number, status, _text in kept(row)} == {"lapsed"}


def test_what_leans_on_the_rule_is_marked_with_the_clauses_that_changed(cast: Cast, row: PolicyVersion) -> None:
    mei = cast.actor(cast.mei)
    values = {
        "behaviour": "采购化整为零规避招标", "level": "high",
    }  # fmt: skip
    risk = registers.create(register="risk_list", unit=cast.sub, values=values, by=mei)
    graph.link(one=record(row), other=risk, by=mei)
    actions.issue(draft=revised(cast, record(row)), by=mei)
    mark = Mark.objects.get(target=risk.uid, cause=row.policy)
    changed = {change["label"]: (change["old"], change["new"]) for change in mark.changes}
    assert "十万元" in changed["第二章 第四条"][0]
    assert "二十万元" in changed["第二章 第四条"][1]


def test_the_search_holds_the_clauses_of_the_version_in_force_only(cast: Cast, row: PolicyVersion) -> None:
    def words() -> str:
        return "\n".join(Passage.objects.filter(entry__uid=row.policy).values_list("text", flat=True))

    assert "十万元以上" in words()
    actions.issue(draft=revised(cast, record(row)), by=cast.actor(cast.mei))
    assert "二十万元以上" in words()
    assert "由合规部负责解释" not in words()
    places = Passage.objects.filter(entry__uid=row.policy).values_list("place", flat=True)
    assert "第二章 第四条" in places


def test_a_clause_is_entered_once(cast: Cast, row: PolicyVersion) -> None:
    made = clauses.enter(entry=fresh(record(row)), row=row, anchors={"a3", "a1"}, by=cast.actor(cast.mei))
    assert [one.number for one in made] == ["第一条"]
