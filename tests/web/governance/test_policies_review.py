"""The page of a rule says where its review stands, and offers the approval only when it has passed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from guiju.access.actor import Actor
from guiju.governance.models import PolicyVersion
from tests.conftest import Cast
from tests.governance.test_policies_review import matter, route, submitted
from tests.review.house import Reviewers, reviewers, said

pytestmark = pytest.mark.django_db


def _page(cast: Cast, them: Reviewers, row: PolicyVersion, who: str) -> str:
    by: Actor = them.by(who)
    assert by.user is not None
    answer = cast.client(by.user).get(reverse("governance-policies-one", args=[them.unit.code, row.policy]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_of_a_rule_leads_to_its_review_and_waits_for_it(cast: Cast) -> None:
    them = reviewers(cast)
    route(them)
    row = submitted(them)
    held = matter(row)
    review = reverse("review-one", args=[held.uid])
    approve = reverse("governance-policies-step", args=[them.unit.code, row.uid, "approve"])
    page = _page(cast, them, row, "head")
    assert review in page
    assert held.number in page
    assert approve not in page
    said(them, held, "staff")
    page = _page(cast, them, row, "head")
    assert approve in page


def test_the_page_of_the_review_leads_back_to_the_rule(cast: Cast) -> None:
    them = reviewers(cast)
    route(them)
    row = submitted(them)
    user = them.by("staff").user
    assert user is not None
    page = cast.client(user).get(reverse("review-one", args=[matter(row).uid])).content.decode()
    assert f"/r/policies/{row.policy}/" in page
    assert str(row.policy) not in page.replace(f"/r/policies/{row.policy}/", "")
