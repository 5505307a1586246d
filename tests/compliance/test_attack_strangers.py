"""What does not concern somebody is not there: rounds of the company above, reports asked for with nonsense."""

from __future__ import annotations

import pytest

from guiju.access.actor import of_user
from guiju.org import actions as org
from guiju.registers.models import Entry
from tests.api.conftest import open_caller
from tests.compliance.riskers import officer, open_round, risk
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_a_round_of_one_company_does_not_show_in_the_companies_below_it(cast: Cast) -> None:
    lin, mei = of_user(cast.lin), cast.client(cast.mei)
    risk(lin, cast.group)
    own = open_round(lin, cast.group, title="集团本部秘密评估")
    everybody = open_round(lin, cast.group, title="全级次评估", all_levels=True, period_code="2027")
    caller = open_caller(cast.mei, cast.sub)
    assert mei.get(f"/u/HD-01/risks/rounds/{own.uid}/").status_code == 404
    assert mei.get(f"/u/HD-01/risks/rounds/{everybody.uid}/").status_code == 200
    assert caller.get(f"/assessment-rounds/{own.uid}").status_code == 404
    assert caller.get(f"/assessment-rounds/{everybody.uid}").status_code == 200


def test_a_department_finds_the_round_of_its_company(cast: Cast) -> None:
    mei = of_user(cast.mei)
    risk(mei, cast.sub, department=cast.department)
    row = open_round(mei, cast.sub)
    hua = officer(cast, cast.department)
    assert cast.client(hua).get(f"/u/HD-01-D1/risks/rounds/{row.uid}/").status_code == 200
    assert open_caller(hua, cast.department).get(f"/assessment-rounds/{row.uid}").status_code == 200


def test_a_department_rates_no_risk_of_its_neighbour(cast: Cast) -> None:
    mei = of_user(cast.mei)
    other = org.create_unit(code="HD-01-D9", name="财务部", kind="department", parent=cast.sub, by=cast.house)
    entry = risk(mei, cast.sub, department=other)
    row = open_round(mei, cast.sub)
    caller = open_caller(officer(cast, cast.department), cast.department)
    given = {"risk": str(entry.uid), "version": 1, "probability": 1, "impact": 1}
    assert caller.post(f"/assessment-rounds/{row.uid}/assessments", given).status_code == 404
    assert Entry.objects.get(pk=entry.pk).version == 1


@pytest.mark.parametrize("person", ["nobody", "", "00000000-0000-0000-0000-000000000000"])
@pytest.mark.parametrize("period", ["2026", "2026/11", "😀", "99999999999"])
def test_a_work_report_asked_for_with_nonsense_is_refused_as_a_sentence(cast: Cast, person: str, period: str) -> None:
    mei = cast.client(cast.mei)
    assert mei.get("/u/HD-01/hearings/reports/", {"person": person, "period": period}).status_code < 500
