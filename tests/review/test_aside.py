"""Who makes somebody step aside from a review: nobody whom he stands above, and of a signature only an office above."""

from __future__ import annotations

from typing import Any

import pytest

from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied
from guiju.org import actions as org
from guiju.registers.models import Entry
from guiju.review import actions, doings, keeping, queries
from guiju.review.models import Matter
from guiju.trail import verify
from guiju.workflow.routes import standing
from guiju.workflow.routes.models import Seat
from tests.conftest import Cast, english
from tests.governance.meeters import office
from tests.governance.policy_house import account
from tests.review.house import Reviewers, asked, said, submitted
from tests.web.review.hands import client, does, page

pytestmark = pytest.mark.django_db
LARGE = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}


def _at_head(them: Reviewers) -> Matter:
    return said(them, said(them, submitted(them, values=LARGE), "officer"), "staff")


def _seat(row: Matter, name: str) -> Seat:
    run = keeping.last_run(row)
    assert run is not None
    return run.seats.get(name=name, state="open")


def _excluded(them: Reviewers, row: Matter, name: str, who: str) -> Matter:
    return actions.exclude(matter=row, seat=_seat(row, name).uid, reason="配偶在对方任职", by=them.by(who))


def _forced() -> list[str]:
    rows = Entry.objects.filter(register="recusals", kind="forced").order_by("pk")
    return [one.person.name for one in rows if one.person is not None]


@pytest.mark.parametrize("step", [actions.exclude, actions.recuse], ids=["exclude", "recuse for her"])
@pytest.mark.parametrize("who", ["second", "officer", "staff"])
def test_the_head_is_not_shut_out_by_anybody_below_her(them: Reviewers, who: str, step: Any) -> None:
    row = _at_head(them)
    with pytest.raises(Denied) as refused:
        step(matter=row, seat=_seat(row, "首阳").uid, reason="配偶在对方任职", by=them.by(who))
    assert asked(row) == ["首阳"]
    assert _forced() == []
    if who == "second":
        assert "董升" in refused.value.fix, "who can is named"


def _head_of_the_group(cast: Cast) -> None:
    user = account("Jishou", "compliance_office", cast.group, cast.house)
    person = org.add_person(unit=cast.group, name="季首", number="G-9", user=user, by=cast.house)
    office(cast.group, "compliance_head", person, cast.house)


def test_who_answers_for_the_firm_makes_the_head_step_aside(them: Reviewers, cast: Cast) -> None:
    _head_of_the_group(cast)
    row = _excluded(them, _at_head(them), "首阳", "chair")
    assert asked(row) == ["季首"], "not he himself"
    assert _forced() == ["首阳"]
    assert verify.run(quick=True).findings == []


def test_nobody_takes_the_place_of_whom_he_shuts_out(them: Reviewers) -> None:
    row = _at_head(them)
    with pytest.raises(Conflict) as refused:
        _excluded(them, row, "首阳", "chair")
    assert "首阳" in refused.value.fix
    assert asked(row) == ["首阳"]
    assert _forced() == []
    run = keeping.last_run(row)
    assert run is not None
    assert them.person("head").pk not in run.shut_out


def test_the_head_steps_aside_herself(them: Reviewers) -> None:
    row = _at_head(them)
    row = actions.recuse(matter=row, seat=_seat(row, "首阳").uid, reason="本人持有对方股权", by=them.by("head"))
    assert asked(row) == ["董升"]
    assert _forced() == []


def test_nor_is_the_head_shut_out_where_she_is_only_asked_as_well(them: Reviewers) -> None:
    row = submitted(them)
    row = actions.add(matter=row, person=them.person("head"), reason="请先看", by=them.by("second"))
    with pytest.raises(Denied):
        _excluded(them, row, "首阳", "second")
    row = said(them, said(them, said(them, row, "officer"), "head"), "staff")
    run = keeping.last_run(row)
    assert run is not None
    assert them.person("head").pk not in run.shut_out


