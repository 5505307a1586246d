"""监督检查、议事规则、新事物的管理层评审、各级考核：登记了什么，文件的要求就怎样变。"""

from __future__ import annotations

from datetime import date

import pytest

from guiju.org import actions as org
from guiju.packs import catalogue
from guiju.posture import findings
from guiju.posture.models import Status
from guiju.registers import actions as registers
from tests.posture.conftest import Story

pytestmark = pytest.mark.django_db
BAOTOU = "cn:bt-sasac:2023-120"
CHONGQING = "cn:cq-sasac:2023-7"


def answers(story: Story, pack: str, *codes: str) -> list[Status]:
    found = findings.findings(story.cast.sub, catalogue.current(pack), codes=set(codes)) or []
    by_code = {finding.code: finding.status for finding in found}
    return [by_code[code] for code in codes]


def programme(story: Story) -> None:
    story.sized("large")
    story.adopt(pack=catalogue.current(BAOTOU), base_date=date(2026, 1, 1))


def inspect(story: Story, **values: object) -> None:
    given = {
        "name": "采购合规监督检查", "by_whom": "discipline", "reported_on": date(2026, 3, 5), "inspector": "纪委",
        "number": "纪检〔2026〕3号",
    }  # fmt: skip
    story.enter("inspections", **{**given, **values})


def test_an_inspection_by_discipline_or_audit_proves_the_third_line(story: Story) -> None:
    programme(story)
    assert answers(story, BAOTOU, "T05-1", "T05-2", "G3-1") == [Status.UNMET] * 3
    inspect(story, by_whom="superior", area="trade")
    assert answers(story, BAOTOU, "T05-1", "T05-2", "G3-1") == [Status.UNMET] * 3
    inspect(story, name="印章管理检查")
    assert answers(story, BAOTOU, "T05-1", "T05-2", "G3-1") == [Status.MET, Status.UNMET, Status.MET]
    inspect(story, name="招投标检查", by_whom="audit", area="trade")
    assert answers(story, BAOTOU, "T05-2") == [Status.MET]


def test_an_inspection_of_three_years_ago_no_longer_counts(story: Story) -> None:
    programme(story)
    inspect(story, reported_on=date(2023, 5, 1))
    assert answers(story, BAOTOU, "T05-1") == [Status.UNMET]


