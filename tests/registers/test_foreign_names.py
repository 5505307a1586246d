"""What somebody does not see has no name for him: not in a filter, a form, a refusal, a history or a file."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from guiju.lib.errors import Problem
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.registers import actions, exporting, spec
from guiju.registers.models import Entry
from tests.conftest import Cast

SECRET = "金丝雀"
VALUES = {"source": "audit", "found_on": "2026-01-05", "due_on": "2026-02-01", "problem": "重复"}


@pytest.fixture
def boss(cast: Cast) -> Person:
    """Somebody of the group, whom the subsidiary does not see."""
    return org.add_person(unit=cast.group, name=f"{SECRET}甲", number="G-1", by=cast.house)


def enter(cast: Cast, unit: Unit, number: str, **values: object) -> Entry:
    given = {**VALUES, "number": number, "owner": str(cast.wang.uid), **values}
    return actions.create(register="rectifications", unit=unit, values=given, by=cast.house)


@pytest.fixture
def secret(cast: Cast, boss: Person) -> Entry:
    """A record of the group."""
    return enter(cast, cast.group, "G-1", problem=f"{SECRET}问题", owner=str(boss.uid))


def page(cast: Cast, address: str, data: dict[str, Any] | None = None) -> str:
    """A page as the subsidiary's officer sees it."""
    client = cast.client(cast.mei)
    answer = client.get(address) if data is None else client.post(address, data)
    assert answer.status_code < 500
    return answer.content.decode()


def test_a_filter_for_somebody_elses_person_or_record_names_neither(cast: Cast, boss: Person, secret: Entry) -> None:
    for query in (f"f.owner={boss.uid}", f"f.repeat_of={secret.uid}"):
        assert SECRET not in page(cast, f"/r/rectifications/?{query}")


@pytest.mark.parametrize("how", ["uid", "number"])
def test_a_form_filled_in_by_its_address_names_neither(cast: Cast, boss: Person, secret: Entry, how: str) -> None:
    owner, repeat = (boss.uid, secret.uid) if how == "uid" else ("G-1", "G-1")
    assert SECRET not in page(cast, f"/r/rectifications/new?set.owner={owner}&set.repeat_of={repeat}")


def test_a_form_that_comes_back_with_a_fault_names_neither(cast: Cast, boss: Person, secret: Entry) -> None:
    sent = {**VALUES, "number": "S-1", "problem": "", "owner": str(boss.uid), "repeat_of": str(secret.uid)}
    assert SECRET not in page(cast, "/r/rectifications/new", sent)


@pytest.mark.parametrize("written", ["G-1", f"{SECRET}问题"])
def test_a_record_out_of_sight_cannot_be_named_by_number_or_title(cast: Cast, secret: Entry, written: str) -> None:
    values = {**VALUES, "number": "S-1", "owner": str(cast.wang.uid), "repeat_of": written}
    with pytest.raises(Problem) as refused:
        actions.create(register="rectifications", unit=cast.sub, values=values, by=cast.actor(cast.mei))
    assert [fault.where for fault in refused.value.faults] == ["repeat_of"]


def test_two_people_of_one_name_are_told_apart_only_as_far_as_they_are_seen(cast: Cast) -> None:
    for number in ("G-7", "G-8"):
        org.add_person(unit=cast.group, name="李红", number=number, by=cast.house)
    values = {**VALUES, "number": "S-1", "owner": "李红"}
    with pytest.raises(Problem) as refused:
        actions.create(register="rectifications", unit=cast.sub, values=values, by=cast.actor(cast.mei))
    assert "G-7" not in str(refused.value)


def test_a_number_taken_out_of_sight_is_refused_without_its_title(cast: Cast, secret: Entry) -> None:
    known = spec.get("rectifications")
    fields = [item.model_copy(update={"unique": item.code == "number"}) for item in known.fields]
    strict = known.model_copy(update={"fields": fields})
    for user, seen in ((cast.lin, True), (cast.mei, False)):
        (fault,) = actions.unique_faults(strict, {"number": "G-1"}, unit=cast.sub, by=cast.actor(user))
        assert (SECRET in fault.what) is seen


def test_a_record_in_use_out_of_sight_is_not_removed_and_its_user_not_named(cast: Cast) -> None:
    used = enter(cast, cast.sub, "S-1")
    enter(cast, cast.group, "G-2", problem=f"{SECRET}问题", repeat_of=str(used.uid))
    with pytest.raises(Problem) as refused:
        actions.remove(entry=used, version=1, by=cast.actor(cast.mei), reason="重复")
    assert refused.value.code == "entry.in_use"
    assert SECRET not in str(refused.value)


def test_a_record_that_points_out_of_sight_keeps_the_title_to_itself(cast: Cast, secret: Entry) -> None:
    mine = enter(cast, cast.sub, "S-1")
    lin = cast.actor(cast.lin)
    mine = actions.update(entry=mine, values={"repeat_of": "G-1"}, version=1, by=lin)
    for address in (f"/r/rectifications/{mine.uid}/", f"/r/rectifications/{mine.uid}/edit",
                    f"/r/rectifications/{mine.uid}/history", "/r/rectifications/?columns=problem,repeat_of"):  # fmt: skip
        assert SECRET not in page(cast, address), address
    target = BytesIO()
    exporting.export(by=cast.actor(cast.mei), spec=spec.get("rectifications"), to=target)
    target.seek(0)
    cells = CalamineWorkbook.from_filelike(target).get_sheet_by_index(0).to_python()
    assert SECRET not in str(cells)


def test_what_stands_in_a_record_may_be_saved_again_by_who_does_not_see_it(
    cast: Cast, boss: Person, secret: Entry
) -> None:
    mine = enter(cast, cast.sub, "S-1", owner=str(boss.uid), repeat_of=str(secret.uid))
    values = {"owner": str(boss.uid), "repeat_of": str(secret.uid), "due_on": date(2026, 3, 1)}
    values["extension"] = "等待材料"
    saved = actions.update(entry=mine, values=values, version=1, by=cast.actor(cast.mei))
    assert saved.body.data["repeat_of"] == str(secret.uid)


@pytest.mark.parametrize("sent", ["x", "-1", "1.5", "9" * 30, "٣²"])
def test_nonsense_for_a_version_is_refused_and_saves_nothing(cast: Cast, sent: str) -> None:
    mine = enter(cast, cast.sub, "S-1")
    client = cast.client(cast.mei)
    for step in ("edit", "section/0", "remove", "resolve"):
        answer = client.post(
            f"/r/rectifications/{mine.uid}/{step}", {"version": sent, "problem": "别的", "reason": "x"}
        )
        assert answer.status_code in {400, 409, 422}, (step, answer.status_code)
    assert Entry.objects.get(pk=mine.pk).version == 1


def test_a_subsidiary_may_name_a_leader_of_its_group_whom_it_knows_but_not_one_beside_it(
    cast: Cast, boss: Person
) -> None:
    beside = org.create_unit(code="HD-09", name="华东置业有限公司", kind="company", parent=cast.group, by=cast.house)
    org.add_person(unit=beside, name="赵旁支", by=cast.house)
    values = {**VALUES, "number": "S-9", "owner": boss.name}
    entry = actions.create(register="rectifications", unit=cast.sub, values=values, by=cast.actor(cast.mei))
    assert entry.owner == boss
    with pytest.raises(Problem):
        actions.create(
            register="rectifications",
            unit=cast.sub,
            values={**VALUES, "number": "S-10", "owner": "赵旁支"},
            by=cast.actor(cast.mei),
        )
