"""Legal affairs, internal control, risk and compliance speak on one matter; nothing is reviewed twice (001 任务7)."""

from __future__ import annotations

from typing import Any

import pytest

from guiju.access.actor import Actor, of_user
from guiju.documents.kinds import review_opinion
from guiju.org import actions as org
from guiju.review import actions, queries
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.workflow.routes import deciding
from tests.conftest import Cast
from tests.governance.policy_house import account
from tests.review.house import Reviewers, asked, drafted, paper, said, submitted
from tests.web.review.hands import client, does, page

pytestmark = pytest.mark.django_db

OFFICES = {"fawu": ("法务部", "佘律"), "neikong": ("内控审计部", "钟内"), "fengxian": ("风险管理部", "丰显")}


@pytest.fixture
def offices(them: Reviewers, cast: Cast) -> dict[str, Any]:
    """Three departments with somebody in each; none of them holds any right on registers of the others."""
    found: dict[str, Any] = {}
    for number, (login, (office, name)) in enumerate(OFFICES.items(), 7):
        where = org.create_unit(
            parent=them.unit, kind="department", code=f"HD-01-K{number}", name=office, by=cast.house
        )
        user = account(login, "employee", where, cast.house)
        person = org.add_person(
            unit=them.unit, department=where, name=name, number=f"R{number}", user=user, by=cast.house
        )
        found[login] = (user, person)
    return found


def _route(them: Reviewers, offices: dict[str, Any]) -> None:
    people = [str(person.uid) for _user, person in offices.values()]
    steps = [
        {"code": "together", "name": "法务、内控、风险会签", "part": "countersign", "who": {"people": people}, "need": "all",
         "days": 2},
        {"code": "compliance", "name": "合规管理部门审查", "part": "compliance", "who": {"role": "compliance_staff"},
         "days": 3, "veto": True},
    ]  # fmt: skip
    draft = deciding.save(unit=them.unit, purpose="review", rows=[{"name": "合同", "steps": steps}], by=them.house)
    deciding.publish(unit=them.unit, purpose="review", version=draft.version, by=them.house)


def _by(offices: dict[str, Any], who: str) -> Actor:
    return of_user(offices[who][0])


def test_three_offices_speak_side_by_side_on_one_matter_and_each_reads_the_others(
    them: Reviewers, cast: Cast, offices: dict[str, Any]
) -> None:
    _route(them, offices)
    row = submitted(them)
    assert sorted(asked(row)) == ["丰显", "佘律", "钟内"]
    row = actions.speak(matter=row, stand="agree", opinion="条款合法。", by=_by(offices, "fawu"))
    shown = page(cast.client(offices["neikong"][0]), "review-one", row.uid)
    assert "条款合法。" in shown
    assert "法务部" in shown
    does(cast.client(offices["neikong"][0]), row, "speak", stand="agree", opinion="付款有双签。")
    row = actions.speak(matter=row, stand="agree", opinion="对方信用良好。", by=_by(offices, "fengxian"))
    row = said(them, row, "staff")
    assert (row.state, Matter.objects.count(), row.passes.count()) == (S.PASSED, 1, 1)
    printed = str(review_opinion.of_matter(queries.one(them.by("staff"), row.uid)).as_dict())
    for words in ("法务部会签", "内控审计部会签", "风险管理部会签", "条款合法", "付款有双签", "对方信用良好"):
        assert words in printed, words


def test_the_same_text_brought_a_second_time_says_where_it_is_reviewed_already(
    them: Reviewers, cast: Cast, offices: dict[str, Any]
) -> None:
    first = submitted(them)
    twin = drafted(them, ref="HT-2", values={"title": "合同（法务送审）", "form": {"party": "某某科技有限公司"}})
    assert queries.twins(them.by("buyer"), twin) == [first]
    assert first.number in page(client(cast, them, "buyer"), "review-one", twin.uid)
    other = drafted(them, ref="HT-3", values={"title": "别的合同", "form": {"party": "甲"}}, papers=[paper(b"other")])
    assert queries.twins(them.by("buyer"), other) == []
    again = actions.withdraw(matter=twin, reason="重复", by=them.by("buyer"))
    assert queries.twins(them.by("officer"), first) == []
    assert again.state == S.WITHDRAWN


def test_a_matter_brought_again_is_no_twin_of_its_own_past(them: Reviewers) -> None:
    row = said(them, said(them, submitted(them), "officer"), "staff")
    fresh = actions.again(matter=row, by=them.by("buyer"))
    assert queries.twins(them.by("buyer"), fresh) == []
