"""What somebody changes behind the programme's back shows when the trail is verified; what people did does not."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Model, QuerySet

from guiju.access import actions as access
from guiju.access.actor import of_user
from guiju.compliance.graph import actions as graph
from guiju.compliance.graph import settling
from guiju.compliance.hearing import actions as hearings
from guiju.compliance.lists import versions
from guiju.compliance.models import Hearing, Link, Mark, Matrix, Snapshot
from guiju.compliance.risks import matrix, setting
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.registers import actions as registers
from guiju.registers import ownlayouts
from guiju.registers import spec as specs
from guiju.registers.models import Entry, EntryVersion, OwnLayout
from guiju.trail import presenters, verify
from guiju.trail.models import Event
from tests.compliance.graphs import Graph
from tests.compliance.lists_house import build
from tests.compliance.riskers import risk
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _findings() -> list[str]:
    return verify.run().findings


def _shows(found: QuerySet[Model], **values: object) -> None:
    """A change past the programme is found, and gone again when it is taken back."""
    before = found.values(*values).get()
    found.update(**values)
    assert _findings(), values
    found.update(**before)
    assert _findings() == []


def _graph(cast: Cast) -> Graph:
    return Graph(cast, cast.sub, of_user(cast.mei))


def test_links_that_were_set_refused_and_dropped_are_covered(cast: Cast) -> None:
    told = _graph(cast)
    duty, one, two, three = told.enter("obligations"), *(told.enter("risk_list") for _ in range(3))
    kept, refused, dropped = told.join(duty, one), told.join(duty, two), told.join(duty, three)
    graph.refuse(link=refused, by=told.by)
    graph.drop(link=dropped, by=told.by)
    assert _findings() == []
    _shows(Link.objects.filter(pk=kept.pk), state="refused")
    row = Link.objects.get(pk=kept.pk)
    Link.objects.filter(pk=kept.pk).delete()
    assert _findings()
    row.save(force_insert=True)
    registers.remove(entry=Entry.objects.get(pk=one.pk), version=one.version, by=cast.house, reason="错录")
    assert _findings() == []


def test_settled_marks_are_covered(cast: Cast) -> None:
    told = _graph(cast)
    duty, row = told.enter("obligations"), told.enter("risk_list")
    told.join(duty, row)
    told.change(duty, duty="完全不同的义务")
    assert _findings() == []
    mark = Mark.objects.get(target=row.uid)
    settling.settle(mark=mark, outcome="stands", note="看过", by=told.by)
    assert _findings() == []
    _shows(Mark.objects.filter(pk=mark.pk), outcome="ended")


def test_frozen_versions_are_covered_down_to_the_past_values_of_their_rows(cast: Cast) -> None:
    house = build(cast)
    row = house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    entry = versions.back(entry=entry, by=house.head, reason="少一行")
    house.row()
    entry = versions.submit(entry=entry, by=house.drafter)
    versions.approve(entry=entry, by=house.head)
    house.change(row, behaviour="后来改的")
    assert _findings() == []
    past = EntryVersion.objects.filter(uid=row.uid, version=1)
    data = past.get().data
    _shows(past, data={**data, "behaviour": "从来没有这样写过"})
    snapshot = Snapshot.objects.get(list_version=entry.uid)
    _shows(Snapshot.objects.filter(pk=snapshot.pk), rows=snapshot.rows[:1])


def test_hearings_are_covered(cast: Cast) -> None:
    by = of_user(cast.mei)
    period = Period.of(clock.today(), "quarter")
    hearing = hearings.prepare(unit=cast.sub, period=period, by=by)
    hearing = hearings.edit(hearing=hearing, values={"place": "三楼会议室"}, version=hearing.version, by=by)
    hearings.prepare(unit=cast.sub, period=period, by=by)
    assert _findings() == []
    row = Hearing.objects.get(pk=hearing.pk)
    _shows(Hearing.objects.filter(pk=hearing.pk), minutes={**row.minutes, "place": "没有开会"})
    _shows(Hearing.objects.filter(pk=hearing.pk), sheet={**row.sheet, "given": {"unmet": 0}})


def test_matrices_that_were_set_cleared_and_set_again_are_covered(cast: Cast) -> None:
    by = of_user(cast.mei)
    risk(by, cast.sub, probability=1, impact=1)
    everything = {"cells": {f"{p},{i}": "high" for p in range(1, 6) for i in range(1, 6)}}
    grid = matrix.parsed(everything, matrix.of(cast.sub))
    setting.set_matrix(unit=cast.sub, grid=grid, version=0, by=by)
    assert _findings() == []
    _shows(Matrix.objects.filter(unit=cast.sub), uses_third=True)
    setting.clear_matrix(unit=cast.sub, version=1, by=by)
    assert _findings() == []
    setting.set_matrix(unit=cast.sub, grid=grid, version=0, by=by)
    assert _findings() == []


def test_own_forms_are_covered(cast: Cast) -> None:
    by, spec = of_user(cast.mei), specs.get("risk_list")
    columns = [{"field": "name", "label": "风险名称"}, {"field": "behaviour", "label": "表现"}]
    first, second = (
        ownlayouts.set_layout(unit=cast.sub, spec=spec, code="", title=title, columns=columns, by=by)
        for title in ("甲表", "乙表")
    )
    ownlayouts.choose_default(layout=second, version=second.version, by=by)
    assert _findings() == []
    ownlayouts.drop_layout(layout=second, version=OwnLayout.objects.get(pk=second.pk).version, by=by)
    assert _findings() == []
    _shows(OwnLayout.objects.filter(pk=first.pk), title="丙表")


def test_who_only_keeps_rights_does_not_read_minutes_or_ratings_in_the_trail(cast: Cast) -> None:
    period = Period.of(clock.today(), "quarter")
    hearing = hearings.prepare(unit=cast.sub, period=period, by=of_user(cast.mei))
    hearings.edit(hearing=hearing, values={"place": "秘密地点"}, version=hearing.version, by=of_user(cast.mei))
    told = {event.object_type for event in Event.objects.filter(object_type="hearing")}
    assert told <= presenters.BUSINESS
    assert {"assessment", "check_run", "check_item", "list_version", "round"} <= presenters.BUSINESS
    rui = access.create_account(username="rui", name="Rui", password="correct-horse-battery", by=cast.house)
    access.grant(
        user=rui, role="security_admin", unit=cast.group, by=cast.house, reason="t",
        from_on=date(2020, 1, 1),
    )  # fmt: skip
    page = cast.client(rui).get("/trail/", {"type": "hearing"})
    assert "秘密地点" not in page.content.decode()
