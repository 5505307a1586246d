"""The colours can be read: AA contrast in light and dark, the same tokens wherever dark is switched on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import guiju.web

SHEET = (Path(guiju.web.__file__).parent / "static" / "guiju" / "css" / "theme.css").read_text(encoding="utf-8")
AA = 4.5
ANSWERS = ("met", "partly", "unmet", "person", "na", "wait")


def _tokens(selector: str) -> dict[str, str]:
    start = SHEET.index(selector + " {")
    block = SHEET[start : SHEET.index("}", start)]
    return dict(re.findall(r"--gj-([\w-]+):\s*(#[0-9a-f]{6})\b", block))


LIGHT = _tokens(":root")
DARK = {**LIGHT, **_tokens('[data-bs-theme="dark"]')}
PAIRS = [
    *[(ink, ground) for ink in ("ink", "soft", "faint", "work") for ground in ("paper", "surface", "sunken")],
    *[(f"{answer}-ink", ground) for answer in ANSWERS for ground in ("surface", "hover", "chosen", f"{answer}-tint")],
    ("on-work", "work"),
    ("on-work", "work-deep"),
    ("work-deep", "work-tint"),
]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_words_can_be_read_on_their_ground(tokens: dict[str, str], ink: str, ground: str) -> None:
    assert round(_contrast(tokens[ink], tokens[ground]), 2) >= AA


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_a_sign_stands_out_from_its_ground(tokens: dict[str, str], answer: str) -> None:
    assert round(_contrast(tokens[answer], tokens["surface"]), 2) >= 3


def test_dark_is_the_same_with_and_without_scripts() -> None:
    assert _tokens(":root:not([data-bs-theme])") == _tokens('[data-bs-theme="dark"]')


def test_the_answers_have_the_colours_of_the_house() -> None:
    assert [LIGHT[answer] for answer in ANSWERS[:4]] == ["#2f7d5c", "#b7791f", "#b8372e", "#6b5b95"]
