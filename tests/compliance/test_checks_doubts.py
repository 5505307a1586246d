"""What looks like routine: pure questions to what was recorded."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from guiju.compliance.checks import doubts
from guiju.compliance.checks.doubts import Look
from tests.compliance.checkers import DAY, at


def _looks(count: int = 4, *, words: str = "看了台账{n}", sample: str = "合同{n}", seconds: int = 600) -> list[Look]:
    return [
        Look(f"r{n}", words.format(n=n), sample.format(n=n), 3, at(DAY) + timedelta(seconds=seconds * n))
        for n in range(count)
    ]


def test_a_careful_check_raises_no_question() -> None:
    now = _looks(words="本季看了{n}", sample="新合同{n}")
    assert doubts.of_run(now, _looks(), minutes=40, expected=10, zero=None) == []


def test_the_same_words_as_last_time_are_noticed_whatever_the_blanks() -> None:
    now = _looks(words=" 看了台账{n}。 ", sample="新{n}")
    found = doubts.same_words(now, _looks())
    assert found is not None
    assert found.figures == {"same": 4, "of": 4}


def test_half_the_words_repeated_are_no_routine() -> None:
    now = [*_looks(2), *_looks(4, words="另看{n}")[2:]]
    assert doubts.same_words(now, _looks()) is None


def test_minutes_for_hours_of_work_are_noticed_and_a_fifth_of_the_time_is_enough() -> None:
    assert doubts.too_quick(minutes=3, looked=18, expected=10) is not None
    assert doubts.too_quick(minutes=36, looked=18, expected=10) is None
    assert doubts.too_quick(minutes=1, looked=2, expected=60) is None, "two items say nothing about speed"


def test_items_recorded_within_seconds_are_noticed() -> None:
    assert doubts.all_at_once(_looks(seconds=1)) is not None
    assert doubts.all_at_once(_looks(seconds=30)) is None


def test_the_same_sample_and_no_sample_are_noticed() -> None:
    assert doubts.same_sample(_looks(words="x{n}"), list(reversed(_looks()))) is not None
    nothing = [Look("r", "", "", None, None)]
    assert doubts.no_sample(nothing) is not None
    assert doubts.no_sample(_looks()) is None


def test_zero_is_questioned_only_where_others_find_something() -> None:
    assert doubts.always_zero(periods=3, others=0, found=0) is None
    assert doubts.always_zero(periods=2, others=5, found=5) is None
    assert doubts.always_zero(periods=3, others=1, found=0) is not None


def test_every_question_has_a_sentence_and_accuses_nobody() -> None:
    now = _looks(seconds=0)
    found = doubts.of_run(
        now, now, minutes=0, expected=10, zero=doubts.always_zero(periods=3, others=1, found=2)
    )  # fmt: skip
    none = doubts.no_sample([Look("r", "", "", None, None)])
    assert none is not None
    words = [doubt.words for doubt in [*found, none]]
    assert len(words) == 6
    assert all("%" not in each and each for each in words)
    assert [doubt.code for doubt in doubts.read([doubt.stored() for doubt in found])] == [d.code for d in found]


@given(
    st.lists(
        st.builds(
            Look, st.text(max_size=3), st.text(max_size=5), st.text(max_size=5),
            st.none() | st.integers(0, 9), st.none() | st.datetimes(),
        ),
        max_size=8,
    ),
    st.integers(0, 500),
    st.none() | st.integers(1, 480),
)  # fmt: skip
def test_whatever_was_recorded_the_questions_can_be_asked(now: list[Look], minutes: int, expected: int | None) -> None:
    for doubt in doubts.of_run(now, now, minutes=minutes, expected=expected, zero=None):
        assert doubt.words
