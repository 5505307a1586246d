"""梅影 links a law to what rests on it; when the law changes, her to-do list leads her through what it touches."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from guiju.compliance.enums import LinkState
from guiju.compliance.models import Link, Mark
from guiju.workflow.models import Task, TaskStatus
from tests.compliance.graphs import Graph
from tests.conftest import Cast
from tests.e2e.journeys.conftest import Fits, Seat

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LAW = "《招标投标法》第四条"


def test_mei_links_a_law_and_works_off_what_its_change_touches(cast: Cast, seat: Seat, fits: Fits) -> None:
    firm = Graph(cast, cast.sub, cast.actor(cast.mei))
    duty = firm.enter("obligations", source=LAW, duty="依法公开招标")
    risk = firm.enter("risk_list", name="规避招标", basis_law=LAW)
    contract = firm.enter("contracts", name="A3标段劳务分包合同")
    page = seat(cast.mei)

    # The proposal waits on the record's own page, with the words on which it rests.
    page.goto(f"/r/obligations/{duty.uid}/")
    expect(page.locator(".gj-graph-proposals")).to_contain_text(LAW)
    fits(page)
    page.locator(".gj-graph-proposals button[value=confirm]").click()
    expect(page.locator(".gj-graph-list a", has_text=risk.title)).to_be_visible()

    # The contract names no law: she looks it up and links it.
    page.locator(".gj-graph-add .ts-control").click()
    page.keyboard.type("劳务分包")
    page.locator(".gj-graph-add .ts-dropdown .option", has_text=contract.title).click()
    page.locator(".gj-graph-add button").click()
    expect(page.locator(".gj-graph-list a", has_text=contract.title)).to_be_visible()
    assert set(Link.objects.values_list("state", flat=True)) == {LinkState.CONFIRMED}

    # Before she changes anything she sees what it would touch.
    page.locator(".gj-graph-part .gj-more a").click()
    expect(page.locator(".gj-graph-drawing svg")).to_be_visible()
    expect(page.locator(".gj-headline")).to_contain_text("2")
    fits(page)

    firm.change(duty, duty="依法公开招标，不得化整为零")
    page.goto("/tasks/")
    page.locator(".gj-todo a", has_text=LAW).first.click()
    page.locator(".gj-actions a.btn-primary").click()
    expect(page.locator(".gj-graph-changes")).to_contain_text("不得化整为零")
    fits(page)

    # On the phone: both rows, one answer.
    page.set_viewport_size({"width": 390, "height": 844})
    for box in page.locator("input[name=pick]").all():
        box.check()
    page.locator("input[name=outcome][value=stands]").check()
    page.locator(".gj-graph-settle button").click()
    expect(page.locator(".gj-empty, .gj-toast").first).to_be_visible()
    assert not Mark.objects.filter(settled_at__isnull=True).exists()
    assert Task.objects.get(about="mark").status == TaskStatus.DONE
