"""What a review leaves in other registers by itself, and what of it the documents then see."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guiju.governance.meetings import order
from guiju.lib import clock
from guiju.registers.models import Entry
from guiju.review import actions, keeping, subjects
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.trail import verify
from guiju.workflow import clock as escalation
from guiju.workflow.models import Task, TaskStatus
from tests.review.house import Reviewers, agenda, committee, paper, said, settled, submitted

pytestmark = pytest.mark.django_db

DECISION = {"title": "设立外省子公司", "form": {"category": "decision", "procedure": "董事会"}}


def _decision(them: Reviewers) -> Matter:
    papers = [paper(b"plan"), paper(b"form", "application")]
    return submitted(them, kind="decision", papers=papers, values=DECISION, system="", ref="")


def _rows(register: str) -> list[Entry]:
    return list(Entry.objects.select_related("body", "person").filter(register=register).order_by("pk"))


def test_opinions_of_officer_and_head_on_a_decision_stand_in_their_register_before_it_is_taken(
    them: Reviewers,
) -> None:
    row = said(them, said(them, _decision(them), "officer"), "staff", opinion="须先报主管部门备案。")
    assert [(one.kind, one.person and one.person.name, one.date_1) for one in _rows("decision_opinions")] == [
        ("compliance_staff", "何规", None)
    ]
    row = said(them, row, "head")
    day = clock.today()
    row = actions.set_adopted(matter=row, adopted=True, done_on=day, by=them.by("buyer"))
    found = {one.kind: one for one in _rows("decision_opinions")}
    assert set(found) == {"compliance_staff", "compliance_head"}
    assert all((one.date_1, one.flag_1, one.ref_1) == (day, True, row.entry) for one in found.values())
    assert "备案" in found["compliance_staff"].body.data["opinion"]
    assert verify.run().findings == []


def test_what_somebody_said_in_an_earlier_round_gives_way_to_what_he_says_in_the_last(them: Reviewers) -> None:
    row = said(them, said(them, _decision(them), "officer"), "staff", "revise", "缺少备案文件。")
    papers = [paper(b"second plan"), paper(b"form", "application")]
    row = actions.change(matter=row, values={}, papers=papers, version=row.version, by=them.by("buyer"))
    row = actions.submit(matter=row, by=them.by("buyer"))
    said(them, said(them, row, "officer"), "staff", opinion="备案文件齐了。")
    (kept,) = _rows("decision_opinions")
    assert "齐了" in kept.body.data["opinion"]


def test_an_ordinary_contract_leaves_no_opinion_on_a_decision(them: Reviewers) -> None:
    said(them, said(them, submitted(them), "officer"), "staff")
    assert _rows("decision_opinions") == []


def test_a_review_passes_where_the_letter_of_counsel_comes_in_last(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    row = actions.ask_counsel(matter=row, name="某某律师事务所", reason="条款生僻", by=them.by("staff"))
    row = said(them, row, "staff")
    run = keeping.last_run(row)
    assert run is not None
    row = actions.enter_counsel(
        matter=row, seat=run.seats.get(kind="counsel").uid, stand="agree", opinion="条款有效。", by=them.by("second"),
        files=[paper(b"letter", name="意见书.txt")],
    )  # fmt: skip
    assert row.state == "passed"
    (kept,) = _rows("reviews")
    assert kept.body.data["reviewer"] == str(them.person("staff").uid)


def test_the_opinion_of_outside_counsel_stands_among_those_of_counsel(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    row = actions.ask_counsel(matter=row, name="某某律师事务所", reason="条款生僻", by=them.by("staff"))
    run = keeping.last_run(row)
    assert run is not None
    row = actions.enter_counsel(
        matter=row, seat=run.seats.get(kind="counsel").uid, stand="agree", opinion="条款有效。", by=them.by("staff"),
        files=[paper(b"letter", name="意见书.txt")],
    )  # fmt: skip
    (kept,) = _rows("counsel_opinions")
    assert (kept.title, kept.kind, kept.text_1) == ("办公设备采购合同", "review", "某某律师事务所")
    assert [one["name"] for one in kept.body.data["files"]] == ["意见书.txt"]
    row = said(them, row, "staff")
    actions.set_adopted(matter=row, adopted=False, why="对方不同意修改", by=them.by("buyer"))
    (kept,) = _rows("counsel_opinions")
    assert (kept.flag_1, kept.body.data["reason"]) == (False, "对方不同意修改")


def test_who_steps_aside_is_kept_with_who_takes_over(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    run = keeping.last_run(row)
    assert run is not None
    seat = run.seats.get(person=them.person("staff"), state="open")
    row = actions.recuse(matter=row, seat=seat.uid, reason="本人持有对方股权", by=them.by("staff"))
    (kept,) = _rows("recusals")
    assert (kept.kind, kept.person, kept.owner) == ("own", them.person("staff"), them.person("second"))
    seat = run.seats.get(person=them.person("second"), state="open")
    actions.exclude(matter=row, seat=seat.uid, reason="配偶在对方任职", by=them.by("head"))
    assert [(one.kind, one.owner and one.owner.name) for one in _rows("recusals")] == [
        ("own", "何矩"),
        ("forced", "董升"),
    ]


def test_a_kind_that_another_pack_brings_ends_in_the_ledger_among_the_others(
    them: Reviewers, tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / subjects.FILE).write_text(
        "subjects:\n  - code: algorithm\n    label: 算法上线\n    label_en: Algorithm\n"
        "    papers:\n      - {code: text, label: 说明, label_en: Explanation, required: true}\n",
        encoding="utf-8",
    )
    settings.PACK_DIRS = [*settings.PACK_DIRS, tmp_path]
    subjects._shipped.cache_clear()
    try:
        row = submitted(them, kind="algorithm", values={"title": "推荐算法上线"})
        row = said(them, said(them, row, "officer"), "staff")
    finally:
        subjects._shipped.cache_clear()
    assert (row.state, Entry.objects.get(uid=row.entry).kind) == (S.PASSED, "other")


def test_somebody_who_is_late_with_his_opinion_is_told_on_to_the_head_and_then_to_the_principal(
    them: Reviewers,
) -> None:
    submitted(them)
    task = Task.objects.get(about="review", key__contains=":seat:")
    nights = [task.due_on + timedelta(days=days) for days in range(1, 20)]
    levels = []
    for night in nights:
        escalation.run(night)
        levels.append(Task.objects.get(pk=task.pk).level)
    assert (levels[-1], sorted(set(levels) - {0})) == (2, [1, 2])


def test_what_became_of_an_opinion_that_asked_for_something_is_asked_and_told_with_its_reason(them: Reviewers) -> None:
    row = said(them, said(them, submitted(them), "officer"), "staff", "disagree", "相对方没有资质。")
    task = Task.objects.get(about="review", status=TaskStatus.OPEN)
    assert (task.owner, task.key.split(":")[2]) == (them.person("buyer"), "adopt")
    row = actions.set_adopted(matter=row, adopted=False, why="改由其他单位签订", by=them.by("buyer"))
    assert Task.objects.get(pk=task.pk).status == TaskStatus.DONE
    assert row.not_adopted == "改由其他单位签订"


def test_what_became_of_conditions_is_asked_after_their_last_day(them: Reviewers) -> None:
    due = clock.today() + timedelta(days=40)
    row = said(
        them, said(them, submitted(them), "officer"), "staff", "conditions", "补一份授权书。",
        conditions=[{"text": "取得授权书", "due_on": due.isoformat()}],
    )  # fmt: skip
    task = Task.objects.get(about="review", status=TaskStatus.OPEN, key__contains=":adopt:")
    assert task.due_on > due
    actions.void(matter=row, reason="对方资质是伪造的", by=them.by("head"))
    assert not Task.objects.filter(about="review", status=TaskStatus.OPEN).exists()


def test_an_item_that_names_the_review_shows_the_opinions_given_in_it_and_no_second_decision(them: Reviewers) -> None:
    row = _decision(them)
    for who in ("officer", "staff", "head"):
        row = said(them, row, who)
    meeting, item = agenda(them, row, committee(them), major=True)
    item = settled(them, meeting, item)
    (found,) = order.decisions(by=them.house, company=them.unit)
    assert (found.item, {line.role for line in found.lines}) == (item, {"compliance_staff", "compliance_head"})
    on_page = order.of_items([item], company=them.unit)[item.uid]
    assert {line.name for line in on_page.lines} == {"何规", "首阳"}
    assert on_page.verdict == order.SOUND
