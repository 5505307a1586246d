"""The matrix gives levels, wherever a risk is written, and never a milder one for a graver rating."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.access.actor import of_user
from guiju.compliance.risks import matrix, setting
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.registers import actions as registers
from tests.compliance.riskers import fresh, mei, risk
from tests.conftest import Cast

STEP = st.integers(1, 5)


def test_the_shipped_matrix_contradicts_itself_nowhere() -> None:
    grid = matrix.shipped()
    assert matrix.faults(grid) == []
    assert matrix.level_of(grid, 1, 1) == "low"
    assert matrix.level_of(grid, 5, 5) == "high"
    assert all(len(words) == 5 for words in grid.names.values())


@given(STEP, STEP, STEP, STEP, st.booleans(), STEP, STEP)
def test_a_graver_rating_never_gives_a_milder_level(
    p: int, i: int, q: int, j: int, third: bool, d: int, e: int
) -> None:
    grid = replace(matrix.shipped(), uses_third=third)
    lower = matrix.level_of(grid, min(p, q), min(i, j), min(d, e))
    higher = matrix.level_of(grid, max(p, q), max(i, j), max(d, e))
    assert matrix.RANK[lower] <= matrix.RANK[higher]


@given(st.dictionaries(st.tuples(STEP, STEP), st.sampled_from(matrix.LEVELS), max_size=12))
def test_a_matrix_is_refused_exactly_when_it_falls_somewhere(changes: dict[tuple[int, int], str]) -> None:
    base = matrix.shipped()
    grid = replace(base, cells={**base.cells, **changes})
    steps = [(p, i) for p in matrix.STEPS for i in matrix.STEPS]
    falls = any(
        matrix.RANK[grid.cells[p, i]] < matrix.RANK[grid.cells[q, j]]
        for p, i in steps
        for q, j in steps
        if q <= p and j <= i
    )
    assert bool(matrix.faults(grid)) == falls


@pytest.mark.django_db
def test_a_rated_risk_gets_its_level_once_and_in_the_same_version(cast: Cast) -> None:
    entry = risk(mei(cast), cast.sub, probability=5, impact=4)
    assert (entry.level, entry.version, entry.body.data["inherent_level"]) == ("high", 1, "high")


@pytest.mark.django_db
def test_a_level_follows_a_new_rating_unless_somebody_set_it(cast: Cast) -> None:
    by = mei(cast)
    plain, own = (
        risk(by, cast.sub, probability=5, impact=4),
        risk(by, cast.sub, "串通投标", probability=5, impact=4, level="low"),
    )
    for entry in (plain, own):
        registers.update(entry=entry, values={"impact": 1}, version=1, by=by)
    assert (fresh(plain).level, fresh(own).level) == ("medium", "low")


@pytest.mark.django_db
def test_the_rating_after_measures_decides_the_level(cast: Cast) -> None:
    entry = risk(mei(cast), cast.sub, probability=5, impact=5, residual_probability=1, residual_impact=2)
    assert (entry.level, entry.body.data["inherent_level"]) == ("low", "high")


@pytest.mark.django_db
def test_rows_of_a_whole_file_get_their_levels(cast: Cast) -> None:
    rows = [{"name": f"风险{n}", "behaviour": f"行为{n}", "probability": 5, "impact": n} for n in range(1, 6)]
    assert registers.create_many(register="risk_list", unit=cast.sub, rows=rows, by=mei(cast)) == 5
    from guiju.registers.models import Entry

    found = Entry.objects.filter(register="risk_list").order_by("count_2").values_list("level", flat=True)
    assert list(found) == ["medium", "medium", "high", "high", "high"]


@pytest.mark.django_db
def test_the_nearest_matrix_above_holds_and_levels_follow_it(cast: Cast) -> None:
    lin, entry = of_user(cast.lin), risk(mei(cast), cast.sub, probability=3, impact=3)
    own = risk(mei(cast), cast.sub, "人工定级", probability=3, impact=3, level="low", level_reason="已有专项监控")
    assert entry.level == "medium"
    base = matrix.of(cast.sub)
    strict = replace(base, cells={**base.cells, **{(p, i): "high" for p in (3, 4, 5) for i in (3, 4, 5)}})
    effect = setting.preview(unit=cast.group, grid=strict, by=lin)
    assert (effect.follow, effect.by_hand, effect.rated) == (1, 1, 2)
    setting.set_matrix(unit=cast.group, grid=strict, version=0, by=lin)
    assert (fresh(entry).level, fresh(own).level) == ("high", "low")
    assert matrix.of(cast.grandchild).source == cast.group
    setting.clear_matrix(unit=cast.group, version=1, by=lin)
    assert fresh(entry).level == "medium"


@pytest.mark.django_db
def test_a_matrix_that_falls_is_refused_with_the_cell(cast: Cast) -> None:
    base = matrix.of(cast.sub)
    wrong = replace(base, cells={**base.cells, (5, 5): "low"})
    with pytest.raises(Problem) as refused:
        setting.set_matrix(unit=cast.sub, grid=wrong, version=0, by=mei(cast))
    assert refused.value.faults[0].where == "cell-5-5"


@pytest.mark.django_db
def test_two_who_change_the_matrix_at_once_do_not_overwrite_each_other(cast: Cast) -> None:
    base = matrix.of(cast.sub)
    setting.set_matrix(unit=cast.sub, grid=base, version=0, by=mei(cast))
    with pytest.raises(Conflict):
        setting.set_matrix(unit=cast.sub, grid=base, version=0, by=of_user(cast.lin))


@pytest.mark.django_db
def test_only_who_may_set_it_sets_the_matrix(cast: Cast) -> None:
    base = matrix.of(cast.group)
    with pytest.raises(NotFound):
        setting.set_matrix(unit=cast.group, grid=base, version=0, by=of_user(cast.tan))
    with pytest.raises(Denied):
        setting.set_matrix(unit=cast.group, grid=base, version=0, by=of_user(cast.qian))


@pytest.mark.parametrize(
    "sent",
    [
        {"cells": {"6,1": "high"}},
        {"cells": {"1,1": "enormous"}},
        {"limits": {"analyse": "soon"}},
        {"names": {"impact": ["a", "b"]}},
        {"third": {"1": 9}},
    ],
)
def test_what_is_no_matrix_is_refused(sent: dict[str, object]) -> None:
    with pytest.raises(Problem) as refused:
        matrix.parsed(sent, matrix.shipped())
    assert refused.value.code == "matrix.invalid"
