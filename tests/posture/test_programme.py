"""Documents that run from a day to a day: shifted dates, what is not due yet, and what stays when they have ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import clock
from guiju.lib.errors import Conflict, Problem
from guiju.org import actions as org
from guiju.packs.models import Pack, Requirement
from guiju.posture import actions, engine, findings, programme, queries, rollup, standing, wiring
from guiju.posture.models import Adoption, PackRollup, Standing, Status, UnitAnswers
from guiju.posture.programme import Calendar, Rule, Terms
from guiju.trail import verify
from tests.posture.conftest import Story

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "base", "other", "moved"),
    [
        ((2024, 12, 31), (2024, 1, 1), (2026, 1, 1), (2026, 12, 31)),
        ((2024, 2, 29), (2024, 1, 1), (2026, 1, 1), (2026, 2, 28)),
        ((2023, 2, 28), (2023, 1, 1), (2024, 1, 1), (2024, 2, 29)),
        ((2023, 6, 30), (2023, 6, 5), (2023, 7, 5), (2023, 7, 31)),
        ((2023, 7, 31), (2023, 7, 31), (2024, 2, 29), (2024, 2, 29)),
        ((2023, 8, 30), (2023, 8, 1), (2024, 2, 1), (2024, 2, 29)),
        ((2024, 3, 10), (2024, 1, 1), (2024, 1, 15), (2024, 3, 24)),
        ((2024, 3, 10), (2024, 1, 1), (2023, 12, 30), (2024, 3, 8)),
    ],
)
def test_dates_lie_to_the_base_date_as_in_the_document(
    day: tuple[int, int, int], base: tuple[int, int, int], other: tuple[int, int, int], moved: tuple[int, int, int]
) -> None:
    assert programme.shift(date(*day), date(*base), date(*other)) == date(*moved)


@given(first=DAYS, second=DAYS, base=DAYS, other=DAYS)
def test_shifting_keeps_the_order_of_days_and_moves_the_base_to_the_base(
    first: date, second: date, base: date, other: date
) -> None:
    assert programme.shift(base, base, other) == other
    assert programme.shift(first, base, base) == first
    early, late = sorted((first, second))
    assert programme.shift(early, base, other) <= programme.shift(late, base, other)


NO_BASE = Calendar(None, None)


@pytest.mark.parametrize(
    ("rule", "from_on", "first"),
    [
        (Rule(due_on=date(2026, 3, 31)), (2026, 5, 1), (2026, 3, 31)),
        (Rule(cycle="month", day=20, after=1), (2026, 5, 3), (2026, 6, 20)),
        (Rule(cycle="month", day=20), (2026, 5, 25), (2026, 6, 20)),
        (Rule(cycle="month", day=31), (2026, 4, 3), (2026, 4, 30)),
        (Rule(cycle="quarter"), (2026, 5, 3), (2026, 6, 30)),
        (Rule(cycle="half", after=1, day=15), (2026, 5, 3), (2026, 7, 15)),
        (Rule(cycle="year", from_on=date(2027, 1, 1)), (2026, 5, 3), (2027, 12, 31)),
        (Rule(cycle="year", after=3), (2026, 5, 3), (2027, 3, 31)),
    ],
)
def test_the_first_deadline(rule: Rule, from_on: tuple[int, int, int], first: tuple[int, int, int]) -> None:
    assert programme.first_due(rule, NO_BASE, Terms(None, date(*from_on))) == date(*first)


def test_nothing_comes_round_after_its_last_period() -> None:
    rule = Rule(cycle="quarter", until_on=date(2026, 9, 30))
    told = list(programme.deadlines(rule, NO_BASE, Terms(None, date(2026, 5, 3))))
    assert [(row.period, row.due_on) for row in told] == [
        ("2026Q2", date(2026, 6, 30)),
        ("2026Q3", date(2026, 9, 30)),
    ]
    assert programme.first_due(rule, NO_BASE, Terms(None, date(2026, 12, 1))) is None


# --- adopting ---------------------------------------------------------------------------------------------------------


def test_a_programme_ends_by_itself_and_so_does_its_adoption(story: Story, drive: Pack) -> None:
    made = story.adopt(pack=drive, base_date=date(2026, 6, 1))
    assert (made.to_on, made.programme_end) == (date(2026, 11, 30), date(2026, 11, 30))
    told = queries.timetable(by=story.cast.house, adoption=made)
    assert told.programme is not None
    assert (told.programme.from_on, told.programme.stages[0].to_on) == (date(2026, 6, 15), date(2026, 7, 31))
    by_code = {row.requirement.code: row for row in told.dues}
    assert [row.due_on for row in by_code["t01"].deadlines] == [date(2026, 8, 31)]
    assert [row.due_on for row in by_code["t03"].deadlines][:2] == [date(2026, 8, 20), date(2026, 9, 20)]
    assert len(by_code["t03"].deadlines) == 5
    assert by_code["t08"].deadlines == ()
    assert verify.run().findings == []


def test_a_programme_that_is_over_is_adopted_only_with_a_new_base_date(story: Story, drive: Pack) -> None:
    with story.at(2027, 8, 1), pytest.raises(Problem) as refused:
        story.adopt(pack=drive)
    assert refused.value.code == "adoption.programme_over"
    assert "2026-06-30" in refused.value.what
    assert "2028-01-01" in refused.value.fix
    with story.at(2027, 8, 1):
        assert story.adopt(pack=drive, base_date=date(2027, 8, 1)).to_on == date(2028, 1, 31)


def test_a_base_date_out_of_this_world_is_refused(story: Story, drive: Pack) -> None:
    for day in (date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(Problem):
            story.adopt(pack=drive, base_date=day)
        with pytest.raises(Problem):
            story.adopt(from_on=day)


def test_an_end_out_of_this_world_is_refused(story: Story) -> None:
    adoption = story.adopt()
    for day in (date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(Problem):
            actions.end_adoption(adoption=adoption, by=story.cast.house, on=day, reason="笔误")
    assert Adoption.objects.get().to_on is None


def test_a_programme_broken_off_leaves_the_picture(story: Story, drive: Pack) -> None:
    adoption = story.adopt(pack=drive, base_date=date(2026, 6, 1))
    assert PackRollup.objects.filter(unit=story.cast.group, units=1).exists()
    with pytest.raises(Conflict):
        actions.end_adoption(adoption=adoption, by=story.cast.house, on=date(2026, 12, 1), reason="延期")
    actions.end_adoption(adoption=adoption, by=story.cast.house, on=date(2026, 6, 20), reason="并入其他工作")
    actions.end_adoption(adoption=adoption, by=story.cast.house, on=date(2026, 6, 10), reason="提前停止")
    with story.at(2026, 6, 11):
        engine.nightly()
        assert not Standing.objects.exists()
        assert not PackRollup.objects.exists()
        assert queries.overview(by=story.cast.house, unit=story.cast.sub) == []
        with pytest.raises(Conflict):
            actions.end_adoption(adoption=adoption, by=story.cast.house, reason="再次停止")
    assert verify.run().findings == []


# --- not due yet ------------------------------------------------------------------------------------------------------


def stored(story: Story, pack: Pack) -> dict[str, Status]:
    """What is stored of the subsidiary; asserts that looking at it now finds the same."""
    rows = queries.sheet(by=story.cast.house, unit=story.cast.sub, pack=pack)
    told = {row.requirement.code: row.status for row in rows}
    found = findings.findings(story.cast.sub, pack) or []
    assert {row.code: row.status for row in found} == told
    return told


def test_before_its_day_nothing_is_red_and_what_is_done_is_met_at_once(story: Story, drive: Pack) -> None:
    with story.at(2026, 1, 10):
        story.adopt(pack=drive)
        assert set(stored(story, drive).values()) == {Status.NOT_DUE}
    with story.at(2026, 1, 15):
        engine.nightly()
        told = stored(story, drive)
        assert (told["t01"], told["t02"], told["t05"]) == (Status.NOT_DUE, Status.UNMET, Status.UNMET)
        person = str(story.cast.wang.uid)
        story.enter("appointments", role="compliance_staff", person=person, from_on="2026-01-15", document="任命书")
        assert stored(story, drive)["t01"] == Status.MET


def test_the_day_itself_is_in_time_and_the_night_after_it_turns_red(story: Story, drive: Pack) -> None:
    with story.at(2026, 1, 20):
        story.adopt(pack=drive)
        assert UnitAnswers.objects.get().valid_until == date(2026, 2, 28)
    with story.at(2026, 3, 31):
        engine.nightly()
        told = stored(story, drive)
        # Whether the seventh applies depends on what nobody has entered: that was due in February.
        assert (told["t01"], told["t07"], told["t03"]) == (Status.NOT_DUE, Status.PERSON, Status.UNMET)
        assert UnitAnswers.objects.get().valid_until == date(2026, 3, 31)
    with story.at(2026, 4, 1):
        assert engine.nightly() == 1
        assert stored(story, drive)["t01"] == Status.UNMET
        assert findings.findings(story.cast.sub, drive, as_of=date(2026, 3, 31), codes=["t01"])[0].status == "not_due"  # type: ignore[index]


def test_a_finding_says_by_when_and_what_will_be_needed(story: Story, drive: Pack) -> None:
    with story.at(2026, 1, 20):
        story.adopt(pack=drive)
        (finding,) = findings.findings(story.cast.sub, drive, codes=["t01"]) or []
        (judged,) = findings.findings(story.cast.sub, drive, codes=["t06"]) or []
    assert finding.due_on == date(2026, 3, 31)
    assert "2026-03-31" in finding.missing
    assert [gap.register for gap in finding.gaps] == ["appointments"]
    assert finding.as_dict()["due_on"] == "2026-03-31"
    assert (judged.status, judged.strength) == (Status.NOT_DUE, None)
    assert len(judged.missing) > len("2026-05-31")


def test_a_persons_word_stands_before_the_day(story: Story, drive: Pack) -> None:
    with story.at(2026, 1, 20):
        story.adopt(pack=drive)
        requirement = Requirement.objects.get(pack=drive, code="t06")
        actions.judge(
            unit=story.cast.sub, requirement=requirement, status="unmet", reason="确定办不成", by=story.cast.house
        )
        assert stored(story, drive)["t06"] == Status.UNMET


def test_an_alternative_not_due_yet_is_unnecessary_once_another_is_met(story: Story, drive: Pack) -> None:
    with story.at(2026, 1, 20):
        story.adopt(pack=drive)
        assert stored(story, drive)["t04"] == Status.NOT_DUE
        story.enter("trainings", topic="合规", audience="all", held_on="2026-01-18", attended=3, culture=True,
                    organiser="合规部")  # fmt: skip
        told = stored(story, drive)
        assert (told["t04"], told["t05"]) == (Status.MET, Status.NA)


def test_what_is_not_due_is_not_counted_against_anybody(story: Story, drive: Pack) -> None:
    with story.at(2026, 1, 20):
        story.adopt(pack=drive)
        (view,) = queries.overview(by=story.cast.house, unit=story.cast.sub)
        assert view.own is not None
        assert view.own.by_status[Status.NOT_DUE] == 6
        assert view.own.applicable == 2
        counts = queries.requirement_counts(by=story.cast.house, unit=story.cast.group, pack=drive)
        assert (counts["t01"].units, counts["t02"].units) == (0, 1)
        found = queries.requirement_units(by=story.cast.house, unit=story.cast.group, pack=drive, code="t01")
        assert found == [(story.cast.sub, Status.NOT_DUE)]
    assert set(standing.SEVERITY) == set(standing.BY_LETTER.values())


# --- ended ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ended(story: Story, drive: Pack) -> Callable[[], Standing]:
    """The subsidiary appointed somebody in time and left the rest; the night after the last day has run."""
    with story.at(2026, 1, 20):
        story.adopt(pack=drive)
        person = str(story.cast.wang.uid)
        story.enter("appointments", role="compliance_staff", person=person, from_on="2026-01-15", document="任命书")
    with story.at(2026, 7, 1):
        engine.nightly()
    return lambda: Standing.objects.get(pack=drive)


def test_an_ended_programme_stays_as_it_stood(story: Story, drive: Pack, ended: Callable[[], Standing]) -> None:
    kept = ended()
    assert kept.frozen_on == date(2026, 6, 30)
    with story.at(2026, 7, 5):
        story.enter("bodies", name="合规部", kind="department", from_on="2026-06-01", document="通知")
        engine.nightly()
        engine.full()
        engine.on_packs_loaded([story.pack])
        engine.on_packs_loaded([drive])
        assert ended().statuses == kept.statuses
        told = stored(story, drive)
        assert (told["t01"], told["t02"]) == (Status.MET, Status.UNMET)
        (view,) = queries.overview(by=story.cast.house, unit=story.cast.group)
        assert view.own is None
        assert view.all_levels is not None
        assert (view.frozen_on, view.all_frozen_on) == (None, date(2026, 6, 30))
        (own,) = queries.overview(by=story.cast.house, unit=story.cast.sub)
        assert own.adoption is not None
        assert (own.frozen_on, own.own) == (date(2026, 6, 30), view.all_levels)
        rows = queries.tree(by=story.cast.house, unit=story.cast.group, pack=drive)
        assert [row.frozen_on for row in rows] == [None, date(2026, 6, 30)]
        cells = queries.matrix(by=story.cast.house, unit=story.cast.group, pack=drive)
        assert [row.frozen_on for row in cells] == [None, date(2026, 6, 30)]
        sheet = queries.sheet(by=story.cast.house, unit=story.cast.sub, pack=drive)
        assert {row.frozen_on for row in sheet} == {date(2026, 6, 30)}
        assert next(row for row in sheet if row.requirement.code == "t01").figure


def test_what_a_full_count_finds_missing_it_works_out_again(
    story: Story, drive: Pack, ended: Callable[[], Standing]
) -> None:
    kept = ended()
    with story.at(2026, 7, 5):
        story.enter("bodies", name="合规部", kind="department", from_on="2026-06-01", document="通知")
        Standing.objects.all().delete()
        PackRollup.objects.all().delete()
        engine.full()
        again = ended()
        assert (again.statuses, again.frozen_on) == (kept.statuses, kept.frozen_on)
        assert PackRollup.objects.filter(unit=story.cast.group, reach="all", units=1).exists()


def test_a_new_adoption_takes_the_place_of_the_frozen_one(
    story: Story, drive: Pack, ended: Callable[[], Standing]
) -> None:
    with story.at(2027, 1, 10):
        engine.nightly()
        again = story.adopt(pack=drive, base_date=date(2027, 1, 1))
        assert ended().frozen_on is None
        assert stored(story, drive)["t03"] == Status.NOT_DUE
    with story.at(2027, 2, 1):
        actions.end_adoption(adoption=again, by=story.cast.house, reason="停止")
    with story.at(2027, 2, 2):
        engine.nightly()
        assert not Standing.objects.exists()
        assert queries.overview(by=story.cast.house, unit=story.cast.sub) == []


def test_a_new_version_of_the_document_takes_its_place_too(
    story: Story, drive: Pack, ended: Callable[[], Standing]
) -> None:
    from tests.posture.conftest import drive_pack

    Pack.objects.filter(pk=drive.pk).update(is_current=False)
    newer = drive_pack(version="2")
    with story.at(2027, 1, 10):
        story.adopt(pack=newer, base_date=date(2027, 1, 1))
        assert list(Standing.objects.values_list("pack_id", flat=True)) == [newer.pk]


@pytest.mark.parametrize(("closed_on", "stays"), [(date(2026, 6, 29), False), (date(2026, 6, 30), True)])
def test_only_who_was_there_to_the_end_is_kept(story: Story, drive: Pack, closed_on: date, stays: bool) -> None:
    unit = story.cast.grandchild
    with story.at(2026, 1, 20):
        story.adopt(unit, drive)
    with story.at(2026, 6, 20):
        org.close_unit(unit=unit, on=closed_on, by=story.cast.house, reason="注销")
    with story.at(2026, 7, 1):
        engine.nightly()
        assert Standing.objects.filter(frozen_on=date(2026, 6, 30)).exists() is stays
        engine.full()
        assert Standing.objects.exists() is stays


def test_an_adoption_entered_after_the_end_is_frozen_at_once(story: Story, drive: Pack) -> None:
    with story.at(2026, 9, 1):
        story.adopt(pack=drive, from_on=date(2026, 1, 15))
        assert Standing.objects.get().frozen_on == date(2026, 6, 30)
        assert set(stored(story, drive).values()) <= {Status.UNMET, Status.PERSON, Status.NOT_DUE}
        assert not UnitAnswers.objects.exists()


def test_counting_anew_keeps_what_is_frozen(story: Story, drive: Pack, ended: Callable[[], Standing]) -> None:
    names = ("unit_id", "pack_id", "reach", *rollup.FIELDS, "units")
    kept = set(PackRollup.objects.values_list(*names))
    assert kept
    with story.at(2026, 7, 9):
        rollup.rebuild_all()
        rollup.rebuild([story.cast.group.pk])
        engine.on_units_changed(frozenset({story.cast.group.pk, story.cast.sub.pk}))
        assert set(PackRollup.objects.values_list(*names)) == kept
        assert clock.today() - timedelta(days=9) == Adoption.objects.get().to_on


def test_what_was_due_on_the_last_day_waits_no_longer_once_the_day_is_over(story: Story, drive: Pack) -> None:
    due = {"when": {"text": "六月底前", "due_on": "2026-06-30"}}
    Requirement.objects.filter(pack=drive, code="t02").update(extra=due)
    wiring.forget([drive])
    with story.at(2026, 1, 20):
        story.adopt(pack=drive)
    with story.at(2026, 6, 30):
        engine.refresh([story.cast.sub.pk])
        assert stored(story, drive)["t02"] == Status.NOT_DUE
    with story.at(2026, 7, 1):
        engine.nightly()
        assert stored(story, drive)["t02"] == Status.UNMET
        told = findings.findings(story.cast.sub, drive, codes=["t02"])
        assert [row.status for row in told or []] == [Status.UNMET]
