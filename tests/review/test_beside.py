"""What a reviewer bears in mind comes from the unit's own lists, by kind of matter."""

from __future__ import annotations

import pytest

from guiju.registers import actions as registers
from guiju.registers import taxonomy
from guiju.review import keeping, queries, subjects
from tests.review.house import Reviewers, drafted, paper

pytestmark = pytest.mark.django_db


def _row(them: Reviewers, register: str, **values: object) -> str:
    return registers.create(register=register, unit=them.unit, values=values, by=them.house).title


def test_controls_and_review_points_of_the_own_lists_stand_beside_the_risks(them: Reviewers) -> None:
    own = str(them.department.uid)
    control = _row(them, "controls", number="K1", name="签约权限双人复核", field="contract", measure="两人核对授权书")
    _row(them, "controls", number="K2", name="捐赠名单公示", field="donation")
    point = _row(
        them, "process_list", number="J1", process="采购", node="签约前", link="operation", is_review=True,
        review_content="对方资质和授权", department=own,
    )  # fmt: skip
    _row(them, "process_list", number="J2", process="采购", node="验收", link="operation", department=own)
    _row(them, "process_list", number="J3", process="立项", node="上会前", link="decision", is_review=True)
    found = queries.beside(them.by("staff"), drafted(them))
    assert [one.title for one in found.controls] == [control]
    assert [one.title for one in found.nodes] == [point]
    values = {"title": "设立外省子公司", "form": {"category": "decision", "procedure": "董事会"}}
    decision = drafted(them, kind="decision", papers=[paper(b"plan")], values=values, system="", ref="")
    assert [one.number for one in queries.beside(them.by("staff"), decision).nodes] == ["J3"]


def test_every_kind_that_is_shipped_names_fields_and_a_link_that_the_lists_know() -> None:
    fields, links = ({word[0] for word in words} for words in (taxonomy.FIELDS, taxonomy.LINKS))
    for one in subjects.all_of().values():
        assert set(one.touches) <= fields, one.code
        assert one.link in {"", *links}, one.code
        assert one.code == "other" or (one.touches and one.link), one.code


def test_the_operation_of_a_project_needs_no_feasibility_study_and_investing_in_one_does(them: Reviewers) -> None:
    papers = [paper(b"plan"), paper(b"opinion", "legal")]
    given = {"kind": "project", "papers": papers, "system": "", "ref": ""}
    for stage, lacks in (("operate", set()), ("invest", {"papers.feasibility"}), ("", {"papers.feasibility"})):
        row = drafted(them, values={"title": f"停车场{stage}", "form": {"stage": stage}}, **given)
        assert {fault.where for fault in keeping.missing(row, subjects.get("project"))} == lacks
