"""职责与机构的页面：缺口旁边就是补上它的一步；本人只看本人的，别家的一概看不到。"""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.lib import clock
from guiju.packs import catalogue
from guiju.registers.models import Entry
from guiju.web import links
from tests.compliance.test_rectify import account
from tests.conftest import english
from tests.posture.conftest import Story, story

pytestmark = pytest.mark.django_db
__all__ = ["story"]


def page(client: Client, name: str, *args: object, status: int = 200, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


@pytest.fixture
def house(story: Story) -> Story:
    story.sized("medium")
    story.adopt()
    story.adopt(pack=catalogue.current("cn:bt-sasac:2023-120"), base_date=date(2026, 1, 1))
    return story


def test_the_compliance_office_sees_gaps_with_the_step_that_closes_each(house: Story) -> None:
    client = house.cast.client(house.cast.mei)
    shown = page(client, "governance-duties", "HD-01")
    assert 'id="req-A.1.1-m01"' in shown
    assert "/r/bodies/new?" in shown
    assert "set.kind=committee" in shown
    assert "经营部" in shown
    assert "set.role=department_officer" in shown
    house.enter("appointments", role="department_officer", person=house.cast.wang, department=house.cast.department,
                from_on=date(2026, 1, 1), document="聘书")  # fmt: skip
    assert "王敏" in page(client, "governance-duties", "HD-01")


def test_where_records_fall_short_the_step_is_to_those_records(house: Story) -> None:
    client = house.cast.client(house.cast.mei)
    finding = links.finding("HD-01", house.pack.urn, "6.6.b-2") + "#records"
    assert finding not in page(client, "governance-duties", "HD-01")
    house.enter(
        "reviews", matter="并购路面公司", subject="decision", reviewed_on=date(2026, 4, 1), reviewer=house.cast.wang,
        outcome="agree", decided_on=date(2026, 4, 9),
    )  # fmt: skip
    assert finding in page(client, "governance-duties", "HD-01")
    shown = client.get(finding).content.decode()
    assert 'id="records"' in shown
    assert "并购路面公司" in shown


def test_three_officers_in_a_department_are_remarked_upon(house: Story) -> None:
    for name in ("赵强", "钱进", "孙明"):
        house.enter("appointments", role="department_officer", person=house.person(name), department=house.cast.department,
                    from_on=date(2026, 1, 1), document="聘书")  # fmt: skip
    shown = page(english(house.cast.client(house.cast.mei)), "governance-duties", "HD-01")
    assert "asks for one to 2." in shown


def test_without_documents_or_departments_the_page_says_what_belongs_here(story: Story) -> None:
    shown = page(english(story.cast.client(story.cast.tan)), "governance-duties", "SJ")
    assert "No document asks anything of this organisation yet" in shown
    assert "No department is entered for this company." in shown
    for name in ("governance-duties-results", "governance-duties-third", "governance-duties-offices"):
        page(story.cast.client(story.cast.tan), name, "SJ")


def test_no_page_asks_by_the_row(house: Story) -> None:
    client = house.cast.client(house.cast.mei)
    house.enter(
        "appointments", role="compliance_staff", person=house.cast.wang, from_on=date(2026, 1, 1), document="书"
    )
    names: list[tuple[str, list[object], int]] = [
        ("governance-duties", ["HD-01"], 22),
        ("governance-duties-offices", ["HD-01"], 24),
        ("governance-duties-office", ["HD-01", "compliance_staff"], 26),
        ("governance-duties-person", ["HD-01", house.cast.wang.uid], 28),
        ("governance-duties-results", ["HD-01"], 24),
        ("governance-duties-third", ["HD-01"], 16),
    ]
    asked = {}
    for name, args, _most in names:
        page(client, name, *args)
        with CaptureQueriesContext(connection) as found:
            page(client, name, *args)
        asked[name] = len(found)
    assert {name: asked[name] for name, _args, most in names if asked[name] > most} == {}


def test_the_principal_reads_all_and_a_department_its_own_page_only(house: Story) -> None:
    cast = house.cast
    house.enter("appointments", role="department_officer", person=cast.wang, department=cast.department,
                from_on=date(2026, 1, 1), document="聘书")  # fmt: skip
    officer = account("officer", "department_officer", cast.department, cast.wang, cast.house)
    other = house.person("赵强")
    mine = cast.client(officer)
    assert "王敏" in page(mine, "governance-duties", "HD-01-D1")
    shown = page(english(mine), "governance-duties-person", "HD-01-D1", cast.wang.uid)
    assert "Duties of the office" in shown
    page(mine, "governance-duties-person", "HD-01-D1", other.uid, status=404)
    for name in ("governance-duties-offices", "governance-duties-results", "governance-duties-third"):
        page(mine, name, "HD-01-D1", status=404)
        page(cast.client(cast.qian), name, "HD-01")
        page(cast.client(cast.tan), name, "HD-01", status=404)
    page(cast.client(cast.qian), "governance-duties-person", "HD-01", other.uid)
    assert "/new?" not in page(cast.client(cast.qian), "governance-duties-third", "HD-01")


def test_a_finding_is_taken_up_on_its_page(house: Story) -> None:
    cast = house.cast
    entry = house.enter(
        "audits", name="合规审计", kind="internal", reported_on=date(2026, 5, 1), auditor="审计部", findings=2
    )
    client = cast.client(cast.mei)
    assert "合规审计" in page(client, "governance-duties-third", "HD-01")
    make = reverse("governance-duties-rectify", args=["HD-01", entry.uid])
    said = {
        "version": str(entry.version), "problem": "用印未登记", "owner": str(cast.wang.uid),
        "due_on": (clock.today() + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    lacking = client.post(make, said | {"due_on": ""})
    assert lacking.status_code == 422
    assert "用印未登记" in lacking.content.decode()
    assert client.post(make, said).status_code == 302
    shown = page(client, "governance-duties-round", "HD-01", entry.uid)
    assert reverse("compliance-rectify-one", args=["HD-01", Entry.objects.get(register="rectifications").uid]) in shown
    assert client.post(make, said | {"problem": "另一个"}).status_code == 409
    page(cast.client(cast.tan), "governance-duties-round", "SJ", entry.uid, status=404)
    made = Entry.objects.get(register="rectifications")
    for record in (f"/r/audits/{entry.uid}/", f"/r/rectifications/{made.uid}/"):
        assert reverse("governance-duties-round", args=["HD-01", entry.uid]) in client.get(record).content.decode()


def test_what_is_settled_only_by_a_number_that_was_entered_is_called_so(house: Story) -> None:
    told: dict[str, object] = {"kind": "internal", "reported_on": date(2026, 5, 1), "auditor": "审计部", "findings": 2}
    entry = house.enter("audits", name="合规审计", settled=2, **told)
    client = house.cast.client(house.cast.mei)
    for name, args in (("governance-duties-third", ["HD-01"]), ("governance-duties-round", ["HD-01", entry.uid])):
        assert "2 as reported" in page(english(client), name, *args)
    assert "Settled as reported" in page(client, "governance-duties-third", "HD-01")


def test_the_yearly_report_tells_duties_and_what_was_not_logged(house: Story) -> None:
    cast = house.cast
    house.adopt(pack=catalogue.current("cn:samr:platform-draft"), from_on=date(2026, 1, 1))
    house.enter("appointments", role="compliance_staff", person=cast.wang, from_on=date(2026, 1, 1), document="书")
    house.enter(
        "duty_logs",
        gist="查制度落实",
        kind="check",
        role="compliance_staff",
        person=cast.wang,
        done_on=date(2026, 4, 5),
    )
    client = cast.client(cast.mei)
    shown = page(client, "governance-duties-person", "HD-01", cast.wang.uid, year="2026")
    assert "2026年第一季度" in shown
    address = reverse("compliance-work-report", args=["HD-01", cast.wang.uid, "2026"])
    assert address in shown
    taken = client.get(reverse("compliance-work-report-file", args=["HD-01", cast.wang.uid, "2026"]))
    paper = docx.Document(BytesIO(taken.content))
    words = "\n".join(one.text for one in paper.paragraphs)
    assert "岗位职责落实情况" in words
    assert "没有登记的时段：2026年第一季度" in words
