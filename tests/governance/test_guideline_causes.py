"""A guideline that answers a problem belongs to the business that caused it, where the causes agree."""

from __future__ import annotations

from typing import Any

import pytest

from guiju.governance.policies import causes, planning
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.governance.policy_house import days, fresh, stock
from tests.governance.test_library_guidelines import found_by

pytestmark = pytest.mark.django_db


def new_page(cast: Cast, finding: Entry) -> Any:
    """The form of a guideline that answers it."""
    address = f"/u/HD-01/policies/new?set.arises_from={finding.uid}&set.level=guideline"
    return cast.client(cast.mei).get(address)


def test_the_rule_that_a_problem_was_found_against_says_its_business(cast: Cast) -> None:
    stock(cast, "采购管理办法", business="purchase")
    finding = found_by(cast, "三次采购没有公开招标", basis="《采购管理办法》第五条")
    assert causes.agreed(finding) == "purchase"
    answer = new_page(cast, finding)
    assert (answer.context["form"]["business"].value(), answer.context["question"]) == ("purchase", "")
    assert planning.for_finding(finding=finding, by=cast.actor(cast.mei)).text_1 == "purchase"


def test_the_rule_that_a_check_looked_at_says_it_too(cast: Cast) -> None:
    rule = stock(cast, "费用报销办法", business="finance")
    given = {"subject": "制度执行检查", "checked_on": days(-50), "focus": "policy", "policy": str(rule.uid),
             "result": "general", "problem": "报销没有审批", "checker": str(cast.wang.uid)}  # fmt: skip
    registers.create(register="checks", unit=cast.sub, values=given, by=cast.house)
    assert causes.agreed(found_by(cast, "报销没有审批")) == "finance"


def test_rules_of_two_businesses_leave_it_open_and_a_person_is_asked_plainly(cast: Cast) -> None:
    stock(cast, "采购管理办法", business="purchase")
    stock(cast, "费用报销办法", business="finance")
    finding = found_by(cast, "采购后没有审批就报销", basis="《采购管理办法》《费用报销办法》")
    assert (causes.businesses(finding), causes.agreed(finding)) == (["finance", "purchase"], "")
    answer = new_page(cast, finding)
    assert not answer.context["form"]["business"].value()
    assert "采购" in answer.context["question"]


def test_without_a_rule_the_department_says_it_and_without_either_a_person_is_asked(cast: Cast) -> None:
    department = cast.department
    type(department).objects.filter(pk=department.pk).update(name="财务部")
    finding = found_by(cast, "账外资金", department=str(department.uid))
    assert causes.agreed(fresh(finding)) == "finance"
    bare = found_by(cast, "不明问题")
    assert causes.agreed(bare) == ""
    assert new_page(cast, bare).context["question"]


def test_a_business_that_was_chosen_already_is_not_asked_again(cast: Cast) -> None:
    finding = found_by(cast, "不明问题")
    address = f"/u/HD-01/policies/new?set.arises_from={finding.uid}&set.business=legal"
    answer = cast.client(cast.mei).get(address)
    assert (answer.context["form"]["business"].value(), answer.context["question"]) == ("legal", "")
