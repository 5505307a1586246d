"""What checks prove and what is reported of them: the platform's document moves, papers count, programmes may ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guiju.compliance.checks import finishing, reporting, running, signing
from guiju.compliance.models import CheckRun
from guiju.documents import reports
from guiju.lib import clock
from guiju.org import actions as org
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture.findings import findings
from guiju.posture.models import Status
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.api.conftest import open_caller
from tests.compliance import checkers
from tests.compliance.checkers import Checkers, items, look
from tests.conftest import Cast

PLATFORM = "cn:samr:platform-draft"


@pytest.fixture
def people(cast: Cast) -> Checkers:
    return checkers.make(cast)


def _begun(people: Checkers, count: int = 3) -> CheckRun:
    people.risks(count)
    return running.begin(run=people.run(people.plan(cycle="year")), by=people.mei)


def _zero(people: Checkers) -> CheckRun:
    run = _begun(people)
    for item in items(run):
        look(item, people.mei)
    return finishing.finish(run=run, by=people.mei)


def _status(cast: Cast, code: str) -> Status:
    found = findings(cast.sub, catalogue.current(PLATFORM), codes=[code])
    assert found is not None
    return next(one.status for one in found if one.code == code)


def test_a_finished_and_signed_check_moves_the_platforms_document(people: Checkers, cast: Cast) -> None:
    org.set_attribute(
        unit=cast.sub, code="is_platform", value=True, from_on=clock.today() - timedelta(days=900), by=cast.house,
        reason="许可证",
    )  # fmt: skip
    posture.adopt(unit=cast.sub, pack=catalogue.current(PLATFORM), by=cast.house, reason="t")
    before = {code: _status(cast, code) for code in ("8-2", "8-3", "8-6")}
    run = _zero(people)
    finished = _status(cast, "8-3")
    signing.sign(run=run, by=people.shen, explanation="同一本台账")
    after = {code: _status(cast, code) for code in ("8-2", "8-3", "8-6")}
    assert Status.MET not in before.values()
    assert finished == Status.MET
    assert after == dict.fromkeys(after, Status.MET)


def test_the_report_counts_what_was_due_found_and_put_right(people: Checkers, cast: Cast) -> None:
    run = _begun(people)
    look(items(run)[0], people.mei)
    look(
        items(run)[1], people.mei, result="general", problem="合同倒签", owner=cast.wang, cause_kind="not_followed",
        fix_due_on=clock.today() + timedelta(days=10),
    )  # fmt: skip
    finishing.finish(run=run, by=people.mei)
    today = clock.today()
    found = reporting.of_period(
        people.mei, cast.sub, start=today.replace(month=1, day=1), end=today.replace(month=12, day=31), on=today
    )
    assert (found.total.runs, found.total.items, found.total.looked, found.total.problems) == (1, 3, 2, 1)
    assert [row.title for row in found.open] == ["合同倒签"]
    assert found.overdue == []
    paper = reports.build("check-report", unit=cast.sub, period=str(today.year), by=people.mei)
    text = str(paper.as_dict())
    assert "应查3项，实查2项" in text
    assert "合同倒签" in text
    assert "下一步工作安排" in paper.missing


def test_the_same_cause_within_a_year_is_named_as_a_recurrence(people: Checkers, cast: Cast) -> None:
    registers.create(
        register="rectifications",
        unit=cast.sub,
        values={
            "problem": "去年的倒签", "source": "audit", "cause_kind": "not_followed", "owner": str(cast.wang.uid),
            "found_on": clock.today() - timedelta(days=200), "due_on": clock.today(),
        },
        by=people.mei,
    )  # fmt: skip
    run = _begun(people)
    look(
        items(run)[1], people.mei, result="general", problem="又一次倒签", owner=cast.wang, cause_kind="not_followed",
        fix_due_on=clock.today() + timedelta(days=10),
    )  # fmt: skip
    finishing.finish(run=run, by=people.mei)
    start = clock.today() - timedelta(days=30)
    found = reporting.of_period(people.mei, cast.sub, start=start, end=clock.today(), on=clock.today())
    assert [row.title for row in found.recurring] == ["又一次倒签"]


def test_a_period_without_checks_prints_what_is_missing_and_no_zero(people: Checkers, cast: Cast) -> None:
    paper = reports.build("check-report", unit=cast.stranger, period=str(clock.today().year), by=cast.house)
    assert "本期排查计划和排查记录" in paper.missing
    zero = reports.build("zero-risk", unit=cast.stranger, period=str(clock.today().year), by=cast.house)
    assert "本期零风险报告" in zero.missing


def test_a_zero_risk_report_as_paper_says_its_coverage_and_who_signed(people: Checkers, cast: Cast) -> None:
    run = _zero(people)
    signing.sign(run=run, by=people.shen, explanation="同一本台账")
    paper = reports.build("zero-risk", unit=cast.sub, period=str(clock.today().year), by=people.mei)
    text = str(paper.as_dict())
    assert "沈衡" in text
    assert "梅影" in text
    assert "同一本台账" in text
    assert "合同1号" in text


# --- programmes -----------------------------------------------------------------------------------------------------


def test_a_programme_carries_a_check_out_and_another_signs(people: Checkers, cast: Cast) -> None:
    people.risks(2)
    run = people.run(people.plan(cycle="year"))
    mei, shen = open_caller(cast.mei, cast.sub), open_caller(people.shen_user, cast.sub)
    listed = mei.get("/checks?unit=HD-01").json()["items"]
    assert [row["uid"] for row in listed] == [str(run.uid)]
    assert mei.post(f"/checks/{run.uid}/begin", {}).json()["state"] == "running"
    held = mei.get(f"/checks/{run.uid}/items").json()
    for item in held:
        body = {
            "version": item["version"],
            "result": "none",
            "population": 9,
            "sampled": 2,
            "note": f"已看{item['place']}",
        }
        assert mei.patch(f"/checks/{run.uid}/items/{item['place']}", body).json()["result"] == "none"
    stale = mei.patch(f"/checks/{run.uid}/items/1", {"version": 1, "note": "x"})
    assert (stale.status_code, stale.json()["code"]) == (409, "check.conflict")
    done = mei.post(f"/checks/{run.uid}/finish", {}).json()
    assert (done["state"], done["due_count"], done["done_count"]) == ("finished", 2, 2)
    assert done["zero_report"]
    assert mei.post(f"/checks/{run.uid}/sign", {"explanation": "x"}).status_code == 403
    signed = shen.post(f"/checks/{run.uid}/sign", {"explanation": "核对过"})
    assert signed.status_code == 200
    assert Entry.objects.get(uid=done["zero_report"]).status == "signed"


def test_a_strangers_programme_finds_no_check(people: Checkers, cast: Cast) -> None:
    run = people.run(people.plan(cycle="year"))
    tan = open_caller(cast.tan, cast.stranger)
    assert tan.get(f"/checks/{run.uid}").status_code == 404
    assert tan.get("/checks?unit=HD-01").status_code == 404
    assert tan.post(f"/checks/{run.uid}/begin", {}).status_code == 404


def test_wrong_input_of_a_programme_is_named(people: Checkers, cast: Cast) -> None:
    run = _begun(people, 1)
    mei = open_caller(cast.mei, cast.sub)
    assert mei.patch(f"/checks/{run.uid}/items/1", {"version": 1, "result": "perfect"}).status_code == 422
    assert mei.patch(f"/checks/{run.uid}/items/99", {"version": 1, "result": "none"}).status_code == 404
    assert mei.patch(f"/checks/{run.uid}/items/1", {"result": "none"}).status_code == 422
    assert mei.post(f"/checks/{run.uid}/finish", {}).status_code == 409
