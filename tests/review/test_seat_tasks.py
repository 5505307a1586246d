"""A task of a seat moves with its seat: by nobody's hand at the task, on no page and through no programme."""

from __future__ import annotations

import pytest

from guiju.lib.errors import Problem
from guiju.review import actions, keeping
from guiju.review.models import Matter
from guiju.workflow import actions as workflow
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.routes import runs
from tests.api.conftest import open_caller
from tests.conftest import Cast
from tests.review.house import Reviewers, asked, said, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(them: Reviewers) -> Matter:
    """It waits for the compliance staff."""
    return said(them, submitted(them), "officer")


def seat_task(row: Matter, name: str = "何规") -> Task:
    return Task.objects.get(about_uid=row.uid, key__contains=":seat:", status=TaskStatus.OPEN, owner__name=name)


def test_a_programme_does_not_take_the_task_without_the_seat(cast: Cast, them: Reviewers, row: Matter) -> None:
    task, head = seat_task(row), open_caller(them.head, them.unit)
    before = asked(row)
    for step, more in (("hand-over", {"to": str(them.person("head").uid)}), ("waive", {"reason": "不需要"})):
        answer = head.post(f"/tasks/{task.uid}/{step}", {"version": task.version, **more})
        assert (answer.status_code, answer.json()["code"]) == (409, "task.kept"), answer.content
    fresh = seat_task(row)
    assert (fresh.version, asked(row)) == (task.version, before)


def test_a_page_sent_by_hand_does_not_either(cast: Cast, them: Reviewers, row: Matter) -> None:
    task, page = seat_task(row), cast.client(them.head)
    sent = {"owner": str(them.person("second").uid), "version": str(task.version), "reason": "出差"}
    for step in ("hand-over", "waive"):
        answer = page.post(f"/tasks/{task.uid}/{step}/", sent)
        assert answer.status_code == 409
    assert seat_task(row).owner == task.owner
    shown = page.get(f"/tasks/{task.uid}/").content.decode()
    assert f"/tasks/{task.uid}/waive/" not in shown


def test_handing_the_seat_over_takes_the_task_along_and_it_is_not_opened_again(
    cast: Cast, them: Reviewers, row: Matter
) -> None:
    task = seat_task(row)
    run = keeping.last_run(row)
    assert run is not None
    seat = next(one for one in runs.open_seats(run) if one.name == "何规")
    actions.hand_over(matter=row, seat=seat.uid, to=them.person("head"), reason="出差", by=them.by("staff"))
    assert seat_task(row, "首阳").owner == them.person("head")
    assert sorted(asked(row)) == ["何矩", "首阳"]
    task.refresh_from_db()
    with pytest.raises(Problem) as refused:
        workflow.reopen(task=task, version=task.version, by=them.by("head"), reason="误关")
    assert refused.value.code == "task.kept"


def test_what_is_no_seat_is_handed_over_as_ever(them: Reviewers, row: Matter) -> None:
    back = said(them, row, "staff", "revise", "缺付款条件")
    task = Task.objects.get(about_uid=back.uid, key__contains=":mend:")
    to = them.person("officer")
    handed = workflow.hand_over(task=task, to=to, version=task.version, by=them.by("head"))
    assert handed.owner == to
