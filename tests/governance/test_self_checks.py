"""自查发现了风险之后：督促整改、及时汇报，各是一件待办；没有文件要求的单位不添待办。"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from guiju.governance.meetings import selfchecks
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow.models import Task
from tests.conftest import Cast
from tests.governance.meeters import fresh, office, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(cast: Cast) -> Person:
    one = person(cast, "钱进", "3002")
    office(cast.sub, "compliance_staff", one, cast.house)
    return one


def adopt(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    for code, value in {"is_platform": True, "telecom_licence": True}.items():
        org.set_attribute(unit=cast.sub, code=code, value=value, from_on=date(2024, 1, 1), by=by)
    pack = catalogue.current("cn:samr:platform-draft")
    posture.adopt(unit=cast.sub, pack=pack, by=by, from_on=date(2025, 1, 1), reason="董事会决议")


def opinion(cast: Cast, who: Person, risk: str, **more: Any) -> Entry:
    values = {
        "name": "商家入驻核验", "subject": "scope", "role": "compliance_staff", "person": str(who.uid),
        "given_on": clock.today().isoformat(), "risk": risk, "opinion": "三户证照过期未下架", **more,
    }  # fmt: skip
    return registers.create(register="self_check_opinions", unit=cast.sub, values=values, by=cast.house)


def tasks(row: Entry) -> dict[str, str]:
    found = Task.objects.filter(about="self_check", about_uid=row.uid)
    return {task.key.split(":")[0]: task.status for task in found}


def change(row: Entry, cast: Cast, **values: Any) -> None:
    held = fresh(row)
    registers.update(entry=held, values=values, version=held.version, by=cast.house)


def test_a_major_risk_is_reported_and_put_right_each_by_a_task_of_whoever_found_it(cast: Cast, staff: Person) -> None:
    adopt(cast)
    row = opinion(cast, staff, "major")
    assert tasks(row) == {"selfcheck-report": "open", "selfcheck-rectify": "open"}
    report = Task.objects.get(key=selfchecks.report_key(row.uid))
    assert (report.owner, report.due_on) == (staff, clock.today())
    assert "合规负责人或者主要负责人" in report.title or "Report the major risk" in report.title
    change(row, cast, reported_on=clock.today().isoformat())
    assert tasks(row) == {"selfcheck-report": "done", "selfcheck-rectify": "open"}
    change(row, cast, taken="已督促招商部门下架三户")
    assert tasks(row) == {"selfcheck-report": "done", "selfcheck-rectify": "done"}


def test_a_general_risk_is_put_right_and_nothing_found_asks_for_nothing(cast: Cast, staff: Person) -> None:
    adopt(cast)
    assert tasks(opinion(cast, staff, "general")) == {"selfcheck-rectify": "open"}
    assert tasks(opinion(cast, staff, "none", name="另一项")) == {}


def test_a_risk_that_turns_out_to_be_none_drops_its_tasks(cast: Cast, staff: Person) -> None:
    adopt(cast)
    row = opinion(cast, staff, "major")
    change(row, cast, risk="none")
    assert "open" not in tasks(row).values()


def test_no_task_without_a_document_that_asks_for_self_checks_nor_for_one_of_long_ago(
    cast: Cast, staff: Person
) -> None:
    assert tasks(opinion(cast, staff, "major")) == {}
    adopt(cast)
    earlier = clock.today() - timedelta(days=200)
    assert tasks(opinion(cast, staff, "major", name="去年的自查", given_on=earlier.isoformat())) == {}


def test_the_opinion_leads_to_the_rectification_with_what_is_known(cast: Cast, staff: Person) -> None:
    row = opinion(cast, staff, "general")
    page = cast.client(cast.mei).get(reverse("record", args=["self_check_opinions", row.uid])).content.decode()
    assert "/r/rectifications/new?" in page
    assert "set.source=self_check" in page
    clean = opinion(cast, staff, "none", name="另一项")
    page = cast.client(cast.mei).get(reverse("record", args=["self_check_opinions", clean.uid])).content.decode()
    assert "set.source=self_check" not in page
