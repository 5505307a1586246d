"""The night asks again without anybody pressing a button."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from guiju.jobs import schedule
from guiju.jobs.models import Job
from guiju.lib import clock
from guiju.packs import catalogue
from guiju.posture import actions
from guiju.posture.models import UnitAnswers


def test_answers_that_ran_out_are_asked_again_by_the_nightly_job(cast: Any) -> None:
    pack = catalogue.current("cn:casmes:effectiveness-draft")
    actions.adopt(unit=cast.stranger, pack=pack, by=cast.house, mode="voluntary", from_on=clock.today(), reason="对标")
    long_ago = clock.today() - timedelta(days=400)
    UnitAnswers.objects.filter(unit=cast.stranger).update(valid_until=long_ago, as_of=long_ago)
    assert schedule.fire_due() > 0
    assert Job.objects.filter(title="posture.nightly").count() == 1
    assert schedule.fire_due() == 0
    from guiju.posture import tasks

    assert tasks.nightly.func() >= 1
    assert UnitAnswers.objects.get(unit=cast.stranger).as_of == clock.today()
