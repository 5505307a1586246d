"""The command line answers with three codes, in the reader's language, and never with a traceback."""

from __future__ import annotations

import pytest

from guiju.commands import language, output


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("juggle",),
        ("packs",),
        ("packs", "show"),
        ("packs", "show", "x:y", "--size", "tiny"),
        ("serve", "--port", "x"),
    ],
)
def test_wrong_use_ends_with_two_and_the_usage(guiju, words: tuple[str, ...]) -> None:
    ran = guiju(*words)
    assert ran.code == 2
    assert ran.err.startswith("usage: guiju")


def test_help_names_every_command(guiju) -> None:
    ran = guiju("--help")
    assert ran.code == 0
    for name in ("init", "serve", "worker", "demo", "doctor", "packs", "import", "export", "posture", "trail"):
        assert f"    {name} " in ran.out


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"GUIJU_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh-hans"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({}, "zh-hans"),
    ],
)
def test_the_language_is_chinese_unless_english_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("GUIJU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language.chosen() == expected


def test_columns_stay_straight_when_names_are_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([("a", "名"), ("华东集团", "b")])
    assert capsys.readouterr().out == "a         名\n华东集团  b\n"
