"""The same eyes at two steps of one matter: asked before, kept afterwards; and what was said stays said."""

from __future__ import annotations

import re
from typing import Any

import pytest

from guiju.lib import clock
from guiju.lib.errors import Conflict, Problem
from guiju.org import actions as org
from guiju.review import actions, keeping
from guiju.review.models import Matter
from guiju.trail import verify
from guiju.trail.models import Event
from guiju.workflow.routes import standing
from guiju.workflow.routes.models import Seat
from tests.conftest import Cast, english
from tests.governance.policy_house import account
from tests.review.house import Reviewers, asked, said, submitted
from tests.web.review.hands import client, does, page

pytestmark = pytest.mark.django_db
LARGE = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}
SECOND_STEP = "合规管理部门审查"


def _seat(row: Matter, name: str, state: str = "open") -> Seat:
    run = keeping.last_run(row)
    assert run is not None
    return run.seats.filter(name=name, state=state).order_by("-pk")[0]


def _handed(them: Reviewers, row: Matter, **more: Any) -> Matter:
    """The officer of the department hands the first step to one of the compliance staff."""
    return actions.hand_over(
        matter=row, seat=_seat(row, "管平").uid, to=them.person("staff"), reason="休假", by=them.by("officer"), **more
    )


def test_who_is_asked_at_a_step_to_come_takes_an_earlier_one_only_if_it_is_meant(them: Reviewers, cast: Cast) -> None:
    row = submitted(them, values=LARGE)
    with pytest.raises(Problem) as refused:
        _handed(them, row)
    assert (refused.value.code, refused.value.status) == ("review.twice", 422)
    assert SECOND_STEP in refused.value.what
    assert asked(row) == ["管平"]
    row = _handed(them, row, twice=True)
    assert asked(row) == ["何规"]
    assert SECOND_STEP in _seat(row, "何规").reason
    event = Event.objects.filter(action="review.seats_changed", object_id=str(row.uid)).latest("pk")
    assert SECOND_STEP in event.body.content["about"]["twice"]
    shown = page(english(client(cast, them, "buyer")), "review-one", row.uid)
    assert f"One person now looks at it at two steps: 何规：{SECOND_STEP}" in shown, "the history tells it"
    assert verify.run(quick=True).findings == []


def test_who_decides_has_not_spoken_before_however_much_it_is_meant(them: Reviewers) -> None:
    row = said(them, said(them, submitted(them, values=LARGE), "officer"), "staff")
    for twice in (False, True):
        with pytest.raises(Problem) as refused:
            actions.hand_over(
                matter=row, seat=_seat(row, "首阳").uid, to=them.person("staff"), reason="出差", by=them.by("head"),
                twice=twice,
            )  # fmt: skip
        assert refused.value.status == 403
    assert asked(row) == ["首阳"]


@pytest.mark.parametrize("step", ["officer", "staff"])
def test_whoever_signs_in_the_end_is_not_asked_before_and_so_keeps_his_signature(them: Reviewers, step: str) -> None:
    row = submitted(them, values=LARGE)
    if step == "staff":
        row = said(them, row, "officer")
    with pytest.raises(Problem) as refused:
        actions.add(matter=row, person=them.person("head"), reason="请先看看", by=them.by(step))
    assert (refused.value.code, refused.value.where, refused.value.status) == ("review.signs", "person", 422)
    assert "首阳" in refused.value.what
    assert "合规负责人审查签字" in refused.value.what
    assert "首阳" not in asked(row)
    row = actions.add(matter=row, person=them.person("chair"), reason="请先看看", by=them.by(step))
    assert "董升" in asked(row), "who does not sign is asked"


def test_the_page_says_why_the_one_who_signs_is_not_asked_as_well(them: Reviewers, cast: Cast) -> None:
    row = said(them, submitted(them, values=LARGE), "officer")
    given = {"person": them.person("head").uid, "reason": "请先看看", "version": row.version}
    told = does(english(client(cast, them, "staff")), row, "add", status=422, **given)
    assert "Whoever has given an opinion before does not: somebody else would sign." in told


