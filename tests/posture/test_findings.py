"""What is found for a unit, from its records."""

from __future__ import annotations

from datetime import date

import pytest

from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.packs.models import Requirement
from guiju.posture import actions, engine, findings, queries
from guiju.posture.findings import Finding
from guiju.posture.models import PackRollup, Standing, Status
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.posture.conftest import Story


def found(story: Story, code: str, as_of: date | None = None) -> Finding:
    """One finding of the subsidiary."""
    rows = findings.findings(story.cast.sub, story.pack, as_of=as_of, codes=[code])
    assert rows is not None
    return rows[0]


def appointment(story: Story, **values: object) -> Entry:
    """Wang is compliance staff since January."""
    given = {"role": "compliance_staff", "person": story.cast.wang, "from_on": date(2026, 1, 5), **values}
    return story.enter("appointments", **{name: _plain(value) for name, value in given.items()})


def _plain(value: object) -> object:
    return str(value.uid) if hasattr(value, "uid") else value


def test_nothing_is_asked_of_a_unit_that_has_not_adopted_the_document(story: Story) -> None:
    appointment(story)
    assert findings.findings(story.cast.sub, story.pack) is None
    assert not Standing.objects.exists()
    assert queries.overview(by=story.cast.house, unit=story.cast.group) == []


def test_an_appointment_with_its_document_holds_the_office(story: Story) -> None:
    story.sized("small")
    story.adopt()
    assert found(story, "A.1.2-s01").status == Status.UNMET
    appointment(story, document="任命书〔2026〕1号")
    finding = found(story, "A.1.2-s01")
    assert finding.status == Status.MET
    assert finding.missing == ""
    assert [row.register for row in finding.evidence] == ["appointments"]
    assert finding.as_dict()["strength"] == "document"


def test_an_appointment_without_document_is_only_declared_and_counts_partly(story: Story) -> None:
    story.sized("small")
    story.adopt()
    appointment(story)
    finding = found(story, "A.1.2-s01")
    assert finding.status == Status.PARTLY
    assert not finding.evidence[0].counted
    assert finding.evidence[0].why


def test_what_is_missing_names_the_register_and_what_is_known_already(story: Story) -> None:
    story.sized("small")
    story.adopt()
    gap = found(story, "A.1.2-s01").gaps[0]
    assert gap.register == "appointments"
    assert gap.values == {"role": "compliance_staff"}
    assert gap.sentence


def test_a_late_entry_shows_the_days_between(story: Story) -> None:
    story.sized("small")
    story.adopt()
    appointment(story, document="任命书")
    row = found(story, "A.1.2-s01").evidence[0]
    assert (row.on, row.recorded_on, row.late_days) == (date(2026, 1, 5), date(2026, 6, 1), 147)


def test_rows_of_another_size_do_not_apply(story: Story) -> None:
    story.sized("small")
    story.adopt()
    assert found(story, "A.1.2-m01").status == Status.NA
    story.sized("medium", on=date(2026, 6, 1))
    assert found(story, "A.1.2-m01").status == Status.UNMET
    assert found(story, "A.1.2-s01").status == Status.NA


def test_while_the_size_is_unknown_a_person_is_needed_and_told_what_to_enter(story: Story) -> None:
    story.adopt()
    finding = found(story, "A.1.2-s01")
    assert finding.status == Status.PERSON
    assert "行业" in finding.missing


def test_an_alternative_that_is_met_makes_the_others_unnecessary(story: Story) -> None:
    story.sized("small")
    story.adopt()
    assert found(story, "B.1.1-s02").status == Status.UNMET
    person = _plain(story.cast.wang)
    story.enter(
        "work_records", name="收集义务的会议", mechanism="obligation_external", form="case", made_on=date(2026, 3, 1),
        person=person, gist="与业务部门逐条核对",
    )  # fmt: skip
    assert found(story, "B.1.1-s03").status == Status.MET
    alternative = found(story, "B.1.1-s02")
    assert (alternative.status, alternative.via) == (Status.NA, "B.1.1-s03")
    assert "B.1.1-s03" in alternative.missing


def test_of_several_ways_within_one_row_one_is_enough(story: Story) -> None:
    story.sized("small")
    story.adopt()
    empty = found(story, "B.3.2-l02")
    assert empty.status == Status.UNMET
    assert {gap.register for gap in empty.gaps} == {"policies", "monitoring_plans"}
    assert empty.missing.count("(1)") == 1
    story.enter(
        "policies", name="日常监测办法", number="1号", mechanism="monitoring", method=True, issued_on="2026-01-05"
    )
    finding = found(story, "B.3.2-l02")
    assert finding.status == Status.MET
    assert finding.missing == ""
    assert finding.gaps == []
    assert [test.spare for test in finding.tests] == [False, True]
    assert finding.figure.count(";") == 0
    sheet = queries.sheet(by=story.cast.house, unit=story.cast.sub, pack=story.pack)
    row = next(row for row in sheet if row.requirement.code == "B.3.2-l02")
    assert (row.status, row.figure) == (finding.status, finding.figure)


