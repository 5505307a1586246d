"""机构检查、职责和第三道防线的接口：和页面一样的权限，一样的拒绝。"""

from __future__ import annotations

from datetime import timedelta

import pytest

from guiju.lib import clock
from guiju.registers import actions as registers
from tests.api.conftest import Caller
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_a_programme_reads_the_check_and_takes_up_a_finding(cast: Cast, mei: Caller, tan: Caller) -> None:
    for way in ("organisation-check", "duties", "duties/results", "third-line", f"duties/people/{cast.wang.uid}"):
        answer = mei.get(f"/units/HD-01/{way}")
        assert answer.status_code == 200, answer.content
        assert tan.get(f"/units/HD-01/{way}").status_code == 404
    values = {"name": "合规审计", "kind": "internal", "reported_on": clock.today(), "auditor": "审计部", "findings": 2}
    audit = registers.create(register="audits", unit=cast.sub, values=values, by=cast.house)
    way = f"/units/HD-01/third-line/{audit.uid}/findings"
    due = (clock.today() + timedelta(days=30)).isoformat()
    said = {"problem": "用印未登记", "owner": str(cast.wang.uid), "due_on": due, "version": audit.version}
    made = mei.post(way, said)
    assert made.status_code == 201, made.content
    assert (made.json()["findings"], made.json()["untaken"], len(made.json()["rectifications"])) == (2, 1, 1)
    assert mei.post(way, said).status_code == 409
    assert mei.post(way, said | {"problem": ""}).status_code == 422
    assert tan.post(way, said).status_code == 404