def test_where_there_is_no_signature_to_lose_the_head_is_asked_as_well(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    row = actions.add(matter=row, person=them.person("head"), reason="请一并看", by=them.by("staff"))
    assert "首阳" in asked(row)


def test_whoever_signs_takes_an_earlier_place_only_if_somebody_else_is_to_sign(them: Reviewers) -> None:
    row = said(them, submitted(them, values=LARGE), "officer")
    given: dict[str, Any] = {
        "matter": row, "seat": _seat(row, "何规").uid, "to": them.person("head"), "reason": "出差",
        "by": them.by("staff"),
    }  # fmt: skip
    with pytest.raises(Problem) as refused:
        actions.hand_over(**given)
    assert (refused.value.code, refused.value.status) == ("review.twice", 422)
    assert "合规负责人审查签字" in refused.value.what
    assert "首阳" not in asked(row)
    row = said(them, actions.hand_over(**given, twice=True), "head")
    assert asked(row) == ["董升"], "the next office signs, as was said"


def test_where_two_of_the_staff_share_the_last_step_the_one_at_the_first_is_not_asked_there_again(
    them: Reviewers,
) -> None:
    row = said(them, _handed(them, submitted(them)), "staff")
    assert asked(row) == ["何矩"]


def test_stepping_aside_is_never_hindered_but_meant_and_kept_where_somebody_comes_to_two_steps(
    them: Reviewers, cast: Cast
) -> None:
    row = submitted(them, values=LARGE)
    shown = page(english(client(cast, them, "officer")), "review-one", row.uid)
    assert "at another step as well" in shown, "told before it is sent"
    leaves: dict[str, Any] = {"matter": row, "seat": _seat(row, "管平").uid, "reason": "亲属在对方任职"}
    with pytest.raises(Problem) as refused:
        actions.recuse(**leaves, by=them.by("officer"))
    assert (refused.value.code, refused.value.where) == ("review.twice", "twice")
    assert "何规" in refused.value.what
    assert SECOND_STEP in refused.value.what
    assert asked(row) == ["管平"]
    row = actions.recuse(**leaves, by=them.by("officer"), twice=True)
    assert asked(row) == ["何规", "何矩"]
    assert SECOND_STEP in _seat(row, "何规").reason
    assert SECOND_STEP in page(client(cast, them, "buyer"), "review-one", row.uid)
    assert verify.run(quick=True).findings == []


def test_so_it_is_where_somebody_is_made_to_step_aside(them: Reviewers, cast: Cast) -> None:
    row = submitted(them, values=LARGE)
    assert "at another step as well" in page(english(client(cast, them, "second")), "review-one", row.uid)
    aside: dict[str, Any] = {"matter": row, "seat": _seat(row, "管平").uid, "reason": "亲属在对方任职"}
    with pytest.raises(Problem) as refused:
        actions.exclude(**aside, by=them.by("second"))
    assert refused.value.code == "review.twice"
    run = keeping.last_run(row)
    assert run is not None
    assert them.person("officer").pk not in run.shut_out, "nothing of it was kept"
    row = actions.exclude(**aside, by=them.by("second"), twice=True)
    assert SECOND_STEP in _seat(row, "何规").reason


@pytest.mark.parametrize(("who", "move"), [("officer", "recuse"), ("second", "exclude")])
def test_the_page_tells_it_beside_the_button_and_asks_where_it_had_not_told_it(
    them: Reviewers, cast: Cast, who: str, move: str
) -> None:
    row = submitted(them, values=LARGE)
    browser, seat = english(client(cast, them, who)), _seat(row, "管平").uid
    assert f'name="told" value="{seat}"' in page(browser, "review-one", row.uid)
    asks = does(browser, row, move, status=422, seat=seat, reason="亲属在对方任职")
    assert f'name="twice" value="{seat}"' in asks
    does(browser, row, move, status=422, seat=seat, reason="亲属在对方任职", twice=str(them.person("staff").uid))
    assert asked(row) == ["管平"], "an answer about somebody else is none about this place"
    does(browser, row, move, seat=seat, reason="亲属在对方任职", told=str(seat))
    assert asked(row) == ["何规", "何矩"]


def test_nothing_is_said_where_nobody_comes_to_two_steps(them: Reviewers, cast: Cast) -> None:
    row = said(them, said(them, submitted(them, values=LARGE), "officer"), "staff")
    row = actions.recuse(matter=row, seat=_seat(row, "首阳").uid, reason="亲属", by=them.by("head"))
    assert _seat(row, "董升").reason == ""


def test_the_page_asks_and_takes_the_answer(them: Reviewers, cast: Cast) -> None:
    row = submitted(them, values=LARGE)
    browser = english(client(cast, them, "officer"))
    given: dict[str, Any] = {"seat": _seat(row, "管平").uid, "person": them.person("staff").uid, "reason": "休假"}
    assert 'name="twice"' not in page(browser, "review-one", row.uid)
    asks = does(browser, row, "hand_over", status=422, **given)
    assert 'name="twice"' in asks
    assert f'<option value="{them.person("staff").uid}" data-hint' in asks
    does(browser, row, "hand_over", status=422, twice=str(them.person("second").uid), **given)
    does(browser, row, "hand_over", status=422, told=str(given["seat"]), **given)
    assert asked(row) == ["管平"], "meant of somebody else, or of stepping aside"
    does(browser, row, "hand_over", twice=str(them.person("staff").uid), **given)
    assert asked(row) == ["何规"]


def test_what_was_refused_for_one_place_stands_in_its_form_alone(them: Reviewers, cast: Cast) -> None:
    row = submitted(them, values=LARGE)
    row = actions.add(matter=row, person=them.person("second"), reason="请一并看", by=them.by("staff"))
    browser, seat = english(client(cast, them, "second")), _seat(row, "管平").uid
    given: dict[str, Any] = {"seat": seat, "person": them.person("staff").uid, "reason": "另请他人"}
    shown = does(browser, row, "hand_over", status=422, **given)
    ids = re.findall(r'\sid="([^"]+)"', shown)
    assert sorted(ids) == sorted(set(ids)), "no name for two fields"
    assert set(re.findall(r'<label for="([^"]+)"', shown)) <= set(ids), "every label has its field"
    forms = re.findall(r"<form .*?</form>", shown, re.DOTALL)
    own = [one for one in forms if f'name="seat" value="{_seat(row, "何矩").uid}"' in one]
    (there,) = [one for one in forms if f'name="seat" value="{seat}"' in one]
    assert len(own) == 2, "her own place: to hand it over, and to step aside"
    for one in own:
        assert "twice" not in one
        assert "另请他人" not in one
        assert "selected" not in one
    for told in ('name="twice"', "另请他人", "selected"):
        assert told in there


# --- one account is one voice, and says so ------------------------------------------------------------------------------


def _friend(them: Reviewers, cast: Cast) -> Any:
    user = account("Youren", "employee", them.unit, cast.house)
    return org.add_person(unit=them.unit, name="友人", number="F-1", user=user, by=cast.house), user


def test_a_deputy_who_has_spoken_is_told_that_he_speaks_no_more_and_so_are_the_others(
    them: Reviewers, cast: Cast
) -> None:
    friend, user = _friend(them, cast)
    today = clock.today()
    standing.give(
        giver=them.person("officer"), taker=friend, starts_on=today, ends_on=today, reason="出差", by=them.by("officer")
    )
    row = submitted(them)
    row = actions.add(matter=row, person=friend, reason="请一并看", by=them.by("second"))
    by = cast.actor(user)
    assert 'id="stead"' not in page(english(cast.client(user)), "review-one", row.uid)
    row = actions.speak(matter=row, stand="agree", opinion="同意", by=by)
    own = page(english(cast.client(user)), "review-one", row.uid)
    assert 'id="stead"' in own
    assert "do not speak once more in the stead of 管平" in own
    for who in ("officer", "buyer", "second"):
        shown = page(english(client(cast, them, who)), "review-one", row.uid)
        assert "does not speak once more: 友人" in shown, who
    with pytest.raises(Problem) as refused:
        actions.speak(matter=row, stand="agree", opinion="同意", by=by)
    assert "once more" in refused.value.what or "不再" in refused.value.what


# --- what was said stays ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["hand_over", "recuse", "exclude"])
def test_an_opinion_is_not_undone_by_giving_the_place_away_afterwards(them: Reviewers, step: str) -> None:
    row = submitted(them)
    row = actions.add(matter=row, person=them.person("chair"), reason="请一并看", by=them.by("second"))
    row = said(them, row, "officer", "disagree", "价格明显偏高，不同意。")
    seat = _seat(row, "管平", "spoken")
    given: dict[str, Any] = {"matter": row, "seat": seat.uid, "reason": "另请他人"}
    acts = {
        "hand_over": lambda by: actions.hand_over(**given, to=them.person("head"), by=by),
        "recuse": lambda by: actions.recuse(**given, by=by),
        "exclude": lambda by: actions.exclude(**given, by=by),
    }
    for who in ("officer", "second", "chair"):
        with pytest.raises(Problem):
            acts[step](them.by(who))
    with pytest.raises(Conflict) as refused:
        acts[step](them.by("second"))
    assert refused.value.code == "route.spoken"
    seat.refresh_from_db()
    assert (seat.state, seat.stand) == ("spoken", "disagree")
