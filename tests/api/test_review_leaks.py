"""The leak finder through the API: what pages can do, a programme can do, and no more."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from guiju.jobs import worker
from guiju.lib import clock
from tests.api.conftest import open_caller
from tests.conftest import Cast
from tests.review.house import Reviewers
from tests.review.test_leaks_actions import contract

pytestmark = pytest.mark.django_db


def said(answer: Any) -> Any:
    return json.loads(answer.content)


def test_a_programme_looks_and_settles_what_was_found(them: Reviewers, cast: Cast) -> None:
    contract(them, "HT-1")
    contract(them, "HT-2", name="食堂食材采购合同")
    own = open_caller(them.staff, them.unit)
    ledger = io.BytesIO(f"合同编号,合同名称,合同金额,签订日期\nHT-3,桥梁检测合同,8000,{clock.today()}\n".encode())
    ledger.name = "合同台账.csv"
    made = own.upload(f"/units/{them.unit.code}/leaks", {"period": "12m", "files": ledger})
    assert made.status_code == 202, made.content.decode()
    begun = said(made)
    assert own.get(f"/leaks/{begun['run']}").status_code == 404
    worker.drain()
    assert said(own.get(f"/jobs/{begun['job']}"))["result"] == {"run": begun["run"], "looked": 3, "found": 3}
    run = said(own.get(f"/leaks/{begun['run']}"))
    assert (run["counts"]["unreviewed"], run["looked"], len(run["ledgers"])) == (3, 3, 1)
    assert next(one for one in run["rates"] if one["kind"] == "contract" and not one["unit"])["against"] == {
        "unreviewed": 3
    }
    assert said(own.get(f"/leaks/{run['uid']}"))["uid"] == run["uid"]
    found = said(own.get(f"/leaks/{run['uid']}/findings?kind=unreviewed&limit=2"))
    assert (found["count"], len(found["items"])) == (3, 2)
    first, second = found["items"]
    aside = own.post(f"/leaks/findings/{first['uid']}/aside", {"reason": "示范文本", "version": 0})
    assert said(aside)["state"] == "aside"
    assert own.post(f"/leaks/findings/{first['uid']}/aside", {"reason": "再一次", "version": 0}).status_code == 409
    assert said(own.post(f"/leaks/findings/{first['uid']}/open", {"version": 1}))["state"] == "open"
    due = f"{clock.today().year + 1}-01-31"
    given = {"owner": str(them.person("officer").uid), "due_on": due}
    assert said(own.post(f"/leaks/findings/{second['uid']}/rectify", given))["rectification"]
    stranger = open_caller(cast.tan, cast.stranger)
    for path in (f"/units/{them.unit.code}/leaks", f"/leaks/{run['uid']}", f"/leaks/{run['uid']}/findings"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/leaks/findings/{first['uid']}/aside", {"reason": "x"}).status_code == 404
    assert (
        open_caller(them.chair, them.unit).upload(f"/units/{them.unit.code}/leaks", {"period": "12m"}).status_code
        == 403
    )


def test_a_period_that_nobody_knows_is_refused(them: Reviewers) -> None:
    answer = open_caller(them.staff, them.unit).upload(f"/units/{them.unit.code}/leaks", {"period": "soon"})
    assert answer.status_code in {400, 422}
    assert said(answer)["code"] == "period.unreadable"
