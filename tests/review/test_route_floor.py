"""What no route of a unit's own leaves out: a step of compliance, the office behind its name, the signature that the
documents ask for, and what the route of the group asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from guiju.lib.errors import Problem
from guiju.org import actions as org
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import actions, routing
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.review.routing import PURPOSE
from guiju.workflow.routes import deciding
from tests.conftest import Cast, english
from tests.review.house import Reviewers, asked, drafted, submitted
from tests.web.review.hands import client

pytestmark = pytest.mark.django_db
Step = Mapping[str, Any]

FIRST = {"code": "f", "name": "部门审查", "part": "first", "who": {"role": "department_officer"}, "days": 2}
STAFF = {"code": "c", "name": "合规部审查", "part": "compliance", "who": {"role": "compliance_staff"}, "days": 3}
HEAD = {
    "code": "h",
    "name": "合规负责人签字",
    "part": "head",
    "who": {"role": "compliance_head"},
    "days": 2,
    "veto": True,
}
BODY = {"code": "b", "name": "委员会审定", "part": "body", "who": {"role": "first_responsible"}, "days": 9}


def _row(*steps: Step, name: str = "所有事项", **when: Any) -> dict[str, Any]:
    return {"name": name, "when": when, "steps": [dict(one) for one in steps]}


def _saved(them: Reviewers, *rows: dict[str, Any]) -> None:
    """The compliance staff writes a route on its page and puts it in force."""
    row = routing.save(unit=them.unit, rows=list(rows), by=them.by("staff"))
    routing.publish(unit=them.unit, version=row.version, by=them.by("staff"))


def _in_force(them: Reviewers, unit: Unit, *rows: dict[str, Any]) -> None:
    """A route that was put in force when nobody looked at the floor."""
    draft = deciding.save(unit=unit, purpose=PURPOSE, rows=list(rows), by=them.house)
    deciding.publish(unit=unit, purpose=PURPOSE, version=draft.version, by=them.house)


def _faults(act: Any) -> dict[str, str]:
    with pytest.raises(Problem) as refused:
        act()
    return {fault.where: fault.what for fault in refused.value.faults} or {refused.value.code: refused.value.what}


def test_no_office_of_the_firm_speaks_as_outside_counsel(them: Reviewers) -> None:
    counsel = {"code": "l", "name": "外聘律师意见", "part": "counsel", "who": {"role": "department_officer"}, "days": 3}
    told = _faults(lambda: _saved(them, _row(counsel, STAFF)))
    assert list(told) == ["rows.1.steps.1.who"]
    _saved(them, _row({**counsel, "who": {}}, STAFF))


# --- a step of compliance -------------------------------------------------------------------------------------------------


def test_a_route_on_which_only_the_own_department_looks_is_not_saved(them: Reviewers) -> None:
    assert list(_faults(lambda: _saved(them, _row(FIRST)))) == ["rows.1.steps"]
    assert list(_faults(lambda: _saved(them, _row(STAFF, kinds=["policy"]), _row(FIRST)))) == ["rows.2.steps"]
    assert deciding.draft_of(them.unit, PURPOSE) is None
    _saved(them, _row(FIRST, STAFF))


def test_nor_does_a_matter_go_along_one_that_was_put_in_force_before(them: Reviewers) -> None:
    _in_force(them, them.unit, _row(FIRST))
    draft = drafted(them)
    assert list(_faults(lambda: actions.submit(matter=draft, by=them.by("buyer")))) == ["review.floor"]
    assert Matter.objects.get(pk=draft.pk).state == S.DRAFT


def test_the_leading_body_alone_is_compliance_enough(them: Reviewers) -> None:
    _saved(them, _row(BODY))
    assert asked(submitted(them)) == ["董升"]


# --- a part binds its office ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["compliance", "head", "body"])
def test_the_officer_of_a_department_does_not_sit_at_a_part_of_another_office(them: Reviewers, part: str) -> None:
    step = {**STAFF, "part": part, "who": {"role": "department_officer"}}
    assert list(_faults(lambda: _saved(them, _row(step)))) == ["rows.1.steps.1.who"]
    _in_force(them, them.unit, _row(step))
    draft = drafted(them, values={"title": "大合同", "amount": "90000000", "major": True, "form": {"party": "甲"}})
    with pytest.raises(Problem):
        actions.submit(matter=draft, by=them.by("buyer"))


def test_staff_is_no_head_and_the_head_may_sit_for_the_staff(them: Reviewers) -> None:
    assert list(_faults(lambda: _saved(them, _row(STAFF, {**HEAD, "who": STAFF["who"]})))) == ["rows.1.steps.2.who"]
    _saved(them, _row({**STAFF, "who": HEAD["who"]}))
    assert asked(submitted(them)) == ["首阳"]


def test_people_named_for_the_head_hold_such_an_office_when_it_is_saved_and_when_they_are_asked(
    them: Reviewers,
) -> None:
    for who, faults in (("officer", ["rows.1.steps.1.who"]), ("staff", ["rows.1.steps.1.who"])):
        step = {**HEAD, "who": {"people": [str(them.person(who).uid)]}}
        assert list(_faults(lambda step=step: _saved(them, _row(step)))) == faults
    both = [str(them.person(who).uid) for who in ("head", "chair")]
    _saved(them, _row({**HEAD, "who": {"people": both}}))
    assert set(asked(submitted(them))) == {"首阳", "董升"}
    held = Entry.objects.get(register="appointments", kind="compliance_head", person=them.person("head"))
    registers.update(entry=held, values={"to_on": date(2025, 12, 31).isoformat()}, version=held.version, by=them.house)
    assert asked(submitted(them, ref="HT-2")) == ["董升"]


# --- the signature of major decisions ----------------------------------------------------------------------------------------


def test_a_row_made_for_major_matters_ends_with_the_signature(them: Reviewers) -> None:
    assert list(_faults(lambda: _saved(them, _row(STAFF, major=True), _row(STAFF)))) == ["rows.1.steps"]
    assert list(_faults(lambda: _saved(them, _row(STAFF, kinds=["decision"]), _row(STAFF)))) == ["rows.1.steps"]
    _saved(them, _row(STAFF, HEAD, major=True), _row(STAFF))


def test_a_small_firm_whose_documents_let_the_officer_decide_needs_no_other_signature(them: Reviewers) -> None:
    org.set_attribute(
        unit=them.unit, code="size_override", value="micro", from_on=date(2024, 1, 1), by=them.house, reason="认定"
    )
    _saved(them, _row(STAFF, major=True), _row(STAFF))
    row = submitted(them, values={"title": "大合同", "amount": "9000000", "major": True, "form": {"party": "甲"}})
    assert actions.speak(matter=row, stand="agree", opinion="同意", by=them.by("staff")).state == S.PASSED


# --- below a route of the group ------------------------------------------------------------------------------------------------


def test_a_unit_asks_for_more_than_the_group_never_for_less(them: Reviewers) -> None:
    group = them.unit.parent
    assert group is not None
    _in_force(them, group, _row(FIRST, STAFF, HEAD, amount_from="5000000"), _row(FIRST, STAFF))
    told = _faults(lambda: _saved(them, _row(FIRST, STAFF)))
    assert list(told) == ["rows.1.steps"]
    assert "合规负责人签字" in told["rows.1.steps"]
    later = [_row(FIRST, STAFF, HEAD, amount_from="8000000"), _row(FIRST, STAFF)]
    assert list(_faults(lambda: _saved(them, *later))) == ["rows.2.steps"]
    gentle = [_row(FIRST, STAFF, {**HEAD, "veto": False}, amount_from="5000000"), _row(FIRST, STAFF)]
    assert list(_faults(lambda: _saved(them, *gentle))) == ["rows.1.steps"]
    _saved(them, _row(FIRST, STAFF, HEAD, amount_from="1000000"), _row(FIRST, STAFF, BODY))


def test_what_the_group_asks_for_later_holds_for_the_routes_below_it_as_well(them: Reviewers) -> None:
    group = them.unit.parent
    assert group is not None
    _saved(them, _row(FIRST, STAFF))
    _in_force(them, group, _row(STAFF, HEAD, kinds=["contract"]), _row(STAFF))
    draft = drafted(them)
    assert list(_faults(lambda: actions.submit(matter=draft, by=them.by("buyer")))) == ["review.floor"]
    held = deciding.in_force(them.unit, PURPOSE)
    assert held is not None
    deciding.drop(unit=them.unit, purpose=PURPOSE, version=held.version, by=them.by("staff"))
    assert actions.submit(matter=draft, by=them.by("buyer")).state == S.IN_REVIEW


def test_the_table_that_is_shipped_stands_on_the_floor_in_every_size() -> None:
    for small in (False, True):
        for signed in (False, True):
            for lines in (False, True):
                for row in routing.shipped(small, signed, lines):
                    assert {step.part for step in row.steps} & {"compliance", "head", "body"}, row.name


# --- the page ---------------------------------------------------------------------------------------------------------------


def test_the_page_says_at_the_row_what_is_missing_and_puts_no_such_draft_in_force(them: Reviewers, cast: Cast) -> None:
    browser = english(client(cast, them, "staff"))
    sent = {
        "version": "0", "r0-name": "所有事项", "r0s0-name": "部门审查", "r0s0-part": "first", "r0s0-days": "2",
        "r0s0-role": "department_officer", "r0s0-code": "f",
    }  # fmt: skip
    answer = browser.post(reverse("review-routes-edit", args=["HD-01"]), sent)
    assert answer.status_code == 422
    assert "No step of “所有事项” is one of compliance." in answer.content.decode()
    draft = deciding.save(unit=them.unit, purpose=PURPOSE, rows=[_row(FIRST)], by=them.by("staff"))
    answer = browser.post(reverse("review-routes-publish", args=["HD-01"]), {"version": str(draft.version)})
    assert (answer.status_code, deciding.in_force(them.unit, PURPOSE)) == (422, None)
    assert "is one of compliance" in answer.content.decode()
