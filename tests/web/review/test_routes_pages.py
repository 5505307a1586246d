"""Routes on a page without code, and standing in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guiju.lib import clock
from guiju.review import routing
from guiju.workflow.routes import deciding, rules
from guiju.workflow.routes.models import Delegation, Route
from tests.conftest import Cast, english
from tests.review.house import Reviewers, asked, said, submitted
from tests.web.review.hands import client, does, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(cast: Cast, them: Reviewers) -> Client:
    return english(client(cast, them, "staff"))


_EDIT = ("review-routes-edit", ["HD-01"])


def _sent(**more: Any) -> dict[str, Any]:
    """One row for dear contracts, one for the rest; each with the compliance department."""
    step = {"name": "合规审查", "part": "compliance", "role": "compliance_staff", "days": "3", "code": "c"}
    head = {"name": "签字", "part": "head", "role": "compliance_head", "days": "2", "code": "h", "veto": "1"}
    found: dict[str, Any] = {"version": "0", "r0-name": "百万元以上合同", "r0-kinds": "contract", "r0-amount_from": "1000000",
                             "r1-name": "其他"}  # fmt: skip
    for name, value in step.items():
        found |= {f"r0s0-{name}": value, f"r1s0-{name}": value}
    return found | {f"r0s1-{name}": value for name, value in head.items()} | more


def test_the_shipped_route_is_shown_in_sentences_and_tried_out(staff: Client) -> None:
    shown = page(staff, "review-routes", "HD-01", kind="contract", amount="6000000", overseas="1")
    assert "The route that is shipped holds here" in shown
    assert "500万元以上" in shown
    assert "首阳" in shown


def test_without_a_department_it_is_said_what_the_answer_takes_for_granted(staff: Client, them: Reviewers) -> None:
    shown = page(staff, "review-routes", "HD-01", kind="contract")
    assert "No department is chosen" in shown
    named = page(staff, "review-routes", "HD-01", kind="contract", department=them.department.code)
    assert "No department is chosen" not in named
    assert "管平" in named


def test_a_route_is_drafted_tried_and_put_in_force(staff: Client, them: Reviewers) -> None:
    assert staff.post(reverse(_EDIT[0], args=_EDIT[1]), _sent(note="百万元以上由首席签字")).status_code == 302
    draft = Route.objects.get()
    assert [row.name for row in rules.read(draft.rows)] == ["百万元以上合同", "其他"]
    tried = page(staff, "review-routes", "HD-01", of="draft", kind="contract", amount="2000000")
    assert "首阳" in tried
    assert "百万元以上合同" in tried[tried.index('id="rows"') :]  # what is tried is what is read below it
    assert "gj-review-row--hit" in tried
    assert "百万元以上合同" not in page(staff, "review-routes", "HD-01")
    assert routing.table(them.unit)[0] is None
    staff.post(reverse("review-routes-publish", args=["HD-01"]), {"version": str(draft.version)})
    held, _rows = routing.table(them.unit)
    assert held is not None
    assert asked(submitted(them)) == ["何规", "何矩"]


def test_a_row_that_stands_alone_is_for_every_matter(staff: Client) -> None:
    only = {name: value for name, value in _sent().items() if not name.startswith("r0")}
    assert staff.post(reverse(_EDIT[0], args=_EDIT[1]), only).status_code == 302
    shown = page(staff, "review-routes", "HD-01", of="draft")
    assert ("every matter" in shown, "everything else" in shown) == (True, False)


def test_who_takes_the_step_of_whoever_brings_the_matter_is_told_without_calling_the_office_vacant(
    cast: Cast, them: Reviewers
) -> None:
    shown = page(english(client(cast, them, "officer")), "review-new-kind", them.department.code, "contract")
    assert "the office itself is vacant, or held by who brings the matter" in shown


def test_rows_and_steps_are_added_moved_and_removed_without_saving(staff: Client) -> None:
    edit = reverse(_EDIT[0], args=_EDIT[1])

    def after(act: str) -> list[dict[str, Any]]:
        answer = staff.post(edit, _sent(act=act))
        assert answer.status_code == 200
        rows: list[dict[str, Any]] = answer.context["rows"]
        return rows

    assert [row["name"] for row in after("row-0-down")] == ["其他", "百万元以上合同"]
    assert [row["name"] for row in after("row-1-add")] == ["百万元以上合同", "", "其他"]
    assert [step["name"] for step in after("step-0-0-remove")[0]["steps"]] == ["签字"]
    assert [step["name"] for step in after("step-0-1-up")[0]["steps"]] == ["签字", "合规审查"]
    assert len(after("step-1-1-add")[1]["steps"]) == 2
    assert not Route.objects.exists()


def test_what_is_wrong_with_a_route_is_said_at_its_row_and_kept(staff: Client) -> None:
    sent = _sent(**{"r0-name": "", "r0s1-days": "90", "r1s0-role": "", "r0-amount_from": "很多"})
    answer = staff.post(reverse(_EDIT[0], args=_EDIT[1]), sent)
    rows = answer.context["rows"]
    assert answer.status_code == 422
    assert len(rows[0]["wrong"]) == 2
    assert (len(rows[0]["steps"][1]["wrong"]), len(rows[1]["steps"][0]["wrong"])) == (1, 1)
    assert 'value="很多"' in answer.content.decode()


def test_two_who_change_a_route_lose_nothing(staff: Client, them: Reviewers) -> None:
    edit = reverse(_EDIT[0], args=_EDIT[1])
    staff.post(edit, _sent())
    answer = staff.post(edit, _sent(**{"r0-name": "我的改法"}))
    assert answer.status_code == 409
    assert "我的改法" in answer.content.decode()


def test_a_reader_sees_the_route_and_changes_nothing(cast: Cast, them: Reviewers) -> None:
    officer = client(cast, them, "officer")
    assert reverse(_EDIT[0], args=_EDIT[1]) not in page(officer, "review-routes", "HD-01-D1")
    assert officer.get(reverse(_EDIT[0], args=_EDIT[1])).status_code in {403, 404}


def test_a_unit_gives_up_its_own_route(staff: Client, them: Reviewers) -> None:
    staff.post(reverse(_EDIT[0], args=_EDIT[1]), _sent())
    draft = deciding.draft_of(them.unit, routing.PURPOSE)
    assert draft is not None
    staff.post(reverse("review-routes-drop", args=["HD-01"]), {"version": str(draft.version)})
    assert deciding.draft_of(them.unit, routing.PURPOSE) is None


def test_somebody_stands_in_and_his_opinion_says_so(cast: Cast, them: Reviewers) -> None:
    officer = client(cast, them, "officer")
    until = (clock.today() + timedelta(days=7)).isoformat()
    sent = {
        "taker": str(them.person("staff").uid),
        "starts_on": clock.today().isoformat(),
        "ends_on": until,
        "reason": "出差",
    }
    assert officer.post(reverse("review-standing"), sent).status_code == 302
    row = submitted(them)
    deputy = client(cast, them, "staff")
    assert "管平" in page(deputy, "review-one", row.uid)
    does(deputy, row, "speak", stand="agree", opinion="同意")
    assert "代管平" in page(officer, "review-one", row.uid) or "管平" in page(officer, "review-one", row.uid)
    held = Delegation.objects.get()
    assert client(cast, them, "second").get(reverse("review-standing")).status_code == 200
    assert client(cast, them, "buyer").post(reverse("review-standing-end", args=[held.uid])).status_code == 404
    assert officer.post(reverse("review-standing-end", args=[held.uid])).status_code == 302
    held.refresh_from_db()
    assert held.ended_at is not None
    assert said(them, row, "second").state == "passed"


def test_standing_in_without_a_day_or_a_name_is_refused_at_the_field(cast: Cast, them: Reviewers) -> None:
    officer = english(client(cast, them, "officer"))
    answer = officer.post(reverse("review-standing"), {"taker": "", "starts_on": "", "ends_on": "", "reason": "出差"})
    assert answer.status_code == 422
    assert "出差" in answer.content.decode()
    people = officer.get(reverse("review-standing-people"), {"q": "he"}).json()["results"]
    assert {one["text"][:2] for one in people} == {"何规", "何矩"}


def test_a_row_is_copied_with_its_steps_and_stands_open_below(staff: Client) -> None:
    edit = reverse(_EDIT[0], args=_EDIT[1])
    answer = staff.post(edit, _sent(act="row-0-copy"))
    rows = answer.context["rows"]
    assert [row["name"] for row in rows] == ["百万元以上合同", "百万元以上合同 (copy)", "其他"]
    assert [step["name"] for step in rows[1]["steps"]] == ["合规审查", "签字"]
    assert [row["is_open"] for row in rows] == [False, True, False]
    assert 'formaction="#row-2"' in answer.content.decode()
    assert not Route.objects.exists()


def test_rows_stand_folded_with_what_they_say_and_those_with_a_fault_open(staff: Client) -> None:
    shown = staff.get(reverse(_EDIT[0], args=_EDIT[1])).content.decode()
    assert '<details class="gj-review-row" id="row-1">' in shown
    assert "→" in shown
    wrong = staff.post(reverse(_EDIT[0], args=_EDIT[1]), _sent(**{"r0s1-days": "90"}))
    assert [row["is_open"] for row in wrong.context["rows"]] == [True, False]


def test_what_hinders_putting_a_route_in_force_is_said_on_its_page(staff: Client) -> None:
    staff.post(reverse(_EDIT[0], args=_EDIT[1]), _sent())
    for step in ("review-routes-publish", "review-routes-drop"):
        answer = staff.post(reverse(step, args=["HD-01"]), {"version": "7"})
        assert answer.status_code == 409
        body = answer.content.decode()
        assert "gj-errors" in body
        assert 'id="rows"' in body
    assert Route.objects.get().state == "draft"


def test_amounts_are_taken_as_people_write_them(staff: Client, them: Reviewers) -> None:
    staff.post(reverse(_EDIT[0], args=_EDIT[1]), _sent(**{"r0-amount_from": "100万"}))
    draft = deciding.draft_of(them.unit, routing.PURPOSE)
    assert draft is not None
    assert rules.read(draft.rows)[0].when.amount_from == 1_000_000
    tried = page(staff, "review-routes", "HD-01", of="draft", kind="contract", amount="200万元")
    assert "首阳" in tried


def test_whoever_sees_the_reviews_of_a_firm_sees_who_stands_in_and_ends_only_his_own(
    cast: Cast, them: Reviewers
) -> None:
    officer = client(cast, them, "officer")
    until = (clock.today() + timedelta(days=7)).isoformat()
    sent = {"taker": str(them.person("staff").uid), "starts_on": clock.today().isoformat(), "ends_on": until}
    officer.post(reverse("review-standing"), sent)
    held = Delegation.objects.get()
    reader = client(cast, them, "chair")
    shown = page(reader, "review-standing")
    assert "管平" in shown
    end = reverse("review-standing-end", args=[held.uid])
    assert end not in shown
    assert reader.post(end).status_code == 404
    assert "gj-review-conds" not in page(client(cast, them, "buyer"), "review-standing")
