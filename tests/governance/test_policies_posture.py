"""制度走到哪一步，对标结果就到哪一步：草稿不算，发布了才算，废止了不再算。"""

from __future__ import annotations

import pytest

from guiju.access.actor import of_user
from guiju.files import store as files
from guiju.governance.policies import actions
from guiju.posture import findings
from guiju.posture.models import Status
from tests.governance.policy_house import TEXT, account, record
from tests.posture.conftest import Story, story

pytestmark = pytest.mark.django_db
__all__ = ["story"]

MONITORING = "B.3.2-l02"


def met(story: Story) -> bool:
    """Does a rule on monitoring stand, as the standard asks?"""
    rows = findings.findings(story.cast.sub, story.pack, codes=[MONITORING])
    assert rows is not None
    return rows[0].status == Status.MET


def test_a_draft_proves_nothing_an_issued_rule_does_and_a_repealed_one_no_longer(story: Story) -> None:
    story.sized("small")
    story.adopt()
    drafter = of_user(account("Drafter", "compliance_office", story.cast.sub, story.cast.house))
    values = {"mechanism": "monitoring", "method": True}
    draft = actions.start(policy=None, unit=story.cast.sub, title="日常监测办法", text=TEXT, values=values, by=drafter)
    assert not met(story)
    actions.submit(draft=draft, by=drafter)
    actions.approve(draft=draft, by=story.cast.house)
    assert not met(story)
    with story.at(2026, 6, 2):
        actions.issue(draft=draft, number="合规〔2026〕1号", by=drafter)
        assert met(story)
    with story.at(2026, 6, 20):
        actions.repeal(entry=record(draft), reason="合并", by=drafter)
        assert not met(story)


def test_a_rule_attached_as_a_file_is_filed_with_its_record(story: Story) -> None:
    by = of_user(account("Drafter", "compliance_office", story.cast.sub, story.cast.house))
    kept = files.save("第一条 印章双人保管。".encode(), name="用印办法.txt", by=by)
    paper = {"digest": kept.digest, "name": "用印办法.txt"}
    draft = actions.start(policy=None, unit=story.cast.sub, title="用印办法", files=[paper], by=by)
    assert draft.text == "第一条 印章双人保管。"
    actions.approve(draft=actions.submit(draft=draft, by=by), by=story.cast.house)
    actions.issue(draft=draft, by=by)
    entry = record(draft)
    assert [one["digest"] for one in entry.body.data["files"]] == [kept.digest]
    assert entry.file_count == 1
