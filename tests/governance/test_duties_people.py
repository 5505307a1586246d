"""职责到人：每个岗位按文件该做什么、谁在任、做了什么、哪个月没有记；考核到了谁、还差谁。"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.governance.duties import queries, results, terms
from guiju.lib.errors import NotFound
from guiju.lib.period import Period
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.packs import catalogue
from guiju.registers import actions as registers
from tests.compliance.test_rectify import account
from tests.posture.conftest import Story, story

pytestmark = pytest.mark.django_db
__all__ = ["story"]

YEAR = Period(2026)


def appoint(story: Story, role: str, **more: object) -> None:
    values = {"role": role, "person": story.cast.wang, "from_on": date(2026, 2, 10), "document": "任命书", **more}
    story.enter("appointments", **values)


def test_each_office_has_its_holders_and_its_duties(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    story.adopt(pack=catalogue.current("cn:sasac:order-42"), base_date=date(2026, 1, 1))
    appoint(story, "compliance_head")
    found = {one.code: one for one in queries.holdings(by=story.cast.house, unit=story.cast.sub)}
    assert [row.person for row in found["compliance_head"].appointments] == [story.cast.wang]
    assert {"compliance_head", "compliance_staff", "first_responsible", terms.THIRD, terms.PARTY} <= found.keys()
    assert all(one.asks for code, one in found.items() if code not in {"legal_representative"})


def _owed(story: Story) -> dict[str, set[str]]:
    found = queries.holdings(by=story.cast.house, unit=story.cast.sub)
    return {one.code: {line.code for ask in one.asks for line in ask.lines} for one in found}


def test_a_small_firm_without_bodies_owes_their_duties_at_the_top_and_with_its_one_qualified_person(
    story: Story,
) -> None:
    story.sized("micro")
    story.adopt()
    appoint(story, "compliance_staff")
    found = {one.code: one for one in queries.holdings(by=story.cast.house, unit=story.cast.sub)}
    assert not {terms.COMMITTEE, terms.COMPLIANCE} & found.keys()
    assert found[terms.MANAGEMENT].instead_of == terms.COMMITTEE
    assert found["compliance_staff"].instead_of == terms.COMPLIANCE
    owed = _owed(story)
    assert {"6.3-1", "6.4.a", "6.4.d"} <= owed[terms.MANAGEMENT]
    assert {"6.5.a", "6.7.a"} <= owed["compliance_staff"]
    hers = queries.work(by=story.cast.house, unit=story.cast.sub, person=story.cast.wang, period=YEAR).duties
    assert {line.code for ask in hers["compliance_staff"] for line in ask.lines} == owed["compliance_staff"]
    alone = queries.holding(by=story.cast.house, unit=story.cast.sub, code="compliance_staff")
    assert alone.instead_of == terms.COMPLIANCE
    assert {line.code for ask in alone.asks for line in ask.lines} == owed["compliance_staff"]


def test_a_small_firm_that_has_a_leading_group_and_a_department_owes_their_duties_there(story: Story) -> None:
    story.sized("small")
    story.adopt()
    story.enter("bodies", name="合规领导小组", kind="leading_group", from_on=date(2026, 1, 5))
    gone = story.enter("bodies", name="法务合规部", kind="department", from_on=date(2026, 1, 5))
    owed = _owed(story)
    assert "6.4.a" in owed[terms.COMMITTEE]
    assert "6.5.a" in owed[terms.COMPLIANCE]
    registers.move(
        entry=gone, move="dissolve", by=story.cast.house, values={"to_on": date(2026, 5, 1)}, reason="并入综合部"
    )
    assert "6.5.a" in _owed(story)["compliance_staff"]


def test_a_medium_firm_must_have_the_bodies_itself(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    owed = _owed(story)
    assert "6.4.a" in owed[terms.COMMITTEE]
    assert "6.5.a" in owed[terms.COMPLIANCE]


def test_one_office_shows_the_records_behind_each_duty(story: Story) -> None:
    story.sized("medium")
    story.adopt(pack=catalogue.current("cn:sasac:order-42"), base_date=date(2026, 1, 1))
    story.enter("audits", name="合规审计", kind="internal", reported_on=date(2026, 5, 1), auditor="审计部")
    found = queries.holding(by=story.cast.house, unit=story.cast.sub, code=terms.THIRD)
    told = {line.code: ask for ask in found.asks for line in ask.lines}
    assert [one.title for one in told["15-1"].proofs] == ["合规审计"]
    with pytest.raises(NotFound):
        queries.holding(by=story.cast.house, unit=story.cast.sub, code="janitor")


def test_a_person_sees_what_was_done_and_which_month_is_missing(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    appoint(story, "compliance_staff")
    wang = story.cast.wang
    for day in (date(2026, 3, 5), date(2026, 3, 20), date(2026, 5, 6)):
        story.enter(
            "duty_logs", gist=f"自查{day}", kind="self_check", role="compliance_staff", person=wang, done_on=day
        )
    found = queries.work(by=story.cast.house, unit=story.cast.sub, person=wang, period=YEAR)
    assert [(one.register, one.count, one.latest_on) for one in found.done] == [("duty_logs", 3, date(2026, 5, 6))]
    assert [one.count for one in found.months] == [0, 0, 2, 0, 1, 0]
    assert not found.lacking
    assert not any(one.is_missing for one in found.months)
    assert set(found.duties) == {"compliance_staff"}


def test_a_period_without_a_line_is_missing_only_where_a_document_asks_for_one(story: Story) -> None:
    """该条要求每季度一次履职记录；采用之前、任职之前和还没过完的季度都不算缺。"""
    story.sized("medium")
    pack = catalogue.current("cn:cq-sasac:2023-7")
    story.adopt(pack=pack, from_on=date(2026, 2, 1), base_date=date(2026, 2, 1))
    appoint(story, "compliance_head", from_on=date(2025, 3, 1))
    wang, by, unit = story.cast.wang, story.cast.house, story.cast.sub

    def lacking(year: int = 2026) -> tuple[list[str], list[str]]:
        found = queries.work(by=by, unit=unit, person=wang, period=Period(year))
        return [str(one) for one in found.lacking], [str(one.period) for one in found.months if one.is_missing]

    assert lacking() == (["2026Q1"], ["2026-01", "2026-02", "2026-03"])
    assert lacking(2025) == ([], [])
    story.enter("duty_logs", gist="听汇报", kind="check", role="compliance_head", person=wang, done_on=date(2026, 2, 9))
    assert lacking() == ([], [])


def test_others_look_at_a_person_only_with_the_right_to_people(story: Story) -> None:
    cast = story.cast
    me = account("me", "department_officer", cast.department, cast.wang, cast.house)
    other = story.person("赵强")
    assert queries.find(by=cast.actor(me), unit=cast.sub, uid=cast.wang.uid) == cast.wang
    assert queries.find(by=cast.actor(cast.mei), unit=cast.sub, uid=other.uid) == other
    for by, uid in ((cast.tan, other.uid), (me, other.uid), (cast.mei, "nonsense")):
        with pytest.raises(NotFound):
            queries.find(by=cast.actor(by), unit=cast.sub, uid=uid)


def test_it_is_known_who_was_appraised_and_who_was_not(story: Story) -> None:
    appoint(story, "compliance_staff")
    appoint(story, "general_counsel", person=story.person("钱进"))
    story.enter(
        "appraisals", subject="staff", person=story.cast.wang, period="2026", done_on=date(2026, 5, 1), score=92
    )
    found = {one.group: one for one in results.coverage(by=story.cast.house, unit=story.cast.sub, year=2026)}
    assert (found["staff"].done, found["staff"].whole) == (1, 1)
    assert (found["general_counsel"].done, found["general_counsel"].programme) == (0, False)
    assert [name for name, _uid in found["employee"].people] == ["王敏", "钱进"] or found["employee"].left >= 1
    story.enter(
        "appraisals", subject="general_counsel", person=named("钱进"), period="2026", done_on=date(2026, 5, 2),
        grade="优秀", programme=True,
    )  # fmt: skip
    found = {one.group: one for one in results.coverage(by=story.cast.house, unit=story.cast.sub, year=2026)}
    assert (found["general_counsel"].done, found["general_counsel"].programme) == (1, True)


def test_nobody_was_missed_in_a_year_before_he_came(story: Story) -> None:
    appoint(story, "compliance_staff")
    late = story.person("赵迟")
    Person.objects.filter(pk=late.pk).update(joined_on=date(2026, 3, 1))

    def whole(year: int) -> dict[str, int]:
        found = results.coverage(by=story.cast.house, unit=story.cast.sub, year=year)
        return {one.group: one.whole for one in found}

    assert "staff" not in whole(2025)
    assert whole(2026)["staff"] == 1
    assert whole(2026)["employee"] == whole(2025)["employee"] + 1


def test_a_subsidiary_appraised_twice_is_one_subsidiary(story: Story) -> None:
    group, by = story.cast.group, story.cast.house

    def covered() -> results.Coverage:
        found = results.coverage(by=by, unit=group, year=2026)
        return next(one for one in found if one.group == results.SUBSIDIARIES)

    assert (covered().done, covered().whole) == (0, 1)
    org.create_unit(code="HD-02", name="华东园林有限公司", kind="company", parent=group, by=by)
    for half in ("2026H1", "2026H2"):
        story.enter(
            "appraisals", group, subject="subsidiary", subsidiary=story.cast.sub.name, period=half,
            done_on=date(2026, 5, 1), score=90,
        )  # fmt: skip
    assert (covered().done, covered().whole) == (1, 2)
    assert covered().people == (("华东园林有限公司", "华东园林有限公司"),)


def named(name: str) -> Person:
    return Person.objects.get(name=name)


def test_objectives_are_evaluated_at_a_meeting_and_decisions_wait_to_be_made_public(story: Story) -> None:
    meeting = story.enter("meetings", subject="目标评价会", topic="goal_review", held_on=date(2026, 5, 20))
    story.enter(
        "objectives", indicator="培训覆盖率", period="2026Q1", target=95, actual=97, unit_of="%", set_on=date(2026, 1, 5),
        evaluated_on=date(2026, 5, 20), reached=True, meeting=str(meeting.uid),
    )  # fmt: skip
    story.enter("objectives", indicator="整改按期率", period="2026-02", target=90, set_on=date(2026, 1, 5))
    story.enter("accountabilities", matter="违规用印", kind="criticism", decided_on=date(2026, 4, 2))
    with CaptureQueriesContext(connection) as asked:
        found = queries.results(by=story.cast.house, unit=story.cast.sub, year=2026)
    first = next(one for one in found.objectives if one.entry.title == "培训覆盖率")
    second = next(one for one in found.objectives if one.entry.title == "整改按期率")
    assert (first.target, first.actual, first.meeting, first.is_due) == ("95%", "97%", meeting, False)
    assert second.is_due
    assert [(one.entry.title, one.waiting_days) for one in found.unpublished] == [("违规用印", 60)]
    assert len(asked) <= 20
