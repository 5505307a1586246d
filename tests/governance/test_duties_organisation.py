"""机构检查：文件对这个企业的机构要求什么，按它的规模和有没有董事会；记录一登，缺口就少一个。"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.governance.duties import queries, sorting, terms
from guiju.governance.duties.queries import Ask, Organisation
from guiju.lib.errors import Denied, NotFound
from guiju.org import actions as org
from guiju.packs import catalogue
from guiju.posture import findings
from guiju.posture.models import Status
from guiju.registers.models import Entry
from tests.posture.conftest import Story, story

pytestmark = pytest.mark.django_db
__all__ = ["story"]


def check_of(story: Story) -> Organisation:
    return queries.organisation(by=story.cast.house, unit=story.cast.sub)


def codes(found: Organisation) -> set[str]:
    return {line.code for part in found.parts for row in part.rows for line in row.lines}


def ask(found: Organisation, code: str) -> Ask:
    return next(row for part in found.parts for row in part.rows for line in row.lines if line.code == code)


def board(story: Story, has: bool) -> None:
    org.set_attribute(
        unit=story.cast.sub, code="has_board", value=has, from_on=date(2024, 1, 1), by=story.cast.house, reason="章程"
    )


@pytest.mark.parametrize("size", ["medium", "small", "micro"])
def test_every_row_of_annex_a_stands_on_the_page_for_each_size(story: Story, size: str) -> None:
    story.sized(size)
    story.adopt()
    annex = {row.code for row in catalogue.requirements(story.pack) if row.code.startswith("A.") and size in row.sizes}
    found = codes(check_of(story))
    assert len(annex) == {"medium": 29, "small": 20, "micro": 20}[size]
    assert annex <= found
    others = {row.code for row in catalogue.requirements(story.pack) if row.code.startswith("A.")} - annex
    assert not others & found


def test_a_board_asks_for_a_committee_and_none_for_a_leading_group(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    board(story, True)
    assert {"6.2.a-2"} <= codes(check_of(story))
    assert "6.2.a-3" not in codes(check_of(story))
    wanted = ask(check_of(story), "6.2.a-2")
    assert wanted.status == Status.UNMET
    assert [(gap.register, gap.values.get("kind")) for gap in wanted.first.gaps] == [("bodies", "committee")]
    story.enter(
        "bodies",
        name="合规管理委员会",
        kind="committee",
        from_on=date(2026, 1, 1),
        document="决议",
        duties_written=True,
    )
    done = ask(check_of(story), "6.2.a-2")
    assert done.status == Status.MET
    assert [one.title for one in done.proofs] == ["合规管理委员会"]
    board(story, False)
    assert "6.2.a-2" not in codes(check_of(story))


@pytest.mark.parametrize(("has", "kind"), [(True, "committee"), (False, "leading_group")])
def test_every_step_to_the_leading_body_sets_up_the_same_one(story: Story, has: bool, kind: str) -> None:
    story.sized("medium")
    story.adopt()
    board(story, has)
    found = check_of(story)
    rows = [ask(found, code) for code in ("A.1.1-m01", "A.1.1-m02", "A.1.1-m05", "6.2.a-1")]
    assert {(gap.register, gap.values["kind"]) for row in rows for gap in row.first.gaps} == {("bodies", kind)}
    (told,) = findings.findings(story.cast.sub, story.pack, codes={"A.1.1-m01"}) or []
    assert [gap.values["kind"] for gap in told.gaps] == [kind]
    story.enter("bodies", name="领导机构", kind=kind, from_on=date(2026, 1, 1), document="决议", duties_written=True)
    found = check_of(story)
    assert [ask(found, code).status for code in ("A.1.1-m01", "A.1.1-m02", "6.2.a-1")] == [Status.MET] * 3
    (seat,) = ask(found, "A.1.1-m05").first.gaps
    body = Entry.objects.get(register="bodies")
    assert (seat.register, seat.values) == ("body_members", {"body": str(body.uid)})


def test_a_micro_firm_is_led_to_its_officer_and_not_to_a_department(story: Story) -> None:
    story.sized("micro")
    story.adopt()
    found = check_of(story)
    parts = {line.code: part.code for part in found.parts for row in part.rows for line in row.lines}
    assert {parts[code] for code in ("A.2.2.1-s01", "6.5.a", "6.5.b-1", "6.6.c")} == {terms.MEANS}
    steps = {code: ask(found, code).first.gaps[0] for code in ("A.2.2.1-s01", "6.5.a", "6.5.b-1")}
    assert {(gap.register, gap.values["role"]) for gap in steps.values()} == {("appointments", "compliance_staff")}


def test_a_micro_firm_without_a_body_names_its_top_management(story: Story) -> None:
    story.sized("micro")
    story.adopt()
    assert ask(check_of(story), "A.1.1-s02").status == Status.UNMET
    story.enter("bodies", name="总经理办公会", kind="top_management", from_on=date(2026, 1, 1), document="章程")
    assert ask(check_of(story), "A.1.1-s02").status == Status.MET


def test_what_two_documents_ask_alike_is_one_thing_to_do(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    row = ask(check_of(story), "A.2.1-m06")
    assert {line.code for line in row.lines} >= {"A.2.1-m06", "6.4.f"}


def test_one_more_document_finds_its_places_by_itself(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    before = codes(check_of(story))
    story.adopt(pack=catalogue.current("cn:bt-sasac:2023-120"), base_date=date(2026, 1, 1))
    parts = {part.code: part for part in check_of(story).parts}
    assert codes(check_of(story)) - before
    assert any(line.pack.urn.startswith("cn:bt-sasac") for row in parts[terms.DEPARTMENTS].rows for line in row.lines)


def test_every_shipped_document_with_duties_has_someone_they_belong_to() -> None:
    lost = [
        (pack.urn, row.code, row.extra["who"])
        for pack in catalogue.packs()
        for row in catalogue.requirements(pack)
        if row.addressee == "unit" and row.extra.get("who") and not sorting.holder(row)
    ]
    firms = ("企业", "集团", "单位")
    assert [one for one in lost if not one[2].endswith(firms)] == []


def test_the_check_is_read_in_a_dozen_questions_however_many_documents(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    check_of(story)
    with CaptureQueriesContext(connection) as one:
        check_of(story)
    for pack in catalogue.packs():
        if pack.urn != story.pack.urn and pack.urn.startswith("cn:"):
            story.adopt(pack=pack, base_date=date(2026, 1, 1))
    check_of(story)
    with CaptureQueriesContext(connection) as many:
        check_of(story)
    assert len(many) <= len(one) + 1
    assert len(many) <= 16


def test_departments_are_counted_with_their_officers(story: Story) -> None:
    (line,) = queries.departments(by=story.cast.house, company=story.cast.sub)
    assert line.officers == ()
    story.enter(
        "appointments", role="department_officer", person=story.cast.wang, department=story.cast.department,
        from_on=date(2026, 1, 1), document="聘书",
    )  # fmt: skip
    (line,) = queries.departments(by=story.cast.house, company=story.cast.sub)
    assert line.officers == (story.cast.wang,)


def test_the_compliance_department_needs_no_officer_of_its_own(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    office = org.create_unit(
        code="HD-01-D9", name="合规部", kind="department", parent=story.cast.sub, by=story.cast.house
    )
    story.enter(
        "appointments", role="department_officer", person=story.cast.wang, department=story.cast.department,
        from_on=date(2026, 1, 1), document="聘书",
    )  # fmt: skip
    assert ask(check_of(story), "6.3-3").status == Status.PARTLY
    lines = {line.unit.pk: line for line in queries.departments(by=story.cast.house, company=story.cast.sub)}
    assert lines[office.pk].lacks
    story.enter("bodies", name="合规部", kind="department", from_on=date(2026, 1, 1), document="设立文件")
    assert ask(check_of(story), "6.3-3").status == Status.MET
    lines = {line.unit.pk: line for line in queries.departments(by=story.cast.house, company=story.cast.sub)}
    assert (lines[office.pk].is_second, lines[office.pk].lacks) == (True, False)


def test_one_liaison_is_not_one_in_each_business_department(story: Story) -> None:
    story.sized("small")
    story.adopt()
    for number in range(3):
        org.create_unit(
            code=f"HD-01-B{number}", name=f"业务{number}部", kind="department", parent=story.cast.sub,
            by=story.cast.house,
        )  # fmt: skip
    story.enter(
        "appointments", role="department_officer", person=story.cast.wang, department=story.cast.department,
        from_on=date(2026, 1, 1), document="聘书",
    )  # fmt: skip
    wanted = ask(check_of(story), "6.3-3")
    assert wanted.status == Status.PARTLY
    assert "业务0部" in wanted.first.gaps[0].sentence
    assert wanted.first.gaps[0].values["role"] == "department_officer"


def test_a_stranger_reads_nothing_of_it(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    with pytest.raises((Denied, NotFound)):
        queries.organisation(by=story.cast.actor(story.cast.tan), unit=story.cast.sub)
