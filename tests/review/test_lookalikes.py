"""What was vetoed or refused and comes back looking otherwise: reviewers see it, and whoever may veto looks at it again."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from guiju.review import actions, lookalikes
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from tests.api.conftest import open_caller
from tests.conftest import Cast, english
from tests.governance.policy_house import account
from tests.review.house import TEXT, Reviewers, committee, drafted, paper, passed, said, submitted
from tests.web.review.hands import client

pytestmark = pytest.mark.django_db

TITLE, PARTY = "办公设备采购合同", "某某科技有限公司"


def vetoed(them: Reviewers, **more: Any) -> Matter:
    committee(them)
    values = {"title": TITLE, "amount": "300000", "form": {"party": PARTY, "contract_number": "HT-2026-001"}}
    row = said(them, said(them, submitted(them, values=values, **more), "officer"), "staff", "veto", "对方没有资质")
    return actions.report_veto(matter=row, receiver=them.person("chair"), by=them.by("staff"))


def brought(them: Reviewers, *, title: str = TITLE, party: str = PARTY, number: str = "", **more: Any) -> Matter:
    """The thing once more: a blank more in its text, another number."""
    form = {name: said for name, said in (("party", party), ("contract_number", number)) if said}
    values = {"title": title, "amount": "300000", "form": form}
    return submitted(them, **{"ref": "HT-2026-777", "papers": [paper(TEXT + b" ")], "values": values} | more)


def parts(row: Matter) -> list[str]:
    from guiju.review import keeping

    run = keeping.last_run(row)
    assert run is not None
    return [step["part"] for step in run.steps]


def test_a_vetoed_contract_with_one_more_blank_goes_to_the_head(them: Reviewers) -> None:
    held = vetoed(them)
    row = brought(them)
    assert parts(row) == ["first", "compliance", "head"]
    row = said(them, said(them, row, "officer"), "second")
    assert row.state == S.IN_REVIEW  # the colleague of who vetoed does not let it pass alone
    assert row.passes.count() == 0
    assert said(them, row, "head", "veto", "还是那件事").state == S.SUSPENDED
    assert held.number in next(step["name"] for step in _steps(row) if step["part"] == "head")


def _steps(row: Matter) -> list[dict[str, Any]]:
    from guiju.review import keeping

    run = keeping.last_run(row)
    assert run is not None
    return list(run.steps)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"kind": "business", "party": ""}, "an everyday matter of the same name"),
        ({"title": f"关于签订{TITLE}的请示"}, "the request to sign it"),
        ({"title": f"{TITLE}（二）"}, "a second piece"),
        (
            {"title": "后勤物资采购", "party": "乙公司", "number": "ht—2026－001号"},
            "the same number under another name",
        ),
    ],
)
def test_a_vetoed_thing_in_another_dress_goes_to_the_head(them: Reviewers, more: dict[str, Any], why: str) -> None:
    vetoed(them)
    assert "head" in parts(brought(them, **more)), why


@pytest.mark.parametrize(
    "more", [{"party": "另一家公司"}, {"title": "消防维保合同"}, {"title": "食堂食材采购合同", "party": "另一家公司"}]
)
def test_another_thing_takes_its_usual_way(them: Reviewers, more: dict[str, Any]) -> None:
    vetoed(them)
    row = brought(them, **more)
    assert parts(row) == ["first", "compliance"]
    assert said(them, said(them, row, "officer"), "staff").state == S.PASSED


def test_what_was_refused_is_shown_and_takes_its_usual_way(cast: Cast, them: Reviewers) -> None:
    held = said(them, said(them, submitted(them), "officer"), "staff", "disagree", "价格偏高")
    assert held.state == S.REFUSED
    row = brought(them)
    assert parts(row) == ["first", "compliance"]
    page = english(client(cast, them, "officer")).get(reverse("review-one", args=[row.uid])).content.decode()
    assert held.number in page
    assert "did not pass before" in page
    assert "a like name" in page


def test_the_reviewers_see_the_vetoed_one_and_that_only_its_firm_is_the_same(cast: Cast, them: Reviewers) -> None:
    held = vetoed(them)
    row = brought(them, title="消防维保合同")
    page = english(client(cast, them, "staff")).get(reverse("review-one", args=[row.uid])).content.decode()
    assert held.number in page
    assert "the same other party" in page
    assert "One review is enough" not in page


def test_the_interface_names_what_the_page_names_and_a_submitting_system_learns_nothing(them: Reviewers) -> None:
    held = vetoed(them)
    row = brought(them)
    found = open_caller(them.staff, them.unit).get(f"/reviews/{row.uid}/alike").json()
    assert [(one["number"], one["uid"], one["state"]) for one in found] == [(held.number, str(held.uid), "vetoed")]
    assert found[0]["why"] == ["title", "party"]
    other = account("Yewu", "gateway", them.unit, them.house)
    Matter.objects.filter(pk=row.pk).update(account=other.pk)
    told = open_caller(other, them.unit, scopes=["review:gate:ask", "review:matter:submit"]).get(
        f"/reviews/{row.uid}/alike"
    )
    assert (told.status_code, told.json()) == (200, [])


def test_a_new_round_of_what_was_vetoed_goes_to_the_head_whatever_its_amount(them: Reviewers) -> None:
    held = vetoed(them, system="", ref="")
    row = actions.again(matter=held, by=them.by("buyer"))
    row = actions.change(
        matter=row, values={"amount": "1000"}, papers=[paper(b"changed")], version=row.version, by=them.by("buyer")
    )
    row = actions.submit(matter=row, version=row.version, by=them.by("buyer"))
    assert parts(row)[-1] == "head"


def test_what_passed_is_like_nothing_that_was_stopped(them: Reviewers) -> None:
    passed(them)
    assert lookalikes.stopped(brought(them)) == []


# --- told before it is submitted ----------------------------------------------------------------------------------------


def test_who_fills_in_the_form_sees_the_step_that_a_look_alike_gets(them: Reviewers, cast: Cast) -> None:
    held = vetoed(them)
    browser = english(client(cast, them, "buyer"))
    address = reverse("review-who", args=[them.department.code, "contract"])
    form = {"title": TITLE, "amount": "300000", "form-party": PARTY}
    told = browser.post(address, form).content.decode()
    assert f"as it is like {held.number}" in told
    assert "首阳" in told
    other = browser.post(address, {"title": "绿植租摆", "amount": "300000", "form-party": "绿植公司"}).content.decode()
    assert held.number not in other
    assert "首阳" not in other


def test_so_does_who_opens_the_draft_again(them: Reviewers, cast: Cast) -> None:
    held = vetoed(them)
    values = {"title": "后勤物资采购", "amount": "300000", "form": {"party": "乙公司"}}
    draft = drafted(them, values=values, papers=[paper(TEXT + b" ")], ref="")
    browser = english(client(cast, them, "buyer"))
    shown = browser.get(reverse("review-edit", args=[draft.uid])).content.decode()
    assert f"as it is like {held.number}" not in shown
    form = {**values["form"], "contract_number": "HT-2026-001"} if isinstance(values["form"], dict) else {}
    draft = actions.change(matter=draft, values={"form": form}, version=draft.version, by=them.by("buyer"))
    shown = browser.get(reverse("review-edit", args=[draft.uid])).content.decode()
    assert f"as it is like {held.number}" in shown
    assert "head" in parts(actions.submit(matter=draft, by=them.by("buyer"))), "and it gets what was told"