def test_a_year_with_reports_makes_the_row_on_silence_not_applicable(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    assert found(story, "B.3.3-m14").status == Status.UNMET
    wang = str(story.cast.wang.uid)
    story.enter("disclosure_channels", name="信箱", kind="mail", opened_on="2024-05-01", handler=wang)
    assert found(story, "B.3.3-m14").status == Status.PARTLY
    story.enter("disclosure_log", number="1", received_on="2025-06-01", matter="other", handler=wang)
    finding = found(story, "B.3.3-m14")
    assert finding.status == Status.NA
    assert [test.status for test in finding.tests] == [Status.NA]


def test_before_the_members_comes_the_body(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    assert [gap.register for gap in found(story, "A.1.1-m05").gaps] == ["bodies"]
    story.enter("bodies", name="合规委员会", kind="committee", from_on="2026-01-05", document="通知")
    assert [gap.register for gap in found(story, "A.1.1-m05").gaps] == ["body_members"]


def test_the_answer_as_of_an_earlier_day_knows_only_what_was_recorded_by_then(story: Story) -> None:
    with story.at(2026, 2, 1):
        story.sized("small")
        story.adopt()
    with story.at(2026, 4, 1):
        appointment(story, document="任命书")
    assert found(story, "A.1.2-s01", as_of=date(2026, 3, 31)).status == Status.UNMET
    assert found(story, "A.1.2-s01", as_of=date(2026, 4, 1)).status == Status.MET
    assert findings.findings(story.cast.sub, story.pack, as_of=date(2026, 1, 31)) is None


def test_a_removed_row_still_proves_the_days_before_its_removal(story: Story) -> None:
    with story.at(2026, 2, 1):
        story.sized("small")
        story.adopt()
        entry = appointment(story, document="任命书")
    with story.at(2026, 5, 1):
        registers.remove(entry=entry, version=entry.version, by=story.cast.house, reason="登记错误")
    assert found(story, "A.1.2-s01").status == Status.UNMET
    assert found(story, "A.1.2-s01", as_of=date(2026, 4, 30)).status == Status.MET


def test_an_answer_changes_with_the_calendar_alone_after_the_nightly_run(story: Story) -> None:
    story.sized("small")
    story.adopt()
    appointment(story, document="聘用合同", to_on=date(2026, 6, 30))
    assert _stored(story, "A.1.2-s01") == Status.MET
    with story.at(2026, 7, 1):
        assert _stored(story, "A.1.2-s01") == Status.MET
        assert engine.nightly() == 1
        assert _stored(story, "A.1.2-s01") == Status.UNMET


def _stored(story: Story, code: str) -> Status:
    rows = queries.sheet(by=story.cast.house, unit=story.cast.sub, pack=story.pack)
    return next(row.status for row in rows if row.requirement.code == code)


def test_records_of_a_department_count_for_its_company(story: Story) -> None:
    story.sized("small")
    story.adopt()
    story.enter(
        "appointments", unit=story.cast.department, role="compliance_staff", person=_plain(story.cast.wang),
        from_on=date(2026, 1, 5), document="任命书",
    )  # fmt: skip
    assert found(story, "A.1.2-s01").status == Status.MET
    assert _stored(story, "A.1.2-s01") == Status.MET


def test_a_saved_record_says_what_it_proves(story: Story) -> None:
    story.sized("small")
    story.adopt()
    entry = appointment(story, document="任命书")
    proofs = queries.proves(entry)
    assert "A.1.2-s01" in {proof.requirement.code for proof in proofs}
    assert {proof.pack.urn for proof in proofs} == {story.pack.urn}


def test_a_person_judges_what_no_record_can_answer(story: Story) -> None:
    story.sized("small")
    story.adopt()
    assert found(story, "C.1-x01").status == Status.PERSON
    requirement = Requirement.objects.get(pack=story.pack, code="C.1-x01")
    actions.judge(
        unit=story.cast.sub, requirement=requirement, status="met", reason="访谈三位高管，口径一致",
        by=story.cast.house, expires_on=date(2026, 12, 31),
    )  # fmt: skip
    assert found(story, "C.1-x01").status == Status.MET
    assert _stored(story, "C.1-x01") == Status.MET
    with story.at(2027, 1, 1):
        engine.nightly()
        assert _stored(story, "C.1-x01") == Status.PERSON


def test_a_judgement_needs_a_reason_and_an_end(story: Story) -> None:
    story.sized("small")
    story.adopt()
    requirement = Requirement.objects.get(pack=story.pack, code="C.1-x01")
    with pytest.raises(Problem) as refused:
        actions.judge(
            unit=story.cast.sub, requirement=requirement, status="perhaps", reason=" ", by=story.cast.house,
            expires_on=date(2036, 1, 1),
        )  # fmt: skip
    assert {fault.where for fault in refused.value.faults} == {"status", "reason", "expires_on"}


def test_a_unit_adopts_a_document_once_at_a_time(story: Story) -> None:
    first = story.adopt()
    with pytest.raises(Conflict):
        story.adopt()
    actions.end_adoption(adoption=first, by=story.cast.house, reason="试行结束")
    with story.at(2026, 6, 2):
        engine.nightly()
        assert story.adopt().from_on == date(2026, 6, 2)


def test_a_department_adopts_nothing(story: Story) -> None:
    with pytest.raises(Problem) as refused:
        story.adopt(story.cast.department)
    assert refused.value.code == "adoption.not_a_company"


def test_the_posture_of_an_ended_programme_stays_as_it_was_on_its_last_day(story: Story) -> None:
    with story.at(2026, 2, 1):
        story.sized("small")
        adoption = story.adopt()
    with story.at(2026, 3, 31):
        actions.end_adoption(adoption=adoption, by=story.cast.house, reason="试点结束")
    appointment(story, document="任命书", from_on=date(2026, 1, 1))
    engine.nightly()
    finding = found(story, "A.1.2-s01")
    assert (finding.status, finding.as_of) == (Status.UNMET, date(2026, 3, 31))
    assert not Standing.objects.exists()
    assert not PackRollup.objects.exists()


def test_a_group_sees_all_levels_together_and_each_subsidiary(story: Story) -> None:
    cast = story.cast
    for unit in (cast.sub, cast.grandchild):
        story.sized("small", unit)
        story.adopt(unit)
    appointment(story, document="任命书")
    (view,) = queries.overview(by=cast.actor(cast.lin), unit=cast.group)
    assert view.own is None
    assert view.all_levels is not None
    assert view.all_levels.units == 2
    rows = queries.tree(by=cast.actor(cast.lin), unit=cast.group, pack=story.pack)
    assert [row.unit.code for row in rows] == ["HD", "HD-01"]
    assert rows[1].all_levels == view.all_levels
    units = queries.requirement_units(by=cast.actor(cast.lin), unit=cast.group, pack=story.pack, code="A.1.2-s01")
    assert [(unit.code, status) for unit, status in units] == [("HD-01-A", Status.UNMET), ("HD-01", Status.MET)]
    counts = queries.requirement_counts(by=cast.actor(cast.lin), unit=cast.group, pack=story.pack)["A.1.2-s01"]
    assert (counts.by_status[Status.MET], counts.by_status[Status.UNMET]) == (1, 1)
    matrix = queries.matrix(by=cast.actor(cast.lin), unit=cast.group, pack=story.pack)
    assert matrix[1].cells["A.1.2"].by_status[Status.MET] == counts.by_status[Status.MET] + 1 - 1
    assert matrix[1].cells["A.1.2"].units == 2


def test_a_stranger_sees_no_posture_and_cannot_adopt(story: Story) -> None:
    tan = story.cast.actor(story.cast.tan)
    with pytest.raises(NotFound):
        queries.overview(by=tan, unit=story.cast.sub)
    with pytest.raises(NotFound):
        actions.adopt(unit=story.cast.sub, pack=story.pack, by=tan)


def test_who_may_look_may_not_judge(story: Story) -> None:
    story.sized("small")
    story.adopt()
    requirement = Requirement.objects.get(pack=story.pack, code="C.1-x01")
    qian = story.cast.actor(story.cast.qian)
    with pytest.raises((Denied, NotFound)):
        actions.adopt(unit=story.cast.grandchild, pack=story.pack, by=qian)
    assert requirement.judgement


def test_a_closed_unit_is_no_longer_counted(story: Story) -> None:
    story.sized("small", story.cast.grandchild)
    story.adopt(story.cast.grandchild)
    org.close_unit(unit=story.cast.grandchild, on=date(2026, 5, 31), by=story.cast.house, reason="注销")
    assert not Standing.objects.exists()
    assert not PackRollup.objects.exists()


def test_a_moved_unit_takes_its_counts_along(story: Story) -> None:
    cast = story.cast
    story.sized("small", cast.grandchild)
    story.adopt(cast.grandchild)
    other = org.create_unit(code="HD-02", name="华东置业有限公司", kind="company", parent=cast.group, by=cast.house)
    org.move_unit(unit=cast.grandchild, parent=other, by=cast.house, reason="划转")
    counted = set(PackRollup.objects.filter(reach="all").values_list("unit__code", flat=True))
    assert counted == {"HD", "HD-02", "HD-01-A"}
