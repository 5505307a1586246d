"""The pages about risks as their people meet them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.access import actions as access
from guiju.access.actor import of_user
from guiju.compliance.models import Assessment, Matrix, Round
from guiju.compliance.risks import matrix, rounds
from guiju.org import actions as org
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.compliance.riskers import fresh, mei, officer, open_round, risk
from tests.compliance.together import enter_all
from tests.conftest import PASSWORD, Cast, english

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    """Pages in English for one of the cast."""

    cast: Cast

    def get(self, name: str, code: str = "HD-01", *args: Any, user: Any = None, **query: Any) -> str:
        answer = english(self.cast.client(user or self.cast.mei)).get(reverse(name, args=[code, *args]), query)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def post(self, name: str, code: str = "HD-01", *args: Any, user: Any = None, htmx: bool = True, **data: Any) -> Any:
        extra = {"HTTP_HX_REQUEST": "true"} if htmx else {}
        client = english(self.cast.client(user or self.cast.mei))
        return client.post(reverse(name, args=[code, *args]), data, **extra)


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)


def test_an_empty_list_says_what_belongs_there(desk: Desk) -> None:
    page = desk.get("compliance-risks")
    assert "No risks on the list yet" in page
    assert "/r/risk_list/new" in page


def test_the_heat_map_counts_before_and_after_measures(desk: Desk) -> None:
    risk(mei(desk.cast), desk.cast.sub, probability=5, impact=5, residual_probability=1, residual_impact=2, priority=1)
    before, after = (
        desk.get("compliance-risks", map="inherent"),
        desk.get("compliance-risks", map="residual", cell="1-2"),
    )
    assert "f.probability__from=5" in before
    assert "cell=1-2" in after
    assert "After measures: probability 1, impact 2" in after


def test_each_number_of_the_overview_leads_to_its_rows(desk: Desk) -> None:
    risk(mei(desk.cast), desk.cast.sub, probability=5, impact=5, field="contract", department=desk.cast.department)
    page, client = desk.get("compliance-risks"), desk.cast.client(desk.cast.mei)
    import re
    from html import unescape

    found = {unescape(url) for url in re.findall(r'href="(/r/[^"]+)"', page)}
    assert len(found) > 6
    assert {url: status for url in found if (status := client.get(url).status_code) != 200} == {}


def test_the_group_sees_its_units_and_asks_no_more_for_fifty(desk: Desk) -> None:
    cast = desk.cast
    client = english(cast.client(cast.lin))
    risk(mei(cast), cast.sub, probability=5, impact=5)
    address = reverse("compliance-risks", args=["HD"])
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert "华东路桥" in client.get(address).content.decode()
    units = [
        org.create_unit(
            code=f"HD-X{number}", name=f"子公司{number}有限公司", kind="company", parent=cast.group, by=cast.house
        )
        for number in range(50)
    ]
    given = [(unit, {"name": "围标", "behaviour": unit.name, "probability": 3, "impact": 3}) for unit in units]
    enter_all("risk_list", given, top=cast.group, by=of_user(cast.lin))
    with CaptureQueriesContext(connection) as many:
        assert "子公司49" in client.get(address).content.decode()
    assert len(many) <= len(few) + 1
    assert len(many) <= 45


def test_the_office_opens_a_round_and_sees_who_has_not_finished(desk: Desk) -> None:
    risk(mei(desk.cast), desk.cast.sub, department=desk.cast.department)
    answer = desk.post(
        "compliance-risks-round-new", title="年度评估", period="2026", due_on="2027-01-31", all_levels="on", htmx=False
    )
    row = Round.objects.get()
    assert answer.headers["Location"] == reverse("compliance-risks-round", args=["HD-01", row.uid])
    page = desk.get("compliance-risks-round", "HD-01", row.uid)
    assert "经营部" in page
    assert "0 of 1 rated" in page


def test_a_round_of_no_period_is_refused_on_the_form(desk: Desk) -> None:
    answer = desk.post(
        "compliance-risks-round-new", title="年度评估", period="last year", due_on="2027-01-31", htmx=False
    )
    assert answer.status_code == 422
    assert not Round.objects.exists()


def test_a_department_officer_rates_row_by_row(desk: Desk) -> None:
    cast = desk.cast
    entry, other = risk(mei(cast), cast.sub, department=cast.department), risk(mei(cast), cast.sub, "别的部门")
    row, hua = open_round(mei(cast), cast.sub), officer(cast, cast.department)
    page = desk.get("compliance-risks-rate", "HD-01-D1", row.uid, user=hua)
    assert str(entry.uid) in page
    assert str(other.uid) not in page
    answer = desk.post(
        "compliance-risks-rate-save", "HD-01-D1", row.uid, entry.uid,
        user=hua, version=1, probability=5, impact=4, priority=1,
    )  # fmt: skip
    assert (answer.status_code, fresh(entry).level) == (200, "high")
    assert "Rated in this round" in answer.content.decode()
    refused = desk.post(
        "compliance-risks-rate-save", "HD-01-D1", row.uid, other.uid, user=hua, version=1, probability=5, impact=4
    )
    assert refused.status_code == 404


def test_a_level_by_hand_without_a_reason_comes_back_with_what_was_entered(desk: Desk) -> None:
    entry = risk(mei(desk.cast), desk.cast.sub)
    row = open_round(mei(desk.cast), desk.cast.sub)
    answer = desk.post(
        "compliance-risks-rate-save", "HD-01", row.uid, entry.uid, version=1, probability=5, impact=5, level="low"
    )
    assert answer.status_code == 422
    assert "The level differs from the matrix." in answer.content.decode()
    assert not Assessment.objects.exists()


def test_the_later_save_sees_what_the_earlier_one_left(desk: Desk) -> None:
    entry = risk(mei(desk.cast), desk.cast.sub)
    row = open_round(mei(desk.cast), desk.cast.sub)
    given = {"version": 1, "probability": 5, "impact": 5}
    desk.post("compliance-risks-rate-save", "HD-01", row.uid, entry.uid, **given)
    answer = desk.post(
        "compliance-risks-rate-save", "HD-01", row.uid, entry.uid, **{**given, "impact": 1}, user=desk.cast.lin
    )
    assert answer.status_code == 422
    assert "Saved by somebody else" in answer.content.decode()
    assert Assessment.objects.get().impact == 5


@pytest.mark.parametrize("count", [10, 300])
def test_a_department_asks_the_same_questions_for_ten_risks_and_three_hundred(desk: Desk, count: int) -> None:
    cast = desk.cast
    rows = [
        {
            "name": f"风险{n}",
            "behaviour": f"行为{n}",
            "probability": 3,
            "impact": 3,
            "department": str(cast.department.uid),
        }
        for n in range(count)
    ]
    registers.create_many(register="risk_list", unit=cast.sub, rows=rows, by=mei(cast))
    row = open_round(mei(cast), cast.sub)
    client = english(cast.client(cast.mei))
    address = reverse("compliance-risks-rate", args=["HD-01-D1", row.uid])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address).content.decode()
    assert page.count("data-rate-given") == count
    assert len(asked) <= 24


def test_closing_lists_what_nobody_rated(desk: Desk) -> None:
    risk(mei(desk.cast), desk.cast.sub, "没人评过的风险")
    row = open_round(mei(desk.cast), desk.cast.sub)
    address = reverse("compliance-risks-round-close", args=["HD-01", row.uid])
    client = english(desk.cast.client(desk.cast.mei))
    assert client.post(f"{address}?version=1").status_code == 302
    assert "没人评过的风险" in desk.get("compliance-risks-round", "HD-01", row.uid)
    assert client.post(f"{address}?version=2").status_code == 409


def _form(**changed: str) -> dict[str, str]:
    grid = matrix.shipped()
    cells = {f"cell-{p}-{i}": grid.cells[p, i] for p in matrix.STEPS for i in matrix.STEPS}
    return {"version": "0", **cells, **{name.replace("_", "-"): value for name, value in changed.items()}}


def test_the_map_shows_what_moved_since_the_last_round(desk: Desk) -> None:
    entry = risk(mei(desk.cast), desk.cast.sub)
    row = open_round(mei(desk.cast), desk.cast.sub)
    desk.post("compliance-risks-rate-save", "HD-01", row.uid, entry.uid, version=1, probability=2, impact=2)
    none = desk.get("compliance-risks", map="change")
    assert "No round has been closed yet" in none
    assert "<i>" not in none
    rounds.close_round(round_=row, version=1, by=mei(desk.cast))
    now = fresh(entry)
    registers.update(entry=now, values={"impact": 4}, version=now.version, by=mei(desk.cast))
    page = desk.get("compliance-risks", map="change", reach="own")
    assert "<i>+1</i>" in page
    assert "<i>-1</i>" in page


def test_a_change_of_the_matrix_is_shown_before_it_is_saved(desk: Desk) -> None:
    entry = risk(mei(desk.cast), desk.cast.sub, probability=5, impact=5)
    lower = {f"cell_{p}_{i}": "medium" for p, i in ((3, 5), (4, 4), (4, 5), (5, 3), (5, 4), (5, 5))}
    shown = desk.post("compliance-risks-matrix", **_form(**lower), preview="1", htmx=False)
    assert "the level of 1 would change" in shown.content.decode()
    assert not Matrix.objects.exists()
    assert desk.post("compliance-risks-matrix", **_form(**lower), htmx=False).status_code == 302
    assert fresh(entry).level == "medium"


def test_a_matrix_that_falls_comes_back_with_the_cell_marked(desk: Desk) -> None:
    answer = desk.post("compliance-risks-matrix", **_form(cell_5_5="low"), htmx=False)
    assert answer.status_code == 422
    assert "gj-risk-wrong" in answer.content.decode()


def test_who_may_not_set_the_matrix_sees_it_without_selects(desk: Desk) -> None:
    page = desk.get("compliance-risks-matrix", "HD", user=desk.cast.qian)
    assert "cell-1-1" not in page
    assert desk.post("compliance-risks-matrix", "HD", user=desk.cast.qian, **_form(), htmx=False).status_code == 403


def test_grave_risks_without_a_response_lead_to_a_form_with_what_is_known(desk: Desk) -> None:
    entry = risk(mei(desk.cast), desk.cast.sub, probability=5, impact=5, measure="先审后签", business="采购")
    page = desk.get("compliance-risks-plans")
    assert f"set.risk={entry.uid}" in page
    assert "set.kind=plan" in page


def test_a_plan_that_was_never_drilled_says_so(desk: Desk) -> None:
    by = mei(desk.cast)
    plan = registers.create(
        register="risk_responses", unit=desk.cast.sub, by=by,
        values={"name": "数据泄露应急预案", "kind": "contingency", "made_on": "2026-01-05"},
    )  # fmt: skip
    assert "Never drilled" in desk.get("compliance-risks-plans")
    registers.create(
        register="risk_responses", unit=desk.cast.sub, by=by,
        values={"name": "演练", "kind": "drill", "made_on": "2024-01-05", "drill_of": str(plan.uid), "result": "联络不畅"},
    )  # fmt: skip
    page = desk.get("compliance-risks-plans")
    assert "Not drilled for 12 months" in page
    assert "联络不畅" in page


def test_the_subsidiary_chooses_from_the_library_of_the_group(desk: Desk) -> None:
    shared = registers.create(
        register="risk_library", unit=desk.cast.group, by=of_user(desk.cast.lin),
        values={"name": "拆分招标", "behaviour": "化整为零规避招标", "level": "high", "for_sizes": "内部说明不外传"},
    )  # fmt: skip
    assert "拆分招标" not in desk.get("compliance-risks-library")
    registers.move(entry=shared, move="share", by=of_user(desk.cast.lin))
    page = desk.get("compliance-risks-library")
    assert "拆分招标" in page
    assert "内部说明不外传" not in page
    answer = desk.post("compliance-risks-library", pick=[str(shared.uid)], department="HD-01-D1", htmx=False)
    assert answer.status_code == 302
    made = Entry.objects.get(register="risk_list")
    assert (made.unit, made.department, made.ref_1, made.level) == (
        desk.cast.sub,
        desk.cast.department,
        shared.uid,
        "high",
    )
    assert desk.post("compliance-risks-library", htmx=False).status_code == 422


def test_a_change_in_the_library_is_taken_over_or_not(desk: Desk) -> None:
    lin = of_user(desk.cast.lin)
    shared = registers.create(
        register="risk_library", unit=desk.cast.group, by=lin, values={"name": "拆分招标", "behaviour": "化整为零"}
    )
    registers.move(entry=shared, move="share", by=lin)
    desk.post("compliance-risks-library", pick=[str(shared.uid)], htmx=False)
    assert "has an update" not in desk.get("compliance-risks-library")
    now = fresh(shared)
    registers.update(entry=now, values={"behaviour": "拆分标段规避公开招标"}, version=now.version, by=lin)
    assert "has an update" in desk.get("compliance-risks")
    page = desk.get("compliance-risks-library-news")
    assert "拆分标段规避公开招标" in page
    made = Entry.objects.get(register="risk_list")
    seen = fresh(shared).version
    desk.post(
        "compliance-risks-library-settle", "HD-01", made.uid, version=made.version, seen=seen, do="take", htmx=False
    )
    assert fresh(made).body.data["behaviour"] == "拆分标段规避公开招标"
    assert "Nothing has changed" in desk.get("compliance-risks-library-news")


def test_strangers_see_nothing_of_it(desk: Desk) -> None:
    row = open_round(mei(desk.cast), desk.cast.sub)
    client = desk.cast.client(desk.cast.tan)
    for name, args in (
        ("compliance-risks", ["HD-01"]), ("compliance-risks-round", ["SJ", row.uid]), ("compliance-risks-rate", ["SJ", row.uid]),
    ):  # fmt: skip
        assert client.get(reverse(name, args=args)).status_code == 404


def test_units_out_of_sight_are_left_out_and_not_shown_with_a_nought(desk: Desk) -> None:
    cast = desk.cast
    risk(mei(cast), cast.sub, probability=5, impact=5)
    reader = access.create_account(username="bao", name="Bao", password=PASSWORD, by=cast.house)
    given = {"role": "reader", "unit": cast.group, "reason": "tests", "from_on": date(2020, 1, 1)}
    access.grant(user=reader, by=cast.house, with_subtree=False, **given)
    answer = english(cast.client(reader)).get(reverse("compliance-risks", args=["HD"]))
    assert answer.context["units"] == []
    assert [
        one["total"]
        for one in english(cast.client(cast.lin)).get(reverse("compliance-risks", args=["HD"])).context["units"]
    ] == [1]
