"""Amounts as people write them, and the numbers of reviews where people look first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from guiju.lib import clock
from guiju.web.review.figures import in_yuan
from guiju.workflow.models import Task
from tests.conftest import Cast, english
from tests.review.house import Reviewers, said, submitted
from tests.web.review.hands import client, contract, page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("600万", "6000000"), ("600 万元", "6000000"), ("1.2亿", "120000000"), ("0.5万", "5000"), ("6,000,000", "6000000"),
        ("6，000.50元", "6000.50"), ("1.23456万", "12345.6"), ("12元", "12"), ("0", "0"), ("", ""), ("六百万", "六百万"),
        ("600万左右", "600万左右"), ("-5", "-5"), ("1e5", "1e5"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(written: str, read: str) -> None:
    assert in_yuan(written) == read


def test_a_contract_of_six_million_is_brought_as_people_write_it(cast: Cast, them: Reviewers) -> None:
    buyer = english(client(cast, them, "buyer"))
    code = them.department.code
    preview = buyer.post(reverse("review-who", args=[code, "contract"]), contract(amount="600万")).content.decode()
    assert "首阳" in preview
    answer = buyer.post(reverse("review-new-kind", args=[code, "contract"]), contract(amount="600万"))
    assert answer.status_code == 302
    assert "6,000,000.00" in buyer.get(answer.headers["Location"]).content.decode()


def test_who_will_look_at_it_stands_beside_the_form(cast: Cast, them: Reviewers) -> None:
    shown = page(client(cast, them, "buyer"), "review-new-kind", them.department.code, "contract")
    assert shown.index("</form>") < shown.index('id="who"')
    assert 'hx-include="#matter"' in shown


def test_what_was_returned_is_changed_with_the_reason_in_sight(cast: Cast, them: Reviewers) -> None:
    row = submitted(them)
    said(them, row, "officer", "revise", opinion="付款比例改为三七")
    assert "付款比例改为三七" in page(client(cast, them, "buyer"), "review-edit", row.uid)


def test_whoever_brought_something_and_is_asked_nothing_begins_with_what_he_brought(
    cast: Cast, them: Reviewers
) -> None:
    row = submitted(them)
    buyer = client(cast, them, "buyer")
    assert row.title in page(buyer, "review-mine")
    assert row.title not in page(buyer, "review-mine", tab="asked")
    desk = english(buyer).get("/").content.decode()
    assert f"{reverse('review-mine')}?tab=mine" in desk


def test_the_desk_of_the_department_says_how_reviews_stand(cast: Cast, them: Reviewers) -> None:
    submitted(them)
    desk = english(client(cast, them, "staff")).get("/").content.decode()
    own = reverse("review-unit", args=[them.unit.code])
    for tab in ("?tab=asked", "?tab=open", "?tab=open&amp;state=suspended"):
        assert own + tab in desk
    assert "Not looked for yet" in desk
    assert own not in client(cast, them, "buyer").get("/").content.decode()


def test_the_ledger_is_one_step_from_the_list_it_is_made_of(cast: Cast, them: Reviewers) -> None:
    ledger = reverse("unit-report", args=[them.unit.code, "review-ledger"])
    staff = client(cast, them, "staff")
    assert ledger in page(staff, "review-unit", them.unit.code)
    assert staff.get(ledger, follow=True).status_code == 200


def test_from_the_desk_a_reviewer_comes_straight_to_the_matter(cast: Cast, them: Reviewers) -> None:
    row = submitted(them)
    officer = client(cast, them, "officer")
    assert f'href="{reverse("review-one", args=[row.uid])}"' in officer.get("/").content.decode()
    task = Task.objects.get(about_uid=row.uid)
    # The seat is handed over in the matter, and the task follows it; one without the other would ask two people.
    assert reverse("task-hand-over", args=[task.uid]) not in page(officer, "task", task.uid)


def test_the_number_past_the_day_leads_to_the_late_ones_and_to_no_others(cast: Cast, them: Reviewers) -> None:
    with clock.simulate(clock.now() - timedelta(days=40)):
        late = submitted(them)
    fresh = submitted(
        them, ref="HT-2026-002", values={"title": "物业合同", "amount": "1000", "form": {"party": "某公司"}}
    )
    shown = page(client(cast, them, "head"), "review-unit", them.unit.code)
    assert "?tab=open&amp;past=opinion" in shown
    listed = client(cast, them, "head").get(
        reverse("review-unit", args=[them.unit.code]), {"tab": "open", "past": "opinion"}
    )
    assert late.title in listed.content.decode()
    assert fresh.title not in listed.content.decode()