def test_an_inspection_is_no_compliance_audit_of_the_evaluation_standard(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    inspect(story, by_whom="audit")
    assert answers(story, story.pack.urn, "B.3.2-m12") == [Status.UNMET]


def test_a_committee_without_rules_of_procedure_is_only_half_laid_down(story: Story) -> None:
    programme(story)
    org.set_attribute(
        unit=story.cast.sub, code="group_headquarters", value=True, from_on=date(2023, 1, 1), by=story.cast.house,
        reason="一级企业",
    )  # fmt: skip
    body = story.enter(
        "bodies", name="合规委员会", kind="committee", from_on=date(2025, 1, 1), document="决议", duties_written=True
    )
    for name, seat in (("张一", "chair"), ("李二", "member"), ("王三", "member")):
        story.enter("body_members", body=str(body.uid), person=story.person(name), seat=seat, from_on=date(2025, 1, 1))
    assert answers(story, BAOTOU, "T14-2") == [Status.PARTLY]
    rules = story.enter(
        "policies", name="合规委员会议事规则", level="specific", mechanism="organisation", issued_on=date(2025, 1, 2),
        number="合规〔2025〕1号",
    )  # fmt: skip
    registers.update(entry=body, values={"rules": str(rules.uid)}, version=body.version, by=story.cast.house)
    assert answers(story, BAOTOU, "T14-2") == [Status.MET]


def review(story: Story, trigger: str, subject: str) -> None:
    story.enter(
        "management_reviews", subject=subject, trigger=trigger, held_on=date(2026, 4, 1), chaired_by=story.cast.wang,
        conclusion="体系有效",
    )  # fmt: skip


def test_a_periodic_review_is_none_of_what_is_new(story: Story) -> None:
    story.sized("medium")
    story.adopt()

    def gaps() -> list[str]:
        (found,) = findings.findings(story.cast.sub, story.pack, codes={"8.2.3"}) or []
        return [str(test.status) for test in found.tests if test.name == "management_review.done"]

    assert gaps() == [Status.PERSON]
    review(story, "periodic", "年度管理评审")
    assert gaps() == [Status.PERSON]
    review(story, "new_product", "新产品上线评审")
    assert gaps() == [Status.MET]


def test_one_manager_appraised_is_not_every_level(story: Story) -> None:
    story.sized("small")
    story.adopt()

    def levels() -> list[str]:
        (found,) = findings.findings(story.cast.sub, story.pack, codes={"9.3"}) or []
        return [str(test.status) for test in found.tests if test.name == "appraisal.duties"]

    given = {"person": story.cast.wang, "period": "2025", "done_on": date(2026, 1, 20), "score": 90}
    story.enter("appraisals", subject="manager", **given)
    assert levels() == [Status.MET, Status.UNMET]
    story.enter("appraisals", subject="employee", **given)
    assert levels() == [Status.MET, Status.MET]


def test_a_meeting_that_a_department_called_is_none_of_the_leading_body(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    office = story.enter("bodies", name="合规部", kind="department", from_on=date(2025, 1, 1), document="通知")
    group = story.enter("bodies", name="领导小组", kind="leading_group", from_on=date(2025, 1, 1), document="通知")
    given = {"topic": "coordination", "chaired_by": story.cast.wang, "held_on": date(2026, 4, 1)}
    story.enter("meetings", subject="部门例会", body=str(office.uid), **given)
    assert answers(story, story.pack.urn, "6.4", "A.2.1-m02") == [Status.PARTLY] * 2
    story.enter("meetings", subject="领导小组会议", body=str(group.uid), **given)
    assert answers(story, story.pack.urn, "6.4", "A.2.1-m02") == [Status.MET] * 2


def test_what_a_self_check_found_is_none_of_the_third_line(story: Story) -> None:
    programme(story)
    given = {"due_on": date(2026, 5, 1), "owner": story.cast.wang, "found_on": date(2026, 4, 1)}
    story.enter("rectifications", problem="自查发现用印未登记", source="self_check", **given)
    assert answers(story, BAOTOU, "T05-3") == [Status.PERSON]
    story.enter("rectifications", problem="审计发现合同未审", source="audit", **given)
    assert answers(story, BAOTOU, "T05-3") == [Status.UNMET]


def test_duties_are_laid_down_for_the_leading_body_and_for_the_department(story: Story) -> None:
    programme(story)
    given = {"from_on": date(2025, 1, 1), "document": "通知", "duties_written": True}
    story.enter(
        "policies",
        name="合规组织办法",
        level="basic",
        mechanism="organisation",
        issued_on=date(2025, 1, 2),
        number="1号",
    )
    story.enter("bodies", name="党委", kind="party_committee", **given)
    assert answers(story, BAOTOU, "T07-1") == [Status.PARTLY]
    story.enter("bodies", name="合规部", kind="department", **given)
    assert answers(story, BAOTOU, "T07-1") == [Status.MET]


def test_problems_count_as_assigned_once_each_names_a_department(story: Story) -> None:
    story.sized("large")
    story.adopt(pack=catalogue.current(CHONGQING), base_date=date(2026, 1, 1))
    assert answers(story, CHONGQING, "T05-2") == [Status.NOT_DUE]

    def problem(words: str, **more: object) -> None:
        told = {"problem": words, "source": "check", "owner": story.cast.wang, "found_on": date(2026, 5, 6)}
        story.enter("rectifications", **told, due_on=date(2026, 7, 6), **more)

    problem("劳务分包人员未参保", department=str(story.cast.department.uid))
    assert answers(story, CHONGQING, "T05-2") == [Status.MET]
    problem("合同先用印后审查")
    assert answers(story, CHONGQING, "T05-2") != [Status.MET]
