"""Reading YAML: plain values with their lines, and a sentence instead of a traceback."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.packs.yamlfile import Document, parse


def value(text: str) -> object:
    document = parse(text.encode(), into=Document("p/f.yaml"))
    assert document.faults == []
    return document.value


def fault(data: bytes | str) -> str:
    document = parse(data.encode() if isinstance(data, str) else data, into=Document("p/f.yaml"))
    assert document.value is None
    return str(document.faults[0])


def test_words_that_old_yaml_takes_for_true_and_false_stay_words() -> None:
    assert value("a: on\nb: no\nc: yes\nd: off\ne: y") == {"a": "on", "b": "no", "c": "yes", "d": "off", "e": "y"}


def test_numbers_dates_and_nothing_are_told_from_text() -> None:
    text = "a: 12\nb: 1.5\nc: 2023-05-01\nd: null\ne: true\nf: '12'\ng: ~\nh:\n"
    assert value(text) == {
        "a": 12, "b": 1.5, "c": date(2023, 5, 1), "d": None, "e": True, "f": "12", "g": None, "h": None,
    }  # fmt: skip


def test_codes_keep_their_leading_zeros_and_all_their_digits() -> None:
    assert value("[007, 911100001000013428000, 1:30, 2023-02-30]") == [
        "007", "911100001000013428000", "1:30", "2023-02-30",
    ]  # fmt: skip


def test_a_line_is_known_for_every_key_and_every_list_item() -> None:
    document = parse(b"a:\n  - b: 1\n  - b: 2\n    c: 3\n", into=Document("p/f.yaml"))
    assert document.where(("a", 1, "c")) == "p/f.yaml:4 a[2].c"
    assert document.where(("a", 1, "missing")) == "p/f.yaml:3 a[2].missing"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", "p/f.yaml:3: "),
        ("a: 1\na: 2\n", "p/f.yaml:2: "),
        ("a: &x 1\nb: *x\n", "p/f.yaml:1: "),
        ("a: !!python/object/apply:os.system [ls]\n", "p/f.yaml:1: "),
        ("a: !secret x\n", "p/f.yaml:1: "),
        ("? [1, 2]\n: 3\n", "p/f.yaml:1: "),
        ("a: 1\n---\nb: 2\n", "p/f.yaml:2: "),
        ("a: 1\n\tb: 2\n", "p/f.yaml:2: "),
        (b"a: 1\nb: \xff\xfe\n", "p/f.yaml:2: "),
        ("a: \x00\n", "p/f.yaml"),
        ("[" * 5_000, "p/f.yaml:1: "),
        ("a: " + "x" * (5 * 2**20), "p/f.yaml:1: "),
    ],
    ids=["open bracket", "key twice", "anchor", "python object", "tag", "list as key", "two documents", "tab",
         "not utf-8", "zero byte", "deep", "long"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_line(text: str | bytes, words: str) -> None:
    assert fault(text).startswith(words)


def test_aliases_cannot_blow_up_the_memory() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    assert "&" in fault(bomb)


@given(st.text(max_size=200))
def test_no_text_ends_in_a_traceback(text: str) -> None:
    parse(text.encode("utf-8", "surrogatepass"), into=Document("p/f.yaml"))


@given(st.binary(max_size=200))
def test_no_bytes_end_in_a_traceback(data: bytes) -> None:
    parse(data, into=Document("p/f.yaml"))
