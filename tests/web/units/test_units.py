"""The tree of units, the page of one, its attributes, and the page of a person."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.org import actions as org
from guiju.org.models import UnitAttribute
from guiju.registers import actions as registers
from tests.conftest import Cast, english
from tests.web.conftest import Firm


def test_the_tree_begins_at_the_top_of_the_scope_with_its_children(cast: Cast) -> None:
    group = cast.client(cast.lin).get("/u/").content.decode()
    assert "华东建设集团有限公司" in group
    assert "华东路桥工程有限公司" in group
    assert "路桥检测有限公司" not in group
    sub = cast.client(cast.mei).get("/u/").content.decode()
    assert "华东建设集团有限公司" not in sub
    assert "路桥检测有限公司" in sub


def test_a_branch_opens_by_its_own_address(cast: Cast) -> None:
    body = cast.client(cast.lin).get("/u/HD-01/children/", headers={"HX-Request": "true"}).content.decode()
    assert "路桥检测有限公司" in body
    assert "<html" not in body


def test_the_tree_counts_what_all_below_have_met(firm: Firm) -> None:
    firm.body(unit=firm.cast.sub)
    body = firm.page("/u/")
    assert "gj-node-counts" in body


def test_the_tree_costs_the_same_for_one_child_and_for_many(firm: Firm) -> None:
    client = firm.client()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/u/")
        return len(asked)

    cost()
    before = cost()
    for number in range(4):
        org.create_unit(code=f"N{number}", name=f"New {number}", kind="company", parent=firm.cast.group, by=firm.by)
    assert cost() == before


def test_a_search_in_the_tree_finds_units_below(cast: Cast) -> None:
    assert "路桥检测有限公司" in cast.client(cast.lin).get("/u/", {"q": "检测"}).content.decode()
    assert "松江拍卖行" not in cast.client(cast.lin).get("/u/", {"q": "拍卖"}).content.decode().replace(
        'value="拍卖"', ""
    )


def test_a_units_page_tells_size_with_reason_documents_offices_and_people(firm: Firm) -> None:
    registers.create(
        register="appointments",
        unit=firm.cast.group,
        values={
            "role": "compliance_head",
            "person": str(firm.zhou.uid),
            "from_on": date(2025, 1, 1),
            "document": "任命书",
        },
        by=firm.by,
    )
    body = firm.page("/u/HD/")
    assert "Size class: Medium" in body
    assert "below the limit" in body
    assert "/u/HD/posture/cn:casmes:effectiveness-draft/" in body
    assert "Compliance head" in body
    assert f"/people/{firm.zhou.uid}/" in body
    assert "All levels: 2 units" in body


def test_a_unit_without_figures_is_asked_for_them(cast: Cast) -> None:
    body = english(cast.client(cast.lin)).get("/u/HD-01-A/").content.decode()
    assert "The size class is not known yet" in body
    assert "/u/HD-01-A/attributes/industry/" in body


def test_an_officer_sets_a_dated_attribute_with_its_reason(cast: Cast) -> None:
    client = cast.client(cast.lin)
    path = "/u/HD/attributes/staff_count/"
    answer = client.post(path, {"value": "320", "from_on": "2026-01-01", "reason": "Annual accounts"})
    assert answer["Location"] == "/u/HD/"
    row = UnitAttribute.objects.get(unit=cast.group, code="staff_count")
    assert (row.value, row.from_on, row.reason) == (320, date(2026, 1, 1), "Annual accounts")
    assert "Annual accounts" in client.get(path).content.decode()


def test_a_wrong_value_is_refused_beside_its_field(cast: Cast) -> None:
    answer = cast.client(cast.lin).post("/u/HD/attributes/staff_count/", {"value": "3.5", "from_on": "2026-01-01"})
    assert answer.status_code == 422
    assert not UnitAttribute.objects.exists()


def test_a_size_set_by_hand_needs_its_reason(cast: Cast) -> None:
    answer = cast.client(cast.lin).post("/u/HD/attributes/size_override/", {"value": "small", "from_on": "2026-01-01"})
    assert answer.status_code == 422


def test_an_attribute_that_is_computed_cannot_be_entered(cast: Cast) -> None:
    assert cast.client(cast.lin).get("/u/HD/attributes/size/").status_code == 404


def test_a_principal_reads_attributes_and_sets_none(cast: Cast) -> None:
    client = cast.client(cast.qian)
    assert "/attributes/" not in client.get("/u/HD/").content.decode()
    assert client.get("/u/HD/attributes/industry/").status_code == 403


def test_a_persons_page_tells_offices_records_and_what_is_late(firm: Firm) -> None:
    registers.create(
        register="appointments",
        unit=firm.cast.group,
        values={
            "role": "compliance_staff",
            "person": str(firm.zhou.uid),
            "from_on": date(2025, 1, 1),
            "document": "任命书",
        },
        by=firm.by,
    )
    firm.rectification(days=-4, problem="Seal lent without entry")
    body = firm.page(f"/people/{firm.zhou.uid}/")
    assert "Compliance staff" in body
    assert "In office" in body
    assert "Seal lent without entry" in body
    assert "1 thing past its deadline" in body


def test_a_person_is_not_there_for_strangers(firm: Firm) -> None:
    assert firm.client("tan").get(f"/people/{firm.zhou.uid}/").status_code == 404


def test_people_lead_to_their_register(cast: Cast) -> None:
    assert cast.client(cast.lin).get("/people/")["Location"] == "/r/people/"
