"""赵刚 hands his department's list in, 陈静 approves it and puts it in force; the names and columns are the firm's own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from guiju.registers.models import Entry, OwnLayout
from tests.compliance.lists_house import ListHouse, build
from tests.conftest import Cast
from tests.e2e.conftest import Sit
from tests.e2e.journeys.conftest import Fits

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(cast: Cast) -> ListHouse:
    return build(cast)


def test_a_list_goes_from_the_department_to_the_office_and_into_force(house: ListHouse, sit: Sit, fits: Fits) -> None:
    house.row(level="high")
    row = house.row(name="违规分包")
    page = sit(house.officer, width=390, height=844)
    page.goto("/u/HD-01-D1/lists/")
    fits(page)
    page.locator("a[href*='/lists/risk/']").first.click()
    expect(page.locator("main")).to_contain_text("违规分包")
    fits(page)
    page.locator("button[name=submit]").click()
    expect(page.locator("#versions")).to_contain_text("V1")
    entry = Entry.objects.get(register="list_versions")
    assert (entry.status, entry.count_1) == ("submitted", 2)

    office = sit(house.cast.mei)
    office.goto("/u/HD-01/lists/")
    office.locator(f"a.gj-listcell-step[href$='/{entry.uid}/']").click()
    fits(office)
    office.locator("form[action$='/move/approve/'] button[type=submit]").click()
    office.locator("form[action$='/move/enforce/'] button[type=submit]").click()
    expect(office.locator("form[action*='/move/']")).to_have_count(0)
    assert Entry.objects.get(pk=entry.pk).status == "in_force"

    house.change(row, level="low")
    office.goto("/u/HD-01/lists/")
    office.locator("a.gj-listcell-step[href*='to=now']").click()
    expect(office.locator("#changes ins")).to_have_text("低")


def test_the_columns_are_put_in_order_by_plain_buttons(house: ListHouse, sit: Sit, fits: Fits) -> None:
    page = sit(house.cast.mei, width=390, height=844)
    page.goto("/u/HD-01/lists/settings/")
    fits(page)
    page.locator("button[value=baotou]").click()
    found = OwnLayout.objects.get(register="risk_list")
    page.goto(f"/u/HD-01/lists/settings/risk/{found.uid}/")
    fits(page)
    page.locator("#column-2 button[name=up]").click()
    found.refresh_from_db()
    assert [column["field"] for column in found.columns[:3]] == ["_row", "name", "number"]
    page.select_option("#add-field", "own_1")
    page.fill("#add-label", "党纪依据")
    page.locator("button[name=more]").click()
    expect(page.locator(".gj-headpreview")).to_contain_text("党纪依据")
