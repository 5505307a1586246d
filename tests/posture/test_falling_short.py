"""不算数的记录：够不着要求时，页面上一半的位置留给它们。"""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from guiju.posture import findings
from guiju.posture.models import Status
from tests.posture.conftest import Story

pytestmark = pytest.mark.django_db


def test_records_that_do_not_count_are_not_hidden_behind_those_that_do(story: Story) -> None:
    story.sized("medium")
    story.adopt()
    for number in range(findings.MOST + 5):
        story.enter(
            "reviews", matter=f"决策{number}", subject="decision", reviewed_on=date(2026, 4, 1),
            reviewer=story.cast.wang, outcome="agree", signed_by="" if number < 2 else "合规委员会",
        )  # fmt: skip
    with translation.override("en"):
        (found,) = findings.findings(story.cast.sub, story.pack, codes={"6.6.b-2"}) or []
    assert "with an opinion signed by the leading body? Now: 53 of 55" in found.missing
    assert found.status == Status.PARTLY
    assert len(found.evidence) == findings.MOST
    assert {row.title for row in found.evidence if not row.counted} == {"决策0", "决策1"}
