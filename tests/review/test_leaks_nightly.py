"""What a look of the night newly finds is one task of the compliance office, and displaces nobody's look."""

from __future__ import annotations

import pytest
from django.utils import translation

from guiju.lib import clock
from guiju.review.enums import LeakKind as K
from guiju.review.leaks import actions, asking, looking, queries
from guiju.review.models import LeakFinding, LeakRun
from guiju.trail import verify
from guiju.web.workflow import abouts
from guiju.workflow import queries as workflow
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.words import title_of
from tests.conftest import Cast
from tests.review.house import Reviewers
from tests.review.test_leaks_actions import ago, contract, look, review

pytestmark = pytest.mark.django_db


def tasks() -> list[Task]:
    return list(Task.objects.filter(about=asking.ABOUT).order_by("pk"))


def leaking(them: Reviewers) -> None:
    contract(them, "HT-1", name="保洁合同")
    contract(them, "HT-2", name="绿化合同", party="乙公司")
    contract(them, "HT-3", name="检测合同", party="丙公司", signed_on=ago(20))
    review(them, "检测合同", ago(2), party="丙公司")


def test_the_office_gets_one_task_for_all_of_them_with_the_way_to_the_look(them: Reviewers, cast: Cast) -> None:
    leaking(them)
    assert looking.nightly() == 1
    (task,) = tasks()
    run = LeakRun.objects.get()
    with translation.override("en"):
        assert title_of(task) == (
            "Settle what the leak finder newly found: Carried out without review (2), Reviewed afterwards (1)"
        )
    assert abouts.url(task) == f"/u/{them.unit.code}/review/leaks/?run={run.uid}"
    assert cast.client(them.staff).get(abouts.url(task)).status_code == 200
    assert task in workflow.mine(by=them.by("staff"))
    assert verify.run().findings == []


def test_it_is_not_asked_again_but_what_is_new_is(them: Reviewers) -> None:
    leaking(them)
    looking.nightly()
    looking.nightly()
    assert len(tasks()) == 1
    contract(them, "HT-4", name="安保合同", party="丁公司")
    looking.nightly()
    _first, second = tasks()
    assert "1" in second.title
    assert [row.title for row in asking.news(LeakRun.objects.latest("pk"))] == ["安保合同"]


def test_what_somebody_has_found_himself_is_not_told_at_night(them: Reviewers) -> None:
    leaking(them)
    look(them, period=str(clock.today().year))
    look(them)
    contract(them, "HT-3-1", name="检测合同二", party="丙公司")
    looking.nightly()
    (task,) = tasks()
    assert asking.news(LeakRun.objects.get(uid=task.about_uid)).count() == 1


def test_it_is_done_when_each_was_settled_or_is_found_no_longer_and_opens_again_with_one_of_them(
    them: Reviewers,
) -> None:
    leaking(them)
    looking.nightly()
    late, *rest = LeakFinding.objects.filter(run=LeakRun.objects.get()).order_by("-kind", "ordinal")[::-1]
    assert late.kind == K.LATE
    for row in (late, rest[0]):
        actions.set_aside(finding=row, reason="按示范文本签订。", by=them.by("staff"))
    assert tasks()[0].status == TaskStatus.OPEN
    review(them, rest[1].title, rest[1].on.isoformat(), party=rest[1].sides["deeds"][0]["party"])
    looking.nightly()
    assert [one.status for one in tasks()] == [TaskStatus.DONE]
    actions.take_up(finding=late, by=them.by("staff"))
    assert [one.status for one in tasks()] == [TaskStatus.OPEN]
    assert verify.run().findings == []


def test_a_look_of_the_night_takes_no_other_looks_place(them: Reviewers, cast: Cast) -> None:
    leaking(them)
    mine = look(them, below=True)
    contract(them, "HT-9", name="夜间合同", party="戊公司")
    looking.nightly()
    night = LeakRun.objects.latest("pk")
    sorts = queries.latest(them.by("staff"), them.unit)
    assert (sorts, queries.shown_first(sorts)) == ([night, mine], mine)
    page = cast.client(them.staff).get(f"/u/{them.unit.code}/review/leaks/").content.decode()
    assert "夜间合同" not in page
    assert f"?run={night.uid}" in page
    again = look(them, period=str(clock.today().year))
    assert queries.shown_first(queries.latest(them.by("staff"), them.unit)) == again
