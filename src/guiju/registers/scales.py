"""Words that people write where a register counts steps: 高, 较大, 很可能 ... to a number between least and most.

A scale may have words of its own (a unit's risk matrix); these are taken as they are. Everyday words are a proposal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from guiju.lib import text
from guiju.org.models import Unit
from guiju.registers.spec import Field

#: unit -> field code -> the words of its steps, from the first to the last.
Source = Callable[[Unit], Mapping[str, Sequence[str]]]
_sources: dict[str, Source] = {}
_MOST_STEPS = 10
_BRACKETS = re.compile(r"\([^()]*\)")
#: From the least (0) to the most (1); what stands between is spread over the scale.
_WORDS: Mapping[str, float] = {
    word: share
    for share, words in (
        (0.0, "低 较低 很低 极低 小 很小 极小 轻微 不太可能 几乎不可能 不可能 罕见 极少 很少 L"),
        (0.25, "较小 偏低 中低 可能性小 可能性较小 少见 偶尔 有时"),
        (0.5, "一般 中 中等 中度 可能 适中 普通 M"),
        (0.75, "较高 较大 偏高 中高 严重 较严重 可能性大 可能性较大 时常"),
        (
            1.0,
            "高 大 很高 极高 很大 极大 重大 特别重大 非常严重 灾难性 很可能 极可能 极有可能 几乎确定 必然 经常 频繁 H",
        ),
    )
    for word in words.split()
}
#: What single words mean where all words of a column are these: three steps, whichever words are in use.
_TRIPLES: Sequence[Sequence[str]] = (
    ("低", "中", "高"),
    ("小", "中", "大"),
    ("一般", "较大", "重大"),
    ("一般", "较大", "大"),
    ("较小", "一般", "较大"),
    ("较低", "一般", "较高"),
    ("轻微", "中等", "严重"),
    ("轻微", "一般", "严重"),
    ("一般", "较重", "严重"),
    ("不太可能", "可能", "很可能"),
    ("不可能", "可能", "很可能"),
)


def register(code: str, source: Source) -> None:
    """Offer the words of the scales of a register."""
    _sources[code] = source


def is_scale(item: Field) -> bool:
    """A whole number of few steps."""
    return (
        item.type == "integer"
        and isinstance(item.min, int)
        and isinstance(item.max, int)
        and 2 <= item.max - item.min + 1 <= _MOST_STEPS
    )


def steps(item: Field) -> range:
    """The numbers of a scale."""
    assert isinstance(item.min, int)
    assert isinstance(item.max, int)
    return range(item.min, item.max + 1)


def named(register: str, unit: Unit) -> Mapping[str, Sequence[str]]:
    """The words that hold for a unit, by field."""
    source = _sources.get(register)
    return source(unit) if source is not None else {}


def exact(item: Field, written: str, words: Sequence[str]) -> int | None:
    """The step that has this very name, with or without what stands in brackets."""
    said = _plain(written)
    for number, word in zip(steps(item), words, strict=False):
        if said in {_plain(word), _plain(_BRACKETS.sub("", text.normalise(word)))}:
            return number
    digits = re.fullmatch(r"(\d+)(?:分|级|档)", said)
    number = int(digits[1]) if digits else 0
    return number if number in steps(item) and digits else None


def proposal(item: Field, written: str, beside: Sequence[str] = ()) -> int | None:
    """The step that an everyday word most likely means; `beside` are the other words of the same column."""
    said = _word(written)
    least, most = steps(item)[0], steps(item)[-1]
    all_words = {_word(one) for one in beside} | {said}
    for triple in _TRIPLES:
        if said in triple and all_words <= set(triple):
            return (least, round((least + most) / 2), most)[triple.index(said)]
    share = _WORDS.get(said)
    return None if share is None else round(least + share * (most - least))


def hint(item: Field) -> str:
    """What a scale wants to see."""
    words = {"least": item.min, "most": item.max}
    return _("Enter %(least)s–%(most)s: %(least)s is the lowest, %(most)s the highest.") % words


def _plain(written: str) -> str:
    return text.normalise(written).casefold()


def _word(written: str) -> str:
    said = _BRACKETS.sub("", text.normalise(written)).upper()
    for ending in ("风险", "程度", "级", "度"):
        if len(said) > len(ending) and said.endswith(ending) and said.removesuffix(ending) in _WORDS:
            return said.removesuffix(ending)
    return said