def test_a_colleague_does_not_shut_out_who_may_veto_but_the_head_does(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    with pytest.raises(Denied) as refused:
        _excluded(them, row, "何规", "second")
    assert "首阳" in refused.value.fix
    row = _excluded(them, row, "何规", "head")
    assert asked(row) == ["何矩"]


def test_who_only_looks_after_reviews_moves_the_officer_of_a_department_as_before(them: Reviewers) -> None:
    assert asked(_excluded(them, submitted(them), "管平", "second")) == ["何规", "何矩"]


def test_who_has_left_is_nobodys_superior(them: Reviewers) -> None:
    row = _at_head(them)
    them.head.is_active = False
    them.head.save()
    assert asked(_excluded(them, row, "首阳", "second")) == ["董升"]


def test_nobody_below_her_own_firm_stands_above_the_head_nor_do_the_staff_of_the_group(
    them: Reviewers, cast: Cast
) -> None:
    row = _at_head(them)
    for number, (login, name, held) in enumerate(
        [("Jituan", "季团", "compliance_staff"), ("Jishou", "季首", "compliance_head")]
    ):
        user = account(login, "compliance_office", cast.group, cast.house)
        person = org.add_person(unit=cast.group, name=name, number=f"G{number}", user=user, by=cast.house)
        office(cast.group, held, person, cast.house)
        seat = _seat(row, "首阳").uid
        given: dict[str, Any] = {"matter": row, "seat": seat, "reason": "配偶在对方任职", "by": cast.actor(user)}
        if held == "compliance_staff":
            with pytest.raises(Denied):
                actions.exclude(**given)
        else:
            assert asked(actions.exclude(**given)) == ["董升"]


def test_where_nobody_stands_above_it_is_said_what_remains(them: Reviewers) -> None:
    row = _at_head(them)
    row = actions.recuse(matter=row, seat=_seat(row, "首阳").uid, reason="本人持有对方股权", by=them.by("head"))
    with pytest.raises(Denied) as refused:
        _excluded(them, row, "董升", "second")
    assert "董升" in refused.value.what
    assert "董升" in refused.value.fix


def test_a_deputy_shuts_out_nobody_for_whom_he_stands_in(them: Reviewers, cast: Cast) -> None:
    user = account("Youren", "employee", them.unit, cast.house)
    friend = org.add_person(unit=them.unit, name="友人", number="F-1", user=user, by=cast.house)
    today = clock.today()
    standing.give(
        giver=them.person("officer"), taker=friend, starts_on=today, ends_on=today, reason="出差", by=them.by("officer")
    )
    row = submitted(them)
    by = cast.actor(user)
    with pytest.raises(Denied):
        actions.recuse(matter=row, seat=_seat(row, "管平").uid, reason="我与对方有亲属关系", by=by)
    codes = doings.of(by, queries.one(by, row.uid)).codes
    assert "speak" in codes
    assert "recuse" not in codes
    assert asked(row) == ["管平"]


def test_the_page_offers_it_to_who_may_and_tells_the_others_who_can(them: Reviewers, cast: Cast) -> None:
    row = _at_head(them)
    told = page(english(client(cast, them, "second")), "review-one", row.uid)
    assert "/exclude" not in told
    assert "tell 董升, or ask 首阳 to step aside" in told
    shown = page(client(cast, them, "chair"), "review-one", row.uid)
    assert "/exclude" in shown
    assert "/hand_over" not in shown, "what she signs goes to nobody from another hand"
    _head_of_the_group(cast)
    does(client(cast, them, "chair"), row, "exclude", seat=_seat(row, "首阳").uid, reason="配偶在对方任职")
    assert asked(row) == ["季首"]


def test_on_the_page_it_is_refused_to_who_sends_it_all_the_same(them: Reviewers, cast: Cast) -> None:
    row = _at_head(them)
    told = does(
        client(cast, them, "second"), row, "exclude", status=403, seat=_seat(row, "首阳").uid, reason="配偶在对方任职"
    )
    assert "董升" in told
