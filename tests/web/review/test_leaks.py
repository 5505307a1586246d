"""The pages of the leak finder, as the compliance office, the chairman and strangers see them."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guiju.jobs import worker
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review.models import LeakFinding, LeakRun, LeakSettlement
from tests.conftest import Cast
from tests.review.house import Reviewers
from tests.review.test_leaks_actions import contract, look, through

pytestmark = pytest.mark.django_db


def browser(them: Reviewers, cast: Cast, who: str) -> Client:
    return cast.client(getattr(them, who))


def page(client: Client, them: Reviewers, **query: Any) -> str:
    answer = client.get(reverse("review-leaks", args=[them.unit.code]), query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_the_page_begins_empty_and_says_how_to_start(them: Reviewers, cast: Cast) -> None:
    shown = page(browser(them, cast, "staff"), them)
    assert 'name="files"' in shown
    assert "gj-leak-rate " not in shown
    looking = page(browser(them, cast, "chair"), them)
    assert 'name="files"' not in looking


def test_looking_shows_rates_and_both_sides(them: Reviewers, cast: Cast) -> None:
    through(them)
    contract(them, "HT-2026-001", amount="310000")
    contract(them, "HT-2026-002", name="食堂食材采购合同", party="另一家公司")
    client = browser(them, cast, "staff")
    sent = client.post(reverse("review-leaks-look", args=[them.unit.code]), {"period": "12m"})
    waiting = client.get(sent["Location"]).content.decode()
    assert "gj-progress" in waiting
    assert "食堂食材采购合同" not in waiting
    (job,) = Job.objects.filter(user_id=them.staff.pk)
    bar = reverse("review-leaks-progress", args=[them.unit.code, job.uid])
    assert "gj-progress" in client.get(bar).content.decode()
    worker.drain()
    assert client.get(bar)["HX-Redirect"] == sent["Location"]
    shown = client.get(sent["Location"]).content.decode()
    for words in ("50%", "食堂食材采购合同", "10,000.00", "审"):
        assert words in shown
    assert "gj-progress" not in shown
    assert "食堂食材采购合同" not in page(client, them, rate="contract", kind="changed").split('id="findings"')[1]
    assert "食堂食材采购合同" not in page(client, them, kind="changed").split('id="findings"')[1].split('id="look"')[0]
    assert "办公设备采购合同" not in page(client, them, rate="contract").split('id="findings"')[1].split('id="look"')[0]


def test_a_file_that_is_no_ledger_comes_back_with_its_name(them: Reviewers, cast: Cast) -> None:
    wrong = io.BytesIO("姓名,电话\n张三,1".encode())
    wrong.name = "通讯录.csv"
    url = reverse("review-leaks-look", args=[them.unit.code])
    client = browser(them, cast, "staff")
    answer = client.post(url, {"period": "2026", "files": wrong})
    worker.drain()
    assert "通讯录.csv" in client.get(answer["Location"]).content.decode()
    assert not LeakRun.objects.exists()
    assert client.post(url, {"period": "soon"}).status_code in {400, 422}
    other = browser(them, cast, "second").get(answer["Location"]).content.decode()
    assert "通讯录.csv" not in other


def test_a_look_that_broke_off_says_so(them: Reviewers, cast: Cast) -> None:
    client = browser(them, cast, "staff")
    sent = client.post(reverse("review-leaks-look", args=[them.unit.code]), {"period": "12m"})
    Job.objects.update(state=JobState.FAILED, error="x")
    assert "gj-errors" in client.get(sent["Location"]).content.decode()
    # Without the address of that look the page is as it was.
    assert "gj-errors" not in page(client, them)


def test_a_finding_is_put_right_or_set_aside_on_its_own_page(them: Reviewers, cast: Cast) -> None:
    contract(them, "HT-2026-002")
    contract(them, "HT-2026-003", name="食堂食材采购合同")
    run = look(them)
    first, second = LeakFinding.objects.filter(run=run).order_by("ordinal")
    client = browser(them, cast, "staff")

    def address(name: str, row: LeakFinding) -> str:
        return reverse(name, args=[them.unit.code, row.uid])

    offered = client.get(address("review-leak", first)).content.decode()
    link = re.search(r'href="([^"]+/new/contract/[^"]+)"', offered)
    assert link is not None
    form = client.get(html.unescape(link[1])).content.decode()
    assert all(words in form for words in ("HT-2026-002", "某某科技有限公司", "300000.00"))
    bare = client.post(address("review-leak-rectify", first), {"version": "0", "problem": "未审先签"})
    assert bare.status_code == 422
    due = clock.today().replace(year=clock.today().year + 1).isoformat()
    owner = str(them.person("officer").uid)
    given = {"version": "0", "problem": "未审先签", "owner": owner, "due_on": due}
    assert client.post(address("review-leak-rectify", first), given).status_code == 302
    assert Entry.objects.get(register="rectifications").title == "未审先签"
    assert client.post(address("review-leak-rectify", first), given).status_code == 409
    assert client.post(address("review-leak-aside", second), {"version": "0", "reason": ""}).status_code == 422
    said = {"version": "0", "reason": "使用示范文本"}
    assert client.post(address("review-leak-aside", second), said).status_code == 302
    shown = client.get(address("review-leak", second)).content.decode()
    assert "使用示范文本" in shown
    assert client.post(address("review-leak-open", second), {"version": "1"}).status_code == 302
    assert set(LeakSettlement.objects.values_list("state", flat=True)) == {"rectified", "open"}


def test_workbooks_are_handed_out(them: Reviewers, cast: Cast) -> None:
    contract(them, "HT-2026-002")
    run = look(them)
    client = browser(them, cast, "staff")
    answer = client.get(reverse("review-leaks-file", args=[them.unit.code, run.uid]))
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert client.get(reverse("review-leaks-merged", args=[them.unit.code, run.uid])).status_code == 404


def test_departments_and_strangers_see_nothing(them: Reviewers, cast: Cast) -> None:
    contract(them, "HT-2026-002")
    finding = LeakFinding.objects.get(run=look(them))
    for client in (browser(them, cast, "officer"), cast.client(cast.tan)):
        assert client.get(reverse("review-leaks", args=[them.unit.code])).status_code == 404
        assert client.get(reverse("review-leak", args=[them.unit.code, finding.uid])).status_code == 404
    chair = browser(them, cast, "chair")
    assert chair.get(reverse("review-leak", args=[them.unit.code, finding.uid])).status_code == 200
    assert chair.post(reverse("review-leaks-look", args=[them.unit.code]), {"period": "12m"}).status_code == 403


def test_the_page_asks_no_more_for_more_findings(
    them: Reviewers, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    rows = [
        {
            "number": f"HT-{place}",
            "name": f"合同{place}",
            "party": f"公司{place}",
            "signed_on": clock.today().isoformat(),
        }
        for place in range(60)
    ]
    registers.create_many(register="contracts", unit=them.unit, rows=rows, by=them.house)
    look(them)
    client = browser(them, cast, "staff")
    page(client, them)
    with django_assert_max_num_queries(32):
        shown = page(client, them)
    assert shown.count('class="gj-leak"') == 50
