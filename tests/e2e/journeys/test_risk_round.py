"""Lin opens a round for all levels, 梅影 rates on her phone, and what is high gets somebody who does something about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from guiju.compliance.models import Assessment, Round
from guiju.lib import clock
from guiju.registers.models import Entry
from tests.compliance.riskers import mei, risk
from tests.conftest import Cast
from tests.e2e.journeys.conftest import Fits, Seat

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_round_of_all_levels_from_the_group_to_a_phone_and_back(cast: Cast, seat: Seat, fits: Fits) -> None:
    grave = risk(mei(cast), cast.sub, "违法分包", number="FX-1", measure="分包合同逐份审查")
    small = risk(mei(cast), cast.sub, "超标准接待", number="FX-2")
    lin = seat(cast.lin)
    lin.goto("/u/HD/risks/rounds/")
    lin.locator(".gj-empty a.btn-primary, .gj-actions a.btn-primary").first.click()
    lin.fill("#id_title", "年度合规风险评估")
    lin.fill("#id_due_on", (clock.today() + timedelta(days=20)).isoformat())
    lin.check("#id_all_levels")
    fits(lin)
    lin.locator("main form button.btn-primary").click()
    expect(lin.locator("h1")).to_have_text("年度合规风险评估")
    expect(lin.locator("main")).to_contain_text("华东路桥工程有限公司")
    fits(lin)
    round_ = Round.objects.get()
    assert round_.all_levels

    page = seat(cast.mei, width=390, height=844)
    page.goto("/u/HD-01/risks/rounds/")
    page.get_by_role("link", name="年度合规风险评估").click()
    page.locator("a[href$='/rate/']").first.click()
    fits(page)
    for entry, probability, impact, word in ((grave, 5, 4, "高"), (small, 2, 1, "低")):
        card = page.locator(f"#risk-{entry.uid}")
        card.locator("select[name=probability]").select_option(str(probability))
        card.locator("select[name=impact]").select_option(str(impact))
        expect(card.locator("[data-rate-given]")).to_contain_text(word)
        card.locator("input[name=priority]").fill("1" if entry is grave else "2")
        card.locator(".gj-rate-do button").first.click()
        expect(page.locator(f"#risk-{entry.uid}.gj-rate--done")).to_be_visible()
    fits(page)
    assert set(Assessment.objects.values_list("probability", "impact", "level")) == {(5, 4, "high"), (2, 1, "low")}

    lin.goto(f"/u/HD/risks/rounds/{round_.uid}/")
    expect(lin.locator("main")).to_contain_text("✓")
    lin.goto("/u/HD/risks/?map=inherent")
    expect(lin.locator(".gj-risk-matrix td a")).to_have_count(2)
    top = lin.locator("main section", has_text="违法分包").first
    expect(top).to_be_visible()
    fits(lin)

    page.goto("/u/HD-01/risks/plans/")
    line = page.locator("#unplanned tr", has_text="违法分包")
    expect(line).to_have_count(1)
    fits(page)
    line.locator("a[href*='/r/risk_responses/new']").click()
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda url: "/new" not in url)
    answer = Entry.objects.get(register="risk_responses")
    assert (answer.ref_1, answer.kind) == (grave.uid, "plan")
    page.goto("/u/HD-01/risks/plans/")
    expect(page.locator("#unplanned")).not_to_contain_text("违法分包")
