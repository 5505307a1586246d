"""Names inside an archive are safe on every system and never twice, whatever people called their files."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guiju.governance.archive.checking import is_unsafe
from guiju.governance.archive.naming import COMPONENT, Names, component

_nasty = st.one_of(
    st.text(max_size=200),
    st.text('./\\:*?"<>| \t\x00附件aA.', max_size=30),
    st.sampled_from(["CON", "nul.txt", "..", "."]),
)


@given(_nasty)
def test_a_part_is_safe_and_short(text: str) -> None:
    part = component(text)
    assert 0 < len(part) <= COMPONENT + 1
    assert not set(part) & set('\\/:*?"<>|')
    assert not is_unsafe(part)
    assert part == part.rstrip(" .")
    assert part.split(".")[0].casefold() not in {"con", "nul", "aux", "prn", "com1", "lpt1"}


@given(st.lists(st.tuples(_nasty, _nasty), max_size=12))
def test_no_two_names_are_one_on_a_system_that_tells_no_case(given_names: list[tuple[str, str]]) -> None:
    names = Names()
    found = [names.give(folder, name) for folder, name in given_names]
    assert len({name.casefold() for name in found}) == len(found)
    assert not any(is_unsafe(name) for name in found)


def test_the_second_of_a_name_gets_a_number_and_keeps_its_ending() -> None:
    names = Names()
    assert [names.give("附件", name) for name in ("通知.pdf", "通知.PDF", "通知.pdf")] == [
        "附件/通知.pdf", "附件/通知 (2).PDF", "附件/通知 (3).pdf",
    ]  # fmt: skip
