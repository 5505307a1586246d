"""Checks for programmes: coverage, the items as a workbook, the zero-risk report of a recorded check."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from guiju.lib import clock
from tests.api.conftest import Caller
from tests.compliance import checkers
from tests.compliance.test_checks_workbook import finished
from tests.compliance.test_checks_zero import record
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_a_programme_reads_the_coverage_and_takes_the_items_away(cast: Cast, mei: Caller, tan: Caller) -> None:
    run = finished(checkers.make(cast))
    row = mei.get("/units/HD-01/checks/coverage").json()[0]
    assert row["plan"] == str(run.plan)
    assert (row["periods"][0]["items"], row["periods"][0]["looked"], row["periods"][0]["percent"]) == (3, 2, 66)
    assert mei.get(f"/units/HD-01/checks/coverage?year={clock.today().year - 3}").json() == []
    answer = mei.get(f"/checks/{run.uid}/workbook")
    assert answer.status_code == 200
    assert load_workbook(BytesIO(answer.content)).worksheets[0].max_row >= 4
    assert tan.get(f"/checks/{run.uid}/workbook").status_code == 404
    assert tan.get("/units/HD-01/checks/coverage").status_code == 404


def test_a_programme_makes_the_zero_risk_report_of_a_recorded_check_once(cast: Cast, mei: Caller, tan: Caller) -> None:
    people = checkers.make(cast)
    checked = record(people, minutes=3)
    path = f"/checks/records/{checked.uid}/zero-report"
    before = mei.get(path).json()
    assert (before["report"], before["state"], before["lacks"], len(before["doubts"])) == (None, "", [], 1)
    made = mei.post(path, None)
    assert (made.status_code, made.json()["state"]) == (201, "awaiting")
    assert mei.post(path, None).status_code == 409
    assert tan.get(path).status_code == 404
    assert mei.get(f"/checks/records/{people.cast.sub.uid}/zero-report").status_code == 404
